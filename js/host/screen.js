/*
 * runtime:screen: what of it is script. The rest is the native service's, by
 * src/api/screen.h.
 */
'use strict';

exports.onOutput = function (callback) {
  return internal.onModuleEvent('runtime:screen', 'output', callback);
};

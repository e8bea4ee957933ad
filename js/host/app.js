/* runtime:app: the app as a whole. */
'use strict';

exports.exit = function (code) {
  native.exit(code === undefined ? 0 : code);
};

/* IpcError, which C throws too. */
'use strict';

function IpcError(code, reason) {
  this.code = code;
  this.name = internal.statusNames[code] || 'Unknown';
  this.message = '[' + code + '] ' + reason;
}
IpcError.prototype = Object.create(Error.prototype, {
  constructor: { value: IpcError, writable: true, configurable: true }
});

internal.IpcError = IpcError;

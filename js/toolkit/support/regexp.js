/* Stands for a regular expression of a package that Duktape cannot compile, until it is used. */
(function () {
  'use strict';

  function refuse() {
    throw new SyntaxError('the host script has no regular expressions like ' + this);
  }

  function NoRegExp(source, flags) {
    this.source = source;
    this.flags = flags;
  }
  NoRegExp.prototype.exec = NoRegExp.prototype.test = refuse;
  NoRegExp.prototype.toString = function () {
    return '/' + this.source + '/' + this.flags;
  };
  ['match', 'matchAll', 'replace', 'search', 'split'].forEach(function (name) {
    if (Symbol[name])
      NoRegExp.prototype[Symbol[name]] = refuse;
  });

  Object.defineProperty(globalThis, '__kilnRegExp', {
    value: function (source, flags) {
      return new NoRegExp(source, flags);
    }
  });
})();

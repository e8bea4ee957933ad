exports.version = 'first';

var x = null;
require('./missing.js');

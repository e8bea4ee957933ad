// fine
var x = ;

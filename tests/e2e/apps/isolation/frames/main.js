// Prints what the pages have found.
require('runtime:ipc').onChannel('result', function (r, id) {
  console.log('result ' + id + ' ' + r.name + ': ' + r.value);
});

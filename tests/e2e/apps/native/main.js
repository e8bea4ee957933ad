/* What a host script sees of a native module: tests/native/sensor.c. */
'use strict';

var sensor = require('native:sensor');
var app = require('runtime:app');

function show(name) {
  return function (value) {
    console.log(name + ' ' + JSON.stringify(value));
  };
}

function failed(name) {
  return function (e) {
    console.log(name + ' ' + e.name + ': ' + e.message);
  };
}

var off = sensor.on('changed', function (reading) {
  console.log('on ' + JSON.stringify(reading));
  if (reading.value === 1)
    off();
});
var events = sensor.events();

console.log('exports ' + Object.keys(sensor).join(' '));
sensor.read('oven').then(show('read'), failed('read'));
sensor.read('oven', { unit: 'kelvin' }).then(show('kelvin'), failed('kelvin'));
sensor.read('cellar').then(show('cellar'), failed('cellar'));
sensor.read().then(show('nothing'), failed('nothing'));
sensor.read('oven', { unit: 'furlong' }).then(show('furlong'), failed('furlong'));
sensor.read('oven', { units: 'kelvin' }).then(show('units'), failed('units'));
sensor.read('a\u0000b').then(show('nul'), failed('nul'));
sensor.readAll().then(show('all'), failed('all'));
sensor.calibrate(500, new Uint8Array([1, 2, 3]), { by: ['me', null] })
  .then(show('calibrate'), failed('calibrate'))
  .then(function () { return sensor.read('oven'); })
  .then(show('calibrated'), failed('calibrated'))
  .then(function () { return sensor.calibrate(0.5, new Uint8Array(3), null); })
  .then(show('half'), failed('half'))
  .then(function () { return sensor.watch(3); })
  .then(show('watch'), failed('watch'))
  .then(function () { return events.next(); })
  .then(show('events'), failed('events'))
  .then(function () { return Promise.all([sensor.wait(20).then(show('waited')),
    sensor.wait(20).catch(failed('second'))]); })
  .then(function () { return sensor.watch(100000); })
  .then(show('flood'), failed('flood'))
  .then(function () {
    sensor.wait(60000);
    console.log('waiting for the end');
  });

// Runs the vectors of tests/vectors/payloads.js (the build puts it beside this file) in each
// direction and says "ok DIRECTION: ..." when all did as they should.
var ipc = require('runtime:ipc');
var payloads = require('./payloads');
var here = Function('return this')();
var seen;

function outcomeOf(error) {
  return { code: error.code, name: error.name, message: error.message };
}

function arrived(value) {
  return { arrived: payloads.describe(value) };
}

function make(name) {
  return payloads.find(name).make();
}

ipc.onChannel('vector', function (payload) { seen = payload; });
ipc.handle('give', make);

var directions = {
  'page to host': function (vector) {
    seen = 'nothing came';
    return ipc.invoke('main', 'send', vector.name).then(function (error) { return error || arrived(seen); });
  },
  'page to host as an answer': function (vector) {
    return ipc.invoke('main', 'give', vector.name).then(arrived, outcomeOf);
  },
  'host to page': function (vector) {
    return ipc.sendToWindow('main', 'vector', vector.make()).then(function () {
      return ipc.invoke('main', 'seen');
    }, outcomeOf);
  },
  'host to page as an answer': function (vector) {
    return ipc.invoke('main', 'take', vector.name);
  }
};

// What is wrong with an outcome, or nothing.
function judge(vector, outcome) {
  var want;

  if (!vector.refused) {
    want = payloads.describe(vector.want());
    return outcome.arrived === want ? null : JSON.stringify(outcome).slice(0, 200) + ', expected ' + want.slice(0, 200);
  }
  if (outcome.code === vector.refused && outcome.message.indexOf('[' + vector.refused + '] ') === 0 &&
      outcome.message.indexOf(vector.path) >= 0)
    return null;
  return JSON.stringify(outcome).slice(0, 200) + ', expected ' + vector.refused + ' ' + vector.path;
}

function runDirection(direction) {
  var expressed = payloads.vectors.filter(function (vector) {
    return direction.indexOf('host') !== 0 || !vector.needs || here[vector.needs];
  });
  var failed = 0;

  function runFrom(i) {
    var vector = expressed[i];

    if (!vector)
      return Promise.resolve();
    return directions[direction](vector).then(function (outcome) {
      var wrong = judge(vector, outcome);

      if (wrong) {
        failed += 1;
        console.log('not ok ' + direction + ': ' + vector.name + ': ' + wrong);
      }
    }).then(function () { return runFrom(i + 1); });
  }
  return runFrom(0).then(function () {
    console.log((failed ? 'not ok ' : 'ok ') + direction + ': ' + (expressed.length - failed) + ' of ' + expressed.length + ' vectors, ' +
      (payloads.vectors.length - expressed.length) + ' cannot be expressed');
  });
}

Object.keys(directions).reduce(function (before, direction) {
  return before.then(function () { return runDirection(direction); });
}, Promise.resolve()).then(function () { require('runtime:app').exit(0); }, function (error) { console.log('error ' + error); });

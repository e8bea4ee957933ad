const names = ['runtime', 'host', 'webkit', 'wpe', 'kiln', 'native'];
const found = () => names.filter((name) => name in self).join(' ') || 'nothing';
if ('onconnect' in self)
  onconnect = (event) => event.ports[0].postMessage(found());
else if ('clients' in self)
  onmessage = (event) => event.source.postMessage(found());
else
  postMessage(found());

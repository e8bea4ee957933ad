/* What is there that could carry a message away. */
function findings() {
  const names = ['runtime', 'host', 'webkit', 'wpe', 'kiln', 'native', 'receive', '__host_dispatch'];
  return names.filter((name) => name in self).join(' ') || 'nothing';
}

function report(text) {
  const { protocol, host } = location; // without the user, whom fetch() refuses
  return fetch(`${protocol}//${host}/report?${encodeURIComponent(text)}`, { mode: 'no-cors' });
}

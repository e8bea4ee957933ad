/* In a frame, a popup or a worker: tells whoever made it what there is, and what is in reach. */
(() => {
  const names = ['runtime', 'host', 'webkit', 'wpe', 'kiln', 'native', 'receive', '__host_dispatch'];
  const own = names.filter((name) => name in self).join(' ') || 'nothing';
  let around = 'nothing';
  try {
    if (parent !== self)
      around = 'runtime' in parent ? 'runtime' : 'nothing';
  } catch (error) {
    around = error.name;
  }
  parent.postMessage({ found: `${own}, around it ${around}` }, '*');
})();

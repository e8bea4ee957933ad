(async () => {
  const has = ['send', 'invoke', 'on', 'once', 'handle', 'emit'].filter((name) => name in runtime);
  parent.postMessage({
    has: has.join(' '),
    own: Object.hasOwn(self, 'runtime') && runtime !== parent.runtime,
    doubled: await runtime.invoke('double', 21),
  });
})();

export async function polyfillsFor(code) { return ''; }

// The page's side of each direction; what arrived is described here.
let seen = 'nothing came';
const outcomeOf = ({ code, name, message }) => ({ code, name, message });
const arrived = (value) => ({ arrived: payloads.describe(value) });

runtime.on('vector', (payload) => { seen = payload; });
runtime.handle('seen', () => {
  const outcome = arrived(seen);
  seen = 'nothing came';
  return outcome;
});
runtime.handle('give', (name) => payloads.find(name).make());
runtime.handle('send', (name) => {
  try {
    runtime.send('vector', payloads.find(name).make());
    return null;
  } catch (error) {
    return outcomeOf(error);
  }
});
runtime.handle('take', (name) => runtime.invoke('give', name).then(arrived, outcomeOf));

// What an author may write in a page.
runtime.send("cart:add", { sku: 7, image: new Uint8Array([1, 2]) });
await runtime.send("order", { id: 1 }, { ack: true, timeout: 1000 });
const price = await runtime.invoke<number>("price", 7, { signal: AbortSignal.timeout(100) });
document.title = price.toFixed(2) + runtime.windowId;
const off = runtime.on("cart", (cart: { sku: number }[], { redelivered, channel }) => {
  console.log(cart.length, redelivered, channel);
});
off();
runtime.once("ready", () => {});
runtime.handle("selection", () => [...document.querySelectorAll(":checked")].map((e) => e.id));
runtime.emit("theme", "dark");
await runtime.drain();
host.send("the older name", 1);
window.runtime.off("cart");
try {
  await runtime.invoke("pay", 1);
} catch (error) {
  const { code, uncertain } = error as Kiln.IpcError;
  if (code === 7006 && uncertain) document.title = "unknown";
}

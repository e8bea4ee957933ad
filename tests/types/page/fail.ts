// What must not compile in a page.
runtime.send(7); // error TS2345
const sent: Promise<void> = runtime.send("x", 1); // error TS2322
runtime.send("x", 1, { ack: "yes" }); // error TS2769
runtime.on("cart"); // error TS2554
runtime.on("cart", (cart) => cart.length); // error TS18046
runtime.windowId = "other"; // error TS2540
window.runtime = host; // error TS2540
runtime.sendToWindow("main", "x"); // error TS2339
import { sendToWindow } from "runtime:ipc"; // error TS2307
sendToWindow;
sent;

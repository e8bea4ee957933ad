// ?color=RRGGBB fills it, &move keeps it painting.
const query = new URLSearchParams(location.search);
let ticks = 0;

if (query.has("color"))
  document.documentElement.style.background = `#${query.get("color")}`;

addEventListener("DOMContentLoaded", () => {
  if (query.has("move")) {
    const dot = document.createElement("div");
    dot.style.cssText = "position: absolute; left: 0; top: 0; width: 4px; height: 4px";
    document.body.append(dot);
    const blink = () => {
      dot.style.background = ++ticks % 2 ? "white" : "black";
      requestAnimationFrame(blink);
    };
    requestAnimationFrame(blink);
  }
});
runtime.handle("report", () => ({
  width: innerWidth, height: innerHeight, ratio: devicePixelRatio, focus: document.hasFocus(),
  hidden: document.hidden, ticks, screen: `${screen.width}x${screen.height}`,
}));
runtime.on("close", () => { window.close(); });
runtime.on("png", async (bytes) => {
  const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const [r, g, b] = context.getImageData(image.width / 2, image.height / 2, 1, 1).data;
  runtime.send("said", `${image.width}x${image.height} ${[r, g, b].join()}`);
});

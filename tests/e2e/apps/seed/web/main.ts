// The renderer: window.runtime as the seed page has it, and window.host as its examples do.
interface State {
  items: string[];
  from: string | null;
}

const items = document.getElementById("items") as HTMLUListElement;
let added = false;

function onTheme(theme: unknown): void {
  console.log(`theme ${theme}`);
  window.runtime.off("theme", onTheme);
  window.runtime.send("add", { text: `line ${document.title}` });
}

window.runtime.on("theme", onTheme);

window.host.on("greeting", (payload: unknown) => {
  console.log((payload as { text: string }).text);
});

window.host.on("state", (payload: unknown) => {
  const state = payload as State;
  items.innerHTML = "";
  for (const text of state.items) {
    const li = document.createElement("li");
    li.textContent = text;
    items.appendChild(li);
  }
  console.log(`items ${items.children.length}`);
  if (!added) {
    added = true;
    window.host.send("greet", { name: "Ada" });
  }
});

window.host.emit("ready");

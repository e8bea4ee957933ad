/* The native module tests/native/sensor.c in TypeScript, typed by what it declares. */
import { exit } from "runtime:app";
import { events, read, watch, type Reading } from "native:sensor";

async function main(): Promise<void> {
  const seen = events();
  const reading: Reading = await read("oven", { unit: "kelvin" });

  console.log(`typed ${reading.value.toFixed(2)} ${reading.unit} ${reading.takenAt ?? "at no time"}`);
  await watch(2);
  for await (const { type, payload } of seen) {
    console.log(`typed ${type} ${payload.value}`);
    if (payload.value === 1)
      break;
  }
}

main().then(() => exit(0), (error: unknown) => {
  console.error(error);
  exit(1);
});

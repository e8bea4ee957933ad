// The native module tests/native/sensor.c, typed by what it declares.
import { calibrate, events, on, read, readAll, wait, watch } from "native:sensor";
import type { Reading, Unit } from "native:sensor";

const reading: Reading = await read("oven", { unit: "kelvin" });
const unit: Unit = reading.unit;
const taken: string | undefined = (await readAll())[0]?.takenAt;
console.log(unit, taken, await calibrate(1, new Uint8Array(3), { any: "thing" }));
await wait(10);
const ok: boolean = await watch(3);
on("changed", (now) => { console.log(now.value, ok); })();
for await (const event of events()) console.log(event.type, event.payload.sensor);

void read(); // error TS2554
void read("oven", { unit: "furlong" }); // error TS2322
void read("oven", { units: "kelvin" }); // error TS2561
void calibrate(1, [1, 2, 3], null); // error TS2740
on("change", () => {}); // error TS2345
on("changed", (now) => now.temperature); // error TS2339

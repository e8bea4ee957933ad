// Four kilns that are not there: a real plant would talk to its controllers here.
import { SAMPLE_MINUTES, type Kiln, type Order, type State } from './shared/messages';
import {
  COOLING, OPENS_BELOW, PROGRAMMES, ROOM, coolingTime, type ProgrammeName,
} from './shared/programme';

/** As many as the mains carry. */
const HEATING_MAX = 2;

/** An order that cannot be carried out, in words for the operator. */
export class Refusal extends Error {}

class Furnace {
  private state: State = 'ready';
  private programme: ProgrammeName | null = null;
  private temperature = ROOM;
  private soakLeft = 0;
  private minute = 0;
  private history: number[] = [];

  constructor(readonly name: string) {}

  get heating(): boolean {
    return this.state === 'heating' || this.state === 'soaking';
  }

  start(programme: ProgrammeName): void {
    if (this.state !== 'ready') throw new Refusal(`${this.name} is ${this.state}.`);
    this.programme = programme;
    this.soakLeft = PROGRAMMES[programme].soak;
    this.minute = 0;
    this.history = [Math.round(this.temperature)];
    this.state = 'heating';
  }

  hold(): void {
    if (this.state !== 'heating') throw new Refusal(`${this.name} is ${this.state}, not heating.`);
    this.state = 'held';
  }

  resume(): void {
    if (this.state !== 'held') throw new Refusal(`${this.name} is ${this.state}, not held.`);
    this.state = 'heating';
  }

  stop(): void {
    if (!this.heating && this.state !== 'held') throw new Refusal(`${this.name} is ${this.state}.`);
    this.state = 'cooling';
  }

  /** One minute goes by. */
  tick(): void {
    if (this.state === 'ready' || this.programme === null) return;
    const { rate, peak } = PROGRAMMES[this.programme];

    if (this.state === 'heating') {
      this.temperature = Math.min(peak, this.temperature + rate);
      if (this.temperature === peak) this.state = 'soaking';
    } else if (this.state === 'soaking') {
      this.soakLeft -= 1;
      if (this.soakLeft <= 0) this.state = 'cooling';
    } else if (this.state === 'cooling') {
      this.temperature -= (this.temperature - ROOM) * COOLING;
      if (this.temperature < OPENS_BELOW) this.state = 'ready';
    }
    this.minute += 1;
    if (this.minute % SAMPLE_MINUTES === 0) this.history.push(Math.round(this.temperature));
  }

  report(): Kiln {
    return {
      name: this.name,
      state: this.state,
      programme: this.programme,
      temperature: Math.round(this.temperature),
      minutesLeft: Math.round(this.minutesLeft()),
      history: this.history,
    };
  }

  private minutesLeft(): number {
    if (this.state === 'ready' || this.programme === null) return 0;
    if (this.state === 'cooling') return coolingTime(this.temperature);
    const { rate, peak } = PROGRAMMES[this.programme];

    return (peak - this.temperature) / rate + this.soakLeft + coolingTime(peak);
  }
}

export class Plant {
  private readonly furnaces = ['Ada', 'Bruno', 'Clara', 'Dora'].map((name) => new Furnace(name));

  /** As on any morning: two kilns at work since the night, one cooling, one empty. */
  constructor() {
    this.since('Clara', 'bisque', 620);
    this.since('Ada', 'glaze', 412);
    this.since('Bruno', 'bisque', 246);
  }

  /** Throws a Refusal that says why not. */
  order(order: Order): void {
    const furnace = this.find(order.kiln);

    if (order.action === 'start' || order.action === 'resume') this.needPower();
    if (order.action === 'start') furnace.start(order.programme);
    else furnace[order.action]();
  }

  tick(): void {
    for (const furnace of this.furnaces) furnace.tick();
  }

  report(): Kiln[] {
    return this.furnaces.map((furnace) => furnace.report());
  }

  private find(name: string): Furnace {
    const furnace = this.furnaces.find((other) => other.name === name);

    if (!furnace) throw new Refusal(`There is no kiln ${name}.`);
    return furnace;
  }

  private needPower(): void {
    if (this.furnaces.filter((furnace) => furnace.heating).length >= HEATING_MAX)
      throw new Refusal(`The mains carry ${HEATING_MAX} kilns. Hold or stop one first.`);
  }

  private since(name: string, programme: ProgrammeName, minutes: number): void {
    const furnace = this.find(name);

    furnace.start(programme);
    for (let minute = 0; minute < minutes; minute += 1) furnace.tick();
  }
}

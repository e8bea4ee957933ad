import { SAMPLE_MINUTES, type Kiln } from '../shared/messages';
import { PROGRAMMES, duration, planned, type Programme } from '../shared/programme';

const WIDTH = 264;
const HEIGHT = 140;
const HOTTEST = 1300;
const STEPS = 80;

type Point = readonly [minute: number, temperature: number];

function plan(programme: Programme): Point[] {
  const step = duration(programme) / STEPS;

  return Array.from({ length: STEPS + 1 }, (_, i) => [i * step, planned(programme, i * step)]);
}

/** The planned firing as a thin line, and on it what has been so far. */
export function Curve({ kiln }: { readonly kiln: Kiln }) {
  if (kiln.programme === null) return <svg className="curve" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} />;

  const programme = PROGRAMMES[kiln.programme];
  const past = kiln.history.map((temperature, i): Point => [i * SAMPLE_MINUTES, temperature]);
  const minutes = Math.max(duration(programme), past.length * SAMPLE_MINUTES);
  const x = (minute: number) => ((minute / minutes) * WIDTH).toFixed(1);
  const y = (temperature: number) => (HEIGHT - (temperature / HOTTEST) * HEIGHT).toFixed(1);
  const line = (points: readonly Point[]) => points.map(([m, t]) => `${x(m)},${y(t)}`).join(' ');
  const [minute, temperature] = past.at(-1) ?? [0, 0];

  return (
    <svg className="curve" viewBox={`0 0 ${WIDTH} ${HEIGHT}`}>
      <polyline className="plan" points={line(plan(programme))} />
      <polygon className="area" points={`${line(past)} ${x(minute)},${HEIGHT} 0,${HEIGHT}`} />
      <polyline className="past" points={line(past)} />
      <circle className="now" cx={x(minute)} cy={y(temperature)} r="6" />
    </svg>
  );
}

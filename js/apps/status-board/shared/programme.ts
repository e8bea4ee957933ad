// How a firing goes. The host follows it, and the pages draw it.

export interface Programme {
  readonly title: string;
  /** °C per minute, up to the peak. */
  readonly rate: number;
  readonly peak: number;
  /** Minutes at the peak. */
  readonly soak: number;
}

export const PROGRAMMES = {
  bisque: { title: 'Bisque', rate: 2.5, peak: 1000, soak: 30 },
  glaze: { title: 'Glaze', rate: 3, peak: 1240, soak: 60 },
} as const satisfies Record<string, Programme>;

export type ProgrammeName = keyof typeof PROGRAMMES;

export const ROOM = 20;
export const OPENS_BELOW = 60;
/** Of what is above the room's temperature, this part is gone after a minute. */
export const COOLING = 0.006;

/** Minutes from this temperature until the kiln may be opened. */
export function coolingTime(temperature: number): number {
  return Math.max(0, Math.log((temperature - ROOM) / (OPENS_BELOW - ROOM)) / COOLING);
}

export function duration({ rate, peak, soak }: Programme): number {
  return (peak - ROOM) / rate + soak + coolingTime(peak);
}

/** The temperature that is planned for this minute. */
export function planned({ rate, peak, soak }: Programme, minute: number): number {
  const top = (peak - ROOM) / rate;

  if (minute < top) return ROOM + rate * minute;
  if (minute < top + soak) return peak;
  return ROOM + (peak - ROOM) * Math.exp(-COOLING * (minute - top - soak));
}

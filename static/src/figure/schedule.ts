/** The doses of a schedule, from numbers that a reader can change: the mirror of `il2site/figure/schedule.py`. Pure. */
import type { Dose } from "../model/doses.ts";
import type { Schedule } from "./data.ts";
import type { Settings } from "./settings.ts";

/** The column that counts the doses that have begun. */
export const GIVEN = "doses_given";

/** Which setting leaves out the dose of this number, counted from 1. */
export function skipName(number: number): string {
  return `skip_${number}`;
}

/** Every dose that the settings ask for, skipped or not, in order. */
export function course({ first, cycle_every: cycleEvery, target, duration }: Schedule, settings: Settings): Dose[] {
  const count = Math.floor(settings.dose_count ?? 0);
  const total = count * Math.floor(settings.dose_cycles ?? 1);
  return Array.from({ length: total }, (_, i) => {
    const time = first + Math.floor(i / count) * cycleEvery + (i % count) * (settings.dose_every ?? 0);
    return { time, target, amount: settings.dose_amount ?? 0, duration };
  });
}

/** What is given: the course without the doses that are left out. */
export function doses(schedule: Schedule, settings: Settings): Dose[] {
  return course(schedule, settings).filter((_, i) => !settings[skipName(i + 1)]);
}

/** How many doses have begun at each time. */
export function given(doses: readonly Dose[], times: Float64Array): Float64Array {
  const slack = 1e-9 * (times.at(-1) ?? 0);
  return times.map((time) => doses.filter((dose) => dose.time <= time + slack).length);
}

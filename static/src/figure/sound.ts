/**
 * A curve as sound: its height is the pitch, on the scale of its panel; the clock goes from the left ear to the right.
 * Pure: what is heard and when, without a page and without an instrument.
 */
import type { Series } from "../model/simulate.ts";
import { share, type ValueAxis } from "../view/axis.ts";
import { atShare, shareAt, spoken } from "./clock.ts";
import type { Clock, Stage } from "./data.ts";
import { number } from "./format.ts";
import type { Course } from "./point.ts";
import { indexAt } from "./words.ts";

/** How long a curve lasts, and how often its pitch is told. */
export const SECONDS = 4;
const STEPS = 200;
/** The pitch of the foot of a panel (hertz) and how far its top lies above: what small loudspeakers can give. */
const LOW = 220;
const OCTAVES = 3;
/** How far to the sides the sound goes: 1 would be in one ear alone. */
export const SIDE = 0.8;

export interface Tune {
  /** Hertz, equally spaced in time. */
  readonly pitches: Float32Array;
  /** When a stage is reached, in seconds. */
  readonly ticks: readonly number[];
}

/** The curve of `show`; `axis` is that of its panel. */
export function tune(series: Series, show: string, axis: ValueAxis, clock: Clock, stages: readonly Stage[]): Tune {
  const column = series.columns[show] ?? new Float64Array();
  const pitches = Float32Array.from({ length: STEPS + 1 }, (_, i) => {
    const value = column[indexAt(series.times, atShare(clock, i / STEPS))] ?? NaN;
    return LOW * 2 ** (OCTAVES * share(axis, value));
  });
  const ticks = stages.map(({ at }) => SECONDS * shareAt(clock, at)).filter((at) => at > 0 && at <= SECONDS);
  return { pitches, ticks };
}

/** What a reader is going to hear. */
export function heard({ line }: Course, { type, range }: ValueAxis, clock: Clock): string {
  const [low, high] = range.map((end) => number(type === "log" ? 10 ** end : end));
  const on = type === "log" ? ", on a logarithmic scale" : "";
  return (
    `You hear “${line.label}” from ${spoken(clock.low, clock)} to ${spoken(clock.high, clock)} in ${SECONDS} seconds, ` +
    `from left to right. The higher the tone, the larger the value: the lowest is ${low}, the highest ${high}${on}. ` +
    "A tick marks each step."
  );
}

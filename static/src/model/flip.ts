/** When something changes from one moment to the next. */

import type { Values } from "./network.ts";

/** A grid time that is this part of itself before a jump is taken to be the time of the jump. */
export const ON_THE_DOT = 4 * Number.EPSILON;

/** Whether two sets of modes differ; a mode that is no number equals itself. */
export function differ(one: Values, other: Values): boolean {
  for (let i = 0; i < one.length; i++) {
    if (one[i] !== other[i] && (one[i]! === one[i]! || other[i]! === other[i]!)) return true;
  }
  return false;
}

/** Next to time 0, whose neighbours are without number, a time is found to this part of the run. */
const FINEST = 1e-20;

/** The first time at which `flipped` holds, to the last bit: it does not at `low`, and it does at `high`. */
export function firstFlip(flipped: (t: number) => boolean, low: number, high: number, end: number): number {
  for (;;) {
    const middle = low + (high - low) / 2;
    if (!(middle > low && middle < high) || high - low <= FINEST * end) return high;
    if (flipped(middle)) high = middle;
    else low = middle;
  }
}

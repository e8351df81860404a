/** What a figure's cursor moves along, and how a place on it is written and said. Pure. */
import type { Clock } from "./data.ts";
import { counted, inside, number } from "./format.ts";
import { UNITS } from "./words.ts";

const SPOKEN: Readonly<Record<string, readonly [before: string, after: string]>> = {
  s: ["", " seconds"],
  min: ["minute ", ""],
  h: ["hour ", ""],
  d: ["day ", ""],
  wk: ["week ", ""],
};

/** The scrubber has so many positions above 0; its handle moves by one at an arrow key. */
export const POSITIONS = 300;

/** How far along its clock `at` stands: 0 at the low end, 1 at the high end. */
export function shareAt({ low, high, scale }: Clock, at: number): number {
  return scale === "log" ? Math.log(at / low) / Math.log(high / low) : (at - low) / (high - low);
}

/** What stands `share` of the way along the clock; the ends exactly. */
export function atShare({ low, high, scale }: Clock, share: number): number {
  if (share <= 0) return low;
  if (share >= 1) return high;
  return scale === "log" ? low * (high / low) ** share : low + share * (high - low);
}

/** `at` to the digits that one position of the scrubber tells: 7.2846 of 30 -> 7.3. */
export function rounded(at: number, clock: Clock): number {
  return clock.scale === "log" ? Number(at.toPrecision(3)) : Number(at.toFixed(digits(clock)));
}

/** `at` as shown beside the scrubber; linear ones always with as many digits, so that nothing jumps: "7.0 d". */
export function shown(at: number, clock: Clock): string {
  const text = clock.scale === "log" ? number(rounded(at, clock)) : at.toFixed(digits(clock));
  return counted(text, clock.unit);
}

/** `at` as a screen reader says it: "day 7.3", "4.2 seconds", "dwell time 5.2 s". */
export function spoken(at: number, clock: Clock): string {
  if (clock.kind === "parameter") {
    return `${inside(clock.label)} ${counted(reading(at, clock), clock.unit)}`;
  }
  const [before, after] = SPOKEN[clock.unit] ?? ["", ` ${clock.unit}`];
  return `${before}${reading(at, clock)}${after}`;
}

/** The number of a place of the clock, to the digits that one position of the scrubber tells: "102.7" of 112. */
export function reading(at: number, clock: Clock): string {
  return clock.kind === "parameter" ? number(rounded(at, clock)) : String(rounded(at, clock));
}

/** A place of the clock in a sentence: "on day 7.3", "at 4.2 seconds", "at dwell time 5.2 s". */
export function moment(at: number, clock: Clock): string {
  return `${clock.kind === "time" && clock.unit === "d" ? "on" : "at"} ${spoken(at, clock)}`;
}

/** A length of time: "2.5 days", "1 hour", "3 ms". */
export function lasting(time: number, clock: Clock): string {
  const length = rounded(time, clock);
  const name = UNITS[clock.unit];
  return `${length} ${name ? `${name}${length === 1 ? "" : "s"}` : clock.unit}`;
}

function digits({ low, high, least_digits: least = 0 }: Clock): number {
  return Math.min(Math.max(Math.ceil(-Math.log10((high - low) / POSITIONS)), least), 10);
}

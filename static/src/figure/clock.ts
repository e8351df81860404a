/** How a time of a run is written and said. Pure. */
const SPOKEN: Readonly<Record<string, readonly [before: string, after: string]>> = {
  s: ["", " seconds"],
  min: ["minute ", ""],
  h: ["hour ", ""],
  d: ["day ", ""],
  wk: ["week ", ""],
};

/** The scrubber has so many positions above 0; its handle moves by one at an arrow key. */
export const POSITIONS = 300;

/** `time` to the digits that one position of the scrubber tells: 7.2846 of 30 -> 7.3. */
export function rounded(time: number, end: number): number {
  return Number(time.toFixed(digits(end)));
}

/** `time` as shown beside the scrubber, always with as many digits, so that nothing jumps: "7.0 d". */
export function shown(time: number, end: number, unit: string): string {
  return `${time.toFixed(digits(end))} ${unit}`;
}

/** `time` as a screen reader says it: "day 7.3", "4.2 seconds". */
export function spoken(time: number, end: number, unit: string): string {
  const [before, after] = SPOKEN[unit] ?? ["", ` ${unit}`];
  return `${before}${rounded(time, end)}${after}`;
}

function digits(end: number): number {
  return Math.min(Math.max(Math.ceil(-Math.log10(end / POSITIONS)), 0), 10);
}

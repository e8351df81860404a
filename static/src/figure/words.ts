/**
 * Sentences that follow a run: the mirror of `il2site/figure/words.py`, which explains what can be written. Pure.
 *
 *     "After {time} s {bound} of {antigens} antigens are held."
 *     "The peak is {total.peak.vs} and comes {total.peak_time.vs}[, and half is left {total.half_life} days later]."
 */
import type { Series } from "../model/simulate.ts";
import { area, crossing, doublingTime, type Curve } from "./curve.ts";
import { amount, LEAST_AMOUNT, number } from "./format.ts";

/** A run and the parameters with which it was made. */
export interface Measured {
  readonly series: Series;
  readonly parameters: Readonly<Record<string, number>>;
  /** The unit of its times; empty when they are no times (a scan). */
  readonly timeUnit: string;
  /** What the value now of the clock is called: `time`, in a scan `x`. */
  readonly clock: "time" | "x";
}

/** The run to compare with: the usual one for "" (null when it is the one that is told), else that of a preset's label. */
export type Others = (name: string) => Measured | null;

interface Hole {
  readonly name: string;
  readonly at: number | null;
  readonly measure: string;
  readonly arguments: readonly string[];
  /** What it is compared with: null for nothing, "" for the usual run, else a preset, a state or an output. */
  readonly other: string | null;
  /** Whether there are only whole ones, and what is counted: one of it, and many. */
  readonly whole: boolean;
  readonly noun: readonly [one: string, many: string] | null;
}

const HOLE = /\{([^{}]*)\}/g;
const CLAUSE = /\[([^[\]]*)\]/g;
const INSIDE = new RegExp(
  String.raw`^\s*(?<name>[A-Za-z_]\w*(?:@[A-Za-z_]\w*)?)(?:@(?<at>\d+(?:\.\d+)?))?` +
    String.raw`(?:\.(?!vs\b)(?<measure>\w+)(?:\((?<args>[^()]*)\))?)?` +
    String.raw`(?:(?<compared>\.vs(?:\((?<other>.*)\))?)?|:(?<whole>whole)?(?:\s*(?<one>[^/]+)/(?<many>[^/]+))?)\s*$`,
);
export const UNITS: Readonly<Record<string, string>> = { s: "second", min: "minute", h: "hour", d: "day", wk: "week" };

/** `template` with the measures at time `now`. What is not known is "not a number": the build refuses such templates. */
export function fill(template: string, measured: Measured, now: number, others: Others = () => null): string {
  const told = (inside: string): string | null => {
    const hole = readHole(inside);
    return hole && toldHole(hole, measured, now, others);
  };
  const isTold = (part: string): boolean => [...part.matchAll(HOLE)].every(([, inside]) => told(inside!) !== null);
  const clauses = template.replace(CLAUSE, (_, parts: string) => parts.split("|").find(isTold) ?? "");
  return clauses.replace(HOLE, (_, inside: string) => told(inside) ?? missing(inside));
}

function readHole(inside: string): Hole | null {
  const found = INSIDE.exec(inside)?.groups;
  if (!found) return null;
  return {
    name: found.name!,
    at: found.at === undefined ? null : Number(found.at),
    measure: found.measure ?? "now",
    arguments: found.args?.split(",").map((part) => part.trim()) ?? [],
    other: found.compared === undefined ? null : (found.other ?? "").trim(),
    whole: found.whole !== undefined,
    noun: found.one === undefined ? null : [found.one.trim(), found.many!.trim()],
  };
}

/** The words for a hole; null when there is no number. */
function toldHole(hole: Hole, measured: Measured, now: number, others: Others): string | null {
  const value = valueOf(hole, measured, now);
  if (hole.other === null) return Number.isFinite(value) ? withNoun(hole, value) : null;
  const inside = Object.hasOwn(measured.series.columns, hole.other);
  const other = inside ? measured : (others(hole.other) ?? (hole.other === "" ? measured : null));
  const reference = other && valueOf(inside ? { ...hole, name: hole.other } : hole, other, now);
  return reference === null ? null : compared(measureOf(hole)?.kind ?? "level", value, reference, measured);
}

/** A number with what it counts: "78 cells", "1 cell"; of what there is only whole, "less than 1 cell". */
function withNoun(hole: Hole, value: number): string {
  const said = !hole.whole ? amount(value) : value >= LEAST_AMOUNT && value < 0.5 ? LESS : number(Math.floor(value + 0.5));
  return hole.noun ? `${said} ${hole.noun[said === "1" || said === LESS ? 0 : 1]}` : said;
}

const LESS = "less than 1";

/** The number that `{inside}` is at the end of a run; not a number when there is none. */
export function numberOf(inside: string, measured: Measured): number {
  const hole = readHole(inside);
  return hole ? valueOf(hole, measured, measured.series.times.at(-1) ?? NaN) : NaN;
}

function missing(inside: string): string {
  const hole = readHole(inside);
  if (hole && hole.other !== null) return "not to be compared";
  return (hole && measureOf(hole)?.missing) ?? "not a number";
}

/** A measure of the curve `name` that needs no numbers ("peak"); not a number when there is none. */
export function measured(name: string, measure: string, series: Series): number {
  const hole = { name, at: null, measure, arguments: [], other: null, whole: false, noun: null };
  return valueOf(hole, { series, parameters: {}, timeUnit: "", clock: "time" }, 0);
}

/** Whether a measure is a level of its curve, a moment or a length of time. */
export function kindOf(measure: string): Kind {
  return (Object.hasOwn(MEASURES, measure) && MEASURES[measure]!.kind) || "level";
}

function measureOf({ measure }: Hole): Measure | undefined {
  return Object.hasOwn(MEASURES, measure) ? MEASURES[measure] : undefined;
}

/** The last grid point at or before `now` (with a billionth of the run as tolerance); the first when there is none. */
export function indexAt(times: Float64Array, now: number): number {
  const limit = now + 1e-9 * (times[times.length - 1]! - times[0]!);
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return Math.max(low - 1, 0);
}

function valueOf(hole: Hole, { series: { times, columns }, parameters, clock }: Measured, now: number): number {
  const { name, measure } = hole;
  if (name === clock) return now;
  if (measure === "now" && Object.hasOwn(parameters, name)) return parameters[name]!;
  const values = Object.hasOwn(columns, name) ? columns[name]! : new Float64Array();
  if (values.length === 0) return NaN;
  if (measure === "now") return values[indexAt(times, hole.at ?? now)]!;
  const numbers = hole.arguments.map((text) => (Object.hasOwn(columns, text) ? columns[text]! : Number(text)));
  return measureOf(hole)?.of({ times, values, smooth: true }, ...numbers) ?? NaN;
}

// --- measures

type Kind = "level" | "moment" | "duration";

interface Measure {
  readonly of: (curve: Curve, ...numbers: (number | Float64Array)[]) => number;
  readonly kind?: Kind;
  /** What is said when there is no number. */
  readonly missing?: string;
}

const MEASURES: Readonly<Record<string, Measure>> = {
  start: { of: ({ values }) => values[0]! },
  end: { of: ({ values }) => values[values.length - 1]! },
  peak: { of: ({ values }) => values[peakIndex(values)]! },
  peak_time: { of: peakTime, kind: "moment" },
  fold: { of: ({ values }) => values[peakIndex(values)]! / (values[firstAboveZero(values)] ?? NaN) },
  half_life: { of: halfLife, kind: "duration", missing: "no half-life" },
  doubling: { of: doubling as Measure["of"], kind: "duration", missing: "no doubling" },
  cross: { of: cross as Measure["of"], kind: "moment", missing: "no crossing" },
  plateau: { of: plateau as Measure["of"], missing: "no plateau" },
  auc: { of: area as Measure["of"] },
};

function peakIndex(values: Float64Array): number {
  return values.reduce((best, v, i) => (v > values[best]! ? i : best), 0);
}

function peakTime({ times, values }: Curve): number {
  return times[peakIndex(values)]!;
}

function firstAboveZero(values: Float64Array): number {
  return values.findIndex((v) => v > 0);
}

function halfLife(curve: Curve): number {
  const [start, peak] = [peakTime(curve), curve.values[peakIndex(curve.values)]!];
  return peak > 0 ? crossing(curve, peak / 2, start) - start : NaN;
}

function doubling(curve: Curve, start?: number, end?: number): number {
  const first = start ?? curve.times[firstAboveZero(curve.values)] ?? NaN;
  const time = doublingTime(curve, first, end ?? peakTime(curve));
  return time > 0 ? time : NaN;
}

function cross(curve: Curve, level: number | Float64Array, after?: number): number {
  if (typeof level === "number") return crossing(curve, level, after);
  return crossing({ ...curve, values: curve.values.map((v, i) => v - level[i]!), smooth: false }, 0, after);
}

function plateau({ values }: Curve, percent = 5): number {
  const tail = values.subarray(Math.ceil(0.9 * (values.length - 1)));
  const mean = tail.reduce((sum, v) => sum + v, 0) / tail.length;
  return Math.max(...tail) - Math.min(...tail) <= (percent / 100) * Math.abs(mean) ? mean : NaN;
}

// --- comparison

/** How `value` stands to `reference`: "40 % lower", "3.2 times as long", "2 days later"; null when it cannot be said. */
function compared(kind: Kind, value: number, reference: number, measured: Measured): string | null {
  if (!Number.isFinite(value) || !Number.isFinite(reference)) return null;
  if (kind === "moment" && measured.timeUnit) return shifted(value - reference, measured);
  if (value === reference) return "the same";
  if (reference <= 0 || value < 0) return null;
  if (Math.floor(100 * Math.abs(1 - value / reference) + 0.5) === 0) {
    return amount(value) === amount(reference) ? "the same" : "about the same";
  }
  return kind === "duration"
    ? ratioWords(value / reference, "longer", "shorter", "long")
    : ratioWords(value / reference, "higher", "lower", "high");
}

function ratioWords(ratio: number, more: string, less: string, as: string): string {
  const percent = Math.floor(100 * Math.abs(1 - ratio) + 0.5);
  if (ratio < 1) return percent < 100 || ratio === 0 ? `${percent} % ${less}` : `more than 99 % ${less}`;
  return percent < 100 ? `${percent} % ${more}` : `${number(ratio)} times as ${as}`;
}

function shifted(by: number, { series: { times }, timeUnit }: Measured): string {
  if (Math.abs(by) <= 1e-3 * (times[times.length - 1]! - times[0]!)) return "at the same time";
  const said = number(Math.abs(by));
  const name = UNITS[timeUnit];
  const unit = name === undefined ? timeUnit : said === "1" ? name : `${name}s`;
  return `${said} ${unit} ${by > 0 ? "later" : "earlier"}`;
}

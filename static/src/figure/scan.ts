/**
 * A scan: the same run again and again, with a parameter that goes from one end of a sweep to the other. The mirror of
 * `il2site/figure/scan.py`. Pure.
 */
import type { Outcome, Run, Series } from "../model/simulate.ts";
import { address } from "./arms.ts";
import type { Arm, Sweep } from "./data.ts";
import { numberOf } from "./words.ts";

/** The measures at every run of a sweep, as far as all runs finished. */
export interface Scanned {
  readonly series: Series;
  /** That of the first run that did not finish. */
  readonly outcome: Outcome;
  /** Where the sweep was by then. */
  readonly at: number;
}

/** What a run of a sweep gives. */
export interface Swept {
  readonly outcome: Outcome;
  readonly measures: Readonly<Record<string, number>>;
}

/**
 * The scan, run by run; `swept` makes the run of an arm with other values of parameters. With `enough` only at some
 * positions, which are asked for until that says yes.
 */
export function* scanning(
  { parameter, positions, measures }: Sweep, arms: readonly Arm[], swept: (set: Arm["set"], arm: Arm) => Swept, enough: (() => boolean) | null,
): Generator<void, Scanned> {
  const told = Object.keys(measures);
  const names = arms.flatMap((arm) => told.map((name) => address(name, arm)));
  const rows: Row[] = [];
  let outcome: Outcome = { kind: "finished" };
  let reach = positions.length;
  for (const place of enough ? telling(rows, positions.length, enough) : positions.keys()) {
    const runs: Swept[] = [];
    for (const arm of arms) {
      if (rows.length + runs.length > 0) yield;
      runs.push(swept({ [parameter]: positions[place]! }, arm));
    }
    rows.push({ place, values: runs.flatMap((run) => told.map((name) => run.measures[name]!)) });
    const failed = runs.find((run) => run.outcome.kind !== "finished");
    if (failed && place < reach) [outcome, reach] = [failed.outcome, place];
    if (failed && !enough) break;
  }
  const reached = rows.filter(({ place }) => place < reach).sort((a, b) => a.place - b.place);
  const columns = names.map((name, k) => [name, Float64Array.from(reached, ({ values }) => values[k]!)] as const);
  const times = Float64Array.from(reached, ({ place }) => positions[place]!);
  return { series: { times, columns: Object.fromEntries(columns) }, outcome, at: positions[reach] ?? NaN };
}

/** What the runs at a place of the sweep have given: each measure, arm by arm. */
interface Row {
  readonly place: number;
  readonly values: readonly number[];
}

/** At least so many places, and at most one in so many, tell how a scan goes. */
const FEWEST = 6;
const ONE_IN = 4;

/** The places that tell most of a scan: both ends, then again and again the middle of the gap over which it changes most. */
function* telling(rows: readonly Row[], length: number, enough: () => boolean): Generator<number> {
  yield 0;
  if (length > 1) yield length - 1;
  while (rows.length < FEWEST || (rows.length < length / ONE_IN && !enough())) {
    const known = [...rows].sort((a, b) => a.place - b.place);
    const ranges = known[0]!.values.map((_, k) => {
      const all = known.map(({ values }) => values[k]!);
      return Math.max(...all) - Math.min(...all);
    });
    const gaps = known.slice(1).map((high, i) => {
      const low = known[i]!;
      const wide = high.place - low.place;
      const steps = ranges.map((range, k) => Math.abs(high.values[k]! - low.values[k]!) / (range || 1));
      return { middle: low.place + (wide >> 1), weight: wide > 1 ? Math.max(...steps.filter(Number.isFinite), 0) + wide / (2 * length) : 0 };
    });
    const { middle, weight } = gaps.reduce((most, gap) => (gap.weight > most.weight ? gap : most));
    if (weight === 0) return;
    yield middle;
  }
}

/** The measures of a run. */
export function sweptOf({ measures }: Sweep, { series, outcome }: Run): Swept {
  const measured = { series, parameters: {}, timeUnit: "", clock: "time" } as const;
  const told = Object.entries(measures).map(([name, text]) => [name, numberOf(text, measured)]);
  return { outcome, measures: Object.fromEntries(told) };
}

/** A scan of fewer runs at all `positions`, as far as it came; between its runs it rises or falls as they do, without a kink. */
export function filledIn({ times, columns }: Series, positions: readonly number[], log: boolean): Series {
  const reached = positions.filter((x) => x <= (times.at(-1) ?? -Infinity));
  const scaled = (values: Iterable<number> | ArrayLike<number>, isLog: boolean): number[] => Array.from(values as ArrayLike<number>, (v) => (isLog ? Math.log(v) : v));
  const [known, wanted] = [scaled(times, log), scaled(reached, log)];
  const filled = (column: Float64Array): Float64Array => {
    const isLog = column.every((value) => value > 0);
    const made = smooth(known, scaled(column, isLog), wanted);
    return Float64Array.from(made, (value, i) => {
      const run = times.indexOf(reached[i]!);
      return run >= 0 ? column[run]! : isLog ? Math.exp(value) : value;
    });
  };
  const all = Object.entries(columns).map(([name, column]) => [name, filled(column)] as const);
  return { times: Float64Array.from(reached), columns: Object.fromEntries(all) };
}

/** Scans at the same positions as one, as far as all came. */
export function together(all: readonly Series[]): Series {
  const length = Math.min(...all.map(({ times }) => times.length));
  const columns = all.flatMap((one) => Object.entries(one.columns).map(([name, column]) => [name, column.subarray(0, length)] as const));
  return { times: all[0]!.times.subarray(0, length), columns: Object.fromEntries(columns) };
}

/**
 * At `wanted` the curve through the points that turns nowhere but at them (F. N. Fritsch and R. E. Carlson, SIAM J Numer
 * Anal 1980;17:238, with the slopes of F. N. Fritsch and J. Butland, SIAM J Sci Stat Comput 1984;5:300).
 */
function smooth(x: readonly number[], y: readonly number[], wanted: readonly number[]): number[] {
  const widths = x.slice(1).map((high, i) => high - x[i]!);
  const rises = widths.map((width, i) => (y[i + 1]! - y[i]!) / width);
  const slopes = x.map((_, i) => {
    const [before = rises[i] ?? 0, after = before] = [rises[i - 1], rises[i]];
    if (!(before * after > 0)) return 0;
    const [left = 1, right = 1] = [widths[i - 1], widths[i]];
    const [a, b] = [2 * right + left, right + 2 * left];
    return (a + b) / (a / before + b / after);
  });
  let gap = 0;
  return wanted.map((at) => {
    while (gap < widths.length - 1 && at > x[gap + 1]!) gap++;
    const [width, low, high] = [widths[gap] ?? 1, y[gap]!, y[gap + 1] ?? y[gap]!];
    const share = (at - x[gap]!) / width;
    const rest = 1 - share;
    const bend = (width * slopes[gap]! - (high - low)) * rest - (width * (slopes[gap + 1] ?? 0) - (high - low)) * share;
    return low + share * (high - low) + share * rest * bend;
  });
}

/** What lies `share` of the way from `low` to `high`; exactly these at the ends. */
function between(low: number, high: number, share: number, log: boolean): number {
  if (share === 0 || share === 1) return share ? high : low;
  return log && low > 0 && high > 0 ? low * (high / low) ** share : low + share * (high - low);
}

/** `pieces` places in each gap between two runs: 1, 100 become 1, 10, 100 on a logarithmic axis. */
export function refined({ times, columns }: Series, pieces: number, log: boolean): Series {
  const fine = Object.entries(columns).map(([name, column]) => [name, filled(column, pieces, true)] as const);
  return { times: filled(times, pieces, log), columns: Object.fromEntries(fine) };
}

function filled(values: Float64Array, pieces: number, log: boolean): Float64Array {
  const last = values.length - 1;
  if (last < 0) return values;
  return Float64Array.from({ length: last * pieces + 1 }, (_, i) => {
    const place = Math.floor(i / pieces);
    return between(values[place]!, values[Math.min(place + 1, last)]!, (i % pieces) / pieces, log);
  });
}

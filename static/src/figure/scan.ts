/**
 * A scan: the same run again and again, with a parameter that goes from one end of a sweep to the other. The mirror of
 * `il2site/figure/scan.py`. Pure.
 */
import type { Outcome, Run, Series } from "../model/simulate.ts";
import { joined } from "./arms.ts";
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

/** The scan, run by run; `swept` makes the run of an arm with other values of parameters. */
export function* scanning(
  sweep: Sweep, arms: readonly Arm[], swept: (set: Arm["set"], arm: Arm) => Swept,
): Generator<void, Scanned> {
  const rows: Record<string, number>[] = [];
  let outcome: Outcome = { kind: "finished" };
  for (const x of sweep.positions) {
    const runs: Swept[] = [];
    for (const arm of arms) {
      if (rows.length + runs.length > 0) yield;
      runs.push(swept({ [sweep.parameter]: x }, arm));
    }
    outcome = runs.find((run) => run.outcome.kind !== "finished")?.outcome ?? outcome;
    if (outcome.kind !== "finished") break;
    rows.push(joined(arms, runs.map(({ measures }) => measures)));
  }
  const names = joined(arms, arms.map(() => sweep.measures));
  const columns = Object.keys(names).map((name) => [name, Float64Array.from(rows, (row) => row[name]!)] as const);
  const times = Float64Array.from(sweep.positions.slice(0, rows.length));
  return { series: { times, columns: Object.fromEntries(columns) }, outcome, at: sweep.positions[rows.length] ?? NaN };
}

/** The measures of a run. */
export function sweptOf({ measures }: Sweep, { series, outcome }: Run): Swept {
  const measured = { series, parameters: {}, timeUnit: "", clock: "time" } as const;
  const told = Object.entries(measures).map(([name, text]) => [name, numberOf(text, measured)]);
  return { outcome, measures: Object.fromEntries(told) };
}

/** One position of `step`, and both ends. */
export function thinned(positions: readonly number[], step: number): number[] {
  return positions.filter((_, i) => i % step === 0 || i === positions.length - 1);
}

/** A scan of fewer runs at all `positions`, as far as it came; between its runs as `refined` has it. */
export function filledIn({ times, columns }: Series, positions: readonly number[], log: boolean): Series {
  const reached = positions.filter((x) => x <= (times.at(-1) ?? -Infinity));
  const places = reached.map((x) => {
    const next = times.findIndex((time) => time >= x);
    const [low, high] = [times[Math.max(next - 1, 0)]!, times[next]!];
    const share = x === high ? 1 : log ? Math.log(x / low) / Math.log(high / low) : (x - low) / (high - low);
    return { next, share };
  });
  const filled = (column: Float64Array): Float64Array =>
    Float64Array.from(places, ({ next, share }) => between(column[Math.max(next - 1, 0)]!, column[next]!, share, true));
  const all = Object.entries(columns).map(([name, column]) => [name, filled(column)] as const);
  return { times: Float64Array.from(reached), columns: Object.fromEntries(all) };
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

/** Many runs of one network that differ only by chance: their mean, their spread, and how they are distributed. */

import type { Network, Values } from "./network.ts";
import { method, parameterValues, taskOf } from "./simulate.ts";
import type { RunOptions } from "./simulate.ts";
import { finite } from "./system.ts";
import type { Outcome } from "./task.ts";

type Columns = Readonly<Record<string, Float64Array>>;

/** Every state and output on the grid of times, as far as all runs came. */
export interface Ensemble {
  readonly times: Float64Array;
  readonly mean: Columns;
  /** Standard deviation of a sample (n − 1); 0 for a single run. */
  readonly sd: Columns;
  /** By the percentage as written by JavaScript, such as "5" or "97.5". */
  readonly percentiles: Readonly<Record<string, Columns>>;
  /** That of the run that came least far. */
  readonly outcome: Outcome;
}

/**
 * `runs` runs of the network: the i-th (from 0) has the seed of the options plus i. `percentiles` in 0 … 100; between
 * two runs they are interpolated, as numpy does. Without any no run is kept; with some all are, at 8 bytes a number.
 * @throws Error as `run` does, and when there are no runs or a percentage makes no sense.
 */
export function ensemble(
  network: Network, options: RunOptions, runs: number, percentiles: readonly number[] = [],
): Ensemble {
  if (!(Number.isInteger(runs) && runs >= 1)) throw new Error(`an ensemble needs 1 run or more, not ${runs}`);
  const impossible = percentiles.find((q) => !(q >= 0 && q <= 100));
  if (impossible !== undefined) throw new Error(`a percentile lies between 0 and 100, not at ${impossible}`);
  const p = parameterValues(network, options.set);
  const task = taskOf(options, network.states.length);
  const sample = new Sample(network, p, task.times, runs, percentiles.length > 0, task.raw);
  const once = method(network, p, task, options.method, null, sample.keep);
  for (let i = 0; i < runs; i++) sample.close(once(options.seed + i));
  return sample.result(percentiles);
}

/** Running means and sums of squares (B. P. Welford, Technometrics 1962;4:419), column by column. */
class Sample {
  readonly keep: (y: Values) => void;
  private readonly names: readonly string[];
  private readonly times: Float64Array;
  private readonly runs: number;
  private readonly mean: Values;
  private readonly squares: Values;
  /** All values, run by run within each place; null when they are not kept. */
  private readonly all: Values | null;
  private run = 0;
  private place = 0;
  private spoilt = false;
  /** Number of times to which all runs came. */
  private common: number;
  private outcome: Outcome = { kind: "finished" };

  constructor(network: Network, p: Values, times: Float64Array, runs: number, keepsAll: boolean, raw: boolean) {
    const n = network.states.length;
    const out = new Float64Array(network.outputs.length);
    const length = (n + out.length) * times.length;
    this.names = [...network.states, ...network.outputs];
    [this.times, this.runs, this.common] = [times, runs, times.length];
    [this.mean, this.squares] = [new Float64Array(length), new Float64Array(length)];
    this.all = keepsAll ? new Float64Array(length * runs) : null;
    this.keep = (y) => {
      if (this.spoilt) return;
      network.output(times[this.place]!, y, p, out);
      this.spoilt = !raw && !(finite(y) && finite(out));
      if (this.spoilt) return;
      for (let c = 0; c < n; c++) this.add(c, y[c]!);
      for (let c = 0; c < out.length; c++) this.add(n + c, out[c]!);
      this.place++;
    };
  }

  private add(column: number, value: number): void {
    const at = column * this.times.length + this.place;
    const difference = value - this.mean[at]!;
    this.mean[at]! += difference / (this.run + 1);
    this.squares[at]! += difference * (value - this.mean[at]!);
    if (this.all !== null) this.all[at * this.runs + this.run] = value;
  }

  /** Ends a run. */
  close(outcome: Outcome): void {
    if (this.place < this.common) {
      this.common = this.place;
      this.outcome = this.spoilt ? { kind: "not a number", at: this.times[this.place]! } : outcome;
    }
    this.run++;
    this.place = 0;
    this.spoilt = false;
  }

  result(percentiles: readonly number[]): Ensemble {
    const { mean, squares, runs } = this;
    return {
      times: this.times.slice(0, this.common),
      mean: this.columns((at) => mean[at]!),
      sd: this.columns((at) => Math.sqrt(squares[at]! / Math.max(1, runs - 1))),
      percentiles: this.percentiles(percentiles),
      outcome: this.outcome,
    };
  }

  private columns(value: (at: number) => number): Columns {
    const column = (c: number): Float64Array =>
      Float64Array.from({ length: this.common }, (_, i) => value(c * this.times.length + i));
    return Object.fromEntries(this.names.map((name, c) => [name, column(c)]));
  }

  private percentiles(percentiles: readonly number[]): Record<string, Columns> {
    const { all, runs } = this;
    if (all === null) return {};
    for (let at = 0; at * runs < all.length; at++) all.subarray(at * runs, (at + 1) * runs).sort();
    const columns = (q: number): Columns => this.columns((at) => percentile(all, at * runs, runs, q));
    return Object.fromEntries(percentiles.map((q) => [String(q), columns(q)]));
  }
}

/** Of the `n` sorted values from place `first` on. */
function percentile(values: Values, first: number, n: number, q: number): number {
  const rank = ((n - 1) * q) / 100;
  const below = Math.floor(rank);
  const low = values[first + below]!;
  return below === rank ? low : low + (rank - below) * (values[first + below + 1]! - low);
}

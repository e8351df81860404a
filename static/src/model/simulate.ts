/** Run a network from time 0: all of it at once, so that playing and scrubbing only read what is there. */

import { directMethod } from "./gillespie.ts";
import type { Events } from "./gillespie.ts";
import type { Network, Values } from "./network.ts";
import { solve } from "./solver.ts";
import type { Outcome } from "./solver.ts";

export type { Events, Network, Outcome };

export interface RunOptions {
  /** Parameters that differ from their defaults, by name. */
  readonly set: Readonly<Record<string, number>>;
  /** Last time of the run. */
  readonly end: number;
  /** Number of grid times from 0 to `end`, both included. */
  readonly points: number;
  /** "ode": average behaviour; "ssa": single random events. */
  readonly method: "ode" | "ssa";
  /** Which random run; not used by "ode". */
  readonly seed: number;
  /** Steps or events after which to give up; `STEP_BUDGET` and `EVENT_BUDGET` when absent. */
  readonly budget?: number;
}

/** Every state and output of the network on the grid of times; all arrays have the same length. */
export interface Series {
  readonly times: Float64Array;
  readonly columns: Readonly<Record<string, Float64Array>>;
}

export interface Run {
  /** As far as the run came: fewer grid times than asked for unless it finished; every value is a finite number. */
  readonly series: Series;
  /** What happened when, in a stochastic run; otherwise null. */
  readonly events: Events | null;
  readonly outcome: Outcome;
}

export const STEP_BUDGET = 50_000;
export const EVENT_BUDGET = 2_000_000;

/**
 * One run.
 * @throws Error when a parameter has an unknown name or is not finite, or the times do not make a grid:
 *   mistakes of the caller. What the numbers lead to is never thrown but told by `outcome`.
 */
export function run(network: Network, options: RunOptions): Run {
  const p = parameterValues(network, options.set);
  const times = grid(options.end, options.points);
  const record = new Recorder(network, p, times);
  if (options.method === "ode") {
    const outcome = solve(network, p, times, options.budget ?? STEP_BUDGET, record.keep);
    return { series: record.series(), events: null, outcome: record.verdict(outcome) };
  }
  const budget = options.budget ?? EVENT_BUDGET;
  const { events, outcome } = directMethod(network, p, times, options.seed, budget, record.keep);
  return { series: record.series(), events, outcome: record.verdict(outcome) };
}

/** The defaults of the network with `set` laid over them, in the order of `network.parameters`. */
export function parameterValues(network: Network, set: Readonly<Record<string, number>>): Values {
  const p = Float64Array.from(network.defaults);
  for (const [name, value] of Object.entries(set)) {
    const index = network.parameters.indexOf(name);
    if (index < 0) {
      throw new Error(`${network.name} has no parameter "${name}"; it has ${network.parameters.join(", ") || "none"}`);
    }
    if (!Number.isFinite(value)) throw new Error(`${network.name}: parameter "${name}" is set to ${value}`);
    p[index] = value;
  }
  return p;
}

/** `points` equally spaced times from 0 to `end`; the same numbers as `numpy.linspace(0, end, points)`. */
export function grid(end: number, points: number): Float64Array {
  if (!(end > 0 && Number.isFinite(end))) throw new Error(`a run must end after time 0, not at ${end}`);
  if (!(Number.isInteger(points) && points >= 2)) throw new Error(`a run needs 2 grid times or more, not ${points}`);
  const spacing = end / (points - 1);
  return Float64Array.from({ length: points }, (_, i) => (i === points - 1 ? end : i * spacing));
}

/** Collects states and outputs grid time by grid time, and stops at the first that is no number. */
class Recorder {
  readonly keep: (y: Values) => void;
  private readonly times: Float64Array;
  private readonly columns: Record<string, Float64Array> = {};
  private kept = 0;
  private spoilt = false;

  constructor(network: Network, p: Values, times: Float64Array) {
    this.times = times;
    const names = [...network.states, ...network.outputs];
    const columns = names.map((name) => (this.columns[name] = new Float64Array(times.length)));
    const out = new Float64Array(network.outputs.length);
    const n = network.states.length;
    this.keep = (y) => {
      if (this.spoilt) return;
      network.output(times[this.kept]!, y, p, out);
      this.spoilt = !(y.every(Number.isFinite) && out.every(Number.isFinite));
      if (this.spoilt) return;
      columns.forEach((column, i) => (column[this.kept] = i < n ? y[i]! : out[i - n]!));
      this.kept++;
    };
  }

  series(): Series {
    if (this.kept === this.times.length) return { times: this.times, columns: this.columns };
    const cut = (values: Float64Array): Float64Array => values.slice(0, this.kept);
    const columns = Object.fromEntries(Object.entries(this.columns).map(([name, values]) => [name, cut(values)]));
    return { times: cut(this.times), columns };
  }

  /** The outcome of the method, unless an output failed before. */
  verdict(outcome: Outcome): Outcome {
    return this.spoilt ? { kind: "not a number", at: this.times[this.kept]! } : outcome;
  }
}

/** Run a network from time 0: all of it at once, so that playing and scrubbing only read what is there. */

import type { Dose } from "./doses.ts";
import { DirectMethod, EventLog } from "./gillespie.ts";
import type { EventRoom, Events } from "./gillespie.ts";
import type { Network, Values } from "./network.ts";
import { NOTHING, RELATIVE, solve } from "./solver.ts";
import { finite } from "./system.ts";
import type { Outcome, Task } from "./task.ts";

export type { Dose, Events, Network, Outcome };

export interface RunOptions {
  /** Parameters that differ from their defaults, by name. */
  readonly set: Readonly<Record<string, number>>;
  /** Last time of the run. */
  readonly end: number;
  /** Number of grid times from `start` to `end`, both included. */
  readonly points: number;
  /** "ode": average behaviour; "ssa": single random events. */
  readonly method: "ode" | "ssa";
  /** Which random run; "ode" uses it only to choose between events of equal priority. */
  readonly seed: number;
  /** Steps or events after which to give up; when absent, `stepBudget` and `EVENT_BUDGET`. */
  readonly budget?: number;
  /** What is given from outside; nothing when absent. */
  readonly doses?: readonly Dose[];
  /** Tolerance of a step of "ode", in parts of each state. */
  readonly relative?: number;
  /** An amount of any state, in its own unit, that counts as none to "ode"; for models of pure numbers. */
  readonly nothing?: number;
  /** First time that is reported; the run begins at 0 all the same, and so does the report when absent. */
  readonly start?: number;
  /** Whether outputs may be infinite or no number, and states that are so and stay so. */
  readonly raw?: boolean;
  /** Where "ssa" writes its events, to be read until the next run is written there; otherwise the run has a copy of its own. */
  readonly room?: EventRoom;
}

/** Every state and output of the network on the grid of times; all arrays have the same length. */
export interface Series {
  readonly times: Float64Array;
  readonly columns: Readonly<Record<string, Float64Array>>;
}

export interface Run {
  /** As far as the run came: fewer grid times than asked for unless it finished; every value is finite unless `raw`. */
  readonly series: Series;
  /** What happened when, in a stochastic run; otherwise null. */
  readonly events: Events | null;
  readonly outcome: Outcome;
}

export const EVENT_BUDGET = 2_000_000;

/** Steps for a network of `n` states: as many as a reader can wait for, a second or a few. */
export function stepBudget(n: number): number {
  return Math.max(5_000, Math.min(50_000, Math.floor(1.5e6 / n)));
}

/**
 * One run.
 * @throws Error when a parameter or a dose has an unknown name or no finite number, the times do not make a grid, or
 *   the network allows no stochastic run: mistakes of the caller. What the numbers lead to is never thrown but told
 *   by `outcome`.
 */
export function run(network: Network, options: RunOptions): Run {
  const p = parameterValues(network, options.set);
  const task = taskOf(options, network.states.length);
  const record = new Recorder(network, p, task);
  const log = options.method === "ode" ? null : new EventLog(options.room);
  const outcome = method(network, p, task, options.method, log, record.keep)(options.seed);
  return { series: record.series(), events: log && log.events(), outcome: record.verdict(outcome) };
}

/** What makes one run for a seed; `p` is changed on the way. */
export function method(
  network: Network, p: Values, task: Task, name: RunOptions["method"], log: EventLog | null, keep: (y: Values) => void,
): (seed: number) => Outcome {
  const settings = p.slice();
  const direct = name === "ode" ? null : new DirectMethod(network, p, task, log, keep);
  return (seed) => {
    p.set(settings);
    return direct ? direct.run(seed) : solve(network, p, task, seed, keep);
  };
}

/** What a method needs to know of the options, for a network of so many states. */
export function taskOf(options: RunOptions, states: number): Task {
  const { end, points, budget, doses = [], relative = RELATIVE, nothing = NOTHING, start = 0, raw = false } = options;
  if (!(relative > 0 && relative < 1)) throw new Error(`a tolerance lies between 0 and 1, not at ${relative}`);
  const most = options.method === "ode" ? stepBudget(states) : EVENT_BUDGET;
  return { times: grid(end, points, start), budget: budget ?? most, doses, relative, nothing, raw };
}

/**
 * The defaults of the network with `set` laid over them, in the order of `network.parameters`; behind them room for the
 * constants that `initial` computes.
 */
export function parameterValues(network: Network, set: Readonly<Record<string, number>>): Values {
  const p = new Float64Array(network.parameters.length + network.constants);
  p.set(network.defaults);
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

/** `points` equally spaced times from `start` to `end`; the same numbers as `numpy.linspace(start, end, points)`. */
export function grid(end: number, points: number, start = 0): Float64Array {
  if (!(end > 0 && Number.isFinite(end))) throw new Error(`a run must end after time 0, not at ${end}`);
  if (!(start >= 0 && start < end)) throw new Error(`a report must start between time 0 and the end, not at ${start}`);
  if (!(Number.isInteger(points) && points >= 2)) throw new Error(`a run needs 2 grid times or more, not ${points}`);
  const spacing = (end - start) / (points - 1);
  const times = new Float64Array(points);
  for (let i = 0; i < points; i++) times[i] = i * spacing + start;
  times[points - 1] = end;
  return times;
}

/** Collects states and outputs grid time by grid time, and stops at the first that is no number. */
class Recorder {
  readonly keep: (y: Values) => void;
  private readonly times: Float64Array;
  private readonly columns: Record<string, Float64Array> = {};
  private kept = 0;
  private spoilt = false;

  constructor(network: Network, p: Values, { times, raw }: Task) {
    this.times = times;
    const names = [...network.states, ...network.outputs];
    const columns = names.map((name) => (this.columns[name] = new Float64Array(times.length)));
    const out = new Float64Array(network.outputs.length);
    const n = network.states.length;
    this.keep = (y) => {
      if (this.spoilt) return;
      network.output(times[this.kept]!, y, p, out);
      this.spoilt = !raw && !(finite(y) && finite(out));
      if (this.spoilt) return;
      for (let i = 0; i < n; i++) columns[i]![this.kept] = y[i]!;
      for (let i = 0; i < out.length; i++) columns[n + i]![this.kept] = out[i]!;
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

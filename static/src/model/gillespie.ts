/**
 * Single random reaction events: the direct method of D. T. Gillespie (J Phys Chem 1977;81:2340).
 * Exact for rates that depend on the state alone; a rate that changes with time is taken as it is at the last event.
 */

import type { Network, Values } from "./network.ts";
import { sfc32 } from "./random.ts";
import type { Outcome } from "./solver.ts";

/** What happened when: `reactions[i]` is the number of the reaction at `times[i]`. */
export interface Events {
  readonly times: Float64Array;
  readonly reactions: Int32Array;
}

/**
 * Runs to the last of `times`, or until nothing can happen any more, or until `budget` events are spent.
 * Calls `keep` at each of `times` in turn, with the state just after the last event at or before it.
 * Amounts at the start are rounded to whole molecules, halves up. A negative rate ends the run as "not a number":
 * it is no probability (a reversible reaction has to be written as two).
 */
export function directMethod(
  network: Network, p: Values, times: Float64Array, seed: number, budget: number, keep: (y: Values) => void,
): { events: Events; outcome: Outcome } {
  const uniform = sfc32(seed);
  const log = new EventLog();
  const y = wholeStart(network, p);
  const v = new Float64Array(network.reactions.length);
  const end = times[times.length - 1]!;
  const fill = gridFiller(times, y, keep);
  let t = 0;
  const stop = (outcome: Outcome): { events: Events; outcome: Outcome } => ({ events: log.events(), outcome });
  for (;;) {
    network.rates(t, y, p, v);
    const total = sum(v);
    if (!Number.isFinite(total)) return fill.to(t), stop({ kind: "not a number", at: t });
    if (total <= 0) break;
    const next = t - Math.log(uniform()) / total;
    const reaction = choose(v, uniform() * total);
    if (next > end) break;
    if (log.length >= budget) return fill.to(t), stop({ kind: "too many steps", at: t });
    fill.before(next);
    t = next;
    for (const [state, amount] of network.change[reaction]!) y[state]! += amount;
    log.add(t, reaction);
  }
  fill.to(end);
  return stop({ kind: "finished" });
}

function wholeStart(network: Network, p: Values): Values {
  const y = new Float64Array(network.states.length);
  network.initial(p, y);
  return y.map((amount) => Math.floor(amount + 0.5));
}

interface GridFiller {
  before(t: number): void;
  to(t: number): void;
}

/** Calls `keep(y)` for every grid time not kept yet that lies before `t`, or at or before it. */
function gridFiller(times: Float64Array, y: Values, keep: (y: Values) => void): GridFiller {
  let index = 0;
  return {
    before(t) {
      for (; index < times.length && times[index]! < t; index++) keep(y);
    },
    to(t) {
      for (; index < times.length && times[index]! <= t; index++) keep(y);
    },
  };
}

/** Total of all rates; not a number when one of them is negative. */
function sum(v: Values): number {
  let total = 0;
  for (let j = 0; j < v.length; j++) {
    if (v[j]! < 0) return NaN;
    total += v[j]!;
  }
  return total;
}

/** The first reaction whose cumulative rate exceeds `share`, which lies between 0 and the sum of `v`. */
function choose(v: Values, share: number): number {
  let cumulative = 0;
  for (let j = 0; j < v.length; j++) {
    cumulative += v[j]!;
    if (cumulative > share) return j;
  }
  return lastPossible(v);
}

/** Only for a share rounded up to the sum itself. */
function lastPossible(v: Values): number {
  let j = v.length - 1;
  while (v[j] === 0) j--;
  return j;
}

/** Grows by doubling, so that a million events cost a few copies. */
class EventLog {
  length = 0;
  private times = new Float64Array(1024);
  private reactions = new Int32Array(1024);

  add(time: number, reaction: number): void {
    if (this.length === this.times.length) this.grow();
    this.times[this.length] = time;
    this.reactions[this.length++] = reaction;
  }

  events(): Events {
    return { times: this.times.slice(0, this.length), reactions: this.reactions.slice(0, this.length) };
  }

  private grow(): void {
    const times = new Float64Array(2 * this.length);
    const reactions = new Int32Array(2 * this.length);
    times.set(this.times);
    reactions.set(this.reactions);
    this.times = times;
    this.reactions = reactions;
  }
}

/** What is given to a system from outside, at set times: amounts added to states, and parameters that are switched. */

import type { Network, Values } from "./network.ts";

/**
 * `target` a state (or a concentration): `amount` is added, at once when `duration` is 0, else evenly over it.
 * `target` a parameter: its value is `amount` for the `duration`, for ever when that is 0.
 */
export interface Dose {
  readonly time: number;
  readonly target: string;
  readonly amount: number;
  readonly duration: number;
}

interface Entry {
  readonly from: number;
  readonly to: number;
  readonly amount: number;
  readonly kind: "bolus" | "infusion" | "switch";
  /** Of the state or the parameter. */
  readonly index: number;
  /** Of the concentration among the outputs; −1 when the dose is an amount. */
  readonly output: number;
  /** What the amount is multiplied with: the size in which a concentration is meant, at the start of the dose. */
  factor: number;
}

/**
 * The doses of one run. Several in force on one parameter: that which started last counts (of equals, the last in the
 * list). A concentration target: the amount that raises the concentration by `amount`.
 * @throws Error when a dose has no known target, or numbers that make no sense.
 */
export class Schedule {
  /** The next time at which something starts or ends; Infinity when nothing does. */
  next: number;
  /** What flows into each state per unit of time, until `next`; null when nothing does. */
  inflow: Values | null = null;
  /** Whether anything is ever infused into a state. */
  readonly infuses: boolean;
  private readonly network: Network;
  private readonly entries: readonly Entry[];
  private readonly settings: Values;
  private readonly edges: readonly number[];
  private passed = 0;

  /** `p`: the values of the parameters while no dose is in force on them. */
  constructor(network: Network, doses: readonly Dose[], p: Values) {
    this.network = network;
    this.entries = doses.map((dose) => entry(network, dose)).sort((a, b) => a.from - b.from);
    this.settings = p.slice();
    this.edges = [...new Set(this.entries.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
    this.infuses = this.entries.some(({ kind }) => kind === "infusion");
    this.next = this.edges[0] ?? Infinity;
  }

  /** Does what is due at `t`, changing `y` and `p`; has to be called at each `next`. Whether anything was due. */
  apply(t: number, y: Values, p: Values): boolean {
    if (t < this.next) return false;
    const due = this.entries.filter(({ from }) => from === this.next);
    this.switchParameters(this.next, p);
    for (const each of due) if (each.output >= 0) each.factor = size(this.network, each, t, y, p);
    for (const { kind, index, amount, factor } of due) if (kind === "bolus") y[index]! += amount * factor;
    this.setInflow(this.next, y.length);
    this.next = this.edges[++this.passed] ?? Infinity;
    return true;
  }

  private inForce(t: number, kind: Entry["kind"]): Entry[] {
    return this.entries.filter((each) => each.kind === kind && each.from <= t && t < each.to);
  }

  private switchParameters(t: number, p: Values): void {
    for (const { kind, index } of this.entries) if (kind === "switch") p[index] = this.settings[index]!;
    for (const { index, amount } of this.inForce(t, "switch")) p[index] = amount;
  }

  private setInflow(t: number, states: number): void {
    const active = this.inForce(t, "infusion");
    this.inflow = active.length > 0 ? new Float64Array(states) : null;
    for (const { index, amount, factor, from, to } of active) this.inflow![index]! += (amount * factor) / (to - from);
  }
}

function entry(network: Network, dose: Dose): Entry {
  const { time, target, amount, duration } = dose;
  if (!(time >= 0 && Number.isFinite(time) && Number.isFinite(amount) && duration >= 0 && Number.isFinite(duration))) {
    const given = `time ${time}, amount ${amount}, duration ${duration}`;
    throw new Error(`${network.name}: a dose needs a time and a duration of 0 or more, and an amount, not ${given}`);
  }
  const parameter = network.parameters.indexOf(target);
  if (parameter >= 0) {
    const to = duration === 0 ? Infinity : time + duration;
    return { from: time, to, amount, kind: "switch", index: parameter, output: -1, factor: 1 };
  }
  const state = network.states.indexOf(target);
  const index = state >= 0 ? state : (network.twins?.[target] ?? -1);
  if (index < 0) throw new Error(`${network.name} has no state or parameter "${target}" for a dose`);
  const output = state >= 0 ? -1 : network.outputs.indexOf(target);
  const kind = time + duration === time ? "bolus" : "infusion";
  return { from: time, to: time + duration, amount, kind, index, output, factor: 1 };
}

/** The size of which a concentration is the amount's part: what has to be in it for a concentration of 1. */
function size(network: Network, { index, output }: Entry, t: number, y: Values, p: Values): number {
  const out = new Float64Array(network.outputs.length);
  const one = y.slice();
  one[index] = 1;
  network.output(t, one, p, out);
  return 1 / out[output]!;
}

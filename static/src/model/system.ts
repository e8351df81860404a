/** The differential equations of one run, as a step of a solver sees them: smooth, because modes and doses are held. */

import { Plan } from "./linear.ts";
import type { Network, Values } from "./network.ts";

/** A negative value this small against the largest so far cannot be told from zero. */
const NOISE = 1e-6;

/** A network's zeros are the same in each of its runs. */
const PLANS = new WeakMap<Network, Plan>();

/** All arrays are shared with the solver, which changes them between steps. */
export class System {
  readonly size: number;
  /** Modes, held during a step. */
  readonly m: Values;
  /** Largest value of each state so far: its natural size. */
  readonly largest: Values;
  /** What doses add per unit of time. */
  inflow: Values | null = null;
  /** States that are no finite number and stay as they are; null when there are none. */
  still: Uint8Array | null = null;
  private readonly network: Network;
  private readonly p: Values;
  private readonly spare: Values;
  private readonly here: Values;

  constructor(network: Network, p: Values) {
    this.network = network;
    this.p = p;
    this.size = network.states.length;
    this.m = new Float64Array(network.modes);
    this.largest = new Float64Array(this.size);
    this.spare = new Float64Array(this.size);
    this.here = new Float64Array(network.modes);
  }

  /**
   * Fills `dy`. Where that has no value because noise lies below zero, as with a broken power, it is that at zero;
   * where because the modes are those of another place, as with piecewise(√x, x ≥ 0, 0), that with the modes of here.
   */
  rhs(t: number, y: Values, dy: Values): void {
    if (!this.evaluate(t, y, this.m, dy) && !(this.withoutNoise(y) && this.evaluate(t, this.spare, this.m, dy))) {
      this.network.mode(t, y, this.p, this.here);
      this.evaluate(t, y, this.here, dy);
    }
    if (this.inflow) for (let i = 0; i < dy.length; i++) dy[i]! += this.inflow[i]!;
  }

  /** Fills `J` and `ft`, with whatever numbers come out. */
  jacobian(t: number, y: Values, J: Values, ft: Values): void {
    this.network.jacobian(t, y, this.p, this.m, J, ft);
    if (this.still) this.hold(J, ft);
  }

  /** How to eliminate, by the Jacobian at numbers that are nothing special: it depends on the network alone. */
  plan(): Plan {
    const { network, size } = this;
    let plan = PLANS.get(network);
    if (!plan) {
      const some = (values: Values): Values => values.map((_, i) => 1 + i / 97);
      const [J, ft] = [new Float64Array(size * size), new Float64Array(size)];
      network.jacobian(1, some(ft), some(this.p), some(this.m), J, ft);
      PLANS.set(network, (plan = new Plan(size, J)));
    }
    return plan;
  }

  /** Fills `J` and `ft` when not all were finite: an infinite slope, such as that of √y at 0, is taken as 0. */
  clean(t: number, y: Values, J: Values, ft: Values): void {
    if (this.withoutNoise(y)) this.jacobian(t, this.spare, J, ft);
    for (let k = 0; k < J.length; k++) if (!Number.isFinite(J[k]!)) J[k] = 0;
    for (let i = 0; i < ft.length; i++) if (!Number.isFinite(ft[i]!)) ft[i] = 0;
  }

  /** Whether all of `dy` are numbers. */
  private evaluate(t: number, y: Values, m: Values, dy: Values): boolean {
    this.network.rhs(t, y, this.p, m, dy);
    if (this.still) for (let i = 0; i < dy.length; i++) if (this.still[i]) dy[i] = 0;
    let sum = 0;
    for (let i = 0; i < dy.length; i++) sum += dy[i]!;
    return sum === sum;
  }

  /** Whether `y` has noise below zero; `spare` is then `y` without it. */
  private withoutNoise(y: Values): boolean {
    let found = false;
    for (let i = 0; i < y.length; i++) {
      const noise = y[i]! < 0 && y[i]! >= -NOISE * this.largest[i]!;
      this.spare[i] = noise ? 0 : y[i]!;
      found ||= noise;
    }
    return found;
  }

  private hold(J: Values, ft: Values): void {
    for (let i = 0; i < ft.length; i++) {
      if (!this.still![i]) continue;
      ft[i] = 0;
      J.fill(0, i * ft.length, (i + 1) * ft.length);
    }
  }
}

/** Whether every value is a finite number. */
export function finite(values: Values): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * 0;
  return sum === 0;
}

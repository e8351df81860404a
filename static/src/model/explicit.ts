/**
 * One step of the explicit method of Dormand and Prince, order 5(4), for networks too large for a matrix of all states
 * by all: it needs only the right-hand side. Stiff ones spend its budget.
 *
 * E. Hairer, S. P. Nørsett and G. Wanner, Solving Ordinary Differential Equations I, 2nd edition, Springer 1993, table
 * II.5.2; continuous output of order 4 as in the authors' program dopri5.f.
 */

import type { Values } from "./network.ts";
import type { Step } from "./rodas.ts";
import type { System } from "./system.ts";

const NODES = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1];
const WEIGHTS = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];
const ERROR = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40];
const DENSE = [
  -12715105075 / 11282082432, 0, 87487479700 / 32700410799, -10690763975 / 1880347072, 701980252875 / 199316789632,
  -1453857185 / 822651844, 69997945 / 29380423,
];

export class ExplicitStep implements Step {
  readonly next: Values;
  readonly error: Values;
  readonly turnover: Values;
  /** Nothing is known of this: no Jacobian. */
  readonly forgetting: Values;
  readonly harmless: Values;
  private readonly system: System;
  private readonly from: Values;
  /** Slopes of the stages; the first is that at the start of the step. */
  private readonly k: readonly Values[];
  private h = 0;

  constructor(system: System) {
    const row = (): Values => new Float64Array(system.size);
    this.system = system;
    [this.next, this.error, this.turnover, this.from] = [row(), row(), row(), row()];
    [this.forgetting, this.harmless] = [row(), row()];
    this.k = NODES.map(row);
  }

  startFrom(t: number, y: Values): void {
    this.from.set(y);
    this.system.rhs(t, y, this.k[0]!);
    for (let i = 0; i < y.length; i++) this.turnover[i] = Math.abs(this.k[0]![i]!);
  }

  attempt(t: number, h: number): boolean {
    this.h = h;
    for (let s = 1; s < NODES.length; s++) {
      this.next.set(this.from);
      this.addStages(this.next, WEIGHTS[s]!, h);
      this.system.rhs(t + NODES[s]! * h, this.next, this.k[s]!);
    }
    this.error.fill(0);
    this.addStages(this.error, ERROR, h);
    for (let i = 0; i < this.error.length; i++) this.error[i] = Math.abs(this.error[i]!);
    return true;
  }

  private addStages(to: Values, weights: readonly number[], factor: number): void {
    for (let j = 0; j < weights.length; j++) {
      const [k, weight] = [this.k[j]!, weights[j]! * factor];
      if (weight !== 0) for (let i = 0; i < to.length; i++) to[i]! += weight * k[i]!;
    }
  }

  interpolate(theta: number, y: Values): void {
    const { from, next, h, k } = this;
    if (theta === 1) return y.set(next);
    const rest = 1 - theta;
    y.fill(0);
    this.addStages(y, DENSE, h * rest);
    for (let i = 0; i < y.length; i++) {
      const change = next[i]! - from[i]!;
      const bend = h * k[0]![i]! - change;
      const twist = change - h * k[6]![i]! - bend;
      y[i] = from[i]! + theta * (change + rest * (bend + theta * (twist + y[i]!)));
    }
    const { still } = this.system;
    if (still) for (let i = 0; i < y.length; i++) if (still[i]) y[i] = from[i]!;
  }

  relaxation(): number {
    return 0;
  }
}

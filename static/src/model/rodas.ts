/**
 * One step of RODAS, a Rosenbrock method of order 4 with an embedded solution of order 3: stiffly accurate, L-stable,
 * with continuous output of order 3.
 *
 * E. Hairer and G. Wanner, Solving Ordinary Differential Equations II, 2nd edition, Springer 1996, section IV.7
 * (form: equations 7.25 and 7.26; order conditions: table 7.1) and section VI.4 (the method); coefficients as in the
 * authors' program rodas.f, METH = 1. `tests/js/solver.test.ts` checks every order condition on the numbers below.
 *
 *   (I/(hγ) − J) uᵢ = f(t + αᵢ h, y + Σ aᵢⱼ uⱼ) + Σ cᵢⱼ uⱼ / h + h γᵢ ∂f/∂t,   i = 1 … 6
 *   new y = y + Σ a₆ⱼ uⱼ + u₆, error = u₆
 */

import { factorise, substitute } from "./linear.ts";
import type { Network, Values } from "./network.ts";

export const RODAS = {
  gamma: 0.25,
  alpha: [0, 0.386, 0.21, 0.63, 1, 1],
  gammas: [0.25, -0.1043, 0.1035, -0.0362, 0, 0],
  a: [
    [],
    [1.544],
    [0.9466785280815826, 0.2557011698983284],
    [3.314825187068521, 2.896124015972201, 0.9986419139977817],
    [1.221224509226641, 6.019134481288629, 12.53708332932087, -0.687886036105895],
    [1.221224509226641, 6.019134481288629, 12.53708332932087, -0.687886036105895, 1],
  ],
  c: [
    [],
    [-5.6688],
    [-2.430093356833875, -0.2063599157091915],
    [-0.1073529058151375, -9.594562251023355, -20.47028614809616],
    [7.496443313967647, -10.24680431464352, -33.99990352819905, 11.7089089320616],
    [8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054],
  ],
  /** Continuous output: y(θ) = (1 − θ) y₀ + θ (y₁ + (1 − θ) (Σ d₁ⱼ uⱼ + θ Σ d₂ⱼ uⱼ)). */
  dense: [
    [10.12623508344586, -7.487995877610167, -34.80091861555747, -7.992771707568823, 1.025137723295662],
    [-0.6762803392801253, 6.087714651680015, 16.43084320892478, 24.76722511418386, -6.594389125716872],
  ],
} as const;

const STAGES = 6;

/** Tries steps and remembers the last one tried, to interpolate in it. All arrays are made once and reused. */
export class RodasStep {
  /** The state at the end of the step tried last, and the estimate of its error. */
  readonly next: Values;
  readonly error: Values;
  /** What flows into and out of each state per unit of time at the start of the step, without regard to sign. */
  readonly turnover: Values;
  private readonly u: Values[];
  private readonly network: Network;
  private readonly p: Values;
  private readonly jacobian: Values;
  private readonly matrix: Values;
  private readonly pivots: Int32Array;
  private readonly timeDerivative: Values;
  private readonly slope: Values;
  private readonly stage: Values;
  private readonly from: Values;

  constructor(network: Network, p: Values) {
    const n = network.states.length;
    const row = (): Values => new Float64Array(n);
    this.network = network;
    this.p = p;
    this.u = Array.from({ length: STAGES }, row);
    this.error = this.u[STAGES - 1]!;
    [this.next, this.from, this.turnover] = [row(), row(), row()];
    [this.slope, this.stage, this.timeDerivative] = [row(), row(), row()];
    [this.jacobian, this.matrix] = [new Float64Array(n * n), new Float64Array(n * n)];
    this.pivots = new Int32Array(n);
  }

  /** Looks at the system at `t`, `y`, from where steps are to be tried. */
  startFrom(t: number, y: Values, end: number): void {
    this.from.set(y);
    this.network.jacobian(t, y, this.p, this.jacobian);
    this.weighJacobian(y);
    this.network.rhs(t, y, this.p, this.slope);
    // Rates may depend on time by themselves; the network does not print that derivative, so it is a difference.
    const dt = 1e-8 * (t < end / 2 ? end : -end);
    this.network.rhs(t + dt, y, this.p, this.timeDerivative);
    for (let i = 0; i < y.length; i++) this.timeDerivative[i] = (this.timeDerivative[i]! - this.slope[i]!) / dt;
  }

  /** Fills the turnover. An infinite slope, such as that of √y at 0, is taken as 0, as in the build's own runs. */
  private weighJacobian(y: Values): void {
    this.turnover.fill(0);
    for (let k = 0; k < this.jacobian.length; k++) {
      if (!Number.isFinite(this.jacobian[k]!)) this.jacobian[k] = 0;
      this.turnover[Math.floor(k / y.length)]! += Math.abs(this.jacobian[k]! * y[k % y.length]!);
    }
  }

  /** Tries a step of size `h`; false when its linear system has no solution. `scale`: see `factorise`. */
  attempt(t: number, h: number, scale: Values): boolean {
    const n = this.next.length;
    for (let i = 0; i < n * n; i++) this.matrix[i] = -this.jacobian[i]!;
    for (let i = 0; i < n; i++) this.matrix[i * n + i]! += 1 / (h * RODAS.gamma);
    if (!factorise(this.matrix, this.pivots, scale)) return false;
    for (let s = 0; s < STAGES; s++) this.solveStage(s, t, h);
    for (let i = 0; i < n; i++) this.next[i] = this.stage[i]! + this.error[i]!;
    return true;
  }

  private solveStage(s: number, t: number, h: number): void {
    const u = this.u[s]!;
    this.stage.set(this.from);
    this.addStages(this.stage, RODAS.a[s]!, 1);
    this.network.rhs(t + RODAS.alpha[s]! * h, this.stage, this.p, u);
    this.addStages(u, RODAS.c[s]!, 1 / h);
    const weight = h * RODAS.gammas[s]!;
    for (let i = 0; i < u.length; i++) u[i]! += weight * this.timeDerivative[i]!;
    substitute(this.matrix, this.pivots, u);
  }

  private addStages(to: Values, weights: readonly number[], factor: number): void {
    for (let j = 0; j < weights.length; j++) {
      const u = this.u[j]!;
      const weight = weights[j]! * factor;
      for (let i = 0; i < to.length; i++) to[i]! += weight * u[i]!;
    }
  }

  /** Fills `y` with the state at the fraction `theta` (0 … 1) of the step tried last. */
  interpolate(theta: number, y: Values): void {
    const rest = 1 - theta;
    for (let i = 0; i < y.length; i++) y[i] = rest * this.from[i]! + theta * this.next[i]!;
    this.addStages(y, RODAS.dense[0], theta * rest);
    this.addStages(y, RODAS.dense[1], theta * rest * theta);
  }
}

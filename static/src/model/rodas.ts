/**
 * One step of RODAS4P2, a Rosenbrock method of order 4 with an embedded solution of order 3: stiffly accurate, L-stable,
 * with continuous output of order 3, and little loss of order on stiff problems.
 *
 * G. Steinebach, Improvement of Rosenbrock-Wanner method RODASP, Progress in Differential-Algebraic Equations II, Springer
 * 2020; coefficients as in the Julia package OrdinaryDiffEq. The form is that of E. Hairer and G. Wanner, Solving Ordinary
 * Differential Equations II, 2nd edition, Springer 1996, section IV.7 (equations 7.25 and 7.26; order conditions: table
 * 7.1). `tests/js/model.solver.test.ts` checks every order condition on these numbers.
 *
 *   (I/(hγ) − J) uᵢ = f(t + αᵢ h, y + Σ aᵢⱼ uⱼ) + Σ cᵢⱼ uⱼ / h + h γᵢ ∂f/∂t,   i = 1 … 6
 *   new y = y + Σ a₆ⱼ uⱼ + u₆, error = u₆
 */

import { Factors } from "./linear.ts";
import type { Values } from "./network.ts";
import { finite } from "./system.ts";
import type { System } from "./system.ts";

export const RODAS = {
  gamma: 0.25,
  alpha: [0, 0.75, 0.321448134013046, 0.519745732277726, 1, 1],
  gammas: [0.25, -0.5, -0.189532918363016, 0.085612108792769, 0, 0],
  a: [
    [],
    [3],
    [0.906377755268814, -0.189707390391685],
    [3.758617027739064, 1.161741776019525, -0.849258085312803],
    [7.089566927282776, 4.573591406461604, -8.423496976860259, -0.959280113459775],
    [7.089566927282776, 4.573591406461604, -8.423496976860259, -0.959280113459775, 1],
  ],
  c: [
    [],
    [-12],
    [-6.354581592719008, 0.338972550544623],
    [-8.575016317114033, -7.606483992117508, 12.22499765012482],
    [-5.888975457523102, -8.15739661784182, 24.805546872612922, 12.79040151279698],
    [-4.408651676063871, -6.692003137674639, 24.625568527593117, 16.627521966636085, -5.714285714285718],
  ],
  /** Continuous output: y(θ) = (1 − θ) y₀ + θ (y₁ + (1 − θ) (Σ d₁ⱼ uⱼ + θ Σ d₂ⱼ uⱼ)). */
  dense: [
    [-5.323528268423303, -10.042123754867493, 17.175254928256965, -5.079931171878093, -0.016185991706112],
    [6.984505741529879, 6.914061169603662, -0.849178943070653, 18.104410789349338, -3.516963011559032],
  ],
} as const;

const STAGES = 6;

/** A method that goes from one time to the next, and remembers the last step tried. */
export interface Step {
  /** The state at the end of the step tried last, and the estimate of its error. */
  readonly next: Values;
  readonly error: Values;
  /** What flows into and out of each state per unit of time at the start of the step, without regard to sign. */
  readonly turnover: Values;
  /** Looks at the system at `t`, `y`, from where steps are to be tried. */
  startFrom(t: number, y: Values): void;
  /** Tries a step of size `h`; false when it cannot be made. */
  attempt(t: number, h: number): boolean;
  /** Fills `y` with the state at the fraction `theta` (0 … 1) of the step tried last. */
  interpolate(theta: number, y: Values): void;
  /** Rate at which the state that changes fastest by itself would relax, once `h` has passed as at the start. */
  relaxation(h: number): number;
}

/** All arrays are made once and reused; stage j is `u[j * n]` … `u[j * n + n − 1]`. */
export class RodasStep implements Step {
  readonly next: Values;
  readonly error: Values;
  readonly turnover: Values;
  private readonly system: System;
  private readonly n: number;
  private readonly u: Values;
  private readonly jacobian: Values;
  /** The Jacobian at another time than the start of the step. */
  private readonly ahead: Values;
  private readonly factors: Factors;
  private readonly timeDerivative: Values;
  private readonly slope: Values;
  private readonly stage: Values;
  private readonly right: Values;
  private readonly from: Values;
  private t = 0;

  constructor(system: System) {
    const n = system.size;
    const row = (): Values => new Float64Array(n);
    this.system = system;
    this.n = n;
    this.u = new Float64Array(STAGES * n);
    this.error = this.u.subarray((STAGES - 1) * n);
    [this.next, this.from, this.turnover, this.right] = [row(), row(), row(), row()];
    [this.slope, this.stage, this.timeDerivative] = [row(), row(), row()];
    [this.jacobian, this.ahead] = [new Float64Array(n * n), new Float64Array(n * n)];
    this.factors = new Factors(n);
  }

  startFrom(t: number, y: Values): void {
    this.t = t;
    this.from.set(y);
    const { system, jacobian, timeDerivative, turnover } = this;
    system.jacobian(t, y, jacobian, timeDerivative);
    if (!this.factors.use(jacobian, y, turnover) || !finite(timeDerivative)) {
      system.clean(t, y, jacobian, timeDerivative);
      this.factors.use(jacobian, y, turnover);
    }
    system.rhs(t, y, this.slope);
  }

  attempt(t: number, h: number): boolean {
    if (!this.factors.factorise(1 / (h * RODAS.gamma))) return false;
    for (let s = 0; s < STAGES; s++) this.solveStage(s, t, h);
    for (let i = 0; i < this.n; i++) this.next[i] = this.stage[i]! + this.error[i]!;
    return true;
  }

  private solveStage(s: number, t: number, h: number): void {
    const { n, right, stage } = this;
    const weight = h * RODAS.gammas[s]!;
    stage.set(this.from);
    this.addStages(stage, RODAS.a[s]!, 1);
    if (s === 0) right.set(this.slope);
    else this.system.rhs(t + RODAS.alpha[s]! * h, stage, right);
    this.addStages(right, RODAS.c[s]!, 1 / h);
    if (weight !== 0) for (let i = 0; i < n; i++) right[i]! += weight * this.timeDerivative[i]!;
    this.factors.solve(right, this.u, s * n);
  }

  private addStages(to: Values, weights: readonly number[], factor: number): void {
    const { n, u } = this;
    for (let j = 0; j < weights.length; j++) {
      const weight = weights[j]! * factor;
      for (let i = 0, k = j * n; i < n; i++, k++) to[i]! += weight * u[k]!;
    }
  }

  interpolate(theta: number, y: Values): void {
    const { from, next } = this;
    if (theta === 1) return y.set(next);
    const rest = 1 - theta;
    for (let i = 0; i < y.length; i++) y[i] = from[i]! + theta * (next[i]! - from[i]!);
    this.addStages(y, RODAS.dense[0], theta * rest);
    this.addStages(y, RODAS.dense[1], theta * rest * theta);
    const { still } = this.system;
    if (still) for (let i = 0; i < y.length; i++) if (still[i]) y[i] = from[i]!;
  }

  relaxation(h: number): number {
    const { n } = this;
    for (let i = 0; i < n; i++) this.stage[i] = this.from[i]! + h * this.slope[i]!;
    this.system.jacobian(this.t + h, this.stage, this.ahead, this.right);
    if (!finite(this.ahead)) this.system.clean(this.t + h, this.stage, this.ahead, this.right);
    let fastest = 0;
    for (let i = 0; i < n; i++) fastest = Math.max(fastest, Math.abs(this.ahead[i * n + i]!));
    return fastest;
  }
}

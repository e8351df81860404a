/**
 * One step of Rodas5P, a Rosenbrock method of order 5 with an embedded solution of order 4: stiffly accurate, L-stable,
 * with continuous output of order 4, and little loss of order on stiff problems.
 *
 * G. Steinebach, Construction of Rosenbrock-Wanner method Rodas5P and numerical benchmarks within the Julia Differential
 * Equations package, BIT Numerical Mathematics 2023;63:27; coefficients as in the Julia package OrdinaryDiffEq. The form
 * is that of E. Hairer and G. Wanner, Solving Ordinary Differential Equations II, 2nd edition, Springer 1996, section
 * IV.7 (equations 7.25 and 7.26; order conditions: table 7.1). `tests/js/model.solver.test.ts` checks every order
 * condition on these numbers.
 *
 *   (I/(hγ) − J) uᵢ = f(t + αᵢ h, y + Σ aᵢⱼ uⱼ) + Σ cᵢⱼ uⱼ / h + h γᵢ ∂f/∂t,   i = 1 … 8
 *   new y = y + Σ a₈ⱼ uⱼ + u₈, error = |u₈|, but not less than a part of |u₇|
 */

import { Factors } from "./linear.ts";
import type { Network, Values } from "./network.ts";
import { finite } from "./system.ts";
import type { System } from "./system.ts";

/** Row 6 of `a` is the last that is a row of its own: rows 7 and 8 only add the stages since. */
const LAST = [-7.502846399306121, 2.561846144803919, -11.627539656261098, -0.18268767659942256, 0.030198172008377946];

export const RODAS = {
  gamma: 0.21193756319429014,
  alpha: [0, 0.6358126895828704, 0.4095798393397535, 0.9769306725060716, 0.4288403609558664, 1, 1, 1],
  gammas: [0.21193756319429014, -0.42387512638858027, -0.3384627126235924, 1.8046452872882734, 2.325825639765069, 0, 0, 0],
  a: [
    [],
    [3],
    [2.849394379747939, 0.45842242204463923],
    [-6.954028509809101, 2.489845061869568, -10.358996098473584],
    [2.8029986275628964, 0.5072464736228206, -0.3988312541770524, -0.04721187230404641],
    LAST,
    [...LAST, 1],
    [...LAST, 1, 1],
  ],
  c: [
    [],
    [-14.155112264123755],
    [-17.97296035885952, -2.859693295451294],
    [147.12150275711716, -1.41221402718213, 71.68940251302358],
    [165.43517024871676, -0.4592823456491126, 42.90938336958603, -5.961986721573306],
    [24.854864614690072, -3.0009227002832186, 47.4931110020768, 5.5814197821558125, -0.6610691825249471],
    [30.91273214028599, -3.1208243349937974, 77.79954646070892, 34.28646028294783, -19.097331116725623, -28.087943162872662],
    [
      37.80277123390563, -3.2571969029072276, 112.26918849496327, 66.9347231244047, -40.06618937091002,
      -54.66780262877968, -9.48861652309627,
    ],
  ],
  /** Continuous output: y(θ) = (1 − θ) y₀ + θ (y₁ + (1 − θ) (Σ d₁ⱼ uⱼ + θ Σ d₂ⱼ uⱼ + θ² Σ d₃ⱼ uⱼ)). */
  dense: [
    [
      25.948786856663858, -2.5579724845846235, 10.433815404888879, -2.3679251022685204, 0.524948541321073,
      1.1241088310450404, 0.4272876194431874, -0.17202221070155493,
    ],
    [
      -9.91568850695171, -0.9689944594115154, 3.0438037242978453, -24.495224566215796, 20.176138334709044,
      15.98066361424651, -6.789040303419874, -6.710236069923372,
    ],
    [
      11.419903575922262, 2.8879645146136994, 72.92137995996029, 80.12511834622643, -52.072871366152654,
      -59.78993625266729, -0.15582684282751913, 4.883087185713722,
    ],
  ],
} as const;

const STAGES = 8;
/**
 * The error of a long step goes through zero as the step grows, and looks small there. That of the solution one order
 * lower, u₇, does not at the same place: in steps that are short enough it is some twelve times u₈ or less.
 */
const LOWER = 0.08;
/** Rows of weights for all stages, zero for those that do not count. */
const rows = (weights: readonly (readonly number[])[]): Values[] =>
  weights.map((row) => Float64Array.from({ length: STAGES }, (_, j) => row[j] ?? 0));
const [A, C, DENSE] = [rows(RODAS.a), rows(RODAS.c), rows(RODAS.dense)];

/** A method that goes from one time to the next, and remembers the last step tried. */
export interface Step {
  /** The state at the end of the step tried last, and the estimated size of its error. */
  readonly next: Values;
  readonly error: Values;
  /** What flows into and out of each state per unit of time at the start of the step, without regard to sign. */
  readonly turnover: Values;
  /** What part of an error each state forgets per unit of time, against its own value, at the start of the step. */
  readonly forgetting: Values;
  /** An error of each state that changes no other by more than that one's own value before it is forgotten. */
  readonly harmless: Values;
  /** Looks at the system at `t`, `y`, from where steps are to be tried. */
  startFrom(t: number, y: Values): void;
  /** Tries a step of size `h`; false when it cannot be made. */
  attempt(t: number, h: number): boolean;
  /** Fills `y` with the state at the fraction `theta` (0 … 1) of the step tried last. */
  interpolate(theta: number, y: Values): void;
  /** Rate at which the state that changes fastest by itself would relax, once `h` has passed as at the start. */
  relaxation(h: number): number;
}

/**
 * All arrays are made once and reused, by all runs of a network: to make them takes a twentieth of a scan of short runs.
 * What stage j gives state i is `u[i * STAGES + j]`.
 */
export class RodasStep implements Step {
  private static readonly made = new WeakMap<Network, RodasStep>();

  /** That of `network`, for `system`; those before have had their run. */
  static of(network: Network, system: System): RodasStep {
    const step = RodasStep.made.get(network) ?? new RodasStep(system);
    RodasStep.made.set(network, step);
    step.system = system;
    return step;
  }

  readonly next: Values;
  readonly error: Values;
  readonly turnover: Values;
  readonly forgetting: Values;
  readonly harmless: Values;
  private system: System;
  private readonly n: number;
  private readonly u: Values;
  private readonly jacobian: Values;
  /** The Jacobian at another time than the start of the step. */
  private readonly ahead: Values;
  private readonly factors: Factors;
  private readonly timeDerivative: Values;
  private readonly slope: Values;
  private readonly stage: Values;
  private readonly sum: Values;
  private readonly right: Values;
  /** Of each state on any other: the largest slope of that one's rate, in parts of its value. */
  private readonly influence: Values;
  private readonly from: Values;
  /** Of the stages in the continuous output. */
  private readonly weights: Values;
  private t = 0;

  constructor(system: System) {
    const n = system.size;
    const row = (): Values => new Float64Array(n);
    this.system = system;
    this.n = n;
    this.u = new Float64Array(STAGES * n);
    [this.next, this.error, this.from, this.turnover, this.right] = [row(), row(), row(), row(), row()];
    [this.influence, this.forgetting, this.harmless] = [row(), row(), row()];
    [this.slope, this.stage, this.sum, this.timeDerivative] = [row(), row(), row(), row()];
    this.weights = new Float64Array(STAGES);
    [this.jacobian, this.ahead] = [new Float64Array(n * n), new Float64Array(n * n)];
    this.factors = new Factors(system.plan());
  }

  startFrom(t: number, y: Values): void {
    this.t = t;
    this.from.set(y);
    const { system, jacobian, timeDerivative, turnover, influence } = this;
    system.jacobian(t, y, jacobian, timeDerivative);
    if (!this.factors.use(jacobian, y, turnover, influence) || !finite(timeDerivative)) {
      system.clean(t, y, jacobian, timeDerivative);
      this.factors.use(jacobian, y, turnover, influence);
    }
    system.rhs(t, y, this.slope);
    this.weighErrors(y);
  }

  /**
   * A state that is supplied by others and lost by itself forgets: it is lost at the rate −J, and what is gained replaces
   * it at the rate (slope − J y) / y. One that grows or decays by itself has no such supply, and keeps its error.
   */
  private weighErrors(y: Values): void {
    const { n, jacobian, slope, influence, forgetting, harmless } = this;
    for (let i = 0; i < n; i++) {
      const own = jacobian[i * n + i]!;
      const replaced = own < 0 ? slope[i]! / y[i]! - own : 0;
      forgetting[i] = replaced > 0 && replaced < Infinity ? replaced : 0;
      harmless[i] = forgetting[i]! > 0 ? -own / influence[i]! : 0;
    }
  }

  attempt(t: number, h: number): boolean {
    const { n, u, error, stage, next } = this;
    if (!this.factors.factorise(1 / (h * RODAS.gamma))) return false;
    u.fill(0);
    for (let s = 0; s < STAGES; s++) this.solveStage(s, t, h);
    for (let i = 0, k = STAGES - 1; i < n; i++, k += STAGES) {
      next[i] = stage[i]! + u[k]!;
      error[i] = Math.max(Math.abs(u[k]!), LOWER * Math.abs(u[k - 1]!));
    }
    return true;
  }

  private solveStage(s: number, t: number, h: number): void {
    const { n, right, stage, sum, slope, timeDerivative } = this;
    const weight = h * RODAS.gammas[s]!;
    if (s === 0) {
      for (let i = 0; i < n; i++) right[i] = slope[i]! + weight * timeDerivative[i]!;
    } else {
      this.combine(s, h);
      this.system.rhs(t + RODAS.alpha[s]! * h, stage, right);
      for (let i = 0; i < n; i++) right[i]! += sum[i]! + weight * timeDerivative[i]!;
    }
    this.factors.solve(right, this.u, s, STAGES);
  }

  /**
   * Fills `stage` with the state at which stage s looks at the system, and `sum` with Σ cᵢⱼ uⱼ / h. In one straight sum,
   * with zeros for stages to come: that is faster than a loop over those that are there.
   */
  private combine(s: number, h: number): void {
    const { n, u, from, stage, sum } = this;
    const a = A[s]!;
    const c = C[s]!;
    const a0 = a[0]!, a1 = a[1]!, a2 = a[2]!, a3 = a[3]!, a4 = a[4]!, a5 = a[5]!, a6 = a[6]!;
    const d = 1 / h;
    const c0 = c[0]! * d, c1 = c[1]! * d, c2 = c[2]! * d, c3 = c[3]! * d, c4 = c[4]! * d, c5 = c[5]! * d, c6 = c[6]! * d;
    for (let i = 0, k = 0; i < n; i++, k += STAGES) {
      const u0 = u[k]!, u1 = u[k + 1]!, u2 = u[k + 2]!, u3 = u[k + 3]!;
      const u4 = u[k + 4]!, u5 = u[k + 5]!, u6 = u[k + 6]!;
      stage[i] = from[i]! + a0 * u0 + a1 * u1 + a2 * u2 + a3 * u3 + a4 * u4 + a5 * u5 + a6 * u6;
      sum[i] = c0 * u0 + c1 * u1 + c2 * u2 + c3 * u3 + c4 * u4 + c5 * u5 + c6 * u6;
    }
  }

  interpolate(theta: number, y: Values): void {
    const { n, u, from, next, system: { still } } = this;
    if (theta === 1) return y.set(next);
    const w = this.weigh(theta);
    const w0 = w[0]!, w1 = w[1]!, w2 = w[2]!, w3 = w[3]!, w4 = w[4]!, w5 = w[5]!, w6 = w[6]!, w7 = w[7]!;
    for (let i = 0, k = 0; i < n; i++, k += STAGES) {
      const bend = w0 * u[k]! + w1 * u[k + 1]! + w2 * u[k + 2]! + w3 * u[k + 3]! +
        w4 * u[k + 4]! + w5 * u[k + 5]! + w6 * u[k + 6]! + w7 * u[k + 7]!;
      y[i] = from[i]! + theta * (next[i]! - from[i]! + bend);
    }
    if (still) for (let i = 0; i < n; i++) if (still[i]) y[i] = from[i]!;
  }

  /** What each stage adds to the slope of the straight line at a fraction of the step. */
  private weigh(theta: number): Values {
    const { weights } = this;
    const first = DENSE[0]!, second = DENSE[1]!, third = DENSE[2]!;
    for (let j = 0; j < STAGES; j++) {
      weights[j] = (1 - theta) * (first[j]! + theta * (second[j]! + theta * third[j]!));
    }
    return weights;
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

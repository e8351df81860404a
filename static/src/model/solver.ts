/**
 * Deterministic run of a network, stiff or not: steps of RODAS (see rodas.ts) as long as the error allows.
 *
 * The error of each state is held below `RELATIVE` times its value plus `ABSOLUTE` times the largest value it has had
 * so far, so that molar concentrations and cell numbers are treated alike and no unit has to be known. Not the largest
 * of the whole run: an error far below the peak would be multiplied when one cell grows to ten thousand million.
 */

import type { Network, Values } from "./network.ts";
import { RodasStep } from "./rodas.ts";

export type Outcome =
  | { readonly kind: "finished" }
  /** The budget was spent, or the steps became too small to go on; `at`: the time reached. */
  | { readonly kind: "too many steps"; readonly at: number }
  /** A value or a rate was infinite or undefined; `at`: the time reached. */
  | { readonly kind: "not a number"; readonly at: number };

const RELATIVE = 1e-6;
const ABSOLUTE = 1e-12;
/** Rounding error of a step, in parts of what flows into and out of a state during it. */
const ROUNDING = 1e-14;
/** The first step, and the longest, as parts of the whole run: a pulse of a rate must not be stepped over. */
const FIRST_STEP = 1e-6;
const LONGEST_STEP = 1 / 100;

/**
 * Runs to the last of `times` (ascending, from 0), calling `keep` with the state at each of them in turn, as far as the
 * run comes. `budget`: steps tried. The array given to `keep` is reused; it may be changed.
 */
export function solve(
  network: Network, p: Values, times: Float64Array, budget: number, keep: (y: Values) => void,
): Outcome {
  const y = new Float64Array(network.states.length);
  network.initial(p, y);
  if (!y.every(Number.isFinite)) return { kind: "not a number", at: 0 };
  const end = times[times.length - 1]!;
  const largest = y.map(Math.abs);
  const at = new Float64Array(y.length);
  let index = 0;
  const keepOne = (): void => {
    keep(withoutNoise(at, largest));
    index++;
  };
  at.set(y);
  keepOne();
  return integrate(network, p, y, { end, budget, largest }, (step, t, next) => {
    for (; index < times.length && times[index]! <= next; keepOne()) {
      step.interpolate((times[index]! - t) / (next - t), at);
    }
  });
}

/** A negative amount too small to be told from zero is zero: no reader should meet −1e-17 cells. */
function withoutNoise(y: Values, largest: Values): Values {
  for (let i = 0; i < y.length; i++) if (y[i]! < 0 && y[i]! > -1e-9 * largest[i]!) y[i] = 0;
  return y;
}

interface Task {
  readonly end: number;
  readonly budget: number;
  /** Largest value of each state so far; raised on the way. */
  readonly largest: Values;
}

/** Moves `y` from time 0 to the end, calling `onStep` after each accepted step from `t` to `next`. */
function integrate(
  network: Network, p: Values, y: Values, task: Task, onStep: (step: RodasStep, t: number, next: number) => void,
): Outcome {
  const { end, largest } = task;
  const step = new RodasStep(network, p);
  let t = 0;
  let h = firstStep(network, p, y, end);
  let rejected = false;
  step.startFrom(t, y, end);
  for (let tried = 0; tried < task.budget; tried++) {
    const last = t + 1.0001 * h >= end;
    if (last) h = end - t;
    const error = step.attempt(t, h, largest) ? largestError(step, y, h, task) : NaN;
    if (error <= 1) {
      const next = last ? end : t + h;
      onStep(step, t, next);
      if (last) return { kind: "finished" };
      t = next;
      advance(y, step.next, largest);
      step.startFrom(t, y, end);
      h = Math.min(h * growth(error, rejected), LONGEST_STEP * end);
      rejected = false;
    } else {
      if (t + h === t || h < 1e-200) return { kind: Number.isNaN(error) ? "not a number" : "too many steps", at: t };
      h *= growth(error, true);
      rejected = true;
    }
  }
  return { kind: "too many steps", at: t };
}

/**
 * `FIRST_STEP`, or less: short against the time in which any state would relax where a straight step leads. Needed when
 * all states start from 0, because then nothing is checked in the first step.
 */
function firstStep(network: Network, p: Values, y: Values, end: number): number {
  const n = y.length;
  const [slope, jacobian] = [new Float64Array(n), new Float64Array(n * n)];
  const relaxation = (h: number): number => {
    network.jacobian(0, y.map((value, i) => value + h * slope[i]!), p, jacobian);
    return y.reduce((most, _, i) => Math.max(most, Math.abs(jacobian[i * n + i]!)), 0);
  };
  network.rhs(0, y, p, slope);
  let h = FIRST_STEP * end;
  for (let i = 0; i < 30 && !(h * relaxation(h) < 0.1); i++) h /= 10;
  return h;
}

function advance(y: Values, next: Values, largest: Values): void {
  y.set(next);
  for (let i = 0; i < y.length; i++) largest[i] = Math.max(largest[i]!, Math.abs(y[i]!));
}

/**
 * Of the step tried last: the largest error of a state in units of what is allowed; NaN when a value is no number.
 * A state that has been 0 until now has no scale, and at first all of its value is error: it may only come to life in a
 * step as short as the first. From the next step on it counts in proportion to its own small value.
 */
function largestError(step: RodasStep, y: Values, h: number, { end, largest }: Task): number {
  let worst = 0;
  for (let i = 0; i < y.length; i++) {
    const value = Math.abs(step.next[i]!);
    if (!Number.isFinite(value)) return NaN;
    if (largest[i] === 0) {
      if (value > 0 && h > FIRST_STEP * end) worst = Math.max(worst, (h / (FIRST_STEP * end)) ** 4);
      continue;
    }
    const floor = ABSOLUTE * Math.max(largest[i]!, value) + ROUNDING * h * step.turnover[i]!;
    const allowed = RELATIVE * Math.max(value, Math.abs(y[i]!)) + floor;
    worst = Math.max(worst, Math.abs(step.error[i]!) / allowed);
  }
  return worst;
}

/** Factor on the step size after an error, which goes with the fourth power of the step; 1 at most when `careful`. */
function growth(error: number, careful: boolean): number {
  if (Number.isNaN(error)) return 0.2;
  return Math.min(careful ? 1 : 5, Math.max(0.1, 0.9 * error ** -0.25));
}

/** The deterministic solver: its method is the published one, and its answers are those of mathematics. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Factors, Plan } from "../../static/src/model/linear.ts";
import type { Network, Values } from "../../static/src/model/network.ts";
import { sfc32 } from "../../static/src/model/random.ts";
import { RODAS, RodasStep } from "../../static/src/model/rodas.ts";
import { taskOf } from "../../static/src/model/simulate.ts";
import { solve } from "../../static/src/model/solver.ts";
import { System } from "../../static/src/model/system.ts";
import type { Outcome } from "../../static/src/model/task.ts";
import { nothing, robertson, system, vanDerPol } from "./networks.ts";

type Matrix = number[][];
const STAGES = RODAS.alpha.map((_, i) => i);

const square = (rows: readonly (readonly number[])[]): Matrix =>
  STAGES.map((i) => STAGES.map((j) => rows[i]?.[j] ?? 0));
const times = (A: Matrix, B: Matrix): Matrix =>
  A.map((row) => STAGES.map((j) => row.reduce((sum, a, k) => sum + a * B[k]![j]!, 0)));
const apply = (A: Matrix, x: number[]): number[] => A.map((row) => row.reduce((sum, a, k) => sum + a * x[k]!, 0));
const dot = (x: readonly number[], y: readonly number[]): number => x.reduce((sum, a, i) => sum + a * (y[i] ?? 0), 0);
const product = (...factors: number[][]): number[] => STAGES.map((i) => factors.reduce((all, x) => all * x[i]!, 1));

/** Inverse of a lower triangular matrix. */
function inverse(L: Matrix): Matrix {
  const X = square([]);
  for (const j of STAGES) {
    for (const i of STAGES.slice(j)) {
      const known = STAGES.slice(0, i).reduce((sum, k) => sum + L[i]![k]! * X[k]![j]!, 0);
      X[i]![j] = ((i === j ? 1 : 0) - known) / L[i]![i]!;
    }
  }
  return X;
}

/** The coefficients in the form of the order conditions (Hairer & Wanner II, section IV.7): alpha, Gamma and b. */
const A = square(RODAS.a);
const C = square(RODAS.c);
const Gamma = inverse(STAGES.map((i) => STAGES.map((j) => (i === j ? 1 / RODAS.gamma : 0) - C[i]![j]!)));
const Alpha = times(A, Gamma);
const Beta = Alpha.map((row, i) => row.map((a, j) => a + Gamma[i]![j]!));
const ones = STAGES.map(() => 1);
const alpha = apply(Alpha, ones);
const beta = apply(Beta, ones);
const weights = (m: readonly number[]): number[] =>
  STAGES.map((j) => STAGES.reduce((sum, i) => sum + (m[i] ?? 0) * Gamma[i]![j]!, 0));

/** A rooted tree: its subtrees. Each stands for one order condition (section II.2; for these methods table 7.1). */
type Tree = readonly Tree[];
const order = (tree: Tree): number => tree.reduce((sum, branch) => sum + order(branch), 1);
const density = (tree: Tree): number => tree.reduce((all, branch) => all * density(branch), order(tree));

/** Trees of so many vertices; branches stand in the order in which this function makes them. */
function trees(vertices: number): Tree[] {
  const smaller = Array.from({ length: vertices - 1 }, (_, k) => trees(k + 1)).flat();
  const forests = (left: number, from: number): Tree[] => left === 0 ? [[]] : smaller.flatMap((branch, k) =>
    k >= from && order(branch) <= left ? forests(left - order(branch), k).map((rest) => [branch, ...rest]) : []);
  return forests(vertices - 1, 0);
}

/** Its left side, stage by stage: a vertex with one branch brings in Beta, one with more Alpha for each of them. */
const side = (tree: Tree): number[] =>
  product(ones, ...tree.map((branch) => apply(tree.length === 1 ? Beta : Alpha, side(branch))));

/** Every order condition up to some order: its name, left side for the weights b, right side, and order. */
const conditions = (b: number[], most: number): [string, number, number, number][] =>
  [1, 2, 3, 4, 5].slice(0, most).flatMap(trees).map((tree) =>
    [JSON.stringify(tree), dot(b, side(tree)), 1 / density(tree), order(tree)]);

const near = (actual: number, expected: number, tolerance: number, what: string): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual} instead of ${expected}`);

const LAST = RODAS.a[STAGES.length - 1]!;

test("the coefficients fulfil all 17 order conditions up to order 5", () => {
  const all = conditions(weights([...LAST, 1]), 5);
  assert.deepEqual([1, 2, 3, 4, 5].map((order) => all.filter((each) => each[3] === order).length), [1, 1, 2, 4, 9]);
  for (const [name, left, right] of all) near(left, right, 1e-13, name);
});

test("the embedded solution is of order 4 and not of order 5, so that the difference measures the error", () => {
  const embedded = conditions(weights([...LAST]), 5);
  for (const [name, left, right, order] of embedded) if (order < 5) near(left, right, 1e-13, name);
  assert.ok(embedded.some(([, left, right, order]) => order === 5 && Math.abs(left - right) > 1e-4));
});

test("the error of a step is seen at every length of it, also where the estimate of order 4 goes through zero", () => {
  const grow = system([1], (_t, y, dy) => { dy[0] = y[0]!; }, (_t, _y, J) => { J[0] = 1; });
  for (let h = 0.2; h < 1; h += 0.01) {
    const step = new RodasStep(new System(grow, new Float64Array(0)));
    step.startFrom(0, new Float64Array([1]));
    step.attempt(0, h);
    const error = Math.abs(step.next[0]! - Math.exp(h));
    assert.ok(step.error[0]! > 3 * error, `${step.error[0]} for ${error} after ${h}`);
  }
});

test("the interpolation in a step is of order 4 at every fraction of it", () => {
  for (const theta of [0.1, 0.25, 0.5, 0.8, 0.95]) {
    const bend = (j: number): number => RODAS.dense.reduce((sum, row, k) => sum + (row[j] ?? 0) * theta ** k, 0);
    const m = [...LAST, 1].map((u, j) => theta * (u + (1 - theta) * bend(j)));
    for (const [name, left, right, order] of conditions(weights(m), 4)) {
      near(left, right * theta ** order, 1e-12, `${name} at ${theta}`);
    }
  }
});

test("the stage times and the weights of the time derivative belong to the same method", () => {
  for (const i of STAGES) {
    near(alpha[i]!, RODAS.alpha[i]!, 1e-13, `alpha ${i}`);
    near(apply(Gamma, ones)[i]!, RODAS.gammas[i]!, 1e-13, `gamma ${i}`);
  }
});

test("an infinitely stiff part is gone after one step (L-stability), and no stiff decay grows", () => {
  const stiffness = (z: number): number => {
    const network = system([1], (_t, y, dy) => { dy[0] = z * y[0]!; }, (_t, _y, J) => { J[0] = z; });
    const step = new RodasStep(new System(network, new Float64Array(0)));
    step.startFrom(0, new Float64Array([1]));
    step.attempt(0, 1);
    return step.next[0]!;
  };
  for (let z = 0.01; z < 1e7; z *= 1.5) assert.ok(Math.abs(stiffness(-z)) < 1, `grows at ${-z}`);
  near(stiffness(-1e9), 0, 1e-7, "R(-1e9)");
});

/** Value at time 1 after n equal steps, with the middle of each step taken from the interpolation. */
function fixedSteps(network: Network, n: number): { last: number; middle: number } {
  const y = new Float64Array(network.states.length);
  const inside = y.slice();
  network.initial(new Float64Array(0), y);
  const step = new RodasStep(new System(network, new Float64Array(0)));
  for (let k = 0; k < n; k++) {
    step.startFrom(k / n, y);
    step.attempt(k / n, 1 / n);
    step.interpolate(0.5, inside);
    y.set(step.next);
  }
  return { last: y[0]!, middle: inside[0]! };
}

/** y' = -y², y(0) = 1: 1 / (1 + t). */
const nonlinear = system([1], (_t, y, dy) => { dy[0] = -y[0]! * y[0]!; }, (_t, y, J) => { J[0] = -2 * y[0]!; });
/** y' = y cos t, y(0) = 1: exp(sin t). Its rate depends on time by itself. */
const driven = system([1], (t, y, dy) => { dy[0] = y[0]! * Math.cos(t); }, (t, y, J, ft) => {
  J[0] = Math.cos(t);
  ft[0] = -y[0]! * Math.sin(t);
});
const cases = [
  { name: "a nonlinear equation", network: nonlinear, exact: (t: number) => 1 / (1 + t) },
  { name: "an equation whose rate changes with time", network: driven, exact: (t: number) => Math.exp(Math.sin(t)) },
];

for (const { name, network, exact } of cases) {
  test(`halving the step divides the error by about 32 (order 5): ${name}`, () => {
    const error = (n: number): number => Math.abs(fixedSteps(network, n).last - exact(1));
    for (const n of [8, 16]) {
      const order = Math.log2(error(n) / error(2 * n));
      assert.ok(order > 4.7 && order < 5.8, `order ${order} from ${n} steps`);
    }
  });

  test(`the interpolation inside a step keeps at least order 4: ${name}`, () => {
    const error = (n: number): number => Math.abs(fixedSteps(network, n).middle - exact(1 - 0.5 / n));
    const order = Math.log2(error(8) / error(32)) / 2;
    assert.ok(order > 3.8, `order ${order}`);
  });
}

/** States of a network at `at`, an ascending list of times from 0. */
function solution(network: Network, at: number[], budget = 50_000): { rows: number[][]; outcome: Outcome } {
  const rows: number[][] = [];
  const p = Float64Array.from(network.defaults);
  const options = { set: {}, end: 1, points: 2, method: "ode", seed: 1, budget } as const;
  const task = { ...taskOf(options, network.states.length), times: Float64Array.from(at) };
  const outcome = solve(network, p, task, 1, (y) => rows.push([...y]));
  return { rows, outcome };
}

const close = (actual: number, expected: number, tolerance: number): void =>
  near(actual / expected, 1, tolerance, `relative to ${expected}`);

test("Robertson's stiff reactions end at the published values, at time 40 and at time 1e11", () => {
  const early = solution(robertson, [0, 40]).rows[1]!;
  [0.7158270688, 9.185534765e-6, 0.2841637457].forEach((value, i) => close(early[i]!, value, 1e-7));
  // Test Set for IVP Solvers (Mazzia & Magherini), problem ROBER
  const late = solution(robertson, [0, 1e11]).rows[1]!;
  const published = [0.2083340149701255e-7, 0.8333360770334713e-13, 0.9999999791665050];
  published.forEach((value, i) => close(late[i]!, value, 1e-5));
});

test("van der Pol's oscillator with damping 1000 ends at the published values at time 2000", () => {
  // Test Set for IVP Solvers, problem VDPOL, in unscaled time
  const [y0, y1] = solution(vanDerPol(1000), [0, 2000]).rows[1]! as [number, number];
  close(y0, 1.706167732170469, 1e-5);
  close(y1, -0.8928097010248125e-3, 1e-5);
});

test("stiffness does not make the solver crawl: Robertson to 1e11 takes fewer than 1500 steps", () => {
  assert.deepEqual(solution(robertson, [0, 1e11], 1500).outcome, { kind: "finished" });
});

test("the unit of a state does not matter: molar and molecules give the same curve", () => {
  const scaled = (unit: number): Network => system(
    [unit, 0],
    (_t, y, dy) => { dy[0] = -3 * y[0]! + 2 * y[1]!; dy[1] = 3 * y[0]! - 2 * y[1]!; },
    (_t, _y, J) => J.set([-3, 2, 3, -2]),
  );
  const at = [0, 0.1, 0.5, 2];
  const molecules = solution(scaled(1e5), at).rows;
  const molar = solution(scaled(1e-12), at).rows;
  for (let k = 1; k < at.length; k++) close(molar[k]![1]! / 1e-12, molecules[k]![1]! / 1e5, 1e-12);
  close(molecules[2]![1]! / 1e5, 0.6 * (1 - Math.exp(-2.5)), 1e-6);
});

test("one cell that grows to thirty thousand million keeps its six digits", () => {
  // seeds decay at rate 1 and each gives a cell that grows at rate r: y1 = (exp(r t) - exp(-t)) / (r + 1)
  const r = 24;
  const seeds = system(
    [1, 0],
    (_t, y, dy) => { dy[0] = -y[0]!; dy[1] = y[0]! + r * y[1]!; },
    (_t, _y, J) => J.set([-1, 0, 1, r]),
  );
  const at = [0, 0.01, 0.1, 0.5, 1];
  const { rows } = solution(seeds, at);
  at.slice(1).forEach((t, k) => close(rows[k + 1]![1]!, (Math.exp(r * t) - Math.exp(-t)) / (r + 1), 2e-5));
});

test("everything starts from nothing and is over before the first step would end: it is still right", () => {
  for (const k of [10, 1e6, 1e12]) {
    // y0 = tanh(k t)
    const network = system(
      [0, 0],
      (_t, y, dy) => { dy[0] = k * (1 - y[0]! ** 2); dy[1] = k * (y[0]! - y[1]!); },
      (_t, y, J) => J.set([-2 * k * y[0]!, 0, k, -k]),
    );
    const { rows, outcome } = solution(network, [0, 0.5 / k, 2 / k, 1]);
    assert.deepEqual(outcome, { kind: "finished" });
    close(rows[1]![0]!, Math.tanh(0.5), 1e-5);
    close(rows[2]![0]!, Math.tanh(2), 1e-5);
    close(rows[3]![1]!, 1, 2e-4);
  }
});

test("a state that only rounding keeps from zero does not stop the run", () => {
  // y2 is fed by the difference of two equal states
  const network = system(
    [1, 1, 0],
    (_t, y, dy) => {
      dy[0] = -0.3 * y[0]!;
      dy[1] = -0.1 * y[1]! - 0.2 * y[1]!;
      dy[2] = 1e6 * (y[0]! - y[1]!) - 10 * y[2]!;
    },
    (_t, _y, J) => J.set([-0.3, 0, 0, 0, -0.1 - 0.2, 0, 1e6, -1e6, -10]),
  );
  const { rows, outcome } = solution(network, [0, 10], 2000);
  assert.deepEqual(outcome, { kind: "finished" });
  near(rows[1]![2]!, 0, 1e-7, "y2");
});

test("a chain that starts from nothing is right from its first visible value on", () => {
  // A -> B -> C -> D, all at rate 1: D = 1 - exp(-t)(1 + t + t²/2)
  const chain = system(
    [1, 0, 0, 0],
    (_t, y, dy) => { dy[0] = -y[0]!; dy[1] = y[0]! - y[1]!; dy[2] = y[1]! - y[2]!; dy[3] = y[2]!; },
    (_t, _y, J) => { J.fill(0); J.set([-1]); J.set([1, -1], 4); J.set([1, -1], 9); J.set([1], 14); },
  );
  const at = Array.from({ length: 101 }, (_, i) => i / 10);
  solution(chain, at).rows.forEach((y, i) => {
    const t = at[i]!;
    near(y[3]!, 1 - Math.exp(-t) * (1 + t + (t * t) / 2), 1e-6, `D at ${t}`);
  });
});

/** y' = −V Λ V y with a reflection V: y = V exp(−Λ t) V y(0), mixed of parts that decay at each of the rates. */
function mixed(
  rates: readonly number[], start: readonly number[],
): { network: Network; exact: (t: number) => number[] } {
  const reflect = (x: readonly number[]): number[] => {
    const mean = (2 / x.length) * x.reduce((sum, value) => sum + value, 0);
    return x.map((value) => value - mean);
  };
  const decay = (y: readonly number[], factor: (rate: number) => number): number[] =>
    reflect(reflect(y).map((value, i) => value * factor(rates[i]!)));
  const unit = (j: number): number[] => rates.map((_, i) => Number(i === j));
  const J = unit(0).flatMap((_, i) => rates.map((_, j) => decay(unit(j), (rate) => -rate)[i]!));
  const network = system(start, (_t, y, dy) => dy.set(decay([...y], (rate) => -rate)), (_t, _y, to) => to.set(J));
  return { network, exact: (t) => decay(start, (rate) => Math.exp(-rate * t)) };
}

/** A run to time 10, with 241 reports, and how often it asked for the rates. */
function counted(network: Network): { rows: number[][]; asked: number } {
  let asked = 0;
  const rhs: Network["rhs"] = (...given) => void (asked++, network.rhs(...given));
  const { rows, outcome } = solution({ ...network, rhs }, Array.from({ length: 241 }, (_, i) => i / 24));
  assert.deepEqual(outcome, { kind: "finished" });
  return { rows, asked };
}

test("stiff systems of 2 to 6 states follow the exact solution at every report, by long steps and by short ones", () => {
  const chance = sfc32(7);
  for (let n = 2; n < 42; n++) {
    const size = 2 + (n % 5);
    const rates = Array.from({ length: size }, () => 10 ** (6 * chance() - 2));
    const { network, exact } = mixed(rates, rates.map(() => chance()));
    for (const autonomous of [true, false]) {
      counted({ ...network, autonomous }).rows.forEach((row, k) => {
        exact(k / 24).forEach((value, i) => near(row[i]!, value, 1e-5, `rates ${rates.join(" ")}, report ${k}, y${i}`));
      });
    }
  }
});

test("a smooth run in which no rate depends on time takes far less work than one in which a pulse may come", () => {
  const { network } = mixed([0.01, 0.1, 1], [3, 2, 1]);
  assert.ok(counted({ ...network, autonomous: true }).asked < 0.4 * counted(network).asked);
});

test("a rate that rises and falls with time by itself, within a hundredth of the run, is not stepped over", () => {
  for (const at of [0.7, 3.33, 9.1]) {
    const rate = (t: number): number => Math.exp(-(((t - at) / 0.03) ** 2));
    const slope = (t: number): number => (-2 * (t - at) * rate(t)) / 0.03 ** 2;
    const { rows } = counted(system([1], (t, _y, dy) => { dy[0] = rate(t); }, (t, _y, J, ft) => {
      J[0] = 0;
      ft[0] = slope(t);
    }));
    near(rows[240]![0]!, 1 + 0.03 * Math.sqrt(Math.PI), 1e-5, `a pulse at ${at}`);
  }
});

test("what is left of a state at 1e-14 of its largest value keeps its digits while it decides what follows", () => {
  // y0 falls by four decades in a unit of time; where it passes the threshold, y1 turns steeply from growth to decay
  const [fall, rate, threshold] = [4 * Math.log(10), 0.1, 1e-14];
  const share = (y: Values): number => 1 / (1 + (threshold / y[0]!) ** 3);
  const network = system(
    [1, 1],
    (_t, y, dy) => { dy[0] = -fall * y[0]!; dy[1] = rate * (2 * share(y) - 1) * y[1]!; },
    (_t, y, J) => {
      const slope = (3 * share(y) * (1 - share(y))) / y[0]!;
      J.set([-fall, 0, 2 * rate * slope * y[1]!, rate * (2 * share(y) - 1)]);
    },
  );
  const above = (t: number): number => Math.log1p((Math.exp(-fall * t) / threshold) ** 3) / (3 * fall);
  const exact = (t: number): number => Math.exp(rate * (2 * (above(0) - above(t)) - t));
  counted({ ...network, autonomous: true }).rows.forEach((row, k) => close(row[1]!, exact(k / 24), 2e-5));
});

test("a tumour that shrinks to 1e-30 of what it was and grows again comes back when it should", () => {
  // y0 fades at rate 0.5; y1 grows at rate 8 and is killed at rate 90 y0
  const kill = (t: number): number => 180 * (1 - Math.exp(-t / 2));
  const network: Network = {
    ...system(
      [1, 1e8],
      (_t, y, dy) => { dy[0] = -y[0]! / 2; dy[1] = (9 - 90 * y[0]!) * y[1]!; },
      (_t, y, J) => J.set([-1 / 2, 0, -90 * y[1]!, 9 - 90 * y[0]!]),
    ),
    autonomous: true,
    grows: [1],
  };
  counted(network).rows.forEach((row, k) => {
    const exact = 1e8 * Math.exp((9 * k) / 24 - kill(k / 24));
    near(row[1]!, exact, Math.max(2e-3 * exact, 1e-20), `report ${k}`);
  });
});

test("a state that only follows others is not followed with digits that it soon forgets", () => {
  // y0 grows at rate 2; y1 is made in proportion to its square, and is cleared 20 times faster than it grows
  const follower: Network = {
    ...system(
      [1, 1 / 84],
      (_t, y, dy) => { dy[0] = 2 * y[0]!; dy[1] = y[0]! ** 2 - 80 * y[1]!; },
      (_t, y, J) => J.set([2, 0, 2 * y[0]!, -80]),
    ),
    autonomous: true,
  };
  const { rows, asked } = counted(follower);
  rows.forEach((row, k) => close(row[1]!, Math.exp(k / 6) / 84, 5e-5));
  assert.ok(asked < 2500, `asked for the rates ${asked} times`);
});

/** Nothing but a rate of 1 between two times: y ends at the length of the pulse. */
const pulse = (from: number, to: number): Network => ({
  ...system([0], nothing, (_t, _y, J) => { J[0] = 0; }),
  modes: 2,
  mode: (t, _y, _p, m) => m.set([Number(t >= from), Number(t < to)]),
  rhs: (_t, _y, _p, m, dy) => { dy[0] = m[0]! * m[1]!; },
});

for (const [from, to] of [[2, 9], [30, 31], [0, 6], [58.3, 60]] as const) {
  test(`a rate that is switched on at ${from} and off at ${to} of 60 is neither missed nor smeared`, () => {
    const { rows, outcome } = solution(pulse(from, to), [0, from === 0 ? 1 : from, 60]);
    assert.equal(outcome.kind, "finished");
    close(rows[2]![0]!, to - from, 1e-12);
    if (from > 0) near(rows[1]![0]!, 0, 0, "before the pulse");
  });
}

test("a solution that runs to infinity is named, with the time, and leaves only true numbers behind", () => {
  const explosion = system([1], (_t, y, dy) => { dy[0] = y[0]! * y[0]!; }, (_t, y, J) => { J[0] = 2 * y[0]!; });
  const { rows, outcome } = solution(explosion, [0, 0.5, 0.9, 1.5, 2]);
  assert.notEqual(outcome.kind, "finished");
  assert.ok(outcome.kind !== "finished" && Math.abs(outcome.at - 1) < 1e-3);
  assert.equal(rows.length, 3);
  close(rows[2]![0]!, 10, 1e-5);
});

test("a rate that is not a number is named and does not hang", () => {
  const slope = (y: number): number => 0.5 * y ** -1.5;
  const root = system([1], (_t, y, dy) => { dy[0] = -1 / Math.sqrt(y[0]!); }, (_t, y, J) => { J[0] = slope(y[0]!); });
  const { outcome } = solution(root, [0, 2]);
  assert.ok(outcome.kind === "not a number" && Math.abs(outcome.at - 2 / 3) < 1e-3, JSON.stringify(outcome));
});

test("a start at a corner, where the rate has no finite slope, is no obstacle", () => {
  const slope = (y: number): number => -0.5 / Math.sqrt(y);
  const corner = system([0], (_t, y, dy) => { dy[0] = 1 - Math.sqrt(y[0]!); }, (_t, y, J) => { J[0] = slope(y[0]!); });
  const { rows, outcome } = solution(corner, [0, 60]);
  assert.deepEqual(outcome, { kind: "finished" });
  close(rows[1]![0]!, 1, 1e-5);
});

test("when the budget of steps is spent the run stops and says how far it came", () => {
  const { rows, outcome } = solution(vanDerPol(10), [0, 1, 50, 100], 200);
  assert.ok(outcome.kind === "too many steps" && outcome.at > 1 && outcome.at < 100, JSON.stringify(outcome));
  assert.ok(rows.length >= 2 && rows.flat().every(Number.isFinite));
});

test("linear systems are solved, also when entries appear that were zero; singular ones are refused", () => {
  const factors = new Factors(new Plan(3, new Float64Array(9)));
  const solved = (J: number[], d: number): number[] | null => {
    const ones = new Float64Array(3).fill(1);
    if (!factors.use(Float64Array.from(J), ones, new Float64Array(3), new Float64Array(3))) return null;
    const x = new Float64Array(6);
    if (!factors.factorise(d)) return null;
    factors.solve(new Float64Array([7, 10, 6]), x, 1, 2);
    return [x[1]!, x[3]!, x[5]!];
  };
  assert.deepEqual(solved([0, 0, 0, 0, 0, 0, 0, 0, 0], 2), [3.5, 5, 3]);
  // 3x − 2y − z = 7, −x + 3y − 3z = 10, −4x − y + 3z = 6
  const x = solved([0, 2, 1, 1, 0, 3, 4, 1, 0], 3)!;
  near(3 * x[0]! - 2 * x[1]! - x[2]!, 7, 1e-12, "first equation");
  near(-x[0]! + 3 * x[1]! - 3 * x[2]!, 10, 1e-12, "second equation");
  near(-4 * x[0]! - x[1]! + 3 * x[2]!, 6, 1e-12, "third equation");
  assert.equal(solved([0, -2, 0, -2, -3, 0, 0, 0, 0], 1), null);
  assert.equal(solved([Infinity, 0, 0, 0, 0, 0, 0, 0, 0], 1), null);
});

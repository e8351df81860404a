/** Difficult systems: what can be answered is answered right, everything else is named, and nothing hangs. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { ExplicitStep } from "../../static/src/model/explicit.ts";
import type { Network } from "../../static/src/model/network.ts";
import { run } from "../../static/src/model/simulate.ts";
import type { Run, RunOptions } from "../../static/src/model/simulate.ts";
import { MOST_DENSE } from "../../static/src/model/solver.ts";
import { System } from "../../static/src/model/system.ts";
import { nothing, plain, resting, system, withEvents } from "./networks.ts";

const go = (network: Network, options: Partial<RunOptions> = {}): Run =>
  run(network, { set: {}, end: 10, points: 11, method: "ode", seed: 1, ...options });
const last = (result: Run, name = "y0"): number => result.series.columns[name]!.at(-1)!;
const near = (actual: number, expected: number, tolerance: number, what = ""): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what} ${actual} instead of ${expected}`);

test("growth beyond the largest number is named, with the time, and leaves only numbers behind", () => {
  for (const power of [1, 1.5]) {
    const slope = (y: number): number => power * y ** (power - 1);
    const growth = system([1], (_t, y, dy) => { dy[0] = y[0]! ** power; }, (_t, y, J) => { J[0] = slope(y[0]!); });
    const { series, outcome } = go(growth, { end: 1000, points: 1001 });
    const end = power === 1 ? 709 : 2;
    assert.ok(outcome.kind !== "finished" && Math.abs(outcome.at / end - 1) < 0.01, JSON.stringify(outcome));
    assert.ok(series.columns.y0!.every(Number.isFinite) && series.times.at(-1)! <= outcome.at);
  }
});

test("a power that has no value below zero does not stop what dies out", () => {
  for (const power of [1.5, 2.5]) {
    // y1 is fed by a broken power of y0, which falls to nothing
    const network = system([1, 0],
      (_t, y, dy) => dy.set([-3 * y[0]!, y[0]! ** power]),
      (_t, y, J) => J.set([-3, 0, power * y[0]! ** (power - 1), 0]));
    const result = go(network, { end: 100 });
    assert.deepEqual(result.outcome, { kind: "finished" });
    near(last(result, "y1"), 1 / (3 * power), 1e-6);
  }
});

test("a formula that has no value on the other side of its own condition is not asked for one there", () => {
  // piecewise(sqrt(y0), y0 >= 0, 0): the root is tried with the condition of the start of the step
  const network: Network = {
    ...system([1], nothing, nothing), modes: 1,
    mode: (_t, y, _p, m) => void (m[0] = Number(y[0]! >= 0)),
    rhs: (_t, y, _p, m, dy) => { dy[0] = -1 - (m[0] ? Math.sqrt(y[0]!) : 0); },
    jacobian: (_t, y, _p, m, J) => { J[0] = m[0] ? -0.5 / Math.sqrt(y[0]!) : 0; },
  };
  const result = go(network, { end: 2 });
  assert.deepEqual(result.outcome, { kind: "finished" });
  // from 1 to 0 in 2 - 2 ln 2, then down at rate 1
  near(last(result), -2 * Math.log(2), 1e-5);
});

test("what is used up completely, in finite time, stays at nothing", () => {
  const slope = (y: number): number => -0.5 / Math.sqrt(y);
  const network = system([1], (_t, y, dy) => { dy[0] = -Math.sqrt(y[0]!); }, (_t, y, J) => { J[0] = slope(y[0]!); });
  const { outcome, series } = go(network, { points: 21 });
  assert.deepEqual(outcome, { kind: "finished" });
  series.columns.y0!.forEach((y, i) => near(y, Math.max(0, 1 - series.times[i]! / 2) ** 2, 1e-5));
});

test("an enzyme that works at full speed until its substrate is gone does not go on below zero", () => {
  for (const K of [1e-3, 1e-6, 1e-9, 1e-11]) {
    const network = system([1, 0],
      (_t, y, dy) => { dy[1] = y[0]! / (K + y[0]!); dy[0] = -dy[1]; },
      (_t, y, J) => { const slope = K / (K + y[0]!) ** 2; J.set([-slope, 0, slope, 0]); });
    const result = go(network);
    assert.deepEqual(result.outcome, { kind: "finished" });
    assert.ok(result.series.columns.y0!.every((y) => y >= 0));
    near(last(result, "y1"), 1, 1e-6);
  }
});

test("a network without states still has outputs that follow time, and reports jumps in them exactly", () => {
  const network: Network = {
    ...resting(), outputs: ["wave", "step"], modes: 1, mode: (t, _y, _p, m) => void (m[0] = Number(t >= 5)),
    output: (t, _y, _p, out) => out.set([Math.sin(t), t >= 5 ? 1 : 0]),
  };
  for (const method of ["ode", "ssa"] as const) {
    const { series, outcome } = go({ ...network, change: [] }, { method });
    assert.deepEqual(outcome, { kind: "finished" });
    assert.deepEqual([...series.columns.step!], [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
    near(series.columns.wave![7]!, Math.sin(7), 1e-15);
  }
});

test("states that are no number and never change are let through when asked for, and only then", () => {
  for (const odd of [NaN, Infinity, -Infinity]) {
    const network: Network = {
      ...system([odd, 1], (_t, y, dy) => dy.set([0, -y[1]!]), (_t, _y, J) => J.set([0, 0, 0, -1])),
      outputs: ["o"], output: (_t, y, _p, out) => { out[0] = y[0]! + 1; },
    };
    const result = go(network, { raw: true });
    assert.deepEqual(result.outcome, { kind: "finished" });
    assert.deepEqual([last(result), last(result, "o")], [odd, odd + 1]);
    near(last(result, "y1"), Math.exp(-10), 1e-9);
    assert.deepEqual(go(network).outcome, { kind: "not a number", at: 0 });
  }
});

test("an output that is no number ends a run, unless it is asked for", () => {
  const output: Network["output"] = (t, _y, _p, out) => { out[0] = Math.sqrt(4 - t); };
  const network: Network = { ...resting(1), outputs: ["o"], output };
  const strict = go(network);
  assert.deepEqual([strict.outcome, strict.series.times.length], [{ kind: "not a number", at: 5 }, 5]);
  const raw = go(network, { raw: true });
  assert.deepEqual([...raw.series.columns.o!].map(Number.isNaN), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((t) => t > 4));
});

test("an event may set what was no number", () => {
  const network = withEvents(resting(NaN), (t) => [t >= 5], [{ when: (m) => m[0] === 1, sets: [0], to: () => [3] }]);
  const result = go(network, { raw: true });
  assert.deepEqual(result.outcome, { kind: "finished" });
  assert.deepEqual([...result.series.columns.y0!].slice(4, 6), [NaN, 3]);
});

test("picomolar beside thousand millions of cells: both keep six digits", () => {
  const network = system([1e9, 1e-12],
    (_t, y, dy) => dy.set([0.3 * y[0]!, 1e-22 * y[0]! - 2 * y[1]!]),
    (_t, _y, J) => J.set([0.3, 0, 1e-22, -2]));
  const result = go(network);
  near(last(result) / (1e9 * Math.exp(3)), 1, 1e-5);
  const driven = (1e-13 / 2.3) * (Math.exp(3) - Math.exp(-20)) + 1e-12 * Math.exp(-20);
  near(last(result, "y1") / driven, 1, 1e-5);
});

test("a window of time that opens and closes between two steps is seen", () => {
  const open = (t: number): boolean => Math.sin(t) > 0.9;
  const network: Network = {
    ...withEvents(resting(0), (t) => [open(t)], []),
    rhs: (_t, _y, _p, m, dy) => { dy[0] = m[0]!; },
  };
  near(last(go(network, { end: 20 * Math.PI })), 20 * Math.acos(0.9), 1e-9);
});

test("a rate that is nothing but rounding does not stop the run when such amounts count as none", () => {
  // the way some tools write a Hill function: (1 + x⁴) − 1, which is 0 or noise while x is small
  const hill = (x: number): number => ((1 + x ** 4) - 1) / (1 + x ** 4);
  const network = system([0, 0],
    (_t, y, dy) => dy.set([1e-3, hill(y[0]!)]),
    (_t, y, J) => J.set([0, 0, (4 * y[0]! ** 3) / (1 + y[0]! ** 4) ** 2, 0]));
  const result = go(network, { end: 1000, nothing: 1e-6, budget: 2000 });
  assert.deepEqual(result.outcome, { kind: "finished" });
  // 1000 times the integral of x⁴ / (1 + x⁴) from 0 to 1
  near(last(result, "y1"), 1000 * (1 - (Math.PI + 2 * Math.log(1 + Math.SQRT2)) / (4 * Math.SQRT2)), 1e-3);
});

/** A signal that travels along n states: dy0 = -r y0, dyi = r (y(i-1) - yi). It has no Jacobian to offer. */
const chain = (n: number, r: number): Network => ({
  ...plain, name: "chain", timeUnit: "s", states: Array.from({ length: n }, (_, i) => `y${i}`), outputs: [],
  parameters: [], defaults: [], reactions: [], change: [], rates: nothing, output: nothing,
  initial: (_p, y) => { y.fill(0); y[0] = 1; },
  rhs: (_t, y, _p, _m, dy) => {
    dy[0] = -r * y[0]!;
    for (let i = 1; i < n; i++) dy[i] = r * (y[i - 1]! - y[i]!);
  },
  jacobian: () => assert.fail("a large network is not asked for its Jacobian"),
});

test("ten thousand states are no matrix of a hundred million numbers, and follow the same curve", () => {
  const result = go(chain(10_000, 1));
  assert.deepEqual(result.outcome, { kind: "finished" });
  [0, 1, 2].forEach((k) => near(last(result, `y${k}`) / (Math.exp(-10) * [1, 10, 50][k]!), 1, 2e-5, `y${k}`));
});

test("a large network that is stiff, too much for an explicit method, is named after a bounded time", () => {
  const { outcome } = go(chain(MOST_DENSE + 1, 1e9), { budget: 500 });
  assert.equal(outcome.kind, "too many steps");
});

test("the explicit method is of order 5, its interpolation of order 4", () => {
  const error = (n: number, theta: number): number => {
    const network = system([1], (t, y, dy) => void (dy[0] = y[0]! * Math.cos(t)), nothing);
    const step = new ExplicitStep(new System(network, new Float64Array(0)));
    const [y, inside] = [new Float64Array([1]), new Float64Array(1)];
    for (let k = 0; k < n; k++) {
      step.startFrom((2 * k) / n, y);
      step.attempt((2 * k) / n, 2 / n);
      step.interpolate(theta, inside);
      y.set(step.next);
    }
    return Math.abs(inside[0]! - Math.exp(Math.sin(2 - (2 * (1 - theta)) / n)));
  };
  const order = (theta: number): number => Math.log2(error(10, theta) / error(40, theta)) / 2;
  assert.ok(order(1) > 4.7, `${order(1)}`);
  assert.ok(order(0.4) > 3.8, `${order(0.4)}`);
});

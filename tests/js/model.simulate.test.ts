/** A whole run, as a figure asks for it. */

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Network } from "../../static/src/model/network.ts";
import { grid, run } from "../../static/src/model/simulate.ts";
import type { Run } from "../../static/src/model/simulate.ts";
import { decay, logistic, proofreading, robertson } from "./networks.ts";

const ode = (network: Network, end: number, set: Record<string, number> = {}, points = 301): Run =>
  run(network, { set, end, points, method: "ode", seed: 1 });

/** Largest relative difference of a column from a formula. */
function worst({ series }: Run, column: string, formula: (t: number) => number): number {
  return Math.max(...series.columns[column]!.map((x, i) => Math.abs(x / formula(series.times[i]!) - 1)));
}

test("decay follows 1000 exp(-t/2) through four decades", () => {
  assert.ok(worst(ode(decay, 20), "X", (t) => 1000 * Math.exp(-t / 2)) < 5e-6);
});

test("what dies out is never reported as less than nothing", () => {
  for (const k of [0.5, 5, 50]) for (const end of [60, 300, 1e5]) {
    assert.ok(ode(decay, end, { k }).series.columns.X!.every((x) => x >= 0), `rate ${k} to ${end}`);
  }
});

test("growth to a limit follows the logistic curve from one cell to a million", () => {
  assert.ok(worst(ode(logistic, 30), "X", (t) => 1e6 / (1 + (1e6 - 1) * Math.exp(-t))) < 5e-6);
});

test("parameters are set by name; the others keep their defaults", () => {
  assert.ok(worst(ode(decay, 5, { k: 2 }), "X", (t) => 1000 * Math.exp(-2 * t)) < 5e-6);
  assert.ok(worst(ode(decay, 5, { X0: 3 }), "X", (t) => 3 * Math.exp(-t / 2)) < 5e-6);
  assert.deepEqual(decay.defaults, [0.5, 1000]);
});

test("a parameter that does not exist is refused with the names of those that do", () => {
  assert.throws(() => ode(decay, 5, { K: 2 }), /decay has no parameter "K"; it has k, X0/);
  assert.throws(() => ode(decay, 5, { k: NaN }), /parameter "k" is set to NaN/);
});

test("a run without length or without two grid times is refused", () => {
  assert.throws(() => ode(decay, 0), /must end after time 0/);
  assert.throws(() => ode(decay, 5, {}, 1), /2 grid times or more/);
});

test("every state and every output has a column, as long as the times, from 0 to the end", () => {
  for (const method of ["ode", "ssa"] as const) {
    const { series } = run(proofreading, { set: {}, end: 60, points: 31, method, seed: 1 });
    assert.deepEqual(Object.keys(series.columns), [...proofreading.states, ...proofreading.outputs]);
    assert.ok(Object.values(series.columns).every((column) => column.length === 31));
    assert.deepEqual([series.times[0], series.times[15], series.times[30]], [0, 30, 60]);
    series.columns.bound!.forEach((bound, i) => {
      assert.equal(bound, series.columns.C0![i]! + series.columns.C1![i]! + series.columns.C2![i]!);
    });
  }
});

test("the grid ends exactly at the end, whatever its spacing", () => {
  for (const end of [60, 0.1, 1 / 3, 7e-9, 2400]) {
    for (let points = 2; points < 400; points++) assert.equal(grid(end, points).at(-1), end);
  }
  assert.deepEqual([...grid(1, 5)], [0, 0.25, 0.5, 0.75, 1]);
});

test("a run that finished reaches its last time, whatever that is", () => {
  for (let end = 0.1; end < 40; end += 0.1) {
    const { series, outcome } = ode(decay, end, {}, 4);
    assert.deepEqual([outcome.kind, series.times.length, series.times[3]], ["finished", 4, end]);
  }
});

for (const tau of [1e-6, 0.2, 5.2, 60, 1e6]) {
  for (const antigens of [0, 1, 100, 1e5]) {
    test(`antigens and receptors are conserved and never negative: dwell time ${tau} s, ${antigens} antigens`, () => {
      const { series, outcome } = ode(proofreading, 60, { tau, antigens });
      const c = series.columns;
      assert.deepEqual(outcome, { kind: "finished" });
      for (let i = 0; i < 301; i++) {
        assert.ok(proofreading.states.every((state) => c[state]![i]! >= 0), `negative at ${series.times[i]}`);
        assert.ok(Math.abs(c.L![i]! + c.bound![i]! + c.C3![i]! - antigens) <= 1e-8 * antigens);
        assert.ok(Math.abs(c.R![i]! + c.bound![i]! + c.C3![i]! - 30000) <= 3e-4);
      }
    });
  }
}

test("at equilibrium the triggered complexes are the closed form (kp tau / (1 + kp tau))^3 of those held", () => {
  for (const tau of [0.2, 1, 5.2, 60]) {
    const { series } = ode(proofreading, 40 * tau + 100, { tau });
    const [held, triggered] = [series.columns.bound!.at(-1)! + series.columns.C3!.at(-1)!, series.columns.C3!.at(-1)!];
    assert.ok(Math.abs(triggered / held / (tau / (1 + tau)) ** 3 - 1) < 1e-5, `dwell time ${tau}`);
  }
});

test("binding ten billion times faster still finishes, on the same equilibrium", () => {
  const { series, outcome } = ode(proofreading, 60, { kon: 3.4e6 });
  assert.deepEqual(outcome, { kind: "finished" });
  const share = (5.2 / 6.2) ** 3;
  assert.ok(Math.abs(series.columns.C3!.at(-1)! / (100 * share) - 1) < 1e-4);
});

test("steps that are over at once do not disturb the rest", () => {
  for (const kp of [1e12, 1e100, 1e308]) {
    const { series, outcome } = ode(proofreading, 60, { kp });
    assert.deepEqual(outcome, { kind: "finished" });
    assert.ok(Math.abs(series.columns.C3!.at(-1)! - 98.143558) < 1e-5);
  }
});

test("an impossible setting gives a named outcome and no value that is not a number", () => {
  for (const set of [{ tau: 0 }, { kon: 1e308 }, { antigens: 1e308 }]) {
    for (const method of ["ode", "ssa"] as const) {
      const { series, outcome } = run(proofreading, { set, end: 60, points: 31, method, seed: 1, budget: 5000 });
      assert.notEqual(outcome.kind, "finished", `${method} ${JSON.stringify(set)}`);
      for (const column of Object.values(series.columns)) {
        assert.equal(column.length, series.times.length);
        assert.ok(column.every(Number.isFinite));
      }
    }
  }
});

test("a deterministic run has no events and does not depend on the seed", () => {
  const other = run(robertson, { set: {}, end: 40, points: 9, method: "ode", seed: 99 });
  assert.equal(other.events, null);
  assert.deepEqual(other, ode(robertson, 40, {}, 9));
});

/** Doses: what is given, when, how much, and for how long. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { individuals, stateAt } from "../../static/src/model/individuals.ts";
import type { Network } from "../../static/src/model/network.ts";
import { run } from "../../static/src/model/simulate.ts";
import type { Dose, Run, RunOptions } from "../../static/src/model/simulate.ts";
import { birthDeath, decay, proofreading, resting, withEvents } from "./networks.ts";

const dose = (time: number, target: string, amount: number, duration = 0): Dose => ({ time, target, amount, duration });
const go = (network: Network, doses: readonly Dose[], options: Partial<RunOptions> = {}): Run =>
  run(network, { set: {}, end: 10, points: 21, method: "ode", seed: 1, doses, ...options });
const near = (actual: number, expected: number, what: string): void => {
  const allowed = 1e-5 * Math.max(1, Math.abs(expected));
  assert.ok(Math.abs(actual - expected) <= allowed, `${what}: ${actual}, not ${expected}`);
};

/** X decays at rate 0.5 X; 100 units given at `time` are this much later. */
const bolus = (t: number, time: number, amount = 100): number => (t >= time ? amount * Math.exp(-0.5 * (t - time)) : 0);
/** What is left of a constant inflow from `time` on for `duration`. */
const infused = (t: number, time: number, rate: number, duration: number): number => {
  const end = Math.min(t, time + duration);
  return t <= time ? 0 : (rate / 0.5) * (Math.exp(-0.5 * (t - end)) - Math.exp(-0.5 * (t - time)));
};

test("a bolus is there at its time: at 0, in between, and at the end", () => {
  const { series } = go(decay, [dose(0, "X", 100), dose(3.3, "X", 100), dose(10, "X", 100)], { set: { X0: 0 } });
  series.columns.X!.forEach((x, i) => {
    const t = series.times[i]!;
    near(x, bolus(t, 0) + bolus(t, 3.3) + bolus(t, 10), `at ${t}`);
  });
  assert.equal(series.columns.X![0], 100);
});

test("an infusion flows evenly, also beside another and past the end", () => {
  const doses = [dose(1.25, "X", 100, 2), dose(2, "X", 60, 3), dose(9, "X", 100, 100)];
  const { series } = go(decay, doses, { set: { X0: 0 } });
  series.columns.X!.forEach((x, i) => {
    const t = series.times[i]!;
    near(x, infused(t, 1.25, 50, 2) + infused(t, 2, 20, 3) + infused(t, 9, 1, 100), `at ${t}`);
  });
});

test("a short infusion in a long run is neither missed nor smeared", () => {
  const { series } = go(resting(0), [dose(5000.1, "y0", 3, 1e-3)], { end: 10_000, points: 3 });
  assert.deepEqual([...series.columns.y0!].map((y) => Number(y.toFixed(12))), [0, 0, 3]);
});

test("a parameter is switched for a time, for ever, and back to the reader's setting", () => {
  const grown = (switches: readonly Dose[]): number[] => {
    const { series } = go(decay, switches, { set: { k: 0.1 } });
    return [...series.columns.X!].map((x, i, all) => (i === 0 ? NaN : -Math.log(x / all[i - 1]!) / 0.5));
  };
  const rates = grown([dose(2, "k", 1, 3), dose(3, "k", 2, 1), dose(8, "k", 0)]);
  const expected = (t: number): number => (t > 8 ? 0 : t > 3 && t <= 4 ? 2 : t > 2 && t <= 5 ? 1 : 0.1);
  rates.forEach((rate, i) => { if (i > 0) near(rate, expected(i / 2), `before ${i / 2}`); });
});

test("of two switches at one time the later in the list counts; outputs follow the parameter at once", () => {
  const { series } = go(decay, [dose(5, "X0", 1), dose(5, "X0", 2), dose(5, "X", -1e9)]);
  assert.equal(series.columns.gone![10]! + series.columns.X![10]!, 2);
});

test("constants that were computed at time 0 stay as they are when a parameter is switched", () => {
  const network: Network = {
    ...decay, constants: 1,
    initial(p, y) { p[2] = 2 * p[0]!; y[0] = p[1]!; },
    output(_t, _y, p, out) { out[0] = p[2]!; },
  };
  assert.deepEqual([...go(network, [dose(0, "k", 7)]).series.columns.gone!], Array(21).fill(1));
});

test("a dose of a concentration raises it by its amount, whatever the size of the compartment is then", () => {
  // C = amount / size, where the size is a state that an event doubles at 5
  const network: Network = {
    ...withEvents(resting(0, 4), (t) => [t >= 5], [{ when: (m) => m[0] === 1, sets: [1], to: () => [8] }]),
    outputs: ["C"], twins: { C: 0 },
    output(_t, y, _p, out) { out[0] = y[0]! / y[1]!; },
  };
  for (const duration of [0, 2]) {
    const { series } = go(network, [dose(1, "C", 3, duration), dose(7, "C", 10, duration)]);
    const at = (t: number): number => series.columns.C![2 * t]!;
    assert.deepEqual([at(4), at(6), at(10)].map((c) => Number(c.toFixed(9))), [3, 1.5, 11.5]);
  }
});

test("what makes no sense is refused in words", () => {
  assert.throws(() => go(decay, [dose(0, "Y", 1)]), /decay has no state or parameter "Y" for a dose/);
  assert.throws(() => go(decay, [dose(0, "gone", 1)]), /no state or parameter "gone"/);
  for (const wrong of [dose(-1, "X", 1), dose(NaN, "X", 1), dose(1, "X", Infinity), dose(1, "X", 1, -2)]) {
    assert.throws(() => go(decay, [wrong]), /a dose needs a time and a duration of 0 or more, and an amount/);
  }
});

test("in a stochastic run a bolus is a whole number at its time, and a switch acts from then on", () => {
  const { series, outcome } = go(decay, [dose(4, "X", 99.5), dose(4, "k", 0, 3)], { method: "ssa", set: { X0: 0 } });
  assert.deepEqual(outcome, { kind: "finished" });
  assert.deepEqual([...series.columns.X!].slice(0, 15), [...Array(8).fill(0), ...Array(7).fill(100)]);
  assert.ok(series.columns.X![20]! < 60);
});

test("an infusion into a state is refused for a stochastic run; so is a network without whole numbers", () => {
  assert.throws(() => go(decay, [dose(1, "X", 9, 1)], { method: "ssa" }), /cannot infuse into a state/);
  assert.throws(() => go({ ...decay, change: null }, [], { method: "ssa" }), /changes by no whole number, or by a rate rule/);
});

test("amounts that no reaction changes are not rounded", () => {
  const network: Network = { ...birthDeath, states: ["X", "k"], initial: (_p, y) => y.set([0.4, 0.3]) };
  const { series } = go(network, [], { method: "ssa" });
  assert.deepEqual([series.columns.X![0], series.columns.k![20]], [0, 0.3]);
});

test("individuals that a dose brings are there from then on, those that it takes are gone", () => {
  const antigen = ["L", "C0", "C1", "C2", "C3"];
  const result = go(proofreading, [dose(3, "L", 50), dose(6, "C3", -5)], { method: "ssa", points: 201 });
  const all = individuals(proofreading, result, antigen, 1);
  assert.equal(all.length, 150);
  result.series.times.forEach((t, i) => {
    const counts = antigen.map(() => 0);
    for (const individual of all) if (stateAt(individual, t) >= 0) counts[stateAt(individual, t)]!++;
    assert.deepEqual(counts, antigen.map((state) => result.series.columns[state]![i]));
  });
});

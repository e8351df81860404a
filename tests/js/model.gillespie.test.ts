/** Stochastic runs: whole molecules, the right chances, and never without an end. */

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Network } from "../../static/src/model/network.ts";
import { run } from "../../static/src/model/simulate.ts";
import type { Run } from "../../static/src/model/simulate.ts";
import { birthDeath, decay, logistic, proofreading } from "./networks.ts";

const ssa = (network: Network, end: number, seed: number, set: Record<string, number> = {}, points = 61): Run =>
  run(network, { set, end, points, method: "ssa", seed });

/** Mean and variance of a state at the last grid time over runs with the seeds 1 … n. */
function ensemble(network: Network, state: string, end: number, n: number): { mean: number; variance: number } {
  const values = Array.from({ length: n }, (_, i) => ssa(network, end, i + 1, {}, 2).series.columns[state]![1]!);
  const mean = values.reduce((sum, x) => sum + x, 0) / n;
  return { mean, variance: values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1) };
}

test("births and deaths settle to a Poisson distribution: mean and variance 50", () => {
  const { mean, variance } = ensemble(birthDeath, "X", 12, 2000);
  assert.ok(Math.abs(mean - 50) < 4 * Math.sqrt(50 / 2000), `mean ${mean}`);
  assert.ok(Math.abs(variance / 50 - 1) < 4 * Math.sqrt(2 / 2000), `variance ${variance}`);
});

test("decay leaves a binomial number: mean N q and variance N q (1 - q)", () => {
  const q = Math.exp(-1);
  const { mean, variance } = ensemble(decay, "X", 2, 1000);
  assert.ok(Math.abs(mean - 1000 * q) < 4 * Math.sqrt((1000 * q * (1 - q)) / 1000), `mean ${mean}`);
  assert.ok(Math.abs(variance / (1000 * q * (1 - q)) - 1) < 4 * Math.sqrt(2 / 1000), `variance ${variance}`);
});

test("the mean of many random runs of the receptor model is its deterministic run", () => {
  const expected = run(proofreading, { set: {}, end: 30, points: 2, method: "ode", seed: 1 }).series.columns.C3![1]!;
  const { mean, variance } = ensemble(proofreading, "C3", 30, 300);
  assert.ok(Math.abs(mean - expected) < 4 * Math.sqrt(variance / 300), `${mean} against ${expected}`);
});

test("amounts are whole, never negative, and antigens and receptors are conserved", () => {
  const { series } = ssa(proofreading, 60, 11, { antigens: 40 }, 301);
  const c = series.columns;
  for (let i = 0; i < 301; i++) {
    const amounts = proofreading.states.map((state) => c[state]![i]!);
    assert.ok(amounts.every((x) => Number.isInteger(x) && x >= 0), amounts.join(" "));
    assert.equal(c.L![i]! + c.bound![i]! + c.C3![i]!, 40);
    assert.equal(c.R![i]! + c.bound![i]! + c.C3![i]!, 30000);
  }
});

test("the curve at each grid time is the sum of all events up to it", () => {
  const { series, events } = ssa(proofreading, 20, 3, {}, 101);
  const y = [100, 30000, 0, 0, 0, 0];
  let next = 0;
  series.times.forEach((t, i) => {
    for (; next < events!.times.length && events!.times[next]! <= t; next++) {
      for (const [state, amount] of proofreading.change![events!.reactions[next]!]!) y[state]! += amount;
    }
    assert.deepEqual(proofreading.states.map((state) => series.columns[state]![i]), y);
  });
  assert.equal(next, events!.times.length);
});

test("events come in order of time, within the run, and only while their reactants last", () => {
  const { events, outcome } = ssa(decay, 1e6, 5, { X0: 200 });
  assert.deepEqual(outcome, { kind: "finished" });
  assert.equal(events!.times.length, 200);
  events!.times.forEach((t, i) => assert.ok(t > (events!.times[i - 1] ?? 0) && t <= 1e6));
});

test("a seed fixes the run; another seed gives another", () => {
  assert.deepEqual(ssa(proofreading, 10, 4), ssa(proofreading, 10, 4));
  assert.notDeepEqual(ssa(proofreading, 10, 4).events, ssa(proofreading, 10, 5).events);
});

test("nothing to react: the start is kept to the end, without an event", () => {
  const { series, events, outcome } = ssa(proofreading, 10, 1, { antigens: 0 }, 5);
  assert.equal(events!.times.length, 0);
  assert.deepEqual([...series.columns.R!], [30000, 30000, 30000, 30000, 30000]);
  assert.deepEqual(outcome, { kind: "finished" });
});

test("a start between two whole numbers is rounded, halves up", () => {
  const start = (antigens: number): number => ssa(proofreading, 1, 1, { antigens }).series.columns.L![0]!;
  assert.deepEqual([37.4, 37.5, 37.6].map(start), [37, 38, 38]);
});

test("five thousand and a million events are both kept in full", () => {
  for (const X0 of [5000, 1_000_000]) {
    const { events, series, outcome } = ssa(decay, 1000, 2, { X0 });
    assert.deepEqual(outcome, { kind: "finished" });
    assert.equal(events!.times.length, X0);
    assert.equal(events!.reactions.length, X0);
    assert.equal(series.columns.X!.at(-1), 0);
  }
});

test("when the budget of events is spent the run stops, says where, and keeps what it has", () => {
  const asked = { set: {}, end: 10, points: 101, method: "ssa", seed: 1, budget: 300 } as const;
  const { events, outcome, series } = run(decay, asked);
  assert.equal(events!.times.length, 300);
  assert.ok(outcome.kind === "too many steps" && outcome.at === events!.times[299]);
  assert.ok(series.times.at(-1)! <= outcome.at && series.times.at(-1)! > outcome.at - 0.2);
  assert.equal(series.columns.X!.length, series.times.length);
});

test("a rate that is infinite or negative ends the run by name", () => {
  assert.deepEqual(ssa(proofreading, 10, 1, { kon: 1e308 }).outcome, { kind: "not a number", at: 0 });
  assert.equal(ssa(logistic, 10, 1, { K: 0.5 }).outcome.kind, "not a number");
});

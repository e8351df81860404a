/** Many runs at once: the statistics are those of the single runs, and those of theory. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { ensemble } from "../../static/src/model/ensemble.ts";
import { run } from "../../static/src/model/simulate.ts";
import type { RunOptions } from "../../static/src/model/simulate.ts";
import { birthDeath, decay, logistic, proofreading } from "./networks.ts";

const asked: RunOptions = { set: {}, end: 6, points: 13, method: "ssa", seed: 40 };

test("mean, spread and percentiles are those of single runs with the seeds that follow each other", () => {
  const n = 25;
  const { mean, sd, percentiles, times, outcome } = ensemble(proofreading, asked, n, [0, 5, 50, 97.5, 100]);
  assert.deepEqual(outcome, { kind: "finished" });
  const runs = Array.from({ length: n }, (_, i) => run(proofreading, { ...asked, seed: 40 + i }).series);
  assert.deepEqual(times, runs[0]!.times);
  for (const name of [...proofreading.states, ...proofreading.outputs]) {
    times.forEach((_, i) => {
      const values = runs.map((series) => series.columns[name]![i]!).sort((a, b) => a - b);
      const average = values.reduce((sum, x) => sum + x, 0) / n;
      const variance = values.reduce((sum, x) => sum + (x - average) ** 2, 0) / (n - 1);
      assert.ok(Math.abs(mean[name]![i]! - average) < 1e-9, `${name} ${i}`);
      assert.ok(Math.abs(sd[name]![i]! - Math.sqrt(variance)) < 1e-9, `${name} ${i}`);
      const quantile = (q: number): number => percentiles[q]![name]![i]!;
      assert.deepEqual([quantile(0), quantile(50), quantile(100)], [values[0], values[12], values[24]]);
      assert.ok(Math.abs(quantile(5) - (0.8 * values[1]! + 0.2 * values[2]!)) < 1e-9);
      assert.ok(Math.abs(quantile(97.5) - (0.6 * values[23]! + 0.4 * values[24]!)) < 1e-9);
    });
  }
});

test("births and deaths settle to a Poisson distribution with its percentiles", () => {
  const { mean, sd, percentiles } = ensemble(birthDeath, { ...asked, end: 12, points: 2 }, 3000, [2.5, 97.5]);
  assert.ok(Math.abs(mean.X![1]! - 50) < 4 * Math.sqrt(50 / 3000), `${mean.X![1]}`);
  assert.ok(Math.abs(sd.X![1]! ** 2 / 50 - 1) < 4 * Math.sqrt(2 / 3000), `${sd.X![1]}`);
  assert.ok(Math.abs(percentiles[2.5]!.X![1]! - 37) <= 1 && Math.abs(percentiles[97.5]!.X![1]! - 64) <= 1);
});

test("a switched parameter is back for the next run", () => {
  const doses = [{ time: 3, target: "k", amount: 0, duration: 0 }];
  const { mean } = ensemble(decay, { ...asked, doses }, 50);
  assert.ok(mean.X![6]! < 300 && mean.X![12] === mean.X![6]);
});

test("one run has no spread; without percentiles none are given", () => {
  const { sd, percentiles } = ensemble(decay, asked, 1);
  assert.deepEqual([[...sd.X!], percentiles], [Array(13).fill(0), {}]);
});

test("when runs fail the statistics end where the first one does, and say so", () => {
  const { times, mean, outcome } = ensemble(logistic, { ...asked, set: { K: 0.5 } }, 20);
  assert.equal(outcome.kind, "not a number");
  assert.ok(times.length < 13 && mean.X!.length === times.length);
});

test("no runs, and percentiles that are none, are refused", () => {
  assert.throws(() => ensemble(decay, asked, 0), /1 run or more/);
  assert.throws(() => ensemble(decay, asked, 5, [101]), /between 0 and 100/);
});

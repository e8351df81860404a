/** The random numbers: the same in Python and in the browser, and evenly spread. */

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { drawsOf, sfc32 } from "../../static/src/model/random.ts";

const file = new URL("../sfc32.json", import.meta.url);

test("a seed gives the numbers that Python draws (tests/sfc32.json)", { skip: !existsSync(file) }, () => {
  const read: unknown = JSON.parse(readFileSync(file, "utf8"));
  const samples = (Array.isArray(read) ? read : [read]) as { seed: number; uniform: number[] }[];
  assert.ok(samples.length > 0);
  for (const { seed, uniform } of samples) {
    const draw = sfc32(seed);
    assert.deepEqual(uniform.map(() => draw()), uniform);
  }
});

test("the same seed gives the same numbers, the next seed quite others", () => {
  const draws = (seed: number): number[] => {
    const draw = sfc32(seed);
    return Array.from({ length: 1000 }, () => draw());
  };
  assert.deepEqual(draws(7), draws(7));
  const [one, other] = [draws(7), draws(8)];
  assert.equal(one.filter((u, i) => Math.abs(u - other[i]!) < 1e-6).length, 0);
});

test("the numbers lie strictly between 0 and 1 and fill twenty equal bins evenly", () => {
  const draw = sfc32(1);
  const bins = new Array<number>(20).fill(0);
  const n = 200_000;
  for (let i = 0; i < n; i++) {
    const u = draw();
    assert.ok(u > 0 && u < 1);
    bins[Math.floor(20 * u)]!++;
  }
  const chiSquare = bins.reduce((sum, count) => sum + (count - n / 20) ** 2 / (n / 20), 0);
  assert.ok(chiSquare < 43.8, `chi-square ${chiSquare}, above the 0.1 % point for 19 degrees of freedom`);
});

test("what is drawn for a run are the numbers of its seed, the first time and again, however many runs of others lie between", () => {
  for (const [seed, events] of [[5, 3000], [21, 10], [5, 140_000], [5, 2], [5, 5000]] as const) {
    const [uniform, draws] = [sfc32(seed), drawsOf(seed)];
    for (let i = 0; i < events; i++) {
      const place = draws.next();
      assert.ok(draws.waits[place] === Math.log(uniform()) && draws.shares[place] === uniform(), `number ${i} of seed ${seed}`);
    }
  }
});

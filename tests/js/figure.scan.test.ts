import assert from "node:assert/strict";
import { test } from "node:test";
import { compute, computing } from "../../static/src/figure/compute.ts";
import { refined } from "../../static/src/figure/scan.ts";
import { decay } from "./networks.ts";

const clock = { kind: "parameter", label: "Rate", unit: "per h", low: 0.1, high: 10, scale: "log" } as const;
const scan = {
  parameter: "k", positions: [0.1, 1, 10], between: 2,
  measures: { left: "X.end", early: "X@0.5" },
};
const figure = {
  name: "f", view: "scan", model: "decay", run: { end: 1, points: 11, method: "ode", seed: 1, average: false }, clock, scan,
  conditions: [], parameters: { k: 0.5, X0: 1000 }, panels: [{ lines: [{ show: "left" }] }],
};
const close = (a: ArrayLike<number>, b: number[]) => assert.ok(a.length === b.length && b.every((v, i) => Math.abs(a[i]! / v - 1) < 1e-4), `${[...Array.from(a)]} is not ${b}`);

test("every run of a sweep gives its measures, and words call the swept value x", () => {
  const { rows, run, measured } = compute(decay, figure as never, { k: 0.5, X0: 1000 });
  close(rows.columns.left!, [0.1, 1, 10].map((k) => 1000 * Math.exp(-k)));
  close(rows.columns.early!, [0.1, 1, 10].map((k) => 1000 * Math.exp(-k / 2)));
  assert.deepEqual([run.series.times.length, measured.clock, run.outcome.kind], [5, "x", "finished"]);
});

test("a line between two runs is a power law where it can be", () => {
  const coarse = { times: Float64Array.of(1, 100), columns: { y: Float64Array.of(10, 1000), none: Float64Array.of(0, 4) } };
  const fine = refined(coarse, 2, true);
  close(fine.times, [1, 10, 100]);
  close(fine.columns.y!, [10, 100, 1000]);
  assert.deepEqual([...fine.columns.none!], [0, 2, 4]);
  close(refined(coarse, 2, false).times, [1, 50.5, 100]);
});

test("conditions of a scan are columns of their own", () => {
  const conditions = [{ name: "few", label: "", set: { X0: 10 }, doses: [] }, { name: "many", label: "", set: {}, doses: [] }];
  const { rows } = compute(decay, { ...figure, conditions } as never, { k: 0.5, X0: 1000 });
  close(rows.columns["left@few"]!, [0.1, 1, 10].map((k) => 10 * Math.exp(-k)));
  close(rows.columns["left@many"]!, [0.1, 1, 10].map((k) => 1000 * Math.exp(-k)));
});

test("a sweep that meets a model without an answer is told with the place, and shown so far", () => {
  const broken = { ...decay, rhs: (_t: number, _y: unknown, p: Float64Array, _m: unknown, dy: Float64Array) => void (dy[0] = p[0]! > 5 ? NaN : 0) };
  const { rows, failure } = compute(broken as never, figure as never, { k: 0.5, X0: 1000 });
  assert.deepEqual([[...rows.times], /10 per h/.test(failure ?? "")], [[0.1, 1], true]);
});

test("made of a part of its runs first, a scan spans the same axis with as many points, and is then the same as at once", () => {
  const fine = { ...figure, name: "fine", scan: { ...scan, positions: [0.1, 0.2, 0.5, 1, 2, 3, 5, 7, 10] } } as never;
  const made = (k: number, coarse: boolean) => {
    const pieces = computing(decay, fine, { k, X0: 1000 }, coarse);
    for (let runs = 1; ; runs++) {
      const { done, value } = pieces.next();
      if (done) return { ...value, runs };
    }
  };
  const [coarse, whole] = [made(0.5, true), made(0.5, false)];
  assert.deepEqual([coarse.runs, coarse.coarse, whole.runs, whole.coarse], [3, true, 9, false]);
  assert.deepEqual(coarse.run.series.times, whole.run.series.times);
  for (const i of [0, 4, 8]) assert.equal(coarse.rows.columns.left![i], whole.rows.columns.left![i]);
  assert.ok(coarse.rows.columns.left!.every((left, i, all) => i === 0 || left < all[i - 1]!), "it does not fall all along");
  assert.deepEqual(whole, { ...compute(decay, { ...(fine as object), name: "anew" } as never, { k: 0.5, X0: 1000 }), runs: 9 });
});

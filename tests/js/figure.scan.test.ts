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

const nine = [0.1, 0.2, 0.5, 1, 2, 3, 5, 7, 10];
const made = (of: object, k: number, enough: (() => boolean) | null) => {
  const pieces = computing(decay, { ...figure, ...of, scan: { ...scan, positions: nine } } as never, { k, X0: 1000 }, enough);
  for (let runs = 1; ; runs++) {
    const { done, value } = pieces.next();
    if (done) return { ...value, runs };
  }
};

test("while a slider is held a scan is made of the runs that tell most of it, and then in full, as if at once", () => {
  const [held, whole] = [made({ name: "held" }, 0.5, () => true), made({ name: "held" }, 0.5, null)];
  assert.deepEqual([held.runs, held.coarse, whole.runs, whole.coarse], [6, true, 9, false]);
  assert.deepEqual(held.run.series.times, whole.run.series.times);
  const [some, all] = [held.rows.columns.left!, whole.rows.columns.left!];
  const runs = all.map((left, i) => Math.abs(some[i]! / left - 1)).filter((off) => off < 1e-3);
  assert.ok(runs.length >= 6, "what is shown goes through the runs that were made");
  assert.ok(some.every((left, i) => Math.abs(left - all[i]!) < 40), `elsewhere it is no more than 4 % of the axis beside them: ${[...some].map((left, i) => left - all[i]!)}`);
  assert.ok(some.every((left, i) => i === 0 || left < some[i - 1]!), "it falls all along");
  assert.deepEqual(whole, made({ name: "anew" }, 0.5, null));
});

test("what a slider does not touch is drawn from all its runs while it is held", () => {
  const conditions = [{ name: "few", label: "", set: { X0: 10 }, doses: [] }, { name: "many", label: "", set: {}, doses: [] }];
  const both = { name: "both", conditions, scan: { ...scan, positions: nine } };
  compute(decay, { ...figure, ...both } as never, { k: 0.5, X0: 1000 });
  const held = computing(decay, { ...figure, ...both } as never, { k: 0.5, X0: 500 }, () => true);
  let next = held.next();
  while (!next.done) next = held.next();
  const { rows } = next.value;
  assert.deepEqual(rows.columns["left@few"], compute(decay, { ...figure, ...both } as never, { k: 0.5, X0: 1000 }).rows.columns["left@few"]);
  close([rows.columns["left@many"]![0]!, rows.columns["left@many"]!.at(-1)!], [500 * Math.exp(-0.1), 500 * Math.exp(-10)]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { armsOf } from "../../static/src/figure/arms.ts";
import { sunflower } from "../../static/src/view/geometry.ts";
import { populationViews } from "../../static/src/view/population.ts";

const kind = { show: "A", label: "dividing", entity: "cd4", mark: "disc" } as const;
const field = { kinds: [kind], signal: { show: "I", label: "IL-2", entity: "il2", full: 100 }, one: "cell", many: "cells" };
const series = (A: number[], I = A.map(() => 0)) => ({
  times: Float64Array.from(A, (_, i) => i), columns: { A: Float64Array.from(A), I: Float64Array.from(I) },
});

const populationView = (ofField: typeof field, run: ReturnType<typeof series>) =>
  populationViews(ofField, run, armsOf({ conditions: [] }))[0]!;

test("each cell has its mark, and one mark stands for ten when there are too many", () => {
  const view = populationView(field, series([3, 150, 1500]));
  assert.deepEqual([0, 1, 2].map((time) => [view.marks(time, 0).cells.length, view.scale(time)]), [[3, 1], [150, 1], [150, 10]]);
});

test("a new cell leaves its parent for its own place", () => {
  const view = populationView(field, series([4, 8]));
  const child = (time: number) => view.marks(time, 1).cells[6]!.at;
  assert.deepEqual(child(1), sunflower(3));
  assert.deepEqual(child(2), sunflower(6));
  assert.notDeepEqual(child(1.5), sunflower(3));
});

test("a dying cell shrinks where it was, and is gone afterwards", () => {
  const view = populationView(field, series([8, 4, 4]));
  const dying = (time: number) => view.marks(time, 1).cells.filter((cell) => cell.dying);
  assert.equal(dying(1.2).length, 4);
  assert.ok(dying(1.8)[0]!.radius < dying(1.2)[0]!.radius);
  assert.equal(dying(2).length, 0);
});

test("ten marks gather into one when the scale changes", () => {
  const view = populationView(field, series([150, 1500]));
  const [start, end] = [view.marks(1, 1).cells, view.marks(2, 1).cells];
  assert.equal(start.length, 300);
  assert.deepEqual([end.length, end[0]!.at], [150, sunflower(0)]);
});

test("the signal fills the space between the cells up to its full level", () => {
  const view = populationView(field, series([1, 1, 1], [0, 50, 1000]));
  assert.deepEqual([0, 1, 2].map((time) => view.marks(time, 0).signal.length), [0, 35, 70]);
});

test("a run that ended at once shows an empty field instead of failing", () => {
  const view = populationView(field, series([]));
  assert.deepEqual([view.marks(3, 1), view.scale(3)], [{ cells: [], signal: [] }, 1]);
});

test("two conditions are drawn at one scale, so that their crowds can be compared", () => {
  const arms = ["few", "many"].map((name) => ({ name, label: name, set: {}, doses: [] }));
  const run = { times: Float64Array.of(0), columns: { "A@few": Float64Array.of(90), "A@many": Float64Array.of(1500) } };
  const views = populationViews({ ...field, signal: null }, run, arms);
  assert.deepEqual(views.map((view) => [view.marks(0, 0).cells.length, view.scale(0)]), [[9, 10], [150, 10]]);
});

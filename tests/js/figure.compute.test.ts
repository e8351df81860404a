import assert from "node:assert/strict";
import { test } from "node:test";
import { compute } from "../../static/src/figure/compute.ts";
import { tableRows } from "../../static/src/figure/table.ts";
import { decay } from "./networks.ts";

const figure = {
  name: "f", view: "population", model: "decay", run: { end: 10, points: 101, method: "ode", seed: 1, average: false },
  time: { unit: "h", label: "Time" }, parameters: { k: 0.5, X0: 1000 }, panels: [{ lines: [{ show: "X" }, { show: "gone" }, { show: "X" }] }],
} as never;

test("a run follows the reader's settings", () => {
  const ended = (k: number) => compute(decay, figure, { k, X0: 1000 }).run.series.columns.X!.at(-1)!;
  assert.ok(Math.abs(ended(0.1) - 1000 * Math.exp(-1)) < 1);
  assert.equal(compute(decay, figure, { k: 0.5, X0: 1000 }).failure, null);
});

test("a model that fails is told in words with the time, and leaves what was computed", () => {
  const broken = { ...decay, rhs: (t: number, _y: unknown, _p: unknown, _m: unknown, dy: Float64Array) => void (dy[0] = t > 5 ? NaN : 0) };
  const { failure, run } = compute(broken as never, figure, { k: 0.5, X0: 1000 });
  assert.match(failure ?? "", /(no answer after|stopped at) [\d.]+ h/);
  assert.ok(run.series.columns.X!.every(Number.isFinite));
});

test("the table has each curve once, at thirteen times from start to end", () => {
  const rows = tableRows((figure as { panels: never }).panels, compute(decay, figure, { k: 0.5, X0: 1000 }).run.series);
  assert.deepEqual([rows.length, rows[0], rows[12]![0]], [13, ["0", "1,000", "0"], "10"]);
});

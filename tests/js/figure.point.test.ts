import assert from "node:assert/strict";
import { test } from "node:test";
import type { ModelFigure, Plot } from "../../static/src/figure/data.ts";
import { coursesOf, pointWords } from "../../static/src/figure/point.ts";
import { pointAt, withPoint } from "../../static/src/view/point.ts";

const clock = { kind: "time", label: "Time", unit: "d", low: 0, high: 30, scale: "linear" } as const;
const line = (show: string, label: string) => ({ show, label, entity: "cd4", dash: "solid" });
const panels = [
  { label: "Cells", unit: "", scale: "log", range: [1, 1e6], lines: [line("total", "all cells"), line("M", "memory")] },
  { label: "IL-2", unit: "pM", scale: "linear", range: null, lines: [line("I", "IL-2")] },
];
const courses = coursesOf({ panels } as unknown as ModelFigure);
const times = Float64Array.from({ length: 301 }, (_, i) => i / 10);
const columns = { total: times.map((t) => (t === 7.3 ? 310_000 : 10)), M: times.map(() => 1000), I: times.map((t) => 3 * t) };
const series = { times, columns };
const layout = {
  margin: { l: 50, r: 50, t: 0, b: 0 },
  xaxis: { range: [0, 30] },
  yaxis: { type: "log", range: [0, 6], domain: [0.5, 1] },
  yaxis2: { range: [0, 100], domain: [0, 0.4] },
};
const plot: Plot = { data: [], layout };
const size = { width: 400, height: 200 };

test("a point is said with its line, its time and its value with unit", () => {
  assert.equal(pointWords(courses[0]!, series, 73, clock), "all cells, day 7.3: 310,000");
  assert.equal(pointWords(courses[2]!, series, 100, clock), "IL-2, day 10: 30 pM");
});

test("a press means the nearest time, and the nearest line there", () => {
  assert.deepEqual(pointAt(plot, size, courses, series, 50 + 73, 100 * (1 - Math.log10(310_000) / 6)), { line: 0, index: 73 });
  assert.deepEqual(pointAt(plot, size, courses, series, 150.4, 50), { line: 1, index: 100 });
  assert.deepEqual(pointAt(plot, size, courses, series, 150.6, 190), { line: 2, index: 101 });
});

test("a press beside the plot means its nearest end", () => {
  assert.equal(pointAt(plot, size, courses, series, 0, 0).index, 0);
  assert.equal(pointAt(plot, size, courses, series, 400, 0).index, 300);
});

test("the mark lies on the line, on the axis of its panel, and leaves the rest as it was", () => {
  const [mark] = withPoint(plot, courses[2]!, series, 100).data as unknown as { x: number[]; y: number[]; yaxis: string }[];
  assert.deepEqual([mark!.x, mark!.y, mark!.yaxis], [[10], [30], "y2"]);
  assert.equal(plot.data.length, 0);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { fitting, share, valueOf } from "../../static/src/view/axis.ts";
import { movingPaths, resting } from "../../static/src/view/moving.ts";
import { fittedCurves, timecourse } from "../../static/src/view/timecourse.ts";

const trace = (role: string) => ({ type: "scatter", mode: "lines", xaxis: "x", yaxis: "y", x: [], y: [], meta: { role, entity: "cd4", show: "X" }, line: { width: 2, color: "red" } });
const base = {
  data: [trace("line"), { ...trace("now"), mode: "markers", marker: { size: 9, color: "red" } }, { ...trace("label"), mode: "text", x: [4] }],
  layout: { margin: { t: 20, b: 30, r: 80 }, xaxis: { range: [0, 4] }, yaxis: { range: [0, 10], domain: [0, 1] }, shapes: [{ name: "cursor" }], annotations: [{}] },
};
const panel = { label: "X", unit: "", scale: "linear", range: null, lines: [{ show: "X", label: "X", entity: "cd4", dash: "solid" }] } as const;
const run = { times: Float64Array.of(0, 1, 2, 3, 4), columns: { X: Float64Array.of(0, 4, 8, 38, 5) } };
const at = (time: number, ahead = true) =>
  timecourse(fittedCurves(base as never, [panel], run, null), { series: run, average: null, time, ahead, height: 200 });

test("what has happened is drawn in full and what lies ahead faintly", () => {
  const [future, past, now] = at(2).data;
  assert.deepEqual([future!.meta!.role, (future!.x as number[]).length, past!.x, past!.y], ["ahead", 5, [0, 1, 2, 2], [0, 4, 8, 8]]);
  assert.deepEqual([now!.x, now!.y], [[2], [8]]);
  assert.equal((at(2).layout.shapes as { x0: number }[])[0]!.x0, 2);
});

test("nothing ahead is given away while a prediction is awaited", () => {
  assert.deepEqual(at(1, false).data[0]!.x, []);
  assert.equal(at(1, false).data.find((t) => t.meta!.role === "label")!.visible, false);
});

test("the axis makes room for a run that rises above it", () => {
  assert.deepEqual((at(0).layout.yaxis as { range: number[] }).range, [0, 40]);
  assert.deepEqual([58, 890, 0, NaN].map(fitting), [[0, 60], [0, 1000], [0, 1], [0, 1]]);
});

test("a line that ended early has no name at the end of the axis", () => {
  const cut = { times: run.times.subarray(0, 3), columns: { X: run.columns.X.subarray(0, 3) } };
  const plot = fittedCurves(base as never, [panel], cut, null);
  const label = (series: typeof run) => timecourse(plot, { series, average: null, time: 0, ahead: true, height: 200 }).data.at(-1)!;
  assert.deepEqual([label(run).visible, label(cut as never).visible], [true, false]);
});

test("a logarithmic axis tells heights and values alike", () => {
  const axis = { type: "log", range: [0, 4] } as const;
  assert.deepEqual([share(axis, 100), share(axis, 0), share(axis, 1e9), valueOf(axis, 0.5)], [0.5, 0, 1, 100]);
});

test("what moves is drawn where the settled plot has it", () => {
  const plot = at(2);
  assert.deepEqual(resting(plot).data.map((t) => t.meta!.role), ["ahead", "label"]);
  const paths = movingPaths({ ...plot, layout: { ...plot.layout, margin: { l: 50, r: 50, t: 0, b: 0 } } }, { width: 300, height: 100 });
  assert.equal(paths[0]!.d, "M150 0V100");
  assert.match(paths[1]!.d, /^M50 100L100 90L150 80/);
  assert.match(paths[2]!.d, /^M145.5 80a4.5/);
});

test("a value that an axis cannot show leaves a gap", () => {
  const log = { data: [{ ...trace("line"), x: [0, 1, 2], y: [0, 10, 100] }], layout: { ...base.layout, shapes: [], yaxis: { type: "log", range: [0, 2] } } };
  assert.equal(movingPaths(log as never, { width: 480, height: 150 })[0]!.d, "M100 70L200 20");
});

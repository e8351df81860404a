import assert from "node:assert/strict";
import { test } from "node:test";
import type { Plot } from "../../static/src/figure/data.ts";
import { chartPlot, markAt, pictureWidth } from "../../static/src/view/chart.ts";

/** A picture of 400 pixels with values from 1 to 100 between 100 and 300 on a logarithmic axis. */
const plot: Plot = {
  layout: { xaxis: { type: "log", range: [0, 2], domain: [0.25, 0.75] }, xaxis2: { range: [0, 400], domain: [0, 1] } },
  data: [
    { meta: { show: "" }, mode: "lines", x: [1, 100], y: [50, 50], line: { width: 2 } },
    { meta: { show: "0" }, mode: "markers", x: [10], y: [50], marker: { size: 12, line: { width: 3 } } },
    { meta: { show: "1" }, mode: "lines", x: [10, 100], y: [150, 150], line: { width: 2 } },
    { meta: { show: "2" }, mode: "text", xaxis: "x2", x: [10], y: [250], text: ["twenty letters of it"], textfont: { size: 15 },
      textposition: "middle right" },
  ],
};

test("a plot is scaled with the width of its box, marks and words alike", () => {
  assert.equal(pictureWidth(plot), 400);
  const [, dot, , words] = chartPlot(plot, null, 200).data;
  assert.deepEqual(dot!.marker, { size: 6, line: { width: 1.5 } });
  assert.deepEqual(words!.textfont, { size: 7.5 });
});

test("all but the chosen mark and what belongs to none is faded", () => {
  assert.deepEqual(chartPlot(plot, 1, 400).data.map((trace) => trace.opacity === 1), [true, false, true, false]);
  assert.ok(chartPlot(plot, null, 400).data.every((trace) => trace.opacity === 1));
});

test("a reader points at the nearest mark: at a dot, along a line, on words", () => {
  assert.equal(markAt(plot, 205, 55), 0);
  assert.equal(markAt(plot, 290, 145), 1);
  assert.equal(markAt(plot, 130, 250), 2);
});

test("far from every mark a reader points at none", () => {
  assert.equal(markAt(plot, 390, 250), null);
  assert.equal(markAt(plot, 110, 150), null);
  assert.equal(markAt(plot, 110, 50), null, "a line that belongs to no mark cannot be pointed at");
});

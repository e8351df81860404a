import assert from "node:assert/strict";
import { test } from "node:test";
import { fill, indexAt } from "../../static/src/figure/words.ts";

const run = {
  series: {
    times: Float64Array.of(0, 1, 2, 3),
    columns: { bound: Float64Array.of(0, 4, 12, 6), cells: Float64Array.of(100, 50, 2e6, 1e6) },
  },
  parameters: { antigens: 100 },
};
const said = (template: string, now = 1) => fill(template, run, now);

test("the sentence below a figure tells the numbers at the time shown", () => {
  assert.equal(said("After {time} s {bound} of {antigens} antigens are held."), "After 1 s 4 of 100 antigens are held.");
  assert.equal(said("{ bound }", 2.9), "12");
  assert.equal(said("{bound}", 99), "6");
});

test("a sentence can tell start, end, peak, its time and the fold", () => {
  assert.equal(said("{cells.start} {cells.end} {cells.peak} {cells.peak_time}"), "100 1 million 2 million 2");
  assert.equal(said("{cells.fold} {bound.fold}"), "20,000 3");
});

test("a run that ended early, or a name from elsewhere, does not break the sentence", () => {
  const empty = { series: { times: new Float64Array(), columns: { bound: new Float64Array() } }, parameters: {} };
  assert.equal(fill("{bound} {bound.peak} {__proto__} {constructor}", empty, 0), Array(4).fill("not a number").join(" "));
});

test("the value now is that of the last grid time that has come", () => {
  assert.deepEqual([0, 0.99, 1, 2.9999999999, 3, 7, -1].map((now) => indexAt(run.series.times, now)), [0, 0, 1, 3, 3, 3, 0]);
});

/** A guess is held against the model in one sentence, computed from both; what storage holds is taken only when it fits. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { moment } from "../../static/src/figure/clock.ts";
import type { Clock, ModelFigure } from "../../static/src/figure/data.ts";
import {
  feature, fitsSketch, fitsValue, keptGuess, relation, sketchDifference, truth, valueDifference, type SketchAsk, type ValueAsk,
} from "../../static/src/figure/guess.ts";

const table = JSON.parse(readFileSync("tests/guess.json", "utf8"));
const axis = (scale: string, [low, high]: [number, number]) =>
  scale === "log" ? { type: "log", range: [Math.log10(low), Math.log10(high)] as const } : { type: "linear", range: [low, high] as const };

const clock = (high: number, unit: string): Clock => ({ kind: "time", label: "Time", unit, low: 0, high, scale: "linear" });
const figure = {
  clock: clock(30, "d"),
  panels: [{ lines: [{ show: "I" }] }, { lines: [{ show: "total" }] }],
  plots: { curves: { data: [], layout: { yaxis: axis("linear", [0, 100]), yaxis2: axis("log", [1, 1e8]) } } },
} as unknown as ModelFigure;
const times = Float64Array.of(0, 5, 9.5, 20, 30);
const run = (column: number[], show = "total") => ({ times, columns: { [show]: Float64Array.from(column) } });

const sketch: SketchAsk = {
  kind: "sketch", set: {}, of: "total", unit: "cells", times: [0, 5, 10, 15, 20, 25, 30], moments: [], start: 78, ticks: [], timeTicks: [],
};
const peak: ValueAsk = {
  kind: "value", set: {}, of: "total", measure: "peak", label: "Peak", unit: "cells", min: 1e3, max: 1e8, scale: "log", whole: false,
};

test("what stands out in a curve is the same here and in the build", () => {
  for (const { what, scale, range, column, kind, at } of table.features) {
    assert.deepEqual(feature(column, axis(scale, range)), { kind, at }, what);
  }
});

test("a time is said the same here and in the build", () => {
  for (const [time, end, unit, words] of table.moments) assert.equal(moment(time, clock(end, unit)), words);
});

test("a number is told by the guess: times, parts and per cent", () => {
  const cases: [number, number, string][] = [
    [1e4, 1.8e6, "180 times that"], [200, 1800, "9 times that"], [40, 90, "2.3 times that"], [100, 140, "40 % more"],
    [100, 97, "about the same"], [100, 60, "40 % less"], [100, 50, "half of that"], [29, 3, "a tenth of that"],
    [100, 8, "8 % of that"], [1e6, 1, "less than a ten-thousandth of that"], [58.04, 58, "just that"],
  ];
  for (const [guess, given, words] of cases) assert.equal(relation(guess, given), words, `${guess} and ${given}`);
});

test("nothing is divided by nothing", () => {
  for (const [guess, given] of [[0, 5], [5, 0], [-1, 5]] as const) assert.equal(relation(guess, given), "");
  assert.equal(relation(0, 0), "just that");
  assert.equal(valueDifference(peak, 5000, 0, figure), "You said 5,000 cells; the model gives 0 cells.");
});

test("a level line is said to be one, and not to come early or late", () => {
  const level = sketchDifference(sketch, Array(7).fill(78), run([78, 19000, 1.8e6, 3e5, 92000]), figure);
  assert.match(level, /^You drew a level line at 78 cells; the model peaks at 1.8 million cells on day 9.5: 23,000 times that\. /);
});

test("a value is set beside what the model gives", () => {
  const said = valueDifference(peak, 1e4, 1.8e6, figure);
  assert.equal(said, "You said 10,000 cells; the model gives 1.8 million cells: 180 times that.");
});

test("a time is earlier or later, not so many times as long", () => {
  const when = { ...peak, measure: "peak_time", unit: "d" };
  assert.equal(valueDifference(when, 7, 9.5, figure), "You said 7 d; the model gives 9.5 d: 2.5 days later.");
  assert.equal(valueDifference(when, 10.5, 9.5, figure), "You said 10.5 d; the model gives 9.5 d: 1 day earlier.");
  assert.equal(valueDifference(when, 9.5, 9.5, figure), "You said 9.5 d; the model gives 9.5 d: at about the same time.");
});

test("a sketched peak is told by height and day, and so is the end", () => {
  const model = run([78, 20000, 1.8e6, 3e5, 1e5]);
  assert.equal(
    sketchDifference(sketch, [78, 200000, 5e4, 2e4, 1e4, 5e3, 1e3], model, figure),
    "You drew a peak of 200,000 cells on day 5; the model peaks at 1.8 million cells on day 9.5: 9 times that, 4.5 days later. " +
      "At the end you drew 1,000 cells; the model has 100,000 cells: 100 times that.",
  );
  assert.match(sketchDifference(sketch, [78, 1e3, 1.8e6, 1e6, 1e5, 1e5, 1e5], model, figure), /just that, at about the same time\./);
});

test("a sketch without a peak is told by its highest value", () => {
  const model = run([78, 20000, 1.8e6, 3e5, 1e5]);
  const up = sketchDifference(sketch, [78, 100, 200, 300, 400, 500, 600], model, figure);
  assert.match(up, /^You drew the highest value, 600 cells, at the end; the model peaks .*: 3,000 times that, 20.5 days earlier\./);
  const down = sketchDifference(sketch, [78, 60, 50, 40, 30, 20, 10], model, figure);
  assert.match(down, /^You drew the highest value, 78 cells, at the start; /);
});

test("a model that has no peak is told by its end, one that dips by its low", () => {
  const ask = { ...sketch, of: "I", unit: "pM" };
  assert.equal(
    sketchDifference(ask, [0, 10, 20, 30, 40, 40, 40], run([0, 50, 60, 58, 58], "I"), figure),
    "At the end you drew 40 pM; the model has 58 pM: 45 % more.",
  );
  assert.match(
    sketchDifference(ask, [80, 40, 20, 30, 40, 60, 70], run([80, 30, 10, 50, 80], "I"), figure),
    /^You drew a low of 20 pM on day 10; the model is lowest at 10 pM on day 9.5: half of that, at about the same time\. At the end/,
  );
});

test("what the model says is kept beside the guess: a key, a number, or the curve at the times that were asked", () => {
  const model = run([78, 20000, 1.8e6, 3e5, 1e5]);
  assert.equal(truth({ kind: "choice", set: {}, answer: "far" }, null), "far");
  assert.equal(truth(peak, model), 1.8e6);
  assert.deepEqual(truth(sketch, model), [78, 20000, 1.8e6, 1.8e6, 3e5, 3e5, 1e5]);
  assert.deepEqual([truth(peak, null), truth(sketch, null), truth({ ...peak, measure: "no" }, model)], [null, null, null]);
});

test("only what can have been said is taken from storage", () => {
  const fits = (guess: unknown) => fitsSketch(sketch, guess);
  assert.deepEqual(keptGuess({ guess: [78, 1, 2, 3, 4, 5, 6] }, fits), [78, 1, 2, 3, 4, 5, 6]);
  assert.equal(keptGuess({ guess: null }, fits), null);
  const rubbish = [
    null, undefined, 7, "shown", [], {}, { guess: 3 }, { guess: [1, 2] }, { guess: [78, 1, 2, 3, 4, 5, "6"] },
    { guess: [78, 1, 2, 3, 4, 5, null] }, Object.create({ guess: null }),
  ];
  for (const kept of rubbish) assert.equal(keptGuess(kept, fits), undefined, JSON.stringify(kept));
  assert.deepEqual([1e3, 5e5, 1e8].map((value) => fitsValue(peak, value)), [true, true, true]);
  assert.deepEqual([999, 1e9, NaN, "1e4", null, [1e4]].map((value) => fitsValue(peak, value)), Array(6).fill(false));
});

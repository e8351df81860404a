/** A guess lies over the curves in the panel that it was made for, and is named where it is in nobody's way. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ModelFigure, Plot } from "../../static/src/figure/data.ts";
import type { SketchAsk, ValueAsk } from "../../static/src/figure/guess.ts";
import { withGuesses } from "../../static/src/view/guess.ts";
import { moves } from "../../static/src/view/moving.ts";

const clock = { kind: "time", label: "Time", unit: "d", low: 0, high: 30, scale: "linear" };
const figure = { clock, panels: [{ lines: [{ show: "I" }] }, { lines: [{ show: "total" }] }] } as unknown as ModelFigure;
const plot: Plot = { data: [], layout: { yaxis: { range: [0, 100] }, yaxis2: { type: "log", range: [0, 8] } } };
const series = { times: Float64Array.of(0, 15, 30), columns: { total: Float64Array.of(78, 1e6, 1e5), I: Float64Array.of(0, 50, 0) } };
const sketch = { kind: "sketch", of: "total", times: [0, 15, 30] } as unknown as SketchAsk;
const value = { kind: "value", of: "I", measure: "peak" } as unknown as ValueAsk;
const traces = (ask: SketchAsk | ValueAsk, guess: number | number[] | null) =>
  withGuesses(plot, figure, series, [{ ask, guess }]).data;

test("a sketch is a dashed line with marks in its own panel, over the whole run", () => {
  const [line, name] = traces(sketch, [78, 100, 1e5]);
  assert.deepEqual([line!.x, line!.y, line!.yaxis], [[0, 15, 30], [78, 100, 1e5], "y2"]);
  assert.deepEqual([line!.mode, (line!.line as { dash: string }).dash], ["lines+markers", "dash"]);
  assert.deepEqual([name!.text, name!.x, name!.textposition], [["your guess"], [15], "bottom center"]);
});

test("a level is a line across and a time a line upwards", () => {
  assert.deepEqual(traces(value, 40)[0]!.y, [40, 40]);
  const [upright] = traces({ ...value, of: "total", measure: "peak_time" }, 12);
  assert.deepEqual([upright!.x, upright!.y], [[12, 12], [1, 1e8]]);
});

test("what no panel can show is not drawn", () => {
  assert.deepEqual([traces(value, 400), traces({ ...value, measure: "fold" }, 4), traces({ ...value, of: "X" }, 4)], [[], [], []]);
  assert.deepEqual(traces(sketch, null), []);
  const chosen = { ask: { kind: "choice", set: {}, answer: "a" }, guess: "a" } as const;
  assert.equal(withGuesses(plot, figure, series, [chosen]), plot);
});

test("a guess rests while the curves move and while a slider is held", () => {
  const guessed = withGuesses(plot, figure, series, [{ ask: sketch, guess: [78, 100, 1e5] }]);
  assert.deepEqual(guessed.data.map(moves), [false, false]);
});

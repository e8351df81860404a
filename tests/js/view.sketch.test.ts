/** A pad takes a stroke for what it is: every point that it passes stands where it went, and no other moves. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { heightOf, HEIGHTS, linePath, nearestPoint, padFrame, placeOf, stroke, valueAtHeight } from "../../static/src/view/sketch.ts";

const log = { type: "log", range: [0, 8] } as const;
const frame = padFrame({ width: 320, height: 272 });
const flat = [20, 20, 20, 20, 20, 20, 20];

test("a tap moves the nearest point, and only that", () => {
  const at = { across: 0.35, up: 0.8 };
  assert.deepEqual(stroke(flat, at, at), [20, 20, 80, 20, 20, 20, 20]);
});

test("a fast stroke moves every point that it passes", () => {
  assert.deepEqual(stroke(flat, { across: 0, up: 0 }, { across: 1, up: 0.6 }), [20, 10, 20, 30, 40, 50, 60]);
  assert.deepEqual(stroke(flat, { across: 1, up: 0.6 }, { across: 0.5, up: 0.3 }), [20, 20, 20, 30, 40, 50, 60]);
});

test("the first point is given: nothing moves it", () => {
  const left = { across: 0, up: 1 };
  assert.deepEqual(stroke(flat, left, left), [20, 100, 20, 20, 20, 20, 20]);
  assert.equal(nearestPoint(6, left), 1);
});

test("a pointer beyond the pad draws at its edge", () => {
  assert.deepEqual(placeOf(frame, -50, 9999), { across: 0, up: 0 });
  assert.deepEqual(placeOf(frame, 9999, -50), { across: 1, up: 1 });
});

test("heights and values are those of the axis, with two digits", () => {
  assert.deepEqual([0, 54, HEIGHTS].map((height) => valueAtHeight(log, height)), [1, 21000, 1e8]);
  for (let height = 0; height <= HEIGHTS; height++) assert.equal(heightOf(log, valueAtHeight(log, height)), height);
  assert.deepEqual([0, -1, 1e12].map((value) => heightOf(log, value)), [0, 0, HEIGHTS]);
});

test("a line goes from the left edge to the right, whatever it holds", () => {
  const d = linePath(frame, log, [0, 0.5, 1], [0, 1e4, 1e9]);
  assert.equal(d, "M8 244L160 134L312 24");
});

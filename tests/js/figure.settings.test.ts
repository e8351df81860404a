import assert from "node:assert/strict";
import { test } from "node:test";
import { changed, isPreset, ladder, position, STEPS, valueAt } from "../../static/src/figure/settings.ts";
import { stageAt } from "../../static/src/figure/stage.ts";

const log = { parameter: "tau", label: "Dwell time", unit: "s", min: 0.2, max: 60, scale: "log", whole: false } as const;
const linear = { ...log, min: 0, max: 100, scale: "linear" } as const;

test("a slider reaches exactly both ends of its range", () => {
  for (const control of [log, linear]) {
    assert.deepEqual([valueAt(control, 0), valueAt(control, STEPS)], [control.min, control.max]);
  }
});

test("where only whole numbers make sense, every position is another whole number", () => {
  const molecules = { ...linear, min: 1, whole: true };
  assert.deepEqual(ladder(molecules), Array.from({ length: 100 }, (_, i) => i + 1));
  const cells = { ...log, min: 3, max: 30000, whole: true };
  assert.ok(ladder(cells).every((value, i, all) => Number.isInteger(value) && (i === 0 || value > all[i - 1]!)));
  for (const control of [molecules, cells]) ladder(control).forEach((value, at) => assert.equal(position(control, value), at));
});

test("a logarithmic slider gives every tenfold the same way", () => {
  assert.ok(Math.abs(position(log, 2) - position(log, 0.2) - (position(log, 20) - position(log, 2))) <= 1);
  assert.equal(position(linear, 50), STEPS / 2);
});

test("a handle comes back to the value it was left at", () => {
  for (const at of [0, 1, 77, 150, STEPS]) assert.equal(position(log, valueAt(log, at)), at);
});

test("a value outside the range, or no number, leaves the handle on its track", () => {
  assert.deepEqual([position(log, 1e9), position(log, 0), position(log, NaN)], [STEPS, 0, 0]);
});

test("a preset is marked only while all values are its own", () => {
  const defaults = { tau: 5, antigens: 100 };
  assert.ok(isPreset({ tau: 1, antigens: 100 }, defaults, { tau: 1 }));
  assert.ok(!isPreset({ tau: 1, antigens: 99 }, defaults, { tau: 1 }));
  assert.deepEqual(changed({ tau: 1, antigens: 100 }, defaults), { tau: 1 });
});

test("the stage said is the last one whose time has come", () => {
  const stages = [0, 2, 9].map((at) => ({ at, say: "" }));
  assert.deepEqual([0, 1.9, 2, 8, 30].map((time) => stageAt(stages, time, 30)), [0, 0, 1, 1, 2]);
  assert.equal(stageAt([], 1, 30), -1);
});

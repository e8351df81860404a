import assert from "node:assert/strict";
import { test } from "node:test";
import type { Panel } from "../../static/src/figure/data.ts";
import { heard, SECONDS, tune } from "../../static/src/figure/sound.ts";

const clock = { kind: "time", label: "Time", unit: "d", low: 0, high: 10, scale: "linear" } as const;
const times = Float64Array.from({ length: 11 }, (_, i) => i);
const series = { times, columns: { cells: times.map((t) => 10 ** Math.min(t, 4)), none: times.map(() => NaN) } };
const log = { type: "log", range: [0, 4] } as const;
const stages = [0, 2.5, 10].map((at) => ({ at, say: "" }));

test("the foot of a panel is the lowest tone, its top the highest, and equal steps of the scale are equal intervals", () => {
  const { pitches } = tune(series, "cells", log, clock, []);
  const [foot, one, two, top] = [0, 20, 40, 80].map((i) => pitches[i]!);
  assert.equal(foot, 220);
  assert.equal(pitches.at(-1), 1760);
  assert.equal(top, 1760);
  assert.ok(Math.abs(one! / foot! - two! / one!) < 1e-4);
});

test("on a linear scale half the height is half of the octaves", () => {
  const { pitches } = tune({ times, columns: { x: times.map(() => 5) } }, "x", { range: [0, 10] }, clock, []);
  assert.deepEqual(new Set(pitches), new Set([Math.fround(220 * 2 ** 1.5)]));
});

test("a tick marks each stage but the start, at its time", () => {
  assert.deepEqual(tune(series, "cells", log, clock, stages).ticks, [SECONDS / 4, SECONDS]);
});

test("every tone can be played, whatever the run holds", () => {
  for (const show of ["cells", "none", "__proto__"]) {
    assert.ok(tune(series, show, log, clock, stages).pitches.every((pitch) => pitch >= 220 && pitch <= 1760));
  }
});

test("it is said what is heard: what, from when to when, and what high and low mean", () => {
  const line = { show: "cells", label: "all cells", entity: "cd4", dash: "solid" };
  const panel: Panel = { label: "Cells", unit: "", scale: "log", range: [1, 1e4], lines: [line] } as unknown as Panel;
  const said = heard({ line, panel, place: 0 }, log, clock);
  for (const words of ["“all cells”", "day 0 to day 10", "lowest is 1,", "highest 10,000, on a logarithmic", "tick"]) {
    assert.ok(said.includes(words), `${words} in ${said}`);
  }
});

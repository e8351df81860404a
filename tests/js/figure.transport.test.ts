import assert from "node:assert/strict";
import { test } from "node:test";
import { atEnd, move, transport, type Action } from "../../static/src/figure/transport.ts";

const start = transport(30, [0, 2, 9, 16], 15);
const after = (actions: Action[], from = start) => actions.reduce(move, from);

test("a figure is paused at its start when the page opens", () => {
  assert.equal(start.playing, false);
  assert.equal(start.time, 0);
});

test("playing moves the time with the reader's clock, and faster at a higher speed", () => {
  assert.equal(after([{ kind: "play" }, { kind: "tick", seconds: 1 }]).time, 2);
  assert.equal(after([{ kind: "speed", factor: 2 }, { kind: "play" }, { kind: "tick", seconds: 1 }]).time, 4);
});

test("nothing moves while paused", () => {
  assert.equal(after([{ kind: "tick", seconds: 5 }]), start);
});

test("playing stops by itself at the end, and play then begins anew", () => {
  const done = after([{ kind: "play" }, { kind: "tick", seconds: 100 }]);
  assert.deepEqual([done.time, done.playing, atEnd(done)], [30, false, true]);
  assert.deepEqual([move(done, { kind: "play" }).time, move(done, { kind: "toggle" }).playing], [0, true]);
});

test("a step goes to the next stage and to the one before, and pauses", () => {
  const forward = [1, 1, 1, 1, 1].map((_, i) => after(Array(i + 1).fill({ kind: "step", by: 1 })).time);
  assert.deepEqual(forward, [2, 9, 16, 30, 30]);
  const between = after([{ kind: "scrub", time: 10 }]);
  assert.equal(move(between, { kind: "step", by: -1 }).time, 9);
  assert.equal(move(start, { kind: "step", by: -1 }).time, 0);
  assert.equal(after([{ kind: "play" }, { kind: "step", by: 1 }]).playing, false);
});

test("a scrub is kept inside the run, and nonsense leaves the time as it is", () => {
  assert.equal(after([{ kind: "scrub", time: 99 }]).time, 30);
  assert.equal(after([{ kind: "scrub", time: -1 }]).time, 0);
  assert.equal(after([{ kind: "scrub", time: 7 }, { kind: "scrub", time: NaN }]).time, 7);
  assert.equal(after([{ kind: "speed", factor: NaN }]).speed, 1);
});

test("restart goes to the start and waits", () => {
  const again = after([{ kind: "play" }, { kind: "tick", seconds: 3 }, { kind: "restart" }]);
  assert.deepEqual([again.time, again.playing], [0, false]);
});

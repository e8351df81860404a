import assert from "node:assert/strict";
import { test } from "node:test";
import { atEnd, move, transport, type Action } from "../../static/src/figure/transport.ts";

const clock = { kind: "time", label: "Time", unit: "d", low: 0, high: 30, scale: "linear" } as const;
const start = transport(clock, [0, 2, 9, 16], 15);
const after = (actions: Action[], from = start) => actions.reduce(move, from);

test("a figure is paused at its start when the page opens", () => {
  assert.equal(start.playing, false);
  assert.equal(start.time, 0);
});

test("playing moves the time with the reader's clock, and faster at a higher speed", () => {
  assert.equal(after([{ kind: "play" }, { kind: "tick", seconds: 0.5 }]).time, 1);
  assert.equal(after([{ kind: "speed", factor: 1.5 }, { kind: "play" }, { kind: "tick", seconds: 0.5 }]).time, 1.5);
});

test("nothing moves while paused", () => {
  assert.equal(after([{ kind: "tick", seconds: 5 }]), start);
});

test("playing halts exactly on each stage, and play then goes on to the next", () => {
  const played = (times: number) => after(Array(times).fill([{ kind: "play" }, { kind: "tick", seconds: 100 }]).flat());
  assert.deepEqual([1, 2, 3, 4].map((times) => played(times).time), [2, 9, 16, 30]);
  assert.equal(played(1).playing, false);
  const near = after([{ kind: "scrub", time: 1.9 }, { kind: "play" }, { kind: "tick", seconds: 0.1 }]);
  assert.deepEqual([near.time, near.playing], [2, false]);
});

test("no stage is passed by, however the frames fall: steps that add up to one but for rounding halt there too", () => {
  for (const high of [30, 60]) {
    for (const frame of [0.1, 0.05, 1 / 30, 1 / 60]) {
      let now = move(transport({ ...clock, high }, [0, 1, 3, 5, 9.5, 10], 24), { kind: "speed", factor: 4 });
      const halts: number[] = [];
      while (!atEnd(now)) {
        now = move(now, { kind: "play" });
        while (now.playing) now = move(now, { kind: "tick", seconds: frame });
        halts.push(now.time);
      }
      assert.deepEqual(halts, [1, 3, 5, 9.5, 10, high], `${high} at ${frame}`);
    }
  }
});

test("at the end play begins anew", () => {
  const done = after([{ kind: "scrub", time: 29 }, { kind: "play" }, { kind: "tick", seconds: 100 }]);
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

test("a reset leads back to the start, paused, at the usual speed", () => {
  const reset = after([{ kind: "speed", factor: 4 }, { kind: "play" }, { kind: "tick", seconds: 1 }, { kind: "reset" }]);
  assert.deepEqual([reset.time, reset.playing, reset.speed], [0, false, 1]);
});

test("a logarithmic clock begins at its low end, plays each power of ten equally long, and steps to its stages", () => {
  const swept = transport({ ...clock, kind: "parameter", low: 0.1, high: 100, scale: "log" }, [5.2], 3);
  const unstaged = transport(swept.clock, [], 3);
  const played = (seconds: number) => after([{ kind: "play" }, { kind: "tick", seconds }], unstaged).time;
  assert.equal(swept.time, 0.1);
  assert.deepEqual([played(1), played(2), played(3)].map((time) => Number(time.toPrecision(9))), [1, 10, 100]);
  assert.equal(move(swept, { kind: "step", by: 1 }).time, 5.2);
  assert.equal(after([{ kind: "step", by: 1 }, { kind: "step", by: -1 }], swept).time, 0.1);
  assert.equal(after([{ kind: "scrub", time: 0 }], swept).time, 0.1);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { atShare, rounded, shareAt, shown, spoken } from "../../static/src/figure/clock.ts";
import type { Clock } from "../../static/src/figure/data.ts";

const time = (high: number, unit: string): Clock => ({ kind: "time", label: "Time", unit, low: 0, high, scale: "linear" });
const dwell: Clock = { kind: "parameter", label: "Dwell time", unit: "s", low: 0.2, high: 60, scale: "log" };

test("a time is said in the words of its unit, a parameter with its name", () => {
  assert.equal(spoken(7.2846, time(30, "d")), "day 7.3");
  assert.equal(spoken(4.2, time(60, "s")), "4.2 seconds");
  assert.equal(spoken(3, time(10, "fortnights")), "3 fortnights");
  assert.equal(spoken(5.2001, dwell), "dwell time 5.2 s");
  assert.equal(spoken(30000, { ...dwell, label: "Precursors", unit: "", high: 3e5 }), "precursors 30,000");
});

test("a clock tells the time of a stage exactly", () => {
  const hours: Clock = { kind: "time", label: "Time", unit: "h", low: 0, high: 112, scale: "linear" };
  assert.deepEqual([shown(7.75, hours), spoken(0.25, hours)], ["7.8 h", "hour 0.3"]);
  const finer = { ...hours, least_digits: 2 };
  assert.deepEqual([shown(7.75, finer), shown(56, finer), spoken(0.25, finer)], ["7.75 h", "56.00 h", "hour 0.25"]);
});

test("the time beside the scrubber keeps its width while it runs", () => {
  assert.deepEqual([0, 7, 7.04, 29.96].map((at) => shown(at, time(30, "d"))), ["0.0 d", "7.0 d", "7.0 d", "30.0 d"]);
  assert.equal(shown(500, time(1000, "h")), "500 h");
  assert.equal(rounded(0.123456, time(0.3, "d")), 0.123);
  assert.equal(shown(5.2345, dwell), "5.23 s");
});

test("shares and places on a clock lead to each other, with the ends exactly", () => {
  for (const clock of [time(30, "d"), dwell]) {
    assert.deepEqual([atShare(clock, 0), atShare(clock, 1), atShare(clock, 2)], [clock.low, clock.high, clock.high]);
    assert.ok([0.1, 0.5, 0.9].every((share) => Math.abs(shareAt(clock, atShare(clock, share)) - share) < 1e-12));
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { rounded, shown, spoken } from "../../static/src/figure/clock.ts";

test("a time is said in the words of its unit", () => {
  assert.equal(spoken(7.2846, 30, "d"), "day 7.3");
  assert.equal(spoken(4.2, 60, "s"), "4.2 seconds");
  assert.equal(spoken(3, 10, "fortnights"), "3 fortnights");
});

test("the time beside the scrubber keeps its width while it runs", () => {
  assert.deepEqual([0, 7, 7.04, 29.96].map((time) => shown(time, 30, "d")), ["0.0 d", "7.0 d", "7.0 d", "30.0 d"]);
  assert.equal(shown(500, 1000, "h"), "500 h");
  assert.equal(rounded(0.123456, 0.3), 0.123);
});

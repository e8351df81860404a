import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fill, indexAt, type Measured } from "../../static/src/figure/words.ts";

interface Told {
  readonly columns: Record<string, number[]>;
  readonly parameters: Record<string, number>;
}
const shared = JSON.parse(readFileSync("tests/words.json", "utf-8")) as Told & {
  readonly time_unit: string;
  readonly times: number[];
  readonly others: Record<string, Told>;
  readonly cases: [template: string, now: number, said: string][];
};

function measured({ columns, parameters }: Told): Measured {
  const arrays = Object.entries(columns).map(([name, values]) => [name, Float64Array.from(values)]);
  const series = { times: Float64Array.from(shared.times), columns: Object.fromEntries(arrays) };
  return { series, parameters, timeUnit: shared.time_unit, clock: "time" };
}

const run = measured(shared);
const others = (name: string): Measured | null => (shared.others[name] ? measured(shared.others[name]) : null);

test("every measure and comparison is said as the build says it", () => {
  for (const [template, now, said] of shared.cases) assert.equal(fill(template, run, now, others), said, template);
});

test("without another run the one that is told is the usual one", () => {
  assert.equal(fill("{cells.peak.vs} {cells.peak_time.vs}", run, 0), "the same at the same time");
  assert.equal(fill("{cells.peak.vs(Nothing)}[, {cells.peak.vs(Nothing)}]", run, 0), "not to be compared");
});

test("moments of a scan are compared as what they are, values of a parameter", () => {
  assert.equal(fill("{cells.peak_time.vs}", { ...run, timeUnit: "" }, 0, others), "33 % higher");
});

test("a run that ended early, or a name from elsewhere, does not break the sentence", () => {
  const empty = { series: { times: new Float64Array(), columns: { bound: new Float64Array() } }, parameters: {}, timeUnit: "s", clock: "time" } as const;
  const said = Array(5).fill("not a number").join(" ");
  assert.equal(fill("{bound} {bound.peak} {__proto__} {constructor} {bound.constructor}", empty, 0), said);
  assert.equal(fill("{bound.auc} {bound.half_life}", empty, 0), "not a number no half-life");
});

test("the value now is that of the last grid time that has come", () => {
  const times = Float64Array.of(0, 1, 2, 3);
  assert.deepEqual([0, 0.99, 1, 2.9999999999, 3, 7, -1].map((now) => indexAt(times, now)), [0, 0, 1, 3, 3, 3, 0]);
});

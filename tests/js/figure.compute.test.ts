import assert from "node:assert/strict";
import { test } from "node:test";
import { compute } from "../../static/src/figure/compute.ts";
import { tableRows } from "../../static/src/figure/table.ts";
import { decay } from "./networks.ts";

const figure = {
  name: "f", view: "population", model: "decay", run: { end: 10, points: 101, method: "ode", seed: 1, average: false },
  clock: { kind: "time", unit: "h", label: "Time", low: 0, high: 10, scale: "linear" }, conditions: [], model_units: 1, parameters: { k: 0.5, X0: 1000 }, panels: [{ lines: [{ show: "X" }, { show: "gone" }, { show: "X" }] }],
} as never;

test("a run follows the reader's settings", () => {
  const ended = (k: number) => compute(decay, figure, { k, X0: 1000 }).run.series.columns.X!.at(-1)!;
  assert.ok(Math.abs(ended(0.1) - 1000 * Math.exp(-1)) < 1);
  assert.equal(compute(decay, figure, { k: 0.5, X0: 1000 }).failure, null);
});

test("a model that fails is told in words with the time, and leaves what was computed", () => {
  const broken = { ...decay, rhs: (t: number, _y: unknown, _p: unknown, _m: unknown, dy: Float64Array) => void (dy[0] = t > 5 ? NaN : 0) };
  const { failure, run } = compute(broken as never, figure, { k: 0.5, X0: 1000 });
  assert.match(failure ?? "", /(no answer after|stopped at) [\d.]+ h/);
  assert.ok(run.series.columns.X!.every(Number.isFinite));
});

test("the table has each curve once, at thirteen times from start to end", () => {
  const rows = tableRows((figure as { clock: never }).clock, (figure as { panels: never }).panels, compute(decay, figure, { k: 0.5, X0: 1000 }).run.series);
  assert.deepEqual([rows.length, rows[0], rows[12]![0]], [13, ["0", "1,000", "0"], "10"]);
});

test("conditions run side by side, each with its own values above the reader's", () => {
  const arm = (name: string, set: object, doses: object[] = []) => ({ name, label: name, set, doses });
  const dose = { time: 5, target: "X", amount: 500, duration: 0 };
  const conditions = [arm("slow", { k: 0.1 }), arm("same", {}), arm("dosed", {}, [dose])];
  const { run, measured } = compute(decay, { ...(figure as object), conditions } as never, { k: 0.5, X0: 100 });
  const ends = ["X@slow", "X@same", "X@dosed"].map((name) => run.series.columns[name]!.at(-1)!);
  const exact = [100 * Math.exp(-1), 100 * Math.exp(-5), 100 * Math.exp(-5) + 500 * Math.exp(-2.5)];
  assert.ok(ends.every((end, i) => Math.abs(end / exact[i]! - 1) < 1e-3), String(ends));
  assert.deepEqual(["k", "k@slow", "k@same", "X0@slow"].map((name) => measured.parameters[name]), [0.5, 0.1, 0.5, 100]);
});

test("conditions are shown as far as all of them came", () => {
  const breaks = (t: number, _y: unknown, p: Float64Array, _m: unknown, dy: Float64Array) => void (dy[0] = t > 5 && p[0]! > 1 ? NaN : 0);
  const conditions = [{ name: "a", label: "", set: { k: 2 }, doses: [] }, { name: "b", label: "", set: {}, doses: [] }];
  const { run, failure } = compute({ ...decay, rhs: breaks } as never, { ...(figure as object), conditions } as never, { k: 0.5, X0: 1 });
  const lengths = [run.series.times, ...Object.values(run.series.columns)].map((column) => column.length);
  assert.ok(new Set(lengths).size === 1 && lengths[0]! < 101 && failure !== null);
});

test("many cells are single runs with seeds that follow one another, and the run is their mean", () => {
  const cells = { ...(figure as object), run: { end: 10, points: 11, method: "ssa", seed: 3, average: true, cells: 4 } };
  const made = compute(decay, cells as never, { k: 0.5, X0: 100 });
  const alone = [3, 4, 5, 6].map((seed) =>
    compute(decay, { ...cells, run: { ...cells.run, seed, cells: 1 } } as never, { k: 0.5, X0: 100 }).run.series.columns.X!);
  assert.deepEqual(made.members.map(({ columns }) => columns.X), alone);
  assert.ok(made.run.series.columns.X!.every((mean, i) => Math.abs(mean - alone.reduce((sum, x) => sum + x[i]! / 4, 0)) < 1e-9));
  assert.deepEqual([made.average !== null, new Set(alone.map(String)).size], [true, 4]);
});

test("a schedule gives its doses in the figure's unit of time, and leaves out those that are skipped", () => {
  const schedule = { target: "X", duration: 0, first: 1, cycle_every: 20, skip: true };
  const asked = { dose_count: 3, dose_every: 2, dose_amount: 100, dose_cycles: 1, skip_2: 1 };
  const hours = { ...(figure as object), run: { end: 10, points: 11, method: "ode", seed: 1, average: false, cells: 1 }, schedule, model_units: 60 };
  const { run, doses, measured } = compute(decay, hours as never, { k: 0.01, X0: 0, ...asked });
  const left = (since: number) => 100 * Math.exp(-0.01 * 60 * since);
  assert.deepEqual(doses, [1, 5]);
  assert.deepEqual([...run.series.times].slice(0, 3), [0, 1, 2]);
  assert.ok(Math.abs(run.series.columns.X![10]! / (left(9) + left(5)) - 1) < 1e-3);
  assert.deepEqual([...run.series.columns.doses_given!], [0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]);
  assert.equal(measured.parameters.dose_every, 2);
  const late = compute(decay, hours as never, { k: 0.01, X0: 0, ...asked, dose_every: 6 }).doses;
  assert.deepEqual(late, [1], "what is given after the end of the figure has no place in it");
});

test("a course that is repeated begins again after a cycle", () => {
  const schedule = { target: "X", duration: 0, first: 0, cycle_every: 20, skip: false };
  const asked = { dose_count: 2, dose_every: 3, dose_amount: 1, dose_cycles: 2 };
  const month = { ...(figure as object), run: { end: 30, points: 31, method: "ode", seed: 1, average: false }, schedule };
  const times = compute(decay, month as never, { k: 0.5, X0: 0, ...asked }).doses;
  assert.deepEqual(times, [0, 3, 20, 23]);
});

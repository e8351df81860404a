/** Events: the semantics of SBML Level 3 Version 2, section 4.11, promise by promise. */

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Network } from "../../static/src/model/network.ts";
import { run } from "../../static/src/model/simulate.ts";
import type { Run, RunOptions } from "../../static/src/model/simulate.ts";
import { birthDeath, decay, resting, system, withEvents } from "./networks.ts";

const go = (network: Network, options: Partial<RunOptions> = {}): Run =>
  run(network, { set: {}, end: 10, points: 11, method: "ode", seed: 1, ...options });
const column = (result: Run, name = "y0"): number[] => [...result.series.columns[name]!];
const after = (...times: number[]) => (t: number): boolean[] => times.map((time) => t >= time);

test("an event happens exactly at its time, and a report at that time shows what it did", () => {
  const network = withEvents(decay, after(3), [{ when: (m) => m[0] === 1, sets: [0], to: () => [500] }]);
  const X = column(go(network), "X");
  X.forEach((x, t) => {
    const exact = t < 3 ? 1000 * Math.exp(-t / 2) : 500 * Math.exp(-(t - 3) / 2);
    assert.ok(Math.abs(x / exact - 1) < 1e-5, `${x} at ${t}`);
  });
});

test("an event at the very end of a run is in its last report", () => {
  const network = withEvents(resting(1), after(10), [{ when: (m) => m[0] === 1, sets: [0], to: () => [7] }]);
  assert.deepEqual(column(go(network)).slice(-2), [1, 7]);
});

test("a report at a time does not show what happens only after it", () => {
  const shown = (holds: (t: number) => boolean[]): number[] =>
    column(go(withEvents(resting(1), holds, [{ when: (m) => m[0] === 1, sets: [0], to: () => [7] }]))).slice(2, 5);
  assert.deepEqual(shown((t) => [t >= 3]), [1, 7, 7]);
  assert.deepEqual(shown((t) => [t > 3]), [1, 1, 7]);
});

test("a ball bounces where mathematics says, to a part in a thousand million", () => {
  // y0 height, y1 speed, y2 time of the last bounce; 0.8 of the speed is left after each
  const ball = system(
    [10, 0, 0],
    (_t, y, dy) => dy.set([y[1]!, -9.81, 0]),
    (_t, _y, J) => J.set([0, 1, 0, 0, 0, 0, 0, 0, 0]),
  );
  const bouncing = withEvents(ball, (_t, y) => [y[0]! <= 0, y[1]! < 0], [
    { when: (m) => m[0] === 1 && m[1] === 1, sets: [1, 2], to: (t, y) => [-0.8 * y[1]!, t] },
  ]);
  const hits = column(go(bouncing, { points: 1001 }), "y2");
  let [expected, flight] = [Math.sqrt(20 / 9.81), 2 * Math.sqrt(20 / 9.81)];
  for (const hit of new Set(hits.filter((t) => t > 0))) {
    assert.ok(Math.abs(hit - expected) < 1e-9, `${hit} instead of ${expected}`);
    flight *= 0.8;
    expected += flight;
  }
  assert.ok(expected > 10);
});

test("where a state crosses a threshold is found as exactly as the state itself is known", () => {
  const falling = system([1000, 0], (_t, y, dy) => dy.set([-0.5 * y[0]!, 0]), (_t, _y, J) => J.set([-0.5, 0, 0, 0]));
  const network = withEvents(falling, (_t, y) => [y[0]! < 100], [
    { when: (m) => m[0] === 1, sets: [1], to: (t) => [t] },
  ]);
  assert.ok(Math.abs(column(go(network, { relative: 1e-10 }), "y1").at(-1)! - 2 * Math.log(10)) < 1e-8);
});

test("what is true at time 0 fires only if it is taken to have been false before", () => {
  const [no, yes] = [true, false].map((initially) =>
    withEvents(resting(1), after(0), [{ when: (m) => m[0] === 1, initially, sets: [0], to: () => [2] }]));
  assert.deepEqual(column(go(no!, { points: 2 })), [1, 1]);
  assert.deepEqual(column(go(yes!, { points: 2 })), [2, 2]);
});

test("a trigger fires each time that it becomes true, and not while it stays so", () => {
  const network = withEvents(resting(0), (t) => [t % 2 >= 1], [
    { when: (m) => m[0] === 1, sets: [0], to: (_t, y) => [y[0]! + 1] },
  ]);
  assert.deepEqual(column(go(network)), [0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
});

test("a delayed event is executed that much later, as often as it was triggered", () => {
  const network = withEvents(resting(0), (t) => [t % 2 >= 1], [
    { when: (m) => m[0] === 1, early: false, delay: () => 2.5, sets: [0], to: (_t, y) => [y[0]! + 1] },
  ]);
  const counts = column(go(network, { points: 21 }));
  const steps = counts.flatMap((count, i) => (count === counts[i - 1] ? [] : [[i / 2, count]]));
  assert.deepEqual(steps, [[0, 0], [3.5, 1], [5.5, 2], [7.5, 3], [9.5, 4]]);
});

test("values are read at the trigger or at the execution, as the event says", () => {
  const clock = system([0, 0], (_t, _y, dy) => dy.set([1, 0]), (_t, _y, J) => void J.fill(0));
  for (const [early, read] of [[true, 3], [false, 5]] as const) {
    const network = withEvents(clock, after(3), [
      { when: (m) => m[0] === 1, early, delay: () => 2, sets: [1], to: (_t, y) => [y[0]!] },
    ]);
    const values = column(go(network), "y1");
    assert.deepEqual([values[4], values[6]!.toFixed(9)], [0, read.toFixed(9)]);
  }
});

test("an event that is not persistent is dropped when its trigger is false again before it is due", () => {
  for (const [persistent, last] of [[true, 1], [false, 0]] as const) {
    const network = withEvents(resting(0), after(3, 4), [
      { when: (m) => m[0] === 1 && m[1] === 0, persistent, delay: () => 2, sets: [0], to: () => [1] },
    ]);
    assert.equal(column(go(network)).at(-1), last);
  }
});

test("the highest priority goes first, and is asked for anew before each execution", () => {
  const digit = (d: number) => (_t: number, y: Float64Array): number[] => [10 * y[0]! + d];
  const when = (m: Float64Array): boolean => m[0] === 1;
  const events = [
    { when, early: false, sets: [0], to: digit(1), priority: () => 1 },
    { when, early: false, sets: [0], to: digit(2), priority: () => 5 },
    { when, early: false, sets: [0], to: digit(3) },
    // low at first, and highest once the 2 is there
    { when, early: false, sets: [0], to: digit(4), priority: (_t: number, y: Float64Array) => (y[0] === 2 ? 9 : 0) },
  ];
  assert.equal(column(go(withEvents(resting(0), after(3), events))).at(-1), 2413);
});

test("chance decides between equal priorities: the seed fixes it, and each comes first in half of the runs", () => {
  const network = withEvents(resting(0), after(3), [1, 2].map((value) => (
    { when: (m: Float64Array) => m[0] === 1, priority: () => 1, sets: [0], to: () => [value] })));
  const last = Array.from({ length: 200 }, (_, seed) => column(go(network, { seed, points: 2 }))[1]!);
  assert.deepEqual(column(go(network, { seed: 17 })), column(go(network, { seed: 17 })));
  const ones = last.filter((value) => value === 1).length;
  assert.ok(ones > 70 && ones < 130, `${ones} of 200`);
});

test("what one event makes true happens at the same instant, before anything is reported", () => {
  const network = withEvents(resting(0, 0, 0), (t, y) => [t >= 3, y[0]! > 0, y[1]! > 0], [0, 1, 2].map((k) => (
    { when: (m: Float64Array) => m[k] === 1, sets: [k], to: (t: number) => [t] })));
  const result = go(network);
  for (const name of ["y0", "y1", "y2"]) assert.deepEqual(column(result, name).slice(2, 4), [0, 3]);
});

test("of two events at one instant the first can take away what the second, not persistent, depends on", () => {
  for (const [persistent, last] of [[false, 0], [true, 1]] as const) {
    const network = withEvents(resting(1, 0), (t, y) => [t >= 3, y[0]! > 0], [
      { when: (m) => m[0] === 1, priority: () => 2, sets: [0], to: () => [0] },
      { when: (m) => m[0] === 1 && m[1] === 1, persistent, priority: () => 1, sets: [1], to: () => [1] },
    ]);
    assert.equal(column(go(network), "y1").at(-1), last);
  }
});

test("events that trigger each other for ever, or faster and faster, end the run by name", () => {
  const more = (_t: number, y: Float64Array): number[] => [y[0]! + 1];
  const circle = withEvents(resting(0), (t, y) => [t >= 3, y[0]! % 2 === 0], [0, 1].map((k) => (
    { when: (m: Float64Array) => m[0] === 1 && m[1] !== k, early: false, sets: [0], to: more })));
  const { outcome, series } = go(circle);
  assert.deepEqual(outcome, { kind: "too many steps", at: 3 });
  assert.equal(series.times.at(-1), 2);
  const zeno = withEvents(resting(1, 0), (t, y) => [t >= y[1]!], [
    { when: (m) => m[0] === 1, initially: false, sets: [0, 1], to: (t, y) => [y[0]! / 2, t + y[0]! / 2] },
  ]);
  assert.equal(go(zeno, { end: 3, budget: 1e4 }).outcome.kind, "finished");
  const sliding: Network = {
    ...withEvents(resting(1), (_t, y) => [y[0]! > 0], []),
    rhs: (_t, _y, _p, m, dy) => { dy[0] = m[0] ? -1 : 1; },
  };
  assert.equal(go(sliding, { budget: 1e4 }).outcome.kind, "too many steps");
});

test("a delay that is no number ends the run by name; a negative one is none", () => {
  const [nothing, negative] = [NaN, -1].map((delay) => withEvents(resting(0), after(3), [
    { when: (m) => m[0] === 1, delay: () => delay, sets: [0], to: (t) => [t] }]));
  assert.deepEqual(go(nothing!).outcome, { kind: "not a number", at: 3 });
  assert.equal(column(go(negative!))[3], 3);
});

test("in a stochastic run an event happens exactly at its time, and the counts stay whole", () => {
  const network = withEvents(birthDeath, after(4), [{ when: (m) => m[0] === 1, sets: [0], to: () => [999.5] }]);
  const result = go(network, { method: "ssa", points: 11 });
  const X = column(result, "X");
  assert.equal(X[4], 1000);
  assert.ok(X[3]! < 100 && X[5]! > 300 && X.every(Number.isInteger));
  assert.deepEqual(result.events!.jumps.map(({ time, amount }) => [time, amount + X0(result, 4)]), [[4, 1000]]);
});

/** The count just before `time`, from the reactions alone. */
const X0 = ({ events }: Run, time: number): number =>
  events!.reactions.reduce((x, reaction, i) => (events!.times[i]! < time ? x + (reaction === 0 ? 1 : -1) : x), 0);

test("in a stochastic run an event follows at once on the reaction that makes its trigger true", () => {
  const refilled = withEvents(decay, (_t, y) => [y[0]! < 900], [
    { when: (m) => m[0] === 1, sets: [0], to: () => [1000] },
  ]);
  const { series, events, outcome } = go(refilled, { method: "ssa", points: 101 });
  assert.deepEqual(outcome, { kind: "finished" });
  assert.ok(series.columns.X!.every((x) => x >= 900 && x <= 1000));
  assert.ok(events!.jumps.length > 10);
  assert.ok(events!.jumps.every(({ amount, after: reactions }) => amount === 101 && reactions % 101 === 0));
});

test("a rate that is switched by time is switched exactly in a stochastic run, also while nothing can happen", () => {
  const late: Network = {
    ...withEvents(decay, (t) => [t >= 5.5, t >= 5.6], []),
    rates: (t, y, p, v) => { v[0] = t >= 5.5 && t < 5.6 ? 1e3 * p[0]! * y[0]! : 0; },
  };
  const { events, series } = go(late, { method: "ssa" });
  assert.ok(events!.times.every((t) => t > 5.5 && t < 5.6));
  assert.equal(series.columns.X!.at(-1), 0);
  assert.equal(series.columns.X![5], 1000);
});

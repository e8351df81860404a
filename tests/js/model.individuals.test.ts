/** Single histories: they add up to the counts and use no move that the reactions do not allow. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { EventRoom } from "../../static/src/model/gillespie.ts";
import { GONE, individuals, standing, stateAt } from "../../static/src/model/individuals.ts";
import { run } from "../../static/src/model/simulate.ts";
import type { Run } from "../../static/src/model/simulate.ts";
import { birthDeath, proofreading } from "./networks.ts";

const antigen = ["L", "C0", "C1", "C2", "C3"];
const ssa = (seed: number, set: Record<string, number> = {}, end = 60): Run =>
  run(proofreading, { set, end, points: 121, method: "ssa", seed });

for (const set of [{}, { tau: 0.2 }, { antigens: 3 }, { tau: 60, antigens: 500 }]) {
  test(`at every grid time the individuals in each state are as many as the curve says: ${JSON.stringify(set)}`, () => {
    const result = ssa(11, set);
    const all = individuals(proofreading, result, antigen, 11);
    result.series.times.forEach((t, i) => {
      const counts = antigen.map(() => 0);
      for (const individual of all) counts[stateAt(individual, t)]!++;
      assert.deepEqual(counts, antigen.map((state) => result.series.columns[state]![i]));
    });
  });
}

test("a run in a room of its own has the same events, which stand until the next run is written there", () => {
  const [one, other] = [new EventRoom(), new EventRoom()];
  const inRoom = (room: EventRoom, seed: number): Run => run(proofreading, { set: {}, end: 60, points: 2, method: "ssa", seed, room });
  const [first, second] = [inRoom(one, 3), inRoom(other, 4)];
  assert.ok(first.events!.times.length > 1100, "the room has not grown");
  assert.deepEqual([first.events, second.events], [ssa(3).events, ssa(4).events]);
  const copied = ssa(3).events!.times;
  inRoom(one, 5);
  assert.deepEqual([second.events, copied], [ssa(4).events, ssa(3).events!.times], "another run has changed them");
});

test("an antigen is bound, goes forward one step at a time, and lets go from wherever it is", () => {
  const allowed = new Set(["L>C0", "C0>C1", "C1>C2", "C2>C3", "C0>L", "C1>L", "C2>L", "C3>L"]);
  const seen = new Set<string>();
  for (const { states, times } of individuals(proofreading, ssa(2), antigen, 2)) {
    for (let i = 1; i < states.length; i++) {
      seen.add(`${antigen[states[i - 1]!]}>${antigen[states[i]!]}`);
      assert.ok(times[i]! > times[i - 1]!);
    }
  }
  assert.deepEqual([...seen].sort(), [...allowed].sort());
});

test("a grip lasts as long as the dwell time on average, and a share of 1/e of all grips lasts longer", () => {
  const tau = 2;
  const grips: number[] = [];
  for (const { states, times } of individuals(proofreading, ssa(5, { tau }, 400), antigen, 5)) {
    let since = 0;
    for (let i = 1; i < states.length; i++) {
      if (states[i - 1] === 0) since = times[i]!;
      if (states[i] === 0) grips.push(times[i]! - since);
    }
  }
  const mean = grips.reduce((sum, x) => sum + x, 0) / grips.length;
  assert.ok(Math.abs(mean - tau) < (4 * tau) / Math.sqrt(grips.length), `${mean} s in ${grips.length} grips`);
  const longer = grips.filter((x) => x > tau).length / grips.length;
  assert.ok(Math.abs(longer - Math.exp(-1)) < 2 / Math.sqrt(grips.length), `${longer} of the grips are longer`);
});

test("the same seed names the same individuals", () => {
  assert.deepEqual(individuals(proofreading, ssa(9), antigen, 9), individuals(proofreading, ssa(9), antigen, 9));
});

test("who is born appears then, and who dies is gone from then on", () => {
  const result = run(birthDeath, { set: {}, end: 10, points: 51, method: "ssa", seed: 3 });
  const all = individuals(birthDeath, result, ["X"], 3);
  const births = result.events!.reactions.filter((reaction) => reaction === 0).length;
  assert.equal(all.length, births);
  result.series.times.forEach((t, i) => {
    assert.equal(all.filter((individual) => stateAt(individual, t) === 0).length, result.series.columns.X![i]);
  });
  const dead = all.find(({ states }) => states.at(-1) === GONE)!;
  assert.equal(stateAt(dead, dead.times[0]! / 2), GONE);
  assert.equal(stateAt(dead, dead.times[0]!), 0);
  assert.equal(stateAt(dead, 10), GONE);
});

test("an unknown state and a run without events are refused in words", () => {
  assert.throws(() => individuals(proofreading, ssa(1), ["L", "C9"], 1), /no state "C9"; it has L, R, C0/);
  const average = run(proofreading, { set: {}, end: 1, points: 2, method: "ode", seed: 1 });
  assert.throws(() => individuals(proofreading, average, antigen, 1), /only a stochastic run has individuals/);
});

test("asked until a time, individuals are those of the whole run until then", () => {
  const [result, until] = [ssa(9), 3];
  const [some, all] = [individuals(proofreading, result, antigen, 9, until), individuals(proofreading, result, antigen, 9)];
  assert.ok(all.some(({ times }) => times.some((time) => time > until)), "something happens later");
  some.forEach(({ times, states }, i) => {
    const before = all[i]!.times.filter((time) => time <= until).length;
    assert.deepEqual([times, states], [all[i]!.times.slice(0, before), all[i]!.states.slice(0, before)]);
  });
});

for (const at of [0, 0.4, 3, 10]) {
  test(`where everybody stands at ${at} follows from what became of each until then`, () => {
    const all = individuals(proofreading, ssa(9), antigen, 9, at);
    const { states, returns } = standing(proofreading, ssa(9), antigen, 9, at);
    assert.deepEqual(states, all.map((individual) => stateAt(individual, at)));
    const back = (each: Int32Array) => each.filter((state, k) => state <= 0 && k > 0 && each[k - 1]! > 0).length;
    assert.deepEqual(returns, all.map((individual) => back(individual.states)));
  });
}

test("who is gone, by whatever way, stands nowhere", () => {
  const result = run(birthDeath, { set: {}, end: 10, points: 11, method: "ssa", seed: 3 });
  const all = individuals(birthDeath, result, ["X"], 3);
  assert.deepEqual(standing(birthDeath, result, ["X"], 3, 10).states, all.map((individual) => stateAt(individual, 10)));
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { beside, home, membrane } from "../../static/src/view/geometry.ts";
import { stateAt } from "../../static/src/model/individuals.ts";
import { membraneView } from "../../static/src/view/membrane.ts";

const field = { individuals: { free: "L", bound: ["C0", "C1"], triggered: "C2" }, receptors: 60 };
/** One antigen that is caught at 1, makes a step at 2, triggers at 3 and lets go at 4. */
const antigen = { times: Float64Array.of(0, 1, 2, 3, 4), states: Int32Array.of(0, 1, 2, 3, 0) };
const patch = membrane(60);
/** As the antigen is asked for, where it stands has to agree with what becomes of it. */
const antigens = {
  until: () => [antigen],
  at: (time: number) => ({ states: [stateAt(antigen, time)], returns: [time < 4 ? 0 : 1] }),
};
const view = membraneView(field, antigens);
const near = (a: readonly number[], b: readonly number[]) => assert.ok(Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!) < 1e-9, `${a} / ${b}`);

test("an antigen is shown free, held, further along, triggered, and free again", () => {
  const kinds = [0.5, 1.5, 2.5, 3.5, 4.5].map((time) => {
    const { free, held, triggered } = view(time, 0);
    return [free.length, held.length, triggered.length, held[0]?.share];
  });
  assert.deepEqual(kinds, [[1, 0, 0, undefined], [0, 1, 0, 0], [0, 1, 0, 0.5], [0, 0, 1, undefined], [1, 0, 0, undefined]]);
});

test("a settled antigen stands where the still has it, at another receptor each time", () => {
  near(view(0.5, 0).free[0]!.at, beside(patch, 0, 1, 0));
  near(view(3.5, 0).triggered[0]!.at, home(patch, 0, 1, 0));
  near(view(4.5, 0).free[0]!.at, beside(patch, 0, 1, 1));
});

test("a mark leaves from where it was and does not jump", () => {
  near(view(1, 0.5).held[0]!.at, beside(patch, 0, 1, 0));
  const steps = Array.from({ length: 401 }, (_, i) => view(i / 80, 0.5)).map((m) => (m.free[0] ?? m.held[0] ?? m.triggered[0])!.at);
  const leaps = steps.slice(1).map((at, i) => Math.hypot(at[0] - steps[i]![0], at[1] - steps[i]![1]));
  assert.ok(Math.max(...leaps) < 15, `${Math.max(...leaps)} of a field 320 wide in a 40th of the way`);
});

test("what is shown follows from the time alone, however it was reached", () => {
  const forward = view(2.2, 0.5);
  view(4.9, 0.5);
  assert.deepEqual(view(2.2, 0.5), forward);
});

test("the first picture, made of where the antigens stand, is the one that follows from what became of them", () => {
  for (const time of [0.5, 1.5, 2.5, 3.5, 4.5]) {
    const played = membraneView(field, antigens);
    played(0, 0.5);
    assert.deepEqual(membraneView(field, antigens)(time, 0), played(time, 0));
  }
});

/** The program for Node: one line of JSON in, one line out, whatever the question. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../static/src/simulate.ts", import.meta.url));

/** A model as the build prints it: X decays at rate k X. */
const script = (name: string, output = "p[1] - y[0]"): string => `"use strict";
(self.il2site ??= {models: {}}).models["${name}"] = {
  name: "${name}", timeUnit: "s", states: ["X"], outputs: ["gone"], parameters: ["k", "X0"], defaults: [0.5, 1000],
  constants: 0, reactions: ["decay"], change: [[[0, -1]]], modes: 0, events: [],
  initial(p, y) { y[0] = p[1]; }, rates(t, y, p, v) { v[0] = p[0] * y[0]; },
  rhs(t, y, p, m, dy) { dy[0] = -p[0] * y[0]; }, jacobian(t, y, p, m, J, ft) { J[0] = -p[0]; ft[0] = 0; },
  output(t, y, p, out) { out[0] = ${output}; }, mode() {}, trigger() {}, delay: () => 0, priority: () => -Infinity,
  values() {}, assign() {},
};`;
const options = { set: {}, end: 2, points: 3, method: "ode", seed: 1 };

type Answer = { runs: { times: unknown[]; columns: Record<string, unknown[]>; outcome: unknown }[]; error?: string };

function ask(...questions: unknown[]): Answer[] {
  const input = questions.map((question) => (typeof question === "string" ? question : JSON.stringify(question)));
  const asked = { input: `${input.join("\n")}\n`, encoding: "utf8" } as const;
  const { stdout, status } = spawnSync(process.execPath, [program], asked);
  assert.equal(status, 0);
  return stdout.trim().split("\n").map((line) => JSON.parse(line) as Answer);
}

test("each question is answered on its own line, in order, and no model meets another", () => {
  const [one, two] = ask(
    { script: script("a"), runs: [options, { ...options, set: { X0: 5 } }] },
    { script: script("b"), runs: [{ ...options, start: 1, points: 2 }] },
  );
  assert.deepEqual(one!.runs.map(({ columns }) => columns.X![0]), [1000, 5]);
  assert.deepEqual([one!.runs[0]!.times, one!.runs[0]!.outcome], [[0, 1, 2], { kind: "finished" }]);
  assert.deepEqual(two!.runs[0]!.times, [1, 2]);
  assert.ok(Math.abs((two!.runs[0]!.columns.X![0] as number) - 1000 * Math.exp(-0.5)) < 1e-3);
});

test("numbers that JSON does not know are written as words", () => {
  const raw = { ...options, raw: true };
  const answers = ask(...["0 / 0", "1 / 0", "-1 / 0"].map((output) => ({ script: script("a", output), runs: [raw] })));
  assert.deepEqual(answers.map(({ runs }) => runs[0]!.columns.gone), [
    ["NaN", "NaN", "NaN"], ["Infinity", "Infinity", "Infinity"], ["-Infinity", "-Infinity", "-Infinity"],
  ]);
});

test("an ensemble is answered with mean, spread and percentiles", () => {
  const [{ runs }] = ask({
    script: script("a"), runs: [{ ...options, method: "ssa" }], ensemble: { runs: 100, percentiles: [5] },
  }) as unknown as [{ runs: [{ mean: { X: number[] }; sd: { X: number[] }; percentiles: { 5: { X: number[] } } }] }];
  const { mean, sd, percentiles } = runs[0];
  assert.ok(Math.abs(mean.X[2]! - 1000 * Math.exp(-1)) < 10 && Math.abs(sd.X[2]! - 15) < 5);
  assert.ok(percentiles[5].X[2]! < mean.X[2]!);
});

test("what cannot be answered is told in a sentence, and the next question is answered all the same", () => {
  const answers = ask(
    "{", { script: "nonsense(", runs: [] }, { script: "1", runs: [] },
    { script: script("a"), runs: [{ ...options, set: { K: 1 } }] },
    { script: "for (;;) {}", runs: [], seconds: 0.2 },
    { script: script("a"), runs: [{ ...options, method: "ssa", set: { X0: 1e9 }, budget: 1e12 }], seconds: 0.3 },
    { script: script("a"), runs: [options] },
  );
  assert.ok(answers.slice(0, 6).every(({ error }) => typeof error === "string" && error.length > 10));
  assert.match(answers[3]!.error!, /has no parameter "K"/);
  assert.match(answers[4]!.error!, /timed out/);
  assert.match(answers[5]!.error!, /timed out/);
  assert.deepEqual(answers[6]!.runs[0]!.outcome, { kind: "finished" });
});

/**
 * For slider_positions.py: how far runs are from the solution.
 * Reads lines of JSON `{script, runs: [options, …]}`; answers each with one line: for every run the symbol that is worst,
 * how far off it is, and how the run ended.
 *
 * The solution is a run with a tolerance of 1e-10. A value counts as right at a time when the solution takes it within
 * `HAIR` of the run before or after: where a curve falls like a cliff, only the time of the fall can be told apart. What is
 * left is given in parts of the range of the curve, or of a quarter of its largest value where it hardly moves.
 */

import { createInterface } from "node:readline";
import { createContext, runInContext } from "node:vm";

import type { Network, Registry } from "../../static/src/model/network.ts";
import { parameterValues, run, taskOf } from "../../static/src/model/simulate.ts";
import type { RunOptions } from "../../static/src/model/simulate.ts";
import { NOTHING, solve } from "../../static/src/model/solver.ts";

const HAIR = 1e-6;
const LEAST_RANGE = 1 / 4;
const EXACT = { relative: 1e-10, budget: 2_000_000 };

type Deviation = readonly [symbol: string, size: number, outcome: string];

function load(script: string): Network {
  const self: { il2site?: Registry } = {};
  runInContext(script, createContext({ self, Float64Array, Math }));
  return Object.values(self.il2site!.models)[0]!;
}

/** Three rows of states and outputs for each grid time: a hair before it, at it, and a hair after. */
function solution(network: Network, options: RunOptions): number[][] {
  const p = parameterValues(network, options.set);
  const task = taskOf({ ...options, ...EXACT }, network.states.length);
  const hair = HAIR * options.end;
  const around = [...task.times].flatMap((t) => [Math.max(0, t - hair), t, Math.min(options.end, t + hair)]);
  const out = new Float64Array(network.outputs.length);
  const rows: number[][] = [];
  solve(network, p, { ...task, times: Float64Array.from(around) }, options.seed, (y) => {
    network.output(around[rows.length]!, y, p, out);
    rows.push([...y, ...out]);
  });
  return rows;
}

function deviation(network: Network, options: RunOptions): Deviation {
  const { series, outcome } = run(network, options);
  const rows = solution(network, options);
  let worst: Deviation = ["", rows.length < 3 * options.points ? Infinity : 0, outcome.kind];
  [...network.states, ...network.outputs].forEach((name, i) => {
    const exact = rows.map((row) => row[i]!);
    const [low, high] = [exact.reduce((a, b) => Math.min(a, b)), exact.reduce((a, b) => Math.max(a, b))];
    const size = Math.max(high - low, LEAST_RANGE * Math.max(high, -low), NOTHING);
    for (let k = 0; k < options.points; k++) {
      const [value, near] = [series.columns[name]![k] ?? Infinity, exact.slice(3 * k, 3 * k + 3)];
      const off = Math.max(Math.min(...near) - value, value - Math.max(...near)) / size;
      if (!(off <= worst[1])) worst = [name, off, outcome.kind];
    }
  });
  return worst;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { script, runs } = JSON.parse(line) as { script: string; runs: RunOptions[] };
  const network = load(script);
  console.log(JSON.stringify(runs.map((options) => deviation(network, options))));
}

/**
 * For test_javascript.py: load one printed network and run it a number of times.
 * Usage: `node generated.ts script.js '[{"set": {}, "end": 60, …}, …]'`; prints each run, and how well the functions of
 * the script agree with each other, as JSON.
 */

import type { Network, Values } from "../../static/src/model/network.ts";
import { parameterValues, run } from "../../static/src/model/simulate.ts";
import type { RunOptions, Series } from "../../static/src/model/simulate.ts";
import { load } from "./printed.ts";

/** The largest difference of `one` from `other`, in parts of the largest of both. */
function difference(one: Values, other: Values): number {
  const size = Math.max(1e-300, ...one.map(Math.abs), ...other.map(Math.abs));
  return Math.max(0, ...one.map((x, i) => Math.abs(x - other[i]!))) / size;
}

/** The derivatives as the reactions give them: the sum of change times rate. */
function balance(network: Network, t: number, y: Values, p: Values): Values {
  const v = new Float64Array(network.reactions.length);
  const dy = new Float64Array(y.length);
  network.rates(t, y, p, v);
  network.change?.forEach((change, j) => change.forEach(([state, amount]) => (dy[state]! += amount * v[j]!)));
  return dy;
}

/** One column of the Jacobian by central differences. */
function slope(network: Network, t: number, y: Values, p: Values, m: Values, j: number): Values {
  const step = 1e-4 * Math.max(Math.abs(y[j]!), 1e-3);
  const at = (shift: number): Values => {
    const dy = new Float64Array(y.length);
    network.rhs(t, y.map((x, i) => (i === j ? x + shift : x)), p, m, dy);
    return dy;
  };
  const [up, down] = [at(step), at(-step)];
  return up.map((x, i) => (x - down[i]!) / (2 * step));
}

/** In the middle of the run: how far the derivatives are from the reactions, and the Jacobian from the derivatives. */
function agreement(network: Network, options: RunOptions, series: Series): { rhs: number; jacobian: number } {
  const middle = Math.floor(series.times.length / 2);
  const t = series.times[middle]!;
  const n = network.states.length;
  const y = Float64Array.from(network.states, (state) => series.columns[state]![middle]!);
  const p = parameterValues(network, options.set);
  network.initial(p, new Float64Array(n));
  const [m, dy, ft] = [new Float64Array(network.modes), new Float64Array(n), new Float64Array(n)];
  const J = new Float64Array(n * n);
  network.mode(t, y, p, m);
  network.rhs(t, y, p, m, dy);
  network.jacobian(t, y, p, m, J, ft);
  const column = (j: number): Values => J.filter((_, i) => i % n === j);
  const errors = network.states.map((_, j) => difference(column(j), slope(network, t, y, p, m, j)));
  return { rhs: difference(dy, balance(network, t, y, p)), jacobian: Math.max(...errors) };
}

function answer(network: Network, options: RunOptions): object {
  const { series, events, outcome } = run(network, options);
  const columns = Object.fromEntries(Object.entries(series.columns).map(([name, column]) => [name, [...column]]));
  const reactions = events === null ? null : [...events.reactions];
  return { columns, reactions, outcome, ...agreement(network, options, series) };
}

const [script, asked] = process.argv.slice(2) as [string, string];
const network = load(script);
console.log(JSON.stringify((JSON.parse(asked) as RunOptions[]).map((options) => answer(network, options))));

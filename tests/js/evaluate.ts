/**
 * For network_tools.py: evaluates every function of printed networks.
 * Reads lines of JSON `{script, points: [[t, y, p], …]}` and answers each with one line: the plain facts of the network,
 * and for every point what each function fills in, numbers as text because JSON has no infinity.
 */

import { createInterface } from "node:readline";
import { createContext, runInContext } from "node:vm";

import type { Network, Registry, Values } from "../../static/src/model/network.ts";

type Point = readonly [number, readonly number[], readonly number[]];

function load(script: string): Network {
  const self: { il2site?: Registry } = {};
  runInContext(script, createContext({ self, Float64Array, Math }));
  return Object.values(self.il2site!.models)[0]!;
}

function results(network: Network, [t, state, settable]: Point): string[][] {
  const n = network.states.length;
  const filled = (size: number, fill: (array: Values) => void): string[] => {
    const array = new Float64Array(size);
    fill(array);
    return Array.from(array, String);
  };
  const p = new Float64Array(network.parameters.length + network.constants);
  p.set(settable);
  const start = filled(n, (y) => network.initial(p, y));
  const y = Float64Array.from(state);
  const m = new Float64Array(network.modes);
  network.mode(t, y, p, m);
  return [
    start,
    Array.from(p, String),
    Array.from(m, String),
    filled(network.reactions.length, (v) => network.rates(t, y, p, v)),
    filled(n, (dy) => network.rhs(t, y, p, m, dy)),
    filled(n * n, (J) => network.jacobian(t, y, p, m, J, new Float64Array(n))),
    filled(n, (ft) => network.jacobian(t, y, p, m, new Float64Array(n * n), ft)),
    filled(network.outputs.length, (out) => network.output(t, y, p, out)),
    filled(network.events.length, (out) => network.trigger(t, y, p, m, out)),
  ];
}

for await (const line of createInterface({ input: process.stdin })) {
  const { script, points } = JSON.parse(line) as { script: string; points: Point[] };
  const network = load(script);
  const facts = Object.fromEntries(Object.entries(network).filter(([, value]) => typeof value !== "function"));
  console.log(JSON.stringify({ facts, results: points.map((point) => results(network, point)) }));
}

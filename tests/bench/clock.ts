/** For models.py: one model run against the clock. The same bundle of it works in a page and under Node. */

import { ensemble } from "../../static/src/model/ensemble.ts";
import type { Network, Registry } from "../../static/src/model/network.ts";
import { run } from "../../static/src/model/simulate.ts";
import type { RunOptions } from "../../static/src/model/simulate.ts";

let network: Network;

/** From now on the model is that which `script` registers. */
export function load(script: string): string {
  const self: { il2site?: Registry } = {};
  new Function("self", script)(self);
  network = Object.values(self.il2site!.models)[0]!;
  return network.name;
}

/** Runs for so many milliseconds, for the compiler; tells how many one run took in the end. */
export function warm(options: RunOptions, milliseconds: number): number {
  const begun = performance.now();
  let [runs, half] = [0, begun];
  for (let now = begun; now - begun < milliseconds || runs === 0; now = performance.now()) {
    if (now - begun < milliseconds / 2) [runs, half] = [0, now];
    run(network, options);
    runs++;
  }
  return (performance.now() - half) / runs;
}

/** Milliseconds of a run, `count` times; each the mean of `batch` runs, because the clock of a page is coarse. */
export function times(options: RunOptions, count: number, batch: number): number[] {
  return Array.from({ length: count }, () => {
    const begun = performance.now();
    for (let i = 0; i < batch; i++) run(network, options);
    return (performance.now() - begun) / batch;
  });
}

/** The columns of a run. */
export function columns(options: RunOptions): Record<string, number[]> {
  const { series } = run(network, options);
  return Object.fromEntries(Object.entries(series.columns).map(([name, values]) => [name, Array.from(values)]));
}

/** How often a run asks for the right-hand side and for the Jacobian, and how it ends. */
export function work(options: RunOptions): { rhs: number; jacobian: number; outcome: string } {
  const count = { rhs: 0, jacobian: 0 };
  const counted: Network = {
    ...network,
    rhs: (...given) => void (count.rhs++, network.rhs(...given)),
    jacobian: (...given) => void (count.jacobian++, network.jacobian(...given)),
  };
  return { outcome: run(counted, options).outcome.kind, ...count };
}

/** Millions of reactions per second in a stochastic run of `budget` reactions, without a log of them. */
export function rate(set: RunOptions["set"], budget: number): number {
  const begun = performance.now();
  const { outcome } = ensemble(network, { set, end: 1e12, points: 2, method: "ssa", seed: 1, budget }, 1);
  if (outcome.kind !== "too many steps") throw new Error(`${network.name} came to its end before ${budget} reactions`);
  return budget / 1000 / (performance.now() - begun);
}

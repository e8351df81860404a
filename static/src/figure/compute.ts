/** From settings to a run: everything that a figure shows follows from what is made here. Pure. */
import { individuals, type Individual } from "../model/individuals.ts";
import type { Network } from "../model/network.ts";
import { run, type Outcome, type Run } from "../model/simulate.ts";
import type { MembraneField, ModelFigure } from "./data.ts";
import { number } from "./format.ts";
import { changed, type Settings } from "./settings.ts";

export interface Computed {
  readonly run: Run;
  /** The mean run beside a stochastic one. */
  readonly average: Run | null;
  /** Single antigens of a membrane; empty for other views. */
  readonly individuals: readonly Individual[];
  /** What to tell the reader when the run did not finish. */
  readonly failure: string | null;
}

/** The run of `figure` with `settings`. Throws only for what the build should have refused (a name that is unknown). */
export function compute(network: Network, figure: ModelFigure, settings: Settings): Computed {
  const { end, points, method, seed } = figure.run;
  const set = changed(settings, figure.parameters);
  const made = run(network, { set, end, points, method, seed });
  const withMean = figure.run.average && method === "ssa";
  const average = withMean ? run(network, { set, end, points, method: "ode", seed }) : null;
  const followed = figure.view === "membrane" ? statesOfOne(figure.field as MembraneField) : [];
  const single = followed.length > 0 && made.events ? individuals(network, made, followed, seed) : [];
  return { run: made, average, individuals: single, failure: failure(made.outcome, figure.time.unit) };
}

/** The states of one antigen in order: free, held step by step, triggered. */
function statesOfOne({ individuals: { free, bound, triggered } }: MembraneField): string[] {
  return [free, ...bound, triggered];
}

function failure(outcome: Outcome, unit: string): string | null {
  if (outcome.kind === "finished") return null;
  const at = `${number(outcome.at)} ${unit}`;
  if (outcome.kind === "too many steps") {
    return `With these settings the model takes too long to compute; it was stopped at ${at}.`;
  }
  return `With these settings the model has no answer after ${at}.`;
}

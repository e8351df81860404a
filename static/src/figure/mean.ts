/** The mean of runs that differ only by chance. Pure. */
import type { Run, Series } from "../model/simulate.ts";

/** The only run, or the mean of all at every time, as far as all came. */
export function meanRun(runs: readonly Run[]): Run {
  const [first] = runs as [Run, ...Run[]];
  if (runs.length === 1) return first;
  const outcome = runs.find((run) => run.outcome.kind !== "finished")?.outcome ?? first.outcome;
  return { series: meanSeries(runs.map((run) => run.series)), events: null, outcome };
}

function meanSeries(all: readonly Series[]): Series {
  const length = Math.min(...all.map(({ times }) => times.length));
  const mean = (name: string): Float64Array =>
    Float64Array.from({ length }, (_, i) => all.reduce((sum, { columns }) => sum + columns[name]![i]!, 0) / all.length);
  const columns = Object.keys(all[0]!.columns).map((name) => [name, mean(name)] as const);
  return { times: all[0]!.times.subarray(0, length), columns: Object.fromEntries(columns) };
}

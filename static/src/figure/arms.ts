/**
 * The runs that a figure shows side by side, one for each of its conditions: the mirror of `il2site/figure/arms.py`.
 * What belongs to a condition is named with its id behind an `@`: `total@half`. Pure.
 */
import type { Run, Series } from "../model/simulate.ts";
import type { Arm } from "./data.ts";

const ALONE: readonly Arm[] = [{ name: "", label: "", set: {}, doses: [] }];

/** The runs of a figure in their order: one without a name if it has no conditions. */
export function armsOf({ conditions }: { readonly conditions: readonly Arm[] }): readonly Arm[] {
  return conditions.length > 0 ? conditions : ALONE;
}

/** How `name` of the run `arm` is called in the figure. */
export function address(name: string, arm: Arm): string {
  return arm.name ? `${name}@${arm.name}` : name;
}

/** One record for all arms, from one for `each`. */
export function joined<V>(arms: readonly Arm[], each: readonly Readonly<Record<string, V>>[]): Record<string, V> {
  const named = arms.flatMap((arm, i) => Object.entries(each[i]!).map(([name, value]) => [address(name, arm), value]));
  return Object.fromEntries(named) as Record<string, V>;
}

/** The runs of all arms as one, as far as all of them came. */
export function joinedRun(arms: readonly Arm[], runs: readonly Run[]): Run {
  const [first] = runs as [Run, ...Run[]];
  if (runs.length === 1) return { ...first, series: { ...first.series, columns: joined(arms, [first.series.columns]) } };
  const outcome = runs.find((run) => run.outcome.kind !== "finished")?.outcome ?? first.outcome;
  return { series: joinedSeries(arms, runs.map((run) => run.series)), events: null, outcome };
}

function joinedSeries(arms: readonly Arm[], each: readonly Series[]): Series {
  const length = Math.min(...each.map(({ times }) => times.length));
  const all = joined(arms, each.map(({ columns }) => columns));
  const columns = Object.fromEntries(Object.entries(all).map(([name, column]) => [name, column.subarray(0, length)]));
  return { times: each[0]!.times.subarray(0, length), columns };
}

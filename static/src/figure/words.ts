/**
 * Sentences that follow a run: the mirror of `il2site/figure/words.py`.
 *
 *     "After {time} s {bound} of {antigens} antigens are held."
 *         {time}          the time now
 *         {bound}         a state, an output or a parameter now
 *         {bound.start}   at the first moment        {bound.end}        at the last
 *         {bound.peak}    the largest value          {bound.peak_time}  when it is first reached
 *         {bound.fold}    peak divided by the start (by the first value above zero when the start is zero)
 */
import type { Series } from "../model/simulate.ts";
import { amount } from "./format.ts";

/** A run and the parameters with which it was made. */
export interface Measured {
  readonly series: Series;
  readonly parameters: Readonly<Record<string, number>>;
}

/** `template` with the measures at time `now`; what is not known is "not a number". */
export function fill(template: string, measured: Measured, now: number): string {
  return template.replace(/\{([^{}]*)\}/g, (_, hole: string) => {
    const [name = "", measure = "now"] = hole.trim().split(/\.(.*)/);
    return amount(value(name, measure, measured, now));
  });
}

/** The last grid point at or before `now` (with a billionth of the run as tolerance); the first when there is none. */
export function indexAt(times: Float64Array, now: number): number {
  const limit = now + 1e-9 * (times[times.length - 1]! - times[0]!);
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return Math.max(low - 1, 0);
}

function value(name: string, measure: string, { series, parameters }: Measured, now: number): number {
  if (measure === "now" && name === "time") return now;
  if (measure === "now" && Object.hasOwn(parameters, name)) return parameters[name]!;
  const column = Object.hasOwn(series.columns, name) ? series.columns[name]! : new Float64Array();
  if (column.length === 0) return NaN;
  if (measure === "now") return column[indexAt(series.times, now)]!;
  return MEASURES[measure]?.(series.times, column) ?? NaN;
}

const MEASURES: Readonly<Record<string, (times: Float64Array, column: Float64Array) => number>> = {
  start: (_, column) => column[0]!,
  end: (_, column) => column[column.length - 1]!,
  peak: (_, column) => column[peakIndex(column)]!,
  peak_time: (times, column) => times[peakIndex(column)]!,
  fold: (_, column) => column[peakIndex(column)]! / (column[0]! > 0 ? column[0]! : (column.find((v) => v > 0) ?? NaN)),
};

function peakIndex(column: Float64Array): number {
  return column.reduce((best, v, i) => (v > column[best]! ? i : best), 0);
}

/** The numbers of a run as rows of text: the mirror of `run_table` in `il2site/figure/table.py`. Pure. */
import type { Series } from "../model/simulate.ts";
import { reading } from "./clock.ts";
import type { Clock, Panel } from "./data.ts";
import { amount } from "./format.ts";

const ROWS = 13;

/** Every line of every panel, each once, at every time: what the table has in short. */
export function allRows(panels: readonly Panel[], series: Series): number[][] {
  const columns = tableColumns(panels, series);
  return Array.from(series.times, (_, i) => columns.map((column) => column[i] ?? NaN));
}

function tableColumns(panels: readonly Panel[], series: Series): Float64Array[] {
  const names = [...new Set(panels.flatMap((panel) => panel.lines.map((line) => line.show)))];
  return [series.times, ...names.map((name) => series.columns[name] ?? new Float64Array())];
}

/** The same at 13 times that are equally spaced on the grid, as a reader meets numbers. */
export function tableRows(clock: Clock, panels: readonly Panel[], series: Series): string[][] {
  const columns = tableColumns(panels, series);
  const last = series.times.length - 1;
  const picked = [...new Set(Array.from({ length: ROWS }, (_, i) => Math.round((last * i) / (ROWS - 1))))];
  const cell = (value: number, c: number): string => (c === 0 ? reading(value, clock) : amount(value));
  return last < 0 ? [] : picked.map((i) => columns.map((column, c) => cell(column[i] ?? NaN, c)));
}

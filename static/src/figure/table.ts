/** The numbers of a run as rows of text: the mirror of `run_table` in `il2site/figure/table.py`. Pure. */
import type { Series } from "../model/simulate.ts";
import type { Panel } from "./data.ts";
import { amount, number } from "./format.ts";

const ROWS = 13;

/** Every line of every panel, each once, at 13 times that are equally spaced on the grid. */
export function tableRows(panels: readonly Panel[], series: Series): string[][] {
  const names = [...new Set(panels.flatMap((panel) => panel.lines.map((line) => line.show)))];
  const last = series.times.length - 1;
  const picked = [...new Set(Array.from({ length: ROWS }, (_, i) => Math.round((last * i) / (ROWS - 1))))];
  const columns = [series.times, ...names.map((name) => series.columns[name] ?? new Float64Array())];
  return last < 0 ? [] : picked.map((i) => columns.map((column, c) => (c === 0 ? number : amount)(column[i] ?? NaN)));
}

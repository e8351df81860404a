/**
 * A chart that a reader points at: the plot of the build at the size of its box, with one mark picked out, and which mark
 * is at a place. Pure.
 *
 * The build draws in pixels of a picture (`il2site/figure/chart/plot.py`): words and icons on the axes x2 and y, what is
 * at a value on x. `meta.show` is the number of the mark that a trace belongs to, or empty.
 */
import type { Plot, Trace } from "../figure/data.ts";

/** What is not picked out stays legible enough to compare. */
const FADED = 0.35;
/** How wide a letter is, as a part of the size of its words. */
const LETTER = 0.5;
/** How far from a mark a reader may point, in pixels of the picture. */
const REACH = 30;

type Numbers = readonly number[];
interface Axis {
  readonly range: readonly [number, number];
  readonly type?: string;
  readonly domain?: readonly [number, number];
}
interface Sized {
  readonly size?: number;
  readonly width?: number;
  readonly line?: Sized;
}

/** The width of the picture that a plot was made for. */
export function pictureWidth(plot: Plot): number {
  return (plot.layout.xaxis2 as Axis).range[1];
}

/** The plot in a box of this width, with what does not belong to `mark` faded; null picks out nothing. */
export function chartPlot(plot: Plot, mark: number | null, width: number): Plot {
  const factor = width / pictureWidth(plot);
  return { layout: plot.layout, data: plot.data.map((trace) => ({ ...scaled(trace, factor), opacity: opacity(trace, mark) })) };
}

function opacity(trace: Trace, mark: number | null): number {
  const its = trace.meta?.show ?? "";
  return mark === null || its === "" || its === String(mark) ? 1 : FADED;
}

function scaled(trace: Trace, factor: number): Trace {
  const sizes = ["marker", "line", "textfont"].filter((part) => trace[part] !== undefined);
  return { ...trace, ...Object.fromEntries(sizes.map((part) => [part, times(trace[part] as Sized, factor)])) };
}

function times(sized: Sized, factor: number): Sized {
  const { size, width, line } = sized;
  return {
    ...sized,
    ...(size !== undefined && { size: size * factor }),
    ...(width !== undefined && { width: width * factor }),
    ...(line && { line: times(line, factor) }),
  };
}

/** The mark nearest to the place (x, y) of the picture, or null when none is near. */
export function markAt(plot: Plot, x: number, y: number): number | null {
  let [nearest, best] = [null as number | null, REACH];
  for (const trace of plot.data) {
    const its = trace.meta?.show ?? "";
    const away = its === "" ? Infinity : distance(trace, plot, x, y);
    if (away < best) [nearest, best] = [Number(its), away];
  }
  return nearest;
}

/** From a place to the nearest of a trace's points, lines or words. */
function distance(trace: Trace, plot: Plot, x: number, y: number): number {
  const xs = (trace.x as Numbers).map((value) => along(trace, plot, value));
  const ys = trace.y as Numbers;
  if (trace.mode === "markers") return Math.min(...xs.map((at, i) => Math.hypot(at - x, ys[i]! - y)));
  const [left, right] = trace.mode === "text" ? wordsSpan(trace, xs[0]!) : [Math.min(...xs), Math.max(...xs)];
  const start = trace.type === "bar" ? along(trace, plot, 0) : left;
  return Math.hypot(outside(x, start, right), outside(y, Math.min(...ys), Math.max(...ys)));
}

/** The pixel of a value on the trace's axis. */
function along(trace: Trace, plot: Plot, value: number): number {
  if (trace.xaxis === "x2") return value;
  const { range, type, domain = [0, 1] } = plot.layout.xaxis as Axis;
  const at = type === "log" ? Math.log10(value) : value;
  const share = (at - range[0]) / (range[1] - range[0]);
  return pictureWidth(plot) * (domain[0] + Math.min(Math.max(share, 0), 1) * (domain[1] - domain[0]));
}

/** How much of its words lies left and right of a place. */
const SIDES: Readonly<Record<string, readonly [number, number]>> = { "middle center": [0.5, 0.5], "middle left": [1, 0] };

function wordsSpan(trace: Trace, at: number): [number, number] {
  const wide = (trace.text as readonly string[])[0]!.length * LETTER * ((trace.textfont as Sized).size ?? 0);
  const [left, right] = SIDES[String(trace.textposition)] ?? [0, 1];
  return [at - left * wide, at + right * wide];
}

function outside(value: number, low: number, high: number): number {
  return Math.max(low - value, 0, value - high);
}

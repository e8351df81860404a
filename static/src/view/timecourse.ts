/**
 * The curves of a run at a time: the part that has happened in full, the rest faint, a mark on every line now. Pure:
 * takes the plot that the build made for the default run and gives the same plot for this run and this time.
 */
import type { Panel, Plot, Trace } from "../figure/data.ts";
import { number } from "../figure/format.ts";
import { indexAt } from "../figure/words.ts";
import type { Series } from "../model/simulate.ts";
import { axisKey, fitting, roundStep, share, valueOf, type ValueAxis } from "./axis.ts";
import { spread } from "./geometry.ts";

const LABEL_GAP = 16;
/** Width of a letter of a tick, in pixels. */
const LETTER = 7.2;

export interface Course {
  readonly series: Series;
  readonly average: Series | null;
  /** Single cells behind their mean. */
  readonly members: readonly Series[];
  /** When something is given. */
  readonly doses: readonly number[];
  /** Whether what has not happened yet is shown, faintly. */
  readonly ahead: boolean;
  /** Height of the drawn box, in pixels. */
  readonly height: number;
}

/**
 * The curves with axes that hold the run; made once for each run. With `before`, the curves of a run that was shown a moment
 * ago, its axes stay as long as they do: a run can be compared with the last one by eye, and axes need not be drawn again.
 */
export function fittedCurves(
  base: Plot, panels: readonly Panel[], runs: readonly Series[], members: readonly Series[] = [], before: Plot | null = null,
): Plot {
  const layout: Record<string, unknown> = { ...base.layout };
  const axes = panels.map((panel, place) => {
    const [axis, last] = [base, before].map((plot) => plot?.layout[axisKey(place)]) as [ValueAxis, ValueAxis | undefined];
    return panel.scale === "linear" ? { ...axis, range: roomFor(largestOf(panel, runs, members), axis.range, last?.range) } : axis;
  });
  axes.forEach((axis, place) => (layout[axisKey(place)] = axis));
  const left = 12 + LETTER * Math.max(...axes.map(tickWidth));
  layout.margin = { ...(base.layout.margin as object), l: left };
  const headings = (base.layout.annotations as object[] | undefined) ?? [];
  layout.annotations = headings.map((heading) => ({ ...heading, xshift: 2 - left }));
  return { data: base.data, layout };
}

/** `plot` (from `fittedCurves`) with a run, at any time. What does not follow the clock is made once. */
export function timecourse(plot: Plot, course: Course): (time: number) => Plot {
  const labels = labelHeights(plot, course);
  const data = plot.data.flatMap((trace) => drawn(trace, course, labels));
  const shapes = (plot.layout.shapes as Record<string, unknown>[] | undefined) ?? [];
  return (time) => {
    const moved = shapes.map((shape) => (shape.name === "cursor" ? { ...shape, x0: time, x1: time } : shape));
    const now = data.map((trace) => (typeof trace === "function" ? trace(time) : trace));
    return { data: now, layout: { ...plot.layout, shapes: moved } };
  };
}

type Range = readonly [number, number];

function largestOf(panel: Panel, runs: readonly Series[], members: readonly Series[]): number {
  const columns = panel.lines.flatMap(({ show, cells }) => [...runs, ...(cells ? members : [])].map((run) => run.columns[show]));
  return columns.reduce((most, column) => Math.max(most, column ? maximum(column) : 0), 0);
}

/** An axis is kept while what it shows reaches at least so much of its height; one that must grow gets so much room to spare. */
const FILLED = 1 / 6;
const TO_SPARE = 2;

/** The usual range, or a larger one if it does not hold `largest`; with a `last` one that, if it does. */
function roomFor(largest: number, [low, high]: Range, last?: Range): Range {
  if (last && last[1] > high && largest <= last[1] && largest >= FILLED * last[1]) return last;
  return largest > high ? [low, fitting(last ? TO_SPARE * largest : largest)[1]] : [low, high];
}

/** How many letters the longest tick of an axis has: plotly makes at most ten steps, and writes half a million as 0.5M. */
function tickWidth({ ticktext, range: [low, high] }: ValueAxis): number {
  if (ticktext) return Math.max(...ticktext.map(({ length }) => length));
  const digits = Math.max(-Math.floor(Math.log10(roundStep((high - low) / 10)) + 1e-9), 0);
  return high >= HALF_A_MILLION ? 5 : number(Math.floor(high)).length + (digits && digits + 1);
}

const HALF_A_MILLION = 500_000;

function maximum(column: Float64Array): number {
  return column.reduce((most, value) => Math.max(most, value), 0);
}

/** A trace that rests, or that follows the time now. */
type Drawn = Trace | ((time: number) => Trace);

function drawn(trace: Trace, course: Course, labels: ReadonlyMap<Trace, number>): Drawn[] {
  const { series, average, ahead } = course;
  const show = trace.meta?.show ?? "";
  switch (trace.meta?.role) {
    case "average":
      return [upToNow({ ...trace, ...points(average, show) }, !ahead)];
    case "member":
      return [upToNow({ ...trace, ...inRow(course.members.map((member) => points(member, show))) }, true)];
    case "doses":
      return [{ ...trace, x: course.doses, y: course.doses.map(() => (trace.y as number[])[0] ?? NaN) }];
    case "line":
      return halves(trace, course, show);
    case "now":
      return [(time) => ({ ...trace, x: [time], y: [valueNow(series, show, time)] })];
    case "label":
      return [(time) => ({ ...trace, y: [labels.get(trace) ?? 0], visible: isNamed(trace, course, time) })];
    default:
      return [trace];
  }
}

/** A line that is drawn up to now only, if it `grows`. */
function upToNow(trace: Trace, grows: boolean): Drawn {
  return grows ? (time) => ({ ...trace, until: time }) : trace;
}

interface Points {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/** Several lines as one, with gaps between them. */
function inRow(lines: readonly Points[]): Points {
  const row = (each: (line: Points) => ArrayLike<number>) => lines.flatMap((line) => [...Array.from(each(line)), NaN]);
  return { x: row(({ x }) => x), y: row(({ y }) => y) };
}

/** A line as two traces: what lies ahead, faint, and what has happened. */
function halves(trace: Trace, { series, ahead }: Course, show: string): Drawn[] {
  const future = { ...trace, meta: { ...trace.meta, role: "ahead" }, ...points(ahead ? series : null, show) };
  const past = { ...trace, ...points(series, show) };
  return [future, (time) => ({ ...past, until: Math.min(time, lastTime(series)) })];
}

/** The points of a column, as the run has them; none without a series. */
function points(series: Series | null, show: string): Points {
  const column = series?.columns[show];
  return series && column ? { x: series.times, y: column } : { x: [], y: [] };
}

function valueNow(series: Series, show: string, time: number): number {
  return series.columns[show]?.[indexAt(series.times, time)] ?? NaN;
}

/** Whether the end of a line, where its name stands, is in sight; a run that failed did not come so far. */
function isNamed(label: Trace, { series, ahead }: Course, time: number): boolean {
  const end = ((label.x as number[])[0] ?? 0) * (1 - 1e-9);
  return lastTime(series) >= end && (ahead || time >= end);
}

function lastTime(series: Series): number {
  return series.times[series.times.length - 1] ?? 0;
}

/** Where the names of lines stand, so that none covers another: at the ends of their lines or a little off. */
function labelHeights(plot: Plot, { series, height }: Course): Map<Trace, number> {
  const heights = new Map<Trace, number>();
  const labels = plot.data.filter((trace) => trace.meta?.role === "label");
  for (const name of new Set(labels.map((trace) => trace.yaxis as string))) {
    const axis = plot.layout[name.replace("y", "yaxis")] as ValueAxis;
    const here = labels.filter((trace) => trace.yaxis === name);
    const pixels = height * (axis.domain ? axis.domain[1] - axis.domain[0] : 1);
    const wanted = here.map((trace) => pixels * (1 - share(axis, series.columns[trace.meta?.show ?? ""]?.at(-1) ?? 0)));
    spread(wanted, LABEL_GAP, 0, pixels).forEach((at, i) => heights.set(here[i]!, valueOf(axis, 1 - at / pixels)));
  }
  return heights;
}

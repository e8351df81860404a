/** The point of a curve that a reader has come to: its mark in the plot, and the point that a place in the plot means. Pure. */
import type { Plot } from "../figure/data.ts";
import type { Course, Point } from "../figure/point.ts";
import { indexAt } from "../figure/words.ts";
import type { Series } from "../model/simulate.ts";
import { valueOf, type ValueAxis } from "./axis.ts";
import { frameOf, type Size } from "./moving.ts";

/** `plot` with a ring round the point. */
export function withPoint(plot: Plot, course: Course, { times, columns }: Series, index: number): Plot {
  const { show, entity } = course.line;
  const mark = {
    type: "scatter", mode: "markers", x: [times[index]], y: [columns[show]?.[index]], yaxis: axisName(course),
    marker: { symbol: "circle-open", size: 17, line: { width: 2.5 } }, hoverinfo: "skip", showlegend: false,
    cliponaxis: false, meta: { role: "point", show, entity },
  };
  return { ...plot, data: [...plot.data, mark] };
}

/** The point nearest to `x` and `y` (pixels) in a plot of `size`: of the nearest time, on the nearest line. */
export function pointAt(plot: Plot, size: Size, courses: readonly Course[], series: Series, x: number, y: number): Point {
  const { window: [left, , width] } = frameOf("y", plot.layout, size);
  const time = valueOf(plot.layout.xaxis as ValueAxis, (x - left) / width);
  const index = nearestIndex(series.times, time);
  const away = courses.map((course) => {
    const { at } = frameOf(axisName(course), plot.layout, size);
    const place = at(series.times[index], series.columns[course.line.show]?.[index]);
    return place ? Math.abs(place[1] - y) : Infinity;
  });
  return { line: Math.max(away.indexOf(Math.min(...away)), 0), index };
}

/** The axis of a course, as traces name it. */
export function axisName({ place }: Course): string {
  return place === 0 ? "y" : `y${place + 1}`;
}

function nearestIndex(times: Float64Array, time: number): number {
  const before = indexAt(times, time);
  const after = Math.min(before + 1, times.length - 1);
  return Math.abs(times[after]! - time) < Math.abs(times[before]! - time) ? after : before;
}

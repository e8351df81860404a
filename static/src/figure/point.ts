/** A point of a line that a reader has come to, and the words for it. Pure. */
import { spoken } from "./clock.ts";
import type { Clock, Line, ModelFigure, Panel } from "./data.ts";
import { amount, counted } from "./format.ts";
import type { Series } from "../model/simulate.ts";

/** A line of a figure and the panel that it stands in. */
export interface Course {
  readonly line: Line;
  readonly panel: Panel;
  readonly place: number;
}

export interface Point {
  /** Which of the lines of the figure, counted through all panels. */
  readonly line: number;
  /** Which point of the grid. */
  readonly index: number;
}

/** All lines of a figure, in the order in which the arrow keys lead through them. */
export function coursesOf({ panels }: ModelFigure): Course[] {
  return panels.flatMap((panel, place) => panel.lines.map((line) => ({ line, panel, place })));
}

/** "all cells, day 7.3: 310,000", "IL-2, day 7.3: 115 pM". */
export function pointWords({ line, panel }: Course, { times, columns }: Series, index: number, clock: Clock): string {
  const value = counted(amount(columns[line.show]?.[index] ?? NaN), panel.unit);
  return `${line.label}, ${spoken(times[index] ?? NaN, clock)}: ${value}`;
}

/** Guesses laid over the curves of a figure: dashed, in the ink colour, with marks of their own. Pure. */
import { atShare, shareAt } from "../figure/clock.ts";
import type { Clock, ModelFigure, Plot, Trace } from "../figure/data.ts";
import { panelOf, type Ask, type Guess, type SketchAsk } from "../figure/guess.ts";
import { indexAt, kindOf } from "../figure/words.ts";
import type { Series } from "../model/simulate.ts";
import { axisKey, share, valueOf, valueShare, type ValueAxis } from "./axis.ts";

/** A question and what was guessed. */
export interface Guessed {
  readonly ask: Ask;
  readonly guess: Guess;
}

const NAME = "your guess";

/** `plot`, the curves of `figure` for the run `series`, with every guess that can be drawn in one of its panels. */
export function withGuesses(plot: Plot, figure: ModelFigure, series: Series, guessed: readonly Guessed[]): Plot {
  const more = guessed.flatMap((one) => drawn(plot, figure, series, one));
  return more.length > 0 ? { ...plot, data: [...plot.data, ...more] } : plot;
}

function drawn(plot: Plot, figure: ModelFigure, series: Series, { ask, guess }: Guessed): Trace[] {
  if (ask.kind === "choice" || guess === null) return [];
  const place = panelOf(figure, ask.of);
  const axis = plot.layout[axisKey(place)] as ValueAxis | undefined;
  if (!axis) return [];
  if (ask.kind === "value") return mark(place, axis, ask.measure, guess as number, figure.clock);
  return curve(place, axis, ask, guess as readonly number[], series, figure.clock);
}

function curve(place: number, axis: ValueAxis, ask: SketchAsk, values: readonly number[], series: Series, clock: Clock): Trace[] {
  const marker = { symbol: "diamond-open", size: 9, line: { width: 1.5 } };
  const line = trace(place, ask.times, values, { mode: "lines+markers", marker, cliponaxis: false });
  const [at, away] = farthest(axis, ask, values, series);
  const height = away >= 0 ? "top" : "bottom";
  return [line, name(place, ask.times[at]!, values[at]!, clock, height)];
}

/** The point of a guess that is farthest from the run, where its name is in nobody's way; how far, upwards. */
function farthest(axis: ValueAxis, ask: SketchAsk, values: readonly number[], series: Series): [at: number, away: number] {
  const column = series.columns[ask.of];
  const away = values.map((value, i) => {
    const given = column?.[indexAt(series.times, ask.times[i]!)];
    return given === undefined ? 0 : share(axis, value) - share(axis, given);
  });
  const at = away.reduce((best, one, i) => (Math.abs(one) > Math.abs(away[best]!) ? i : best), 0);
  return [at, away[at]!];
}

/** A number that is a level or a time, as a line across; nothing for other measures and for what the axis does not hold. */
function mark(place: number, axis: ValueAxis, measure: string, value: number, clock: Clock): Trace[] {
  if (kindOf(measure) === "moment") {
    const [low, high] = [valueOf(axis, 0), valueOf(axis, 1)];
    return [trace(place, [value, value], [low, high], { mode: "lines" }), name(place, value, high, clock, "bottom")];
  }
  if (!LEVELS.has(measure) || !(valueShare(axis, value) >= 0 && valueShare(axis, value) <= 1)) return [];
  return [trace(place, [clock.low, clock.high], [value, value], { mode: "lines" }), name(place, atShare(clock, 0.5), value, clock, valueShare(axis, value) > 0.85 ? "bottom" : "top")];
}

const LEVELS = new Set(["start", "end", "peak", "plateau"]);

function trace(place: number, x: readonly number[], y: readonly number[], more: object): Trace {
  const line = { dash: "dash", width: 2 };
  return { ...common(place, "guess"), x, y, line, ...more };
}

/** The name of a guess above or below one of its points, away from the sides of the panel. */
function name(place: number, x: number, y: number, clock: Clock, height: "top" | "bottom"): Trace {
  const along = shareAt(clock, x);
  const side = along < 0.25 ? "right" : along > 0.75 ? "left" : "center";
  const words = { mode: "text", text: [NAME], textposition: `${height} ${side}`, textfont: { size: 14 }, cliponaxis: false };
  return { ...common(place, "guess-name"), x: [x], y: [y], ...words };
}

function common(place: number, role: string): Trace {
  const yaxis = axisKey(place).replace("axis", "");
  return { type: "scatter", meta: { role, entity: "" }, showlegend: false, hoverinfo: "skip", xaxis: "x", yaxis };
}

/**
 * A reader's guess about a figure, and how it compares with what the model says. Pure.
 *
 * What is named of a curve is what `il2site/figure/guess.py` names of it without a guess; `tests/guess.json` holds the two
 * together.
 *
 * What is kept of a prediction (`storage.ts`, under `predict:<lesson>:<id>`), for the next visit and for reviewing:
 *
 *     {"figure": "cd4-expansion", "lesson": "cd4-expansion", "predict": "predict-sketch-the-number", "kind": "sketch",
 *      "guess": [78, 200, …], "truth": [78, 2100, …], "date": "2026-11-22"}
 *
 * `guess` and `truth` are the key of an option, a number, or the numbers of a curve at the times that were asked; `guess` is
 * null when the reader asked to be shown, `truth` when the model could not be run. `date` is the day of the guess.
 */
import type { Series } from "../model/simulate.ts";
import { axisKey, share, type ValueAxis } from "../view/axis.ts";
import { lasting, moment } from "./clock.ts";
import type { ModelFigure } from "./data.ts";
import { amount, counted, number } from "./format.ts";
import type { Settings } from "./settings.ts";
import { indexAt, kindOf, measured } from "./words.ts";

interface Asked {
  /** The settings of the run that answers. */
  readonly set: Settings;
}
export interface ChoiceAsk extends Asked {
  readonly kind: "choice";
  readonly answer: string;
}
export interface ValueAsk extends Asked {
  readonly kind: "value";
  readonly of: string;
  readonly measure: string;
  readonly label: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly scale: "linear" | "log";
  readonly whole: boolean;
}
export interface SketchAsk extends Asked {
  readonly kind: "sketch";
  readonly of: string;
  readonly unit: string;
  /** Where the curve is asked for, equally spaced along the clock; its value at the first is given. */
  readonly times: readonly number[];
  /** The same times in words: "day 5". */
  readonly moments: readonly string[];
  readonly start: number;
  readonly ticks: readonly (readonly [at: number, words: string])[];
  readonly timeTicks: readonly (readonly [at: number, words: string])[];
}
export type Ask = ChoiceAsk | ValueAsk | SketchAsk;

/** The key of an option, a number, or a curve at the times of its `SketchAsk`; null: the reader asked to be shown. */
export type Guess = string | number | readonly number[] | null;

export interface Kept {
  readonly figure: string;
  readonly lesson: string;
  readonly predict: string;
  readonly kind: Ask["kind"];
  readonly guess: Guess;
  readonly truth: Guess;
  readonly date: string;
}

/** The guess in what storage holds, if it answers this question; undefined for anything else. */
export function keptGuess(kept: unknown, fits: (guess: unknown) => boolean): Guess | undefined {
  if (typeof kept !== "object" || kept === null || !Object.hasOwn(kept, "guess")) return undefined;
  const { guess } = kept as { guess: unknown };
  return guess === null || fits(guess) ? (guess as Guess) : undefined;
}

/** Whether `guess` can have been said to a question for a number or a curve. */
export function fitsValue({ min, max }: ValueAsk, guess: unknown): boolean {
  return typeof guess === "number" && guess >= min && guess <= max;
}

export function fitsSketch({ times }: SketchAsk, guess: unknown): boolean {
  return Array.isArray(guess) && guess.length === times.length && guess.every((value) => Number.isFinite(value));
}

/** What the model says, as it is kept beside the guess; null when it was not run, or not to its end. */
export function truth(ask: Ask, series: Series | null): Guess {
  if (ask.kind === "choice") return ask.answer;
  const column = series?.columns[ask.of];
  if (!series || !column) return null;
  if (ask.kind === "value") return numberOrNull(measured(ask.of, ask.measure, series));
  return ask.times.map((time) => column[indexAt(series.times, time)]!);
}

function numberOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** "You said 10,000 cells; the model gives 1.8 million cells: 180 times that." */
export function valueDifference(ask: ValueAsk, guess: number, given: number, figure: ModelFigure): string {
  const said = `You said ${withUnit(guess, ask.unit)}; the model gives ${withUnit(given, ask.unit)}`;
  const isMoment = kindOf(ask.measure) === "moment";
  return ending(said, [isMoment ? later(given - guess, 0, figure) : relation(guess, given)]);
}

/**
 * What is named is what stands out in the model's curve, its peak or its low, and its end:
 * "You drew a peak of 200,000 cells on day 5; the model peaks at 1.8 million cells on day 9.5: 9 times that, 4.5 days
 * later. At the end you drew 100 cells; the model has 92,000 cells: 920 times that."
 */
export function sketchDifference(ask: SketchAsk, guess: readonly number[], series: Series, figure: ModelFigure): string {
  const column = series.columns[ask.of]!;
  const { kind, at } = feature(column, axisOf(figure, ask.of));
  const ends = endDifference(ask, guess.at(-1)!, column.at(-1)!);
  if (kind === "end") return ends;
  const best = extreme(guess, kind);
  const [drawn, given] = [guess[best]!, column[at]!];
  const model = `the model ${kind === "peak" ? "peaks" : "is lowest"} at ${withUnit(given, ask.unit)}`;
  const said = `${youDrew(ask, guess, kind, figure)}; ${model} ${moment(series.times[at]!, figure.clock)}`;
  const slack = 0.5 * (ask.times[1]! - ask.times[0]!);
  const delay = later(series.times[at]! - ask.times[best]!, slack, figure);
  return `${ending(said, [relation(drawn, given), isLevel(guess) ? "" : delay])} ${ends}`;
}

/** What stands out in a curve: its peak, its low, or else only its end. */
export function feature(column: ArrayLike<number>, axis: ValueAxis): { kind: "peak" | "low" | "end"; at: number } {
  const last = column.length - 1;
  const [high, low] = [extreme(column, "peak"), extreme(column, "low")];
  const ends = [share(axis, column[0]!), share(axis, column[last]!)];
  const rise = share(axis, column[high]!) - Math.max(...ends);
  const dip = Math.min(...ends) - share(axis, column[low]!);
  if (Math.max(rise, dip) <= STANDS_OUT) return { kind: "end", at: last };
  return rise >= dip ? { kind: "peak", at: high } : { kind: "low", at: low };
}

/** How far a peak or a low must lie beyond both ends of a curve to be spoken of, as a part of the axis. */
const STANDS_OUT = 0.08;

/** The place of the first largest or smallest value. */
function extreme(column: ArrayLike<number>, kind: "peak" | "low"): number {
  const beats = (one: number, other: number): boolean => (kind === "peak" ? one > other : one < other);
  let best = 0;
  for (let i = 1; i < column.length; i++) if (beats(column[i]!, column[best]!)) best = i;
  return best;
}

/** A line without a change has no highest value, and none that comes early. */
function isLevel(guess: readonly number[]): boolean {
  return amount(Math.max(...guess)) === amount(Math.min(...guess));
}

function youDrew(ask: SketchAsk, guess: readonly number[], kind: "peak" | "low", figure: ModelFigure): string {
  const best = extreme(guess, kind);
  const value = withUnit(guess[best]!, ask.unit);
  const inside = best > 0 && best < guess.length - 1;
  if (isLevel(guess)) return `You drew a level line at ${value}`;
  if (inside) return `You drew a ${kind} of ${value} ${moment(ask.times[best]!, figure.clock)}`;
  return `You drew the ${kind === "peak" ? "highest" : "lowest"} value, ${value}, at the ${best === 0 ? "start" : "end"}`;
}

function endDifference({ unit }: SketchAsk, drawn: number, given: number): string {
  const said = `At the end you drew ${withUnit(drawn, unit)}; the model has ${withUnit(given, unit)}`;
  return ending(said, [relation(drawn, given)]);
}

/** The axis of the panel that shows `show`: what a sketch is drawn on. */
export function axisOf(figure: ModelFigure, show: string): ValueAxis {
  return figure.plots.curves.layout[axisKey(panelOf(figure, show))] as ValueAxis;
}

/** The place of the first panel that shows `show`; -1 when none does. */
export function panelOf(figure: ModelFigure, show: string): number {
  return figure.panels.findIndex((panel) => panel.lines.some((line) => line.show === show));
}

// --- words for a difference

export function withUnit(value: number, unit: string): string {
  return counted(amount(value), unit);
}

/** A sentence that ends in those of `parts` that say something: "You said 4: twice that, 2 days later." */
function ending(said: string, parts: readonly string[]): string {
  const told = parts.filter(Boolean);
  return `${said}${told.length > 0 ? `: ${told.join(", ")}` : ""}.`;
}

/** `given` told by `guess`: "180 times that", "40 % more", "a tenth of that", "about the same"; "" where neither helps. */
export function relation(guess: number, given: number): string {
  if (amount(guess) === amount(given)) return "just that";
  const ratio = given / guess;
  if (!(guess > 0 && given > 0)) return "";
  if (Math.abs(ratio - 1) < SAME) return "about the same";
  if (ratio >= TIMES) return `${rough(ratio)} times that`;
  if (ratio > 1) return `${rough(100 * (ratio - 1))} % more`;
  return ratio > 1 / TIMES ? `${rough(100 * (1 - ratio))} % less` : fraction(ratio);
}

const SAME = 0.05;
const TIMES = 1.95;
const FRACTIONS = ["half", "a third", "a quarter", "a fifth", "a sixth", "a seventh", "an eighth", "a ninth", "a tenth"];

function fraction(ratio: number): string {
  const parts = Math.round(1 / ratio);
  const named = Math.abs(ratio * parts - 1) < SAME ? FRACTIONS[parts - 2] : undefined;
  if (ratio < 1e-4) return "less than a ten-thousandth of that";
  return named ? `${named} of that` : `${rough(100 * ratio)} % of that`;
}

/** Two digits: a guess deserves no more. */
function rough(value: number): string {
  return number(Number(value.toPrecision(2)));
}

/** "2.5 days later", "1 day earlier"; "at about the same time" within `slack`. Parameters are not early or late. */
function later(time: number, slack: number, { clock }: ModelFigure): string {
  if (clock.kind !== "time") return "";
  const length = lasting(Math.abs(time), clock);
  if (Math.abs(time) <= slack || length.startsWith("0 ")) return "at about the same time";
  return `${length} ${time > 0 ? "later" : "earlier"}`;
}

/**
 * Everything that the site keeps of a reader, and what each entry may hold. Pure.
 *
 *     quiz:LESSON:QUESTION               the options that were chosen
 *     predict:LESSON:PREDICTION          figure/guess.ts
 *     review:quiz:LESSON:QUESTION        schedule.ts (or review:predict:…)
 *     read:LESSON                        the sections that were read, and when
 *     theme, motion, shortcuts           how the reader wants the pages
 *
 * Whatever else storage or a file holds is no entry, and is neither shown nor taken over.
 */
import type { Guess } from "../figure/guess.ts";
import { STEPS, type Scheduled } from "./schedule.ts";

export interface Read {
  readonly sections: readonly string[];
  readonly date: string;
}

type Check = (value: unknown) => boolean;

const CHECKS: readonly (readonly [key: RegExp, holds: Check])[] = [
  [/^quiz:[a-z0-9-]+:[a-z0-9-]+$/, (value) => isListOf(value, (x) => isWhole(x, 0, 99)) && value.length > 0],
  [/^predict:[a-z0-9-]+:[a-z0-9-]+$/, isPrediction],
  [/^review:(quiz|predict):[a-z0-9-]+:[a-z0-9-]+$/, (value) => isScheduled(value)],
  [/^read:[a-z0-9-]+$/, (value) => isRead(value)],
  [/^theme$/, (value) => value === "light" || value === "dark"],
  [/^motion$/, (value) => value === "calm"],
  [/^shortcuts$/, (value) => value === "off"],
];
const LONGEST_KEY = 300;
const LONGEST_LIST = 200;
const LONGEST_TEXT = 200;

/** Whether the site may have kept `value` under `key`. */
export function isKept(key: string, value: unknown): boolean {
  return key.length <= LONGEST_KEY && CHECKS.some(([pattern, holds]) => pattern.test(key) && holds(value));
}

export function isScheduled(value: unknown): value is Scheduled {
  return isObject(value) && isWhole(value.step, 0, STEPS.length) && (value.due === null || isDay(value.due));
}

export function isRead(value: unknown): value is Read {
  return isObject(value) && isListOf(value.sections, isText) && isDay(value.date);
}

function isPrediction(value: unknown): boolean {
  if (!isObject(value) || !["choice", "value", "sketch"].includes(value.kind as string)) return false;
  const names = [value.figure, value.lesson, value.predict];
  return names.every(isText) && isGuess(value.guess) && isGuess(value.truth) && isDay(value.date);
}

export function isGuess(value: unknown): value is Guess {
  return value === null || isText(value) || Number.isFinite(value) || isListOf(value, Number.isFinite);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isListOf(value: unknown, holds: Check): value is unknown[] {
  return Array.isArray(value) && value.length <= LONGEST_LIST && value.every(holds);
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value.length <= LONGEST_TEXT;
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

function isDay(value: unknown): value is string {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) && Number.isFinite(Date.parse(value));
}

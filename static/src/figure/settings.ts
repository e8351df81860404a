/** The values that a reader has given to a model: sliders, their positions, and presets. Pure. */
import type { Control } from "./data.ts";

export type Settings = Readonly<Record<string, number>>;

/** A scale with rungs: a control of a figure, or a number that a reader is asked for. */
export type Scale = Pick<Control, "min" | "max" | "scale" | "whole">;

/** The most positions that a slider has, beside its first. */
export const STEPS = 200;

const ladders = new WeakMap<Scale, readonly number[]>();

/**
 * The values that a slider can have, in order and without repeats: equally spaced on its scale, to three significant
 * digits, whole numbers where only those make sense. The ends are exactly `min` and `max`. Made once for a control.
 */
export function ladder(control: Scale): readonly number[] {
  if (!ladders.has(control)) ladders.set(control, makeLadder(control));
  return ladders.get(control)!;
}

function makeLadder(control: Scale): readonly number[] {
  const { min, max } = control;
  const between = Array.from({ length: STEPS - 1 }, (_, i) => tidy(control, (i + 1) / STEPS));
  return [min, ...new Set(between.filter((value) => value > min && value < max)), max];
}

function tidy(control: Scale, share: number): number {
  const { min, max } = control;
  const value = isLog(control) ? min * (max / min) ** share : min + (max - min) * share;
  return Number((control.whole ? Math.round(value) : value).toPrecision(3));
}

/** Where the handle stands for `value`: the place of the nearest rung on the scale of the slider. */
export function position(control: Scale, value: number): number {
  if (Number.isNaN(value)) return 0;
  const scale = (x: number): number => (isLog(control) ? Math.log(Math.max(x, control.min / 2)) : x);
  const away = ladder(control).map((rung) => Math.abs(scale(rung) - scale(Math.min(value, control.max))));
  return away.indexOf(Math.min(...away));
}

/** The value for a position of the handle; positions beyond the ends give the ends. */
export function valueAt(control: Scale, at: number): number {
  const rungs = ladder(control);
  return rungs[Math.min(Math.max(at, 0), rungs.length - 1)]!;
}

/** Those of `settings` that differ from `defaults`. */
export function changed(settings: Settings, defaults: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([name, value]) => value !== defaults[name]));
}

/** Whether `settings` are the defaults with exactly `set` laid over them. */
export function isPreset(settings: Settings, defaults: Settings, set: Settings): boolean {
  const wanted: Settings = { ...defaults, ...set };
  return Object.keys(wanted).every((name) => settings[name] === wanted[name]);
}

function isLog(control: Scale): boolean {
  return control.scale === "log" && control.min > 0;
}

/** The values that a reader has given to a model: sliders, their positions, and presets. Pure. */
import type { Control } from "./data.ts";

export type Settings = Readonly<Record<string, number>>;

/** The most positions that a slider has, beside its first. */
export const STEPS = 200;

/**
 * The values that a slider can have, in order and without repeats: equally spaced on its scale, to three significant
 * digits, whole numbers where only those make sense. The ends are exactly `min` and `max`.
 */
export function ladder(control: Control): readonly number[] {
  const { min, max } = control;
  const between = Array.from({ length: STEPS - 1 }, (_, i) => tidy(control, (i + 1) / STEPS));
  return [min, ...new Set(between.filter((value) => value > min && value < max)), max];
}

function tidy(control: Control, share: number): number {
  const { min, max } = control;
  const value = isLog(control) ? min * (max / min) ** share : min + (max - min) * share;
  return Number((control.whole ? Math.round(value) : value).toPrecision(3));
}

/** Where the handle stands for `value`: the place of the nearest rung on the scale of the slider. */
export function position(control: Control, value: number): number {
  if (Number.isNaN(value)) return 0;
  const scale = (x: number): number => (isLog(control) ? Math.log(Math.max(x, control.min / 2)) : x);
  const away = ladder(control).map((rung) => Math.abs(scale(rung) - scale(Math.min(value, control.max))));
  return away.indexOf(Math.min(...away));
}

/** The value for a position of the handle; positions beyond the ends give the ends. */
export function valueAt(control: Control, at: number): number {
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

function isLog(control: Control): boolean {
  return control.scale === "log" && control.min > 0;
}

/** The values that a reader has given to a model: sliders, their positions, and presets. Pure. */
import type { Control } from "./data.ts";

export type Settings = Readonly<Record<string, number>>;

/** Steps of every slider: its positions are 0…STEPS. */
export const STEPS = 200;

/** Where the handle stands (0…STEPS, whole) for `value`; values outside the range stand at its end. */
export function position(control: Control, value: number): number {
  const { min, max } = control;
  const share = isLog(control) ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
  return Number.isFinite(share) ? Math.round(STEPS * Math.min(Math.max(share, 0), 1)) : 0;
}

/** The value for a position of the handle, to three significant digits; the ends are exactly `min` and `max`. */
export function valueAt(control: Control, at: number): number {
  const { min, max } = control;
  if (at <= 0) return min;
  if (at >= STEPS) return max;
  const share = at / STEPS;
  return Number((isLog(control) ? min * (max / min) ** share : min + (max - min) * share).toPrecision(3));
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

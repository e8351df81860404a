/** Axes of the curves: the mirror of `il2site/figure/axis.py`, for runs that need more room than the default one. */

/** A linear range from zero that holds `largest` with round ends: 58 -> [0, 60], 890 -> [0, 1000]. */
export function fitting(largest: number): [number, number] {
  if (!(largest > 0) || !Number.isFinite(largest)) return [0, 1];
  const step = roundStep(largest / 5);
  return [0, step * Math.ceil(largest / step - 1e-9)];
}

/** The step of 1, 2 or 5 times a power of ten that is next above `rough`. */
export function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find((m) => power * m >= rough * (1 - 1e-9)) ?? 10);
}

/** A value axis as Plotly has it: `range` holds powers of ten on a logarithmic one. */
export interface ValueAxis {
  readonly type?: string;
  readonly range: readonly [number, number];
  readonly ticktext?: readonly string[];
  readonly domain?: readonly [number, number];
}

/** How far along the axis `value` stands: 0 at its lower end, 1 at its upper end; outside for what it does not hold. */
export function valueShare(axis: ValueAxis, value: number): number {
  return sharing(axis)(value);
}

/** The same for many values. */
export function sharing({ type, range: [low, high] }: ValueAxis): (value: number) => number {
  const span = high - low;
  return type === "log" ? (value) => (Math.log10(value) - low) / span : (value) => (value - low) / span;
}

/** As `valueShare`, kept between 0 and 1. */
export function share(axis: ValueAxis, value: number): number {
  const part = valueShare(axis, value);
  return Number.isNaN(part) ? 0 : Math.min(Math.max(part, 0), 1);
}

/** The value that stands `part` of the way up the axis. */
export function valueOf(axis: ValueAxis, part: number): number {
  const at = axis.range[0] + part * (axis.range[1] - axis.range[0]);
  return axis.type === "log" ? 10 ** at : at;
}

/** The value axis of the panel at `place`, in a layout. */
export function axisKey(place: number): string {
  return place === 0 ? "yaxis" : `yaxis${place + 1}`;
}

/** A pad on which a curve is sketched: where its points stand, and what a stroke across it does to them. Pure. */
import { share, valueOf, type ValueAxis } from "./axis.ts";
import type { Size } from "./moving.ts";

/** A point can stand at so many heights above the lowest; an arrow key moves it by one. */
export const HEIGHTS = 100;
/** Room around the plot, in pixels; half a point at the sides. */
const ROOM = { left: 8, right: 8, top: 24, bottom: 28 };

/** Where the pointer is on the pad, as parts of the plot: `across` from its left, `up` from its foot. */
export interface Place {
  readonly across: number;
  readonly up: number;
}

export interface PadFrame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The plot within a pad of `size`. */
export function padFrame({ width, height }: Size): PadFrame {
  const { left, right, top, bottom } = ROOM;
  return { left, top, width: Math.max(width - left - right, 1), height: Math.max(height - top - bottom, 1) };
}

/** A pixel of the pad as a place of the plot, kept within it. */
export function placeOf(frame: PadFrame, x: number, y: number): Place {
  const within = (part: number): number => Math.min(Math.max(part, 0), 1);
  return { across: within((x - frame.left) / frame.width), up: within(1 - (y - frame.top) / frame.height) };
}

/** A line as a path: `across` are the parts of the width at which its `values` stand. */
export function linePath(frame: PadFrame, axis: ValueAxis, across: readonly number[], values: ArrayLike<number>): string {
  return across.map((part, i) => `${i === 0 ? "M" : "L"}${pixel(frame, axis, part, values[i]!).join(" ")}`).join("");
}

export function pixel(frame: PadFrame, axis: ValueAxis, across: number, value: number): [number, number] {
  const fine = (length: number): number => Math.round(10 * length) / 10;
  return [fine(frame.left + across * frame.width), fine(frame.top + (1 - share(axis, value)) * frame.height)];
}

/** The value of a point at a height of 0 to `HEIGHTS`, with the two digits that a sketch can mean. */
export function valueAtHeight(axis: ValueAxis, height: number): number {
  return Number(valueOf(axis, height / HEIGHTS).toPrecision(2));
}

/** The height that is nearest to a value. */
export function heightOf(axis: ValueAxis, value: number): number {
  return Math.round(HEIGHTS * share(axis, value));
}

/**
 * The heights of all points after the pointer has gone from one place to another: every point that it passed takes the
 * height of the stroke there, and the nearest one that of its end. The first point, at 0, is given and never moves.
 */
export function stroke(heights: readonly number[], from: Place, to: Place): number[] {
  const last = heights.length - 1;
  const nearest = nearestPoint(last, to);
  return heights.map((height, i) => {
    if (i === 0) return height;
    if (i === nearest) return Math.round(HEIGHTS * to.up);
    const [low, high] = [Math.min(from.across, to.across) * last, Math.max(from.across, to.across) * last];
    if (i < low || i > high) return height;
    const part = (i / last - from.across) / (to.across - from.across);
    return Math.round(HEIGHTS * (from.up + part * (to.up - from.up)));
  });
}

/** The point that a pointer at `place` takes hold of, of those from 1 to `last`. */
export function nearestPoint(last: number, { across }: Place): number {
  return Math.max(Math.round(across * last), 1);
}

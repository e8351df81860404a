/**
 * What moves in a plot, as paths: one for all marks of a trace, so that a frame costs a few attributes instead of a
 * new plot. Pure. Takes traces and a layout as Plotly does, already coloured, and knows the kinds that figures use.
 */
import type { Plot, Trace } from "../figure/data.ts";
import { valueShare, type ValueAxis } from "./axis.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}
interface Drawn {
  /** Where it may be seen: x, y, width, height. */
  readonly window: readonly [number, number, number, number];
  readonly opacity: number;
}
export interface Path extends Drawn {
  readonly d: string;
  readonly fill: string;
  readonly stroke: string;
  readonly width: number;
  readonly dash: string;
}
/** Words that begin at a place, with their middle at its height. */
export interface Words extends Drawn {
  readonly text: string;
  readonly at: readonly [number, number];
  readonly fill: string;
  readonly size: number;
}

const MOVING = new Set(
  ["ahead", "average", "member", "line", "now", "point", "label", "doses", "free", "bound", "progress", "triggered", "signal", "cells"],
);

/** Whether a trace follows the clock or the run; axes, receptors and guesses rest. */
export function moves(trace: Trace): boolean {
  return MOVING.has(trace.meta?.role ?? "");
}

/** What moves in `plot`, in the order in which it is drawn. */
export function movingMarks({ data, layout }: Plot, size: Size): (Path | Words)[] {
  return [...cursors(layout, size), ...data.filter(moves).flatMap((trace) => drawn(trace, layout, size))];
}

/** Times that are less far apart, as a part of them, are one. */
const SLACK = 1 + 1e-9;

/** A line without what has not happened yet, level from its last point on. */
export function cut({ until, ...trace }: Trace): Trace {
  if (until === undefined) return trace;
  const [x, y] = [trace.x as number[], trace.y as number[]];
  const kept = Array.from(x, (_, i) => i).filter((i) => !(x[i]! > until * SLACK));
  const last = kept.at(-1);
  const level = last !== undefined && x[last]! < until;
  return { ...trace, x: [...kept.map((i) => x[i]!), ...(level ? [until] : [])], y: [...kept, ...(level ? [last] : [])].map((i) => y[i]!) };
}

/** Where values of a trace stand on the screen, and the part of the screen that its axes span. */
export interface Frame {
  readonly at: (x: unknown, y: unknown) => readonly [number, number] | null;
  readonly across: (x: number) => number;
  readonly window: readonly [number, number, number, number];
  /** In words that differ when a value stands elsewhere. */
  readonly axes: string;
}

export function frameOf(yaxis: string, layout: Plot["layout"], { width, height }: Size): Frame {
  const { l = 0, r = 0, t = 0, b = 0 } = (layout.margin ?? {}) as { l?: number; r?: number; t?: number; b?: number };
  const [x, y] = [layout.xaxis as ValueAxis, layout[yaxis.replace("y", "yaxis")] as ValueAxis];
  const [low, high] = y.domain ?? [0, 1];
  const [across, down] = [width - l - r, height - t - b];
  const top = t + (1 - high) * down;
  const tall = (high - low) * down;
  const along = (value: number): number => l + across * valueShare(x, value);
  const at: Frame["at"] = (vx, vy) => {
    if (typeof vx !== "number" || typeof vy !== "number") return null;
    const [px, py] = [along(vx), top + tall * (1 - valueShare(y, vy))];
    return Number.isFinite(px) && Number.isFinite(py) ? [px, py] : null;
  };
  const window = [l, top, across, tall] as const;
  return { at, across: along, window, axes: [window, x.type, x.range, y.type, y.range].join() };
}

function cursors(layout: Plot["layout"], size: Size): Path[] {
  const shapes = (layout.shapes as { name?: string; x0?: number; line?: { color?: string } }[] | undefined) ?? [];
  return shapes.filter((shape) => shape.name === "cursor").map((shape) => {
    const { t = 0, b = 0 } = layout.margin as { t?: number; b?: number };
    const { at } = frameOf("y", layout, size);
    const [x] = at(shape.x0, (layout.yaxis as ValueAxis).type === "log" ? 1 : 0) ?? [0, 0];
    const window: Path["window"] = [0, 0, size.width, size.height];
    const d = `M${fine(x)} ${t}V${size.height - b}`;
    return { d, fill: "none", stroke: shape.line?.color ?? "", width: 1, dash: "", window, opacity: 1 };
  });
}

function drawn(trace: Trace, layout: Plot["layout"], size: Size): (Path | Words)[] {
  if (trace.visible === false) return [];
  const frame = frameOf((trace.yaxis as string | undefined) ?? "y", layout, size);
  if (trace.mode === "text") return words(trace, frame, size);
  return trace.mode === "lines" ? lines(trace, frame) : marks(trace, frame, size);
}

function opacityOf(trace: Trace): number {
  return (trace.opacity as number | undefined) ?? 1;
}

/** The names of lines, which stand to the right of their places. */
function words(trace: Trace, frame: Frame, { width, height }: Size): Words[] {
  const [x, y, text] = [trace.x as unknown[], trace.y as unknown[], trace.text as string[]];
  const { color = "", size = 14 } = (trace.textfont ?? {}) as { color?: string; size?: number };
  return text.flatMap((each, i) => {
    const at = frame.at(x[i], y[i]);
    const placed = { text: each.trimStart(), fill: color, size, window: [0, 0, width, height] as const };
    return at ? [{ ...placed, at: [at[0] + size / 2, at[1]] as const, opacity: opacityOf(trace) }] : [];
  });
}

function lines(trace: Trace, frame: Frame): Path[] {
  const line = trace.line as { color: string; width?: number; dash?: string; shape?: string };
  const track = trackOf(trace, frame, line.shape === "hv");
  const d = trace.until === undefined ? track.d : past(track, trace.x as ArrayLike<number>, trace.until, frame);
  const fill = trace.fill ? (trace.fillcolor as string) : "none";
  const width = line.width ?? 2;
  const stroke = width > 0 ? line.color : "none";
  return [{ d, fill, stroke, width, dash: dashes(line.dash, width), window: frame.window, opacity: opacityOf(trace) }];
}

/** The path through all points of a line, and how long its text is behind each of them. */
interface Track {
  readonly d: string;
  readonly ends: Int32Array;
}

/** The last path through each column of a run (marks of a field are new at each frame): while it plays, it is asked for again. */
const tracks = new WeakMap<object, Track & { readonly axes: string }>();

function trackOf({ x, y, until }: Trace, frame: Frame, steps: boolean): Track {
  if (!ArrayBuffer.isView(y) && until === undefined) return track(x as unknown[], y as unknown[], frame, steps);
  const axes = `${frame.axes} ${steps}`;
  const known = tracks.get(y as object);
  if (known?.axes === axes) return known;
  const made = { axes, ...track(x as ArrayLike<unknown>, y as ArrayLike<unknown>, frame, steps) };
  tracks.set(y as object, made);
  return made;
}

function track(x: ArrayLike<unknown>, y: ArrayLike<unknown>, frame: Frame, steps: boolean): Track {
  const ends = new Int32Array(x.length);
  let [d, pen] = ["", false];
  for (let i = 0; i < x.length; i++) {
    const at = frame.at(x[i], y[i]);
    if (at) d += !pen ? `M${pair(at)}` : steps ? `H${fine(at[0])}V${fine(at[1])}` : `L${pair(at)}`;
    pen = at !== null;
    ends[i] = d.length;
  }
  return { d, ends };
}

/** Of each piece of a track what lies before `until`, level from its last point on if that can be drawn. */
function past({ d, ends }: Track, x: ArrayLike<number>, until: number, frame: Frame): string {
  const here = fine(frame.across(until));
  let [piece, begun] = ["", 0];
  for (let i = 0; i < x.length; i++) {
    const isLast = x[i]! <= until * SLACK && !(x[i + 1]! <= until * SLACK);
    const isDrawn = ends[i]! > (ends[i - 1] ?? 0);
    if (isLast) piece += d.slice(begun, ends[i]) + (isDrawn ? `H${here}` : "");
    if (Number.isNaN(x[i]!)) begun = ends[i]!;
  }
  return piece;
}

/** Dashes as long as Plotly makes them. */
function dashes(dash: string | undefined, width: number): string {
  const unit = Math.max(width, 3);
  const lengths = { dot: [1, 1], dash: [3, 3], dashdot: [3, 1, 1, 1] }[dash ?? ""] ?? [];
  return lengths.map((length) => length * unit).join(" ");
}

interface Marker {
  readonly symbol?: string;
  readonly size?: number | readonly number[];
  readonly color: string;
  readonly line?: { readonly color?: string; readonly width?: number };
}

function marks(trace: Trace, frame: Frame, size: Size): Path[] {
  const marker = trace.marker as Marker;
  const [x, y] = [trace.x as unknown[], trace.y as unknown[]];
  const [symbol = "circle", dotted] = (marker.symbol ?? "circle").split(/-open(-dot)?/);
  const open = marker.symbol?.includes("-open") ?? false;
  let [outer, inner] = ["", ""];
  for (let i = 0; i < x.length; i++) {
    const at = frame.at(x[i], y[i]);
    const radius = (typeof marker.size === "number" ? marker.size : (marker.size?.[i] ?? 6)) / 2;
    if (!at) continue;
    outer += outline(symbol, at, radius);
    if (dotted) inner += outline("circle", at, radius / 2);
  }
  const window: Path["window"] = [0, 0, size.width, size.height];
  const width = marker.line?.width ?? (open ? 1 : 0);
  const stroke = width > 0 ? (marker.line?.color ?? marker.color) : "none";
  const common = { dash: "", window, opacity: opacityOf(trace) };
  const body = { d: outer, fill: open ? "none" : marker.color, stroke, width, ...common };
  return inner ? [body, { d: inner, fill: marker.color, stroke: "none", width: 0, ...common }] : [body];
}

/** Plotly's diamonds are 1.3 times as wide as their size says. */
export const DIAMOND = 1.3;

function outline(symbol: string, [x, y]: readonly [number, number], radius: number): string {
  const [r, whole] = [fine(radius), fine(2 * radius)];
  if (symbol === "square") return `M${pair([x - radius, y - radius])}h${whole}v${whole}h-${whole}z`;
  if (symbol === "diamond") {
    const half = fine(DIAMOND * radius);
    return `M${pair([x, y - DIAMOND * radius])}l${half} ${half}l-${half} ${half}l-${half} -${half}z`;
  }
  if (symbol === "triangle-up") {
    const half = (2 * radius) / Math.sqrt(3);
    return `M${pair([x - half, y + radius / 2])}h${fine(2 * half)}L${pair([x, y - radius])}z`;
  }
  return `M${pair([x - radius, y])}a${r} ${r} 0 1 0 ${whole} 0a${r} ${r} 0 1 0 -${whole} 0z`;
}

function pair([x, y]: readonly [number, number]): string {
  return `${fine(x)} ${fine(y)}`;
}

function fine(length: number): number {
  return Math.round(length * 100) / 100;
}

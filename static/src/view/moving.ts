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
export interface Path {
  readonly d: string;
  readonly fill: string;
  readonly stroke: string;
  readonly width: number;
  readonly dash: string;
  /** Where it may be seen: x, y, width, height. */
  readonly window: readonly [number, number, number, number];
}

const MOVING = new Set(["line", "now", "free", "bound", "progress", "triggered", "signal", "cells"]);

/** `plot` without what moves: what Plotly draws once while the rest is on its way. */
export function resting({ data, layout }: Plot): Plot {
  const shapes = (layout.shapes as { name?: string }[] | undefined) ?? [];
  const still = shapes.filter((shape) => shape.name !== "cursor");
  return { data: data.filter((trace) => !isMoving(trace)), layout: { ...layout, shapes: still } };
}

/** What moves in `plot`, in the order in which it is drawn. */
export function movingPaths({ data, layout }: Plot, size: Size): Path[] {
  return [...cursors(layout, size), ...data.filter(isMoving).flatMap((trace) => drawn(trace, layout, size))];
}

function isMoving(trace: Trace): boolean {
  return MOVING.has(trace.meta?.role ?? "");
}

/** Where values of a trace stand on the screen, and the part of the screen that its axes span. */
interface Frame {
  readonly at: (x: unknown, y: unknown) => readonly [number, number] | null;
  readonly window: readonly [number, number, number, number];
}

function frameOf(yaxis: string, layout: Plot["layout"], { width, height }: Size): Frame {
  const { l = 0, r = 0, t = 0, b = 0 } = (layout.margin ?? {}) as { l?: number; r?: number; t?: number; b?: number };
  const [x, y] = [layout.xaxis as ValueAxis, layout[yaxis.replace("y", "yaxis")] as ValueAxis];
  const [low, high] = y.domain ?? [0, 1];
  const [across, down] = [width - l - r, height - t - b];
  const top = t + (1 - high) * down;
  const tall = (high - low) * down;
  const at: Frame["at"] = (vx, vy) => {
    if (typeof vx !== "number" || typeof vy !== "number") return null;
    const [px, py] = [l + across * valueShare(x, vx), top + tall * (1 - valueShare(y, vy))];
    return Number.isFinite(px) && Number.isFinite(py) ? [px, py] : null;
  };
  return { at, window: [l, top, across, tall] };
}

function cursors(layout: Plot["layout"], size: Size): Path[] {
  const shapes = (layout.shapes as { name?: string; x0?: number; line?: { color?: string } }[] | undefined) ?? [];
  return shapes.filter((shape) => shape.name === "cursor").map((shape) => {
    const { t = 0, b = 0 } = layout.margin as { t?: number; b?: number };
    const { at } = frameOf("y", layout, size);
    const [x] = at(shape.x0, (layout.yaxis as ValueAxis).type === "log" ? 1 : 0) ?? [0, 0];
    const window: Path["window"] = [0, 0, size.width, size.height];
    const d = `M${fine(x)} ${t}V${size.height - b}`;
    return { d, fill: "none", stroke: shape.line?.color ?? "", width: 1, dash: "", window };
  });
}

function drawn(trace: Trace, layout: Plot["layout"], size: Size): Path[] {
  const frame = frameOf((trace.yaxis as string | undefined) ?? "y", layout, size);
  return trace.mode === "lines" ? lines(trace, frame) : marks(trace, frame, size);
}

function lines(trace: Trace, frame: Frame): Path[] {
  const line = trace.line as { color: string; width?: number; dash?: string; shape?: string };
  const [x, y] = [trace.x as unknown[], trace.y as unknown[]];
  let d = "";
  let pen = false;
  for (let i = 0; i < x.length; i++) {
    const at = frame.at(x[i], y[i]);
    if (at) d += !pen ? `M${pair(at)}` : line.shape === "hv" ? `H${fine(at[0])}V${fine(at[1])}` : `L${pair(at)}`;
    pen = at !== null;
  }
  const fill = trace.fill ? (trace.fillcolor as string) : "none";
  const width = line.width ?? 2;
  const stroke = width > 0 ? line.color : "none";
  return [{ d, fill, stroke, width, dash: dashes(line.dash, width), window: frame.window }];
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
  const common = { dash: "", window };
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
  return `M${pair([x - radius, y])}a${r} ${r} 0 1 0 ${whole} 0a${r} ${r} 0 1 0 -${whole} 0z`;
}

function pair([x, y]: readonly [number, number]): string {
  return `${fine(x)} ${fine(y)}`;
}

function fine(length: number): number {
  return Math.round(length * 100) / 100;
}

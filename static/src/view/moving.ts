/**
 * What moves in a plot, as paths: one for all marks of a trace, so that a frame costs a few attributes instead of a
 * new plot. Pure. Takes traces and a layout as Plotly does, already coloured, and knows the kinds that figures use.
 */
import type { Plot, Trace } from "../figure/data.ts";
import { sharing, type ValueAxis } from "./axis.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}
interface Drawn {
  /** Whether it stays as it is for many frames of a figure that plays. What changes at each frame is drawn apart from it. */
  readonly rests: boolean;
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
  /** How far into its dashes the path begins. */
  readonly offset: number;
}
/** Words that begin at a place, with their middle at its height. */
export interface Words extends Drawn {
  readonly text: string;
  readonly at: readonly [number, number];
  readonly fill: string;
  readonly size: number;
}

const MOVING = new Set(
  ["ahead", "average", "member", "line", "now", "point", "label", "doses", "receptor", "free", "bound", "progress", "triggered", "signal", "cells"],
);

/** What follows the run alone, and receptors: of Plotly's each is a layer to the browser, which counts them at every frame. */
const RESTING = new Set(["ahead", "average", "doses", "receptor"]);

/** Whether a trace is drawn anew while something moves; axes and guesses rest. */
export function moves(trace: Trace): boolean {
  return MOVING.has(trace.meta?.role ?? "");
}

/** What moves in `plot`, in the order in which it is drawn. */
export function movingMarks({ data, layout }: Plot, size: Size): (Path | Words)[] {
  const frames = new Map<string, Frame>();
  const frame = (yaxis: string): Frame => {
    const known = frames.get(yaxis) ?? frameOf(yaxis, layout, size);
    frames.set(yaxis, known);
    return known;
  };
  return united([...cursors(layout, size, frame("y")), ...data.filter(moves).flatMap((trace) => drawn(trace, frame, size))]);
}

/** Paths that follow each other and look alike as one: each costs the browser as much as what it shows. */
function united(marks: readonly (Path | Words)[]): (Path | Words)[] {
  const all: (Path | Words)[] = [];
  for (const mark of marks) {
    const before = all.at(-1);
    if (before && "d" in before && "d" in mark && looksLike(before, mark)) all[all.length - 1] = { ...before, d: before.d + mark.d };
    else all.push(mark);
  }
  return all;
}

function looksLike(one: Path, other: Path): boolean {
  const isPlain = !one.dash && one.opacity === 1;
  return isPlain && LOOKS.every((name) => one[name] === other[name]) && one.window.join() === other.window.join();
}

const LOOKS = ["rests", "fill", "stroke", "width", "dash", "opacity"] as const;

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

type Place = readonly [number, number];

/** Where values of a trace stand on the screen, and the part of the screen that its axes span. */
export interface Frame {
  readonly at: (x: unknown, y: unknown) => Place | null;
  readonly across: (x: number) => number;
  readonly down: (y: number) => number;
  readonly window: readonly [number, number, number, number];
  /** In words that differ when a value stands elsewhere. */
  readonly axes: string;
}

export function frameOf(yaxis: string, layout: Plot["layout"], { width, height }: Size): Frame {
  const { l = 0, r = 0, t = 0, b = 0 } = (layout.margin ?? {}) as { l?: number; r?: number; t?: number; b?: number };
  const [x, y] = [layout.xaxis as ValueAxis, layout[yaxis.replace("y", "yaxis")] as ValueAxis];
  const [low, high] = y.domain ?? [0, 1];
  const wide = width - l - r;
  const top = t + (1 - high) * (height - t - b);
  const tall = (high - low) * (height - t - b);
  const [ofX, ofY] = [sharing(x), sharing(y)];
  const across = (value: number): number => l + wide * ofX(value);
  const down = (value: number): number => top + tall * (1 - ofY(value));
  const at: Frame["at"] = (vx, vy) => {
    if (typeof vx !== "number" || typeof vy !== "number") return null;
    const [px, py] = [across(vx), down(vy)];
    return Number.isFinite(px) && Number.isFinite(py) ? [px, py] : null;
  };
  const window = [l, top, wide, tall] as const;
  return { at, across, down, window, axes: [window, x.type, x.range, y.type, y.range].join() };
}

const BARE = { rests: false, fill: "none", stroke: "none", width: 0, dash: "", offset: 0 } as const;

function cursors(layout: Plot["layout"], size: Size, { at }: Frame): Path[] {
  const shapes = (layout.shapes as { name?: string; x0?: number; line?: { color?: string } }[] | undefined) ?? [];
  return shapes.filter((shape) => shape.name === "cursor").map((shape) => {
    const { t = 0, b = 0 } = layout.margin as { t?: number; b?: number };
    const [x] = at(shape.x0, (layout.yaxis as ValueAxis).type === "log" ? 1 : 0) ?? [0, 0];
    const window: Path["window"] = [0, 0, size.width, size.height];
    const d = `M${fine(x)} ${t}V${size.height - b}`;
    return { ...BARE, d, stroke: shape.line?.color ?? "", width: 1, window, opacity: 1 };
  });
}

function drawn(trace: Trace, frameOn: (yaxis: string) => Frame, size: Size): (Path | Words)[] {
  if (trace.visible === false) return [];
  const frame = frameOn((trace.yaxis as string | undefined) ?? "y");
  if (trace.mode === "text") return words(trace, frame, size);
  if (trace.rings) return rings(trace, frame, size);
  return trace.mode === "lines" ? lines(trace, frame) : marks(trace, frame, size);
}

function opacityOf(trace: Trace): number {
  return (trace.opacity as number | undefined) ?? 1;
}

/** Names stand so many pixels beside the ends of their lines, where a mark may lie, as Plotly sets them with a space before. */
const BESIDE = 7.5;

/** The names of lines, which stand to the right of their places. */
function words(trace: Trace, frame: Frame, { width, height }: Size): Words[] {
  const [x, y, text] = [trace.x as unknown[], trace.y as unknown[], trace.text as string[]];
  const { color = "", size = 14 } = (trace.textfont ?? {}) as { color?: string; size?: number };
  return text.flatMap((each, i) => {
    const at = frame.at(x[i], y[i]);
    const placed = { rests: true, text: each.trimStart(), fill: color, size, window: [0, 0, width, height] as const };
    return at ? [{ ...placed, at: [at[0] + BESIDE, at[1]] as const, opacity: opacityOf(trace) }] : [];
  });
}

/** A line; of one that plays first what rests for a while, then the piece at its end. */
function lines(trace: Trace, frame: Frame): Path[] {
  const line = trace.line as { color: string; width?: number; dash?: string; shape?: string };
  const steps = line.shape === "hv";
  const known = trackOf(trace, frame, steps);
  const fill = trace.fill ? (trace.fillcolor as string) : "none";
  const width = line.width ?? 2;
  const stroke = width > 0 ? line.color : "none";
  const common = { ...BARE, fill, stroke, width, dash: dashes(line.dash, width), window: frame.window, opacity: opacityOf(trace) };
  if (trace.until === undefined) return [{ ...common, d: known.d, rests: RESTING.has(trace.meta?.role ?? "") }];
  const isPlayed = plays(trace, trace.until);
  const { done, piece, left } = past(known, trace, trace.until, frame, isPlayed);
  if (!isPlayed) return [{ ...common, d: piece, rests: true }];
  const offset = common.dash ? (wayOf(known, trace, frame, steps)[left] ?? 0) : 0;
  return [...(done ? [{ ...common, d: done, rests: true }] : []), { ...common, d: piece, offset }];
}

/** The path through all points of a line, and how long its text is at each of them. */
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

/** A line goes straight on where its points lie less than this beside it, in pixels: nobody sees them, and each costs time. */
const STRAIGHT = 0.2;

function track(x: ArrayLike<unknown>, y: ArrayLike<unknown>, frame: Frame, steps: boolean): Track {
  const ends = new Int32Array(x.length);
  const line = new Line(steps);
  for (let i = 0; i < x.length; i++) {
    const [vx, vy] = [x[i], y[i]];
    const [across, down] = [typeof vx === "number" ? frame.across(vx) : NaN, typeof vy === "number" ? frame.down(vy) : NaN];
    const isGap = !(Number.isFinite(across) && Number.isFinite(down));
    if (line.goesOnTo(across, down, isGap) && i > 0) ends[i - 1] = line.d.length;
    if (!isGap) line.add(across, down);
    ends[i] = line.d.length;
  }
  if (line.goesOnTo(NaN, NaN, true)) ends[x.length - 1] = line.d.length;
  return { d: line.d, ends };
}

/** How long a line is at each of its points, in pixels; kept, because one with dashes asks at each frame. */
const ways = new WeakMap<Track, Float64Array>();

function wayOf(track: Track, trace: Trace, frame: Frame, steps: boolean): Float64Array {
  const known = ways.get(track);
  if (known) return known;
  const [x, y] = [trace.x as ArrayLike<unknown>, trace.y as ArrayLike<unknown>];
  const way = new Float64Array(x.length);
  let before: Place | null = null;
  for (let i = 0; i < way.length; i++) {
    const at = frame.at(x[i], y[i]);
    const [across, down] = at && before ? [at[0] - before[0], at[1] - before[1]] : [0, 0];
    way[i] = (way[i - 1] ?? 0) + (steps ? Math.abs(across) + Math.abs(down) : Math.hypot(across, down));
    before = at;
  }
  ways.set(track, way);
  return way;
}

/** The text of a line, in which a point that lies on the way to the next is left out. Plain numbers: there are thousands. */
class Line {
  d = "";
  private readonly steps: boolean;
  /** The last point, if there is one before which there is no gap. */
  private begun = false;
  private x = 0;
  private y = 0;
  /** The last point that is in the text, and the slopes from there that pass all points since. */
  private fromX = 0;
  private fromY = 0;
  private low = -Infinity;
  private high = Infinity;

  constructor(steps: boolean) {
    this.steps = steps;
  }

  /** Before a point is added, or a gap: whether the last one had to be written first. */
  goesOnTo(x: number, y: number, isGap: boolean): boolean {
    if (!this.begun) return false;
    this.begun = !isGap;
    const isWritten = this.x === this.fromX && this.y === this.fromY;
    if (isWritten || (!isGap && (this.steps || this.passes(x, y)))) return false;
    this.write(this.x, this.y);
    return true;
  }

  add(x: number, y: number): void {
    const [across, down] = [x - this.fromX, y - this.fromY];
    if (!this.begun) (this.d += `M${fine(x)} ${fine(y)}`), this.turn(x, y);
    else if (this.steps ? Math.abs(down) > STRAIGHT : across <= 0) this.write(x, y);
    else this.low = Math.max(this.low, (down - STRAIGHT) / across), (this.high = Math.min(this.high, (down + STRAIGHT) / across));
    [this.begun, this.x, this.y] = [true, x, y];
  }

  private passes(x: number, y: number): boolean {
    const [across, down] = [x - this.fromX, y - this.fromY];
    return across > 0 && down >= this.low * across && down <= this.high * across;
  }

  private write(x: number, y: number): void {
    this.d += this.steps ? `H${fine(x)}V${fine(y)}` : `L${fine(x)} ${fine(y)}`;
    this.turn(x, y);
  }

  private turn(x: number, y: number): void {
    [this.fromX, this.fromY] = [x, y];
    [this.low, this.high] = [-Infinity, Infinity];
  }
}

/** When each line was drawn last: one that is asked for at another time plays, while that of a held slider is new each time. */
const lastUntil = new WeakMap<object, number>();

function plays({ y }: Trace, until: number): boolean {
  const before = lastUntil.get(y as object);
  lastUntil.set(y as object, until);
  return before !== undefined && before !== until;
}

/** A line that plays is left alone for so many points: only the piece behind them changes at each frame. */
const LEFT_ALONE = 16;

/**
 * Of each part of a track what lies before `until`, level from its last point on if that can be drawn: of a line that
 * plays most of it, and the piece at its end; otherwise all in one piece, because one path costs less than two. `left`: the
 * point where the piece begins.
 */
function past(
  { d, ends }: Track, trace: Trace, until: number, frame: Frame, isPlayed: boolean,
): { done: string; piece: string; left: number } {
  const [x, y] = [trace.x as ArrayLike<number>, trace.y as ArrayLike<number>];
  const here = fine(frame.across(until));
  const between = (from: number, i: number): string => {
    const at = ends[i] === ends[i - 1] && frame.at(x[i], y[i]);
    return d.slice(from, ends[i]) + (at ? `L${pair(at)}` : "");
  };
  let [done, piece, left, first] = ["", "", 0, 0];
  for (let i = 0; i < x.length; i++) {
    const isLast = x[i]! <= until * SLACK && !(x[i + 1]! <= until * SLACK);
    if (isLast) {
      const begun = first > 0 ? ends[first - 1]! : 0;
      const isWhole = !(x[i + 1]! > until);
      const alone = isWhole ? i - first : Math.floor((i - first) / LEFT_ALONE) * LEFT_ALONE;
      left = first + (isPlayed ? alone : 0);
      const at = frame.at(x[left], y[left]);
      const isDrawn = frame.at(x[i], y[i]) !== null;
      if (left > first) done += between(begun, left);
      piece += `${at ? `M${pair(at)}` : ""}${left < i ? between(ends[left]!, i) : ""}${isDrawn ? `H${here}` : ""}`;
    }
    if (Number.isNaN(x[i]!)) first = i + 1;
  }
  return { done, piece, left };
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
  const open = marker.symbol?.includes("-open") ?? false;
  const rests = RESTING.has(trace.meta?.role ?? "");
  const { outer, inner } = rests ? knownOutlines(trace, marker, frame) : outlines(trace, marker, frame);
  const width = marker.line?.width ?? (open ? 1 : 0);
  const stroke = width > 0 ? (marker.line?.color ?? marker.color) : "none";
  const common = { ...BARE, rests, window: whole(size), opacity: opacityOf(trace) };
  const body = { ...common, d: outer, fill: open ? "none" : marker.color, stroke, width };
  return inner ? [body, { ...common, d: inner, fill: marker.color }] : [body];
}

/** Of all marks of a trace as one; `inner`: the dots in their middle. */
interface Outlines {
  readonly outer: string;
  readonly inner: string;
}

/** Marks whose middle is not between the axes are not drawn, nor does Plotly: they would lie on other panels. */
function outlines({ x, y }: Trace, marker: Marker, frame: Frame): Outlines {
  const [symbol = "circle", dotted] = (marker.symbol ?? "circle").split(/-open(-dot)?/);
  const [across, up] = [x as unknown[], y as unknown[]];
  let [outer, inner] = ["", ""];
  for (let i = 0; i < across.length; i++) {
    const at = frame.at(across[i], up[i]);
    const radius = (typeof marker.size === "number" ? marker.size : (marker.size?.[i] ?? 6)) / 2;
    if (!at || !isIn(frame.window, at)) continue;
    outer += outline(symbol, at, radius);
    if (dotted) inner += outline("circle", at, radius / 2);
  }
  return { outer, inner };
}

/** Whether a place is in a window, or less than half a pixel beside it. */
function isIn([x, y, width, height]: Path["window"], [across, down]: Place): boolean {
  return Math.abs(across - x - width / 2) < width / 2 + 0.5 && Math.abs(down - y - height / 2) < height / 2 + 0.5;
}

/** The last outlines of marks that stay where they are, by their places. */
const resting = new WeakMap<object, Outlines & { readonly y: unknown; readonly how: string }>();

function knownOutlines(trace: Trace, marker: Marker, frame: Frame): Outlines {
  const how = `${frame.axes} ${marker.symbol} ${String(marker.size)}`;
  const made = resting.get(trace.x as object);
  if (made?.how === how && made.y === trace.y) return made;
  const fresh = { ...outlines(trace, marker, frame), y: trace.y, how };
  resting.set(trace.x as object, fresh);
  return fresh;
}

/** Parts of rings, from 12 o'clock clockwise. */
function rings(trace: Trace, frame: Frame, size: Size): Path[] {
  const { at, share, radius } = trace.rings as Rings;
  const line = trace.line as { color: string; width: number };
  const r = fine(radius);
  const pieces = at.map(([x, y], i) => {
    const [px, py] = frame.at(x, y)!;
    const turn = 2 * Math.PI * Math.min(share[i]!, 0.9999);
    const goal = [px + r * Math.sin(turn), py - r * Math.cos(turn)] as const;
    return `M${pair([px, py - r])}A${r} ${r} 0 ${turn > Math.PI ? 1 : 0} 1 ${pair(goal)}`;
  });
  return [{ ...BARE, d: pieces.join(""), stroke: line.color, width: line.width, window: whole(size), opacity: opacityOf(trace) }];
}

/** Rings of one radius (in pixels), each drawn in part. */
export interface Rings {
  readonly at: readonly (readonly [number, number])[];
  readonly share: readonly number[];
  readonly radius: number;
}

function whole({ width, height }: Size): Path["window"] {
  return [0, 0, width, height];
}

/** Plotly's diamonds are 1.3 times as wide as their size says. */
export const DIAMOND = 1.3;
/** A star of 8 points with the first at 12 o'clock; not one of Plotly's. */
export const STAR = "burst";
const STAR_POINTS = 8;

/** Where a star of this radius turns, seen from its middle. */
export function star(radius: number): (readonly [number, number])[] {
  return Array.from({ length: 2 * STAR_POINTS + 1 }, (_, i) => {
    const turn = (Math.PI * i) / STAR_POINTS;
    const out = i % 2 ? (0.27 / 0.46) * radius : radius;
    return [out * Math.sin(turn), -out * Math.cos(turn)] as const;
  });
}

function outline(symbol: string, [x, y]: readonly [number, number], radius: number): string {
  const { from: [across, down], rest } = stamp(symbol, fine(radius));
  return `M${fine(x + across)} ${fine(y + down)}${rest}`;
}

/** The outline of a symbol: where it begins, seen from its middle, and how it goes on from there. */
interface Stamp {
  readonly from: readonly [number, number];
  readonly rest: string;
}
const stamps = new Map<string, Stamp>();

function stamp(symbol: string, radius: number): Stamp {
  const name = `${symbol} ${radius}`;
  if (!stamps.has(name)) stamps.set(name, makeStamp(symbol, radius));
  return stamps.get(name)!;
}

function makeStamp(symbol: string, r: number): Stamp {
  const whole = fine(2 * r);
  if (symbol === "square") return { from: [-r, -r], rest: `h${whole}v${whole}h-${whole}z` };
  if (symbol === "diamond") {
    const half = fine(DIAMOND * r);
    return { from: [0, -DIAMOND * r], rest: `l${half} ${half}l-${half} ${half}l-${half} -${half}z` };
  }
  if (symbol === "triangle-up") {
    const half = (2 * r) / Math.sqrt(3);
    return { from: [-half, r / 2], rest: `h${fine(2 * half)}l-${fine(half)} -${fine(1.5 * r)}z` };
  }
  if (symbol === STAR) {
    const [first, ...turns] = star(r);
    const steps = turns.map(([x, y], i) => pair([x - (turns[i - 1] ?? first!)[0], y - (turns[i - 1] ?? first!)[1]]));
    return { from: first!, rest: `${steps.map((step) => `l${step}`).join("")}z` };
  }
  return { from: [-r, 0], rest: `a${r} ${r} 0 1 0 ${whole} 0a${r} ${r} 0 1 0 -${whole} 0z` };
}

function pair([x, y]: readonly [number, number]): string {
  return `${fine(x)} ${fine(y)}`;
}

function fine(length: number): number {
  return Math.round(length * 100) / 100;
}

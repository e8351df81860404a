/**
 * Draw a curve. Every point is a slider that the arrow keys move and that says its time and value; a pen, a mouse or a
 * finger draws across the whole pad instead. Two fingers, and any finger beside the pad, scroll the page.
 */
import { axisOf, fitsSketch, panelOf, sketchDifference, withUnit, type SketchAsk } from "../../figure/guess.ts";
import { shareAt } from "../../figure/clock.ts";
import type { ModelFigure } from "../../figure/data.ts";
import type { Series } from "../../model/simulate.ts";
import {
  heightOf, linePath, nearestPoint, padFrame, pixel, placeOf, stroke, valueAtHeight, type PadFrame, type Place,
} from "../../view/sketch.ts";
import { part, parts, say } from "../parts.ts";
import type { Asking, Makings } from "./asking.ts";

const SVG = "http://www.w3.org/2000/svg";

export function sketch(ask: SketchAsk, { root, stopping, figure }: Makings & { figure: ModelFigure }): Asking {
  const pad = new Pad(root, ask, figure, stopping);
  return {
    hint: "Draw what you expect first, or press “Show me”.",
    read: () => (pad.touched ? pad.values : undefined),
    fits: (guess) => fitsSketch(ask, guess),
    settle: (guess, series) => pad.settle(guess as readonly number[] | null, series),
    clear: () => pad.clear(),
    difference: (guess, series) =>
      series?.columns[ask.of]?.length ? sketchDifference(ask, guess as readonly number[], series, figure) : "",
  };
}

class Pad {
  readonly #root: HTMLElement;
  readonly #ask: SketchAsk;
  readonly #figure: ModelFigure;
  readonly #box: HTMLElement;
  readonly #handles: readonly HTMLInputElement[];
  #heights: number[];
  /** Whether the reader has moved a point. */
  touched = false;
  /** What the model says, once it may be seen. */
  #truth: Series | null = null;
  /** Where the pointer that draws was last, and the heights before it came down. */
  #pen: { readonly at: Place; readonly before: number[]; readonly touched: boolean } | null = null;

  constructor(root: HTMLElement, ask: SketchAsk, figure: ModelFigure, stopping: AbortSignal) {
    [this.#root, this.#ask, this.#figure] = [root, ask, figure];
    this.#box = part(root, "pad");
    this.#handles = parts<HTMLInputElement>(root, "handle");
    this.#heights = this.#flat();
    this.#listen(stopping);
    const resized = new ResizeObserver(() => this.#show());
    resized.observe(this.#box);
    stopping.addEventListener("abort", () => resized.disconnect());
    this.#show();
  }

  get values(): number[] {
    return this.#heights.map((height, i) => (i === 0 ? this.#ask.start : valueAtHeight(this.#axis, height)));
  }

  settle(guess: readonly number[] | null, series: Series | null): void {
    this.touched = guess !== null;
    this.#heights = guess ? guess.map((value) => heightOf(this.#axis, value)) : this.#flat();
    this.#truth = series;
    for (const handle of this.#handles) handle.disabled = true;
    this.#show();
  }

  clear(): void {
    this.touched = false;
    this.#heights = this.#flat();
    this.#truth = null;
    for (const handle of this.#handles) handle.disabled = false;
    this.#show();
    this.#handles[0]?.focus();
  }

  get #axis() {
    return axisOf(this.#figure, this.#ask.of);
  }

  get #frame(): PadFrame {
    return padFrame({ width: this.#box.clientWidth, height: this.#box.clientHeight });
  }

  /** Every point at the height of the first, which is given. */
  #flat(): number[] {
    return this.#ask.times.map(() => heightOf(this.#axis, this.#ask.start));
  }

  // --- moving points

  #listen(signal: AbortSignal): void {
    this.#handles.forEach((handle, i) => handle.addEventListener("input", () => {
      this.#move(this.#heights.map((height, j) => (j === i + 1 ? Number(handle.value) : height)), i + 1);
    }, { signal }));
    const surface = part(this.#root, "surface");
    surface.addEventListener("pointerdown", (event) => this.#down(surface, event), { signal });
    surface.addEventListener("pointermove", (event) => this.#drag(event), { signal });
    surface.addEventListener("pointerup", () => (this.#pen = null), { signal });
    surface.addEventListener("pointercancel", () => this.#cancel(), { signal });
  }

  #down(surface: HTMLElement, event: PointerEvent): void {
    if (!event.isPrimary || event.button !== 0 || this.#handles[0]?.disabled) return;
    event.preventDefault();
    surface.setPointerCapture(event.pointerId);
    const at = this.#at(event);
    this.#pen = { at, before: this.#heights, touched: this.touched };
    this.#draw(at, at);
  }

  #drag(event: PointerEvent): void {
    if (!event.isPrimary || !this.#pen) return;
    const from = this.#pen.at;
    this.#pen = { ...this.#pen, at: this.#at(event) };
    this.#draw(from, this.#pen.at);
  }

  /** The finger was one of two that scroll: what it drew does not count. */
  #cancel(): void {
    if (!this.#pen) return;
    [this.#heights, this.touched] = [this.#pen.before, this.#pen.touched];
    this.#pen = null;
    this.#show();
  }

  #at(event: PointerEvent): Place {
    const box = this.#box.getBoundingClientRect();
    return placeOf(this.#frame, event.clientX - box.left, event.clientY - box.top);
  }

  #draw(from: Place, to: Place): void {
    this.#move(stroke(this.#heights, from, to), nearestPoint(this.#heights.length - 1, to));
  }

  #move(heights: number[], moved: number): void {
    [this.#heights, this.touched] = [heights, true];
    this.#show();
    say(part(this.#root, "reading"), this.#words(moved));
  }

  #words(point: number): string {
    return `${this.#ask.moments[point]}: ${withUnit(this.values[point]!, this.#ask.unit)}`;
  }

  // --- showing

  #show(): void {
    const frame = this.#frame;
    const step = frame.width / this.#handles.length;
    this.#handles.forEach((handle, i) => {
      const start = frame.left + (i + 0.5) * step;
      handle.value = String(this.#heights[i + 1]);
      handle.setAttribute("aria-valuetext", this.#words(i + 1));
      handle.style.setProperty("left", `${start}px`);
      handle.style.setProperty("width", `${Math.min(step, this.#box.clientWidth - start)}px`);
    });
    this.#root.toggleAttribute("data-untouched", !this.touched);
    if (!this.touched) say(part(this.#root, "reading"), "");
    part(this.#root, "truth-key").hidden = this.#truth === null;
    const drawing = part(this.#root, "drawing") as unknown as SVGSVGElement;
    drawing.setAttribute("viewBox", `0 0 ${this.#box.clientWidth} ${this.#box.clientHeight}`);
    drawing.replaceChildren(...this.#grid(frame), ...this.#curves(frame), ...this.#ticks(frame));
  }

  #grid(frame: PadFrame): SVGElement[] {
    return this.#ask.ticks.map(([at]) => {
      const [x1, y] = pixel(frame, this.#axis, 0, at);
      return node("line", { class: "sketch-grid", x1, x2: x1 + frame.width, y1: y, y2: y });
    });
  }

  /** The words of the axes, above the lines: those of the heights stand inside, so that the points have all the width. */
  #ticks(frame: PadFrame): SVGElement[] {
    const words = (text: string, x: number, y: number, anchor: string): SVGElement =>
      node("text", { x, y, "text-anchor": anchor }, text);
    const heights = this.#ask.ticks.map(([at, text]) => {
      const [x, y] = pixel(frame, this.#axis, 0, at);
      return words(text, x + 2, y - 4, "start");
    });
    const times = this.#ask.timeTicks.map(([at, text]) => {
      const part = shareAt(this.#figure.clock, at);
      const anchor = part < 0.03 ? "start" : part > 0.97 ? "end" : "middle";
      return words(text, frame.left + part * frame.width, frame.top + frame.height + 18, anchor);
    });
    return [...heights, ...times];
  }

  #curves(frame: PadFrame): SVGElement[] {
    const { axis, values } = { axis: this.#axis, values: this.values };
    const across = values.map((_, i) => i / this.#handles.length);
    const [start, ...points] = values.map((value, i) => pixel(frame, axis, across[i]!, value));
    return [
      ...this.#modelLine(frame),
      node("path", { class: "sketch-line", d: linePath(frame, axis, across, values) }),
      ...points.map(([cx, cy]) => node("circle", { class: "sketch-point", cx, cy, r: 7 })),
      node("circle", { class: "sketch-start", cx: start![0], cy: start![1], r: 4 }),
    ];
  }

  #modelLine(frame: PadFrame): SVGElement[] {
    const column = this.#truth?.columns[this.#ask.of];
    if (!this.#truth || !column) return [];
    const across = Array.from(this.#truth.times, (time) => shareAt(this.#figure.clock, time));
    const line = node("path", { class: "sketch-model", d: linePath(frame, this.#axis, across, column) });
    line.style.setProperty("stroke", `var(--entity-${this.#entity})`);
    return [line];
  }

  get #entity(): string {
    const panel = this.#figure.panels[panelOf(this.#figure, this.#ask.of)];
    return panel?.lines.find((line) => line.show === this.#ask.of)?.entity ?? "";
  }
}

function node(name: string, attributes: Readonly<Record<string, string | number>>, words = ""): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.textContent = words;
  return made;
}

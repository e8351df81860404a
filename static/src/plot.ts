/**
 * The only module that knows Plotly: loads it, colours plots with the colours of the page, draws them into a box.
 *
 * A drawing redraws itself when its box changes size or the page changes its theme. Plotly draws every settled state; it
 * is too slow for motion. While something moves, what follows the clock or the run is written straight to a few paths
 * above Plotly's axes, and Plotly's own marks are hidden. It draws them anew when all has rested for a moment.
 */
import { write } from "./element/parts.ts";
import type { Plot, Trace } from "./figure/data.ts";
import { loadScript } from "./script.ts";
import { cut, movingMarks, moves, type Path, type Size, type Words } from "./view/moving.ts";

interface PlotlyLibrary {
  setPlotConfig(config: object): void;
  react(box: HTMLElement, data: readonly object[], layout: object, config: object): Promise<unknown>;
  purge(box: HTMLElement): void;
}
declare global {
  interface Window {
    Plotly?: PlotlyLibrary;
  }
}

/** What to draw in a box of a size; `inMotion`: for `view/moving.ts`, otherwise for Plotly. */
export type Picture = (size: Size, inMotion: boolean) => Plot;

export interface Drawing {
  /**
   * Draws `picture` at once (call it once a frame), and again whenever size or theme change. `axes`: what rests in it, in
   * words that differ when it does; null when nothing moves and Plotly shall draw all of it at once.
   */
  show(picture: Picture, axes: string | null): void;
  /** Stops all watching and empties the box. */
  stop(): void;
}

const CONFIG = { staticPlot: true, displayModeBar: false, displaylogo: false, responsive: false };
/** So long after the last move Plotly draws what is shown (milliseconds). */
const SETTLE_AFTER = 250;
/** Size of all words in a plot, in pixels. */
const TEXT = 14;
/** So much room has a number below a plot, in pixels; with less Plotly would turn it upright. */
const TICK = 40;
let loading: Promise<PlotlyLibrary> | null = null;

/** The library, loaded from `url` the first time. Rejects when it cannot be had; a later call tries again. */
export function loadPlotly(url: string): Promise<PlotlyLibrary> {
  return (loading ??= loadScript(url).then(configured).catch((error: unknown) => {
    loading = null;
    throw error;
  }));
}

/** Without these settings Plotly offers to upload a chart to a cloud. */
function configured(): PlotlyLibrary {
  const plotly = window.Plotly;
  if (!plotly) throw new Error("the drawing library did not start");
  plotly.setPlotConfig({ showSendToCloud: false, plotlyServerURL: "", displaylogo: false });
  return plotly;
}

/** A drawing in `box`, whose size is given by the style sheet. While it moves, the box has `data-moving`. */
export function drawIn(box: HTMLElement, plotly: PlotlyLibrary): Drawing {
  const base = document.createElement("div");
  const above = new Overlay();
  box.replaceChildren(base, above.box);
  let picture: Picture | null = null;
  let axes: string | null = null;
  /** The axes that Plotly has drawn in this size and theme. */
  let drawn: string | null = null;
  let colours = readTheme(box);
  let [frame, settling, moved] = [0, 0, 0];
  /** Kept, because asking the page for it after something has been written makes it lay everything out at once. */
  let size = sizeOf(box);
  const draw = (inMotion: boolean): void => {
    if (!picture || size.width < 20 || size.height < 20) return;
    const plot = picture(size, inMotion);
    box.toggleAttribute("data-moving", inMotion);
    above.draw(inMotion ? movingMarks(paintedMoving(plot, colours), size) : [], size);
    if (inMotion) settle();
    else clearTimeout(settling), (settling = 0), drawBase(plotly, base, painted(plot, colours), size);
    drawn = axes;
  };
  /** One timer for many frames: to begin one anew at each costs more than to ask at its end when the last was. */
  const settle = (): void => {
    moved = performance.now();
    settling ||= setTimeout(rested, SETTLE_AFTER);
  };
  const rested = (): void => {
    const left = isHeld() ? SETTLE_AFTER : moved + SETTLE_AFTER - performance.now();
    settling = left > 0 ? setTimeout(rested, left) : 0;
    if (!settling) draw(false);
  };
  const anew = (): void => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      draw(false);
    });
  };
  const resized = new ResizeObserver(() => {
    const before = size;
    size = sizeOf(box);
    // The observer speaks once at its beginning, too.
    if (size.width !== before.width || size.height !== before.height) anew();
  });
  resized.observe(box);
  const unwatch = watchTheme(() => {
    colours = readTheme(box);
    anew();
  });
  return {
    show(next, on) {
      [picture, axes] = [next, on];
      draw(axes !== null && axes === drawn);
    },
    stop() {
      cancelAnimationFrame(frame);
      clearTimeout(settling);
      resized.disconnect();
      unwatch();
      plotly.purge(base);
      box.replaceChildren();
    },
  };
}

/** Whether a finger or the mouse holds a slider: the next move must not wait for Plotly. */
function isHeld(): boolean {
  // The page knows its inputs by their kind; a selector would be tried on everything that it has.
  return [...document.getElementsByTagName("input")].some((input) => input.matches(":active"));
}

function sizeOf(box: HTMLElement): Size {
  return { width: box.clientWidth, height: box.clientHeight };
}

/** What moves can be told by its name (`static/css/figure.css`). */
function drawBase(plotly: PlotlyLibrary, base: HTMLElement, { data, layout }: Plot, size: Size): void {
  const named = data.map((trace, i) => ({ ...cut(trace), uid: `${moves(trace) ? "moving" : "resting"}-${i}` }));
  const { l = 0, r = 0 } = layout.margin as { l?: number; r?: number };
  const xaxis = { ...(layout.xaxis as object), nticks: Math.max(3, Math.floor((size.width - l - r) / TICK)) };
  void plotly.react(base, named, { ...layout, xaxis, ...size, autosize: false }, CONFIG);
}

const SVG = "http://www.w3.org/2000/svg";

/** What moves, above the plot: one drawing for what rests for many frames, one for what changes at each. */
class Overlay {
  readonly box = document.createElement("div");
  readonly #resting = new Sheet();
  readonly #changing = new Sheet();

  constructor() {
    this.box.className = "figure-moving";
    this.box.append(this.#resting.svg, this.#changing.svg);
  }

  draw(marks: readonly (Path | Words)[], size: Size): void {
    this.#resting.draw(marks.filter(({ rests }) => rests), size);
    this.#changing.draw(marks.filter(({ rests }) => !rests), size);
  }
}

/** Paths and words in windows, each of which cuts off what lies beyond it. */
class Sheet {
  readonly svg = document.createElementNS(SVG, "svg");
  readonly #panes = new Map<string, Pane>();

  draw(marks: readonly (Path | Words)[], { width, height }: Size): void {
    set(this.svg, { width, height });
    const seen = new Map<string, (Path | Words)[]>();
    for (const mark of marks) {
      const name = mark.window.join(" ");
      seen.set(name, [...(seen.get(name) ?? []), mark]);
    }
    for (const [name, [first]] of seen) if (!this.#panes.has(name)) this.#panes.set(name, new Pane(this.svg, first!.window));
    for (const [name, pane] of this.#panes) pane.draw(seen.get(name) ?? []);
    if (marks.length > 0) this.#forget((name) => !seen.has(name));
  }

  #forget(isPast: (name: string) => boolean): void {
    for (const [name, pane] of this.#panes) if (isPast(name)) pane.remove(), this.#panes.delete(name);
  }
}

/** The marks that are seen through one window. */
class Pane {
  readonly #svg = document.createElementNS(SVG, "svg");
  readonly #paths: SVGElement[] = [];
  readonly #words: SVGElement[] = [];

  /**
   * Windows that begin at the corner of the sheet lie above all others. Behind the marks is a ground that is not to be
   * seen: with it a pane is always of one size, and the browser need not arrange its layers anew at each frame.
   */
  constructor(sheet: SVGSVGElement, [x, y, width, height]: Path["window"]) {
    const ground = document.createElementNS(SVG, "rect");
    set(this.#svg, { x, y, width, height, viewBox: `${x} ${y} ${width} ${height}` });
    set(ground, { x: x - FAR, y: y - FAR, width: width + 2 * FAR, height: height + 2 * FAR, "fill-opacity": 0 });
    this.#svg.append(ground);
    if (x === 0) sheet.append(this.#svg);
    else sheet.prepend(this.#svg);
  }

  remove(): void {
    this.#svg.remove();
  }

  draw(marks: readonly (Path | Words)[]): void {
    const paths = marks.filter((mark) => "d" in mark);
    const words = marks.filter((mark) => "text" in mark);
    this.#fit(this.#paths, "path", paths.length);
    this.#fit(this.#words, "text", words.length);
    this.#paths.forEach((node, i) => writePath(node, paths[i]));
    this.#words.forEach((node, i) => writeWords(node, words[i]));
  }

  #fit(nodes: SVGElement[], kind: "path" | "text", count: number): void {
    while (nodes.length < count) {
      const node = document.createElementNS(SVG, kind);
      this.#svg.append(node);
      nodes.push(node);
    }
  }
}

/** Hardly any mark lies farther outside its window, in pixels. */
const FAR = 2000;

function writePath(node: SVGElement, path: Path | undefined): void {
  if (!path) return set(node, { d: "" });
  const { d, fill, stroke, opacity, offset } = path;
  set(node, {
    d, fill, stroke, "fill-opacity": opacity, "stroke-opacity": opacity,
    "stroke-width": path.width, "stroke-dasharray": path.dash, "stroke-dashoffset": offset,
  });
}

function writeWords(node: SVGElement, words: Words | undefined): void {
  write(node, words?.text ?? "");
  if (!words) return;
  const { fill, opacity, size, at: [x, y] } = words;
  set(node, { x, y, fill, "fill-opacity": opacity, "font-size": size, "dominant-baseline": "central" });
}

/** The attributes that were written last: reading those of a long path back costs as much as writing them. */
const written = new WeakMap<SVGElement, Map<string, string | number>>();

/** Sets attributes that differ from what was set before. */
function set(node: SVGElement, values: Readonly<Record<string, string | number>>): void {
  const known = written.get(node) ?? new Map<string, string | number>();
  written.set(node, known);
  for (const name in values) {
    const value = values[name]!;
    if (known.get(name) === value) continue;
    known.set(name, value);
    node.setAttribute(name, String(value));
  }
}

/** Colours as `rgb(…)`; `entity` by name. */
interface Theme {
  readonly ink: string;
  readonly soft: string;
  readonly rule: string;
  readonly ground: string;
  readonly panel: string;
  readonly font: string;
  readonly entity: (name: string) => string;
}

function readTheme(box: HTMLElement): Theme {
  const known = new Map<string, string>();
  const colour = (token: string): string => {
    if (!known.has(token)) known.set(token, resolved(box, token));
    return known.get(token)!;
  };
  return {
    ink: colour("--ink"),
    soft: colour("--ink-soft"),
    rule: colour("--rule"),
    ground: colour("--ground"),
    panel: colour("--panel"),
    font: getComputedStyle(box).getPropertyValue("--font-sans").trim() || "sans-serif",
    entity: (name) => colour(`--entity-${name}`),
  };
}

/** A custom property as the browser would paint it: Plotly knows neither system colours nor `color-mix`. */
function resolved(box: HTMLElement, token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token}, currentColor)`;
  probe.style.setProperty("forced-color-adjust", "none");
  probe.hidden = true;
  box.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

/** Calls `changed` when the reader's system or the page changes the theme; returns how to stop. */
function watchTheme(changed: () => void): () => void {
  const queries = ["(prefers-color-scheme: dark)", "(forced-colors: active)"].map((query) => matchMedia(query));
  queries.forEach((query) => query.addEventListener("change", changed));
  const root = new MutationObserver(changed);
  root.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  return () => {
    queries.forEach((query) => query.removeEventListener("change", changed));
    root.disconnect();
  };
}

function painted({ data, layout }: Plot, theme: Theme): Plot {
  return { data: data.map((trace) => paintedTrace(trace, theme)), layout: paintedLayout(layout, theme) };
}

/** A plot of which only what moves is painted. */
function paintedMoving({ data, layout }: Plot, theme: Theme): Plot {
  const moving = data.filter(moves).map((trace) => paintedTrace(trace, theme));
  return { data: moving, layout: { ...layout, shapes: paintedShapes(layout, theme) } };
}

function paintedTrace(trace: Trace, theme: Theme): Trace {
  const entity = trace.meta?.entity ?? "";
  const color = entity === "none" ? theme.soft : theme.entity(entity);
  const role = trace.meta?.role ?? "";
  const line = { ...(trace.line as object), color };
  const marker = trace.marker as { line?: object } | undefined;
  const mark = { ...marker, color, opacity: 1 };
  switch (role) {
    case "ahead":
      return { ...trace, line, opacity: 0.45 };
    case "member":
      return { ...trace, line, opacity: 0.35 };
    case "average":
      return { ...trace, line, opacity: 0.75 };
    case "label":
      return { ...trace, textfont: { ...(trace.textfont as object), color } };
    case "words":
    case "guess-name":
      return { ...trace, textfont: { ...(trace.textfont as object), color: theme.ink } };
    case "note":
    case "quiet":
      return { ...trace, textfont: { ...(trace.textfont as object), color: theme.soft } };
    case "mark":
    case "effect":
      return { ...trace, line: { ...line, color: theme.soft } };
    case "interval":
      return { ...trace, line: { ...line, color: theme.ink } };
    case "thread":
    case "stem":
      return { ...trace, line: { ...line, color: theme.rule } };
    case "unsure":
      return { ...trace, marker: { ...mark, color: theme.ground, line: { width: 1.5, color } } };
    case "guess":
      return { ...trace, line: { ...line, color: theme.ink }, marker: { ...marker, color: theme.ink } };
    case "point":
    case "doses":
    case "ring":
      return { ...trace, marker: { ...marker, color: theme.soft, line: { ...marker?.line, color: theme.soft } } };
    case "receptor":
      return { ...trace, marker: { ...mark, line: { ...marker?.line, color } }, opacity: 0.4 };
    case "bound":
    case "now":
      return { ...trace, marker: { ...mark, line: { width: 1.5, ...marker?.line, color: theme.ground } } };
    case "triggered":
      return { ...trace, line, fillcolor: color, ...(marker && { marker: mark }) };
    default:
      return marker ? { ...trace, marker: { ...mark, line: { ...marker.line, color } } } : { ...trace, line };
  }
}

function paintedLayout(layout: Plot["layout"], theme: Theme): Record<string, unknown> {
  const painted: Record<string, unknown> = { ...layout, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)" };
  painted.font = { ...(layout.font as object), family: theme.font, size: TEXT, color: theme.soft };
  for (const [key, value] of Object.entries(layout)) {
    if (/^[xy]axis\d*$/.test(key)) painted[key] = paintedAxis(key, value as Axis, theme);
  }
  const headings = (layout.annotations as { font?: object }[] | undefined) ?? [];
  painted.annotations = headings.map((a) => ({ ...a, font: { ...a.font, size: TEXT, weight: 600, color: theme.ink } }));
  painted.shapes = paintedShapes(layout, theme);
  return painted;
}

interface Axis {
  readonly title?: object;
}

function paintedAxis(key: string, axis: Axis, theme: Theme): object {
  const { soft, rule } = theme;
  const quiet = { color: soft, linecolor: rule, tickcolor: rule, gridcolor: rule, zeroline: false };
  const title = axis.title && { ...axis.title, font: { size: TEXT, color: theme.soft } };
  return { ...axis, ...quiet, ...(title && { title }), showline: key.startsWith("x") };
}

function paintedShapes(layout: Plot["layout"], theme: Theme): object[] {
  const shapes = (layout.shapes as { name?: string; line?: object }[] | undefined) ?? [];
  return shapes.map((shape) => paintedShape(shape, theme));
}

function paintedShape(shape: { name?: string; line?: object }, theme: Theme): object {
  if (shape.name === "patch") return { ...shape, fillcolor: theme.panel, line: { ...shape.line, color: theme.rule } };
  return { ...shape, line: { ...shape.line, color: shape.name === "grid" ? theme.rule : theme.soft } };
}

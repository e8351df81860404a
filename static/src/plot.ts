/**
 * The only module that knows Plotly: loads it, colours plots with the colours of the page, draws them into a box.
 *
 * A drawing redraws itself when its box changes size or the page changes its theme, and at most once a frame. Plotly
 * draws every settled state; it is too slow for motion. While something moves it draws what rests, once, and what moves
 * is written straight to a few paths above it.
 */
import type { Plot, Trace } from "./figure/data.ts";
import { movingPaths, resting, type Path, type Size } from "./view/moving.ts";

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

/** What to draw in a box of a size. */
export type Picture = (size: Size) => Plot;

export interface Drawing {
  /**
   * Draws `picture` at the next frame, and again whenever size or theme change. `moving`: null for a settled state;
   * otherwise something that stays the same as long as what rests in the picture does.
   */
  show(picture: Picture, moving: object | null): void;
  /** Stops all watching and empties the box. */
  stop(): void;
}

const CONFIG = { staticPlot: true, displayModeBar: false, displaylogo: false, responsive: false };
/** Size of all words in a plot, in pixels. */
const TEXT = 14;
let loading: Promise<PlotlyLibrary> | null = null;

/** The library, loaded from `url` the first time. Rejects when it cannot be had; a later call tries again. */
export function loadPlotly(url: string): Promise<PlotlyLibrary> {
  return (loading ??= fetchScript(url).then(configured).catch((error: unknown) => {
    loading = null;
    throw error;
  }));
}

function fetchScript(url: string): Promise<void> {
  if (window.Plotly) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = () => resolve();
    script.onerror = () => {
      script.remove();
      reject(new Error(`${url} could not be loaded`));
    };
    document.head.append(script);
  });
}

/** Without these settings Plotly offers to upload a chart to a cloud. */
function configured(): PlotlyLibrary {
  const plotly = window.Plotly;
  if (!plotly) throw new Error("the drawing library did not start");
  plotly.setPlotConfig({ showSendToCloud: false, plotlyServerURL: "", displaylogo: false });
  return plotly;
}

/** A drawing in `box`, whose size is given by the style sheet. */
export function drawIn(box: HTMLElement, plotly: PlotlyLibrary): Drawing {
  const base = document.createElement("div");
  const above = new Overlay();
  box.replaceChildren(base, above.svg);
  let picture: Picture | null = null;
  let moving: object | null = null;
  let atRest: object | null = null;
  let colours = readTheme(box);
  let frame = 0;
  const draw = (): void => {
    frame = 0;
    const size = { width: box.clientWidth, height: box.clientHeight };
    if (!picture || size.width < 20 || size.height < 20) return;
    const plot = painted(picture(size), colours);
    if (moving === null || moving !== atRest) drawBase(plotly, base, plot, size, moving !== null);
    atRest = moving;
    above.draw(moving ? movingPaths(plot, size) : [], size);
  };
  const soon = (): void => {
    frame ||= requestAnimationFrame(draw);
  };
  const anew = (): void => {
    atRest = null;
    soon();
  };
  const resized = new ResizeObserver(anew);
  resized.observe(box);
  const unwatch = watchTheme(() => {
    colours = readTheme(box);
    anew();
  });
  return {
    show(next, now) {
      picture = next;
      moving = now;
      soon();
    },
    stop() {
      cancelAnimationFrame(frame);
      resized.disconnect();
      unwatch();
      plotly.purge(base);
      box.replaceChildren();
    },
  };
}

function drawBase(plotly: PlotlyLibrary, base: HTMLElement, plot: Plot, size: Size, withoutMoving: boolean): void {
  const { data, layout } = withoutMoving ? resting(plot) : plot;
  void plotly.react(base, data, { ...layout, ...size, autosize: false }, CONFIG);
}

const SVG = "http://www.w3.org/2000/svg";

/** The paths of what moves, each in a window of its own that cuts off what lies beyond its axes. */
class Overlay {
  readonly svg = document.createElementNS(SVG, "svg");
  #paths: SVGPathElement[] = [];

  constructor() {
    this.svg.classList.add("figure-moving");
  }

  draw(paths: readonly Path[], { width, height }: Size): void {
    set(this.svg, { width, height });
    while (this.#paths.length < paths.length) this.#add();
    this.#paths.forEach((node, i) => this.#write(node, paths[i]));
  }

  #add(): void {
    const [window, path] = [document.createElementNS(SVG, "svg"), document.createElementNS(SVG, "path")];
    window.append(path);
    this.svg.append(window);
    this.#paths.push(path);
  }

  #write(node: SVGPathElement, path: Path | undefined): void {
    if (!path) return node.setAttribute("d", "");
    const [x, y, width, height] = path.window;
    set(node.parentElement as unknown as SVGElement, { x, y, width, height, viewBox: path.window.join(" ") });
    const { d, fill, stroke } = path;
    set(node, { d, fill, stroke, "stroke-width": path.width, "stroke-dasharray": path.dash });
  }
}

/** Sets attributes that differ. */
function set(node: SVGElement, values: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
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

function painted(plot: Plot, theme: Theme): { data: Trace[]; layout: Record<string, unknown> } {
  return { data: plot.data.map((trace) => paintedTrace(trace, theme)), layout: paintedLayout(plot.layout, theme) };
}

function paintedTrace(trace: Trace, theme: Theme): Trace {
  const color = theme.entity(trace.meta?.entity ?? "");
  const role = trace.meta?.role ?? "";
  const line = { ...(trace.line as object), color };
  const marker = trace.marker as { line?: object } | undefined;
  const mark = { ...marker, color, opacity: 1 };
  switch (role) {
    case "ahead":
      return { ...trace, line, opacity: 0.45 };
    case "average":
      return { ...trace, line, opacity: 0.75 };
    case "label":
      return { ...trace, textfont: { ...(trace.textfont as object), color } };
    case "receptor":
      return { ...trace, marker: { ...mark, line: { ...marker?.line, color } }, opacity: 0.4 };
    case "bound":
    case "now":
      return { ...trace, marker: { ...mark, line: { width: 1.5, ...marker?.line, color: theme.ground } } };
    case "triggered":
      return { ...trace, line, fillcolor: color };
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
  const shapes = (layout.shapes as { name?: string; line?: object }[] | undefined) ?? [];
  painted.shapes = shapes.map((shape) => paintedShape(shape, theme));
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

function paintedShape(shape: { name?: string; line?: object }, theme: Theme): object {
  if (shape.name === "patch") return { ...shape, fillcolor: theme.panel, line: { ...shape.line, color: theme.rule } };
  return { ...shape, line: { ...shape.line, color: theme.soft } };
}

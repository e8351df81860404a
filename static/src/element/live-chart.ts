/**
 * A chart that a reader can point at, by slider, button, mouse or finger: one mark is picked out and said in a sentence.
 *
 * Life: waiting (the still is shown; its marks can be said) -> the reader approaches or uses it: Plotly is loaded and draws
 * every picture of the still in a box of the same shape. Without Plotly the still stays, and there is nothing to point with.
 */
import type { ChartFigure, Plot } from "../figure/data.ts";
import { drawIn, loadPlotly, type Drawing } from "../plot.ts";
import { chartPlot, markAt, pictureWidth } from "../view/chart.ts";
import { approached } from "./approach.ts";
import { actions, part, parts, say } from "./parts.ts";

interface Box {
  readonly node: HTMLElement;
  readonly plot: Plot;
  readonly drawing: Drawing;
}

export class LiveChart {
  readonly #root: HTMLElement;
  readonly #figure: ChartFigure;
  readonly #stopping = new AbortController();
  #boxes: readonly Box[] = [];
  #waking: Promise<void> | null = null;
  #chosen: number | null = null;
  #frame = 0;

  constructor(root: HTMLElement, figure: ChartFigure) {
    this.#root = root;
    this.#figure = figure;
    this.#listen();
    approached(root, this.#stopping.signal, () => this.#awake());
    part<HTMLFieldSetElement>(root, "pointer").disabled = false;
    this.#root.dataset.state = "waiting";
  }

  stop(): void {
    this.#stopping.abort();
    cancelAnimationFrame(this.#frame);
    this.#boxes.forEach(({ drawing }) => drawing.stop());
    this.#boxes = [];
  }

  #awake(): void {
    this.#waking ??= this.#comeAlive();
  }

  async #comeAlive(): Promise<void> {
    try {
      const plotly = await loadPlotly(this.#root.dataset.plotly ?? "");
      if (this.#stopping.signal.aborted) return;
      const plots = Object.values(this.#figure.plots);
      const nodes = framesOf(part(this.#root, "still"), part(this.#root, "live"));
      this.#boxes = nodes.map((node, i) => ({ node, plot: plots[i]!, drawing: drawIn(node, plotly) }));
      this.#boxes.forEach((box) => this.#listenTo(box));
      this.#draw();
      this.#root.dataset.state = "live";
    } catch {
      this.#root.dataset.state = "still";
      part<HTMLFieldSetElement>(this.#root, "pointer").disabled = true;
    }
  }

  #listen(): void {
    const options = { signal: this.#stopping.signal };
    this.#root.addEventListener("click", (event) => this.#clicked(event), options);
    for (const slider of actions<HTMLInputElement>(this.#root, "point")) {
      slider.addEventListener("input", () => this.#choose(Number(slider.value) - 1, false), options);
    }
  }

  #listenTo(box: Box): void {
    const options = { signal: this.#stopping.signal };
    box.node.addEventListener("pointermove", (event) => event.pointerType === "mouse" && this.#pointed(box, event, false), options);
    box.node.addEventListener("click", (event) => this.#pointed(box, event, true), options);
  }

  #clicked(event: Event): void {
    const action = (event.target as Element).closest<HTMLElement>("button[data-action]")?.dataset.action;
    const at = this.#chosen ?? -1;
    if (action === "back") this.#choose(at - 1, true);
    if (action === "forward") this.#choose(at + 1, true);
  }

  #pointed({ node, plot }: Box, event: MouseEvent, aloud: boolean): void {
    const { left, top, width } = node.getBoundingClientRect();
    const factor = pictureWidth(plot) / width;
    const mark = markAt(plot, (event.clientX - left) * factor, (event.clientY - top) * factor);
    if (mark !== null) this.#choose(mark, aloud);
  }

  /** Picks out a mark; below the first there is none. A slider tells its own value, everything else is said aloud. */
  #choose(mark: number, aloud: boolean): void {
    const chosen = mark < 0 ? null : Math.min(mark, this.#figure.marks.length - 1);
    if (aloud) say(part(this.#root, "spoken"), this.#sentence(chosen));
    if (chosen === this.#chosen) return;
    this.#chosen = chosen;
    this.#awake();
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #sentence(mark: number | null): string {
    return mark === null ? (part(this.#root, "now").dataset.hint ?? "") : this.#figure.marks[mark]!;
  }

  #draw(): void {
    const chosen = this.#chosen;
    for (const { plot, drawing } of this.#boxes) drawing.show(({ width }) => chartPlot(plot, chosen, width), null);
    say(part(this.#root, "now"), this.#sentence(chosen));
    for (const slider of actions<HTMLInputElement>(this.#root, "point")) {
      slider.value = String((chosen ?? -1) + 1);
      slider.setAttribute("aria-valuetext", this.#sentence(chosen));
      slider.style.setProperty("--at", `${(100 * Number(slider.value)) / Number(slider.max)}%`);
    }
    parts(part(this.#root, "live"), "event").forEach((item, i) => item.classList.toggle("is-chosen", i === chosen));
  }
}

/** A copy of the still in `live` whose pictures are empty boxes of the same shape; the boxes. */
function framesOf(still: HTMLElement, live: HTMLElement): HTMLElement[] {
  live.replaceChildren(...[...still.children].map((child) => child.cloneNode(true)));
  return [...live.querySelectorAll<SVGSVGElement>("svg.twin-panel")].map((picture) => {
    const box = document.createElement("div");
    const { width, height } = picture.viewBox.baseVal;
    box.className = `${picture.getAttribute("class")} chart-box`;
    box.style.aspectRatio = `${width} / ${height}`;
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", picture.getAttribute("aria-label") ?? "");
    picture.replaceWith(box);
    return box;
  });
}

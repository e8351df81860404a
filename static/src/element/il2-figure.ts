/**
 * A live figure. The page holds everything; this element runs the model, draws, and listens to the controls.
 *
 * Life: waiting (the still is shown) -> near the reader: Plotly is loaded, the model is run, the still gives way to the
 * live figure, paused at its start -> the reader plays. It pauses when it is out of sight or the page is hidden, and
 * ends everything it began when it is taken out of the page.
 */
import { rounded, shown, spoken, POSITIONS } from "../figure/clock.ts";
import { compute, type Computed } from "../figure/compute.ts";
import type { Control, ModelFigure } from "../figure/data.ts";
import { number } from "../figure/format.ts";
import { scene, type Scene } from "../figure/scene.ts";
import { isPreset, ladder, position, valueAt, type Settings } from "../figure/settings.ts";
import { stageAt } from "../figure/stage.ts";
import { tableRows } from "../figure/table.ts";
import { atEnd, move, transport, type Action, type Transport } from "../figure/transport.ts";
import { fill, type Measured } from "../figure/words.ts";
import type { Network, Registry } from "../model/network.ts";
import { drawIn, loadPlotly, type Drawing } from "../plot.ts";
import { COMMITTED, SHOW, type Show } from "./events.ts";
import { actions, json, part, parts, say } from "./parts.ts";

/** How often the sentence changes, and how often it is spoken, while playing (milliseconds). */
const SENTENCE_EVERY = 200;
const SPEAK_EVERY = 1000;
/** A longer pause between two frames means that the page was asleep (seconds). */
const LONGEST_FRAME = 0.1;

export class Il2Figure extends HTMLElement {
  #live: LiveFigure | null = null;

  connectedCallback(): void {
    const figure = json(this.querySelector('[data-role="data"]')?.textContent) as ModelFigure | null;
    if (figure && figure.model) this.#live = new LiveFigure(this, figure);
  }

  disconnectedCallback(): void {
    this.#live?.stop();
    this.#live = null;
  }
}

class LiveFigure {
  readonly #root: HTMLElement;
  readonly #figure: ModelFigure;
  readonly #stopping = new AbortController();
  readonly #calm = matchMedia("(prefers-reduced-motion: reduce)");
  readonly #controls: ReadonlyMap<string, Control>;
  #transport: Transport;
  #settings: Settings;
  #computed: Computed | null = null;
  #scene: Scene | null = null;
  #drawings: { field: Drawing; curves: Drawing } | null = null;
  #dirty = false;
  #frame = 0;
  #lastFrame = 0;
  #lastSentence = 0;
  #lastSpoken = 0;
  #spokenStage = 0;

  constructor(root: HTMLElement, figure: ModelFigure) {
    this.#root = root;
    this.#figure = figure;
    this.#settings = { ...figure.parameters };
    this.#transport = this.#begin();
    this.#controls = new Map(figure.controls.map((control) => [control.parameter, control]));
    this.#showKey();
    this.#showTicks();
    this.#showSettings();
    this.#listen();
    this.#watch();
    this.#root.dataset.state = "waiting";
  }

  stop(): void {
    this.#stopping.abort();
    cancelAnimationFrame(this.#frame);
    this.#drawings?.field.stop();
    this.#drawings?.curves.stop();
    this.#drawings = null;
  }

  #begin(): Transport {
    return transport(this.#figure.run.end, this.#figure.stages.map((stage) => stage.at));
  }

  // --- coming to life

  /** Watches when the figure comes near and when it leaves the window. */
  #watch(): void {
    const near = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      near.disconnect();
      void this.#awake();
    }, { rootMargin: "600px" });
    const seen = new IntersectionObserver((entries) => {
      if (!entries.at(-1)!.isIntersecting) this.#act({ kind: "pause" });
    });
    near.observe(this.#root);
    seen.observe(this.#root);
    this.#stopping.signal.addEventListener("abort", () => {
      near.disconnect();
      seen.disconnect();
    });
  }

  async #awake(): Promise<void> {
    try {
      const plotly = await loadPlotly(this.#root.dataset.plotly ?? "");
      if (this.#stopping.signal.aborted) return;
      this.#compute();
      const draw = (role: string): Drawing => drawIn(part(this.#root, role), plotly);
      this.#drawings = { field: draw("field"), curves: draw("curves") };
      this.#root.dataset.state = "live";
      this.#gate();
      this.#show();
    } catch (error) {
      this.#stayStill(error);
    }
  }

  /** Without Plotly or the model the still remains, and the reader is told. */
  #stayStill(error: unknown): void {
    this.#root.dataset.state = "still";
    const reason = error instanceof Error ? error.message : String(error);
    this.#tellFailure(`This figure cannot be played here: ${reason}. The still shows its usual run.`);
  }

  // --- controls

  #listen(): void {
    const options = { signal: this.#stopping.signal };
    this.#root.addEventListener("click", (event) => this.#clicked(event), options);
    this.#root.addEventListener("input", (event) => this.#moved(event), options);
    this.#root.addEventListener("change", (event) => this.#moved(event), options);
    this.#calm.addEventListener("change", () => this.#act({ kind: "pause" }), options);
    document.addEventListener("visibilitychange", () => document.hidden && this.#act({ kind: "pause" }), options);
    document.addEventListener(COMMITTED, () => this.#gate(), options);
    document.addEventListener(SHOW, (event) => this.#asked((event as CustomEvent<Show>).detail), options);
  }

  #clicked(event: Event): void {
    const button = (event.target as Element).closest<HTMLElement>("button[data-action]");
    switch (button?.dataset.action) {
      case "play":
        return this.#play();
      case "back":
        return this.#act({ kind: "step", by: -1 });
      case "forward":
        return this.#act({ kind: "step", by: 1 });
      case "restart":
        return this.#act({ kind: "restart" });
      case "preset":
        return this.#set(this.#figure.presets[Number(button.dataset.preset)]?.set ?? {}, this.#figure.parameters);
      case "reset":
        return this.#reset();
    }
  }

  #moved(event: Event): void {
    const control = event.target as HTMLInputElement;
    if (event.type === "change" && control.dataset.action !== "speed") return;
    switch (control.dataset.action) {
      case "scrub":
        return this.#act({ kind: "scrub", time: (Number(control.value) / POSITIONS) * this.#transport.end });
      case "speed":
        return this.#act({ kind: "speed", factor: Number(control.value) });
      case "parameter": {
        const parameter = control.dataset.parameter ?? "";
        const known = this.#controls.get(parameter);
        if (known) this.#set({ [parameter]: valueAt(known, Number(control.value)) }, this.#settings);
      }
    }
  }

  /** With reduced motion, playing shows one stage after another. */
  #play(): void {
    if (!this.#calm.matches) return this.#act({ kind: "toggle" });
    this.#act(atEnd(this.#transport) ? { kind: "restart" } : { kind: "step", by: 1 });
  }

  #act(action: Action): void {
    const before = this.#transport;
    this.#transport = move(before, action);
    if (this.#transport === before || (action.kind === "pause" && !before.playing)) return;
    this.#show();
  }

  /** Lays `set` over `below`; the run is made anew at the next frame, so that a dragged slider stays light. */
  #set(set: Settings, below: Settings): void {
    this.#settings = { ...below, ...set };
    this.#dirty = true;
    this.#showSettings();
    this.#wake();
  }

  #reset(): void {
    this.#transport = { ...this.#begin(), speed: 1 };
    for (const speed of actions<HTMLSelectElement>(this.#root, "speed")) speed.value = "1";
    this.#set({}, this.#figure.parameters);
  }

  /** A prediction asks for a state of this figure. */
  #asked({ figure, set }: Show): void {
    if (figure !== this.#figure.name) return;
    const { parameters } = this.#figure;
    const fits = ([name, value]: [string, number]) => Object.hasOwn(parameters, name) && Number.isFinite(value);
    const known = Object.entries(set).filter(fits);
    this.#transport = move(this.#transport, { kind: "restart" });
    this.#set(Object.fromEntries(known), this.#figure.parameters);
    this.#root.scrollIntoView({ block: "nearest", behavior: this.#calm.matches ? "instant" : "smooth" });
    actions(this.#root, "play")[0]?.focus({ preventScroll: true });
    if (!this.#calm.matches && this.#drawings) this.#act({ kind: "play" });
  }

  /** A figure with a prediction waits for it. */
  #gate(): void {
    const its = `il2-predict[data-figure="${CSS.escape(this.#figure.name)}"]`;
    const prediction = document.querySelector<HTMLElement>(its);
    const waits = prediction !== null && prediction.dataset.committed === undefined;
    this.#root.toggleAttribute("data-waits", waits);
    part(this.#root, "gate").hidden = !waits;
    if (prediction) part<HTMLAnchorElement>(this.#root, "gate-link").href = `#${prediction.id}`;
    const ready = this.#drawings !== null && !waits;
    for (const role of ["transport", "settings"]) {
      for (const fieldset of parts<HTMLFieldSetElement>(this.#root, role)) fieldset.disabled = !ready;
    }
    this.#wake();
  }

  // --- computing

  #compute(): void {
    this.#computed = compute(this.#network(), this.#figure, this.#settings);
    this.#scene = scene(this.#figure, this.#computed);
    this.#tellFailure(this.#computed.failure);
    this.#showTable();
  }

  #network(): Network {
    const registry = (self as { il2site?: Registry }).il2site;
    const network = registry?.models[this.#figure.model];
    if (!network) throw new Error(`its model “${this.#figure.model}” did not load`);
    return network;
  }

  // --- showing

  /** Shows the present state at the next frame, and says it at once. */
  #show(): void {
    this.#lastSentence = this.#lastSpoken = -Infinity;
    this.#wake();
  }

  #wake(): void {
    if (this.#drawings) this.#frame ||= requestAnimationFrame((now) => this.#tick(now));
  }

  #tick(now: number): void {
    this.#frame = 0;
    if (this.#dirty) this.#renew();
    if (this.#transport.playing) {
      const seconds = this.#lastFrame ? Math.min((now - this.#lastFrame) / 1000, LONGEST_FRAME) : 0;
      this.#transport = move(this.#transport, { kind: "tick", seconds });
      if (!this.#transport.playing) this.#lastSentence = this.#lastSpoken = -Infinity;
    }
    this.#lastFrame = this.#transport.playing ? now : 0;
    this.#draw();
    this.#showTransport();
    this.#showSentences(now);
    if (this.#transport.playing) this.#wake();
  }

  #renew(): void {
    this.#dirty = false;
    this.#lastSentence = this.#lastSpoken = -Infinity;
    try {
      this.#compute();
    } catch (error) {
      this.#tellFailure(`This run could not be computed: ${error instanceof Error ? error.message : String(error)}.`);
    }
  }

  #draw(): void {
    const [drawn, { time, playing }] = [this.#scene, this.#transport];
    if (!drawn || !this.#drawings) return;
    const ahead = !this.#root.hasAttribute("data-waits");
    const moving = playing ? drawn : null;
    const nothing = { data: [], layout: {} };
    this.#drawings.field.show((size) => drawn.field(time, size, playing) ?? nothing, moving);
    this.#drawings.curves.show((size) => drawn.curves(time, size, ahead), moving);
  }

  #showTransport(): void {
    const { time, end, playing } = this.#transport;
    const { unit } = this.#figure.time;
    this.#root.toggleAttribute("data-playing", playing);
    for (const scrubber of actions<HTMLInputElement>(this.#root, "scrub")) {
      scrubber.value = String(Math.round((time / end) * POSITIONS));
      scrubber.setAttribute("aria-valuetext", spoken(time, end, unit));
      scrubber.style.setProperty("--filled", `${(100 * time) / end}%`);
    }
    say(part(this.#root, "clock"), shown(time, end, unit));
    say(part(this.#root, "play-label"), this.#playLabel());
  }

  #playLabel(): string {
    if (this.#calm.matches) return atEnd(this.#transport) ? "Show from the start" : "Show the next step";
    if (this.#transport.playing) return "Pause";
    return atEnd(this.#transport) ? "Play again" : "Play";
  }

  /** The stage, the sentence that follows the run, and what is spoken: each as often as can be read. */
  #showSentences(now: number): void {
    const { time, end } = this.#transport;
    const stage = stageAt(this.#figure.stages, time, end);
    parts(this.#root, "stage").forEach((item, i) => item.classList.toggle("is-now", i === Math.max(stage, 0)));
    say(part(this.#root, "scale"), this.#scene?.scale(time) ?? "");
    if (now - this.#lastSentence < SENTENCE_EVERY || !this.#computed) return;
    this.#lastSentence = now;
    const sentence = fill(this.#figure.words.now, this.#measured(this.#computed), rounded(time, end));
    say(part(this.#root, "now"), sentence);
    if (now - this.#lastSpoken < SPEAK_EVERY) return;
    this.#lastSpoken = now;
    this.#speak(stage, sentence);
  }

  #speak(stage: number, sentence: string): void {
    const said = stage !== this.#spokenStage ? (this.#figure.stages[stage]?.say ?? "") : "";
    this.#spokenStage = stage;
    const scale = this.#scene?.scale(this.#transport.time);
    say(part(this.#root, "spoken"), [said, sentence, scale].filter(Boolean).join(" "));
  }

  #measured(computed: Computed): Measured {
    return { series: computed.run.series, parameters: this.#settings };
  }

  #showSettings(): void {
    for (const input of actions<HTMLInputElement>(this.#root, "parameter")) {
      const control = this.#controls.get(input.dataset.parameter ?? "");
      if (!control) continue;
      const value = this.#settings[control.parameter] ?? control.min;
      const words = `${number(value)} ${control.unit}`.trim();
      input.max = String(ladder(control).length - 1);
      const at = position(control, value);
      if (Number(input.value) !== at) input.value = String(at);
      input.setAttribute("aria-valuetext", words);
      input.style.setProperty("--filled", `${(100 * at) / Number(input.max)}%`);
      say(this.#root.querySelector(`[data-role="readout"][data-parameter="${CSS.escape(control.parameter)}"]`), words);
    }
    for (const button of actions(this.#root, "preset")) {
      const preset = this.#figure.presets[Number(button.dataset.preset)];
      const on = preset !== undefined && isPreset(this.#settings, this.#figure.parameters, preset.set);
      button.setAttribute("aria-pressed", String(on));
    }
  }

  #showTable(): void {
    const body = part(this.#root, "table-body");
    const rows = tableRows(this.#figure.panels, this.#computed!.run.series);
    const cells = [...body.querySelectorAll("th, td")];
    const texts = rows.flat();
    if (cells.length === texts.length) cells.forEach((cell, i) => say(cell, texts[i]!));
    const usual = isPreset(this.#settings, this.#figure.parameters, {});
    say(part(this.#root, "table-caption"), usual ? "The usual run" : "The run with your settings");
  }

  #tellFailure(text: string | null): void {
    part(this.#root, "failure").hidden = text === null;
    say(part(this.#root, "failure-text"), text ?? "");
    if (text !== null) this.#transport = move(this.#transport, { kind: "pause" });
  }

  /** The key of the marks, as the still has it. */
  #showKey(): void {
    const key = this.#root.querySelector(".twin-key");
    const box = part(this.#root, "key");
    const scale = document.createElement("p");
    scale.className = "figure-scale";
    scale.dataset.role = "scale";
    box.replaceChildren(scale, ...(key ? [key.cloneNode(true)] : []));
  }

  /** A fine mark on the scrubber at each stage. */
  #showTicks(): void {
    const marks = this.#figure.stages.map((stage) => {
      const mark = document.createElement("span");
      mark.style.insetInlineStart = `${(100 * stage.at) / this.#figure.run.end}%`;
      return mark;
    });
    part(this.#root, "ticks").replaceChildren(...marks);
  }
}

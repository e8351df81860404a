/**
 * A live figure. The page holds everything; this element runs the model, draws, and listens to the controls. What stands
 * beside the picture are its features, each in a file of `figure/`. A figure of data is a chart (`live-chart.ts`).
 *
 * Life: waiting (the still is shown; its controls may be used) -> the reader approaches or uses it: Plotly is loaded, the
 * model is run, the still gives way to the live figure, which does what it was asked for meanwhile -> the reader plays. It
 * pauses when it is out of sight or the page is hidden, and ends everything it began when it is taken out of the page.
 */
import { compute, computing, type Computed } from "../figure/compute.ts";
import type { FigureData, ModelFigure, Plot } from "../figure/data.ts";
import { scene, type Scene } from "../figure/scene.ts";
import { changed, isPreset, type Settings } from "../figure/settings.ts";
import { move, transport, type Action, type Transport } from "../figure/transport.ts";
import { EventRoom } from "../model/gillespie.ts";
import type { Network, Registry } from "../model/network.ts";
import { drawIn, loadPlotly, type Drawing } from "../plot.ts";
import { approached, nextTask } from "./approach.ts";
import { SHOW, type Show } from "./events.ts";
import { doseList } from "./figure/dose-list.ts";
import type { Feature, FigureHost, FigureState, MakeFeature, Predicted } from "./figure/host.ts";
import { keyboard } from "./figure/keyboard.ts";
import { listen } from "./figure/listen.ts";
import { narration } from "./figure/narration.ts";
import { numbers } from "./figure/numbers.ts";
import { linkReader } from "./figure/link-reader.ts";
import { prediction } from "./figure/prediction.ts";
import { pathwayMap } from "./figure/pathway-map.ts";
import { reading } from "./figure/reading.ts";
import { settingsPanel } from "./figure/settings-panel.ts";
import { SHARING } from "./figure/sharing.ts";
import { StillFigure } from "./figure/still-figure.ts";
import { takenLive } from "./figure/taken.ts";
import { transportBar } from "./figure/transport-bar.ts";
import type { Size } from "../view/moving.ts";
import { isCalm, MOTION } from "./motion.ts";
import { LiveChart } from "./live-chart.ts";
import { actions, json, part, parts, pressed, say } from "./parts.ts";

const FEATURES: readonly MakeFeature[] = [
  prediction, transportBar, settingsPanel, doseList, narration, numbers, pathwayMap, reading, listen, keyboard, linkReader,
  ...SHARING.map((make): MakeFeature => (host) => make(host, takenLive(host))),
];

/** So long a run is made at each frame, at least a piece of it (milliseconds): one that the reader waits for, and one that refines. */
const AWAITED = 30;
/** While a slider is held as many runs of a scan are made as so long allows, and no fewer than tell how it goes (milliseconds). */
const HELD = 3;
const REFINING = 8;
/** So long the settings must rest before a coarse run is made in full, and before words and numbers follow (milliseconds). */
const REST = 100;
/** A longer pause between two frames means that the page was asleep (seconds). */
const LONGEST_FRAME = 0.1;

/** A run that is being made, piece by piece. */
interface Work {
  readonly settings: Settings;
  readonly coarse: boolean;
  readonly pieces: Generator<void, Computed>;
}

export class Il2Figure extends HTMLElement {
  #shown: readonly { stop(): void }[] = [];

  connectedCallback(): void {
    const figure = json(this.querySelector('[data-role="data"]')?.textContent) as FigureData | null;
    if (!figure) this.#shown = [new StillFigure(this)];
    else this.#shown = figure.model === null ? [new StillFigure(this), new LiveChart(this, figure)] : [new LiveFigure(this, figure)];
  }

  disconnectedCallback(): void {
    this.#shown.forEach((each) => each.stop());
    this.#shown = [];
  }
}

class LiveFigure {
  readonly #root: HTMLElement;
  readonly #figure: ModelFigure;
  readonly #stopping = new AbortController();
  readonly #features: readonly Feature[] = [];
  #transport: Transport;
  #settings: Settings;
  #computed: Computed | null = null;
  #scene: Scene | null = null;
  readonly #others = new Map<string, Computed | null>();
  #drawings: { field: Drawing | null; curves: Drawing } | null = null;
  /** What has been drawn last; null when it has to be drawn again. */
  #drawn: { readonly scene: Scene; readonly transport: Transport } | null = null;
  #waking: Promise<void> | null = null;
  #predicted: Predicted = { waits: false, guesses: [] };
  /** Whether the settings have changed since the last run was begun, and whether more than time has since the last frame. */
  #dirty = false;
  #work: Work | null = null;
  /** Where the events of the run that is shown stand, and where those of the next are written. */
  readonly #rooms: [EventRoom, EventRoom] = [new EventRoom(), new EventRoom()];
  /** Whether a run was begun since the last frame. */
  #begun = false;
  #urgent = true;
  #resting = 0;
  /** When the last coarse run was made. */
  #made = 0;
  /** What the reader is told of a run that did not finish. */
  #failure: string | null = null;
  #frame = 0;
  #lastFrame = 0;

  constructor(root: HTMLElement, figure: ModelFigure) {
    this.#root = root;
    this.#figure = figure;
    this.#settings = { ...figure.parameters };
    this.#transport = this.#begin();
    this.#showKey();
    this.#features = FEATURES.map((make) => make(this.#host()));
    this.#tell((feature) => feature.settled?.(this.#state()));
    this.#tell((feature) => feature.awaited?.(this.#state()));
    this.#listen();
    this.#watch();
    this.#root.dataset.state = "waiting";
  }

  stop(): void {
    this.#stopping.abort();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#resting);
    this.#drawings?.field?.stop();
    this.#drawings?.curves.stop();
    this.#drawings = null;
  }

  #begin(): Transport {
    return transport(this.#figure.clock, this.#figure.stages.map((stage) => stage.at));
  }

  #host(): FigureHost {
    return {
      root: this.#root,
      figure: this.#figure,
      stopping: this.#stopping.signal,
      calm: isCalm,
      state: () => this.#state(),
      runOf: (settings) => this.#runOf(settings),
      redraw: () => this.#redraw(),
      act: (action) => this.#act(action),
      set: (set, below) => this.#set(set, below),
      predicted: (predicted) => this.#predict(predicted),
    };
  }

  #state(): FigureState {
    return {
      settings: this.#settings, transport: this.#transport, computed: this.#computed, scene: this.#scene,
      waits: this.#predicted.waits,
    };
  }

  #tell(something: (feature: Feature) => void): void {
    this.#features.forEach(something);
  }

  // --- coming to life

  /** Watches when the reader comes near and when the figure leaves the window. */
  #watch(): void {
    const { signal } = this.#stopping;
    approached(this.#root, signal, () => this.#awake());
    const seen = new IntersectionObserver((entries) => {
      if (!entries.at(-1)!.isIntersecting) this.#act({ kind: "pause" });
    });
    seen.observe(this.#root);
    signal.addEventListener("abort", () => seen.disconnect());
  }

  #awake(): void {
    this.#waking ??= this.#comeAlive();
  }

  async #comeAlive(): Promise<void> {
    try {
      const settings = this.#settings;
      const run = unhurried(computing(this.#network(), this.#figure, settings, null));
      const [plotly, computed] = await Promise.all([loadPlotly(this.#root.dataset.plotly ?? ""), run]);
      if (this.#stopping.signal.aborted) return;
      this.#dirty = settings !== this.#settings;
      this.#take(computed, settings);
      const [field] = parts(this.#root, "field").map((box) => drawIn(box, plotly));
      this.#drawings = { field: field ?? null, curves: drawIn(part(this.#root, "curves"), plotly) };
      if (!this.#dirty) this.#tell((feature) => feature.computed?.(this.#state()));
      for (const draw of [() => this.#drawField(), () => this.#drawCurves()]) {
        // What Plotly draws first takes it long; so each plot has a task of its own, while the still is shown.
        await nextTask();
        if (this.#stopping.signal.aborted) return;
        draw();
      }
      this.#root.dataset.state = "live";
      this.#enable();
      if (this.#dirty) this.#redraw();
      this.#urgent = true;
      this.#wake();
    } catch (error) {
      this.#stayStill(error);
    }
  }

  /** Without Plotly or the model the still remains, and the reader is told. */
  #stayStill(error: unknown): void {
    this.#root.dataset.state = "still";
    this.#enable();
    const reason = error instanceof Error ? error.message : String(error);
    this.#tellFailure(`This figure cannot be played here: ${reason}. The still shows its usual run.`);
  }

  // --- controls

  #listen(): void {
    const options = { signal: this.#stopping.signal };
    this.#root.addEventListener("click", (event) => this.#clicked(event), options);
    this.#root.addEventListener("input", (event) => this.#moved(event), options);
    this.#root.addEventListener("change", (event) => this.#moved(event), options);
    document.addEventListener(MOTION, () => this.#still(), options);
    document.addEventListener("visibilitychange", () => document.hidden && this.#act({ kind: "pause" }), options);
    document.addEventListener(SHOW, (event) => this.#asked((event as CustomEvent<Show>).detail), options);
  }

  #clicked(event: Event): void {
    const [action, button] = pressed(event);
    if (!button) return;
    if (action === "reset") this.#act({ kind: "reset" });
    this.#tell((feature) => feature.clicked?.(action, button));
  }

  /** A slider tells each move by `input`; a choice its last by `change`. */
  #moved(event: Event): void {
    const control = event.target as HTMLInputElement | HTMLSelectElement;
    const { action } = control.dataset;
    const slides = control instanceof HTMLInputElement && control.type === "range";
    if (!action || slides !== (event.type === "input")) return;
    this.#tell((feature) => feature.moved?.(action, control));
  }

  #act(action: Action): void {
    const before = this.#transport;
    this.#transport = move(before, action);
    if (this.#transport === before || (action.kind === "pause" && !before.playing)) return;
    this.#awake();
    this.#show();
  }

  /** Whether things may move has changed: nothing does now. */
  #still(): void {
    this.#act({ kind: "pause" });
    this.#show();
  }

  #set(set: Settings, below: Settings): void {
    this.#settings = { ...below, ...set };
    this.#dirty = true;
    this.#tell((feature) => feature.settled?.(this.#state()));
    this.#awake();
    this.#wake();
    if (this.#drawings && !this.#begun) this.#runAhead();
    this.#begun = true;
  }

  /** What a frame will show is made before it begins: that one has been asked for, so the browser begins it right behind. */
  #runAhead(): void {
    this.#compute();
    if (!this.#isDrawn()) this.#draw();
  }

  /** A prediction asks for a state of this figure. */
  #asked({ figure, set }: Show): void {
    if (figure !== this.#figure.name) return;
    const { parameters } = this.#figure;
    const fits = ([name, value]: [string, number]) => Object.hasOwn(parameters, name) && Number.isFinite(value);
    const known = Object.entries(set).filter(fits);
    this.#transport = move(this.#transport, { kind: "restart" });
    this.#set(Object.fromEntries(known), parameters);
    this.#root.scrollIntoView({ block: "nearest", behavior: isCalm() ? "instant" : "smooth" });
    actions(this.#root, "play")[0]?.focus({ preventScroll: true });
    if (!isCalm()) this.#act({ kind: "play" });
  }

  #predict(predicted: Predicted): void {
    this.#predicted = predicted;
    this.#root.toggleAttribute("data-waits", predicted.waits);
    if (this.#computed) this.#scene = scene(this.#figure, this.#computed, predicted.guesses);
    this.#enable();
    this.#show();
  }

  /** Nothing can be played while a prediction waits, nor where the figure cannot live. */
  #enable(): void {
    const ready = this.#root.dataset.state !== "still" && !this.#predicted.waits;
    for (const role of ["transport", "settings"]) {
      for (const fieldset of parts<HTMLFieldSetElement>(this.#root, role)) fieldset.disabled = !ready;
    }
  }

  // --- computing

  /** Goes on with the run of the latest settings: coarse at first, in full once they rest. */
  #compute(): void {
    try {
      if (this.#dirty && !this.#work?.coarse) this.#work = this.#workOn(true);
      if (this.#work) this.#goOn(this.#work);
    } catch (error) {
      this.#work = null;
      this.#tellFailure(`This run could not be computed: ${error instanceof Error ? error.message : String(error)}.`);
    }
  }

  #workOn(coarse: boolean): Work {
    const settings = this.#settings;
    this.#dirty = false;
    const until = performance.now() + HELD;
    const enough = coarse ? () => performance.now() > until : null;
    return { settings, coarse, pieces: computing(this.#network(), this.#figure, settings, enough, this.#rooms[1]) };
  }

  #goOn({ pieces, settings, coarse }: Work): void {
    const made = within(coarse ? AWAITED : REFINING, pieces);
    if (!made) return;
    this.#work = null;
    this.#rooms.reverse();
    this.#take(made, settings);
    if (!coarse) return this.#tellRun();
    this.#made = performance.now();
    this.#resting ||= setTimeout(() => this.#rest(), REST);
  }

  /** Takes over a run that has been made with `settings`: it is drawn at the next frame, and told once they rest. */
  #take(computed: Computed, settings: Settings): void {
    this.#computed = computed;
    if (!computed.coarse && isPreset(settings, this.#figure.parameters, {})) this.#others.set(this.#named(settings), computed);
    this.#scene = scene(this.#figure, computed, this.#predicted.guesses, this.#scene);
    this.#tellFailure(computed.failure);
  }

  /** The settings rest when for a while no run has been made. One timer for many: to begin one anew for each costs more. */
  #rest(): void {
    const left = this.#made + REST - performance.now();
    this.#resting = left > 0 ? setTimeout(() => this.#rest(), left) : 0;
    if (this.#resting || this.#dirty || this.#work) return;
    if (!this.#computed?.coarse) return this.#tellRun();
    this.#work = this.#workOn(false);
    this.#wake();
  }

  #tellRun(): void {
    this.#tell((feature) => feature.computed?.(this.#state()));
    this.#show();
  }

  #runOf(settings: Settings): Computed | null {
    const name = this.#named(settings);
    if (!this.#others.has(name)) this.#others.set(name, this.#attempt(settings));
    return this.#others.get(name)!;
  }

  #named(settings: Settings): string {
    return JSON.stringify(changed(settings, this.#figure.parameters));
  }

  #attempt(settings: Settings): Computed | null {
    try {
      return compute(this.#network(), this.#figure, settings);
    } catch {
      return null;
    }
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
    this.#urgent = true;
    if (!this.#drawings) this.#tell((feature) => feature.awaited?.(this.#state()));
    this.#redraw();
  }

  #redraw(): void {
    this.#drawn = null;
    this.#wake();
  }

  #wake(): void {
    if (this.#drawings) this.#frame ||= requestAnimationFrame((now) => this.#tick(now));
  }

  #tick(now: number): void {
    this.#frame = 0;
    this.#begun = false;
    this.#compute();
    if (this.#transport.playing) this.#advance(now);
    this.#lastFrame = this.#transport.playing ? now : 0;
    if (!this.#isDrawn()) this.#draw();
    const urgent = this.#urgent;
    this.#urgent = false;
    this.#tell((feature) => feature.shown?.(this.#state(), now, urgent));
    if (this.#transport.playing || this.#work || this.#dirty) this.#wake();
  }

  #advance(now: number): void {
    const seconds = this.#lastFrame ? Math.min((now - this.#lastFrame) / 1000, LONGEST_FRAME) : 0;
    this.#transport = move(this.#transport, { kind: "tick", seconds });
    this.#urgent ||= !this.#transport.playing;
  }

  #draw(): void {
    this.#drawField();
    this.#drawCurves();
  }

  #drawField(): void {
    const [scene, { time, playing }] = [this.#scene, this.#transport];
    const nothing = { data: [], layout: {} };
    if (scene) this.#drawings?.field?.show((size, inMotion) => scene.field(time, size, playing, inMotion) ?? nothing, "");
  }

  /** The curves and what lies over them; with these all of the scene is drawn. */
  #drawCurves(): void {
    const [scene, transport] = [this.#scene, this.#transport];
    if (!scene || !this.#drawings) return;
    const ahead = !this.#predicted.waits;
    this.#drawings.curves.show((size) => this.#over(scene.curves(transport.time, size, ahead), size), scene.axes);
    this.#drawn = { scene, transport };
  }

  #isDrawn(): boolean {
    return this.#drawn?.scene === this.#scene && this.#drawn?.transport === this.#transport;
  }

  /** The curves with what the features lay over them. */
  #over(plot: Plot, size: Size): Plot {
    return this.#features.reduce((below, feature) => feature.over?.(below, size) ?? below, plot);
  }

  #tellFailure(text: string | null): void {
    if (text !== this.#failure) {
      part(this.#root, "failure").hidden = text === null;
      say(part(this.#root, "failure-text"), text ?? "");
    }
    this.#failure = text;
    if (text === null) return;
    this.#transport = move(this.#transport, { kind: "pause" });
    this.#urgent = true;
  }

  /** The key of the marks, as the still has it. */
  #showKey(): void {
    const [box] = parts(this.#root, "key");
    if (!box) return;
    const key = this.#root.querySelector(".twin-key");
    const scale = document.createElement("p");
    scale.className = "figure-scale";
    scale.dataset.role = "scale";
    box.replaceChildren(scale, ...(key ? [key.cloneNode(true)] : []));
  }
}

/** What `pieces` make, without keeping the reader from anything. */
async function unhurried<Made>(pieces: Generator<void, Made>): Promise<Made> {
  for (;;) {
    await nextTask();
    const made = within(REFINING, pieces);
    if (made) return made;
  }
}

/** What `pieces` make, if they come to their end within so many milliseconds; the last of them may take longer. */
function within<Made>(milliseconds: number, pieces: Generator<void, Made>): Made | null {
  const end = performance.now() + milliseconds;
  for (;;) {
    const { done, value } = pieces.next();
    if (done) return value;
    if (performance.now() > end) return null;
  }
}

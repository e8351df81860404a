/**
 * What a live figure lets its features see and do. A feature is one thing that a reader can use beside the picture: the
 * transport bar, the settings, the sentences, the table. Each has a file of its own in this folder and touches only its
 * own parts of the page; `il2-figure.ts` owns the run, the clock and the picture, and lists the features.
 */
import type { Computed } from "../../figure/compute.ts";
import type { ModelFigure, Plot } from "../../figure/data.ts";
import type { Scene } from "../../figure/scene.ts";
import type { Settings } from "../../figure/settings.ts";
import type { RunOf } from "../../figure/told.ts";
import type { Action, Transport } from "../../figure/transport.ts";
import type { Guessed } from "../../view/guess.ts";
import type { Size } from "../../view/moving.ts";

/** What the predictions about a figure say. */
export interface Predicted {
  /** Whether one has to be made first: nothing can be played, and nothing of the run may be told. */
  readonly waits: boolean;
  readonly guesses: readonly Guessed[];
}

/** All that a figure shows follows from this. `computed` and `scene`: null until the figure has come to life. */
export interface FigureState {
  readonly settings: Settings;
  readonly transport: Transport;
  readonly computed: Computed | null;
  readonly scene: Scene | null;
  /** Whether a prediction has to be made first: nothing of the run may be told until then. */
  readonly waits: boolean;
}

/** A figure on its page, live or not. */
export interface Frame {
  readonly root: HTMLElement;
  /** Aborted when the figure leaves the page: whatever a feature begins, it ends by this. */
  readonly stopping: AbortSignal;
}

/** What a reader can take away of a figure as it stands. */
export interface Taken {
  /** What leads to this state, behind the address of a page. */
  hash(): string;
  /** What is not as usual, and where the figure stands: for the names of files with all numbers, and with a picture. */
  unusual(): Settings;
  moment(): Settings;
  /** The numbers, as CSV. */
  numbers(): string;
  /** Under which settings, in words; empty when there are none. */
  circumstances(): string;
}

export interface FigureHost extends Frame {
  readonly figure: ModelFigure;
  /** Whether nothing may move: asked for by the reader's system or on the page. */
  readonly calm: () => boolean;
  readonly state: () => FigureState;
  /** The run of other settings, to compare with; made once. Null when there is none. */
  readonly runOf: RunOf;
  /** Draws again at the next frame. */
  readonly redraw: () => void;
  readonly act: (action: Action) => void;
  /** Lays `set` over `below`; the run is made anew at the next frame, so that a dragged slider stays light. */
  readonly set: (set: Settings, below: Settings) => void;
  /** Locks or frees the figure, and lays guesses over its curves. */
  readonly predicted: (predicted: Predicted) => void;
}

/** All members are called by the figure, in the order in which it lists its features. */
export interface Feature {
  /** A button of the figure was pressed; `action` is its `data-action`. */
  clicked?(action: string, button: HTMLElement): void;
  /** A control of the figure was moved or chosen; `action` is its `data-action`. */
  moved?(action: string, control: HTMLInputElement | HTMLSelectElement): void;
  /** The figure does not live yet; the transport stands as it will then. */
  awaited?(state: FigureState): void;
  /** The settings have changed; the run of them is not made yet. */
  settled?(state: FigureState): void;
  /** A new run has been made, and the settings rest: what is drawn follows them at every frame, words and numbers now. */
  computed?(state: FigureState): void;
  /** The curves as they are about to be drawn in `size`; gives them with what the feature lays over them. */
  over?(plot: Plot, size: Size): Plot;
  /** A frame has been drawn at `now` (milliseconds of the page's clock). `urgent`: more than time has changed. */
  shown?(state: FigureState, now: number, urgent: boolean): void;
}

export type MakeFeature = (host: FigureHost) => Feature;

/** A feature that every figure has, live or not. */
export type MakeSharing = (frame: Frame, taken: Taken) => Feature;

/** What the build writes for one figure into its page (`il2site/figure/`), as the browser reads it. */
import type { Dose } from "../model/doses.ts";

export interface RunSettings {
  readonly end: number;
  readonly points: number;
  readonly method: "ode" | "ssa";
  readonly seed: number;
  /** Whether the mean run (ODE of the same reactions) is drawn beside a stochastic one. */
  readonly average: boolean;
  /** So many single stochastic runs, whose mean is the run. */
  readonly cells: number;
}

export interface MembraneField {
  /** The states of one antigen. */
  readonly individuals: { readonly free: string; readonly bound: readonly string[]; readonly triggered: string };
  readonly receptors: number;
}

export type CellMark = "ring" | "half" | "disc" | "square";

export interface Kind {
  readonly show: string;
  readonly label: string;
  readonly entity: string;
  readonly mark: CellMark;
}

export interface Signal {
  readonly show: string;
  readonly label: string;
  readonly entity: string;
  /** The level at which the field is full of it. */
  readonly full: number;
}

export interface PopulationField {
  readonly kinds: readonly Kind[];
  readonly signal: Signal | null;
  readonly one: string;
  readonly many: string;
}

export interface Station {
  readonly label: string;
  /** Null for one that is only named. */
  readonly show: string | null;
  readonly full: number | null;
  readonly empty: number;
  readonly scale: "linear" | "log";
}

export interface PathwayField {
  readonly stations: readonly Station[];
}

export interface Line {
  readonly show: string;
  readonly label: string;
  readonly entity: string;
  readonly dash: string;
  /** Whether single cells are drawn behind their mean. */
  readonly cells: boolean;
}

export interface Panel {
  readonly label: string;
  readonly unit: string;
  readonly scale: "linear" | "log";
  readonly range: readonly [number, number] | null;
  readonly lines: readonly Line[];
}

/** What the cursor moves along: the time of a run. */
export interface Clock {
  readonly kind: "time" | "parameter";
  readonly label: string;
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  readonly scale: "linear" | "log";
  /** So many digits behind the point the times of stages have. */
  readonly least_digits?: number;
}

/** One of the runs that are shown side by side; `set` lies above the reader's settings. */
export interface Arm {
  readonly name: string;
  readonly label: string;
  readonly set: Readonly<Record<string, number>>;
  readonly doses: readonly Dose[];
}

/** A course of doses; how many, how often and how much stands among the parameters of the figure. */
export interface Schedule {
  readonly target: string;
  readonly duration: number;
  readonly first: number;
  readonly cycle_every: number;
  readonly skip: boolean;
}

/** A parameter that is given many values, and what every run with one of them gives. */
export interface Sweep {
  readonly parameter: string;
  readonly positions: readonly number[];
  /** Into how many pieces a line between two runs is cut. */
  readonly between: number;
  /** As words have them, without braces: `total.peak`. */
  readonly measures: Readonly<Record<string, string>>;
}

export interface Control {
  readonly parameter: string;
  readonly label: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly scale: "linear" | "log";
  readonly whole: boolean;
}

export interface Stage {
  readonly at: number;
  readonly say: string;
}

export interface Trace {
  readonly meta?: { readonly entity?: string; readonly role?: string; readonly show?: string };
  /** Of a line only what lies before here has happened. */
  readonly until?: number;
  readonly [key: string]: unknown;
}

export interface Plot {
  readonly data: readonly Trace[];
  readonly layout: Readonly<Record<string, unknown>>;
}

export interface ModelFigure {
  readonly name: string;
  readonly view: "membrane" | "population" | "pathway" | "timecourse" | "schedule" | "scan";
  readonly model: string;
  readonly plots: { readonly field: Plot | null; readonly curves: Plot };
  readonly run: RunSettings;
  readonly clock: Clock;
  /** What a scan sweeps; otherwise null. */
  readonly scan: Sweep | null;
  /** The doses of a schedule; otherwise null. */
  readonly schedule: Schedule | null;
  /** How many units of the model's time are one of the figure. */
  readonly model_units: number;
  /** Null for curves alone. */
  readonly field: MembraneField | PopulationField | PathwayField | null;
  /** Empty when there is one run only. */
  readonly conditions: readonly Arm[];
  readonly panels: readonly Panel[];
  readonly controls: readonly Control[];
  readonly presets: readonly { readonly label: string; readonly set: Readonly<Record<string, number>> }[];
  readonly stages: readonly Stage[];
  readonly words: { readonly now: string; readonly summary: string; readonly changed: string | null };
  /** The usual values of all parameters. */
  readonly parameters: Readonly<Record<string, number>>;
}

export interface ChartFigure {
  readonly name: string;
  readonly view: "chart" | "timeline";
  readonly model: null;
  /** One plot for every picture of the still, in their order. */
  readonly plots: Readonly<Record<string, Plot>>;
  /** What each mark says, in a sentence. */
  readonly marks: readonly string[];
}

export type FigureData = ModelFigure | ChartFigure;

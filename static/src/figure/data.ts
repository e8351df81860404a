/** What the build writes for one figure into its page (`il2site/figure/`), as the browser reads it. */

export interface RunSettings {
  readonly end: number;
  readonly points: number;
  readonly method: "ode" | "ssa";
  readonly seed: number;
  /** Whether the mean run (ODE of the same reactions) is drawn beside a stochastic one. */
  readonly average: boolean;
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

export interface Line {
  readonly show: string;
  readonly label: string;
  readonly entity: string;
  readonly dash: string;
}

export interface Panel {
  readonly label: string;
  readonly unit: string;
  readonly scale: "linear" | "log";
  readonly range: readonly [number, number] | null;
  readonly lines: readonly Line[];
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
  readonly [key: string]: unknown;
}

export interface Plot {
  readonly data: readonly Trace[];
  readonly layout: Readonly<Record<string, unknown>>;
}

interface Common {
  readonly name: string;
  readonly plots: { readonly field: Plot | null; readonly curves: Plot };
}

export interface ModelFigure extends Common {
  readonly view: "membrane" | "population";
  readonly model: string;
  readonly run: RunSettings;
  readonly time: { readonly unit: string; readonly label: string };
  readonly field: MembraneField | PopulationField;
  readonly panels: readonly Panel[];
  readonly controls: readonly Control[];
  readonly presets: readonly { readonly label: string; readonly set: Readonly<Record<string, number>> }[];
  readonly stages: readonly Stage[];
  readonly words: { readonly now: string; readonly summary: string };
  /** Defaults of all parameters. */
  readonly parameters: Readonly<Record<string, number>>;
}

export interface ChartFigure extends Common {
  readonly view: "chart";
}

export type FigureData = ModelFigure | ChartFigure;

/** The plots of a run at any time: made once for each run, asked at each frame. Pure. */
import type { MembraneField, ModelFigure, Plot, PopulationField } from "./data.ts";
import type { Computed } from "./compute.ts";
import { membrane } from "../view/geometry.ts";
import { membraneView } from "../view/membrane.ts";
import { withGuesses, type Guessed } from "../view/guess.ts";
import { populationViews } from "../view/population.ts";
import { fittedCurves, timecourse, type Course } from "../view/timecourse.ts";
import { FIELD, membranePlot, populationPlot } from "../view/traces.ts";
import { armsOf } from "./arms.ts";
import { number } from "./format.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Scene {
  /**
   * The field; null for a figure without one. `moving`: marks on their way are shown there, not at their places.
   * `inMotion`: for `view/moving.ts`, otherwise for Plotly.
   */
  field(time: number, size: Size, moving: boolean, inMotion: boolean): Plot | null;
  /** The curves; `ahead`: whether what has not happened yet is shown. */
  curves(time: number, size: Size, ahead: boolean): Plot;
  /** What the curves are drawn on (axes and guesses), in words that differ when it does. */
  readonly axes: string;
  /** The curves before they follow the clock. */
  readonly fitted: Plot;
  /** What one mark stands for ("one mark = 10,000 cells"); empty when it stands for itself. */
  scale(time: number): string;
}

/** How long a mark is on its way, as a part of the run. */
const GLIDE = 1 / 60;

/** The scene of a run. `before`: that of a run shown a moment ago, whose axes stay while a coarse run fits into them. */
export function scene(
  figure: ModelFigure, computed: Computed, guessed: readonly Guessed[] = [], before: Scene | null = null,
): Scene {
  const { run: { series }, members, coarse } = computed;
  const average = computed.average?.series ?? null;
  const runs = average ? [series, average] : [series];
  const curves = fittedCurves(figure.plots.curves, figure.panels, runs, members, coarse ? (before?.fitted ?? null) : null);
  const fitted = withGuesses(curves, figure, series, guessed);
  return {
    ...FIELDS[figure.view](figure, computed),
    fitted,
    axes: JSON.stringify([fitted.layout, guessed.map(({ guess }) => guess)]),
    curves: curvesScene(fitted, { ...computed, series, average }),
  };
}

/** The curves at any time: all but the clock is settled once for a height. */
function curvesScene(fitted: Plot, course: Omit<Course, "height" | "ahead">): Scene["curves"] {
  const margin = fitted.layout.margin as { t?: number; b?: number } | undefined;
  let made = { height: NaN, ahead: false, at: (_time: number): Plot => fitted };
  return (time, { height }, ahead) => {
    if (made.height !== height || made.ahead !== ahead) {
      const drawn = height - (margin?.t ?? 0) - (margin?.b ?? 0);
      made = { height, ahead, at: timecourse(fitted, { ...course, ahead, height: drawn }) };
    }
    return made.at(time);
  };
}

type FieldScene = Pick<Scene, "field" | "scale">;

const FIELDS: Readonly<Record<ModelFigure["view"], (figure: ModelFigure, computed: Computed) => FieldScene>> = {
  membrane: membraneScene,
  population: populationScene,
  pathway: withoutField,
  timecourse: withoutField,
  schedule: withoutField,
  scan: withoutField,
};

function withoutField(): FieldScene {
  return { field: () => null, scale: () => "" };
}

function membraneScene(figure: ModelFigure, computed: Computed): FieldScene {
  const field = figure.field as MembraneField;
  const marks = membraneView(field, computed.antigens);
  const glide = figure.run.end * GLIDE;
  const { spacing } = membrane(field.receptors);
  const base = figure.plots.field;
  return {
    field: (time, { width }, moving, inMotion) =>
      base && membranePlot(base, marks(time, moving ? glide : 0), spacing, width / FIELD, inMotion),
    scale: () => "",
  };
}

function populationScene(figure: ModelFigure, computed: Computed): FieldScene {
  const field = figure.field as PopulationField;
  const arms = armsOf(figure);
  const views = populationViews(field, computed.run.series, arms);
  const marks = (time: number, spell: number) => views.map((view) => view.marks(time, spell));
  const spell = 1.5 * figure.run.end * GLIDE;
  const base = figure.plots.field;
  return {
    field: (time, { width }, moving) =>
      base && populationPlot(base, field, arms, marks(time, moving ? spell : 0), width / (arms.length * FIELD)),
    scale: (time) => {
      const scale = views[0]!.scale(time);
      return `one mark = ${number(scale)} ${scale === 1 ? field.one : field.many}`;
    },
  };
}

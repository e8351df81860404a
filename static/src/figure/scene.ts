/** The plots of a run at any time: made once for each run, asked at each frame. Pure. */
import type { MembraneField, ModelFigure, Plot, PopulationField } from "./data.ts";
import type { Computed } from "./compute.ts";
import { membrane } from "../view/geometry.ts";
import { membraneView } from "../view/membrane.ts";
import { populationView } from "../view/population.ts";
import { fittedCurves, timecourse } from "../view/timecourse.ts";
import { FIELD, membranePlot, populationPlot } from "../view/traces.ts";
import { number } from "./format.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Scene {
  /** The field; null for a figure without one. `moving`: marks on their way are shown there, not at their places. */
  field(time: number, size: Size, moving: boolean): Plot | null;
  /** The curves; `ahead`: whether what has not happened yet is shown. */
  curves(time: number, size: Size, ahead: boolean): Plot;
  /** What one mark stands for ("one mark = 10,000 cells"); empty when it stands for itself. */
  scale(time: number): string;
}

/** How long a mark is on its way, as a part of the run. */
const GLIDE = 1 / 60;

export function scene(figure: ModelFigure, computed: Computed): Scene {
  const { series } = computed.run;
  const average = computed.average?.series ?? null;
  const fitted = fittedCurves(figure.plots.curves, figure.panels, series, average);
  const margin = fitted.layout.margin as { t?: number; b?: number } | undefined;
  const shown = figure.view === "membrane" ? membraneScene(figure, computed) : populationScene(figure, computed);
  return {
    ...shown,
    curves: (time, { height }, ahead) =>
      timecourse(fitted, { series, average, time, ahead, height: height - (margin?.t ?? 0) - (margin?.b ?? 0) }),
  };
}

function membraneScene(figure: ModelFigure, computed: Computed): Pick<Scene, "field" | "scale"> {
  const field = figure.field as MembraneField;
  const marks = membraneView(field, computed.individuals);
  const glide = figure.run.end * GLIDE;
  const { spacing } = membrane(field.receptors);
  const base = figure.plots.field;
  return {
    field: (time, { width }, moving) =>
      base && membranePlot(base, marks(time, moving ? glide : 0), spacing, width / FIELD),
    scale: () => "",
  };
}

function populationScene(figure: ModelFigure, computed: Computed): Pick<Scene, "field" | "scale"> {
  const field = figure.field as PopulationField;
  const marks = populationView(field, computed.run.series);
  const spell = 1.5 * figure.run.end * GLIDE;
  const base = figure.plots.field;
  return {
    field: (time, { width }, moving) =>
      base && populationPlot(base, field, marks(time, moving ? spell : 0), width / FIELD),
    scale: (time) => {
      const { scale } = marks(time, 0);
      return `one mark = ${number(scale)} ${scale === 1 ? field.one : field.many}`;
    },
  };
}

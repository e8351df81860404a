/**
 * For test_figure_held.py: how far what a held slider shows lies from what it shows at rest.
 * Usage: `node held.ts model.js figure.json`, the script of the model and the data of the figure as its page has them;
 * prints the largest distance of a line, in parts of its axis, over the ends and the middle of every slider, and where; and
 * how often axes change while a slider is drawn from end to end in MOVES moves, at most, and which.
 */

import { readFileSync } from "node:fs";

import { compute, computing, type Computed } from "../../static/src/figure/compute.ts";
import type { ModelFigure } from "../../static/src/figure/data.ts";
import { scene, type Scene } from "../../static/src/figure/scene.ts";
import { ladder, type Settings } from "../../static/src/figure/settings.ts";
import type { Series } from "../../static/src/model/simulate.ts";
import { axisKey, share, type ValueAxis } from "../../static/src/view/axis.ts";
import { fittedCurves } from "../../static/src/view/timecourse.ts";
import { load } from "./printed.ts";

const MOVES = 24;

/** The lines that follow an equation; those of single random events are the same at rest. */
function smooth(figure: ModelFigure, { run, average }: Computed): Series | null {
  return figure.run.method === "ode" ? run.series : (average?.series ?? null);
}

function finished(pieces: Generator<void, Computed>): Computed {
  for (;;) {
    const { done, value } = pieces.next();
    if (done) return value;
  }
}

const [script = "", data = ""] = process.argv.slice(2);
const network = load(script);
const figure = JSON.parse(readFileSync(data, "utf8")) as ModelFigure;
let [worst, where] = [0, ""];
let [redrawn, by] = [0, ""];
const coarse = (settings: Settings): Computed => finished(computing(network, figure, settings, () => true));
for (const control of figure.controls) {
  const rungs = ladder(control);
  for (const value of [rungs[0]!, rungs[rungs.length >> 1]!, rungs.at(-1)!]) {
    const settings = { ...figure.parameters, [control.parameter]: value };
    // The held one first: a scan remembers the runs that it has made in full.
    const [held, whole] = [coarse(settings), compute(network, figure, settings)];
    const [rough, exact] = [smooth(figure, held), smooth(figure, whole)];
    if (!rough || !exact) continue;
    const { layout } = fittedCurves(figure.plots.curves, figure.panels, [whole.run.series, exact], whole.members);
    figure.panels.forEach((panel, place) => panel.lines.forEach(({ show }) => {
      const axis = layout[axisKey(place)] as ValueAxis;
      exact.columns[show]?.forEach((y, i) => {
        const apart = Math.abs(share(axis, y) - share(axis, rough.columns[show]?.[i] ?? Infinity));
        if (apart > worst) [worst, where] = [apart, `${show} at ${exact.times[i]} with ${control.parameter} = ${value}`];
      });
    }));
  }
}
for (const control of figure.controls) {
  const rungs = ladder(control);
  let [last, times]: [Scene | null, number] = [null, 0];
  for (let i = 0; i <= MOVES; i++) {
    const value = rungs[Math.round((i / MOVES) * (rungs.length - 1))]!;
    const next: Scene = scene(figure, coarse({ ...figure.parameters, [control.parameter]: value }), [], last);
    if (last && next.axes !== last.axes) times++;
    last = next;
  }
  if (times > redrawn) [redrawn, by] = [times, control.parameter];
}
console.log(JSON.stringify({ worst, where, redrawn, by }));

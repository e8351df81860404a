/**
 * The runs of a figure: one for each condition, of one cell or of many, with the doses of its schedule. The mirror of
 * `il2site/figure/play.py`. Pure.
 */
import type { Dose } from "../model/doses.ts";
import type { EventRoom } from "../model/gillespie.ts";
import type { Network } from "../model/network.ts";
import { run, type Outcome, type Run } from "../model/simulate.ts";
import { armsOf, joinedRun } from "./arms.ts";
import type { Arm, ModelFigure } from "./data.ts";
import { doses, given, GIVEN } from "./schedule.ts";
import type { Settings } from "./settings.ts";

/** How the runs of a figure are made; `relative`, `room`: as of a run (`RunOptions`). */
export interface Making {
  readonly method: "ode" | "ssa";
  readonly cells: number;
  readonly relative?: number;
  readonly room?: EventRoom;
}

/** One run for each of the first `cells`, of all conditions as one; what a condition sets lies above the reader's settings. */
export function* playing(
  network: Network, figure: ModelFigure, settings: Settings, { cells, ...making }: Making,
): Generator<void, Run[]> {
  const arms = armsOf(figure);
  const scheduled = figure.schedule ? doses(figure.schedule, settings) : [];
  const one = (arm: Arm, seed: number): Run => runOf(network, figure, settings, { arm, scheduled, seed, ...making });
  const made: Run[] = [];
  for (let i = 0; i < cells; i++) {
    if (i > 0) yield;
    const run = joinedRun(arms, arms.map((arm) => one(arm, figure.run.seed + i)));
    made.push(figure.schedule ? withDoses(run, scheduled) : run);
  }
  return made;
}

/** Those of the settings that are parameters of the model. */
export function ownOf(network: Network, settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => network.parameters.includes(name)));
}

interface One extends Omit<Making, "cells"> {
  readonly arm: Arm;
  readonly scheduled: readonly Dose[];
  readonly seed: number;
}

function runOf(network: Network, figure: ModelFigure, settings: Settings, { arm, scheduled, ...how }: One): Run {
  const { run: { end, points }, model_units: unit } = figure;
  const timed = [...scheduled, ...arm.doses].map((dose) => ({ ...dose, time: dose.time * unit, duration: dose.duration * unit }));
  const set = { ...ownOf(network, settings), ...arm.set };
  return inUnit(run(network, { set, end: end * unit, points, doses: timed, ...how }), unit);
}

/** The run with its times in a unit that is `unit` times that of the model. */
function inUnit(made: Run, unit: number): Run {
  if (unit === 1) return made;
  const outcome: Outcome = made.outcome.kind === "finished" ? made.outcome : { ...made.outcome, at: made.outcome.at / unit };
  return { ...made, series: { ...made.series, times: made.series.times.map((time) => time / unit) }, outcome };
}

function withDoses(made: Run, scheduled: readonly Dose[]): Run {
  const { times, columns } = made.series;
  return { ...made, series: { times, columns: { ...columns, [GIVEN]: given(scheduled, times) } } };
}

/**
 * From settings to a run: everything that a figure shows follows from what is made here. Pure.
 *
 * It is made in pieces, between which a page can answer its reader. What needs many runs can be made of a part of them
 * first: coarse, but soon enough to follow a finger.
 */
import type { EventRoom } from "../model/gillespie.ts";
import { follow, type Followed } from "../model/individuals.ts";
import type { Network } from "../model/network.ts";
import { run, type Outcome, type Run, type RunOptions, type Series } from "../model/simulate.ts";
import type { Arm, Clock, MembraneField, ModelFigure, Sweep } from "./data.ts";
import { armsOf, joined } from "./arms.ts";
import { number } from "./format.ts";
import { ownOf, playing } from "./play.ts";
import { meanRun } from "./mean.ts";
import { filledIn, refined, scanning, sweptOf, together, type Scanned, type Swept } from "./scan.ts";
import { doses } from "./schedule.ts";
import type { Settings } from "./settings.ts";
import type { Measured } from "./words.ts";

export interface Computed {
  /** The runs of all conditions as one; of many cells their mean. */
  readonly run: Run;
  /** Single cells; empty when there is one run only. */
  readonly members: readonly Series[];
  /** When doses of the schedule are given, as long as the figure lasts. */
  readonly doses: readonly number[];
  /** What the table shows. */
  readonly rows: Series;
  /** What words can name. */
  readonly measured: Measured;
  /** The mean run beside a stochastic one. */
  readonly average: Run | null;
  /** Single antigens of a membrane; none for other views. */
  readonly antigens: Followed;
  /** What to tell the reader when the run did not finish. */
  readonly failure: string | null;
  /** Whether it was made of a part of the runs that it needs. */
  readonly coarse: boolean;
}

/**
 * Of a coarse figure one cell in so many is made, and the steps of a run may be wrong by such a part of each state: those
 * of a scan, of which only a few numbers are shown, by more. At 21 places of each slider of the course a line is then off
 * by at most 0.4 % of its axis (that of the tumour that comes back, where it is steepest, by 6 %), a scan by the 3 % that
 * lie between its few runs.
 */
const COARSE = 4;
const SMOOTH = 1e-4;
const SEEN = 3e-2;

const NOBODY: Followed = { until: () => [], at: () => ({ states: [], returns: [] }) };

/** Says whether what has been made is enough for now; asked between runs. */
export type Enough = () => boolean;

/** The run of `figure` with `settings`. Throws only for what the build should have refused (a name that is unknown). */
export function compute(network: Network, figure: ModelFigure, settings: Settings): Computed {
  return finished(computing(network, figure, settings, null));
}

/**
 * The same, piece by piece. With `enough` it is coarse: of a part of its runs, if it needs many. `room`: where the events of
 * single antigens are written; what was computed there before can be followed no more.
 */
export function computing(
  network: Network, figure: ModelFigure, settings: Settings, enough: Enough | null, room?: EventRoom,
): Generator<void, Computed> {
  if (figure.scan) return scan(network, figure, figure.scan, settings, enough);
  return course(network, figure, settings, enough !== null, figure.view === "membrane" ? room : undefined);
}

function finished<Made>(pieces: Generator<void, Made>): Made {
  let next = pieces.next();
  while (!next.done) next = pieces.next();
  return next.value;
}

function* course(
  network: Network, figure: ModelFigure, settings: Settings, coarse: boolean, room?: EventRoom,
): Generator<void, Computed> {
  const { method, seed } = figure.run;
  const all = method === "ssa" ? (figure.run.cells ?? 1) : 1;
  const some = coarse ? Math.ceil(all / COARSE) : all;
  const rough = coarse && { relative: SMOOTH };
  const cells = yield* playing(network, figure, settings, { method, cells: some, ...rough, ...(room && { room }) });
  const made = meanRun(cells);
  const hasAverage = figure.run.average && method === "ssa";
  const average = hasAverage ? yield* playing(network, figure, settings, { method: "ode", cells: 1, ...rough }) : [];
  const states = figure.view === "membrane" ? statesOfOne(figure.field as MembraneField) : [];
  return {
    run: made,
    members: cells.length > 1 ? cells.map(({ series }) => series) : [],
    doses: figure.schedule ? doses(figure.schedule, settings).map(({ time }) => time).filter((time) => time <= figure.run.end) : [],
    rows: made.series,
    measured: { series: made.series, parameters: parameters(figure, settings), timeUnit: figure.clock.unit, clock: "time" },
    average: average[0] ?? null,
    antigens: states.length > 0 && made.events ? follow(network, made, states, seed) : NOBODY,
    failure: failure(made.outcome, figure.clock),
    coarse: coarse && (some < all || method === "ode" || hasAverage),
  };
}

function* scan(
  network: Network, figure: ModelFigure, sweep: Sweep, settings: Settings, enough: Enough | null,
): Generator<void, Computed> {
  const log = figure.clock.scale === "log";
  const own = ownOf(network, settings);
  const arms = armsOf(figure);
  const runs = new Map(arms.map((arm) => {
    const whose = (relative: number): string => JSON.stringify([figure.name, arm.name, relative, { ...own, [sweep.parameter]: 0, ...arm.set }]);
    return [arm, { exact: knownRuns(network, whose(0)), seen: knownRuns(network, whose(SEEN)) }];
  }));
  const swept = (set: Settings, arm: Arm): Swept => {
    const { exact, seen } = runs.get(arm)!;
    const at = set[sweep.parameter]!;
    const known = exact.runs.get(at) ?? (enough ? seen.runs.get(at) : undefined);
    if (known) return known;
    const options = { ...runOptions(figure), doses: arm.doses, ...(enough && { relative: SEEN }) };
    const made = sweptOf(sweep, run(network, { set: { ...own, ...set, ...arm.set }, ...options }));
    (enough ? seen : exact).runs.set(at, made);
    return made;
  };
  const parts: Part[] = [];
  const part = (scanned: Scanned): Part => {
    const rows = enough ? filledIn(scanned.series, sweep.positions, log) : scanned.series;
    return { scanned, rows, fine: refined(rows, sweep.between, log) };
  };
  if (!enough) parts.push(part(yield* scanning(sweep, arms, swept, null)));
  else for (const arm of arms) {
    const { exact } = runs.get(arm)!;
    const isKnown = exact.runs.size >= sweep.positions.length;
    const made = (isKnown && exact.whole) || part(yield* scanning(sweep, [arm], swept, isKnown ? null : enough));
    if (isKnown) exact.whole = made;
    parts.push(made);
  }
  const [rows, fine] = [together(parts.map((one) => one.rows)), together(parts.map((one) => one.fine))];
  const { outcome, at } = (parts.find(({ scanned }) => scanned.outcome.kind !== "finished") ?? parts[0]!).scanned;
  return {
    run: { series: fine, events: null, outcome },
    members: [],
    doses: [],
    rows,
    measured: { series: fine, parameters: parameters(figure, settings), timeUnit: "", clock: "x" },
    average: null,
    antigens: NOBODY,
    failure: failure(outcome.kind === "finished" ? outcome : { ...outcome, at }, figure.clock),
    coarse: enough !== null,
  };
}

function runOptions({ run: { end, points, seed } }: ModelFigure): Omit<RunOptions, "set"> {
  return { end, points, method: "ode", seed };
}

/** A scan of some conditions, at its positions and in between. */
interface Part {
  readonly scanned: Scanned;
  readonly rows: Series;
  readonly fine: Series;
}

/** The runs of a sweep of one condition, by what is swept; and all of them as a scan, once that was asked for. */
interface Known {
  readonly runs: Map<number, Swept>;
  whole: Part | null;
}

/** What sweeps have given lately, by all that their runs have in common: a slider leaves some conditions as they were. */
const lately = new WeakMap<Network, Map<string, Known>>();
const MOST_SWEEPS = 50;

/** What is known of a sweep; of those that were not asked for lately all is forgotten. */
function knownRuns(network: Network, whose: string): Known {
  const all = lately.get(network) ?? new Map<string, Known>();
  lately.set(network, all);
  const mine = all.get(whose) ?? { runs: new Map<number, Swept>(), whole: null };
  all.delete(whose);
  all.set(whose, mine);
  if (all.size > MOST_SWEEPS) all.delete(all.keys().next().value!);
  return mine;
}

/** The settings, and those of each condition under its name. */
function parameters(figure: ModelFigure, settings: Settings): Settings {
  const arms = armsOf(figure);
  return { ...settings, ...joined(arms, arms.map(({ set }) => ({ ...settings, ...set }))) };
}

/** The states of one antigen in order: free, held step by step, triggered. */
function statesOfOne({ individuals: { free, bound, triggered } }: MembraneField): string[] {
  return [free, ...bound, triggered];
}

function failure(outcome: Outcome, clock: Clock): string | null {
  if (outcome.kind === "finished") return null;
  const at = `${number(outcome.at)} ${clock.unit}`.trimEnd();
  if (outcome.kind === "too many steps") {
    return `With these settings the model takes too long to compute; it was stopped at ${at}.`;
  }
  return `With these settings the model has no answer after ${at}.`;
}

/**
 * A crowd of cells with a signal between them: which marks are where at a time. Pure.
 *
 * A new mark leaves its parent (the mark of half its number) for its own place; a mark that dies shrinks where it is.
 * When the scale changes, ten marks become one or one becomes ten. All of it follows from the time alone.
 */
import { address } from "../figure/arms.ts";
import type { Arm, PopulationField } from "../figure/data.ts";
import { indexAt } from "../figure/words.ts";
import type { Series } from "../model/simulate.ts";
import { between, crowd, ease, kindsOf, markRadius, signalCount, spots, sunflower } from "./geometry.ts";
import type { Crowd, Point } from "./geometry.ts";

export interface CellSpot {
  readonly at: Point;
  readonly radius: number;
  /** Which of `field.kinds`. */
  readonly kind: number;
  readonly dying: boolean;
}

export interface PopulationMarks {
  readonly cells: readonly CellSpot[];
  readonly signal: readonly Point[];
}

export interface PopulationView {
  /** `spell` is how long a change takes to be seen, in model time; 0 shows it as done. */
  marks(time: number, spell: number): PopulationMarks;
  /** How many cells one mark stands for. */
  scale(time: number): number;
}

/** One view for each arm. One mark stands for as many cells in all of them. */
export function populationViews(field: PopulationField, series: Series, arms: readonly Arm[]): PopulationView[] {
  const columns = arms.map((arm) => field.kinds.map((kind) => columnOf(series, address(kind.show, arm))));
  const values = (arm: number, k: number): number[] => columns[arm]!.map((column) => column[k]!);
  const scale = (k: number): number => Math.max(...arms.map((_, arm) => crowd(values(arm, k)).scale));
  return arms.map((arm, i) => {
    const signal = field.signal && series.columns[address(field.signal.show, arm)];
    return populationView(field, { times: series.times, crowd: madeOnce((k) => crowd(values(i, k), scale(k))) }, signal ?? null);
  });
}

function columnOf({ times, columns }: Series, name: string): Float64Array {
  return columns[name] ?? new Float64Array(times.length);
}

/** What is made of a number, when it is asked for the first time. */
function madeOnce<Made>(make: (k: number) => Made): (k: number) => Made {
  const known: Made[] = [];
  return (k) => (known[k] ??= make(k));
}

/** The crowd at each grid point of a run. */
interface Crowds {
  readonly times: Float64Array;
  readonly crowd: (k: number) => Crowd;
}

function populationView(field: PopulationField, crowds: Crowds, signal: Float64Array | null): PopulationView {
  const { times, crowd } = crowds;
  return {
    marks(time, spell) {
      if (times.length === 0) return { cells: [], signal: [] };
      const k = indexAt(times, time);
      const count = field.signal && signal ? signalCount(signal[k]!, field.signal.full) : 0;
      return { cells: cellsNow({ ...crowds, spell }, k, time), signal: spots().slice(0, count) };
    },
    scale: (time) => (times.length === 0 ? 1 : crowd(indexAt(times, time)).scale),
  };
}

interface History extends Crowds {
  readonly spell: number;
}

function cellsNow(history: History, k: number, time: number): CellSpot[] {
  const { crowd, times, spell } = history;
  const first = recent(history, k, time);
  const now = crowd(k);
  if (first > 0 && crowd(first - 1).scale !== now.scale) {
    const share = ease(time - times[first]!, spell);
    if (share < 1) return rescaled(crowd(first - 1), now, share);
  }
  return grown(history, first, k, time);
}

/** The first grid point after which all changes are still being shown and the scale is that of `k`. */
function recent({ crowd, times, spell }: History, k: number, time: number): number {
  let first = k;
  while (first > 0 && times[first - 1]! > time - spell && crowd(first - 1).scale === crowd(k).scale) first--;
  return first;
}

/** The marks of `k`, with those that came or went since `first` on their way. */
function grown(history: History, first: number, k: number, time: number): CellSpot[] {
  const now = history.crowd(k);
  const radius = markRadius(now.scale);
  const since = changes(history, first, k);
  const left = (i: number): number => ease(time - (since.get(i) ?? -Infinity), history.spell);
  const kinds = kindsOf(now);
  const cells = kinds.map((kind, i): CellSpot => (
    { at: between(sunflower(i >> 1), sunflower(i), left(i)), radius, kind, dying: false }));
  return [...cells, ...leaving(history, first, k, (i) => 1 - left(i))];
}

/** When each mark last came or went, for those that did between the grid points `first` and `k`. */
function changes({ crowd, times }: Crowds, first: number, k: number): Map<number, number> {
  const since = new Map<number, number>();
  for (let j = Math.max(first, 1); j <= k; j++) {
    const [before, after] = [crowd(j - 1), crowd(j)];
    if (before.scale !== after.scale) continue;
    const [fewer, more] = [Math.min(before.total, after.total), Math.max(before.total, after.total)];
    for (let i = fewer; i < more; i++) since.set(i, times[j]!);
  }
  return since;
}

/** Marks that stood in the fullest recent crowd and are no more, with what is left of their size. */
function leaving({ crowd }: Crowds, first: number, k: number, left: (i: number) => number): CellSpot[] {
  const now = crowd(k);
  let fullest = now;
  for (let j = Math.max(first - 1, 0); j < k; j++) {
    if (crowd(j).scale === now.scale && crowd(j).total > fullest.total) fullest = crowd(j);
  }
  const kinds = kindsOf(fullest);
  const gone: CellSpot[] = [];
  for (let i = now.total; i < fullest.total; i++) {
    const radius = markRadius(fullest.scale) * left(i);
    if (radius > 0) gone.push({ at: sunflower(i), radius, kind: kinds[i]!, dying: true });
  }
  return gone;
}

/** Between two scales: the many marks gather in the few, or come out of them, as `share` goes from 0 to 1. */
function rescaled(before: Crowd, after: Crowd, share: number): CellSpot[] {
  const ratio = Math.max(before.scale, after.scale) / Math.min(before.scale, after.scale);
  const coarser = after.scale > before.scale;
  const parent = (i: number): Point => sunflower(Math.floor(i / ratio));
  const old = kindsOf(before).map((kind, i): CellSpot => {
    const at = coarser ? between(sunflower(i), parent(i), share) : sunflower(i);
    return { at, radius: markRadius(before.scale) * (1 - share), kind, dying: false };
  });
  const fresh = kindsOf(after).map((kind, i): CellSpot => {
    const at = coarser ? sunflower(i) : between(parent(i), sunflower(i), share);
    return { at, radius: markRadius(after.scale) * share, kind, dying: false };
  });
  return [...old, ...fresh];
}

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
  const scales = Array.from(series.times, (_, k) => Math.max(...arms.map((_, arm) => crowd(values(arm, k)).scale)));
  return arms.map((arm, i) => {
    const signal = field.signal && series.columns[address(field.signal.show, arm)];
    return populationView(field, series.times, scales.map((scale, k) => crowd(values(i, k), scale)), signal ?? null);
  });
}

function columnOf({ times, columns }: Series, name: string): Float64Array {
  return columns[name] ?? new Float64Array(times.length);
}

function populationView(
  field: PopulationField, times: Float64Array, crowds: readonly Crowd[], signal: Float64Array | null,
): PopulationView {
  return {
    marks(time, spell) {
      if (crowds.length === 0) return { cells: [], signal: [] };
      const k = indexAt(times, time);
      const count = field.signal && signal ? signalCount(signal[k]!, field.signal.full) : 0;
      return { cells: cellsNow({ crowds, times, spell }, k, time), signal: spots().slice(0, count) };
    },
    scale: (time) => crowds[indexAt(times, time)]?.scale ?? 1,
  };
}

interface History {
  readonly crowds: readonly Crowd[];
  readonly times: Float64Array;
  readonly spell: number;
}

function cellsNow(history: History, k: number, time: number): CellSpot[] {
  const first = recent(history, k, time);
  const now = history.crowds[k]!;
  if (first > 0 && history.crowds[first - 1]!.scale !== now.scale) {
    const share = ease(time - history.times[first]!, history.spell);
    if (share < 1) return rescaled(history.crowds[first - 1]!, now, share);
  }
  return grown(history, first, k, time);
}

/** The first grid point after which all changes are still being shown and the scale is that of `k`. */
function recent({ crowds, times, spell }: History, k: number, time: number): number {
  let first = k;
  while (first > 0 && crowds[first - 1]!.scale === crowds[k]!.scale && times[first - 1]! > time - spell) first--;
  return first;
}

/** The marks of `k`, with those that came or went since `first` on their way. */
function grown({ crowds, times, spell }: History, first: number, k: number, time: number): CellSpot[] {
  const now = crowds[k]!;
  const radius = markRadius(now.scale);
  const since = changes(crowds, times, first, k);
  const kinds = kindsOf(now);
  const cells = kinds.map((kind, i): CellSpot => {
    const share = ease(time - (since.get(i) ?? -Infinity), spell);
    return { at: between(sunflower(i >> 1), sunflower(i), share), radius, kind, dying: false };
  });
  return [...cells, ...leaving(crowds, first, k, (i) => 1 - ease(time - (since.get(i) ?? -Infinity), spell))];
}

/** When each mark last came or went, for those that did between the grid points `first` and `k`. */
function changes(crowds: readonly Crowd[], times: Float64Array, first: number, k: number): Map<number, number> {
  const since = new Map<number, number>();
  for (let j = Math.max(first, 1); j <= k; j++) {
    const [before, after] = [crowds[j - 1]!.total, crowds[j]!.total];
    if (crowds[j - 1]!.scale !== crowds[j]!.scale) continue;
    for (let i = Math.min(before, after); i < Math.max(before, after); i++) since.set(i, times[j]!);
  }
  return since;
}

/** Marks that stood in the fullest recent crowd and are no more, with what is left of their size. */
function leaving(crowds: readonly Crowd[], first: number, k: number, left: (i: number) => number): CellSpot[] {
  const past = crowds.slice(Math.max(first - 1, 0), k).filter((c) => c.scale === crowds[k]!.scale);
  const fullest = past.reduce((most, c) => (c.total > most.total ? c : most), crowds[k]!);
  const kinds = kindsOf(fullest);
  const gone: CellSpot[] = [];
  for (let i = crowds[k]!.total; i < fullest.total; i++) {
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

/**
 * Where the marks of a field stand: the mirror of `il2site/figure/geometry.py`, so that the live figure looks like the
 * still. Field units: centre (0, 0), x to the right, y downwards, patch radius 150, the field is -160…160 both ways.
 */
export type Point = readonly [x: number, y: number];

const GOLDEN_ANGLE = 2.399963229728653;
const SUNFLOWER = 9.9;
const MOST_MARKS = 200;
const MOST_SPOTS = 70;
const LATTICE_RADIUS = 142;

/** A number in (0, 1) that looks random and depends only on `purpose` and `index`. */
export function unit(purpose: number, index: number): number {
  const seed = (Math.imul(purpose, 0x9e3779b1) + Math.imul(index, 0x85ebca6b) + 0x27d4eb2f) | 0;
  return (mix(seed) + 0.5) / 4294967296;
}

/** Scrambles 32 bits (the finaliser of splitmix32). */
function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}

/** A round patch of membrane: `spacing` of its lattice, `places` of receptors, `order` in which antigens take them. */
export interface Membrane {
  readonly spacing: number;
  readonly places: readonly Point[];
  readonly order: readonly number[];
}

const patches = new Map<number, Membrane>();

/** A patch with `receptors` places in a jittered hexagonal lattice, the nearest to the centre first; made once. */
export function membrane(receptors: number): Membrane {
  if (!patches.has(receptors)) patches.set(receptors, makeMembrane(receptors));
  return patches.get(receptors)!;
}

function makeMembrane(receptors: number): Membrane {
  const spacing = Math.sqrt((2 * Math.PI * LATTICE_RADIUS ** 2) / (Math.sqrt(3) * receptors));
  const nearest = lattice(spacing).sort((a, b) => a[0] ** 2 + a[1] ** 2 - b[0] ** 2 - b[1] ** 2).slice(0, receptors);
  const places = nearest.map((point, k) => jittered(point, k, spacing));
  const order = places.map((_, k) => k).sort((a, b) => unit(3, a) - unit(3, b));
  return { spacing, places, order };
}

function lattice(spacing: number): Point[] {
  const reach = Math.ceil((2 * LATTICE_RADIUS) / spacing);
  const points: Point[] = [];
  for (let q = -reach; q <= reach; q++) {
    for (let r = -reach; r <= reach; r++) {
      points.push([spacing * (q + r / 2 + 0.11), spacing * ((Math.sqrt(3) / 2) * r + 0.07)]);
    }
  }
  return points;
}

function jittered([x, y]: Point, index: number, spacing: number): Point {
  return [x + 0.22 * spacing * (unit(1, index) - 0.5), y + 0.22 * spacing * (unit(2, index) - 0.5)];
}

/** Where `antigen` (of `antigens`) is held for the `binding`-th time, counted from 0; no two share a place. */
export function home(patch: Membrane, antigen: number, antigens: number, binding: number): Point {
  const choices = Math.max(Math.floor(patch.places.length / Math.max(antigens, 1)), 1);
  const turn = (binding + Math.floor(unit(4, antigen) * choices)) % choices;
  return patch.places[patch.order[(antigen + antigens * turn) % patch.order.length]!]!;
}

/** Where `antigen` waits, free, before it is held for the `binding`-th time: between three receptors. */
export function beside(patch: Membrane, antigen: number, antigens: number, binding: number): Point {
  const [x, y] = home(patch, antigen, antigens, binding);
  const turn = ((30 + 60 * Math.floor(6 * unit(5, antigen * 1009 + binding))) * Math.PI) / 180;
  const reach = patch.spacing / Math.sqrt(3);
  return [x + reach * Math.cos(turn), y + reach * Math.sin(turn)];
}

/** Cells as marks: one mark stands for `scale` cells; `counts[j]` marks show kind j. */
export interface Crowd {
  readonly scale: number;
  readonly counts: readonly number[];
  readonly total: number;
}

/**
 * The marks of a population with `values[j]` cells of kind j (negative values count as none). One mark stands for
 * `least` cells, or for more if there are too many.
 */
export function crowd(values: readonly number[], least = 1): Crowd {
  const amounts = values.map((value) => Math.max(value, 0));
  const scale = Math.max(least, scaleOf(amounts.reduce((sum, value) => sum + value, 0)));
  const counts = amounts.map((value) => Math.floor(value / scale + 0.5));
  return { scale, counts, total: counts.reduce((sum, count) => sum + count, 0) };
}

/** The smallest power of ten that shows `total` cells with at most 200 marks: 174 -> 1, 1.74e6 -> 10000. */
export function scaleOf(total: number): number {
  let scale = 1;
  while (total / scale > MOST_MARKS && scale < 1e300) scale *= 10;
  return scale;
}

/** A bigger mark stands for more cells. */
export function markRadius(scale: number): number {
  return 3.5 + 0.7 * Math.min(Math.round(Math.log10(scale)), 5);
}

/** The place of mark `index` (from 0) in a sunflower head, from the centre outwards. */
export function sunflower(index: number): Point {
  const radius = SUNFLOWER * Math.sqrt(index + 0.5);
  return [radius * Math.cos(index * GOLDEN_ANGLE), radius * Math.sin(index * GOLDEN_ANGLE)];
}

/** The kind of each mark: kinds fill the marks in the order of `unit(6, i)`, so that they stand mixed. */
export function kindsOf({ counts, total }: Crowd): number[] {
  const ranked = mixed(total);
  const kinds = new Array<number>(total);
  let rank = 0;
  counts.forEach((count, kind) => {
    for (let k = 0; k < count; k++) kinds[ranked[rank++]!] = kind;
  });
  return kinds;
}

const orders = new Map<number, readonly number[]>();

/** The numbers below `total` in the order of `unit(6, i)`; made once. */
function mixed(total: number): readonly number[] {
  if (!orders.has(total)) {
    orders.set(total, Array.from({ length: total }, (_, i) => i).sort((a, b) => unit(6, a) - unit(6, b)));
  }
  return orders.get(total)!;
}

/** How many of `spots()` show a signal of `value`; at `full` and above all of them. */
export function signalCount(value: number, full: number): number {
  return Math.floor(MOST_SPOTS * Math.min(1, Math.max(0, value / full)) + 0.5);
}

let known: readonly Point[] | null = null;

/** Up to 70 places between the marks of the fullest crowd, none near another. */
export function spots(): readonly Point[] {
  return (known ??= findSpots());
}

function findSpots(): Point[] {
  const marks = Array.from({ length: MOST_MARKS }, (_, i) => sunflower(i));
  const kept: Point[] = [];
  for (let j = 0; j < 20000 && kept.length < MOST_SPOTS; j++) {
    const radius = 148 * Math.sqrt(unit(7, j));
    const turn = 2 * Math.PI * unit(8, j);
    const point: Point = [radius * Math.cos(turn), radius * Math.sin(turn)];
    if (clear(point, marks, 8.6) && clear(point, kept, 7)) kept.push(point);
  }
  return kept;
}

function clear([x, y]: Point, others: readonly Point[], gap: number): boolean {
  return others.every(([ox, oy]) => (x - ox) ** 2 + (y - oy) ** 2 >= gap * gap);
}

/** `wanted` heights (downwards) moved apart to at least `gap`, in the same order, inside `low`…`high` if they fit. */
export function spread(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]!);
  const placed = [...wanted];
  let floor = low;
  for (const i of order) {
    placed[i] = floor = Math.max(placed[i]!, floor);
    floor += gap;
  }
  let ceiling = high;
  for (const i of order.reverse()) {
    placed[i] = ceiling = Math.min(placed[i]!, ceiling);
    ceiling -= gap;
  }
  return placed;
}

/** How far a move of a length has come after a time, from 0 to 1, slow at both ends; 1 when it takes no time. */
export function ease(since: number, length: number): number {
  if (since >= length) return 1;
  const x = Math.max(since / length, 0);
  return x * x * (3 - 2 * x);
}

export function between([ax, ay]: Point, [bx, by]: Point, share: number): Point {
  return [ax * (1 - share) + bx * share, ay * (1 - share) + by * share];
}

/** Marks of a field as traces: the plot that the build made, with the marks of this moment. Pure. */
import { address } from "../figure/arms.ts";
import type { Arm, Plot, PopulationField, Trace } from "../figure/data.ts";
import type { Point } from "./geometry.ts";
import type { MembraneMarks } from "./membrane.ts";
import { DIAMOND, STAR, star, type Rings } from "./moving.ts";
import type { PopulationMarks } from "./population.ts";

/** Width of a field in its own units: what a pixel is worth follows from the drawn width. */
export const FIELD = 320;
/** Of the spacing of the lattice: the outer radius of a star that is full-grown, and the radius of a ring. */
const BURST = 0.46;
const RING = 0.36;

/**
 * The patch at a moment; `spacing` of its lattice in field units, `zoom` in pixels for a field unit. `inMotion`: for
 * `moving.ts`, which knows rings and stars; otherwise for Plotly, as lines.
 */
export function membranePlot(base: Plot, marks: MembraneMarks, spacing: number, zoom: number, inMotion: boolean): Plot {
  const role = (name: string): Trace[] => base.data.filter((trace) => trace.meta?.role === name);
  const dots = [...marks.held, ...marks.triggered.filter((burst) => burst.size > 0.5)];
  const begun = marks.held.filter(({ share }) => share > 0);
  const data = [
    ...role("receptor").map((trace) => marked(trace, null, 0.4 * spacing * zoom, { line: { width: 1.2 * zoom } })),
    ...role("free").map((trace) => marked(trace, marks.free, 0.22 * spacing * zoom)),
    ...role("triggered").map((trace) => (inMotion ? stars(trace, marks, spacing * zoom) : outlined(trace, marks, spacing))),
    ...role("progress").map((trace) => ({
      ...trace, line: { width: 0.1 * spacing * zoom },
      ...(inMotion ? { rings: ringsOf(begun, RING * spacing * zoom) } : path(begun.map(({ at, share }) => arc(at, RING * spacing, share)))),
    })),
    ...role("bound").map((trace) => marked(trace, dots, 0.3 * spacing * zoom, { line: { width: zoom } })),
  ];
  return { data, layout: base.layout };
}

function ringsOf(held: MembraneMarks["held"], radius: number): Rings {
  return { at: held.map(({ at }) => at), share: held.map(({ share }) => share), radius };
}

function stars(trace: Trace, { triggered }: MembraneMarks, width: number): Trace {
  const size = triggered.map((burst) => 2 * BURST * width * burst.size);
  return marked(trace, triggered, size, { symbol: STAR, line: { width: 0 } });
}

function outlined(trace: Trace, { triggered }: MembraneMarks, spacing: number): Trace {
  return { ...outlines(trace), ...path(triggered.map(({ at: [x, y], size }) =>
    star(BURST * size * spacing).map(([across, down]): Point => [x + across, y + down]))) };
}

/** The crowds of all arms at a moment, one dish beside the other. */
export function populationPlot(
  base: Plot, field: PopulationField, arms: readonly Arm[], marks: readonly PopulationMarks[], zoom: number,
): Plot {
  const data = arms.flatMap((arm, i) =>
    dish(base, field, arm, marks[i]!, zoom).map((trace) => ({ ...trace, x: (trace.x as number[]).map((x) => x + i * FIELD) })));
  return { data, layout: base.layout };
}

function dish(base: Plot, field: PopulationField, arm: Arm, marks: PopulationMarks, zoom: number): Trace[] {
  const shows = (trace: Trace, show: string | undefined): boolean => trace.meta?.show === address(show ?? "", arm);
  const all = [field.signal, ...field.kinds];
  const mine = base.data.filter((trace) => all.some((each) => each && shows(trace, each.show)));
  return mine.map((trace) => {
    if (trace.meta?.role === "signal") return marked(trace, marks.signal.map((at) => ({ at })), (6.4 / DIAMOND) * zoom);
    const kind = field.kinds.findIndex(({ show }) => shows(trace, show));
    const shape = field.kinds[kind]?.mark;
    const cells = marks.cells.filter((cell) => cell.kind === kind);
    const ring = shape === "ring" || shape === "half";
    const drawn = (radius: number): number => (ring ? radius - 0.9 : shape === "square" ? 0.86 * radius : radius);
    const size = cells.map((cell) => 2 * zoom * Math.max(drawn(cell.radius), 0.2));
    return marked(trace, cells, size, ring ? { line: { width: 1.8 * zoom } } : {});
  });
}

function marked(trace: Trace, at: readonly { at: Point }[] | null, size: number | number[], more: object = {}): Trace {
  const places = at && { x: at.map((mark) => mark.at[0]), y: at.map((mark) => mark.at[1]) };
  return { ...trace, ...places, marker: { ...(trace.marker as object), size, ...more } };
}

/** A trace of filled outlines in place of one of markers. */
function outlines(trace: Trace): Trace {
  const { marker: _, ...rest } = trace;
  return { ...rest, mode: "lines", fill: "toself", line: { width: 0 } };
}

/** Several lines as one, with gaps between them. */
function path(lines: readonly Point[][]): { x: (number | null)[]; y: (number | null)[] } {
  const x: (number | null)[] = [];
  const y: (number | null)[] = [];
  for (const line of lines) {
    for (const point of line) x.push(point[0]), y.push(point[1]);
    x.push(null), y.push(null);
  }
  return { x, y };
}

/** The part `share` of a ring, from 12 o'clock clockwise. */
function arc([x, y]: Point, radius: number, share: number): Point[] {
  const pieces = Math.max(Math.ceil(20 * share), 1);
  return Array.from({ length: pieces + 1 }, (_, i) => {
    const turn = (2 * Math.PI * share * i) / pieces;
    return [x + radius * Math.sin(turn), y - radius * Math.cos(turn)];
  });
}

/**
 * A patch of membrane with single antigens: where each is at a time, and what it shows. Pure.
 *
 * Marks move smoothly between the places of `geometry.ts`, and how far they have come follows from the time of their
 * last event alone, so that scrubbing and playing show the same picture.
 */
import type { MembraneField } from "../figure/data.ts";
import type { Followed, Individual, Standing } from "../model/individuals.ts";
import { beside, between, ease, home, membrane, type Membrane, type Point } from "./geometry.ts";

/** A mark at a place; `size` is its share of the full size, `share` the filled part of a progress ring. */
export interface Free {
  readonly at: Point;
}
export interface Held extends Free {
  readonly share: number;
}
export interface Triggered extends Free {
  readonly size: number;
}

export interface MembraneMarks {
  readonly free: readonly Free[];
  readonly held: readonly Held[];
  readonly triggered: readonly Triggered[];
}

/** One antigen: its events, and at each event how often it had been held before and when the present grip began. */
interface Antigen extends Individual {
  readonly number: number;
  readonly grips: Int32Array;
  readonly gripStart: Int32Array;
}

export type MembraneView = (time: number, glide: number) => MembraneMarks;

/**
 * A function from time to marks. `glide`: how long a mark is on its way, in model time; 0 shows all in place. What became
 * of the antigens is asked for when more than one picture of them is: a slider that is held makes a run anew at each move.
 */
export function membraneView(field: MembraneField, antigens: Followed): MembraneView {
  const patch = membrane(field.receptors);
  const steps = field.individuals.bound.length;
  let [until, first] = [-1, NaN];
  let all: Antigen[] = [];
  return (time, glide) => {
    const marks: Writable = { free: [], held: [], triggered: [] };
    if (glide === 0 && until < 0 && (Number.isNaN(first) || time === first)) {
      first = time;
      placeStanding(patch, steps, antigens.at(time), marks);
      return marks;
    }
    if (time > until) {
      until = Math.max(time, 2 * until);
      all = antigens.until(until).map(withGrips);
    }
    const scene: Scene = { patch, total: all.length, steps, glide };
    for (const antigen of all) place(scene, antigen, time, marks);
    return marks;
  };
}

/** All antigens at rest. */
function placeStanding(patch: Membrane, steps: number, { states, returns }: Standing, marks: Writable): void {
  states.forEach((state, number) => {
    if (state < 0) return;
    const at = (state > 0 ? home : beside)(patch, number, states.length, returns[number]!);
    if (state === 0) marks.free.push({ at });
    else if (state > steps) marks.triggered.push({ at, size: 1 });
    else marks.held.push({ at, share: (state - 1) / steps });
  });
}

interface Scene {
  readonly patch: Membrane;
  readonly total: number;
  readonly steps: number;
  readonly glide: number;
}
interface Writable extends MembraneMarks {
  free: Free[];
  held: Held[];
  triggered: Triggered[];
}

function withGrips({ times, states }: Individual, number: number): Antigen {
  const grips = new Int32Array(states.length);
  const gripStart = new Int32Array(states.length);
  let begun = 0;
  for (let k = 0; k < states.length; k++) {
    const held = states[k]! > 0;
    const fresh = held && (k === 0 || states[k - 1]! <= 0);
    if (fresh) begun++;
    grips[k] = held ? begun - 1 : begun;
    gripStart[k] = fresh || !held ? k : gripStart[k - 1]!;
  }
  return { times, states, number, grips, gripStart };
}

function place(scene: Scene, antigen: Antigen, time: number, marks: Writable): void {
  const k = lastEvent(antigen, time);
  const state = k < 0 ? -1 : antigen.states[k]!;
  if (state < 0) return;
  const at = position(scene, antigen, k, time, 3);
  const since = ease(time - antigen.times[k]!, scene.glide / 2);
  if (state === 0) {
    marks.free.push({ at });
    collapse(scene, antigen, k, since, marks);
  } else if (state > scene.steps) {
    marks.triggered.push({ at, size: k === 0 ? 1 : since });
    if (since < 1 && k > 0) marks.held.push({ at, share: 1 - since });
  } else {
    marks.held.push({ at, share: (state - 1 - (state > 1 && k > 0 ? 1 - since : 0)) / scene.steps });
  }
}

/** The burst of a receptor that has just let go shrinks where it was. */
function collapse(scene: Scene, antigen: Antigen, k: number, since: number, marks: Writable): void {
  if (k === 0 || since >= 1 || antigen.states[k - 1]! <= scene.steps) return;
  marks.triggered.push({ at: settled(scene, antigen, k - 1), size: 1 - since });
}

/** Where an antigen is while event `k` is its last: on the way from where that event found it to its settled place. */
function position(scene: Scene, antigen: Antigen, k: number, time: number, depth: number): Point {
  const from = antigen.states[k]! > 0 ? antigen.gripStart[k]! : k;
  const goal = settled(scene, antigen, k);
  const share = ease(time - antigen.times[from]!, scene.glide);
  if (share >= 1 || from === 0 || antigen.states[from - 1]! < 0) return goal;
  const start =
    depth > 0 ? position(scene, antigen, from - 1, antigen.times[from]!, depth - 1) : settled(scene, antigen, from - 1);
  return between(start, goal, share);
}

function settled({ patch, total }: Scene, antigen: Antigen, k: number): Point {
  const where = antigen.states[k]! > 0 ? home : beside;
  return where(patch, antigen.number, total, antigen.grips[k]!);
}

/** The index of the last event at or before `time`; -1 when there is none. */
function lastEvent({ times }: Individual, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

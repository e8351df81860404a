/**
 * Who is who: a stochastic run counts molecules, a picture shows single ones. Members of a state behave alike, so
 * naming one of them at random at each event gives single histories with exactly the right probabilities.
 */

import type { Jump } from "./gillespie.ts";
import type { Change, Network } from "./network.ts";
import { sfc32 } from "./random.ts";
import { doubled } from "./row.ts";
import type { Run } from "./simulate.ts";

/** State of an individual that is no more. */
export const GONE = -1;

/** One individual: from `times[i]` on it is in the state numbered `states[i]` (place in the list given, or `GONE`). */
export interface Individual {
  readonly times: Float64Array;
  readonly states: Int32Array;
}

/** All individuals at one time, in the order of `individuals`. */
export interface Standing {
  /** The state of each, as in an `Individual`. */
  readonly states: readonly number[];
  /** How often each has come back to the first state (or to none) from another. */
  readonly returns: readonly number[];
}

/**
 * The individuals of a stochastic run. `states`: the states in which one individual can be, e.g. L, C0, C1, C2, C3 for
 * an antigen that is free or has been held for so many steps. `seed`: that of the run; the choice of individuals has
 * random numbers of its own (seed + 1). Those present at time 0 come first, in the order of `states`.
 *
 * The first state an event empties leads to the first state it fills, and so on; what is left over is born or gone, as
 * is what doses and events of the network add or take. What comes after the time `until` is left out.
 * @throws Error when a state is unknown or the run is not stochastic.
 */
export function individuals(
  network: Network, run: Run, states: readonly string[], seed: number, until = Infinity,
): Individual[] {
  const diary = new Diary();
  replay(network, run, states, seed, until, (time, individual, state) => diary.note(time, individual, state));
  return diary.histories();
}

/** The same individuals at the time `at` alone, which is known sooner than what became of them. */
export function standing(network: Network, run: Run, names: readonly string[], seed: number, at: number): Standing {
  const [states, returns]: [number[], number[]] = [[], []];
  replay(network, run, names, seed, at, (_, individual, state) => {
    if (individual === states.length) states.push(GONE), returns.push(0);
    else if (state <= 0 && states[individual]! > 0) returns[individual]!++;
    states[individual] = state;
  });
  return { states, returns };
}

/** The individuals of one run: what became of each until a time, or where each stands `at` a time. */
export interface Followed {
  until(time: number): readonly Individual[];
  at(time: number): Standing;
}

/** `individuals` and `standing` of a run, to be asked for when they are needed. */
export function follow(network: Network, run: Run, states: readonly string[], seed: number): Followed {
  return {
    until: (time) => individuals(network, run, states, seed, time),
    at: (time) => standing(network, run, states, seed, time),
  };
}

/** From `time` on an individual is in a state. */
type Note = (time: number, individual: number, state: number) => void;

function replay(network: Network, run: Run, states: readonly string[], seed: number, until: number, note: Note): void {
  if (run.events === null) throw new Error(`${network.name}: only a stochastic run has individuals`);
  const followed = indicesOf(network, states);
  const moves = (network.change ?? []).map((change) => movesOf(change, followed));
  const { times, reactions, jumps } = run.events;
  const crowd = new Crowd(states.length, sfc32(seed + 1), note);
  states.forEach((state, s) => crowd.populate(s, run.series.columns[state]?.[0] ?? 0));
  let jump = 0;
  for (let i = 0; i <= times.length; i++) {
    for (; jumps[jump]?.after === i && jumps[jump]!.time <= until; jump++) crowd.jump(jumps[jump]!, followed);
    if (!(times[i]! <= until)) break;
    const made = moves[reactions[i]!]!;
    for (let k = 0; k < made.length; k++) crowd.move(times[i]!, made[k]![0], made[k]![1]);
  }
}

/** The state of an individual at time `t`; `GONE` before its birth as well. */
export function stateAt(individual: Individual, t: number): number {
  let low = 0;
  let high = individual.times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (individual.times[middle]! <= t) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? GONE : individual.states[low - 1]!;
}

function indicesOf(network: Network, states: readonly string[]): number[] {
  return states.map((state) => {
    const index = network.states.indexOf(state);
    if (index < 0) throw new Error(`${network.name} has no state "${state}"; it has ${network.states.join(", ")}`);
    return index;
  });
}

/** The moves of individuals in one event: `[from, to]`, places in the list of followed states or `GONE`. */
function movesOf(change: Change, followed: readonly number[]): [number, number][] {
  const emptied = repeated(change, followed, -1);
  const filled = repeated(change, followed, 1);
  const length = Math.max(emptied.length, filled.length);
  return Array.from({ length }, (_, i) => [emptied[i] ?? GONE, filled[i] ?? GONE]);
}

/** Each followed state as many times as the event changes it in the direction of `sign`. */
function repeated(change: Change, followed: readonly number[], sign: number): number[] {
  return change.flatMap(([state, amount]) => {
    const place = followed.indexOf(state);
    return place < 0 || amount * sign <= 0 ? [] : Array<number>(Math.abs(amount)).fill(place);
  });
}

/** Everybody, by state. */
class Crowd {
  private readonly members: number[][];
  private readonly uniform: () => number;
  private readonly note: Note;
  private size = 0;

  constructor(states: number, uniform: () => number, note: Note) {
    this.members = Array.from({ length: states }, () => []);
    [this.uniform, this.note] = [uniform, note];
  }

  populate(state: number, count: number): void {
    for (let i = 0; i < count; i++) this.enter(0, this.size++, state);
  }

  move(time: number, from: number, to: number): void {
    const individual = from === GONE ? this.size++ : this.leave(from);
    this.enter(time, individual, to);
  }

  jump({ time, state, amount }: Jump, followed: readonly number[]): void {
    const place = followed.indexOf(state);
    if (place < 0) return;
    for (let i = 0; i < Math.abs(amount); i++) this.move(time, amount > 0 ? GONE : place, amount > 0 ? place : GONE);
  }

  private enter(time: number, individual: number, state: number): void {
    if (state !== GONE) this.members[state]!.push(individual);
    this.note(time, individual, state);
  }

  /** Takes a random member out of a state. */
  private leave(state: number): number {
    const members = this.members[state]!;
    const place = Math.floor(this.uniform() * members.length);
    const individual = members[place]!;
    members[place] = members[members.length - 1]!;
    members.pop();
    return individual;
  }
}

/** The growing record of who went where: in plain columns, because there are many. */
class Diary {
  private who: Int32Array = new Int32Array(4096);
  private when: Float64Array = new Float64Array(4096);
  private where: Int32Array = new Int32Array(4096);
  private written = 0;
  private size = 0;

  note(time: number, individual: number, state: number): void {
    if (this.written === this.who.length) this.grow();
    this.size = Math.max(this.size, individual + 1);
    this.who[this.written] = individual;
    this.when[this.written] = time;
    this.where[this.written++] = state;
  }

  private grow(): void {
    [this.who, this.when, this.where] = [doubled(this.who), doubled(this.when), doubled(this.where)];
  }

  /** The record sorted by individual; within each the order of time is kept. */
  histories(): Individual[] {
    const { who, when, where, written } = this;
    const lengths = new Int32Array(this.size);
    for (let i = 0; i < written; i++) lengths[who[i]!]!++;
    const all = Array.from(lengths, (n) => ({ times: new Float64Array(n), states: new Int32Array(n) }));
    const filled = new Int32Array(this.size);
    for (let i = 0; i < written; i++) {
      const place = filled[who[i]!]!++;
      all[who[i]!]!.times[place] = when[i]!;
      all[who[i]!]!.states[place] = where[i]!;
    }
    return all;
  }
}

/**
 * Single random reaction events: the direct method of D. T. Gillespie (J Phys Chem 1977;81:2340).
 * Exact for rates that depend on the state, and on time by jumps (modes, doses, events); a rate that changes smoothly
 * with time is taken as it is at the last event.
 */

import { Schedule } from "./doses.ts";
import { EventQueue } from "./events.ts";
import { differ, firstFlip, ON_THE_DOT } from "./flip.ts";
import type { Network, Path, Values } from "./network.ts";
import { drawsOf, sfc32, type Draws } from "./random.ts";
import { doubled } from "./row.ts";
import { finite } from "./system.ts";
import type { Outcome, Task } from "./task.ts";

/** What doses and events of the network changed: `amount` is added to a state after so many reactions. */
export interface Jump {
  readonly time: number;
  readonly after: number;
  readonly state: number;
  readonly amount: number;
}

/** What happened when: `reactions[i]` is the number of the reaction at `times[i]`. */
export interface Events {
  readonly times: Float64Array;
  readonly reactions: Int32Array;
  readonly jumps: readonly Jump[];
}

/** The longest wait after which it is looked whether a mode has changed, as a part of the run. */
const LONGEST_WAIT = 1 / 500;

/**
 * Runs of one network, each to the last of the times or until the budget of reactions is spent. Calls `keep` at each of
 * the times in turn, with the state just after the last event at or before it. Writes what happens into `log`, if any.
 *
 * Amounts of states that reactions change are rounded to whole molecules, halves up: at the start, and whenever a dose
 * or an event of the network has changed them. A negative rate ends the run as "not a number": it is no probability (a
 * reversible reaction has to be written as two).
 * @throws Error when the network or the doses allow no stochastic run.
 */
export class DirectMethod {
  private readonly network: Network;
  private readonly p: Values;
  private readonly task: Task;
  private readonly log: EventLog | null;
  private readonly keep: (y: Values) => void;
  private readonly end: number;
  private readonly changes: Changes;
  private readonly y: Values;
  private readonly v: Values;
  private readonly before: Values;
  private readonly m: Values;
  private readonly modes: Values;
  private schedule: Schedule;
  private queue: EventQueue;
  private t = 0;
  private kept = 0;
  /** When `keep` has to be called next. */
  private due = 0;

  constructor(network: Network, p: Values, task: Task, log: EventLog | null, keep: (y: Values) => void) {
    const row = (length: number): Values => new Float64Array(length);
    [this.network, this.p, this.task, this.log, this.keep] = [network, p, task, log, keep];
    this.end = task.times[task.times.length - 1]!;
    this.changes = changesOf(network);
    [this.y, this.before] = [row(network.states.length), row(network.states.length)];
    [this.m, this.modes, this.v] = [row(network.modes), row(network.modes), row(network.reactions.length)];
    this.schedule = new Schedule(network, task.doses, p);
    this.queue = new EventQueue(network, p, () => 0);
    if (this.schedule.infuses) throw new Error(`${network.name}: a stochastic run cannot infuse into a state`);
  }

  private start(seed: number): void {
    const { network, p, task } = this;
    network.initial(p, this.y);
    this.round();
    this.schedule = new Schedule(network, task.doses, p);
    this.queue = new EventQueue(network, p, sfc32(~seed), () => this.round());
    [this.t, this.kept, this.due] = [0, 0, task.times[0]!];
  }

  run(seed: number): Outcome {
    const draws = drawsOf(seed);
    this.start(seed);
    const { network, y, v, p, end, task, log } = this;
    const { firsts, states, amounts } = this.changes;
    const watched = network.modes > 0;
    let stopped = this.jump(0);
    let limit = this.limit();
    for (let spent = 0; stopped === null && this.t < end; spent++) {
      if (network.walk && log !== null) {
        const before = log.length;
        const beyond = this.walk(log, limit, task.budget - spent, draws);
        spent += log.length - before;
        if (beyond) {
          stopped = this.jump(limit);
          limit = this.limit();
          continue;
        }
        if (!(this.t < end)) break;
      }
      network.rates(this.t, y, p, v);
      const total = added(v);
      if (!(total < Infinity)) return this.stop("not a number");
      let next = Infinity;
      let reaction = -1;
      if (total > 0) {
        const drawn = draws.next();
        next = this.t - draws.waits[drawn]! / total;
        reaction = choose(v, draws.shares[drawn]! * total);
      }
      const flip = watched ? this.flip(Math.min(next, limit)) : Infinity;
      const first = Math.min(flip, limit);
      if (spent >= task.budget && Math.min(first, next) < end) return this.stop("too many steps");
      if (flip <= next || limit < next) {
        stopped = this.jump(first);
        limit = this.limit();
        continue;
      }
      if (this.due < next) this.keepBefore(next);
      this.t = next;
      for (let c = firsts[reaction]!; c < firsts[reaction + 1]!; c++) y[states[c]!]! += amounts[c]!;
      if (log !== null) log.add(next, reaction);
      if (watched && this.flipped(next)) {
        stopped = this.jump(next);
        limit = this.limit();
      }
    }
    if (stopped !== null) return stopped;
    this.keepBefore(Infinity);
    return { kind: "finished" };
  }

  /** As many as `most` reactions, as long as nothing else happens; whether the next one comes after `until`. */
  private walk(log: EventLog, until: number, most: number, draws: Draws): boolean {
    const path = log.path(this.t, this.due, Math.min(most, draws.ready - draws.drawn));
    const beyond = this.network.walk!(path, draws, until, this.y, this.p, this.keepUntil);
    [this.t, log.length] = [path.t, path.length];
    return beyond;
  }

  private stop(kind: "not a number" | "too many steps"): Outcome {
    while (this.due <= this.t) this.keepNext();
    return { kind, at: this.t };
  }

  private limit(): number {
    return Math.min(this.end, this.schedule.next, this.queue.next);
  }

  /** Goes to `t` without a reaction; doses, modes and events as they are then. */
  private jump(t: number): Outcome | null {
    const { y, m, before } = this;
    this.keepBefore(t - ON_THE_DOT * t);
    this.t = t;
    before.set(y);
    if (this.schedule.apply(t, y, this.p)) this.round();
    this.network.mode(t, y, this.p, m);
    const stopped = this.queue.settle(t, y, m);
    if (stopped) return stopped;
    if (!finite(y) && !this.task.raw) return { kind: "not a number", at: t };
    this.log?.jump(t, before, y);
    return null;
  }

  /** When the modes first differ from those held, if nothing reacts until `to`; Infinity when they do not. */
  private flip(to: number): number {
    for (let low = this.t; low < to; ) {
      const high = Math.min(to, low + LONGEST_WAIT * this.end);
      if (this.flipped(high)) return firstFlip((t) => this.flipped(t), low, high, this.end);
      low = high;
    }
    return Infinity;
  }

  private flipped(t: number): boolean {
    this.network.mode(t, this.y, this.p, this.modes);
    return differ(this.modes, this.m);
  }

  private round(): void {
    const { y, changes } = this;
    for (const state of changes.whole) y[state] = Math.floor(y[state]! + 0.5);
  }

  private keepBefore(t: number): void {
    while (this.due < t) this.keepNext();
  }

  private readonly keepUntil = (next: number): number => {
    this.keepBefore(next);
    return this.due;
  };

  private keepNext(): void {
    this.keep(this.y);
    this.due = this.task.times[++this.kept] ?? Infinity;
  }
}

/** The changes of all reactions in one piece: reaction j has the places `firsts[j]` … `firsts[j + 1] − 1`. */
interface Changes {
  readonly firsts: Int32Array;
  readonly states: Int32Array;
  readonly amounts: Float64Array;
  /** The states that some reaction changes. */
  readonly whole: readonly number[];
}

function changesOf({ name, change }: Network): Changes {
  if (change === null) throw new Error(`${name}: no stochastic run, because something changes by no whole number, or by a rate rule`);
  const all = change.flat();
  const firsts = Int32Array.from([0, ...change], () => 0);
  change.forEach((each, j) => (firsts[j + 1] = firsts[j]! + each.length));
  return {
    firsts,
    states: Int32Array.from(all, ([state]) => state),
    amounts: Float64Array.from(all, ([, amount]) => amount),
    whole: [...new Set(all.map(([state]) => state))],
  };
}

/** Puts the sum of all rates up to each in its place; the total, which is not a number when a rate is negative or none. */
function added(v: Values): number {
  let total = 0;
  for (let j = 0; j < v.length; j++) {
    const rate = v[j]!;
    if (!(rate >= 0)) return NaN;
    v[j] = total += rate;
  }
  return total;
}

/** The first reaction up to which the rates sum to more than `share`, which lies between 0 and the `sums` of all. */
function choose(sums: Values, share: number): number {
  for (let j = 0; j < sums.length; j++) if (sums[j]! > share) return j;
  // Only for a share rounded up to the sum itself.
  return sums.indexOf(sums[sums.length - 1]!);
}

/** Where a run writes its events. It grows by doubling, and keeps what it has grown to for the next run that writes there. */
export class EventRoom {
  times: Float64Array = new Float64Array(1024);
  reactions: Int32Array = new Int32Array(1024);

  grow(): void {
    [this.times, this.reactions] = [doubled(this.times), doubled(this.reactions)];
  }
}

/** For all runs that have no room of their own, because only one is made at a time. */
const SHARED = new EventRoom();

/**
 * The events of one run. In a room of its own they stand until the next run is written there; otherwise they are copied
 * when they are asked for, which has to be before the next run begins.
 */
export class EventLog {
  length = 0;
  private readonly jumps: Jump[] = [];
  private readonly room: EventRoom;

  constructor(room: EventRoom = SHARED) {
    this.room = room;
  }

  add(time: number, reaction: number): void {
    if (this.length === this.room.times.length) this.room.grow();
    this.room.times[this.length] = time;
    this.room.reactions[this.length++] = reaction;
  }

  /** For `walk` of a network: from here on, for so many reactions if there is room. */
  path(t: number, due: number, most: number): Path {
    const { times, reactions } = this.room;
    return { t, due, length: this.length, room: Math.min(times.length, this.length + most), times, reactions };
  }

  jump(time: number, before: Values, y: Values): void {
    for (let state = 0; state < y.length; state++) {
      const amount = y[state]! - before[state]!;
      if (amount !== 0) this.jumps.push({ time, after: this.length, state, amount });
    }
  }

  events(): Events {
    const { room, length, jumps } = this;
    const [times, reactions] = [room.times.subarray(0, length), room.reactions.subarray(0, length)];
    return room === SHARED ? { times: times.slice(), reactions: reactions.slice(), jumps } : { times, reactions, jumps };
  }
}

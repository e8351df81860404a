/**
 * Deterministic run of a network, stiff or not: steps of Rodas5P (see rodas.ts) as long as the error allows; of an
 * explicit method (see explicit.ts) for more than `MOST_DENSE` states, where a matrix of all by all is too large.
 *
 * The error of each state is held below `relative` times its value, plus a trace of the largest value it has had so far,
 * so that molar concentrations and cell numbers are treated alike and no unit has to be known. Not more than a trace:
 * what is left of a tumour or of an antigen decides what follows, and its error is multiplied when one cell grows to ten
 * billion. A state that forgets has more leeway: IL-2 that is made and cleared within an hour follows the cells that make
 * it, whatever it was before.
 *
 * Steps end exactly where something jumps: at the edges of doses, where events are due, and where a mode of the network
 * changes, which is looked for in every step and found by bisection on its continuous output.
 */

import { Schedule } from "./doses.ts";
import { EventQueue } from "./events.ts";
import { ExplicitStep } from "./explicit.ts";
import { differ, firstFlip, ON_THE_DOT } from "./flip.ts";
import type { Network, Values } from "./network.ts";
import { sfc32 } from "./random.ts";
import { RodasStep } from "./rodas.ts";
import type { Step } from "./rodas.ts";
import { finite, System } from "./system.ts";
import type { Outcome, Task } from "./task.ts";

/** Keeps every model of this site within a few parts in 100,000 of the largest value, at the ends of all ranges too. */
export const RELATIVE = 5e-6;
const TIGHTEST = 1e-13;
export const MOST_DENSE = 300;
/** Rounding error of a step, in parts of what flows into and out of a state during it. */
const ROUNDING = 1e-14;
/**
 * A state that forgets its errors within a step need only be known to so many tolerances: they do not add up. So much is
 * given to one that moves by a tenth (`MOVES`) or more, less to one that hardly moves, and to none so much that it passes
 * more than one tolerance on to another.
 */
const FORGIVEN = 10;
const MOVES = 10;
/**
 * A state need not be known better than to the tolerance times this part of its largest value, unless it may grow by itself
 * from what is left: then its tolerance rises below that only by this power, to a hundredth at a value of 1e-36.
 */
const TRACE = 2e-10;
const FAINT = 1 / 8;
/** A state this close to zero, in the same parts, counts as zero when it is asked whether it may turn negative. */
const ZERO = 1e-6;
/** Less than any amount of anything, in whatever unit. */
export const NOTHING = 1e-40;
/** The first step, and the longest, as parts of the whole run: a pulse of a rate must not be stepped over. */
const FIRST_STEP = 1e-6;
const LONGEST_STEP = 1 / 100;
/**
 * The longest step where no rate depends on time by itself: what is to come then announces itself in the states. A run that
 * need not be so exact takes longer ones, as it does of all steps; of a rough one no step is too long.
 */
const LONGEST_FREE = 1 / 20;
/** A step too short to care about, as a part of the whole run. */
const INSTANT = 1e-13;
/** The tolerance of the scout, and the most steps it tries. */
const COARSE = 0.03;
const SCOUTING = 500;
/** A run that need not be more exact than this is rough: it scouts by a single step, and begins with one so long. */
const ROUGH = 1e-4;
const BOLD_START = 1e-5;
/** In a rough run a state that does not grow by itself has so much more leeway: its errors are not multiplied. */
const LEEWAY = 10;
/** How many times longer than by its error alone a step of a rough run may become, by what the last one has taught. */
const LEARNED = 2;
/** How often the modes are compared: so many times in the whole run, and in a step, its end included. */
const LOOKS = 400;
const LEAST_LOOKS = 2;

/**
 * Runs to the last of the times, changing `p` where doses do, and calling `keep` with the state at each of them in
 * turn, as far as the run comes. At the time of a jump that is the state after it. The array given to `keep` is reused;
 * it may be changed. `seed` decides between events of equal priority.
 */
export function solve(network: Network, p: Values, task: Task, seed: number, keep: (y: Values) => void): Outcome {
  return new Integration(network, p, task, seed, keep).run();
}

class Integration {
  private readonly network: Network;
  private readonly p: Values;
  private readonly task: Task;
  private readonly keep: (y: Values) => void;
  private readonly end: number;
  private readonly relative: number;
  private readonly longest: number;
  private readonly system: System;
  private readonly step: Step;
  private readonly schedule: Schedule;
  private readonly queue: EventQueue;
  private readonly y: Values;
  private readonly inside: Values;
  private readonly modes: Values;
  private t = 0;
  /** Size of the next step. */
  private h: number;
  private tried = 0;
  private reported = 0;
  /** Whether a state has been negative. */
  private readonly negative: Uint8Array;
  /** Whether a state may grow by itself. */
  private readonly grows: Uint8Array;
  /** How large a state becomes, as far as the scout looked, that had always been 0 before; else 0. */
  private readonly reach: Values;
  private scouted = 0;
  /** The last step that was taken since a jump; of no error when there was none. */
  private before: readonly [length: number, error: number] = [0, 0];

  constructor(network: Network, p: Values, task: Task, seed: number, keep: (y: Values) => void) {
    const n = network.states.length;
    [this.network, this.p, this.task, this.keep] = [network, p, task, keep];
    this.end = task.times[task.times.length - 1]!;
    this.relative = Math.max(task.relative, TIGHTEST);
    this.h = FIRST_STEP * this.end;
    const patience = Math.max(1, this.relative / RELATIVE) ** 0.2;
    const free = this.relative < ROUGH ? LONGEST_FREE * patience : 1;
    this.longest = (network.autonomous ? free : LONGEST_STEP) * this.end;
    [this.y, this.inside, this.modes] = [new Float64Array(n), new Float64Array(n), new Float64Array(network.modes)];
    network.initial(p, this.y);
    [this.reach, this.negative] = [new Float64Array(n), new Uint8Array(n)];
    this.grows = new Uint8Array(n);
    network.grows?.forEach((i) => (this.grows[i] = 1));
    this.system = new System(network, p);
    this.step = n > MOST_DENSE ? new ExplicitStep(this.system) : RodasStep.of(network, this.system);
    this.schedule = new Schedule(network, task.doses, p);
    this.queue = new EventQueue(network, p, sfc32(~seed));
  }

  run(): Outcome {
    let stopped = this.jump();
    let rejected = false;
    for (; stopped === null && this.t < this.end; this.tried++) {
      if (this.tried >= this.task.budget) return { kind: "too many steps", at: this.t };
      const stop = Math.min(this.end, this.schedule.next, this.queue.next);
      const last = this.t + 1.0001 * this.h >= stop;
      const to = last ? stop : this.t + this.h;
      const length = to - this.t;
      const error = length > 0 && this.step.attempt(this.t, length) ? this.largestError(length, this.relative) : NaN;
      if (error <= 1) {
        const proposed = length * growth(error, rejected) * this.learned(length, error);
        this.h = Math.min(last ? Math.max(this.h, proposed) : proposed, this.longest);
        rejected = false;
        stopped = this.accept(to, last);
      } else {
        this.h = length * growth(error, true);
        const shorter = this.t + this.h;
        if (!(length > 1e-200) || shorter === this.t || shorter === to) {
          return { kind: Number.isNaN(error) || !this.leadsOn() ? "not a number" : "too many steps", at: this.t };
        }
        rejected = true;
      }
    }
    return stopped ?? { kind: "finished" };
  }

  /**
   * While fast states relax, at the beginning, the error of a step hardly grows with its length: what the last two have
   * shown of that holds for the next, too (K. Gustafsson's prediction: Hairer and Wanner, section IV.8). For rough runs.
   */
  private learned(length: number, error: number): number {
    const [last, off] = this.before;
    this.before = [length, error];
    if (this.relative < ROUGH || this.t > LONGEST_STEP * this.end) return 1;
    const longer = (length / last) * (off / error) ** 0.2;
    return longer > 1 ? Math.min(longer, LEARNED) : 1;
  }

  /** Whether a step that may be wrong, but does change the time, leads to numbers. */
  private leadsOn(): boolean {
    return this.step.attempt(this.t, INSTANT * this.end) && finite(this.step.next);
  }

  /** Goes to the end of the step tried last, or to the first jump in it. */
  private accept(to: number, last: boolean): Outcome | null {
    const from = this.t;
    const flip = this.flip(from, to);
    const next = Math.min(flip, to);
    const before = last || flip <= to ? next - ON_THE_DOT * next : next;
    for (; this.times[this.reported]! < before; this.report(this.inside)) {
      this.step.interpolate((this.times[this.reported]! - from) / (to - from), this.inside);
    }
    if (next === to) this.y.set(this.step.next);
    else this.step.interpolate((next - from) / (to - from), this.y);
    if (flip <= to) this.reportStrictly(flip);
    this.t = next;
    this.grow();
    if (last || flip <= to) return this.jump();
    if (this.t >= this.scouted) this.reach.fill(0);
    this.reportNow();
    this.step.startFrom(this.t, this.y);
    return null;
  }

  /**
   * What is on the dot of a flip but before it, with no state to blame: `time > 5` does not hold at 5. Elsewhere rounding
   * of a state may be all that is between them.
   */
  private reportStrictly(flip: number): void {
    while (this.times[this.reported]! < flip) {
      this.network.mode(this.times[this.reported]!, this.y, this.p, this.modes);
      if (differ(this.modes, this.system.m)) return;
      this.inside.set(this.y);
      this.report(this.inside);
    }
  }

  /** Whatever happens at once at this time: doses, modes, events. Then the steps start anew. */
  private jump(): Outcome | null {
    const begins = this.schedule.apply(this.t, this.y, this.p) || this.t === 0;
    this.system.inflow = this.schedule.inflow;
    this.network.mode(this.t, this.y, this.p, this.system.m);
    const stopped = this.queue.settle(this.t, this.y, this.system.m);
    if (stopped) return stopped;
    if (!finite(this.y) && !this.task.raw) return { kind: "not a number", at: this.t };
    this.system.still = finite(this.y) ? null : Uint8Array.from(this.y, (value) => (Number.isFinite(value) ? 0 : 1));
    this.grow();
    this.reportNow();
    if (this.t >= this.end) return null;
    this.step.startFrom(this.t, this.y);
    this.before = [0, 0];
    const isNew = begins && this.bringsNew();
    if (isNew && this.glances()) return null;
    this.h = this.restart();
    if (isNew) this.scout();
    return null;
  }

  /**
   * At the start and after doses: marks the states that have always been 0 and may come to life now, whose scale is unknown,
   * and how far to look for it. Says whether there are any.
   */
  private bringsNew(): boolean {
    const { reach, system: { largest, size } } = this;
    for (let i = 0; i < size; i++) reach[i] = largest[i] === 0 ? Infinity : 0;
    if (!reach.includes(Infinity)) return false;
    this.scouted = Math.min(this.times[this.reported] ?? 0, this.t + LONGEST_STEP * this.end);
    return true;
  }

  /**
   * Looks, by coarse steps up to the next report, how large the states become that have always been 0. That is their scale
   * until then; without it each would be followed with all digits from its first trace on, through values that nobody sees.
   */
  private scout(): void {
    const { y, reach, system: { largest, size } } = this;
    const [begun, scales] = [y.slice(), largest.slice()];
    let [t, h] = [this.t, this.h];
    for (let tried = 0; tried < SCOUTING && t < this.scouted; tried++, this.tried++) {
      h = Math.min(h, this.scouted - t);
      const error = this.step.attempt(t, h) ? this.largestError(Math.min(h, FIRST_STEP * this.end), COARSE) : NaN;
      if (error <= 1) {
        t += h;
        y.set(this.step.next);
        this.grow();
        this.step.startFrom(t, y);
      } else if (t + h / 2 === t) break;
      h *= growth(error, !(error <= 1));
    }
    for (let i = 0; i < size; i++) if (scales[i] === 0) reach[i] = 0.1 * largest[i]!;
    y.set(begun);
    largest.set(scales);
    this.step.startFrom(this.t, y);
  }

  /** Instead of scouting: one long step of Rodas5P, stable however wrong. Says whether that was enough to begin boldly. */
  private glances(): boolean {
    const { reach, step } = this;
    const length = this.scouted - this.t;
    if (this.relative < ROUGH || !(length > 0) || reach.length > MOST_DENSE) return false;
    if (!step.attempt(this.t, length) || !finite(step.next)) return false;
    for (let i = 0; i < reach.length; i++) if (reach[i] === Infinity) reach[i] = 0.1 * Math.abs(step.next[i]!);
    this.h = BOLD_START * this.end;
    return true;
  }

  /**
   * The size of a step after a jump: short against the time in which any state would relax where a straight step leads.
   * Needed when all states start from 0, because then nothing is checked in the first step.
   */
  private restart(): number {
    const { largest, size } = this.system;
    let h = this.h;
    for (let i = 0; i < size; i++) if (largest[i] === 0) h = Math.min(h, FIRST_STEP * this.end);
    for (let i = 0; i < 30 && !(h * this.step.relaxation(h) < 0.1); i++) h /= 10;
    return h;
  }

  /** Where in the step tried last the modes first differ from those held, to the last bit; Infinity when nowhere. */
  private flip(from: number, to: number): number {
    if (this.modes.length === 0) return Infinity;
    const looks = Math.max(LEAST_LOOKS, Math.ceil((LOOKS * (to - from)) / this.end));
    let low = from;
    for (let k = 1; k <= looks; k++) {
      const high = k < looks ? from + ((to - from) * k) / looks : to;
      if (this.flipped(high, from, to)) return firstFlip((t) => this.flipped(t, from, to), low, high, this.end);
      low = high;
    }
    return Infinity;
  }

  private flipped(t: number, from: number, to: number): boolean {
    this.step.interpolate((t - from) / (to - from), this.inside);
    this.network.mode(t, this.inside, this.p, this.modes);
    return differ(this.modes, this.system.m);
  }

  private get times(): Float64Array {
    return this.task.times;
  }

  private reportNow(): void {
    while (this.times[this.reported]! <= this.t) {
      this.inside.set(this.y);
      this.report(this.inside);
    }
  }

  /** A negative amount too small to be told from zero is zero: no reader should meet −1e-17 cells. */
  private report(y: Values): void {
    const noise = -1e-3 * this.relative;
    for (let i = 0; i < y.length; i++) if (y[i]! < 0 && y[i]! > noise * this.system.largest[i]!) y[i] = 0;
    this.keep(y);
    this.reported++;
  }

  private grow(): void {
    const { largest, size } = this.system;
    for (let i = 0; i < size; i++) {
      const value = Math.abs(this.y[i]!);
      if (value > largest[i]! && value < Infinity) largest[i] = value;
      if (this.y[i]! < -ZERO * this.relative * largest[i]!) this.negative[i] = 1;
    }
  }

  /**
   * Of the step tried last: the largest error of a state in units of what is allowed; NaN when a value is no number.
   * A state that has been 0 until now and that the scout has not seen has no scale, and at first all of its value is
   * error: it may only come to life in a step as short as the first. One that has never been negative may not jump over
   * zero but has to come near it first, by steps that reach nine tenths of the way: close to zero a saturable rate
   * fades, and who does not see that meets its pole below.
   */
  private largestError(h: number, relative: number): number {
    const { next, error, turnover, forgetting, harmless } = this.step;
    const { largest, still, size } = this.system;
    const { negative, reach, grows, y, task: { nothing } } = this;
    const [first, instant] = [FIRST_STEP * this.end, INSTANT * this.end];
    let worst = 0;
    for (let i = 0; i < size; i++) {
      const value = Math.abs(next[i]!);
      if (!(value < Infinity)) {
        if (still?.[i]) continue;
        return NaN;
      }
      if (largest[i] === 0 && reach[i] === 0) {
        if (value > nothing && h > first) worst = Math.max(worst, (h / first) ** 4);
        continue;
      }
      const size = Math.max(largest[i]!, value);
      const floor = ROUNDING * h * turnover[i]! + nothing * relative;
      const own = Math.max(value, Math.abs(y[i]!), reach[i]!);
      const moved = Math.min(own, MOVES * Math.abs(next[i]! - y[i]!));
      const forgiven = own + (FORGIVEN - 1) * Math.min(1, h * forgetting[i]!) * moved;
      const trace = TRACE * size;
      const known = grows[i] === 0 || own === 0 ? own + trace : own < trace ? own * (trace / own) ** FAINT : own;
      const leeway = this.relative >= ROUGH && grows[i] === 0 ? LEEWAY : 1;
      const allowed = relative * leeway * Math.max(known, Math.min(forgiven, harmless[i]!)) + floor;
      worst = Math.max(worst, error[i]! / allowed);
      const zero = ZERO * relative * size + floor;
      if (next[i]! < -zero && y[i]! > zero && negative[i] === 0 && h > instant) {
        worst = Math.max(worst, (1 + value / y[i]!) ** 4);
      }
    }
    return worst;
  }
}

/** Factor on the step size after an error, which goes with the fifth power of the step; 1 at most when `careful`. */
function growth(error: number, careful: boolean): number {
  if (Number.isNaN(error)) return 0.2;
  return Math.min(careful ? 1 : 5, Math.max(0.1, 0.9 * error ** -0.2));
}

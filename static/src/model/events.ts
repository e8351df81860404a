/**
 * Events of a network: what happens when a condition becomes true. Semantics of SBML Level 3 Version 2, section 4.11:
 * delay, priority, persistence, values from the time of the trigger, cascades at one instant.
 */

import type { Network, Values } from "./network.ts";
import type { Outcome } from "./task.ts";

/** Executions at one instant after which they are taken to go on for ever. */
export const MOST_AT_ONCE = 10_000;

/** An event that has been triggered and not been executed; `values`: read at the trigger, or null. */
interface Pending {
  readonly event: number;
  readonly at: number;
  readonly values: Values | null;
}

/**
 * The events of one run. `uniform` decides between events of equal priority and is called only then; `tidy` is called
 * after each execution, before anything else looks at the state.
 */
export class EventQueue {
  /** When the next event is due; Infinity when none is pending. */
  next = Infinity;
  private readonly network: Network;
  private readonly p: Values;
  private readonly uniform: () => number;
  private readonly tidy: () => void;
  private readonly holds: Values;
  private readonly held: Values;
  /** In the order in which they were triggered. */
  private pending: Pending[] = [];
  /** False once a delay was no number. */
  private sound = true;

  constructor(network: Network, p: Values, uniform: () => number, tidy: () => void = () => undefined) {
    this.network = network;
    this.p = p;
    this.uniform = uniform;
    this.tidy = tidy;
    this.holds = new Float64Array(network.events.length);
    this.held = Float64Array.from(network.events, ({ initially }) => (initially ? 1 : 0));
  }

  /**
   * Looks at the triggers at time `t` and executes all that is due, changing `y` and its modes `m`. Has to be called
   * whenever the modes or the state have jumped, and at `next`. Tells what stops the run, if anything: no end of
   * executions, or a delay that is none.
   */
  settle(t: number, y: Values, m: Values): Outcome | null {
    if (this.held.length === 0) return null;
    this.observe(t, y, m);
    for (let executed = 0; this.next <= t; executed++) {
      if (executed === MOST_AT_ONCE) return { kind: "too many steps", at: t };
      this.execute(this.take(t, y), t, y);
      this.tidy();
      this.network.mode(t, y, this.p, m);
      this.observe(t, y, m);
    }
    return this.sound ? null : { kind: "not a number", at: t };
  }

  /** Triggers what has become true; drops what has become false and is not persistent. */
  private observe(t: number, y: Values, m: Values): void {
    const { events } = this.network;
    this.network.trigger(t, y, this.p, m, this.holds);
    for (let k = 0; k < events.length; k++) {
      const [was, is] = [this.held[k] !== 0, this.holds[k] !== 0];
      if (is && !was) this.pending.push(this.triggered(k, t, y));
      if (was && !is && !events[k]!.persistent) this.pending = this.pending.filter(({ event }) => event !== k);
    }
    this.held.set(this.holds);
    this.setNext();
  }

  private triggered(k: number, t: number, y: Values): Pending {
    const { delayed, early } = this.network.events[k]!;
    const delay = delayed ? this.network.delay(k, t, y, this.p) : 0;
    if (Number.isNaN(delay)) this.sound = false;
    return { event: k, at: t + Math.max(delay, 0), values: early ? this.valuesOf(k, t, y) : null };
  }

  private valuesOf(k: number, t: number, y: Values): Values {
    const values = new Float64Array(this.network.events[k]!.sets);
    this.network.values(k, t, y, this.p, values);
    return values;
  }

  /** Removes the due event that goes first: highest priority; equal ones at random; those without in order. */
  private take(t: number, y: Values): Pending {
    let first: Pending[] = [];
    let highest = -Infinity;
    for (const each of this.pending) {
      if (each.at > t) continue;
      const priority = this.network.priority(each.event, t, y, this.p);
      if (priority > highest) [first, highest] = [[], priority];
      if (priority === highest || first.length === 0) first.push(each);
    }
    const place = first.length > 1 && highest > -Infinity ? Math.floor(this.uniform() * first.length) : 0;
    const taken = first[place]!;
    this.pending = this.pending.filter((each) => each !== taken);
    this.setNext();
    return taken;
  }

  private execute({ event, values }: Pending, t: number, y: Values): void {
    this.network.assign(event, t, y, this.p, values ?? this.valuesOf(event, t, y));
  }

  private setNext(): void {
    this.next = this.pending.reduce((soonest, { at }) => Math.min(soonest, at), Infinity);
  }
}

/**
 * Where a figure is on its clock, and how the reader moves it: a pure reducer, `(transport, action) -> transport`.
 *
 * Playing halts at the next stop, exactly: the time of a stage, the start or the end. A step goes to the neighbouring one;
 * the scrubber is for finer moves.
 */
import { atShare, shareAt } from "./clock.ts";
import type { Clock } from "./data.ts";

/** Two times less far apart than this share of the clock are one: steps of equal size add up to a stop but for rounding. */
const SLACK = 1e-9;

export interface Transport {
  readonly clock: Clock;
  /** Where it stands, from the low to the high end of the clock. */
  readonly time: number;
  readonly playing: boolean;
  /** How many times faster than `seconds` for the whole clock. */
  readonly speed: number;
  /** How many seconds of the reader's time the whole clock takes at speed 1. */
  readonly seconds: number;
  /** Where playing and steps halt, rising; holds both ends. */
  readonly stops: readonly number[];
}

export type Action =
  | { readonly kind: "play" | "pause" | "toggle" | "restart" | "reset" }
  | { readonly kind: "tick"; readonly seconds: number }
  | { readonly kind: "step"; readonly by: 1 | -1 }
  | { readonly kind: "scrub"; readonly time: number }
  | { readonly kind: "speed"; readonly factor: number };

/** A paused clock at its start. `stages` are the times at which something new is said. */
export function transport(clock: Clock, stages: readonly number[], seconds = 24): Transport {
  const { low, high } = clock;
  const inside = stages.filter((at) => at > low && at < high);
  const stops = [...new Set([low, ...inside, high])].sort((a, b) => a - b);
  return { clock, time: low, playing: false, speed: 1, seconds, stops };
}

export function move(now: Transport, action: Action): Transport {
  switch (action.kind) {
    case "play":
      return play(now);
    case "pause":
      return { ...now, playing: false };
    case "toggle":
      return now.playing ? { ...now, playing: false } : play(now);
    case "restart":
      return { ...now, time: now.clock.low, playing: false };
    case "reset":
      return { ...now, time: now.clock.low, playing: false, speed: 1 };
    case "tick":
      return tick(now, action.seconds);
    case "step":
      return { ...now, time: neighbour(now, action.by), playing: false };
    case "scrub":
      return { ...now, time: within(action.time, now), playing: false };
    case "speed":
      return action.factor > 0 && Number.isFinite(action.factor) ? { ...now, speed: action.factor } : now;
  }
}

/** Whether the clock has been played to its end; playing then begins anew. */
export function atEnd(now: Transport): boolean {
  return now.time >= now.clock.high;
}

function play(now: Transport): Transport {
  return { ...now, playing: true, time: atEnd(now) ? now.clock.low : now.time };
}

function tick(now: Transport, seconds: number): Transport {
  if (!now.playing) return now;
  const share = shareAt(now.clock, now.time) + (seconds * now.speed) / now.seconds;
  const stop = neighbour(now, 1);
  if (share >= shareAt(now.clock, stop) - SLACK) return { ...now, time: stop, playing: false };
  return { ...now, time: within(atShare(now.clock, share), now) };
}

function neighbour({ clock, time, stops }: Transport, by: 1 | -1): number {
  const now = shareAt(clock, time);
  if (by === 1) return stops.find((stop) => shareAt(clock, stop) > now + SLACK) ?? clock.high;
  return stops.findLast((stop) => shareAt(clock, stop) < now - SLACK) ?? clock.low;
}

function within(time: number, { clock, time: before }: Transport): number {
  return Number.isFinite(time) ? Math.min(Math.max(time, clock.low), clock.high) : before;
}

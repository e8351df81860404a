/**
 * Where a figure is in its run, and how the reader moves it: a pure reducer, `(transport, action) -> transport`.
 *
 * A step goes to the neighbouring stop: the time of a stage, the start or the end. The scrubber is for finer moves.
 */
export interface Transport {
  /** Model time, from 0 to `end`. */
  readonly time: number;
  readonly end: number;
  readonly playing: boolean;
  /** How many times faster than `seconds` per run. */
  readonly speed: number;
  /** How many seconds of the reader's time the whole run takes at speed 1. */
  readonly seconds: number;
  /** Where steps halt, rising; holds 0 and `end`. */
  readonly stops: readonly number[];
}

export type Action =
  | { readonly kind: "play" | "pause" | "toggle" | "restart" }
  | { readonly kind: "tick"; readonly seconds: number }
  | { readonly kind: "step"; readonly by: 1 | -1 }
  | { readonly kind: "scrub"; readonly time: number }
  | { readonly kind: "speed"; readonly factor: number };

/** A paused run at its start. `stages` are the times at which something new is said. */
export function transport(end: number, stages: readonly number[], seconds = 24): Transport {
  const inside = stages.filter((at) => at > 0 && at < end);
  const stops = [...new Set([0, ...inside, end])].sort((a, b) => a - b);
  return { time: 0, end, playing: false, speed: 1, seconds, stops };
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
      return { ...now, time: 0, playing: false };
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

/** Whether the run has been played to its end; playing then begins anew. */
export function atEnd(now: Transport): boolean {
  return now.time >= now.end;
}

function play(now: Transport): Transport {
  return { ...now, playing: true, time: atEnd(now) ? 0 : now.time };
}

function tick(now: Transport, seconds: number): Transport {
  if (!now.playing) return now;
  const time = within(now.time + (seconds * now.speed * now.end) / now.seconds, now);
  return { ...now, time, playing: time < now.end };
}

function neighbour(now: Transport, by: 1 | -1): number {
  const slack = now.end * 1e-9;
  if (by === 1) return now.stops.find((stop) => stop > now.time + slack) ?? now.end;
  return now.stops.findLast((stop) => stop < now.time - slack) ?? 0;
}

function within(time: number, now: Transport): number {
  return Number.isFinite(time) ? Math.min(Math.max(time, 0), now.end) : now.time;
}

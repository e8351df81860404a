/** Play, step, restart, scrub and speed, and the clock beside them. */
import { atShare, POSITIONS, shareAt, shown, spoken } from "../../figure/clock.ts";
import type { Clock } from "../../figure/data.ts";
import { atEnd, type Transport } from "../../figure/transport.ts";
import { actions, giveRoom, part, write } from "../parts.ts";
import type { Feature, FigureHost } from "./host.ts";

export function transportBar(host: FigureHost): Feature {
  const { root, figure, act } = host;
  const bar: Bar = {
    scrubber: actions<HTMLInputElement>(root, "scrub")[0]!, clock: part(root, "clock"), play: part(root, "play-label"),
  };
  let position = -1;
  showTicks(host);
  giveRoom(bar.clock.parentElement!, readings(figure.clock));
  return {
    clicked(action) {
      if (action === "play") play(host);
      if (action === "back") act({ kind: "step", by: -1 });
      if (action === "forward") act({ kind: "step", by: 1 });
      if (action === "restart") act({ kind: "restart" });
      if (action === "reset") resetSpeed(root);
    },
    moved(action, control) {
      if (action === "speed") act({ kind: "speed", factor: Number(control.value) });
      if (action === "scrub") act({ kind: "scrub", time: atShare(figure.clock, Number(control.value) / POSITIONS) });
    },
    awaited({ transport }) {
      show(bar, transport, positionOf(transport), host.calm());
      if (transport.playing) write(bar.play, "Starting…");
    },
    /** While playing only when the handle moves: in between nobody could read the clock. */
    shown({ transport }, _now, urgent) {
      const at = positionOf(transport);
      if (!urgent && at === position) return;
      position = at;
      root.toggleAttribute("data-playing", transport.playing);
      show(bar, transport, position, host.calm());
    },
  };
}

/** Where the handle of the scrubber stands. */
function positionOf({ clock, time }: Transport): number {
  return Math.round(shareAt(clock, time) * POSITIONS);
}

/** With reduced motion, playing shows one stage after another. */
function play({ calm, state, act }: FigureHost): void {
  if (!calm()) return act({ kind: "toggle" });
  act(atEnd(state().transport) ? { kind: "restart" } : { kind: "step", by: 1 });
}

/** What the bar says and where it stands. */
interface Bar {
  readonly scrubber: HTMLInputElement;
  readonly clock: HTMLElement;
  readonly play: HTMLElement;
}

function show({ scrubber, clock, play }: Bar, transport: Transport, position: number, calm: boolean): void {
  scrubber.value = String(position);
  scrubber.setAttribute("aria-valuetext", spoken(transport.time, transport.clock));
  scrubber.style.setProperty("--at", `${(100 * position) / POSITIONS}%`);
  write(clock, shown(transport.time, transport.clock));
  write(play, playLabel(transport, calm));
}

function playLabel(transport: Transport, calm: boolean): string {
  if (calm) return atEnd(transport) ? "Show from the start" : "Show the next step";
  if (transport.playing) return "Pause";
  return atEnd(transport) ? "Play again" : "Play";
}

function resetSpeed(root: HTMLElement): void {
  for (const speed of actions<HTMLSelectElement>(root, "speed")) speed.value = "1";
}

/** What the clock shows at places all along it. */
function readings(clock: Clock): string[] {
  return Array.from({ length: 61 }, (_, i) => shown(atShare(clock, i / 60), clock));
}

/** A fine mark on the scrubber at each stage. */
function showTicks({ root, figure }: FigureHost): void {
  const marks = figure.stages.map((stage) => {
    const mark = document.createElement("span");
    mark.style.insetInlineStart = `${100 * shareAt(figure.clock, stage.at)}%`;
    return mark;
  });
  part(root, "ticks").replaceChildren(...marks);
}

/** A figure that does not move: a chart. It has no run, but it can be linked to, saved and shown in the full window. */
import { pressed } from "../parts.ts";
import { SHARING } from "./sharing.ts";
import { takenStill } from "./taken.ts";

export class StillFigure {
  readonly #stopping = new AbortController();

  constructor(root: HTMLElement) {
    const frame = { root, stopping: this.#stopping.signal };
    const features = SHARING.map((make) => make(frame, takenStill(root)));
    const clicked = (event: Event): void => {
      const [action, button] = pressed(event);
      if (button) features.forEach((feature) => feature.clicked?.(action, button));
    };
    root.addEventListener("click", clicked, { signal: frame.stopping });
  }

  stop(): void {
    this.#stopping.abort();
  }
}

/**
 * Puts the figure into the state that the address of the page tells, when the page is opened and whenever a link on it
 * is followed. While a prediction waits the state is kept for afterwards: it would give the answer away.
 */
import { nameIn, stateIn, type Linked } from "../../figure/share.ts";
import type { MakeFeature } from "./host.ts";

export const linkReader: MakeFeature = ({ root, figure, stopping, state, set, act }) => {
  let waiting: Linked | null = null;

  const take = (): void => {
    if (!waiting || state().waits) return;
    const { at, set: settings } = waiting;
    waiting = null;
    set(settings, figure.parameters);
    act({ kind: "scrub", time: at });
  };
  const read = (): void => {
    if (nameIn(location.hash) !== figure.name) return;
    waiting = stateIn(location.hash, figure);
    take();
    bringIntoView(root);
  };
  /** A link to the very address that the page has already: the browser tells nobody. */
  const followed = (event: Event): void => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[href]");
    if (link && link.href === location.href) read();
  };
  addEventListener("hashchange", read, { signal: stopping });
  document.addEventListener("click", followed, { signal: stopping });
  queueMicrotask(read);
  return { shown: take };
};

function bringIntoView(root: HTMLElement): void {
  if (document.documentElement.classList.contains("embed")) return;
  root.tabIndex = -1;
  root.focus({ preventScroll: true });
  root.scrollIntoView({ block: "start", behavior: "instant" });
}

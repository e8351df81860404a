/** Whether anything may move: the reader's system is asked, and the switch of the page, which is kept. */
import { forget, recall, remember } from "../storage.ts";
import { actions } from "./parts.ts";

/** Told on the document when the answer of `isCalm` may have changed. */
export const MOTION = "il2-motion";

const KEY = "motion";
const CALM = "calm";
const system = matchMedia("(prefers-reduced-motion: reduce)");

/** Before first paint: what the reader has chosen at an earlier visit. */
export function restoreMotion(): void {
  if (recall(KEY) === CALM) document.documentElement.dataset.motion = CALM;
}

export function isCalm(): boolean {
  return system.matches || document.documentElement.dataset.motion === CALM;
}

/** Brings the switch to life. It is not there where the system has already asked. */
export function motionSwitch(): void {
  const buttons = actions(document, "motion");
  const show = (): void => {
    for (const button of buttons) {
      button.hidden = system.matches;
      button.setAttribute("aria-pressed", String(isCalm()));
    }
    document.dispatchEvent(new Event(MOTION));
  };
  const toggle = (): void => {
    const { dataset } = document.documentElement;
    if (dataset.motion === CALM) delete dataset.motion, forget(KEY);
    else (dataset.motion = CALM), remember(KEY, CALM);
    show();
  };
  for (const button of buttons) button.addEventListener("click", toggle);
  system.addEventListener("change", show);
  show();
}

/** Space plays and pauses wherever the focus is in a figure, except in what Space belongs to. */
import { actions } from "../parts.ts";
import type { Feature, FigureHost } from "./host.ts";

const OWN_SPACE = "button, select, summary, textarea, input:not([type=range]), [tabindex='0'], [contenteditable]";

export function keyboard({ root, stopping }: FigureHost): Feature {
  root.addEventListener("keydown", (event) => {
    const { key, target, ctrlKey, altKey, metaKey, shiftKey } = event;
    if (key !== " " || ctrlKey || altKey || metaKey || shiftKey || (target as Element).closest(OWN_SPACE)) return;
    event.preventDefault();
    if (!event.repeat) actions(root, "play")[0]?.click();
  }, { signal: stopping });
  return {};
}

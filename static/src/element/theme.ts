/** Light, dark, or as the reader's system says. */
import { forget, recall, remember } from "../storage.ts";
import { actions } from "./parts.ts";

const KEY = "theme";
const THEMES = ["light", "dark"];

/** Before first paint, so that nothing flashes: what the reader has chosen at an earlier visit. */
export function restoreTheme(): void {
  const kept = recall(KEY);
  if (typeof kept === "string" && THEMES.includes(kept)) document.documentElement.dataset.theme = kept;
}

export function themeSwitch(): void {
  const { dataset } = document.documentElement;
  for (const list of actions<HTMLSelectElement>(document, "theme")) {
    list.value = dataset.theme ?? "";
    list.addEventListener("change", () => {
      if (list.value) (dataset.theme = list.value), remember(KEY, list.value);
      else delete dataset.theme, forget(KEY);
    });
  }
}

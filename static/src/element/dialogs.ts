/**
 * The dialogs of a page and the keys that open them: search (`/`, Ctrl-K) and the help on keys (`?`). Keys without Ctrl
 * can be switched off (WCAG 2.1.4); the links and buttons do the same.
 */
import { loadScript } from "../script.ts";
import { forget, recall, remember } from "../storage.ts";
import { actions, part, parts, say } from "./parts.ts";

const KEY = "shortcuts";
const OFF = "off";
const TYPING = "input:not([type=range], [type=radio], [type=checkbox]), textarea, select, [contenteditable]";

export function dialogs(): void {
  const [search, keys] = [part<HTMLDialogElement>(document, "search"), part<HTMLDialogElement>(document, "keys")];
  opens([...parts(document, "search-link"), ...actions(document, "search")], () => openSearch(search));
  opens(actions(document, "keys"), () => open(keys));
  for (const dialog of [search, keys]) closes(dialog);
  shortcutSwitch();
  document.addEventListener("keydown", (event) => {
    if (wantsSearch(event)) openSearch(search);
    else if (isShortcut(event, "?")) open(keys);
    else return;
    event.preventDefault();
  });
}

function opens(controls: readonly HTMLElement[], does: () => void): void {
  for (const control of controls) {
    control.addEventListener("click", (event) => {
      if ((event as MouseEvent).ctrlKey || (event as MouseEvent).metaKey) return;
      event.preventDefault();
      does();
    });
  }
}

/** By its button, and by a click beside it; Esc is the browser's. */
function closes(dialog: HTMLDialogElement): void {
  for (const button of actions(dialog, "close")) button.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}

function open(dialog: HTMLDialogElement): void {
  document.querySelector<HTMLDialogElement>("dialog[open]")?.close();
  dialog.showModal();
}

function openSearch(dialog: HTMLDialogElement): void {
  open(dialog);
  part<HTMLInputElement>(dialog, "search-field").select();
  const { entries = "", program = "" } = dialog.dataset;
  loadScript(entries)
    .then(() => loadScript(program))
    .catch(() => say(part(dialog, "search-said"), "The search could not be loaded."));
}

function wantsSearch(event: KeyboardEvent): boolean {
  const withControl = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  return (withControl && event.key.toLowerCase() === "k") || isShortcut(event, "/");
}

function isShortcut(event: KeyboardEvent, key: string): boolean {
  if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey) return false;
  return recall(KEY) !== OFF && !(event.target as Element).closest(`${TYPING}, dialog`);
}

function shortcutSwitch(): void {
  for (const box of actions<HTMLInputElement>(document, "shortcuts")) {
    box.checked = recall(KEY) !== OFF;
    box.addEventListener("change", () => (box.checked ? forget(KEY) : remember(KEY, OFF)));
  }
}

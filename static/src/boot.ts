/**
 * Runs before the page is drawn: says to the style sheet that scripts work, so that controls have their room from the
 * start, and whether this page is in a frame of another one (`?embed`), which wants the figure only. Takes the first back
 * when a script of the page cannot be loaded: then the page is complete without any.
 */
import { restoreMotion } from "./element/motion.ts";
import { restoreTheme } from "./element/theme.ts";

const root = document.documentElement;
root.classList.add("js");
if (new URLSearchParams(location.search).has("embed")) root.classList.add("embed");
restoreMotion();
restoreTheme();
addEventListener("error", ({ target }) => {
  if (target instanceof HTMLScriptElement && target.defer) root.classList.remove("js");
}, { capture: true });

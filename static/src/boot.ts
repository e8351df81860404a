/**
 * Runs before the page is drawn: says to the style sheet that scripts work, so that controls have their room from the
 * start. Takes it back when a script of the page cannot be loaded: then the page is complete without any.
 */
const root = document.documentElement;
root.classList.add("js");
addEventListener("error", ({ target }) => {
  if (target instanceof HTMLScriptElement && target.defer) root.classList.remove("js");
}, { capture: true });

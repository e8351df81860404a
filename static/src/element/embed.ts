/**
 * A figure's page in a frame of another page (`?embed`): tells the page around how high it wants to be, and leads every
 * link out of the frame. `docs/embedding.md` has the listener for the page around.
 */
export function showInFrame(): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("main a[href]")) outOfFrame(link);
  new ResizeObserver(tellHeight).observe(document.body);
}

/** The link in a tab of its own; one within this page leads to the whole page. */
function outOfFrame(link: HTMLAnchorElement): void {
  link.target = "_blank";
  link.rel = "noopener";
  if (link.pathname === location.pathname) link.search = "";
}

/** While the figure fills the window, the frame keeps its height. */
function tellHeight(): void {
  if (document.fullscreenElement || parent === self) return;
  parent.postMessage({ type: "il2-figure-height", height: Math.ceil(document.documentElement.getBoundingClientRect().height) }, "*");
}

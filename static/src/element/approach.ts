/**
 * When a figure comes to life: once it is near the window and its reader has given a sign of being there. Until then its
 * still is all there is to see, and nothing is run for it: a phone that opens a page would stand still meanwhile.
 */

/** A reader has moved, touched, scrolled, pressed or reached something. A press is over by then, so that what it does comes first. */
const SIGNS = ["pointermove", "pointerup", "wheel", "scroll", "keyup", "focusin"];
/** So far beyond the window a figure is near. */
const NEAR = "600px";

/** Whether a reader has given a sign on this page. */
let here = false;

/** Calls `awake` once the reader has approached `root`. */
export function approached(root: HTMLElement, stopping: AbortSignal, awake: () => void): void {
  let near = false;
  const look = (): void => {
    if (near && here && !stopping.aborted) awake();
  };
  const nearby = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    nearby.disconnect();
    near = true;
    look();
  }, { rootMargin: NEAR });
  nearby.observe(root);
  stopping.addEventListener("abort", () => nearby.disconnect());
  if (!here) onFirstSign(stopping, look);
}

/** Calls `then` when the browser has drawn what the reader's first sign has brought about. */
function onFirstSign(stopping: AbortSignal, then: () => void): void {
  const over = new AbortController();
  const seen = (): void => {
    over.abort();
    requestAnimationFrame(() => void nextTask().then(() => ((here = true), then())));
  };
  stopping.addEventListener("abort", () => over.abort());
  for (const sign of SIGNS) addEventListener(sign, seen, { capture: true, passive: true, signal: over.signal });
}

/** Lets the browser answer its reader before work goes on. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

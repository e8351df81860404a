/**
 * The figure alone in the whole window: by the browser's own full screen where it is allowed, otherwise as a layer over
 * the page. Escape leaves both; so does moving the focus out of the layer. The focus stays where it was, in view.
 */
import { actions, say } from "../parts.ts";
import type { MakeSharing } from "./host.ts";

const LAYER = "is-full";

export const fullWindow: MakeSharing = ({ root, stopping }) => {
  const layered = (): boolean => root.classList.contains(LAYER);
  const isFull = (): boolean => layered() || document.fullscreenElement === root;
  const show = (): void => {
    for (const button of actions(root, "full")) {
      say(button, isFull() ? "Leave the full window" : "Full window");
      button.setAttribute("aria-pressed", String(isFull()));
    }
  };
  const layer = (on: boolean): void => {
    if (on === layered()) return;
    holdPlace(on);
    root.classList.toggle(LAYER, on);
    show();
    if (!on) (document.activeElement ?? root).scrollIntoView({ block: "nearest", behavior: "instant" });
  };
  const enter = (): void => {
    if (document.fullscreenEnabled) root.requestFullscreen().catch(() => layer(true));
    else layer(true);
  };
  const leave = (): void => {
    if (layered()) layer(false);
    else void document.exitFullscreen();
  };
  const options = { signal: stopping };
  document.addEventListener("fullscreenchange", show, options);
  document.addEventListener("keydown", ({ key }) => key === "Escape" && layer(false), options);
  document.addEventListener("focusin", ({ target }) => !root.contains(target as Node) && layer(false), options);
  stopping.addEventListener("abort", () => layer(false));
  return {
    clicked(action) {
      if (action === "full") isFull() ? leave() : enter();
    },
  };
};

/** Keeps the page behind a layer as high as it was, and still. */
function holdPlace(on: boolean): void {
  const page = document.documentElement;
  page.style.minBlockSize = on ? `${page.scrollHeight}px` : "";
  page.classList.toggle("has-full", on);
}

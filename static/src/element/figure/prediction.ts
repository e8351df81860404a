/**
 * The predictions about a figure. Those that stand above it on the page lock it until they are made, and while one waits
 * nothing of the run is told. What was guessed is laid over the curves.
 */
import { COMMITTED } from "../events.ts";
import type { Il2Predict } from "../il2-predict.ts";
import { part } from "../parts.ts";
import type { Feature, FigureHost } from "./host.ts";

/** What a picture says to those who cannot see it while its answer is not to be told. */
const UNTOLD = "What happens here is told after your prediction.";

export function prediction(host: FigureHost): Feature {
  const { root, figure, stopping } = host;
  const pictures = [...root.querySelectorAll('[data-role="live"] [role="img"]')];
  const described = pictures.map((picture) => picture.getAttribute("aria-label") ?? "");

  const look = (): void => {
    const about = [...document.querySelectorAll<Il2Predict>(`il2-predict[data-figure="${CSS.escape(figure.name)}"]`)];
    const open = about.find((one) => !one.hasAttribute("data-committed") && isBefore(one, root));
    part(root, "gate").hidden = open === undefined;
    if (open) part<HTMLAnchorElement>(root, "gate-link").href = `#${open.id}`;
    pictures.forEach((picture, i) => picture.setAttribute("aria-label", open ? UNTOLD : described[i]!));
    // A prediction that has not come to life yet will tell when it does.
    const guesses = about.flatMap((one) => one.guessed ?? []);
    host.predicted({ waits: open !== undefined, guesses });
  };
  document.addEventListener(COMMITTED, look, { signal: stopping });
  look();
  return {};
}

function isBefore(one: Node, other: Node): boolean {
  return (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
}

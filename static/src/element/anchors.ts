/** The sign beside a heading copies the link to its section, beside leading there. */
import { copied, thisPage } from "./figure/address.ts";
import { parts } from "./parts.ts";

const SHOWN = 2500;

export function anchors(): void {
  for (const anchor of parts<HTMLAnchorElement>(document, "anchor")) {
    anchor.addEventListener("click", () => void copy(anchor));
  }
}

async function copy(anchor: HTMLAnchorElement): Promise<void> {
  if (!(await copied(thisPage() + anchor.hash))) return;
  const said = document.createElement("span");
  said.className = "anchor-said";
  said.setAttribute("role", "status");
  anchor.after(said);
  said.textContent = "Link copied";
  setTimeout(() => said.remove(), SHOWN);
}

/** The code that sets the figure, as it stands, into another page. */
import { frameCode } from "../../figure/share.ts";
import { actions, part, say } from "../parts.ts";
import { copied, onTheWeb } from "./address.ts";
import type { MakeSharing } from "./host.ts";

const NOWHERE = "This page was opened from a disk. Put the site on a web server first; the code for other pages is then here.";

export const embedCode: MakeSharing = ({ root, stopping }, taken) => {
  const share = part<HTMLDetailsElement>(root, "share");
  const field = part<HTMLTextAreaElement>(root, "embed-code");
  const renew = (): void => {
    const address = onTheWeb(part<HTMLAnchorElement>(root, "own-page").getAttribute("href") ?? "");
    field.value = address === null ? NOWHERE : frameCode(address, taken.hash(), titleOf(root));
    for (const button of actions<HTMLButtonElement>(root, "copy-embed")) button.disabled = address === null;
  };
  const copy = async (): Promise<void> => {
    const done = await copied(field.value);
    say(part(root, "share-said"), done ? "The code is copied." : "The code is selected: copy it from its field.");
    if (!done) field.focus(), field.select();
  };
  share.addEventListener("toggle", renew, { signal: stopping });
  return {
    clicked(action) {
      if (action === "copy-embed") void copy();
    },
    shown(_state, _now, urgent) {
      if (urgent && share.open) renew();
    },
  };
};

function titleOf(root: HTMLElement): string {
  return root.querySelector(".figure-title")?.textContent ?? "";
}

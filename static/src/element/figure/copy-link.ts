/** A link to the figure as it stands: into the clipboard, or selected in a field where the clipboard is out of reach. */
import { part, say } from "../parts.ts";
import { copied, onTheWeb, thisPage } from "./address.ts";
import type { MakeSharing } from "./host.ts";

const ON_DISK = " This page was opened from a disk, so the link works on this computer only.";

export const copyLink: MakeSharing = ({ root }, taken) => {
  const tell = (text: string): void => say(part(root, "share-said"), text + (onTheWeb("") === null ? ON_DISK : ""));
  const copy = async (): Promise<void> => {
    const link = thisPage() + taken.hash();
    const done = await copied(link);
    part(root, "link-field").hidden = done;
    tell(done ? "The link is copied." : "The link stands in the field, selected: copy it from there.");
    if (!done) offer(part<HTMLInputElement>(root, "link"), link);
  };
  return {
    clicked(action) {
      if (action === "copy-link") void copy();
    },
  };
};

function offer(field: HTMLInputElement, link: string): void {
  field.value = link;
  field.focus();
  field.select();
}

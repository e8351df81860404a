/** Saves the numbers and the picture of a figure as files. Nothing is asked of a server. */
import { fileName } from "../../figure/share.ts";
import type { Settings } from "../../figure/settings.ts";
import { part, say } from "../parts.ts";
import { bitmap, pictureOf } from "./picture.ts";
import type { MakeSharing } from "./host.ts";

export const saveFiles: MakeSharing = ({ root, stopping }, taken) => {
  let offered = "";
  const save = (content: Blob, state: Settings, ending: string): void => {
    URL.revokeObjectURL(offered);
    offered = URL.createObjectURL(content);
    const link = document.createElement("a");
    link.href = offered;
    link.download = fileName(root.dataset.name ?? "figure", state, ending);
    link.click();
    say(part(root, "share-said"), `Saved as ${link.download}.`);
  };
  const picture = (): SVGSVGElement => pictureOf(root, taken.circumstances());
  const files: Readonly<Record<string, () => void>> = {
    "save-csv": () => save(new Blob([taken.numbers()], { type: "text/csv;charset=utf-8" }), taken.unusual(), "csv"),
    "save-svg": () => save(new Blob([xml(picture())], { type: "image/svg+xml" }), taken.moment(), "svg"),
    "save-png": () => void bitmap(picture(), xml).then((blob) => save(blob, taken.moment(), "png"), (error: unknown) => failed(error)),
  };
  const failed = (error: unknown): void => {
    const reason = error instanceof Error ? error.message : String(error);
    say(part(root, "share-said"), `The picture could not be made here: ${reason}.`);
  };
  stopping.addEventListener("abort", () => URL.revokeObjectURL(offered));
  return { clicked: (action) => files[action]?.() };
};

function xml(picture: SVGSVGElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(picture)}`;
}

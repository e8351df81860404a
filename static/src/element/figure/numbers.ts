/** The table of numbers: the run that is shown, at a dozen times. */
import { isPreset } from "../../figure/settings.ts";
import { tableRows } from "../../figure/table.ts";
import { part, say, write } from "../parts.ts";
import type { Feature, FigureHost } from "./host.ts";

export function numbers({ root, figure }: FigureHost): Feature {
  return {
    computed({ computed, settings }) {
      const cells = [...part(root, "table-body").querySelectorAll("th, td")];
      const texts = tableRows(figure.clock, figure.panels, computed!.rows).flat();
      if (cells.length === texts.length) cells.forEach((cell, i) => write(cell, texts[i]!));
      const usual = isPreset(settings, figure.parameters, {});
      say(part(root, "table-caption"), usual ? "The usual run" : "The run with your settings");
    },
  };
}

/** The map of a pathway: the still's drawing, whose discs follow the run. */
import { shown } from "../../figure/clock.ts";
import type { PathwayField } from "../../figure/data.ts";
import { indexAt } from "../../figure/words.ts";
import { discRadius, pathwayWords, strength } from "../../view/pathway.ts";
import { parts } from "../parts.ts";
import type { Feature, FigureHost } from "./host.ts";

export function pathwayMap({ root, figure }: FigureHost): Feature {
  const [box] = parts(root, "map");
  const drawn = root.querySelector(".figure-still .twin-field")?.cloneNode(true) as SVGElement | undefined;
  if (!box || !drawn) return {};
  drawn.querySelector("title")?.remove();
  box.replaceChildren(drawn);
  const discs = drawn.querySelectorAll(".station-disc");
  const field = figure.field as PathwayField;
  const lit = field.stations.filter(({ show }) => show !== null);
  return {
    shown({ computed, transport: { time } }, _now, urgent) {
      if (!computed) return;
      const { times, columns } = computed.run.series;
      const index = indexAt(times, time);
      const value = (name: string): number => columns[name]![index]!;
      lit.forEach((station, i) => discs[i]?.setAttribute("r", discRadius(strength(station, value)).toFixed(2)));
      if (urgent) drawn.setAttribute("aria-label", `At ${shown(time, figure.clock)}: ${pathwayWords(field, value)}`);
    },
  };
}

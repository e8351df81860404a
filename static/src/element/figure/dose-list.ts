/** The single doses of a schedule, one box each: given while it is ticked, left out when not. */
import { number } from "../../figure/format.ts";
import { course, skipName } from "../../figure/schedule.ts";
import { parts, say } from "../parts.ts";
import type { Feature, FigureHost } from "./host.ts";

export function doseList({ root, figure, state, set }: FigureHost): Feature {
  const boxes = parts(root, "dose");
  return {
    moved(action, box) {
      if (action !== "dose") return;
      set({ [skipName(Number(box.dataset.dose))]: (box as HTMLInputElement).checked ? 0 : 1 }, state().settings);
    },
    settled({ settings }) {
      const asked = figure.schedule ? course(figure.schedule, settings) : [];
      boxes.forEach((label, i) => {
        const dose = asked[i];
        label.hidden = dose === undefined;
        label.querySelector("input")!.checked = !settings[skipName(i + 1)];
        if (dose) say(label.querySelector("span"), `Dose ${i + 1}, ${number(dose.time)} ${figure.clock.unit}`);
      });
    },
  };
}

/** The single doses of a schedule, one box each: given while it is ticked, left out when not. */
import type { Dose } from "../../model/doses.ts";
import { number } from "../../figure/format.ts";
import { course, skipName } from "../../figure/schedule.ts";
import type { Settings } from "../../figure/settings.ts";
import { parts, write } from "../parts.ts";
import type { Feature, FigureHost } from "./host.ts";

export function doseList({ root, figure, state, set }: FigureHost): Feature {
  const boxes = parts(root, "dose");
  const asked = (settings: Settings): readonly Dose[] => (figure.schedule ? course(figure.schedule, settings) : []);
  const tellTimes = (doses: readonly Dose[]): void =>
    doses.forEach(({ time }, i) => write(boxes[i]?.querySelector("span"), `Dose ${i + 1}, ${number(time)} ${figure.clock.unit}`));
  return {
    moved(action, box) {
      if (action !== "dose") return;
      set({ [skipName(Number(box.dataset.dose))]: (box as HTMLInputElement).checked ? 0 : 1 }, state().settings);
    },
    /** When each is given is told once a slider rests: with words of another length all boxes find other places. */
    settled({ settings, computed }) {
      const doses = asked(settings);
      boxes.forEach((label, i) => {
        label.hidden = doses[i] === undefined;
        label.querySelector("input")!.checked = !settings[skipName(i + 1)];
      });
      if (!computed) tellTimes(doses);
    },
    computed: ({ settings }) => tellTimes(asked(settings)),
  };
}

/** Set a number. The slider begins in the middle, but nothing is said until it has been moved. */
import { fitsValue, truth, valueDifference, withUnit, type ValueAsk } from "../../figure/guess.ts";
import { ladder, position, valueAt } from "../../figure/settings.ts";
import { part, say } from "../parts.ts";
import type { Asking, Makings } from "./asking.ts";

const UNSAID = "not set yet";

export function value(ask: ValueAsk, { root, stopping, figure }: Makings): Asking {
  const slider = part<HTMLInputElement>(root, "slider");
  let said: number | undefined;

  const show = (): void => {
    const words = said === undefined ? UNSAID : withUnit(said, ask.unit);
    slider.max = String(ladder(ask).length - 1);
    slider.value = String(said === undefined ? Math.round(Number(slider.max) / 2) : position(ask, said));
    slider.setAttribute("aria-valuetext", words);
    slider.style.setProperty("--at", `${(100 * Number(slider.value)) / Number(slider.max)}%`);
    slider.classList.toggle("is-unsaid", said === undefined);
    say(part(root, "readout"), words);
  };
  slider.addEventListener("input", () => {
    said = valueAt(ask, Number(slider.value));
    show();
  }, { signal: stopping });
  show();

  return {
    hint: "Set what you expect first, or press “Show me”.",
    read: () => said,
    fits: (guess) => fitsValue(ask, guess),
    settle(guess) {
      said = (guess as number | null) ?? undefined;
      show();
      slider.disabled = true;
    },
    clear() {
      said = undefined;
      show();
      slider.disabled = false;
      slider.focus();
    },
    difference(guess, series) {
      const given = truth(ask, series);
      return figure && typeof given === "number" ? valueDifference(ask, guess as number, given, figure) : "";
    },
  };
}

/** Choose an outcome. */
import type { ChoiceAsk } from "../../figure/guess.ts";
import { parts } from "../parts.ts";
import type { Asking, Makings } from "./asking.ts";

export function choice(ask: ChoiceAsk, { root }: Makings): Asking {
  const inputs = [...root.querySelectorAll<HTMLInputElement>("input")];
  return {
    hint: "Choose what you expect first, or press “Show me”.",
    read: () => inputs.find((input) => input.checked)?.value,
    fits: (guess) => inputs.some((input) => input.value === guess),
    settle(guess) {
      for (const input of inputs) [input.disabled, input.checked] = [true, input.value === guess];
      for (const option of parts(root, "option")) {
        option.classList.toggle("is-chosen", option.dataset.key === guess);
        if (option.dataset.key === ask.answer) option.dataset.verdict = "right";
      }
    },
    clear() {
      for (const input of inputs) [input.disabled, input.checked] = [false, false];
      for (const option of parts(root, "option")) {
        option.classList.remove("is-chosen");
        delete option.dataset.verdict;
      }
      inputs[0]?.focus();
    },
    difference: (guess) => (guess === ask.answer ? "That is what happens." : "Something else happens."),
  };
}

/**
 * One question after another: read it, say the answer to oneself, turn the card, tell whether it was known. What is due
 * comes first; what was missed comes again before the sitting ends.
 */
import { onward, reviewed, type Sitting } from "../../learning/schedule.ts";
import { isDueToday, reschedule, scheduleOf } from "../learn.ts";
import { actions, part, say } from "../parts.ts";
import { today } from "../today.ts";
import { dayInWords } from "./day.ts";

export class Sittings {
  readonly #root: HTMLElement;
  readonly #cards: ReadonlyMap<string, HTMLElement>;
  #sitting: Sitting = { queue: [], missed: [] };

  constructor(root: HTMLElement, cards: readonly HTMLElement[]) {
    this.#root = root;
    this.#cards = new Map(cards.map((card) => [card.dataset.key ?? "", card]));
    for (const button of actions(root, "turn")) button.addEventListener("click", () => this.#turn());
    for (const button of actions(root, "knew")) button.addEventListener("click", () => this.#tell(true));
    for (const button of actions(root, "missed")) button.addEventListener("click", () => this.#tell(false));
  }

  begin(): void {
    this.#sitting = { queue: [...this.#cards.keys()].filter(isDueToday), missed: [] };
    this.#show();
  }

  #show(): void {
    const [key] = this.#sitting.queue;
    const card = this.#cards.get(key ?? "");
    part(this.#root, "stage").hidden = !card;
    say(part(this.#root, "review-said"), card ? left(this.#sitting.queue.length) : this.#nothingDue());
    if (!card) return;
    part(this.#root, "front").replaceChildren(...copies(card, "card-front"));
    part(this.#root, "back").replaceChildren(...copies(card, "card-back"));
    this.#face(false);
  }

  #turn(): void {
    this.#face(true);
    part(this.#root, "back").focus({ preventScroll: true });
  }

  #face(isTurned: boolean): void {
    for (const button of actions(this.#root, "turn")) button.hidden = isTurned;
    part(this.#root, "back").hidden = !isTurned;
    part(this.#root, "verdicts").hidden = !isTurned;
    part(this.#root, "stage").toggleAttribute("data-turned", isTurned);
  }

  /** A question that was missed in this sitting begins again, even when it is then known. */
  #tell(wasKnown: boolean): void {
    const key = this.#sitting.queue[0] ?? "";
    const before = scheduleOf(key);
    if (before && !this.#sitting.missed.includes(key)) reschedule(key, reviewed(before, wasKnown, today()));
    this.#sitting = onward(this.#sitting, wasKnown);
    this.#show();
    const next = this.#sitting.queue.length > 0 ? "stage" : "review-said";
    part(this.#root, next).focus({ preventScroll: next === "review-said" });
  }

  #nothingDue(): string {
    const scheduled = [...this.#cards.keys()].flatMap((key) => scheduleOf(key) ?? []);
    if (scheduled.length === 0) return "Questions and predictions that you answer in the lessons come back here.";
    const days = scheduled.flatMap(({ due }) => due ?? []).sort();
    return days[0] ? `Nothing is due today. The next question comes back on ${dayInWords(days[0])}.` : "You have known every question after 30 days. None needs to come back.";
  }
}

function copies(card: HTMLElement, role: string): Node[] {
  return [...part(card, role).childNodes].map((node) => node.cloneNode(true));
}

function left(count: number): string {
  return count === 1 ? "One question is left." : `${count} questions are left.`;
}

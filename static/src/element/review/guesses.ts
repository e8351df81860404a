/** The reader's own predictions, each beside what the model says. */
import type { Kept } from "../../figure/guess.ts";
import { isKept } from "../../learning/kept.ts";
import { tellGuess, type Told } from "../../learning/told.ts";
import { recall } from "../../storage.ts";
import { json, part, parts } from "../parts.ts";
import { dayInWords } from "./day.ts";

export function ownGuesses(section: HTMLElement, cards: readonly HTMLElement[]): void {
  const items = cards.flatMap(itemOf);
  section.hidden = items.length === 0;
  part(section, "guess-list").replaceChildren(...items);
}

function itemOf(card: HTMLElement): HTMLElement[] {
  const key = card.dataset.key ?? "";
  const kept = recall(key);
  const [asked] = parts(card, "told");
  if (!asked || !isKept(key, kept)) return [];
  const { guess, truth, date } = kept as Kept;
  const words = tellGuess(json(asked.textContent) as Told, guess, truth);
  if (!words) return [];
  const item = document.createElement("li");
  item.append(link(card), paragraph(words, "guess-told"), paragraph(dayInWords(date), "guess-day"));
  return [item];
}

function link(card: HTMLElement): HTMLElement {
  const made = document.createElement("a");
  made.href = card.querySelector("a")?.href ?? "";
  made.textContent = part(card, "card-asks").textContent;
  return made;
}

function paragraph(text: string, kind: string): HTMLElement {
  const made = document.createElement("p");
  made.className = kind;
  made.textContent = text;
  return made;
}

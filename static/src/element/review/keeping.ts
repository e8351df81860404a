/** What is kept, in the reader's hands: saved to a file, taken from one, erased; and the cards for other programs. */
import { backup, readBackup, type Entries } from "../../learning/backup.ts";
import { asAnki, asCsv, type Card } from "../../learning/cards.ts";
import { isKept } from "../../learning/kept.ts";
import { forget, keptKeys, recall, remember } from "../../storage.ts";
import { actions, part, say } from "../parts.ts";
import { today } from "../today.ts";

export class Keeping {
  readonly #root: HTMLElement;
  readonly #cards: readonly HTMLElement[];
  readonly #changed: () => void;
  #erased: Entries = new Map();
  #offered = "";

  constructor(root: HTMLElement, cards: readonly HTMLElement[], changed: () => void) {
    this.#root = root;
    this.#cards = cards;
    this.#changed = changed;
    const does: Readonly<Record<string, () => void>> = {
      export: () => this.#save(backup(kept(), today()), "json", "application/json"),
      anki: () => this.#save(asAnki(this.#cards.map(cardOf)), "txt", "text/plain"),
      csv: () => this.#save(asCsv(this.#cards.map(cardOf)), "csv", "text/csv"),
      erase: () => this.#erase(),
      undo: () => this.#undo(),
    };
    for (const [name, act] of Object.entries(does)) for (const button of actions(root, name)) button.addEventListener("click", act);
    for (const field of actions<HTMLInputElement>(root, "import")) field.addEventListener("change", () => void this.#import(field));
  }

  #save(text: string, ending: string, type: string): void {
    URL.revokeObjectURL(this.#offered);
    this.#offered = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
    const link = document.createElement("a");
    link.href = this.#offered;
    link.download = `il2-review-${today()}.${ending}`;
    link.click();
    this.#say(`Saved as ${link.download}.`);
  }

  async #import(field: HTMLInputElement): Promise<void> {
    const [file] = field.files ?? [];
    if (!file) return;
    const found = readBackup(await file.text());
    field.value = "";
    if (typeof found === "string") return this.#say(`${file.name} is not taken over. ${found}`);
    take(found);
    this.#changed();
    this.#offerUndo(false);
    this.#say(`${file.name} is taken over: ${counted(found.size)}.`);
  }

  #erase(): void {
    this.#erased = kept();
    keptKeys().forEach(forget);
    this.#changed();
    this.#offerUndo(this.#erased.size > 0);
    this.#say(`Erased: ${counted(this.#erased.size)}.`);
  }

  #undo(): void {
    take(this.#erased);
    this.#changed();
    this.#offerUndo(false);
    this.#say("Everything is there again.");
    actions(this.#root, "erase")[0]?.focus();
  }

  #offerUndo(isThere: boolean): void {
    for (const button of actions(this.#root, "undo")) button.hidden = !isThere;
  }

  #say(words: string): void {
    say(part(this.#root, "keeping-said"), words);
  }
}

/** Everything that is kept and can be told apart from garbage. */
function kept(): Entries {
  const pairs = keptKeys().map((key) => [key, recall(key)] as const);
  return new Map(pairs.filter(([key, value]) => isKept(key, value)));
}

function take(entries: Entries): void {
  for (const [key, value] of entries) remember(key, value);
}

function counted(entries: number): string {
  return entries === 1 ? "1 entry" : `${entries} entries`;
}

function cardOf(card: HTMLElement): Card {
  return { lesson: card.dataset.lesson ?? "", front: lines(part(card, "card-front")), back: lines(part(card, "card-back")) };
}

/** The text of each block that holds no other. */
function lines(node: HTMLElement): string[] {
  const blocks = [...node.querySelectorAll<HTMLElement>("p, li, div, pre")].filter((block) => !block.querySelector("p, li, div, pre"));
  return blocks.map((block) => (block.textContent ?? "").replace(/\s+/g, " ").trim()).filter(Boolean);
}

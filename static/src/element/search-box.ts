/**
 * The field and the results of the search dialog, as a combobox with a list: the focus stays in the field, the arrows
 * choose a result, Enter goes there. What has been found is said aloud when the reader pauses.
 */
import type { Found } from "../search/find.ts";
import type { Piece } from "../search/excerpt.ts";
import { part, say } from "./parts.ts";

const KINDS: Readonly<Record<string, string>> = { lesson: "Lesson", section: "Section", figure: "Figure", model: "Model", term: "Term", claim: "Claim", page: "Page" };
const PAUSE = 400;

export class SearchBox {
  readonly #dialog: HTMLDialogElement;
  readonly #find: (question: string) => readonly Found[];
  readonly #field: HTMLInputElement;
  readonly #list: HTMLElement;
  #chosen = -1;
  #pause = 0;

  constructor(dialog: HTMLDialogElement, find: (question: string) => readonly Found[]) {
    this.#dialog = dialog;
    this.#find = find;
    this.#field = part<HTMLInputElement>(dialog, "search-field");
    this.#list = part(dialog, "search-results");
    this.#field.addEventListener("input", () => this.#answer());
    this.#field.addEventListener("keydown", (event) => this.#key(event));
    this.#list.addEventListener("click", (event) => this.#go((event.target as Element).closest<HTMLElement>("[data-address]"), event));
    this.#answer();
  }

  #answer(): void {
    const question = this.#field.value.trim();
    const found = question ? this.#find(question) : [];
    this.#list.replaceChildren(...found.map((each, i) => this.#option(each, i)));
    this.#field.setAttribute("aria-expanded", String(found.length > 0));
    this.#choose(found.length > 0 ? 0 : -1);
    clearTimeout(this.#pause);
    this.#pause = window.setTimeout(() => say(part(this.#dialog, "search-said"), count(question, found.length)), PAUSE);
  }

  #option({ kind, title, address, within, excerpt }: Found, i: number): HTMLElement {
    const option = element("li", "search-result");
    option.id = `search-result-${i}`;
    option.setAttribute("role", "option");
    option.dataset.address = (this.#dialog.dataset.root ?? "") + address;
    const where = within ? `${KINDS[kind] ?? kind} of ${within}` : (KINDS[kind] ?? kind);
    option.append(element("span", "search-title", title), element("span", "search-where", where), marked(excerpt));
    return option;
  }

  #key(event: KeyboardEvent): void {
    const last = this.#list.children.length - 1;
    const moves: Record<string, number> = { ArrowDown: this.#chosen < last ? this.#chosen + 1 : 0, ArrowUp: this.#chosen > 0 ? this.#chosen - 1 : last };
    if (event.key in moves) this.#choose(moves[event.key]!);
    else if (event.key === "Enter" && !event.isComposing) this.#go(this.#list.children[this.#chosen] as HTMLElement | undefined, event);
    else return;
    event.preventDefault();
  }

  /** An option cannot hold a link; with Ctrl it opens beside this page, as a link would. */
  #go(option: HTMLElement | null | undefined, { ctrlKey, metaKey }: MouseEvent | KeyboardEvent): void {
    const address = option?.dataset.address;
    if (address === undefined) return;
    if (ctrlKey || metaKey) return void window.open(address);
    this.#dialog.close();
    location.assign(address);
  }

  #choose(chosen: number): void {
    this.#list.children[this.#chosen]?.setAttribute("aria-selected", "false");
    this.#chosen = this.#list.children.length > 0 ? chosen : -1;
    const option = this.#list.children[this.#chosen];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.#field.setAttribute("aria-activedescendant", option.id);
    else this.#field.removeAttribute("aria-activedescendant");
  }
}

function count(question: string, found: number): string {
  if (!question) return "";
  if (found === 0) return `Nothing is found for “${question}”.`;
  return found === 1 ? "1 result." : `${found} results.`;
}

function marked(pieces: readonly Piece[]): HTMLElement {
  const line = element("span", "search-excerpt");
  line.append(...pieces.map(({ text, isHit }) => (isHit ? element("b", "search-hit", text) : text)));
  return line;
}

function element(name: string, kind: string, text = ""): HTMLElement {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  made.textContent = text;
  return made;
}

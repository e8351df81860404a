/**
 * A prediction before a figure is played: the reader commits to an option or asks to be shown. Then the explanation
 * opens, and the figure of that name may be played.
 */
import { forget, recall, remember } from "../storage.ts";
import { COMMITTED, SHOW, tell } from "./events.ts";
import { actions, json, part, parts, say } from "./parts.ts";

const SHOWN = "shown";

export class Il2Predict extends HTMLElement {
  #stopping = new AbortController();

  connectedCallback(): void {
    this.#stopping = new AbortController();
    const options = { signal: this.#stopping.signal };
    // As in il2-quiz: a frame that forbids forms lets a click through, and Enter clicks.
    for (const button of actions(this, "commit")) button.addEventListener("click", (event) => this.#submitted(event), options);
    const click = (name: string, does: (button: HTMLElement) => void): void =>
      actions(this, name).forEach((button) => button.addEventListener("click", () => does(button), options));
    click("show", () => this.#commit(SHOWN, true));
    click("watch", (button) => this.#watch(button));
    click("again", () => this.#again());
    this.#restore();
  }

  disconnectedCallback(): void {
    this.#stopping.abort();
  }

  get #key(): string {
    return `predict:${location.pathname.split("/").slice(-2, -1)[0] ?? ""}:${this.dataset.predict ?? ""}`;
  }

  get #inputs(): HTMLInputElement[] {
    return [...this.querySelectorAll<HTMLInputElement>("input")];
  }

  #submitted(event: Event): void {
    event.preventDefault();
    const chosen = this.#inputs.find((input) => input.checked);
    if (!chosen) return say(part(this, "result"), "Choose what you expect first, or press “Show me”.");
    this.#commit(chosen.value, true);
  }

  #commit(choice: string, fresh: boolean): void {
    this.dataset.committed = choice;
    remember(this.#key, choice);
    this.#inputs.forEach((input) => (input.disabled = true));
    for (const option of parts(this, "option")) {
      option.classList.toggle("is-chosen", option.dataset.key === choice);
      if (option.dataset.key === this.dataset.answer) option.dataset.verdict = "right";
    }
    for (const name of ["commit", "show"]) for (const button of actions(this, name)) button.hidden = true;
    say(part(this, "result"), this.#verdict(choice));
    const answer = part<HTMLDetailsElement>(this, "answer");
    answer.open = true;
    if (fresh) answer.querySelector("summary")?.focus({ preventScroll: true });
    tell(COMMITTED, { figure: this.dataset.figure ?? "" });
  }

  #verdict(choice: string): string {
    if (choice === SHOWN) return "";
    return choice === this.dataset.answer ? "That is what happens." : "Something else happens.";
  }

  #watch(button: HTMLElement): void {
    const set = json(button.dataset.set);
    tell(SHOW, { figure: this.dataset.figure ?? "", set: (set ?? {}) as Record<string, number> });
  }

  #again(): void {
    forget(this.#key);
    delete this.dataset.committed;
    this.#inputs.forEach((input) => ((input.disabled = false), (input.checked = false)));
    for (const option of parts(this, "option")) {
      option.classList.remove("is-chosen");
      delete option.dataset.verdict;
    }
    for (const name of ["commit", "show"]) for (const button of actions(this, name)) button.hidden = false;
    say(part(this, "result"), "");
    part<HTMLDetailsElement>(this, "answer").open = false;
    this.#inputs[0]?.focus();
    tell(COMMITTED, { figure: this.dataset.figure ?? "" });
  }

  /** What was predicted at an earlier visit; anything else that storage may hold is ignored. */
  #restore(): void {
    const kept = recall(this.#key);
    const input = this.#inputs.find(({ value }) => value === kept);
    if (input) input.checked = true;
    if (input || kept === SHOWN) this.#commit(kept as string, false);
  }
}

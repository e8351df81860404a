/**
 * A question with its options. The reader chooses and checks; the explanation of every chosen option opens beneath it,
 * and those of the others on request. What was answered is kept for the next visit.
 */
import { willComeBack } from "./learn.ts";
import { recall, remember, forget } from "../storage.ts";
import { actions, part, parts, say } from "./parts.ts";

export class Il2Quiz extends HTMLElement {
  #stopping = new AbortController();

  connectedCallback(): void {
    this.#stopping = new AbortController();
    const options = { signal: this.#stopping.signal };
    // A frame that forbids forms drops a submission before it is told of; a click it lets through. Enter clicks too.
    for (const button of actions(this, "check")) button.addEventListener("click", (event) => this.#submitted(event), options);
    for (const button of actions(this, "show-all")) button.addEventListener("click", () => this.#showAll(), options);
    for (const button of actions(this, "again")) button.addEventListener("click", () => this.#again(), options);
    this.#restore();
  }

  disconnectedCallback(): void {
    this.#stopping.abort();
  }

  get #key(): string {
    return `quiz:${location.pathname.split("/").slice(-2, -1)[0] ?? ""}:${this.dataset.quiz ?? ""}`;
  }

  get #inputs(): HTMLInputElement[] {
    return [...this.querySelectorAll<HTMLInputElement>("input")];
  }

  #submitted(event: Event): void {
    event.preventDefault();
    const chosen = this.#inputs.flatMap((input, i) => (input.checked ? [i] : []));
    if (chosen.length === 0) return say(part(this, "result"), "Choose an answer first.");
    remember(this.#key, chosen);
    willComeBack(this.#key);
    this.#answer(chosen);
    parts(this, "feedback")[chosen[0]!]?.focus({ preventScroll: true });
  }

  /** Shows what was right and explains what was chosen. */
  #answer(chosen: readonly number[]): void {
    this.dataset.state = "answered";
    const right = parts(this, "option").map((option) => option.dataset.correct === "yes");
    const all = right.every((correct, i) => correct === chosen.includes(i));
    chosen.forEach((i) => this.#explain(i));
    this.#inputs.forEach((input) => (input.disabled = true));
    this.#buttons(true);
    say(part(this, "result"), all ? "Right." : chosen.some((i) => right[i]) ? "Partly right." : "Not right.");
    this.dataset.result = all ? "right" : "wrong";
  }

  #explain(index: number): void {
    const option = parts(this, "option")[index];
    if (!option) return;
    const correct = option.dataset.correct === "yes";
    option.classList.toggle("is-chosen", this.#inputs[index]?.checked ?? false);
    option.dataset.verdict = correct ? "right" : "wrong";
    say(part(option, "verdict"), correct ? "Right" : "Not right");
    part(option, "feedback").hidden = false;
  }

  #showAll(): void {
    parts(this, "option").forEach((_, i) => this.#explain(i));
    const first = parts(this, "feedback")[0];
    for (const button of actions(this, "show-all")) button.hidden = true;
    first?.focus({ preventScroll: true });
  }

  #again(): void {
    forget(this.#key);
    delete this.dataset.state;
    delete this.dataset.result;
    for (const option of parts(this, "option")) {
      option.classList.remove("is-chosen");
      delete option.dataset.verdict;
      part(option, "feedback").hidden = true;
    }
    this.#inputs.forEach((input) => ((input.disabled = false), (input.checked = false)));
    this.#buttons(false);
    say(part(this, "result"), "");
    this.#inputs[0]?.focus();
  }

  #buttons(answered: boolean): void {
    for (const button of actions(this, "check")) button.hidden = answered;
    for (const name of ["show-all", "again"]) for (const button of actions(this, name)) button.hidden = !answered;
  }

  /** What was answered at an earlier visit; anything else that storage may hold is ignored. */
  #restore(): void {
    const kept = recall(this.#key);
    const count = this.#inputs.length;
    if (!Array.isArray(kept) || kept.length === 0) return;
    if (!kept.every((i) => Number.isInteger(i) && i >= 0 && i < count)) return;
    kept.forEach((i: number) => (this.#inputs[i]!.checked = true));
    this.#answer(kept as number[]);
  }
}

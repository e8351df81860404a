/**
 * The definition of a term, the source of a citation and the text of a footnote in place: with the mouse over it, with
 * the focus on it, or by a tap (a second tap follows the link). Esc closes it, and it stays while the mouse is on it
 * (WCAG 1.4.13). Where the same words stand in the margin beside the sentence, nothing opens.
 */
const MARKED = "a.term, a.citation, a.footnote-ref";
const PATIENCE = 250;
const GAP = 6;

export function notes(): void {
  if (!document.querySelector(MARKED)) return;
  const note = new Note();
  document.addEventListener("pointerover", (event) => event.pointerType === "mouse" && note.pointed(event.target as Element));
  document.addEventListener("focusin", ({ target }) => note.focused(target as Element));
  document.addEventListener("focusout", () => note.close());
  document.addEventListener("click", (event) => note.tapped(event), { capture: true });
  document.addEventListener("keydown", (event) => event.key === "Escape" && note.close());
}

class Note {
  readonly #box = document.createElement("div");
  #link: HTMLAnchorElement | null = null;
  #waiting = 0;

  constructor() {
    Object.assign(this.#box, { id: "note", className: "note", popover: "manual" });
    this.#box.setAttribute("role", "tooltip");
    document.body.append(this.#box);
  }

  /** The mouse has come over something. */
  pointed(target: Element): void {
    const link = target.closest<HTMLAnchorElement>(MARKED);
    const stays = link === null ? this.#box.contains(target) : link === this.#link;
    clearTimeout(this.#waiting);
    if (!stays) this.#waiting = window.setTimeout(() => (link ? this.#open(link) : this.#leave()), PATIENCE);
  }

  focused(target: Element): void {
    if (target.matches(MARKED) && target.matches(":focus-visible")) this.#open(target as HTMLAnchorElement);
  }

  /** A finger opens the note first. */
  tapped(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>(MARKED);
    const byFinger = (event as PointerEvent).pointerType === "touch";
    if (!link) return this.#box.contains(event.target as Node) ? undefined : this.close();
    if (byFinger && link !== this.#link && this.#open(link)) event.preventDefault();
  }

  close(): void {
    clearTimeout(this.#waiting);
    this.#link?.removeAttribute("aria-describedby");
    this.#link = null;
    this.#box.hidePopover();
  }

  /** The mouse has gone; what has the focus keeps its note. */
  #leave(): void {
    if (this.#link !== document.activeElement) this.close();
  }

  #open(link: HTMLAnchorElement): boolean {
    const words = wordsFor(link);
    if (!words) return false;
    this.close();
    this.#link = link;
    this.#box.replaceChildren(...words);
    this.#box.showPopover();
    this.#place(link);
    link.setAttribute("aria-describedby", this.#box.id);
    return true;
  }

  /** Below the words where there is room, else above; never beyond the sides. */
  #place(link: HTMLAnchorElement): void {
    const [words, box] = [link.getClientRects()[0] ?? link.getBoundingClientRect(), this.#box.getBoundingClientRect()];
    const room = document.documentElement.clientWidth - box.width - GAP;
    const below = words.bottom + GAP + box.height < innerHeight || words.top < box.height + GAP;
    const top = below ? words.bottom + GAP : words.top - box.height - GAP;
    this.#box.style.setProperty("left", `${Math.max(GAP, Math.min(words.left, room)) + scrollX}px`);
    this.#box.style.setProperty("top", `${top + scrollY}px`);
  }
}

/** Null when there is nothing to show, or when it stands beside the sentence already. */
function wordsFor(link: HTMLAnchorElement): Node[] | null {
  const href = link.getAttribute("href") ?? "";
  const first = document.querySelector(`a[href="${CSS.escape(href)}"] + .margin-note`);
  if (first && first.previousElementSibling === link && first.getClientRects().length > 0) return null;
  const there = first ?? (href.startsWith("#") ? document.getElementById(href.slice(1)) : null);
  if (!there) return null;
  const copy = there.cloneNode(true) as Element;
  copy.querySelectorAll("[id], .footnote-backref").forEach((node) => node.remove());
  return [...copy.childNodes];
}

/**
 * The contents of a page follow the scroll, and on a lesson they show which sections have been read: a section is read
 * when its end has stayed in view for a moment.
 */
import { readOf, rememberRead } from "./learn.ts";
import { parts } from "./parts.ts";

const A_MOMENT = 1200;
/** A heading anywhere above this part of the window has been passed; the last of them heads what is being read. */
const PASSED = "10000000px 0px -65% 0px";

export function contents(): void {
  for (const list of parts(document, "contents")) follow(list);
}

function follow(list: HTMLElement): void {
  const links = [...list.querySelectorAll<HTMLAnchorElement>("a")];
  const headings = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  const lesson = list.dataset.lesson;
  markWhere(links, headings);
  if (lesson) markRead(lesson, links, headings);
}

function markWhere(links: readonly HTMLAnchorElement[], headings: readonly (HTMLElement | null)[]): void {
  const passed = new Set<Element>();
  const watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) passed.add(target);
      else passed.delete(target);
    }
    const here = headings.findLastIndex((heading) => heading !== null && passed.has(heading));
    links.forEach((link, i) => (i === here ? link.setAttribute("aria-current", "location") : link.removeAttribute("aria-current")));
  }, { rootMargin: PASSED });
  for (const heading of headings) if (heading) watch.observe(heading);
}

function markRead(lesson: string, links: readonly HTMLAnchorElement[], headings: readonly (HTMLElement | null)[]): void {
  const show = (): void => {
    const sections = readOf(lesson)?.sections ?? [];
    links.forEach((link, i) => markAsRead(link, sections.includes(headings[i]?.id ?? "")));
  };
  const waiting = new Map<Element, number>();
  const watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      clearTimeout(waiting.get(target));
      const ended = headings[headings.indexOf(target as HTMLElement) - 1];
      if (isIntersecting && ended) waiting.set(target, window.setTimeout(() => (rememberRead(lesson, ended.id), show()), A_MOMENT));
    }
  });
  for (const heading of headings.slice(1)) if (heading) watch.observe(heading);
  show();
}

function markAsRead(link: HTMLAnchorElement, isRead: boolean): void {
  link.classList.toggle("is-read", isRead);
  const said = link.querySelector(".visually-hidden");
  if (isRead && !said) link.append(words(" (read)"));
  if (!isRead) said?.remove();
}

function words(text: string): HTMLElement {
  const made = document.createElement("span");
  made.className = "visually-hidden";
  made.textContent = text;
  return made;
}

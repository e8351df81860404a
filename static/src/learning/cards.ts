/** The cards of the course for other programs. Pure. */
import { csv } from "../figure/csv.ts";

export interface Card {
  readonly lesson: string;
  /** In lines. */
  readonly front: readonly string[];
  readonly back: readonly string[];
}

export function asCsv(cards: readonly Card[]): string {
  return csv(["lesson", "question", "answer"], cards.map(({ lesson, front, back }) => [lesson, front.join("\n"), back.join("\n")]));
}

/** Tab-separated, as Anki imports it: the head says how it is to be read. */
export function asAnki(cards: readonly Card[]): string {
  const head = ["#separator:tab", "#html:true", "#columns:Front\tBack\tTags", "#tags column:3"];
  const rows = cards.map(({ lesson, front, back }) => [front.map(escaped).join("<br>"), back.map(escaped).join("<br>"), tag(lesson)].join("\t"));
  return `${[...head, ...rows].join("\n")}\n`;
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/\s+/g, " ").trim();
}

/** Anki parts tags at spaces. */
function tag(lesson: string): string {
  return lesson.replace(/[\s"]+/g, "-");
}

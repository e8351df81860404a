/** The path on the home page shows how far the reader has come, and what is due for review. */
import { hasAnswered, isDueToday, keyOf, readOf } from "./learn.ts";
import { parts, say } from "./parts.ts";

export function home(): void {
  const stations = parts(document, "station");
  stations.forEach(showProgress);
  const due = stations.flatMap(keysOf).filter(isDueToday).length;
  for (const line of parts(document, "due")) {
    line.hidden = due === 0;
    say(line.querySelector("[data-role=due-count]"), due === 1 ? "One question is" : `${due} questions are`);
  }
}

function showProgress(station: HTMLElement): void {
  const sections = words(station.dataset.sections);
  const read = sections.filter((id) => readOf(station.dataset.lesson ?? "")?.sections.includes(id)).length;
  const keys = keysOf(station);
  const answered = keys.filter(hasAnswered).length;
  station.toggleAttribute("data-read", read === sections.length);
  const told = [read > 0 && counted(read, sections.length, "sections read"), answered > 0 && counted(answered, keys.length, "questions answered")];
  for (const line of parts(station, "progress")) say(line, told.filter(Boolean).join(", "));
}

function counted(some: number, all: number, what: string): string {
  return `${some === all ? "all" : `${some} of`} ${all} ${what}`;
}

function keysOf({ dataset }: HTMLElement): string[] {
  return words(dataset.cards).map((id) => keyOf(dataset.lesson ?? "", id));
}

function words(list: string | undefined): string[] {
  return (list ?? "").split(" ").filter(Boolean);
}

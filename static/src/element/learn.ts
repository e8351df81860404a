/** What the reader has learned, as storage has it. */
import { isKept, isRead, isScheduled, type Read } from "../learning/kept.ts";
import { begun, isDue, type Scheduled } from "../learning/schedule.ts";
import { recall, remember } from "../storage.ts";
import { today } from "./today.ts";

const REVIEW = "review:";
const READ = "read:";

/** The question of this key has been answered: it comes back. */
export function willComeBack(key: string): void {
  if (!isScheduled(recall(REVIEW + key))) remember(REVIEW + key, begun(today()));
}

export function reschedule(key: string, scheduled: Scheduled): void {
  remember(REVIEW + key, scheduled);
}

/** When the question comes back; one that was answered before dates were kept is due. Null for one never answered. */
export function scheduleOf(key: string): Scheduled | null {
  const kept = recall(REVIEW + key);
  if (isScheduled(kept)) return kept;
  return hasAnswered(key) ? { step: 0, due: today() } : null;
}

export function hasAnswered(key: string): boolean {
  return isKept(key, recall(key));
}

export function isDueToday(key: string): boolean {
  const scheduled = scheduleOf(key);
  return scheduled !== null && isDue(scheduled, today());
}

export function readOf(lesson: string): Read | null {
  const kept = recall(READ + lesson);
  return isRead(kept) ? kept : null;
}

export function rememberRead(lesson: string, section: string): void {
  const sections = readOf(lesson)?.sections ?? [];
  if (!sections.includes(section)) remember(READ + lesson, { sections: [...sections, section], date: today() });
}

/** The key of a question by its lesson and its id, which begins with its kind. */
export function keyOf(lesson: string, id: string): string {
  return `${id.slice(0, id.indexOf("-"))}:${lesson}:${id}`;
}

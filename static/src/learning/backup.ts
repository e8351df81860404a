/** What the site keeps of a reader as a file, and back. Pure. A file is taken whole or refused, with the reason. */
import { isKept } from "./kept.ts";

export type Entries = ReadonlyMap<string, unknown>;

const FORMAT = "il2site";
const VERSION = 1;
const LARGEST = 2_000_000;
const SHOWN = 60;

export function backup(entries: Entries, today: string): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, saved: today, entries: Object.fromEntries(entries) }, null, 1)}\n`;
}

/** The entries in the file, or why it is not taken over. */
export function readBackup(text: string): Entries | string {
  if (text.length > LARGEST) return "The file is too large to be one that was saved here.";
  const found = object(text);
  if (found?.format !== FORMAT) return "The file is not one that was saved here.";
  if (found.version !== VERSION) return `The file is of version ${shown(found.version)}; this site reads version ${VERSION}.`;
  const { entries } = found;
  if (typeof entries !== "object" || entries === null || Array.isArray(entries)) return "The file holds no entries.";
  const pairs = Object.entries(entries as object);
  const wrong = pairs.find(([key, value]) => !isKept(key, value));
  return wrong ? `The file holds an entry that this site does not know or cannot hold: ${shown(wrong[0])}.` : new Map(pairs);
}

function object(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function shown(value: unknown): string {
  // String() would ask a value of the file how it wants to be written.
  const words = typeof value === "string" ? value : JSON.stringify(value) ?? "nothing";
  return `“${words.length > SHOWN ? `${words.slice(0, SHOWN)}…` : words}”`;
}

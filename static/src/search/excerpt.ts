/** The part of a text that shows why it was found. Pure. */
import { places, wordsOf } from "./words.ts";

export interface Piece {
  readonly text: string;
  readonly isHit: boolean;
}

const BEFORE = 50;
const LENGTH = 150;

/** About `LENGTH` characters of `text` from shortly before its first hit, in pieces that are hits or are not. */
export function excerpt(text: string, hits: ReadonlySet<string>): Piece[] {
  const words = places(text);
  const found = words.filter(({ word }) => wordsOf(word).some((part) => hits.has(part)));
  const start = words.find(({ at }) => at >= (found[0]?.at ?? 0) - BEFORE)?.at ?? 0;
  const from = start < BEFORE ? 0 : start;
  const end = endOf(text, from + LENGTH);
  const pieces: Piece[] = [];
  let at = from;
  for (const hit of found.filter((word) => word.at + word.word.length <= end)) {
    pieces.push({ text: text.slice(at, hit.at), isHit: false }, { text: hit.word, isHit: true });
    at = hit.at + hit.word.length;
  }
  pieces.push({ text: text.slice(at, end) + (end < text.length ? " …" : ""), isHit: false });
  return [...(from > 0 ? [{ text: "… ", isHit: false }] : []), ...pieces].filter((piece) => piece.text !== "");
}

/** The end of the word before `at`. */
function endOf(text: string, at: number): number {
  if (at >= text.length) return text.length;
  const space = text.lastIndexOf(" ", at);
  return space > 0 ? space : at;
}

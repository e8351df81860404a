/**
 * The words by which a text is found. Pure.
 *
 * Case and accents do not count, Greek letters are found by their names, and a word with a hyphen is found with and
 * without it: "IL-2Rα" gives `il`, `2ralpha` and `il2ralpha`.
 */
const WORD = /[\p{L}\p{N}]+(?:[-‐‑–][\p{L}\p{N}]+)*/gu;
const HYPHEN = /[-‐‑–]/;
const GREEK: Readonly<Record<string, string>> = { α: "alpha", β: "beta", γ: "gamma", δ: "delta", ε: "epsilon", ζ: "zeta", κ: "kappa", λ: "lambda", μ: "mu", τ: "tau" };

/** The words of a text that is to be found. */
export function wordsOf(text: string): string[] {
  return places(text).flatMap(({ word }) => [...parts(word), ...joined(word)]);
}

/** The words of a question: a word with a hyphen is meant as one. */
export function asked(text: string): string[] {
  return places(text).flatMap(({ word }) => (HYPHEN.test(word) ? joined(word) : parts(word)));
}

/** Where each word stands in a text. */
export function places(text: string): { word: string; at: number }[] {
  return Array.from(text.matchAll(WORD), (match) => ({ word: match[0], at: match.index }));
}

function parts(word: string): string[] {
  return word.split(HYPHEN).map(plain);
}

function joined(word: string): string[] {
  return HYPHEN.test(word) ? [parts(word).join("")] : [];
}

function plain(word: string): string {
  const bare = word.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return bare.replace(/[α-ω]/gu, (letter) => GREEK[letter] ?? letter);
}

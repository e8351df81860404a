/** A reader finds what they mean: by any of its names, with a slip of the finger, best first, and sees why it was found. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { excerpt } from "../../static/src/search/excerpt.ts";
import { finder, type Row } from "../../static/src/search/find.ts";
import { wordsOf } from "../../static/src/search/words.ts";

const ROWS: readonly Row[] = [
  ["lesson", "How a receptor decides", "lessons/a/", "", "A dwell time of five seconds is enough for the receptor of IL-2."],
  ["section", "Counting steps", "lessons/a/#counting", "How a receptor decides", "What the dwell time is, and why the dwell time decides. Dwell time."],
  ["term", "Dwell time, Residence time", "glossary/#dwell-time", "", "How long one receptor holds one antigen."],
  ["term", "Interleukin-2, IL-2", "glossary/#interleukin-2", "", "A protein that tells T cells to divide; its receptor has an α chain."],
  ["figure", "Leak of albumin", "figures/leak/", "", "Vessels let albumin out."],
];
const find = finder(ROWS);
const titles = (question: string): string[] => find(question).map(({ title }) => title);

test("a term stands first for whoever types any of its names", () => {
  assert.equal(titles("dwell time")[0], "Dwell time, Residence time");
  assert.equal(titles("Residence Time")[0], "Dwell time, Residence time");
});

test("a name is found with its hyphen and without, in any case, and a Greek letter by its name", () => {
  for (const question of ["IL-2", "il2", "il 2", "interleukin-2", "Interleukin 2"]) {
    assert.ok(titles(question).includes("Interleukin-2, IL-2"), question);
  }
  assert.deepEqual(titles("alpha"), ["Interleukin-2, IL-2"]);
  assert.deepEqual(wordsOf("IL-2Rα, Müller"), ["il", "2ralpha", "il2ralpha", "muller"]);
});

test("the beginning of a word is enough, and so is a word with one letter wrong", () => {
  assert.deepEqual(titles("albu"), ["Leak of albumin"]);
  assert.deepEqual(titles("albumim"), ["Leak of albumin"]);
});

test("all words of a question count; what has only some of them is shown when nothing has all", () => {
  assert.deepEqual(titles("albumin vessels"), ["Leak of albumin"]);
  assert.deepEqual(titles("albumin nonsense"), ["Leak of albumin"]);
  assert.deepEqual(titles("nonsense"), []);
});

test("an excerpt shows the first hit among its neighbours, whole words only", () => {
  const text = `${"far away ".repeat(30)}a rare word here ${"and more ".repeat(30)}`;
  const pieces = excerpt(text, new Set(["rare"]));
  assert.deepEqual(pieces.filter(({ isHit }) => isHit).map((piece) => piece.text), ["rare"]);
  const whole = pieces.map((piece) => piece.text).join("");
  assert.ok(whole.startsWith("… ") && whole.endsWith(" …") && whole.length < 170, whole);
});

test("any question of any signs is answered", () => {
  for (const question of ["", " ", "-", "((", "\\", "“", "__proto__", "constructor", "😀", "a".repeat(5000)]) titles(question);
});

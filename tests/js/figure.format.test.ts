import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { counted, inside, number, tied } from "../../static/src/figure/format.ts";

const table = JSON.parse(readFileSync(new URL("../number.json", import.meta.url), "utf8")) as [number, string][];

test("a reader meets the same text for a number in the still and in the live figure", () => {
  for (const [value, text] of table) assert.equal(number(value), text, `number(${value})`);
});

test("a number stays on one line with its unit", () => {
  const cases = JSON.parse(readFileSync(new URL("../tied.json", import.meta.url), "utf8")) as [string, string][];
  for (const [text, kept] of cases) assert.equal(tied(text), kept);
});

const sentence = JSON.parse(readFileSync(new URL("../sentence.json", import.meta.url), "utf8")) as Record<"counted" | "inside", string[][]>;

test("one of a thing is not many, and a name keeps its capitals inside of a sentence", () => {
  for (const [said, unit, words] of sentence.counted) assert.equal(counted(said!, unit!), words);
  for (const [label, words] of sentence.inside) assert.equal(inside(label!), words);
});

test("what is not a number is said to be none", () => {
  for (const value of [NaN, Infinity, -Infinity]) assert.equal(number(value), "not a number");
});

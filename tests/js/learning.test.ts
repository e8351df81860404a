/** What a reader has answered comes back in time, can be taken along, and no file can put anything else in its place. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { backup, readBackup } from "../../static/src/learning/backup.ts";
import { asAnki, asCsv } from "../../static/src/learning/cards.ts";
import { isKept } from "../../static/src/learning/kept.ts";
import { begun, isDue, later, onward, reviewed, type Sitting } from "../../static/src/learning/schedule.ts";
import { tellGuess } from "../../static/src/learning/told.ts";

const DAY = "2026-02-27";

test("a question that is always known comes back after 1, 7 and 30 days, then no more", () => {
  let [scheduled, day] = [begun(DAY), DAY];
  for (const wait of [1, 7, 30]) {
    assert.equal(scheduled.due, later(day, wait));
    assert.ok(!isDue(scheduled, later(day, wait - 1)) && isDue(scheduled, later(day, wait)));
    day = scheduled.due!;
    scheduled = reviewed(scheduled, true, day);
  }
  assert.deepEqual(scheduled, { step: 3, due: null });
  assert.equal(later(DAY, 2), "2026-03-01");
});

test("a missed one begins again, and comes again before the sitting ends", () => {
  assert.deepEqual(reviewed({ step: 2, due: DAY }, false, DAY), begun(DAY));
  let sitting: Sitting = { queue: ["a", "b"], missed: [] };
  sitting = onward(sitting, false);
  assert.deepEqual(sitting, { queue: ["b", "a"], missed: ["a"] });
  sitting = onward(onward(sitting, true), true);
  assert.deepEqual(sitting, { queue: [], missed: ["a"] });
  assert.deepEqual(onward(sitting, true).queue, []);
});

const GUESS = { figure: "f", lesson: "l", predict: "predict-a", kind: "value", guess: 3, truth: 4, date: DAY };
const ENTRIES = new Map<string, unknown>([
  ["quiz:l:quiz-a", [0, 2]],
  ["predict:l:predict-a", GUESS],
  ["predict:l:predict-b", { ...GUESS, kind: "sketch", guess: [1, 2], truth: null }],
  ["review:quiz:l:quiz-a", { step: 1, due: DAY }],
  ["read:l", { sections: ["one"], date: DAY }],
  ["theme", "dark"],
]);

test("what is saved is read back as it was", () => {
  assert.deepEqual(readBackup(backup(ENTRIES, DAY)), ENTRIES);
});

test("a file that was not saved here, or says what cannot be, is refused whole, and the reason is named", () => {
  const entries = (key: string, value: unknown): string => backup(new Map([["theme", "dark"], [key, value]]), DAY);
  const refused: readonly (readonly [string, RegExp])[] = [
    ["", /not one that was saved here/],
    ["{", /not one/],
    ["null", /not one/],
    ["[]", /not one/],
    ['{"format":"il2site","version":2,"entries":{}}', /version “2”/],
    ['{"format":"il2site","version":1,"entries":[]}', /no entries/],
    ['{"format":"il2site","version":1,"entries":{"__proto__":{"a":1}}}', /“__proto__”/],
    [entries("quiz:l:quiz-a", "<script>"), /“quiz:l:quiz-a”/],
    [entries("quiz:l:quiz-a", [1e9]), /“quiz:l:quiz-a”/],
    [entries("<b>x</b>".repeat(50), 1), /“<b>x<\/b>.*…”/],
    [entries("review:quiz:l:quiz-a", { step: 1, due: "soon" }), /review/],
    [entries("read:l", { sections: "all", date: DAY }), /read/],
    [entries("predict:l:predict-a", { ...GUESS, guess: { toString: 1 } }), /predict/],
    [entries("theme", "red; } body {"), /theme/],
    ["x".repeat(3_000_000), /too large/],
  ];
  for (const [text, why] of refused) assert.match(String(readBackup(text)), why);
});

test("garbage in storage is no entry", () => {
  for (const value of [null, undefined, 0, "", [], {}, [[]], [null], { step: -1, due: DAY }]) {
    for (const key of ["quiz:l:q", "predict:l:p", "review:quiz:l:q", "read:l", "theme", "", "quiz:", "constructor"]) {
      assert.equal(isKept(key, value), false, `${key} ${JSON.stringify(value)}`);
    }
  }
});

test("cards go to Anki and to a table with every sign as it is", () => {
  const card = { lesson: "A lesson", front: ["Is 1 < 2\t& why?", "“yes”"], back: ['It "is".'] };
  const [separator, html, , , row] = asAnki([card]).split("\n");
  assert.deepEqual([separator, html], ["#separator:tab", "#html:true"]);
  assert.deepEqual(row!.split("\t"), ["Is 1 &lt; 2 &amp; why?<br>“yes”", 'It "is".', "A-lesson"]);
  assert.equal(asCsv([card]), 'lesson,question,answer\nA lesson,"Is 1 < 2\t& why?\n“yes”","It ""is""."\n');
});

test("a guess is told beside what the model says", () => {
  const choice = { kind: "choice", options: { a: "More.", b: "Less." }, answer: "b" } as const;
  assert.equal(tellGuess(choice, "b", "b"), "You expected: “Less.” That is what happens.");
  assert.equal(tellGuess(choice, "a", "b"), "You expected: “More.” It is: “Less.”");
  assert.equal(tellGuess(choice, "toString", "b"), "");
  const value = { kind: "value", unit: "cells", measure: "peak" } as const;
  assert.equal(tellGuess(value, 100, 1000), "You said 100 cells; the model gives 1,000 cells: 10 times that.");
  assert.equal(tellGuess(value, 100, null), "You said 100 cells.");
  const sketch = { kind: "sketch", unit: "cells", moments: ["day 0", "day 1", "day 2"] } as const;
  assert.equal(tellGuess(sketch, [1, 5, 2], [1, 2, 9]), "Your curve was highest at 5 cells (day 1); the model’s at 9 cells (day 2).");
  assert.equal(tellGuess(sketch, [1, 5], [1, 2]), "", "the question has changed since");
  assert.equal(tellGuess(sketch, null, null), "You asked to be shown.");
});

/**
 * Whatever stands in an address, in storage or in a file that is opened: nothing throws, and nothing that does not belong is
 * taken over. `FUZZ=1000000 node --test tests/js/hostile.test.ts` tries more.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { fitsSketch, fitsValue, keptGuess, type SketchAsk, type ValueAsk } from "../../static/src/figure/guess.ts";
import { hashOf, nameIn, stateIn } from "../../static/src/figure/share.ts";
import { backup, readBackup } from "../../static/src/learning/backup.ts";
import { isKept, isRead, isScheduled } from "../../static/src/learning/kept.ts";
import { isDue, reviewed } from "../../static/src/learning/schedule.ts";
import { sfc32 } from "../../static/src/model/random.ts";
import { figure } from "./shared-figure.ts";

const TRIES = Number(process.env.FUZZ ?? 3000);
const random = sfc32(20261129);
const below = (count: number): number => Math.floor(random() * count);
const one = <T>(of: readonly T[]): T => of[below(of.length)]!;
const some = <T>(of: () => T, most: number): T[] => Array.from({ length: below(most + 1) }, of);
const noise = (): string => String.fromCharCode(...some(() => one([below(128), below(65536)]), 8));

const NAMES = ["at", "tau", "antigens", "boost", "kon", "__proto__", "constructor", "toString", "hasOwnProperty", "v1", ""];
const NUMBERS = ["NaN", "1e999", "-1e999", "Infinity", "0x10", "1e-400", "-0", "1_0", " 1", "1 ", "9".repeat(400), ".5", "5.", "1e", "[]", "%31", "1,5", "²", "null"];
const FORMS = ["#figure-receptor-triggering?v1", "#figure-receptor-triggering?", "#figure-receptor-triggering?v2", "#figure-x?v1", "#", "?", "", "javascript:"];

function hash(): string {
  const piece = (): string => `${one([one(NAMES), noise()])}${one(["=", "=", "==", ""])}${one([one(NUMBERS), String(random() * 200 - 50), noise()])}`;
  return one(FORMS) + some(piece, 6).map((text) => `${one(["&", "&", "?", ";", "#"])}${text}`).join("") + one(["", "", noise(), "&at=1".repeat(below(2000))]);
}

test("an address gives a state that the figure can be in, or none", () => {
  for (let i = 0; i < TRIES; i++) {
    const text = hash();
    nameIn(text);
    const state = stateIn(text, figure);
    if (!state) continue;
    assert.ok(state.at >= 0 && state.at <= 60, text);
    for (const [name, value] of Object.entries(state.set)) {
      const [low, high] = { tau: [0.2, 60], antigens: [1, 100], boost: [0, 2] }[name] ?? assert.fail(text);
      assert.ok(value >= low! && value <= high!, text);
    }
    const again = stateIn(hashOf(figure, state), figure);
    assert.ok(Math.abs(again!.at - state.at) < 1e-6, text);
  }
  assert.equal(({} as Record<string, unknown>).tau, undefined);
});

const WORDS = ["choice", "value", "sketch", "2026-02-27", "2026-02-31", "2026-13-01", "9999-12-31", "0000-00-00", "light", "off", "calm", "", "__proto__"];
const FIELDS = ["kind", "guess", "truth", "date", "figure", "lesson", "predict", "step", "due", "sections", "toString", "valueOf", "length", "toJSON", "__proto__"];
const KEYS = ["quiz:a:b", "predict:a:b", "review:quiz:a:b", "read:a", "theme", "motion", "shortcuts", "__proto__", "constructor", "quiz::", "x"];

/** Anything that JSON can say, often near to what is kept. */
function value(depth = 0): unknown {
  const leaf = (): unknown => one([null, true, 0, 1, -1, 1e308, 0.5, 99, 100, one(WORDS), noise(), "x".repeat(below(500)), Array(below(300)).fill(1)]);
  const list = (): unknown => some(() => value(depth + 1), 3);
  const fields = (): unknown => JSON.parse(`{${some(() => `${JSON.stringify(one(FIELDS))}:${JSON.stringify(value(depth + 1)) ?? "null"}`, 7).join()}}`);
  return depth > 2 ? leaf() : one([leaf, list, fields, prediction])();
}

function prediction(): unknown {
  const fields = { figure: "a", lesson: "b", predict: "c", kind: "value", guess: 1, truth: 2, date: "2026-02-27", step: 1, due: "2026-02-28", sections: ["a"] };
  return random() < 0.5 ? fields : { ...fields, [one(FIELDS.slice(0, 10))]: one(WORDS) };
}

const ask = { kind: "value", min: 0, max: 10 } as unknown as ValueAsk;
const sketch = { kind: "sketch", times: [0, 1, 2] } as unknown as SketchAsk;

test("whatever storage holds is ignored or can be used", () => {
  for (let i = 0; i < TRIES; i++) {
    const found = value();
    if (isScheduled(found)) {
      isDue(found, "2026-02-27");
      const next = reviewed(found, random() < 0.5, "2026-02-27");
      assert.ok(isScheduled(next), JSON.stringify(found));
    }
    if (isRead(found)) assert.ok(found.sections.every((section) => section.length <= 200));
    const guess = keptGuess(found, (said) => fitsValue(ask, said));
    assert.ok(guess === undefined || guess === null || (typeof guess === "number" && guess >= 0 && guess <= 10));
    keptGuess(found, (said) => fitsSketch(sketch, said));
  }
});

function file(): string {
  const entries = Object.fromEntries(some(() => [one(KEYS), value()] as const, 3));
  const whole = { format: one(["il2site", "il2site", value()]), version: one([1, 1, value()]), entries: one([entries, entries, value()]) };
  const text = JSON.stringify(whole);
  const at = below(text.length);
  return one([text, text, text.slice(0, at), text.slice(0, at) + noise() + text.slice(at), "[".repeat(below(1e4)), noise()]);
}

test("a file is taken over whole, with nothing in it that is no entry, or refused in words", () => {
  for (let i = 0; i < TRIES; i++) {
    const text = file();
    const read = readBackup(text);
    if (typeof read === "string") {
      assert.ok(read.length > 10 && read.length < 300, text);
    } else {
      for (const [key, kept] of read) assert.ok(isKept(key, kept), key);
      assert.deepEqual(readBackup(backup(read, "2026-02-27")), read);
    }
  }
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Station } from "../../static/src/figure/data.ts";
import { discRadius, pathwayWords, strength } from "../../static/src/view/pathway.ts";

interface Case {
  readonly station: Station;
  readonly X: number;
  readonly strength: number;
}
const cases = JSON.parse(readFileSync(new URL("../pathway.json", import.meta.url), "utf8")) as Case[];

test("a station is as full as the build draws it", () => {
  for (const { station, X, strength: wanted } of cases) {
    assert.ok(Math.abs(strength(station, () => X) - wanted) < 1e-12, JSON.stringify(station));
  }
});

test("the area of a disc is the strength, and a full one stays within its ring", () => {
  assert.equal(discRadius(0), 0);
  assert.equal(discRadius(1), 17);
  assert.ok(Math.abs((discRadius(0.25) / discRadius(1)) ** 2 - 0.25) < 1e-12);
});

test("a map is told by the stations that show something", () => {
  const of = (label: string, show: string | null): Station => ({ label, show, full: show && 10, empty: 0, scale: "linear" }) as Station;
  const stations = [of("Antigen", "A"), of("IL-2", "I"), of("Harm", null)];
  assert.equal(pathwayWords({ stations }, (name) => ({ A: 5.45, I: 0 })[name]!), "Antigen 55 %, IL-2 0 %.");
});

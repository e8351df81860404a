import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { csv } from "../../static/src/figure/csv.ts";
import { fileName, frameCode, hashOf, nameIn, publicAddress, stateIn } from "../../static/src/figure/share.ts";
import { sfc32 } from "../../static/src/model/random.ts";
import { figure } from "./shared-figure.ts";

const HASH = "#figure-receptor-triggering?";
const usual = { at: 0, set: {} };

test("a state comes back from its own link, with what is as usual left out", () => {
  for (const at of [0, 9.5, 60, 1 / 3]) {
    for (const set of [{}, { tau: 0.2 }, { tau: 1e-300 + 0.3, antigens: 7, boost: 1.25 }]) {
      const back = stateIn(hashOf(figure, { at, set: { ...figure.parameters, ...set } }), figure);
      assert.deepEqual(back?.set, set);
      assert.ok(Math.abs(back!.at - at) < 1e-8);
    }
  }
  assert.equal(hashOf(figure, { at: 30, set: { ...figure.parameters, tau: 0.5 } }), `${HASH}v1&at=30&tau=0.5`);
});

test("the links of lessons mean in the browser what the build checked", () => {
  const cases = JSON.parse(readFileSync(new URL("../share.json", import.meta.url), "utf8"));
  for (const [query, { at = 0, ...set }] of cases.taken) {
    assert.deepEqual(stateIn(`${HASH}v1&${query}`, figure), { at, set }, query);
  }
});

test("a number beyond a range is brought back, and only whole things are counted", () => {
  assert.deepEqual(stateIn(`${HASH}v1&at=1e9&tau=0&antigens=55.6&boost=9`, figure), { at: 60, set: { tau: 0.2, antigens: 56, boost: 2 } });
  assert.deepEqual(stateIn(`${HASH}v1&at=-5&tau=1e308`, figure), { at: 0, set: { tau: 60 } });
});

test("what is unknown, no number or fixed in this figure is ignored", () => {
  for (const rest of ["", "&", "&&&", "&tau", "&tau=", "&tau=NaN", "&tau=Infinity", "&tau=1e999", "&tau=0x9", "&tau=%31", "&tau=<b>",
    "&kon=1", "&speed=4", "&__proto__=1", "&constructor=1", "&toString=1", "&hasOwnProperty=1", "&=1", "&at=later", "&tau==1"]) {
    assert.deepEqual(stateIn(`${HASH}v1${rest}`, figure), usual, rest);
  }
});

test("another version, another figure, an ordinary anchor or an endless address tells no state", () => {
  for (const hash of ["", "#", "#figure-receptor-triggering", "#references", `${HASH}`, `${HASH}v2&tau=1`, `${HASH}tau=1`, `${HASH}v1.5&tau=1`,
    "#figure-other?v1&tau=1", `x${HASH}v1`, `${HASH}v1&${"tau=1&".repeat(1000)}`]) {
    assert.equal(stateIn(hash, figure), null, hash.slice(0, 50));
  }
  assert.deepEqual(["#references", "#figure-a", "#figure-a?v9", "#figure-A?v1", "#figure-a--b?v1"].map(nameIn), [null, null, "a", null, null]);
});

test("whatever an address holds, a figure is only ever put into a state that it has", () => {
  const random = sfc32(4);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!;
  const pieces = ["v1", "v2", "&", "=", "&at=", "&tau=", "&antigens=", "&boost=", "&kon=", "__proto__", "1e308", "-", "9.5", "1e-320", "e", ".", "%", "%00",
    "\u0000", "\ud800", "💉", "?", "#", " ", "NaN", "<svg onload=x>", "javascript:x", "5", "0", "777"];
  for (let i = 0; i < 20_000; i++) {
    const hash = HASH + (random() < 0.8 ? "v1" : "") + Array.from({ length: Math.floor(random() * 12) }, () => pick(pieces)).join("");
    const state = stateIn(hash, figure);
    if (state === null) continue;
    assert.ok(state.at >= 0 && state.at <= 60, hash);
    for (const [name, value] of Object.entries(state.set)) {
      const [low, high] = { tau: [0.2, 60], antigens: [1, 100], boost: [0, 2] }[name] ?? [NaN, NaN];
      assert.ok(value >= low! && value <= high!, `${hash} sets ${name} to ${value}`);
    }
    assert.deepEqual(stateIn(hashOf(figure, { at: state.at, set: { ...figure.parameters, ...state.set } }), figure)?.set,
      Object.fromEntries(Object.entries(state.set).filter(([name, value]) => value !== { ...figure.parameters }[name])), hash);
  }
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
});

test("a file is named after the figure and what is unusual in it, in letters that every disk takes", () => {
  assert.equal(fileName("cd4-expansion", {}, "csv"), "cd4-expansion.csv");
  assert.equal(fileName("cd4-expansion", { il2_made: 0.5, at: 9.4912345 }, "svg"), "cd4-expansion-il2_made-0.5-at-9.491.svg");
  assert.match(fileName("x".repeat(300), { "a/b:c": -1e30 }, "png"), /^[A-Za-z0-9._-]{1,124}\.png$/);
});

test("a page from a disk is known on the web only by what the site says of itself", () => {
  assert.equal(publicAddress("https://here.example/a/", "https://site.example/"), "https://here.example/a/");
  assert.equal(publicAddress("file:///home/a/index.html", "https://site.example/"), "https://site.example/");
  assert.equal(publicAddress("file:///home/a/index.html", null), null);
});

test("the code of a frame holds its texts as texts", () => {
  const code = frameCode("https://a.example/index.html", "#figure-a?v1&at=1", `"><script>x</script>`);
  assert.ok(code.includes('src="https://a.example/index.html?embed#figure-a?v1&amp;at=1"'));
  assert.ok(!code.includes("<script>") && code.includes("&quot;&gt;&lt;script&gt;"));
});

test("numbers for a spreadsheet keep all digits, and texts their commas, quotes and lines", () => {
  const text = csv(["time (s)", 'a, "b"\nc'], [[0.1 + 0.2, 1e-9], [1 / 3, NaN], ["1,000", "x"]]);
  assert.equal(text, 'time (s),"a, ""b""\nc"\n0.30000000000000004,1e-9\n0.3333333333333333,\n"1,000",x\n');
});

test("hostile addresses of any length mean nothing, and are read at once", () => {
  const long = "9".repeat(1_000_000);
  for (const query of [`v1&tau=NaN${long}`, `v1&__proto__=${long}`, `v1${"&tau=x".repeat(100_000)}`, `v1&${long}=1`, `v1&tau=%00${long}`, long]) {
    const found = stateIn(HASH + query, figure);
    assert.deepEqual(found?.set ?? {}, {}, query.slice(0, 30));
  }
  assert.equal(({} as Record<string, unknown>)["9"], undefined);
});

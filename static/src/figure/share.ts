/**
 * A figure in a state that can be linked to, and the other texts that leave the page with it. Pure. The links of lessons
 * are written by `il2site/figure/share.py`; `tests/share.json` holds both to one form:
 *
 *     #figure-receptor-triggering?v1&at=30&tau=0.5
 *
 * `v1` is the version of the form, `at` is where the figure stands on its clock, everything else is a parameter by its
 * name, given only where it differs from the usual. What is unknown, no number or of another version is ignored, and a
 * number beyond a range is brought back into it: an address comes from anywhere.
 */
import type { Control, ModelFigure } from "./data.ts";
import { changed, type Settings } from "./settings.ts";

const VERSION = "v1";
const AT = "at";
/** No figure has so much to say that a longer address would mean anything. */
const LONGEST = 4000;

export interface Linked {
  /** Where the figure stands on its clock. */
  readonly at: number;
  /** The settings that differ from the usual ones. */
  readonly set: Settings;
}

type Linkable = Pick<ModelFigure, "name" | "parameters" | "presets"> & {
  readonly clock: Pick<ModelFigure["clock"], "low" | "high">;
  readonly controls: readonly Pick<Control, "parameter" | "min" | "max" | "whole">[];
};

/** What follows the page in an address that shows `figure` as it is. */
export function hashOf(figure: Linkable, { at, set }: Linked): string {
  const allowed = ranges(figure);
  const given = Object.entries(changed(set, figure.parameters)).filter(([name]) => name !== AT && allowed.has(name));
  const pieces = [[AT, Number(at.toPrecision(9))] as const, ...given].map(([name, value]) => `${name}=${plain(value)}`);
  return `#figure-${figure.name}?${[VERSION, ...pieces].join("&")}`;
}

/** The name of the figure whose state `hash` tells, whatever that state is; null for any other address. */
export function nameIn(hash: string): string | null {
  return /^#figure-([a-z0-9]+(?:-[a-z0-9]+)*)\?/.exec(hash)?.[1] ?? null;
}

/** The state of `figure` that `hash` tells; null when it tells none, or none that this version knows. */
export function stateIn(hash: string, figure: Linkable): Linked | null {
  if (hash.length > LONGEST || nameIn(hash) !== figure.name) return null;
  const [version, ...pieces] = hash.slice(hash.indexOf("?") + 1).split("&");
  if (version !== VERSION) return null;
  const allowed = ranges(figure);
  const values = new Map(pieces.flatMap((piece) => setting(piece, allowed)));
  const at = values.get(AT) ?? figure.clock.low;
  values.delete(AT);
  return { at, set: Object.fromEntries([...values].map(([name, value]) => [name, sensible(figure, name, value)])) };
}

type Range = readonly [low: number, high: number];

function setting(piece: string, allowed: ReadonlyMap<string, Range>): [string, number][] {
  const [name = "", text = ""] = piece.split(/=(.*)/s);
  const range = allowed.get(name);
  if (!range || !/^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) || !Number.isFinite(Number(text))) return [];
  return [[name, Math.min(Math.max(Number(text), range[0]), range[1])]];
}

/** What a link may set, from its smallest to its largest value: the clock, and whatever a control or a situation sets. */
function ranges({ parameters, controls, presets, clock }: Linkable): ReadonlyMap<string, Range> {
  const reached = [
    ...controls.flatMap(({ parameter, min, max }) => [[parameter, min] as const, [parameter, max] as const]),
    ...presets.flatMap(({ set }) => Object.entries(set)),
  ].filter(([name]) => Object.hasOwn(parameters, name));
  const found = new Map<string, Range>();
  for (const [name, value] of reached) {
    const [low, high] = found.get(name) ?? [parameters[name]!, parameters[name]!];
    found.set(name, [Math.min(low, value), Math.max(high, value)]);
  }
  return found.set(AT, [clock.low, clock.high]);
}

function sensible({ controls }: Linkable, name: string, value: number): number {
  return controls.some((control) => control.parameter === name && control.whole) ? Math.round(value) : value;
}

/** All digits of a number, without a sign that an address would have to hide: 1e+30 -> 1e30. */
function plain(value: number): string {
  return String(value).replace("+", "");
}

/** The name of a file that holds `figure` as it is: "receptor-triggering-tau-0.5.csv". */
export function fileName(figure: string, state: Settings, ending: string): string {
  const pieces = [figure, ...Object.entries(state).map(([name, value]) => `${name}-${plain(Number(value.toPrecision(4)))}`)];
  return `${pieces.join("-").replace(/[^A-Za-z0-9._-]+/g, "-").slice(0, 120)}.${ending}`;
}

/** Where a page can be reached by others: `here` when it was served, else its place on the web if the site has one. */
export function publicAddress(here: string, canonical: string | null): string | null {
  return /^https?:/.test(here) ? here : canonical;
}

/** The code that sets the figure at `address` (without its hash) in the state `hash` into another page. */
export function frameCode(address: string, hash: string, title: string): string {
  const source = escaped(`${address}?embed${hash}`);
  return `<iframe src="${source}" title="${escaped(title)}" width="100%" height="900" loading="lazy" allow="fullscreen; clipboard-write"></iframe>`;
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

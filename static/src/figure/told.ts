/** What is said of a whole run: of the usual one its summary, of any other how it compares. Pure. */
import type { Computed } from "./compute.ts";
import type { ModelFigure } from "./data.ts";
import { isPreset, type Settings } from "./settings.ts";
import { fill, type Others } from "./words.ts";

/** The run of other settings; null when there is none. */
export type RunOf = (settings: Settings) => Computed | null;

/** The runs that words compare with: the usual one, and those of presets by their label. */
export function othersOf({ presets, parameters }: ModelFigure, runOf: RunOf): Others {
  return (name) => {
    const set = name === "" ? {} : presets.find(({ label }) => label === name)?.set;
    return set ? (runOf({ ...parameters, ...set })?.measured ?? null) : null;
  };
}

/** The sentence of the whole run with these settings; empty for one that did not finish. */
export function runSentence(figure: ModelFigure, settings: Settings, computed: Computed, runOf: RunOf): string {
  if (computed.failure !== null) return "";
  const { summary, changed } = figure.words;
  const usual = isPreset(settings, figure.parameters, {});
  const template = usual ? summary : (changed ?? summary);
  return fill(template, computed.measured, figure.clock.high, othersOf(figure, runOf));
}

/** The stage, the sentence that follows the run, and what is spoken: each as often as can be read or heard. */
import { atShare, rounded } from "../../figure/clock.ts";
import type { Computed } from "../../figure/compute.ts";
import { tied } from "../../figure/format.ts";
import { isPreset } from "../../figure/settings.ts";
import { stageAt } from "../../figure/stage.ts";
import { othersOf, runSentence } from "../../figure/told.ts";
import { fill } from "../../figure/words.ts";
import { part, parts, say, write } from "../parts.ts";
import type { Feature, FigureHost, FigureState } from "./host.ts";

/** How often the sentence changes, and how often it is spoken, while playing (milliseconds). */
const SENTENCE_EVERY = 200;
const SPEAK_EVERY = 1000;
/** How long the settings must rest before the new run is spoken: a slider also says its own value. */
const SPEAK_AFTER = 600;
/** The longest sentence of a run is looked for at so many places of its clock, from end to end. */
const LOOKED_AT = 40;

export function narration({ root, figure, runOf, state: present, stopping }: FigureHost): Feature {
  let [told, spoken, spokenStage, waiting] = [-Infinity, -Infinity, 0, 0];
  let { settings } = present();
  const [stages, scales, now, run, aloud] =
    [parts(root, "stage"), parts(root, "scale"), part(root, "now"), part(root, "run"), part(root, "spoken")];

  const speak = (...sentences: string[]): void => say(aloud, sentences.filter(Boolean).join(" "));
  const isUsual = (): boolean => isPreset(present().settings, figure.parameters, {});
  const speakStage = (stage: number, sentence: string, scale: string): void => {
    const told = figure.stages[stage]?.say ?? "";
    const said = stage === spokenStage || !told ? "" : isUsual() ? told : `In the usual run: ${told}`;
    spokenStage = stage;
    speak(said, sentence, scale);
  };
  const others = othersOf(figure, runOf);
  const sentence = (at: number, { transport: { clock } }: FigureState, computed: Computed): string =>
    tied(fill(figure.words.now, computed.measured, rounded(at, clock), others));
  const said = now.parentElement!;
  const room = said.cloneNode(true) as HTMLElement;
  const longest = room.lastElementChild!;
  room.className = "figure-room";
  room.ariaHidden = "true";
  longest.removeAttribute("data-role");
  /** Gives the sentence the room of the longest one of the run, which stands before it, out of sight. */
  const giveSentenceRoom = (state: FigureState, computed: Computed): void => {
    const { clock } = state.transport;
    const all = Array.from({ length: LOOKED_AT + 1 }, (_, i) => sentence(atShare(clock, i / LOOKED_AT), state, computed));
    say(longest, all.reduce((long, text) => (text.length > long.length ? text : long)));
    if (!room.parentNode) said.before(room);
  };

  const speakLater = (text: string): void => {
    clearTimeout(waiting);
    waiting = setTimeout(() => ((waiting = 0), speak(text)), SPEAK_AFTER);
  };
  stopping.addEventListener("abort", () => (clearTimeout(waiting), room.remove()));

  return {
    /** The stages tell the usual run; a picture of another one may not agree with them. */
    settled: () => void root.toggleAttribute("data-unusual", !isUsual()),
    computed(state) {
      const text = runSentence(figure, state.settings, state.computed!, runOf);
      say(run, tied(text));
      if (room.parentNode) giveSentenceRoom(state, state.computed!);
      if (state.settings !== settings || waiting) speakLater(text);
      settings = state.settings;
    },
    shown(state, at, urgent) {
      const { time, clock } = state.transport;
      const stage = stageAt(figure.stages, time, clock.high);
      const scale = state.scene?.scale(time) ?? "";
      stages.forEach((item, i) => item.classList.toggle("is-now", i === Math.max(stage, 0)));
      scales.forEach((node) => write(node, scale));
      // Not before the clock moves: nothing shall move because a figure comes to life.
      if (state.computed && !room.parentNode && (state.transport.playing || time > clock.low)) giveSentenceRoom(state, state.computed);
      if (urgent) told = spoken = -Infinity;
      else if (!state.transport.playing) return;
      if (at - told < SENTENCE_EVERY || !state.computed) return;
      told = at;
      const text = sentence(time, state, state.computed);
      write(now, text);
      if (at - spoken < SPEAK_EVERY || waiting) return;
      spoken = at;
      speakStage(stage, text, scale);
    },
  };
}

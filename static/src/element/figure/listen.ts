/** The chosen curve as sound: begun by a press, ended by another, by Escape, by a hidden page, or when it is over. */
import type { Plot } from "../../figure/data.ts";
import { coursesOf } from "../../figure/point.ts";
import { heard, SECONDS, SIDE, tune, type Tune } from "../../figure/sound.ts";
import type { ValueAxis } from "../../view/axis.ts";
import { axisName } from "../../view/point.ts";
import { actions, part, say } from "../parts.ts";
import type { Feature, FigureHost } from "./host.ts";

export function listen({ root, figure, state, stopping }: FigureHost): Feature {
  const courses = coursesOf(figure);
  const words = part(root, "heard");
  let plotted: Plot | null = null;
  let sound: AudioContext | null = null;

  const course = () => courses[Number(actions<HTMLSelectElement>(root, "line")[0]!.value)]!;
  const axis = (plot: Plot) => plot.layout[axisName(course()).replace("y", "yaxis")] as ValueAxis;
  const tell = (): void => {
    if (plotted && !sound) say(words, heard(course(), axis(plotted), figure.clock));
  };
  const stop = (): void => {
    void sound?.close();
    sound = null;
    say(part(root, "listen-label"), "Listen");
  };
  const start = (): void => {
    const series = state().computed?.run.series;
    if (!series || !plotted) return;
    words.hidden = false;
    sound = play(tune(series, course().line.show, axis(plotted), figure.clock, figure.stages), stop);
    if (sound) say(part(root, "listen-label"), "Stop the sound");
    else say(words, "This browser lets no sound be made here.");
  };
  const options = { signal: stopping };
  root.addEventListener("keydown", ({ key }) => key === "Escape" && stop(), options);
  document.addEventListener("visibilitychange", () => document.hidden && stop(), options);
  stopping.addEventListener("abort", stop);

  return {
    clicked(action) {
      if (action === "listen") sound ? stop() : start();
    },
    moved(action) {
      if (action !== "line") return;
      stop();
      tell();
    },
    settled: () => void (sound && stop()),
    over: (plot) => (plotted = plot),
    shown: ({ waits }, _now, urgent) => {
      if (!urgent) return;
      for (const button of actions<HTMLButtonElement>(root, "listen")) button.disabled = waits;
      tell();
    },
  };
}

/** Plays `tune` and calls `over` at its end; null where no sound can be made. */
function play(tune: Tune, over: () => void): AudioContext | null {
  let sound: AudioContext | null = null;
  try {
    sound = new AudioContext();
    perform(sound, tune).addEventListener("ended", over);
    // What a browser forbids stays silent until it is stopped.
    sound.resume().catch(() => undefined);
    return sound;
  } catch {
    void sound?.close();
    return null;
  }
}

/** Plans all tones of `tune`; the one that lasts to its end is given. */
function perform(sound: AudioContext, { pitches, ticks }: Tune): OscillatorNode {
  const begin = sound.currentTime + 0.05;
  for (const at of ticks) tone(sound, "square", begin + at, 0.03, 0.06).frequency.value = 2000;
  const voice = tone(sound, "triangle", begin, SECONDS, 0.2);
  voice.frequency.setValueCurveAtTime(pitches, begin, SECONDS);
  return voice;
}

/** A tone that swells and fades, and goes from left to right as the whole of the tune does. */
function tone(sound: AudioContext, type: OscillatorType, from: number, seconds: number, loud: number): OscillatorNode {
  const [source, level, place] = [sound.createOscillator(), sound.createGain(), sound.createStereoPanner()];
  const edge = Math.min(0.02, seconds / 3);
  source.type = type;
  level.gain.setValueAtTime(0, from);
  level.gain.linearRampToValueAtTime(loud, from + edge);
  level.gain.setValueAtTime(loud, from + seconds - edge);
  level.gain.linearRampToValueAtTime(0, from + seconds);
  place.pan.setValueAtTime(-SIDE, sound.currentTime);
  place.pan.linearRampToValueAtTime(SIDE, sound.currentTime + SECONDS);
  source.connect(level).connect(place).connect(sound.destination);
  source.start(from);
  source.stop(from + seconds);
  return source;
}

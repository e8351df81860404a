/** Sliders for the parameters of the model, and buttons for situations that set several at once. */
import type { Control, ModelFigure } from "../../figure/data.ts";
import { counted, number } from "../../figure/format.ts";
import { isPreset, ladder, position, valueAt, type Settings } from "../../figure/settings.ts";
import { actions, giveRoom, write } from "../parts.ts";
import type { Feature, FigureHost } from "./host.ts";

export function settingsPanel(host: FigureHost): Feature {
  const { root, figure, state, set } = host;
  const controls = new Map(figure.controls.map((control) => [control.parameter, control]));
  const shown = new Map<string, number>();
  const rows = actions<HTMLInputElement>(root, "parameter").flatMap((slider) => {
    const control = controls.get(slider.dataset.parameter ?? "");
    return control ? [rowOf(root, slider, control)] : [];
  });
  const presets = actions(root, "preset");
  return {
    clicked(action, button) {
      if (action === "preset") set(figure.presets[Number(button.dataset.preset)]?.set ?? {}, figure.parameters);
      if (action === "reset") set({}, figure.parameters);
    },
    moved(action, slider) {
      const control = controls.get(slider.dataset.parameter ?? "");
      if (action !== "parameter" || !control) return;
      set({ [control.parameter]: valueAt(control, Number(slider.value)) }, state().settings);
    },
    settled({ settings }) {
      for (const row of rows) {
        const { parameter, min } = row.control;
        const value = settings[parameter] ?? min;
        if (shown.get(parameter) !== value) showValue(row, value);
        shown.set(parameter, value);
      }
      showPresets(presets, figure, settings);
    },
  };
}

/** A slider and the number beside it. */
interface Row {
  readonly control: Control;
  readonly slider: HTMLInputElement;
  readonly readout: HTMLElement | null;
}

/** The number has room for the longest that the slider can have. */
function rowOf(root: HTMLElement, slider: HTMLInputElement, control: Control): Row {
  const readout = root.querySelector<HTMLElement>(`[data-role="readout"][data-parameter="${CSS.escape(control.parameter)}"]`);
  if (readout) giveRoom(readout, ladder(control).map((value) => wordsOf(control, value)), 1);
  slider.max = String(ladder(control).length - 1);
  return { control, slider, readout };
}

function wordsOf({ unit }: Control, value: number): string {
  return counted(number(value), unit);
}

function showValue({ slider, control, readout }: Row, value: number): void {
  const words = wordsOf(control, value);
  const at = position(control, value);
  if (Number(slider.value) !== at) slider.value = String(at);
  slider.setAttribute("aria-valuetext", words);
  slider.style.setProperty("--at", `${(100 * at) / Number(slider.max)}%`);
  write(readout, words);
}

function showPresets(buttons: readonly HTMLElement[], { presets, parameters }: ModelFigure, settings: Settings): void {
  for (const button of buttons) {
    const preset = presets[Number(button.dataset.preset)];
    const on = preset !== undefined && isPreset(settings, parameters, preset.set);
    if (button.getAttribute("aria-pressed") !== String(on)) button.setAttribute("aria-pressed", String(on));
  }
}

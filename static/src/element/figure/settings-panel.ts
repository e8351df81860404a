/** Sliders for the parameters of the model, and buttons for situations that set several at once. */
import type { Control } from "../../figure/data.ts";
import { number } from "../../figure/format.ts";
import { isPreset, ladder, position, valueAt, type Settings } from "../../figure/settings.ts";
import { actions, say } from "../parts.ts";
import type { Feature, FigureHost } from "./host.ts";

export function settingsPanel(host: FigureHost): Feature {
  const { root, figure, state, set } = host;
  const controls = new Map(figure.controls.map((control) => [control.parameter, control]));
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
      for (const slider of actions<HTMLInputElement>(root, "parameter")) {
        const control = controls.get(slider.dataset.parameter ?? "");
        if (control) showValue(root, slider, control, settings[control.parameter] ?? control.min);
      }
      showPresets(host, settings);
    },
  };
}

function showValue(root: HTMLElement, slider: HTMLInputElement, control: Control, value: number): void {
  const words = `${number(value)} ${control.unit}`.trim();
  slider.max = String(ladder(control).length - 1);
  const at = position(control, value);
  if (Number(slider.value) !== at) slider.value = String(at);
  slider.setAttribute("aria-valuetext", words);
  slider.style.setProperty("--filled", `${(100 * at) / Number(slider.max)}%`);
  say(root.querySelector(`[data-role="readout"][data-parameter="${CSS.escape(control.parameter)}"]`), words);
}

function showPresets({ root, figure }: FigureHost, settings: Settings): void {
  for (const button of actions(root, "preset")) {
    const preset = figure.presets[Number(button.dataset.preset)];
    const on = preset !== undefined && isPreset(settings, figure.parameters, preset.set);
    button.setAttribute("aria-pressed", String(on));
  }
}

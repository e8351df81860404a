/** A figure whose states are written into links. */
const control = (parameter: string, min: number, max: number, whole = false) => ({ parameter, min, max, whole });
export const figure = {
  name: "receptor-triggering",
  clock: { low: 0, high: 60 },
  parameters: { tau: 5.2, antigens: 100, kon: 3.4e-4, boost: 0 },
  controls: [control("tau", 0.2, 60), control("antigens", 1, 100, true)],
  presets: [{ label: "Boost", set: { boost: 2, tau: 54 } }],
} as const;

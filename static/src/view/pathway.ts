/** How full the stations of a map are: the mirror of `strength` and `pathway_words` in `il2site/figure/pathway.py`. Pure. */
import type { PathwayField, Station } from "../figure/data.ts";

const DISC = 17;

/** From 0 (empty) to 1 (full); 0 for a station that shows nothing. */
export function strength(station: Station, value: (name: string) => number): number {
  const { show, full, empty, scale } = station;
  if (show === null || full === null) return 0;
  const on = (each: number): number => (scale === "log" ? Math.log10(Math.max(each, empty)) : each);
  const share = (on(value(show)) - on(empty)) / (on(full) - on(empty));
  return Math.min(Math.max(share, 0), 1);
}

/** The radius of the disc in a station's ring: its area is the strength. */
export function discRadius(full: number): number {
  return DISC * Math.sqrt(full);
}

/** "Antigen 54 %, IL-2 98 %." */
export function pathwayWords(field: PathwayField, value: (name: string) => number): string {
  const lit = field.stations.filter(({ show }) => show !== null);
  return `${lit.map((station) => `${station.label} ${Math.round(100 * strength(station, value))} %`).join(", ")}.`;
}

/** What the elements of a page tell each other, through the document. */

/** A reader has committed to a prediction about a figure, or has asked to be shown. */
export const COMMITTED = "il2-committed";
/** A figure shall take these settings and show its run from the start. */
export const SHOW = "il2-show";

export interface Committed {
  readonly figure: string;
}
export interface Show {
  readonly figure: string;
  readonly set: Readonly<Record<string, number>>;
}

export function tell(kind: typeof COMMITTED, detail: Committed): void;
export function tell(kind: typeof SHOW, detail: Show): void;
export function tell(kind: string, detail: object): void {
  document.dispatchEvent(new CustomEvent(kind, { detail }));
}

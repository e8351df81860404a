/** One way of asking for a prediction: its controls on the page, what they say, and what is shown once it is settled. */
import type { ModelFigure } from "../../figure/data.ts";
import type { Guess } from "../../figure/guess.ts";
import type { Series } from "../../model/simulate.ts";

export interface Asking {
  /** What to do first, when nothing has been said yet. */
  readonly hint: string;
  /** What the reader says; undefined while nothing has been said. */
  read(): Guess | undefined;
  /** Whether something that storage holds can have been said here. */
  fits(guess: unknown): boolean;
  /** Nothing can be changed any more; `guess` is shown, beside what the model says where it could be run. */
  settle(guess: Guess, series: Series | null): void;
  /** As in the beginning. */
  clear(): void;
  /** The difference in words; empty for a reader who asked to be shown. */
  difference(guess: Guess, series: Series | null): string;
}

/** How an asking is made: from its part of the page, which ends with `stopping`. */
export interface Makings {
  readonly root: HTMLElement;
  readonly stopping: AbortSignal;
  /** The figure that is asked about; null for a chart. */
  readonly figure: ModelFigure | null;
}

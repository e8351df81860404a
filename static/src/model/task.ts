/** What a run of any method is asked for, and how it ends. */

import type { Dose } from "./doses.ts";

export interface Task {
  /** Ascending, from 0 on; the run ends at the last. */
  readonly times: Float64Array;
  /** Steps tried, or reactions, after which to give up. */
  readonly budget: number;
  readonly doses: readonly Dose[];
  /** Tolerance of each step, in parts of each state. */
  readonly relative: number;
  /** An amount of any state that counts as none. */
  readonly nothing: number;
  /** Whether states that are no finite number may stay as they are. */
  readonly raw: boolean;
}

export type Outcome =
  | { readonly kind: "finished" }
  /** The budget was spent, or the steps became too small to go on; `at`: the time reached. */
  | { readonly kind: "too many steps"; readonly at: number }
  /** A value or a rate was infinite or undefined; `at`: the time reached. */
  | { readonly kind: "not a number"; readonly at: number };

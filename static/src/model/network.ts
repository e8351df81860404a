/** A reaction network as the build prints it (`il2site/model/printer/javascript.py`), ready to be run. */
import type { Draws } from "./random.ts";

/** Values by number: states `y`, parameters `p`, rates `v`; order as in the lists of names of the network. */
export type Values = Float64Array;

/** What one reaction event adds to which state: `[index of the state, whole amount]`. */
export type Change = readonly (readonly [number, number])[];

/** Something that happens when its trigger becomes true (SBML Level 3 Version 2, section 4.11). */
export interface EventInfo {
  readonly name: string;
  /** What the trigger is taken to have been before time 0. */
  readonly initially: boolean;
  /** Whether it is executed even if its trigger is false again by then. */
  readonly persistent: boolean;
  /** Whether the values are read when it is triggered, not when it is executed. */
  readonly early: boolean;
  readonly delayed: boolean;
  readonly prioritised: boolean;
  /** Number of values that it assigns. */
  readonly sets: number;
}

/** How far a stochastic run has come, and room for what happens in it. */
export interface Path {
  t: number;
  /** When `keep` has to be called next. */
  due: number;
  /** How many reactions have been written, and how many may be. */
  length: number;
  room: number;
  /** When which reaction happened. */
  times: Float64Array;
  reactions: Int32Array;
}

/**
 * One model. The functions are pure apart from the array they fill (always the last argument, except in `initial`,
 * `assign` and `jacobian`).
 *
 * Modes `m` are the parts of formulas that jump with time or state: comparisons (0 or 1), floor, ceiling, truncation.
 * `rhs`, `jacobian` and `trigger` take them as given, so that the right-hand side is smooth while they are held; all
 * other functions compare by themselves.
 *
 * Worked example, decay of `X` at rate `k X`:
 * `states: ["X"], parameters: ["k"], defaults: [0.1], reactions: ["decay"], change: [[[0, -1]]], modes: 0, events: []`,
 * `rates(t, y, p, v) { v[0] = p[0] * y[0]; }`, `jacobian(t, y, p, m, J, ft) { J[0] = -p[0]; ft[0] = 0; }`.
 */
export interface Network {
  readonly name: string;
  /** Unit of `t`, as written on the time axis. */
  readonly timeUnit: string;
  /** n names. */
  readonly states: readonly string[];
  /** Names of the quantities computed from the states (assignment rules), in order of dependency. */
  readonly outputs: readonly string[];
  /** Names of the constants that a run may set, and their values when it does not. */
  readonly parameters: readonly string[];
  readonly defaults: readonly number[];
  /** Number of constants that `initial` computes; they stand behind the parameters in `p`. */
  readonly constants: number;
  /** Names of the reactions. */
  readonly reactions: readonly string[];
  /** For each reaction, what one event changes; null when there is no stochastic run: not always a whole number, or a rate rule. */
  readonly change: readonly Change[] | null;
  /** Number of modes. */
  readonly modes: number;
  readonly events: readonly EventInfo[];
  /** Whether no rate depends on time by itself while the modes are held; not, when absent. */
  readonly autonomous?: boolean;
  /** Indices of the states that may grow by themselves from any trace of them; none, when absent. */
  readonly grows?: readonly number[];
  /** Concentration to the state that holds its amount: names of outputs, and indices of states. */
  readonly twins?: Readonly<Record<string, number>>;
  /** Fills `p` beyond the parameters, and `y` (n) with the state at time 0. */
  initial(p: Values, y: Values): void;
  /** Fills `v` with the rate of each reaction, in events per unit of time. */
  rates(t: number, y: Values, p: Values, v: Values): void;
  /**
   * Reactions by the direct method, one after the other, as long as nothing else happens: none comes later than `until`,
   * there is room for them on the `path` (and as many `draws` are ready), and the total of their rates is an ordinary number.
   * Changes `y`, the path and where the draws stand. `keep` is told of the first reaction after each time that is due and
   * says what is due next; `y` is then as it was before. True when the next reaction would come after `until`. Absent for
   * networks with modes or many reactions.
   */
  walk?(path: Path, draws: Draws, until: number, y: Values, p: Values, keep: (next: number) => number): boolean;
  /** Fills `dy` (n) with the time derivatives. */
  rhs(t: number, y: Values, p: Values, m: Values, dy: Values): void;
  /**
   * Fills `J` (n × n, row by row) and `ft` (n): `J[i * n + j]` is the derivative of `dy[i]` with respect to `y[j]`,
   * `ft[i]` its partial derivative with respect to time.
   */
  jacobian(t: number, y: Values, p: Values, m: Values, J: Values, ft: Values): void;
  /** Fills `out` with the outputs. */
  output(t: number, y: Values, p: Values, out: Values): void;
  /** Fills `m` with the modes. */
  mode(t: number, y: Values, p: Values, m: Values): void;
  /** Fills `out` with 1 for each event whose trigger holds, else 0. */
  trigger(t: number, y: Values, p: Values, m: Values, out: Values): void;
  /** Time from trigger to execution of event `k`; 0 for one without delay. */
  delay(k: number, t: number, y: Values, p: Values): number;
  /** −Infinity for an event without priority. */
  priority(k: number, t: number, y: Values, p: Values): number;
  /** Fills `e` with the values that event `k` would assign. */
  values(k: number, t: number, y: Values, p: Values, e: Values): void;
  /** Writes the values `e` of event `k` into `y`. */
  assign(k: number, t: number, y: Values, p: Values, e: Values): void;
}

/** Where the scripts of the models register: `self.il2site`. */
export interface Registry {
  models: Record<string, Network>;
}

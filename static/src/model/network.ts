/** A reaction network as the build prints it (`il2site/model/javascript.py`), ready to be run. */

/** Values by number: states `y`, parameters `p`, rates `v`; order as in the lists of names of the network. */
export type Values = Float64Array;

/**
 * One model. The functions are pure apart from the array they fill (always the last argument).
 * Worked example, decay of `X` at rate `k X`:
 * `states: ["X"], parameters: ["k"], defaults: [0.1], reactions: ["decay"], change: [[[0, -1]]]`,
 * `rates(t, y, p, v) { v[0] = p[0] * y[0]; }`, `jacobian(t, y, p, J) { J[0] = -p[0]; }`.
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
  /** m names. */
  readonly reactions: readonly string[];
  /** For each reaction, what one event adds to which state: `[index of the state, amount]`. */
  readonly change: readonly (readonly (readonly [number, number])[])[];
  /** Fills `y` (n) with the state at time 0. */
  initial(p: Values, y: Values): void;
  /** Fills `v` (m) with the rate of each reaction, in events per unit of time. */
  rates(t: number, y: Values, p: Values, v: Values): void;
  /** Fills `dy` (n) with the time derivatives. */
  rhs(t: number, y: Values, p: Values, dy: Values): void;
  /** Fills `J` (n × n, row by row): `J[i * n + j]` is the derivative of `dy[i]` with respect to `y[j]`. */
  jacobian(t: number, y: Values, p: Values, J: Values): void;
  /** Fills `out` with the outputs. */
  output(t: number, y: Values, p: Values, out: Values): void;
}

/** Where the scripts of the models register: `self.il2site`. */
export interface Registry {
  models: Record<string, Network>;
}

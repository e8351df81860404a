/** Networks written by hand for the tests of the runtime, in the form that the build prints. */

import type { Network, Values } from "../../static/src/model/network.ts";

export const nothing = (): void => undefined;

/** What a network without constants, modes and events has. */
export const plain = {
  constants: 0, modes: 0, events: [], mode: nothing, trigger: nothing, delay: () => 0, priority: () => -Infinity,
  values: nothing, assign: nothing,
} satisfies Partial<Network>;

/** A system given by its equations alone: no reactions, no parameters, states y0, y1, … */
export function system(
  start: readonly number[],
  rhs: (t: number, y: Values, dy: Values) => void,
  jacobian: (t: number, y: Values, J: Values, ft: Values) => void,
): Network {
  return {
    ...plain, name: "system", timeUnit: "s", states: start.map((_, i) => `y${i}`), outputs: [],
    parameters: [], defaults: [],
    reactions: [], change: [],
    initial: (_p, y) => y.set(start),
    rates: nothing,
    rhs: (t, y, _p, _m, dy) => rhs(t, y, dy),
    jacobian(t, y, _p, _m, J, ft) {
      ft.fill(0);
      jacobian(t, y, J, ft);
    },
    output: nothing,
  };
}

/** X decays at rate k X. */
export const decay: Network = {
  ...plain, name: "decay", timeUnit: "s", states: ["X"], outputs: ["gone"],
  parameters: ["k", "X0"], defaults: [0.5, 1000],
  reactions: ["decay"], change: [[[0, -1]]],
  initial(p, y) { y[0] = p[1]!; },
  rates(_t, y, p, v) { v[0] = p[0]! * y[0]!; },
  rhs(_t, y, p, _m, dy) { dy[0] = -p[0]! * y[0]!; },
  jacobian(_t, _y, p, _m, J, ft) { ft[0] = 0; J[0] = -p[0]!; },
  output(_t, y, p, out) { out[0] = p[1]! - y[0]!; },
};

/** X is born at rate birth and dies at rate death X: the counts settle to a Poisson distribution. */
export const birthDeath: Network = {
  ...plain, name: "birth-death", timeUnit: "s", states: ["X"], outputs: [],
  parameters: ["birth", "death"], defaults: [50, 1],
  reactions: ["birth", "death"], change: [[[0, 1]], [[0, -1]]],
  initial(_p, y) { y[0] = 0; },
  rates(_t, y, p, v) { v[0] = p[0]!; v[1] = p[1]! * y[0]!; },
  rhs(_t, y, p, _m, dy) { dy[0] = p[0]! - p[1]! * y[0]!; },
  jacobian(_t, _y, p, _m, J, ft) { ft[0] = 0; J[0] = -p[1]!; },
  output: nothing,
};

/** Growth to a limit: dX/dt = r X (1 − X / K), X(0) = 1. */
export const logistic: Network = {
  ...plain, name: "logistic", timeUnit: "d", states: ["X"], outputs: [], parameters: ["r", "K"], defaults: [1, 1e6],
  reactions: ["growth"], change: [[[0, 1]]],
  initial(_p, y) { y[0] = 1; },
  rates(_t, y, p, v) { v[0] = p[0]! * y[0]! * (1 - y[0]! / p[1]!); },
  rhs(_t, y, p, _m, dy) { dy[0] = p[0]! * y[0]! * (1 - y[0]! / p[1]!); },
  jacobian(_t, y, p, _m, J, ft) { ft[0] = 0; J[0] = p[0]! * (1 - (2 * y[0]!) / p[1]!); },
  output: nothing,
};

/** Robertson's three reactions (1966), the classic stiff test: rate constants 0.04, 3e7 and 1e4. */
export const robertson = system(
  [1, 0, 0],
  (_t, y, dy) => {
    dy[0] = -0.04 * y[0]! + 1e4 * y[1]! * y[2]!;
    dy[2] = 3e7 * y[1]! * y[1]!;
    dy[1] = -dy[0]! - dy[2]!;
  },
  (_t, y, J) => {
    J.set([-0.04, 1e4 * y[2]!, 1e4 * y[1]!]);
    J.set([0, 6e7 * y[1]!, 0], 6);
    for (let j = 0; j < 3; j++) J[3 + j] = -J[j]! - J[6 + j]!;
  },
);

/** Van der Pol's oscillator with damping `mu`: stiff when it is large. */
export function vanDerPol(mu: number): Network {
  return system(
    [2, 0],
    (_t, y, dy) => {
      dy[0] = y[1]!;
      dy[1] = mu * (1 - y[0]! * y[0]!) * y[1]! - y[0]!;
    },
    (_t, y, J) => J.set([0, 1, -2 * mu * y[0]! * y[1]! - 1, mu * (1 - y[0]! * y[0]!)]),
  );
}

/** Receptor triggering by kinetic proofreading, three steps (McKeithan 1995), as the build prints it. */
export const proofreading: Network = {
  ...plain, name: "receptor-triggering", timeUnit: "s",
  states: ["L", "R", "C0", "C1", "C2", "C3"], outputs: ["koff", "bound"],
  parameters: ["antigens", "receptors", "tau", "kon", "kp"], defaults: [100, 30000, 5.2, 3.4e-4, 1],
  reactions: ["bind", "p1", "p2", "p3", "u0", "u1", "u2", "u3"],
  change: [
    [[0, -1], [1, -1], [2, 1]],
    [[2, -1], [3, 1]], [[3, -1], [4, 1]], [[4, -1], [5, 1]],
    [[2, -1], [0, 1], [1, 1]], [[3, -1], [0, 1], [1, 1]], [[4, -1], [0, 1], [1, 1]], [[5, -1], [0, 1], [1, 1]],
  ],
  initial(p, y) {
    y.fill(0);
    y[0] = p[0]!;
    y[1] = p[1]!;
  },
  rates(_t, y, p, v) {
    const koff = 1 / p[2]!;
    v[0] = p[3]! * y[0]! * y[1]!;
    for (let i = 0; i < 3; i++) v[1 + i] = p[4]! * y[2 + i]!;
    for (let i = 0; i < 4; i++) v[4 + i] = koff * y[2 + i]!;
  },
  rhs(t, y, p, _m, dy) {
    const v = new Float64Array(8);
    this.rates(t, y, p, v);
    dy.fill(0);
    this.change!.forEach((change, j) => change.forEach(([state, amount]) => (dy[state]! += amount * v[j]!)));
  },
  jacobian(_t, y, p, _m, J, ft) {
    ft.fill(0);
    const [koff, kon, kp] = [1 / p[2]!, p[3]!, p[4]!];
    J.fill(0);
    for (const [row, sign] of [[0, -1], [1, -1], [2, 1]] as const) {
      J[row * 6] = sign * kon * y[1]!;
      J[row * 6 + 1] = sign * kon * y[0]!;
    }
    for (let i = 0; i < 4; i++) {
      const column = 2 + i;
      J[column]! += koff;
      J[6 + column]! += koff;
      J[column * 6 + column]! -= koff + (i < 3 ? kp : 0);
      if (i < 3) J[(column + 1) * 6 + column]! += kp;
    }
  },
  output(_t, y, p, out) {
    out[0] = 1 / p[2]!;
    out[1] = y[2]! + y[3]! + y[4]!;
  },
};

/** An event for `withEvents`: its trigger as a function of the modes, and what it sets. */
export interface Happening {
  readonly when: (m: Values) => boolean;
  readonly initially?: boolean;
  readonly persistent?: boolean;
  readonly early?: boolean;
  readonly delay?: (t: number, y: Values) => number;
  readonly priority?: (t: number, y: Values) => number;
  /** States by number, and the values that they get. */
  readonly sets: readonly number[];
  readonly to: (t: number, y: Values) => readonly number[];
}

/** `network` with modes and events. */
export function withEvents(
  network: Network, modes: (t: number, y: Values) => readonly boolean[], happenings: readonly Happening[],
): Network {
  const n = modes(0, new Float64Array(network.states.length)).length;
  return {
    ...network,
    modes: n,
    events: happenings.map(({ initially = true, persistent = true, early = true, delay, priority, sets }, k) => ({
      name: `event${k}`, initially, persistent, early, delayed: delay !== undefined,
      prioritised: priority !== undefined, sets: sets.length,
    })),
    mode: (t, y, _p, m) => m.set(modes(t, y).map(Number)),
    trigger: (_t, _y, _p, m, out) => out.set(happenings.map(({ when }) => Number(when(m)))),
    delay: (k, t, y) => happenings[k]!.delay?.(t, y) ?? 0,
    priority: (k, t, y) => happenings[k]!.priority?.(t, y) ?? -Infinity,
    values: (k, t, y, _p, e) => e.set(happenings[k]!.to(t, y)),
    assign: (k, _t, y, _p, e) => happenings[k]!.sets.forEach((state, i) => (y[state] = e[i]!)),
  };
}

/** States that nothing changes but events, from these values on. */
export function resting(...start: number[]): Network {
  return system(start, (_t, _y, dy) => void dy.fill(0), (_t, _y, J) => void J.fill(0));
}

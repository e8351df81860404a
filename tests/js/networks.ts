/** Networks written by hand for the tests of the runtime, in the form that the build prints. */

import type { Network, Values } from "../../static/src/model/network.ts";

const nothing = (): void => undefined;

/** A system given by its equations alone: no reactions, no parameters, states y0, y1, … */
export function system(
  start: readonly number[],
  rhs: (t: number, y: Values, dy: Values) => void,
  jacobian: (t: number, y: Values, J: Values) => void,
): Network {
  return {
    name: "system", timeUnit: "s", states: start.map((_, i) => `y${i}`), outputs: [], parameters: [], defaults: [],
    reactions: [], change: [],
    initial: (_p, y) => y.set(start),
    rates: nothing,
    rhs: (t, y, _p, dy) => rhs(t, y, dy),
    jacobian: (t, y, _p, J) => jacobian(t, y, J),
    output: nothing,
  };
}

/** X decays at rate k X. */
export const decay: Network = {
  name: "decay", timeUnit: "s", states: ["X"], outputs: ["gone"], parameters: ["k", "X0"], defaults: [0.5, 1000],
  reactions: ["decay"], change: [[[0, -1]]],
  initial(p, y) { y[0] = p[1]!; },
  rates(_t, y, p, v) { v[0] = p[0]! * y[0]!; },
  rhs(_t, y, p, dy) { dy[0] = -p[0]! * y[0]!; },
  jacobian(_t, _y, p, J) { J[0] = -p[0]!; },
  output(_t, y, p, out) { out[0] = p[1]! - y[0]!; },
};

/** X is born at rate birth and dies at rate death X: the counts settle to a Poisson distribution. */
export const birthDeath: Network = {
  name: "birth-death", timeUnit: "s", states: ["X"], outputs: [], parameters: ["birth", "death"], defaults: [50, 1],
  reactions: ["birth", "death"], change: [[[0, 1]], [[0, -1]]],
  initial(_p, y) { y[0] = 0; },
  rates(_t, y, p, v) { v[0] = p[0]!; v[1] = p[1]! * y[0]!; },
  rhs(_t, y, p, dy) { dy[0] = p[0]! - p[1]! * y[0]!; },
  jacobian(_t, _y, p, J) { J[0] = -p[1]!; },
  output: nothing,
};

/** Growth to a limit: dX/dt = r X (1 − X / K), X(0) = 1. */
export const logistic: Network = {
  name: "logistic", timeUnit: "d", states: ["X"], outputs: [], parameters: ["r", "K"], defaults: [1, 1e6],
  reactions: ["growth"], change: [[[0, 1]]],
  initial(_p, y) { y[0] = 1; },
  rates(_t, y, p, v) { v[0] = p[0]! * y[0]! * (1 - y[0]! / p[1]!); },
  rhs(_t, y, p, dy) { dy[0] = p[0]! * y[0]! * (1 - y[0]! / p[1]!); },
  jacobian(_t, y, p, J) { J[0] = p[0]! * (1 - (2 * y[0]!) / p[1]!); },
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
  name: "receptor-triggering", timeUnit: "s",
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
  rhs(t, y, p, dy) {
    const v = new Float64Array(8);
    this.rates(t, y, p, v);
    dy.fill(0);
    this.change.forEach((change, j) => change.forEach(([state, amount]) => (dy[state]! += amount * v[j]!)));
  },
  jacobian(_t, y, p, J) {
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

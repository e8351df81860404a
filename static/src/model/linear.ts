/**
 * Linear systems (d I − J) x = b with a sparse J, solved directly. J is n × n, row by row.
 *
 * Rows are never exchanged for their size: d goes with the inverse of a step, so the diagonal weighs the more the
 * shorter the step, and a solver that is told of a bad pivot takes a shorter one. No unit of a state matters then. The
 * order of elimination is chosen once for little fill-in (H. M. Markowitz, Management Science 1957;3:255).
 */

import type { Values } from "./network.ts";

/** A pivot that has lost so many digits is none. */
const LOST = 1e-10;

/**
 * How to eliminate, for one pattern of zeros: the order of the states, and the entries of L and U with all that
 * elimination fills. Takes long for large J, so it is made once for many systems.
 */
export class Plan {
  readonly n: number;
  /** Places of J that may be other than zero, the diagonal among them; and all others. Ascending. */
  readonly used: Int32Array;
  readonly unused: Int32Array;
  /** Number of the state that is eliminated as the r-th. */
  readonly order: Int32Array;
  /** Entries of row r of L and U: `start[r]` … `start[r + 1] − 1`, columns ascending, `diagonal[r]` among them. */
  readonly start: Int32Array;
  readonly diagonal: Int32Array;
  readonly columns: Int32Array;
  /** Which entry begins as which used place of J. */
  readonly entry: Int32Array;
  /** Which entries elimination changes, one after the other. */
  readonly targets: Int32Array;

  /** For matrices that are other than zero at most where `J` or the `earlier` plan is. */
  constructor(n: number, J: Values, earlier: Plan | null = null) {
    const pattern = Uint8Array.from(J, (value, k) => Number(value !== 0 || k % (n + 1) === 0));
    earlier?.used.forEach((k) => (pattern[k] = 1));
    const filled = pattern.slice();
    const order = elimination(filled, n);
    const columns: number[] = [];
    const entries = new Int32Array(n * n);
    [this.n, this.order, this.start, this.diagonal] = [n, order, new Int32Array(n + 1), new Int32Array(n)];
    for (let r = 0; r < n; r++) {
      for (let c = 0; c < n; c++) {
        const k = order[r]! * n + order[c]!;
        if (filled[k] === 0) continue;
        if (c === r) this.diagonal[r] = columns.length;
        entries[k] = columns.length;
        columns.push(c);
      }
      this.start[r + 1] = columns.length;
    }
    const places = Int32Array.from({ length: n * n }, (_, k) => k);
    this.used = places.filter((k) => pattern[k] !== 0);
    this.unused = places.filter((k) => pattern[k] === 0);
    this.entry = this.used.map((k) => entries[k]!);
    this.columns = Int32Array.from(columns);
    this.targets = this.changed(entries);
  }

  /** From each row, multiples of those rows above are subtracted in whose columns it has an entry. */
  private changed(entries: Int32Array): Int32Array {
    const { n, order, start, diagonal, columns } = this;
    const targets: number[] = [];
    for (let r = 0; r < n; r++) {
      for (let e = start[r]!; e < diagonal[r]!; e++) {
        const k = columns[e]!;
        for (let u = diagonal[k]! + 1; u < start[k + 1]!; u++) {
          targets.push(entries[order[r]! * n + order[columns[u]!]!]!);
        }
      }
    }
    return new Int32Array(targets);
  }
}

/** Give it each new J by `use`; then `factorise` for some d, and `solve` for as many right-hand sides as there are. */
export class Factors {
  private plan: Plan;
  private jacobian: Values = new Float64Array(0);
  /** The entries of L and U. */
  private values: Values;
  private readonly inverse: Values;
  private readonly row: Values;

  constructor(plan: Plan) {
    const { n } = plan;
    this.plan = plan;
    this.values = new Float64Array(plan.columns.length);
    [this.inverse, this.row] = [new Float64Array(n), new Float64Array(n)];
  }

  /**
   * Systems with this J from now on. Fills `turnover` (n) with |J| |y|, and `influence` (n) with the largest of
   * |J[i, j] / y[i]| off the diagonal of each column j; false when J or the turnover is not finite.
   */
  use(J: Values, y: Values, turnover: Values, influence: Values): boolean {
    this.jacobian = J;
    if (!this.fits(J)) this.extend(J);
    const { n, used } = this.plan;
    let total = 0;
    influence.fill(0);
    for (let i = 0, q = 0, row = 0; i < n; i++, row += n) {
      const share = 1 / Math.abs(y[i]!);
      let sum = 0;
      for (; q < used.length && used[q]! < row + n; q++) {
        const value = Math.abs(J[used[q]!]!);
        if (value === 0) continue;
        const j = used[q]! - row;
        sum += Math.abs(value * y[j]!);
        if (j !== i && value * share > influence[j]!) influence[j] = value * share;
      }
      turnover[i] = sum;
      total += sum;
    }
    return total < Infinity;
  }

  private fits(J: Values): boolean {
    const { unused } = this.plan;
    for (let q = 0; q < unused.length; q++) if (J[unused[q]!] !== 0) return false;
    return true;
  }

  private extend(J: Values): void {
    this.plan = new Plan(this.plan.n, J, this.plan);
    this.values = new Float64Array(this.plan.columns.length);
  }

  /** False when d I − J is singular, or nearly, or not finite. */
  factorise(d: number): boolean {
    const { plan: { n, start, diagonal, columns, targets }, values, inverse } = this;
    this.load();
    for (let r = 0, q = 0; r < n; r++) {
      const middle = diagonal[r]!;
      const size = d + Math.abs(values[middle]!);
      values[middle]! += d;
      for (let e = start[r]!; e < middle; e++) {
        const k = columns[e]!;
        const factor = (values[e]! *= inverse[k]!);
        for (let u = diagonal[k]! + 1, end = start[k + 1]!; u < end; u++) values[targets[q++]!]! -= factor * values[u]!;
      }
      const pivot = values[middle]!;
      if (!(Math.abs(pivot) > LOST * size && size < Infinity)) return false;
      inverse[r] = 1 / pivot;
    }
    return true;
  }

  /** −J in the places of L and U. */
  private load(): void {
    const { jacobian, plan: { used, entry }, values } = this;
    values.fill(0);
    for (let q = 0; q < used.length; q++) values[entry[q]!] = -jacobian[used[q]!]!;
  }

  /** Writes the solution for the right-hand side `b` (n) into `x`, from place `offset` on, `stride` places apart. */
  solve(b: Values, x: Values, offset: number, stride: number): void {
    const { plan: { n, order, start, diagonal, columns }, values, inverse, row } = this;
    for (let r = 0, e = 0; r < n; r++) {
      let sum = b[order[r]!]!;
      for (const end = diagonal[r]!; e < end; e++) sum -= values[e]! * row[columns[e]!]!;
      row[r] = sum;
      e = start[r + 1]!;
    }
    for (let r = n - 1; r >= 0; r--) {
      let sum = row[r]!;
      const first = diagonal[r]!;
      for (let e = start[r + 1]! - 1; e > first; e--) sum -= values[e]! * row[columns[e]!]!;
      row[r] = sum *= inverse[r]!;
      x[offset + order[r]! * stride] = sum;
    }
  }
}

/** The order of elimination; marks in `filled` what it makes other than zero. */
function elimination(filled: Uint8Array, n: number): Int32Array {
  const [order, place] = [new Int32Array(n), new Int32Array(n).fill(n)];
  for (let r = 0; r < n; r++) {
    const pivot = cheapest(filled, place, n);
    order[r] = pivot;
    place[pivot] = r;
    fill(filled, place, pivot, n);
  }
  return order;
}

/** Of the states not eliminated yet (`place` n), that with the least product of entries in its row and its column. */
function cheapest(filled: Uint8Array, place: Int32Array, n: number): number {
  const [rows, columns] = [new Int32Array(n), new Int32Array(n)];
  for (let i = 0; i < n; i++) {
    if (place[i]! < n) continue;
    for (let j = 0; j < n; j++) {
      if (filled[i * n + j] === 0 || place[j]! < n) continue;
      rows[i]!++;
      columns[j]!++;
    }
  }
  let best = -1;
  for (let i = 0; i < n; i++) {
    if (place[i]! < n) continue;
    if (best < 0 || (rows[i]! - 1) * (columns[i]! - 1) < (rows[best]! - 1) * (columns[best]! - 1)) best = i;
  }
  return best;
}

/** Marks what eliminating `pivot` makes other than zero. */
function fill(filled: Uint8Array, place: Int32Array, pivot: number, n: number): void {
  for (let i = 0; i < n; i++) {
    if (place[i]! < n || filled[i * n + pivot] === 0) continue;
    for (let j = 0; j < n; j++) if (place[j]! === n && filled[pivot * n + j] !== 0) filled[i * n + j] = 1;
  }
}

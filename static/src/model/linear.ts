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

/** Give it each new J by `use`; then `factorise` for some d, and `solve` for as many right-hand sides as there are. */
export class Factors {
  private readonly n: number;
  private jacobian: Values;
  /** Places of J that have been other than zero at some time, and the diagonal. */
  private readonly pattern: Uint8Array;
  private known = false;
  /** Number of the state that is eliminated as the r-th. */
  private readonly order: Int32Array;
  /** Entries of row r of L and U: `start[r]` … `start[r + 1] − 1`, columns ascending, `diagonal[r]` among them. */
  private readonly start: Int32Array;
  private readonly diagonal: Int32Array;
  private columns = new Int32Array(0);
  /** Place in J of each entry; −1 where elimination alone fills it. */
  private source = new Int32Array(0);
  private values = new Float64Array(0);
  private readonly inverse: Values;
  private readonly row: Values;

  constructor(n: number) {
    this.n = n;
    this.jacobian = new Float64Array(n * n);
    this.pattern = new Uint8Array(n * n);
    for (let i = 0; i < n; i++) this.pattern[i * n + i] = 1;
    [this.order, this.start, this.diagonal] = [new Int32Array(n), new Int32Array(n + 1), new Int32Array(n)];
    [this.inverse, this.row] = [new Float64Array(n), new Float64Array(n)];
  }

  /** Systems with this J from now on. Fills `turnover` (n) with |J| |y|; false when J or that is not finite. */
  use(J: Values, y: Values, turnover: Values): boolean {
    const { n, pattern } = this;
    this.jacobian = J;
    let total = 0;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0, k = i * n; j < n; j++, k++) {
        if (J[k] === 0) continue;
        sum += Math.abs(J[k]! * y[j]!);
        if (pattern[k] === 0) {
          pattern[k] = 1;
          this.known = false;
        }
      }
      turnover[i] = sum;
      total += sum;
    }
    if (!this.known) this.plan();
    this.known = true;
    return total < Infinity;
  }

  /** False when d I − J is singular, or nearly, or not finite. */
  factorise(d: number): boolean {
    const { n, jacobian, start, diagonal, columns, source, values, inverse, row } = this;
    for (let r = 0; r < n; r++) {
      const [first, middle, end] = [start[r]!, diagonal[r]!, start[r + 1]!];
      for (let e = first; e < end; e++) row[columns[e]!] = source[e]! < 0 ? 0 : -jacobian[source[e]!]!;
      const size = d + Math.abs(row[r]!);
      row[r]! += d;
      for (let e = first; e < middle; e++) {
        const k = columns[e]!;
        const factor = row[k]! * inverse[k]!;
        values[e] = factor;
        if (factor === 0) continue;
        for (let u = diagonal[k]! + 1; u < start[k + 1]!; u++) row[columns[u]!]! -= factor * values[u]!;
      }
      for (let e = middle; e < end; e++) values[e] = row[columns[e]!]!;
      if (!(Math.abs(row[r]!) > LOST * size && size < Infinity)) return false;
      inverse[r] = 1 / row[r]!;
    }
    return true;
  }

  /** Writes the solution for the right-hand side `b` (n) into `x`, from place `offset` on. */
  solve(b: Values, x: Values, offset: number): void {
    const { n, order, start, diagonal, columns, values, inverse, row } = this;
    for (let r = 0; r < n; r++) {
      let sum = b[order[r]!]!;
      for (let e = start[r]!; e < diagonal[r]!; e++) sum -= values[e]! * row[columns[e]!]!;
      row[r] = sum;
    }
    for (let r = n - 1; r >= 0; r--) {
      let sum = row[r]!;
      for (let e = diagonal[r]! + 1; e < start[r + 1]!; e++) sum -= values[e]! * row[columns[e]!]!;
      row[r] = sum * inverse[r]!;
      x[offset + order[r]!] = row[r]!;
    }
  }

  /** Chooses the order, and lists the entries of L and U with all that elimination fills. */
  private plan(): void {
    const { n, order, start, diagonal } = this;
    const filled = this.pattern.slice();
    const place = new Int32Array(n).fill(n);
    for (let r = 0; r < n; r++) {
      const pivot = cheapest(filled, place, n);
      order[r] = pivot;
      place[pivot] = r;
      fill(filled, place, pivot, n);
    }
    const [columns, source]: [number[], number[]] = [[], []];
    for (let r = 0; r < n; r++) {
      start[r] = columns.length;
      for (let c = 0; c < n; c++) {
        const k = order[r]! * n + order[c]!;
        if (filled[k] === 0) continue;
        if (c === r) diagonal[r] = columns.length;
        columns.push(c);
        source.push(this.pattern[k] === 0 ? -1 : k);
      }
    }
    start[n] = columns.length;
    [this.columns, this.source] = [Int32Array.from(columns), Int32Array.from(source)];
    this.values = new Float64Array(columns.length);
  }
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

/** Small dense linear systems, solved in place. Matrices are n × n, row by row. */

/**
 * Replaces `A` by its factors L and U with rows exchanged as `pivots` says; false when `A` is singular or not finite.
 * `scale[i]` is the natural size of unknown i and of equation i: the pivot is the entry largest for its scale, so that
 * amounts counted in molar do not lose against amounts counted in cells.
 */
export function factorise(A: Float64Array, pivots: Int32Array, scale: Float64Array): boolean {
  const n = pivots.length;
  const weight = Float64Array.from(scale, (size) => (size > 0 ? 1 / size : 1));
  for (let k = 0; k < n; k++) {
    const pivot = pivotRow(A, weight, k, n);
    pivots[k] = pivot;
    if (pivot !== k) exchange(A, weight, k, pivot, n);
    const diagonal = A[k * n + k]!;
    if (diagonal === 0 || !Number.isFinite(diagonal)) return false;
    eliminate(A, k, n, 1 / diagonal);
  }
  return true;
}

function pivotRow(A: Float64Array, weight: Float64Array, k: number, n: number): number {
  let best = k;
  let largest = Math.abs(A[k * n + k]!) * weight[k]!;
  for (let i = k + 1; i < n; i++) {
    const size = Math.abs(A[i * n + k]!) * weight[i]!;
    if (size > largest) [best, largest] = [i, size];
  }
  return best;
}

function exchange(A: Float64Array, weight: Float64Array, i: number, j: number, n: number): void {
  for (let k = 0; k < n; k++) {
    const held = A[i * n + k]!;
    A[i * n + k] = A[j * n + k]!;
    A[j * n + k] = held;
  }
  const held = weight[i]!;
  weight[i] = weight[j]!;
  weight[j] = held;
}

function eliminate(A: Float64Array, k: number, n: number, inverse: number): void {
  for (let i = k + 1; i < n; i++) {
    const factor = A[i * n + k]! * inverse;
    A[i * n + k] = factor;
    if (factor === 0) continue;
    for (let j = k + 1; j < n; j++) A[i * n + j]! -= factor * A[k * n + j]!;
  }
}

/** Replaces `b` (n) by the solution of `A x = b`, given the factors of `A`. */
export function substitute(LU: Float64Array, pivots: Int32Array, b: Float64Array): void {
  const n = pivots.length;
  for (let k = 0; k < n; k++) {
    const pivot = pivots[k]!;
    const held = b[pivot]!;
    b[pivot] = b[k]!;
    b[k] = held;
  }
  for (let i = 1; i < n; i++) for (let j = 0; j < i; j++) b[i]! -= LU[i * n + j]! * b[j]!;
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) b[i]! -= LU[i * n + j]! * b[j]!;
    b[i]! /= LU[i * n + i]!;
  }
}

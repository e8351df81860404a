/** Rows of numbers that grow. */

/** Twice as long as `row`, and with the same beginning. */
export function doubled<Row extends Float64Array | Int32Array>(row: Row): Row {
  const longer = new (row.constructor as new (length: number) => Row)(2 * row.length);
  longer.set(row);
  return longer;
}

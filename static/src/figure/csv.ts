/** Numbers for a spreadsheet: the form of the files beside a model's page (`il2site/model/download.py`). Pure. */

/** A header and rows as CSV (RFC 4180): texts as they are, numbers in all digits, nothing where there is no number. */
export function csv(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [head, ...rows].map((row) => `${row.map(cell).join(",")}\n`).join("");
}

function cell(value: string | number): string {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  return /[",\r\n]/.test(value) ? `"${value.replace(/"/g, '""')}"` : value;
}

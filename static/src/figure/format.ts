/**
 * Numbers as a reader meets them. The mirror of `number` in `il2site/text.py`: the same text for the same value,
 * held together by the table in `tests/number.json`.
 *
 * 0.03712 -> "0.0371", 8.7 -> "8.7", 432.4 -> "432", 22345 -> "22,300", 1.744e6 -> "1.74 million".
 */
export function number(value: number): string {
  if (!Number.isFinite(value)) return "not a number";
  const rounded = threeDigits(value);
  const size = Math.abs(rounded);
  if (size >= 1e9) return `${plain(rounded / 1e9)} billion`;
  if (size >= 1e6) return `${plain(rounded / 1e6)} million`;
  if (size >= 1000) return grouped(rounded);
  return plain(rounded);
}

/** A number with its unit, of one thing only one: "78 cells", "1 cell", "1 molecule/h". The mirror of `counted` in text.py. */
export function counted(said: string, unit: string): string {
  return `${said} ${said === "1" ? unit.replace(COPIES, "$1y").replace(CELLS, "$1") : unit}`.trimEnd();
}

const COPIES = /^([a-z]{3,})ies(?=$|\/)/;
const CELLS = /^([a-z]{3,}[a-rt-z])s(?=$|\/)/;

/** `label` in the middle of a sentence: "Dwell time" -> "dwell time", "IL-2 in blood" as it is. The mirror of `inside`. */
export function inside(label: string): string {
  return /^.[a-z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}

const MEASURE = /\d (?:%|‰|°C|[kMmµnpf]?(?:g|m|s|L|M|Da|IU)|min|h|d|mmHg|[mb]illion)(?![\w/])/g;

/** `text` in which no line ends between a number and its unit. The mirror of `tied` in text.py. */
export function tied(text: string): string {
  return text.replace(MEASURE, (found) => found.replace(" ", "\u00a0"));
}

/** Below this no figure tells amounts apart. */
export const LEAST_AMOUNT = 0.001;

/** A number as an amount: what is left of a thing that decays for ever is "almost 0". The mirror of `amount` in text.py. */
export function amount(value: number): string {
  return value !== 0 && Math.abs(value) < LEAST_AMOUNT ? "almost 0" : number(value);
}

/** `value` to three significant digits; an exact tie goes to the even digit, as in Python (`toPrecision` goes up). */
function threeDigits(value: number): number {
  const exact = /^(-?\d)\.(\d\d)(50*)e(.*)$/.exec(value.toExponential(30));
  if (!exact) return Number(value.toPrecision(3));
  const down = Number(`${exact[1]}.${exact[2]}e${exact[4]}`);
  return Number(exact[2]) % 2 === 0 ? down : Number(value.toPrecision(3));
}

function grouped(value: number): string {
  return value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ",");
}

function plain(value: number): string {
  if (value === 0) return "0";
  if (Math.abs(value) < 1e-6) return value.toExponential(2).replace(/\.?0*e/, "e");
  if (Math.abs(value) >= 1e21) return BigInt(value).toString();
  return value.toFixed(10).replace(/\.?0+$/, "");
}

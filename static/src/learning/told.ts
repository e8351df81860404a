/** A reader's own guess beside what the model says, in a sentence. Pure. */
import { relation, withUnit, type Guess } from "../figure/guess.ts";
import { kindOf } from "../figure/words.ts";

/** What of a prediction is needed to tell it: the words of its options, or its unit and the moments of its curve. */
export interface Told {
  readonly kind: "choice" | "value" | "sketch";
  readonly options?: Readonly<Record<string, string>>;
  readonly answer?: string;
  readonly unit?: string;
  readonly measure?: string;
  readonly moments?: readonly string[];
}

/** Empty when the guess does not fit the question as it is asked today. */
export function tellGuess(asked: Told, guess: Guess, truth: Guess): string {
  if (guess === null) return "You asked to be shown.";
  if (asked.kind === "choice") return choiceTold(asked, guess);
  if (typeof guess === "number" && asked.kind === "value") return valueTold(asked, guess, truth);
  if (Array.isArray(guess) && asked.kind === "sketch") return sketchTold(asked, guess as readonly number[], truth);
  return "";
}

function choiceTold({ options = {}, answer = "" }: Told, guess: Guess): string {
  const said = Object.hasOwn(options, String(guess)) ? options[String(guess)] : undefined;
  if (said === undefined) return "";
  return guess === answer ? `You expected: “${said}” That is what happens.` : `You expected: “${said}” It is: “${options[answer] ?? ""}”`;
}

function valueTold({ unit = "", measure = "" }: Told, guess: number, truth: Guess): string {
  const said = `You said ${withUnit(guess, unit)}`;
  if (typeof truth !== "number") return `${said}.`;
  const compared = kindOf(measure) === "moment" ? "" : relation(guess, truth);
  return `${said}; the model gives ${withUnit(truth, unit)}${compared && `: ${compared}`}.`;
}

function sketchTold(asked: Told, guess: readonly number[], truth: Guess): string {
  if (guess.length !== asked.moments?.length) return "";
  const drawn = `Your curve was highest ${highest(asked, guess)}`;
  return Array.isArray(truth) && truth.length === guess.length ? `${drawn}; the model’s ${highest(asked, truth as readonly number[])}.` : `${drawn}.`;
}

function highest({ moments = [], unit = "" }: Told, curve: readonly number[]): string {
  const at = curve.indexOf(Math.max(...curve));
  return `at ${withUnit(curve[at]!, unit)} (${moments[at]})`;
}

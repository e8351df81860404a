/**
 * The model runtime as a program for Node: reads questions from standard input, one line of JSON each, and writes one
 * line of JSON as the answer to each, in order.
 *
 * Question: `{script, runs: [RunOptions, …], ensemble?: {runs, percentiles}, seconds?}`: the printed script of one
 * model, the runs asked for, and how long all of them may take together. Each script has a registry of its own.
 * Answer: `{runs: [{times, columns, outcome}, …]}`; with `ensemble`, `{times, mean, sd, percentiles, outcome}` for
 * each; or `{error}`, a sentence. Numbers that are not finite are written as "NaN", "Infinity" and "-Infinity".
 */

import { createInterface } from "node:readline";
import { compileFunction, createContext, runInContext } from "node:vm";

import { ensemble } from "./model/ensemble.ts";
import type { Network, Registry } from "./model/network.ts";
import { run } from "./model/simulate.ts";
import type { RunOptions } from "./model/simulate.ts";

interface Question {
  readonly script: string;
  readonly runs: readonly RunOptions[];
  readonly ensemble?: { readonly runs: number; readonly percentiles: readonly number[] };
  readonly seconds?: number;
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  if (line.trim()) process.stdout.write(`${answer(line)}\n`);
}

function answer(line: string): string {
  try {
    const question = JSON.parse(line) as Question;
    return withinTime(() => JSON.stringify({ runs: results(question) }, written), question.seconds);
  } catch (error) {
    return JSON.stringify({ error: error instanceof Error || isError(error) ? error.message : String(error) });
  }
}

/** Whether it is an error, of whatever context. */
function isError(error: unknown): error is { message: string } {
  return typeof error === "object" && error !== null && "message" in error;
}

function results(question: Question): object[] {
  const network = networkOf(question.script);
  const many = question.ensemble;
  if (many) return question.runs.map((options) => ensemble(network, options, many.runs, many.percentiles));
  return question.runs.map((options) => {
    const { series, outcome } = run(network, options);
    return { ...series, outcome };
  });
}

/** The model that `script` registers. */
function networkOf(script: string): Network {
  const self: { il2site?: Registry } = {};
  compileFunction(script, ["self"])(self);
  const network = Object.values(self.il2site?.models ?? {})[0];
  if (!network) throw new Error("the script registers no model");
  return network;
}

/** Node ends what it runs in a context when its time is over, whatever that calls. */
function withinTime(make: () => string, seconds: number | undefined): string {
  if (seconds === undefined) return make();
  const timeout = Math.max(1, Math.ceil(1000 * seconds));
  return runInContext("make()", createContext({ make }), { timeout }) as string;
}

/** For JSON: typed arrays as lists, and numbers that JSON does not know as words. */
function written(_key: string, value: unknown): unknown {
  return value instanceof Float64Array ? Array.from(value, (x) => (Number.isFinite(x) ? x : String(x))) : value;
}

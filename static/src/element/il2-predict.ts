/**
 * A prediction before a figure is played: the reader commits to a guess or asks to be shown. Then the difference between
 * the guess and the model is named, the explanation opens, and the figure of that name may be played. What was guessed is
 * kept for the next visit (its form: `figure/guess.ts`).
 */
import { compute } from "../figure/compute.ts";
import type { FigureData, ModelFigure } from "../figure/data.ts";
import { keptGuess, truth, type Ask, type Guess, type Kept } from "../figure/guess.ts";
import type { Registry } from "../model/network.ts";
import type { Series } from "../model/simulate.ts";
import { forget, recall, remember } from "../storage.ts";
import type { Guessed } from "../view/guess.ts";
import { COMMITTED, SHOW, tell } from "./events.ts";
import { willComeBack } from "./learn.ts";
import { actions, json, part, say } from "./parts.ts";
import type { Asking, Makings } from "./predict/asking.ts";
import { choice } from "./predict/choice.ts";
import { sketch } from "./predict/sketch.ts";
import { value } from "./predict/value.ts";

export class Il2Predict extends HTMLElement {
  #prediction: Prediction | null = null;

  connectedCallback(): void {
    this.#prediction = new Prediction(this);
    this.#prediction.restore();
  }

  disconnectedCallback(): void {
    this.#prediction?.stop();
    this.#prediction = null;
  }

  /** What the reader has committed to; null before that. */
  get guessed(): Guessed | null {
    return this.#prediction?.guessed ?? null;
  }
}

class Prediction {
  readonly #root: HTMLElement;
  readonly #stopping = new AbortController();
  readonly #figure: ModelFigure | null;
  readonly #ask: Ask;
  readonly #asking: Asking;
  #guess: Guess | undefined;
  /** The run that answers; undefined until it is needed, null when it cannot be had. */
  #series: Series | null | undefined;

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#ask = json(part(root, "ask").textContent) as Ask;
    this.#figure = figureOf(root.dataset.figure ?? "");
    this.#asking = asking(this.#ask, { root, stopping: this.#stopping.signal, figure: this.#figure });
    this.#listen();
  }

  get guessed(): Guessed | null {
    return this.#guess === undefined ? null : { ask: this.#ask, guess: this.#guess };
  }

  stop(): void {
    this.#stopping.abort();
  }

  #listen(): void {
    const click = (name: string, does: (event: Event) => void): void => {
      for (const button of actions(this.#root, name)) button.addEventListener("click", does, { signal: this.#stopping.signal });
    };
    // As in il2-quiz: a frame that forbids forms lets a click through, and Enter clicks.
    click("commit", (event) => this.#submitted(event));
    click("show", () => this.#commit(null));
    click("watch", () => tell(SHOW, { figure: this.#root.dataset.figure ?? "", set: this.#ask.set }));
    click("again", () => this.#again());
  }

  #submitted(event: Event): void {
    event.preventDefault();
    const guess = this.#asking.read();
    if (guess === undefined) return say(part(this.#root, "result"), this.#asking.hint);
    this.#commit(guess);
  }

  #commit(guess: Guess): void {
    this.#settle(guess);
    remember(this.#key, this.#kept(guess));
    willComeBack(this.#key);
    part(this.#root, "answer").querySelector("summary")?.focus({ preventScroll: true });
  }

  #settle(guess: Guess): void {
    this.#guess = guess;
    this.#asking.settle(guess, this.#run());
    say(part(this.#root, "result"), guess === null ? "" : this.#asking.difference(guess, this.#run()));
    this.#showCommitted(true);
  }

  #again(): void {
    forget(this.#key);
    this.#guess = undefined;
    say(part(this.#root, "result"), "");
    this.#showCommitted(false);
    this.#asking.clear();
  }

  #showCommitted(committed: boolean): void {
    this.#root.toggleAttribute("data-committed", committed);
    for (const name of ["commit", "show"]) for (const button of actions(this.#root, name)) button.hidden = committed;
    part<HTMLDetailsElement>(this.#root, "answer").open = committed;
    tell(COMMITTED, { figure: this.#root.dataset.figure ?? "" });
  }

  /** The run that answers, made once. A choice needs none. */
  #run(): Series | null {
    if (this.#ask.kind === "choice" || !this.#figure) return null;
    return (this.#series ??= answer(this.#figure, this.#ask));
  }

  // --- keeping

  get #key(): string {
    return `predict:${this.#root.dataset.lesson ?? ""}:${this.#root.id}`;
  }

  #kept(guess: Guess): Kept {
    const { figure = "", lesson = "" } = this.#root.dataset;
    const date = new Date().toISOString().slice(0, 10);
    return { figure, lesson, predict: this.#root.id, kind: this.#ask.kind, guess, truth: truth(this.#ask, this.#run()), date };
  }

  /** Shows what was guessed at an earlier visit; anything else that storage may hold is ignored. */
  restore(): void {
    const guess = keptGuess(recall(this.#key), (said) => this.#asking.fits(said));
    if (guess !== undefined) this.#settle(guess);
  }
}

function asking(ask: Ask, makings: Makings): Asking {
  if (ask.kind === "choice") return choice(ask, makings);
  if (ask.kind === "value") return value(ask, makings);
  if (!makings.figure) throw new Error("the page does not show the figure whose curve is asked for");
  return sketch(ask, { ...makings, figure: makings.figure });
}

/** The data of the figure `name` on this page, if it shows a model. */
function figureOf(name: string): ModelFigure | null {
  const data = document.querySelector(`il2-figure[data-name="${CSS.escape(name)}"] [data-role="data"]`);
  const figure = json(data?.textContent) as FigureData | null;
  return figure && "model" in figure && figure.model ? figure : null;
}

/** The run with the settings of a prediction; null when the model is not there or does not run to its end. */
function answer(figure: ModelFigure, ask: Ask): Series | null {
  const network = (self as { il2site?: Registry }).il2site?.models[figure.model];
  if (!network) return null;
  const { run, failure } = compute(network, figure, { ...figure.parameters, ...ask.set });
  return failure === null ? run.series : null;
}

/** What the review page runs. */
import { Keeping } from "./element/review/keeping.ts";
import { ownGuesses } from "./element/review/guesses.ts";
import { Sittings } from "./element/review/sittings.ts";
import { part, parts } from "./element/parts.ts";

const cards = parts(document, "card");
const sittings = new Sittings(part(document, "review"), cards);
const show = (): void => {
  sittings.begin();
  ownGuesses(part(document, "guesses"), cards);
};
new Keeping(part(document, "keeping"), cards, show);
show();

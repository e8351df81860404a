/** Finding what the site holds, best first. Pure. The only module that knows MiniSearch. */
import MiniSearch from "minisearch";

import { excerpt, type Piece } from "./excerpt.ts";
import { asked, wordsOf } from "./words.ts";

/** As `il2site/site/search.py` writes it; `address` from the top of the site. */
export type Row = readonly [kind: string, title: string, address: string, within: string, text: string];

export interface Found {
  readonly kind: string;
  readonly title: string;
  readonly address: string;
  readonly within: string;
  readonly excerpt: readonly Piece[];
}

const MOST = 20;
/** Titles say what an entry is about; a term is what a reader asks for who types its name. */
const BOOST = { title: 4, within: 1, text: 1 };
const WHOLE_TITLE = 8;
const KIND: Readonly<Record<string, number>> = { lesson: 1.5, term: 1.2 };

export function finder(rows: readonly Row[]): (question: string) => Found[] {
  const index = new MiniSearch<{ id: number; title: string; within: string; text: string }>({
    fields: ["title", "within", "text"],
    tokenize: wordsOf,
    processTerm: (word) => word,
  });
  index.addAll(rows.map(([, title, , within, text], id) => ({ id, title, within, text })));
  const search = (question: string, combineWith: "AND" | "OR") =>
    index.search(question, {
      tokenize: asked,
      combineWith,
      boost: BOOST,
      prefix: (word) => word.length > 1,
      fuzzy: (word) => (word.length > 4 ? 0.2 : false),
      boostDocument: (id) => (KIND[rows[id as number]![0]] ?? 1) * (isCalled(rows[id as number]!, question) ? WHOLE_TITLE : 1),
    });
  return (question) => {
    const every = search(question, "AND");
    const hits = every.length > 0 ? every : search(question, "OR");
    return hits.slice(0, MOST).map(({ id, terms }) => shown(rows[id as number]!, new Set(terms)));
  };
}

/** Whether the question is the whole name of an entry; several names of a term stand between commas. */
function isCalled([, title]: Row, question: string): boolean {
  const meant = asked(question).join(" ");
  return [title, ...title.split(", ")].some((name) => asked(name).join(" ") === meant);
}

function shown([kind, title, address, within, text]: Row, hits: ReadonlySet<string>): Found {
  return { kind, title, address, within, excerpt: excerpt(text, hits) };
}

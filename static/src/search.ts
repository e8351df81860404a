/**
 * What the search dialog runs, loaded when it is first opened. `self.il2site.entries` is there by then (another script, so
 * that it can be loaded from disk).
 */
import { SearchBox } from "./element/search-box.ts";
import { part } from "./element/parts.ts";
import { finder, type Row } from "./search/find.ts";

const { entries = [] } = (self as { il2site?: { entries?: readonly Row[] } }).il2site ?? {};
new SearchBox(part<HTMLDialogElement>(document, "search"), finder(entries));

/** What every figure offers to be taken away, in the order in which it is offered. */
import { copyLink } from "./copy-link.ts";
import { embedCode } from "./embed-code.ts";
import { fullWindow } from "./full-window.ts";
import type { MakeSharing } from "./host.ts";
import { saveFiles } from "./save-files.ts";

export const SHARING: readonly MakeSharing[] = [copyLink, embedCode, saveFiles, fullWindow];

/** Loads a network as the build has printed it. */
import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";

import type { Network, Registry } from "../../static/src/model/network.ts";

export function load(path: string): Network {
  const page = globalThis as unknown as { self: typeof globalThis; il2site?: Registry };
  page.self = globalThis;
  runInThisContext(readFileSync(path, "utf8"), { filename: path });
  return Object.values(page.il2site!.models)[0]!;
}

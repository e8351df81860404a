/** For models.py: clock.ts under Node. A line `[name of a function, [arguments]]` is answered by a line of JSON. */

import { createInterface } from "node:readline";

import * as clock from "./clock.ts";

for await (const line of createInterface({ input: process.stdin })) {
  const [name, given] = JSON.parse(line) as [keyof typeof clock, never[]];
  process.stdout.write(`${JSON.stringify((clock[name] as (...given: never[]) => unknown)(...given))}\n`);
}

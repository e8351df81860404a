/** Which stage of a figure is on: the last one whose time has come. Pure. */
import type { Stage } from "./data.ts";

/** The index of the stage at `time` (with a billionth of `end` as tolerance); -1 before the first. */
export function stageAt(stages: readonly Stage[], time: number, end: number): number {
  return stages.findLastIndex((stage) => stage.at <= time + 1e-9 * end);
}

/** What a reader takes away of a figure, live or not. */
import { shown } from "../../figure/clock.ts";
import { csv } from "../../figure/csv.ts";
import { counted, number } from "../../figure/format.ts";
import { changed } from "../../figure/settings.ts";
import { hashOf } from "../../figure/share.ts";
import { allRows } from "../../figure/table.ts";
import type { FigureHost, Taken } from "./host.ts";

export function takenLive({ root, figure, state }: FigureHost): Taken {
  const unusual = () => changed(state().settings, figure.parameters);
  return {
    hash: () => hashOf(figure, { at: state().transport.time, set: state().settings }),
    unusual,
    moment: () => ({ ...unusual(), at: state().transport.time }),
    numbers() {
      const { computed } = state();
      return computed ? csv(heads(root), allRows(figure.panels, computed.run.series)) : writtenTable(root);
    },
    circumstances() {
      const { settings, transport: { time } } = state();
      const set = figure.controls.map(({ parameter, label, unit }) =>
        `${label} ${counted(number(settings[parameter] ?? NaN), unit)}`);
      return `${[`${figure.clock.label} ${shown(time, figure.clock)}`, ...set].join("; ")}.`;
    },
  };
}

export function takenStill(root: HTMLElement): Taken {
  return {
    hash: () => `#${root.id}`,
    unusual: () => ({}),
    moment: () => ({}),
    numbers: () => writtenTable(root),
    circumstances: () => "",
  };
}

/** The table as the build wrote it. */
function writtenTable(root: HTMLElement): string {
  const rows = [...root.querySelectorAll('[data-role="table-body"] tr')].map(cells);
  return csv(heads(root), rows);
}

function heads(root: HTMLElement): string[] {
  return cells(root.querySelector('[data-role="table"] thead tr'));
}

function cells(row: Element | null): string[] {
  return [...(row?.children ?? [])].map((cell) => cell.textContent ?? "");
}

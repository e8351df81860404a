/**
 * Reading the curves: a slider over the plot leads along the points of a line, the arrows up and down (or a choice) to
 * the other lines, and a press on the plot to the nearest point. The point is marked in the plot, written and spoken.
 */
import type { Plot } from "../../figure/data.ts";
import { coursesOf, pointWords, type Point } from "../../figure/point.ts";
import { indexAt } from "../../figure/words.ts";
import type { Size } from "../../view/moving.ts";
import { pointAt, withPoint } from "../../view/point.ts";
import { actions, part, say } from "../parts.ts";
import type { Feature, FigureHost } from "./host.ts";

export function reading(host: FigureHost): Feature {
  const { root, figure, state, redraw, stopping } = host;
  const courses = coursesOf(figure);
  const box = part(root, "curves");
  const slider = actions<HTMLInputElement>(root, "point")[0]!;
  const choice = actions<HTMLSelectElement>(root, "line")[0]!;
  let drawn: { plot: Plot; size: Size } | null = null;
  let shown = false;

  const point = (): Point => ({ line: Number(choice.value), index: Number(slider.value) });
  const series = () => state().computed?.run.series;
  /** Says the point, and writes it once the reader has asked for it; then it is marked in the picture, too. */
  const write = (): void => {
    const [run, { line, index }] = [series(), point()];
    const words = run ? pointWords(courses[line]!, run, index, figure.clock) : "";
    slider.setAttribute("aria-valuetext", words);
    say(part(root, "point"), shown ? words : "");
  };
  const tell = (): void => {
    write();
    redraw();
  };
  const show = (next: Partial<Point>): void => {
    shown = true;
    choice.value = String(next.line ?? point().line);
    slider.value = String(next.index ?? point().index);
    tell();
  };
  const leave = (): void => {
    shown = false;
    tell();
    actions(root, "play")[0]?.focus();
  };

  const pressed = (event: MouseEvent): void => {
    const run = series();
    if (event.target !== event.currentTarget || !drawn || !run || slider.disabled) return;
    const { left, top } = box.getBoundingClientRect();
    slider.focus({ preventScroll: true });
    show(pointAt(drawn.plot, drawn.size, courses, run, event.clientX - left, event.clientY - top));
  };
  const keyed = (event: KeyboardEvent): void => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === "Escape") leave();
    else if (by) show({ line: (point().line + by + courses.length) % courses.length });
    else return;
    event.preventDefault();
  };
  const options = { signal: stopping };
  part(root, "plot").addEventListener("click", pressed, options);
  slider.addEventListener("keydown", keyed, options);
  slider.addEventListener("focus", () => show(shown ? {} : { index: indexAt(series()!.times, state().transport.time) }), options);

  return {
    moved(action) {
      if (action === "point") show({});
      if (action === "line") tell();
    },
    clicked(action) {
      if (action === "reset") (shown = false), tell();
    },
    computed({ computed }) {
      slider.max = String(Math.max(computed!.run.series.times.length - 1, 0));
      write();
    },
    over(plot, size) {
      drawn = { plot, size };
      const [run, { line, index }] = [series(), point()];
      return shown && run ? withPoint(plot, courses[line]!, run, index) : plot;
    },
    shown({ waits }) {
      slider.disabled = waits;
    },
  };
}

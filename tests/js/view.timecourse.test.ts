import assert from "node:assert/strict";
import { test } from "node:test";
import { fitting, share, valueOf } from "../../static/src/view/axis.ts";
import { cut, movingMarks, moves, type Path } from "../../static/src/view/moving.ts";
import { fittedCurves, timecourse } from "../../static/src/view/timecourse.ts";

const trace = (role: string) => ({ type: "scatter", mode: "lines", xaxis: "x", yaxis: "y", x: [], y: [], meta: { role, entity: "cd4", show: "X" }, line: { width: 2, color: "red" } });
const base = {
  data: [trace("line"), { ...trace("now"), mode: "markers", marker: { size: 9, color: "red" } }, { ...trace("label"), mode: "text", x: [4], text: [" x"] }],
  layout: { margin: { t: 20, b: 30, r: 80 }, xaxis: { range: [0, 4] }, yaxis: { range: [0, 10], domain: [0, 1] }, shapes: [{ name: "cursor" }], annotations: [{}] },
};
const panel = { label: "X", unit: "", scale: "linear", range: null, lines: [{ show: "X", label: "X", entity: "cd4", dash: "solid", cells: true }] } as const;
const run = { times: Float64Array.of(0, 1, 2, 3, 4), columns: { X: Float64Array.of(0, 4, 8, 38, 5) } };
const still = { average: null, members: [], doses: [] };
const at = (time: number, ahead = true) =>
  timecourse(fittedCurves(base as never, [panel], [run]), { ...still, series: run, ahead, height: 200 })(time);
const margin = { l: 50, r: 50, t: 0, b: 0 };

test("what has happened is drawn in full and what lies ahead faintly", () => {
  const [future, past, now] = at(2).data;
  assert.deepEqual([future!.meta!.role, (future!.x as number[]).length], ["ahead", 5]);
  assert.deepEqual([cut(past!).x, cut(past!).y], [[0, 1, 2], [0, 4, 8]]);
  assert.deepEqual([now!.x, now!.y], [[2], [8]]);
  assert.equal((at(2).layout.shapes as { x0: number }[])[0]!.x0, 2);
});

test("nothing ahead is given away while a prediction is awaited", () => {
  assert.deepEqual(at(1, false).data[0]!.x, []);
  assert.equal(at(1, false).data.find((t) => t.meta!.role === "label")!.visible, false);
});

test("the axis makes room for a run that rises above it", () => {
  assert.deepEqual((at(0).layout.yaxis as { range: number[] }).range, [0, 40]);
  assert.deepEqual([58, 890, 0, NaN].map(fitting), [[0, 60], [0, 1000], [0, 1], [0, 1]]);
});

test("while a slider is held an axis stays as long as it holds the run and is not far too large", () => {
  const fitted = (largest: number, before: ReturnType<typeof fittedCurves> | null) =>
    fittedCurves(base as never, [panel], [{ times: Float64Array.of(0), columns: { X: Float64Array.of(largest) } }], [], before);
  const top = (plot: ReturnType<typeof fittedCurves>) => (plot.layout.yaxis as { range: number[] }).range[1];
  const grown = fitted(100, fitted(5, null));
  assert.equal(top(grown), 200, "room to spare for the next moves");
  assert.deepEqual([150, 200, 34].map((largest) => top(fitted(largest, grown))), [200, 200, 200]);
  assert.deepEqual([201, 30, 3].map((largest) => top(fitted(largest, grown))), [500, 60, 10], "never smaller than usual");
  assert.equal(top(fitted(100, null)), 100, "at rest it fits");
});

test("a line that ended early has no name at the end of the axis", () => {
  const cut = { times: run.times.subarray(0, 3), columns: { X: run.columns.X.subarray(0, 3) } };
  const plot = fittedCurves(base as never, [panel], [cut as never]);
  const label = (series: typeof run) => timecourse(plot, { ...still, series, ahead: true, height: 200 })(0).data.at(-1)!;
  assert.deepEqual([label(run).visible, label(cut as never).visible], [true, false]);
});

test("a logarithmic axis tells heights and values alike", () => {
  const axis = { type: "log", range: [0, 4] } as const;
  assert.deepEqual([share(axis, 100), share(axis, 0), share(axis, 1e9), valueOf(axis, 0.5)], [0.5, 0, 1, 100]);
});

test("what moves is drawn where the settled plot has it, and the names of lines are words beside their ends", () => {
  const plot = at(2);
  assert.ok(plot.data.every(moves), "only the axes rest");
  const marks = movingMarks({ ...plot, layout: { ...plot.layout, margin } }, { width: 300, height: 100 });
  const [cursor, curve, now, name] = marks.map((mark) => ("d" in mark ? mark.d : mark.text));
  assert.deepEqual([cursor, curve], ["M150 0V100", "M50 100L150 80L200 5L250 87.5M50 100L150 80H150"], "unpainted, what lies ahead looks like the past");
  assert.match(now!, /^M145.5 80a4.5/);
  const words = marks.find((mark) => "text" in mark)!;
  assert.equal(name, "x");
  assert.ok(words.at[0] > 250 && words.at[0] < 265, `the name begins at ${words.at[0]}`);
});

test("between two points of a run its line is level up to now, moving and settled alike, and no axis is mistaken for another", () => {
  const size = { width: 300, height: 100 };
  const { data: [, line], layout: axes } = at(2.5);
  const past = line!;
  assert.deepEqual([cut(past).x, cut(past).y], [[0, 1, 2, 2.5], [0, 4, 8, 8]]);
  const drawn = (layout: object) => (movingMarks({ data: [past], layout: { ...axes, margin, shapes: [], ...layout } }, size)[0] as Path).d;
  assert.equal(drawn({}), "M50 100L150 80H175");
  assert.equal(drawn({ yaxis: { range: [0, 80], domain: [0, 1] } }), "M50 100L150 90H175");
  assert.equal(drawn({}), "M50 100L150 80H175");
});

test("of a long line that plays only its end changes, and together they are the whole of it", () => {
  const times = Float64Array.from({ length: 41 }, (_, i) => i / 10);
  const long = { times, columns: { X: times.map((time, i) => 2 * time + (i % 2)) } };
  const plot = timecourse(fittedCurves(base as never, [panel], [long]), { ...still, series: long, ahead: true, height: 200 });
  const size = { width: 300, height: 100 };
  const grown = (time: number) => {
    const { data: [, line], layout } = plot(time);
    const dashed = { ...line!, line: { ...(line!.line as object), dash: "dash" } };
    return movingMarks({ data: [dashed], layout: { ...layout, margin, shapes: [] } }, size) as Path[];
  };
  const [held] = grown(1.8);
  assert.ok(held!.rests && held!.d.endsWith("L140 64H140"), "drawn once, as of a slider that is held, it is one path");
  const [[done, end], [later, longer]] = [grown(2), grown(2.2)] as [[Path, Path], [Path, Path]];
  assert.deepEqual([done.rests, end.rests, later.d === done.d, longer.d === end.d], [true, false, true, false]);
  assert.ok(done.d.startsWith("M50 100L55 88") && done.d.endsWith("L130 68"));
  assert.equal(end.d, "M130 68L135 56L140 64L145 52L150 60H150");
  assert.ok(Math.abs(end.offset - 8 * (Math.hypot(5, 12) + Math.hypot(5, 8))) < 1e-9, "its dashes go on where those before it end");
});

test("a moving line leaves out only points that nobody sees, and can be cut at any of them", () => {
  const size = { width: 1000, height: 400 };
  const x = Array.from({ length: 201 }, (_, i) => i / 50);
  const bent = { ...trace("line"), x, y: Float64Array.from(x, (t) => 9 * Math.exp(-t) + t) };
  const drawn = (more: object) =>
    (movingMarks({ data: [{ ...bent, ...more }], layout: { ...base.layout, margin, shapes: [] } } as never, size) as Path[]).map(({ d }) => d).join("");
  const points = (d: string) => [...d.matchAll(/[ML]([\d.-]+) ([\d.-]+)/g)].map(([, px, py]) => [Number(px), Number(py)] as const);
  const [whole, all] = [points(drawn({})), x.map((t, i) => points(drawn({ x: [t], y: [bent.y[i]] }))[0]!)];
  assert.ok(whole.length > 5 && whole.length < 80, `${whole.length} of 201 points are drawn`);
  for (const [px, py] of all) {
    const next = Math.max(whole.findIndex(([at]) => at >= px), 1);
    const [[ax, ay], [bx, by]] = [whole[next - 1]!, whole[next]!];
    assert.ok(Math.abs(ay + ((px - ax) / (bx - ax)) * (by - ay) - py) < 0.25, `the line passes ${px} ${py}`);
  }
  for (let i = 0; i < 200; i++) assert.deepEqual(points(drawn({ until: x[i]! + 0.01 })).at(-1), all[i], "it ends elsewhere");
});

test("a value that an axis cannot show leaves a gap", () => {
  const log = { data: [{ ...trace("line"), x: [0, 1, 2], y: [0, 10, 100] }], layout: { ...base.layout, shapes: [], yaxis: { type: "log", range: [0, 2] } } };
  const size = { width: 480, height: 150 };
  assert.equal((movingMarks(log as never, size)[0] as Path).d, "M100 70L200 20");
  const line = { ...trace("line"), x: [0, 1, 2, 3], y: [10, 100, 0, 0], until: 2.5 };
  const d = (until: number) => (movingMarks({ ...log, data: [{ ...line, until }] } as never, size)[0] as Path).d;
  assert.deepEqual([d(1.5), d(2.5), d(3)], ["M0 70L100 20H150", "M0 70L100 20", "M0 70L100 20"], "nothing goes on from a gap");
});

test("a mark on a line that has left its axes is not drawn over another panel", () => {
  const now = { ...trace("now"), mode: "markers", marker: { size: 9, color: "red" } };
  const layout = { ...base.layout, margin, shapes: [], yaxis: { type: "log", range: [0, 2], domain: [0.5, 1] } };
  const drawn = (y: number) => (movingMarks({ data: [{ ...now, x: [2], y: [y] }], layout } as never, { width: 300, height: 100 })[0] as Path).d;
  assert.deepEqual([0.3, 1, 100, 300].map((y) => drawn(y) !== ""), [false, true, true, false]);
});

test("single cells are drawn up to now as one line with gaps, and doses stand on the axis when they are given", () => {
  const more = { data: [trace("member"), { ...trace("doses"), y: [7] }], layout: base.layout };
  const course = { ...still, series: run, members: [run, run], doses: [1, 3], ahead: true, height: 200 };
  const [member, doses] = timecourse(more as never, course)(1.5).data;
  assert.deepEqual(cut(member!).x, [0, 1, NaN, 0, 1, NaN]);
  const [path] = movingMarks({ data: [member!], layout: { ...base.layout, margin, shapes: [] } } as never, { width: 300, height: 100 });
  assert.equal((path as Path).d, "M50 100L100 60H125M50 100L100 60H125");
  assert.deepEqual([doses!.x, doses!.y], [[1, 3], [7, 7]]);
});

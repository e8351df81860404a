/** For figures.py, in the page of a figure: frames per second, how soon a moved slider is seen, and plain Plotly beside. */

/** What this bench calls of Plotly, as the page has it. */
interface PlainPlotly {
  newPlot(box: HTMLElement, data: object[], layout: object, config: object): Promise<unknown>;
  animate(box: HTMLElement, frame: object, options: object): Promise<unknown>;
  restyle(box: HTMLElement, change: object, traces: number[]): Promise<unknown>;
  react(box: HTMLElement, data: object[], layout: object, config: object): Promise<unknown>;
  purge(box: HTMLElement): void;
}

const nextFrame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
/** After a frame has been painted: the first task behind it. */
const painted = async (): Promise<number> => {
  await nextFrame();
  await new Promise<void>((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => resolve();
    channel.port2.postMessage(null);
  });
  return performance.now();
};

function figureOf(name: string): HTMLElement {
  return document.querySelector<HTMLElement>(`il2-figure[data-name="${name}"]`)!;
}

/** Frames a second in which the picture of a playing figure has changed, over so many milliseconds. */
export async function played(name: string, milliseconds: number): Promise<number> {
  const figure = figureOf(name);
  const changes = watched(figure);
  figure.querySelector<HTMLButtonElement>('[data-action="restart"]')!.click();
  figure.querySelector<HTMLButtonElement>('[data-action="play"]')!.click();
  for (let i = 0; i < 20; i++) await nextFrame();
  const [begun, before] = [await nextFrame(), changes.frames()];
  while (performance.now() - begun < milliseconds) {
    await nextFrame();
    if (!figure.hasAttribute("data-playing")) figure.querySelector<HTMLButtonElement>('[data-action="play"]')!.click();
  }
  const rate = (1000 * (changes.frames() - before)) / (performance.now() - begun);
  if (figure.hasAttribute("data-playing")) figure.querySelector<HTMLButtonElement>('[data-action="play"]')!.click();
  changes.stop();
  return rate;
}

/** Counts the frames in which anything drawn in the figure changes, and tells when that was last. */
function watched(figure: HTMLElement): { frames: () => number; last: () => number; stop: () => void } {
  let [frames, frame, last, marked] = [0, 0, 0, -1];
  const observer = new MutationObserver(() => {
    last = performance.now();
    if (frame !== marked) frames++;
    marked = frame;
  });
  for (const role of ["field", "curves"]) {
    const box = figure.querySelector(`[data-role="${role}"]`);
    if (box) observer.observe(box, { subtree: true, childList: true, attributes: true, characterData: true });
  }
  let running = true;
  const count = (): void => {
    frame++;
    if (running) requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
  return { frames: () => frames, last: () => last, stop: () => ((running = false), observer.disconnect()) };
}

/**
 * Milliseconds from each of `count` inputs of a slider, one every few frames as a finger makes them, until the frame in
 * which the picture shows it has been painted.
 */
export async function slid(name: string, parameter: string, count: number): Promise<number[]> {
  const figure = figureOf(name);
  const slider = figure.querySelector<HTMLInputElement>(`[data-action="parameter"][data-parameter="${parameter}"]`)!;
  const changes = watched(figure);
  const waits: number[] = [];
  const last = Number(slider.max);
  for (let i = 0; i < count; i++) {
    // Until nothing is on its way any more: what changes afterwards is what this input has brought about.
    for (let before = -1; before !== changes.frames(); ) {
      before = changes.frames();
      for (let k = 0; k < 3; k++) await painted();
    }
    // Away from the frame, as inputs come at any time of it.
    await new Promise((resolve) => setTimeout(resolve, (7 * i) % 16));
    const begun = performance.now();
    const before = slider.value;
    slider.value = String(Math.round(last * (0.5 + 0.45 * Math.sin(i / 9))));
    // Where the finger turns it stays for a moment, and there is nothing new to be seen.
    if (slider.value === before) continue;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    let seen = 0;
    for (let k = 0; k < 60 && !(changes.last() > begun); k++) seen = await painted();
    waits.push(seen - begun);
  }
  slider.dispatchEvent(new Event("change", { bubbles: true }));
  changes.stop();
  return waits;
}

/** Frames a second of a plain plot of `markers` that all move at each frame, and of `curves` of 300 points that grow. */
export async function plain(way: "animate" | "restyle" | "react", markers: number, curves: number, milliseconds: number): Promise<number> {
  const plotly = (window as unknown as { Plotly: PlainPlotly }).Plotly;
  const box = document.createElement("div");
  document.querySelector("main")!.prepend(box);
  const layout = { width: 560, height: 420, showlegend: false, xaxis: { range: [-1.2, 1.2] }, yaxis: { range: [-1.2, 1.2] } };
  const config = { staticPlot: true, displayModeBar: false };
  await plotly.newPlot(box, picture(0, markers, curves), layout, config);
  const [begun, steps] = [await nextFrame(), { made: 0 }];
  while (performance.now() - begun < milliseconds) {
    steps.made++;
    const data = picture(steps.made, markers, curves);
    if (way === "animate") await plotly.animate(box, { data }, { mode: "immediate", transition: { duration: 0 }, frame: { duration: 0, redraw: false } });
    if (way === "restyle") {
      const [x, y] = [data.map((trace) => trace.x), data.map((trace) => trace.y)];
      await plotly.restyle(box, { x, y }, data.map((_, i) => i));
    }
    if (way === "react") await plotly.react(box, data, layout, config);
    await nextFrame();
  }
  const rate = (1000 * steps.made) / (performance.now() - begun);
  plotly.purge(box);
  box.remove();
  return rate;
}

function picture(step: number, markers: number, curves: number): { x: number[]; y: number[]; mode: string }[] {
  const turn = step / 40;
  const x = Array.from({ length: markers }, (_, i) => Math.sin(i + turn) * (i / markers));
  const y = Array.from({ length: markers }, (_, i) => Math.cos(i + turn) * (i / markers));
  const grown = Array.from({ length: curves }, (_, c) => {
    const points = 2 + (step % 300);
    const times = Array.from({ length: points }, (_, i) => i / 300);
    return { x: times, y: times.map((t) => Math.sin(6 * t + c)), mode: "lines" };
  });
  return [...(markers ? [{ x, y, mode: "markers" }] : []), ...grown];
}


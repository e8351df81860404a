"""Every figure of the course keeps what all figures promise, on its own page in a real browser.

One page is opened per figure and sitting. What only some figures do stands in the other test modules.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser_tools import Site, Visit, approach, chromium, eventually, visit
from figure_tools import CHARTS, FIGURES, LIVE, figure, live_spec, prepared
from live_tools import Live, knob, opened, own
from playwright.sync_api import Browser, Page, expect
from scipy.spatial import KDTree
from test_browser import CONTROLS, Focus, area, overflow, settle

from il2site.figure.spec import LiveFigure
from il2site.figure.table import run_table
from il2site.figure.words import Measured, fill

__all__ = ["chromium", "visit"]

Points = np.ndarray[Any, np.dtype[np.float64]]

every = pytest.mark.parametrize("name", FIGURES)
every_live = pytest.mark.parametrize("name", LIVE)
every_chart = pytest.mark.parametrize("name", CHARTS)

FURNITURE = (
    ".modebar, .legend, .slider-container, .updatemenu-container, .rangeslider-container, .hovertext, a, button, input,"
    "select, [tabindex]"
)


def first_slider(live: Live) -> Any:
    return live.root.get_by_role("slider", name=live.data["controls"][0]["label"], exact=True)


def move(live: Live) -> None:
    """Set the first slider to an end where it does not stand."""
    slider, told = first_slider(live), live.table
    slider.press("Home" if slider.input_value() != slider.get_attribute("min") else "End")
    live.ready("a moved slider changes the table", lambda: live.table != told)


def agrees(live: Live) -> bool:
    """The sentence and the table are those of the curves that are drawn."""
    if not live.curves("ahead"):
        return False
    measured, spec = live.measured(), live_spec(str(live.data["name"]))
    if live.data["scan"] is not None:
        shown = {row[0]: row for row in every_row(spec, measured)}
        tabled = [row for row in rows(live) if row[0] in shown]
        right = len(tabled) > 3 and all(shown[row[0]] == row for row in tabled)
    else:
        right = rows(live) == list(run_table(spec, measured).rows)
    return right and live.text("now") == said(live, "now", live.time)


def rows(live: Live) -> list[tuple[str, ...]]:
    cells = "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    return [tuple(row) for row in live.root.locator("[data-role=table] tbody tr").evaluate_all(cells)]


def every_row(spec: LiveFigure, measured: Measured) -> Iterator[tuple[str, ...]]:
    """The table of a curve that is drawn through more places than the table has: at each of them."""
    for i, place in enumerate(measured.times):
        here = {name: column[[i]] for name, column in measured.columns.items()}
        [row] = run_table(spec, replace(measured, times=np.array([place]), columns=here)).rows
        yield row


def said(live: Live, words: str, at: float) -> str:
    """A sentence of the figure, from the curves that are drawn; what they do not show is that of the usual run."""
    drawn, usual = live.measured(), prepared(str(live.data["name"])).still.measured
    hidden = {} if moved(live) else usual.columns
    try:
        return fill(live.data["words"][words], replace(drawn, columns={**hidden, **drawn.columns}), at)
    except KeyError:
        assert moved(live), "a sentence names something that the model does not have"
        return live.text(words)


def moved(live: Live) -> bool:
    return any(live.data["parameters"][name] != pytest.approx(value, rel=1e-2) for name, value in live.settings.items())


# A figure of a model


@every_live
def test_it_waits_says_what_is_drawn_and_pauses_at_once(site: Site, visit: Visit, name: str) -> None:
    page = visit(site, own(name))
    live = opened(page, name)
    low = live.data["clock"]["low"]
    page.wait_for_timeout(200)
    assert live.time == pytest.approx(low) and live.root.get_attribute("data-playing") is None, "it plays by itself"
    expect(live.root.locator(".js-plotly-plot").locator(FURNITURE)).to_have_count(0)
    live.ready("words, table and curves agree", lambda: agrees(live))
    summary = live.text("run")
    assert summary == said(live, "summary", low)
    for key in ("PageUp", "End"):
        live.scrubber.press(key)
        live.ready(f"words, table and curves agree after {key}", lambda: live.time > low and agrees(live))
    move(live)
    live.ready("words, table and curves agree after a slider", lambda: agrees(live))
    assert live.text("run") != summary, "the words do not change with the slider"
    assert live.text("stages").startswith("Usual run"), "what is told of the usual run seems to be told of this one"
    assert [tick for tick in live.ticks if SHORTENED.search(tick)] == [], "numbers at an axis are not as in sentences"
    live.button("Reset the figure").click()
    live.ready("the usual run is back", lambda: live.text("run") == summary)
    assert live.text("stages").startswith("Step 1 of ")
    live.root.locator("[data-action=speed]").select_option("0.25")
    live.scrubber.press("PageUp")
    at_once, later = live.root.evaluate(PAUSE)
    assert at_once == later, "it went on a tenth of a second after the pause"


SHORTENED = re.compile(r"\d{4}|\dk")
PAUSE = """async root => {
  const line = () => root.querySelector('[data-role=clock]').textContent
    + root.querySelector('[data-action=scrub]').style.getPropertyValue('--at');
  const wait = ms => new Promise(done => setTimeout(done, ms));
  const frame = () => new Promise(requestAnimationFrame);
  const play = root.querySelector('[data-action=play]');
  const before = line();
  play.click();
  // the frame that begins to play may come late on a busy machine, and a stage that is near may end it at once
  for (let i = 0; root.dataset.playing === undefined && line() === before; i++) {
    if (i === 600) throw new Error('it does not play');
    await frame();
  }
  await wait(120);
  if (root.dataset.playing !== undefined) play.click();
  await wait(100);
  await frame(), await frame();  // on a busy machine a frame that was on its way may come late
  const then = line();
  await wait(300);
  return [then, line()];
}"""


@every_live
def test_the_keyboard_alone_works_all_of_it(site: Site, visit: Visit, name: str) -> None:
    page = visit(site, own(name), reduced_motion="reduce")
    live = opened(page, name)
    if (more := live.root.get_by_text("All controls")).count():
        more.press("Enter")
    page.locator("body").evaluate("body => { body.tabIndex = -1; body.focus({preventScroll: true}) }")
    focus = Focus(page)
    focus.until(f'il2-figure[data-name="{name}"] [data-action]')
    controls = live.root.evaluate(CONTROLS)
    assert focus.through(f'il2-figure[data-name="{name}"]') == controls[1:], "some control is not reached"
    low = live.data["clock"]["low"]
    live.root.evaluate(WATCH)
    for stage in [stage for stage in live.data["stages"] if stage["at"] > low]:
        live.play.press("Space")
        live.ready(
            f"the step at {stage['at']}", lambda at=stage["at"]: live.time == pytest.approx(at, rel=5e-3, abs=0.05)
        )  # type: ignore[misc]
    assert not live.root.evaluate("root => root.played"), "it moves though the system asks for stillness"
    live.scrubber.press("Home")
    usual = live.table
    for control in live.data["controls"]:
        slider = live.root.get_by_role("slider", name=control["label"], exact=True)
        slider.press("Home" if slider.input_value() != slider.get_attribute("min") else "End")
        live.ready(f"{control['label']} changes the table", lambda: live.table != usual)
        assert slider.get_attribute("aria-valuetext")
        live.button("Reset the figure").press("Enter")
        live.ready("the usual run is back", lambda: live.table == usual)


WATCH = """root => {
  const seen = new MutationObserver(() => { root.played ||= root.dataset.playing !== undefined; });
  seen.observe(root, {attributes: true, attributeFilter: ['data-playing']});
}"""
HOSTILE = ["v9&{0}=1&at=5", "v1&{0}=NaN&at=Infinity", "v1&__proto__=1&constructor=2", "v1&{0}=<img src=x onerror=alert(1)>",
           "v1&%ff%00&=&&==&at", "v1&at=-1e999&{0}=1e999"]  # fmt: skip


@pytest.mark.fault(45)
@every_live
def test_a_link_brings_its_state_back_and_a_hostile_one_changes_nothing(site: Site, visit: Visit, name: str) -> None:
    page = visit(site, own(name))
    live = opened(page, name)
    usual, parameter = live.settings, live.data["controls"][0]["parameter"]
    for hostile in HOSTILE:
        page.evaluate("hash => location.hash = hash", f"figure-{name}?{hostile.format(parameter)}")
        page.wait_for_timeout(50)  # the next one would lead back to what is usual
        assert live.settings == usual and live.time == pytest.approx(live.data["clock"]["low"]), hostile
    move(live)
    live.scrubber.press("PageUp")
    live.scrubber.press("PageUp")
    live.ready("words and curves agree", lambda: agrees(live))
    live.root.get_by_text("Share and save").click()
    code = live.root.get_by_label("To set this figure into another page")
    live.ready("the code is there", lambda: "#" in code.input_value())
    told = (live.text("now"), live.settings, live.text("clock"), live.table)
    [tail] = re.findall(r'src="[^"#]*(#[^"]*)"', code.input_value())
    again = visit(site, own(name) + tail.replace("&amp;", "&"))
    back = opened(again, name)
    back.ready("the state is back", lambda: (back.text("now"), back.settings, back.text("clock"), back.table) == told)
    assert back.root.get_attribute("data-playing") is None


@every_live
def test_what_moves_lies_where_plotly_settles_it(site: Site, visit: Visit, name: str) -> None:
    """Fails when another Plotly puts its axes elsewhere than the paths that are drawn while a slider is held."""
    live = opened(visit(site, own(name)), name)
    live.scrubber.press("End")
    live.ready("words and curves agree", lambda: agrees(live))
    ahead, past, names = json.loads(first_slider(live).evaluate(HELD))
    live.ready("it has settled", lambda: agrees(live))
    settled, settled_names = json.loads(live.root.locator("[data-role=curves]").evaluate(SETTLED))
    lies_on(past, settled, whole=True)
    assert {line["dash"] for line in past} == {line["dash"] for line in settled}
    assert sorted(name for name, *_ in names) == sorted(name for name, *_ in settled_names)
    for (name, *place), (_, *other) in zip(sorted(names), sorted(settled_names), strict=True):
        np.testing.assert_allclose(place, other, atol=2.5, err_msg=name)
    lies_on(ahead, settled, whole=live.data["run"]["cells"] == 1)  # single cells are drawn up to now only


def lies_on(held: list[dict[str, Any]], settled: list[dict[str, Any]], whole: bool) -> None:
    """The lines that were drawn while something moved are those that rest, and all of them if they are the `whole`."""
    assert held, "nothing was drawn while the slider was held"
    windows = sorted({tuple(line["window"]) for line in held}, key=lambda window: window[1])
    panels = sorted({line["panel"] for line in settled})
    for window, panel in zip(windows, panels, strict=True):
        moving = np.array([point for line in held if tuple(line["window"]) == window for point in line["points"]])
        resting = np.array([point for line in settled if line["panel"] == panel for point in line["points"]])
        assert beside(within(moving, window), resting) < 3, "a line that moves is none of those that rest"
        # Plotly moves places far outside of a plot nearer to it, and so a little what comes in from there.
        assert not whole or beside(within(resting, window), moving) < 8, "a line that rests has not moved"


@every_live
def test_what_moves_has_itself_laid_out_and_not_the_page(chromium: Browser, site: Site, visit: Visit, name: str) -> None:
    """But now and then: Plotly draws another axis, a step or a sentence begins."""
    page = visit(site, own(name))
    live = opened(page, name)
    # The first of a schedule says how many doses there are, and each has a box to untick.
    slider = live.root.get_by_label("Interval", exact=True) if live.data["schedule"] else first_slider(live)
    held = laid_out(chromium, page, lambda: slider.evaluate(MOVES))
    playing = laid_out(chromium, page, lambda: live.root.evaluate(PLAYS))
    for objects in (held, playing):
        assert len(objects) >= 8, f"hardly anything moved: {objects} objects"
        assert np.median(objects) < PART, f"{objects} objects"


PART = 250
"""So many objects may be looked at for what moves: a lesson has thousands, the page of a figure a thousand."""
MOVES = """async slider => {
  const frame = () => new Promise(requestAnimationFrame);
  for (let i = 0; i < 16; i++) {
    slider.value = String(Math.round(slider.max * (0.5 + 0.4 * Math.sin(i / 5))));
    slider.dispatchEvent(new Event('input', {bubbles: true}));
    await frame(); await frame();
  }
}"""
PLAYS = """async root => {
  const frame = () => new Promise(requestAnimationFrame);
  const scrubber = root.querySelector('[data-action=scrub]');
  const set = value => { scrubber.value = value; scrubber.dispatchEvent(new Event('input', {bubbles: true})); };
  set('30');
  root.querySelector('[data-action=play]').click();
  for (let i = 0; i < 60 && root.dataset.playing !== undefined || i < 3; i++) await frame();
}"""


def laid_out(chromium: Browser, page: Page, doing: Callable[[], object]) -> list[int]:
    """How many objects each layout looked over while something was done."""
    chromium.start_tracing(page=page, categories=["devtools.timeline"])
    doing()
    events = json.loads(chromium.stop_tracing())["traceEvents"]
    begun = [event["args"]["beginData"] for event in events if event["name"] == "Layout" and "beginData" in event["args"]]
    return [data["totalObjects"] for data in begun]


@every_live
def test_the_words_of_a_plot_are_whole_apart_and_level_and_those_below_push_nothing(
    site: Site, visit: Visit, name: str
) -> None:
    """On the smallest screen, and when it has grown wide."""
    page = visit(site, own(name), 320)
    live = opened(page, name)
    slider = first_slider(live)
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for key in ("Home", "End"):
            slider.press(key)
            live.ready("words and curves agree", lambda: agrees(live))
            eventually(page, lambda: live.root.evaluate(CRAMPED) == [], f"words are whole, apart and level at {key}")
            assert len(live.root.evaluate(BELOW_THE_SENTENCE)) == 1, f"the sentence pushes what is below it at {key}"


CRAMPED = """root => {
  const box = root.querySelector('[data-role=curves]'), around = box.getBoundingClientRect();
  const words = [...box.querySelectorAll('.js-plotly-plot text')].filter(node => node.textContent.trim())
    .map(node => ({said: node.textContent.trim(), turned: /rotate\\((?!0)/.test(node.getAttribute('transform') ?? ''), ...node.getBoundingClientRect().toJSON()}));
  const out = words.filter(({left, right, top, bottom}) => left < around.left - 1 || right > around.right + 1 || top < around.top - 1 || bottom > around.bottom + 1);
  const upright = words.filter(({turned}) => turned);
  const over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 6;
  const touching = words.flatMap((a, i) => words.slice(i + 1).filter(b => over(a, b)).map(b => `${a.said} on ${b.said}`));
  return [...out.map(({said}) => `cut off: ${said}`), ...upright.map(({said}) => `upright: ${said}`), ...touching];
}"""


BELOW_THE_SENTENCE = """async root => {
  const frame = () => new Promise(requestAnimationFrame), places = new Set();
  const scrubber = root.querySelector('[data-action=scrub]'), now = root.querySelector('[data-role=now]'), below = root.querySelector('.figure-run');
  for (let value = scrubber.max / 12; value <= scrubber.max; value += scrubber.max / 12) {
    scrubber.value = value;
    scrubber.dispatchEvent(new Event('input', {bubbles: true}));
    await frame(); await frame();
    const top = below.getBoundingClientRect().top;
    places.add(now.getBoundingClientRect().bottom > top ? `on what is below: ${now.textContent}` : `${Math.round(top - root.getBoundingClientRect().top)} px`);
  }
  return [...places];
}"""
"""Where what is below the sentence begins while the clock goes on to its end."""


def within(points: Points, window: tuple[float, ...]) -> Points:
    """Those that are seen in a window; at its very edge a line may be cut off here and not there."""
    x, y, width, height = window
    left, down = points[:, 0] - x, points[:, 1] - y
    return points[(left > 2) & (left < width - 2) & (down > 2) & (down < height - 2)]


def beside(points: Points, others: Points) -> float:
    """How far the farthest of the points lies from all others, in pixels."""
    apart, _ = KDTree(others).query(points)
    return float(np.max(apart, initial=0))


POINTS = """const points = node => {
    const o = origin.getBoundingClientRect(), place = node.getScreenCTM(), all = [];
    for (let at = 0; at <= node.getTotalLength(); at += 2) {
      const { x, y } = node.getPointAtLength(at).matrixTransform(place);
      all.push([x - o.x, y - o.y]);
    }
    return all;
  };
  const dash = node => (getComputedStyle(node).strokeDasharray.match(/[\\d.]+/g) ?? []).map(Number).join(' ');
  // Where names end, because they may begin with a space.
  const names = (selector, origin) => [...origin.querySelectorAll(selector)].filter(node => node.textContent.trim()).map(node => {
    const [o, box] = [origin.getBoundingClientRect(), node.getBoundingClientRect()];
    return [node.textContent.trim(), box.right - o.left, (box.top + box.bottom) / 2 - o.top];
  });"""
HELD = f"""async slider => {{
  const frame = () => new Promise(requestAnimationFrame);
  const root = slider.closest('il2-figure'), origin = root.querySelector('[data-role=curves]');
  const run = root.querySelector('[data-role=run]'), scrubber = root.querySelector('[data-action=scrub]');
  {POINTS}
  const hold = async (input, value) => {{
    input.value = value;
    input.dispatchEvent(new Event('input', {{bubbles: true}}));
    await frame(); await frame();
  }};
  for (const value of [slider.max, slider.min, slider.defaultValue]) await hold(slider, value);
  // The run is made in full when the slider rests; then the clock is held, in front of the same curves.
  let said = '';
  while (origin.dataset.moving !== undefined || said !== run.textContent) {{
    said = run.textContent;
    for (let i = 0; i < 40; i++) await frame();
  }}
  const moving = async value => {{
    for (let i = 0; i < 20; i++) {{
      await hold(scrubber, value === scrubber.min ? scrubber.max : scrubber.min);
      await hold(scrubber, value);
      if (origin.dataset.moving !== undefined) return lines();
    }}
    throw new Error('it does not slide');
  }};
  const lines = () => [...origin.querySelectorAll('.figure-moving svg svg')].filter(pane => pane.x.baseVal.value > 0).flatMap(pane =>
    [...pane.querySelectorAll('path[fill=none]')].filter(node => node.getAttribute('d') && node.getAttribute('stroke') !== 'none').map(node => [pane, node]))
    .map(([{{ x, y, width, height }}, node]) =>
    ({{window: [x, y, width, height].map(length => length.baseVal.value), dash: dash(node), points: points(node)}}));
  return JSON.stringify([await moving(scrubber.min), await moving(scrubber.max), names('.figure-moving text', origin)]);
}}"""
SETTLED = f"""origin => {{
  {POINTS}
  const lines = [...origin.querySelectorAll('[class*=tracemoving-] path.js-line')].map(node =>
    ({{panel: [...node.closest('.subplot').classList].find(name => name !== 'subplot'), dash: dash(node), points: points(node)}}));
  return JSON.stringify([lines, names('[class*=tracemoving-] .textpoint text', origin)]);
}}"""


# A chart of data


@every_chart
def test_the_marks_of_a_chart_are_said_by_keyboard_and_nothing_else_is_there(
    site: Site, visit: Visit, name: str
) -> None:
    page = visit(site, own(name))
    root = page.locator("il2-figure")
    approach(root)
    expect(root).to_have_attribute("data-state", "live")
    expect(root.locator(".js-plotly-plot").locator(FURNITURE)).to_have_count(0)
    slider, now = root.get_by_role("slider"), root.locator("[data-role=now]")
    marks = [str(each) for each in json.loads(root.locator("script[data-role=data]").text_content() or "")["marks"]]
    assert marks
    for key, sentence in [*(("ArrowRight", each) for each in marks[:3]), ("End", marks[-1])]:
        slider.press(key)
        expect(now).to_have_text(sentence)
        expect(slider).to_have_attribute("aria-valuetext", sentence)
        assert knob(slider) < 0.01
    shown = root.locator("[data-role=table], .figure-more table").first.locator("tbody tr")
    expect(shown).to_have_count(len(figure(name).table.rows))


# Any figure


@every
def test_from_disk_it_can_be_seen_on_any_page_in_any_colours_and_on_paper(
    course: Path, visit: Visit, name: str
) -> None:
    page = visit(Site(course.as_uri() + "/"), own(name))
    root = page.locator("il2-figure")
    approach(root)
    expect(root).to_have_attribute("data-state", "live")
    expect(page.get_by_role("heading", level=1)).to_have_text(figure(name).title)
    for summary in page.locator(".figure-more summary").all():
        summary.click()
    settle(page)
    assert overflow(page) == [], "it is too wide at 1280 px"
    page.set_viewport_size({"width": 320, "height": 800})
    for media in (
        {"color_scheme": "light"},
        {"color_scheme": "dark"},
        {"color_scheme": "dark", "forced_colors": "active"},
    ):
        page.emulate_media(**media)  # type: ignore[arg-type]
        settle(page)
        eventually(page, lambda: overflow(page) == [], f"it is not too wide with {media}")
        assert root.evaluate(CUT) == [], f"controls are whole with {media}"
        assert page.evaluate(FAINT) == [], f"with {media}"
        eventually(page, lambda: root.evaluate(FAINT_MARKS) == [], f"lines and marks stand out with {media}")
    page.emulate_media(media="print", color_scheme="light", forced_colors="none")
    assert area(root.locator(".figure-still")) > 10_000
    expect(root.locator(".figure-still")).to_have_css("visibility", "visible")
    assert [
        node.get_attribute("data-action") for node in page.locator("[data-action]").all() if node.is_visible()
    ] == []


CUT = """root => { const edge = root.querySelector('figure').getBoundingClientRect().right + 0.5;
  return [...root.querySelectorAll('button, select, input')].filter(node => node.checkVisibility() && node.getBoundingClientRect().right > edge)
    .map(node => node.dataset.action); }"""
"""Controls of a figure that go on beyond its right edge."""
LIGHTNESS = """const paint = Object.assign(document.createElement('canvas'), {width: 1, height: 1}).getContext('2d', {willReadFrequently: true});
  const rgba = colour => { paint.clearRect(0, 0, 1, 1); paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1); return [...paint.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);"""
"""Scripts that follow it have `rgba` of a colour and `light`, the relative luminance of that (WCAG 2.2)."""
FAINT = f"() => {{ {LIGHTNESS}" + """
  const ground = node => { for (let at = node; at; at = at.parentElement) { const c = rgba(getComputedStyle(at).backgroundColor); if (c[3] === 255) return c; } return [255, 255, 255]; };
  const faint = new Set();
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const node = words.currentNode.parentElement, style = getComputedStyle(node);
    if (!words.currentNode.data.trim() || node.closest('script, :disabled') || !node.checkVisibility({visibilityProperty: true})) continue;
    if (node.closest('.visually-hidden, .skip')) continue;
    const [a, b] = [light(rgba(node instanceof SVGElement ? style.fill : style.color)), light(ground(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) faint.add(`${ratio.toFixed(2)} ${node.tagName} ${node.getAttribute('class')}: ${words.currentNode.data.trim().slice(0, 30)}`);
  }
  return [...faint].slice(0, 8);
}"""
FAINT_MARKS = (
    f"root => {{ {LIGHTNESS}"
    + """
  const ground = light(rgba(getComputedStyle(document.body).backgroundColor));
  const plots = [...root.querySelectorAll('.js-plotly-plot')].filter(plot => plot.checkVisibility({visibilityProperty: true}));
  if ([...root.querySelectorAll('.twin-events')].some(list => list.checkVisibility({visibilityProperty: true}))) return []; // words instead
  const shown = plots.flatMap(plot => plot.data);
  const marks = shown.filter(trace => ['line', 'now', 'bar', 'dot', 'icons', 'unsure'].includes(trace.meta?.role));
  if (!marks.length) return ['nothing is drawn'];
  return marks.map(trace => (trace.mode === 'lines' ? trace.line : trace.meta.role === 'unsure' ? trace.marker?.line : trace.marker)?.color).filter(colour => typeof colour === 'string')
    .filter(colour => { const l = light(rgba(colour)); return (Math.max(l, ground) + 0.05) / (Math.min(l, ground) + 0.05) < 3; });
}"""
)

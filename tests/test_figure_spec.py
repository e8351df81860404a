"""An author who breaks a figure is told the rule, the line, what is wrong and how to mend it; nothing is drawn."""

from __future__ import annotations

import pytest
from figure_tools import FIGURES, changed, figure, texts
from model_tools import model

from il2site.figure.load import load_figure
from il2site.text import SourceFile

RECEPTOR, CELLS, RATES = "receptor-triggering", "cd4-expansion", "response-rates"
DOSE, PLASMA = "receptor-dose-response", "plasma-level"
TREGS, DWELL, PRECURSORS = "treg-tug-of-war", "dwell-time-scan", "precursor-scan"


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_of_the_course_loads_without_a_problem(name: str) -> None:
    assert figure(name).name == name


BROKEN = [
    # figure, what is typed instead of what, rule, words of the message, words of the remedy
    (RECEPTOR, "view: membrane", "view: membran", "value", '"membran" is not a view', 'Did you mean "membrane"'),
    (RECEPTOR, "description:", "descripton:", "unknown-key", "descripton", 'Did you mean "description"'),
    (RECEPTOR, "unit: s, label", "unit: min, label", "figure-invalid", "one min is 60 s of the model", "model_units: 60"),
    (DOSE, "unit: nM", "unit: pM", "figure-invalid", 'is nM in the card of the model, and "pM" here', "Write nM"),
    (PLASMA, "unit: pM", "unit: nM", "figure-invalid", 'is pM in the card of the model, and "nM" here', "Write pM"),
    (RECEPTOR, "end: 60", "end: long", "value", '"end" (in run)', "Write end: "),
    (RECEPTOR, "model: receptor-triggering", "model: rec", "figure-invalid", '"rec" is not a model', "receptor"),
    (RECEPTOR, "end: 60", "end: -1", "figure-invalid", "a run cannot end at -1", "above zero"),
    (RECEPTOR, "points: 301", "points: 1", "figure-invalid", "at 1 points", "from 2"),
    (CELLS, "method: ode", "method: ode, average: true", "figure-invalid", "average is for", "Delete average"),
    (RECEPTOR, "free: L", "free: X", "figure-invalid", '"X" is not a state', "Known here: C0"),
    (RECEPTOR, "bound: [C0, C1, C2]", "bound: [C0, C1, C3]", "figure-invalid", "must differ", "once"),
    (RECEPTOR, "of: R", "of: bound", "figure-invalid", '"bound" is not a state', "Known here"),
    (RECEPTOR, "method: ssa", "method: ode", "figure-invalid", "single molecules", "method: ssa"),
    (RECEPTOR, "receptors: 160", "receptors: 4000", "figure-invalid", "4000 receptors", "from 1 to 400"),
    (RECEPTOR, "show: bound", "show: bond", "figure-invalid", '"bond" is not', 'Did you mean "bound"'),
    (RECEPTOR, "range: [0, 100]", "range: [0]", "value", "too few items", "[1, 2]"),
    (RECEPTOR, "parameter: antigens", "parameter: tau", "figure-invalid", "tau has a control already", "Delete one"),
    (RECEPTOR, "range: [0, 100]", "range: [100, 0]", "figure-invalid", "from 100 to 0", "smaller number first"),
    (CELLS, "range: [1, 1.0e+8]", "range: [0, 1.0e+8]", "figure-invalid", "cannot begin at 0", "above zero"),
    (CELLS, "scale: linear\n    lines", "scale: log\n    lines", "figure-invalid", "needs a range", "range: ["),
    (CELLS, "show: N", "show: Q", "figure-invalid", '"Q" is not', "Known here"),
    (CELLS, "full: 100", "full: 0", "figure-invalid", "full at 0", "above zero"),
    (RECEPTOR, "parameter: tau", "parameter: tao", "figure-invalid", '"tao" is not a parameter', 'Did you mean "tau"'),
    (RECEPTOR, "min: 0.2", "min: 100", "figure-invalid", "from 100 to 60", "smaller number as min"),
    (RECEPTOR, "min: 0.2", "min: 0", "figure-invalid", "cannot begin at 0", "scale: linear"),
    (RECEPTOR, "max: 100", "max: 50", "figure-invalid", "100 lies outside 1 to 50", "Widen"),
    (RECEPTOR, "tau: 5.2, antigens: 100", "tau: 99, antigens: 100", "figure-invalid", "tau = 99", "widen the control"),
    (RECEPTOR, "tau: 5.2, antigens: 100", "tua: 5.2", "figure-invalid", '"tua" is not', 'Did you mean "tau"'),
    (RECEPTOR, "{tau: 0.5}", "{tau: 0.01}", "figure-invalid", "tau = 0.01", "widen"),
    (RECEPTOR, "at: 10,", "at: 1000,", "figure-invalid", "1000 lies outside the run", "from 0 to 60"),
    (RECEPTOR, "at: 10,", "at: 2,", "figure-invalid", "does not come after", "in order of time"),
    (RECEPTOR, "{bound} of {antigens:", "{bond} of {antigens:", "figure-invalid", '"bond" is not', '"bound"'),
    (RECEPTOR, "{bound.end}", "{bound.last}", "figure-invalid", '"last" is not a measure', "Known here: auc"),
    (RECEPTOR, "{tau} s, {bound.end}", "{tau.peak} s, {bound.end}", "figure-invalid", "does not change", "{tau}"),
    (RECEPTOR, "{bound} of", "{bound of", "figure-invalid", "stands alone", "between two braces"),
    (TREGS, "  weak: {label", "  2weak: {label", "figure-invalid", '"2weak" cannot be written', "letter"),
    (TREGS, "set: {antigens: 3.0e+7}}", "set: {antigen: 3.0e+7}}", "figure-invalid", '"antigen" is not a parameter', "antigens"),
    (TREGS, "show: pSTAT5@weak,", "show: pSTAT5@week,", "figure-invalid", '"pSTAT5@week" is not', '"pSTAT5@weak"'),
    (TREGS, "show: pSTAT5@weak,", "show: pSTAT5,", "figure-invalid", '"pSTAT5" is not', '@weak"'),
    (TREGS, "{pSTAT5@weak}", "{pSTAT5}", "figure-invalid", '"pSTAT5" is not', "pSTAT5@weak"),
    (TREGS, "parameter: tregs", "parameter: antigens", "figure-invalid", "every condition sets antigens", "Delete"),
    (TREGS, "set: {antigens: 3.0e+7}}", "set: {antigens: 3.0e+7}, doses: [{time: 0, target: T, amount: 1}]}",
     "figure-invalid", "cannot go to T", "Treg"),
    (TREGS, "range: [0, 0.06]", "range: [0, 0.06]\n    marks: [{at: 1, label: x}]", "figure-invalid", "mark at 1 lies", "range"),
    (DWELL, "  parameter: tau", "  parameter: tao", "figure-invalid", '"tao" is not a parameter', '"tau"'),
    (DWELL, "min: 0.2", "min: 100", "figure-invalid", "from 100 to 60", "smaller number"),
    (DWELL, "min: 0.2", "min: 0", "figure-invalid", "sweep cannot begin at 0", "scale: linear"),
    (DWELL, "points: 41", "points: 1000", "figure-invalid", "made of 1000 runs", "from 5"),
    (DWELL, "method: ode", "method: ssa", "figure-invalid", "without chance", "method: ode"),
    (DWELL, "set: {kp: 10}", "set: {tau: 10}", "figure-invalid", "tau is swept", "Delete"),
    (DWELL, "parameter: kp", "parameter: tau", "figure-invalid", "tau is swept", "Delete"),
    (DWELL, "held: bound", "x: bound", "figure-invalid", '"x" cannot be the name', "not x"),
    (DWELL, "bound.end", "bond.end", "figure-invalid", '"bond" is not', '"bound"'),
    (DWELL, "bound.end", "bound.ent", "figure-invalid", '"ent" is not a measure', '"end"'),
    (DWELL, "bound.end", "bound.end.vs", "figure-invalid", "compares nothing", "without .vs"),
    (DWELL, "bound.end", "bound@99", "figure-invalid", "bound@99 is no value", "to 60"),
    (DWELL, "x: 5.2", "x: 99", "figure-invalid", "point at 99 lies outside the sweep", "0.2 to 60"),
    (DWELL, "source: odonoghue2013", "source: nobody", "citation-missing", '"nobody"', "Add it"),
    (DWELL, "show: held", "show: bound", "figure-invalid", '"bound" is not', "held"),
    (DWELL, "{x} s", "{time} s", "figure-invalid", '"time" is not', "x"),
    (DWELL, "{x} s", "{tau} s", "figure-invalid", '"tau" is not', "x"),
    (DWELL, "at: 0.52,", "at: 99,", "figure-invalid", "the value 99 lies outside the sweep", "from 0.2 to 60"),
    (PRECURSORS, "through: [300, 300]", "through: [0, 300]", "figure-invalid", "slope is drawn between", "scale: log"),
    (RATES, "range: [0, 20]", "range: [5, 20]", "figure-invalid", "begin at 5", "at 0"),
    (RATES, "range: [0, 20]", "scale: log\n  range: [1, 20]", "figure-invalid", "logarithmic", "kind: dots"),
    (RATES, "of: of", "note2: x", "unknown-key", "note2", "note"),
    (RATES, "  of: of\n", "", "figure-invalid", "count needs of", "of: …"),
    ("receptor-affinity", "at: 100,", "at: 1e9,", "figure-invalid", "outside the range", "into the range"),
    (RATES, "data: response-rates.csv", "data: rates.csv", "data-missing", "content/data/rates.csv", "mend the name"),
]  # fmt: skip


HOLDER = {"range: [0, 0.06]": {"range": 1}, "range: [0, 20]": {"scale": -8}, "  of: of\n": {"": -1}}
"""Slips that are told at another line, the one to be mended: by what was there and how the slip begins."""


@pytest.mark.fault(26)
@pytest.mark.parametrize(("name", "old", "new", "rule", "message", "remedy"), BROKEN)
def test_a_slip_in_a_figure_is_named_with_its_line(
    name: str, old: str, new: str, rule: str, message: str, remedy: str
) -> None:
    problems, line = changed(name, old, new)
    told = [p for p in problems if p.rule == rule and message in p.message and remedy in p.remedy]
    assert told, [(p.rule, p.message, p.remedy) for p in problems]
    assert told[0].place.path == f"content/figures/{name}.yml"
    assert told[0].place.line == line + HOLDER.get(old, {}).get(new[:5], 0), (
        f"{told[0].message} is told at line {told[0].place.line}"
    )


def test_the_line_of_a_slip_is_exact() -> None:
    problems, line = changed(RECEPTOR, "show: bound", "show: bond")
    assert [p.place.line for p in problems] == [line]


def test_all_slips_of_a_figure_are_told_at_once() -> None:
    path = f"content/figures/{RECEPTOR}.yml"
    text = texts()[path].text.replace("show: bound", "show: bond").replace("parameter: tau", "parameter: tao")
    checked = load_figure(RECEPTOR, {path: SourceFile(path, text)}, {RECEPTOR: model(RECEPTOR)})
    assert {p.message.split('"')[1] for p in checked.problems} >= {"bond", "tao"}


def test_more_controls_than_a_reader_can_hold_are_refused() -> None:
    one = "  - {parameter: kp, label: k, min: 0.1, max: 10, meaning: m}\n"
    problems, _ = changed(RECEPTOR, "presets:\n", 2 * one + "presets:\n")
    assert any("4 controls" in p.message for p in problems)


def test_too_few_stages_are_refused() -> None:
    path = f"content/figures/{RECEPTOR}.yml"
    lines = [line for line in texts()[path].text.splitlines() if not line.startswith("  - {at: ") or "at: 60" in line]
    checked = load_figure(RECEPTOR, {path: SourceFile(path, "\n".join(lines))}, {RECEPTOR: model(RECEPTOR)})
    assert any("there are 1 stages" in p.message for p in checked.problems)


def test_a_figure_without_a_file_is_told() -> None:
    checked = load_figure("nothing", {}, {})
    assert [p.rule for p in checked.problems] == ["figure-unknown"]


def test_more_antigens_than_drawn_receptors_are_refused_at_the_slider() -> None:
    problems, _ = changed(RECEPTOR, "receptors: 160", "receptors: 60")
    assert any("no room on 60 receptors" in p.message and p.rule == "figure-invalid" for p in problems)


@pytest.mark.fault(26)
def test_a_model_that_stops_at_the_end_of_a_slider_breaks_model_run() -> None:
    """At 1e200 times the usual IL-2 the amounts are no longer numbers."""
    problems, _ = changed(CELLS, "max: 3\n", "max: 1.0e+200\n")
    assert [p.rule for p in problems] == ["model-run"] and "il2_made = 1e+200" in problems[0].message


DATA = [
    ("response-rates", "percent,people", "per_cent,people", "data-invalid", 'no column "percent"', '"per_cent"'),
    ("response-rates", ",15,37,", ",fifteen,37,", "data-invalid", '"fifteen" in the column percent', "plain number"),
    ("response-rates", ",15,37,", ",nan,37,", "data-invalid", "not a number", "plain number"),
    ("response-rates", "fisher1997,read", ",read", "data-invalid", "no source", "key of its reference"),
    ("response-rates", "fisher1997,read", "fisher1997,seen", "data-invalid", '"seen" is not a status', "read"),
    ("response-rates", "fisher1997,read", "fisher97,read", "citation-missing", '"fisher97"', "column source"),
    ("response-rates", ",15,37,255,", ",15,37,", "data-invalid", "has 6 cells", "double quotation"),
    ("response-rates", "people,of,", "people,people,of,", "data-invalid", "stands twice", "Rename"),
    ("response-rates", ",15,37,", ',"15" ,37,', "data-invalid", "quotation mark does not fit", "double quotation"),
    ("receptor-affinity", "10000,10 nM", "0,10 nM", "data-invalid", "0 cannot stand", "above zero"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "rule", "message", "remedy"), DATA)
def test_a_slip_in_data_is_named_with_its_line(
    name: str, old: str, new: str, rule: str, message: str, remedy: str
) -> None:
    path = f"content/data/{name}.csv"
    problems, line = changed(name, old, new, path)
    told = [p for p in problems if p.rule == rule and message in p.message and remedy in p.remedy]
    assert told, [(p.rule, p.message, p.remedy) for p in problems]
    assert (told[0].place.path, told[0].place.line) == (path, line)


def test_data_without_rows_and_unclosed_quotes_are_told() -> None:
    path = "content/data/response-rates.csv"
    for text, message in (("cancer,outcome\n", "no rows"), ('a,b\n"x,1\n', "quotation mark")):
        checked = load_figure("response-rates", texts() | {path: SourceFile(path, text)}, {})
        assert any(message in p.message and p.rule == "data-invalid" for p in checked.problems)


@pytest.mark.fault(41)
def test_more_than_a_reader_can_see_is_refused_and_not_drawn() -> None:
    panel = "  - {label: P, lines: [{show: bound, label: b, entity: tcr}]}\n"
    problems, _ = changed(RECEPTOR, "controls:\n", 20 * panel + "controls:\n")
    assert [p.message for p in problems if p.rule == "figure-invalid"] == ["there are 21 panels, which would be too low to be read"]
    path = "content/data/receptor-affinity.csv"
    rows = "x,5,5 nM,disc:il2,a,trotta2018,read\n" * 100_000
    data = SourceFile(path, texts()[path].text + rows)
    checked = load_figure("receptor-affinity", texts() | {path: data}, {})
    assert [(p.rule, p.place.line) for p in checked.problems] == [("data-invalid", 302)] and "100,003 rows" in checked.problems[0].message


@pytest.mark.fault(26)
@pytest.mark.parametrize(("sign", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
def test_cells_that_are_not_parted_by_commas_are_told_so(sign: str, name: str) -> None:
    path = "content/data/receptor-affinity.csv"
    data = SourceFile(path, texts()[path].text.replace(",", sign))
    [problem] = load_figure("receptor-affinity", texts() | {path: data}, {}).problems
    assert (problem.rule, problem.place.line) == ("data-invalid", 1) and f"parted by {name}" in problem.message

"""A loop in a printed script does what the lines that it stands for do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from model_tools import network, points
from network_tools import assert_same
from numpy.typing import NDArray

from il2site.model.printer.javascript import javascript
from il2site.model.printer.rolled import rolled

ARRAYS = ("y", "p", "w", "v")


def in_python(lines: Sequence[str]) -> Iterator[str]:
    """A body as Python; what is named in a loop is forgotten after each turn, as in JavaScript."""
    inside, named = "", []
    for line in lines:
        if turns := re.fullmatch(r"for \(let i=0;i<(\d+);i\+\+\) \{", line):
            inside, named = "    ", []
            yield f"for i in range({turns[1]}):"
        elif line == "}":
            yield from (f"    del {name}" for name in named)
            inside = ""
        else:
            text = re.sub(r"\$(\d+c?)", r"n\1", line.removesuffix(";").replace("$[", "parts["))
            named += [text.removeprefix("const ").split("=")[0]] if text.startswith("const ") else []
            yield inside + text.removeprefix("const ")


def computed(lines: Sequence[str], parts: int = 0) -> dict[str, NDArray[np.float64]]:
    """What a body leaves in its arrays."""
    arrays = {name: np.linspace(1, 2, 400) + k for k, name in enumerate(ARRAYS)}
    exec("\n".join(in_python(lines)), {**arrays, "parts": np.full(parts, np.nan)})
    return arrays


@st.composite
def bodies(draw: st.DrawFn) -> list[str]:
    """Lines of which some repeat themselves with evenly spaced places, and use what others have named."""
    lines: list[str] = []
    names: list[str] = []
    for _ in range(draw(st.integers(1, 6))):
        spaced = [(draw(st.integers(20, 60)), draw(st.integers(-3, 5))) for _ in range(3)]
        source, target = (draw(st.sampled_from(ARRAYS)) for _ in range(2))
        earlier = draw(st.lists(st.sampled_from(names), max_size=2)) if names else []
        spread = draw(st.booleans())
        for turn in range(draw(st.integers(1, 6))):
            a, b, c = (base + step * turn for base, step in spaced)
            used = names[-1 - turn] if spread and turn < len(names) else earlier[0] if earlier else "p[3]"
            names.append(f"${len(names)}{'c' if turn % 2 else ''}")
            lines += [f"const {names[-1]}={source}[{a}]*{used};", f"{target}[{b}]={names[-1]}+p[{c}];"]
    return lines + [f"w[{300 + k}]={name};" for k, name in enumerate(names) if draw(st.booleans())]


@settings(deadline=None)
@given(bodies())
def test_loops_compute_what_the_lines_computed(lines: list[str]) -> None:
    shorter, parts = rolled(lines)
    assert len(shorter) <= len(lines)
    for name, values in computed(lines).items():
        np.testing.assert_array_equal(computed(shorter, parts)[name], values, err_msg=name)


def test_lines_that_are_evenly_spaced_become_a_loop() -> None:
    lines = ["w[9]=1;", *(f"w[{k}]=y[{2 * k + 2}]*p[7];" for k in range(4)), *(f"v[{8 - k}]=w[{k}];" for k in range(4))]
    assert rolled(lines) == (
        ("w[9]=1;", "for (let i=0;i<4;i++) {", "w[i]=y[2+2*i]*p[7];", "}",
         "for (let i=0;i<4;i++) {", "v[8+-1*i]=w[i];", "}"), 0)  # fmt: skip


def test_what_is_needed_after_its_loop_is_kept_in_an_array() -> None:
    lines = [line for k in range(5) for line in (f"const ${k}=y[{k}]*p[0];", f"w[{k}]=${k};")]
    loop = ("for (let i=0;i<5;i++) {", "const $0=y[i]*p[0];", "w[i]=$0;", "}")
    assert rolled(lines) == (loop, 0)
    kept = ("for (let i=0;i<5;i++) {", "$[i]=y[i]*p[0];", "w[i]=$[i];", "}", "v[0]=$[3];")
    assert rolled([*lines, "v[0]=$3;"]) == (kept, 5)


def test_a_model_of_many_alike_parts_has_a_short_script_that_is_right() -> None:
    def chain(length: int) -> list[str]:
        species = ", ".join(f"S{k} = {k + 1}" for k in range(length))
        steps = [f"r{k}: S{k} => S{k + 1}; k*S{k}^n/(K^n + S{k}^n)*total" for k in range(length - 1)]
        return [
            f"species {species}",
            "k = 0.3; K = 2; n = 3",
            "total := " + " + ".join(f"S{k}" for k in range(length)),
            *steps,
        ]

    long = network(*chain(20))
    assert_same(long, [(0.0, y.tolist(), p.tolist()) for y, p in points(long, 3, 4)])
    assert javascript(long, False).count("Math.pow") == javascript(network(*chain(12)), False).count("Math.pow")

"""References: what Zotero exports becomes labels and full entries; nothing in it runs, every fault has its line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lesson_case import assert_harmless

from il2site.lesson.citation import Reference, parse_references
from il2site.problem import Problem
from il2site.text import SourceFile

BASE: dict[str, Any] = {
    "id": "mckeithan1995",
    "type": "article-journal",
    "title": "Kinetic proofreading in T-cell receptor signal transduction",
    "author": [{"family": "McKeithan", "given": "Timothy W."}],
    "container-title": "PNAS",
    "issued": {"date-parts": [[1995, 5, 23]]},
    "volume": "92",
    "issue": "11",
    "page": "5042-5046",
    "DOI": "10.1073/pnas.92.11.5042",
    "PMID": "7761445",
    "note": "Read.",
}


def reference(**changes: Any) -> Reference:
    checked = parse_references(SourceFile("content/references.json", json.dumps([BASE | changes])))
    assert checked.problems == () and checked.value is not None, checked.problems
    return next(iter(checked.value.entries.values()))


def faults(text: str) -> list[Problem]:
    checked = parse_references(SourceFile("content/references.json", text))
    assert checked.value is not None
    return list(checked.problems)


def people(*families: str) -> list[dict[str, str]]:
    return [{"family": family, "given": "A. B."} for family in families]


def test_an_entry_shows_authors_title_journal_year_pages_link_number_and_note() -> None:
    assert reference().html == (
        "McKeithan TW. Kinetic proofreading in T-cell receptor signal transduction. "
        "<em>PNAS</em> 1995;92(11):5042–5046. "
        '<a class="external" rel="noopener" href="https://doi.org/10.1073/pnas.92.11.5042">'
        "doi:10.1073/pnas.92.11.5042</a> "
        'PMID 7761445. <span class="reference-note">Read.</span>'
    )


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({}, "McKeithan 1995"),
        ({"author": people("Huppa", "Davis")}, "Huppa and Davis 1995"),
        ({"author": people("O'Donoghue", "Pielak", "Groves")}, "O'Donoghue et al. 1995"),
        ({"author": [*people("June"), {"literal": "and others"}]}, "June et al. 1995"),
        ({"author": [{"family": "Berg", "non-dropping-particle": "van den"}]}, "van den Berg 1995"),
        ({"author": [{"literal": "UniProt Consortium"}]}, "UniProt Consortium 1995"),
        ({"author": [], "title-short": "Proleukin label"}, "Proleukin label 1995"),
        ({"author": [], "editor": people("Janeway")}, "Janeway 1995"),
        ({"author": [], "title": "One two three four five six seven"}, "One two three four five … 1995"),
        ({"issued": {"raw": "May 2001"}}, "McKeithan 2001"),
    ],
)
def test_a_label_names_the_authors_as_readers_expect(changes: dict[str, Any], label: str) -> None:
    assert reference(**changes).label == label


def test_a_source_without_a_date_says_so() -> None:
    text = json.dumps([{key: value for key, value in BASE.items() if key != "issued"}])
    value = parse_references(SourceFile("x", text)).value
    assert value is not None and value.entries["mckeithan1995"].label == "McKeithan n.d."


def test_two_sources_that_would_share_a_label_get_letters() -> None:
    value = parse_references(
        SourceFile("x", json.dumps([BASE, BASE | {"id": "b"}, BASE | {"id": "c", "author": people("X")}]))
    ).value
    assert value is not None
    assert list(value.labels.values()) == ["McKeithan 1995a", "McKeithan 1995b", "X 1995"]


@pytest.mark.fault(24)
def test_markup_in_a_field_is_shown_as_text_and_that_of_zotero_is_left_out() -> None:
    made = reference(
        title='<script>alert(1)</script> & <i>in vivo</i> "x"',
        note="<img src=x onerror=y>",
        publisher="<b onclick=x>P</b>",
    )
    assert_harmless(made.html)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; in vivo" in made.html
    assert "&lt;img src=x onerror=y&gt;" in made.html


def test_a_web_page_links_to_its_host() -> None:
    made = reference(type="webpage", DOI="doi:10.1000/x(1)", URL="https://www.example.org/a?b=1&c=2")
    assert 'href="https://doi.org/10.1000/x(1)"' in made.html
    made = reference(DOI="10.1002/(SICI)1521-4141(199907)29:07<2082::AID-IMMU2082>3.0.CO;2-K")
    assert 'href="https://doi.org/10.1002/(SICI)1521-4141(199907)29:07%3C2082::AID-IMMU2082%3E3.0.CO;2-K"' in made.html.replace("%3B", ";")
    text = json.dumps([{k: v for k, v in (BASE | {"URL": "https://www.example.org/a?b=1&c=2"}).items() if k != "DOI"}])
    value = parse_references(SourceFile("x", text)).value
    assert value is not None
    assert 'href="https://www.example.org/a?b=1&amp;c=2">example.org</a>' in value.entries["mckeithan1995"].html


@pytest.mark.fault(24)
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"id": ""}, "id"),
        ({"id": 7}, "id"),
        ({"id": "http://zotero.org/users/1/items/A"}, "id"),
        ({"id": "a b"}, "id"),
        ({"type": "artcle-journal"}, "article-journal"),
        ({"type": None}, "type"),
        ({"title": " "}, "title"),
        ({"title": 5}, "title"),
        ({"URL": "javascript:alert(1)"}, "javascript"),
        ({"URL": "data:text/html,x"}, "data"),
        ({"URL": "example.org"}, "example.org"),
        ({"DOI": '10.1/x"onclick='}, "DOI"),
        ({"author": "McKeithan"}, "author"),
        ({"author": [{"given": "A"}]}, "author"),
        ({"author": [{"family": 3}]}, "author"),
        ({"volume": ["1"]}, "volume"),
        ({"issued": {"date-parts": [["soon"]]}}, "issued"),
    ],
)
def test_a_faulty_entry_is_answered_with_its_line_and_left_out(changes: dict[str, Any], words: str) -> None:
    text = "[\n" + json.dumps(BASE | {"id": "good"}) + ",\n" + json.dumps(BASE | changes) + "\n]"
    checked = parse_references(SourceFile("content/references.json", text))
    assert [(p.rule, p.place.line) for p in checked.problems] == [("reference-invalid", 3)]
    assert words in checked.problems[0].message + checked.problems[0].remedy
    assert checked.value is not None and list(checked.value.entries) == ["good"]


@pytest.mark.fault(24)
def test_an_id_that_stands_twice_names_both_lines() -> None:
    found = faults("[\n" + json.dumps(BASE) + ",\n\n" + json.dumps(BASE) + "]")
    assert [(p.rule, p.place.line) for p in found] == [("reference-duplicate", 4)]
    assert "lines 2 and 4" in found[0].message


@pytest.mark.fault(24)
@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("{}", 1),
        ("[\n{}\n{}]", 3),
        ("[\n{},\n]", 2),
        ('[\n{"id": \n', 3),
        ("[]\nx", 1),
        ("[" * 100_000, 1),
        ("[\n1" + "0" * 5000 + "]", 1),
    ],
)
def test_a_file_that_is_no_list_of_entries_is_answered_with_the_line(text: str, line: int) -> None:
    found = [p for p in faults(text) if "JSON" in p.message or "entry" in p.message]
    assert found and found[-1].rule == "reference-invalid"
    assert found[-1].place.line == line


@pytest.mark.fault(24)
@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            name: st.text(max_size=20)
            for name in (
                "title",
                "container-title",
                "publisher",
                "volume",
                "issue",
                "page",
                "note",
                "PMID",
                "title-short",
            )
        },
    ),
    st.text(max_size=10),
)
def test_no_text_in_an_entry_makes_an_element(fields: dict[str, str], family: str) -> None:
    checked = parse_references(SourceFile("x", json.dumps([BASE | fields | {"author": [{"family": family or "X"}]}])))
    assert checked.value is not None
    for made in checked.value.entries.values():
        assert_harmless(made.html)

"""Each claim that was checked stands on the page with its verdict, what is right, its sources, and the lesson that explains it."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from pathlib import Path

from conftest import ROOT, il2site
from test_course import append, found

from il2site.lesson.citation import parse_references
from il2site.lesson.claims import Claims, parse_claims, stale_claims
from il2site.lesson.glossary import parse_glossary
from il2site.text import SourceFile

HEAD = "intro: One article, checked [@doe2001].\ntopics:\n  - title: Numbers\n    claims:\n"
CLAIM = """\
      - id: one-first
        claim: One comes first.
        verdict: supported
        but: if counted from one
        truth: It does, as the [[antigen]] shows [@doe2001].
        checked: 2026-01-31
        explained: lessons/first.md#own
"""


def the_claims() -> Claims:
    """The project's own."""
    references, glossary, claims = (
        SourceFile(path, (ROOT / path).read_text(encoding="utf-8"))
        for path in ("content/references.json", "content/glossary.md", "content/claims.yml")
    )
    known = parse_references(references).value
    assert known is not None
    terms = parse_glossary(glossary, known).value
    assert terms is not None
    checked = parse_claims(claims, known, terms)
    assert checked.problems == () and checked.value is not None, checked.problems
    return checked.value


def test_a_claim_stands_on_the_page_with_all_that_belongs_to_it(small: Path) -> None:
    append(small, "claims.yml", HEAD + CLAIM)
    said = il2site("build", "--strict", cwd=small)
    assert said.returncode == 0, said.stderr
    page = (small / "build/claims/index.html").read_text()
    entry = page[page.index('id="claim-one-first"') : page.index("</article>", page.index('id="claim-one-first"'))]
    for part in (
        "Supported</b> if counted from one",
        "One comes first.",
        "../glossary/index.html#antigen",
        '<a class="citation" href="#ref-doe2001">',
        '<a href="../lessons/first/index.html#own">First: Own part</a>',
        "2026-01-31",
    ):
        assert part in entry, part
    assert 'id="ref-doe2001"' in page and "All 1<" in page
    assert "claims/index.html" in (small / "build/lessons/first/index.html").read_text()


def test_a_site_without_claims_has_no_page_of_them(small: Path) -> None:
    il2site("build", cwd=small)
    assert not (small / "build/claims").exists()
    assert "claims/" not in (small / "build/index.html").read_text()


def test_a_claim_without_a_source_is_told(small: Path) -> None:
    append(small, "claims.yml", HEAD + CLAIM.replace(" [@doe2001]", ""))
    assert found(small) == {("claims.yml:5", "claim-source")}


def test_what_is_wrong_in_a_claim_is_told_with_its_line(small: Path) -> None:
    for line, changed, rule in (
        (9, CLAIM.replace("doe2001", "nobody"), "citation-missing"),
        (9, CLAIM.replace("[[antigen]]", "[[epitope]]"), "term-unknown"),
        (11, CLAIM.replace("#own", "#none"), "anchor-dead"),
        (11, CLAIM.replace("first.md", "third.md"), "link-dead"),
        (7, CLAIM.replace("supported", "true-ish"), "value"),
        (10, CLAIM.replace("2026-01-31", "lately"), "value"),
        (12, CLAIM + "        maker: us\n", "unknown-key"),
        (12, CLAIM * 2, "value"),
    ):
        (small / "content/claims.yml").write_text(HEAD + changed)
        assert (f"claims.yml:{line}", rule) in found(small), (changed, found(small))


def test_a_claim_that_nobody_checked_lately_is_told_by_check(small: Path) -> None:
    append(small, "claims.yml", HEAD + CLAIM)
    append(small, "site.yml", "limits: {claim_age: 30}\n")
    assert il2site("check", "--strict", "--today", "2026-03-02", cwd=small).returncode == 0
    said = il2site("check", "--strict", "--today", "2026-03-03", cwd=small)
    assert said.returncode == 1 and "claims.yml:5" in said.stderr and "claim-stale" in said.stderr
    assert il2site("check", "--strict", "--today", "2026-01-30", cwd=small).returncode == 1, "checked in the future"
    assert il2site("build", "--strict", cwd=small).returncode == 0, "a build does not depend on the day"


def test_all_claims_of_the_article_are_there_with_their_verdicts() -> None:
    """As the ledger of facts has them, in the order of the article: S(upported), I, O(utdated), W, U."""
    verdicts = "".join(claim.entry.verdict[0] for claim in the_claims().all)
    assert verdicts == "siwsiiii" + "iwwiwi" + "wisis" + "sswsu" + "sowui" + "wswwsw" + "sissiwi" + "siwss" + "is"
    assert len(verdicts) == 49


def test_claims_cite_what_they_say_and_are_fresh_on_the_day_they_were_written() -> None:
    claims = the_claims()
    assert all(claim.sources for claim in claims.all)
    assert not list(stale_claims(claims, datetime.date(2026, 11, 29), 30))
    assert len(Counter(claim.entry.claim for claim in claims.all)) == 49


def test_the_filter_has_one_choice_for_each_verdict_and_needs_no_script(course: Path) -> None:
    page = (course / "claims/index.html").read_text()
    offered = re.findall(r'<input type="radio" name="verdict" value="(\w+)"', page)
    style = next((course / "assets").glob("site-*.css")).read_text()
    assert offered[0] == "all" and set(offered[1:]) == set(re.findall(r'class="claim" [^>]*data-verdict="(\w+)"', page))
    for verdict in offered[1:]:
        assert f'.claims-page:has(input[value="{verdict}"]:checked) .claim:not([data-verdict="{verdict}"])' in style

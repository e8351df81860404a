"""How hard a lesson is to read: the Flesch–Kincaid grade of its running text.

Grade = 0.39 × words per sentence + 11.8 × syllables per word − 15.59 (Kincaid, Fishburne, Rogers and Chissom, 1975,
“Derivation of new readability formulas for Navy enlisted personnel”). It is meant for English. Counted are paragraphs
and items of lists; asides are for those who want more and are left out, as are tables, questions and headings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from il2site.lesson.truth.passage import Passage, sentences
from il2site.problem import Problem
from il2site.text import Place

_WORD = re.compile(r"[^\W_]+(?:[’'.,][^\W_]+)*")


def grade(found: Iterable[Passage]) -> float:
    """The grade of `found`, the passages of a lesson; 0 when nothing of them counts."""
    said = [sentence for passage in found if _counts(passage) for sentence in sentences(passage.words)]
    words = [word for sentence in said for word in _WORD.findall(sentence)]
    if not words:
        return 0.0
    return 0.39 * len(words) / len(said) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def _counts(passage: Passage) -> bool:
    return passage.block in ("p", "li") and passage.inside <= {"misconception"}


def grade_problems(path: str, found: Iterable[Passage], limit: float) -> Iterator[Problem]:
    measured = grade(found)
    if measured > limit:
        said = f"the text reads at grade {measured:.1f}, above the {limit:g} that site.yml allows"
        yield Problem(Place(path), "reading-grade", said, "Shorten the longest sentences, and take plainer words.")


# Syllables: groups of vowels, without those that are written and not spoken, and two where two are spoken

_SILENT = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<=[^aeiouytd])e(?=d$)",  # moved, but: tested, added
        r"(?<=[^aeiouycgsxzlh])e(?=s$)|(?<=[aeiouy]l)e(?=s$)|(?<=[^cs]h)e(?=s$)",  # lives, but: doses, tables
        r"(?<=[^aeiouyl])e$|(?<=[aeiouyl]l)e$",  # dose, scale, but: single
        r"(?<=[^aeiouy])e(?=(?:ly|less|ful|ment|ness)s?$)",  # lately, careless
    )
)
_SPOKEN_TWICE = re.compile(
    "|".join(
        (
            r"(?<![cst])ia|cia(?=t[ei])",  # bacteria, association, but: special, initial
            r"(?<![cgnst])(?<!ll)io(?!u)|tio(?=s?$)|(?<=^l)io",  # biology, ratio, but: million, opinion, infection
            r"(?<![cgstx])iou|iu[ms]|(?<![ct])ie(?=n)(?<!frie)|(?<=s)cie(?=n)",  # various, medium, client, science
            r"iet|(?<=[lnrp])ie(?=rs?$)",  # society, carrier
            r"(?<![gq])u(?=a(?!r[dn])|id|ou)|(?<=fl)ue(?=n)",  # gradual, fluid, continuous, influence
            r"[eo](?=ing$)|y(?=[io])|eu(?=s$)|[rd]ea(?=s?$)|crea(?=t)|^rea(?=c)|eo(?=s?$|r)|^eo",  # doing, dying, nucleus, idea
            r"(?<=uc)lea(?=r)|inea(?=r)|oe(?=[mt])|^co(?=inc|op|or|ag|ex)",  # nuclear, poem, cooperate
            r"sms?$|thms?$",  # mechanism, rhythm
        )
    )
)


def syllables(word: str) -> int:
    """About how many syllables `word` is spoken with; a number counts as one, an abbreviation by its letters."""
    letters = re.sub(r"[^a-z]", "", word.lower().translate(_PLAIN))
    if not letters:
        return 1
    if word[:2].isupper() and len(letters) <= 5:
        return len(letters) + 2 * letters.count("w")
    for pattern in _SILENT:
        letters = pattern.sub("", letters)
    return max(1, len(re.findall(r"[aeiouy]+", letters)) + len(_SPOKEN_TWICE.findall(letters)))


_PLAIN = str.maketrans("áàâäãåéèêëíìîïóòôöõøúùûüýñç", "aaaaaaeeeeiiiioooooouuuuync")

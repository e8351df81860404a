"""What can be wrong with a source, and how it is told: a rule, a place, what is wrong, how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from il2site.text import Place

Severity = Literal["error", "warning"]
T = TypeVar("T")


@dataclass(frozen=True)
class Rule:
    """A promise that sources keep. An error stops the build; a warning stops it only under `--strict`."""

    severity: Severity
    summary: str


RULES: dict[str, Rule] = {
    "own-fault": Rule("error", "il2site understands every file, or says what is wrong in it."),
    # sources
    "encoding": Rule("error", "Text files are UTF-8."),
    "control-character": Rule("error", "Text holds no control, surrogate or private-use character."),
    "bidi-control": Rule("warning", "Text holds no invisible character that turns the direction of words."),
    "unreadable": Rule("error", "Every file in the site's folder can be read."),
    "outside-link": Rule("error", "A symbolic link points to something inside the site's folder."),
    "special-file": Rule("warning", "The site's folder holds only files and folders."),
    "file-unused": Rule("warning", "Every file in content/ is of a kind that il2site uses, and lies where it looks for it."),
    "nothing-to-build": Rule("error", "A site has content/site.yml and at least one lesson."),
    # settings and front matter
    "yaml": Rule("error", "YAML is well formed, without tags, and of a reasonable size."),
    "duplicate-key": Rule("error", "A key stands once in its mapping."),
    "unknown-key": Rule("error", "Every key is one that il2site knows."),
    "value": Rule("error", "Every value has the type and range its key asks for."),
    "front-matter": Rule("error", "A lesson opens with front matter between two lines of three dashes."),
    "lesson-missing": Rule("error", "Every lesson named in site.yml has a file."),
    "lesson-unlisted": Rule("warning", "Every lesson file is named in site.yml."),
    "page-missing": Rule("error", "Every page named in site.yml has a file."),
    "page-unlisted": Rule("warning", "Every page file is named in site.yml."),
    "slug": Rule(
        "error", "The name of a lesson, page, figure or model is lower-case letters, digits and single hyphens."
    ),
    "same-address": Rule("error", "No two pages or images have the same address."),
    # blocks
    "block-unknown": Rule("error", "A block is one that il2site knows."),
    "block-unclosed": Rule("error", "A block ends with a line of as many slashes as it began with."),
    "block-argument": Rule("error", "A block that needs a name or a title after the bar has one."),
    "block-option": Rule("error", "A block's options are those that it knows, with values that fit."),
    "block-content": Rule("error", "A block holds what it is for."),
    "quiz-answer": Rule("error", "A quiz has at least two options, and at least one of them is right."),
    "quiz-feedback": Rule("error", "Every option of a quiz has its own explanation."),
    # prose
    "unsafe-html": Rule("error", "HTML in a lesson is limited to harmless elements and attributes."),
    "tex": Rule("error", "Mathematics is TeX that can be set as MathML."),
    "heading": Rule("error", "Headings in a lesson begin at level 2, skip no level and differ from each other."),
    "too-large": Rule("error", "A lesson, a paragraph and a nested list are of a size that can be read and built."),
    "table-row": Rule("error", "A table has as many cells in its head as in its rows, and no formula in two of them."),
    "lesson-empty": Rule("warning", "A lesson holds something to read."),
    "footnote": Rule("error", "Every footnote that is referred to is defined."),
    "link-dead": Rule("error", "A link inside the site leads to a page that exists."),
    "span-unknown": Rule("error", "Braces after square brackets name an entity or a status that il2site knows."),
    "anchor-dead": Rule("error", "A link to a section leads to a heading, figure or term that exists."),
    "link-scheme": Rule("error", "A link to elsewhere begins with https:, http: or mailto:."),
    "image-missing": Rule("error", "Every image that is shown exists in content/images/."),
    "image-alt": Rule("error", "Every image has a text for those who cannot see it."),
    "image-invalid": Rule("error", "An image is a whole PNG, JPEG, WebP, AVIF or GIF file, in RGB, of a size for browsers."),
    "image-name": Rule("error", "The name of an image can be part of an address on every system."),
    # references and terms
    "citation-missing": Rule("error", "Every citation names an entry of content/references.json."),
    "reference-invalid": Rule(
        "error", "Every entry of references.json has an id, a type, a title and a harmless link."
    ),
    "reference-duplicate": Rule("error", "Every id in references.json stands once."),
    "reference-unused": Rule("warning", "Every entry of references.json is cited."),
    "term-unknown": Rule("error", "Every term that is marked has a definition in content/glossary.md."),
    "term-duplicate": Rule("error", "A term is defined once."),
    "term-unused": Rule("warning", "Every term of the glossary is marked in a lesson, on a page, in a claim or in a definition."),
    "glossary": Rule("error", "content/glossary.md is one definition list."),
    "misconception-unknown": Rule("error", "A misconception that a quiz names is refuted in a lesson."),
    "misconception-duplicate": Rule("error", "A misconception is refuted under one id, once."),
    # truth
    "number-source": Rule(
        "warning", "Every number in a text has a source in its sentence, its table or its chart, or shows its standing."
    ),
    "dose-place": Rule("warning", "A dose of a drug stands only in a lesson that is clinical."),
    "term-order": Rule("warning", "No lesson uses a term before the first lesson that marks and explains it."),
    "new-terms": Rule("warning", "No lesson is the first to mark more terms than site.yml allows."),
    "reading-grade": Rule("warning", "No lesson reads at a higher grade than site.yml allows."),
    "quiz-balance": Rule(
        "warning", "The right options of a lesson stand at different places and are about as long as the wrong ones."
    ),
    "claim-source": Rule("warning", "Every claim of content/claims.yml names a source."),
    "claim-stale": Rule("warning", "Every claim was checked within the days that site.yml allows (il2site check)."),
    # figures, models, data
    "figure-unknown": Rule("error", "Every figure that a lesson shows has a file in content/figures/."),
    "figure-unused": Rule("warning", "Every figure is shown in at least one lesson."),
    "figure-repeated": Rule("error", "A figure is shown once on a page."),
    "figure-state": Rule("error", "A link to a state of a figure sets what the figure has, within its range."),
    "figure-invalid": Rule("error", "A figure names only things that its model or its data has."),
    "prediction": Rule("error", "A prediction asks for what the figure on its page has, and its answer can be said."),
    "data-missing": Rule("error", "The data that a figure shows exist in content/data/."),
    "data-invalid": Rule(
        "error", "Data are CSV with a header line, numbers where numbers are asked, and a source in every row."
    ),
    "model-missing": Rule("error", "A model folder holds model.ant or model.xml, and card.yml."),
    "model-syntax": Rule("error", "A model file can be read by its format's own library."),
    "model-unsupported": Rule("error", "A model uses only what il2site computes rightly."),
    "model-no-value": Rule("error", "Every symbol of a model has a value."),
    "model-card": Rule(
        "error", "Every parameter of a model has a card entry with label, unit and source, and no entry is left over."
    ),
    "model-limits": Rule("error", "A model card says what the model leaves out."),
    "model-measure": Rule("error", "The doses and the formulas of a card name what the model has, and mean a number."),
    "model-units": Rule("error", "The formulas of a model fit the units in its card, and the units can be read."),
    "model-reactant": Rule("error", "A reaction stops when something that stands on its left side is gone."),
    "model-unused": Rule("warning", "Every species and every parameter of a model has an effect."),
    "model-run": Rule(
        "error", "A model runs to its end, at its defaults and at both ends and the middle of every slider."
    ),
    # the site
    "page-weight": Rule(
        "error",
        "A lesson is at most 120 kB before a figure is approached, 550 kB with its figures live; fonts are 120 kB.",
    ),
    "contrast": Rule("error", "Words stand out from their ground by 4.5 to 1 and signs by 3 to 1, in both themes."),
    # templates
    "template": Rule("error", "Templates are well formed and use only what they are given."),
}
"""Every rule by its name, in the order of `docs/rules.md`."""


@dataclass(frozen=True, order=True)
class Problem:
    """A rule that is broken at a place, in words for the person who will mend it."""

    place: Place
    rule: str
    message: str
    remedy: str

    @property
    def severity(self) -> Severity:
        return RULES[self.rule].severity


@dataclass(frozen=True)
class Checked(Generic[T]):
    """What a stage made, and what it found wrong on the way. `value` is None when nothing usable could be made."""

    value: T | None
    problems: tuple[Problem, ...] = ()


def errors(problems: Iterable[Problem], strict: bool = False) -> tuple[Problem, ...]:
    """Those of `problems` that stop a build; under `strict` all of them do."""
    return tuple(p for p in problems if strict or p.severity == "error")

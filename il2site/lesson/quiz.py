"""Questions with options: what an author types in `/// quiz`, and what becomes of it.

Reading comes in two steps, because the Markdown of a whole lesson is rendered at once. `read_quiz` gives a source whose
fields are Markdown; `Quiz` has the same fields as HTML. Predictions (`predict.py`) are read in the same way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from il2site.lesson.blocks import Block, Data, Lines
from il2site.lesson.protect import Protected
from il2site.problem import Problem
from il2site.text import Place


@dataclass(frozen=True)
class Option:
    """One answer of a quiz with its own explanation; `misconception` is the id of the one that leads to it."""

    html: str
    correct: bool
    feedback_html: str
    misconception: str | None
    place: Place


@dataclass(frozen=True)
class Quiz:
    """A question with at least two options. `id` is unique in its lesson and follows the question's words."""

    id: str
    question_html: str
    options: tuple[Option, ...]
    place: Place


@dataclass(frozen=True)
class OptionSource:
    """An option of a quiz, in Markdown."""

    text: str
    correct: bool
    feedback: str
    misconception: str | None
    place: Place


@dataclass(frozen=True)
class QuizSource:
    """A quiz, in Markdown."""

    question: str
    options: tuple[OptionSource, ...]
    place: Place


_OPTION = re.compile(r"[-*+][ ]+\[(.?)\][ ]*(.*)")
_TAIL = re.compile(r"(.*?)[ ]*\{([\w-]+)=([^}\s]*)\}", re.DOTALL)


@dataclass
class _Reading:
    """The lines of one option while they are gathered."""

    place: Place
    correct: bool
    text: list[str]
    feedback: list[str] = field(default_factory=list)

    def finished(self, problems: list[Problem]) -> OptionSource:
        text, misconception = _split_tail("\n".join(self.text).strip(), self.place, problems)
        return OptionSource(text, self.correct, "\n".join(self.feedback).strip(), misconception, self.place)


def read_quiz(data: Data, source: Protected) -> tuple[QuizSource | None, list[Problem]]:
    """The quiz in `data`, or None; every fault in it is a problem with its own line."""
    problems = [_untaken(data.block)] if data.block.options.lines else []
    problems += heading_problems(data.body, source)
    lines = data.body.lines
    first = next((i for i, line in enumerate(lines) if _OPTION.fullmatch(line)), len(lines))
    question = "\n".join(lines[:first]).strip()
    if not question and not data.block.options.lines:
        problems.append(
            Problem(data.block.place, "block-content", "the quiz has no question", "Write it above the first option.")
        )
    options = _read_options(Lines(data.body.index + first, lines[first:]), source, problems)
    problems += _quiz_faults(data.block.place, options)
    return (None if problems else QuizSource(question, tuple(options), data.block.place)), problems


def _untaken(block: Block) -> Problem:
    place = Place(block.place.path, block.place.line + 1)
    return Problem(
        place, "block-option", f'the block "{block.kind}" takes no options', "Begin these lines at the left margin."
    )


def untaken_options(block: Block) -> list[Problem]:
    """A problem when a block that takes no options was given some."""
    return [_untaken(block)] if block.options.lines else []


def heading_problems(body: Lines, source: Protected) -> list[Problem]:
    """A problem for every heading in the body of a block that holds data."""
    return [
        Problem(
            source.place(body.index + offset),
            "block-content",
            "a heading stands inside a question",
            "Write it as a sentence.",
        )
        for offset, line in enumerate(body.lines)
        if re.match(r" {0,3}#{1,6} ", line)
    ]


def _read_options(body: Lines, source: Protected, problems: list[Problem]) -> list[OptionSource]:
    readings: list[_Reading] = []
    for offset, line in enumerate(body.lines):
        place = source.place(body.index + offset)
        match = _OPTION.fullmatch(line)
        if match:
            readings.append(_begin_option(match[1], match[2], place, problems))
        elif line.strip():
            _add_line(readings[-1], line, place, problems)
        elif readings and readings[-1].feedback:
            readings[-1].feedback.append("")
    return [reading.finished(problems) for reading in readings]


def _split_tail(text: str, place: Place, problems: list[Problem]) -> tuple[str, str | None]:
    """The words of an option and the misconception that its last braces name."""
    match = _TAIL.fullmatch(text)
    if match is None:
        if "{misconception" in text:
            said = "the misconception of an option is not read here"
            problems.append(Problem(place, "block-option", said, "Write {misconception=ID} at the end of the option."))
        return text, None
    words, key, value = match.groups()
    if key != "misconception" or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
        message = f'"{{{key}={value}}}" does not fit an option'
        problems.append(
            Problem(place, "block-option", message, "Write {misconception=ID} with the id of a misconception block.")
        )
        return words, None
    return words, value


def _begin_option(tick: str, text: str, place: Place, problems: list[Problem]) -> _Reading:
    if tick not in (" ", "x", "X"):
        message = f'"[{tick}]" marks an option neither as right nor as wrong'
        problems.append(
            Problem(place, "block-content", message, "Write [x] for a right option and [ ] for a wrong one.")
        )
    return _Reading(place, tick in ("x", "X"), [text])


def _add_line(option: _Reading, line: str, place: Place, problems: list[Problem]) -> None:
    """Put an indented line to the option's words, or to its explanation when it begins with `>`."""
    words = line.strip()
    if words.startswith(">"):
        option.feedback.append(re.sub(r"^> ?", "", words))
    elif line.startswith("  ") and not option.feedback:
        option.text.append(words)
    else:
        message = f'"{words[:40]}" belongs to no option'
        problems.append(
            Problem(
                place, "block-content", message, "Begin an option with - [ ] and an explanation with four spaces and >."
            )
        )


def _quiz_faults(place: Place, options: list[OptionSource]) -> list[Problem]:
    faults = [fault for option in options for fault in _option_faults(option)]
    texts = [option.text for option in options]
    for number, option in enumerate(options):
        if option.text and option.text in texts[:number]:
            said = f'the option "{option.text[:40]}" stands twice'
            faults.append(Problem(option.place, "quiz-answer", said, "Change one of the two."))
    if len(options) < 2:
        faults.append(
            Problem(
                place,
                "quiz-answer",
                f"the quiz has {len(options) or 'no'} options",
                "Write at least two lines: - [ ] …",
            )
        )
    elif not any(option.correct for option in options):
        faults.append(
            Problem(
                place, "quiz-answer", "no option of the quiz is marked as right", "Write - [x] before the right one."
            )
        )
    return faults


def _option_faults(option: OptionSource) -> list[Problem]:
    faults = []
    if not option.text:
        faults.append(
            Problem(option.place, "block-content", "an option has no words", "Write them behind the square brackets.")
        )
    if not option.feedback:
        message = f'the option "{option.text[:40]}" has no explanation'
        faults.append(
            Problem(
                option.place,
                "quiz-feedback",
                message,
                "Write it on the next line: four spaces, >, a space, the explanation.",
            )
        )
    return faults

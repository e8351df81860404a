"""What a page says of itself to machines, in the words of schema.org (JSON-LD)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from il2site.lesson.lesson import Lesson, Quiz
from il2site.lesson.prose import plain_text
from il2site.site.address import lesson_address
from il2site.site.course import Course

LICENCES = {
    "CC0 1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC BY-SA 4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC BY-NC 4.0": "https://creativecommons.org/licenses/by-nc/4.0/",
}
"""The address of a licence by its usual name."""


def described_site(course: Course, base_url: str | None) -> dict[str, Any]:
    settings = course.settings
    lessons = [_known({"@type": "LearningResource", "name": lesson.title, "url": _url(base_url, lesson)})
               for lesson in course.lessons]  # fmt: skip
    said = {"@type": "Course", "name": settings.title, "description": settings.description, "hasPart": lessons}
    return _context(course, said | {"url": base_url})


def described_lesson(course: Course, lesson: Lesson, base_url: str | None) -> dict[str, Any]:
    quizzes = [_question(quiz) for quiz in lesson.parts if isinstance(quiz, Quiz)]
    said = {
        "@type": "LearningResource",
        "learningResourceType": "Lesson",
        "name": lesson.title,
        "description": lesson.summary or lesson.asks,
        "url": _url(base_url, lesson),
        "teaches": list(lesson.objectives),
        "timeRequired": f"PT{lesson.minutes}M",
        "dateModified": lesson.reviewed and lesson.reviewed.isoformat(),
        "isPartOf": {"@type": "Course", "name": course.settings.title, "description": course.settings.description},
        "hasPart": quizzes and {"@type": "Quiz", "name": f"Questions on: {lesson.title}", "hasPart": quizzes},
    }
    return _context(course, said)


def _question(quiz: Quiz) -> dict[str, Any]:
    right = [{"@type": "Answer", "text": text} for text in _right(quiz)]
    return {"@type": "Question", "text": plain_text(quiz.question_html), "acceptedAnswer": right}


def _right(quiz: Quiz) -> Iterator[str]:
    return (plain_text(option.html) for option in quiz.options if option.correct)


def _context(course: Course, said: dict[str, Any]) -> dict[str, Any]:
    settings = course.settings
    author = settings.author and {"@type": "Organization", "name": settings.author}
    shared = {
        "@context": "https://schema.org",
        "inLanguage": settings.language,
        "isAccessibleForFree": True,
        "license": LICENCES.get(settings.licence, settings.licence),
        "author": author,
        "provider": author if said["@type"] == "Course" else None,
    }
    return _known(shared | said)


def _known(said: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in said.items() if value}


def _url(base_url: str | None, lesson: Lesson) -> str | None:
    return base_url and base_url.rstrip("/") + "/" + lesson_address(lesson.slug).removesuffix("index.html")

"""Which questions of a form are wanted, and under which heading their answers will stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from qaf_analysis.data.contract.columns import Column, question_texts, stands_for
from qaf_analysis.data.contract.problems import Problems, counted, extract
from qaf_analysis.data.contract.spelling import spelling_key
from qaf_analysis.terms.settings import FileSettings

_NEAR = 0.6
_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question that is wanted.

    Parameters
    ----------
    text : str
        As the settings give it; the heading under which the answers stand.
    own : bool
        Whether the person who filled in the form answers it, rather than a moderator or a second
        auditor.
    is_grade : bool
        Whether its answer is a grade by that person.
    group : str
        The text of the first of several versions of it.
    """

    text: str
    own: bool
    is_grade: bool
    group: str


def wanted_questions(file: FileSettings, wanted: Sequence[Column]) -> tuple[Question, ...]:
    """Every question that the settings name, in the order of the columns."""
    texts = question_texts(file)
    found: dict[str, Question] = {}
    for column in wanted:
        if column.heading not in texts:
            continue
        own = column.grader not in ("moderator", "second_auditor") or file.kind != "audits"
        for text in stands_for(column.heading, file=file):
            question = Question(
                text=text,
                own=own,
                is_grade=column.kind == "grade" and own,
                group=text if column.heading in file.built else column.heading,
            )
            found.setdefault(spelling_key(text), question)
    return tuple(found.values())


def refuse_unasked(
    questions: Sequence[Question],
    *,
    asked: Iterable[str],
    heading: str,
    rows_in: int,
    problems: Problems,
) -> None:
    """Refuse an export in which a question named in the settings is never asked.

    Of several versions of a question one is enough. Questions that only others than the auditor
    answer may all be absent, since a quarter may see no moderation; that is warned of.

    Parameters
    ----------
    asked : iterable of str
        Question texts of the export.

    Raises
    ------
    FileRefusedError
        Naming each such question, with those of the export that are near it.
    """
    texts = {spelling_key(text): text for text in asked if text.strip()}
    found = {question.group for question in questions if spelling_key(question.text) in texts}
    lacking = [q for q in questions if q.group not in found]
    known = {spelling_key(question.text) for question in questions}
    others = {key: text for key, text in texts.items() if key not in known}
    offers = {q: _near(q.text, others) for q in lacking}
    theirs = [q for q in questions if not q.own]
    quiet = all(q in lacking and not offers[q] for q in theirs)
    refusals = []
    for question in lacking:
        if quiet and not question.own:
            continue
        offer = " or ".join(extract(text) for text in offers[question])
        mend = f"perhaps {offer} is meant; " if offer else ""
        refusals.append(
            problems.refusal(
                code="question_missing",
                column=heading,
                found=f"no row that asks {extract(question.text)}",
                expected="every question that council.toml names, at least once",
                mend=f"{mend}write the question in council.toml as the export has it",
                rows_in=rows_in,
            )
        )
    if refusals:
        raise refusals[-1]
    if theirs and quiet:
        problems.warn(
            code="questions_absent",
            column=heading,
            found=f"no row that asks {counted(len(theirs), 'question')} about moderation or a "
            f"second audit, such as {extract(theirs[0].text)}",
            expected="these questions, if audits were moderated or graded twice",
            mend="none needed if none was",
            rows=0,
        )


def _near(text: str, others: dict[str, str]) -> list[str]:
    keys = get_close_matches(spelling_key(text), list(others), n=_SHOWN, cutoff=_NEAR)
    words = spelling_key(text)
    within = [key for key in others if len(key) > 3 and (key in words or words in key)]
    return [others[key] for key in dict.fromkeys([*keys, *within])][:_SHOWN]


def places_by_key(questions: Sequence[Question], keys: Iterable[str]) -> np.ndarray:
    """Place of the wanted question that each key asks; -1 where none is wanted."""
    places = {spelling_key(question.text): place for place, question in enumerate(questions)}
    return np.array([places.get(key, -1) for key in keys], dtype="int64")

"""A session on the most instructive cases of a round, and a round that measures them again.

Cases are chosen by what one more reading would tell, never by who read them. The guide shows grades
without persons: the point is where the line between two grades lies.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from qaf_analysis.data.contract.formula_text import guarded
from qaf_analysis.data.council.read import Import
from qaf_analysis.moderation.plain_page import PlainSection, PlainTable, plain_page
from qaf_analysis.moderation.rounds.plan import OF_AUDITS
from qaf_analysis.moderation.rounds.revealing import MARKING, audit_grades
from qaf_analysis.moderation.rounds.state import CaseTalk, Reading, RoundState
from qaf_analysis.stats.moderation.next_cases import further_reading, instructive_cases
from qaf_analysis.terms.errors import UsageError

GUIDE, LIST = "session.html", "cases.csv"
SESSION_CASES = 12
FEWEST_CASES = 3


@dataclass(frozen=True, kw_only=True)
class SessionCase:
    """One case of a session.

    Parameters
    ----------
    audit : str
        Code of the audit.
    grades : mapping of str to Counter
        For each domain how often each grade was given, by auditor and moderators together.
    reasons : tuple of str
        Reasons that moderators gave, each once.
    is_disputed : bool
    information : float
        What one more reading would tell, in bits, over all domains.
    """

    audit: str
    grades: Mapping[str, Counter[str]]
    reasons: tuple[str, ...]
    is_disputed: bool
    information: float


def session_cases(
    found: Import, state: RoundState, *, number: int = SESSION_CASES
) -> tuple[SessionCase, ...]:
    """The most instructive cases of a round, most instructive first.

    Raises
    ------
    UsageError
        If fewer than three cases are committed and revealed: before that, a session would show
        grades to those who are still to read.
    """
    read: dict[str, list[Reading]] = {}
    for each in state.readings:
        if each.counts and each.revealed is not None and each.purpose in OF_AUDITS:
            read.setdefault(each.audit, []).append(each)
    if len(read) < FEWEST_CASES:
        raise UsageError(
            f"{len(read)} cases of round {state.plan.round} are committed and revealed; a session "
            f"needs {FEWEST_CASES}. Reveal them first: “qaf round reveal”."
        )
    audits = sorted(read)
    grades = {audit: _grades(found, audit, read[audit]) for audit in audits}
    order = _order(audits, grades, state, number=number)
    return tuple(
        SessionCase(
            audit=audits[case],
            grades={domain: Counter(words) for domain, words in grades[audits[case]].items()},
            reasons=_reasons(read[audits[case]]),
            is_disputed=bool(state.talks.get(audits[case], CaseTalk()).disputes),
            information=bits,
        )
        for case, bits in order
    )


def session_files(
    found: Import, state: RoundState, cases: Sequence[SessionCase]
) -> Mapping[str, bytes]:
    """The guide of a session, and the list for measuring the same cases again."""
    levels = state.packs[0].levels
    opening = (
        f"{len(cases)} cases of round {state.plan.round} from which one more reading would tell "
        "most. They were chosen by their grades alone, never by who read them.",
        "For each: read the file, grade it by yourself, then talk about where the line between two "
        "grades lies. Nobody need say which grade was theirs.",
        f"Before the session, and again some weeks after it, let everybody grade the cases of "
        f"{LIST} by themselves: “qaf round new --cases {LIST}”. The two rounds beside one another "
        "tell whether the session moved anything.",
    )
    guide = plain_page(
        f"A session on {len(cases)} cases",
        opening=opening,
        sections=[
            _section(place, each, found.references.get(each.audit, each.audit), levels)
            for place, each in enumerate(cases, start=1)
        ],
        marking=MARKING,
    )
    return {GUIDE: guide, LIST: _list([found.references[each.audit] for each in cases])}


def read_cases(content: bytes) -> tuple[str, ...]:
    """Council's own references of a list of cases, one a row, under any heading."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    return tuple(row[0].strip() for row in rows[1:] if row and row[0].strip())


def _grades(found: Import, audit: str, readings: Sequence[Reading]) -> dict[str, list[str]]:
    """Every grade of a case by domain: the auditor's, then the moderators'."""
    told: dict[str, list[str]] = {}
    own = audit_grades(found, audit)
    for each in readings:
        if each.grading is None:
            continue
        for domain, word in each.grading.grades.items():
            words = told.setdefault(domain, [own[domain]] if domain in own else [])
            if word is not None:
                words.append(word)
    return told


def _order(
    audits: Sequence[str],
    grades: Mapping[str, Mapping[str, Sequence[str]]],
    state: RoundState,
    *,
    number: int,
) -> list[tuple[int, float]]:
    levels = state.packs[0].levels
    domains = state.packs[0].domains
    rows = [
        (case, domains.index(domain), levels.index(word))
        for case, audit in enumerate(audits)
        for domain, words in grades[audit].items()
        for word in words
    ]
    pairs = [
        (levels.index(one), levels.index(other))
        for audit in audits
        for words in grades[audit].values()
        for place, one in enumerate(words)
        for other in words[place + 1 :]
    ]
    case, domain, codes = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    one, other = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    told = instructive_cases(
        codes,
        case=case,
        domain=domain,
        further=further_reading(one, other, n_levels=len(levels)),
        seed=state.plan.seed,
        n=number,
    )
    return [
        (int(place), float(bits)) for place, bits in zip(told.case, told.information, strict=True)
    ]


def _reasons(readings: Sequence[Reading]) -> tuple[str, ...]:
    given = (each.grading.reason for each in readings if each.grading and each.grading.reason)
    return tuple(sorted(set(given)))


def _section(place: int, case: SessionCase, reference: str, levels: Sequence[str]) -> PlainSection:
    rows = tuple(
        (domain, *(str(words[level] or "") for level in levels))
        for domain, words in case.grades.items()
    )
    told = []
    if case.reasons:
        told.append(f"Reasons that moderators gave: {'; '.join(case.reasons)}.")
    if case.is_disputed:
        told.append("The grade was disputed.")
    told.append(_question(case, levels))
    return PlainSection(
        heading=f"Case {place}: {reference}",
        paragraphs=tuple(told),
        tables=(
            PlainTable(
                caption=f"Case {place}: how many gave which grade",
                columns=("Part", *levels),
                rows=rows,
            ),
        ),
    )


def _question(case: SessionCase, levels: Sequence[str]) -> str:
    """What to talk about: the part whose grades lie furthest apart."""

    def spread(item: tuple[str, Counter[str]]) -> tuple[int, int]:
        places = [levels.index(word) for word in item[1]]
        return (max(places) - min(places) if places else 0, sum(item[1].values()))

    domain, words = max(case.grades.items(), key=spread)
    places = sorted(levels.index(word) for word in words)
    if places[0] == places[-1]:
        return (
            f"Everybody gave the same grade of {domain}. What in the file would have to be "
            "different for the grade next to it?"
        )
    return (
        f"What in the file tells {levels[places[0]]} from {levels[places[-1]]} of {domain}, and "
        "what did each reader look for?"
    )


def _list(references: Sequence[str]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["audit_id"])
    writer.writerows([guarded(reference)] for reference in references)
    return text.getvalue().encode("utf-8-sig")

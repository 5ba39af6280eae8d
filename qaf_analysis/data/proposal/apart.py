"""A table that looks like audits but reads the same files again: moderations kept apart."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from qaf_analysis.data.contract.spelling import spelling_key
from qaf_analysis.data.files.heading_words import is_overall, plain_heading
from qaf_analysis.data.proposal.fields import Field
from qaf_analysis.data.proposal.identity import days_of
from qaf_analysis.data.proposal.meaning import Meaning
from qaf_analysis.data.proposal.places import Place

_NEARLY_ALL = 0.9
_FEWER = 0.8
_LEAST = 5
_GRADE = re.compile(r"\b(?:grade|judge?ment|rating|overall|score|outcome)\b")


def with_moderations_apart(
    ours: Sequence[tuple[Meaning, Place]],
) -> list[tuple[Meaning, Place]]:
    """The same meanings, with a table of second looks at the audits of another as moderations.

    Nearly all its children are in the other table, its dates are on or after theirs, it has
    fewer rows, a person and one grade for the whole audit.
    """
    return [
        (_as_moderations(meaning) if _looks_again(meaning, ours) else meaning, place)
        for meaning, place in ours
    ]


def _looks_again(meaning: Meaning, ours: Sequence[tuple[Meaning, Place]]) -> bool:
    if meaning.kind != "audits" or meaning.shape != "wide" or len(meaning.domains) != 1:
        return False
    (graded,) = meaning.domains.values()
    if not (is_overall(graded[0].lower) or _GRADE.search(plain_heading(graded[0].lower))):
        return False
    if _person(meaning) is None or meaning.column("audit_date") is None:
        return False
    return any(
        other is not meaning
        and other.kind == "audits"
        and meaning.source.records <= _FEWER * other.source.records
        and len(other.domains) > 1
        and _follows(meaning, other)
        for other, _ in ours
    )


def _person(meaning: Meaning) -> Field | None:
    """The column of the one who looked again, read as the auditor or by nothing."""
    auditor = meaning.column("auditor")
    if auditor is not None:
        return auditor
    people = [
        f for f in meaning.unread if f.profile.share("name") >= 0.6 and f.profile.repeats >= 1.5
    ]
    return people[0] if len(people) == 1 else None


def _follows(meaning: Meaning, other: Meaning) -> bool:
    """Whether nearly every row follows an audit of the same child in the other table."""
    before: dict[str, list[date]] = defaultdict(list)
    for child, on in _looks(other):
        before[child].append(on)
    looks = _looks(meaning)
    after = sum(any(earlier <= on for earlier in before.get(child, ())) for child, on in looks)
    return len(looks) >= _LEAST and after >= _NEARLY_ALL * len(looks)


def _looks(meaning: Meaning) -> list[tuple[str, date]]:
    name = "case_ref" if meaning.columns.get("case_ref") else "audit_id"
    days = days_of(meaning, "audit_date", "day_first")
    pairs = zip(meaning.texts(name), days, strict=True)
    return [(spelling_key(child), on) for child, on in pairs if child and on is not None]


def _as_moderations(meaning: Meaning) -> Meaning:
    person = _person(meaning)
    if person is None:
        return meaning
    taken = {"case_ref", "audit_id", "selected_by", "reason", "blind"}
    columns = {name: fs for name, fs in meaning.columns.items() if name in taken}
    weights = {name: w for name, w in meaning.weights.items() if name in columns}
    columns |= {"moderator": (person,), "moderated_on": meaning.columns["audit_date"]}
    return replace(
        meaning,
        kind="moderations",
        columns=columns,
        weights={**weights, "moderator": 1, "moderated_on": 1},
        second_auditor=None,
        moderator=None,
    )

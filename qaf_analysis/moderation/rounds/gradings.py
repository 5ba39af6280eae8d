"""Gradings as entries: what a moderator said of a case, however it came in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qaf_analysis.moderation.ledger.entries import Draft, Kind, canonical, sum_of
from qaf_analysis.moderation.packs.pack import NOT_GRADED
from qaf_analysis.moderation.rounds.state import Grading, Reading
from qaf_analysis.terms.errors import UsageError


def grading_body(
    reading: Reading,
    *,
    grades: Mapping[str, str | None],
    reason: str = "",
    sure: str = "",
    comment: str = "",
    file_sha256: str = "",
) -> dict[str, Any]:
    """Body of an entry that records a grading.

    Parameters
    ----------
    reading : Reading
        The reading that was asked for.
    grades : mapping of str to str or None
        Word of the scale by domain; ``NOT_GRADED`` where the moderator could not grade, None where
        nothing was chosen.
    reason, sure, comment : str
    file_sha256 : str
        Sum of the returned file; empty where the moderator graded at the owner's desk.
    """
    return {
        "audit": reading.audit,
        "moderator": reading.moderator,
        "purpose": str(reading.purpose),
        "grades": {domain: None if word == NOT_GRADED else word for domain, word in grades.items()},
        "not_graded": sorted(domain for domain, word in grades.items() if word == NOT_GRADED),
        "reason": reason,
        "sure": sure,
        "comment": comment,
        "file_sha256": file_sha256,
    }


def grade_draft(round: str, reading: Reading, body: Mapping[str, Any]) -> Draft | None:
    """The entry to add for a grading; None where the same stands already.

    Raises
    ------
    UsageError
        If the reading is committed and the grading differs: what was said stays said.
    """
    same = reading.grading is not None and same_grading(reading.grading, body)
    if same:
        return None
    if reading.committed is not None:
        raise UsageError(
            f"Case {reading.case} of {reading.moderator} is committed already and is not changed. "
            "A second thought is recorded after the reveal, beside it."
        )
    about = f"{round}/{reading.about}"
    digits = sum_of(canonical(dict(body)))[:16]
    before = reading.grading.op if reading.grading else "first"
    # The name of the act holds what it follows, so that A, B, A are three acts and A, A is one.
    after = sum_of(before.encode())[:8]
    return Draft(
        op=f"grade/{about}/{digits}/{after}",
        kind=Kind.GRADE,
        who=reading.moderator,
        about=about,
        body=body,
    )


def same_grading(one: Grading, body: Mapping[str, Any]) -> bool:
    """Whether a grading and the body of another say the same of the case."""
    return (
        dict(one.grades) == dict(body["grades"])
        and one.not_graded == frozenset(body["not_graded"])
        and (one.reason, one.sure, one.comment) == (body["reason"], body["sure"], body["comment"])
    )

"""What a run found, one by one, as a reviewer goes through it: verdicts, claims, data checks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from qaf_analysis.data.contract.record import Check, CheckState

_LONGEST = 40  # letters of an identifier before what tells it from others


class FindingKind(StrEnum):
    """What a finding is."""

    VERDICT = "verdict"  # one of the questions of the first page, with its answer
    CLAIM = "claim"  # a comparison that the report makes a claim from
    CHECK = "data check"  # one that failed or could not run


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that a reviewer accepts, queries or disagrees with.

    Parameters
    ----------
    id : str
        Stable: the same finding of another run has the same.
    kind : FindingKind
    title : str
        What it is about.
    words : str
        What was found.
    card : int
        Which of the first page's cards it is, from 1; 0 for none of them.
    state : {"", "failed", "could not run"}
        Of a data check.
    """

    id: str
    kind: FindingKind
    title: str
    words: str
    card: int = 0
    state: CheckState | str = ""

    @property
    def withholds(self) -> bool:
        """Whether it is a data check that failed: a verdict may rest on what is not so."""
        return self.state == "failed"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A card of the first page: its section, its question, its verdict and its sentence."""

    section: str
    question: str
    verdict: str
    words: str


def findings_of(
    answers: Sequence[Answer], claims: Iterable[str], checks: Iterable[Check]
) -> tuple[Finding, ...]:
    """List the findings of a run in the order of its report.

    Parameters
    ----------
    answers : sequence of Answer
        The cards in their order.
    claims : iterable of str
        Each claim that the report makes, in words.
    checks : iterable of Check
        All of them; those that passed are no findings.

    Examples
    --------
    >>> card = Answer(section="agreement", question="Do auditors agree?", verdict="Agrees in part",
    ...     words="Two auditors gave the same grade 72% of the time.")
    >>> failed = Check(name="Every audit has a date", state="failed", detail="3 of 50 have none")
    >>> [one.id for one in findings_of([card], ["Chronologies"], [failed])]
    ['verdict-agreement', 'claim-chronologies', 'check-every-audit-has-a-date']
    """
    told = [
        Finding(
            id=f"verdict-{answer.section}",
            kind=FindingKind.VERDICT,
            title=answer.question,
            words=f"{answer.verdict}. {answer.words}",
            card=place,
        )
        for place, answer in enumerate(answers, start=1)
    ]
    told += [
        Finding(
            id=_identifier("claim", words),
            kind=FindingKind.CLAIM,
            title=words,
            words="The report claims a difference here.",
        )
        for words in dict.fromkeys(claims)
    ]
    told += [
        Finding(
            id=_identifier("check", check.name),
            kind=FindingKind.CHECK,
            title=check.name,
            words=f"{check.state.capitalize()}: {check.detail}",
            state=check.state,
        )
        for check in checks
        if check.state != "passed"
    ]
    return tuple(told)


def _identifier(kind: str, words: str) -> str:
    """Words as part of a path; long ones, and those with other letters, with a sum of the whole."""
    plain = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
    is_whole = len(plain) <= _LONGEST and words.isascii()
    if is_whole:
        return f"{kind}-{plain}"
    return f"{kind}-{plain[:_LONGEST].rstrip('-')}-{sha256(words.encode()).hexdigest()[:6]}"

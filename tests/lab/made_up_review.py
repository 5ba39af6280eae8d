"""A review of three made-up findings, kept in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from qaf_analysis.lab.question import QuestionForm
from qaf_analysis.lab.reviewing import review_form


@dataclass(frozen=True)
class Finding:
    id: str
    claim: str
    sentences: tuple[str, ...] = ("It rests on 50 audits.",)
    state: str = ""
    words: str = ""


@dataclass
class Review:
    findings: list[Finding]
    noted: list[tuple[str, str, str]] = field(default_factory=list)

    def note(self, finding: str, *, state: str, words: str) -> None:
        self.noted.append((finding, state, words))


def three_findings() -> Review:
    """Two findings without an answer, and one that was queried."""
    third = Finding("f3", "Plans improved", state="query", words="Which plans?")
    return Review([Finding("f1", "Auditors agree well"), Finding("f2", "Grades rose"), third])


def made_up_review() -> QuestionForm:
    """The form of that review."""
    return review_form(three_findings())

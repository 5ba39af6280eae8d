"""A review of three made-up findings, kept in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from qaf_analysis.lab.question import QuestionForm
from qaf_analysis.lab.reviewing import review_form


@dataclass(frozen=True)
class Finding:
    id: str
    title: str
    words: str = "It rests on 50 audits."


@dataclass
class Review:
    findings: list[Finding]
    noted: list[tuple[str, str, str]] = field(default_factory=list)

    def said(self, finding: str) -> tuple[str, str]:
        return ("query", "Which plans?") if finding == "f3" else ("", "")

    def note(self, finding: str, *, state: str, words: str) -> None:
        self.noted.append((finding, state, words))


def three_findings() -> Review:
    """Two findings without an answer, and one that was queried."""
    titles = ("Auditors agree well", "Grades rose", "Plans improved")
    return Review([Finding(f"f{place}", title) for place, title in enumerate(titles, start=1)])


def made_up_review() -> QuestionForm:
    """The form of that review."""
    return review_form(three_findings())

"""Every section of the report in its order: the one list that whatever handles sections reads.

To add a question, write its room and add one line to ``SECTIONS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from qaf_analysis.terms.errors import UsageError
from qaf_analysis.topics.agreement import section as agreement
from qaf_analysis.topics.cases import section as cases
from qaf_analysis.topics.charts import section as charts
from qaf_analysis.topics.check import section as check
from qaf_analysis.topics.child import section as child
from qaf_analysis.topics.common.evidence import Evidence
from qaf_analysis.topics.common.release import Released, release_each
from qaf_analysis.topics.common.section import Page, Question, Section
from qaf_analysis.topics.impact import section as impact
from qaf_analysis.topics.moderation import section as moderation
from qaf_analysis.topics.moderators import section as moderators
from qaf_analysis.topics.optimism import section as optimism
from qaf_analysis.topics.process import section as process
from qaf_analysis.topics.programme import section as programme
from qaf_analysis.topics.scales import section as scales
from qaf_analysis.topics.severity import section as severity
from qaf_analysis.topics.since import section as since
from qaf_analysis.topics.trend import section as trend

Result = TypeVar("Result")

SECTIONS: tuple[Section[Any], ...] = (
    programme.GRADES,
    scales.SCALES,
    agreement.AGREEMENT,
    agreement.BY_GRADE,
    agreement.DRIVERS,
    severity.SEVERITY,
    optimism.MODERATION,
    trend.TRUE_TREND,
    optimism.GAPS,
    optimism.DERIVED,
    moderators.MODERATORS,
    cases.CASES,
    moderation.NEXT_SAMPLE,
    child.CHILD_FOCUS,
    child.IMPACT,
    impact.THEMES,
    impact.THEME_CHECKS,
    charts.THEME_CHARTS,
    impact.ACTIONS,
    impact.DESIGN_CHANGES,
    process.PROCESS,
    process.PROCESS_AGREEMENT,
    programme.DATA,
    since.SINCE_LAST,
)
# The last two rest on the answers to all others: what this report says, set beside the last one.
QUESTIONS: tuple[Question[Any], ...] = (
    *(section for section in SECTIONS if section is not since.SINCE_LAST),
    programme.REACH,
    since.FACTS,
    since.SINCE_LAST,
)
PAGES: tuple[Page[Any], ...] = (*SECTIONS, check.METHOD_CHECK)

INTAKE_NOTEBOOK = programme.NOTEBOOK
REPORT_NOTEBOOK = programme.REACH.notebook
ANALYSIS_NOTEBOOKS = tuple(
    sorted({question.notebook for question in QUESTIONS} - {INTAKE_NOTEBOOK, REPORT_NOTEBOOK})
)


def question_of(asks: Callable[..., Any]) -> Question[Any]:
    """Return the question that an analysis answers.

    Raises
    ------
    UsageError
        If no question of the report is answered by it.
    """
    for question in QUESTIONS:
        if question.asks is asks:
            return question
    raise UsageError("This is no question of the report; topics.registry lists those there are.")


def page_of(kind: type[Any]) -> Page[Any]:
    """Return how a kind of result is shown.

    Raises
    ------
    UsageError
        If it has no page.
    """
    for page in PAGES:
        if page.result is kind:
            return page
    raise UsageError(f"Nothing says how a {kind.__name__} is shown; see topics.registry.")


class Results:
    """Every released result of one run, by its kind and, where there are several, by headline."""

    def __init__(self, released: Iterable[Released[Any]]) -> None:
        self._by_kind = {type(each.result): each for each in released}

    @property
    def headlines(self) -> tuple[str, ...]:
        """Headlines that results tell apart, in the order of the report; none where only one."""
        found = [one.headline for each in self._by_kind.values() for one in each.every]
        return tuple(dict.fromkeys(name for name in found if name))

    def about(self, headline: str) -> Results:
        """Return the results for one headline, with those that are alike for all."""
        return Results(
            replace(one, further=())
            for each in self._by_kind.values()
            for one in each.every
            if one.headline in ("", headline)
        )

    def has(self, kind: type[Any]) -> bool:
        """Whether there is a result of a kind."""
        return kind in self._by_kind

    def released(self, kind: type[Result]) -> Released[Result]:
        """Return the released result of a kind, of the first headline where there are several.

        Raises
        ------
        UsageError
            If there is none.
        """
        if kind not in self._by_kind:
            raise UsageError(f"There is no {kind.__name__}: its question was not answered.")
        return self._by_kind[kind]

    def __getitem__(self, kind: type[Result]) -> Result:
        """Return the result of a kind."""
        return self.released(kind).result


def answers(evidence: Evidence, *, known: Mapping[type[Any], Any] | None = None) -> Results:
    """Answer every question from the same evidence, and release each answer.

    Parameters
    ----------
    evidence : Evidence
        What is answered from.
    known : mapping, optional
        Answers that are already there, by their kind; they are taken as they are.
    """
    taken = known or {}
    found: dict[tuple[type[Any], str], Any] = {}
    shared = replace(evidence, found=lambda kind, headline: found[kind, headline])
    released = []
    for question in QUESTIONS:
        names = question.headlines(shared)
        for name in names:
            made = taken.get(question.result)
            found[question.result, name] = made or question.answered(shared, name)
        released.append(release_each([found[question.result, name] for name in names], names))
    return Results(released)

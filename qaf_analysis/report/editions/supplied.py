"""What a report could have said, had it been given: one line each, in place of empty pages."""

from __future__ import annotations

from collections.abc import Iterator

from qaf_analysis.terms.verdicts import AgreementVerdict
from qaf_analysis.topics.agreement.analysis.headline import Agreement
from qaf_analysis.topics.child.analysis.impact import PracticeImpact
from qaf_analysis.topics.impact.analysis.actions import Actions
from qaf_analysis.topics.impact.analysis.themes import Themes
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.process.analysis.spread import Consistency
from qaf_analysis.topics.programme.analysis.grades import Programme
from qaf_analysis.topics.registry import Results

NEVER_READ = (
    "What families and workers said in surveys, compliments and complaints.",
    "Performance figures, caseloads and staffing beside the audits.",
    "Escalations, and how soon managers responded.",
)
"""Sources that this version cannot read."""


def not_supplied(results: Results) -> tuple[str, ...]:
    """Return a line for each source that a section would rest on and that was not given."""
    return (*_missing(results), *NEVER_READ)


def _missing(results: Results) -> Iterator[str]:
    programme = results[Programme]
    verdicts = {one.result.verdict for one in results.released(Agreement).every}
    if verdicts == {AgreementVerdict.NOT_MEASURABLE}:
        yield "Audits that two auditors read without seeing each other’s grade."
    if results.has(Optimism) and not any(
        one.result.by_selection for one in results.released(Optimism).every
    ):
        yield "Grades of external moderators for audits of this period."
    if not results[Themes].themes:
        yield "Themed audits, declared with their domain and quarter."
    if results[Actions].why_not:
        yield "Improvement actions, with the days on which they were due and closed."
    if not results[Consistency].changes:
        yield "Changes to how audits are done, such as training, with their dates."
    if not programme.family_feedback.is_estimable:
        yield "Whether the family was heard in each audit."
    if not programme.multi_agency:
        yield "Multi-agency audits."
    if results[PracticeImpact].audits is None:
        yield "A second judgement of each audit: the impact for the child."

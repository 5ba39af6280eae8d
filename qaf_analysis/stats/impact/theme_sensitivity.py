"""The same question asked nine other ways: does the verdict on a theme stand up to them?"""

from __future__ import annotations

from dataclasses import dataclass

from qaf_analysis.stats.impact.sensitivity import ANSWERS, CLAIMED, Asked, Saying
from qaf_analysis.stats.impact.theme_change import ThemeChange
from qaf_analysis.stats.impact.themed_series import ThemedAudits
from qaf_analysis.stats.impact.verdict import ThemeVerdict
from qaf_analysis.terms.estimate import Estimate

QUESTIONS = {
    "other_outcome": "Is it the same for Good or better as for the mean grade?",
    "wild_bootstrap": "Is it the same if quarters are not taken to vary like a bell curve?",
    "differential_trend": "Is it the same if the difference is allowed a trend of its own?",
    "placebo_dates": "Was the difference moving before the themed audit?",
    "placebo_domains": "Did any comparison domain move as far by itself?",
    "same_auditors": "Is it the same for auditors who audited before and after?",
    "ordinal_step": "What would the grades alone say, on the scale of odds, auditors differing?",
    "its_quasibinomial": "What would have been concluded without a comparison?",
    "leave_one_out": "Does it hang on one quarter, or on one auditor?",
}
"""Name of each line, in the order they are printed, and what it asks."""


@dataclass(frozen=True, kw_only=True)
class SensitivityLine:
    """One other way of asking, and whether it agrees.

    Parameters
    ----------
    name, question : str
        From ``QUESTIONS``.
    estimate : Estimate
        What it found, in its own unit (see its method).
    says : str
        "improved", "got worse" or "no clear change" where its p-value is not below 1 - level;
        "not available" where it has no estimate. The line of placebo dates speaks of the
        quarters before, and that of placebo domains repeats the theme's own change.
    agrees : bool or None
        Whether it says what the verdict does; None where either cannot be said. Placebo dates
        can disagree with a claim and never agree: that nothing was seen proves nothing. Placebo
        domains speak of claims only: some domain always moves farthest.
    note : str
        What a reader should know besides.
    """

    name: str
    question: str
    estimate: Estimate
    says: Saying
    agrees: bool | None
    note: str


def theme_sensitivity(change: ThemeChange, audits: ThemedAudits) -> tuple[SensitivityLine, ...]:
    """Ask nine other ways whether practice changed after a themed audit.

    Nothing here changes a verdict. Each line is compared with the verdict that the theme has on
    its own, because no line is adjusted for the number of themes.

    Parameters
    ----------
    change : ThemeChange
        The headline.
    audits : ThemedAudits
        What it was computed from. Its themed grades are whole codes. The line of placebo domains
        needs the comparison grades one by one.

    Returns
    -------
    tuple of SensitivityLine
        In the order of ``QUESTIONS``.
    """
    alone = change.among(1, holm_p=change.deciding.p)
    asked = Asked(change=alone, audits=audits)
    return tuple(_line(name, *ANSWERS[name](asked), verdict=alone.verdict) for name in QUESTIONS)


def _line(
    name: str, estimate: Estimate, says: Saying, note: str, *, verdict: ThemeVerdict
) -> SensitivityLine:
    agrees: bool | None = None
    if says != "not available" and verdict != ThemeVerdict.TOO_LITTLE:
        agrees = says == CLAIMED.get(verdict, "no clear change")
        if name == "placebo_dates":
            agrees = None if says == "no clear change" or verdict not in CLAIMED else False
        if name == "placebo_domains" and verdict not in CLAIMED:
            agrees = None
    return SensitivityLine(
        name=name,
        question=QUESTIONS[name],
        estimate=estimate,
        says=says,
        agrees=agrees,
        note=note or estimate.why_not,
    )

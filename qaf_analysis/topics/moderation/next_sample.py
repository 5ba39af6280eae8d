"""The next round of moderation: how many audits would tell what, and how many can be drawn."""

from __future__ import annotations

from dataclasses import dataclass

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.names import Role
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.topics.common.scope import (
    Scope,
    grade_for,
    graded,
    headline_domain,
    in_quarters,
    period_words,
    periods_to,
    routine,
    routine_grades,
    up_to,
)
from qaf_analysis.topics.moderation.analysis import (
    GAP_BY_GRADES,
    ModerationPlan,
    PlannedAnswer,
    PlannedSize,
    moderation_plan,
)
from qaf_analysis.topics.optimism.analysis.gaps import moderated_pairs

ROUNDS = 4
"""Rounds into which a year's moderation is shared out: one a quarter."""


@dataclass(frozen=True, kw_only=True)
class NextSample:
    """How many audits of the next rounds to have moderated, as ``qaf plan moderation`` says it.

    Parameters
    ----------
    scope : Scope
        Routine audits of the headline period with a headline grade.
    scale : ScaleWords
    open_audits : int
        Audits of the reported quarter that carry the grade and were not moderated yet.
    answers : tuple of PlannedAnswer
        How many moderated audits a year each question needs; empty where nothing can be planned.
    sizes : tuple of PlannedSize
        What a draw of a size buys.
    rests_on, warnings : tuple of str
    why_not : str
        Why nothing can be planned; empty where it can.
    """

    scope: Scope
    scale: ScaleWords
    open_audits: int
    answers: tuple[PlannedAnswer, ...]
    sizes: tuple[PlannedSize, ...]
    rests_on: tuple[str, ...]
    warnings: tuple[str, ...]
    why_not: str

    @property
    def by_grades(self) -> PlannedAnswer | None:
        """What the mean gap needs if audits are drawn by auditors' grades; None without a plan."""
        return self.answers[GAP_BY_GRADES] if self.answers else None

    def of_a_round(self, a_year: int) -> int:
        """Audits to draw in one round for so many a year, but never more than are open.

        Parameters
        ----------
        a_year : int
            Audits to have moderated in a year.
        """
        return min(-(-a_year // ROUNDS), self.open_audits)


def next_sample(audits: Audits, *, quarter: Quarter) -> NextSample:
    """Plan the next round of moderation from what was known at the end of a quarter."""
    known = up_to(audits, quarter)
    window = periods_to(known, quarter).headline
    domain = headline_domain(known)
    year = in_quarters(routine_grades(known, domain=domain), window)["audit_id"].nunique()
    now = in_quarters(graded(known, domain=domain, roles=(Role.AUDITOR,)), [quarter])["audit_id"]
    done = moderated_pairs(known)["audit_id"]
    open_ = now[now.isin(routine(known.audits)["audit_id"]) & ~now.isin(done)]
    plan, why_not = (None, "audits carry no overall grade to draw by")
    if domain is not None:
        plan, why_not = _plan(known)
    return NextSample(
        scope=Scope(
            council=known.settings.council,
            quarter=quarter,
            first=window[0],
            last=window[-1],
            period=period_words(window),
            unit=f"routine audits with {grade_for(domain)}" if domain else "routine audits graded",
            used=year,
        ),
        scale=known.settings.scale.words,
        open_audits=open_.nunique(),
        answers=plan.answers if plan else (),
        sizes=plan.sizes if plan else (),
        rests_on=plan.assumptions if plan else (),
        warnings=plan.warnings if plan else (),
        why_not=why_not,
    )


def _plan(known: Audits) -> tuple[ModerationPlan | None, str]:
    """The plan, or the reason why there is none."""
    try:
        return moderation_plan(known), ""
    except UsageError as error:
        # What cannot be planned is said where the plan would stand.
        reason = str(error).rstrip(".")
        return None, f"{reason[:1].lower()}{reason[1:]}"

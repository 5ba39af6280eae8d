"""What so many audits can and cannot tell: computed for this council's own numbers."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, nan

from qaf_analysis.stats.core.detectable import (
    chance_of_none,
    detectable_difference,
    power_of_difference,
)
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.programme.analysis.grades import Programme

CHANGE = 0.10
POWER = 0.8
MODERATED_SHARE = 0.10


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Limits of the audit programme at its present size.

    Parameters
    ----------
    scale : ScaleWords
    audits : int
        Graded routine audits in the reported quarter.
    open_cases : int
        Open cases they stand for; 0 where the settings do not say.
    share : Estimate
        Share graded positive in that quarter, with its interval.
    missed : float
        Probability that a true change of ``CHANGE`` between two quarters of this size is missed.
    detectable_quarters, detectable_years : Estimate
        Smallest rise seen with ``POWER``, quarter against quarter and this year against a next
        one of its size, allowing for auditors.
    moderated, none_found : int, float
        Size of a moderation of ``MODERATED_SHARE`` of the audits, and the probability that it
        meets no grade that a moderator would lower, at the observed rate.
    """

    scale: ScaleWords
    audits: int
    open_cases: int
    share: Estimate
    change: float
    power: float
    missed: float
    detectable_quarters: Estimate
    detectable_years: Estimate
    moderated: int
    lowered: float
    none_found: float


def reach(programme: Programme, optimism: Optimism) -> Reach:
    """Compute the limits from the grades given and the gaps seen.

    Where audits carry several grades and no overall one, power is not computed: grades of one
    audit are not independent.
    """
    audits = programme.audits_quarter if programme.has_overall else 0
    base = programme.good_now.value
    moderated = round(MODERATED_SHARE * audits)
    lowered = optimism.over.value
    knows_lowered = moderated > 0 and not isnan(lowered)
    return Reach(
        scale=programme.scale,
        audits=programme.audits_quarter,
        open_cases=programme.open_cases,
        share=programme.good_quarter,
        change=CHANGE,
        power=POWER,
        missed=_missed(base, audits),
        detectable_quarters=_detectable(base, audits),
        detectable_years=_detectable(base, _effective(programme)),
        moderated=moderated,
        lowered=lowered,
        none_found=chance_of_none(moderated, rate=lowered) if knows_lowered else nan,
    )


def _effective(programme: Programme) -> int:
    """How many independent audits one year's audits are worth, for a change to the next.

    As the verdict has it: the variance of the change over that of independent audits, or, without
    a year before, the same of this year's share.
    """
    if not programme.has_overall or not programme.years[-1].good.is_estimable:
        return 0
    years = [year.good for year in programme.years[-2:]]
    if not programme.change.is_estimable:
        years = years[-1:]
    plain = sum(year.value * (1 - year.value) / year.cases for year in years)
    se = programme.change.se if len(years) > 1 else years[-1].se
    inflated = se**2 / plain if plain > 0 and years[-1].auditors > 1 else 1.0
    return int(years[-1].cases / (inflated if inflated > 1 else 1.0))


def _missed(base: float, audits: int) -> float:
    if isnan(base) or audits == 0 or base + CHANGE > 1:
        return nan
    return 1 - power_of_difference(base, base + CHANGE, audits_before=audits, audits_after=audits)


def _detectable(base: float, audits: int) -> Estimate:
    if isnan(base) or audits == 0:
        return Estimate.not_estimable(
            "no audit was graded, or the audits carry no overall grade",
            method="power of a difference",
        )
    return detectable_difference(base, audits_before=audits, audits_after=audits, power=POWER)

"""Smallest change after a themed audit that would be seen, for designs to choose from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.impact.power import audits_for_change, detectable_change
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.topics.impact.impact_basis import ImpactBasis, assumed_basis, impact_basis

MORE_AUDITS = (10, 25, 50, 100, 150, 350)
MORE_QUARTERS = ((3, 3), (4, 4), (6, 6), (8, 8))
MORE_CONTROLS = (1, 2, 3, 5, 8)


@dataclass(frozen=True, kw_only=True)
class ImpactDesign:
    """A way to look for a change: audits a quarter, quarters on each side, comparison domains."""

    audits: int
    before: int
    after: int
    controls: int


@dataclass(frozen=True, kw_only=True)
class PlannedImpact:
    """The smallest change that a design shows; grades, and proportions Good or better.

    ``low`` and ``high`` come from not knowing how much quarters vary by chance; ``limit`` is
    what no number of audits gets below, ``limit_high`` its upper end.
    """

    design: ImpactDesign
    grade: float
    grade_low: float
    grade_high: float
    grade_limit: float
    grade_limit_high: float
    good: float
    good_low: float
    good_high: float
    good_limit: float
    good_limit_high: float


@dataclass(frozen=True, kw_only=True)
class ImpactPlan:
    """Smallest changes for the present design and for larger ones.

    ``needed`` is the number of audits a quarter that shows a change of ``change`` grades; 0 when
    none does. ``change`` is 0 when none was asked about.
    """

    power: float
    level: float
    present: PlannedImpact
    audits: tuple[PlannedImpact, ...]
    quarters: tuple[PlannedImpact, ...]
    controls: tuple[PlannedImpact, ...]
    change: float
    needed: int
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]


def impact_plan(
    council: Audits | None = None,
    *,
    audits: int | None = None,
    before: int = 4,
    after: int = 4,
    controls: int | None = None,
    change: float = 0.0,
    power: float = 0.8,
    level: float = 0.95,
) -> ImpactPlan:
    """Plan how to see whether practice changed after a themed audit.

    Parameters
    ----------
    council : Audits, optional
        Council whose own domains say how much varies by chance; without it, or where it has too
        few, stated assumptions take their place.
    audits : int, optional
        Routine audits a quarter; by default the council's median, or 50.
    before, after : int
        Quarters on each side, those left out by plan not counted.
    controls : int, optional
        Comparison domains; by default those that the council has, or 5.
    change : float
        A change in grades to be seen; 0 when none is asked about.
    power, level : float
        Chance of seeing a change that is there; confidence level of the verdict.

    Raises
    ------
    UsageError
        If a number is not as it should be.
    """
    if not 0 < power < 1 or not 0 < level < 1:
        raise UsageError("Power and level lie between 0 and 1 (0.8 for 80 %).")
    if change < 0:
        raise UsageError(f"The change to be seen must not be below zero, not {change}.")
    basis = assumed_basis() if council is None else impact_basis(council)
    design = ImpactDesign(
        audits=basis.audits if audits is None else audits,
        before=before,
        after=after,
        controls=basis.controls if controls is None else controls,
    )

    def planned(one: ImpactDesign) -> PlannedImpact:
        return _planned(basis, one, power=power, level=level)

    return ImpactPlan(
        power=power,
        level=level,
        present=planned(design),
        audits=tuple(planned(replace(design, audits=n)) for n in MORE_AUDITS),
        quarters=tuple(planned(replace(design, before=b, after=a)) for b, a in MORE_QUARTERS),
        controls=tuple(planned(replace(design, controls=m)) for m in MORE_CONTROLS),
        change=change,
        needed=_needed(basis, design, change, power=power, level=level),
        assumptions=basis.assumptions,
        warnings=basis.warnings,
    )


def _planned(
    basis: ImpactBasis, design: ImpactDesign, *, power: float, level: float
) -> PlannedImpact:
    (grade, grade_limit), (good, good_limit) = (
        tuple(
            detectable_change(
                variation,
                audits=audits,
                before=design.before,
                after=design.after,
                controls=design.controls,
                power=power,
                level=level,
            )
            for audits in (design.audits, inf)
        )
        for variation in (basis.grade, basis.good)
    )
    return PlannedImpact(
        design=design,
        grade=grade.value,
        grade_low=grade.low,
        grade_high=grade.high,
        grade_limit=grade_limit.value,
        grade_limit_high=grade_limit.high,
        good=good.value,
        good_low=good.low,
        good_high=good.high,
        good_limit=good_limit.value,
        good_limit_high=good_limit.high,
    )


def _needed(
    basis: ImpactBasis, design: ImpactDesign, change: float, *, power: float, level: float
) -> int:
    if change == 0:
        return 0
    return audits_for_change(
        basis.grade,
        change,
        before=design.before,
        after=design.after,
        controls=design.controls,
        power=power,
        level=level,
    )

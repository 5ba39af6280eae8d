"""Smallest change after a themed audit that would be seen, for designs to choose from.

How much one domain varies by chance: a council's own experience, or stated assumptions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, nan
from statistics import median_low

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.data.contract.problems import counted
from qaf_analysis.stats.impact.compared import Compared
from qaf_analysis.stats.impact.power import (
    DomainVariation,
    audits_for_change,
    detectable_change,
    domain_variation,
)
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import OFSTED4, ScaleWords
from qaf_analysis.terms.settings import Settings
from qaf_analysis.topics.common.scope import domain_names, graded, routine
from qaf_analysis.topics.impact.analysis.themes import ThemedQuarters

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
    """The smallest change that a design shows; grades, and proportions graded positive.

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
    scale: ScaleWords
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
    before: int | None = None,
    after: int | None = None,
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
    before, after : int, optional
        Quarters on each side, those left out by plan not counted; by default those that the
        council's themes have had, or 4.
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
        before=basis.before if before is None else before,
        after=basis.after if after is None else after,
        controls=basis.controls if controls is None else controls,
    )

    def planned(one: ImpactDesign) -> PlannedImpact:
        return _planned(basis, one, power=power, level=level)

    return ImpactPlan(
        power=power,
        level=level,
        scale=basis.scale,
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


ASSUMED_AUDITS, ASSUMED_CONTROLS, ASSUMED_SIDE = 50, 5, 4
FEWEST_QUARTERS, FEWEST_DOMAINS, FEWEST_IN_ALL = 4, 3, 3
"""With fewer the council's own figures are too unsure to plan from."""


@dataclass(frozen=True, kw_only=True)
class ImpactBasis:
    """What a plan of themed audits rests on, and in words where that comes from.

    ``grade`` and ``good`` are the variation of grades and of positive grades (0 or 1); ``audits``
    are audits a quarter and ``controls`` the comparison domains there are; ``before`` and
    ``after`` are quarters on each side.
    """

    scale: ScaleWords
    grade: DomainVariation
    good: DomainVariation
    audits: int
    controls: int
    before: int
    after: int
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...] = ()


_COMMON = (
    "The themed domain varies by chance as much as each domain that no theme ever touched, and "
    "was not already moving by itself: a plan cannot know of such a movement.",
    "A change is seen when the 95 % interval of the verdict leaves out no change; with several "
    "themes tested at once larger changes are needed.",
    "Every quarter has as many audits, the same auditors work before and after, and the themed "
    "domain's grades lie where those domains' do.",
)


def assumed_basis(settings: Settings | None = None, *, why: str = "") -> ImpactBasis:
    """What is assumed where no council, or one without enough domains, is planned for.

    Parameters
    ----------
    settings : Settings, optional
        Of the council planned for.
    why : str
        Why the council's own figures do not serve; becomes a warning.

    Raises
    ------
    UsageError
        If the council's scale is not like the one that the assumptions are about.
    """
    scale = OFSTED4 if settings is None else settings.scale
    if scale.n_levels != OFSTED4.n_levels or scale.good_from != OFSTED4.good_from:
        raise UsageError(
            f"{why} Assumptions are stated for a scale of four grades, two of them positive, only; "
            f"grade {FEWEST_DOMAINS} domains that no theme touches for {FEWEST_QUARTERS} quarters "
            "first."
        )
    return ImpactBasis(
        scale=scale.words,
        grade=_assumed(of_audit=0.42, of_quarter=0.0025),
        good=_assumed(of_audit=0.20, of_quarter=0.0009),
        audits=ASSUMED_AUDITS,
        controls=ASSUMED_CONTROLS,
        before=ASSUMED_SIDE,
        after=ASSUMED_SIDE,
        assumptions=(
            "Not this council's figures, but assumed: beside its audit's own level a domain's "
            "grade has a standard deviation of 0.65 grades, and its mean one of 0.05 grades from "
            f"quarter to quarter (an invented council, 45 in 100 graded {scale.positive}).",
            *_COMMON,
        ),
        warnings=(why,) if why else (),
    )


def impact_basis(council: Audits) -> ImpactBasis:
    """How much the council's never-themed domains vary, over all quarters audited.

    With fewer than three such domains or four quarters that is assumed; audits, comparison domains
    and quarters are the council's own all the same.

    Raises
    ------
    UsageError
        If there are too few and nothing is assumed about the council's scale.
    """
    wide = _untouched_grades(council)
    when = pd.factorize(wide.index.get_level_values("quarter"), sort=True)[0].astype(np.int64)
    grades, good_from = wide.to_numpy(np.float64), council.settings.scale.good_from
    good = np.where(np.isnan(grades), np.nan, (grades >= good_from).astype(np.float64))
    of_grade, of_good = (domain_variation(values, quarter=when) for values in (grades, good))
    before, after, sides = quarters_had(council)
    audits = round(float(np.median(np.bincount(when)))) if len(when) else ASSUMED_AUDITS
    if of_grade.why_not or of_grade.domains < FEWEST_DOMAINS or of_grade.quarters < FEWEST_QUARTERS:
        why = (
            f"The council has {counted(of_grade.domains, 'domain')} that no theme touches, all "
            f"graded in {counted(of_grade.audits, 'audit')} of "
            f"{counted(of_grade.quarters, 'quarter')}; at least {FEWEST_DOMAINS} domains in "
            f"{FEWEST_QUARTERS} quarters are needed to tell how much they vary, so that is assumed."
        )
        return replace(
            assumed_basis(council.settings, why=why),
            audits=audits,
            controls=of_grade.domains or ASSUMED_CONTROLS,
            before=before,
            after=after,
        )
    left_out = len(wide) - of_grade.audits
    return ImpactBasis(
        scale=council.settings.scale.words,
        grade=of_grade,
        good=of_good,
        audits=audits,
        controls=of_grade.domains,
        before=before,
        after=after,
        assumptions=(
            f"From the council's own {of_grade.audits:,} routine audits of {of_grade.quarters} "
            f"quarters in {of_grade.domains} domains that no theme touches "
            f"({counted(left_out, 'audit')} without a grade in one of them left out): beside its "
            "audit's own level a domain's "
            f"grade has a standard deviation of {of_grade.of_audit**0.5:.2f} grades, and its mean "
            f"one of {max(of_grade.of_quarter.value, 0.0) ** 0.5:.2f} grades from quarter to "
            "quarter.",
            sides,
            *_COMMON,
        ),
    )


def quarters_had(council: Audits) -> tuple[int, int, str]:
    """Quarters before and after that the council's themes have had, and a sentence on it.

    The median over themes about a domain that have quarters on both sides; what is assumed where
    there is none.
    """
    last = max(Quarter.parse(text) for text in council.audits["quarter"].unique())
    ground, sides = ThemedQuarters.of(council, last), []
    for theme in ground.about_domains:
        ready = ground.themed_domain(theme)
        audits = Compared.of(ready.audits, ready.rule).audits
        used = audits.is_usable
        before, after = (
            len(np.unique(audits.quarter[used & side])) for side in (~audits.post, audits.post)
        )
        if before and after and before + after >= FEWEST_IN_ALL:
            sides.append((before, after))
    if not sides:
        return ASSUMED_SIDE, ASSUMED_SIDE, (
            f"No theme of the council has yet had quarters on both sides that can be compared, so "
            f"{ASSUMED_SIDE} and {ASSUMED_SIDE} are assumed."
        )  # fmt: skip
    before, after = (median_low(side) for side in zip(*sides, strict=True))
    return before, after, (
        f"The council's themes have had {before} quarters before and {after} after that can be "
        f"compared (median of {counted(len(sides), 'theme')})."
    )  # fmt: skip


def _untouched_grades(council: Audits) -> pd.DataFrame:
    """A row per routine audit, a column per domain that no theme touches; NaN where ungraded.

    A domain that was not graded in some quarter is left out: it came or went.
    """
    grades = graded(council, domain=None)
    grades = grades[grades["audit_id"].isin(routine(council.audits)["audit_id"])]
    themed = {theme.domain for theme in council.settings.themes}
    untouched = [
        name
        for name in domain_names(council)
        if name not in themed and name != council.settings.headline_domain
    ]
    quarters = grades["quarter"].nunique()
    graded_in = grades.groupby("domain")["quarter"].nunique()
    kept = [name for name in untouched if graded_in.get(name, 0) == quarters]
    wide = grades.pivot_table(
        index=["quarter", "audit_id"], columns="domain", values="grade", aggfunc="mean"
    )
    return wide.reindex(columns=kept)


def _assumed(*, of_audit: float, of_quarter: float) -> DomainVariation:
    """Variation that is stated, not measured: without an interval."""
    return DomainVariation(
        of_audit=of_audit,
        of_quarter=Estimate(
            value=of_quarter,
            low=of_quarter,
            high=of_quarter,
            level=nan,
            cases=0,
            auditors=0,
            method="assumed",
        ),
        audits=0,
        quarters=0,
        domains=ASSUMED_CONTROLS,
    )

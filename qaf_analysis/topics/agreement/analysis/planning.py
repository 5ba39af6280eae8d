"""How much double grading a council needs to know its agreement as closely as it wishes."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Literal, TypeAlias, get_args

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.agreement.kappas import gwet_ac
from qaf_analysis.stats.agreement.planning import (
    AgreementComponents,
    agreement_components,
    planned_audits,
)
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.standard_errors import effective_auditors
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.topics.agreement.analysis.readings import Readings
from qaf_analysis.topics.common.scope import latest_quarter

Claim: TypeAlias = Literal["auditors-like-these", "these-auditors"]
MEASURE = "Gwet's AC2, linear weights"
ASSUMED = AgreementComponents(value=0.72, audits=0.14, auditors=0.01)
"""What the report's headline coefficient comes to in an invented council: four grades, most
audits in the middle two, auditors whose severity has half the standard deviation of practice."""


ASSUMED_AUDITS = 200
ASSUMED_AUDITORS = 29
FEWEST_TO_FIT = 30
FEWEST_AUDITORS = 10
"""With fewer double-graded audits or auditors, the council's own components are too unsure."""


@dataclass(frozen=True, kw_only=True)
class PlannedDesign:
    """What would reach the width with so many auditors.

    ``double_graded`` is the number of audits in a year that need a second grade, 0 where no
    number would do; ``share`` is that number as a share of the year's audits.
    """

    auditors: int
    double_graded: int
    share: float
    expected_width: float
    why_not: str


@dataclass(frozen=True, kw_only=True)
class AgreementPlan:
    """How much double grading reaches an interval of the width asked for.

    ``components`` are those of the claim made; ``assumptions`` say in words what the plan rests
    on, and ``warnings`` what weakens it.
    """

    measure: str
    claim: Claim
    width: float
    level: float
    audits: int
    components: AgreementComponents
    designs: tuple[PlannedDesign, ...]
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PlanBasis:
    """What a plan rests on: how much audits and auditors differ, and how many there are."""

    components: AgreementComponents
    audits: int
    auditors: int
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    why_not: str = ""  # why the council's own figures cannot be used, where they are not


def agreement_plan(
    council: Audits | None = None,
    *,
    width: float,
    level: float = 0.95,
    claim: Claim = "auditors-like-these",
    audits: int | None = None,
    auditors: int | None = None,
) -> AgreementPlan:
    """Plan the double grading of a year's audits.

    Parameters
    ----------
    council : Audits, optional
        Council whose own double gradings say how much audits and auditors differ; without it,
        or where it has too few, stated assumptions take their place.
    width : float
        Full width of the interval wished for, such as 0.2 for "0.60 to 0.80".
    level : float
        Confidence level.
    claim : {"auditors-like-these", "these-auditors"}
        Whether the interval is to hold for other auditors as well (``two_way``), or for the
        present ones only (``subjects``), which needs fewer audits and says less.
    audits, auditors : int, optional
        Audits in a year, and auditors to share the double gradings; by default the council's.

    Returns
    -------
    AgreementPlan
        Designs for half as many auditors, as many, and twice as many.

    Raises
    ------
    UsageError
        If ``claim``, ``width``, ``level`` or a number is not as it should be.
    """
    if claim not in get_args(Claim):
        raise UsageError(f'"{claim}" is no claim; expected one of {", ".join(get_args(Claim))}.')
    if (audits is not None and audits < 2) or (auditors is not None and auditors < 2):
        raise UsageError("A plan needs at least two audits and two auditors.")
    if council is None:
        basis = assumed_basis()
    else:
        readings = Readings.of(council, latest_quarter(council))
        basis = fitted_basis(readings.every_blind, year=readings.year, auditors=readings.auditors)
    return planned_double_grading(
        basis, width=width, level=level, claim=claim, audits=audits, auditors=auditors
    )


def planned_double_grading(
    basis: PlanBasis,
    *,
    width: float,
    level: float = 0.95,
    claim: Claim = "auditors-like-these",
    audits: int | None = None,
    auditors: int | None = None,
) -> AgreementPlan:
    """Plan from components already told; the arguments are those of ``agreement_plan``."""
    components = basis.components
    if claim == "these-auditors":
        components = components.for_these_auditors()
    audits, auditors = audits or basis.audits, auditors or basis.auditors
    numbers = sorted({max(2, ceil(auditors / 2)), auditors, 2 * auditors})
    return AgreementPlan(
        measure=MEASURE,
        claim=claim,
        width=width,
        level=level,
        audits=audits,
        components=components,
        designs=tuple(
            _design(components, width=width, level=level, auditors=n, audits=audits)
            for n in numbers
        ),
        assumptions=(
            *basis.assumptions,
            f"{audits:,} audits in a year, and {auditors:,} auditors.",
        ),
        warnings=basis.warnings,
    )


def _design(
    components: AgreementComponents, *, width: float, level: float, auditors: int, audits: int
) -> PlannedDesign:
    planned = planned_audits(components, width=width, n_auditors=auditors, level=level)
    why_not = planned.why_not
    if planned.double_graded > audits:
        why_not = (
            f"more than the year's {audits:,} audits, so it would take "
            f"{planned.double_graded / audits:.1f} years with every audit graded twice"
        )
    return PlannedDesign(
        auditors=auditors,
        double_graded=planned.double_graded,
        share=planned.double_graded / audits,
        expected_width=planned.width,
        why_not=why_not,
    )


def assumed_basis(
    why_not: str = "", *, audits: int = ASSUMED_AUDITS, auditors: int = ASSUMED_AUDITORS
) -> PlanBasis:
    """Basis where no council tells how much audits and auditors differ, and why it is used.

    How many audits and auditors there are is the council's own where there is one.
    """
    return PlanBasis(
        components=ASSUMED,
        audits=audits,
        auditors=auditors,
        assumptions=(
            f"Not this council's figures, but assumed: {MEASURE}, of {ASSUMED.value}, and an error "
            f"variance of {ASSUMED.audits} / double-graded audits + {ASSUMED.auditors} / auditors "
            "(an invented council of four grades whose auditors differ in severity by half as "
            "much as practice does).",
            *_COMMON,
        ),
        warnings=(f"Assumed figures are used: {why_not}.",) if why_not else (),
        why_not=why_not,
    )


_COMMON = (
    "Each double-graded audit is chosen at random, graded by two auditors without sight of each "
    "other's grade, and the auditors share them evenly.",
)


def fitted_basis(ratings: Ratings, *, year: int, auditors: int) -> PlanBasis:
    """Components from every double grading a council has.

    Parameters
    ----------
    ratings : Ratings
        Blind readings of all quarters together.
    year, auditors : int
        Routine audits in the latest year, and auditors who graded then.
    """
    year, auditors = max(2, year), max(2, auditors)
    both = gwet_ac(ratings, weights="linear", se="two_way")
    alone = gwet_ac(ratings, weights="linear", se="subjects")
    enough = both.cases >= FEWEST_TO_FIT and both.auditors >= FEWEST_AUDITORS
    if not enough:
        return assumed_basis(
            f"at least {FEWEST_TO_FIT} double-graded audits by {FEWEST_AUDITORS} auditors are "
            f"needed to plan from the council's own figures; there are {both.cases} by "
            f"{both.auditors}",
            audits=year,
            auditors=auditors,
        )
    carrying = effective_auditors(ratings.pairs)
    components = agreement_components(both, alone, effective_auditors=carrying)
    if components.why_not:
        return assumed_basis(components.why_not, audits=year, auditors=auditors)
    return PlanBasis(
        components=components,
        audits=year,
        auditors=auditors,
        assumptions=(
            f"From the council's own {both.cases:,} double-graded audits by {both.auditors} "
            f"auditors: {MEASURE}, of {both.value:.2f}, and an error variance of "
            f"{components.audits:.3g} / double-graded audits + {components.auditors:.3g} / "
            "auditors.",
            *_COMMON,
        ),
        warnings=() if components.auditors else (_ALIKE,),
    )


_ALIKE = (
    "The council's auditors look alike in these audits, so the plan allows nothing for how they "
    "differ; it may be too hopeful."
)

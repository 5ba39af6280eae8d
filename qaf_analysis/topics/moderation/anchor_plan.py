"""How many hidden anchors a round needs to see moderators drift, by the council's own noise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.moderation.anchor_power import anchor_power, anchors_needed
from qaf_analysis.stats.moderation.noise import Noise, double_noise
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.names import MODERATING_ROLES
from qaf_analysis.terms.scale import OFSTED4
from qaf_analysis.terms.verdicts import ANCHOR_RULE
from qaf_analysis.topics.common.eras import in_era
from qaf_analysis.topics.common.scope import headline_quarters, latest_quarter

ANCHORS = 8
MODERATORS = 4
MOST_MODERATORS = 30
OUT_OF_REACH = 0
ASSUMED_NOISE = ((0.73, 0.30), (0.61, 0.41))
"""How often one person gives a domain the same grade again, and the standard deviation of the
difference of two readings then, each the mean of seven domains; see calibration/anchors.md."""


@dataclass(frozen=True, kw_only=True)
class PlannedDrift:
    """What the anchors find with one noise of readings.

    Parameters
    ----------
    basis : str
        Where the noise comes from, in a few words.
    noise : float
        Standard deviation of the difference of two readings of a case, in grades.
    one, panel : float
        Chance that one moderator's drift is found, and that of all moderators together.
    needed_one, needed_panel : int
        Anchors of each moderator in each round for the power wished; 0 where no number would do.
    """

    basis: str
    noise: float
    one: float
    panel: float
    needed_one: int
    needed_panel: int


@dataclass(frozen=True, kw_only=True)
class AnchorPlan:
    """What hidden anchors buy.

    ``anchors`` are those of each of the ``moderators`` in each of the ``rounds``; ``drift`` in
    grades builds up over the rounds; ``retests`` are the pairs that the noise is to rest on.
    """

    anchors: int
    moderators: int
    rounds: int
    drift: float
    power: float
    retests: int
    found: tuple[PlannedDrift, ...]
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def anchor_plan(
    council: Audits | None = None,
    *,
    anchors: int = ANCHORS,
    moderators: int | None = None,
    power: float = 0.8,
    retests: Noise | None = None,
) -> AnchorPlan:
    """Plan hidden anchors.

    Parameters
    ----------
    council : Audits, optional
        Council whose own double moderations say how far readings scatter; without it, or where
        it has too few, stated assumptions take their place.
    anchors : int
        Anchors of each moderator in each round.
    moderators : int, optional
        By default those of the council's headline period, or 4.
    power : float
        Chance of finding a drift that is wished for.
    retests : Noise, optional
        Scatter of the council's moderators' own readings, from cases that one person read twice;
        goes before double moderations where it is known.

    Raises
    ------
    UsageError
        If a number is not as it should be.
    """
    people = moderators if moderators is not None else _own_moderators(council)
    if anchors < 1 or not 1 <= people <= MOST_MODERATORS:
        raise UsageError(
            f"A plan needs one anchor or more, and from 1 to {MOST_MODERATORS} moderators."
        )
    sizes, assumptions, warnings = _basis(council, retests)
    df = max(ANCHOR_RULE.wanted_retests - people, 1)
    return AnchorPlan(
        anchors=anchors,
        moderators=people,
        rounds=ANCHOR_RULE.looks,
        drift=ANCHOR_RULE.drift,
        power=power,
        retests=ANCHOR_RULE.wanted_retests,
        found=tuple(
            _planned(basis, size, anchors=anchors, moderators=people, power=power, df=df)
            for basis, size in sizes
        ),
        assumptions=assumptions,
        warnings=warnings,
    )


def _planned(
    basis: str, noise: float, *, anchors: int, moderators: int, power: float, df: float
) -> PlannedDrift:
    bought = anchor_power(anchors, sigma=noise, moderators=moderators, df=df)
    return PlannedDrift(
        basis=basis,
        noise=noise,
        one=bought.one,
        panel=bought.panel,
        needed_one=_needed(
            lambda: anchors_needed(sigma=noise, power=power, moderators=moderators, df=df)
        ),
        needed_panel=_needed(
            lambda: anchors_needed(
                sigma=noise, of="panel", power=power, moderators=moderators, df=df
            )
        ),
    )


def _needed(number: Callable[[], int]) -> int:
    try:
        return number()
    except UsageError:
        # More than anybody could have read: that is itself the answer.
        return OUT_OF_REACH


def double_reading_noise(council: Audits) -> Noise:
    """How far two moderators' readings of one audit scatter, each the mean over its domains.

    The two are different people, so one person's own readings scatter no further: what is planned
    from it is on the safe side. How strict each of them is, is taken out.
    """
    # Grades on an earlier scale are steps of another size.
    ratings = in_era(council, latest_quarter(council)).ratings
    theirs = ratings[ratings["role"].isin(MODERATING_ROLES)]
    grades = theirs.pivot_table(
        index=["audit_id", "rater"], columns="domain", values="grade", aggfunc="first",
        observed=True,
    ).astype(np.float64)  # fmt: skip
    ordered = grades.reset_index().sort_values(["audit_id", "rater"], kind="stable")
    of_audit = ordered.groupby("audit_id", sort=False, observed=True)
    first = ordered[of_audit.cumcount() == 0].set_index("audit_id")
    second = ordered[of_audit.cumcount() == 1].set_index("audit_id")
    first = first.loc[second.index]
    people = pd.factorize(pd.concat([first["rater"], second["rater"]]).astype(str), sort=True)[0]
    domains = list(grades.columns)
    return double_noise(
        first[domains].to_numpy(np.float64).reshape(-1, max(len(domains), 1)),
        second[domains].to_numpy(np.float64).reshape(-1, max(len(domains), 1)),
        reader=people[: len(first)].astype(np.int64),
        other=people[len(first) :].astype(np.int64),
    )


_Sizes = tuple[tuple[str, float], ...]


def _basis(
    council: Audits | None, retests: Noise | None
) -> tuple[_Sizes, tuple[str, ...], tuple[str, ...]]:
    """Noise to plan with, what it rests on, and warnings."""
    common = (
        "Anchors are the person's own earlier readings, one to four rounds back, chosen with equal "
        "chances and not recognised; the noise comes from "
        f"{ANCHOR_RULE.wanted_retests} retests; any false alarm over the rounds: "
        f"{ANCHOR_RULE.error:.0%} at the most.",
    )
    if retests is not None and retests.difference.is_estimable:
        return _own(retests), (_rests_on(retests, "one moderator read twice"), *common), ()
    double = None if council is None else double_reading_noise(council)
    if double is not None and double.difference.is_estimable:
        safe = "One person's own readings scatter no further, so this is on the safe side."
        return _own(double), (_rests_on(double, "two moderators read"), safe, *common), ()
    why = () if double is None else (_too_few(double),)
    if council is not None and council.settings.scale.n_levels != OFSTED4.n_levels:
        return (), (), (*why, "Noise is assumed for a scale of four grades only.")
    assumed = tuple(
        (f"if {exact:.0%} of grades come out the same again", size) for exact, size in ASSUMED_NOISE
    )
    stated = (
        "Not this council's noise, but assumed: grades on four levels, and an anchor that is the "
        "mean of seven domains."
    )
    return assumed, (stated, *common), why


def _own(noise: Noise) -> _Sizes:
    return (("by the council's own noise", noise.difference.value),)


def _rests_on(noise: Noise, read: str) -> str:
    size = noise.difference
    return (
        f"From the council's own {noise.pairs} audits that {read}: the difference, as a mean over "
        f"domains, has a standard deviation of {size.value:.2f} of a grade ({size.low:.2f} to "
        f"{size.high:.2f}), and {noise.exact.value:.0%} of single grades are the same."
    )


def _too_few(noise: Noise) -> str:
    if noise.pairs >= ANCHOR_RULE.fewest_retests:
        return f"Of double moderations {noise.difference.why_not}: noise is assumed."
    return (
        f"{noise.pairs} audit{' was' if noise.pairs == 1 else 's were'} read by two moderators. At "
        f"least {ANCHOR_RULE.fewest_retests} are needed to plan anchors from the council's own "
        "noise, so assumed noise is used."
    )


def _own_moderators(council: Audits | None) -> int:
    if council is None:
        return MODERATORS
    window = [str(quarter) for quarter in headline_quarters(council, latest_quarter(council))]
    quarter = council.audits.drop_duplicates("audit_id").set_index("audit_id")["quarter"]
    read = council.moderations
    recent = read[read["audit_id"].map(quarter).isin(window)]
    people = recent["moderator"].nunique()
    return min(people, MOST_MODERATORS) if people else MODERATORS

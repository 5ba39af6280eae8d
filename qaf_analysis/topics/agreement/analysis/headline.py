"""Do auditors agree? Grades that two or more auditors gave to the same audit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.agreement.alpha import krippendorff_alpha
from qaf_analysis.stats.agreement.kappas import gwet_ac, percent_agreement
from qaf_analysis.stats.agreement.pair_counts import pair_counts
from qaf_analysis.stats.core.small_base import on_enough
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.verdicts import AgreementClaim, AgreementVerdict
from qaf_analysis.topics.agreement.analysis.judged import judged_agreement
from qaf_analysis.topics.agreement.analysis.readings import (
    Readings,
    as_ratings,
    blind_readings,
)
from qaf_analysis.topics.common.scope import Scope


@dataclass(frozen=True, kw_only=True)
class YearAgreement:
    """Agreement within one financial year."""

    label: str
    exact: Estimate
    coefficient: Estimate


@dataclass(frozen=True, kw_only=True)
class PairingAuditor:
    """An auditor, by code, who stands in every pair of grades."""

    auditor: str


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How far auditors agree on the same audits.

    ``audits`` are those graded twice; ``double_gradings`` are more where audits carry no overall
    grade, and each domain graded twice is one. ``pair_matrix`` counts pairs of grades; off the
    diagonal each pair stands on both sides. Shares, ``pair_shares`` too, count each double
    grading once, however many auditors gave it. ``needed`` are the audits graded twice that a
    verdict would need, where there are too few. ``speaks_of`` says of whom AC2's interval
    speaks, and ``in_every_pair`` names who stands in every pair, where that limits the claim.
    """

    scope: Scope
    levels: tuple[str, ...]
    verdict: AgreementVerdict
    reason: str
    audits: int
    double_gradings: int
    auditors: int
    pairs: int
    pair_matrix: tuple[tuple[int, ...], ...]
    pair_shares: tuple[tuple[float, ...], ...]
    identical: float
    one_apart: float
    two_or_more: float
    boundary: str
    boundary_share: float
    exact: Estimate
    within_one: Estimate
    ac2: Estimate
    ac2_for_these_auditors: Estimate
    alpha_nominal: Estimate
    alpha_ordinal: Estimate
    alpha_interval: Estimate
    needed: int
    speaks_of: AgreementClaim
    in_every_pair: tuple[PairingAuditor, ...]
    by_year: tuple[YearAgreement, ...]


def agreement(audits: Audits, *, quarter: Quarter) -> Agreement:
    """Agreement among auditors over the headline period up to a quarter.

    Second readings made without sight of the first are preferred; where blindness is recorded,
    readings that were not blind are left out and counted.
    """
    readings = Readings.of(audits, quarter)
    ratings, levels = readings.ratings, readings.levels
    pairs, judged = pair_counts(ratings), judged_agreement(ratings)
    given = partial(on_enough, audits=ratings.n_double_clusters)
    boundary, share = _main_boundary(np.asarray(pairs.share_matrix), levels)
    return Agreement(
        scope=readings.scope,
        levels=levels,
        verdict=judged.verdict,
        reason=judged.reason,
        audits=ratings.n_double_clusters,
        double_gradings=pairs.audits,
        auditors=pairs.auditors,
        pairs=pairs.pairs,
        pair_matrix=tuple(tuple(int(n) for n in row) for row in pairs.matrix),
        pair_shares=tuple(tuple(float(n) for n in row) for row in pairs.share_matrix),
        identical=pairs.identical,
        one_apart=pairs.one_apart,
        two_or_more=pairs.two_or_more,
        boundary=boundary,
        boundary_share=share,
        exact=given(percent_agreement(ratings)),
        within_one=given(percent_agreement(ratings, weights="within_one")),
        ac2=given(judged.ac2),
        ac2_for_these_auditors=given(gwet_ac(ratings, weights="linear", se="subjects")),
        alpha_nominal=given(krippendorff_alpha(ratings, metric="nominal")),
        alpha_ordinal=given(judged.alpha),
        alpha_interval=given(krippendorff_alpha(ratings, metric="interval")),
        needed=judged.needed,
        speaks_of=judged.speaks_of,
        in_every_pair=tuple(
            PairingAuditor(auditor=readings.codes[place]) for place in judged.in_every_pair
        ),
        by_year=_by_year(readings.every, quarter, len(levels)),
    )


def _main_boundary(matrix: np.ndarray, levels: tuple[str, ...]) -> tuple[str, float]:
    """Neighbouring grades between which most pairs that differ lie, and their share."""
    apart, neighbours = np.triu(matrix, 1).sum(), np.diagonal(matrix, 1)
    if not neighbours.any():
        return "", float("nan")
    widest = int(np.argmax(neighbours))
    return f"{levels[widest]} and {levels[widest + 1]}", float(neighbours[widest] / apart)


def _by_year(every: pd.DataFrame, quarter: Quarter, n_levels: int) -> tuple[YearAgreement, ...]:
    first = min(Quarter.parse(text) for text in every["quarter"].unique())
    years: dict[str, list[str]] = {}
    for q in quarters_between(first, quarter):
        years.setdefault(q.financial_year, []).append(str(q))
    found = []
    for year, quarters in years.items():
        usable, _ = blind_readings(every[every["quarter"].isin(quarters)])
        ratings = as_ratings(usable, n_levels)
        given = partial(on_enough, audits=ratings.n_double_clusters)
        found.append(
            YearAgreement(
                label=year,
                exact=given(percent_agreement(ratings)),
                coefficient=given(gwet_ac(ratings, weights="linear")),
            )
        )
    return tuple(found)

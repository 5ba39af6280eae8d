"""Do auditors agree? Grades that two or more auditors gave to the same audit."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.agreement.alpha import krippendorff_alpha
from qaf_analysis.stats.agreement.coefficient import probability_at_least
from qaf_analysis.stats.agreement.kappas import gwet_ac, percent_agreement
from qaf_analysis.stats.agreement.pair_counts import pair_counts
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.standard_errors import StandardError
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.verdicts import AGREEMENT_RULE, AgreementVerdict
from qaf_analysis.topics.agreement.analysis.readings import (
    Readings,
    as_ratings,
    blind_readings,
)
from qaf_analysis.topics.common.scope import Scope

USUAL_LEVEL = 0.95
"""Confidence level of the report's intervals."""


@dataclass(frozen=True, kw_only=True)
class YearAgreement:
    """Agreement within one financial year."""

    label: str
    exact: Estimate
    coefficient: Estimate


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How far auditors agree on the same audits.

    ``pair_matrix`` counts pairs of grades; off the diagonal each pair stands on both sides.
    Shares, ``pair_shares`` too, count each double-graded audit once, however many auditors read
    it.
    """

    scope: Scope
    levels: tuple[str, ...]
    verdict: AgreementVerdict
    reason: str
    audits: int
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
    probability_good: float
    probability_fair: float
    probability_alpha: float
    by_year: tuple[YearAgreement, ...]


def agreement(audits: Audits, *, quarter: Quarter) -> Agreement:
    """Agreement among auditors over the headline period up to a quarter.

    Second readings made without sight of the first are preferred; where blindness is recorded,
    readings that were not blind are left out and counted.
    """
    readings = Readings.of(audits, quarter)
    ratings, levels = readings.ratings, readings.levels
    pairs, judged = pair_counts(ratings), judged_agreement(ratings)
    boundary, share = _main_boundary(np.asarray(pairs.share_matrix), levels)
    return Agreement(
        scope=readings.scope,
        levels=levels,
        verdict=judged.verdict,
        reason=judged.reason,
        audits=pairs.audits,
        auditors=pairs.auditors,
        pairs=pairs.pairs,
        pair_matrix=tuple(tuple(int(n) for n in row) for row in pairs.matrix),
        pair_shares=tuple(tuple(float(n) for n in row) for row in pairs.share_matrix),
        identical=pairs.identical,
        one_apart=pairs.one_apart,
        two_or_more=pairs.two_or_more,
        boundary=boundary,
        boundary_share=share,
        exact=percent_agreement(ratings),
        within_one=percent_agreement(ratings, weights="within_one"),
        ac2=judged.ac2,
        ac2_for_these_auditors=gwet_ac(ratings, weights="linear", se="subjects"),
        alpha_nominal=krippendorff_alpha(ratings, metric="nominal"),
        alpha_ordinal=judged.alpha,
        alpha_interval=krippendorff_alpha(ratings, metric="interval"),
        probability_good=judged.good,
        probability_fair=judged.fair,
        probability_alpha=judged.strict,
        by_year=_by_year(readings.every, quarter, len(levels)),
    )


@dataclass(frozen=True, kw_only=True)
class JudgedAgreement:
    """What the verdict on agreement rests on: the one rule of report and plain table.

    Parameters
    ----------
    ac2 : Estimate
        Gwet's AC2 with linear weights.
    alpha : Estimate
        Krippendorff's alpha with the ordinal metric.
    good, fair : float
        Probability that AC2 is so good that auditors agree well, and that they agree in part.
    strict : float
        Probability that alpha is good enough for auditors to agree well.
    verdict : AgreementVerdict
    reason : str
    """

    ac2: Estimate
    alpha: Estimate
    good: float
    fair: float
    strict: float
    verdict: AgreementVerdict
    reason: str


def judged_agreement(
    ratings: Ratings, *, se: StandardError = "two_way", level: float = USUAL_LEVEL
) -> JudgedAgreement:
    """Judge agreement by the rule of the quarterly report.

    Parameters
    ----------
    ratings : Ratings
    se : str
        Kind of standard error; the report's is for auditors like these.
    level : float
        Confidence level of the intervals; the verdict does not hang on it.
    """
    ac2 = gwet_ac(ratings, weights="linear", se=se, level=level)
    alpha = krippendorff_alpha(ratings, metric="ordinal", se=se, level=level)
    # Whatever interval is asked for, the verdict is reached by the one of the report.
    usual_ac2, usual_alpha = ac2, alpha
    if level != USUAL_LEVEL:
        usual_ac2 = gwet_ac(ratings, weights="linear", se=se, level=USUAL_LEVEL)
        usual_alpha = krippendorff_alpha(ratings, metric="ordinal", se=se, level=USUAL_LEVEL)
    rule = AGREEMENT_RULE
    good = probability_at_least(ac2, rule.well_from)
    fair = probability_at_least(ac2, rule.in_part_from)
    strict = probability_at_least(alpha, rule.alpha_from)
    verdict, reason = agreement_verdict(
        ac2,
        good=_claimable(good, usual_ac2, rule.well_from),
        fair=_claimable(fair, usual_ac2, rule.in_part_from),
        strict=_claimable(strict, usual_alpha, rule.alpha_from),
    )
    return JudgedAgreement(
        ac2=ac2,
        alpha=alpha,
        good=good,
        fair=fair,
        strict=strict,
        verdict=verdict,
        reason=reason,
    )


def _claimable(probability: float, estimate: Estimate, limit: float) -> float:
    """Probability of the limit; of a coefficient without an error, whether its interval keeps it.

    Auditors who all agree leave no error to reckon with, but their interval says what can be
    claimed: its lower end is passed with half the chance that the interval leaves out.
    """
    return probability if not isnan(probability) else float(estimate.low >= limit)


def agreement_verdict(
    ac2: Estimate, *, good: float, fair: float, strict: float
) -> tuple[AgreementVerdict, str]:
    """Verdict and its reason, from what can be claimed with the probability of the rule.

    AC2 alone would flatter a council most of whose audits get the same grade (Vach and Gerke
    2023), so that auditors agree well needs Krippendorff's alpha too.

    Parameters
    ----------
    ac2 : Estimate
        Gwet's AC2 with linear weights.
    good, fair : float
        Probability that AC2 is at least ``well_from``, and at least ``in_part_from``.
    strict : float
        Probability that ordinal alpha is at least ``alpha_from``.

    Examples
    --------
    >>> none = Estimate.not_estimable("no audit was graded twice", method="AC2")
    >>> verdict, reason = agreement_verdict(none, good=0, fair=0, strict=0)
    >>> verdict.name, reason
    ('NOT_MEASURABLE', 'no audit was graded twice')
    """
    rule = AGREEMENT_RULE
    well, in_part, alpha = (
        f"{limit:.2f}" for limit in (rule.well_from, rule.in_part_from, rule.alpha_from)
    )
    if not ac2.is_estimable:
        return AgreementVerdict.NOT_MEASURABLE, ac2.why_not
    if ac2.cases < rule.fewest_audits:
        return (
            AgreementVerdict.NOT_MEASURABLE,
            few_double(ac2.cases),
        )
    if good >= rule.sure and strict >= rule.sure:
        return (
            AgreementVerdict.WELL,
            f"AC2 is at least {well}, and alpha at least {alpha}, with {rule.sure:.0%} probability",
        )
    if good >= rule.sure:
        return (
            AgreementVerdict.IN_PART,
            f"AC2 is at least {well} with {rule.sure:.0%} probability, but alpha is not surely "
            f"{alpha}",
        )
    if fair >= rule.sure:
        return AgreementVerdict.IN_PART, f"AC2 is at least {in_part}, but not surely {well}"
    return AgreementVerdict.POORLY, f"AC2 cannot be claimed to be even {in_part}"


def few_double(audits: int) -> str:
    """Why so few audits carry no coefficient."""
    were = "audit was" if audits == 1 else "audits were"
    fewest = AGREEMENT_RULE.fewest_audits
    return f"only {audits} {were} graded twice; at least {fewest} are needed"


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
        found.append(
            YearAgreement(
                label=year,
                exact=percent_agreement(ratings),
                coefficient=gwet_ac(ratings, weights="linear"),
            )
        )
    return tuple(found)

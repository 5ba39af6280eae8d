"""The verdict on agreement: one rule for the quarterly report and for plain tables."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

import numpy as np

from qaf_analysis.stats.agreement.alpha import alpha_coefficient, krippendorff_alpha
from qaf_analysis.stats.agreement.coefficient import ALL_AGREE
from qaf_analysis.stats.agreement.kappas import gwet_ac
from qaf_analysis.stats.agreement.planning import (
    NUMBERS,
    AgreementComponents,
    agreement_components,
    planned_limits,
)
from qaf_analysis.stats.agreement.pseudo_audits import pseudo_limits
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.standard_errors import (
    LIKE_THESE,
    StandardError,
    effective_auditors,
)
from qaf_analysis.stats.core.arrays import Bools, Floats
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import AGREEMENT_RULE, AgreementClaim, AgreementVerdict


@dataclass(frozen=True, kw_only=True)
class JudgedAgreement:
    """What the verdict on agreement rests on.

    Parameters
    ----------
    ac2 : Estimate
        Gwet's AC2 with linear weights.
    alpha : Estimate
        Krippendorff's alpha with the ordinal metric.
    speaks_of : AgreementClaim
        Of whom the interval of AC2 speaks.
    in_every_pair : tuple of int
        Places, in ``Ratings.auditor_codes``, of those who stand in every pair of grades while
        other auditors graded too.
    verdict : AgreementVerdict
    reason : str
    needed : int
        Audits graded twice that a verdict would need if agreement stayed as it is, where there
        are too few; 0 where that is not the question, or no number would do.
    """

    ac2: Estimate
    alpha: Estimate
    speaks_of: AgreementClaim
    in_every_pair: tuple[int, ...]
    verdict: AgreementVerdict
    reason: str
    needed: int


def judged_agreement(
    ratings: Ratings, *, se: StandardError = "two_way", level: float = AGREEMENT_RULE.level
) -> JudgedAgreement:
    """Judge agreement by the rule of the quarterly report.

    Parameters
    ----------
    ratings : Ratings
    se : str
        Kind of standard error; the report's is for auditors like these.
    level : float
        Confidence level of the intervals given; the verdict does not hang on it.
    """
    ac2 = gwet_ac(ratings, weights="linear", se=se, level=level)
    alpha = krippendorff_alpha(ratings, metric="ordinal", se=se, level=level)
    # Whatever interval is asked for, the verdict is reached by the one of the report.
    usual, strict = ac2, alpha
    if level != AGREEMENT_RULE.level:
        usual = gwet_ac(ratings, weights="linear", se=se, level=AGREEMENT_RULE.level)
        strict = krippendorff_alpha(ratings, se=se, level=AGREEMENT_RULE.level)
    # Where auditors of others stand beside, two who share all pairs say nothing of those.
    hub = ratings.in_every_pair if ratings.n_auditors > 2 else ()
    needed = audits_needed(usual, ratings, se=se)
    verdict, reason = agreement_verdict(
        usual,
        alpha_low=low_of_alpha(ratings, strict, se=se),
        one_only=bool(hub),
        needed=needed,
    )
    return JudgedAgreement(
        ac2=ac2,
        alpha=alpha,
        speaks_of=_speaks_of(usual, one_only=bool(hub)),
        in_every_pair=hub,
        verdict=verdict,
        reason=reason,
        needed=needed if verdict == AgreementVerdict.TOO_FEW else 0,
    )


def _speaks_of(ac2: Estimate, *, one_only: bool) -> AgreementClaim:
    """Follow the error that was really used, as the method names it."""
    if LIKE_THESE in ac2.method:
        return AgreementClaim.LIKE_THESE
    return AgreementClaim.ONE_ONLY if one_only else AgreementClaim.THESE_ONLY


def low_of_alpha(ratings: Ratings, alpha: Estimate, *, se: StandardError = "two_way") -> float:
    """Low end of the interval of ordinal alpha, which is there even where all grades are the same.

    Parameters
    ----------
    ratings : Ratings
    alpha : Estimate
        Ordinal alpha of these ratings, at the level of the rule.
    se : str
        Kind of standard error that it has.

    Returns
    -------
    float
        Where the error asked for cannot be told, -1: nothing is shown.
    """
    if ratings.n_double == 0:
        return -1.0
    if alpha.has_interval:
        return alpha.low
    measure = alpha_coefficient(n_levels=ratings.n_levels)
    low = pseudo_limits(ratings, measure, se=se, level=alpha.level).low
    return -1.0 if isnan(low) else low


def agreement_verdict(
    ac2: Estimate, *, alpha_low: float, one_only: bool = False, needed: int = 0
) -> tuple[AgreementVerdict, str]:
    """Verdict and its reason, from both ends of the interval of AC2: a word for every figure.

    AC2 alone would flatter a council most of whose audits get the same grade (Vach and Gerke
    2023), so that auditors agree well needs Krippendorff's alpha too.

    Parameters
    ----------
    ac2 : Estimate
        Gwet's AC2 with linear weights, at the level of the rule.
    alpha_low : float
        Low end of the interval of ordinal alpha.
    one_only : bool
        Whether one auditor stands in every pair of grades.
    needed : int
        Audits graded twice that would close the question; 0 where no number would.

    Examples
    --------
    >>> none = Estimate.not_estimable("no audit was graded twice", method="AC2")
    >>> verdict, reason = agreement_verdict(none, alpha_low=-1)
    >>> verdict.name, reason
    ('NOT_MEASURABLE', 'no audit was graded twice')
    """
    rule = AGREEMENT_RULE
    if not ac2.is_estimable:
        return AgreementVerdict.NOT_MEASURABLE, ac2.why_not
    if ac2.cases < rule.fewest_audits:
        return AgreementVerdict.TOO_FEW, few_double(ac2.cases)
    if not ac2.has_interval:
        return AgreementVerdict.TOO_FEW, f"AC2 has no interval ({ac2.method.partition('; ')[2]})"
    whole = "the whole interval of AC2 lies"
    if ac2.low >= rule.well_from:
        above = f"{whole} at or above {rule.well_from:.2f}"
        if one_only:
            return (
                AgreementVerdict.IN_PART,
                f"{above}, but one auditor stands in every double grading, so that others are not "
                "compared",
            )
        if not alpha_low >= rule.alpha_from:
            return (
                AgreementVerdict.IN_PART,
                f"{above}, but that of alpha begins below {rule.alpha_from:.2f}: one common grade "
                "may flatter AC2",
            )
        return (
            AgreementVerdict.WELL,
            f"{above}, and that of alpha at or above {rule.alpha_from:.2f}",
        )
    if ac2.low >= rule.in_part_from:
        return (
            AgreementVerdict.IN_PART,
            f"{whole} at or above {rule.in_part_from:.2f}, but not all of it above "
            f"{rule.well_from:.2f}",
        )
    if ac2.high < rule.poorly_below:
        return AgreementVerdict.POORLY, f"{whole} below {rule.poorly_below:.2f}"
    least, most = rule.between
    if ac2.low >= least and ac2.high < most:
        return AgreementVerdict.IN_PART, f"{whole} between {least:.2f} and {most:.2f}"
    return AgreementVerdict.TOO_FEW, _open(needed)


def _open(needed: int) -> str:
    wide = "the interval of AC2 is too wide for any word"
    if not needed:
        return f"{wide}, and more auditors, not more audits alone, would have to grade twice"
    return f"{wide}; about {needed:,} audits graded twice would do, if agreement stays as it is"


def audits_needed(ac2: Estimate, ratings: Ratings, *, se: StandardError) -> int:
    """Audits graded twice with which the interval would close, the coefficient staying as it is.

    Parameters
    ----------
    ac2 : Estimate
        At the level of the rule.
    ratings : Ratings
    se : str
        Kind of standard error that ``ac2`` has.

    Returns
    -------
    int
        At least ``fewest_audits``; 0 where no number by so many auditors would do, or none is
        needed.
    """
    rule = AGREEMENT_RULE
    if not ac2.has_interval or _closed(np.array(ac2.low), np.array(ac2.high)):
        return 0
    if ac2.value > ALL_AGREE:
        # What may have stayed unseen shrinks with the number of audits.
        low = 1 - (1 - ac2.low) * ac2.cases / NUMBERS
        return _first(_closed(low, np.ones(len(low))), ac2.cases) if ac2.low > -1 else 0
    alone = gwet_ac(ratings, weights="linear", se="subjects", level=rule.level)
    if not ac2.value > -1:
        return 0
    of_others = LIKE_THESE in ac2.method and se == "two_way"
    carrying = effective_auditors(ratings.pairs)
    found = agreement_components(ac2 if of_others else alone, alone, effective_auditors=carrying)
    return 0 if found.why_not else _closing(found, ac2)


def _closing(components: AgreementComponents, ac2: Estimate) -> int:
    # Auditors who are not named still count for two.
    low, high = planned_limits(
        components, NUMBERS, n_auditors=max(2, ac2.auditors), level=AGREEMENT_RULE.level
    )
    return _first(_closed(low, high), ac2.cases)


def _closed(low: Floats, high: Floats) -> Bools:
    """Whether an interval is narrow enough for a word other than too few."""
    rule, (least, most) = AGREEMENT_RULE, AGREEMENT_RULE.between
    closed: Bools = (
        (low >= rule.in_part_from) | (high < rule.poorly_below) | ((low >= least) & (high < most))
    )
    return closed


def _first(closed: Bools, cases: int) -> int:
    """First number of audits beyond those there are for which the interval closes."""
    enough = NUMBERS[closed & (cases < NUMBERS)]
    return max(int(enough[0]), AGREEMENT_RULE.fewest_audits) if len(enough) else 0


def few_double(audits: int) -> str:
    """Why so few audits carry no coefficient."""
    were = "audit was" if audits == 1 else "audits were"
    fewest = AGREEMENT_RULE.fewest_audits
    return f"only {audits} {were} graded twice; at least {fewest} are needed"

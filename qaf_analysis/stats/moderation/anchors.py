"""Did moderators drift? Cases that each of them read before, read again unseen.

An anchor is a case that a moderator graded in an earlier round and now grades again without being
told. The difference, now less before, is positive where the moderator has become kinder. Its
expected value is the drift per round times the rounds between the two readings.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import (
    Floats,
    Ints,
    check_same_length,
    frozen_floats,
    frozen_ints,
    sums,
)
from qaf_analysis.stats.core.intervals import normal_quantile, t_quantile
from qaf_analysis.stats.moderation.boundary import boundary
from qaf_analysis.stats.moderation.noise import Noise, scaled
from qaf_analysis.terms.errors import ShapeError, UsageError
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import ANCHOR_RULE, AnchorVerdict

PANEL = -1
"""Stands for all moderators together where a moderator's code would stand."""
NEVER = -1


@dataclass(frozen=True, kw_only=True, eq=False)
class Anchors:
    """Anchors as they came back, one row for each.

    Parameters
    ----------
    difference : array, shape (anchors,)
        The later reading less the earlier one, from ``noise.mean_difference``; NaN where they
        cannot be compared.
    lag : int array, shape (anchors,)
        Rounds between the two readings, 1 or more.
    round : int array, shape (anchors,)
        Number of the round of the later reading, in order of time.
    moderator : int array, shape (anchors,)
        Whole number naming who read.
    reference : int array, shape (anchors,)
        Whole number naming the earlier reading. Two anchors that share it are correlated.

    Raises
    ------
    ShapeError
        If lengths differ, a lag is below 1, or one reference is two moderators'.
    """

    difference: Floats
    lag: Ints
    round: Ints
    moderator: Ints
    reference: Ints

    def __post_init__(self) -> None:
        whole = {
            name: frozen_ints(getattr(self, name), name=name)
            for name in ("lag", "round", "moderator", "reference")
        }
        difference = frozen_floats(self.difference)
        check_same_length({"difference": difference, **whole})
        if (whole["lag"] < 1).any():
            raise ShapeError("Between two readings of an anchor lies one round or more.")
        owners = np.unique(np.stack([whole["reference"], whole["moderator"]]), axis=1)
        if len(np.unique(owners[0])) < owners.shape[1]:
            raise ShapeError("An anchor is a person's own earlier reading, of one person only.")
        object.__setattr__(self, "difference", difference)
        for name, values in whole.items():
            object.__setattr__(self, name, values)

    def where(self, chosen: ArrayLike) -> Anchors:
        """Those at which the mark stands."""
        marks = np.asarray(chosen)
        return Anchors(
            difference=self.difference[marks],
            lag=self.lag[marks],
            round=self.round[marks],
            moderator=self.moderator[marks],
            reference=self.reference[marks],
        )


def series_of(rounds: ArrayLike, *, looks: int = ANCHOR_RULE.looks) -> Ints:
    """Number of the series, 0, 1, ..., that each anchor's round belongs to.

    Rounds with anchors are counted in order of time; each series has as many as are looked at
    under one false alarm rate.

    Examples
    --------
    >>> series_of([3, 3, 4, 6, 7, 8, 9]).tolist()
    [0, 0, 0, 0, 0, 1, 1]
    """
    place = np.unique(frozen_ints(rounds, name="rounds"), return_inverse=True)[1]
    return frozen_ints(place // looks, name="series")


@dataclass(frozen=True, kw_only=True)
class Look:
    """What was known at one round of a series.

    Parameters
    ----------
    round : int
    anchors : int
        Anchors up to and with this round.
    share : float
        Share of the evidence that the series will have in the end.
    total : float
        Z √share, of the sign of the drift: it rings beyond the limit.
    """

    round: int
    anchors: int
    share: float
    total: float


@dataclass(frozen=True, kw_only=True)
class Drift:
    """How one moderator, or the panel, drifted over a series of rounds.

    Parameters
    ----------
    moderator : int
        Whose drift; ``PANEL`` for all together.
    anchors, rounds : int
        Anchors used, and rounds between the two readings of the oldest.
    per_round : Estimate
        Drift in grades a round, positive = kinder; its interval is that of this one question,
        asked once.
    in_all : Estimate
        The same over ``rounds`` rounds.
    joint : Estimate
        The same with the interval that belongs to the verdict: it holds at all looks and for all
        moderators together, and leaves out 0 exactly where this look rings.
    looks : tuple of Look
    limit : float
        Where a total rings, on either side.
    rang_in : int
        First round that rang; -1 if none did.
    verdict : AnchorVerdict
    """

    moderator: int
    anchors: int
    rounds: int
    per_round: Estimate
    in_all: Estimate
    joint: Estimate
    looks: tuple[Look, ...]
    limit: float
    rang_in: int
    verdict: AnchorVerdict


@dataclass(frozen=True, kw_only=True)
class AnchorDrift:
    """Drift of the panel and of each moderator who read anchors.

    ``left_out`` anchors could not be compared; ``reservation`` says what weakens the whole.
    """

    panel: Drift
    moderators: tuple[Drift, ...]
    left_out: int
    reservation: str = ""


def anchor_drift(
    anchors: Anchors, *, noise: Noise, looks: int = ANCHOR_RULE.looks, level: float = 0.95
) -> AnchorDrift:
    """Drift of moderators over one series of rounds, with its verdicts.

    Parameters
    ----------
    anchors : Anchors
        Of one series (see ``series_of``).
    noise : Noise
        From ``noise.retest_noise``.
    looks : int
        Rounds that the series will have in the end.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    AnchorDrift
        Slope of the differences through 0 over the rounds between readings, by generalised least
        squares; two anchors with one reference are correlated by one half. Half of the false
        alarm rate goes to the panel, half to the moderators together; all of it to the only
        moderator. Evidence still to come is taken to be as much a round as so far, one round
        further back each time.

    Raises
    ------
    UsageError
        If the anchors come from more rounds than the series has.

    References
    ----------
    Jennison & Turnbull (2000), Group Sequential Methods, chapters 2, 9 and 11.
    """
    known = anchors.where(~np.isnan(anchors.difference))
    rounds = np.unique(known.round)
    if len(rounds) > looks:
        raise UsageError(
            f"Anchors of {len(rounds)} rounds are more than the {looks} of a series; take one "
            "series at a time."
        )
    names = np.unique(known.moderator)
    whole = _Series(known, moderator=PANEL, rounds=rounds, looks=looks)
    each = [
        _Series(known.where(known.moderator == name), moderator=int(name), rounds=rounds,
                looks=looks)
        for name in names
    ]  # fmt: skip
    limits = _limits(whole, each, df=noise.df)
    return AnchorDrift(
        panel=_drift(whole, noise=noise, limit=limits[0], level=level),
        moderators=tuple(_drift(one, noise=noise, limit=limits[1], level=level) for one in each),
        left_out=int(len(anchors.difference) - len(known.difference)),
        reservation=noise.reservation,
    )


class _Series:
    """Score and evidence of a drift at each look, both for a noise of 1.

    Evidence is q'C⁻¹q and score q'C⁻¹d, with q the rounds between readings, d the differences and
    C their correlations: 1/2 where k of them share a reference, so C⁻¹ = 2 I - 2/(k + 1) J there.
    """

    def __init__(self, anchors: Anchors, *, moderator: int, rounds: Ints, looks: int) -> None:
        self.moderator = moderator
        self.rounds = [int(number) for number in rounds]
        upto = [anchors.where(anchors.round <= number) for number in rounds]
        self.anchors = [len(part.difference) for part in upto]
        sizes = [_score_and_evidence(part) for part in upto]
        self.score = [score for score, _ in sizes]
        self.evidence = [evidence for _, evidence in sizes]
        self.longest = int(anchors.lag.max()) if len(anchors.lag) else 0
        self.final = self.evidence[-1] if sizes else 0.0
        self.final += _still_to_come(anchors, seen=len(rounds), looks=looks)

    @property
    def shares(self) -> list[float]:
        """Share of the final evidence at each look, without looks that know nothing."""
        return [evidence / self.final for evidence in self.evidence if evidence > 0]


def _score_and_evidence(anchors: Anchors) -> tuple[float, float]:
    if len(anchors.lag) == 0:
        return 0.0, 0.0
    lag, difference = anchors.lag.astype(np.float64), anchors.difference
    place = np.unique(anchors.reference, return_inverse=True)[1]
    # 2 / (k + 1) for k anchors of one reference; 1 for a reference used once.
    shared = 2 / (np.bincount(place) + 1)
    lags, differences = sums(place, lag), sums(place, difference)
    score = 2 * float(lag @ difference) - float(shared @ (lags * differences))
    evidence = 2 * float(lag @ lag) - float(shared @ lags**2)
    return score, evidence


def _still_to_come(anchors: Anchors, *, seen: int, looks: int) -> float:
    """Evidence of the rounds of the series that are still to come, were they as those so far."""
    if seen == 0 or seen >= looks or len(anchors.lag) == 0:
        return 0.0
    last = anchors.lag[anchors.round == anchors.round.max()]
    further = np.arange(1, looks - seen + 1)
    squares = (last[:, np.newaxis] + further) ** 2
    return len(anchors.lag) / seen * float(squares.mean(axis=0).sum())


def _limits(whole: _Series, each: list[_Series], *, df: float) -> tuple[float, float]:
    """Limits of the panel and of the moderators; NaN where nothing can ring."""
    paths = [one.shares for one in each if one.shares]
    if np.isnan(df) or not paths:
        return nan, nan
    if len(paths) == 1:
        alone = boundary(paths, error=ANCHOR_RULE.error, df=df)
        return alone, alone
    half = ANCHOR_RULE.error / 2
    return boundary([whole.shares], error=half, df=df), boundary(paths, error=half, df=df)


def _drift(series: _Series, *, noise: Noise, limit: float, level: float) -> Drift:
    sigma = noise.difference.value
    per_round = _slope(series, noise=noise, level=level)
    in_all = scaled(per_round, max(series.longest, 1), method=per_round.method)
    joint = _joint(series, in_all, sigma=sigma, limit=limit)
    looks = tuple(
        Look(
            round=number,
            anchors=anchors,
            share=evidence / series.final,
            total=score / (sigma * sqrt(series.final)),
        )
        for number, anchors, score, evidence in zip(
            series.rounds, series.anchors, series.score, series.evidence, strict=True
        )
        if evidence > 0
    )
    ringing = [
        look
        for look in looks
        if look.anchors >= ANCHOR_RULE.fewest_anchors and abs(look.total) > limit
    ]
    return Drift(
        moderator=series.moderator,
        anchors=series.anchors[-1] if series.anchors else 0,
        rounds=series.longest,
        per_round=per_round,
        in_all=in_all,
        joint=joint,
        looks=looks,
        limit=limit,
        rang_in=ringing[0].round if ringing else NEVER,
        verdict=_verdict(ringing, in_all),
    )


def _slope(series: _Series, *, noise: Noise, level: float) -> Estimate:
    method = "slope through 0 by generalised least squares"
    anchors = series.anchors[-1] if series.anchors else 0
    people = 0 if series.moderator == PANEL else 1
    if not noise.difference.is_estimable or anchors == 0:
        why = noise.difference.why_not if anchors else "no anchor came back"
        return Estimate.not_estimable(
            why, method=method, level=level, cases=anchors, auditors=people
        )
    evidence = series.evidence[-1]
    value, se = series.score[-1] / evidence, noise.difference.value / sqrt(evidence)
    quantile = t_quantile(level, df=noise.df) if noise.df < 1e6 else normal_quantile(level)
    return Estimate(
        value=value,
        low=value - quantile * se,
        high=value + quantile * se,
        level=level,
        cases=anchors,
        auditors=people,
        method=method,
        se=se,
        df=noise.df if noise.df < 1e6 else nan,
    )


def _joint(series: _Series, in_all: Estimate, *, sigma: float, limit: float) -> Estimate:
    """Repeated interval: all drifts that this look would not have rung for."""
    if not in_all.is_estimable:
        return in_all
    # |Z| √share > limit is |slope| > limit σ √final / evidence.
    half = limit * sigma * sqrt(series.final) / series.evidence[-1] * series.longest
    return Estimate(
        value=in_all.value,
        low=in_all.value - half,
        high=in_all.value + half,
        level=1 - ANCHOR_RULE.error,
        cases=in_all.cases,
        auditors=in_all.auditors,
        method="interval for all looks and moderators together",
    )


def _verdict(ringing: list[Look], in_all: Estimate) -> AnchorVerdict:
    if ringing:
        return AnchorVerdict.KINDER if ringing[0].total > 0 else AnchorVerdict.HARSHER
    if not in_all.has_interval or in_all.cases < ANCHOR_RULE.fewest_anchors:
        return AnchorVerdict.TOO_FEW
    if (in_all.high - in_all.low) / 2 > ANCHOR_RULE.drift:
        return AnchorVerdict.TOO_FEW
    return AnchorVerdict.NO_DRIFT

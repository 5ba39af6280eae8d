"""Whether moderators drifted, by anchors, and how far their own readings scatter, by retests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.core.arrays import Floats, Ints
from qaf_analysis.stats.moderation.anchors import (
    NEVER,
    AnchorDrift,
    Anchors,
    Drift,
    anchor_drift,
    series_of,
)
from qaf_analysis.stats.moderation.noise import (
    Noise,
    double_noise,
    mean_difference,
    retest_noise,
    scaled,
)
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.names import Role
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.verdicts import ANCHOR_RULE, AnchorVerdict
from qaf_analysis.topics.moderators.analysis.readings import (
    ModeratorReadings,
    Pairs,
    moderator_codes,
    moderator_readings,
    own_pairs,
    reread_domains,
)

NO_ANCHOR = "no moderator read a case of an earlier round again"


@dataclass(frozen=True, kw_only=True)
class DriftFound:
    """What anchors say of the panel, or of one moderator.

    Parameters
    ----------
    anchors, rounds : int
        Anchors used, and rounds between the two readings of the oldest.
    per_round : Estimate
        In grades, positive = kinder.
    in_all : Estimate
        Over ``rounds`` rounds, with the interval that holds for all looks and moderators together.
    rang_in : str
        Round that showed it first; empty if none did.
    verdict : AnchorVerdict
    """

    anchors: int
    rounds: int
    per_round: Estimate
    in_all: Estimate
    rang_in: str
    verdict: AnchorVerdict


@dataclass(frozen=True, kw_only=True)
class ModeratorDrift:
    """The drift of one moderator, who stands here by code."""

    moderator: str
    found: DriftFound


@dataclass(frozen=True, kw_only=True)
class RetestNoise:
    """How far readings of one case scatter.

    Parameters
    ----------
    reading : Estimate
        Standard deviation of one reading within a case, in grades.
    exact : Estimate
        Share of single grades that came out the same again.
    cases : int
        Read twice by one person, one round apart.
    by_two : bool
        Whether, for want of such cases, it is taken from cases that two moderators read.
    reservation : str
    """

    reading: Estimate
    exact: Estimate
    cases: int
    by_two: bool
    reservation: str


@dataclass(frozen=True, kw_only=True, eq=False)
class ReadAgain:
    """Anchors and retests as numbers, and what they say.

    ``earliest`` and ``latest`` are the places of the rounds that the anchors of the series span.
    """

    rounds: tuple[str, ...]
    raters: tuple[str, ...]
    drift: AnchorDrift
    noise: Noise
    by_two: bool
    earliest: int
    latest: int
    first_round: str
    known: int
    alone: int


def read_again(readings: ModeratorReadings) -> ReadAgain:
    """Anchors of the latest series of rounds, and the noise that they are judged by."""
    anchors = own_pairs(readings, Role.ANCHOR, nearest=False)
    retests = own_pairs(readings, Role.RETEST, nearest=True)
    noise = retest_noise(retests.earlier, retests.now, moderator=_numbers(retests.rater))
    double = noise
    if anchors.place and not noise.difference.is_estimable:
        double = _noise_of_two(readings)
    by_two = double is not noise and double.difference.is_estimable
    places = np.array(anchors.place, dtype=np.int64)
    series = series_of(places)
    now = series == series.max(initial=0)
    raters = tuple(sorted(set(anchors.rater)))
    drift = anchor_drift(_anchors(anchors).where(now), noise=double if by_two else noise)
    before = np.array(anchors.before, dtype=np.int64)[now]
    return ReadAgain(
        rounds=readings.rounds,
        raters=raters,
        drift=drift,
        noise=double if by_two else noise,
        by_two=by_two,
        earliest=int(before.min(initial=len(readings.rounds))),
        latest=int(places[now].max(initial=-1)),
        first_round=readings.rounds[int(places[now].min())] if now.any() else "",
        known=anchors.known + retests.known,
        alone=anchors.alone + retests.alone,
    )


def _numbers(raters: Sequence[str]) -> Ints:
    return np.unique(np.array(raters, dtype=str), return_inverse=True)[1].astype(np.int64)


def _anchors(pairs: Pairs) -> Anchors:
    place, before = (np.array(each, dtype=np.int64) for each in (pairs.place, pairs.before))
    reference = [f"{r} {a} {b}" for r, a, b in
                 zip(pairs.rater, pairs.audit_id, pairs.before, strict=True)]  # fmt: skip
    return Anchors(
        difference=mean_difference(pairs.now, pairs.earlier) if len(place) else np.zeros(0),
        lag=place - before,
        round=place,
        moderator=_numbers(pairs.rater),
        reference=_numbers(reference),
    )


def _noise_of_two(readings: ModeratorReadings) -> Noise:
    """Scatter between two moderators' readings of one case: as much as one person's, or more."""
    rows = readings.moderated
    rows = rows[rows["blind"] & rows["domain"].isin(reread_domains(readings))]
    wide = rows.pivot_table(
        index=["audit_id", "place", "rater"], columns="domain", values="grade", aggfunc="first"
    )
    wide = wide.astype(np.float64)
    order = wide.reset_index()
    number = order.groupby(["audit_id", "place"], sort=False).cumcount()
    key = ["audit_id", "place"]
    both = order[number == 0].merge(order[number == 1], on=key, suffixes=("", " second"))
    names = list(wide.columns)
    people = _numbers([*both["rater"], *both["rater second"]])
    return double_noise(
        both[names].to_numpy(np.float64),
        both[[f"{name} second" for name in names]].to_numpy(np.float64),
        reader=people[: len(both)],
        other=people[len(both) :],
    )


def drift_found(drift: Drift, rounds: Sequence[str]) -> DriftFound:
    """A drift in the words of the report."""
    return DriftFound(
        anchors=drift.anchors,
        rounds=drift.rounds,
        per_round=drift.per_round,
        in_all=drift.joint,
        rang_in="" if drift.rang_in == NEVER else rounds[drift.rang_in],
        verdict=drift.verdict,
    )


def by_moderator(again: ReadAgain) -> tuple[ModeratorDrift, ...]:
    """Drift of each moderator who read anchors, in the order of their codes."""
    codes = moderator_codes(again.raters)
    found = [
        ModeratorDrift(
            moderator=codes[again.raters[one.moderator]], found=drift_found(one, again.rounds)
        )
        for one in again.drift.moderators
    ]
    return tuple(sorted(found, key=lambda one: one.moderator))


def noise_found(again: ReadAgain) -> RetestNoise:
    """The noise of a reading in the words of the report."""
    noise = again.noise
    return RetestNoise(
        reading=noise.reading,
        exact=noise.exact,
        cases=noise.pairs,
        by_two=again.by_two,
        reservation=noise.reservation,
    )


@dataclass(frozen=True, kw_only=True)
class ReaderDrift:
    """How far moderators drifted between two spells of moderation.

    Parameters
    ----------
    change : Estimate
        In grades, positive = kinder in the later one.
    rounds : float
        Rounds that lie between them on average; NaN where it cannot be told.
    """

    change: Estimate
    rounds: float


def reader_drift(
    audits: Audits, *, quarter: Quarter, first: pd.DataFrame, last: pd.DataFrame
) -> ReaderDrift:
    """What anchors say of moderators between the moderations that a trend rests on.

    Parameters
    ----------
    audits : Audits
    quarter : Quarter
    first, last : DataFrame
        Moderations of either spell: audit_id, moderator.

    Returns
    -------
    ReaderDrift
        The panel's drift a round times the rounds between, where anchors span them.
    """
    readings = moderator_readings(audits, quarter)
    if readings.again.empty:
        return _untold(NO_ANCHOR)
    again = read_again(readings)
    panel = again.drift.panel
    if not panel.anchors:
        return _untold(NO_ANCHOR)
    means = [_mean_place(readings, each) for each in (first, last)]
    if any(np.isnan(mean) for mean in means):
        return _untold("the rounds of the two years are not known")
    if again.earliest > means[0] or again.latest < means[1]:
        return _untold("the cases read again do not reach over both years", cases=panel.anchors)
    between = means[1] - means[0]
    if not panel.per_round.has_interval or panel.anchors < ANCHOR_RULE.fewest_anchors:
        few = f"{panel.anchors} cases were read again; at least {ANCHOR_RULE.fewest_anchors} are"
        why = panel.per_round.why_not or f"{few} needed"
        return _untold(why, cases=panel.anchors)
    change = scaled(panel.per_round, between, method=panel.per_round.method)
    return ReaderDrift(change=change, rounds=between)


def _untold(why_not: str, *, cases: int = 0) -> ReaderDrift:
    return ReaderDrift(
        change=Estimate.not_estimable(why_not, method="anchors", cases=cases), rounds=nan
    )


def _mean_place(readings: ModeratorReadings, moderations: pd.DataFrame) -> float:
    places = readings.moderated.drop_duplicates(["audit_id", "rater"])
    which = moderations[["audit_id", "moderator"]].drop_duplicates().astype(object)
    both = which.rename(columns={"moderator": "rater"}).merge(places, on=["audit_id", "rater"])
    numbers: Floats = both["place"].to_numpy(np.float64)
    return float(numbers.mean()) if len(numbers) else nan

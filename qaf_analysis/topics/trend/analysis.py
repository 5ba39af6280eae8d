"""Is the trend in grades practice, another mix of auditors, or auditors who became kinder?"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.core.arrays import Floats
from qaf_analysis.stats.trend.auditor_mix import OutsideLeniency
from qaf_analysis.stats.trend.decomposition import (
    TrendSplit,
    practice_less,
    trend_split,
    untold_split,
)
from qaf_analysis.stats.trend.moderator_steadiness import ModeratorSteadiness
from qaf_analysis.stats.trend.period_level import PeriodLevel, period_levels
from qaf_analysis.stats.trend.two_phase import ModeratedPeriod
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.names import Selection
from qaf_analysis.terms.quarter import Quarter, rolling_year
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.terms.settings import Settings
from qaf_analysis.terms.verdicts import SelectionRefusal
from qaf_analysis.topics.common.eras import new_scale, why_no_earlier_period
from qaf_analysis.topics.common.leniency import AuditorLeniency
from qaf_analysis.topics.common.moderation_record import (
    ModerationRows,
    copied_grades,
    moderation_rows,
)
from qaf_analysis.topics.common.scope import (
    LeftOut,
    Scope,
    in_quarters,
    known_at,
    period_words,
    span_words,
)
from qaf_analysis.topics.moderators.analysis.drift import ReaderDrift, reader_drift
from qaf_analysis.topics.optimism.analysis.gaps import (
    Readings,
    beside_moderators,
    moderated_audits,
    readings_of,
)
from qaf_analysis.topics.optimism.analysis.moderator_checks import limitations_of, steadiness_of


@dataclass(frozen=True, kw_only=True)
class YearLevel:
    """Level of one year, for the picture of the trend."""

    period: str
    last: Quarter
    audits: int
    moderated: int
    grade: PeriodLevel
    good: PeriodLevel


@dataclass(frozen=True, kw_only=True)
class PracticeByAnchors:
    """What cases that moderators read again say of a change in practice.

    Parameters
    ----------
    readers : ReaderDrift
        How far moderators themselves drifted between the two years.
    practice : Estimate
        Change in practice less that, in grades.
    """

    readers: ReaderDrift
    practice: Estimate


@dataclass(frozen=True, kw_only=True)
class TrueTrend:
    """The change in routine audits' overall grades from the first year to the latest, split.

    ``grade`` is in grades, ``good`` in the positive share. ``verdict`` is that of the mean
    grade. ``limitations`` say in plain words what the split cannot allow for.
    ``anchored`` is practice without moderators' own drift; None where practice cannot be told.
    """

    scope: Scope
    first_period: str
    last_period: str
    moderated_first: int
    moderated_last: int
    verdict: str
    scale: ScaleWords
    grade: TrendSplit
    good: TrendSplit
    years: tuple[YearLevel, ...]
    steadiness: ModeratorSteadiness
    limitations: tuple[str, ...]
    anchored: PracticeByAnchors | None = None


def true_trend(
    audits: Audits,
    *,
    quarter: Quarter,
    leniency: AuditorLeniency | None = None,
    good_leniency: AuditorLeniency | None = None,
) -> TrueTrend:
    """Split the change from the first year of audits to the year up to a quarter.

    Parameters
    ----------
    audits : Audits
    quarter : Quarter
        Last quarter of the latest year.
    leniency, good_leniency : AuditorLeniency, optional
        What is known of auditors from double-graded audits, in grades and in the positive
        share. It must not rest on moderated audits, which count here already.
    """
    known = known_at(audits, quarter)
    latest, first = known.periods.last_year, known.periods.every[0]
    windows = known.periods.first_year(before=latest[0]), latest
    grades = known.of_headline(known.grades)
    every = beside_moderators(grades, known.audits)
    population = grades.assign(auditor=pd.factorize(grades["rater"], sort=True)[0])
    readings = readings_of(known, every)
    settled = [readings.settled(window) for window in windows]
    copied, rows = copied_grades(known.audits), moderation_rows(known.audits)
    settings = known.audits.settings
    refusal = _refusal(
        known.domain, population, windows, readings=readings, rows=rows, settings=settings
    )
    refusal = copied or refusal or next((one.no_profile for one in settled if one.no_profile), "")
    read = [one.rows for one in settled]
    periods = [_period(population, *one) for one in zip(read, windows, strict=True)]
    scale = settings.scale
    codes = np.arange(scale.n_levels)
    worth = codes.astype(np.float64), (codes >= scale.good_from).astype(np.float64)
    names = sorted(population["rater"].unique())
    splits = [
        _split(periods[0], periods[1], values, refusal=refusal, outside=_outside(given, names))
        for values, given in zip(worth, (leniency, good_leniency), strict=True)
    ]
    # Copied grades show nothing of moderators either: none counts as read without sight of them.
    steadiness = steadiness_of(
        every.assign(blind=False) if copied else every,
        *read,
        tolerance=settings.optimism_limits.tolerance,
    )
    return TrueTrend(
        scope=_scope(
            settings.council, quarter, windows, population=population, every=every, read=read
        ),
        first_period=span_words(windows[0]),
        last_period=span_words(windows[1]),
        moderated_first=len(read[0]),
        moderated_last=len(read[1]),
        verdict=splits[0].verdict,
        scale=scale.words,
        grade=splits[0],
        good=splits[1],
        years=_years(first, quarter, population, readings, withheld=copied),
        steadiness=steadiness,
        limitations=limitations_of(*read, steadiness=steadiness),
        anchored=_anchored(splits[0].practice, known.audits, quarter, read),
    )


def _anchored(
    practice: Estimate, audits: Audits, quarter: Quarter, read: list[pd.DataFrame]
) -> PracticeByAnchors | None:
    if not practice.has_interval:
        return None
    readers = reader_drift(audits, quarter=quarter, first=read[0], last=read[1])
    return PracticeByAnchors(readers=readers, practice=practice_less(practice, readers.change))


def _period(
    population: pd.DataFrame, chosen: pd.DataFrame, window: list[Quarter]
) -> ModeratedPeriod:
    audits = in_quarters(population, window).drop_duplicates("audit_id").reset_index(drop=True)
    place = pd.Series(audits.index, index=audits["audit_id"])
    read = chosen.drop_duplicates("audit_id")
    return ModeratedPeriod(
        grade=audits["grade"].to_numpy(np.int64),
        auditor=audits["auditor"].to_numpy(np.int64),
        moderated=place.loc[read["audit_id"]].to_numpy(np.int64),
        moderation_grade=read["moderation_grade"].to_numpy(np.int64),
        selection_probability=read["selection_probability"].to_numpy(np.float64),
    )


def _split(
    first: ModeratedPeriod,
    last: ModeratedPeriod,
    values: Floats,
    *,
    refusal: str,
    outside: OutsideLeniency | None,
) -> TrendSplit:
    # Without a single grade of each audit there is no mean either: any of its grades would do.
    if refusal == SelectionRefusal.NO_SINGLE_GRADE or min(len(first.grade), len(last.grade)) < 2:
        return untold_split(refusal or "a year has fewer than two graded audits")
    return trend_split(first, last, values=values, outside=outside, refusal=refusal)


def _refusal(
    domain: str | None,
    population: pd.DataFrame,
    windows: tuple[list[Quarter], list[Quarter]],
    *,
    readings: Readings,
    rows: ModerationRows,
    settings: Settings,
) -> str:
    if not windows[0]:
        if new_scale(settings) is not None:
            return why_no_earlier_period(settings, "whole year")
        return "there is only one year of audits, so nothing can be compared"
    if domain is None or population["audit_id"].duplicated().any():
        return SelectionRefusal.NO_SINGLE_GRADE
    for words, window in zip(("the first year", "the latest year"), windows, strict=True):
        read = in_quarters(readings.pairs, window)
        if read.empty:
            return rows.lost(of=words) or f"no audit of {words} was moderated"
        counting = readings.with_chance(read).empty
        if counting and (read["selected_by"] == Selection.UNKNOWN).all():
            return f"how cases of {words} were chosen for moderation is not recorded"
        if counting:
            return f"cases of {words} were picked for moderation by risk, none by chance"
    return ""


def _outside(given: AuditorLeniency | None, names: list[str]) -> OutsideLeniency | None:
    """Leniency by the numbers that auditors have here; those who did no routine audit fall out."""
    if given is None:
        return None
    numbers = {name: number for number, name in enumerate(names)}
    ours = [place for place, name in enumerate(given.auditors) if name in numbers]
    return OutsideLeniency(
        auditor=np.array([numbers[given.auditors[place]] for place in ours], dtype=np.int64),
        leniency=given.leniency[ours],
        covariance=given.covariance[np.ix_(ours, ours)],
        shrunk_to=given.shrunk_to,
    )


def _years(
    first: Quarter,
    quarter: Quarter,
    population: pd.DataFrame,
    readings: Readings,
    *,
    withheld: str,
) -> tuple[YearLevel, ...]:
    """Years counted back from the quarter; the earliest may be shorter."""
    years: list[YearLevel] = []
    last = quarter
    while last >= first and not population["audit_id"].duplicated().any():
        window = [q for q in rolling_year(last) if q >= first]
        audits, settled = in_quarters(population, window), readings.settled(window)
        if len(audits):
            moderated = replace(
                moderated_audits(
                    settled.rows, audits, scale=readings.scale, no_profile=settled.no_profile
                ),
                withheld=withheld,
            )
            grade, good = period_levels(
                audits["grade"].to_numpy(np.int64),
                audits["auditor"].to_numpy(np.int64),
                moderated=moderated,
            )
            years.append(
                YearLevel(
                    period=period_words(window),
                    last=last,
                    audits=len(audits),
                    moderated=len(settled.rows),
                    grade=grade,
                    good=good,
                )
            )
        last = last.next(-4)
    return tuple(reversed(years))


def _scope(
    council: str,
    quarter: Quarter,
    windows: tuple[list[Quarter], list[Quarter]],
    *,
    population: pd.DataFrame,
    every: pd.DataFrame,
    read: list[pd.DataFrame],
) -> Scope:
    both = [*windows[0], *windows[1]]
    graded_audits = in_quarters(population, both)["audit_id"].nunique()
    found, chosen = in_quarters(every, both), pd.concat(read)
    other = found[~found["audit_id"].isin(chosen["audit_id"])].drop_duplicates("audit_id")
    out = [
        LeftOut(reason="not moderated", records=graded_audits - found["audit_id"].nunique()),
        *(
            LeftOut(reason=f"{why} only", records=int(n))
            for why, n in sorted(other["group"].value_counts(sort=False).items())
        ),
    ]
    return Scope(
        council=council,
        quarter=quarter,
        first=both[0],
        last=both[-1],
        period=" and ".join(period_words(window) for window in windows if window),
        unit="moderated audits chosen by a recorded chance",
        used=chosen["audit_id"].nunique(),
        left_out=tuple(gone for gone in out if gone.records),
    )

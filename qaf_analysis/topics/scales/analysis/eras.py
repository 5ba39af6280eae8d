"""Each era of the scale by itself: its words, its audits, and how they were graded in them.

An era's audits are graded on its own scale. Nothing here sets one era against another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.optimism.headline import good_as_audited
from qaf_analysis.terms.eras import Era, in_words, time_in_use
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.topics.common.eras import in_use
from qaf_analysis.topics.common.scope import in_quarters, period_words, routine_grades

LAST_YEAR = 4
"""Quarters of an era that its share rests on, unless the settings ask for all."""


@dataclass(frozen=True, kw_only=True)
class PeriodShare:
    """Positive share of one quarter, or one month, which lies in ``quarter``."""

    label: str
    quarter: Quarter
    audits: int
    positive: Estimate


@dataclass(frozen=True, kw_only=True)
class AreaInEra:
    """How one era's audits were graded in one area.

    Parameters
    ----------
    area : str
    period : str
        What ``counts`` and ``positive`` are of.
    counts : tuple of int
        Audits of each level, worst first.
    positive : Estimate
    by_time : tuple of PeriodShare
        Every quarter of the era, or every month.
    """

    area: str
    period: str
    counts: tuple[int, ...]
    positive: Estimate
    by_time: tuple[PeriodShare, ...]

    @property
    def audits(self) -> int:
        """Number of audits in the period."""
        return sum(self.counts)


@dataclass(frozen=True, kw_only=True)
class EraTold:
    """One era of the scale.

    Parameters
    ----------
    name : str
        Name of the scale in the settings.
    words : ScaleWords
    in_use : str
        When it was in use, in words.
    since : str
        Its first day in words; empty where it has been in use from the start.
    period : str
        Quarters with audits, in words.
    audits : int
        Routine audits that were graded on it.
    areas : tuple of AreaInEra
    """

    name: str
    words: ScaleWords
    in_use: str
    since: str
    period: str
    audits: int
    areas: tuple[AreaInEra, ...]

    def area(self, name: str) -> AreaInEra:
        """Return one of its areas."""
        return next(area for area in self.areas if area.area == name)


@dataclass(frozen=True, kw_only=True, eq=False)
class EraAudits:
    """One era's audits, picked once.

    Parameters
    ----------
    era : Era
    grades : DataFrame
        Auditors' grades of routine audits on the era's own scale, one row an audit and area,
        beside the audit's own columns.
    quarters : list of Quarter
        From its first audit on; up to its last, or to the quarter reported in the latest era.
    """

    era: Era
    grades: pd.DataFrame
    quarters: list[Quarter]

    def of(self, area: str) -> pd.DataFrame:
        """Grades in one area."""
        return self.grades[self.grades["domain"] == area]

    def last_year(self, *, window: str, reach: Iterable[Quarter] = ()) -> list[Quarter]:
        """Quarters that its share rests on: the last four, and further back as asked for.

        Parameters
        ----------
        window : {"rolling_year", "all"}
        reach : iterable of Quarter
            Quarters that must be among them.
        """
        if window == "all":
            return self.quarters
        first = min((*self.quarters[-LAST_YEAR:], *reach))
        return [quarter for quarter in self.quarters if quarter >= first]


def eras_with_audits(known: Audits, *, quarter: Quarter) -> tuple[EraAudits, ...]:
    """Eras that have graded routine audits by the quarter reported, in order.

    Parameters
    ----------
    known : Audits
        The council with every scale, without later quarters.
    quarter : Quarter
        The quarter reported on.
    """
    grades = routine_grades(known).sort_values(["audit_id", "domain", "rater"])
    grades = grades.drop_duplicates(["audit_id", "domain"])
    found = []
    for era in known.settings.all_eras:
        ids = known.audits.loc[in_use(known, era), "audit_id"]
        ours = grades[grades["audit_id"].isin(ids) & (grades["scale"] == era.scale.name)]
        if len(ours):
            found.append((era, ours.reset_index(drop=True)))
    return tuple(
        EraAudits(era=era, grades=rows, quarters=_quarters(rows, quarter, is_last=place == 0))
        for place, (era, rows) in reversed(list(enumerate(reversed(found))))
    )


def era_told(ours: EraAudits, known: Audits, *, areas: tuple[str, ...]) -> EraTold:
    """Tell one era by its own words.

    Parameters
    ----------
    ours : EraAudits
    known : Audits
        The council with every scale, without later quarters.
    areas : tuple of str
        Domains that headlines are about.
    """
    era, settings = ours.era, known.settings
    eras = settings.all_eras
    return EraTold(
        name=era.scale.name,
        words=era.scale.words,
        in_use=time_in_use(eras, era),
        since=in_words(era.first) if era.first else "",
        period=period_words(ours.quarters),
        audits=int(ours.grades["audit_id"].nunique()),
        areas=tuple(_area(ours, area, window=settings.window, by=_by(known)) for area in areas),
    )


def positive_share(grades: pd.DataFrame, *, good_from: int) -> Estimate:
    """Positive share of audits with its interval, auditors as clusters."""
    return good_as_audited(
        grades["grade"].to_numpy(dtype=np.int64),
        good_from=good_from,
        auditor=pd.factorize(grades["rater"], sort=True)[0].astype(np.int64),
        audits=grades["audit_id"].nunique(),
    )


def shares_by_time(
    grades: pd.DataFrame, *, by: str, quarters: list[Quarter], good_from: int
) -> tuple[PeriodShare, ...]:
    """Positive share of every quarter, or every month, of an era.

    Parameters
    ----------
    grades : DataFrame
        Of one area.
    by : {"quarter", "month"}
    quarters : list of Quarter
        Quarters of the era; those without audits are named too.
    good_from : int
    """
    if by == "quarter":
        parts = [(str(one), one, in_quarters(grades, [one])) for one in quarters]
    else:
        months = grades["audit_date"].dt.to_period("M")
        span = pd.period_range(months.min(), months.max(), freq="M") if len(months) else ()
        parts = [
            (month.strftime("%b %Y"), Quarter.of(month.start_time.date()), grades[months == month])
            for month in span
        ]
    return tuple(
        PeriodShare(
            label=label,
            quarter=one,
            audits=int(rows["audit_id"].nunique()),
            positive=positive_share(rows, good_from=good_from),
        )
        for label, one, rows in parts
    )


def _area(ours: EraAudits, area: str, *, window: str, by: str) -> AreaInEra:
    scale, grades = ours.era.scale, ours.of(area)
    quarters = ours.last_year(window=window)
    last = in_quarters(grades, quarters)
    counts = np.bincount(last["grade"].to_numpy(dtype=np.int64), minlength=scale.n_levels)
    return AreaInEra(
        area=area,
        period=period_words(quarters),
        counts=tuple(int(n) for n in counts),
        positive=positive_share(last, good_from=scale.good_from),
        by_time=shares_by_time(grades, by=by, quarters=ours.quarters, good_from=scale.good_from),
    )


def _by(known: Audits) -> str:
    return "month" if known.settings.months else "quarter"


def _quarters(grades: pd.DataFrame, reported: Quarter, *, is_last: bool) -> list[Quarter]:
    held = [Quarter.parse(text) for text in grades["quarter"].unique()]
    return quarters_between(min(held), max(reported, *held) if is_last else max(held))

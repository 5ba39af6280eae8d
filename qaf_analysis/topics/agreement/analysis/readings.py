"""Auditors' readings of the same audits: which count, over which quarters, and as which numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.terms.names import AUDITING_ROLES
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.auditor_codes import auditor_codes
from qaf_analysis.topics.common.scope import (
    LeftOut,
    Scope,
    graded,
    headline_domain,
    headline_quarters,
    period_words,
    routine,
    up_to,
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Readings:
    """What agreement rests on, selected once.

    Parameters
    ----------
    scope : Scope
    levels : tuple of str
        The scale, worst first.
    every : DataFrame
        Auditors' grades in the headline domain (in all domains, where audits carry no headline
        grade) of all quarters, blind or not.
    double : DataFrame
        Those of the headline period that count, of audits that two or more auditors graded.
    ratings : Ratings
        All that count in the headline period, as numbers.
    codes : tuple of str
        Code by which each auditor number of ``ratings`` stands in a report.
    year, auditors : int
        Routine audits of the headline period, whether they carry a grade or not, and the
        auditors who graded then.
    """

    scope: Scope
    levels: tuple[str, ...]
    every: pd.DataFrame
    double: pd.DataFrame
    ratings: Ratings
    codes: tuple[str, ...]
    year: int
    auditors: int

    @property
    def every_blind(self) -> Ratings:
        """All that count of all quarters, as numbers."""
        return as_ratings(blind_readings(self.every)[0], len(self.levels))

    @classmethod
    def of(cls, audits: Audits, quarter: Quarter) -> Readings:
        """Select the readings of the headline period up to a quarter."""
        known = up_to(audits, quarter)
        domain, window = headline_domain(known), headline_quarters(known, quarter)
        every = graded(known, domain=domain, roles=AUDITING_ROLES)
        names = [str(q) for q in window]
        usable, not_blind = blind_readings(every[every["quarter"].isin(names)])
        double = double_readings(usable)
        once = _units(usable) - _units(double)
        left_out = (
            LeftOut(reason="graded by one auditor only", records=once),
            LeftOut(reason="second readings that were not blind", records=not_blind),
        )
        return cls(
            levels=known.settings.scale.levels,
            every=every,
            double=double,
            ratings=as_ratings(usable, known.settings.scale.n_levels),
            codes=_codes(usable, among=every),
            auditors=int(every.loc[every["quarter"].isin(names), "rater"].nunique()),
            year=len(routine(known.audits[known.audits["quarter"].isin(names)])),
            scope=Scope(
                council=known.settings.council,
                quarter=quarter,
                first=window[0],
                last=window[-1],
                period=period_words(window),
                unit="audits graded by two or more auditors" if domain else "double domain grades",
                used=_units(double),
                left_out=tuple(gone for gone in left_out if gone.records),
            ),
        )


def _units(readings: pd.DataFrame) -> int:
    return int(readings.groupby(["audit_id", "domain"]).ngroups)


def _codes(usable: pd.DataFrame, *, among: pd.DataFrame) -> tuple[str, ...]:
    """Codes in the order in which ``as_ratings`` numbers auditors."""
    codes = auditor_codes(among["rater"])
    return tuple(codes[rater] for rater in pd.factorize(usable["rater"], sort=True)[1])


def blind_readings(ratings: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Ratings without second readings known not to be blind, and how many those are."""
    second = ratings["role"] == "second_auditor"
    not_blind = second & ratings["blind"].eq(False).fillna(False)
    return ratings[~not_blind], int(not_blind.sum())


def double_readings(ratings: pd.DataFrame) -> pd.DataFrame:
    """Ratings of audits and domains that two or more auditors graded."""
    raters = ratings.groupby(["audit_id", "domain"])["rater"].transform("nunique")
    return ratings[raters >= 2]


def as_ratings(grades: pd.DataFrame, n_levels: int) -> Ratings:
    """Ratings by number; audits graded once stay in, for they tell how common each grade is."""
    grades = grades.drop_duplicates(["audit_id", "domain", "rater"])
    units = grades.groupby(["audit_id", "domain"], sort=True).ngroup()
    return Ratings(
        audit=np.asarray(units, dtype=np.int64),
        auditor=pd.factorize(grades["rater"], sort=True)[0].astype(np.int64),
        grade=grades["grade"].to_numpy(dtype=np.int64),
        n_levels=n_levels,
        cluster=pd.factorize(grades["audit_id"], sort=True)[0].astype(np.int64),
    )

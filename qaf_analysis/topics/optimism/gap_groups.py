"""Auditors against moderators in one group of moderated audits, or in one quarter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.stats.optimism.paired import mean_gap, over_rate, under_rate
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.optimism.moderated import first_moderation

FEWEST_PAIRS = 10

Codes = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True, kw_only=True)
class GapGroup:
    """Auditor against moderator in one group of moderated audits."""

    label: str
    cases: int
    gap: Estimate
    over: Estimate
    under: Estimate


def grade_codes(pairs: pd.DataFrame) -> Codes:
    """Audit grades, moderation grades and auditors, as whole numbers."""
    return (
        pairs["audit_grade"].to_numpy(np.int64),
        pairs["moderation_grade"].to_numpy(np.int64),
        pd.factorize(pairs["auditor"], sort=True)[0].astype(np.int64),
    )


def gap_of(pairs: pd.DataFrame) -> Estimate:
    """Mean gap of moderated audits, by auditor; too few to say under ``FEWEST_PAIRS`` audits."""
    if pairs["audit_id"].nunique() < FEWEST_PAIRS:
        few = pairs["audit_id"].nunique()
        return Estimate.not_estimable(
            f"only {few} moderated audits can be used; at least {FEWEST_PAIRS} are needed"
            if few
            else "no audit of this period was moderated after being chosen by a recorded chance",
            method="mean gap, clustered by auditor",
            cases=few,
        )
    audit_grade, moderation_grade, auditor = grade_codes(pairs)
    return mean_gap(audit_grade, moderation_grade, auditor=auditor)


def gap_groups(pairs: pd.DataFrame, column: str) -> tuple[GapGroup, ...]:
    """One group for each word in a column, in alphabetical order."""
    return tuple(
        gap_group(str(label), first_moderation(rows))
        for label, rows in pairs.groupby(pairs[column].fillna("not recorded"), sort=True)
    )


def each_once(recent: pd.DataFrame, chosen: pd.DataFrame) -> pd.DataFrame:
    """Moderations without second ones of audits that were chosen by chance already."""
    by_other_means = recent[~recent["audit_id"].isin(chosen["audit_id"])]
    return pd.concat([chosen, by_other_means])


def gap_group(label: str, pairs: pd.DataFrame) -> GapGroup:
    """Gap and rates of one group."""
    audit_grade, moderation_grade, auditor = grade_codes(pairs)
    return GapGroup(
        label=label,
        cases=len(pairs),
        gap=gap_of(pairs),
        over=over_rate(audit_grade, moderation_grade, auditor=auditor),
        under=under_rate(audit_grade, moderation_grade, auditor=auditor),
    )


def gap_by_quarter(pairs: pd.DataFrame) -> tuple[GapGroup, ...]:
    """Moderation exercises in order of time, each labelled by the quarter it was done in."""
    done = pairs["moderated_on"].dropna()
    quarters = done.map(lambda day: Quarter.of(day.date()))
    return tuple(
        gap_group(str(quarter), first_moderation(pairs.loc[rows.index]))
        for quarter, rows in done.groupby(quarters, sort=True)
    )

"""Moderated audits side by side, and the gap in a group of them.

The headline gap speaks for all audits, though grades may have been drawn with unequal chances.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.core.arrays import Floats
from qaf_analysis.stats.optimism.adjusted import AdjustedProfile
from qaf_analysis.stats.optimism.paired import mean_gap, over_rate, severe_rate, under_rate
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.names import MODERATING_ROLES, PROBABILITY_SELECTIONS, Selection
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.verdicts import OPTIMISM_RULE
from qaf_analysis.topics.common.scope import graded, headline_domain, routine

FEWEST_PAIRS = OPTIMISM_RULE.fewest_pairs
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


AS_GROUPS = {
    Selection.RANDOM.value: "chosen by chance",
    Selection.STRATIFIED.value: "chosen by chance",
    Selection.ALL.value: "chosen by chance",
    Selection.TARGETED.value: "picked by risk",
    Selection.UNKNOWN.value: "chosen in a way not recorded",
}


def moderated_pairs(audits: Audits) -> pd.DataFrame:
    """Routine audits with an auditor's and a moderator's grade of the headline domain.

    All domains count where no audit carries the headline one. The columns are those of
    ``moderated_domains``.
    """
    return _pairs(audits, headline_domain(audits))


def moderated_domains(audits: Audits) -> pd.DataFrame:
    """Routine audits with an auditor's and a moderator's grade of the same domain, every one.

    Returns
    -------
    DataFrame
        One row per audit, domain and moderator: audit_id, domain, quarter, case_type, team,
        auditor, audit_grade, moderator, moderation_grade, blind, moderation_source, round,
        moderated_on, selected_by, selection_probability, reason, response, group.
    """
    return _pairs(audits, None)


def _pairs(audits: Audits, domain: str | None) -> pd.DataFrame:
    ours = graded(audits, domain=domain)
    ours = ours[ours["audit_id"].isin(routine(audits.audits)["audit_id"])]
    ours = ours.rename(columns={"rater": "auditor", "grade": "audit_grade"})
    theirs = audits.ratings[audits.ratings["role"].isin(MODERATING_ROLES)]
    theirs = theirs.rename(columns={"rater": "moderator", "grade": "moderation_grade"})
    about = ["audit_id", "domain", "quarter", "case_type", "team", "auditor", "audit_grade"]
    pairs = ours[about].merge(
        theirs[["audit_id", "domain", "moderator", "moderation_grade", "blind"]],
        on=["audit_id", "domain"],
    )
    pairs = pairs.merge(audits.moderations, on=["audit_id", "moderator"], validate="many_to_one")
    pairs = pairs.sort_values(["moderated_on", "audit_id", "domain", "moderator"], kind="stable")
    return pairs.assign(group=pairs["selected_by"].map(AS_GROUPS)).reset_index(drop=True)


def by_chance(pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs whose case was chosen by a recorded chance."""
    return pairs[pairs["selected_by"].isin(PROBABILITY_SELECTIONS)]


def first_moderation(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the earliest moderation of each audit and domain."""
    return pairs.drop_duplicates(["audit_id", "domain"], keep="first")


def headline_gap(chosen: pd.DataFrame, population: pd.DataFrame) -> Estimate:
    """Mean gap with errors that allow for other auditors; too few to say under ten audits.

    Cases drawn by grade are no likeness of all audits, so each then weighs as many audits as it
    stands for.
    """
    plain = gap_of(chosen)
    weight = grade_weights_of(chosen, population)
    if weight is None or not plain.is_estimable:
        return plain
    audit_grade, moderation_grade, auditor = grade_codes(chosen)
    found = mean_gap(audit_grade, moderation_grade, auditor=auditor, weight=weight)
    return replace(found, cases=plain.cases)


def headline_figures(
    chosen: pd.DataFrame, population: pd.DataFrame, adjusted: AdjustedProfile
) -> tuple[Estimate, Estimate, Estimate, Estimate]:
    """Headline gap, and rates of over-, under- and severe misgrading.

    Rates are the adjusted ones where cases were drawn with unequal chances.
    """
    gap = headline_gap(chosen, population)
    unequal = grade_weights_of(chosen, population) is not None
    if gap.is_estimable and unequal and adjusted.over.is_estimable:
        return gap, adjusted.over, adjusted.under, adjusted.severe
    audit_grade, moderation_grade, auditor = grade_codes(chosen)
    over, under, severe = (
        rate(audit_grade, moderation_grade, auditor=auditor)
        for rate in (over_rate, under_rate, severe_rate)
    )
    return gap, over, under, severe


def grade_weights_of(chosen: pd.DataFrame, population: pd.DataFrame) -> Floats | None:
    """How many audits each moderated one stands for; None where all weigh alike.

    They weigh alike when every case was drawn at random with one chance. Otherwise cases of one
    auditor's grade share that grade's audits, by one over their chance where it is recorded.
    """
    chance = chosen["selection_probability"].to_numpy(np.float64)
    simple = chosen["selected_by"].isin([Selection.RANDOM, Selection.ALL]).all()
    if chosen.empty or (simple and len(np.unique(chance[~np.isnan(chance)])) <= 1):
        return None
    each = 1 / chance if not np.isnan(chance).any() else np.ones(len(chosen))
    grade = chosen["audit_grade"].to_numpy(np.int64)
    there = np.bincount(population["grade"].to_numpy(np.int64), minlength=grade.max() + 1)
    drawn = np.bincount(grade, weights=each, minlength=len(there))
    weights: Floats = each * (there / np.maximum(drawn, 1e-12))[grade]
    return weights

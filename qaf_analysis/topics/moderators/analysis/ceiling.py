"""How far two moderators agree: more than that cannot be asked of an auditor and a moderator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.agreement.kappas import gwet_ac, percent_agreement
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.names import Role
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.verdicts import CEILING_RULE
from qaf_analysis.topics.common.scope import headline_domain
from qaf_analysis.topics.moderators.analysis.readings import (
    ModeratorReadings,
    moderator_readings,
)


@dataclass(frozen=True, kw_only=True)
class PairAgreement:
    """How far two readers of the same audits agree.

    Parameters
    ----------
    audits : int
        That both read.
    exact : Estimate
        Share of pairs of grades that are the same.
    quadratic, linear : Estimate
        Gwet's AC2 with either weights.
    """

    audits: int
    exact: Estimate
    quadratic: Estimate
    linear: Estimate


@dataclass(frozen=True, kw_only=True)
class Ceiling:
    """Agreement among moderators, and of auditors with moderators on the same audits.

    Parameters
    ----------
    rounds : tuple of str
        Pooled, in order of time.
    people : int
        Moderators who read them.
    among_moderators, with_auditors : PairAgreement
    """

    rounds: tuple[str, ...]
    people: int
    among_moderators: PairAgreement
    with_auditors: PairAgreement


def human_ceiling(audits: Audits, *, quarter: Quarter) -> Ceiling:
    """Agreement in the headline domain (in all, where audits carry none), over the last rounds."""
    return ceiling_of(moderator_readings(audits, quarter))


def ceiling_of(readings: ModeratorReadings) -> Ceiling:
    """The same, of readings that were selected before.

    An audit counts where two moderators read it in one round and neither knew the auditor's grade.
    """
    domain = headline_domain(readings.audits)
    rows = readings.moderated
    rows = rows[rows["blind"] & ((rows["domain"] == domain) if domain else True)]
    unit = ["audit_id", "domain", "place"]
    rows = rows.drop_duplicates([*unit, "rater"])
    double = rows[rows.groupby(unit)["rater"].transform("nunique") >= 2]
    pooled = sorted(double["place"].unique())[-CEILING_RULE.rounds :]
    double = double[double["place"].isin(pooled)].sort_values([*unit, "rater"], kind="stable")
    levels = readings.audits.settings.scale.n_levels
    return Ceiling(
        rounds=tuple(readings.rounds[place] for place in pooled),
        people=int(double["rater"].nunique()),
        among_moderators=_agreement(double, by=unit, n_levels=levels),
        with_auditors=_agreement(
            _with_auditors(readings.audits, double), by=[*unit, "pair"], n_levels=levels
        ),
    )


def _with_auditors(audits: Audits, double: pd.DataFrame) -> pd.DataFrame:
    """Two rows for each moderator's grade: it, and the auditor's."""
    ours = audits.ratings[
        (audits.ratings["role"] == Role.AUDITOR)
        & (audits.ratings["scale"] == audits.settings.scale.name)
    ]
    ours = ours[["audit_id", "domain", "rater", "grade"]].drop_duplicates(["audit_id", "domain"])
    ours = ours.astype({"audit_id": object, "domain": object, "rater": object})
    theirs = double.assign(pair=double["rater"])
    about = ["audit_id", "domain", "place", "pair"]
    beside = theirs[about].merge(ours, on=["audit_id", "domain"])
    theirs = theirs[theirs["audit_id"].isin(beside["audit_id"])]
    # Somebody who audits and moderates is two readers.
    theirs = theirs.assign(rater="moderator " + theirs["rater"].astype(str))
    return pd.concat([theirs[[*about, "rater", "grade"]], beside], ignore_index=True)


def _agreement(rows: pd.DataFrame, *, by: list[str], n_levels: int) -> PairAgreement:
    audits = int(rows["audit_id"].nunique())
    ratings = Ratings(
        audit=np.asarray(rows.groupby(by, sort=True).ngroup(), dtype=np.int64),
        auditor=pd.factorize(rows["rater"], sort=True)[0].astype(np.int64),
        grade=rows["grade"].to_numpy(np.int64),
        n_levels=n_levels,
        cluster=pd.factorize(rows["audit_id"], sort=True)[0].astype(np.int64),
    )
    rule = CEILING_RULE
    return PairAgreement(
        audits=audits,
        exact=_from(rule.fewest, audits, lambda: percent_agreement(ratings)),
        quadratic=_from(rule.fewest, audits, lambda: gwet_ac(ratings, weights="quadratic")),
        linear=_from(rule.fewest_linear, audits, lambda: gwet_ac(ratings, weights="linear")),
    )


def _from(fewest: int, audits: int, measure: Callable[[], Estimate]) -> Estimate:
    if audits >= fewest:
        return measure()
    were = "audit was" if audits == 1 else "audits were"
    return Estimate.not_estimable(
        f"{audits} {were} read by two moderators in one round; at least {fewest} are needed",
        method="agreement",
        cases=audits,
    )

"""Councils for the tests: simulated ones, and ones stripped of what an analysis needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.simulate import example_design, null_design, simulate_council
from qaf_analysis.simulate.bundle import simulated_audits
from qaf_analysis.terms.quarter import Quarter, rolling_year
from qaf_analysis.topics.common.evidence import Evidence
from qaf_analysis.topics.common.scope import latest_quarter
from qaf_analysis.topics.registry import Results, answers
from qaf_analysis.topics.severity.analysis.headline import Severity, severity
from qaf_analysis.topics.severity.analysis.models import severity_models

LAST = Quarter(2019, 4)
AS_OF = date(2020, 6, 30)


@cache
def simulated(*, planted: bool = True, seed: int = 1):
    """A council of the example's design, with effects or without, and its truth's source.

    Drawn once for all tests of a process: change a copy, never its tables.
    """
    design = example_design() if planted else null_design(example_design())
    council = simulate_council(design, rng=np.random.default_rng(seed))
    return council, simulated_audits(council)


def keep(audits: Audits, rows) -> Audits:
    """The same council with some audits only."""
    kept = audits.audits[rows]
    ids = kept["audit_id"]
    return replace(
        audits,
        audits=kept,
        ratings=audits.ratings[audits.ratings["audit_id"].isin(ids)],
        moderations=audits.moderations[audits.moderations["audit_id"].isin(ids)],
    )


def without_moderation(audits: Audits) -> Audits:
    ours = audits.ratings["role"].isin(["auditor", "second_auditor"])
    return replace(audits, ratings=audits.ratings[ours], moderations=audits.moderations.iloc[:0])


def one_quarter(audits: Audits) -> Audits:
    return keep(audits, audits.audits["quarter"] == str(LAST))


def one_auditor(audits: Audits) -> Audits:
    ours = audits.ratings[audits.ratings["role"] == "auditor"]
    busiest = ours["rater"].value_counts().index[0]
    ids = ours.loc[ours["rater"] == busiest, "audit_id"].unique()
    few = keep(audits, audits.audits["audit_id"].isin(ids))
    ratings = few.ratings[few.ratings["role"] != "second_auditor"]
    ratings = ratings[(ratings["role"] != "auditor") | (ratings["rater"] == busiest)]
    return replace(few, ratings=ratings)


def one_grade(audits: Audits) -> Audits:
    good = audits.settings.scale.good_from
    return replace(audits, ratings=audits.ratings.assign(grade=good))


def without_overall(audits: Audits) -> Audits:
    return replace(audits, ratings=audits.ratings[audits.ratings["domain"] != "Overall"])


def one_audit(audits: Audits) -> Audits:
    return keep(audits, audits.audits["audit_id"] == audits.audits["audit_id"].iloc[-1])


def hunch_moderation(audits: Audits) -> Audits:
    return replace(
        audits,
        moderations=audits.moderations.assign(selected_by="unknown", selection_probability=np.nan),
    )


STRIPPED = {
    "no moderation": without_moderation,
    "one quarter": one_quarter,
    "one auditor": one_auditor,
    "one grade": one_grade,
    "no overall grade": without_overall,
    "one audit": one_audit,
    "hunch moderation": hunch_moderation,
}


def results_of(audits: Audits) -> Results:
    """Every result of a council, released."""
    quarter = latest_quarter(audits)
    # A year is enough for every word and table of the section on severity, and quick.
    year = keep(audits, audits.audits["quarter"].isin([str(q) for q in rolling_year(quarter)]))
    evidence = Evidence(audits=audits, quarter=quarter)
    models = severity_models(year, quarter=quarter)
    return answers(
        replace(evidence, kept={(None, severity_models): models}),
        known={Severity: severity(year, quarter=quarter, models=models)},
    )

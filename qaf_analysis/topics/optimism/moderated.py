"""Each moderated audit with the auditor's and the moderator's grade side by side."""

from __future__ import annotations

import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.terms.names import MODERATING_ROLES, PROBABILITY_SELECTIONS
from qaf_analysis.topics.common.scope import graded, headline_domain, routine

AS_GROUPS = {
    "random": "chosen by chance",
    "stratified": "chosen by chance",
    "all": "chosen by chance",
    "targeted": "picked by risk",
    "unknown": "chosen in a way not recorded",
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

"""The check list: each check of the data passed, failed, or could not run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.distinct import distinct, first_of_each, present
from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.contract.record import COPIED_CHECK, Check, FileRecord, Finding
from qaf_analysis.data.council.actions import AUDIT_CODES, DATE_CODES
from qaf_analysis.data.council.bridge import BRIDGE_CODES
from qaf_analysis.data.council.rereadings import REREADING_CODES
from qaf_analysis.terms.names import (
    AUDITING_ROLES,
    MODERATING_ROLES,
    REREADING_ROLES,
    Role,
    Selection,
)
from qaf_analysis.terms.settings import Settings

FEWEST_PAIRS = 10


def run_checks(
    audits: pd.DataFrame,
    ratings: pd.DataFrame,
    moderations: pd.DataFrame,
    *,
    settings: Settings,
    files: Sequence[FileRecord],
    findings: Sequence[Finding],
    told_twice: int,
    likely_twice: int = 0,
) -> tuple[Check, ...]:
    """Run every check.

    Parameters
    ----------
    audits, ratings, moderations : DataFrame
        The tables of the bundle.
    told_twice : int
        Audits whose rows do not agree on the team or the type of case.
    likely_twice : int
        Audits of which two graders are likely one person under two spellings.
    """
    is_bridge = (ratings["role"] == Role.BRIDGE).to_numpy(dtype=bool)
    measured = ratings["role"].isin(REREADING_ROLES).to_numpy(dtype=bool)
    ratings, again, reread = (
        ratings[~is_bridge & ~measured],
        ratings[is_bridge],
        ratings[measured],
    )
    return (
        _rows_accounted(files),
        *(_headline_present(audits, ratings, domain=d) for d in settings.judged_domains),
        _set_aside_for(
            findings,
            ("quarter_disagrees",),
            name="Every audit date lies in the quarter stated",
            noun="row",
            possible=not _lacks(findings, "quarter"),
            why_not="the export states no quarter; it was derived from the date",
        ),
        _check(
            "Every audit has one team and one type of case",
            passed=told_twice == 0,
            detail=f"{counted(told_twice, 'audit')} told in two ways; the first row stands",
        ),
        _set_aside_for(
            findings,
            ("audit_unknown",),
            name="Every moderation has its audit",
            noun="moderation row",
            possible=_has_moderations(moderations, findings),
            why_not="there are no moderations",
        ),
        _set_aside_for(
            findings,
            ("own_moderation",),
            name="Nobody moderated an own audit",
            noun="moderation row",
            possible=_has_moderations(moderations, findings),
            why_not="there are no moderations",
        ),
        _moderation_differs(ratings),
        *_on_one_scale(ratings, settings=settings),
        *_bridge_fits(again, findings, files=files),
        *_rereadings_fit(reread, findings, files=files),
        _overall_within_domains(ratings, settings=settings),
        _graded_twice(ratings),
        _graded_by_two_people(ratings, likely_twice=likely_twice),
        _selection_recorded(moderations),
        _themes_graded(audits, ratings, settings=settings),
        *_actions_fit(findings, files=files),
    )


def _bridge_fits(
    again: pd.DataFrame, findings: Sequence[Finding], *, files: Sequence[FileRecord]
) -> tuple[Check, ...]:
    """How many bridge readings there are, and whether all fit, where a file of them is declared."""
    if not any(file.kind == "bridge" for file in files):
        return ()
    aside = sum(finding.rows for finding in findings if finding.code in BRIDGE_CODES)
    blind = int(again["blind"].eq(True).sum())
    detail = (
        f"{counted(len(again), 'bridge reading')} of "
        f"{counted(again['audit_id'].nunique(), 'audit')} by "
        f"{counted(again['rater'].nunique(), 'reader')}, {blind:,} of them blind; "
        f"{counted(aside, 'row')} set aside"
    )
    name = "Every bridge reading fits an audit and is on another scale"
    return (_check(name, passed=aside == 0, detail=detail),)


def _rereadings_fit(
    reread: pd.DataFrame, findings: Sequence[Finding], *, files: Sequence[FileRecord]
) -> tuple[Check, ...]:
    """How many rereadings there are, and whether all fit, where a file of them is declared."""
    if not any(file.kind == "rereadings" for file in files):
        return ()
    aside = sum(finding.rows for finding in findings if finding.code in REREADING_CODES)
    known = reread[reread["blind"].eq(False).fillna(False).to_numpy(dtype=bool)]
    detail = (
        f"{counted(len(reread), 'grade')} of {counted(reread['audit_id'].nunique(), 'case')} by "
        f"{counted(reread['rater'].nunique(), 'moderator')}, {len(known):,} of them of a case that "
        f"was or may have been known; {counted(aside, 'row')} set aside"
    )
    name = "Every rereading by a moderator fits an audit"
    return (_check(name, passed=aside == 0, detail=detail),)


def _actions_fit(findings: Sequence[Finding], *, files: Sequence[FileRecord]) -> tuple[Check, ...]:
    declared = any(file.kind == "actions" for file in files)
    checks = (
        ("The dates of every action are in order", DATE_CODES),
        ("Every action verified by an audit has its audit", AUDIT_CODES),
    )
    return tuple(
        _set_aside_for(
            findings,
            codes,
            name=name,
            noun="action",
            possible=declared,
            why_not="no export of actions is declared",
        )
        for name, codes in checks
    )


def _check(name: str, *, passed: bool, detail: str) -> Check:
    return Check(name=name, state="passed" if passed else "failed", detail=detail)


def _could_not(name: str, why: str) -> Check:
    return Check(name=name, state="could not run", detail=why)


def _rows_accounted(files: Sequence[FileRecord]) -> Check:
    rows_in = sum(file.rows_in for file in files)
    loaded = sum(file.loaded for file in files)
    aside = sum(file.quarantined for file in files)
    no_record = sum(file.not_data for file in files)
    detail = f"{counted(rows_in, 'row')} in = {loaded:,} loaded + {aside:,} quarantined"
    if no_record:
        detail += f" + {no_record:,} that hold no record"
    return _check(
        "Every row is accounted for",
        passed=rows_in == loaded + aside + no_record,
        detail=detail,
    )


def _headline_present(audits: pd.DataFrame, ratings: pd.DataFrame, *, domain: str) -> Check:
    name = f"Every audit has a grade for {domain}"
    by_auditors = ratings[ratings["role"].isin(AUDITING_ROLES)]
    having = by_auditors.loc[by_auditors["domain"] == domain, "audit_id"].nunique()
    if having == 0:
        return _could_not(name, f"no row is of the domain {domain}")
    lacking = len(audits) - having
    detail = f"{counted(lacking, 'audit')} of {len(audits):,} without one"
    return _check(name, passed=lacking == 0, detail=detail)


def _set_aside_for(
    findings: Sequence[Finding],
    codes: Sequence[str],
    *,
    name: str,
    noun: str,
    possible: bool,
    why_not: str,
) -> Check:
    if not possible:
        return _could_not(name, why_not)
    number = sum(finding.rows for finding in findings if finding.code in codes)
    detail = f"{counted(number, noun)} set aside for it"
    return _check(name, passed=number == 0, detail=detail)


def _lacks(findings: Sequence[Finding], column: str) -> bool:
    return any(f.code == "column_absent" and f.column == column for f in findings)


def _has_moderations(moderations: pd.DataFrame, findings: Sequence[Finding]) -> bool:
    codes = ("audit_unknown", "own_moderation", "moderated_before_audit")
    return len(moderations) > 0 or any(finding.code in codes for finding in findings)


def _moderated_pairs(ratings: pd.DataFrame) -> pd.DataFrame:
    """Moderators' grades, each with that of the auditor."""
    keys = ["audit_id", "domain"]
    moderators = ratings[ratings["role"].isin(MODERATING_ROLES)]
    moderated = ratings["audit_id"].isin(moderators["audit_id"].unique())
    auditors = ratings[moderated & (ratings["role"] == "auditor")].drop_duplicates(keys)
    return moderators.merge(auditors, on=keys, suffixes=("", "_auditor"))


def _on_one_scale(ratings: pd.DataFrame, *, settings: Settings) -> tuple[Check, ...]:
    """How many pairs cannot be compared because the scale changed between the two grades."""
    if not settings.eras:
        return ()
    name = "Moderators' grades and auditors' are on one scale"
    pairs = _moderated_pairs(ratings)
    if pairs.empty:
        return (_could_not(name, "no audit has a grade by an auditor and by a moderator"),)
    apart = int((pairs["scale"] != pairs["scale_auditor"]).sum())
    verb = "is" if apart == 1 else "are"
    detail = (
        f"{apart:,} of {counted(len(pairs), 'pair')} of grades {verb} on two scales and cannot be "
        "compared"
    )
    return (_check(name, passed=apart == 0, detail=detail),)


def _moderation_differs(ratings: pd.DataFrame) -> Check:
    name = COPIED_CHECK
    pairs = _moderated_pairs(ratings)
    pairs = pairs[pairs["scale"] == pairs["scale_auditor"]]
    if len(pairs) < FEWEST_PAIRS:
        why = f"{counted(len(pairs), 'pair')} of grades; it takes {FEWEST_PAIRS} to tell"
        return _could_not(name, why)
    same = int((pairs["grade"] == pairs["grade_auditor"]).sum())
    detail = f"{same:,} of {counted(len(pairs), 'pair')} of grades are equal"
    if same == len(pairs):
        detail += "; the export has probably overwritten one of them"
    return _check(name, passed=same < len(pairs), detail=detail)


def _overall_within_domains(ratings: pd.DataFrame, *, settings: Settings) -> Check:
    name = "No overall grade is above every domain grade"
    if settings.headline_domains:
        return _could_not(name, "areas take the place of an overall grade")
    overall = (ratings["domain"] == settings.headline_domain).to_numpy(dtype=bool)
    grades = ratings["grade"].to_numpy(dtype=np.int64)
    audit, rater = distinct(ratings["audit_id"]), distinct(ratings["rater"])
    group, groups = pd.factorize(audit.places * (len(rater.texts) + 1) + rater.places)
    best = np.full(len(groups), -1, dtype=np.int64)
    np.maximum.at(best, group[~overall], grades[~overall])
    judged = overall & (np.bincount(group[~overall], minlength=len(groups)) >= 2)[group]
    if not judged.any():
        return _could_not(name, "no audit has both an overall grade and two domain grades")
    above = int((grades > best[group])[judged].sum())
    number = int(judged.sum())
    detail = f"{above:,} of {counted(number, 'overall grade')} above every domain grade"
    return _check(name, passed=above == 0, detail=detail)


def _graded_twice(ratings: pd.DataFrame) -> Check:
    by_auditors = ratings["role"].isin(AUDITING_ROLES).to_numpy(dtype=bool)
    audit = distinct(ratings["audit_id"]).places[by_auditors]
    rater = distinct(ratings["rater"]).places[by_auditors]
    others = audit[rater != first_of_each(audit, rater)]
    twice, number = len(np.unique(others)), int((np.bincount(audit) > 0).sum())
    detail = f"{twice:,} of {counted(number, 'audit')} graded by two auditors or more"
    if twice == 0:
        detail += "; how far auditors agree cannot be measured"
    return _check("Some audits were graded by two auditors", passed=twice > 0, detail=detail)


def _graded_by_two_people(ratings: pd.DataFrame, *, likely_twice: int) -> Check:
    name = "Grades that are compared were given by two people"
    people = ratings.groupby("audit_id")["rater"].nunique()
    twice = int((people >= 2).sum())
    if twice == 0:
        return _could_not(name, "no audit was graded by two people")
    detail = (
        f"{likely_twice:,} of {counted(twice, 'audit')} graded twice, likely by one person under "
        "two spellings"
    )
    return _check(name, passed=likely_twice == 0, detail=detail)


def _selection_recorded(moderations: pd.DataFrame) -> Check:
    name = "How audits were chosen for moderation is recorded"
    if moderations.empty:
        return _could_not(name, "there are no moderations")
    unknown = int((moderations["selected_by"] == Selection.UNKNOWN).sum())
    detail = f"{unknown:,} of {counted(len(moderations), 'moderation')} without a recorded rule"
    return _check(name, passed=unknown == 0, detail=detail)


def _themes_graded(audits: pd.DataFrame, ratings: pd.DataFrame, *, settings: Settings) -> Check:
    name = "Every declared theme has audits"
    if not settings.themes:
        return _could_not(name, "no theme is declared in the settings")
    domains, types = set(present(ratings["domain"])), set(present(audits["case_type"])) - {""}
    without = [
        theme.name
        for theme in settings.themes
        if not (theme.domain in domains or theme.case_type in types)
    ]
    detail = f"{counted(len(settings.themes), 'theme')} declared"
    if without:
        detail += f"; no audit for {', '.join(without)}"
    return _check(name, passed=not without, detail=detail)

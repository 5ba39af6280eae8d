"""What drives disagreement: where auditors part, by domain, case, team, sitting and time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.agreement.kappas import gwet_ac, percent_agreement
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.names import AUDITING_ROLES, AuditType
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.verdicts import AGREEMENT_RULE
from qaf_analysis.topics.agreement.analysis.judged import few_double
from qaf_analysis.topics.agreement.analysis.readings import (
    as_ratings,
    blind_readings,
    double_readings,
)
from qaf_analysis.topics.common.scope import (
    Event,
    Scope,
    domain_names,
    events,
    first_quarter,
    for_every_chart,
    graded,
    headline_domain,
    up_to,
)


@dataclass(frozen=True, kw_only=True)
class GroupAgreement:
    """Agreement within one group of double-graded audits."""

    kind: str
    label: str
    audits: int
    exact: Estimate
    coefficient: Estimate


@dataclass(frozen=True, kw_only=True)
class AgreementDrivers:
    """Agreement by group over the whole period, and by quarter.

    Groups with fewer than ten double-graded audits carry no figure. ``whole`` is agreement over
    all quarters on what the quarters are about: the headline domain, or all domains where audits
    carry none. ``changes`` are the process changes to be marked on the time line.
    """

    scope: Scope
    whole: GroupAgreement
    groups: tuple[GroupAgreement, ...]
    quarters: tuple[GroupAgreement, ...]
    changes: tuple[Event, ...]


def agreement_drivers(audits: Audits, *, quarter: Quarter) -> AgreementDrivers:
    """Split agreement by what may drive it, over all quarters up to the one reported."""
    known = up_to(audits, quarter)
    every, _ = blind_readings(graded(known, domain=None, roles=AUDITING_ROLES))
    domain = headline_domain(known)
    overall = every[every["domain"] == domain] if domain else every
    n_levels = known.settings.scale.n_levels
    first = first_quarter(known)
    quarters = quarters_between(first, quarter)
    return AgreementDrivers(
        scope=Scope(
            council=known.settings.council,
            quarter=quarter,
            first=first,
            last=quarter,
            period=f"{first} to {quarter}",
            unit="audits graded by two or more auditors" if domain else "double domain grades",
            used=_double_gradings(overall),
        ),
        whole=_agreement("period", "all quarters", overall, n_levels),
        groups=tuple(_groups(known, every, overall, n_levels)),
        quarters=tuple(
            _agreement("quarter", str(q), overall[overall["quarter"] == str(q)], n_levels)
            for q in quarters
        ),
        changes=for_every_chart(events(known, quarters)),
    )


def _groups(
    audits: Audits, every: pd.DataFrame, overall: pd.DataFrame, n_levels: int
) -> Iterator[GroupAgreement]:
    for name in domain_names(audits):
        yield _agreement("domain", name, every[every["domain"] == name], n_levels)
    calibration = overall["audit_type"] == AuditType.CALIBRATION
    routine = overall[~calibration]
    for kind, column in (("case type", "case_type"), ("team", "team")):
        for label, rows in routine.groupby(column, sort=True):
            yield _agreement(kind, str(label), rows, n_levels)
    together = routine["co_located"]
    if together.notna().any() and together.nunique() > 1:
        yield _agreement("sitting", "in the same room", routine[together.eq(True)], n_levels)
        yield _agreement("sitting", "apart", routine[together.eq(False)], n_levels)
    yield _agreement("kind of reading", "calibration audits", overall[calibration], n_levels)
    yield _agreement("kind of reading", "second readings", routine, n_levels)
    for change in audits.settings.process_changes:
        before = overall["quarter"].map(Quarter.parse) < change.quarter
        after = overall["quarter"].map(Quarter.parse) > change.quarter
        sides = (("before", overall[before]), ("after", overall[after]))
        for side, rows in sides if before.any() and after.any() else ():
            yield _agreement("process change", f"{side} {change.label}", rows, n_levels)


def _agreement(kind: str, label: str, rows: pd.DataFrame, n_levels: int) -> GroupAgreement:
    audits = _double_audits(rows)
    if audits < AGREEMENT_RULE.fewest_audits:
        few = few_double(audits)
        nothing = Estimate.not_estimable(few, method="Gwet's AC2, linear weights", cases=audits)
        return GroupAgreement(
            kind=kind, label=label, audits=audits, exact=nothing, coefficient=nothing
        )
    ratings = as_ratings(rows, n_levels)
    return GroupAgreement(
        kind=kind,
        label=label,
        audits=audits,
        exact=percent_agreement(ratings),
        coefficient=gwet_ac(ratings, weights="linear"),
    )


def _double_gradings(rows: pd.DataFrame) -> int:
    """Audits graded twice, or domains of audits where there is no overall grade."""
    return int(double_readings(rows).groupby(["audit_id", "domain"]).ngroups)


def _double_audits(rows: pd.DataFrame) -> int:
    """Audits with a double grading, in however many domains: what is sampled."""
    return int(double_readings(rows)["audit_id"].nunique())

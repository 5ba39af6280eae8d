"""Which audits are worth talking over: those that two readers graded clearly apart.

The unit is the audit. However many people read it, and on however many headlines they parted, it
is one case. No reader stands in a case, only in what role somebody read it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.data.council.pseudonyms import PseudonymKey
from qaf_analysis.terms.names import AUDITING_ROLES, MODERATING_ROLES, AuditType, Role
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import Scale, ScaleWords
from qaf_analysis.terms.verdicts import OptimismLimits
from qaf_analysis.topics.common.moderation_record import copied_grades
from qaf_analysis.topics.common.scope import (
    LeftOut,
    Scope,
    domain_names,
    in_quarters,
    period_words,
    periods_to,
    up_to,
)

READING_ROLES = (*AUDITING_ROLES, Role.INSPECTOR, *MODERATING_ROLES)
"""Who reads a case file and grades it; nobody's view of the own work, and no bridge reading."""
MOST_DOMAINS = 2
"""Domains named of one case, those furthest apart."""
SHORTEST_CODE = 6
_DISPUTED = "disagreed"
_SILENT = ("none", "no response")
_PSEUDONYM = re.compile(r"audit-([A-Z2-7]{20})")
# No key of anybody's: it makes codes for invented councils, the same in every version.
_NO_COUNCIL = PseudonymKey(secret=hashlib.sha256(b"qaf demonstration key: ").digest())


class CaseRule(StrEnum):
    """Why a case was chosen."""

    BOTH = "far apart, across the line"
    FAR = "far apart"
    ACROSS = "across the line"


class Answer(StrEnum):
    """What the auditor answered to a moderator who graded otherwise."""

    DISPUTED = "disputed"
    NOT_DISPUTED = "not disputed"
    NOT_RECORDED = "no answer recorded"
    NO_MODERATOR = "no moderator graded otherwise"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One grade of a case, and who gave it.

    Parameters
    ----------
    reader : Role
        In what role.
    source : str
        Where a moderator comes from; empty for others, or where it is not recorded.
    readers : int
        How many gave this grade in this role; more than one where many read the same file.
    grade : int
    """

    reader: Role
    source: str
    readers: int
    grade: int


@dataclass(frozen=True, kw_only=True)
class DomainApart:
    """A domain that readers of a case graded differently, and by how many grades."""

    name: str
    apart: int


@dataclass(frozen=True, kw_only=True)
class Case:
    """An audit that was graded clearly apart.

    Parameters
    ----------
    audit : str
        First letters of the audit's code.
    quarter : Quarter
    team, case_type : str
        Empty where not recorded.
    kind : str
        Type of audit; empty where not recorded.
    area : str
        Headline on which readers part most.
    further_areas : tuple of str
        Other headlines on which the rule chooses the audit too.
    readings : tuple of Reading
        Grades on ``area``, auditors' before moderators'.
    apart : int
        Grades between the lowest and the highest of them.
    rule : CaseRule
    graded_twice : int
        Domains besides the headlines that two readers graded.
    domains : tuple of DomainApart
        Those furthest apart, at most ``MOST_DOMAINS``.
    moderators : int
        Moderators whose grade on ``area`` is not that of the first auditor.
    reasons : int
        How many of them recorded a reason; what it says is never read.
    answer : Answer
    """

    audit: str
    quarter: Quarter
    team: str
    case_type: str
    kind: str
    area: str
    further_areas: tuple[str, ...]
    readings: tuple[Reading, ...]
    apart: int
    rule: CaseRule
    graded_twice: int
    domains: tuple[DomainApart, ...]
    moderators: int
    reasons: int
    answer: Answer


@dataclass(frozen=True, kw_only=True)
class PartedAt:
    """Audits whose readers differ, by where: ``lower`` is the grade below the boundary.

    ``lower`` is None for those more than one grade apart, which lie at several boundaries.
    """

    lower: int | None
    audits: int


@dataclass(frozen=True, kw_only=True)
class CasesToDiscuss:
    """Audits of the headline period that two readers graded clearly apart, newest first.

    Parameters
    ----------
    scope : Scope
    scale : ScaleWords
    far_from : int or None
        Grades that count as far apart; None where the scale is too short for it.
    far_words : str
        The same in words, such as "two grades or more".
    areas : tuple of str
        Headlines that are compared; all domains where audits carry no headline.
    alike : int
        Audits read by two or more whose readers gave the same grade.
    parted : tuple of PartedAt
        All other audits read by two or more, by where they part; each audit once.
    cases : tuple of Case
        Those that the rule chooses: newest quarter first, then largest difference, newest day.
    multi_agency_read : int
        Multi-agency audits read by two or more; they are in no other number here.
    multi_agency : tuple of Case
        Those of them that the rule chooses.
    withheld : str
        Why moderators' grades show nothing; empty if they do.
    """

    scope: Scope
    scale: ScaleWords
    far_from: int | None
    far_words: str
    areas: tuple[str, ...]
    alike: int
    parted: tuple[PartedAt, ...]
    cases: tuple[Case, ...]
    multi_agency_read: int
    multi_agency: tuple[Case, ...]
    withheld: str

    @property
    def differ(self) -> int:
        """Audits whose readers gave different grades, far apart or not."""
        return sum(one.audits for one in self.parted)


def cases_to_discuss(audits: Audits, *, quarter: Quarter) -> CasesToDiscuss:
    """Choose the audits of the headline period that two readers graded clearly apart.

    Clearly apart are grades on both sides of the scale's positive line, or as far apart as
    ``OptimismLimits.severe_from``: two grades on a scale of four.

    Parameters
    ----------
    audits : Audits
        The council on one scale; grades on another one are left out.
    quarter : Quarter
        Quarter reported on; nothing later is used.
    """
    known = up_to(audits, quarter)
    window = periods_to(known, quarter).headline
    readings = _readings(known, window)
    areas = _areas(known)
    scale, limits = known.settings.scale, known.settings.optimism_limits
    apart = _parted(readings, areas)
    shared = readings["audit_type"].eq(AuditType.MULTI_AGENCY)
    ours = apart[~apart["audit_id"].isin(readings.loc[shared, "audit_id"])]
    theirs = apart[apart["audit_id"].isin(readings.loc[shared, "audit_id"])]
    once = ours.drop_duplicates("audit_id")
    choose = _Choice(
        readings=readings,
        moderations=known.moderations,
        areas=areas,
        domains=tuple(name for name in domain_names(known) if name not in areas),
        scale=scale,
        limits=limits,
        codes=audit_codes(known.audits["audit_id"]),
    )
    return CasesToDiscuss(
        scope=_scope(known, window, readings, once, quarter=quarter),
        scale=scale.words,
        far_from=limits.severe_from,
        far_words=limits.severe_words,
        areas=areas,
        alike=int(once["apart"].eq(0).sum()),
        parted=_by_boundary(once),
        cases=choose.cases(ours),
        multi_agency_read=theirs["audit_id"].nunique(),
        multi_agency=choose.cases(theirs),
        withheld=copied_grades(known),
    )


def _areas(audits: Audits) -> tuple[str, ...]:
    """Declared headlines that were graded; every domain where there are none.

    A derived grade is nobody's judgement, so that nothing about it can be talked over.
    """
    named = domain_names(audits)
    declared = tuple(name for name in audits.settings.judged_domains if name in named)
    return declared or tuple(name for name in named if name != audits.settings.derived_domain)


def _readings(audits: Audits, window: list[Quarter]) -> pd.DataFrame:
    """One grade for each audit, domain and reader, beside the audit's own columns."""
    ours = audits.ratings[
        audits.ratings["role"].isin(READING_ROLES)
        & audits.ratings["scale"].eq(audits.settings.scale.name)
        & audits.ratings["domain"].ne(audits.settings.derived_domain or "")
    ]
    once = ours.drop_duplicates(["audit_id", "domain", "rater"])
    return once.merge(in_quarters(audits.audits, window), on="audit_id", validate="many_to_one")


def _parted(readings: pd.DataFrame, areas: tuple[str, ...]) -> pd.DataFrame:
    """Lowest and highest grade of each audit and headline that two readers graded.

    One row each, of an audit the one furthest apart first: audit_id, domain, low, high, apart.
    """
    ours = readings[readings["domain"].isin(areas)]
    found = ours.groupby(["audit_id", "domain"], sort=True)["grade"].agg(
        readers="size", low="min", high="max"
    )
    found = found[found["readers"] >= 2].reset_index()
    found = found.assign(
        apart=found["high"] - found["low"],
        place=found["domain"].map({name: place for place, name in enumerate(areas)}),
    )
    order = ["audit_id", "apart", "place"]
    ordered = found.sort_values(order, ascending=[True, False, True], kind="stable")
    return pd.DataFrame(ordered).reset_index(drop=True)


def _by_boundary(once: pd.DataFrame) -> tuple[PartedAt, ...]:
    near, far = once[once["apart"] == 1], int((once["apart"] > 1).sum())
    counts = np.bincount(near["low"].to_numpy(np.int64))
    found = [PartedAt(lower=code, audits=int(n)) for code, n in enumerate(counts.tolist()) if n]
    return (*found, *((PartedAt(lower=None, audits=far),) if far else ()))


def _scope(
    audits: Audits,
    window: list[Quarter],
    readings: pd.DataFrame,
    once: pd.DataFrame,
    *,
    quarter: Quarter,
) -> Scope:
    graded = readings.drop_duplicates("audit_id")
    shared = int(graded["audit_type"].eq(AuditType.MULTI_AGENCY).sum())
    out = (
        LeftOut(reason="read by one person only", records=len(graded) - shared - len(once)),
        LeftOut(reason="multi-agency, told apart", records=shared),
    )
    return Scope(
        council=audits.settings.council,
        quarter=quarter,
        first=window[0],
        last=window[-1],
        period=period_words(window),
        unit="audits read by two people or more",
        used=len(once),
        left_out=tuple(gone for gone in out if gone.records),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Choice:
    """What a case is made from."""

    readings: pd.DataFrame
    moderations: pd.DataFrame
    areas: tuple[str, ...]
    domains: tuple[str, ...]
    scale: Scale
    limits: OptimismLimits
    codes: dict[str, str]

    def cases(self, apart: pd.DataFrame) -> tuple[Case, ...]:
        """Cases that the rule chooses, in the order in which they are to be talked over."""
        ends = zip(apart["low"], apart["high"], strict=True)
        chosen = apart[np.array([self._rule(*both) is not None for both in ends], dtype=bool)]
        readings = self.readings[self.readings["audit_id"].isin(chosen["audit_id"])]
        by_audit = dict(iter(readings.groupby("audit_id", sort=False)))
        found = [
            (by_audit[audit]["audit_date"].iloc[0], self._case(str(audit), rows, by_audit[audit]))
            for audit, rows in chosen.groupby("audit_id", sort=False)
        ]
        # Sorted by the last of these first: each later sort keeps the order of those before it.
        found.sort(key=lambda one: one[1].audit)
        found.sort(key=lambda one: one[0], reverse=True)
        found.sort(key=lambda one: (one[1].quarter, one[1].apart), reverse=True)
        return tuple(case for _, case in found)

    def _rule(self, low: int, high: int) -> CaseRule | None:
        far = self.limits.severe_from is not None and high - low >= self.limits.severe_from
        across = low < self.scale.good_from <= high
        if far:
            return CaseRule.BOTH if across else CaseRule.FAR
        return CaseRule.ACROSS if across else None

    def _case(self, audit: str, chosen: pd.DataFrame, readings: pd.DataFrame) -> Case:
        """One audit, from the headlines that chose it and all that its readers graded."""
        worst = chosen.iloc[0]
        rule = self._rule(int(worst["low"]), int(worst["high"]))
        if rule is None:  # every headline given here is one that the rule chooses
            raise ValueError("No rule chooses this case.")
        area = str(worst["domain"])
        here = readings[readings["domain"] == area]
        told = self._moderated(audit, here)
        spread, twice = self._domains(readings)
        about = readings.iloc[0]
        return Case(
            audit=self.codes[audit],
            quarter=Quarter.parse(str(about["quarter"])),
            team=_text(about["team"]),
            case_type=_text(about["case_type"]),
            kind=_text(about["audit_type"]),
            area=area,
            further_areas=tuple(str(name) for name in chosen["domain"].iloc[1:]),
            readings=_grades(here, told),
            apart=int(worst["apart"]),
            rule=rule,
            graded_twice=twice,
            domains=spread,
            moderators=int(told["parts"].sum()),
            reasons=int((told["parts"] & told["reason"].notna()).sum()),
            answer=_answer(told[told["parts"]]),
        )

    def _moderated(self, audit: str, here: pd.DataFrame) -> pd.DataFrame:
        """The audit's moderators with what they recorded, and whether they part from auditors."""
        theirs = here[here["role"].isin(MODERATING_ROLES)]
        auditors = here[~here["role"].isin(MODERATING_ROLES)]
        # A moderator answers the first auditor; a second reading is beside the point.
        first = auditors[auditors["role"] != Role.SECOND_AUDITOR]
        own = (first if len(first) else auditors)["grade"]
        recorded = self.moderations[self.moderations["audit_id"] == audit]
        told = theirs[["rater", "grade"]].merge(
            recorded[["moderator", "moderation_source", "reason", "response"]],
            left_on="rater",
            right_on="moderator",
            how="left",
        )
        return told.assign(parts=[bool((own != code).any()) for code in told["grade"]])

    def _domains(self, readings: pd.DataFrame) -> tuple[tuple[DomainApart, ...], int]:
        """Domains besides the headlines that readers part on most, and how many two graded."""
        spread: list[tuple[int, str]] = []
        for name in self.domains:
            grades = readings.loc[readings["domain"] == name, "grade"]
            if len(grades) >= 2:
                spread.append((int(grades.max() - grades.min()), name))
        apart = sorted((one for one in spread if one[0]), key=lambda one: -one[0])
        shown = tuple(DomainApart(name=name, apart=n) for n, name in apart[:MOST_DOMAINS])
        return shown, len(spread)


def _grades(here: pd.DataFrame, told: pd.DataFrame) -> tuple[Reading, ...]:
    """Who gave which grade; where more than two auditors read, they are not told apart."""
    sources = dict(zip(told["rater"], told["moderation_source"], strict=True))
    many = int(here["role"].isin(AUDITING_ROLES).sum()) > 2
    counts: dict[tuple[int, str, int], int] = {}
    for rater, role, grade in zip(here["rater"], here["role"], here["grade"], strict=True):
        place = READING_ROLES.index(Role.AUDITOR if many and role in AUDITING_ROLES else role)
        key = (place, _text(sources.get(rater)), int(grade))
        counts[key] = counts.get(key, 0) + 1
    # In the order of roles; of one role the best grade first, as nobody's own order.
    ordered = sorted(counts, key=lambda key: (key[0], key[1], -key[2]))
    return tuple(
        Reading(reader=READING_ROLES[key[0]], source=key[1], readers=counts[key], grade=key[2])
        for key in ordered
    )


def _answer(parting: pd.DataFrame) -> Answer:
    if parting.empty:
        return Answer.NO_MODERATOR
    if parting["response"].eq(_DISPUTED).any():
        return Answer.DISPUTED
    silent = parting["response"].isna() | parting["response"].isin(_SILENT)
    return Answer.NOT_RECORDED if silent.all() else Answer.NOT_DISPUTED


def audit_codes(audits: Iterable[str]) -> dict[str, str]:
    """First letters of each audit's code, as many as tell all audits apart.

    The full code, which begins with them, stands in the bundle and in every draw.

    Parameters
    ----------
    audits : iterable of str
        The full codes; the plain numbers of an invented council are turned into codes first.
    """
    letters = {audit: _letters(audit) for audit in audits}
    length = SHORTEST_CODE
    while len({text[:length] for text in letters.values()}) < len(letters):
        length += 1
    return {audit: text[:length] for audit, text in letters.items()}


def _letters(audit: str) -> str:
    found = _PSEUDONYM.fullmatch(audit)
    # Invented councils are analysed under plain numbers; they too stand in reports by code.
    return found[1] if found else _NO_COUNCIL.code("audit", audit).removeprefix("audit-")


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""

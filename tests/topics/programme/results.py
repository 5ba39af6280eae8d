"""Results of the audit programme with chosen figures, none of them equal to its neighbour."""

from __future__ import annotations

from qaf_analysis.data.contract.record import Check, FileRecord
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.scale import OFSTED4
from qaf_analysis.topics.common.scope import Event, Scope
from qaf_analysis.topics.programme.analysis.grades import (
    GradeCounts,
    MultiAgencyRound,
    Programme,
    TypeCounts,
    YearShare,
)
from qaf_analysis.topics.programme.analysis.intake import FindingGroup, Intake
from qaf_analysis.topics.programme.analysis.reach import Reach
from tests.topics.by_hand import estimated, unknown

LAST = Quarter(2019, 4)
QUARTERS = tuple(quarters_between(Quarter(2019, 3), LAST))
SCOPE = Scope(
    council="Small",
    quarter=LAST,
    first=Quarter(2019, 1),
    last=LAST,
    period="the year to March 2020",
    unit="audits with an overall grade",
    used=199,
)


def few(good: float, total: int) -> Estimate:
    """A share, or none on fewer than ten."""
    if total < 10:
        return unknown(f"it would rest on {total} audits; at least 10 are needed", cases=total)
    return estimated(good, cases=total)


def counts(label: str, *numbers: int) -> GradeCounts:
    """Grades from the worst to the best, and the share of the two best."""
    total = sum(numbers)
    good = sum(numbers[2:]) / total if total else float("nan")
    return GradeCounts(label=label, counts=numbers, good=few(good, total))


PROGRAMME = Programme(
    scope=SCOPE,
    synthetic=False,
    has_overall=True,
    areas=0,
    open_cases=3500,
    scale=OFSTED4.words,
    quarters=QUARTERS,
    by_quarter=(counts("2019-20 Q3", 3, 10, 30, 7), counts("2019-20 Q4", 2, 16, 25, 5)),
    by_type=(
        TypeCounts(audit_type="collaborative", counts=(50, 1048)),
        TypeCounts(audit_type="multi_agency", counts=(2, 4)),
    ),
    by_domain=(),
    by_team=(),
    by_case_type=(),
    good_now=estimated(0.60, 0.53, 0.67, cases=199),
    good_quarter=estimated(0.62, 0.48, 0.75, cases=48),
    years=(
        YearShare(
            period="2016-17 Q3 to 2016-17 Q4",
            is_whole=False,
            good=estimated(0.33, 0.2, 0.5, cases=41, auditors=9),
        ),
        YearShare(
            period="the year to March 2018",
            is_whole=True,
            good=estimated(0.52, 0.44, 0.6, cases=171, auditors=31),
        ),
        YearShare(
            period="the year to March 2019",
            is_whole=True,
            good=estimated(0.46, 0.39, 0.54, cases=180, auditors=30),
        ),
        YearShare(
            period="the year to March 2020",
            is_whole=True,
            good=estimated(0.60, 0.53, 0.67, cases=199, auditors=29),
        ),
    ),
    change=estimated(0.14, 0.04, 0.24, cases=379),
    quarter_change=estimated(-0.12, -0.31, 0.07, cases=98),
    auditors=29,
    audits_now=199,
    audits_quarter=48,
    collaborative=estimated(0.81, 0.74, 0.86, cases=198),
    family_feedback=estimated(0.35, 0.28, 0.42, cases=197),
    multi_agency=(
        MultiAgencyRound(
            quarter=LAST, theme="Neglect", cases=1006, counts=(0, 2, 1001, 0), ungraded=3
        ),
        MultiAgencyRound(quarter=LAST, theme="", cases=1, counts=(1, 0, 0, 0), ungraded=0),
    ),
    events=(
        Event(quarter=QUARTERS[0], label="Training", kind="process change"),
        Event(quarter=LAST, label="Plans", kind="themed audit"),
        Event(quarter=LAST, label="New pool", kind="process change"),
    ),
)
INTAKE = Intake(
    council="Small",
    synthetic=False,
    quarter=LAST,
    files=(
        FileRecord(
            name="audits.csv", kind="audits", sha256="a" * 16 + "b" * 48, rows_in=5000,
            loaded=4990, quarantined=10,
        ),
        FileRecord(
            name="moderations.csv", kind="moderations", sha256="c" * 16 + "d" * 48, rows_in=700,
            loaded=697, quarantined=3,
        ),
    ),
    rows_in=5700,
    loaded=5687,
    quarantined=13,
    findings=(
        FindingGroup(
            code="unknown_grade", outcome="quarantine", file="audits.csv",
            first_place="audits.csv › row 9", rows=1013, mend="Write Good.",
        ),
        FindingGroup(
            code="odd_date", outcome="warning", file="audits.csv",
            first_place="audits.csv › row 12", rows=2, mend="Look at it.",
        ),
        FindingGroup(
            code="blank_team", outcome="note", file="audits.csv",
            first_place="audits.csv › row 3", rows=4, mend="Nothing.",
        ),
        FindingGroup(
            code="no_header", outcome="reject", file="late.csv",
            first_place="late.csv", rows=5, mend="Add headings.",
        ),
    ),
    checks=(
        Check(name="Dates in order", state="passed", detail="all 600"),
        Check(name="Ages", state="could not run", detail="no column"),
        Check(name="Grades in use", state="failed", detail="one level is never used."),
        Check(name="Rounds", state="passed", detail="5 rounds"),
        Check(name="Teams", state="passed", detail="6 teams"),
        Check(name="Names", state="failed", detail="2 look alike"),
    ),
    dropped_columns=("worker", "child"),
    key_id="k1",
    settings_sha256="e" * 16 + "f" * 48,
    audits=601,
    ratings=4802,
    moderations=203,
)  # fmt: skip
REACH = Reach(
    scale=OFSTED4.words,
    audits=48,
    open_cases=3500,
    share=estimated(0.62, 0.48, 0.75, cases=48, method="Wilson"),
    change=0.10,
    power=0.8,
    missed=0.83,
    detectable_quarters=estimated(0.27, method="power by quarter"),
    detectable_years=estimated(0.14, method="power by year"),
    moderated=5,
    lowered=0.31,
    none_found=0.156,
)

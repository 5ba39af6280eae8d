"""What was read, what was set aside, and which checks the data passed."""

from __future__ import annotations

from dataclasses import dataclass

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.data.contract.record import Check, FileRecord, Finding
from qaf_analysis.terms.names import REREADING_ROLES
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.headlines import headlines_to_declare


@dataclass(frozen=True, kw_only=True)
class FindingGroup:
    """Findings of one kind in one file, without any cell's text."""

    code: str
    outcome: str
    file: str
    first_place: str
    rows: int
    mend: str


@dataclass(frozen=True, kw_only=True)
class Intake:
    """Row counts, findings and checks of one reading.

    Rows in are always the rows loaded, the rows set aside and those that hold no record together.
    ``set_aside_sum`` is the keyed sum of the file of rows set aside, which lies outside it;
    empty where there is none. ``stand_ins`` are domains that headline figures are about because
    no declared headline was graded.
    """

    council: str
    synthetic: bool
    quarter: Quarter
    files: tuple[FileRecord, ...]
    rows_in: int
    loaded: int
    quarantined: int
    findings: tuple[FindingGroup, ...]
    checks: tuple[Check, ...]
    dropped_columns: tuple[str, ...]
    key_id: str
    settings_sha256: str
    audits: int
    ratings: int
    moderations: int
    not_data: int = 0
    set_aside_sum: str = ""
    stand_ins: tuple[str, ...] = ()


def intake(audits: Audits, *, quarter: Quarter, reported: Audits | None = None) -> Intake:
    """Summarise what reading found, in a form that quotes no cell.

    Parameters
    ----------
    audits : Audits
        Everything that was read.
    quarter : Quarter
    reported : Audits, optional
        The part of it that the report is about; all of it when left out.
    """
    record = audits.record
    return Intake(
        council=audits.settings.council,
        synthetic=audits.settings.synthetic,
        quarter=quarter,
        files=record.files,
        rows_in=record.rows_in,
        loaded=record.loaded,
        quarantined=record.quarantined,
        findings=_grouped(record.findings),
        checks=record.checks,
        dropped_columns=record.dropped_columns,
        key_id=record.key_id,
        settings_sha256=audits.settings.sha256,
        audits=len(audits.audits),
        ratings=int((~audits.ratings["role"].isin(REREADING_ROLES)).sum()),
        moderations=len(audits.moderations),
        not_data=record.not_data,
        set_aside_sum=record.set_aside_sum,
        stand_ins=headlines_to_declare(audits if reported is None else reported),
    )


def _grouped(findings: tuple[Finding, ...]) -> tuple[FindingGroup, ...]:
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.outcome, finding.code, finding.file), []).append(finding)
    weight = {"reject": 0, "quarantine": 1, "warning": 2, "note": 3}
    return tuple(
        FindingGroup(
            code=code,
            outcome=outcome,
            file=file,
            first_place=group[0].place,
            rows=sum(finding.rows for finding in group),
            mend=group[0].mend,
        )
        for (outcome, code, file), group in sorted(
            groups.items(), key=lambda item: (weight[item[0][0]], item[0])
        )
    )

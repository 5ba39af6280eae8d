"""What proposed settings would load: the folder is read by them, and nothing is kept."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date

from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.contract.record import (
    FileRecord,
    Finding,
    ImportRecord,
    ImportRejectedError,
)
from qaf_analysis.data.contract.withheld import without_cells
from qaf_analysis.data.council.pseudonyms import PseudonymKey
from qaf_analysis.data.council.read import Import, read_council
from qaf_analysis.data.proposal.propose import Proposal
from qaf_analysis.terms.names import AUDITING_ROLES, REREADING_ROLES
from qaf_analysis.terms.quarter import Quarter

MOST_REASONS = 12
MANY = 0.2


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What would be loaded.

    Parameters
    ----------
    audits, graded_twice, moderated, auditors, grades, actions : int
        Audits, those graded by two auditors or more, those moderated, people who audited, grades
        of all, and improvement actions.
    quarters : tuple of Quarter
        First and last quarter; empty where nothing would be loaded.
    files : tuple of FileRecord
        Rows of each file: loaded, set aside, and recognised as holding no record.
    reasons : tuple of Finding
        Why rows would be set aside, or why nothing could be loaded: the first finding of each
        kind, without any piece of a cell.
    reason_rows : mapping of str to int
        Rows for each of them, by code.
    refused : bool
        Whether nothing at all could be loaded.
    """

    audits: int = 0
    graded_twice: int = 0
    moderated: int = 0
    auditors: int = 0
    grades: int = 0
    actions: int = 0
    quarters: tuple[Quarter, ...] = ()
    files: tuple[FileRecord, ...] = ()
    reasons: tuple[Finding, ...] = ()
    reason_rows: dict[str, int] = field(default_factory=dict)
    refused: bool = False

    @property
    def set_aside(self) -> int:
        """Rows that would be set aside."""
        return sum(file.quarantined for file in self.files)

    @property
    def not_data(self) -> int:
        """Rows recognised as holding no record."""
        return sum(file.not_data for file in self.files)

    @property
    def sets_many_aside(self) -> bool:
        """Whether so many rows would be set aside that something was misunderstood."""
        rows = sum(file.rows_in for file in self.files)
        return not self.refused and self.set_aside > MANY * rows

    @property
    def sentence(self) -> str:
        """The preview in one sentence."""
        if self.refused:
            return "Nothing could be loaded by these settings yet."
        first, last = self.quarters
        span = f"{first} to {last}" if first != last else str(first)
        return (
            f"This would load: {counted(self.audits, 'audit')}, {self.graded_twice:,} graded "
            f"twice, {self.moderated:,} moderated, {span}; {counted(self.not_data, 'row')} "
            f"recognised as holding no record; {self.set_aside:,} set aside."
        )


def preview(proposal: Proposal, *, as_of: date) -> Preview:
    """Read the folder by the proposed settings under a key that is thrown away.

    Parameters
    ----------
    as_of : date
        Day of reading; later dates are set aside.
    """
    key = PseudonymKey(secret=secrets.token_bytes(32))
    try:
        found = read_council(
            proposal.look.folder, as_of=as_of, key=key, proposed=proposal.text.encode("utf-8")
        )
    except ImportRejectedError as error:
        reasons, rows = _reasons(error.record, outcome="reject")
        return Preview(files=_tables(error.record), refused=True, reasons=reasons, reason_rows=rows)
    return _of(found)


def _of(found: Import) -> Preview:
    bundle = found.audits
    by_auditors = bundle.ratings[bundle.ratings["role"].isin(AUDITING_ROLES)]
    people = by_auditors.groupby("audit_id")["rater"].nunique()
    quarters = sorted(Quarter.parse(text) for text in bundle.audits["quarter"].unique())
    reasons, rows = _reasons(bundle.record, outcome="quarantine")
    return Preview(
        audits=len(bundle.audits),
        graded_twice=int((people >= 2).sum()),
        moderated=int(bundle.moderations["audit_id"].nunique()),
        auditors=int(by_auditors["rater"].nunique()),
        grades=int((~bundle.ratings["role"].isin(REREADING_ROLES)).sum()),
        actions=len(bundle.actions),
        quarters=(quarters[0], quarters[-1]),
        files=_tables(bundle.record),
        reasons=reasons,
        reason_rows=rows,
    )


def _tables(record: ImportRecord) -> tuple[FileRecord, ...]:
    return tuple(file for file in record.files if file.kind != "settings")


def _reasons(record: ImportRecord, *, outcome: str) -> tuple[tuple[Finding, ...], dict[str, int]]:
    """First finding of each kind, the commonest first, and the rows of each."""
    rows: Counter[str] = Counter()
    first: dict[str, Finding] = {}
    for finding in record.findings:
        if finding.outcome == outcome:
            rows[finding.code] += finding.rows
            first.setdefault(finding.code, _without_cells(finding))
    codes = [code for code, _ in rows.most_common(MOST_REASONS)]
    return tuple(first[code] for code in codes), {code: rows[code] for code in codes}


def _without_cells(finding: Finding) -> Finding:
    return replace(
        finding,
        found=without_cells(finding.found),
        expected=without_cells(finding.expected),
        mend=without_cells(finding.mend),
    )

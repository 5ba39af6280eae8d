"""What reading the files found that touches every figure of moderators: copies, and rows lost."""

from __future__ import annotations

from dataclasses import dataclass

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.data.contract.record import (
    COPIED_CHECK,
    MODERATORS,
    NOTHING_LOST,
    Finding,
    ImportRecord,
)
from qaf_analysis.data.files.declared import fits
from qaf_analysis.terms.settings import FileSettings

OF_MODERATIONS = ("audit_unknown", "own_moderation", "moderated_before_audit")
"""Codes of findings about a moderation, whatever file it stands in."""


@dataclass(frozen=True, kw_only=True)
class ModerationRows:
    """Rows of moderations that were set aside when the files were read.

    Parameters
    ----------
    given : int
        Rows of the exports of moderations, with rows set aside that hold a moderator's columns
        beside the audit's own.
    set_aside : int
        Of these, rows that no figure holds.
    """

    given: int = 0
    set_aside: int = 0

    @property
    def words(self) -> str:
        """Both in words; empty where nothing was set aside.

        Examples
        --------
        >>> ModerationRows(given=38, set_aside=38).words
        '38 of 38 rows of moderations were set aside when the files were read'
        """
        if not self.set_aside:
            return ""
        were = "was" if self.set_aside == 1 else "were"
        rows = f"row{'' if self.given == 1 else 's'}"
        return (
            f"{self.set_aside:,} of {self.given:,} {rows} of moderations {were} set aside when the "
            "files were read"
        )

    def lost(self, *, of: str = "this period") -> str:
        """Reason why nothing of a period can be said, where rows were given and none was usable.

        Examples
        --------
        >>> ModerationRows(given=38, set_aside=38).lost(of="the first year")
        'no moderation of the first year could be used, and 38 of 38 rows of moderations were set \
aside when the files were read'
        >>> ModerationRows(given=38).lost()
        ''
        """
        return f"no moderation of {of} could be used, and {self.words}" if self.set_aside else ""


def moderation_rows(audits: Audits) -> ModerationRows:
    """Count rows of moderations given, and those of them that were set aside."""
    record, beside = audits.record, [f for f in audits.settings.files if f.moderator]
    given = aside = 0
    for file in record.files:
        declared = next((f for f in beside if fits(f.path, file.name)), None)
        if file.kind == "moderations":
            given += file.rows_in - file.not_data
            aside += _rows(record, file.name)
        elif file.kind == "audits":
            lost = _rows(record, file.name, headings=_headings(declared))
            given += lost
            aside += lost
    return ModerationRows(given=given, set_aside=aside)


def copied_grades(audits: Audits) -> str:
    """Reason why moderators' grades show nothing: they equal auditors' throughout; else empty."""
    for check in audits.record.checks:
        if check.name == COPIED_CHECK and check.state == "failed":
            seen = check.detail.split(";")[0]
            return (
                f"a check of the data failed ({seen}), as where an export copies moderators' and "
                "auditors' grades over each other"
            )
    return ""


def _headings(file: FileSettings | None) -> frozenset[str]:
    if file is None or file.moderator is None:
        return frozenset()
    grader = file.moderator
    named = (grader.rater, *grader.domains.values(), *grader.columns.values())
    return frozenset(h for name in named for h in (name, *file.either.get(name, ())))


def _rows(record: ImportRecord, file: str, *, headings: frozenset[str] | None = None) -> int:
    """Rows of a file that were set aside; with ``headings``, those amiss in what a moderator did.

    The first rows of a kind have a finding each, the others share one that counts them.
    """
    found = [
        finding
        for finding in record.findings
        if finding.file == file
        and finding.outcome == "quarantine"
        and finding.code not in NOTHING_LOST
        and (headings is None or _of_moderator(finding, headings))
    ]
    named = {(finding.sheet, finding.row) for finding in found if finding.row is not None}
    return len(named) + sum(finding.rows for finding in found if finding.row is None)


def _of_moderator(finding: Finding, headings: frozenset[str]) -> bool:
    if finding.code in OF_MODERATIONS or finding.column in headings:
        return True
    # A record that went into a run has our own names of columns, and its settings no headings.
    return finding.column is not None and finding.column.startswith(MODERATORS)

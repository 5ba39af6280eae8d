"""What makes a workbook unusable: one error that carries the words of the message."""

from __future__ import annotations

from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.contract.record import FileRefusedError
from qaf_analysis.data.files.limits import (
    MAX_RATIO,
    MAX_SHEETS,
    MAX_TAGS,
    MAX_UNPACKED,
    MAX_WORKBOOK_BYTES,
)

_AGAIN = "open it in Excel and save it again, or copy or export the file again"


class WorkbookFaultError(Exception):
    """A fault of a workbook, found where the file and the sheet may not be known.

    Parameters
    ----------
    code, found, expected, mend : str
        As in a finding.
    row : int or None
        Row of the sheet where it was found.
    """

    def __init__(
        self, *, code: str, found: str, expected: str, mend: str, row: int | None = None
    ) -> None:
        super().__init__(found)
        self.code, self.found, self.expected, self.mend = code, found, expected, mend
        self.row = row

    def refusal(self, problems: Problems) -> FileRefusedError:
        """Return the error that refuses the file, with its place."""
        return problems.refusal(
            code=self.code,
            found=self.found,
            expected=self.expected,
            mend=self.mend,
            row=self.row,
        )


def damaged(detail: str = "", *, row: int | None = None) -> WorkbookFaultError:
    """Fault of a workbook that Excel itself would call damaged."""
    return WorkbookFaultError(
        code="damaged_workbook",
        found="a damaged or incomplete workbook" + (f", {detail}" if detail else ""),
        expected="a workbook that opens",
        mend=_AGAIN,
        row=row,
    )


def ambiguous(what: str, *, row: int | None = None) -> WorkbookFaultError:
    """Fault of a workbook of which two programs may read two different tables."""
    return WorkbookFaultError(
        code="ambiguous_workbook",
        found=f"an ambiguous workbook: {what}",
        expected="every part, row and cell once, as Excel saves them",
        mend="open it in Excel, look whether every row is right, and save it again",
        row=row,
    )


def too_large(what: str) -> WorkbookFaultError:
    """Fault of a workbook that would cost too much time or memory."""
    return WorkbookFaultError(
        code="too_large",
        found=f"too large a workbook: {what}",
        expected=f"at most {MAX_WORKBOOK_BYTES:,} bytes, unpacked at most {MAX_UNPACKED:,}, no "
        f"part compressed more than {MAX_RATIO} times, at most {MAX_SHEETS} sheets, and "
        f"{MAX_TAGS:,} tags of XML",
        mend="export the file again, with only the rows and columns needed, or as CSV",
    )


def unsafe_xml() -> WorkbookFaultError:
    """Fault of a workbook with XML as attacks use it."""
    return WorkbookFaultError(
        code="unsafe_xml",
        found="XML with a document type or entities, which is unsafe and no workbook needs",
        expected="a workbook as Excel saves it",
        mend="export the file again",
    )

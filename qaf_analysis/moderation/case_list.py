"""The cases to discuss with the council's own identifiers, for those who hold the meeting.

A report knows audits by code only. This list is made from the exports, where the identifiers are,
and lies with whoever asks for it: it is in no run and no report.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from qaf_analysis.data.contract.formula_text import guarded
from qaf_analysis.data.council.read import Import
from qaf_analysis.data.files.private_file import private_folder, write_privately
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.cases.analysis import audit_codes, cases_to_discuss
from qaf_analysis.topics.cases.words import grades_words, rule_words
from qaf_analysis.topics.common.eras import in_era
from qaf_analysis.topics.common.scope import reported_quarter, up_to

CASES = "cases.csv"
COLUMNS = ("audit", "audit_id", "quarter", "team", "case_type", "grades", "grades_apart")


@dataclass(frozen=True, kw_only=True)
class CaseList:
    """The cases to discuss at the end of a quarter, one a row, in the order of the report."""

    quarter: Quarter
    rows: tuple[tuple[str, ...], ...]


def case_list(found: Import, *, quarter: str) -> CaseList:
    """List the cases to discuss with the council's own identifier of each.

    Parameters
    ----------
    found : Import
        What reading the council's folder gave.
    quarter : str
        Such as ``2019-20 Q4``; the latest with audits where empty.

    Raises
    ------
    UsageError
        If there is no such quarter.
    """
    last = reported_quarter(found.audits, quarter)
    audits = in_era(found.audits, last)
    result = cases_to_discuss(audits, quarter=last)
    # As the report makes them: how many letters tell audits apart hangs on which there are.
    codes = audit_codes(up_to(audits, last).audits["audit_id"])
    own = {letters: found.references[code] for code, letters in codes.items()}
    return CaseList(
        quarter=last,
        rows=tuple(
            (
                case.audit,
                own[case.audit],
                str(case.quarter),
                case.team,
                case.case_type,
                grades_words(case, result),
                rule_words(case),
            )
            for case in (*result.cases, *result.multi_agency)
        ),
    )


def write_cases(found: CaseList, folder: Path) -> Path:
    """Write the list into a folder that only who makes it may read, and return its path.

    Parameters
    ----------
    found : CaseList
    folder : Path
        Missing or empty.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([guarded(cell) for cell in row] for row in found.rows)
    private_folder(folder)
    # The mark at the start makes Excel read the letters right.
    write_privately(folder / CASES, text.getvalue().encode("utf-8-sig"))
    return folder / CASES

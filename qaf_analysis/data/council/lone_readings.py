"""Second readings whose first reading is in no export: they would count as audits of their own.

Systems that give each step its own number tell the second reading of an audit as a step like any
other. Taken as it stands, one audit becomes two and nothing was graded twice.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from qaf_analysis.data.contract.paste import file_block
from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.council.export import Export
from qaf_analysis.terms.names import Role

MOST_ALONE = 0.5
"""Share of second readings alone above which the file is refused: it is a matter of its numbers."""
FEWEST = 3
_CODE = "second_reading_alone"
_EXPECTED = "the first reading of the same audit, under the same audit_id"
_LINES = (
    "[files.match]",
    'by = "case_ref"',
    "days = 0  # most days between the two readings",
)


def tell_lone_second_readings(audits: pd.DataFrame, *, exports: Sequence[Export]) -> int:
    """Warn of audits that consist of second readings only, and return how many there are.

    Parameters
    ----------
    audits : DataFrame
        Entries by auditors, after links were checked.

    Raises
    ------
    FileRefusedError
        If more than half of the second readings, and several, are alone.
    """
    is_second = (audits["role"].astype(object) == str(Role.SECOND_AUDITOR)).to_numpy(dtype=bool)
    if not is_second.any():
        return 0
    audit = audits["audit"].astype(object)
    firsts = set(audit[~is_second])
    seconds = audits[is_second]
    alone = seconds[~audit[is_second].isin(firsts).to_numpy(dtype=bool)]
    if alone.empty:
        return 0
    number, all_seconds = alone["audit"].nunique(), seconds["audit"].nunique()
    row, export = int(alone["row"].iloc[0]), exports[int(alone["source"].iloc[0])]
    problems, column = export.problems, export.layout.heading("role")
    found = (
        f"{counted(number, 'second reading')} of {all_seconds:,} whose first reading is in no row; "
        "each would count as an audit of its own"
    )
    if number >= FEWEST and number > MOST_ALONE * all_seconds:
        raise problems.refusal(
            code=_CODE,
            row=row,
            column=column,
            found=found,
            expected=_EXPECTED,
            mend=_mend(export),
            rows_in=export.table.rows_in,
        )
    rows = len(alone.drop_duplicates(["source", "row"]))
    problems.warn(
        code=_CODE,
        row=row,
        column=column,
        found=found,
        expected=_EXPECTED,
        mend=_mend(export),
        rows=rows,
    )
    return int(number)


def _mend(export: Export) -> str:
    """What to do: other than by the child they cannot be matched, nor twice."""
    if export.file.match is not None:
        return (
            "allow more days between the two readings under [files.match], or see that the first "
            "readings are in the export"
        )
    if export.value("case_ref", "auditor") is None:
        return (
            "write the number of the first reading's audit, or name a column case_ref, by which "
            "second readings can be matched ([files.match])"
        )
    return (
        "if second readings carry a number of their own, let them find their audit by the child "
        "and the day: in council.toml, in the [[files]] table of this file if it is there already, "
        "write" + file_block(export.declared_as, _LINES)
    )

"""Moderators' re-readings: cases they graded once more. What does not fit is set aside."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from qaf_analysis.data.cells.only_months import is_before
from qaf_analysis.data.contract.problems import extract
from qaf_analysis.data.council.copies import set_copies_aside
from qaf_analysis.data.council.entries import without_bad_rows
from qaf_analysis.data.council.export import Export
from qaf_analysis.data.council.unknown_audits import set_unknown_audits_aside

REREADING_CODES = ("rereading_audit_unknown", "rereading_before_audit")
_KEYS = ["audit", "domain", "rater", "round"]
_CONTENT = ["grade", "read_on", "reading", "recognised", "saw_audit_grade"]


def kept_rereadings(
    readings: pd.DataFrame, *, audits: pd.DataFrame, exports: Sequence[Export]
) -> pd.DataFrame:
    """Set aside every re-reading that does not fit, and return the others.

    Parameters
    ----------
    readings, audits : DataFrame
        Entries (see ``entries``), with agreed spellings; of audits those that stay.
    exports : sequence of Export
        The exports that they come from.
    """
    readings = without_bad_rows(readings, exports)
    if readings.empty:
        return readings
    set_unknown_audits_aside(
        readings, audits=audits, exports=exports, code="rereading_audit_unknown", column="audit_id"
    )
    readings = without_bad_rows(readings, exports)
    _set_early_aside(readings, audits, exports)
    readings = without_bad_rows(readings, exports)
    _set_repeated_aside(readings, exports)
    return without_bad_rows(readings, exports)


def _set_early_aside(
    readings: pd.DataFrame, audits: pd.DataFrame, exports: Sequence[Export]
) -> None:
    of_audit = audits.groupby("audit", sort=False, observed=True)
    keys = readings["audit"].astype(object)

    def told(known: pd.Series) -> pd.Series:
        return keys.map(known.set_axis(known.index.astype(object)))

    by_month = told(of_audit["month_only"].any()).to_numpy(dtype=bool)
    early = is_before(
        readings["read_on"].to_numpy(dtype="datetime64[us]"),
        told(of_audit["audit_date"].min()).to_numpy(dtype="datetime64[us]"),
        by_month=by_month | readings["month_only"].to_numpy(dtype=bool),
    )
    for source, part in readings[early].groupby("source"):
        export = exports[int(str(source))]
        export.problems.set_aside(
            part["row"].tolist(),
            code="rereading_before_audit",
            column=export.layout.heading("read_on"),
            found="a case read again before the day of its audit",
            expected="a read_on on or after the day of the audit",
            mend="correct one of the dates",
        )


def _set_repeated_aside(readings: pd.DataFrame, exports: Sequence[Export]) -> None:
    """Of readings alike keep the first; of those that contradict one another keep none."""
    table = readings.astype(dict.fromkeys([*_KEYS, *_CONTENT[2:]], object))
    double = table[table.duplicated(_KEYS, keep=False)]
    if double.empty:
        return
    contradicting = set_copies_aside(
        double, keys=[*_KEYS], content=[*_CONTENT], exports=exports,
        expected="each reading once",
    )  # fmt: skip
    for source, part in contradicting.groupby("source"):
        export = exports[int(str(source))]
        export.problems.set_aside(
            part["row"].tolist(),
            code="conflicting_duplicate",
            column=export.layout.heading("grade"),
            found=[
                f"{extract(str(text))} read twice by one person in one round, with other cells"
                for text in part["audit_id"]
            ],
            expected="one reading by one person for each domain of a case in a round",
            mend="find out which row stands and delete the other; neither is preferred",
        )

"""Audits that were read again: rows before the audit, or told twice, are set aside."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from qaf_analysis.data.cells.only_months import is_before
from qaf_analysis.data.contract.problems import extract
from qaf_analysis.data.council.copies import set_copies_aside
from qaf_analysis.data.council.export import Export


def told_of_audit(readings: pd.DataFrame, of_audits: pd.Series) -> pd.Series:
    """What is known of each reading's audit, by the audit's key.

    Parameters
    ----------
    readings : DataFrame
        Entries (see ``entries``), each of an audit that was loaded.
    of_audits : Series
        By the keys of audits.
    """
    keys = readings["audit"].astype(object)
    return keys.map(of_audits.set_axis(of_audits.index.astype(object)))


def set_early_readings_aside(
    readings: pd.DataFrame, *, audits: pd.DataFrame, exports: Sequence[Export], code: str
) -> None:
    """Set readings aside that were made before the day of their audit.

    Parameters
    ----------
    readings, audits : DataFrame
        Entries; of audits those that stay.
    code : str
        Name of the finding.
    """
    of_audit = audits.groupby("audit", sort=False, observed=True)
    by_month = told_of_audit(readings, of_audit["month_only"].any()).to_numpy(dtype=bool)
    by_month = by_month | readings["month_only"].to_numpy(dtype=bool)
    early = is_before(
        readings["read_on"].to_numpy(dtype="datetime64[us]"),
        told_of_audit(readings, of_audit["audit_date"].min()).to_numpy(dtype="datetime64[us]"),
        by_month=by_month,
    )
    for source, part in readings[early].groupby("source"):
        export = exports[int(str(source))]
        export.problems.set_aside(
            part["row"].tolist(),
            code=code,
            column=export.layout.heading("read_on"),
            found="an audit read again before the day on which it was made",
            expected="a read_on on or after the day of the audit",
            mend="correct one of the dates",
        )


def set_repeated_readings_aside(
    readings: pd.DataFrame,
    *,
    keys: list[str],
    content: list[str],
    exports: Sequence[Export],
    expected: str,
    once: str,
) -> None:
    """Of readings alike keep the first; of those that contradict one another keep none.

    Parameters
    ----------
    readings : DataFrame
        Entries.
    keys, content : list of str
        Columns that tell which reading it is, and those that must be alike in a copy.
    expected, once : str
        What was expected of copies, and of readings that differ, for the messages.
    """
    texts = [n for n in {*keys, *content} if isinstance(readings[n].dtype, pd.CategoricalDtype)]
    table = readings.astype(dict.fromkeys(texts, object))
    double = table[np.asarray(table.duplicated(keys, keep=False), dtype=bool)]
    if double.empty:
        return
    contradicting = set_copies_aside(
        double, keys=keys, content=content, exports=exports, expected=expected
    )
    for source, part in contradicting.groupby("source"):
        export = exports[int(str(source))]
        export.problems.set_aside(
            part["row"].tolist(),
            code="conflicting_duplicate",
            column=export.layout.heading("grade"),
            found=[
                f"{extract(str(text))} read twice by one person for one domain, with cells "
                "that differ"
                for text in part["audit_id"]
            ],
            expected=once,
            mend="find out which row stands and delete the other; neither is preferred",
        )

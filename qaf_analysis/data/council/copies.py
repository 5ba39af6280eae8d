"""Rows that tell one record several times: of those alike all but the first are set aside."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from qaf_analysis.data.council.export import Export


def set_copies_aside(
    double: pd.DataFrame,
    *,
    keys: list[str],
    content: list[str],
    exports: Sequence[Export],
    expected: str,
) -> pd.DataFrame:
    """Set copies aside, and return the rows that contradict one another.

    Parameters
    ----------
    double : DataFrame
        Entries of records that are told more than once, with their ``source`` and ``row``.
    keys, content : list of str
        Columns that tell which record it is, and those that must be alike in a copy.
    expected : str
        What was expected, for the message.
    """
    variants = double.groupby(content, dropna=False, sort=False).ngroup()
    grouped = double.assign(variant=variants).groupby(keys, sort=False)
    alike = (grouped["variant"].transform("nunique") == 1).to_numpy(dtype=bool)
    later = double.duplicated(keys).to_numpy(dtype=bool)
    first = grouped["row"].transform("first")
    for source, part in double[alike & later].groupby("source"):
        exports[int(str(source))].problems.set_aside(
            part["row"].tolist(),
            code="duplicate",
            found=[f"a duplicate that repeats row {first[k]} in every cell" for k in part.index],
            expected=expected,
            mend=[f"delete row {row}" for row in part["row"]],
        )
    return double[~alike]

"""Types of case and teams under the words of today, for analyses of what was audited.

The bundle keeps every word as it was written. Where a council merged types of case or teams and
somebody approved the map, ``merged`` calls earlier audits what they would be called now.
"""

from __future__ import annotations

import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.terms.settings import Settings
from qaf_analysis.terms.word_maps import MappedColumn, WordMap


def maps_of(settings: Settings, by: MappedColumn) -> tuple[WordMap, ...]:
    """Approved maps of a column, in the order of their days."""
    return settings.case_type_maps if by == "case_type" else settings.team_maps


def merged(audits: Audits, *, by: MappedColumn) -> pd.Series:
    """Type of case or team of each audit, old words mapped to the new ones.

    Parameters
    ----------
    by : {"case_type", "team"}
        The column.

    Returns
    -------
    Series of str
        In the rows of ``audits.audits``. Audits on or after the day of a map keep their word, as
        do those that no map is about; missing stays missing.
    """
    words = audits.audits[by].copy()
    days = audits.audits["audit_date"]
    for one in maps_of(audits.settings, by):
        before = (days < pd.Timestamp(one.starts)) & words.notna()
        mapped = {word: one.merged(str(word)) for word in words[before].unique()}
        words[before] = words[before].map(mapped)
    return words

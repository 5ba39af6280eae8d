"""Rereadings: cases that a moderator read to show how moderators grade. What does not fit goes.

They come as anchors (an own earlier reading, again), as consensus cases (read by others before) and
as retests (an own reading of the round before, again). None of them counts as a grade of its audit.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from qaf_analysis.data.council.entries import without_bad_rows
from qaf_analysis.data.council.export import Export
from qaf_analysis.data.council.read_again import (
    set_early_readings_aside,
    set_repeated_readings_aside,
)
from qaf_analysis.data.council.unknown_audits import set_unknown_audits_aside

REREADING_CODES = ("rereading_audit_unknown", "rereading_before_audit")
_KEYS = ["audit", "domain", "rater", "round"]
_CONTENT = ["grade", "read_on", "reading", "recognised", "saw_audit_grade"]


def kept_rereadings(
    readings: pd.DataFrame, *, audits: pd.DataFrame, exports: Sequence[Export]
) -> pd.DataFrame:
    """Set aside every rereading that does not fit, and return the others.

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
        readings,
        audits=audits,
        exports=exports,
        code="rereading_audit_unknown",
        column="audit_id",
    )
    readings = without_bad_rows(readings, exports)
    set_early_readings_aside(
        readings, audits=audits, exports=exports, code="rereading_before_audit"
    )
    readings = without_bad_rows(readings, exports)
    set_repeated_readings_aside(
        readings,
        keys=_KEYS,
        content=_CONTENT,
        exports=exports,
        expected="each rereading once",
        once="one reading by one person for each domain of a case in a round",
    )
    return without_bad_rows(readings, exports)

"""The bundle every analysis reads: audits, ratings, moderations, actions, settings, record."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from qaf_analysis.data.contract.record import ImportRecord
from qaf_analysis.terms.settings import Settings

AUDIT_COLUMNS = (
    "audit_id",
    "case_ref",
    "audit_date",
    "quarter",
    "team",
    "case_type",
    "audit_type",
    "theme",
    "session_id",
    "co_located",
    "collaborative",
    "family_feedback",
    "sample_method",
    "month_only",
)
RATING_COLUMNS = (
    "audit_id",
    "domain",
    "rater",
    "role",
    "source",
    "grade",
    "scale",
    "grade_raw",
    "rated_on",
    "blind",
)
MODERATION_COLUMNS = (
    "audit_id",
    "moderator",
    "moderation_source",
    "round",
    "moderated_on",
    "selected_by",
    "selection_probability",
    "reason",
    "response",
    "month_only",
)
ACTION_COLUMNS = (
    "action_id",
    "theme",
    "domain",
    "team",
    "raised_on",
    "due_on",
    "closed_on",
    "verified_on",
    "verified_by_audit",
)
ACTION_DAYS = ("raised_on", "due_on", "closed_on", "verified_on")


def no_actions() -> pd.DataFrame:
    """Return the table of actions of a council that declared no export of them."""
    dtypes = {n: "datetime64[us]" if n in ACTION_DAYS else "str" for n in ACTION_COLUMNS}
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in dtypes.items()})


@dataclass(frozen=True, kw_only=True, eq=False)
class Audits:
    """One council's audits, pseudonymised.

    Parameters
    ----------
    audits : DataFrame
        One row per audit, ``AUDIT_COLUMNS``. ``audit_date`` is a datetime, ``quarter`` is text
        such as ``2019-20 Q3``; ``co_located``, ``collaborative`` and ``family_feedback`` are
        nullable booleans; ``month_only`` says whether only the month of ``audit_date`` is known,
        which then is its first day; text is missing (NaN) where the export had none.
    ratings : DataFrame
        One row per audit, domain and rater, ``RATING_COLUMNS``; ``grade`` is a whole number
        0 .. K-1 on the scale that ``scale`` names, ``role`` a ``Role``. Moderators' grades are
        here too.
    moderations : DataFrame
        One row per audit and moderator, ``MODERATION_COLUMNS``; ``selected_by`` a ``Selection``,
        ``month_only`` as for audits, of ``moderated_on``. Ratings of such days have no day.
    settings : Settings
        What the council declared.
    record : ImportRecord
        What reading found.
    settings_bytes : bytes
        The settings file as it stood; empty where there is none.
    actions : DataFrame
        One row per improvement action, ``ACTION_COLUMNS``; the days are datetimes,
        ``verified_by_audit`` is an ``audit_id`` of ``audits``. Empty where there is no export.
    """

    audits: pd.DataFrame
    ratings: pd.DataFrame
    moderations: pd.DataFrame
    settings: Settings
    record: ImportRecord
    settings_bytes: bytes = b""
    actions: pd.DataFrame = field(default_factory=no_actions)

    @property
    def has_actions(self) -> bool:
        """Whether an export of actions was read, be it without a row."""
        return len(self.actions) > 0 or any(file.kind == "actions" for file in self.record.files)

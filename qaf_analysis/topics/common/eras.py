"""A council within one era of its grade scale: nothing is compared across a change of scale."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.terms.eras import Era
from qaf_analysis.terms.names import AUDITING_ROLES, Role
from qaf_analysis.terms.quarter import Quarter

_GRADING = (*AUDITING_ROLES, Role.INSPECTOR)


def in_era(audits: Audits, quarter: Quarter) -> Audits:
    """Return the council as if it had known only the scale of that quarter's last day.

    Audits graded on another scale, grades on another scale and bridge readings are left out, so
    that every analysis sees one scale. A council whose scale never changed is returned as it is.
    """
    if not audits.settings.eras:
        return audits
    era = audits.settings.era_on(quarter.last_day)
    kept = audits.audits[in_use(audits, era)]
    ratings = audits.ratings[
        audits.ratings["audit_id"].isin(kept["audit_id"])
        & (audits.ratings["scale"] == era.scale.name)
        & (audits.ratings["role"] != Role.BRIDGE)
    ]
    moderations = audits.moderations[audits.moderations["audit_id"].isin(kept["audit_id"])]
    return replace(
        audits,
        audits=kept.reset_index(drop=True),
        ratings=ratings.reset_index(drop=True),
        moderations=moderations.reset_index(drop=True),
        settings=audits.settings.on(era),
    )


def in_use(audits: Audits, era: Era) -> pd.Series:
    """Whether each audit is of an era: by the scale its auditors graded on, else by its date."""
    graded = audits.ratings[audits.ratings["role"].isin(_GRADING)]
    scale = graded.drop_duplicates("audit_id").set_index("audit_id")["scale"]
    by_date = np.array(
        [audits.settings.era_on(day.date()).scale.name for day in audits.audits["audit_date"]],
        dtype=object,
    )
    by_grade = audits.audits["audit_id"].map(scale)
    return by_grade.where(by_grade.notna(), by_date) == era.scale.name

"""A council within one era of its grade scale: nothing is compared across a change of scale."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.terms.eras import Era, in_words
from qaf_analysis.terms.names import AUDITING_ROLES, Role
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import Settings

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


YEAR = 4
"""Quarters on either side that comparisons use."""


def new_scale(settings: Settings) -> Era | None:
    """Return the era of the scale in the settings; None where it has been in use from the start."""
    own = next((era for era in settings.eras if era.scale.name == settings.scale.name), None)
    return None if own is None or own.first is None else own


def why_no_before(settings: Settings, event: Quarter) -> str:
    """Say that the scale changed after an event, between before and after, or in the year before.

    Parameters
    ----------
    settings : Settings
        Of one era, as ``in_era`` gives them.
    event : Quarter
        A themed audit, or a change to how audits are done.

    Returns
    -------
    str
        A reason without a full stop; empty where the scale has nothing to do with it.
    """
    era = new_scale(settings)
    if era is None or era.first is None or event >= Quarter.of(era.first).next(YEAR):
        return ""
    if event < Quarter.of(era.first).next(-1):
        return (
            f"what happened in {event} came before the scale changed on {in_words(era.first)}; "
            "only the report of an earlier quarter can tell"
        )
    where = "between before and after" if event <= Quarter.of(era.first) else "in the year before"
    return f"the scale changed on {in_words(era.first)}, {where}"


def why_no_earlier_period(settings: Settings, what: str) -> str:
    """Why there is no earlier year or quarter to compare with: the scale changed, or no data.

    Parameters
    ----------
    settings : Settings
        Of one era, as ``in_era`` gives them.
    what : str
        Such as "whole year".
    """
    era = new_scale(settings)
    if era is None or era.first is None:
        return f"there is no earlier {what} to compare with"
    return f"the scale changed on {in_words(era.first)} and there is no earlier {what} on this one"


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

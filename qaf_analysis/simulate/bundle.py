"""A simulated council as the bundle that analyses read, without a detour through files."""

from __future__ import annotations

import tomllib

import pandas as pd

from qaf_analysis.data.contract.audits import (
    AUDIT_COLUMNS,
    MODERATION_COLUMNS,
    RATING_COLUMNS,
    Audits,
)
from qaf_analysis.data.contract.record import ImportRecord
from qaf_analysis.data.council.assembly import actions_in_order, typed
from qaf_analysis.simulate.council import SimulatedCouncil
from qaf_analysis.simulate.exports import grade_labels
from qaf_analysis.simulate.settings_text import Declarations, council_toml
from qaf_analysis.terms.names import Role
from qaf_analysis.terms.settings_file import settings_from


def simulated_audits(council: SimulatedCouncil) -> Audits:
    """Bundle of a simulated council; names stay as they are, for nobody bears them.

    But for the names, it is what ``read_council`` makes of the files of ``write_clean``.
    """
    text = council_toml(council.design, Declarations(files=()))
    audits = council.audits
    if council.design.dated_by == "month":
        months = audits["audit_date"].dt.to_period("M").dt.to_timestamp()
        audits = audits.assign(audit_date=months.astype(audits["audit_date"].dtype))
    days = audits["audit_date"].to_numpy()
    ours = council.ratings.assign(rated_on=days[council.ratings["row"].to_numpy()], source="")
    theirs = council.moderations.rename(columns={"moderator": "rater"}).assign(
        role=Role.EXTERNAL_MODERATOR.value,
        source=council.moderations["moderation_source"],
        rated_on=council.moderations["moderated_on"],
    )
    again = council.bridges.rename(columns={"reader": "rater", "read_on": "rated_on"}).assign(
        role=Role.BRIDGE.value, source=council.bridges["selected_by"]
    )
    parts = [ours, *(part for part in (theirs, again) if len(part))]
    ratings = pd.concat(parts, ignore_index=True)
    ratings["grade_raw"] = grade_labels(council, ratings)
    moderations = council.moderations.drop_duplicates(["audit_id", "moderator"])
    return Audits(
        audits=typed(audits, AUDIT_COLUMNS),
        ratings=typed(ratings, RATING_COLUMNS),
        # Like the reader, the bundle says only whether a reason was given.
        moderations=typed(moderations.assign(reason="given"), MODERATION_COLUMNS),
        settings=settings_from(tomllib.loads(text)),
        record=ImportRecord(files=(), findings=(), checks=(), key_id="none"),
        actions=actions_in_order(council.actions),
    )

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
from qaf_analysis.simulate.settings_text import Declarations, council_toml
from qaf_analysis.terms.names import Role
from qaf_analysis.terms.settings_file import settings_from


def simulated_audits(council: SimulatedCouncil) -> Audits:
    """Bundle of a simulated council; names stay as they are, for nobody bears them.

    But for the names, it is what ``read_council`` makes of the files of ``write_clean``.
    """
    text = council_toml(council.design, Declarations(files=()))
    levels = council.design.scale.levels
    days = council.audits["audit_date"].to_numpy()
    ours = council.ratings.assign(rated_on=days[council.ratings["row"].to_numpy()], source="")
    theirs = council.moderations.rename(columns={"moderator": "rater"}).assign(
        role=Role.EXTERNAL_MODERATOR.value,
        source=council.moderations["moderation_source"],
        rated_on=council.moderations["moderated_on"],
    )
    ratings = pd.concat([ours, theirs] if len(theirs) else [ours], ignore_index=True)
    ratings["scale"] = council.design.scale.name
    ratings["grade_raw"] = [levels[code] for code in ratings["grade"]]
    moderations = council.moderations.drop_duplicates(["audit_id", "moderator"])
    return Audits(
        audits=typed(council.audits, AUDIT_COLUMNS),
        ratings=typed(ratings, RATING_COLUMNS),
        # Like the reader, the bundle says only whether a reason was given.
        moderations=typed(moderations.assign(reason="given"), MODERATION_COLUMNS),
        settings=settings_from(tomllib.loads(text)),
        record=ImportRecord(files=(), findings=(), checks=(), key_id="none"),
        actions=actions_in_order(council.actions),
    )

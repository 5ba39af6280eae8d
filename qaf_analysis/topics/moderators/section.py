"""The section on moderators themselves."""

from __future__ import annotations

from qaf_analysis.topics.common.section import Section
from qaf_analysis.topics.moderators.analysis.headline import (
    ModeratorsMeasured,
    moderators_measured,
)
from qaf_analysis.topics.moderators.tables import moderators_tables
from qaf_analysis.topics.moderators.words import say_moderators

NOTEBOOK = "03_optimism"


def _has_something(result: ModeratorsMeasured) -> bool:
    return result.has_something


MODERATORS = Section(
    id="moderators",
    short="Moderators themselves",
    level=3,
    notebook=NOTEBOOK,
    result=ModeratorsMeasured,
    asks=moderators_measured,
    has_something=_has_something,
    say=say_moderators,
    tables=moderators_tables,
)

"""The sections on over-optimism: against external moderation, and in detail."""

from __future__ import annotations

from qaf_analysis.kit.parts import Card
from qaf_analysis.topics.common.section import Section, Shown
from qaf_analysis.topics.optimism.analysis.derived import DerivedGap, derived_gap
from qaf_analysis.topics.optimism.analysis.detail import OptimismDetail, optimism_detail
from qaf_analysis.topics.optimism.analysis.headline import Optimism, optimism
from qaf_analysis.topics.optimism.derived import derived_gap_tables, say_derived_gap
from qaf_analysis.topics.optimism.pictures import (
    optimism_card_picture,
    optimism_detail_pictures,
    optimism_pictures,
)
from qaf_analysis.topics.optimism.tables import (
    optimism_detail_tables,
    optimism_tables,
)
from qaf_analysis.topics.optimism.words import (
    optimism_card,
    say_optimism,
    say_optimism_detail,
)

NOTEBOOK = "03_optimism"


def _card(result: Optimism, shown: Shown[Optimism]) -> Card:
    return Card(
        question="Are audits over-optimistic?",
        verdict=result.verdict.capitalize(),
        words=optimism_card(result),
        section=MODERATION.id,
        picture=optimism_card_picture(result),
    )


MODERATION = Section(
    id="moderation",
    short="External moderation",
    notebook=NOTEBOOK,
    each_headline=True,
    of_derived=False,
    result=Optimism,
    asks=optimism,
    say=say_optimism,
    tables=optimism_tables,
    pictures=optimism_pictures,
    card=_card,
)
GAPS = Section(
    id="gaps",
    short="Over-optimism in detail",
    level=3,
    notebook=NOTEBOOK,
    each_headline=True,
    of_derived=False,
    result=OptimismDetail,
    asks=optimism_detail,
    say=say_optimism_detail,
    tables=optimism_detail_tables,
    pictures=optimism_detail_pictures,
)


def _is_derived(result: DerivedGap) -> bool:
    return result.found is not None


DERIVED = Section(
    id="derived-gap",
    short="Gap of the derived grade",
    level=3,
    notebook=NOTEBOOK,
    result=DerivedGap,
    asks=derived_gap,
    has_something=_is_derived,
    say=say_derived_gap,
    tables=derived_gap_tables,
)

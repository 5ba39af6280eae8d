"""The section on eras of the scale; only councils whose scale changed have one."""

from __future__ import annotations

from qaf_analysis.topics.common.evidence import Evidence
from qaf_analysis.topics.common.section import Section
from qaf_analysis.topics.scales.analysis.scales import ScaleEras, scale_eras
from qaf_analysis.topics.scales.pictures import scales_pictures
from qaf_analysis.topics.scales.tables import scales_tables
from qaf_analysis.topics.scales.words import say_scales


def _answer(evidence: Evidence) -> ScaleEras:
    return scale_eras(evidence.every_era, quarter=evidence.quarter)


def _has_changed(result: ScaleEras) -> bool:
    return result.has_changed


SCALES = Section(
    id="scales",
    short="A scale that changed",
    notebook="06_quarterly_report",
    result=ScaleEras,
    asks=scale_eras,
    answer=_answer,
    say=say_scales,
    tables=scales_tables,
    pictures=scales_pictures,
    has_something=_has_changed,
)

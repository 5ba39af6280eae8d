"""The pictures of whether the methods find what was planted."""

from __future__ import annotations

from qaf_analysis.kit.charts.mark import Mark
from qaf_analysis.kit.parts import Picture
from qaf_analysis.topics.agreement.pictures import coefficient_scale
from qaf_analysis.topics.check.analysis.recovery import NOTHING, MethodCheck


def method_check_pictures(result: MethodCheck) -> tuple[Picture, ...]:
    """Share covered for each figure on a scale with 95 % named."""
    return tuple(
        coefficient_scale(
            Mark.of(found.figure, found.share),
            title=f"{found.figure}, {found.world}: planted values covered",
            bands=((0.93, "too few"), (1.0, "as claimed")),
        )
        for found in result.recoveries
        if found.world != NOTHING and found.estimable
    )

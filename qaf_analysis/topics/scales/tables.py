"""Tables of eras of the scale: side by side, and the bridges between them."""

from __future__ import annotations

from collections.abc import Sequence

from qaf_analysis.kit.numbers import TOO_FEW, interval, percent, points, value, whole
from qaf_analysis.kit.parts import Table, in_section, number_columns, word_columns
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.names import BridgeKind
from qaf_analysis.topics.scales.analysis.bridges import BridgeTold
from qaf_analysis.topics.scales.analysis.eras import AreaInEra, EraTold, PeriodShare
from qaf_analysis.topics.scales.analysis.scales import AreaBreak, ScaleBreak, ScaleEras
from qaf_analysis.topics.scales.words import mapped_by

KINDS = {
    BridgeKind.RE_READ: "old audits read again on the new scale",
    BridgeKind.GRADED_TWICE: "new audits graded on the old scale too",
}
APART = "Rows are in different words and may not be set against each other."


def scales_tables(result: ScaleEras) -> tuple[Table, ...]:
    """Eras side by side, the bridges with their levels, and every quarter or month."""
    if not result.has_changed:
        return ()
    bridges = [
        (one, area, bridge)
        for one in reversed(result.breaks)
        for area in one.areas
        for bridge in (area.re_read, area.graded_twice)
        if bridge.is_there
    ]
    tables = [in_section(_eras_table(result))]
    if bridges:
        tables += [in_section(_bridges_table(result, bridges)), _levels_table(result, bridges)]
    return (*tables, _time_table(result))


def _eras_table(result: ScaleEras) -> Table:
    return Table(
        caption="Eras of the scale, each in its own words",
        columns=(
            *word_columns("Scale", "Area", "Levels, worst to best", "Called positive", "Period"),
            *number_columns("Audits"),
            *number_columns("Positive", "95% interval"),
        ),
        rows=tuple(_era_row(era, area) for era in result.eras for area in era.areas),
        note=APART,
        source=result.scope.source_line,
    )


def _era_row(era: EraTold, area: AreaInEra) -> tuple[str, ...]:
    return (
        era.in_use,
        area.area,
        ", ".join(era.words.levels),
        era.words.positive,
        area.period,
        whole(area.audits),
        *_share(area.positive),
    )


def _share(share: Estimate) -> tuple[str, str]:
    return value(share, percent), interval(share, percent) if share.is_estimable else ""


Bridges = Sequence[tuple[ScaleBreak, AreaBreak, BridgeTold]]


def _bridges_table(result: ScaleEras, bridges: Bridges) -> Table:
    return Table(
        caption="Audits graded on both scales, and what they carry",
        columns=(
            *word_columns("New scale from", "Area", "Bridge", "Audits of"),
            *number_columns("Audits", "On both", "Counted", "Readers"),
            *number_columns("On the other scale", "95% interval"),
            *number_columns("Change", "95% interval of it", unit="points"),
            *word_columns("Method, or why not"),
        ),
        rows=tuple(_bridge_row(*one) for one in bridges),
        note="Counted: picked by a recorded chance and, where read again, without sight of the "
        "first grade. A change is the new era less the old, both on one scale.",
        source=result.scope.source_line,
    )


def _bridge_row(one: ScaleBreak, area: AreaBreak, bridge: BridgeTold) -> tuple[str, ...]:
    change = bridge.change
    return (
        one.on,
        area.area,
        KINDS[bridge.kind],
        bridge.period,
        whole(bridge.audits),
        whole(bridge.readings),
        whole(bridge.used),
        whole(bridge.readers),
        *_share(bridge.share),
        value(change, points),
        interval(change, points) if change.is_estimable else "",
        bridge.share.method if change.is_estimable else change.why_not,
    )


def _levels_table(result: ScaleEras, bridges: Bridges) -> Table:
    return Table(
        caption="The bridge, level by level",
        columns=(
            *word_columns("New scale from", "Area", "Bridge", "First grade"),
            *number_columns("Audits", "Counted in the bridge", "Positive on the other scale"),
        ),
        rows=tuple(
            (
                one.on,
                area.area,
                KINDS[bridge.kind],
                level.level,
                whole(level.audits),
                whole(level.read),
                whole(level.positive),
            )
            for one, area, bridge in bridges
            for level in bridge.by_level
        ),
        source=result.scope.source_line,
    )


def _time_table(result: ScaleEras) -> Table:
    """Each era's shares over time, and those under an approved map."""
    rows: list[tuple[str, ...]] = []
    for era in result.eras:
        for area in era.areas:
            rows += [_time_row(era.words.positive, area.area, point) for point in area.by_time]
    for one in result.breaks:
        for found in one.areas:
            if found.mapped is not None:
                words = f"{result.era(one.new).words.positive}; {mapped_by(found.mapped)}"
                rows += [_time_row(words, found.area, point) for point in found.mapped.by_time]
    return Table(
        caption=f"Positive share by {result.by}, each era in its own words",
        columns=(
            *word_columns("Period", "Area", "Graded"),
            *number_columns("Audits", "Share", "95% interval"),
        ),
        rows=tuple(rows),
        note=APART,
        source=result.scope.source_line,
    )


def _time_row(words: str, area: str, point: PeriodShare) -> tuple[str, ...]:
    share = point.positive
    if not share.is_estimable:
        return (point.label, area, words, whole(point.audits), TOO_FEW, "")
    return (point.label, area, words, whole(point.audits), *_share(share))

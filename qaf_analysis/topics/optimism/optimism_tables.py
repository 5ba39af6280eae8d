"""Tables of the section on over-optimism."""

from __future__ import annotations

from qaf_analysis.kit.estimates_table import estimates_table
from qaf_analysis.kit.numbers import (
    TOO_FEW,
    coefficient,
    gap,
    interval,
    percent,
    points,
    value,
)
from qaf_analysis.kit.parts import Column, Table
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.topics.optimism.gap_groups import GapGroup
from qaf_analysis.topics.optimism.optimism import Optimism


def optimism_tables(result: Optimism) -> tuple[Table, ...]:
    """The grid, the figures, the adjusted profile, the groups and the rounds."""
    tables = []
    if any(any(row) for row in result.table):
        tables += [_grid(result), _figures(result)]
    if result.by_selection:
        tables.append(_profile(result))
    if result.sensitivity:
        tables.append(_sensitivity(result))
    groups = (
        ("Moderated audits by how they were chosen", "Chosen", result.by_selection),
        ("Moderated audits chosen by chance, by source", "Source", result.by_source),
        ("Moderated audits chosen by chance, by quarter of moderation", "Quarter", result.rounds),
    )
    return (*tables, *(_groups(*group, result) for group in groups if group[2]))


def _grid(result: Optimism) -> Table:
    return Table(
        caption="Auditor's grade by moderator's grade",
        columns=(
            Column(heading="Auditor's grade", align="left"),
            *(Column(heading=level, unit="moderator") for level in result.levels),
        ),
        rows=tuple(
            (level, *(f"{count:,}" for count in row))
            for level, row in zip(result.levels, result.table, strict=True)
        ),
        source=result.scope.source_line,
    )


def _figures(result: Optimism) -> Table:
    return estimates_table(
        "Auditors against moderators",
        [
            ("Mean gap, in grades (audit minus moderation)", result.gap, gap),
            (f"Mean gap, {result.earlier_period or 'earlier'}", result.earlier_gap, gap),
            ("Change of the gap", result.gap_change, gap),
            ("Graded lower by the moderator", result.over, percent),
            ("Graded higher by the moderator", result.under, percent),
            ("Two grades or more apart", result.severe, percent),
            ("Good or better, auditors minus moderators, points", result.good_shift, points),
            ("Stuart–Birch statistic of the gap", result.stuart_birch, coefficient),
            ("Spread of gaps between auditors, in grades", result.heterogeneity, coefficient),
        ],
        note=f"Audits and moderation count as alike when the whole interval of the gap lies "
        f"within {coefficient(result.tolerance)} of a grade.",
        source=result.scope.source_line,
    )


def _profile(result: Optimism) -> Table:
    rows = []
    for level, share, adjusted in zip(
        result.levels, result.audit_profile, result.adjusted_profile, strict=True
    ):
        rows.append((level, percent(share), value(adjusted, percent), _interval(adjusted)))
    good = f"{result.levels[result.good_from]} or better"
    rows.append(
        (
            good,
            value(result.audit_good, percent),
            value(result.adjusted_good, percent),
            _interval(result.adjusted_good),
        )
    )
    why_not = result.adjusted_good.why_not
    return Table(
        caption="Grades as audited, and had moderators graded every audit",
        columns=(
            Column(heading="Grade", align="left"),
            Column(heading="As audited"),
            Column(heading="Had moderators graded all"),
            Column(heading="95% interval"),
        ),
        rows=tuple(rows),
        note=f"No adjusted figure, because {why_not}."
        if why_not
        else f"Method: {result.adjusted_good.method}. As audited: {result.audits:,} audits, "
        f"good or better {interval(result.audit_good, percent)}. Moderated: "
        f"{result.adjusted_good.cases:,}.",
        source=result.scope.source_line,
    )


def _sensitivity(result: Optimism) -> Table:
    return Table(
        caption="The adjusted figures under other assumptions about moderators",
        columns=(
            Column(heading="Assumption", align="left"),
            Column(heading="Good or better"),
            Column(heading="95% interval"),
            Column(heading="Mean gap", unit="grades"),
            Column(heading="95% interval"),
            Column(heading="Same conclusion", align="left"),
        ),
        rows=tuple(
            (
                line.label,
                value(line.good, percent),
                _interval(line.good),
                value(line.gap, gap),
                interval(line.gap, gap) if line.gap.is_estimable else line.gap.why_not,
                ("yes" if line.agrees else "no") if line.gap.is_estimable else "cannot be said",
            )
            for line in result.sensitivity
        ),
        note="Moderators differ among themselves, and one who sees the auditor's grade is drawn "
        "to it: these lines show how much hangs on that.",
        source=result.scope.source_line,
    )


def _interval(estimate: Estimate) -> str:
    return interval(estimate, percent) if estimate.is_estimable else ""


def _groups(caption: str, heading: str, groups: tuple[GapGroup, ...], result: Optimism) -> Table:
    return Table(
        caption=caption,
        columns=(
            Column(heading=heading, align="left"),
            Column(heading="Audits"),
            Column(heading="Mean gap", unit="grades"),
            Column(heading="95% interval"),
            Column(heading="Moderator lower"),
            Column(heading="Moderator higher"),
        ),
        rows=tuple(
            (
                group.label,
                f"{group.cases:,}",
                value(group.gap, gap),
                interval(group.gap, gap) if group.gap.is_estimable else "",
                value(group.over, percent),
                value(group.under, percent),
            )
            for group in groups
        ),
        note=f'A mean gap on fewer than ten audits is "{TOO_FEW}".',
        source=f"Routine audits with a moderator's grade, up to {result.scope.last}.",
    )

"""The tables of what adjusted figures rest on: draws, their panels, and every weight."""

from __future__ import annotations

from math import isnan

from qaf_analysis.kit.numbers import exact_gap, interval, percent, value, with_interval
from qaf_analysis.kit.parts import Column, Table
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.optimism.words import panel_name


def draw_tables(result: Optimism) -> list[Table]:
    """What adjusted figures rest on: panels, auditors' grades, and every weight that occurs."""
    basis = result.draws
    tables = [_panels(result)] if len(basis.panels) + len(basis.others) > 1 else []
    if basis.panels and result.adjusted_good.is_estimable:
        tables += [_remade(result), *([_weights(result)] if basis.weights else [])]
    return tables


def _panels(result: Optimism) -> Table:
    basis = result.draws
    between = "; ".join(
        f"{panel_name(each.first)} less {panel_name(each.second)} "
        f"{with_interval(each.difference, exact_gap)}, "
        f"{'files that both read' if each.paired else 'files of one auditors’ grade'}"
        for each in basis.differences
    )
    return Table(
        caption="Panels of moderators: what each read, weighs and finds alone",
        columns=(
            Column(heading="Panel", align="left"),
            Column(heading="Audits"),
            Column(heading="Share of the weight"),
            Column(heading="Counts as"),
            Column(heading=result.scale.positive_heading),
            Column(heading="95% interval"),
            Column(heading="Mean gap", unit="grades"),
            Column(heading="95% interval"),
        ),
        rows=tuple(
            (
                panel_name(line.name),
                f"{line.files:,}",
                percent(line.weight_share) if line in basis.panels else "told apart",
                f"{line.effective:.1f}",
                value(line.good, percent),
                interval(line.good, percent) if line.good.is_estimable else "",
                value(line.gap, exact_gap),
                interval(line.gap, exact_gap) if line.gap.is_estimable else "",
            )
            for line in (*basis.panels, *basis.others)
        ),
        note=f"Moderators' grades of alike files, panel less panel: {between}. Audits read by more "
        f"than one: {sum(line.twice for line in basis.grades):,}; they stand in each row, with a "
        f"part of their weight. All {basis.files:,} count as {basis.effective:.1f}.",
        source=result.scope.source_line,
    )


def _remade(result: Optimism) -> Table:
    basis = result.draws
    good = result.scale.positive
    total = sum(line.audits * line.good for line in basis.grades)
    rows = [
        (
            result.scale.levels[line.grade],
            f"{line.audits:,}",
            *(f"{files:,}" for files in line.files),
            f"{line.read:,}",
            _span(line.lightest, line.heaviest),
            f"{line.effective:.1f}",
            f"{100 * line.good:.1f}%",
            f"{line.audits * line.good:.2f}",
        )
        for line in basis.grades
    ]
    last = ("Together", f"{result.audits:,}", *("" for _ in basis.panels), f"{basis.files:,}", "")
    return Table(
        caption=f"How the adjusted share graded {good} is made",
        columns=(
            Column(heading="Auditor's grade", align="left"),
            Column(heading="All audits"),
            *(Column(heading=f"Read by {panel_name(each.name)}") for each in basis.panels),
            Column(heading="Read, each once"),
            Column(heading="Audits one stands for"),
            Column(heading="Counts as"),
            Column(heading=f"Moderators: graded {good}"),
            Column(heading="All audits × that share"),
        ),
        rows=(*rows, (*last, f"{basis.effective:.1f}", "", f"{total:.2f}")),
        note=f"{total:.2f} ÷ {result.audits:,} = {100 * total / result.audits:.1f}%: the adjusted "
        "share. "
        + (
            "An audit weighs by one over the chance that any draw took it."
            if basis.chances_known
            else "The chance of some draw is known for the audits it took only, so each draw is "
            "weighed by its own effective number."
        ),
        source=result.scope.source_line,
    )


def _span(low: float, high: float) -> str:
    if isnan(low):
        return ""
    ends = f"{low:.2f}", f"{high:.2f}"
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def _weights(result: Optimism) -> Table:
    return Table(
        caption="Every weight of a moderated audit",
        columns=(
            Column(heading="Auditor's grade", align="left"),
            Column(heading="Chance that any draw took it"),
            Column(heading="Audits one stands for"),
            Column(heading="Audits read"),
            Column(heading=f"{result.scale.positive_heading} by moderators"),
        ),
        rows=tuple(
            (
                result.scale.levels[line.grade],
                f"{line.chance:.4f}" if result.draws.chances_known else "in proportion",
                f"{line.stands_for:.3f}",
                f"{line.files:,}",
                f"{line.good:,}",
            )
            for line in result.draws.weights
        ),
        note=f"{result.scale.positive_heading}, of a grade: audits stood for are summed over those "
        f"found {result.scale.positive}, and divided by the sum over all.",
        source=result.scope.source_line,
    )

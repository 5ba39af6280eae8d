"""The tables of moderators themselves: agreement beside auditors', and drift of each by code."""

from __future__ import annotations

from qaf_analysis.kit.numbers import (
    coefficient,
    gap,
    interval,
    percent,
    value,
    whole,
)
from qaf_analysis.kit.parts import Column, Figure, Table, estimates_table, in_section, word_columns
from qaf_analysis.terms.scale import beginning_sentence
from qaf_analysis.topics.moderators.analysis.drift import DriftFound
from qaf_analysis.topics.moderators.analysis.headline import ModeratorsMeasured


def moderators_tables(result: ModeratorsMeasured) -> tuple[Table, ...]:
    """Agreement, and what cases read again show."""
    tables = [in_section(_agreement(result))]
    if result.supplied:
        tables += [in_section(_drift(result)), _noise(result)]
    return tuple(tables)


def _agreement(result: ModeratorsMeasured) -> Table:
    found = result.ceiling
    figures: list[Figure] = [
        figure
        for who, pair in (
            ("two moderators", found.among_moderators),
            ("an auditor and a moderator", found.with_auditors),
        )
        for figure in (
            (f"Same grade, {who}", pair.exact, percent),
            (f"AC2 with quadratic weights, {who}", pair.quadratic, coefficient),
            (f"AC2 with linear weights, {who}", pair.linear, coefficient),
        )
    ]
    rounds = ", ".join(found.rounds) or "none"
    return estimates_table(
        "Agreement of two moderators, and of an auditor and a moderator on the same audits",
        figures,
        note=f"Audits that two moderators read blind in one round. Rounds: {rounds}. "
        f"Moderators: {found.people}.",
        source=f"{whole(found.among_moderators.audits)} audits that two moderators read.",
    )


def _drift(result: ModeratorsMeasured) -> Table:
    rows = [_row("All together", result.panel)]
    rows += [_row(one.moderator.removeprefix("MODERATOR-"), one.found) for one in result.moderators]
    return Table(
        caption="Cases that moderators read again: kinder or harsher than before",
        columns=(
            *word_columns("Moderator"),
            Column(heading="Cases"),
            Column(heading="Rounds between"),
            Column(heading="Difference", unit="grades"),
            Column(heading="95% interval"),
            *word_columns("Verdict"),
        ),
        rows=tuple(rows),
        note="Positive: kinder now. In the order of codes; not a ranking, and not for appraisal. "
        "Intervals hold for all rounds and moderators together, and belong to the verdict.",
        source=result.scope.source_line,
    )


def _row(who: str, found: DriftFound) -> tuple[str, ...]:
    return (
        who,
        whole(found.anchors),
        whole(found.rounds),
        beginning_sentence(value(found.in_all, gap)),
        interval(found.in_all, gap) if found.in_all.is_estimable else "",
        beginning_sentence(str(found.verdict)),
    )


def _noise(result: ModeratorsMeasured) -> Table:
    noise = result.noise
    names = ("anchors", "consensus cases", "retests")
    kinds = ", ".join(f"{n} {name}" for n, name in zip(result.kinds, names, strict=True))
    return estimates_table(
        "How far readings of one case scatter",
        [
            ("Standard deviation of one reading, grades", noise.reading, coefficient),
            ("Single grades that came out the same", noise.exact, percent),
        ],
        note=f"Supplied: {kinds}. Consensus cases are for severity, and no figure here counts "
        "them but as an earlier reading.",
        source=result.scope.source_line,
    )

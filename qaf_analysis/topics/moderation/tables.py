"""The tables of the next round of moderation."""

from __future__ import annotations

from qaf_analysis.kit.numbers import percent, whole
from qaf_analysis.kit.parts import Column, Table, in_section, number_columns, word_columns
from qaf_analysis.terms.scale import beginning_sentence
from qaf_analysis.topics.moderation.analysis import PlannedAnswer
from qaf_analysis.topics.moderation.next_sample import ROUNDS, NextSample


def next_sample_tables(result: NextSample) -> tuple[Table, ...]:
    """What each question needs, what draws of several sizes buy, and what there is to draw."""
    tables = [in_section(_open(result))]
    if result.answers:
        tables = [in_section(needs_table(result)), *tables]
    return (*tables, sizes_table(result)) if result.sizes else tuple(tables)


def needs_table(result: NextSample) -> Table:
    """How many moderated audits a year each question needs."""
    return Table(
        caption="Moderated audits a year that each question needs",
        columns=(
            *word_columns("To know"),
            *number_columns("Audits a year", "Share of the year's"),
            *word_columns("What else"),
        ),
        rows=tuple(_need(answer) for answer in result.answers),
        note=" ".join((*result.rests_on, *result.warnings)),
        source=result.scope.source_line,
    )


def _need(answer: PlannedAnswer) -> tuple[str, ...]:
    said = "; ".join(text for text in (answer.rule, answer.why_not) if text)
    question = beginning_sentence(answer.question)
    if not answer.moderated:
        return (question, "out of reach", "", said)
    return (question, whole(answer.moderated), percent(answer.share), said)


def _open(result: NextSample) -> Table:
    need = result.by_grades
    rows = [
        (f"Routine audits graded, {result.scope.period}", whole(result.scope.used)),
        (f"Audits of {result.scope.quarter} open to be drawn", whole(result.open_audits)),
        ("Rounds a year", whole(ROUNDS)),
    ]
    if need is not None and need.moderated:
        a_round = -(-need.moderated // ROUNDS)
        rows.append(("Audits a round, for the mean gap", whole(a_round)))
    return Table(
        caption="What the next round draws from",
        columns=(*word_columns("What"), *number_columns("Audits")),
        rows=tuple(rows),
        source=result.scope.source_line,
    )


def sizes_table(result: NextSample) -> Table:
    """What a draw in proportion to auditors' grades buys, size by size."""
    return Table(
        caption="What a draw in proportion to auditors' grades buys",
        columns=(
            Column(heading="Audits drawn", align="left"),
            *(Column(heading=level, unit="audits") for level in result.scale.levels),
            Column(heading=result.scale.positive_heading, unit="± points"),
            Column(heading="Mean gap", unit="± grades"),
            Column(heading="Over-graded met"),
        ),
        rows=tuple(
            (
                whole(size.moderated),
                *(whole(number) for number in size.numbers),
                f"{100 * size.good_half_width:.1f}",
                f"{size.gap_half_width:.2f}",
                whole(size.over_found),
            )
            for size in result.sizes
        ),
        source=result.scope.source_line,
    )

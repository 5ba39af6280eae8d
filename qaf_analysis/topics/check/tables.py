"""The table of whether the methods find what was planted."""

from __future__ import annotations

from qaf_analysis.kit.numbers import fine_gap, percent, with_interval
from qaf_analysis.kit.parts import Table, number_columns, word_columns
from qaf_analysis.topics.check.analysis.recovery import MethodCheck


def method_check_tables(result: MethodCheck) -> tuple[Table, ...]:
    """Coverage by figure, and verdicts by world."""
    return (
        Table(
            caption="How often the planted value lay in its 95% interval",
            columns=(
                *word_columns("Figure", "World"),
                *number_columns("Councils", "Estimable", "Covered", "Mean error"),
            ),
            rows=tuple(
                (
                    found.figure,
                    found.world,
                    f"{found.councils:,}",
                    f"{found.estimable:,}",
                    with_interval(found.share, percent),
                    fine_gap(found.mean_error) if found.estimable else "",
                )
                for found in result.recoveries
            ),
        ),
        Table(
            caption="Verdicts given",
            columns=(
                *word_columns("Question", "World", "Verdict"),
                *number_columns("Share of councils"),
            ),
            rows=tuple(
                (rate.question, rate.world, rate.verdict, with_interval(rate.share, percent))
                for rate in result.verdicts
            ),
        ),
    )

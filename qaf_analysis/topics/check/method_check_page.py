"""The method check: words, tables, and the picture of what was covered."""

from __future__ import annotations

from qaf_analysis.kit.charts.mark import Mark
from qaf_analysis.kit.numbers import counted, fine_gap, percent, with_interval
from qaf_analysis.kit.parts import Column, Picture, Table
from qaf_analysis.kit.statement import Statement
from qaf_analysis.topics.agreement.charts_agreement import coefficient_scale
from qaf_analysis.topics.check.recovery import NOTHING, MethodCheck

LIMITS = (
    "Simulated councils follow the model they are drawn from. Real ones may not: these rates show "
    "that the methods do what they claim where their assumptions hold."
)
CLAIMS = ("adjust", "re-audit", "improved", "got worse", "more consistent", "less consistent")


def say_method_check(result: MethodCheck) -> Statement:
    """Words for the method check."""
    estimable = sum(found.estimable for found in result.recoveries)
    covered = sum(
        found.share.value * found.estimable for found in result.recoveries if found.estimable
    )
    false = [
        f"{rate.question.lower()}, {rate.verdict}: {with_interval(rate.share, percent)}"
        for rate in result.verdicts
        if rate.world == NOTHING and rate.verdict in CLAIMS
    ]
    return Statement(
        claim=f"Of {estimable:,} planted values, {percent(covered / max(estimable, 1))} lay in "
        "their 95% interval",
        paragraphs=(
            f"{counted(result.councils, 'council')} of {result.audits_per_quarter} audits a "
            "quarter were simulated with effects and as many without.",
            f"False claims where nothing was planted: {'; '.join(false) or 'none'}.",
        ),
        limits=LIMITS,
        source=f"Seed {result.seed}. Intervals of the shares are Wilson's and show how far so "
        "few councils can tell.",
    )


def method_check_tables(result: MethodCheck) -> tuple[Table, ...]:
    """Coverage by figure, and verdicts by world."""
    return (
        Table(
            caption="How often the planted value lay in its 95% interval",
            columns=(
                Column(heading="Figure", align="left"),
                Column(heading="World", align="left"),
                Column(heading="Councils"),
                Column(heading="Estimable"),
                Column(heading="Covered"),
                Column(heading="Mean error"),
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
                Column(heading="Question", align="left"),
                Column(heading="World", align="left"),
                Column(heading="Verdict", align="left"),
                Column(heading="Share of councils"),
            ),
            rows=tuple(
                (rate.question, rate.world, rate.verdict, with_interval(rate.share, percent))
                for rate in result.verdicts
            ),
        ),
    )


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

"""What is said of whether the methods find what was planted."""

from __future__ import annotations

from qaf_analysis.kit.numbers import counted, percent, with_interval
from qaf_analysis.kit.parts import Statement
from qaf_analysis.terms.verdicts import IS_A_CLAIM
from qaf_analysis.topics.check.analysis.recovery import NOTHING, MethodCheck

LIMITS = (
    "Simulated councils follow the model they are drawn from. Real ones may not: these rates show "
    "that the methods do what they claim where their assumptions hold."
)


def say_method_check(result: MethodCheck) -> Statement:
    """Words for the method check."""
    estimable = sum(found.estimable for found in result.recoveries)
    covered = sum(
        found.share.value * found.estimable for found in result.recoveries if found.estimable
    )
    false = [
        f"{rate.question.lower()}, {rate.verdict}: {with_interval(rate.share, percent)}"
        for rate in result.verdicts
        if rate.world == NOTHING and rate.verdict in IS_A_CLAIM
    ]
    return Statement(
        claim=f"Of {estimable:,} planted values, {percent(covered / max(estimable, 1))} lay in "
        "their 95% interval",
        paragraphs=(
            f"{counted(result.councils, 'council')} of {result.audits_per_quarter} audits a "
            f"quarter {'was' if result.councils == 1 else 'were'} simulated with effects and as "
            "many without.",
            f"False claims where nothing was planted: {'; '.join(false) or 'none'}.",
        ),
        limits=LIMITS,
        source=f"Seed {result.seed}. Intervals of the shares are Wilson's and show how far so "
        "few councils can tell.",
    )

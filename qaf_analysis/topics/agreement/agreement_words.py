"""What the agreement result says."""

from __future__ import annotations

from collections.abc import Sequence

from qaf_analysis.kit.numbers import (
    chance,
    coefficient,
    counted,
    of_hundred,
    percent,
    with_interval,
)
from qaf_analysis.kit.statement import Statement
from qaf_analysis.topics.agreement.agreement import Agreement

LIMITS = (
    "Agreement is not accuracy: auditors can agree and all be too kind, which only external "
    "moderation can show. The coefficient depends on how often each grade is given, so it should "
    "not be compared with another council's."
)


def say_agreement(result: Agreement) -> Statement:
    """Words for the agreement section."""
    if not result.ac2.is_estimable:
        return Statement(
            claim="Agreement among auditors could not be measured this period",
            paragraphs=(
                f"Not available because {result.reason}. To measure agreement, have a second "
                "auditor grade a planned share of audits without seeing the first grade.",
            ),
            limits=LIMITS,
            source=result.scope.source_line,
        )
    return Statement(
        claim=_claim(result),
        paragraphs=(_pairs(result), _coefficient(result), *_boundary(result)),
        limits=LIMITS,
        source=result.scope.source_line,
    )


def agreement_card(result: Agreement) -> str:
    """One sentence for the first page."""
    if not result.ac2.is_estimable:
        return f"Not available because {result.reason}."
    return f"{_pairs(result)} AC2 is {with_interval(result.ac2, coefficient)}: {result.reason}."


def _claim(result: Agreement) -> str:
    return (
        "When two auditors read the same audit they gave the same grade "
        f"{of_hundred_pairs(result)[0]} times in 100"
    )


def of_hundred_pairs(result: Agreement) -> list[int]:
    """Of 100 pairs, how many are identical, one grade apart, and further apart."""
    return of_hundred([result.identical, result.one_apart, result.two_or_more])


def grid_of_hundred(shares: Sequence[Sequence[float]], parts: Sequence[int]) -> list[list[int]]:
    """Share 100 pairs out over the grid, so that each distance adds up to its part.

    Examples
    --------
    >>> grid_of_hundred([[0.2, 0.3], [0.3, 0.5]], [70, 30])
    [[20, 30], [30, 50]]
    """
    levels = len(shares)
    grid = [[0] * levels for _ in range(levels)]
    for distance, part in enumerate(parts):
        cells = [(i, j) for i in range(levels) for j in range(i + 1) if min(i - j, 2) == distance]
        here = [shares[i][j] for i, j in cells]
        if sum(here) > 0:
            for (i, j), count in zip(cells, of_hundred(here, total=part), strict=True):
                grid[i][j] = grid[j][i] = count
    return grid


def _pairs(result: Agreement) -> str:
    identical, one_apart, further = of_hundred_pairs(result)
    return (
        f"Of 100 pairs of grades on the same audit, {identical} were identical, "
        f"{one_apart} were one grade apart and {further} "
        f"were two or more apart ({counted(result.audits, 'audit')}, "
        f"{counted(result.auditors, 'auditor')})."
    )


def _coefficient(result: Agreement) -> str:
    return (
        f"Allowing for chance, agreement (Gwet's AC2, linear weights) is "
        f"{with_interval(result.ac2, coefficient)}, for auditors like these. "
        f"Krippendorff's alpha, a stricter measure, is "
        f"{with_interval(result.alpha_ordinal, coefficient)}. AC2 is at least 0.40 with a "
        f"probability of {chance(result.probability_fair)}, and at least 0.60 with one of "
        f"{chance(result.probability_good)}; alpha is at least 0.40 with one of "
        f"{chance(result.probability_alpha)}. Verdict: {result.verdict}, "
        f"because {result.reason}."
    )


def _boundary(result: Agreement) -> tuple[str, ...]:
    if not result.boundary:
        return ()
    return (
        f"Of the pairs that differed, {percent(result.boundary_share)} lay between "
        f"{result.boundary}.",
    )

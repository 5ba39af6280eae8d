"""The released figures of a run as one tidy table: a group a row, with what it is a group of.

Nothing is read but what the run's report may show. What the report holds back is held back here:
a figure without a value stays without one, with the report's reason. Single auditors are told apart
only where somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from qaf_analysis.kit.numbers import gap, percent, points
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.figures import Figure, figures
from qaf_analysis.topics.optimism.analysis.detail import OptimismDetail, OwnGaps
from qaf_analysis.topics.programme.analysis.grades import GradeCounts, Programme
from qaf_analysis.topics.registry import Results

COLUMNS = (
    "measure", "by", "group", "period", "value", "low", "high", "n", "auditors", "why not"
)  # fmt: skip


class By(StrEnum):
    """What groups are groups of."""

    QUARTER = "quarter"
    TEAM = "team"
    DOMAIN = "domain"
    CASE_TYPE = "case type"
    AUDITOR = "auditor"

    @property
    def plural(self) -> str:
        """As several are called."""
        return f"{self}s"


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A figure that groups are compared by.

    Parameters
    ----------
    name : str
        In words; ``{positive}`` stands for what the scale calls its positive grades.
    field : str
        Where it stands among the figures of a report.
    write, apart : callable
        How a value is written, and a difference, which has its sign.
    unit : str
        What follows a difference.
    is_share : bool
        Whether it is a share of cases, 0 to 1.
    time : str
        What stands beside one another in time.
    """

    name: str
    field: str
    write: Callable[[float], str]
    apart: Callable[[float], str]
    unit: str
    is_share: bool = False
    time: str = "quarter"

    def kind(self, by: By) -> str:
        """What groups are called: a measure may compare rounds of moderation over time.

        Examples
        --------
        >>> GAP.kind(By.QUARTER), GAP.kind(By.TEAM)
        ('moderation round', 'team')
        """
        return self.time if by is By.QUARTER else str(by)

    def distance(self, difference: float) -> str:
        """Write how far two values lie apart, without a sign.

        Examples
        --------
        >>> SHARE.distance(0.31), GAP.distance(-0.31)
        ('31', '0.3')
        """
        return self.apart(abs(difference)).removeprefix("+")


SHARE = Measure(
    name="Share graded {positive}",
    field="GradeCounts.good",
    write=percent,
    apart=points,
    unit="percentage points",
    is_share=True,
)
GAP = Measure(
    name="Gap to moderators",
    field="GapGroup.gap",
    write=gap,
    apart=gap,
    unit="of a grade",
    time="moderation round",
)
SAME = Measure(
    name="Pairs of auditors with the same grade",
    field="GroupAgreement.exact",
    write=percent,
    apart=points,
    unit="percentage points",
    is_share=True,
)
MEASURES = (SHARE, GAP, SAME)


@dataclass(frozen=True, kw_only=True)
class Group:
    """One group with its released figure."""

    by: By
    label: str
    period: str
    estimate: Estimate


def released_groups(results: Results, measure: Measure, *, headline: str = "") -> list[Group]:
    """Groups that the report compares by a measure, in its order; no single auditors."""
    found: dict[tuple[By, str], Group] = {}
    for figure in figures(results):
        if figure.field == measure.field and figure.headline in ("", headline):
            placed = _placed(figure)
            if placed is not None:
                found.setdefault((placed.by, placed.label), placed)
    return list(found.values())


def own_gaps(results: Results, *, headline: str = "") -> OwnGaps | None:
    """Auditors' own gaps, as released; None where the run has no such answer."""
    if not results.has(OptimismDetail):
        return None
    of_it = results.about(headline) if headline else results
    return of_it[OptimismDetail].own


def grade_counts(results: Results, by: By, *, headline: str = "") -> tuple[GradeCounts, ...]:
    """Counts of grades of every group that the report shows them of."""
    programme = (results.about(headline) if headline else results)[Programme]
    counts: dict[By, tuple[GradeCounts, ...]] = {
        By.QUARTER: programme.by_quarter,
        By.TEAM: programme.by_team,
        By.DOMAIN: programme.by_domain,
        By.CASE_TYPE: programme.by_case_type,
    }
    return counts.get(by, ())


def tidy_table(results: Results, *, headline: str = "") -> pd.DataFrame:
    """Every group of every measure, a row each: for filters, charts and spreadsheets.

    ``n`` counts audits, or pairs of readings, as the report does. Auditors are no groups here.
    """
    positive = results[Programme].scale.positive
    return pd.DataFrame(_rows(results, positive, headline), columns=list(COLUMNS))


def _rows(results: Results, positive: str, headline: str) -> Iterator[tuple[object, ...]]:
    for measure in MEASURES:
        for group in released_groups(results, measure, headline=headline):
            found = group.estimate
            yield (
                measure.name.format(positive=positive),
                str(group.by),
                group.label,
                group.period,
                *(found.value, found.low, found.high, found.cases, found.auditors, found.why_not),
            )


def _placed(figure: Figure) -> Group | None:
    """Which group a figure is of; None where it is of all, or of what is not explored."""
    group = figure.group.removeprefix(figure.headline).removeprefix("; ")
    for by in (By.TEAM, By.DOMAIN, By.CASE_TYPE):
        if group.startswith(f"{by} "):
            label = group.removeprefix(f"{by} ")
            return Group(by=by, label=label, period=figure.period, estimate=figure.estimate)
    if group or not _is_quarter(figure.period):
        return None
    label = figure.period
    return Group(by=By.QUARTER, label=label, period=label, estimate=figure.estimate)


def _is_quarter(period: str) -> bool:
    try:
        return str(Quarter.parse(period)) == period
    except ValueError:
        return False

"""Each auditor's severity in grades, in words that support a conversation and rank nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from scipy import special

from qaf_analysis.analyses.auditor_codes import auditor_codes
from qaf_analysis.analyses.severity_models import FEWEST_LINKED, SeverityModels, ratings_of
from qaf_analysis.stats.auditor_grades import auditor_severity_in_grades
from qaf_analysis.stats.severity_model import severity_model
from qaf_analysis.stats.severity_options import SeverityOptions
from qaf_analysis.stats.severity_statistics import SeverityStatistics
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.quarter import Quarter, rolling_year

NO_DIFFERENCE = 0.25
"""Severity, in grades, within which auditors count as alike in practice."""
WIDEST = 1.0
"""An interval wider than this, in grades, says nothing yet."""
CLEAR, POSSIBLE = 0.95, 0.8

Finding: TypeAlias = Literal[
    "clearly stricter",
    "clearly kinder",
    "possibly stricter",
    "possibly kinder",
    "no clear difference",
    "not enough yet",
]


@dataclass(frozen=True, kw_only=True)
class AuditorSeverity:
    """One auditor's severity in grades on the same files; positive is stricter.

    ``inner`` are the ends of the 50 % interval. ``infit`` and ``outfit``, ``spread_ratio`` and
    ``stretch`` are the mean-square of unexpected grades, the spread of grades within a
    file against the expected one, and the stretch of thresholds (above 1 avoids extremes).
    """

    auditor: str
    group: int
    audits: int
    linked: int
    severity: Estimate
    inner: tuple[float, float]
    finding: Finding
    infit: float
    outfit: float
    spread_ratio: Estimate
    stretch: Estimate


def auditor_severities(
    models: SeverityModels, found: tuple[Estimate, ...], statistics: SeverityStatistics
) -> tuple[AuditorSeverity, ...]:
    """Severity of each auditor, and how they use the scale, in the order of their codes."""
    fit = models.linked
    if fit is None:
        return ()
    codes = auditor_codes(models.raters)
    every = models.ratings.groupby("rater")["audit_id"].nunique()
    people = []
    for place, number in enumerate(fit.ratings.auditor_codes.tolist()):
        rater, estimate = models.raters[number], found[place]
        half = 0.674490 * estimate.se
        people.append(
            AuditorSeverity(
                auditor=codes[rater],
                group=int(fit.groups.group[place]),
                audits=int(every[rater]),
                linked=estimate.cases,
                severity=estimate,
                inner=(estimate.value - half, estimate.value + half),
                finding=_finding(estimate),
                infit=float(statistics.fit.infit[place]),
                outfit=float(statistics.fit.outfit[place]),
                spread_ratio=statistics.halo.shrunken[place],
                stretch=statistics.centrality[place],
            )
        )
    return tuple(sorted(people, key=lambda person: person.auditor))


def _finding(severity: Estimate) -> Finding:
    if (
        not severity.is_estimable
        or severity.cases < FEWEST_LINKED
        or severity.high - severity.low > WIDEST
    ):
        return "not enough yet"
    stricter = float(special.ndtr((severity.value - NO_DIFFERENCE) / severity.se))
    kinder = float(special.ndtr((-severity.value - NO_DIFFERENCE) / severity.se))
    if stricter > POSSIBLE:
        return "clearly stricter" if stricter > CLEAR else "possibly stricter"
    if kinder > POSSIBLE:
        return "clearly kinder" if kinder > CLEAR else "possibly kinder"
    return "no clear difference"


def auditors_to_talk_with(
    models: SeverityModels,
    people: tuple[AuditorSeverity, ...],
    quarter: Quarter,
    *,
    n_levels: int,
) -> tuple[str, ...]:
    """Auditors who are clearly stricter, or kinder, in the latest year and in the time before."""
    clear = {p.auditor: p.finding for p in people if p.finding.startswith("clearly")}
    if not clear:
        return ()
    year = models.ratings["quarter"].isin([str(q) for q in rolling_year(quarter)])
    codes = auditor_codes(models.raters)
    for rows in (models.ratings[year], models.ratings[~year]):
        if rows.empty or (rows.groupby("audit_id")["rater"].nunique() >= 2).sum() < FEWEST_LINKED:
            return ()
        ratings = ratings_of(rows, models.raters, models.domains, n_levels).linked
        fit = severity_model(ratings, options=SeverityOptions())
        now = {
            codes[models.raters[number]]: _finding(estimate)
            for number, estimate in zip(
                ratings.auditor_codes.tolist(), auditor_severity_in_grades(fit), strict=True
            )
        }
        clear = {code: said for code, said in clear.items() if now.get(code) == said}
    return tuple(sorted(clear))

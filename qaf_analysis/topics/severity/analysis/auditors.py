"""Each auditor's severity in grades, in words that support a conversation and rank nobody.

How one auditor uses the scale, beside what the severity model expects: no judgement.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd
from scipy import special

from qaf_analysis.stats.severity.fit import SeverityFit
from qaf_analysis.stats.severity.in_grades import auditor_fair_grades, auditor_severity_in_grades
from qaf_analysis.stats.severity.model import severity_model
from qaf_analysis.stats.severity.options import SeverityOptions
from qaf_analysis.stats.severity.statistics import SeverityStatistics
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.quarter import Quarter, rolling_year
from qaf_analysis.terms.verdicts import SEVERITY_CLAIMS, SEVERITY_RULE, SeverityFinding
from qaf_analysis.topics.common.auditor_codes import auditor_codes
from qaf_analysis.topics.severity.analysis.models import FEWEST_LINKED, SeverityModels, ratings_of


@dataclass(frozen=True, kw_only=True)
class AuditorSeverity:
    """One auditor's severity in grades on the same files; positive is stricter.

    Parameters
    ----------
    auditor : str
        Code.
    group : int
        Number of the group of auditors that share audits.
    audits, linked : int
        Audits graded, and those of them that others graded too.
    severity : Estimate
        From linked audits: what counts.
    inner : tuple of float
        Ends of its 50 % interval.
    finding : SeverityFinding
    pooled : Estimate
        From all audits, as if they had reached auditors at random.
    caseload : Estimate
        How much better practice is in the auditor's audits than in those of colleagues, in grades;
        below 0, harder cases.
    fair_grade : Estimate
        Mean grade code that the auditor would give to the same files.
    habits : AuditorHabits
    """

    auditor: str
    group: int
    audits: int
    linked: int
    severity: Estimate
    inner: tuple[float, float]
    finding: SeverityFinding
    pooled: Estimate
    caseload: Estimate
    fair_grade: Estimate
    habits: AuditorHabits


def auditor_severities(
    models: SeverityModels, statistics: SeverityStatistics
) -> tuple[AuditorSeverity, ...]:
    """Severity of each auditor, and how they use the scale, in the order of their codes."""
    fit, test = models.linked, models.allocation
    if fit is None or test is None:
        return ()
    codes = auditor_codes(models.raters)
    every = models.ratings.groupby("rater")["audit_id"].nunique()
    pooled = _by_auditor(test.pooled, auditor_severity_in_grades(test.pooled))
    caseload = _by_auditor(test.uneven, test.caseload)
    slope = models.slope_of(test.uneven)
    fair = auditor_fair_grades(fit)
    people = []
    for place, (number, estimate) in enumerate(
        _by_auditor(fit, auditor_severity_in_grades(fit)).items()
    ):
        rater, half = models.raters[number], 0.674490 * estimate.se
        people.append(
            AuditorSeverity(
                auditor=codes[rater],
                group=int(fit.groups.group[place]),
                audits=int(every[rater]),
                linked=estimate.cases,
                severity=estimate,
                inner=(estimate.value - half, estimate.value + half),
                finding=_finding(estimate),
                pooled=pooled[number],
                caseload=_in_grades(caseload[number], slope),
                fair_grade=fair[place],
                habits=auditor_habits(statistics, place),
            )
        )
    return tuple(sorted(people, key=lambda person: person.auditor))


def _by_auditor(fit: SeverityFit, found: tuple[Estimate, ...]) -> dict[int, Estimate]:
    return dict(zip(fit.ratings.auditor_codes.tolist(), found, strict=True))


def _in_grades(logits: Estimate, slope: float) -> Estimate:
    return replace(
        logits,
        value=slope * logits.value,
        low=slope * logits.low,
        high=slope * logits.high,
        se=slope * logits.se,
        method="caseload of the severity model, in grades",
    )


def _finding(severity: Estimate) -> SeverityFinding:
    rule = SEVERITY_RULE
    if (
        not severity.is_estimable
        or severity.cases < rule.fewest_linked
        or severity.high - severity.low > rule.widest
    ):
        return SeverityFinding.NOT_ENOUGH
    stricter = float(special.ndtr((severity.value - rule.no_difference) / severity.se))
    kinder = float(special.ndtr((-severity.value - rule.no_difference) / severity.se))
    if stricter > rule.possible:
        is_clear = stricter > rule.clear
        return SeverityFinding.CLEARLY_STRICTER if is_clear else SeverityFinding.POSSIBLY_STRICTER
    if kinder > rule.possible:
        is_clear = kinder > rule.clear
        return SeverityFinding.CLEARLY_KINDER if is_clear else SeverityFinding.POSSIBLY_KINDER
    return SeverityFinding.NO_CLEAR_DIFFERENCE


def auditors_to_talk_with(
    models: SeverityModels, people: tuple[AuditorSeverity, ...], quarter: Quarter
) -> tuple[str, ...]:
    """Auditors who are clearly stricter, or kinder, in the latest year and in the time before."""
    clear = {p.auditor: p.finding for p in people if p.finding in SEVERITY_CLAIMS}
    year = models.ratings["quarter"].isin([str(q) for q in rolling_year(quarter)])
    codes = auditor_codes(models.raters)
    for rows in (models.ratings[year], models.ratings[~year]):
        if not clear or _linked_in(rows) < FEWEST_LINKED:
            return ()
        ratings = ratings_of(rows, models.raters, models.domains, models.n_levels).linked
        fit = severity_model(ratings, options=SeverityOptions(), near=models.linked)
        now = {
            codes[models.raters[number]]: _finding(estimate)
            for number, estimate in _by_auditor(fit, auditor_severity_in_grades(fit)).items()
        }
        clear = {code: said for code, said in clear.items() if now.get(code) == said}
    return tuple(sorted(clear))


def _linked_in(rows: pd.DataFrame) -> int:
    return int((rows.groupby("audit_id")["rater"].nunique() >= 2).sum())


@dataclass(frozen=True, kw_only=True)
class AuditorHabits:
    """Fit and habits of one auditor.

    Parameters
    ----------
    infit, outfit : float
        Mean squares of grades about what the model expects: 1 as expected, above it more
        surprising grades.
    infit_limits, outfit_limits : tuple of float
        Between which they lie in 95 of 100 auditors for whom the model holds, by simulation.
    inconsistency : Estimate
        Infit drawn towards that of all auditors: above 1 more erratic.
    spread_ratio : Estimate
        Spread of grades within a file over the expected one: below 1 nearly one grade for all
        domains (halo).
    stretch : Estimate
        Of the thresholds: above 1 keeps to the middle grades (centrality).
    correlation, expected_correlation : float
        Of grades with practice (point-measure), and what the model expects of it.
    pairs : int
        Pairs of grades with colleagues for one domain of one audit.
    identical, expected_identical : float
        Share of them that are identical, and that the model expects.
    """

    infit: float
    outfit: float
    infit_limits: tuple[float, float]
    outfit_limits: tuple[float, float]
    inconsistency: Estimate
    spread_ratio: Estimate
    stretch: Estimate
    correlation: float
    expected_correlation: float
    pairs: int
    identical: float
    expected_identical: float


def auditor_habits(statistics: SeverityStatistics, place: int) -> AuditorHabits:
    """Habits of the auditor at a place in the model's order."""
    limits, agreement = statistics.limits, statistics.agreement_by_auditor[place]
    return AuditorHabits(
        infit=float(statistics.fit.infit[place]),
        outfit=float(statistics.fit.outfit[place]),
        infit_limits=(float(limits.infit_low[place]), float(limits.infit_high[place])),
        outfit_limits=(float(limits.outfit_low[place]), float(limits.outfit_high[place])),
        inconsistency=statistics.inconsistency.shrunken[place],
        spread_ratio=statistics.halo.shrunken[place],
        stretch=statistics.centrality[place],
        correlation=float(statistics.point_measure.observed[place]),
        expected_correlation=float(statistics.point_measure.expected[place]),
        pairs=agreement.pairs,
        identical=agreement.observed_share,
        expected_identical=agreement.expected_share,
    )

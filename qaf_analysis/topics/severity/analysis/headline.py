"""How strictly do auditors grade, apart from which cases each one had?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.severity.allocation import AllocationTest
from qaf_analysis.stats.severity.fit import SeverityFit, SpreadComponent
from qaf_analysis.stats.severity.model import severity_model
from qaf_analysis.stats.severity.options import SeverityOptions
from qaf_analysis.stats.severity.statistics import SeverityStatistics
from qaf_analysis.terms.estimate import Estimate, NamedEstimate
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.scope import Scope
from qaf_analysis.topics.severity.analysis.auditors import (
    AuditorSeverity,
    auditor_severities,
    auditors_to_talk_with,
)
from qaf_analysis.topics.severity.analysis.figures import (
    at_one_end,
    difficulties,
    fitted_statistics,
    freed_differences,
    spread_estimate,
)
from qaf_analysis.topics.severity.analysis.models import SeverityModels, severity_models
from qaf_analysis.topics.severity.analysis.moderators import (
    ModeratorSeverity,
    moderator_severity,
    no_moderator_severity,
)

METHOD = "severity model"
NOT_IN_MODEL = "not in the model"


class Component(StrEnum):
    """What severities, or audits, may differ by; a spread that may be none is named by it."""

    AUDITORS = "auditors' severity"
    BY_DOMAIN = "auditors by domain"
    DRIFT = "auditors' change over the whole period"


@dataclass(frozen=True, kw_only=True)
class Differences:
    """Whether auditors differ at all: separation, reliability of it, and the test."""

    separation: float
    strata: float
    reliability: float
    chi_square: float
    df: int
    p: float


@dataclass(frozen=True, kw_only=True)
class Allocation:
    """Whether audits reached auditors at random, and who gets the harder cases.

    Parameters
    ----------
    statistic, df, p : float
        Chi-square of the assumption that they did. NaN, with the reason in ``why_not``, where it
        cannot be tested.
    correlation : Estimate
        Of severity with practice in the auditor's audits: above 0, stricter auditors get the
        better practice; below 0, the harder cases.
    spread : Estimate
        How far practice differs between the audits that reach different auditors, in grades.
    change : float
        Largest change of a severity, in grades, when all audits are used as if they had reached
        auditors at random.
    why_not : str
    """

    statistic: float
    df: float
    p: float
    correlation: Estimate
    spread: Estimate
    change: float
    why_not: str


@dataclass(frozen=True, kw_only=True)
class ExtremeGrades:
    """Audits and auditors with grades at one end of the scale only, once these are set aside.

    They have no finite measure of their own in joint likelihood. Here they are drawn towards the
    others and count like all.
    """

    audits: int
    auditors: int


@dataclass(frozen=True, kw_only=True)
class Severity:
    """Auditors' severities from audits that two or more of them graded.

    Parameters
    ----------
    scope : Scope
    why_not : str
        Why nothing can be said; empty otherwise.
    groups : tuple of int
        Sizes of the groups of auditors that share audits; one group where all can be compared.
    precision : Estimate
        Half-width of the interval of a typical auditor's severity, in grades; no interval.
    spread : Estimate
        Standard deviation of auditors' severities, in grades.
    by_domain, drift : Estimate
        Findings about the group, in grades: standard deviation of what auditors differ by in one
        domain more than in others, and of their change over the whole period.
    components : tuple of NamedEstimate
        Standard deviations in logits: practice, halo, auditors, caseloads, and auditors by
        domain and over time.
    boundary : tuple of str
        Which of them could be nothing at all.
    difficulty : tuple of NamedEstimate
        How much lower than the average domain each is graded, in logits.
    domain_fit : tuple of NamedEstimate
        Infit of each domain; no interval.
    thresholds : tuple of float
        Practice, in logits, at which each grade parts from the one below.
    severities : tuple of float
        Auditors' severities in logits, in order of size, for a map without codes.
    practice : tuple of float
        Practice of the linked audits, in logits: 10 %, 25 %, 50 %, 75 % and 90 % of them lie
        below.
    pairs, identical, expected : int, float, float
        Pairs of grades of one domain of one audit; share identical; share that the model expects.
    differences : Differences or None
    extremes : ExtremeGrades
    allocation : Allocation
    moderators : ModeratorSeverity
    domain : str
        Domain that grades are about.
    levels : tuple of str
    auditors : tuple of AuditorSeverity
        In the order of their codes.
    talks : tuple of str
        Codes of auditors with whom to talk: clear in two successive windows.
    warnings : tuple of str
    """

    scope: Scope
    why_not: str
    groups: tuple[int, ...]
    precision: Estimate
    spread: Estimate
    by_domain: Estimate
    drift: Estimate
    components: tuple[NamedEstimate, ...]
    boundary: tuple[str, ...]
    difficulty: tuple[NamedEstimate, ...]
    domain_fit: tuple[NamedEstimate, ...]
    thresholds: tuple[float, ...]
    severities: tuple[float, ...]
    practice: tuple[float, ...]
    pairs: int
    identical: float
    expected: float
    differences: Differences | None
    extremes: ExtremeGrades
    allocation: Allocation
    moderators: ModeratorSeverity
    domain: str
    levels: tuple[str, ...]
    auditors: tuple[AuditorSeverity, ...]
    talks: tuple[str, ...]
    warnings: tuple[str, ...]


def no_severity(models: SeverityModels, levels: tuple[str, ...]) -> Severity:
    """Result of audits that carry no severity model, with the reason."""
    unknown = Estimate.not_estimable(models.why_not, method=METHOD)
    nan = float("nan")
    return Severity(
        scope=models.scope,
        why_not=models.why_not,
        groups=(),
        precision=unknown,
        spread=unknown,
        by_domain=unknown,
        drift=unknown,
        components=(),
        boundary=(),
        difficulty=(),
        domain_fit=(),
        thresholds=(),
        severities=(),
        practice=(),
        pairs=0,
        identical=nan,
        expected=nan,
        differences=None,
        extremes=ExtremeGrades(audits=0, auditors=0),
        allocation=Allocation(
            statistic=nan,
            df=nan,
            p=nan,
            correlation=unknown,
            spread=unknown,
            change=nan,
            why_not=models.why_not,
        ),
        moderators=no_moderator_severity(models.why_not),
        domain=models.domains[models.headline] if models.domains else "",
        levels=levels,
        auditors=(),
        talks=(),
        warnings=(),
    )


__all__ = ["Severity", "severity"]
CASELOADS = "practice between auditors' caseloads"


def severity(audits: Audits, *, quarter: Quarter, models: SeverityModels | None = None) -> Severity:
    """Separate how strictly auditors grade from which audits each one had.

    Parameters
    ----------
    audits : Audits
    quarter : Quarter
        Last quarter used.
    models : SeverityModels, optional
        Already fitted to the same audits and quarter.
    """
    fitted = models or severity_models(audits, quarter=quarter)
    levels = audits.settings.scale.levels
    if fitted.linked is None or fitted.allocation is None:
        return no_severity(fitted, levels)
    fit = fitted.linked
    statistics = fitted_statistics(fit)
    wide = severity_model(
        fit.ratings, options=SeverityOptions(auditor_by_domain=True, drift=True), near=fit
    )
    slope = fitted.slope_of(fit)
    people = auditor_severities(fitted, statistics)
    return Severity(
        scope=fitted.scope,
        why_not="",
        groups=tuple(int(size) for size in fit.groups.sizes),
        precision=_precision(tuple(person.severity for person in people), fit),
        spread=_in_grades(fit.sd_auditor, fit, slope),
        by_domain=_in_grades(wide.sd_auditor_domain, wide, slope),
        drift=_in_grades(wide.sd_drift, wide, slope),
        components=tuple(_components(fit, wide)),
        boundary=tuple(_boundary(fit, wide)),
        difficulty=_difficulty(fitted, fit),
        domain_fit=_domain_fit(fitted, fit, statistics),
        thresholds=tuple(float(x) for x in np.atleast_2d(fit.thresholds).mean(axis=0)),
        severities=tuple(sorted(float(x) for x in fit.severity if np.isfinite(x))),
        practice=tuple(float(x) for x in np.quantile(fit.audit_mean, (0.1, 0.25, 0.5, 0.75, 0.9))),
        pairs=statistics.agreement.pairs,
        identical=statistics.agreement.observed_share,
        expected=statistics.agreement.expected_share,
        differences=_differences(fit),
        extremes=_extremes(fit),
        allocation=_allocation(fitted, fitted.allocation, people),
        moderators=moderator_severity(audits, fitted),
        domain=fitted.domains[fitted.headline],
        levels=levels,
        auditors=people,
        talks=auditors_to_talk_with(fitted, people, quarter),
        warnings=fit.warnings,
    )


def _precision(found: tuple[Estimate, ...], fit: SeverityFit) -> Estimate:
    widths = [(one.high - one.low) / 2 for one in found if one.has_interval]
    if not widths:
        return Estimate.not_estimable("no auditor shares an audit with another", method=METHOD)
    return Estimate(
        value=float(np.median(widths)),
        low=float("nan"),
        high=float("nan"),
        level=fit.options.level,
        cases=fit.ratings.n_linked,
        auditors=len(widths),
        method="median half-width of auditors' intervals",
    )


def _in_grades(component: SpreadComponent, fit: SeverityFit, slope: float) -> Estimate:
    method = f"{METHOD}, in grades at the average auditor"
    return spread_estimate(component, fit, method=method, why_not=NOT_IN_MODEL, slope=slope)


def _spreads(fit: SeverityFit, wide: SeverityFit) -> list[tuple[str, SpreadComponent, SeverityFit]]:
    return [
        ("practice of audits", fit.sd_audit, fit),
        ("halo: one auditor on one audit", fit.sd_halo, fit),
        (Component.AUDITORS, fit.sd_auditor, fit),
        (CASELOADS, fit.sd_caseload, fit),
        (Component.BY_DOMAIN, wide.sd_auditor_domain, wide),
        (Component.DRIFT, wide.sd_drift, wide),
    ]


def _components(fit: SeverityFit, wide: SeverityFit) -> list[NamedEstimate]:
    method = f"{METHOD}, logits"
    return [
        NamedEstimate(
            name=name,
            estimate=spread_estimate(component, model, method=method, why_not=NOT_IN_MODEL),
        )
        for name, component, model in _spreads(fit, wide)
    ]


def _boundary(fit: SeverityFit, wide: SeverityFit) -> list[str]:
    return [
        name
        for name, component, _ in _spreads(fit, wide)
        if component.at_boundary or component.low == 0
    ]


def _difficulty(models: SeverityModels, fit: SeverityFit) -> tuple[NamedEstimate, ...]:
    found = difficulties(fit, method=f"{METHOD}, logits")
    return tuple(
        NamedEstimate(name=models.domains[number], estimate=estimate)
        for number, estimate in zip(fit.ratings.domain_codes.tolist(), found, strict=True)
    )


def _domain_fit(
    models: SeverityModels, fit: SeverityFit, statistics: SeverityStatistics
) -> tuple[NamedEstimate, ...]:
    return tuple(
        NamedEstimate(
            name=models.domains[number],
            estimate=Estimate(
                value=float(statistics.domain_fit.infit[place]),
                low=float("nan"),
                high=float("nan"),
                level=fit.options.level,
                cases=int(statistics.domain_fit.count[place]),
                auditors=fit.ratings.n_auditors,
                method="infit mean square",
                why_not="" if statistics.domain_fit.count[place] else "its grades tell nothing",
            ),
        )
        for place, number in enumerate(fit.ratings.domain_codes.tolist())
    )


def _differences(fit: SeverityFit) -> Differences | None:
    found = freed_differences(fit)
    if found is None or found.separation is None or np.isnan(found.fixed.p):
        return None
    return Differences(
        separation=found.separation.separation,
        strata=found.separation.strata,
        reliability=found.separation.reliability,
        chi_square=found.fixed.value,
        df=found.fixed.df,
        p=found.fixed.p,
    )


def _extremes(fit: SeverityFit) -> ExtremeGrades:
    audits, auditors = at_one_end(fit)
    return ExtremeGrades(audits=audits, auditors=auditors)


def _allocation(
    models: SeverityModels, test: AllocationTest, people: tuple[AuditorSeverity, ...]
) -> Allocation:
    changes = [
        abs(person.severity.value - person.pooled.value)
        for person in people
        if person.severity.is_estimable and person.pooled.is_estimable
    ]
    return Allocation(
        statistic=test.statistic,
        df=test.df,
        p=test.p,
        correlation=test.correlation,
        spread=_in_grades(test.uneven.sd_caseload, test.uneven, models.slope_of(test.uneven)),
        change=max(changes, default=float("nan")),
        why_not=test.why_not,
    )

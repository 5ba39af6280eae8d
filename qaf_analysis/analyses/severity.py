"""How strictly do auditors grade, apart from which cases each one had?"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np

from qaf_analysis.analyses.auditor_severity import (
    AuditorSeverity,
    auditor_severities,
    auditors_to_talk_with,
)
from qaf_analysis.analyses.scope import Scope
from qaf_analysis.analyses.severity_models import SeverityModels, severity_models
from qaf_analysis.data.audits import Audits
from qaf_analysis.stats.auditor_grades import auditor_severity_in_grades, lost_per_logit
from qaf_analysis.stats.severity_fit import SeverityFit, SpreadComponent
from qaf_analysis.stats.severity_model import severity_model
from qaf_analysis.stats.severity_options import SeverityOptions
from qaf_analysis.stats.severity_statistics import (
    severity_differences,
    severity_statistics,
)
from qaf_analysis.terms.estimate import Estimate, NamedEstimate
from qaf_analysis.terms.quarter import Quarter

SEED = 20200403


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
    components : tuple of NamedEstimate
        Standard deviations in logits: practice, halo, auditors, caseloads, and auditors by
        domain and over time as findings about the group.
    boundary : tuple of str
        Which of them could be nothing at all.
    difficulty : tuple of NamedEstimate
        How much lower than the average domain each is graded, in logits.
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
    caseload_spread : Estimate
        How far practice differs between the audits that reach different auditors, in logits.
    pooled_change : float
        Largest change of a severity, in grades, when audits graded once are used too.
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
    components: tuple[NamedEstimate, ...]
    boundary: tuple[str, ...]
    difficulty: tuple[NamedEstimate, ...]
    thresholds: tuple[float, ...]
    severities: tuple[float, ...]
    practice: tuple[float, ...]
    pairs: int
    identical: float
    expected: float
    differences: Differences | None
    caseload_spread: Estimate
    pooled_change: float
    domain: str
    levels: tuple[str, ...]
    auditors: tuple[AuditorSeverity, ...]
    talks: tuple[str, ...]
    warnings: tuple[str, ...]


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
    if fitted.linked is None or fitted.pooled is None:
        return _nothing(fitted, levels)
    fit, pooled = fitted.linked, fitted.pooled
    statistics = severity_statistics(fit, rng=np.random.default_rng(SEED))
    wide = severity_model(fit.ratings, options=SeverityOptions(auditor_by_domain=True, drift=True))
    inside, outside = auditor_severity_in_grades(fit), auditor_severity_in_grades(pooled)
    slope = lost_per_logit(fit, values=np.arange(len(levels)), domain=_headline(fitted, fit))
    people = auditor_severities(fitted, inside, statistics)
    return Severity(
        scope=fitted.scope,
        why_not="",
        groups=tuple(int(size) for size in fit.groups.sizes),
        precision=_precision(inside, fit),
        spread=_in_grades(fit.sd_auditor, slope, fit),
        components=tuple(_components(fit, wide)),
        boundary=tuple(_boundary(fit, wide)),
        difficulty=_difficulty(fitted, fit),
        thresholds=tuple(float(x) for x in np.atleast_2d(fit.thresholds).mean(axis=0)),
        severities=tuple(sorted(float(x) for x in fit.severity if np.isfinite(x))),
        practice=tuple(float(x) for x in np.quantile(fit.audit_mean, (0.1, 0.25, 0.5, 0.75, 0.9))),
        pairs=statistics.agreement.pairs,
        identical=statistics.agreement.observed_share,
        expected=statistics.agreement.expected_share,
        differences=_differences(fit),
        caseload_spread=_component("caseload", pooled.sd_caseload, pooled).estimate,
        pooled_change=_pooled_change(fit, pooled, inside, outside),
        domain=fitted.domains[fitted.headline],
        levels=levels,
        auditors=people,
        talks=auditors_to_talk_with(fitted, people, quarter, n_levels=len(levels)),
        warnings=fit.warnings,
    )


def _headline(models: SeverityModels, fit: SeverityFit) -> int:
    codes = fit.ratings.domain_codes.tolist()
    return codes.index(models.headline) if models.headline in codes else 0


def _nothing(models: SeverityModels, levels: tuple[str, ...]) -> Severity:
    unknown = Estimate.not_estimable(models.why_not, method="severity model")
    return Severity(
        scope=models.scope,
        why_not=models.why_not,
        groups=(),
        precision=unknown,
        spread=unknown,
        components=(),
        boundary=(),
        difficulty=(),
        thresholds=(),
        severities=(),
        practice=(),
        pairs=0,
        identical=float("nan"),
        expected=float("nan"),
        differences=None,
        caseload_spread=unknown,
        pooled_change=float("nan"),
        domain=models.domains[models.headline] if models.domains else "",
        levels=levels,
        auditors=(),
        talks=(),
        warnings=(),
    )


def _precision(found: tuple[Estimate, ...], fit: SeverityFit) -> Estimate:
    widths = [(one.high - one.low) / 2 for one in found if one.has_interval]
    if not widths:
        return Estimate.not_estimable(
            "no auditor shares an audit with another", method="severity model"
        )
    return Estimate(
        value=float(np.median(widths)),
        low=float("nan"),
        high=float("nan"),
        level=fit.options.level,
        cases=fit.ratings.n_linked,
        auditors=len(widths),
        method="median half-width of auditors' intervals",
    )


def _in_grades(component: SpreadComponent, slope: float, fit: SeverityFit) -> Estimate:
    return Estimate(
        value=slope * component.value,
        low=slope * component.low,
        high=slope * component.high,
        level=fit.options.level,
        cases=fit.ratings.n_linked,
        auditors=fit.ratings.n_auditors,
        method="severity model, in grades at the average auditor",
    )


def _component(name: str, component: SpreadComponent, fit: SeverityFit) -> NamedEstimate:
    if np.isnan(component.value):
        estimate = Estimate.not_estimable("not in the model", method="severity model")
    else:
        estimate = _in_grades(component, 1.0, fit)
    return NamedEstimate(name=name, estimate=estimate)


def _spreads(fit: SeverityFit, wide: SeverityFit) -> list[tuple[str, SpreadComponent, SeverityFit]]:
    return [
        ("practice of audits", fit.sd_audit, fit),
        ("halo: one auditor on one audit", fit.sd_halo, fit),
        ("auditors' severity", fit.sd_auditor, fit),
        ("practice between auditors' caseloads", fit.sd_caseload, fit),
        ("auditors by domain", wide.sd_auditor_domain, wide),
        ("auditors' change over the whole period", wide.sd_drift, wide),
    ]


def _components(fit: SeverityFit, wide: SeverityFit) -> list[NamedEstimate]:
    return [_component(*spread) for spread in _spreads(fit, wide)]


def _boundary(fit: SeverityFit, wide: SeverityFit) -> list[str]:
    return [
        name
        for name, component, _ in _spreads(fit, wide)
        if component.at_boundary or component.low == 0
    ]


def _difficulty(models: SeverityModels, fit: SeverityFit) -> tuple[NamedEstimate, ...]:
    found = []
    for place, number in enumerate(fit.ratings.domain_codes.tolist()):
        se = sqrt(max(float(fit.difficulty_covariance[place, place]), 0.0))
        value = float(fit.difficulty[place])
        half = 1.959964 * se if se > 0 else inf
        estimate = Estimate(
            value=value,
            low=value - half if se > 0 else float("nan"),
            high=value + half if se > 0 else float("nan"),
            level=fit.options.level,
            cases=fit.ratings.n_linked,
            auditors=fit.ratings.n_auditors,
            method="severity model, logits",
            se=se,
        )
        found.append(NamedEstimate(name=models.domains[number], estimate=estimate))
    return tuple(found)


def _differences(fit: SeverityFit) -> Differences | None:
    free = severity_model(fit.ratings, options=SeverityOptions(auditor_effects="free"))
    found = severity_differences(free)
    if found.separation is None or np.isnan(found.fixed.p):
        return None
    return Differences(
        separation=found.separation.separation,
        strata=found.separation.strata,
        reliability=found.separation.reliability,
        chi_square=found.fixed.value,
        df=found.fixed.df,
        p=found.fixed.p,
    )


def _pooled_change(
    fit: SeverityFit,
    pooled: SeverityFit,
    inside: tuple[Estimate, ...],
    outside: tuple[Estimate, ...],
) -> float:
    also = dict(zip(pooled.ratings.auditor_codes.tolist(), outside, strict=True))
    changes = [
        abs(one.value - also[code].value)
        for code, one in zip(fit.ratings.auditor_codes.tolist(), inside, strict=True)
        if one.is_estimable and also[code].is_estimable
    ]
    return max(changes, default=float("nan"))

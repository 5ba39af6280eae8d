"""From the peak of the likelihood to what a severity model found."""

from __future__ import annotations

import numpy as np
from scipy import linalg

from qaf_analysis.stats.core.arrays import Floats, frozen_floats
from qaf_analysis.stats.severity.contrasts import AuditorContrasts, auditor_contrasts
from qaf_analysis.stats.severity.fit import SeverityFit, SpreadComponent
from qaf_analysis.stats.severity.likelihood import SeverityLikelihood
from qaf_analysis.stats.severity.linked_audits import AuditorGroups
from qaf_analysis.stats.severity.ratings import SeverityRatings
from qaf_analysis.stats.severity.search import SeverityPeak
from qaf_analysis.stats.severity.severity_scope import SeverityScope
from qaf_analysis.stats.severity.severity_spreads import ABSENT, spread_components
from qaf_analysis.stats.severity.severity_terms import SeverityTerms

# The blocks of parameters that a rater's severity is the sum of.
SEVERITY = ("group", "role", "auditor", "moderator")


def severity_fit(
    ratings: SeverityRatings,
    *,
    scope: SeverityScope,
    likelihood: SeverityLikelihood,
    peak: SeverityPeak,
    groups: AuditorGroups,
) -> SeverityFit:
    """Everything that follows from the peak of a model's likelihood."""
    options, terms, posterior = scope.options, likelihood.terms, peak.posterior
    sd = spread_components(likelihood, peak=peak, level=options.level)
    severity = _contrasts(SEVERITY, scope, peak, terms, groups, ratings)
    drift = _contrasts(("drift",), scope, peak, terms, groups, ratings)
    caseload = _contrasts(("caseload",), scope, peak, terms, groups, ratings)
    difficulty = _difficulty_columns(terms)
    thresholds = _thresholds(ratings, terms=terms, parameters=peak.parameters)
    practice, practice_sd = posterior.practice
    kinds = posterior.grid.kinds
    halo = posterior.seen[0] - practice[kinds.slot_audit]
    return SeverityFit(
        ratings=ratings,
        options=options,
        severity=severity.value,
        severity_covariance=severity.covariance,
        auditor_effect=severity.effect,
        difficulty=frozen_floats(difficulty @ peak.parameters),
        difficulty_covariance=frozen_floats(difficulty @ peak.covariance @ difficulty.T),
        thresholds=frozen_floats(thresholds),
        location=float(np.nanmean(thresholds)),
        practice_by_quarter=_practice_by_quarter(terms, peak.parameters),
        sd_audit=sd["audit"],
        sd_halo=sd.get("halo", ABSENT),
        sd_auditor=sd.get("auditor", ABSENT),
        sd_moderator=sd.get("moderator", ABSENT),
        sd_auditor_domain=sd.get("auditor_domain", ABSENT),
        sd_drift=sd.get("drift", ABSENT),
        sd_auditor_quarter=sd.get("auditor_quarter", ABSENT),
        sd_caseload=sd.get("caseload", ABSENT),
        caseload=caseload.value if options.has_caseload else None,
        caseload_covariance=caseload.covariance if options.has_caseload else None,
        by_domain=_cells("auditor_domain", ratings, terms, peak.parameters),
        by_quarter=_cells("auditor_quarter", ratings, terms, peak.parameters),
        drift=drift.value if options.drift else None,
        drift_covariance=drift.covariance if options.drift else None,
        log_likelihood=posterior.log_likelihood,
        log_marginal=_log_marginal(peak),
        audit_mean=frozen_floats(practice[kinds.kind_of_audit]),
        audit_sd=frozen_floats(practice_sd[kinds.kind_of_audit]),
        halo_mean=frozen_floats(halo[kinds.slot_of_bundle]),
        parameters=frozen_floats(peak.parameters),
        covariance=frozen_floats(peak.covariance),
        terms=terms,
        posterior=posterior,
        iterations=peak.iterations,
        gradient_norm=peak.gradient_norm,
        converged=peak.converged,
        groups=groups,
        warnings=(*scope.warnings, *_about_fit(peak, sd)),
    )


def _contrasts(
    names: tuple[str, ...],
    scope: SeverityScope,
    peak: SeverityPeak,
    terms: SeverityTerms,
    groups: AuditorGroups,
    ratings: SeverityRatings,
) -> AuditorContrasts:
    number = {int(code): place for place, code in enumerate(ratings.auditor_codes)}
    held = dict(scope.options.anchored)
    if "drift" in names:  # anchors do not drift
        held = dict.fromkeys(held, 0.0)
    if "caseload" in names:  # they hold severity, and say nothing of whose audits they are
        held = {}
    return auditor_contrasts(
        names,
        terms=terms,
        parameters=peak.parameters,
        covariance=peak.covariance,
        groups=groups,
        anchored={number[code]: value for code, value in held.items()},
    )


def _difficulty_columns(terms: SeverityTerms) -> Floats:
    """What each domain's difficulty takes from the parameters."""
    columns = np.zeros((terms.n_domains, terms.n_parameters))
    if not terms.partial_credit:
        columns[:, terms.index["difficulty"]] = terms.columns["difficulty"]
        return columns
    steps = terms.n_levels - 1
    average = np.kron(np.eye(terms.n_domains), np.full(steps, 1 / steps))
    columns[:, terms.index["thresholds"]] = average - average.mean(axis=0)
    return columns


def _thresholds(ratings: SeverityRatings, *, terms: SeverityTerms, parameters: Floats) -> Floats:
    """Thresholds of an average domain, each in the place of the level it leads to."""
    steps = parameters[terms.index["thresholds"]].reshape(-1, terms.n_levels - 1)
    if terms.partial_credit:
        steps = steps - (_difficulty_columns(terms) @ parameters)[:, np.newaxis]
    used = np.unique(ratings.grade)
    thresholds = np.full((len(steps), ratings.n_levels - 1), np.nan)
    thresholds[:, used[1:] - 1] = steps
    return thresholds if terms.partial_credit else thresholds[0]


def _practice_by_quarter(terms: SeverityTerms, parameters: Floats) -> Floats | None:
    if "quarter" not in terms.columns:
        return None
    return frozen_floats(-terms.columns["quarter"] @ parameters[terms.index["quarter"]])


def _cells(
    name: str, ratings: SeverityRatings, terms: SeverityTerms, parameters: Floats
) -> Floats | None:
    if name not in terms.cells:
        return None
    by_domain = name == "auditor_domain"
    second = ratings.domain_number if by_domain else ratings.quarter_number
    n_second = ratings.n_domains if by_domain else ratings.n_quarters
    table = np.full((ratings.n_auditors, n_second), np.nan)
    table[ratings.auditor_number, second] = 0.0
    place = terms.cells[name]
    table[place[:, 0], place[:, 1]] = parameters[terms.index[name]]
    return frozen_floats(table)


def _log_marginal(peak: SeverityPeak) -> float:
    """Log-likelihood with the shrunken effects integrated out about the peak (Laplace)."""
    sd = np.array(list(peak.sd.values()))
    precision = peak.quadratic.penalty(sd)
    shrunken = -0.5 * float(precision @ peak.parameters[peak.free] ** 2)
    shrunken -= float(peak.quadratic.sizes @ np.log(sd))
    curved = peak.quadratic.information + np.diag(precision)
    effects = np.flatnonzero(precision > 0)
    width = curved[np.ix_(effects, effects)]
    volume = -0.5 * float(np.log(linalg.eigvalsh(width)).sum()) if len(effects) else 0.0
    return peak.posterior.log_likelihood + shrunken + volume


def _about_fit(peak: SeverityPeak, sd: dict[str, SpreadComponent]) -> list[str]:
    found = []
    if not peak.converged:
        found.append("The search for the best fit did not settle; do not rely on these figures.")
    names = {
        "audit": "practice between audits",
        "halo": "the halo",
        "auditor": "severity between auditors",
        "moderator": "severity between moderators",
        "auditor_domain": "severity by domain",
        "drift": "drift between auditors",
        "auditor_quarter": "severity by quarter",
        "caseload": "practice between auditors' caseloads",
    }
    found += [
        f"Spread of {names[name]}: {component.words}."
        for name, component in sd.items()
        if component.at_boundary
    ]
    return found

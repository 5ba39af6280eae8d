"""The severity model: how hard each auditor marks, apart from how good the practice is.

What auditor r sees in audit a is practice plus a halo that all grades of the sitting share; less
the auditor's severity and the domain's difficulty it meets the thresholds of the scale. Practice
and halo are integrated out exactly, auditors' severities are shrunk as far as chance explains
their spread (``variances``), and errors come from the observed information. The peak of the
likelihood becomes a ``SeverityFit``, with intervals of how far practice, halo and auditors differ.
"""

from __future__ import annotations

from math import ceil, exp, nan, sqrt

import numpy as np
from scipy import linalg, special

from qaf_analysis.stats.core.arrays import Floats, frozen_floats
from qaf_analysis.stats.severity.bundles import BundleKinds, bundle_kinds
from qaf_analysis.stats.severity.contrasts import AuditorContrasts, auditor_contrasts
from qaf_analysis.stats.severity.fit import SeverityFit, SpreadComponent
from qaf_analysis.stats.severity.grid import GridPosterior, RaterGrid
from qaf_analysis.stats.severity.likelihood import SeverityLikelihood
from qaf_analysis.stats.severity.options import SeverityOptions, SeverityScope, severity_scope
from qaf_analysis.stats.severity.parameters import SeverityTerms, severity_terms
from qaf_analysis.stats.severity.ratings import AuditorGroups, SeverityRatings, linked_groups
from qaf_analysis.stats.severity.search import (
    CLOSE,
    SeverityPeak,
    SeverityStart,
    severity_peak,
    severity_start,
)
from qaf_analysis.stats.severity.variances import NONE, SpreadStep
from qaf_analysis.terms.errors import UsageError

MOST_NODES = 401

# SDs of what is seen that the grid is to cover, and node spacing in the narrowest posterior's SD.
# At so many SDs less than 1 audit in 100,000 is beyond; at that spacing sums over nodes are
# integrals to 6 digits.
COVERED = 4.5
SPACING = 1.25
REFITS = 6
ROUGH = 0.03

# The blocks of parameters that a rater's severity is the sum of.
SEVERITY = ("group", "role", "auditor", "moderator")

ABSENT = SpreadComponent(value=nan, low=nan, high=nan, at_boundary=False, words="not in the model")
# An interval that reaches further than this, as a logarithm, says nothing.
BOUNDLESS = 10.0


def severity_model(
    ratings: SeverityRatings,
    *,
    options: SeverityOptions | None = None,
    near: SeverityFit | None = None,
) -> SeverityFit:
    """Fit the severity model.

    Parameters
    ----------
    ratings : SeverityRatings
        All audits, or ``ratings.linked`` for severities that do not rest on audits having reached
        auditors at random.
    options : SeverityOptions, optional
    near : SeverityFit, optional
        A fit of other audits of the same council, or of a model with other effects, at which the
        search begins. It saves time and moves no figure further than two searches end apart:
        severities by less than 0.001 logits, SDs by less than a hundredth part.

    Returns
    -------
    SeverityFit
        With what could not be estimated left out, and said in ``warnings``.

    Raises
    ------
    UsageError
        If an anchored auditor graded nothing, or all grades are the same.

    References
    ----------
    Andrich 1978; Masters 1982; Linacre 1989 (facets); McCullagh 1980 (cumulative); Wilson and
    Hoskens 2001 (bundles); Louis 1982 (information).

    Examples
    --------
    >>> grades = {(0, 0): [1, 2], (0, 1): [1, 1], (1, 0): [3, 2], (1, 1): [2, 2], (2, 0): [2, 1]}
    >>> rows = [(a, r, d, g) for (a, r), both in grades.items() for d, g in enumerate(both)]
    >>> audit, auditor, domain, grade = (list(column) for column in zip(*rows))
    >>> fit = severity_model(
    ...     SeverityRatings(audit=audit, auditor=auditor, domain=domain, grade=grade, n_levels=4)
    ... )
    >>> bool(fit.severity[1] > fit.severity[0])  # auditor 1 gave lower grades to the same audits
    True
    """
    if len(np.unique(ratings.grade)) < 2:
        raise UsageError("All grades are the same, so no severity can be told from them.")
    groups = linked_groups(ratings)
    scope = severity_scope(ratings, options=options or SeverityOptions(), groups=groups)
    kinds = bundle_kinds(ratings, link=scope.options.link)
    terms = severity_terms(ratings, kinds=kinds, options=scope.options)
    start = severity_start(ratings, terms=terms, options=scope.options, near=near)
    likelihood, peak = _fitted(kinds, terms=terms, scope=scope, start=start)
    return severity_fit(ratings, scope=scope, likelihood=likelihood, peak=peak, groups=groups)


def _fitted(
    kinds: BundleKinds, *, terms: SeverityTerms, scope: SeverityScope, start: SeverityStart
) -> tuple[SeverityLikelihood, SeverityPeak]:
    """Fit on a first grid, and again where that turns out too short or too coarse."""
    options = scope.options
    nodes, reach, place, sd = start.nodes, start.reach, start.parameters, start.sd
    close = CLOSE if start.is_near else ROUGH  # enough to see what grid is needed
    for _ in range(REFITS):
        grid = RaterGrid(kinds=kinds, nodes=np.linspace(-reach, reach, nodes), link=options.link)
        likelihood = SeverityLikelihood(
            grid=grid, terms=terms, has_halo=options.halo, sd_is_known=scope.sd_is_known
        )
        peak = severity_peak(likelihood, start=place, sd=sd, close=close)
        wanted = _wanted_grid(peak, nodes=nodes, reach=reach, options=options)
        if wanted == (nodes, reach) and close == CLOSE:
            break
        (nodes, reach), place, sd, close = wanted, peak.parameters, peak.sd, CLOSE
    return likelihood, peak


def _wanted_grid(
    peak: SeverityPeak, *, nodes: int, reach: float, options: SeverityOptions
) -> tuple[int, float]:
    """Nodes and reach that cover and resolve what was found; those given are kept."""
    posterior = peak.posterior
    spread = float(np.hypot(posterior.sd_audit, posterior.sd_halo))
    if options.reach is None and COVERED * spread > reach:
        # A little further, as the SD may still grow once the grid allows it.
        nodes, reach = ceil(nodes * 1.1 * COVERED * spread / reach), 1.1 * COVERED * spread
    if options.nodes is not None:
        return options.nodes, reach
    # Half a spacing is the least that can be told from this grid; the next one tells more.
    now = float(posterior.grid.nodes[1] - posterior.grid.nodes[0])
    finest = max(min(posterior.practice[1].min(), posterior.seen[1].min()), now / 2)
    while 2 * reach / (nodes - 1) > SPACING * finest and nodes < MOST_NODES:
        nodes = min(2 * nodes - 1, MOST_NODES)
    return nodes + 1 - nodes % 2, reach


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
    return SeverityFit(
        ratings=ratings,
        options=options,
        severity=severity.value,
        severity_covariance=severity.covariance,
        severity_error=_contrasts(SEVERITY, scope, peak, terms, groups, ratings, wide=True).error,
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
        halo_mean=_halo_mean(posterior),
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


def _halo_mean(posterior: GridPosterior) -> Floats:
    """How much better than its practice each bundle's auditor saw an audit."""
    kinds = posterior.grid.kinds
    halo = posterior.seen[0] - posterior.practice[0][kinds.slot_audit]
    return frozen_floats(halo[kinds.slot_of_bundle])


def _contrasts(
    names: tuple[str, ...],
    scope: SeverityScope,
    peak: SeverityPeak,
    terms: SeverityTerms,
    groups: AuditorGroups,
    ratings: SeverityRatings,
    *,
    wide: bool = False,
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
        covariance=peak.wide_covariance if wide else peak.covariance,
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


def spread_components(
    likelihood: SeverityLikelihood, *, peak: SeverityPeak, level: float
) -> dict[str, SpreadComponent]:
    """SD of practice (``audit``), of the halo (``halo``) and of each shrunken block.

    Intervals are symmetric for the logarithm of the SD. They reach down to 0 where the
    log-likelihood without the effect is within half a chi-square quantile (1 degree of freedom)
    of that with it.
    """
    found = {"audit": _practice(peak, level=level)}
    if likelihood.has_halo:
        found["halo"] = _halo(likelihood, peak=peak, level=level)
    step = SpreadStep(likelihood=peak.quadratic, sd=np.array(list(peak.sd.values())))
    if peak.sd:
        variances = np.diag(step.sd_covariance)
        at_best = peak.quadratic.log_marginal(step.sd)
        for place, name in enumerate(peak.sd):
            without = step.sd.copy()
            without[place] = NONE
            found[name] = _component(
                step.sd[place],
                se=sqrt(variances[place]),
                gain=at_best - peak.quadratic.log_marginal(without),
                level=level,
            )
    return found


def _practice(peak: SeverityPeak, *, level: float) -> SpreadComponent:
    value = exp(peak.parameters[-2])
    if not peak.free[-2]:
        words = "no sign that practice differs between audits, or nothing that tells it"
        return SpreadComponent(value=value, low=nan, high=nan, at_boundary=True, words=words)
    return _component(value, se=sqrt(peak.covariance[-2, -2]), gain=np.inf, level=level)


def _halo(likelihood: SeverityLikelihood, *, peak: SeverityPeak, level: float) -> SpreadComponent:
    without = peak.parameters.copy()
    without[-1] = np.log(NONE)
    gain = peak.posterior.log_likelihood - likelihood.posterior(without).log_likelihood
    value, se = exp(peak.parameters[-1]), sqrt(peak.covariance[-1, -1])
    return _component(value, se=se, gain=gain, level=level)


def _component(value: float, *, se: float, gain: float, level: float) -> SpreadComponent:
    wide = float(special.ndtri((1 + level) / 2)) * se
    if not wide < BOUNDLESS:
        words = f"about {value:.2f} logits (standard deviation), but how far is not known"
        return SpreadComponent(
            value=float(value), low=nan, high=nan, at_boundary=False, words=words
        )
    reach = exp(wide)
    none_fits = gain < float(special.chdtri(1, 1 - level)) / 2
    words = f"differs by {value:.2f} logits (standard deviation)"
    if gain <= 0:
        words = "at the boundary of 0: the grades show no difference beyond chance"
    elif none_fits:
        words += ", but could also not differ at all"
    return SpreadComponent(
        value=float(value),
        low=0.0 if none_fits else float(value / reach),
        high=float(value * reach),
        at_boundary=bool(gain <= 0),
        words=words,
    )

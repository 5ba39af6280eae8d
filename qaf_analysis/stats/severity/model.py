"""The severity model: how hard each auditor marks, apart from how good the practice is.

What auditor r sees in audit a is practice plus a halo that all grades of the sitting share; less
the auditor's severity and the domain's difficulty it meets the thresholds of the scale. Practice
and halo are integrated out exactly, auditors' severities are shrunk as far as chance explains
their spread, and errors come from the observed information.
"""

from __future__ import annotations

from math import ceil

import numpy as np

from qaf_analysis.stats.severity.bundles import BundleKinds, bundle_kinds
from qaf_analysis.stats.severity.fit import SeverityFit
from qaf_analysis.stats.severity.grid import RaterGrid
from qaf_analysis.stats.severity.likelihood import SeverityLikelihood
from qaf_analysis.stats.severity.linked_audits import linked_groups
from qaf_analysis.stats.severity.options import SeverityOptions
from qaf_analysis.stats.severity.parameters import severity_terms
from qaf_analysis.stats.severity.ratings import SeverityRatings
from qaf_analysis.stats.severity.search import (
    CLOSE,
    SeverityPeak,
    severity_peak,
)
from qaf_analysis.stats.severity.severity_results import severity_fit
from qaf_analysis.stats.severity.severity_scope import SeverityScope, severity_scope
from qaf_analysis.stats.severity.severity_start import SeverityStart, severity_start
from qaf_analysis.stats.severity.severity_terms import SeverityTerms
from qaf_analysis.terms.errors import UsageError

MOST_NODES = 401
# SDs of what is seen that the grid is to cover, and node spacing in the narrowest posterior's SD.
# At so many SDs less than 1 audit in 100,000 is beyond; at that spacing sums over nodes are
# integrals to 6 digits.
COVERED = 4.5
SPACING = 1.25
REFITS = 6
ROUGH = 0.03


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

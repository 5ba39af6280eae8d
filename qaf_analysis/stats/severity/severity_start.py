"""Where the search for the best severity model begins: from scratch, or near a fit of a relative.

Several models of one council differ by an effect or by which audits they use. Their best parameters
lie close together, and so does the grid that each needs. A search that begins at a relative's best
ends at the same place as one from scratch, in a third of the steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

import numpy as np

from qaf_analysis.stats.core.arrays import Floats, Ints
from qaf_analysis.stats.severity.fit import SeverityFit
from qaf_analysis.stats.severity.options import SeverityOptions
from qaf_analysis.stats.severity.ratings import SeverityRatings
from qaf_analysis.stats.severity.severity_terms import SeverityTerms

NODES, REACH = 61, 7.0
# First guess of each SD of shrunken effects, in logits.
GUESS = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class SeverityStart:
    """First parameters, SDs and grid of a search.

    Parameters
    ----------
    parameters : float array, shape (parameters,)
    sd : mapping of block to float
        SD of each shrunken block.
    nodes : int
    reach : float
        Number of nodes of the grid, and where it ends.
    is_near : bool
        Whether a relative's fit was used: no rough search has to find the grid first.
    """

    parameters: Floats
    sd: Mapping[str, float]
    nodes: int
    reach: float
    is_near: bool


def severity_start(
    ratings: SeverityRatings,
    *,
    terms: SeverityTerms,
    options: SeverityOptions,
    near: SeverityFit | None = None,
) -> SeverityStart:
    """First guess for a model of these ratings.

    Parameters
    ----------
    ratings : SeverityRatings
    terms : SeverityTerms
    options : SeverityOptions
        As they are fitted.
    near : SeverityFit, optional
        A fit of a relative. It is left aside where its scale is another one (its link, thresholds
        or levels in use), or where either model anchors severities.
    """
    if near is None or not _is_relative(near, ratings, options):
        return SeverityStart(
            parameters=_from_scratch(ratings, terms=terms, options=options),
            sd=dict.fromkeys(terms.random, GUESS),
            nodes=options.nodes or NODES,
            reach=options.reach or REACH,
            is_near=False,
        )
    grid = near.posterior.grid.nodes
    known = {name: spread.value for name, spread in near.spreads.items()}
    return SeverityStart(
        parameters=_from_relative(near, ratings=ratings, terms=terms, options=options),
        sd={name: known.get(name, GUESS) for name in terms.random},
        nodes=options.nodes or len(grid),
        reach=options.reach or float(grid[-1]),
        is_near=True,
    )


def _from_scratch(
    ratings: SeverityRatings, *, terms: SeverityTerms, options: SeverityOptions
) -> Floats:
    """Thresholds from how often each level was used; everything else alike."""
    start = np.zeros(terms.n_parameters)
    share = np.unique(ratings.grade, return_counts=True)[1] / len(ratings.grade)
    below = np.cumsum(share)[:-1]
    odds = np.log(below / (1 - below))
    steps = odds if options.link == "cumulative" else np.log(share[:-1] / share[1:])
    place = terms.index["thresholds"]
    # Practice spreads grades, so that thresholds lie further apart than shares alone say.
    start[place] = 1.4 * np.tile(steps, (place.stop - place.start) // len(steps))
    start[-2:] = 0.0, log(0.5)
    return start


def _is_relative(near: SeverityFit, ratings: SeverityRatings, options: SeverityOptions) -> bool:
    ours = np.unique(ratings.grade), ratings.n_levels, options.link, options.thresholds
    was = near.options
    theirs = np.unique(near.ratings.grade), near.ratings.n_levels, was.link, was.thresholds
    alike = np.array_equal(ours[0], theirs[0]) and ours[1:] == theirs[1:]
    domains = np.array_equal(near.ratings.domain_codes, ratings.domain_codes)
    anchored = bool(options.anchored or was.anchored)
    return near.converged and alike and not anchored and (domains or not options.partial_credit)


def _from_relative(
    near: SeverityFit,
    *,
    ratings: SeverityRatings,
    terms: SeverityTerms,
    options: SeverityOptions,
) -> Floats:
    """The relative's parameters by the codes that they belong to; 0 for what it does not hold."""
    theirs, start = near.ratings, np.zeros(terms.n_parameters)
    start[terms.index["thresholds"]] = near.parameters[near.index["thresholds"]]
    start[-2:] = near.parameters[-2:]
    if not options.halo or not near.options.halo:
        start[-1] = log(GUESS)
    one_way = {
        "difficulty": (theirs.domain_codes, ratings.domain_codes),
        "quarter": (theirs.quarter_codes, ratings.quarter_codes),
        "auditor": (theirs.auditor_codes, ratings.auditor_codes),
        "moderator": (theirs.auditor_codes, ratings.auditor_codes),
        "drift": (theirs.auditor_codes, ratings.auditor_codes),
        "caseload": (theirs.auditor_codes, ratings.auditor_codes),
    }
    for name, (their_codes, our_codes) in one_way.items():
        if name not in near.terms.columns or name not in terms.columns:
            continue
        values = near.terms.columns[name] @ near.parameters[near.index[name]]
        moved = _by_code(values, their_codes, our_codes)
        # The columns of each of these blocks are at right angles and of length 1.
        start[terms.index[name]] = terms.columns[name].T @ moved
    return start


def _by_code(values: Floats, theirs: Ints, ours: Ints) -> Floats:
    """Values of our codes; 0 for codes that are not theirs."""
    place = np.minimum(np.searchsorted(theirs, ours), len(theirs) - 1)
    return np.where(theirs[place] == ours, values[place], 0.0)

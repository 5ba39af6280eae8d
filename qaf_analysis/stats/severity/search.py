"""Find the parameters of a severity model: Newton steps with the exact information.

Several models of one council differ by an effect or by which audits they use. Their best
parameters lie close together, and so does the grid that each needs, so a search may begin at a
relative's best: it ends at the same place as one from scratch, in a third of the steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from math import inf, isfinite, log

import numpy as np
from scipy import linalg

from qaf_analysis.stats.core.arrays import Bools, Floats, Ints
from qaf_analysis.stats.severity.fit import SeverityFit
from qaf_analysis.stats.severity.grid import GridPosterior
from qaf_analysis.stats.severity.likelihood import SeverityLikelihood
from qaf_analysis.stats.severity.options import SeverityOptions
from qaf_analysis.stats.severity.parameters import SeverityTerms
from qaf_analysis.stats.severity.ratings import SeverityRatings
from qaf_analysis.stats.severity.variances import (
    QuadraticLikelihood,
    SpreadStep,
    best_spreads,
    lifted,
    with_peak,
)

STEPS = 80

# Newton steps square the distance: after a move this small the next would be 1e-10.
CLOSE = 1e-5
LONGEST, SHORTEST = 2.0, 1e-6

# The width of the peak is looked at anew after moves longer than this.
FAR = 0.01
LEAST_SHARE = 0.25

# A step this long is no way to a peak: the quadratic is all but flat in some direction.
TOO_FAR = 50.0

NODES, REACH = 61, 7.0
# First guess of each SD of shrunken effects, in logits.
GUESS = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class SeverityPeak:
    """Where the search ended.

    Parameters
    ----------
    parameters : float array, shape (parameters,)
    sd : mapping of block to float
        SD of each shrunken block of parameters.
    posterior : GridPosterior
    quadratic : QuadraticLikelihood
        The log-likelihood about the peak, in those parameters that were free.
    free : bool array, shape (parameters,)
    covariance : float array, shape (parameters, parameters)
        Inverse of the observed information with shrinkage, and what not knowing the SDs of the
        shrunken blocks adds; 0 where a parameter was held.
    wide_covariance : float array, shape (parameters, parameters)
        The same at the upper limits of those SDs, for intervals of shrunken effects.
    iterations : int
    gradient_norm : float
        Largest derivative of the penalised log-likelihood at the end.
    converged : bool
    """

    parameters: Floats
    sd: Mapping[str, float]
    posterior: GridPosterior
    quadratic: QuadraticLikelihood
    free: Bools
    covariance: Floats
    wide_covariance: Floats
    iterations: int
    gradient_norm: float
    converged: bool


def severity_peak(
    likelihood: SeverityLikelihood,
    *,
    start: Floats,
    sd: Mapping[str, float],
    close: float = CLOSE,
) -> SeverityPeak:
    """Search for the peak of the penalised likelihood, with the SDs of its shrunken blocks.

    At each point the log-likelihood is replaced by its quadratic; SDs and parameters are moved
    to the best ones for it; and the step is shortened until the penalised likelihood rises.

    Parameters
    ----------
    likelihood : SeverityLikelihood
    start : float array, shape (parameters,)
    sd : mapping of block to float
        First guess of the SDs.
    close : float
        The search ends when nothing that the likelihood sees, nor an SD, changes by more (an SD as
        a logarithm).
    """
    names = tuple(likelihood.terms.random)
    state = _State(
        likelihood=likelihood, parameters=start, sd=np.array([sd[name] for name in names])
    )
    # Without halo and shrinkage the SD is that of maximum likelihood, as other programs have it.
    state.is_rough = close >= FAR
    state.looks_at_width = not state.is_rough and (likelihood.has_halo or len(names) > 0)
    while state.moved > close and state.steps < STEPS and not state.is_stuck:
        state.step()
    return state.peak(names, converged=state.moved <= close and not state.is_stuck)


class _State:
    """A point of the search, and the quadratic at the point before."""

    def __init__(self, *, likelihood: SeverityLikelihood, parameters: Floats, sd: Floats) -> None:
        self.likelihood = likelihood
        self.parameters = parameters
        self.posterior = likelihood.posterior(parameters)
        self.sd = sd
        self.steps = 0
        self.moved = inf
        self.is_stuck = False
        self.looks_at_width = True
        self.is_rough = False
        self.lean = np.zeros(len(parameters))
        self.last_change = np.zeros(len(sd))
        self.last_wanted = np.zeros(len(sd))

    def look(self) -> None:
        """Find the gradient and the quadratic at this point."""
        gradient = self.likelihood.gradient(self.parameters, posterior=self.posterior)
        self.free = self.likelihood.estimated(self.parameters, gradient=gradient)
        # I of the quadratic -1/2 b'Ib + h'b, at this point.
        whole = self.likelihood.information(self.parameters, posterior=self.posterior)
        if self.looks_at_width and self.moved > FAR:
            self._look_at_width(whole)
        self.gradient = (gradient + self.lean)[self.free]
        # The parameters that may be held come last, so that blocks keep their places.
        curved = whole[np.ix_(self.free, self.free)]
        self.quadratic = QuadraticLikelihood(
            information=curved,
            # h = gradient + I b, so that the quadratic's own peak is at I^-1 h.
            slope=self.gradient + curved @ self.parameters[self.free],
            random=tuple(self.likelihood.terms.random.values()),
        )

    def _look_at_width(self, whole: Floats) -> None:
        penalty = np.zeros(len(self.parameters))
        for place, sd in zip(self.likelihood.terms.random.values(), self.sd, strict=True):
            penalty[place] = sd**-2
        # Far from the peak there may be no width; nothing is changed then.
        with suppress(linalg.LinAlgError):
            self.lean = self.likelihood.volume_slope(
                self.parameters, information=whole, penalty=penalty
            )

    def step(self) -> None:
        """Move once; ``moved`` is the largest change of what the likelihood sees, or of an SD."""
        self.look()
        self.steps += 1
        before = self.sd
        move = np.zeros(len(self.parameters))
        move[self.free] = self._target() - self.parameters[self.free]
        # A long step is cut to LONGEST logits before it is tried.
        longest = self.likelihood.terms.largest_change(move)
        length = self._move(move, length=min(1.0, LONGEST / max(longest, LONGEST)))
        spread = float(np.abs(np.log(self.sd / before)).max()) if len(before) else 0.0
        self.is_stuck = length == 0 and longest > CLOSE
        self.moved = max(length * longest, spread)

    def _move(self, move: Floats, *, length: float) -> float:
        """Go along a move as far as the penalised likelihood does not fall; how far that was."""
        level = self._penalised(self.parameters, self.posterior)
        while length > SHORTEST:
            there = self.parameters + length * move
            posterior = self.likelihood.posterior(there)
            if self._penalised(there, posterior) >= level - 1e-9 * abs(level):
                self.parameters, self.posterior = there, posterior
                return length
            length /= 2
        return 0.0

    def _target(self) -> Floats:
        """Best parameters for the quadratic, with its best SDs where it has a peak."""
        here = self.parameters[self.free]
        try:
            if len(self.sd) == 0 or self.steps == 1:
                return here + self._downhill()
            # Best tau for this quadratic (REML); the wanted move is in log tau.
            best = best_spreads(self.quadratic, start=self.sd)
            wanted = np.log(best.sd / self.sd)
        except linalg.LinAlgError:
            return here + self._downhill()
        change = wanted * self._share(wanted)
        self.sd = self.sd * np.exp(change)
        self.last_change, self.last_wanted = change, wanted
        return here + self._downhill()

    def _share(self, wanted: Floats) -> Floats:
        """How much of the wanted change of each SD's logarithm to make.

        SDs and parameters that chase each other to and fro meet where the secant through the last
        two wanted changes says; a half-way meeting is the case of two that are of one size.
        """
        share = np.ones(len(wanted))
        turned = wanted * self.last_change < 0
        # Secant: the wanted change is zero where the line through the last two crosses.
        fell = self.last_wanted[turned] - wanted[turned]
        share[turned] = np.clip(self.last_change[turned] / fell, LEAST_SHARE, 1)
        return share

    def _downhill(self) -> Floats:
        """A Newton step with SDs as they are, bent uphill where the quadratic has no sharp peak."""
        penalty = self.quadratic.penalty(self.sd)
        # Penalised score and information: g - D^-1 b and I + D^-1.
        gradient = self.gradient - penalty * self.parameters[self.free]
        curved = self.quadratic.information + np.diag(penalty)
        with suppress(linalg.LinAlgError):
            move = np.asarray(linalg.solve(curved, gradient, assume_a="pos"), dtype=np.float64)
            if float(np.abs(move).max()) < TOO_FAR:
                return move
        # Directions of wrong curvature are turned uphill, flat ones are kept from running off.
        values, vectors = linalg.eigh(curved)
        bent = np.maximum(np.abs(values), 1e-4 * np.abs(values).max())
        return np.asarray(vectors @ ((vectors.T @ gradient) / bent), dtype=np.float64)

    def _penalised(self, parameters: Floats, posterior: GridPosterior) -> float:
        value = self.likelihood.value(parameters, posterior=posterior)
        value += float(self.lean @ parameters)
        penalty = self.quadratic.penalty(self.sd) @ parameters[self.free] ** 2
        return value - 0.5 * float(penalty) if isfinite(value) else -inf

    def _covariances(self) -> tuple[Floats, Floats]:
        """Covariance of the free parameters, and the wider one for intervals."""
        if len(self.sd):
            step = SpreadStep(likelihood=self.quadratic, sd=self.sd)
            try:
                return step.whole_covariance, step.wide_covariance
            except linalg.LinAlgError:
                self.is_stuck = True  # this is no peak, and ``converged`` has to say so
        # Without shrunken effects, or without a peak of tau: (I + D^-1)^-1 alone.
        curved = self.quadratic.information + np.diag(self.quadratic.penalty(self.sd))
        plain = np.asarray(linalg.inv(lifted(curved)), dtype=np.float64)
        return plain, plain

    def peak(self, names: tuple[str, ...], *, converged: bool) -> SeverityPeak:
        found = with_peak(self.quadratic, sd=self.sd)
        self.is_stuck |= found is not self.quadratic
        self.quadratic = found
        penalty = self.quadratic.penalty(self.sd)
        covariance, wide = np.zeros((2, *(len(self.parameters),) * 2))
        place = np.ix_(self.free, self.free)
        covariance[place], wide[place] = self._covariances()
        gradient = self.likelihood.gradient(self.parameters, posterior=self.posterior)
        gradient = (gradient + self.lean)[self.free] - penalty * self.parameters[self.free]
        return SeverityPeak(
            parameters=self.parameters,
            sd=dict(zip(names, self.sd.tolist(), strict=True)),
            posterior=self.posterior,
            quadratic=self.quadratic,
            free=self.free,
            covariance=covariance,
            wide_covariance=wide,
            iterations=self.steps,
            gradient_norm=float(np.abs(gradient).max()),
            converged=converged and not self.is_stuck,
        )


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
    # Steps: logit of the share below (cumulative), or log of the ratio of neighbours (Rasch).
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

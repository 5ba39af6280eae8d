"""Habits of grading that severity does not show: one grade for all, erratic ones, or the middle.

One grade for the whole file (halo), grades that are hard to foresee (inconsistency) and avoiding
the ends of the scale (centrality) are each a ratio to what the severity model expects, 1 being as
expected, drawn towards that of all auditors as far as it is uncertain. They describe grades, not
persons: never a ranking.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import interpolate

from qaf_analysis.stats.core.arrays import (
    Floats,
    Ints,
    check_grades,
    check_level,
    check_same_length,
    frozen_floats,
    frozen_ints,
    sums,
)
from qaf_analysis.stats.severity.fit_statistics import (
    CERTAIN,
    GradeMoments,
    drawn_grades,
    grade_moments,
)
from qaf_analysis.stats.severity.grade_links import Link, grade_table
from qaf_analysis.terms.errors import ShapeError, UsageError
from qaf_analysis.terms.estimate import Estimate

HALO = "spread of grades within a file over the expected one, shrunken"
INCONSISTENCY = "infit mean square, shrunken"

# Simulated grades made at a time, so that memory stays small.
AT_ONCE = 4_000_000

CENTRALITY = "stretch of the thresholds beside that of all auditors, shrunken"
# The likelihood is smooth, so it is computed at every so many nodes and interpolated.
EVERY = 10

# Fewer files than these say nothing about one auditor's habits.
MIN_FILES = 10

# Logs of ratios from a twelfth to twelve, finely enough for intervals to three figures.
LOG_RATIOS = np.linspace(-2.5, 2.5, 251)

# Spreads of the log ratios between auditors that are weighed, and how likely each is beforehand:
# half-normal with SD 0.5, so that neither no difference nor huge ones are taken for granted.
SPREADS = np.geomspace(0.01, 2.0, 40)
PRIOR_SD = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class GradedFiles:
    """Grades with what a model expects of them, and whose they are; shape (grades,) each.

    Parameters
    ----------
    grade : int array
    probabilities : array, shape (grades, K)
        Probability of each level at the fitted position of the file.
    auditor : int array
        Number 0 .. ``n_auditors`` - 1.
    bundle : int array
        Number 0, 1, ... of the grades that one auditor gave to one file.
    n_auditors : int
    variance : array
        Variance of each grade at its position.
    moments : GradeMoments
        Expectation of each grade, and its variance about that: smaller where the position was
        fitted to the same grades (``fitted_grades``).

    Raises
    ------
    ShapeError
        If the arrays do not fit each other.
    UnknownGradeError
        If a grade has no probability.
    """

    grade: Ints
    probabilities: Floats
    auditor: Ints
    bundle: Ints
    n_auditors: int
    variance: Floats
    moments: GradeMoments

    def __post_init__(self) -> None:
        for name in ("grade", "auditor", "bundle"):
            object.__setattr__(self, name, frozen_ints(getattr(self, name), name=name))
        object.__setattr__(self, "probabilities", frozen_floats(self.probabilities))
        columns = {"grades": self.grade, "auditors": self.auditor, "bundles": self.bundle}
        object.__setattr__(self, "variance", frozen_floats(self.variance))
        floats = {
            "probabilities": self.probabilities,
            "variances": self.variance,
            "expectations": self.moments.expected,
        }
        check_same_length({**columns, **floats})
        check_grades(self.grade, n_levels=int(self.probabilities.shape[-1]))


@dataclass(frozen=True, kw_only=True, eq=False)
class RaterHabit:
    """One habit of every auditor; arrays of shape (auditors,).

    Parameters
    ----------
    shrunken : tuple of Estimate
        The ratio; ``cases`` are the files it rests on. Not estimable with too few files.
    observed : array
        The ratio as it is; NaN where the grades hold no information.
    usual_low, usual_high : array
        Between which the observed ratio lies when the model holds (parametric bootstrap; the
        model is not fitted again, see ``fit_statistics.fit_limits``).
    """

    shrunken: tuple[Estimate, ...]
    observed: Floats
    usual_low: Floats
    usual_high: Floats


def halo_index(
    files: GradedFiles, *, rng: np.random.Generator, draws: int = 200, level: float = 0.95
) -> RaterHabit:
    """How much each auditor's grades differ within a file, beside what the model expects.

    Parameters
    ----------
    files : GradedFiles
        Files with one domain say nothing here and are left out.
    rng : numpy.random.Generator
        Source of randomness; the same state gives the same limits.
    draws : int
        Simulated sets of grades for the limits, 2 or more.
    level : float
        Confidence level.

    Returns
    -------
    RaterHabit
        Sum of squares of grades less their expectations about the mean of each file, over its
        expectation. 1: as expected. Below 1: nearly one grade for the whole file
        (straight-lining). Above 1: more contrast between domains than practice explains.

    Raises
    ------
    UsageError
        If ``level`` or ``draws`` is not as described.

    Examples
    --------
    >>> even = np.full((60, 3), 1 / 3)
    >>> straight = GradedFiles(
    ...     grade=np.repeat(np.arange(20) % 3, 3), probabilities=even, n_auditors=1,
    ...     auditor=np.zeros(60, int), bundle=np.repeat(np.arange(20), 3),
    ...     moments=grade_moments(even), variance=grade_moments(even).variance,
    ... )
    >>> float(halo_index(straight, rng=np.random.default_rng(1)).observed[0])
    0.0
    """
    size = np.bincount(files.bundle)
    owner = np.zeros(len(size), dtype=np.int64)
    owner[files.bundle] = files.auditor
    several, owner = size >= 2, owner[size >= 2]

    def spread(residual: Floats) -> Floats:
        total = sums(files.bundle, residual)[several]
        within = sums(files.bundle, residual**2)[several] - total**2 / size[several]
        # Rounding may leave a trace of spread where there is none.
        return sums(owner, np.where(within > CERTAIN, within, 0), n=files.n_auditors)

    def expected(variance: Floats) -> Floats:
        within = (sums(files.bundle, variance) * (1 - 1 / size))[several]
        return sums(owner, within, n=files.n_auditors)

    return _habit(
        files,
        spread,
        observed=_ratio(spread(files.grade - files.moments.expected), expected(files.variance)),
        expected=expected,
        counts=np.bincount(owner, minlength=files.n_auditors),
        usual=_Usual(rng=rng, draws=draws, level=level),
        method=HALO,
    )


def inconsistency(
    files: GradedFiles, *, rng: np.random.Generator, draws: int = 200, level: float = 0.95
) -> RaterHabit:
    """How erratic each auditor's grades are: infit with its usual limits, and shrunken.

    Parameters, errors and result are as for ``halo_index``. Above 1: grades are harder to foresee
    than the model expects. Below 1: easier.
    """

    def squares(residual: Floats) -> Floats:
        return sums(files.auditor, residual**2, n=files.n_auditors)

    def expected(variance: Floats) -> Floats:
        return sums(files.auditor, variance, n=files.n_auditors)

    infit = _ratio(squares(files.grade - files.moments.expected), expected(files.moments.variance))
    pairs = np.unique(np.stack([files.auditor, files.bundle]), axis=1)
    return _habit(
        files,
        squares,
        observed=infit,
        expected=expected,
        counts=np.bincount(pairs[0], minlength=files.n_auditors),
        usual=_Usual(rng=rng, draws=draws, level=level),
        method=INCONSISTENCY,
    )


@dataclass(frozen=True, kw_only=True)
class _Usual:
    """How the usual limits are found."""

    rng: np.random.Generator
    draws: int
    level: float

    def __post_init__(self) -> None:
        check_level(self.level)
        if self.draws < 2:
            raise UsageError(f"A bootstrap needs 2 or more draws, not {self.draws}.")

    def simulated(self, statistic: Callable[[Floats], Floats], table: Floats) -> Floats:
        """The statistic of residuals of grades drawn from the table; (draws, auditors)."""
        expected = grade_moments(table).expected
        step = max(1, AT_ONCE // max(1, len(table)))
        rows: list[Floats] = []
        for start in range(0, self.draws, step):
            size = min(step, self.draws - start)
            drawn = drawn_grades(table, rng=self.rng, draws=size)
            rows.extend(statistic(grades - expected) for grades in drawn)
        return np.stack(rows)


def _ratio(found: Floats, expected: Floats) -> Floats:
    """Found over expected; NaN where nothing is expected."""
    holds = expected > CERTAIN
    return np.where(holds, found / np.where(holds, expected, 1), np.nan)


def _habit(
    files: GradedFiles,
    statistic: Callable[[Floats], Floats],
    *,
    observed: Floats,
    expected: Callable[[Floats], Floats],
    counts: Ints,
    usual: _Usual,
    method: str,
) -> RaterHabit:
    """Ratio of a sum of squared residuals to its expectation, its usual limits, and shrunken.

    ``statistic`` is the sum for residuals and ``expected`` its expectation for their variances.
    """
    at_position = expected(grade_moments(files.probabilities).variance)
    simulated = _ratio(usual.simulated(statistic, files.probabilities), at_position)
    variance = simulated.var(axis=0, ddof=1)
    known = (variance > 0) & np.isfinite(observed)
    # The ratio varies as a mean square with this many degrees of freedom does.
    freedom = 2 / variance[known, np.newaxis]
    likelihood = np.zeros((len(observed), len(LOG_RATIOS)))
    likelihood[known] = (
        -0.5 * freedom * (LOG_RATIOS + np.outer(observed[known], np.exp(-LOG_RATIOS)))
    )
    counted = np.where(known, counts, 0)
    pooled = likelihood[counted >= MIN_FILES].sum(axis=0)
    centre = float(LOG_RATIOS[int(pooled.argmax())]) if pooled.any() else 0.0
    low, high = np.quantile(simulated, [(1 - usual.level) / 2, (1 + usual.level) / 2], axis=0)
    return RaterHabit(
        shrunken=ratio_estimates(
            likelihood, files=counted, centre=centre, method=method, level=usual.level
        ),
        observed=frozen_floats(np.where(known, observed, np.nan)),
        usual_low=frozen_floats(low),
        usual_high=frozen_floats(high),
    )


def centrality(
    log_probability: Callable[[float], Floats],
    *,
    auditor: ArrayLike,
    files: ArrayLike,
    level: float = 0.95,
) -> tuple[Estimate, ...]:
    """How far each auditor avoids the ends of the scale, beside all auditors together.

    Parameters
    ----------
    log_probability : function
        Gives, for a stretch of the thresholds about their mean, the log probability of each grade
        that was given, all else fixed; shape (grades,).
    auditor : int array, shape (grades,)
        Number 0, 1, ... of the auditor of each grade.
    files : int array, shape (auditors,)
        Number of files that each auditor graded.
    level : float
        Probability that an interval holds.

    Returns
    -------
    tuple of Estimate
        Above 1: the auditor keeps to the middle grades; below 1: uses the ends more. Not
        estimable with too few files, or where the stretch has no influence (two levels).

    References
    ----------
    Jin & Wang (2018), centrality in a facets model.
    """
    numbers, counts = frozen_ints(auditor, name="auditor"), frozen_ints(files, name="files")
    at_one = log_probability(1.0)
    check_same_length({"auditors": numbers, "log probabilities": at_one})
    if np.allclose(at_one, log_probability(2.0), rtol=0, atol=1e-9):
        why_not = "the thresholds cannot be stretched: there is only one"
        return tuple(
            Estimate.not_estimable(
                why_not, method=CENTRALITY, level=level, cases=number, auditors=1
            )
            for number in counts.tolist()
        )

    def curves(around: float) -> Floats:
        nodes = LOG_RATIOS[::EVERY]
        columns = [
            sums(numbers, log_probability(float(np.exp(around + node))), n=len(counts))
            for node in nodes
        ]
        smooth: Floats = interpolate.CubicSpline(nodes, np.stack(columns, axis=1), axis=1)(
            LOG_RATIOS
        )
        return smooth

    # Practice is estimated too, which stretches everybody alike; only differences count.
    typical = float(LOG_RATIOS[int(curves(0.0).sum(axis=0).argmax())])
    return ratio_estimates(
        curves(typical), files=counts, centre=0.0, method=CENTRALITY, level=level
    )


def stretched_log_probability(
    grade: ArrayLike, *, predictor: ArrayLike, thresholds: ArrayLike, link: Link = "adjacent"
) -> Callable[[float], Floats]:
    """Log probability of each grade as a function of the stretch of the thresholds.

    Parameters
    ----------
    grade : int array, shape (grades,)
        Among the levels that have thresholds, 0 to K-1.
    predictor : array, shape (grades,)
        Practice less severity less difficulty, in logits.
    thresholds : array, shape (K-1,) or (grades, K-1)
        In logits.
    link : {"adjacent", "cumulative"}

    Examples
    --------
    >>> at = stretched_log_probability([1], predictor=[0.0], thresholds=[-1.0, 1.0])
    >>> [round(float(np.exp(at(stretch))[0]), 3) for stretch in (1.0, 2.0)]
    [0.576, 0.787]
    """
    grades = frozen_ints(grade, name="grade")
    places = np.asarray(predictor, dtype=np.float64)[:, np.newaxis]
    edges = np.atleast_2d(np.asarray(thresholds, dtype=np.float64))
    mean = edges.mean(axis=1, keepdims=True)
    rows = np.arange(len(grades))

    def at(stretch: float) -> Floats:
        moved = np.broadcast_to(mean + stretch * (edges - mean), (len(rows), edges.shape[1]))
        table = grade_table(places, thresholds=moved, link=link)
        given: Floats = table.log_probability[rows, grades, 0]
        return given

    return at


@dataclass(frozen=True, kw_only=True, eq=False)
class ShrunkenRatios:
    """Posterior of each auditor's ratio; arrays of shape (auditors,).

    Parameters
    ----------
    value, low, high : array
        Posterior median and central interval.
    spread : float
        Posterior mean of the standard deviation of auditors' log ratios.
    """

    value: Floats
    low: Floats
    high: Floats
    spread: float


def shrunken_ratios(
    log_likelihood: Floats, *, centre: float = 0.0, level: float = 0.95
) -> ShrunkenRatios:
    """Auditors' ratios, their spread being learnt from all of them.

    Parameters
    ----------
    log_likelihood : array, shape (auditors, nodes)
        Log likelihood of each auditor's grades at the log ratios ``LOG_RATIOS``; all equal for
        an auditor about whom nothing is known.
    centre : float
        Log of the ratio that they are drawn towards.
    level : float
        Probability that the interval holds.

    Raises
    ------
    ShapeError
        If the likelihood is not given at every node.

    Notes
    -----
    Log ratios are normal around the centre. Their spread is integrated over, not set to its best
    value, so that intervals keep a width even where auditors seem alike.

    References
    ----------
    Gelman, Carlin, Stern & Rubin, Bayesian Data Analysis (hierarchical normal model).

    Examples
    --------
    >>> alike = -0.5 * ((LOG_RATIOS - np.log([[1.0], [1.2], [3.0]])) / 0.2) ** 2
    >>> shrunken_ratios(alike).value.round(2).tolist()
    [1.0, 1.17, 2.61]
    """
    check_level(level)
    if log_likelihood.ndim != 2 or log_likelihood.shape[1] != len(LOG_RATIOS):
        raise ShapeError(f"The likelihood needs {len(LOG_RATIOS)} nodes for each auditor.")
    likelihood = np.exp(log_likelihood - log_likelihood.max(axis=1, keepdims=True))
    prior = np.exp(-0.5 * ((LOG_RATIOS - centre)[:, np.newaxis] / SPREADS) ** 2)
    prior = np.maximum(prior, 1e-300)
    prior /= prior.sum(axis=0)
    marginal = likelihood @ prior  # (auditors, spreads)
    # Spreads are spaced evenly on the log scale, so each stands for a width like itself.
    weight = np.log(marginal).sum(axis=0) - 0.5 * (SPREADS / PRIOR_SD) ** 2 + np.log(SPREADS)
    weight = np.exp(weight - weight.max())
    weight /= weight.sum()
    posterior = likelihood * ((weight / marginal) @ prior.T)
    low, value, high = (
        _quantiles(posterior, share) for share in ((1 - level) / 2, 0.5, (1 + level) / 2)
    )
    return ShrunkenRatios(
        value=frozen_floats(np.exp(value)),
        low=frozen_floats(np.exp(low)),
        high=frozen_floats(np.exp(high)),
        spread=float(weight @ SPREADS),
    )


def ratio_estimates(
    log_likelihood: Floats, *, files: Ints, centre: float, method: str, level: float
) -> tuple[Estimate, ...]:
    """Shrunken ratio of each auditor with at least ``MIN_FILES`` files; the others take no part.

    Parameters
    ----------
    log_likelihood, centre, level :
        As in ``shrunken_ratios``.
    files : int array, shape (auditors,)
        Number of files that each auditor's ratio rests on; it becomes ``cases``.
    method : str
        Name of the ratio.
    """
    estimates = [
        Estimate.not_estimable(
            f"too few: {number} files where at least {MIN_FILES} are needed",
            method=method,
            level=level,
            cases=number,
            auditors=1,
        )
        for number in files.tolist()
    ]
    enough = np.flatnonzero(files >= MIN_FILES)
    if len(enough) == 0:
        return tuple(estimates)
    ratios = shrunken_ratios(log_likelihood[enough], centre=centre, level=level)
    for row, auditor in enumerate(enough.tolist()):
        estimates[auditor] = Estimate(
            value=float(ratios.value[row]),
            low=float(ratios.low[row]),
            high=float(ratios.high[row]),
            level=level,
            cases=int(files[auditor]),
            auditors=1,
            method=method,
        )
    return tuple(estimates)


def _quantiles(posterior: Floats, share: float) -> Floats:
    cumulated = posterior.cumsum(axis=1) / posterior.sum(axis=1, keepdims=True)
    step = LOG_RATIOS[1] - LOG_RATIOS[0]
    # The mass of a node is spread evenly over the width around it.
    edges = LOG_RATIOS + step / 2
    return np.array([np.interp(share, row, edges) for row in cumulated])

"""The joint likelihood of practice, severity, difficulty and steps, and where it is highest.

The rating-scale model with facets audit, auditor and domain, as Facets fits it: every audit has a
measure of its own instead of a distribution. Audits are eliminated from each Newton step, so that
its size is that of auditors, domains and levels only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse, special

from qaf_analysis.stats.core.arrays import Bools, Floats, Ints, sums

# Directions of less information than this share of the largest are not determined by the data.
UNDETERMINED = 1e-10

# A Newton step moves no measure further than this, in logits.
LONGEST_STEP = 2.0
MOST_STEPS = 100

# Steps below this (logits) end the search: far below the precision of any peer's output.
SETTLED = 1e-9

# Shares of a Newton step that are tried, until the likelihood does not fall.
SHARES = 0.5 ** np.arange(12)


@dataclass(frozen=True, kw_only=True, eq=False)
class Facets:
    """Number of the audit, auditor and domain of each grade 0 .. K-1; shape (grades,) each."""

    audit: Ints
    auditor: Ints
    domain: Ints
    grade: Ints
    n_levels: int

    @property
    def columns(self) -> tuple[Ints, Ints, Ints]:
        """Audit, auditor and domain of each grade."""
        return self.audit, self.auditor, self.domain

    def only(self, keep: Bools) -> Facets:
        """The same for some of the grades, numbers unchanged."""
        return Facets(
            audit=self.audit[keep],
            auditor=self.auditor[keep],
            domain=self.domain[keep],
            grade=self.grade[keep],
            n_levels=self.n_levels,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class JointMeasures:
    """One value of every parameter, in logits.

    Parameters
    ----------
    practice : array, shape (audits,)
        Positive: better practice.
    severity : array, shape (auditors,)
        Positive: harsher.
    difficulty : array, shape (domains,)
        Positive: graded lower.
    log_weight : array, shape (K,)
        The probability of level k is proportional to exp(k predictor + log_weight[k]); minus
        infinity for a level that nobody gave. Step k is log_weight[k-1] - log_weight[k].
    """

    practice: Floats
    severity: Floats
    difficulty: Floats
    log_weight: Floats

    def predictor(self, facets: Facets) -> Floats:
        """Practice less severity less difficulty at each grade; shape (grades,)."""
        predictor: Floats = (
            self.practice[facets.audit]
            - self.severity[facets.auditor]
            - self.difficulty[facets.domain]
        )
        return predictor

    def probabilities(self, facets: Facets) -> Floats:
        """Probability of each level at each grade; shape (grades, K)."""
        table: Floats = special.softmax(self._exponents(facets), axis=1)
        return table

    def log_likelihood(self, facets: Facets) -> float:
        """Log of the probability of all grades."""
        exponents = self._exponents(facets)
        given = exponents[np.arange(len(facets.grade)), facets.grade]
        return float((given - special.logsumexp(exponents, axis=1)).sum())

    def moved(self, step: JointMeasures, *, share: float) -> JointMeasures:
        """The measures after a share of a step."""
        return JointMeasures(
            practice=self.practice + share * step.practice,
            severity=self.severity + share * step.severity,
            difficulty=self.difficulty + share * step.difficulty,
            log_weight=self.log_weight + share * step.log_weight,
        )

    def _exponents(self, facets: Facets) -> Floats:
        code = np.arange(len(self.log_weight), dtype=np.float64)
        exponents: Floats = np.outer(self.predictor(facets), code) + self.log_weight
        return exponents


@dataclass(frozen=True, kw_only=True, eq=False)
class JointMaximum:
    """Where the joint likelihood is highest.

    Parameters
    ----------
    measures : JointMeasures
        Not centred: any common shift gives the same likelihood.
    iterations : int
    converged : bool
        Whether the steps became negligible.
    undetermined : int
        Number of directions, among severities, difficulties and weights, in which the likelihood
        is flat. Four in a connected design; one more for each further group of auditors.
    """

    measures: JointMeasures
    iterations: int
    converged: bool
    undetermined: int


def joint_maximum(facets: Facets) -> JointMaximum:
    """Maximise the joint likelihood.

    Parameters
    ----------
    facets : Facets
        Numbers 0, 1, ... without gaps, and no extreme elements, which have no maximum
        (``scale.without_extremes``).

    Notes
    -----
    Newton's method on all parameters at once; a step is halved until the likelihood does not fall.

    References
    ----------
    Linacre (1989), Many-Facet Rasch Measurement; Wright & Masters (1982), Rating Scale Analysis.
    """
    measures = _start(facets)
    height = measures.log_likelihood(facets)
    undetermined, iterations, longest = 0, 0, np.inf
    while iterations < MOST_STEPS and longest > SETTLED:
        step, undetermined = _newton_step(measures, facets)
        longest = _longest(step)
        measures, height = _climbed(measures, step, facets, height)
        iterations += 1
    return JointMaximum(
        measures=measures,
        iterations=iterations,
        converged=longest <= SETTLED,
        undetermined=undetermined,
    )


def _start(facets: Facets) -> JointMeasures:
    code = np.bincount(facets.grade, minlength=facets.n_levels)
    with np.errstate(divide="ignore"):  # a level that nobody gave has weight minus infinity
        log_weight = np.log(code / len(facets.grade))
    # Practice from the logit of each audit's share of the highest total.
    total = sums(facets.audit, facets.grade.astype(np.float64))
    share = total / (np.bincount(facets.audit) * (facets.n_levels - 1))
    return JointMeasures(
        practice=special.logit(np.clip(share, 0.05, 0.95)),
        severity=np.zeros(int(facets.auditor.max()) + 1),
        difficulty=np.zeros(int(facets.domain.max()) + 1),
        log_weight=log_weight,
    )


def _climbed(
    measures: JointMeasures, step: JointMeasures, facets: Facets, height: float
) -> tuple[JointMeasures, float]:
    share = min(1.0, LONGEST_STEP / max(_longest(step), 1e-300))
    for part in SHARES:
        tried = measures.moved(step, share=share * part)
        reached = tried.log_likelihood(facets)
        # At the top rounding alone may lower the likelihood a little.
        if reached >= height - 1e-9 * abs(height):
            return tried, reached
    return measures, height


def _longest(step: JointMeasures) -> float:
    parts = (step.practice, step.severity, step.difficulty, step.log_weight)
    return max(float(np.abs(part).max()) for part in parts)


def _newton_step(measures: JointMeasures, facets: Facets) -> tuple[JointMeasures, int]:
    """Newton step of all parameters, and the number of directions that are not determined."""
    table = measures.probabilities(facets)
    used = np.flatnonzero(np.isfinite(measures.log_weight))
    code = np.arange(facets.n_levels, dtype=np.float64)
    # E and W of Wright & Masters: expected grade and its variance, (grades,).
    expected = table @ code
    variance = table @ code**2 - expected**2
    weighted = table[:, used] * (code[used] - expected[:, np.newaxis])  # covariance with levels
    # Membership (grades, audits); severities and difficulties are subtracted, hence the sign.
    audits = sparse.csr_array(_membership(facets.audit))
    others = sparse.hstack(
        [-_membership(facets.auditor), -_membership(facets.domain)], format="csr"
    )
    # Blocks of the information: audits (a diagonal), audits with the rest, the rest.
    information = audits.T @ variance
    across = sparse.hstack(
        [audits.T @ (others * variance[:, np.newaxis]), sparse.csr_array(audits.T @ weighted)]
    ).tocsr()
    inner = _information(others, variance, table[:, used], weighted)
    # Scores: residuals by element, and counts by level less what is expected.
    residual = facets.grade - expected
    count = np.bincount(facets.grade, minlength=facets.n_levels)[used]
    slope = np.concatenate([others.T @ residual, count - table[:, used].sum(axis=0)])
    own = audits.T @ residual
    # Schur complement: audits eliminated, (auditors + domains + levels) squared is left.
    scaled = across * (1 / information)[:, np.newaxis]
    reduced = inner - (across.T @ scaled).toarray()
    move, undetermined = _least_solution(reduced, slope - scaled.T @ own)
    # Back to the audits, given the step of the rest.
    practice = (own - across @ move) / information
    n_auditors, n_domains = len(measures.severity), len(measures.difficulty)
    weight = np.zeros(facets.n_levels)
    weight[used] = move[n_auditors + n_domains :]
    step = JointMeasures(
        practice=practice,
        severity=move[:n_auditors],
        difficulty=move[n_auditors : n_auditors + n_domains],
        log_weight=weight,
    )
    return step, undetermined


def _membership(number: Ints) -> sparse.csr_array:
    shape = (len(number), int(number.max()) + 1)
    rows = np.arange(len(number))
    return sparse.coo_array((np.ones(len(number)), (rows, number)), shape=shape).tocsr()


def _information(
    others: sparse.csr_array, variance: Floats, table: Floats, weighted: Floats
) -> Floats:
    """Information on severities, difficulties and weights, audits being known."""
    top = (others.T @ (others * variance[:, np.newaxis])).toarray()
    side = others.T @ weighted
    # Multinomial: diag(p) - p p' summed over grades.
    corner = np.diag(table.sum(axis=0)) - table.T @ table
    return np.block([[top, side], [side.T, corner]])


def _least_solution(matrix: Floats, vector: Floats) -> tuple[Floats, int]:
    """Shortest solution of a singular symmetric system, and the number of flat directions."""
    values, directions = np.linalg.eigh(matrix)
    known = values > UNDETERMINED * values.max()
    part = directions[:, known]
    return part @ ((part.T @ vector) / values[known]), int((~known).sum())

"""Grades of a domain on a scale that does not depend on where the domain stands.

A mean grade is a curved function of practice: kindness that moves a domain in the middle of the
scale by half a grade moves one near the top by less. Here grades are turned into units of the
normal distribution behind them, so that kindness alike in all domains looks alike in all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from qaf_analysis.stats.child.domain_grades import DomainGrades, in_common
from qaf_analysis.stats.core.arrays import Bools, Floats
from qaf_analysis.terms.verdicts import FOCUS_RULE


@dataclass(frozen=True, kw_only=True, eq=False)
class NormalScores:
    """One reader's grades as normal scores, domain by domain.

    Parameters
    ----------
    score : array, shape (audits, domains)
        What the normal variable behind a grade is expected to be, over ``told``; NaN where a
        domain was not graded.
    told : array, shape (domains,)
        Variance of that expectation: the share of the normal variable that the grades tell; 0
        where all grades of a domain are alike, and scores are then NaN.
    """

    score: Floats
    told: Floats

    @property
    def product(self) -> Floats:
        """Mean product of the scores of two domains, about their correlation; (domains, domains).

        NaN where no audit has both.
        """
        known = (~np.isnan(self.score)).astype(np.float64)
        zeros = np.where(np.isnan(self.score), 0.0, self.score)
        both = known.T @ known
        mean = np.full(both.shape, np.nan)
        np.divide(zeros.T @ zeros, both, out=mean, where=both > 0)
        return mean


def grade_slopes(audit: DomainGrades, moderation: DomainGrades) -> Floats:
    """Grades that one standard deviation of what lies behind them is worth, in each domain.

    Parameters
    ----------
    audit, moderation : DomainGrades
        Of the same audits; only domains that both graded count.

    Returns
    -------
    array, shape (domains,)
        Sum over grades k above the lowest of the normal density at the limit of k. The limit is
        where the share at k or above, midway between auditors' and moderators', puts it. NaN for
        a domain whose grades hardly vary (``FOCUS_RULE.fewest_off_mode``).

    Raises
    ------
    ShapeError
        If the two do not hold the same audits and domains.

    Notes
    -----
    The slope of a mean grade in an ordered probit model with normal practice: the derivative of
    the sum of the chances of each grade or better.

    Examples
    --------
    Half the grades Good or better, none higher or lower: the density at 0, and next to nothing.

    >>> read = DomainGrades(domains=[[1.0], [2.0]] * 10, overall=[2.0] * 20, is_child=[True],
    ...                     is_process=[False])
    >>> grade_slopes(read, read).round(2).tolist()
    [0.46]
    """
    ours, theirs = (grades.domains for grades in in_common(audit, moderation))
    highest = int(np.nanmax(ours, initial=0.0)), int(np.nanmax(theirs, initial=0.0))
    n = (~np.isnan(ours)).sum(axis=0).astype(np.float64)
    slope = np.zeros(ours.shape[1])
    margin = 0.5 / np.maximum(n, 1.0)
    for k in range(1, max(highest) + 1):
        above = ((ours >= k).sum(axis=0) + (theirs >= k).sum(axis=0)) / np.maximum(2 * n, 1.0)
        slope += _density(special.ndtri(np.clip(above, margin, 1 - margin)))
    return np.where(_varies(np.vstack([ours, theirs])), slope, np.nan)


def normal_scores(grades: DomainGrades) -> NormalScores:
    """Turn grades into normal scores, each domain by its own share of each grade.

    Returns
    -------
    NormalScores
        The mean of a normal variable between the limits of its grade, over its variance. So two
        domains' mean product is about the correlation of what lies behind, wherever they stand.

    References
    ----------
    Kendall & Stuart (1979), The Advanced Theory of Statistics, vol. 2, chapter 33 (canonical
    scores of grouped normal variables).
    """
    score = np.full(grades.domains.shape, np.nan)
    told = np.zeros(grades.domains.shape[1])
    for place, column in enumerate(grades.domains.T):
        known = ~np.isnan(column)
        codes = column[known].astype(np.int64)
        if len(codes) == 0 or np.ptp(codes) == 0:
            continue
        share = np.bincount(codes) / len(codes)
        density = _density(special.ndtri(np.concatenate([[0.0], share.cumsum()[:-1], [1.0]])))
        used = share > 0
        expected = np.zeros(len(share))
        expected[used] = -np.diff(density)[used] / share[used]
        told[place] = share @ expected**2
        score[known, place] = expected[codes] / told[place]
    return NormalScores(score=score, told=told)


def _density(z: Floats) -> Floats:
    density: Floats = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return density


def _varies(codes: Floats) -> Bools:
    """Whether enough grades of each domain are other than its commonest."""
    known = ~np.isnan(codes)
    highest = int(np.nanmax(codes, initial=0.0))
    counts = np.array([(codes == k).sum(axis=0) for k in range(highest + 1)])
    enough: Bools = known.sum(axis=0) - counts.max(axis=0) >= FOCUS_RULE.fewest_off_mode
    return enough

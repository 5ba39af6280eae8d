"""Two judgements of the same audits, of practice and of the impact for the child, crossed."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from qaf_analysis.stats.core.arrays import Bools
from qaf_analysis.stats.core.intervals import normal_quantile, wilson
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate

FEWEST_SHOWN = 10
"""Audits of good practice below which no share of them is given."""


@dataclass(frozen=True, kw_only=True)
class TwoJudgements:
    """The cross-table of two judgements.

    Parameters
    ----------
    both, practice_only, impact_only, neither : int
        Audits by which of the two judgements is positive.
    no_difference_yet : Estimate
        Of audits with positive practice, the share whose impact is not positive.
    difference : Estimate
        Share with positive practice less the share with positive impact, of the same audits.
    """

    both: int
    practice_only: int
    impact_only: int
    neither: int
    no_difference_yet: Estimate
    difference: Estimate

    @property
    def audits(self) -> int:
        """Audits with both judgements."""
        return self.both + self.practice_only + self.impact_only + self.neither

    @property
    def good_practice(self) -> int:
        """Audits with positive practice."""
        return self.both + self.practice_only


def two_judgements(practice: Bools, impact: Bools, *, level: float = 0.95) -> TwoJudgements:
    """Cross two judgements of the same audits.

    Parameters
    ----------
    practice, impact : array of bool, shape (audits,)
        Whether each audit is positive in either judgement.
    level : float
        Confidence level.

    Returns
    -------
    TwoJudgements
        The share has a Wilson interval (Wilson, 1927) and is not given on fewer than
        ``FEWEST_SHOWN`` audits. The difference is paired, with half an audit added to each cell
        (Agresti and Min, 2005, Statistics in Medicine 24, 729-740).

    Raises
    ------
    ShapeError
        If the two are not of the same audits.

    Examples
    --------
    >>> import numpy as np
    >>> practice = np.repeat([True, True, False, False], [90, 20, 5, 35])
    >>> impact = np.repeat([True, False, True, False], [90, 20, 5, 35])
    >>> found = two_judgements(practice, impact).no_difference_yet
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (0.182, 0.121, 0.264)
    """
    if practice.shape != impact.shape or practice.ndim != 1:
        raise ShapeError(f"Judgements of shapes {practice.shape} and {impact.shape} do not pair.")
    a = int(np.count_nonzero(practice & impact))
    b = int(np.count_nonzero(practice & ~impact))
    c = int(np.count_nonzero(~practice & impact))
    d = len(practice) - a - b - c
    return TwoJudgements(
        both=a,
        practice_only=b,
        impact_only=c,
        neither=d,
        no_difference_yet=_share(b, a + b, level=level),
        difference=_difference(b, c, len(practice), level=level),
    )


def _share(without: int, of: int, *, level: float) -> Estimate:
    if of < FEWEST_SHOWN:
        return Estimate.not_estimable(
            f"only {of} audit{'' if of == 1 else 's'} had practice graded positive; at least "
            f"{FEWEST_SHOWN} are needed",
            method="Wilson",
            level=level,
            cases=of,
        )
    return wilson(without, of, level=level)


def _difference(b: int, c: int, n: int, *, level: float) -> Estimate:
    method = "paired difference, half an audit added to each cell"
    if n < FEWEST_SHOWN:
        return Estimate.not_estimable(
            f"only {n} audit{'' if n == 1 else 's'} had both judgements; at least {FEWEST_SHOWN} "
            "are needed",
            method=method,
            level=level,
            cases=n,
        )
    centre = (b - c) / (n + 2)
    se = sqrt(b + c + 1 - (b - c) ** 2 / (n + 2)) / (n + 2)
    reach = normal_quantile(level) * se
    return Estimate(
        value=(b - c) / n,
        low=max(-1.0, centre - reach),
        high=min(1.0, centre + reach),
        level=level,
        cases=n,
        auditors=0,
        method=method,
        se=se,
    )

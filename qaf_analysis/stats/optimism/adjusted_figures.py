"""The figures of a moderation-adjusted profile and their intervals.

A share of grades is the mean over auditors' grades of what moderators found there, each weighed
by how many audits have that grade. Its interval joins the Wilson intervals of the auditors'
grades by their squared distances (MOVER). One standard error for the whole, as other programs
have it, is too small when few audits of a grade were moderated and none, or all, were changed:
docs/calibration/optimism.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from qaf_analysis.stats.core.arrays import Floats
from qaf_analysis.stats.core.intervals import t_p_value, t_quantile, wilson_limits
from qaf_analysis.stats.optimism.design_effect import NO_EFFECT, AuditorClusters, DesignEffect
from qaf_analysis.stats.optimism.moderated_counts import ModeratedCounts
from qaf_analysis.terms.estimate import Estimate

METHOD = "moderation-adjusted share, Wilson within auditors' grades (MOVER)"
GAP_METHOD = "moderation-adjusted mean gap, t"


@dataclass(frozen=True, kw_only=True, eq=False)
class AdjustedBasis:
    """What adjusted figures rest on.

    Parameters
    ----------
    share : array, shape (K,)
        Share of each auditor's grade among all audits.
    open_part : array, shape (K,)
        Share of the audits of each auditor's grade that were not moderated.
    cells : ModeratedCounts
        What moderators found.
    clusters : AuditorClusters or None
        Whose audits were moderated, where that is known.
    level : float
        Confidence level.
    auditors : int
        Auditors of moderated audits; 0 where not known.
    """

    share: Floats
    open_part: Floats
    cells: ModeratedCounts
    clusters: AuditorClusters | None
    level: float
    auditors: int

    def variance(self, spread: Floats, value: Floats) -> tuple[float, DesignEffect]:
        """Variance of an adjusted mean, and the design effect that is part of it.

        ``spread`` is the variance within each auditor's grade of the mean of ``value``, a number
        for each moderator's grade.
        """
        whole = float(self.share**2 @ spread)
        rest = float(self.share**2 @ (spread * self.open_part))
        if self.clusters is None or rest <= 0:
            return rest, NO_EFFECT
        effect = self.clusters.effect(value, open_part=rest / whole)
        return rest * effect.factor, effect

    def words(self, method: str, effect: DesignEffect) -> str:
        """How an interval was made."""
        if not self.open_part.any():
            return f"{method}; all audits were moderated"
        if effect.factor == 1:
            return method
        return f"{method}; design effect {effect.factor:.2f} by auditor"


def adjusted_share(basis: AdjustedBasis, event: NDArray[np.bool_]) -> Estimate:
    """Adjusted share of audits with the event.

    ``event`` marks moderators' grades, shape (K,), or auditors' and moderators' grades, shape
    (K, K) with the auditor's in rows.

    The standard error comes from shares with one pseudo-case in each auditor's grade, so that it
    is never zero while audits are unread.
    """
    cells, q = basis.cells, basis.share
    found, smooth = (
        np.minimum((shares * event).sum(axis=1), 1.0) for shares in (cells.found, cells.smoothed)
    )
    # A grade with no moderated audit could be anything: the variance of a coin.
    spread = np.where(cells.cases > 0, smooth * (1 - smooth) / cells.effective, 0.25)
    variance, effect = basis.variance(spread, event.astype(np.float64))
    value, limits = float(q @ found), _limits_by_grade(basis, found, effect)
    below, above = (sqrt(float(q**2 @ ((found - x) ** 2 * basis.open_part))) for x in limits)
    return Estimate(
        value=value,
        low=max(0.0, value - below),
        high=min(1.0, value + above),
        level=basis.level,
        cases=int(cells.cases.sum()),
        auditors=basis.auditors,
        method=basis.words(METHOD, effect),
        se=sqrt(variance),
    )


def _limits_by_grade(
    basis: AdjustedBasis, found: Floats, effect: DesignEffect
) -> tuple[Floats, Floats]:
    """Wilson limits within each auditor's grade; 0 and 1 where none was moderated."""
    quantile = t_quantile(basis.level, df=effect.joint_df())
    limits = [
        wilson_limits(share, n / effect.factor, quantile=quantile) if cases else (0.0, 1.0)
        for share, n, cases in zip(
            found.tolist(), basis.cells.effective.tolist(), basis.cells.cases, strict=True
        )
    ]
    low, high = np.array(limits).T
    return low, high


def adjusted_gap(basis: AdjustedBasis) -> Estimate:
    """Adjusted mean of audit minus moderation, with one variance within all auditors' grades."""
    cells, q = basis.cells, basis.share
    levels = np.arange(len(q), dtype=np.float64)
    value = float(q @ (levels - cells.found @ levels))
    within, df = cells.pooled_variance()
    spread = np.where(cells.cases > 0, within / cells.effective, 1.0)
    variance, effect = basis.variance(spread, levels)
    df, se = effect.joint_df(df), sqrt(variance)
    half = t_quantile(basis.level, df=df) * se
    return Estimate(
        value=value,
        low=value - half,
        high=value + half,
        level=basis.level,
        cases=int(cells.cases.sum()),
        auditors=basis.auditors,
        method=basis.words(GAP_METHOD, effect),
        se=se,
        p=t_p_value(value / se, df=df) if se > 0 else float("nan"),
        df=df,
    )

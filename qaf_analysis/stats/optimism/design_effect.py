"""How much wider an adjusted figure is when only some auditors' audits were moderated.

Cases chosen one by one from all audits bring auditors in by chance, and an auditor's own
leniency is then part of what that chance covers. When cases are chosen auditor by auditor
(three auditors of eight, ten audits each), the leniency of the others stays unknown, and the
number of cases says too much.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import NamedTuple

import numpy as np

from qaf_analysis.stats.core.arrays import Floats, Ints, check_same_length, number_present, sums
from qaf_analysis.stats.core.means import clustered_mean
from qaf_analysis.terms.errors import ShapeError

NO_SPREAD = 1e-24  # below this a variance is rounding


class DesignEffect(NamedTuple):
    """By what factor likeness within auditors widens a variance.

    ``between`` is the part of the factor that rests on differences between the auditors seen,
    and ``df`` are its degrees of freedom.
    """

    factor: float
    between: float
    df: float

    def joint_df(self, df: float = inf) -> float:
        """Degrees of freedom of the whole, when the other part has ``df`` (Satterthwaite)."""
        rest = self.factor - self.between
        uncertain = (self.between**2 / self.df + rest**2 / df) / self.factor**2
        return 1 / uncertain if uncertain > 0 else inf


NO_EFFECT = DesignEffect(factor=1.0, between=0.0, df=inf)


@dataclass(frozen=True, kw_only=True, eq=False)
class AuditorClusters:
    """Moderated audits and whose they are.

    Parameters
    ----------
    audited, moderated : int array, shape (moderated,)
        Auditor's and moderator's grade.
    auditor : int array, shape (moderated,)
        Number of the auditor.
    share : array, shape (moderated,)
        Share of all audits that each moderated audit stands for; these add up to at most 1.
    unseen : float
        Share of all auditors of whom no audit was moderated.
    """

    audited: Ints
    moderated: Ints
    auditor: Ints
    share: Floats
    unseen: float

    def effect(self, value: Floats, *, open_part: float) -> DesignEffect:
        """Effect on the adjusted mean of ``value``.

        ``value`` is a number for each moderator's grade, or, of shape (K, K), for each auditor's
        and moderator's grade.

        As in sampling in two stages the variance between auditors (CR2 of the linearised mean,
        see ``means.clustered_mean``; at least that of audits chosen one by one) counts for the
        share of auditors not seen, and that of audits for the rest, less what is known of them:
        ``open_part`` is what the moderated audits leave open of the variance of audits.
        """
        if self.unseen == 0:
            return NO_EFFECT
        within = sums(self.audited, self.share)
        of_audit = np.broadcast_to(value, (value.shape[-1],) * 2)[self.audited, self.moderated]
        mean = sums(self.audited, self.share * of_audit)
        mean = np.divide(mean, within, out=np.zeros_like(mean), where=within > 0)
        off = len(self.share) * self.share * (of_audit - mean[self.audited])
        by_audit = float(off @ off) / len(off) ** 2
        fit = clustered_mean(off, cluster=self.auditor)
        if fit.clusters < 2:
            return NO_EFFECT
        ratio = fit.variance / by_audit if by_audit > NO_SPREAD else 1.0
        between = self.unseen * max(1.0, ratio) / open_part
        return DesignEffect(factor=between + 1 - self.unseen, between=between, df=fit.df)


def auditor_clusters(
    audited: Ints, moderated: Ints, auditor: Ints, share: Floats, *, population_auditors: int | None
) -> AuditorClusters:
    """Clusters of moderated audits; without ``population_auditors`` others have no limit.

    Raises
    ------
    ShapeError
        If the lengths differ, or there are more auditors than ``population_auditors``.
    """
    check_same_length({"audit grades": audited, "auditor": auditor})
    seen = number_present(np.unique(auditor, return_inverse=True)[1])
    if population_auditors is not None and population_auditors < seen:
        raise ShapeError(
            f"Audits of {seen} auditors were moderated, more than the {population_auditors} "
            "there are."
        )
    return AuditorClusters(
        audited=audited,
        moderated=moderated,
        auditor=auditor,
        share=share,
        unseen=1.0 if population_auditors is None else 1 - seen / population_auditors,
    )

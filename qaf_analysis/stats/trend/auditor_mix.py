"""How much of a change in leniency comes from other auditors doing the audits.

Each auditor has a stable leniency, in grades. The mix is what the leniency of the auditors at work
would have changed by had every one of them stayed as kind as they were: the change in each
auditor's share of the audits, times the auditor's leniency, summed. What double-graded audits tell
of leniency (``OutsideLeniency``) is used beside moderation.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isinf, nan

import numpy as np

from qaf_analysis.stats.core.arrays import Floats, Ints, frozen_floats, frozen_ints, sums
from qaf_analysis.terms.errors import ShapeError, UsageError

FEWEST_LINKS = 5
"""Auditors moderated in both periods that are needed to tell mix from drift."""


FEWEST_IN_GROUP = 3
"""Moderated auditors who left, or who joined, for a mean leniency of their own."""


FEWEST_DF = 10.0

LEAST_INFORMATION = 1e-3
"""Directions with less information than this share of that which shrank them count as unknown."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PeriodGaps:
    """Moderated gaps of one period, and who did its audits.

    Parameters
    ----------
    gap, auditor, weight : array, shape (moderated,)
        Audit minus moderation, the auditor's number, and the share of all audits stood for.
    share : array, shape (auditors,)
        Each auditor's share of all audits of the period.
    """

    gap: Floats
    auditor: Ints
    weight: Floats
    share: Floats

    def of_auditor_weights(self) -> Floats:
        """Share of each auditor as the moderated audits stand for it."""
        return sums(self.auditor, self.weight, n=len(self.share))


@dataclass(frozen=True, kw_only=True)
class AuditorMix:
    """The part of a change in leniency that is due to the mix of auditors.

    Parameters
    ----------
    value, variance, df : float
        In grades, positive = kinder auditors did more of the audits; NaN where it cannot be told.
    covariance_first, covariance_last : float
        Of its error with the error of the mean gap in the first and in the last period.
    spread : float
        Standard deviation between auditors' leniencies beyond what the mix explains.
    links : int
        Auditors moderated in both periods.
    why_not : str
        Plain reason when there is no value.
    """

    value: float
    variance: float
    df: float
    covariance_first: float
    covariance_last: float
    spread: float
    links: int
    why_not: str = ""


def auditor_mix(
    first: PeriodGaps, last: PeriodGaps, *, outside: OutsideLeniency | None = None
) -> AuditorMix:
    """Sum of the changes in auditors' shares times their leniency, with its error.

    Gaps follow gap = period + leniency of the auditor + chance. The leniency is a mean of those
    who left, of those who joined and of those who stayed, plus a slope times the auditor's change
    in share, plus a normal deviation: free means and slope keep the mix from being shrunk to
    nothing when harsh auditors are the ones who leave. Contrasts known from elsewhere count as
    further observations. The best linear unbiased prediction of the sum and its error follow from
    the means of each auditor and period.

    Parameters
    ----------
    first, last : PeriodGaps
        Who audits how much is taken as it was.
    outside : OutsideLeniency, optional
        Must not rest on the same moderated gaps.

    References
    ----------
    Kitagawa (1955) for the split by shares and rates; Henderson (1975) for the prediction;
    DerSimonian & Laird (1986) for the spread by moments.
    """
    change = last.share - first.share
    links = len(np.intersect1d(first.auditor, last.auditor))
    if np.abs(change).max(initial=0.0) < 1e-12:
        return _nothing(0.0, links=links, why_not="")
    depends = _depends(first, last, outside)
    noise, df = _noise(first, last)
    seen = _Observations.of((first, last), outside, depends=depends, noise=noise)
    target = np.concatenate([np.zeros(2), change @ depends])
    if (outside is None and links < FEWEST_LINKS) or not seen.determine(target):
        return _nothing(nan, links=links, why_not=_unlinked(links))
    between = seen.spread()
    weights = seen.weights(target, change=change, between=between)
    missed = weights @ seen.of_auditor - change
    gap_errors = [
        between * float(missed @ (period.of_auditor_weights() - period.share))
        + float(seen.variance[cells] * weights[cells] @ seen.weight[cells])
        for period, cells in ((first, seen.period == 0), (last, seen.period == 1))
    ]
    return AuditorMix(
        value=float(weights @ seen.value),
        variance=float(between * missed @ missed + weights**2 @ seen.variance),
        df=df,
        covariance_first=gap_errors[0],
        covariance_last=gap_errors[1],
        spread=float(np.sqrt(between)),
        links=links,
    )


def _unlinked(links: int) -> str:
    return (
        f"only {'1 auditor was' if links == 1 else f'{links} auditors were'} moderated in both "
        f"periods; at least {FEWEST_LINKS} are needed "
        "to tell a different mix from changed auditors"
    )


def _nothing(value: float, *, links: int, why_not: str) -> AuditorMix:
    return AuditorMix(
        value=value,
        variance=value,
        df=nan,
        covariance_first=0.0,
        covariance_last=0.0,
        spread=nan,
        links=links,
        why_not=why_not,
    )


def _depends(first: PeriodGaps, last: PeriodGaps, outside: OutsideLeniency | None) -> Floats:
    """What auditors' leniency may depend on: having left, having joined, and change in share."""
    known = np.zeros(len(first.share), dtype=bool)
    known[first.auditor] = known[last.auditor] = True
    if outside is not None:
        known[outside.auditor] = True
    groups = [
        group.astype(np.float64)
        for group in ((last.share == 0) & (first.share > 0), (first.share == 0) & (last.share > 0))
        if np.count_nonzero(group & known) >= FEWEST_IN_GROUP
    ]
    change = last.share - first.share
    return np.column_stack([*groups, change / np.abs(change).max()])


@dataclass(frozen=True, kw_only=True, eq=False)
class _Observations:
    """Mean gaps of each auditor in each period, then contrasts known from elsewhere."""

    value: Floats
    variance: Floats  # by chance alone
    of_auditor: Floats  # (observations, auditors): how each auditor's leniency enters
    fixed: Floats  # (observations, columns): the periods, and what leniency may depend on
    period: Ints  # 0 or 1; -1 for contrasts
    weight: Floats  # share of its period's audits that a mean gap stands for

    @classmethod
    def of(
        cls,
        periods: tuple[PeriodGaps, PeriodGaps],
        outside: OutsideLeniency | None,
        *,
        depends: Floats,
        noise: float,
    ) -> _Observations:
        everyone = np.eye(len(depends))
        parts = []
        for number, gaps in enumerate(periods):
            present, place = np.unique(gaps.auditor, return_inverse=True)
            weight = sums(place, gaps.weight)
            mean = sums(place, gaps.weight * gaps.gap) / weight
            chance = noise * sums(place, gaps.weight**2) / weight**2
            parts.append((mean, chance, everyone[present], _all(number, mean), weight))
        if outside is not None:
            value, variance, along = outside.contrasts()
            entering = along @ everyone[outside.auditor]
            parts.append((value, variance, entering, _all(-1, value), np.zeros(len(value))))
        value, variance, enters, period, weight = (
            np.concatenate(column) for column in zip(*parts, strict=True)
        )
        return cls(
            value=value,
            variance=variance,
            of_auditor=enters,
            fixed=np.column_stack([period == 0, period == 1, enters @ depends]),
            period=period,
            weight=weight,
        )

    def determine(self, target: Floats) -> bool:
        """Whether a sum of the fixed coefficients can be had from these observations at all."""
        found = np.linalg.pinv(self.fixed, rcond=1e-8) @ self.fixed @ target
        return bool(np.allclose(found, target, atol=1e-8))

    def spread(self) -> float:
        """Variance between auditors by the method of moments, allowing for the fixed part."""
        weighted = self.fixed / self.variance[:, np.newaxis]
        solve = np.linalg.pinv(self.fixed.T @ weighted)
        rest = self.value - self.fixed @ (solve @ (weighted.T @ self.value))
        q = float(rest**2 @ (1 / self.variance))
        # Trace of Z'PZ with P = W - WX(X'WX)^-1 X'W, and Z how auditors enter.
        in_all = float((self.of_auditor**2).sum(axis=1) @ (1 / self.variance))
        by_auditor = self.of_auditor.T @ weighted
        scale = in_all - float(np.einsum("rj,jk,rk->", by_auditor, solve, by_auditor))
        spare = len(self.value) - int(np.linalg.matrix_rank(self.fixed))
        return max(0.0, (q - spare) / scale) if scale > 0 else 0.0

    def weights(self, target: Floats, *, change: Floats, between: float) -> Floats:
        """Weights of the observations in the best prediction of the mix."""
        together = between * self.of_auditor @ self.of_auditor.T + np.diag(self.variance)
        link = between * self.of_auditor @ change
        across = np.linalg.solve(together, np.column_stack([self.fixed, link]))
        fixed, predicted = across[:, :-1], across[:, -1]
        solve = np.linalg.pinv(self.fixed.T @ fixed)
        weights: Floats = predicted + fixed @ (solve @ (target - self.fixed.T @ predicted))
        return weights


def _all(number: int, like: Floats) -> Ints:
    return np.full(len(like), number, dtype=np.int64)


def _noise(first: PeriodGaps, last: PeriodGaps) -> tuple[float, float]:
    """Variance of single gaps about auditor and period, and its degrees of freedom.

    Gaps count as their squared weights do in the variance of a weighted mean: where few cases
    stand for many audits, it is their variation that matters.
    """
    gap, weight = (
        np.concatenate([getattr(period, name) for period in (first, last)])
        for name in ("gap", "weight")
    )
    later = np.repeat([0.0, 1.0], [len(first.gap), len(last.gap)])
    auditor = np.concatenate([first.auditor, last.auditor])
    df = float(len(gap) - len(np.unique(auditor)) - 1)
    if df < FEWEST_DF:
        auditor, df = np.zeros(len(gap), dtype=np.int64), max(float(len(gap) - 2), 1.0)
    gap, later = (_about_auditor(values, auditor) for values in (gap, later))
    moves = float(later @ later)
    rest = gap - later * (float(gap @ later) / moves) if moves > 1e-12 else gap
    squares = float(weight**2 @ rest**2) / float(weight @ weight)
    return max(squares * len(gap) / df, 1e-6), df


def _about_auditor(values: Floats, auditor: Ints) -> Floats:
    place = np.unique(auditor, return_inverse=True)[1]
    centred: Floats = values - (sums(place, values) / np.bincount(place))[place]
    return centred


@dataclass(frozen=True, kw_only=True, eq=False)
class OutsideLeniency:
    """Leniency of some auditors with its errors, not resting on the moderated gaps.

    Parameters
    ----------
    auditor : int array, shape (known,)
        Numbers of the auditors of whom something is known.
    leniency : array, shape (known,)
        Positive = kinder, about any common centre, in the unit of the gaps.
    covariance : array, shape (known, known)
        Of the errors of ``leniency``.
    shrunk_to : float
        Standard deviation between auditors with which a model shrank the leniencies towards
        their common mean (empirical Bayes); infinity where they are not shrunk.

    Raises
    ------
    ShapeError
        If the parts do not fit each other or an auditor is named twice.
    UsageError
        If ``shrunk_to`` is not above zero.
    """

    auditor: Ints
    leniency: Floats
    covariance: Floats
    shrunk_to: float = inf

    def __post_init__(self) -> None:
        object.__setattr__(self, "auditor", frozen_ints(self.auditor, name="auditor"))
        for name in ("leniency", "covariance"):
            object.__setattr__(self, name, frozen_floats(getattr(self, name)))
        n = len(np.unique(self.auditor))
        if self.leniency.shape != (n,) or self.covariance.shape != (n, n):
            raise ShapeError(
                f"{n} auditors need {n} leniencies and their covariance, each auditor once."
            )
        if not self.shrunk_to > 0:
            raise UsageError(f"The spread must be above zero, not {self.shrunk_to}.")

    def contrasts(self) -> tuple[Floats, Floats, Floats]:
        """Independent contrasts between auditors that were, in effect, observed.

        Shrinking is undone, or auditors who left and were unlike the others would be taken as
        more alike than they are. A shrunk leniency is m = V L y and V = 1 / (L + 1 / tau^2),
        with L the information of the data y alone; so L and y follow from m, V and tau.

        Returns
        -------
        values, variances : array, shape (contrasts,)
        directions : array, shape (contrasts, known)
            Each of length 1, summing to 0: the common centre carries no information.
        """
        n = len(self.auditor)
        centre = np.eye(n) - 1 / n
        precision = np.linalg.pinv(centre @ self.covariance @ centre, rcond=1e-10, hermitian=True)
        added = 0.0 if isinf(self.shrunk_to) else 1 / self.shrunk_to**2
        information, directions = np.linalg.eigh(precision - added * centre)
        least = max(LEAST_INFORMATION * added, 1e-9 * float(information.max(initial=0.0)))
        kept = information > least
        told, along = information[kept], directions[:, kept].T
        values = along @ (precision @ (centre @ self.leniency)) / told
        return values, 1 / told, along

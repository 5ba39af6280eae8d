"""The positive share that one era's audits would have on another era's scale.

All audits of an era have a grade on its own scale; some of them, the bridge, also have one on the
other scale. The first say how common each grade is, the second what becomes of it. Both are
samples, and both count in the variance: the audits of practice, the bridge of audits and readers.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import (
    Floats,
    Ints,
    check_grades,
    check_level,
    frozen_floats,
    frozen_ints,
)
from qaf_analysis.stats.core.intervals import normal_quantile, t_quantile, wilson_limits
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate


@dataclass(frozen=True, kw_only=True)
class ScoreShare:
    """A share as a score interval needs it.

    Parameters
    ----------
    value : float
        The share, 0 to 1.
    n : float
        Audits it rests on in effect; need not be whole.
    df : float
        Degrees of freedom of its error; NaN where the normal quantile is used.
    cases, auditors : int
        Audits that were counted, and readers of the bridge (0 where there is none).
    """

    value: float
    n: float
    df: float = nan
    cases: int
    auditors: int = 0

    @classmethod
    def counted(cls, positive: int, audits: int) -> ScoreShare:
        """Share of so many audits, on the scale on which they were graded.

        Raises
        ------
        ShapeError
            If there is no audit, or more are positive than there are.
        """
        if not 0 <= positive <= audits or audits == 0:
            raise ShapeError(f"{positive} of {audits} audits is not a share.")
        return cls(value=positive / audits, n=audits, cases=audits)

    def limits(self, *, level: float) -> tuple[float, float]:
        """Wilson limits, with t for the normal quantile where there are degrees of freedom."""
        normal = isnan(self.df)
        quantile = normal_quantile(level) if normal else t_quantile(level, df=self.df)
        return wilson_limits(self.value, self.n, quantile=quantile)

    def estimate(self, *, level: float = 0.95) -> Estimate:
        """Return the share with its Wilson interval.

        Examples
        --------
        >>> share = ScoreShare.counted(0, 20).estimate()
        >>> share.low, round(share.high, 6)
        (0.0, 0.161125)
        """
        check_level(level)
        low, high = self.limits(level=level)
        normal = isnan(self.df)
        how = "Wilson" if normal else f"bridge: Wilson on {self.n:.1f} audits in effect"
        return Estimate(
            value=self.value,
            low=low,
            high=high,
            level=level,
            cases=self.cases,
            auditors=self.auditors,
            method=how if normal else f"{how}, t with {self.df:.1f} df",
            se=sqrt(self.value * (1 - self.value) / self.n),
            df=self.df,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class BridgeError:
    """What a bridge adds to the variance of a sum that it translated; one or many at once.

    Parameters
    ----------
    independent, clustered : array, shape (...)
        Variance with readings taken as independent within a grade, and by reader. Both are kept:
        few positive readings leave the second too small, readers who differ leave the first so.
    df : array, shape (...)
        Readers less one.
    """

    independent: Floats
    clustered: Floats
    df: Floats

    @property
    def variance(self) -> Floats:
        """The larger of the two."""
        return np.maximum(self.independent, self.clustered)


@dataclass(frozen=True, kw_only=True, eq=False)
class Bridge:
    """Readings of audits that have a grade on both scales; one bridge, or many drawn alike.

    Parameters
    ----------
    level : int array, shape (..., readings)
        Grade of each audit on its era's own scale, 0 .. K-1.
    positive : array, shape (..., readings)
        1 where its grade on the other scale is positive there, else 0.
    reader : int array, shape (..., readings)
        Whole number, 0 or above, that names who graded it on the other scale.
    n_levels : int
        K, the levels of the own scale.

    Raises
    ------
    ShapeError
        If shapes differ, there is no reading or a single reader, or a value is not 0 or 1.
    UnknownGradeError
        If a grade lies outside 0 .. K-1.

    Notes
    -----
    One reading for each audit: two of one audit are not two audits.
    """

    level: Ints
    positive: Floats
    reader: Ints
    n_levels: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "positive", frozen_floats(self.positive))
        for name in ("level", "reader"):
            given = np.asarray(getattr(self, name))
            if given.shape != self.positive.shape:
                raise ShapeError(
                    f"Each reading needs a grade on both scales and a reader; {name} has shape "
                    f"{given.shape}, positive {self.positive.shape}."
                )
            flat = frozen_ints(given.ravel(), name=name)
            object.__setattr__(self, name, flat.reshape(given.shape))
        check_grades(self.level.ravel(), n_levels=self.n_levels)
        if self.positive.shape[-1] == 0:
            raise ShapeError("No audit has a grade on both scales.")
        if not np.isin(self.positive, (0.0, 1.0)).all():
            raise ShapeError("A reading is positive on the other scale, 1, or not, 0.")
        if self.reader.min() < 0 or self.readers.min() < 2:
            raise ShapeError("A bridge needs two readers or more, numbered 0, 1, 2, ...")

    @property
    def audits(self) -> Floats:
        """Readings of each own grade, b_k, shape (..., K)."""
        return self._by(self.level, np.ones(self.positive.shape), n=self.n_levels)

    @property
    def positives(self) -> Floats:
        """Positive ones among them, s_k, shape (..., K)."""
        return self._by(self.level, self.positive, n=self.n_levels)

    @property
    def readers(self) -> Ints:
        """How many people read, J, shape (...)."""
        read = self._by(self.reader, np.ones(self.positive.shape), n=int(self.reader.max()) + 1)
        many: Ints = (read > 0).sum(axis=-1, dtype=np.int64)
        return many

    @property
    def found(self) -> Floats:
        """Share of each own grade that is positive on the other scale, m_k, shape (..., K).

        One reading at the bridge's own share is added to each grade, so that few readings of a
        rare grade do not make it certain.
        """
        read, positive = self.audits, self.positives
        overall = positive.sum(axis=-1, keepdims=True) / read.sum(axis=-1, keepdims=True)
        return frozen_floats((positive + overall) / (read + 1))

    def error(self, weights: ArrayLike) -> BridgeError:
        """Variance that the bridge brings into the sum of weights times ``found``.

        Parameters
        ----------
        weights : array, shape (..., K)
            What each own grade counts: the grades' shares for an era's positive share; for any
            contrast of quarters, the sum over them of each one's shares times its part in it.
            Errors of one bridge are shared by all quarters, so the contrast is formed first.

        References
        ----------
        Cochran (1977), Sampling Techniques, chapter 12, for the part with independent readings;
        Cameron, Gelbach and Miller (2008), Review of Economics and Statistics 90(3), 414-427,
        for the sum over clusters with J/(J - 1).
        """
        worth = np.broadcast_to(frozen_floats(weights), (*self.positive.shape[:-1], self.n_levels))
        read = self.audits
        near = (self.positives + 0.5) / (read + 1)
        independent = (worth**2 * near * (1 - near) / np.maximum(read, 1)).sum(axis=-1)
        each = np.take_along_axis(worth / np.maximum(read, 1), self.level, axis=-1)
        expected = np.take_along_axis(self.found, self.level, axis=-1)
        residual, people = self.positive - expected, int(self.reader.max()) + 1
        pull = self._by(self.reader, each * residual, n=people)
        many = self.readers.astype(np.float64)
        clustered = many / (many - 1) * (pull**2).sum(axis=-1)
        return BridgeError(independent=independent, clustered=clustered, df=many - 1.0)

    def _by(self, codes: Ints, values: Floats, *, n: int) -> Floats:
        """Sum of the values of each code 0 .. n-1, apart for each bridge."""
        before = codes.shape[:-1]
        bridges = int(np.prod(before, dtype=np.int64))
        places = codes.reshape(bridges, -1) + n * np.arange(bridges)[:, np.newaxis]
        total = np.bincount(places.ravel(), weights=values.ravel(), minlength=n * bridges)
        return total.reshape(*before, n).astype(np.float64)


@dataclass(frozen=True, kw_only=True, eq=False)
class TwoPhaseShares:
    """Positive shares of eras on the other scale, one or many at once, each of shape (...).

    Parameters
    ----------
    value : array
        The share, 0 to 1.
    audits_variance : array
        Its variance because the era's audits are a sample of practice; more bridge audits leave
        it as it is.
    bridge : BridgeError
        What the bridge adds.
    df, n_effective : array
        Degrees of freedom, and the audits in effect that have this variance.
    audits : int
        Audits of the era.
    """

    value: Floats
    audits_variance: Floats
    bridge: BridgeError
    df: Floats
    n_effective: Floats
    audits: int

    @property
    def variance(self) -> Floats:
        """Variance of the share."""
        return self.audits_variance + self.bridge.variance


@dataclass(frozen=True, kw_only=True, eq=False)
class BridgedShare:
    """Positive share that an era's audits would have on the other scale, and its error.

    Parameters
    ----------
    value : float
        The share, 0 to 1.
    found : array, shape (K,)
        The same for each grade of the era's own scale.
    audits_variance, bridge_variance : float
        Parts of its variance: the era's audits as a sample of practice, and the bridge. The
        second is shared by whatever this bridge translates.
    independent, clustered : float
        The two forms of ``bridge_variance``, of which the larger is taken.
    df, n_effective : float
        Degrees of freedom, and audits in effect.
    audits, bridge_audits, readers : int
        Audits of the era, those graded on both scales, and who read them.
    """

    value: float
    found: Floats
    audits_variance: float
    bridge_variance: float
    independent: float
    clustered: float
    df: float
    n_effective: float
    audits: int
    bridge_audits: int
    readers: int

    @property
    def variance(self) -> float:
        """Variance of the share."""
        return self.audits_variance + self.bridge_variance

    @property
    def score(self) -> ScoreShare:
        """The share as its interval needs it."""
        return ScoreShare(
            value=self.value,
            n=self.n_effective,
            df=self.df,
            cases=self.audits,
            auditors=self.readers,
        )


def bridged_share(grade: ArrayLike, bridge: Bridge) -> BridgedShare:
    """Positive share of an era's audits on the other scale, by one bridge.

    Parameters
    ----------
    grade : int array, shape (audits,)
        Grade of every audit of the era on its own scale, 0 .. K-1.
    bridge : Bridge
        A single one, of audits of this era.

    Raises
    ------
    ShapeError
        If there is no audit, or several bridges are given.
    UnknownGradeError
        If a grade lies outside 0 .. K-1.

    References
    ----------
    Cochran (1977), Sampling Techniques, chapter 12 (double sampling for stratification). Wilson
    (1927), Journal of the American Statistical Association 22, 209-212, at the audits in effect.

    Examples
    --------
    Two grades, half of ten audits each; of four re-read audits of the lower grade one meets the
    new standard, of four of the higher grade three do:

    >>> bridge = Bridge(level=[0, 0, 0, 0, 1, 1, 1, 1], positive=[0, 0, 0, 1, 0, 1, 1, 1],
    ...                 reader=[0, 1, 2, 3, 0, 1, 2, 3], n_levels=2)
    >>> share = bridged_share([0] * 5 + [1] * 5, bridge)
    >>> share.found.tolist(), share.value
    ([0.3, 0.7], 0.5)
    >>> round(share.audits_variance, 4), round(share.independent, 4), round(share.clustered, 4)
    (0.004, 0.0263, 0.0417)
    """
    codes = frozen_ints(grade, name="grade")
    check_grades(codes, n_levels=bridge.n_levels)
    if bridge.positive.ndim != 1 or len(codes) == 0:
        raise ShapeError("A share on the other scale needs audits of the era and one bridge.")
    shares = np.bincount(codes, minlength=bridge.n_levels) / len(codes)
    many = two_phase_shares(shares, audits=len(codes), bridge=bridge)
    return BridgedShare(
        value=float(many.value),
        found=bridge.found,
        audits_variance=float(many.audits_variance),
        bridge_variance=float(many.bridge.variance),
        independent=float(many.bridge.independent),
        clustered=float(many.bridge.clustered),
        df=float(many.df),
        n_effective=float(many.n_effective),
        audits=len(codes),
        bridge_audits=len(bridge.positive),
        readers=int(bridge.readers),
    )


def two_phase_shares(shares: ArrayLike, *, audits: int, bridge: Bridge) -> TwoPhaseShares:
    """Positive shares on the other scale of one era, or of many simulated ones at once.

    Parameters
    ----------
    shares : array, shape (..., K)
        Share of each own grade among the era's audits.
    audits : int
        Audits of the era.
    bridge : Bridge
        Readings of shape (..., readings).

    Notes
    -----
    Where every reading of the bridge says the same, the share is 0 or 1 and has no binomial
    variance to compare with; the audits in effect are then those of the share with half a
    reading of each kind added to every grade.
    """
    share, found = frozen_floats(shares), bridge.found
    value = (share * found).sum(axis=-1)
    # V1: between own grades, as the era's audits vary; Vb: what each grade becomes.
    between = (share * (found - value[..., np.newaxis]) ** 2).sum(axis=-1) / audits
    error = bridge.error(share)
    variance = between + error.variance
    near = (share * (bridge.positives + 0.5) / (bridge.audits + 1)).sum(axis=-1)
    certain = (bridge.positives.sum(axis=-1) == 0) | (
        bridge.positives.sum(axis=-1) == bridge.audits.sum(axis=-1)
    )
    like = np.where(certain, near, value)
    return TwoPhaseShares(
        value=np.where(certain, np.rint(value), value),
        audits_variance=between,
        bridge=error,
        df=error.df * (variance / error.variance) ** 2,
        n_effective=like * (1 - like) / variance,
        audits=audits,
    )

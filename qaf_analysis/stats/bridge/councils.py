"""Councils that change their scale, drawn by chance: what plans and calibration rest on.

Practice behind an audit is normal with SD 1. An auditor sees it less their own strictness and a
chance of grading; what is seen, against the limits of a scale, is the grade. A new era has other
limits, and may have better practice, or auditors who became harsher or kinder.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import special

from qaf_analysis.stats.bridge.two_phase import Bridge
from qaf_analysis.stats.core.arrays import Floats, Ints
from qaf_analysis.terms.errors import UsageError


@dataclass(frozen=True, kw_only=True)
class ScaleShape:
    """A scale by the shares of its grades where practice and strictness are as they were.

    Parameters
    ----------
    shares : tuple of float
        Shares of the grades, from worst to best; they add up to 1.
    good_from : int
        Lowest positive grade.

    Raises
    ------
    UsageError
        If shares are not between 0 and 1, do not add up to 1, or no grade or every one is
        positive.
    """

    shares: tuple[float, ...]
    good_from: int

    def __post_init__(self) -> None:
        if min(self.shares) < 0 or abs(sum(self.shares) - 1) > 1e-9:
            raise UsageError("The shares of a scale's grades lie between 0 and 1 and add up to 1.")
        if not 0 < self.good_from < len(self.shares):
            raise UsageError("Some grades of a scale are positive, and some are not.")

    @property
    def positive(self) -> float:
        """Positive share."""
        return sum(self.shares[self.good_from :])

    def with_positive(self, share: float) -> ScaleShape:
        """Return the same scale with another positive share, grades in proportion on each side.

        Examples
        --------
        >>> [round(share, 3) for share in FOUR.with_positive(0.6).shares]
        [0.05, 0.35, 0.462, 0.138]
        """
        if not 0 < share < 1:
            raise UsageError(f"A positive share lies between 0 and 1, not {share:g}.")
        low, high = self.shares[: self.good_from], self.shares[self.good_from :]
        below = tuple(part * (1 - share) / sum(low) for part in low)
        return ScaleShape(
            shares=(*below, *(part * share / sum(high) for part in high)), good_from=self.good_from
        )

    @property
    def limits(self) -> Floats:
        """Limits between grades, in SDs of what is seen."""
        return np.asarray(
            special.ndtri(np.minimum(np.cumsum(self.shares)[:-1], 1.0)), dtype=np.float64
        )


FOUR = ScaleShape(shares=(0.06, 0.42, 0.40, 0.12), good_from=2)
"""Four grades, 52 % positive."""

FIVE = ScaleShape(shares=(0.06, 0.32, 0.40, 0.17, 0.05), good_from=2)
"""Five grades, 62 % positive."""


@dataclass(frozen=True, kw_only=True)
class BridgeSize:
    """Audits of a bridge, and how many people share them out evenly."""

    audits: int
    readers: int

    def __post_init__(self) -> None:
        if not 2 <= self.readers <= self.audits:
            raise UsageError(
                f"A bridge needs two readers or more and an audit for each, not {self.readers} "
                f"for {self.audits}."
            )


@dataclass(frozen=True, kw_only=True, eq=False)
class EraAudits:
    """One era's audits in many councils: grades, and the bridge among them.

    Parameters
    ----------
    shares : array, shape (councils, K)
        Shares of the grades on the era's own scale.
    audits : int
    bridge : Bridge
        Readings of shape (councils, readings) on the other scale.
    """

    shares: Floats
    audits: int
    bridge: Bridge


@dataclass(frozen=True, kw_only=True)
class ChangedCouncil:
    """A council that changes its scale.

    Parameters
    ----------
    old, new : ScaleShape
    old_audits, new_audits : int
        Audits of the old era and of the new one.
    auditors : int
        Who audits in both eras; readers of a bridge are some of them.
    severity : float
        SD of auditors' strictness.
    noise : float
        SD of the chance of grading.
    rise : float
        Change of practice, in the new scale's positive share with auditors as they are now.
    harsher : float
        By how much auditors became harsher at the break (below 0: kinder).
    harsher_on_old : bool
        Whether they did so on the old scale too, where they still use it.
    sight : float
        How far readers of old audits are drawn to what was seen first: 0 blind, 0.5 half-way.
    """

    old: ScaleShape = FOUR
    new: ScaleShape = FIVE
    old_audits: int = 200
    new_audits: int = 200
    auditors: int = 29
    severity: float = 0.3
    noise: float = 0.5
    rise: float = 0.0
    harsher: float = 0.0
    harsher_on_old: bool = True
    sight: float = 0.0

    @property
    def spread(self) -> float:
        """SD of what is seen."""
        return sqrt(1 + self.severity**2 + self.noise**2)

    @property
    def practice(self) -> float:
        """Mean of practice in the new era; 0 in the old one.

        Raises
        ------
        UsageError
            If the share would not lie between 0 and 1.
        """
        now = self._positive(self.new, 0.0, self.harsher) + self.rise
        if not 0 < now < 1:
            raise UsageError(
                f"A change of {100 * self.rise:g} points from {100 * (now - self.rise):.0f}% does "
                "not lie between 0 and 100%."
            )
        edge = float(self.new.limits[self.new.good_from - 1])
        return self.spread * (float(special.ndtri(now)) + edge) + self.harsher

    @property
    def change_re_read(self) -> float:
        """True change where old audits are read again: of practice alone."""
        return self._positive(self.new, self.practice, self.harsher) - self._positive(
            self.new, 0.0, self.harsher
        )

    @property
    def change_graded_twice(self) -> float:
        """True change where new audits are graded twice: on the old scale, severity included."""
        now = self.harsher if self.harsher_on_old else 0.0
        return self._positive(self.old, self.practice, now) - self._positive(self.old, 0.0, 0.0)

    def _positive(self, scale: ScaleShape, practice: float, harsher: float) -> float:
        edge = float(scale.limits[scale.good_from - 1])
        return float(special.ndtr((practice - harsher) / self.spread - edge))

    def drawn(
        self, rng: np.random.Generator, *, councils: int, re_read: BridgeSize, twice: BridgeSize
    ) -> tuple[EraAudits, EraAudits]:
        """Draw the old era with audits read again, and the new one with audits graded twice.

        Parameters
        ----------
        rng : numpy.random.Generator
        councils : int
        re_read, twice : BridgeSize
            Of either bridge.

        Raises
        ------
        UsageError
            If a bridge has more audits than the era, or more readers than there are auditors.
        """
        self._check(re_read, of=self.old_audits)
        self._check(twice, of=self.new_audits)
        strict = self.severity * rng.normal(size=(councils, self.auditors))
        old = self._old_era(rng, strict, re_read)
        return old, self._new_era(rng, strict, twice)

    def _old_era(self, rng: np.random.Generator, strict: Floats, size: BridgeSize) -> EraAudits:
        practice = rng.normal(size=(len(strict), self.old_audits))
        who = rng.integers(0, self.auditors, practice.shape)
        first = self._seen(rng, practice, np.take_along_axis(strict, who, axis=1))
        again = practice[:, : size.audits]
        reader = self._readers(rng, len(strict), size)
        stricter = np.take_along_axis(strict, reader, axis=1) + self.harsher
        second = self._seen(rng, again, stricter)
        second += self.sight * (first[:, : size.audits] - second)
        return self._era(first, second, reader, own=self.old, other=self.new)

    def _new_era(self, rng: np.random.Generator, strict: Floats, size: BridgeSize) -> EraAudits:
        """The same auditor gives both grades, and half of the chance of grading is in both."""
        practice = self.practice + rng.normal(size=(len(strict), self.new_audits))
        who = rng.integers(0, self.auditors, practice.shape)
        who[:, : size.audits] = self._readers(rng, len(strict), size)
        severity = np.take_along_axis(strict, who, axis=1)
        half = self.noise / sqrt(2)
        both = practice + half * rng.normal(size=practice.shape) - severity
        new = both - self.harsher + half * rng.normal(size=practice.shape)
        on_old = self.harsher if self.harsher_on_old else 0.0
        old = both - on_old + half * rng.normal(size=practice.shape)
        return self._era(
            new, old[:, : size.audits], who[:, : size.audits], own=self.new, other=self.old
        )

    def _seen(self, rng: np.random.Generator, practice: Floats, strict: Floats) -> Floats:
        seen: Floats = practice - strict + self.noise * rng.normal(size=practice.shape)
        return seen

    def _era(
        self, seen: Floats, other_seen: Floats, reader: Ints, *, own: ScaleShape, other: ScaleShape
    ) -> EraAudits:
        levels = np.searchsorted(self.spread * own.limits, seen)
        edge = self.spread * other.limits[other.good_from - 1]
        k = len(own.shares)
        return EraAudits(
            shares=np.stack([(levels == level).mean(axis=1) for level in range(k)], axis=1),
            audits=seen.shape[1],
            bridge=Bridge(
                level=levels[:, : other_seen.shape[1]],
                positive=(other_seen > edge).astype(np.float64),
                reader=reader,
                n_levels=k,
            ),
        )

    def _readers(self, rng: np.random.Generator, councils: int, size: BridgeSize) -> Ints:
        """The same number of audits for each reader, or one more; which ones is chance."""
        turns = np.arange(size.audits) % size.readers
        return rng.permuted(np.broadcast_to(turns, (councils, size.audits)), axis=1)

    def _check(self, size: BridgeSize, *, of: int) -> None:
        if size.audits > of:
            raise UsageError(f"{size.audits} audits cannot be drawn from {of}.")
        if size.readers > self.auditors:
            raise UsageError(f"There are {self.auditors} auditors, fewer than {size.readers}.")


def positives(era: EraAudits, *, good_from: int) -> Ints:
    """Number of audits that are positive on the era's own scale, in each council."""
    share: Floats = era.shares[:, good_from:].sum(axis=1)
    return np.rint(era.audits * share).astype(np.int64)

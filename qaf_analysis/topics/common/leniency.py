"""Auditors' leniency, as one analysis knows it and another uses it."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from qaf_analysis.stats.core.arrays import Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class AuditorLeniency:
    """Auditors' leniency as known from double-graded audits, for one measure.

    Parameters
    ----------
    auditors : tuple of str
        Codes of the auditors.
    leniency : array, shape (auditors,)
        Positive = kinder, about any common centre, in grades (or in share Good or better).
    covariance : array, shape (auditors, auditors)
        Of its errors.
    shrunk_to : float
        Standard deviation between auditors, in the same unit, with which the model shrank the
        leniencies towards their mean; infinity where they are not shrunk.
    """

    auditors: tuple[str, ...]
    leniency: Floats
    covariance: Floats
    shrunk_to: float = inf

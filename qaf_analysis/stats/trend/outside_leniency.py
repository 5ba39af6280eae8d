"""What is known of auditors' leniency from elsewhere, such as double-graded audits."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isinf

import numpy as np

from qaf_analysis.stats.core.arrays import Floats, Ints, frozen_floats, frozen_ints
from qaf_analysis.terms.errors import ShapeError, UsageError

LEAST_INFORMATION = 1e-3
"""Directions with less information than this share of that which shrank them count as unknown."""


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

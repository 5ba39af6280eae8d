"""What each auditor does to agreement: every coefficient without them, in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from qaf_analysis.stats.agreement.coefficient_protocol import Measure
from qaf_analysis.stats.agreement.linearised import MeasuredCoefficient
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.standard_errors import audit_noise_in_leaving_out
from qaf_analysis.stats.core.arrays import Floats, Ints, frozen_floats


@dataclass(frozen=True, kw_only=True, eq=False)
class AuditorInfluence:
    """A coefficient without each auditor in turn.

    Parameters
    ----------
    name : str
        Name of the coefficient.
    value : float
        The coefficient with everybody.
    auditors : int array, shape (auditors,)
        Codes of the auditors, rising.
    audits : int array, shape (auditors,)
        Number of audits each graded together with somebody else.
    without : array, shape (auditors,)
        The coefficient without each; NaN where it has no value then.
    change : array, shape (auditors,)
        The coefficient less that without the auditor: negative where the auditor lowers it.
    se : array, shape (auditors,)
        Standard error of ``change`` from which audits the auditor happened to grade. Most
        changes are within twice of it, and are then noise.
    """

    name: str
    value: float
    auditors: Ints
    audits: Ints
    without: Floats
    change: Floats
    se: Floats


def auditor_influence(
    ratings: Ratings, measures: Sequence[Measure]
) -> tuple[AuditorInfluence, ...]:
    """Coefficients without each auditor in turn; in the order of ``measures``.

    The grades are passed over once for all coefficients and auditors. Where it is not known who
    gave which grade there are no auditors to leave out.

    Examples
    --------
    >>> from qaf_analysis.stats.agreement.kappas import agreement_measure
    >>> grades = [[2, 2, 0], [1, 1, 3], [3, 3, 1], [0, 0, 2], [1, 2, 3]]
    >>> exact = agreement_measure("percent_agreement", n_levels=4, weights="identity")
    >>> found, = auditor_influence(Ratings.from_matrix(grades, n_levels=4), [exact])
    >>> found.change.round(2).tolist()
    [0.27, 0.27, -0.53]
    """
    return tuple(_influence(ratings, measure) for measure in measures)


def _influence(ratings: Ratings, measure: Measure) -> AuditorInfluence:
    if not ratings.auditors_known or ratings.n_double == 0 or measure.refusal(ratings):
        none = frozen_floats([])
        no_codes = np.zeros(0, dtype=np.int64)
        return AuditorInfluence(
            name=measure.name,
            value=nan,
            auditors=no_codes,
            audits=no_codes,
            without=none,
            change=none,
            se=none,
        )
    found = MeasuredCoefficient(ratings=ratings, measure=measure)
    without = frozen_floats(found.without_auditors())
    noise = np.full(len(without), nan)
    if ratings.n_double_clusters > 1 and not np.isnan(found.value):
        noise = np.sqrt(audit_noise_in_leaving_out(ratings.pairs, found.on_pairs()))
    double = ratings.patterns.raters[ratings.patterns.of_audit] > 1
    paired = ratings.auditor_number[double[ratings.audit_number]]
    return AuditorInfluence(
        name=measure.name,
        value=found.value,
        auditors=ratings.auditor_codes,
        audits=np.bincount(paired, minlength=ratings.n_auditors),
        without=without,
        change=frozen_floats(found.value - without),
        se=frozen_floats(noise),
    )

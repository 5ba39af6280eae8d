"""Variances from pairs of grades that share an auditor.

If auditors are sampled, any two pairs of grades that share one are alike, whichever audits they
belong to. The dyadic sum adds up the products of all that share an auditor or a cluster of audits.
"""

from __future__ import annotations

import numpy as np

from qaf_analysis.stats.agreement.coefficient_protocol import Coefficient
from qaf_analysis.stats.agreement.grade_pairs import GradePairs
from qaf_analysis.stats.core.arrays import Floats, Ints, number_present, sums


def effective_auditors(pairs: GradePairs) -> float:
    """Number of equally busy auditors who would carry the pairs as unevenly as these do.

    One over the sum of squared shares of the pairs: 29 when 29 auditors share them equally, close
    to 4 when one of them is in every pair.
    """
    load = sums(pairs.first, pairs.audit_weight, n=pairs.n_auditors)
    load = load + sums(pairs.second, pairs.audit_weight, n=pairs.n_auditors)
    return float(load.sum() ** 2 / (load**2).sum())


def dyadic_variance(pairs: GradePairs, coefficient: Coefficient) -> float:
    """Variance by the dyadic sum.

    Contributions add up to zero, which takes out as large a part of the variance as there are
    products summed over; the division puts it back.

    References
    ----------
    Aronow, Samii & Assenova (2015), Political Analysis 23, 564-577, for dyadic sums.
    """
    taken = pairs.sharing_pairs
    return sum_over_sharing(pairs, coefficient) / (1 - taken) if taken < 1 else np.nan


def sum_over_sharing(pairs: GradePairs, coefficient: Coefficient) -> float:
    """Sum of products of contributions over all that share an auditor or a cluster."""
    value = coefficient.on_pairs
    # A product of two pairs that share both auditors stands in the first sum twice.
    sharing = _by_auditor(pairs, coefficient) - _square_sum(pairs.dyad, value)
    if pairs.is_one_pair_each:
        return sharing
    # Pairs of one cluster belong together whether or not they share an auditor: take out those
    # that do, which were counted above, and put in all of them.
    counted = _by_cell(pairs, coefficient, pairs.cluster_auditor)
    once = _square_sum(pairs.cluster_dyad, value) if pairs.is_clustered else float(value @ value)
    counted -= once
    whole = audit_totals(pairs, coefficient)
    if pairs.is_clustered:
        whole = sums(pairs.cluster, whole)
    together = float(whole @ whole)
    return sharing + together - counted


def audit_totals(pairs: GradePairs, coefficient: Coefficient) -> Floats:
    """Contribution of each audit."""
    total = sums(pairs.audit, coefficient.on_pairs, n=pairs.n_audits)
    if len(coefficient.on_singles):
        total[pairs.single_audit] += coefficient.on_singles
    return total


def sampled_clusters(pairs: GradePairs, coefficient: Coefficient) -> int:
    """Number of clusters with an audit that contributes."""
    if len(coefficient.on_singles):
        return number_present(pairs.cluster)
    return pairs.n_double_clusters


def audit_noise_in_leaving_out(pairs: GradePairs, coefficient: Coefficient) -> Floats:
    """Variance, from audits alone, of what leaving each auditor out changes; shape (auditors,).

    The change of each audit's contribution when one of its auditors is left out: an audit with two
    grades drops out; with m grades the other pairs take the place of the auditor's own.
    """
    paired, single, cell = pairs.audit_auditor
    audit, auditor = np.divmod(cell, pairs.n_auditors)
    own = sums(paired, np.tile(coefficient.on_pairs, 2), n=len(cell))
    if len(coefficient.on_singles):
        own = own + sums(single, coefficient.on_singles, n=len(cell))
    grades = np.full(pairs.n_audits, 1)
    grades[pairs.audit] = pairs.raters
    m, whole = grades[audit], audit_totals(pairs, coefficient)[audit]
    change = np.where(m > 2, (2 * whole - m * own) / np.maximum(m - 2, 1), -own)
    if pairs.is_clustered:
        key = pairs.cluster[audit] * pairs.n_auditors + auditor
        key, place = np.unique(key, return_inverse=True)
        change, auditor = sums(place, change), key % pairs.n_auditors
    n = sampled_clusters(pairs, coefficient)
    return n / (n - 1) * sums(auditor, change**2, n=pairs.n_auditors)


def _square_sum(numbers: Ints, values: Floats) -> float:
    """Sum of squares of the totals by number."""
    total = sums(numbers, values)
    return float(total @ total)


def _by_auditor(pairs: GradePairs, coefficient: Coefficient) -> float:
    r, value = pairs.n_auditors, coefficient.on_pairs
    total = sums(pairs.first, value, n=r) + sums(pairs.second, value, n=r)
    if len(coefficient.on_singles):
        total = total + sums(pairs.single_auditor, coefficient.on_singles, n=r)
    return float(total @ total)


def _by_cell(
    pairs: GradePairs, coefficient: Coefficient, numbers: tuple[Ints, Ints, Ints]
) -> float:
    paired, single, cells = numbers
    total = sums(paired, np.tile(coefficient.on_pairs, 2), n=len(cells))
    if len(coefficient.on_singles):
        total = total + sums(single, coefficient.on_singles, n=len(cells))
    return float(total @ total)

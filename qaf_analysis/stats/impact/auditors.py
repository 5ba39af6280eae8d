"""What auditors who came or went at the date of a theme add to the error of its change."""

from __future__ import annotations

import numpy as np

from qaf_analysis.stats.core.arrays import Bools, Floats, Ints, numbered, sums

FEWEST_WITHIN = 10
"""Degrees of freedom within auditors below which a side does not show how they differ."""


def auditor_variance(gaps: Floats, *, auditor: Ints, post: Bools, weight: Floats) -> float:
    """Variance of a change that comes from who audited before and who after.

    An auditor may be kind in one domain and strict in another. With the same auditors in the same
    shares on both sides this cancels.

    Parameters
    ----------
    gaps : array, shape (audits, domains)
        Each domain less the mean of the others; the themed one first. NaN where missing.
    auditor : array of int, shape (audits,)
        Number of the auditor; below 0 where not known, and then the variance is 0.
    post : array of bool, shape (audits,)
        Whether the audit lies after the themed audit.
    weight : array, shape (audits,)
        What each audit counts for in the mean of its side; adds up to 1 on each side.

    Returns
    -------
    float
        The variance between auditors times the sum over auditors of (share after - share
        before)^2, less what that sum is where auditors come by chance: the sum over audits of
        their squared weights. That part is in the error of the audits already. Not below 0.

    Examples
    --------
    Two auditors, the second of whom did one half before and everything after:

    >>> gaps = np.array([[1.0], [0.0]] * 20 + [[0.0]] * 20)
    >>> auditor = np.array([0, 1] * 20 + [1] * 20)
    >>> post = np.repeat([False, True], [40, 20])
    >>> weight = np.where(post, 1 / 20, 1 / 40)
    >>> round(auditor_variance(gaps, auditor=auditor, post=post, weight=weight), 6)
    0.2125
    """
    if (auditor < 0).any():
        return 0.0
    name, labels = numbered(auditor)
    share = sums(name, np.where(post, weight, -weight), n=len(labels))
    beyond = max(0.0, float((share**2).sum() - (weight**2).sum()))
    return beyond * variance_between(gaps, auditor=name, post=post)


def variance_between(gaps: Floats, *, auditor: Ints, post: Bools) -> float:
    """Variance between auditors of a domain's gap, pooled over domains and sides.

    Parameters
    ----------
    gaps, post
        As in ``auditor_variance``.
    auditor : array of int, shape (audits,)
        Numbers from 0.

    Returns
    -------
    float
        Analysis of variance: what lies between auditors beyond what audits make of it; not below
        0. A domain's side with fewer than ten degrees of freedom within auditors is passed over.

    References
    ----------
    Searle, Casella & McCulloch (1992), Variance Components: unbalanced one-way design.
    """
    beyond = room = 0.0
    auditors, domains = int(auditor.max()) + 1 if len(auditor) else 0, gaps.shape[1]
    for side in (post, ~post):
        graded = ~np.isnan(gaps[side])
        cell = (auditor[side][:, np.newaxis] * domains + np.arange(domains))[graded]
        values, size = gaps[side][graded], auditors * domains
        n, total = (sums(cell, each, n=size) for each in (np.ones(len(values)), values))
        mean = total / np.maximum(n, 1)
        within = sums(cell % max(domains, 1), (values - mean[cell]) ** 2, n=domains)
        # By auditor (row) and domain (column).
        n, total, mean = (each.reshape(auditors, domains) for each in (n, total, mean))
        audits, present = n.sum(axis=0), (n > 0).sum(axis=0)
        spare = audits - present
        whole = total.sum(axis=0) / np.maximum(audits, 1)
        between = (n * (mean - whole) ** 2).sum(axis=0)
        told = spare >= FEWEST_WITHIN
        chance = (present - 1) * within / np.maximum(spare, 1)
        beyond += float((between - chance)[told].sum())
        room += float((audits - (n**2).sum(axis=0) / np.maximum(audits, 1))[told].sum())
    return max(0.0, beyond / room) if room > 0 else 0.0

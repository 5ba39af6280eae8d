"""Grades of several domains at one level, so that what moves all of them alike cancels.

A mean grade is a curved function of practice: the same kindness moves a domain in the middle of
the scale by more than one near its end. Each domain therefore gets a slope, grades of its mean by
latent standard deviation, and the comparison domains' movements are multiplied by the ratio of the
slopes before they are taken off.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from qaf_analysis.stats.core.arrays import Bools, Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Slopes:
    """Grades of mean by latent unit, of each domain; shape (domains,), the themed one first.

    Parameters
    ----------
    latent : array
        Where a common shift is equally many standard deviations in every domain.
    threshold : array
        Where the thresholds between grades are common to the domains, which may differ in noise;
        NaN throughout where there are not two thresholds to tell noise from.
    good_latent, good_threshold : array
        The same for the share Good or better.
    """

    latent: Floats
    threshold: Floats
    good_latent: Floats
    good_threshold: Floats


def slopes(grades: tuple[Floats, Floats], goods: tuple[Floats, Floats]) -> Slopes:
    """Slopes of domains from their grades on both sides of a date.

    Parameters
    ----------
    grades, goods : two arrays, shape (audits, domains)
        Grade codes 0, 1, ..., and 1 or 0 for Good or better: before, and after. NaN where not
        graded; each domain has a grade on both sides.

    Notes
    -----
    For each domain the share at or above each code is the mean of the shares of both sides, kept
    half a grade away from 0 and 1, so that the side with more audits does not set the level. With
    thresholds c = -ndtri(share) and the normal density f, the slope is the sum of f(c): the
    derivative of the mean grade by the latent mean (McCullagh 1980, with the normal distribution).
    For ``threshold`` each domain's c is fitted as a + s k on their mean k over domains, weighted
    by the densities, and the slope is multiplied by s: a domain graded with more noise has its
    thresholds closer together.

    Examples
    --------
    >>> codes = np.array([[0, 2], [1, 2], [1, 3], [2, 3]], dtype=float)
    >>> goods = (codes >= 2).astype(float)
    >>> slopes((codes, codes), (goods, goods)).latent.round(3).tolist()
    [0.759, 0.645]
    """
    highest = max(1, int(max(np.nanmax(side) for side in grades)))
    reached = [
        _share(tuple(_at_least(side, code) for side in grades)) for code in range(1, highest + 1)
    ]
    limits = -special.ndtri(np.column_stack(reached))  # (domains, thresholds)
    density = _density(limits)
    spread, latent = _spread(limits, density), density.sum(axis=1)
    good = _density(special.ndtri(_share(goods)))
    return Slopes(
        latent=latent,
        threshold=spread * latent,
        good_latent=good,
        good_threshold=spread * good,
    )


def _at_least(grades: Floats, code: int) -> Floats:
    return np.where(np.isnan(grades), np.nan, grades >= code)


def _density(limits: Floats) -> Floats:
    found: Floats = np.exp(-(limits**2) / 2) / np.sqrt(2 * np.pi)
    return found


def _share(sides: tuple[Floats, ...]) -> Floats:
    """Mean of the shares of both sides, half a grade off 0 and 1."""
    graded = [(~np.isnan(side)).sum(axis=0) for side in sides]
    share = sum(np.nansum(s, axis=0) / n for s, n in zip(sides, graded, strict=True)) / 2
    edge = 0.5 / (graded[0] + graded[1])
    kept: Floats = np.clip(share, edge, 1 - edge)
    return kept


def _spread(limits: Floats, density: Floats) -> Floats:
    """Slope of each domain's thresholds on the mean thresholds, by weighted least squares."""
    if limits.shape[1] < 2:
        return np.full(len(limits), np.nan)
    weight = density * density.mean(axis=0)
    weight = weight / weight.sum(axis=1, keepdims=True)
    common = limits.mean(axis=0)
    x = common - (weight @ common)[:, np.newaxis]
    y = limits - (weight * limits).sum(axis=1, keepdims=True)
    found: Floats = (weight * x * y).sum(axis=1) / (weight * x**2).sum(axis=1)
    return found


def at_themed_level(grades: Floats, slope: Floats, *, centre: Floats) -> Floats:
    """Move the comparison domains' grades to the themed domain's level.

    Parameters
    ----------
    grades : array, shape (audits, domains)
        The themed domain first.
    slope, centre : array, shape (domains,)
        Slope of each domain, and the mean grade from which its movements are counted.

    Returns
    -------
    array, shape (audits, domains)
        The themed domain as it is. A comparison domain at its own centre is at the themed
        domain's; a movement away is multiplied by the ratio of slopes.

    Examples
    --------
    >>> at_themed_level(
    ...     np.array([[1.0, 2.0], [1.0, 2.5]]), np.array([0.8, 0.4]), centre=np.array([1.0, 2.0])
    ... ).tolist()
    [[1.0, 1.0], [1.0, 2.0]]
    """
    moved: Floats = centre[0] + slope[0] / slope * (grades - centre)
    return moved


def off_the_mode(grades: Floats) -> Floats:
    """Grades of each domain other than its commonest one: what its level can be told from.

    Parameters
    ----------
    grades : array, shape (audits, domains)
        Grade codes; NaN where not graded.

    Examples
    --------
    >>> off_the_mode(np.array([[1, 2], [1, 2], [0, 2]], dtype=float)).tolist()
    [1.0, 0.0]
    """
    graded: Bools = ~np.isnan(grades)
    most = np.zeros(grades.shape[1])
    for code in np.unique(grades[graded]):
        most = np.maximum(most, (grades == code).sum(axis=0))
    found: Floats = graded.sum(axis=0) - most
    return found

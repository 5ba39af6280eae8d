"""The people who grade: how kind each auditor and moderator is, when, and to which domain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from qaf_analysis.simulate.design import CouncilDesign

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

MODERATORS = 4  # per source


@dataclass(frozen=True, kw_only=True, eq=False)
class Raters:
    """Auditors and moderators, with their leniency in points (positive = kinder).

    Parameters
    ----------
    auditors : tuple of str
        The first ``pool_sizes[t]`` of them are active in quarter ``t``.
    leniency : array, shape (quarters, auditors, columns)
        The council's optimism less the auditor's severity; ``columns`` as in the design.
    moderators : mapping of str to tuple of str
        Moderators of each source.
    moderator_leniency : mapping of str to array, shape (moderators, columns)
        Averages zero over the moderators of a source.
    """

    auditors: tuple[str, ...]
    leniency: Floats
    moderators: Mapping[str, tuple[str, ...]]
    moderator_leniency: Mapping[str, Floats]


def draw_raters(design: CouncilDesign, *, rng: np.random.Generator) -> Raters:
    """Draw a council's auditors and moderators.

    Severities are centred among the auditors who join or leave together, so that the pool's
    mean leniency in every quarter is exactly the design's ``optimism``.
    """
    count, columns = max(design.pool_sizes), len(design.columns)
    edges = sorted({0, *design.pool_sizes})
    severity = _centred(rng.normal(size=(count, 1)), edges=edges)
    drift = design.drift_sd * _centred(rng.normal(size=(count, 1)), edges=edges)
    by_domain = _centred(design.auditor_domain_sd * rng.normal(size=(count, columns)), edges=edges)
    middle = (len(design.quarters) - 1) / 2
    leniency = np.stack(
        [
            optimism - sd * severity - (t - middle) * drift + by_domain
            for t, (optimism, sd) in enumerate(
                zip(design.optimism_by_quarter, design.severity_sd_by_quarter, strict=True)
            )
        ]
    )
    return Raters(
        auditors=tuple(f"Auditor {number:02d}" for number in range(1, count + 1)),
        leniency=leniency,
        moderators={
            source: tuple(_moderator_name(source, number) for number in range(1, MODERATORS + 1))
            for source in design.sources
        },
        moderator_leniency={
            source: _moderator_leniency(design, rng=rng) for source in design.sources
        },
    )


def _moderator_leniency(design: CouncilDesign, *, rng: np.random.Generator) -> Floats:
    severity = design.severity_sd * rng.normal(size=(MODERATORS, 1))
    by_domain = design.auditor_domain_sd * rng.normal(size=(MODERATORS, len(design.columns)))
    return design.moderator_noise * _centred(by_domain - severity, edges=[0, MODERATORS])


def _centred(values: Floats, *, edges: list[int]) -> Floats:
    centred = values.copy()
    for start, end in pairwise(edges):
        centred[start:end] -= centred[start:end].mean(axis=0)
    return centred


def _moderator_name(source: str, number: int) -> str:
    return f"{source.replace('_', ' ').capitalize()} moderator {number}"

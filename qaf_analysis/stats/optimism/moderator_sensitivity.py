"""What would change in an adjusted profile if the moderators were not the yardstick they seem.

Two worries: other moderators might have graded otherwise (``another_panel``), and a moderator
who sees the auditor's grade is drawn to it (``unblinded_moderation``). Neither can be mended by
more cases, so each answer stands beside the headline and says whether it leads to the same
conclusion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import nan

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.core.arrays import Floats, Ints, check_level, check_same_length, frozen_ints
from qaf_analysis.stats.optimism.adjusted import (
    AdjustedProfile,
    adjusted_profile,
    adjusted_profile_of_table,
    refused_profile,
)
from qaf_analysis.stats.optimism.moderated_counts import pseudo_case
from qaf_analysis.terms.errors import ShapeError, UsageError
from qaf_analysis.terms.estimate import Estimate

FEWEST_ANCHORS = 20
"""Audits that two moderators graded, below which their disagreement is not carried through."""

ANOTHER_PANEL = "another panel of moderators"

PULLS = (0.2, 0.4)
"""Assumed shares of differences that vanish when a moderator sees the auditor's grade."""


@dataclass(frozen=True, kw_only=True)
class SensitivityLine:
    """The adjusted figures under one assumption about moderators.

    Parameters
    ----------
    label : str
        The assumption in plain words.
    good, gap : Estimate
        Adjusted share good or better, and adjusted mean of audit minus moderation.
    agrees : bool
        Whether the conclusion is that of the headline: auditors kinder, harsher or not told from
        moderators, and a share good or better inside the headline's interval. False where the
        line, or the headline, has no value.
    """

    label: str
    good: Estimate
    gap: Estimate
    agrees: bool


def another_panel(
    population_counts: ArrayLike,
    table: ArrayLike,
    anchors: ArrayLike,
    *,
    good_from: int,
    rng: np.random.Generator,
    draws: int = 4000,
    level: float = 0.95,
) -> SensitivityLine:
    """Adjusted figures that another panel of moderators would have found.

    Parameters
    ----------
    population_counts : int array, shape (K,)
        Audits of each auditor's grade, moderated or not.
    table : int array, shape (K, K)
        Moderated audits by auditor's (rows) and moderator's grade (columns).
    anchors : int array, shape (K, K)
        Audits that two moderators graded: rows the moderator whose grades stand in ``table``,
        columns the other one.
    good_from : int
        Lowest code that counts as good.
    rng : numpy.random.Generator
        Source of the draws.
    draws : int
        Number of draws; at least 100.
    level : float
        Confidence level.

    Returns
    -------
    SensitivityLine
        The value turns each moderator's grade into the other moderators' grades by their shares
        among the anchors. The interval is that of draws of both: what moderators found in each
        auditor's grade, and what the other moderator found in each moderator's grade (Dirichlet,
        with one pseudo-case near the grade). Without a value below 20 anchors, or where the
        adjusted profile has none.

    Raises
    ------
    ShapeError
        If a table is not K by K whole numbers, none negative.
    UsageError
        If there are fewer than 100 draws.
    """
    check_level(level)
    if draws < 100:
        raise UsageError(f"{draws} draws do not make an interval; take at least 100.")
    counts, cells = frozen_ints(population_counts, name="population_counts"), np.asarray(table)
    pairs = _anchor_table(anchors, n_levels=len(counts))
    headline = adjusted_profile_of_table(counts, cells, good_from=good_from, level=level)
    why_not = headline.good.why_not
    if pairs.sum() < FEWEST_ANCHORS:
        why_not = why_not or (
            f"only {'1 audit was' if pairs.sum() == 1 else f'{pairs.sum()} audits were'} graded by "
            "two moderators; "
            f"at least {FEWEST_ANCHORS} are needed"
        )
    if why_not:
        nothing = refused_profile(
            why_not, n_levels=len(counts), cases=int(cells.sum()), level=level
        )
        return beside_headline(ANOTHER_PANEL, nothing.good, nothing.gap, headline)
    other = _other_given_first(pairs)
    found = np.array([share.value for share in headline.shares]) @ other
    drawn = _drawn_profiles(
        counts, cells, other * (pairs.sum(axis=1) + 1)[:, np.newaxis], rng, draws
    )
    levels = np.arange(len(counts), dtype=np.float64)
    audited = float(levels @ counts / counts.sum())
    method = f"{ANOTHER_PANEL}, {pairs.sum()} audits with two moderators, {draws} draws"
    good_score = (levels >= good_from).astype(np.float64)
    good = _carried(headline.good, float(found @ good_score), drawn @ good_score, method=method)
    gap = _carried(
        headline.gap, audited - float(found @ levels), audited - drawn @ levels, method=method
    )
    return beside_headline(ANOTHER_PANEL, good, gap, headline)


def unblinded_moderation(
    population_counts: ArrayLike,
    *,
    audit_grade: ArrayLike,
    moderation_grade: ArrayLike,
    blind: ArrayLike,
    good_from: int,
    selection_probability: ArrayLike | None = None,
    auditor: ArrayLike | None = None,
    population_auditors: int | None = None,
    pulls: Sequence[float] = PULLS,
    level: float = 0.95,
) -> tuple[SensitivityLine, ...]:
    """Adjusted figures from blind moderation, from all of it, and under an assumed pull.

    Parameters
    ----------
    population_counts, audit_grade, moderation_grade, good_from, selection_probability, auditor, \
population_auditors, level
        As for ``adjusted_profile``.
    blind : bool array, shape (moderated,)
        Whether the moderator did not know the auditor's grade; False where that is not recorded.
    pulls : sequence of float
        Assumed shares of differences that vanish because the moderator knew the auditor's grade
        and took it over; at least 0 and below 1.

    Returns
    -------
    tuple of SensitivityLine
        All moderation (the headline), blind moderation only, and one line for each pull. A pull
        of g among unblinded cases, which are the share s of all, leaves 1 - g s of the
        difference between auditors' and moderators' figures, so that difference is divided by
        1 - g s; this takes blind and unblinded cases as alike. Only the headline where all
        moderation was blind.

    Raises
    ------
    ShapeError
        If the lengths differ or ``blind`` is not true or false.
    UsageError
        If a pull is not at least 0 and below 1.
    """
    for pull in pulls:
        if not 0 <= pull < 1:
            raise UsageError(f"A pull is a share of at least 0 and below 1, not {pull}.")
    seen = np.asarray(blind)
    counts = frozen_ints(population_counts, name="population_counts")
    audited = frozen_ints(audit_grade, name="audit_grade")
    if seen.dtype.kind != "b" or seen.shape != audited.shape:
        raise ShapeError(f"{len(audited)} moderated audits need as many true or false for blind.")
    columns = (moderation_grade, selection_probability, auditor)
    moderated, chance, names = (None if c is None else np.asarray(c) for c in columns)

    def profile(rows: Ints) -> AdjustedProfile:
        return adjusted_profile(
            counts,
            audit_grade=audited[rows],
            moderation_grade=np.asarray(moderated)[rows],
            selection_probability=None if chance is None else chance[rows],
            auditor=None if names is None else names[rows],
            population_auditors=population_auditors,
            good_from=good_from,
            level=level,
        )

    check_same_length({"audit grades": audited, "moderation grades": np.asarray(moderated)})
    headline = profile(np.arange(len(audited)))
    every = beside_headline("all moderation", headline.good, headline.gap, headline)
    if seen.all():
        return (every,)
    only = profile(np.flatnonzero(seen))
    audited_good = float(counts[good_from:].sum() / counts.sum())
    unblinded = float(1 - seen.mean())
    return (
        every,
        beside_headline("blind moderation only", only.good, only.gap, headline),
        *(
            _pulled(headline, pull, 1 - pull * unblinded, audited_good=audited_good)
            for pull in pulls
        ),
    )


def _anchor_table(anchors: ArrayLike, *, n_levels: int) -> Ints:
    pairs = np.asarray(anchors)
    if pairs.shape != (n_levels, n_levels) or pairs.dtype.kind not in "iu" or (pairs < 0).any():
        raise ShapeError(f"Anchors are a table of {n_levels} by {n_levels} counts.")
    return pairs.astype(np.int64)


def _other_given_first(pairs: Ints) -> Floats:
    """Shares of the other moderator's grades given the first's, with one pseudo-case each.

    The pseudo-case lies near the grade and where the other moderator's grades lie, so that two
    moderators who are alike on balance do not seem to differ by it.
    """
    near = pseudo_case(len(pairs)) * (pairs.sum(axis=0) + 1 / len(pairs))
    whole = pairs + near / near.sum(axis=1, keepdims=True)
    shares: Floats = whole / whole.sum(axis=1, keepdims=True)
    return shares


def _drawn_profiles(
    counts: Ints, cells: Ints, other: Floats, rng: np.random.Generator, draws: int
) -> Floats:
    """Profiles (draws, K) of the other panel; ``other`` holds Dirichlet weights by first grade."""
    first = np.zeros((draws, len(counts)))
    prior = pseudo_case(len(counts))
    for row, total, near in zip(cells, counts, prior, strict=True):
        if total > 0:
            unread = rng.multinomial(total - row.sum(), rng.dirichlet(row + near, size=draws))
            first += (row + unread) / counts.sum()
    given = np.stack([rng.dirichlet(row, size=draws) for row in other], axis=1)
    profiles: Floats = np.einsum("da,dak->dk", first, given)
    return profiles


def _carried(old: Estimate, value: float, drawn: Floats, *, method: str) -> Estimate:
    tail = (1 - old.level) / 2
    low, high = (float(limit) for limit in np.quantile(drawn, [tail, 1 - tail]))
    return replace(
        old,
        value=value,
        # Draws hold pseudo-cases; the value must not fall outside when they move them all.
        low=min(low, value),
        high=max(high, value),
        se=float(drawn.std(ddof=1)),
        p=nan,
        df=nan,
        method=method,
    )


def _pulled(
    headline: AdjustedProfile, pull: float, left: float, *, audited_good: float
) -> SensitivityLine:
    def moved(old: Estimate, origin: float) -> Estimate:
        """Stretch the distance from the auditors' figure."""
        value, low, high = (origin + (x - origin) / left for x in (old.value, old.low, old.high))
        return replace(
            old,
            value=value,
            low=low,
            high=high,
            se=old.se / left,
            method=f"{old.method}; differences divided by {left:.3g}",
        )

    good = moved(headline.good, audited_good)
    value, low, high = (min(1.0, max(0.0, x)) for x in (good.value, good.low, good.high))
    label = f"if knowing the auditor's grade hid {pull:.0%} of differences"
    if headline.good.is_estimable:
        good = replace(good, value=value, low=low, high=high)
    return beside_headline(label, good, moved(headline.gap, 0.0), headline)


def beside_headline(
    label: str, good: Estimate, gap: Estimate, headline: AdjustedProfile
) -> SensitivityLine:
    """Line of these figures, and whether its conclusion is the headline's."""
    same = _direction(gap) == _direction(headline.gap)
    inside = headline.good.low <= good.value <= headline.good.high
    return SensitivityLine(label=label, good=good, gap=gap, agrees=bool(same and inside))


def _direction(gap: Estimate) -> int:
    """1 where auditors are kinder, -1 where they are harsher, 0 where that is not shown."""
    return int(gap.low > 0) - int(gap.high < 0)

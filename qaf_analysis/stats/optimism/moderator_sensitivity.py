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

from qaf_analysis.stats.core.arrays import Floats, Ints, frozen_ints
from qaf_analysis.stats.optimism.adjusted import (
    AdjustedProfile,
    audits_of_table,
    profile_of,
)
from qaf_analysis.stats.optimism.moderated_counts import (
    ModeratedAudits,
    ModeratedCounts,
    cross_table,
    moderated_counts,
    pseudo_case,
)
from qaf_analysis.terms.errors import ShapeError, UsageError
from qaf_analysis.terms.estimate import Estimate

FEWEST_ANCHORS = 20
"""Audits that two moderators graded, below which their disagreement is not carried through."""

ANOTHER_PANEL = "another panel of moderators"

DRAWS = 4000

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


def sensitivity(
    moderated: ModeratedAudits,
    headline: AdjustedProfile,
    read_twice: tuple[Ints, Ints],
    *,
    rng: np.random.Generator,
) -> tuple[SensitivityLine, ...]:
    """Headline, other assumptions on unblinded moderators, and another panel of moderators.

    Parameters
    ----------
    moderated : ModeratedAudits
        With the audits that they are to speak for, and whether each moderator was blind.
    headline : AdjustedProfile
        Their profile; where it has no value there is no line.
    read_twice : two int arrays
        Grades by the first and the last moderator of audits that two of them read, which tell
        how far moderators differ.
    rng : numpy.random.Generator
        Source of the draws.
    """
    if not headline.good.is_estimable:
        return ()
    pairs = cross_table(*read_twice, n_levels=moderated.n_levels)
    blind = moderated.only_blind()
    # Whose audits were read is left out: the other panel would read these same audits.
    each = replace(moderated, auditor=None, no_profile=_few_anchors(pairs))
    good, gap = _of_another_panel(each, profile_of(each), pairs, rng=rng)
    return (
        *_if_unblinded(moderated, headline, profile_of(blind)),
        beside_headline(ANOTHER_PANEL, good, gap, headline),
    )


def another_panel(
    population_counts: ArrayLike,
    table: ArrayLike,
    anchors: ArrayLike,
    *,
    good_from: int,
    rng: np.random.Generator,
    draws: int = DRAWS,
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
    moderated = audits_of_table(population_counts, table, good_from=good_from, level=level)
    pairs, headline = _anchor_table(anchors, n_levels=moderated.n_levels), profile_of(moderated)
    few = _few_anchors(pairs) if headline.good.is_estimable else ""
    profile = profile_of(replace(moderated, no_profile=few)) if few else headline
    good, gap = _of_another_panel(moderated, profile, pairs, rng=rng, draws=draws)
    return beside_headline(ANOTHER_PANEL, good, gap, headline)


def _of_another_panel(
    moderated: ModeratedAudits,
    profile: AdjustedProfile,
    pairs: Ints,
    *,
    rng: np.random.Generator,
    draws: int = DRAWS,
) -> tuple[Estimate, Estimate]:
    """Share good and gap by another panel, from moderated audits and their own profile."""
    if draws < 100:
        raise UsageError(f"{draws} draws do not make an interval; take at least 100.")
    counts, k = moderated.population, moderated.n_levels
    if counts is None or not profile.good.is_estimable:
        return profile.good, profile.gap
    near = pseudo_case(k)
    other = _other_given_first(pairs, near)
    found = np.array([share.value for share in profile.shares]) @ other
    weights = other * (pairs.sum(axis=1) + 1)[:, np.newaxis]
    cells = moderated_counts(
        moderated.audit_grade, moderated.moderation_grade, moderated.weight, n_levels=k
    )
    drawn = _drawn_profiles(counts, cells, weights, near, rng=rng, draws=draws)
    levels = np.arange(k, dtype=np.float64)
    audited = float(levels @ counts / counts.sum())
    method = f"{ANOTHER_PANEL}, {pairs.sum()} audits with two moderators, {draws} draws"
    good = (levels >= moderated.good_from).astype(np.float64)
    return (
        _carried(profile.good, float(found @ good), drawn @ good, method=method),
        _carried(
            profile.gap, audited - float(found @ levels), audited - drawn @ levels, method=method
        ),
    )


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
    counts = frozen_ints(population_counts, name="population_counts")
    chance, names = (
        None if column is None else np.asarray(column)
        for column in (selection_probability, auditor)
    )
    moderated = ModeratedAudits(
        audit_grade=np.asarray(audit_grade),
        moderation_grade=np.asarray(moderation_grade),
        auditor=names,
        n_levels=len(counts),
        good_from=good_from,
        level=level,
        selection_probability=chance,
        blind=np.asarray(blind),
        population=counts,
        population_auditors=population_auditors,
    )
    blind_profile = profile_of(moderated.only_blind())
    return _if_unblinded(moderated, profile_of(moderated), blind_profile, pulls=pulls)


def _if_unblinded(
    moderated: ModeratedAudits,
    headline: AdjustedProfile,
    only: AdjustedProfile,
    *,
    pulls: Sequence[float] = PULLS,
) -> tuple[SensitivityLine, ...]:
    """Headline, profile of blind moderation only, and the headline under each assumed pull."""
    every = beside_headline("all moderation", headline.good, headline.gap, headline)
    blind, counts = moderated.blind, moderated.population
    if blind is None or counts is None or blind.all():
        return (every,)
    audited_good = float(counts[moderated.good_from :].sum() / counts.sum())
    unblinded = float(1 - blind.mean())
    return (
        every,
        beside_headline("blind moderation only", only.good, only.gap, headline),
        *(
            _pulled(headline, pull, 1 - pull * unblinded, audited_good=audited_good)
            for pull in pulls
        ),
    )


def _few_anchors(pairs: Ints) -> str:
    """Reason why so few audits with two moderators tell nothing; empty if they are enough."""
    if pairs.sum() >= FEWEST_ANCHORS:
        return ""
    return (
        f"only {'1 audit was' if pairs.sum() == 1 else f'{pairs.sum()} audits were'} graded by "
        f"two moderators; at least {FEWEST_ANCHORS} are needed"
    )


def _anchor_table(anchors: ArrayLike, *, n_levels: int) -> Ints:
    pairs = np.asarray(anchors)
    if pairs.shape != (n_levels, n_levels) or pairs.dtype.kind not in "iu" or (pairs < 0).any():
        raise ShapeError(f"Anchors are a table of {n_levels} by {n_levels} counts.")
    return pairs.astype(np.int64)


def _other_given_first(pairs: Ints, near: Floats) -> Floats:
    """Shares of the other moderator's grades given the first's, with one pseudo-case each.

    The pseudo-case lies near the grade and where the other moderator's grades lie, so that two
    moderators who are alike on balance do not seem to differ by it.
    """
    one = near * (pairs.sum(axis=0) + 1 / len(pairs))
    whole = pairs + one / one.sum(axis=1, keepdims=True)
    shares: Floats = whole / whole.sum(axis=1, keepdims=True)
    return shares


def _drawn_profiles(
    counts: Ints,
    cells: ModeratedCounts,
    other: Floats,
    prior: Floats,
    *,
    rng: np.random.Generator,
    draws: int,
) -> Floats:
    """Profiles (draws, K) of the other panel; ``other`` holds Dirichlet weights by first grade.

    ``prior`` is the pseudo-case of each auditor's grade. What was found weighs by its effective
    number, and audits that were read stand as they were found.
    """
    first = np.zeros((draws, len(counts)))
    for a, total in enumerate(counts):
        if total > 0:
            read, found = int(cells.cases[a]), cells.found[a]
            seen = found * (cells.effective[a] if read else 0.0)
            unread = rng.multinomial(total - read, rng.dirichlet(seen + prior[a], size=draws))
            first += (read * found + unread) / counts.sum()
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

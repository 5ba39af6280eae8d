"""What somebody looks at: groups beside one another, with what chance alone would show of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite, sqrt

import numpy as np

from qaf_analysis.lab.explore.released import (
    GAP,
    SHARE,
    By,
    Group,
    Measure,
    grade_counts,
    own_gaps,
    released_groups,
)
from qaf_analysis.stats.core.chance_spread import (
    ChanceSpread,
    ChanceUnlikeness,
    chance_of_one_so_far,
    chance_spread,
    chance_unlikeness,
    errors_if_alike,
    expected_by_chance,
)
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.topics.optimism.analysis.detail import OwnGaps
from qaf_analysis.topics.programme.analysis.grades import GradeCounts, Programme
from qaf_analysis.topics.registry import Results

SEED = 20200401
BESIDE = (By.QUARTER, By.TEAM, By.DOMAIN)
FEWEST_OWN = 5
"""Moderated audits that an auditor's own gap must rest on to be drawn."""

BIN = 0.25
"""Width of the steps in which auditors are counted by their own gap, in grades."""

_NORMAL_95 = 1.959964


@dataclass(frozen=True, kw_only=True)
class Member:
    """A group in its panel.

    ``error`` is the standard error it would have if all groups were alike, and ``one_so_far`` how
    often chance alone puts one as far out; ``low`` and ``high`` are the report's interval.
    """

    label: str
    value: float
    error: float
    low: float
    high: float
    cases: int
    is_marked: bool = False
    one_so_far: float = float("nan")


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Groups of one kind beside one another.

    Parameters
    ----------
    by : By
    kind : str
        What one of the groups is called.
    period : str
        What the figures are of; empty where each has its own.
    members : tuple of Member
        Groups with a figure, in the order of the report.
    held_back : tuple of (str, str)
        Groups without one, and why.
    spread : ChanceSpread or None
        None where fewer than two groups have a figure.
    """

    by: By
    kind: str
    period: str
    members: tuple[Member, ...]
    held_back: tuple[tuple[str, str], ...]
    spread: ChanceSpread | None

    @property
    def kinds(self) -> str:
        """What several of the groups are called."""
        return f"{self.kind}s"

    @property
    def marked(self) -> Member | None:
        """The group that was chosen, if it has a figure."""
        return next((one for one in self.members if one.is_marked), None)


@dataclass(frozen=True, kw_only=True)
class Mixes:
    """Grades of groups of one kind; groups that the report says too little of are left out."""

    by: By
    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    left_out: tuple[str, ...]
    unlike: ChanceUnlikeness | None


@dataclass(frozen=True, kw_only=True)
class Bin:
    """Auditors whose own gap lies from ``low`` to below ``high``, and how many by chance alone."""

    low: float
    high: float
    auditors: int
    by_chance: float


@dataclass(frozen=True, kw_only=True)
class Explored:
    """All that is shown for one choice.

    ``mixes`` are shown with the share of good grades alone: they are the same by any measure.
    ``chosen`` has the group that is marked, by kind. ``own`` is the panel of auditors: its members
    are told apart by code only if ``is_sealed``, and are for few eyes then. ``bins`` is the
    distribution of their gaps, which tells nobody apart.
    """

    measure: Measure
    scale: ScaleWords
    panels: tuple[Panel, ...]
    mixes: tuple[Mixes, ...]
    own: Panel | None
    bins: tuple[Bin, ...]
    chosen: Mapping[By, str]
    is_sealed: bool
    run_id: str

    @property
    def measure_words(self) -> str:
        """The measure in the council's words."""
        return self.measure.name.format(positive=self.scale.positive)


def explored(
    results: Results,
    *,
    measure: Measure,
    chosen: Mapping[By, str],
    run_id: str,
    auditors: bool = False,
    headline: str = "",
) -> Explored:
    """Compare the groups of a run by a measure.

    Parameters
    ----------
    results : Results
        Released results of a finished run.
    measure : Measure
    chosen : mapping
        The group to mark, by kind; kinds may be missing.
    run_id : str
    auditors : bool
        Whether single auditors may be told apart by code.
    headline : str
        Which headline, where there are several.

    Raises
    ------
    UsageError
        If an auditor is chosen but ``auditors`` is false.
    """
    if chosen.get(By.AUDITOR) and not auditors:
        raise UsageError("A single auditor is shown only where the notebook says auditors = True.")
    groups = released_groups(results, measure, headline=headline)
    of_kind = {by: [one for one in groups if one.by is by] for by in BESIDE}
    panels = tuple(
        compared_groups(by, measure, of_kind[by], marked=chosen.get(by, "")) for by in BESIDE
    )
    gaps = own_gaps(results, headline=headline) if measure is GAP else None
    own = None
    if gaps is not None:
        own = _own_panel(gaps, chosen.get(By.AUDITOR, ""), auditors=auditors)
    return Explored(
        measure=measure,
        scale=results[Programme].scale,
        panels=tuple(one for one in panels if one.members or one.held_back),
        mixes=tuple(_every_mix(results, headline)) if measure is SHARE else (),
        own=own,
        bins=() if own is None else _bins(own),
        chosen=dict(chosen),
        is_sealed=auditors,
        run_id=run_id,
    )


def choices(results: Results, by: By, *, headline: str = "") -> tuple[str, ...]:
    """Labels that can be marked: every group of a kind that some table of the report has."""
    if by is By.AUDITOR:
        own = own_gaps(results, headline=headline)
        return () if own is None else tuple(_letters(one.auditor) for one in own.auditors)
    return tuple(one.label for one in grade_counts(results, by, headline=headline))


def compared_groups(
    by: By, measure: Measure, groups: Sequence[Group], *, marked: str = ""
) -> Panel:
    """Put groups of one kind beside one another; those without a figure are held back."""
    known = [(one, _error(one)) for one in groups]
    members = [
        Member(
            label=one.label,
            value=one.estimate.value,
            error=error,
            low=one.estimate.low,
            high=one.estimate.high,
            cases=one.estimate.cases,
            is_marked=one.label == marked,
        )
        for one, error in known
        if isfinite(error)
    ]
    held_back = [
        (one.label, one.estimate.why_not or "its error is not known")
        for one, error in known
        if not isfinite(error)
    ]
    if measure.is_share and len(members) > 1:
        members = _with_errors_if_alike(members)
    periods = {one.period for one in groups}
    period = "" if len(periods) != 1 else periods.pop()
    return _compared(by, measure.kind(by), period, members, tuple(held_back))


def _with_errors_if_alike(members: list[Member]) -> list[Member]:
    """Shares with the errors that they would have if all were one: what chance is reckoned by."""
    errors = errors_if_alike(
        [one.value for one in members],
        [one.error for one in members],
        cases=[one.cases for one in members],
    )
    return [replace(one, error=float(error)) for one, error in zip(members, errors, strict=True)]


def _own_panel(own: OwnGaps, marked: str, *, auditors: bool) -> Panel:
    """Auditors' raw gaps: with codes, those released by code; without, the dots of the funnel."""
    if not isfinite(own.spread) or own.spread <= 0:
        return Panel(
            by=By.AUDITOR, kind="auditor", period="", members=(), held_back=(), spread=None
        )
    named = [(_letters(one.auditor), one.cases, one.raw) for one in own.auditors]
    dots = [("", cases, raw) for cases, raw in own.dots]
    members = []
    for label, cases, raw in named if auditors else dots:
        if cases >= FEWEST_OWN:
            error = own.spread / sqrt(cases)
            half = _NORMAL_95 * error
            members.append(
                Member(
                    label=label,
                    value=raw,
                    error=error,
                    low=raw - half,
                    high=raw + half,
                    cases=cases,
                    is_marked=bool(marked) and label == marked,
                )
            )
    return _compared(By.AUDITOR, "auditor", "", members, ())


def _bins(panel: Panel) -> tuple[Bin, ...]:
    """Auditors by their own gap, in steps of a quarter of a grade."""
    if panel.spread is None:
        return ()
    values = np.array([one.value for one in panel.members])
    # Half a step off the quarters, so that no gap drawn as zero lies on an edge.
    first = np.floor(values.min() / BIN - 0.5) + 0.5
    last = np.ceil(values.max() / BIN + 0.5) - 0.5
    edges = BIN * np.arange(first, max(last, first + 1) + 0.5)
    errors = [one.error for one in panel.members]
    expected = expected_by_chance(edges, errors, centre=panel.spread.centre)
    counted, _ = np.histogram(values, edges)
    return tuple(
        Bin(low=float(low), high=float(high), auditors=int(number), by_chance=float(chance))
        for low, high, number, chance in zip(edges[:-1], edges[1:], counted, expected, strict=True)
    )


def _compared(
    by: By,
    kind: str,
    period: str,
    members: list[Member],
    held_back: tuple[tuple[str, str], ...],
) -> Panel:
    if len(members) < 2:
        return Panel(
            by=by,
            kind=kind,
            period=period,
            members=tuple(members),
            held_back=held_back,
            spread=None,
        )
    values = [one.value for one in members]
    errors = [one.error for one in members]
    spread = chance_spread(values, errors, rng=_rng())
    told = tuple(_with_chance(one, place, values, errors) for place, one in enumerate(members))
    return Panel(by=by, kind=kind, period=period, members=told, held_back=held_back, spread=spread)


def _alone(
    by: By,
    kind: str,
    period: str,
    members: tuple[Member, ...],
    held_back: tuple[tuple[str, str], ...],
) -> Panel:
    """A panel in which there is nothing to compare."""
    return Panel(by=by, kind=kind, period=period, members=members, held_back=held_back, spread=None)


def _with_chance(one: Member, place: int, values: list[float], errors: list[float]) -> Member:
    if not one.is_marked:
        return one
    share = chance_of_one_so_far(values, errors, place=place, rng=_rng())
    return replace(one, one_so_far=share)


def _error(group: Group) -> float:
    """Standard error of a group's figure, from its interval where it has none of its own."""
    found = group.estimate
    if not found.is_estimable:
        return float("nan")
    if isfinite(found.se) and found.se > 0:
        return found.se
    half = (found.high - found.low) / 2
    return half / _NORMAL_95 if isfinite(half) and half > 0 else float("nan")


def _every_mix(results: Results, headline: str) -> Iterator[Mixes]:
    for by in BESIDE:
        mixes = grade_mixes(by, grade_counts(results, by, headline=headline))
        if mixes is not None:
            yield mixes


def grade_mixes(by: By, every: Sequence[GradeCounts]) -> Mixes | None:
    """Grades by group; a group whose share the report does not tell is not drawn either."""
    shown = [one for one in every if one.good.is_estimable]
    if not shown:
        return None
    counts = tuple(one.counts for one in shown)
    return Mixes(
        by=by,
        labels=tuple(one.label for one in shown),
        counts=counts,
        left_out=tuple(one.label for one in every if not one.good.is_estimable),
        unlike=chance_unlikeness(counts, rng=_rng()) if len(shown) > 1 else None,
    )


def _rng() -> np.random.Generator:
    """Chance begins anew for every panel, so that what is marked in one changes no other."""
    return np.random.default_rng(SEED)


def _letters(code: str) -> str:
    """Letters of a code, as reports print it."""
    return code.rpartition("-")[2]

"""Which audits, quarters and comparison domains a change is told from, and at what level."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np

from qaf_analysis.stats.core.arrays import Bools, Floats, Ints
from qaf_analysis.stats.impact.errors import ComparedAudits
from qaf_analysis.stats.impact.levels import Slopes, at_themed_level, off_the_mode, slopes
from qaf_analysis.stats.impact.themed_series import ThemedAudits
from qaf_analysis.terms.verdicts import ThemeRule

Scale: TypeAlias = Literal["latent", "threshold"]
"""What is alike in all domains: latent standard deviations, or the thresholds between grades."""

NO_THEME = "no audit has a grade in the themed domain"
NO_COMPARISON = "no audit has a grade in a comparison domain that no theme ever touched"
MEANS_ONLY = (
    "the comparison domains' grades are not given one by one, so that a change of level that is "
    "common to all domains cannot be taken off"
)


@dataclass(frozen=True, kw_only=True)
class LeftOutDomain:
    """A comparison domain that is not compared with: its place among those given, and why."""

    place: int
    why: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Compared:
    """Audits of one theme that count.

    Parameters
    ----------
    audits : ThemedAudits
        With the comparison domains and quarters kept.
    small_quarters : tuple of int
        Quarters with fewer usable audits than a quarter needs.
    left_out : tuple of LeftOutDomain
    rule : ThemeRule
    why_not : str
        Why nothing can be brought to one level; empty where it can.
    """

    audits: ThemedAudits
    small_quarters: tuple[int, ...]
    left_out: tuple[LeftOutDomain, ...]
    rule: ThemeRule
    why_not: str

    @classmethod
    def of(cls, audits: ThemedAudits, rule: ThemeRule) -> Compared:
        """Leave out what is too small: quarters first, then comparison domains, till all fit."""
        refused = _nothing_to_compare(audits)
        small: tuple[int, ...] = ()
        gone: tuple[LeftOutDomain, ...] = ()
        places = np.arange(audits.control_grades.shape[1])
        while not refused:
            few = _small_quarters(audits, fewest=rule.fewest_audits)
            audits = audits.part(~np.isin(audits.quarter, few))
            short = _short_domains(audits, rule=rule)
            if not few and not short:
                break
            small = (*small, *few)
            gone = (*gone, *(replace(one, place=int(places[one.place])) for one in short))
            kept = np.setdiff1d(np.arange(len(places)), [one.place for one in short])
            if short and not len(kept):
                refused = f"no comparison domain is left ({gone[0].why})"
                break
            audits, places = audits.against(kept) if short else audits, places[kept]
        return cls(
            audits=audits,
            small_quarters=tuple(sorted(small)),
            left_out=tuple(sorted(gone, key=lambda one: one.place)),
            rule=rule,
            why_not=refused or _themed_is_short(audits, rule=rule),
        )

    @cached_property
    def _grades(self) -> tuple[Floats, Floats]:
        used = self.audits.is_usable
        themed, others = self.audits.themed_grade[used], self.audits.control_grades[used]
        ours, theirs = self.audits.themed_good[used], self.audits.control_goods[used]
        return np.column_stack([themed, others]), np.column_stack([ours, theirs])

    @cached_property
    def is_comparable(self) -> bool:
        """Whether there are audits on both sides, and nothing speaks against comparing them."""
        post = self.audits.post[self.audits.is_usable]
        return not self.why_not and bool(post.any()) and not post.all()

    @cached_property
    def slopes(self) -> Slopes:
        """Slopes of the domains; only where ``is_comparable``."""
        post = self.audits.post[self.audits.is_usable]
        grades, goods = ((both[~post], both[post]) for both in self._grades)
        return slopes(grades, goods)

    def has_scale(self, scale: Scale) -> bool:
        """Whether the audits can be compared on a scale."""
        return self.is_comparable and bool((self._slope(scale, good=False) > 0).all())

    def _slope(self, scale: Scale, *, good: bool) -> Floats:
        found: Floats = getattr(self.slopes, f"good_{scale}" if good else scale)
        return found

    def on(self, scale: Scale, *, good: bool) -> ComparedAudits:
        """Audits with every domain at the themed domain's level; only where ``has_scale``."""
        used, values = self.audits.is_usable, self._grades[int(good)]
        post = self.audits.post[used]
        centre = (np.nanmean(values[~post], axis=0) + np.nanmean(values[post], axis=0)) / 2
        return ComparedAudits(
            values=at_themed_level(values, self._slope(scale, good=good), centre=centre),
            quarter=self.audits.quarter[used],
            post=post,
            auditor=self.audits.auditor[used],
        )


def _nothing_to_compare(audits: ThemedAudits) -> str:
    if not audits.has_theme.any():
        return NO_THEME
    if not audits.is_usable.any():
        return NO_COMPARISON
    return "" if audits.control_grades.shape[1] else MEANS_ONLY


def _themed_is_short(audits: ThemedAudits, *, rule: ThemeRule) -> str:
    used = audits.is_usable
    off = int(off_the_mode(audits.themed_grade[used][:, np.newaxis])[0])
    if not used.any() or off >= rule.fewest_off_mode:
        return ""
    return (
        f"{off} grades of the themed domain differ from its commonest one; at least "
        f"{rule.fewest_off_mode} needed to tell its level"
    )


def _small_quarters(audits: ThemedAudits, *, fewest: int) -> tuple[int, ...]:
    """Quarters with a themed grade and fewer usable audits than a quarter needs."""
    quarters, place = np.unique(audits.quarter, return_inverse=True)
    usable = np.bincount(place, weights=audits.is_usable, minlength=len(quarters))
    return tuple(quarters[usable < fewest].tolist())


def _short_domains(audits: ThemedAudits, *, rule: ThemeRule) -> tuple[LeftOutDomain, ...]:
    """Comparison domains whose level or course cannot be told."""
    used = audits.is_usable
    if not used.any():
        return ()
    grades, quarter = audits.control_grades[used], audits.quarter[used]
    every: Ints = np.unique(quarter)
    found = []
    for place, off in enumerate(off_the_mode(grades)):
        graded: Bools = ~np.isnan(grades[:, place])
        if len(np.unique(quarter[graded])) < len(every):
            found.append(LeftOutDomain(place=place, why="not graded in some quarter compared"))
        elif off < rule.fewest_off_mode:
            found.append(
                LeftOutDomain(
                    place=place,
                    why=f"{off:.0f} grades differ from its commonest one, and at least "
                    f"{rule.fewest_off_mode} are needed to tell its level",
                )
            )
    return tuple(found)

"""Eras of a grade scale: which scale a grade is on, by the day on which it was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import Scale


@dataclass(frozen=True, kw_only=True)
class Era:
    """The time in which one scale was in use.

    Parameters
    ----------
    scale : Scale
    first : date or None
        Its first day; None where it has been in use from the start.
    """

    scale: Scale
    first: date | None = None

    @property
    def quarter(self) -> Quarter | None:
        """Quarter in which it begins; None where it has been in use from the start."""
        return None if self.first is None else Quarter.of(self.first)


@dataclass(frozen=True, kw_only=True)
class DeclaredEra:
    """A scale with its first and last day, as the settings declare them; either may be left out."""

    scale: Scale
    first: date | None
    last: date | None


def eras_from(declared: Sequence[DeclaredEra]) -> tuple[Era, ...]:
    """Put declared eras in order.

    Raises
    ------
    SettingsError
        If two overlap, a time between them has no scale, or one ends before it begins.

    Examples
    --------
    >>> from qaf_analysis.terms.scale import OFSTED4, SIGNS_OF_SAFETY
    >>> old = DeclaredEra(scale=OFSTED4, first=None, last=None)
    >>> new = DeclaredEra(scale=SIGNS_OF_SAFETY, first=date(2025, 4, 1), last=None)
    >>> [era.scale.name for era in eras_from([new, old])]
    ['ofsted4', 'signs_of_safety']
    """
    ordered = sorted(declared, key=lambda era: era.first or date.min)
    for era in ordered:
        if era.first and era.last and era.last < era.first:
            raise SettingsError(
                f'The scale "{era.scale.name}" is used from {era.first} to {era.last}; "to" should '
                'not lie before "from".'
            )
    for before, after in pairwise(ordered):
        _refuse_unjoined(before, after)
    if ordered and ordered[-1].last is not None:
        raise SettingsError(
            f'The scale "{ordered[-1].scale.name}" ends on {ordered[-1].last} and no other '
            'follows; take out its "to", or declare the scale that follows.'
        )
    if ordered and ordered[0].first is not None:
        raise SettingsError(
            f'The scale "{ordered[0].scale.name}" begins on {ordered[0].first} and none is '
            'declared before it; take out its "from", or declare the scale before it.'
        )
    return tuple(Era(scale=era.scale, first=era.first) for era in ordered)


def _refuse_unjoined(before: DeclaredEra, after: DeclaredEra) -> None:
    names = f'"{before.scale.name}" and "{after.scale.name}"'
    if after.first is None or (before.last is not None and before.last >= after.first):
        raise SettingsError(
            f"The scales {names} are in use on the same days; let each end on the day before the "
            "next begins."
        )
    if before.last is not None and before.last + timedelta(days=1) != after.first:
        raise SettingsError(
            f"No scale is declared from {before.last + timedelta(days=1)} to "
            f"{after.first - timedelta(days=1)}, between {names}; close the gap."
        )


def in_words(day: date) -> str:
    """Day as it is said.

    Examples
    --------
    >>> in_words(date(2027, 4, 1))
    '1 April 2027'
    """
    return f"{day.day} {day:%B %Y}"


def time_in_use(eras: Sequence[Era], era: Era) -> str:
    """Words for the time in which a scale was in use, of eras in order.

    Examples
    --------
    >>> from qaf_analysis.terms.scale import OFSTED4, SIGNS_OF_SAFETY
    >>> both = (Era(scale=OFSTED4), Era(scale=SIGNS_OF_SAFETY, first=date(2027, 4, 1)))
    >>> [time_in_use(both, era) for era in both]
    ['in use until 31 March 2027', 'in use from 1 April 2027']
    """
    next_one = next(iter(eras[eras.index(era) + 1 :]), None)
    last = next_one.first - timedelta(days=1) if next_one and next_one.first else None
    if era.first is None:
        return "always in use" if last is None else f"in use until {in_words(last)}"
    since = f"in use from {in_words(era.first)}"
    return since if last is None else f"{since} to {in_words(last)}"


def era_on(eras: Sequence[Era], day: date) -> Era:
    """Return the era that a day lies in, of eras in order."""
    return max(
        (era for era in eras if era.first is None or era.first <= day),
        key=lambda era: era.first or date.min,
    )

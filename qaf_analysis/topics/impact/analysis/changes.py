"""Was the design of themes changed after a report had been made? Each change, told once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.declared import (
    Aspect,
    DeclaredDesign,
    DeclaredProcessChange,
    DeclaredTheme,
    EarlierDesigns,
)

Declared: TypeAlias = DeclaredTheme | DeclaredProcessChange
ChangedWhat: TypeAlias = Literal["theme", "process change"]
Told: TypeAlias = Aspect | Literal["name", "added", "removed"]
_WHOLE = ("added", "removed")
NONE_EARLIER = "no earlier report in the outputs folder declares anything else"


@dataclass(frozen=True, kw_only=True)
class DesignChange:
    """One thing that is declared otherwise than it was.

    Parameters
    ----------
    what : {"theme", "process change"}
    name : str
        What it is called now; what it was called, if it is no longer declared.
    aspect : str
        What of it: an aspect such as ``date``, or ``name``, ``added``, ``removed``.
    before, now : str
        In words; empty where there was, or is, nothing. For what was added or removed, its
        quarter.
    run_id : str
    quarter : Quarter
        The last report that had it as before, and the quarter that report was about.
    covered : bool
        Whether a report that had it as before already covered its quarter (the earlier one, if
        that was changed), so that outcomes could be seen when it was changed.
    """

    what: ChangedWhat
    name: str
    aspect: Told
    before: str
    now: str
    run_id: str
    quarter: Quarter
    covered: bool


@dataclass(frozen=True, kw_only=True)
class DesignChanges:
    """How the design declared now differs from that of earlier reports.

    Parameters
    ----------
    council : str
    quarter : Quarter
        Quarter reported on.
    settings_sha256 : str
        Hash of the settings file of now.
    looked_at : int
        Earlier reports that declare anything else than now.
    first, last : Quarter or None
        Quarters that those reports were about: the earliest and the latest.
    changes : tuple of DesignChange
        In the order of the last report that had it as before.
    unreadable : tuple of str
        Earlier reports whose design could not be read, each with the reason.
    why_not : str
        Why nothing was compared; empty where something was.
    """

    council: str
    quarter: Quarter
    settings_sha256: str
    looked_at: int
    first: Quarter | None
    last: Quarter | None
    changes: tuple[DesignChange, ...]
    unreadable: tuple[str, ...]
    why_not: str = ""

    @property
    def after_outcomes(self) -> tuple[DesignChange, ...]:
        """Changes that could move a verdict, made when outcomes could be seen."""
        return tuple(c for c in self.changes if c.covered and c.aspect not in ("name", "kind"))


def design_changes(now: DeclaredDesign, earlier: EarlierDesigns) -> DesignChanges:
    """Name what is declared otherwise than in earlier reports.

    A theme or process change is the same one as before if it has the same name, or else the same
    subject (or kind) and quarter. Of two reports with the same earlier value the later is named.
    What is declared anew counts as a change only if its quarter was already covered by a report:
    otherwise it was declared before outcomes could be seen, as it should be. What lies after the
    quarter reported now, then and now, is passed over: no figure rests on it yet.

    Parameters
    ----------
    now : DeclaredDesign
        Of the report being made.
    earlier : EarlierDesigns
        Of the reports made before, in that order. Those that declare the same as now are passed
        over.

    Examples
    --------
    >>> from qaf_analysis.topics.common.declared import declared_design
    >>> from qaf_analysis.terms.settings import Settings
    >>> nothing = declared_design(Settings(council="Example"), quarter=Quarter(2019, 3))
    >>> design_changes(nothing, EarlierDesigns(designs=(nothing,))).why_not
    'no earlier report in the outputs folder declares anything else'
    """
    unlike = earlier.unlike(now).designs
    told: dict[tuple[str, ...], DesignChange] = {}
    for design in unlike:
        for change in _differences(now, design):
            once = (change.what, change.name, change.aspect)
            key = once if change.aspect in _WHOLE else (*once, change.before)
            before = told.pop(key, change)
            told[key] = replace(change, covered=change.covered or before.covered)
    reported = [design.quarter for design in unlike]
    return DesignChanges(
        council=now.council,
        quarter=now.quarter,
        settings_sha256=now.settings_sha256,
        looked_at=len(unlike),
        first=min(reported, default=None),
        last=max(reported, default=None),
        changes=tuple(told.values()),
        unreadable=earlier.unreadable,
        why_not="" if unlike else NONE_EARLIER,
    )


def _differences(now: DeclaredDesign, design: DeclaredDesign) -> Iterator[DesignChange]:
    kinds: tuple[tuple[ChangedWhat, Sequence[Declared], Sequence[Declared]], ...] = (
        ("theme", now.themes, design.themes),
        ("process change", now.process_changes, design.process_changes),
    )
    for what, declared, before in kinds:
        for ours, theirs in _paired(declared, before):
            both = [one for one in (ours, theirs) if one is not None]
            begins = min(one.quarter for one in both)
            if begins > now.quarter:
                continue
            for aspect, was, is_now in _told(ours, theirs, covered_up_to=design.quarter):
                yield DesignChange(
                    what=what,
                    name=both[0].name,
                    aspect=aspect,
                    before=was,
                    now=is_now,
                    run_id=design.run_id,
                    quarter=design.quarter,
                    covered=begins <= design.quarter,
                )


def _told(
    ours: Declared | None, theirs: Declared | None, *, covered_up_to: Quarter
) -> Iterator[tuple[Told, str, str]]:
    """Aspect, what it was and what it is now, of one that is declared now, or was, or both."""
    if ours is None and theirs is not None:
        yield "removed", str(theirs.quarter), ""
    elif theirs is None and ours is not None and ours.quarter <= covered_up_to:
        yield "added", "", str(ours.quarter)
    elif ours is not None and theirs is not None:
        if ours.name != theirs.name:
            yield "name", theirs.name, ours.name
        was, is_now = theirs.facts, ours.facts
        for aspect in was:
            if was[aspect] != is_now[aspect]:
                yield aspect, was[aspect], is_now[aspect]


def _paired(
    now: Sequence[Declared], before: Sequence[Declared]
) -> list[tuple[Declared | None, Declared | None]]:
    """Each of now with the one it was before, then those that have gone."""
    ours, theirs = list(now), list(before)
    partners: dict[int, Declared] = {}
    for same in (_same_name_and_quarter, _same_name, _same_subject_and_quarter):
        for place, one in enumerate(ours):
            found = next((other for other in theirs if same(one, other)), None)
            if place not in partners and found is not None:
                partners[place] = found
                theirs.remove(found)
    kept = [(one, partners.get(place)) for place, one in enumerate(ours)]
    return [*kept, *((None, gone) for gone in theirs)]


def _same_name_and_quarter(one: Declared, other: Declared) -> bool:
    return one.name == other.name and one.quarter == other.quarter


def _same_name(one: Declared, other: Declared) -> bool:
    return one.name == other.name


def _same_subject_and_quarter(one: Declared, other: Declared) -> bool:
    return one.about == other.about and one.quarter == other.quarter

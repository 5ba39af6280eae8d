"""Quarters before and after each change to the audit process, and what else changed in them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import ProcessChange, Settings
from qaf_analysis.topics.common.eras import why_no_before

QUARTERS_EACH_SIDE = 4

NONE_DECLARED = "no process change is declared within the period audited"


@dataclass(frozen=True, kw_only=True)
class ProcessPeriods:
    """The changes that began in one quarter, and the quarters compared.

    Parameters
    ----------
    quarter : Quarter
        In which the changes began; it counts on neither side.
    labels : tuple of str
        Those changes. What they did cannot be told apart.
    also_within : tuple of str
        Changes of other quarters that fall inside the quarters compared.
    before, after : tuple of Quarter
        Up to four on each side.
    """

    quarter: Quarter
    labels: tuple[str, ...]
    also_within: tuple[str, ...]
    before: tuple[Quarter, ...]
    after: tuple[Quarter, ...]

    @property
    def inseparable(self) -> bool:
        """Whether several changes began together."""
        return len(self.labels) > 1


def process_periods(
    changes: tuple[ProcessChange, ...], *, quarters: list[Quarter]
) -> tuple[ProcessPeriods, ...]:
    """Periods to compare for each quarter in which a change began, in order of time.

    Parameters
    ----------
    changes : tuple of ProcessChange
        As declared; those outside the quarters, or in the first of them, are left out.
    quarters : list of Quarter
        Every quarter of the data, in order; at least one.

    Examples
    --------
    >>> from datetime import date
    >>> change = ProcessChange(kind="training", label="Training", starts=date(2019, 5, 1))
    >>> found, = process_periods((change,), quarters=[Quarter(2018, 4), Quarter(2019, 1)])
    >>> str(found.quarter), len(found.before), len(found.after)
    ('2019-20 Q1', 1, 0)
    """
    inside = sorted(
        (c for c in changes if quarters[0] < c.quarter <= quarters[-1]), key=lambda c: c.starts
    )
    return tuple(
        _periods(when, tuple(together), inside, quarters)
        for when, together in groupby(inside, key=lambda change: change.quarter)
    )


def none_on_this_scale(settings: Settings) -> str:
    """Say that the scale changed after the latest change to how audits are done, if it did."""
    latest = max((change.quarter for change in settings.process_changes), default=None)
    return "" if latest is None else why_no_before(settings, latest)


def _periods(
    when: Quarter,
    together: tuple[ProcessChange, ...],
    inside: list[ProcessChange],
    quarters: list[Quarter],
) -> ProcessPeriods:
    before = tuple(q for q in quarters if q < when)[-QUARTERS_EACH_SIDE:]
    after = tuple(q for q in quarters if q > when)[:QUARTERS_EACH_SIDE]
    compared = {*before, *after}
    return ProcessPeriods(
        quarter=when,
        labels=tuple(change.label for change in together),
        also_within=tuple(c.label for c in inside if c.quarter in compared),
        before=before,
        after=after,
    )

"""Process changes and themed audits, as marks on a time line."""

from __future__ import annotations

from dataclasses import dataclass

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.terms.quarter import Quarter

PROCESS = "process change"
THEMED = "themed audit"


@dataclass(frozen=True, kw_only=True)
class Event:
    """A process change or a themed audit, to be marked on a time line."""

    quarter: Quarter
    label: str
    kind: str


def events(audits: Audits, quarters: list[Quarter]) -> tuple[Event, ...]:
    """Process changes and themed audits that fall in these quarters, in order of time."""
    changes = [
        Event(quarter=change.quarter, label=change.label, kind=PROCESS)
        for change in audits.settings.process_changes
    ]
    themes = [
        Event(quarter=theme.audited_in, label=theme.name, kind=THEMED)
        for theme in audits.settings.themes
    ]
    return tuple(
        sorted(
            (event for event in changes + themes if event.quarter in quarters),
            key=lambda event: (event.quarter, event.kind, event.label),
        )
    )

"""What a council's settings declared about themes and process changes when a report was made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import ProcessChange, Settings, Theme

Aspect: TypeAlias = Literal[
    "subject", "date", "selection", "phase_in", "controls", "outcome", "kind"
]
DEFAULT_CONTROLS = "every domain no theme touches"
BY_HAND = "by hand"


@dataclass(frozen=True, kw_only=True)
class DeclaredTheme:
    """One theme as declared.

    ``activity`` is kept but not compared: it is usually written only after the audit, and no
    figure rests on it.
    """

    name: str
    about: str
    audited_in: Quarter
    selected_in: tuple[Quarter, ...]
    phase_in_quarters: int
    controls: tuple[str, ...]
    outcome: str
    activity: str

    @classmethod
    def of(cls, theme: Theme) -> DeclaredTheme:
        """Return a theme of the settings."""
        return cls(
            name=theme.name,
            about=theme.about,
            audited_in=theme.audited_in,
            selected_in=theme.selected_in,
            phase_in_quarters=theme.phase_in_quarters,
            controls=theme.controls,
            outcome=theme.outcome,
            activity=theme.activity,
        )

    @property
    def quarter(self) -> Quarter:
        """Quarter that divides before from after."""
        return self.audited_in

    @property
    def facts(self) -> Mapping[Aspect, str]:
        """What figures rest on, in words."""
        return {
            "subject": self.about,
            "date": str(self.audited_in),
            "selection": ", ".join(map(str, sorted(self.selected_in))) or "none",
            "phase_in": str(self.phase_in_quarters),
            "controls": ", ".join(sorted(self.controls)) or DEFAULT_CONTROLS,
            "outcome": self.outcome,
        }


@dataclass(frozen=True, kw_only=True)
class DeclaredProcessChange:
    """One process change as declared; its quarter is all that figures rest on."""

    name: str
    kind: str
    quarter: Quarter

    @classmethod
    def of(cls, change: ProcessChange) -> DeclaredProcessChange:
        """Return a process change of the settings."""
        return cls(name=change.label, kind=change.kind, quarter=change.quarter)

    @property
    def about(self) -> str:
        """What it is known by, if its name is another."""
        return self.kind

    @property
    def facts(self) -> Mapping[Aspect, str]:
        """What figures rest on, in words."""
        return {"kind": self.kind, "date": str(self.quarter)}


@dataclass(frozen=True, kw_only=True)
class DeclaredDesign:
    """Themes and process changes as the settings of one report declared them.

    Parameters
    ----------
    council : str
        Whose.
    quarter : Quarter
        Quarter that the report was about.
    run_id : str
        Of the report.
    settings_sha256 : str
        Hash of the settings file; empty where there was none.
    themes, process_changes : tuple
        As declared.
    """

    council: str
    quarter: Quarter
    run_id: str
    settings_sha256: str
    themes: tuple[DeclaredTheme, ...]
    process_changes: tuple[DeclaredProcessChange, ...]

    def differs_from(self, other: DeclaredDesign, *, up_to: Quarter) -> bool:
        """Whether another design declares anything else, in whatever order, up to a quarter.

        What both put after that quarter is passed over: no figure up to it rests on that.
        """
        declared = set(self._content()) ^ set(other._content())
        return any(quarter <= up_to for quarter, *_ in declared)

    def _content(self) -> Iterator[tuple[Quarter, str, str, tuple[str, ...]]]:
        for theme in self.themes:
            yield theme.quarter, "theme", theme.name, tuple(theme.facts.values())
        for change in self.process_changes:
            yield change.quarter, "process change", change.name, tuple(change.facts.values())


@dataclass(frozen=True, kw_only=True)
class EarlierDesigns:
    """Designs of the reports that were made before, in the order in which they were made.

    ``unreadable`` names reports whose design could not be read, each with the reason.
    """

    designs: tuple[DeclaredDesign, ...] = ()
    unreadable: tuple[str, ...] = ()

    def unlike(self, now: DeclaredDesign) -> EarlierDesigns:
        """Return those that declare something else than now, up to the quarter reported now."""
        return EarlierDesigns(
            designs=tuple(
                design for design in self.designs if design.differs_from(now, up_to=now.quarter)
            ),
            unreadable=self.unreadable,
        )


def declared_design(settings: Settings, *, quarter: Quarter, run_id: str = "") -> DeclaredDesign:
    """Return what settings declare.

    Parameters
    ----------
    settings : Settings
    quarter : Quarter
        Quarter that the report is about.
    run_id : str
        Of the report; empty where it is not known yet.

    Examples
    --------
    >>> declared_design(Settings(council="Example"), quarter=Quarter(2019, 3)).run_id
    'by hand'
    """
    return DeclaredDesign(
        council=settings.council,
        quarter=quarter,
        run_id=run_id or BY_HAND,
        settings_sha256=settings.sha256,
        themes=tuple(map(DeclaredTheme.of, settings.themes)),
        process_changes=tuple(map(DeclaredProcessChange.of, settings.process_changes)),
    )

"""The parts that a simulated council is designed from: audit tool, case mix, themes, rounds.

Latent quantities are in *points*; see ``CouncilDesign``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from qaf_analysis.terms.names import DomainTag
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import Scale

SelectionRule = Literal["random", "stratified", "targeted", "hunch"]
BridgeKind = Literal["re_read", "graded_twice"]


@dataclass(frozen=True, kw_only=True)
class DomainDesign:
    """One section of the audit tool.

    Parameters
    ----------
    name : str
        Domain as the tool prints it.
    tag : DomainTag or None
        Whether it is about the child or the process.
    offset : float
        How much better (points) practice is here than elsewhere.
    loading : float
        How strongly the case's general quality shows here.
    delay : float
        Quarters by which the council's trend arrives here later than elsewhere, as the impact of
        better practice does.
    """

    name: str
    tag: DomainTag | None = None
    offset: float = 0.0
    loading: float = 1.0
    delay: float = 0.0


@dataclass(frozen=True, kw_only=True)
class CaseGroup:
    """A team or a case type: its share of the audits, and its practice against the average."""

    name: str
    share: float
    offset: float = 0.0


@dataclass(frozen=True, kw_only=True)
class PlantedTheme:
    """A themed audit and what it truly does.

    ``effect`` (points) is added to practice from the quarter after ``audited_in``: in one
    ``domain`` of every case, or in all domains of the cases of one ``case_type``. ``audits``
    extra audits are done in the themed quarter itself.
    """

    name: str
    audited_in: Quarter
    effect: float
    domain: str | None = None
    case_type: str | None = None
    selected_in: tuple[Quarter, ...] = ()
    audits: int = 12
    activity: str = ""


@dataclass(frozen=True, kw_only=True)
class PlantedChange:
    """A process change and what it truly does, from the quarter in which it starts.

    ``optimism`` and ``severity_sd`` (points) and the number of ``auditors`` keep their value
    where None.
    """

    kind: str
    label: str
    starts: date
    optimism: float | None = None
    severity_sd: float | None = None
    auditors: int | None = None

    @property
    def quarter(self) -> Quarter:
        """Quarter in which the change starts."""
        return Quarter.of(self.starts)


@dataclass(frozen=True, kw_only=True)
class RoundDesign:
    """One moderation exercise.

    Parameters
    ----------
    source : str
        Who moderates, such as ``partner_council``.
    last : Quarter
        Last quarter whose audits may be chosen; moderation takes place in the weeks after it.
    quarters : int
        How many quarters the audits are chosen from.
    audits : int
        How many audits are moderated (all, where there are fewer).
    rule : {"random", "stratified", "targeted", "hunch"}
        Simple random; a like number from each grade the auditor gave; probability by grade
        1:1:3:6 from the worst up, recorded; or odds of three to one for audits that moderation
        would lower, which nobody records (``unknown``).
    blind : bool
        Whether moderators grade without seeing the auditor's grade.
    headline_only : bool
        Whether only the overall grade, or the headline areas, are moderated.
    scale : str or None
        Name of the scale that moderators grade on, where it is not that of the audits.
    """

    source: str
    last: Quarter
    quarters: int = 2
    audits: int = 20
    rule: SelectionRule = "random"
    blind: bool = True
    headline_only: bool = False
    scale: str | None = None


@dataclass(frozen=True, kw_only=True)
class EraDesign:
    """A grade scale in use from a quarter on: it cuts the same practice at points of its own.

    Parameters
    ----------
    scale : Scale
    cutpoints : tuple of float
        Points above which the next grade is given.
    starts : Quarter
        First quarter that is graded on it.
    harsher : float
        By how much (points) auditors become harsher as it begins; below 0, kinder.
    """

    scale: Scale
    cutpoints: tuple[float, ...]
    starts: Quarter
    harsher: float = 0.0


@dataclass(frozen=True, kw_only=True)
class BridgeDesign:
    """Audits graded on both sides of a change of scale, to link the two.

    Parameters
    ----------
    starts : Quarter
        First quarter of the new scale.
    kind : {"re_read", "graded_twice"}
        Audits of the quarters before it, read again blind on the new scale by auditors of its
        first quarter; or audits from then on, which their own auditors grade on the old scale too,
        from one and the same view of the file.
    quarters : int
        How many quarters before, or from, the change the audits are drawn from, at random.
    audits, readers : int
        How many audits, and by how many people they are read again (of the second kind: by how
        many at most).
    """

    starts: Quarter
    kind: BridgeKind = "re_read"
    quarters: int = 4
    audits: int = 80
    readers: int = 14


@dataclass(frozen=True, kw_only=True)
class MergeDesign:
    """Types of case that are called by another word from a quarter on, as somebody approved."""

    starts: Quarter
    words: Mapping[str, str] = field(default_factory=dict)


DOMAINS = (
    DomainDesign(name="Assessment and analysis"),
    DomainDesign(name="Plan"),
    DomainDesign(name="Child's voice and lived experience", tag=DomainTag.CHILD),
    DomainDesign(name="Impact on the child", tag=DomainTag.CHILD, offset=-0.3),
    DomainDesign(name="Risk", offset=-0.3, loading=1.1),
    DomainDesign(name="Recording", tag=DomainTag.PROCESS, offset=0.3, loading=0.9),
    DomainDesign(name="Chronologies", tag=DomainTag.PROCESS, offset=-0.3, loading=0.9),
    DomainDesign(name="Core groups", tag=DomainTag.PROCESS, offset=-0.1),
    DomainDesign(name="Supervision", tag=DomainTag.PROCESS, offset=-0.3),
    DomainDesign(name="Strategy meetings", tag=DomainTag.PROCESS),
)
TEAMS = (
    CaseGroup(name="Families First North", share=0.22, offset=0.1),
    CaseGroup(name="Families First South", share=0.18, offset=-0.1),
    CaseGroup(name="Families First East", share=0.15, offset=-0.2),
    CaseGroup(name="Families First West", share=0.13, offset=0.1),
    CaseGroup(name="Children Looked After", share=0.12, offset=0.2),
    CaseGroup(name="Care Leavers", share=0.09),
    CaseGroup(name="Disabled Children", share=0.07, offset=0.1),
    CaseGroup(name="Edge of Care", share=0.04, offset=-0.3),
)
CASE_TYPES = (
    CaseGroup(name="Child in need", share=0.34),
    CaseGroup(name="Child protection", share=0.24, offset=-0.1),
    CaseGroup(name="Child looked after", share=0.18, offset=0.1),
    CaseGroup(name="Care leaver", share=0.09),
    CaseGroup(name="Early help", share=0.11, offset=0.1),
    CaseGroup(name="Private fostering", share=0.04, offset=-0.2),
)

"""Ready designs of councils with scales of other lengths, and of one whose scale changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from qaf_analysis.simulate.design import CouncilDesign
from qaf_analysis.simulate.design_parts import (
    BridgeDesign,
    CaseGroup,
    DomainDesign,
    EraDesign,
    MergeDesign,
    PlantedChange,
    PlantedTheme,
    RoundDesign,
)
from qaf_analysis.simulate.presets import standard_design
from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.example_scales import MET, REPORT_CARD
from qaf_analysis.terms.names import DomainTag
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import OFSTED4, SIGNS_OF_SAFETY

OFSTED4_CUTS = (-2.0, 0.15, 2.1)
REPORT_CARD_CUTS = (-2.1, -0.2, 1.3, 2.6)
_CUTS = {
    2: (MET, (0.15,)),
    4: (OFSTED4, OFSTED4_CUTS),
    5: (REPORT_CARD, REPORT_CARD_CUTS),
    11: (SIGNS_OF_SAFETY, tuple(np.linspace(-2.6, 2.6, 10).round(2).tolist())),
}
NEW_SCALE = Quarter(2027, 1)
AREAS = ("Assessment and analysis", "Planning and review", "Management oversight")
IMPACT = "Impact for the child"


def design_of_levels(levels: int, *, design: CouncilDesign | None = None) -> CouncilDesign:
    """Return a small council whose scale has so many levels: 2, 4, 5 or 11.

    Practice, auditors and themes are the same whatever the scale.

    Raises
    ------
    SettingsError
        If no scale of so many levels is at hand.

    Examples
    --------
    >>> design = design_of_levels(5)
    >>> design.scale.positive, len(design.cutpoints)
    ('expected standard or better', 4)
    """
    if levels not in _CUTS:
        raise SettingsError(f"No scale of {levels} levels is at hand; expected 2, 4, 5 or 11.")
    scale, cuts = _CUTS[levels]
    was = standard_design(quarters=8) if design is None else design
    return replace(was, name=f"Council of {levels} levels", scale=scale, cutpoints=cuts)


def example_2026_design() -> CouncilDesign:
    """Return the design of the second example council, in ``data/example_2026``.

    It gives no overall grade but three areas and a grade for the impact. Early help and child in
    need become Family Help in October 2025; the scale changes from four levels to five in April
    2027, when auditors also become a little harsher. One source of moderators stays with four
    levels throughout, the other has five from the start.
    """
    return CouncilDesign(
        name="Second Example Council",
        first=Quarter(2025, 2),
        last=Quarter(2027, 3),
        auditors=24,
        open_cases=2_400,
        scale=OFSTED4,
        cutpoints=OFSTED4_CUTS,
        domains=_DOMAINS,
        teams=_TEAMS,
        case_types=_CASE_TYPES,
        trend=0.04,
        calibration_files=0,
        multi_agency=(0, 0),
        double_share=0.3,
        eras=(
            EraDesign(scale=REPORT_CARD, cutpoints=REPORT_CARD_CUTS, starts=NEW_SCALE, harsher=0.2),
        ),
        bridges=(BridgeDesign(starts=NEW_SCALE, audits=80, readers=14),),
        headline_domains=AREAS,
        impact_domain=IMPACT,
        dated_by="month",
        merges=(
            MergeDesign(
                starts=Quarter(2025, 3),
                words={"Early help": "Family Help", "Child in need": "Family Help"},
            ),
        ),
        themes=(
            PlantedTheme(
                name="Chronologies",
                domain="Chronologies",
                audited_in=Quarter(2027, 2),
                effect=0.8,
                activity="New chronology standard and team briefings",
            ),
        ),
        changes=(
            PlantedChange(
                kind="training",
                label="Auditor training",
                starts=date(2026, 7, 1),
                optimism=0.3,
                severity_sd=0.3,
            ),
        ),
        rounds=_rounds(),
    )


def _rounds() -> tuple[RoundDesign, ...]:
    rounds: list[RoundDesign] = []
    for last in (Quarter(2025, 3), Quarter(2026, 1), Quarter(2026, 3), NEW_SCALE, Quarter(2027, 3)):
        rounds += [
            RoundDesign(source="partner_council", last=last, audits=25, scale=OFSTED4.name),
            RoundDesign(source="consultancy", last=last, audits=25, scale=REPORT_CARD.name),
        ]
    return tuple(rounds)


_DOMAINS = (
    DomainDesign(name=AREAS[0]),
    DomainDesign(name=AREAS[1], offset=0.1),
    DomainDesign(name=AREAS[2], tag=DomainTag.PROCESS, offset=-0.3),
    DomainDesign(name="Child's voice", tag=DomainTag.CHILD),
    DomainDesign(name="Chronologies", tag=DomainTag.PROCESS, offset=-0.3, loading=0.9),
    DomainDesign(name="Recording", tag=DomainTag.PROCESS, offset=0.3, loading=0.9),
    DomainDesign(name="Multi-agency working"),
    # A step behind: lower than practice, and the trend arrives two quarters later.
    DomainDesign(name=IMPACT, tag=DomainTag.CHILD, offset=-0.5, delay=2),
)
_TEAMS = (
    CaseGroup(name="Families North", share=0.3, offset=0.1),
    CaseGroup(name="Families South", share=0.25, offset=-0.1),
    CaseGroup(name="Families West", share=0.2, offset=-0.2),
    CaseGroup(name="Children in Care", share=0.15, offset=0.2),
    CaseGroup(name="Care Experienced", share=0.1),
)
_CASE_TYPES = (
    CaseGroup(name="Early help", share=0.15, offset=0.1),
    CaseGroup(name="Child in need", share=0.32),
    CaseGroup(name="Child protection", share=0.26, offset=-0.1),
    CaseGroup(name="Child looked after", share=0.17, offset=0.1),
    CaseGroup(name="Care leaver", share=0.1),
)

"""Ready designs: a standard council of any size, one where nothing happens, and the example."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from qaf_analysis.simulate.design import LAST_QUARTER, CouncilDesign
from qaf_analysis.simulate.design_parts import PlantedChange, PlantedTheme, RoundDesign
from qaf_analysis.terms.quarter import Quarter, quarters_between


def standard_design(
    *, audits_per_quarter: int = 50, quarters: int = 12, last: Quarter = LAST_QUARTER
) -> CouncilDesign:
    """Design of a council of any size, in which something of every kind is planted.

    Half-way through comes an auditor training that lowers optimism and spread; a third of the
    way through a themed audit that helps (Chronologies) and one that does not (Core groups).
    There are 29 auditors to 50 audits a quarter, and every half-year two in five routine
    audits of one quarter's worth are moderated at random.

    Examples
    --------
    >>> design = standard_design(audits_per_quarter=1450, quarters=4)
    >>> design.auditors, [round_.audits for round_ in design.rounds]
    (841, [580, 580])
    """
    covered = quarters_between(last.next(1 - quarters), last)
    themed, changed = covered[len(covered) // 3], covered[len(covered) // 2]
    return CouncilDesign(
        first=covered[0],
        last=last,
        audits_per_quarter=audits_per_quarter,
        auditors=max(2, round(0.58 * audits_per_quarter)),
        open_cases=70 * audits_per_quarter,
        themes=(
            PlantedTheme(name="Chronologies", domain="Chronologies", audited_in=themed, effect=1.0),
            PlantedTheme(name="Core groups", domain="Core groups", audited_in=themed, effect=0.0),
        ),
        changes=(
            PlantedChange(
                kind="training",
                label="Auditor training",
                starts=changed.first_day,
                optimism=0.25,
                severity_sd=0.25,
            ),
        ),
        rounds=tuple(
            RoundDesign(
                source="partner_council", last=quarter, audits=round(0.4 * audits_per_quarter)
            )
            for quarter in covered[1::2]
        ),
    )


def null_design(design: CouncilDesign | None = None) -> CouncilDesign:
    """Return the same council with nothing to find.

    No optimism, no trend, no theme effect, no process effect and a pool that stays as it ends;
    the dates of themes and changes stay, so that every analysis still has its question.

    Examples
    --------
    >>> null = null_design()
    >>> set(null.optimism_by_quarter), {theme.effect for theme in null.themes}
    ({0.0}, {0.0})
    """
    was = standard_design() if design is None else design
    return replace(
        was,
        name=f"{was.name} (nothing planted)",
        optimism=0.0,
        trend=0.0,
        drift_sd=0.0,
        auditors=was.pool_sizes[-1],
        themes=tuple(replace(theme, effect=0.0) for theme in was.themes),
        changes=tuple(
            replace(change, optimism=None, severity_sd=None, auditors=None)
            for change in was.changes
        ),
    )


def example_design() -> CouncilDesign:
    """Return the design of the example council in ``data/example``.

    The pool is cut from 45 to 29 auditors; training and co-location come in one quarter, so
    that nobody can tell their effects apart; optimism halves, while practice slowly improves.
    """
    return CouncilDesign(
        name="Example County Council",
        auditors=45,
        optimism=0.6,
        severity_sd=0.45,
        themes=_example_themes(),
        changes=(
            PlantedChange(
                kind="auditor_pool_reduction",
                label="Auditor pool cut from 45 to 29",
                starts=date(2018, 4, 1),
                auditors=29,
            ),
            PlantedChange(
                kind="training",
                label="Auditor training",
                starts=date(2018, 10, 1),
                optimism=0.3,
                severity_sd=0.25,
            ),
            PlantedChange(
                kind="co_location", label="Co-located audit days", starts=date(2018, 11, 1)
            ),
        ),
        rounds=_example_rounds(),
    )


def _example_themes() -> tuple[PlantedTheme, ...]:
    return (
        PlantedTheme(
            name="Chronologies",
            domain="Chronologies",
            audited_in=Quarter(2018, 2),
            selected_in=(Quarter(2018, 1),),
            effect=1.0,
            activity="New chronology standard, template and team briefings",
        ),
        PlantedTheme(
            name="Core groups",
            domain="Core groups",
            audited_in=Quarter(2018, 3),
            effect=0.0,
            activity="Practice note on core groups",
        ),
        PlantedTheme(
            name="Private fostering",
            case_type="Private fostering",
            audited_in=Quarter(2018, 3),
            effect=0.5,
            audits=8,
            activity="Awareness campaign and single point of contact",
        ),
        PlantedTheme(
            name="Supervision",
            domain="Supervision",
            audited_in=Quarter(2018, 4),
            effect=0.9,
            activity="Supervision policy rewritten, managers coached",
        ),
        PlantedTheme(
            name="Strategy meetings",
            domain="Strategy meetings",
            audited_in=Quarter(2019, 3),
            effect=0.4,
            activity="Joint protocol with police and health",
        ),
    )


def _example_rounds() -> tuple[RoundDesign, ...]:
    rounds: list[RoundDesign] = []
    for year in (2017, 2018, 2019):
        half, end = Quarter(year, 2), Quarter(year, 4)
        rounds += [
            RoundDesign(source="partner_council", last=half, rule="stratified"),
            RoundDesign(source="consultancy", last=half, audits=12, rule="targeted"),
            RoundDesign(source="partner_council", last=end, rule="random"),
            RoundDesign(source="consultancy", last=end, audits=12, rule="targeted"),
            RoundDesign(source="peer_audit", last=end, quarters=4, audits=10, headline_only=True),
        ]
    return tuple(rounds)

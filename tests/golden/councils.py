"""Ten small councils whose whole reports are kept; together they reach most of what can be said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.simulate import simulate_council
from qaf_analysis.simulate.bundle import simulated_audits
from qaf_analysis.simulate.design import CouncilDesign
from qaf_analysis.simulate.design_parts import DOMAINS, PlantedChange, PlantedTheme, RoundDesign
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.topics.registry import Results
from tests.topics.councils import (
    LAST,
    one_grade,
    results_of,
    without_moderation,
    without_overall,
)

FIRST = Quarter(2017, 4)
QUARTERS = tuple(quarters_between(FIRST, LAST))
HALVES = (Quarter(2018, 1), Quarter(2018, 3), Quarter(2019, 1), Quarter(2019, 3), LAST)
GRADED = (
    "Plan",
    "Child's voice and lived experience",
    "Recording",
    "Chronologies",
    "Core groups",
    "Supervision",
)
TRAINED = date(2018, 10, 1)


def _design(**changed) -> CouncilDesign:
    """Nine quarters of 20 audits by eight auditors, moderated by chance each half-year."""
    parts = {
        "first": FIRST,
        "last": LAST,
        "audits_per_quarter": 20,
        "auditors": 8,
        "open_cases": 900,
        "domains": tuple(domain for domain in DOMAINS if domain.name in GRADED),
        "multi_agency": (1, 2),
        "double_share": 0.4,
        "calibration_files": 2,
        "themes": (_theme("Chronologies", 0.0), _theme("Core groups", 0.0)),
        "rounds": _rounds(20),
        "actions_per_theme": 3,
    }
    return CouncilDesign(**(parts | changed))


def _theme(domain: str, effect: float, **changed) -> PlantedTheme:
    parts = {"audited_in": Quarter(2018, 4), "audits": 4}
    return PlantedTheme(name=domain, domain=domain, effect=effect, **(parts | changed))


def _rounds(audits: int, **changed) -> tuple[RoundDesign, ...]:
    return tuple(
        RoundDesign(source="partner_council", last=last, audits=audits, **changed)
        for last in HALVES
    )


def _second_rounds(audits: int) -> tuple[RoundDesign, ...]:
    """A second moderator, who reads some audits that the first one reads too."""
    return tuple(
        RoundDesign(source="consultancy", last=last, audits=audits, rule="targeted")
        for last in HALVES
    )


def _change(**changed) -> PlantedChange:
    parts = {"kind": "training", "label": "Auditor training", "starts": TRAINED}
    return PlantedChange(**(parts | changed))


DESIGNS = {
    "kinder": _design(
        optimism=0.9,
        reading_sd=0.2,
        halo_sd=0.1,
        moderator_noise=0.2,
        rounds=_rounds(30),
    ),
    "harsher": _design(optimism=-1.0, severity_sd=0.05, changes=(_change(severity_sd=3.0),)),
    "practice rises": _design(
        optimism=0.0,
        trend=0.25,
        quarter_sd=0.02,
        quarter_domain_sd=0.05,
        themes=(_theme("Chronologies", 2.5, audits=8), _theme("Supervision", 0.0)),
        rounds=(*_rounds(30), *_second_rounds(20)),
    ),
    "leniency rises": _design(
        optimism=-0.2,
        trend=0.0,
        quarter_sd=0.02,
        changes=(_change(optimism=1.5),),
        rounds=(*_rounds(30), *_second_rounds(15)),
    ),
    "all falls": _design(
        optimism=1.2,
        changes=(_change(optimism=-0.2),),
        trend=-0.25,
        quarter_sd=0.02,
        quarter_domain_sd=0.05,
        themes=(
            _theme("Chronologies", -2.5),
            _theme("Core groups", 0.0, audited_in=Quarter(2019, 3)),
        ),
        rounds=(*_rounds(30, rule="stratified"), *_second_rounds(6)),
    ),
    "one grade": _design(changes=(_change(),)),
    "nothing moderated": _design(
        double_share=0.02,
        calibration_files=0,
        themes=(_theme("Plan", 0.0, audited_in=Quarter(2018, 1)),),
    ),
    "picked by hunch": _design(
        optimism=0.8,
        severity_sd=1.2,
        reading_sd=1.2,
        rounds=_rounds(20, rule="hunch", blind=False),
        themes=(
            _theme("Chronologies", 1.0),
            PlantedTheme(
                name="Private fostering",
                case_type="Private fostering",
                audited_in=Quarter(2018, 3),
                effect=0.5,
                audits=8,
            ),
        ),
    ),
    "no overall grade": _design(changes=(_change(),)),
    "made alike": _design(
        optimism=1.2,
        severity_sd=3.0,
        reading_sd=0.2,
        halo_sd=0.1,
        auditor_domain_sd=0.05,
        moderator_noise=0.2,
        changes=(
            _change(optimism=0.0, severity_sd=0.02),
            _change(kind="co_location", label="Co-located audit days", starts=date(2018, 11, 1)),
        ),
        rounds=_rounds(30),
    ),
}


def _audited_again(audits: Audits) -> Audits:
    """Some audits of the last quarter were done as second audits of the two themes."""
    table = audits.audits.copy()
    routine = (table["audit_type"] == "collaborative") & (table["quarter"] == str(LAST))
    again = table.index[routine][:8]
    table.loc[again, "audit_type"] = "re_audit"
    table.loc[again, "theme"] = ["Chronologies"] * 6 + ["Supervision"] * 2
    return replace(audits, audits=table)


CHANGED = {
    "practice rises": _audited_again,
    "one grade": one_grade,
    "nothing moderated": without_moderation,
    "no overall grade": without_overall,
}
NAMES = tuple(DESIGNS)
SEEDS = {"kinder": 8, "made alike": 9}


@cache
def council(name: str) -> Audits:
    """One of the ten, by its name."""
    built = simulate_council(DESIGNS[name], rng=np.random.default_rng(SEEDS.get(name, 7)))
    return CHANGED.get(name, lambda audits: audits)(simulated_audits(built))


@cache
def results(name: str) -> Results:
    """Every result of one of the ten, made once for all tests."""
    return results_of(council(name))

"""Moderation rounds: who regrades which audits, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from qaf_analysis.simulate.design import CouncilDesign
from qaf_analysis.simulate.design_parts import RoundDesign
from qaf_analysis.simulate.grading import graded, scale_names, seen
from qaf_analysis.simulate.raters import Floats, Integers, Raters
from qaf_analysis.simulate.selection import choose
from qaf_analysis.terms.names import AuditType, Selection

LOWERED = (
    "Evidence does not support the grade",
    "Impact on the child not shown",
    "Child's voice missing",
    "Compliance weighed over quality",
)
RAISED = ("Strengths not credited", "Descriptor read too strictly")
UPHELD = "Grade upheld"


MODERATION_COLUMNS = (
    "audit_id",
    "moderator",
    "moderation_source",
    "round",
    "moderated_on",
    "selected_by",
    "selection_probability",
    "blind",
    "domain",
    "grade",
    "scale",
    "reason",
    "response",
)


@dataclass(frozen=True, kw_only=True, eq=False)
class PotentialReadings:
    """What each moderation source would say of every audit, were it asked.

    Parameters
    ----------
    moderator : mapping of str to array of str, shape (audits,)
        Which moderator of the source would read the audit.
    latent : mapping of str to array, shape (audits, columns)
        What that moderator would see, blind, in points.
    """

    moderator: Mapping[str, np.ndarray]
    latent: Mapping[str, Floats]


def potential_readings(
    design: CouncilDesign, *, practice: Floats, raters: Raters, rng: np.random.Generator
) -> PotentialReadings:
    """Draw what each source would say of every audit."""
    moderator, latent = {}, {}
    for source in design.sources:
        names = np.array(raters.moderators[source])
        reader = rng.integers(0, len(names), size=len(practice))
        moderator[source] = names[reader]
        latent[source] = seen(
            practice,
            leniency=raters.moderator_leniency[source][reader],
            design=design,
            noise=design.moderator_noise,
            rng=rng,
        )
    return PotentialReadings(moderator=moderator, latent=latent)


def draw_moderations(
    design: CouncilDesign,
    audits: pd.DataFrame,
    *,
    auditor_latent: Floats,
    potential: PotentialReadings,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Hold every round of the design.

    Returns
    -------
    DataFrame
        Canonical long moderations, one row per audit, round and domain; ``grade`` is a code.
        A blind moderator gives exactly the potential reading.
    """
    rounds = [
        _hold(
            design,
            audits,
            round_=round_,
            auditor_latent=auditor_latent,
            potential=potential,
            rng=rng,
        )
        for round_ in design.rounds
    ]
    if not rounds:
        return pd.DataFrame(columns=list(MODERATION_COLUMNS)).astype(
            {"moderated_on": "datetime64[us]", "selection_probability": float, "grade": np.int64}
        )
    moderations = pd.concat(rounds, ignore_index=True)
    moderations["reason"], moderations["response"] = _words(
        moderations.pop("change").to_numpy(), rng=rng
    )
    return moderations[list(MODERATION_COLUMNS)]


def _hold(
    design: CouncilDesign,
    audits: pd.DataFrame,
    *,
    round_: RoundDesign,
    auditor_latent: Floats,
    potential: PotentialReadings,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Choose the audits of one round and regrade them."""
    frame = _frame(design, audits, round_=round_)
    latent = potential.latent[round_.source][frame]
    if not round_.blind:
        latent = latent + design.unblinded_pull * (auditor_latent[frame] - latent)
    era = np.array(design.era_by_quarter)[audits["t"].to_numpy()[frame]]
    given = graded(auditor_latent[frame], design=design, era=era)
    found = graded(latent, design=design, era=era)
    headline = design.headline_columns[0]
    chosen, probability = choose(
        rule=round_.rule,
        audits=round_.audits,
        auditor_grades=given[:, headline],
        moderator_grades=found[:, headline],
        levels=design.all_eras[int(era.max(initial=0))].scale.n_levels,
        rng=rng,
    )
    exercise = pd.DataFrame(
        {
            "audit_id": audits["audit_id"].to_numpy()[frame[chosen]],
            "moderator": potential.moderator[round_.source][frame[chosen]],
            "moderated_on": _days_after(round_, size=len(chosen), rng=rng),
            "selection_probability": probability[chosen],
        }
    )
    long = _long(exercise, round_=round_, design=design)
    columns = _moderated(design, round_)
    own = era[chosen] if round_.scale is None else np.full(len(chosen), _era_of(design, round_))
    grades = graded(latent[chosen], design=design, era=own)
    # What a moderator changes is told on the audit's own scale, whatever the grade is written on.
    change = found[chosen] - given[chosen]
    return long.assign(
        grade=grades[:, columns].ravel(),
        scale=np.repeat(scale_names(design, own), len(columns)),
        change=change[:, columns].ravel(),
    )


def _moderated(design: CouncilDesign, round_: RoundDesign) -> list[int]:
    return list(design.headline_columns if round_.headline_only else design.graded_columns)


def _era_of(design: CouncilDesign, round_: RoundDesign) -> int:
    return [era.scale.name for era in design.all_eras].index(str(round_.scale))


def _frame(design: CouncilDesign, audits: pd.DataFrame, *, round_: RoundDesign) -> Integers:
    last = design.quarters.index(round_.last)
    # Audits of an earlier scale are never mixed in: they would be chosen by other grades.
    begun = design.era_by_quarter.index(design.era_by_quarter[last])
    in_time = audits["t"].between(max(last - round_.quarters + 1, begun), last)
    return np.flatnonzero(in_time & (audits["audit_type"] == AuditType.COLLABORATIVE))


def _days_after(round_: RoundDesign, *, size: int, rng: np.random.Generator) -> np.ndarray:
    first = np.datetime64(round_.last.next().first_day, "D")
    return np.busday_offset(first, rng.integers(4, 18, size=size), roll="forward").astype(
        "datetime64[us]"
    )


def _long(exercise: pd.DataFrame, *, round_: RoundDesign, design: CouncilDesign) -> pd.DataFrame:
    domains = [design.columns[column] for column in _moderated(design, round_)]
    long = exercise.loc[exercise.index.repeat(len(domains))].reset_index(drop=True)
    long["domain"] = np.tile(domains, len(exercise))
    long["moderation_source"] = round_.source
    long["round"] = f"{round_.source} {round_.last.path_name}"
    long["blind"] = round_.blind
    long["selected_by"] = _recorded_rule(round_).value
    if round_.rule == "hunch":
        long["selection_probability"] = np.nan
    return long


def _recorded_rule(round_: RoundDesign) -> Selection:
    return Selection.UNKNOWN if round_.rule == "hunch" else Selection(round_.rule)


def _words(change: Integers, *, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    reason = np.where(
        change < 0,
        rng.choice(LOWERED, size=len(change)),
        np.where(change > 0, rng.choice(RAISED, size=len(change)), UPHELD),
    )
    accepts = rng.random(len(change)) < 0.8
    response = np.where(change == 0, "none", np.where(accepts, "agreed", "disagreed"))
    return reason, response

"""What is known of moderators themselves: agreement, drift, noise."""

from __future__ import annotations

from dataclasses import dataclass

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.terms.names import Role
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.verdicts import CEILING_RULE
from qaf_analysis.topics.common.scope import LeftOut, Scope
from qaf_analysis.topics.moderators.analysis.ceiling import Ceiling, ceiling_of
from qaf_analysis.topics.moderators.analysis.drift import (
    DriftFound,
    ModeratorDrift,
    RetestNoise,
    by_moderator,
    drift_found,
    noise_found,
    read_again,
)
from qaf_analysis.topics.moderators.analysis.readings import moderator_readings


@dataclass(frozen=True, kw_only=True)
class ModeratorsMeasured:
    """How moderators grade.

    Parameters
    ----------
    scope : Scope
    ceiling : Ceiling
    panel : DriftFound
    moderators : tuple of ModeratorDrift
    noise : RetestNoise
    series_from : str
        Round in which the series of anchors began; empty without anchors.
    supplied : int
        Readings of cases again that the council supplied, by kind in ``kinds``.
    kinds : tuple of int
        Anchors, consensus cases and retests among them.
    """

    scope: Scope
    ceiling: Ceiling
    panel: DriftFound
    moderators: tuple[ModeratorDrift, ...]
    noise: RetestNoise
    series_from: str
    supplied: int
    kinds: tuple[int, ...]

    @property
    def has_something(self) -> bool:
        """Whether anything was supplied that tells about moderators."""
        enough = self.ceiling.among_moderators.audits >= CEILING_RULE.fewest
        return self.supplied > 0 or enough


def moderators_measured(audits: Audits, *, quarter: Quarter) -> ModeratorsMeasured:
    """Measure moderators by all rounds that were known at a quarter."""
    readings = moderator_readings(audits, quarter)
    again = read_again(readings)
    rereadings = readings.again.drop_duplicates(["audit_id", "rater", "place"])
    kinds = tuple(
        int((rereadings["role"] == role).sum())
        for role in (Role.ANCHOR, Role.CONSENSUS, Role.RETEST)
    )
    left_out = (
        LeftOut(reason="the file or its grade was, or may have been, known", records=again.known),
        LeftOut(reason="no own earlier reading", records=again.alone),
        LeftOut(reason="too few domains graded both times", records=again.drift.left_out),
        LeftOut(reason="read after the next quarter", records=readings.later),
        LeftOut(reason="in a round without a day", records=readings.undated),
    )
    return ModeratorsMeasured(
        scope=Scope(
            council=readings.audits.settings.council,
            quarter=quarter,
            first=quarter,
            last=quarter,
            period=f"rounds up to {quarter.next()}",
            unit="cases read again by a moderator",
            used=len(rereadings),
            left_out=tuple(gone for gone in left_out if gone.records),
        ),
        ceiling=ceiling_of(readings),
        panel=drift_found(again.drift.panel, readings.rounds),
        moderators=by_moderator(again),
        noise=noise_found(again),
        series_from=again.first_round,
        supplied=len(rereadings) + readings.later + readings.undated,
        kinds=kinds,
    )

"""Verdicts on a change across a new grade scale, why there may be none, and the rule behind them.

A bridge is a set of audits graded on both scales. Kind A: audits of the old scale are read again,
blind, on the new one. Kind B: new audits are graded by the same auditor on the old scale too.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BridgeVerdict(StrEnum):
    """What can be said of practice, or of grades alone, before and after a new scale.

    Old audits that were read again carry practice. New audits graded twice carry the words alone:
    auditors who became kinder raise grades, so nothing is ever said of practice. None of these
    says that nothing changed: an interval that holds 0 leaves it open.
    """

    IMPROVED = "improved"
    WORSENED = "worsened"
    GRADES_ROSE = "grades rose"
    GRADES_FELL = "grades fell"
    NO_EVIDENCE = "no evidence of change"
    CANNOT_BE_COMPARED = "cannot be compared"


BRIDGE_CLAIMS = (BridgeVerdict.IMPROVED, BridgeVerdict.WORSENED)
"""Verdicts that claim a change of practice."""

GRADE_CLAIMS = (BridgeVerdict.GRADES_ROSE, BridgeVerdict.GRADES_FELL)
"""Verdicts that claim a change of grades, with auditors' strictness in it."""


class BridgeRefusal(StrEnum):
    """Why a bridge carries no comparison."""

    NO_BRIDGE = "no audit was graded on both scales"
    FEW_AUDITS = "too few audits were graded on both scales"
    NOT_BY_CHANCE = "audits for the bridge were not picked by chance"
    NOT_BLIND = "readers saw the first grade, or it is not recorded that they did not"
    FEW_READERS = "too few readers graded for the bridge"
    THIN_LEVEL = "a grade that many audits have is hardly in the bridge"


@dataclass(frozen=True, kw_only=True)
class BridgeRule:
    """Limits of a comparison across a new scale.

    Parameters
    ----------
    fewest_audits : int
        Audits on both scales, picked by chance and for kind A read blind, that a bridge needs.
    planned_audits : int
        What a council is told to plan.
    planned_change : float
        Change of the positive share (proportion) that the planned number is for.
    fewest_readers : int
        Readers that a bridge needs: with three, a steady council was called improved in 7 of
        100 cases.
    common_level : float
        Share of an era's audits from which a grade must be in the bridge.
    fewest_of_level : int
        Bridge audits that such a grade needs.
    level : float
        Confidence level of the interval; over several areas together by Holm's adjustment.
    """

    fewest_audits: int = 40
    planned_audits: int = 80
    planned_change: float = 0.15
    fewest_readers: int = 10
    common_level: float = 0.10
    fewest_of_level: int = 3
    level: float = 0.95


BRIDGE_RULE = BridgeRule()

"""One area across a new scale: the readings that count, the refusals, the share and the change.

Whoever compares two eras comes through here, so that no reading slips into a share that the
refusals have left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from numpy.typing import ArrayLike

from qaf_analysis.stats.bridge.change import METHOD, change_across
from qaf_analysis.stats.bridge.refusals import BridgeDesign, Refused, refusals
from qaf_analysis.stats.bridge.two_phase import Bridge, BridgedShare, ScoreShare, bridged_share
from qaf_analysis.stats.core.arrays import check_same_length, frozen_floats
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.names import BridgeKind
from qaf_analysis.terms.verdicts import BRIDGE_RULE


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison:
    """Two eras on one scale, or why they cannot be compared.

    Parameters
    ----------
    bridge_kind : BridgeKind
    refused : tuple of Refused
        Reasons against a comparison; empty where there is one.
    readings, left_out : int
        Readings of the bridge, and those among them that do not count.
    bridge : Bridge or None
        The readings that count; None where the comparison is refused.
    share : BridgedShare or None
        Share of the bridged era on the other scale: of the old era where old audits were read
        again, of the new one where new audits were graded twice.
    change : Estimate
        New era less old, for ``change.area_changes``; not estimable where refused.
    """

    bridge_kind: BridgeKind
    refused: tuple[Refused, ...]
    readings: int
    left_out: int
    bridge: Bridge | None
    share: BridgedShare | None
    change: Estimate


def comparison(
    design: BridgeDesign,
    *,
    positive: ArrayLike,
    counted: ScoreShare,
    level: float = BRIDGE_RULE.level,
) -> Comparison:
    """Compare two eras over a bridge, or refuse to.

    Parameters
    ----------
    design : BridgeDesign
        The era that was bridged, and how its readings came about.
    positive : array, shape (readings,)
        1 where the grade on the other scale is positive there, else 0.
    counted : ScoreShare
        Share of the other era, on the scale on which it was graded.
    level : float
        Confidence level.

    Raises
    ------
    ShapeError
        If lengths differ, or a value is neither 0 nor 1.

    Examples
    --------
    >>> design = BridgeDesign(kind=BridgeKind.RE_READ, grade=[0, 1] * 100, level=[0, 1] * 30,
    ...                       reader=[place % 12 for place in range(60)], by_chance=[1] * 60,
    ...                       blind=[1] * 60, levels=("Below", "Good"))
    >>> found = comparison(design, positive=[0, 1] * 30, counted=ScoreShare.counted(110, 200))
    >>> round(found.share.value, 2), round(found.change.value, 2), found.refused
    (0.5, 0.05, ())
    """
    seen = frozen_floats(positive)
    check_same_length({"readings": design.level, "positive": seen})
    refused, use = refusals(design), design.usable
    bridge = share = None
    if refused:
        change = Estimate.not_estimable(
            " ".join(one.why for one in refused), method=METHOD, level=level
        )
    else:
        bridge = Bridge(
            level=design.level[use],
            positive=seen[use],
            reader=design.reader[use],
            n_levels=len(design.levels),
        )
        share = bridged_share(design.grade, bridge)
        eras = (share.score, counted)
        if design.kind is BridgeKind.GRADED_TWICE:
            eras = (counted, share.score)
        change = change_across(*eras, level=level)
    return Comparison(
        bridge_kind=design.kind,
        refused=refused,
        readings=len(use),
        left_out=int((~use).sum()),
        bridge=bridge,
        share=share,
        change=change,
    )

"""The bridge of one area over one change of the scale: which readings count, and what they carry.

A bridge reading is a second grade of an audit on the scale of the neighbouring era. Read again, an
audit of the old era has a grade on the new scale; graded twice, an audit of the new era has one on
the old scale from its own auditor.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.bridge.change import METHOD
from qaf_analysis.stats.bridge.comparison import Comparison, comparison
from qaf_analysis.stats.bridge.refusals import BridgeDesign
from qaf_analysis.stats.bridge.two_phase import ScoreShare
from qaf_analysis.stats.core.arrays import Floats, Ints, frozen_floats
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.names import PROBABILITY_SELECTIONS, BridgeKind, Role, Selection
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.verdicts import BRIDGE_RULE, FEWEST_AUDITS
from qaf_analysis.topics.common.scope import LeftOut, in_quarters, period_words
from qaf_analysis.topics.scales.analysis.eras import EraAudits


@dataclass(frozen=True, kw_only=True)
class LevelInBridge:
    """What became of one level of an era's own scale in the bridge.

    Parameters
    ----------
    level : str
    audits : int
        Audits of the era, in the period compared, that have it.
    read, positive : int
        Those of the bridge that count, and how many of them are positive on the other scale.
    """

    level: str
    audits: int
    read: int
    positive: int


@dataclass(frozen=True, kw_only=True)
class BridgeTold:
    """One kind of bridge in one area, and what it carries.

    Parameters
    ----------
    kind : BridgeKind
    readings : int
        Audits that have a grade on both scales; further readings of one audit are in ``left_out``.
    used, readers : int
        Those that count, and who graded them.
    period, other_period : str
        Period of the audits that were bridged, and that of the other era.
    since : Quarter
        First quarter of ``period``.
    audits, other_audits : int
        Graded audits of these.
    by_level : tuple of LevelInBridge
    share : Estimate
        Share of the bridged audits that would be positive on the other scale.
    change : Estimate
        New era less old, on one scale; ``why_not`` says why there is none and what to do.
    left_out : tuple of LeftOut
    """

    kind: BridgeKind
    readings: int
    used: int
    readers: int
    period: str
    other_period: str
    since: Quarter
    audits: int
    other_audits: int
    by_level: tuple[LevelInBridge, ...]
    share: Estimate
    change: Estimate
    left_out: tuple[LeftOut, ...]

    @property
    def is_there(self) -> bool:
        """Whether any audit has a grade on both scales."""
        return self.readings > 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Bridged:
    """A bridge as it is told, and the arrays behind it for what needs both kinds.

    Parameters
    ----------
    told : BridgeTold
    grade : int array, shape (audits,)
        Own grade of every audit that was bridged.
    found : Comparison or None
        None where no comparison was tried.
    """

    told: BridgeTold
    grade: Ints
    found: Comparison | None


def bridged(
    known: Audits,
    *,
    kind: BridgeKind,
    own: EraAudits,
    other: EraAudits,
    area: str,
    quarter: Quarter,
) -> Bridged:
    """Compare two eras in one area by one kind of bridge, or say why it cannot be done.

    Parameters
    ----------
    known : Audits
        The council with every scale, without later quarters.
    kind : BridgeKind
    own : EraAudits
        The era whose audits were graded on the other's scale too: the old one where audits were
        read again, the new one where they were graded twice.
    other : EraAudits
        The era on whose scale they are compared.
    area : str
    quarter : Quarter
        The quarter reported; later readings are not used.

    Notes
    -----
    The bridged period reaches back to the first audit of the bridge, so that the bridge is a
    sample of it; the other period is the one that headline figures of that era have.
    """
    graded = own.of(area)
    readings, left_out = _readings(known, kind, graded, other, area, quarter)
    window = known.settings.window
    reach = [Quarter.parse(text) for text in readings["quarter"].unique()]
    period = own.last_year(window=window, reach=reach)
    other_period = other.last_year(window=window)
    ours = in_quarters(graded, period)
    theirs = in_quarters(other.of(area), other_period)
    design = BridgeDesign(
        kind=kind,
        grade=_codes(ours["grade"]),
        level=_codes(readings["own_grade"]),
        reader=pd.factorize(readings["rater"], sort=True)[0].astype(np.int64),
        by_chance=_by_chance(readings["source"]),
        blind=_flags(readings["blind"]),
        levels=own.era.scale.levels,
    )
    positive = frozen_floats(readings["grade"] >= other.era.scale.good_from)
    counted, why_not = _counted(theirs, other)
    found = None if counted is None else comparison(design, positive=positive, counted=counted)
    share, change = _figures(found, why_not)
    left_out += _unusable(design)
    told = BridgeTold(
        kind=kind,
        readings=len(design.level),
        used=int(design.usable.sum()),
        readers=len(np.unique(design.reader[design.usable])),
        period=period_words(period),
        other_period=period_words(other_period),
        since=period[0],
        audits=len(design.grade),
        other_audits=len(theirs),
        by_level=_by_level(design, positive),
        share=share,
        change=change,
        left_out=tuple(gone for gone in left_out if gone.records),
    )
    return Bridged(told=told, grade=design.grade, found=found)


def readings_of(known: Audits, *, quarter: Quarter) -> pd.DataFrame:
    """Every bridge reading made by the end of a quarter."""
    ratings = known.ratings[known.ratings["role"] == Role.BRIDGE]
    made = pd.to_datetime(ratings["rated_on"])
    return ratings[made.isna() | (made <= pd.Timestamp(quarter.last_day))]


def _readings(
    known: Audits,
    kind: BridgeKind,
    graded: pd.DataFrame,
    other: EraAudits,
    area: str,
    quarter: Quarter,
) -> tuple[pd.DataFrame, list[LeftOut]]:
    """Readings on the other scale beside each audit's own grade, one an audit, and those left out.

    Of several of one audit, one that was drawn by chance and read blind goes before others, and
    then the earliest: neither looks at the grade.
    """
    every = readings_of(known, quarter=quarter)
    every = every[(every["domain"] == area) & (every["scale"] == other.era.scale.name)]
    own = graded[["audit_id", "quarter", "grade", "rater"]].rename(
        columns={"grade": "own_grade", "rater": "auditor"}
    )
    beside = every.merge(own, on="audit_id", how="inner", validate="many_to_one")
    left_out = []
    if kind is BridgeKind.GRADED_TWICE:
        same = beside["rater"] == beside["auditor"]
        left_out.append(
            LeftOut(
                reason="graded on the old scale by somebody other than the audit's auditor",
                records=int((~same).sum()),
            )
        )
        beside = beside[same]
    fit = (_by_chance(beside["source"]) == 1).astype(int)
    fit += (_flags(beside["blind"]) == 1).astype(int)
    ordered = beside.assign(fit=-fit).sort_values(["audit_id", "fit", "rated_on", "rater"])
    once = ordered.drop_duplicates("audit_id").reset_index(drop=True)
    left_out.append(
        LeftOut(reason="further readings of the same audits", records=len(beside) - len(once))
    )
    return once, left_out


def _unusable(design: BridgeDesign) -> list[LeftOut]:
    seen = design.picked & ~design.usable
    return [
        LeftOut(reason="not picked by a recorded chance", records=int((~design.picked).sum())),
        LeftOut(
            reason="not recorded as read without sight of the first grade",
            records=int(seen.sum()),
        ),
    ]


def _counted(theirs: pd.DataFrame, other: EraAudits) -> tuple[ScoreShare | None, str]:
    """Positive share of the other era on its own scale, or why it is not compared."""
    audits = len(theirs)
    if audits < FEWEST_AUDITS:
        return None, (
            f"{audits} audit{'' if audits == 1 else 's'} on the other scale "
            f"{'was' if audits == 1 else 'were'} graded; at least {FEWEST_AUDITS} are needed."
        )
    positive = int((theirs["grade"] >= other.era.scale.good_from).sum())
    return ScoreShare.counted(positive, audits), ""


def _figures(found: Comparison | None, why_not: str) -> tuple[Estimate, Estimate]:
    """Share of the bridged era on the other scale, and the change; or why there are none."""
    if found is None:
        none = Estimate.not_estimable(why_not, method=METHOD, level=BRIDGE_RULE.level)
        return none, none
    if found.share is None:
        return found.change, found.change
    return found.share.score.estimate(level=BRIDGE_RULE.level), found.change


def _by_level(design: BridgeDesign, positive: Floats) -> tuple[LevelInBridge, ...]:
    use, k = design.usable, len(design.levels)
    held = np.bincount(design.grade, minlength=k)
    read = np.bincount(design.level[use], minlength=k)
    good = np.bincount(design.level[use], weights=positive[use], minlength=k)
    return tuple(
        LevelInBridge(level=level, audits=int(a), read=int(b), positive=int(c))
        for level, a, b, c in zip(design.levels, held, read, good, strict=True)
    )


def _codes(grades: pd.Series) -> Ints:
    return grades.to_numpy(dtype=np.int64)


def _by_chance(selected: pd.Series) -> Floats:
    """1 where an audit was picked by a recorded chance, 0 where not, NaN where unknown."""
    flags = np.full(len(selected), nan)
    flags[selected.isin(PROBABILITY_SELECTIONS).to_numpy(dtype=bool)] = 1.0
    flags[(selected == Selection.TARGETED).to_numpy(dtype=bool)] = 0.0
    return flags


def _flags(answers: pd.Series) -> Floats:
    """1 for yes, 0 for no, NaN where it is not recorded."""
    return frozen_floats(answers.map({True: 1.0, False: 0.0}).to_numpy(dtype=np.float64))

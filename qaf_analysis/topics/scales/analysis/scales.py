"""Eras of the scale: each by itself, and what can be compared over each change of the scale."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.bridge.change import area_changes, scale_gap, severity_change
from qaf_analysis.terms.eras import in_words
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.names import BridgeKind
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import ScaleMap
from qaf_analysis.terms.verdicts import BRIDGE_RULE, BridgeVerdict
from qaf_analysis.topics.common.scope import (
    LeftOut,
    Scope,
    domain_names,
    in_quarters,
    period_words,
    up_to,
)
from qaf_analysis.topics.scales.analysis.bridges import Bridged, BridgeTold, bridged, readings_of
from qaf_analysis.topics.scales.analysis.eras import (
    EraAudits,
    EraTold,
    PeriodShare,
    era_told,
    eras_with_audits,
    positive_share,
    shares_by_time,
)

QUARTERS_COMPARED = 8
"""Quarters of one scale that a year against the year before needs."""
SEVERITY_METHOD = "change with old audits read again, less that with new audits graded twice"


@dataclass(frozen=True, kw_only=True)
class MappedShare:
    """The old era's share in the new era's words, by a map that somebody approved.

    A map of words takes no account of how graders use them: nothing is compared with it.

    Parameters
    ----------
    positive : Estimate
    by_time : tuple of PeriodShare
    approved_by, version : str
    """

    positive: Estimate
    by_time: tuple[PeriodShare, ...]
    approved_by: str
    version: str


@dataclass(frozen=True, kw_only=True)
class AreaBreak:
    """One area over one change of the scale.

    Parameters
    ----------
    area : str
    re_read, graded_twice : BridgeTold
        What either kind of bridge carries.
    decided_by : BridgeKind or None
        The bridge behind ``verdict``: audits read again where these carry a comparison, else
        audits graded twice; None where neither does.
    p_adjusted : float
        Adjusted for all areas that are told together; NaN where nothing was compared.
    verdict : BridgeVerdict
        On practice where audits were read again; on grades alone, with auditors' strictness in
        them, where new audits were graded twice.
    severity : Estimate
        Change of auditors' strictness, where both bridges carry a comparison.
    mapped : MappedShare or None
        Where a map was approved and no bridge carries a comparison.
    """

    area: str
    re_read: BridgeTold
    graded_twice: BridgeTold
    decided_by: BridgeKind | None
    p_adjusted: float
    verdict: BridgeVerdict
    severity: Estimate
    mapped: MappedShare | None

    @property
    def deciding(self) -> BridgeTold | None:
        """The bridge behind the verdict."""
        if self.decided_by is None:
            return None
        return self.re_read if self.decided_by is BridgeKind.RE_READ else self.graded_twice

    @property
    def why_not(self) -> str:
        """Why nothing is compared, in whole sentences; empty where something is."""
        if self.decided_by is not None:
            return ""
        tried = [one for one in (self.re_read, self.graded_twice) if one.is_there]
        return " ".join(one.change.why_not for one in tried or [self.re_read])


@dataclass(frozen=True, kw_only=True)
class ScaleBreak:
    """One change of the scale, between two eras that follow one another.

    Parameters
    ----------
    old, new : str
        Names of the scales.
    on : str
        First day of the new one, in words.
    quarter : Quarter
        Quarter in which it came.
    areas : tuple of AreaBreak
    """

    old: str
    new: str
    on: str
    quarter: Quarter
    areas: tuple[AreaBreak, ...]


@dataclass(frozen=True, kw_only=True)
class ScaleEras:
    """Eras of the scale, and what can be compared over its changes.

    Parameters
    ----------
    scope : Scope
    synthetic : bool
    by : {"quarter", "month"}
        Points of a chart.
    eras : tuple of EraTold
        In order; empty where all audits are on one scale.
    breaks : tuple of ScaleBreak
        In order.
    unused_readings : int
        Bridge readings between scales that did not follow one another.
    """

    scope: Scope
    synthetic: bool
    by: str
    eras: tuple[EraTold, ...]
    breaks: tuple[ScaleBreak, ...]
    unused_readings: int

    @property
    def has_changed(self) -> bool:
        """Whether there is a change of the scale to tell of."""
        return len(self.breaks) > 0

    @property
    def is_recent(self) -> bool:
        """Whether two years cannot be compared yet within the latest scale."""
        if not self.breaks:
            return False
        return self.scope.quarter < self.breaks[-1].quarter.next(QUARTERS_COMPARED - 1)

    @property
    def areas(self) -> tuple[str, ...]:
        """Areas that are told."""
        return tuple(area.area for area in self.eras[-1].areas) if self.eras else ()

    def era(self, name: str) -> EraTold:
        """Return the era of a scale."""
        return next(era for era in self.eras if era.name == name)


def scale_eras(audits: Audits, *, quarter: Quarter) -> ScaleEras:
    """Tell each era of the scale, and compare neighbours where a bridge carries it.

    Parameters
    ----------
    audits : Audits
        The council with every scale it ever used.
    quarter : Quarter
        The quarter reported on; nothing later is used.
    """
    known = up_to(audits, quarter)
    found = eras_with_audits(known, quarter=quarter)
    if len(found) < 2:
        return _one_scale(known, quarter)
    areas = _areas(known)
    breaks = tuple(
        _break(known, old, new, areas=areas, quarter=quarter) for old, new in pairwise(found)
    )
    eras = tuple(era_told(one, known, areas=areas) for one in found)
    return ScaleEras(
        scope=_scope(known, found, quarter),
        synthetic=known.settings.synthetic,
        by="month" if known.settings.months else "quarter",
        eras=eras,
        breaks=breaks,
        unused_readings=_unused(known, found, quarter),
    )


def _areas(known: Audits) -> tuple[str, ...]:
    """Domains that headlines are about; all of them where no audit is graded in one."""
    graded = domain_names(known)
    return tuple(d for d in known.settings.judged_domains if d in graded) or graded


def _break(
    known: Audits, old: EraAudits, new: EraAudits, *, areas: tuple[str, ...], quarter: Quarter
) -> ScaleBreak:
    first = new.era.first
    return ScaleBreak(
        old=old.era.scale.name,
        new=new.era.scale.name,
        on=in_words(first or new.quarters[0].first_day),
        quarter=new.quarters[0] if first is None else Quarter.of(first),
        areas=_areas_compared(known, old, new, areas=areas, quarter=quarter),
    )


def _areas_compared(
    known: Audits, old: EraAudits, new: EraAudits, *, areas: tuple[str, ...], quarter: Quarter
) -> tuple[AreaBreak, ...]:
    """Every area by either bridge; verdicts are reached over all of them together."""
    both = [
        (
            bridged(known, kind=BridgeKind.RE_READ, own=old, other=new, area=area, quarter=quarter),
            bridged(
                known, kind=BridgeKind.GRADED_TWICE, own=new, other=old, area=area, quarter=quarter
            ),
        )
        for area in areas
    ]
    chosen = [_deciding(*pair) for pair in both]
    changes = [
        pair[0].told.change if kind is None else _of(kind, pair).told.change
        for kind, pair in zip(chosen, both, strict=True)
    ]
    return tuple(
        AreaBreak(
            area=area,
            re_read=again.told,
            graded_twice=twice.told,
            decided_by=kind,
            p_adjusted=said.p_adjusted,
            verdict=_of_kind(kind, said.verdict),
            severity=_severity(again, twice, old, new),
            mapped=None if kind else _mapped(known, old, new, area),
        )
        for area, (again, twice), kind, said in zip(
            areas, both, chosen, area_changes(changes), strict=True
        )
    )


def _deciding(again: Bridged, twice: Bridged) -> BridgeKind | None:
    for one in (again, twice):
        if one.told.change.has_interval:
            return one.told.kind
    return None


_OF_GRADES = {
    BridgeVerdict.IMPROVED: BridgeVerdict.GRADES_ROSE,
    BridgeVerdict.WORSENED: BridgeVerdict.GRADES_FELL,
}


def _of_kind(kind: BridgeKind | None, verdict: BridgeVerdict) -> BridgeVerdict:
    """The verdict, which is on grades and never on practice where new audits were graded twice."""
    return _OF_GRADES.get(verdict, verdict) if kind is BridgeKind.GRADED_TWICE else verdict


def _of(kind: BridgeKind, pair: tuple[Bridged, Bridged]) -> Bridged:
    return pair[0] if kind is BridgeKind.RE_READ else pair[1]


def _severity(again: Bridged, twice: Bridged, old: EraAudits, new: EraAudits) -> Estimate:
    """Change of auditors' strictness over the break, where either bridge carries a comparison."""
    gaps = []
    for one, era in ((again, old), (twice, new)):
        if one.found is None or one.found.bridge is None:
            return Estimate.not_estimable(
                "it needs old audits read again and new audits graded on both scales",
                method=SEVERITY_METHOD,
                level=BRIDGE_RULE.level,
            )
        gaps.append(scale_gap(one.grade, one.found.bridge, good_from=era.era.scale.good_from))
    return severity_change(*gaps)


def _mapped(known: Audits, old: EraAudits, new: EraAudits, area: str) -> MappedShare | None:
    approved = _map_between(known, old, new)
    if approved is None:
        return None
    own = old.of(area)
    codes = np.array(approved.codes)[own["grade"].to_numpy(dtype=np.int64)]
    mapped = own.assign(grade=codes.astype(np.int64))
    good_from = new.era.scale.good_from
    quarters = old.last_year(window=known.settings.window)
    return MappedShare(
        positive=positive_share(in_quarters(mapped, quarters), good_from=good_from),
        by_time=shares_by_time(
            mapped,
            by="month" if known.settings.months else "quarter",
            quarters=old.quarters,
            good_from=good_from,
        ),
        approved_by=approved.approved_by,
        version=approved.version,
    )


def _map_between(known: Audits, old: EraAudits, new: EraAudits) -> ScaleMap | None:
    names = old.era.scale.name, new.era.scale.name
    fitting = (m for m in known.settings.scale_maps if (m.source.name, m.target.name) == names)
    return next(fitting, None)


def _unused(known: Audits, found: tuple[EraAudits, ...], quarter: Quarter) -> int:
    """Readings between scales that are no neighbours."""
    readings = readings_of(known, quarter=quarter)
    own = {
        audit: place for place, era in enumerate(found) for audit in era.grades["audit_id"].unique()
    }
    place = {era.era.scale.name: number for number, era in enumerate(found)}
    apart = readings["scale"].map(place) - readings["audit_id"].map(own)
    return int((apart.abs() != 1).sum())


def _scope(known: Audits, found: tuple[EraAudits, ...], quarter: Quarter) -> Scope:
    quarters = [*found[0].quarters[:1], *found[-1].quarters[-1:]]
    graded = {audit for era in found for audit in era.grades["audit_id"]}
    out = len(known.audits) - len(graded)
    return Scope(
        council=known.settings.council,
        quarter=quarter,
        first=quarters[0],
        last=quarters[-1],
        period=f"{quarters[0]} to {quarters[-1]}",
        unit="graded routine audits on every scale",
        used=len(graded),
        left_out=(LeftOut(reason="not routine, or without a grade", records=out),) if out else (),
    )


def _one_scale(known: Audits, quarter: Quarter) -> ScaleEras:
    return ScaleEras(
        scope=Scope(
            council=known.settings.council,
            quarter=quarter,
            first=quarter,
            last=quarter,
            period=period_words([quarter]),
            unit="audits",
            used=len(known.audits),
        ),
        synthetic=known.settings.synthetic,
        by="quarter",
        eras=(),
        breaks=(),
        unused_readings=0,
    )

"""What is said of eras of the scale, and of what can be compared over its changes."""

from __future__ import annotations

from qaf_analysis.kit.direction import by_sign, shown, unsigned
from qaf_analysis.kit.numbers import counted, interval, percent, points, with_interval
from qaf_analysis.kit.parts import Statement, listed
from qaf_analysis.terms.names import BridgeKind
from qaf_analysis.terms.scale import beginning_sentence
from qaf_analysis.terms.verdicts import BridgeVerdict
from qaf_analysis.topics.scales.analysis.bridges import BridgeTold
from qaf_analysis.topics.scales.analysis.eras import AreaInEra, EraTold
from qaf_analysis.topics.scales.analysis.scales import (
    AreaBreak,
    MappedShare,
    ScaleBreak,
    ScaleEras,
)

NO_CHANGE = "All audits are graded on one scale"
WITHOUT_BRIDGE = (
    "Shares on two scales are in different words. Their difference is neither a change of "
    "practice nor a sign that there was none."
)
HINDSIGHT = (
    "Old files were read again with the practice standards of today. This measures today’s view "
    "of old work, which is not how it was judged then."
)
STRICTNESS = (
    "Where new audits were graded on both scales, only the words are translated. Auditors who "
    "became kinder or harsher on both scales count as a change."
)
NO_BRIDGE = (
    "What lies behind the two shares, better practice, other words or other auditors, cannot be "
    "told apart without audits graded on both scales."
)
NOT_ADDED_UP = (
    "Each change of the scale is told by itself. Changes over different scales are in points of "
    "different scales and may not be added up: practice that rose and fell back would look changed."
)
UNDECIDED = "An interval that holds 0 leaves open whether anything changed."

_PRACTICE = {
    BridgeVerdict.IMPROVED: f"practice {BridgeVerdict.IMPROVED}",
    BridgeVerdict.WORSENED: f"practice {BridgeVerdict.WORSENED}",
    BridgeVerdict.NO_EVIDENCE: "no evidence that practice changed",
    BridgeVerdict.CANNOT_BE_COMPARED: str(BridgeVerdict.CANNOT_BE_COMPARED),
}
_GRADES = {
    BridgeVerdict.GRADES_ROSE: f"{BridgeVerdict.GRADES_ROSE}, with auditors’ strictness in them",
    BridgeVerdict.GRADES_FELL: f"{BridgeVerdict.GRADES_FELL}, with auditors’ strictness in them",
    BridgeVerdict.NO_EVIDENCE: "no evidence that grades changed",
    BridgeVerdict.CANNOT_BE_COMPARED: str(BridgeVerdict.CANNOT_BE_COMPARED),
}


def say_scales(result: ScaleEras) -> Statement:
    """Words for the section on eras of the scale."""
    if not result.has_changed:
        return Statement(
            claim=NO_CHANGE,
            paragraphs=("There is no change of the scale to tell of.",),
            limits="Whether graders understand the scale as they did before cannot be seen here.",
            source=result.scope.source_line,
        )
    said = [*_eras(result)]
    for one in reversed(result.breaks):
        said += _break(result, one)
    if sum(any(area.decided_by for area in one.areas) for one in result.breaks) > 1:
        said.append(NOT_ADDED_UP)
    if result.unused_readings:
        said.append(
            f"{counted(result.unused_readings, 'bridge reading')} between scales that did not "
            "follow one another are in no figure."
        )
    return Statement(
        claim=scales_claim(result),
        paragraphs=tuple(said),
        limits=_limits(result),
        source=result.scope.source_line,
    )


def scales_claim(result: ScaleEras) -> str:
    """Heading that says what can be said over the latest change of the scale."""
    last = result.breaks[-1]
    verdicts = {_verdict(area) for area in last.areas}
    if len(verdicts) > 1:
        each = "; ".join(f"{area.area}: {_verdict(area)}" for area in last.areas)
        return f"Over the change of scale on {last.on}, areas differ. {each}"
    (verdict,) = verdicts
    if last.areas[0].verdict is BridgeVerdict.CANNOT_BE_COMPARED:
        return f"The scale changed on {last.on}: before and after cannot be compared"
    every = " in every area" if len(last.areas) > 1 else ""
    return beginning_sentence(f"{verdict} over the change of scale on {last.on}{every}")


def scale_change_words(result: ScaleEras, *, section: str) -> str:
    """One line for the first page; nothing where the latest scale is old enough to compare within.

    Parameters
    ----------
    result : ScaleEras
    section : str
        Where more is said, such as "section 2".
    """
    if not result.is_recent:
        return ""
    last = result.breaks[-1]
    if all(area.verdict is BridgeVerdict.CANNOT_BE_COMPARED for area in last.areas):
        return (
            f"The scale changed on {last.on}; earlier years are told in {section} and not compared."
        )
    verdicts = {_verdict(area) for area in last.areas}
    each = "; ".join(f"{area.area}: {_verdict(area)}" for area in last.areas)
    if len(verdicts) == 1:
        each = verdicts.pop() + (" in every area" if len(last.areas) > 1 else "")
    return f"The scale changed on {last.on}. Over audits graded on both scales: {each} ({section})."


def _verdict(area: AreaBreak) -> str:
    words = _GRADES if area.decided_by is BridgeKind.GRADED_TWICE else _PRACTICE
    return words[area.verdict]


def _eras(result: ScaleEras) -> list[str]:
    """Each era by itself, the latest first."""
    *older, latest = result.eras
    several = len(result.areas) > 1
    said = [_of_areas(latest) if several else _own_share(latest, latest.areas[0])]
    for era in reversed(older):
        said.append(_of_areas(era) if several else _older_share(era, era.areas[0]))
    return [*said, WITHOUT_BRIDGE]


def _of_areas(era: EraTold) -> str:
    """Every area of an era in one paragraph."""
    each = [
        f"{area.area}, {with_interval(area.positive, percent)} of "
        f"{counted(area.audits, 'audit')} in {area.period}"
        for area in era.areas
    ]
    return f"On the scale {era.in_use}, graded {era.words.positive}: {'; '.join(each)}."


def _own_share(era: EraTold, ours: AreaInEra) -> str:
    if not ours.positive.is_estimable:
        return (
            f"In {ours.period} no share is given on the scale {era.in_use}: "
            f"{ours.positive.why_not}."
        )
    return (
        f"In {ours.period}, {with_interval(ours.positive, percent)} of "
        f"{counted(ours.audits, 'audit')} were graded {era.words.positive}, on the scale "
        f"{era.in_use}."
    )


def _older_share(era: EraTold, ours: AreaInEra) -> str:
    if not ours.positive.is_estimable:
        return (
            f"The scale {era.in_use} has other words; no share is given on it: "
            f"{ours.positive.why_not}."
        )
    return (
        f"The scale {era.in_use} has other words: in {ours.period}, "
        f"{with_interval(ours.positive, percent)} of {counted(ours.audits, 'audit')} were graded "
        f"{era.words.positive}."
    )


def _break(result: ScaleEras, one: ScaleBreak) -> list[str]:
    old, new = result.era(one.old), result.era(one.new)
    said = []
    for area in one.areas:
        own = _compared(area, old, new, one) if area.decided_by else _refused(area, new, one)
        said += [_about(area, words) if len(one.areas) > 1 else words for words in own]
        said += [_left_out(bridge) for bridge in _bridges(area) if bridge.left_out]
    return said


def _about(area: AreaBreak, words: str) -> str:
    return f"{area.area}: {words[:1].lower()}{words[1:]}"


def _bridges(area: AreaBreak) -> tuple[BridgeTold, BridgeTold]:
    return (area.re_read, area.graded_twice)


def _refused(area: AreaBreak, new: EraTold, one: ScaleBreak) -> list[str]:
    said = [
        f"The scale changed on {one.on}, and what came before and after cannot be compared. "
        f"{area.why_not}"
    ]
    if area.mapped is not None:
        said.append(_mapped(area.mapped, new))
    return said


def _mapped(mapped: MappedShare, new: EraTold) -> str:
    share = mapped.positive
    told = (
        f"In the new words, {with_interval(share, percent)} of the old audits would be called "
        f"{new.words.positive}. "
        if share.is_estimable
        else ""
    )
    return f"{told}This {mapped_by(mapped)}."


def mapped_by(mapped: MappedShare) -> str:
    """By whose decision old words were mapped, and that nothing is compared."""
    return (
        f"cannot be compared: mapped by decision of {mapped.approved_by}, version {mapped.version}"
    )


def _compared(area: AreaBreak, old: EraTold, new: EraTold, one: ScaleBreak) -> list[str]:
    said = []
    several = len(one.areas) > 1
    for bridge in _bridges(area):
        if bridge.change.has_interval:
            decides = bridge.kind is area.decided_by
            said.append(_bridge(bridge, old, new, area if decides else None, several=several))
        elif bridge.is_there:
            said.append(f"{_OTHER[bridge.kind]} cannot be used. {bridge.change.why_not}")
    if area.severity.has_interval:
        said.append(_severity(area))
    return said


_OTHER = {
    BridgeKind.RE_READ: "Old audits that were read again on the new scale",
    BridgeKind.GRADED_TWICE: "New audits that were graded on both scales",
}


def _bridge(
    bridge: BridgeTold, old: EraTold, new: EraTold, area: AreaBreak | None, *, several: bool
) -> str:
    again = bridge.kind is BridgeKind.RE_READ
    how = "Read again on the new scale" if again else "Graded on the old scale too"
    words = (new if again else old).words.positive
    change = f"The difference, {interval_points(bridge)} points"
    audits = f"{counted(bridge.audits, 'audit')} of {bridge.period}"
    return (
        f"{how}, {with_interval(bridge.share, percent)} of the {audits} would have been graded "
        f"{words}. {change}, {_chance(area, several)}. {_rests_on(bridge)}"
    )


def interval_points(bridge: BridgeTold) -> str:
    """The change over a bridge with its interval, in points."""
    return f"{points(bridge.change.value)} ({interval(bridge.change, points)})"


def _chance(area: AreaBreak | None, several: bool) -> str:
    """What is said of a difference; only the deciding bridge has a verdict."""
    if area is None:
        return "supports no verdict of its own"
    if area.verdict is BridgeVerdict.NO_EVIDENCE:
        beyond = shown(area.deciding.change) != 0 if area.deciding else False
        return "may be chance where all areas are judged together" if beyond else "may be chance"
    together = ", with all areas judged together" if several else ""
    return f"is more than chance explains{together}: {_verdict(area)}"


def _rests_on(bridge: BridgeTold) -> str:
    audits, people = counted(bridge.used, "audit"), counted(bridge.readers, "auditor")
    if bridge.kind is BridgeKind.RE_READ:
        return f"{audits} were read again by {people} who did not see the first grade."
    return f"{audits} were graded on both scales by {people}."


def _severity(area: AreaBreak) -> str:
    found = area.severity
    size = f"{unsigned(found.value, points)} points of the share ({interval(found, points)})"
    told = by_sign(
        shown(found),
        above=f"auditors became harsher at the change, by {size}",
        below=f"auditors became kinder at the change, by {size}",
        neither="whether auditors became kinder or harsher at the change cannot be told "
        f"({interval(found, points)} points; above 0 is harsher)",
    )
    return f"From both bridges together: {told}."


def _left_out(bridge: BridgeTold) -> str:
    each = [f"{counted(gone.records, 'reading')} ({gone.reason})" for gone in bridge.left_out]
    return f"In no figure: {listed(each)}."


def _limits(result: ScaleEras) -> str:
    areas = [area for one in result.breaks for area in one.areas]
    said = []
    if any(area.re_read.change.has_interval for area in areas):
        said.append(HINDSIGHT)
    if any(area.graded_twice.change.has_interval for area in areas):
        said.append(STRICTNESS)
    if any(area.decided_by is not None for area in areas):
        said.append(UNDECIDED)
    return " ".join(said) or NO_BRIDGE

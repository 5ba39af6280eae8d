"""What ``qaf round`` says: lines to read, made from what was done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from qaf_analysis.cli.sample import draw_lines
from qaf_analysis.data.contract.problems import counted
from qaf_analysis.moderation.rounds.plan import OF_MODERATORS, Purpose

if TYPE_CHECKING:
    from qaf_analysis.moderation.packs.pack import Pack
    from qaf_analysis.moderation.returns.collect import Collected
    from qaf_analysis.moderation.rounds.desk import RoundDesk
    from qaf_analysis.moderation.rounds.opening import Opened
    from qaf_analysis.moderation.rounds.status import Precision, RoundStatus

PURPOSES = {
    Purpose.ANCHOR: "own earlier readings (drift)",
    Purpose.RETEST: "own readings of the last round (noise)",
    Purpose.CONSENSUS: "cases that others read (severity)",
}


def opened_lines(opened: Opened) -> Iterator[str]:
    """What a new round is."""
    plan = opened.plan
    yield f"Round {plan.round}: packs are due on {plan.due:%d %B %Y}."
    if opened.drawn is None:
        yield f"Everybody reads the same {counted(plan.audits, 'case')}, but for own audits."
    else:
        yield from draw_lines(opened.drawn)
    for moderator in opened.moderators:
        own = [each for each in opened.assigned if each.moderator == moderator.code]
        again = sum(each.purpose in OF_MODERATORS for each in own)
        once_more = f", {again} of them once more" if again else ""
        yield f"{moderator.code} reads {counted(len(own), 'case')}{once_more}."
    if opened.unreadable:
        yield (
            f"Nobody may read {counted(len(opened.unreadable), 'audit')} (own case or own team of "
            f"all): {', '.join(opened.unreadable)}. Add a moderator and begin another round."
        )
    if not opened.is_connected:
        yield (
            "Double readings do not link all moderators, so how strict they are cannot be compared "
            "with one another. Ask for a larger --double-share."
        )
    for purpose, number in opened.fewer.items():
        yield (
            f"{number} fewer {PURPOSES[purpose]} than asked for: not so many are old enough, or "
            "fresh enough, to be read again."
        )
    for team in opened.unknown_teams:
        yield f"No audit is of the team “{team}” in the list of moderators; see how it is spelt."


def packed_lines(packs: Sequence[Pack], out: Path) -> Iterator[str]:
    """What was written for whom."""
    for pack in packs:
        yield f"{pack.moderator}: {counted(len(pack.cases), 'case')}, pack {pack.pack}"
    yield f"Packs: {out.resolve()}, a folder a moderator: a workbook, and a page for those without"
    yield "Excel. Both were scanned: neither tells a grade, nor why a case was chosen."


def collected_lines(found: Collected) -> Iterator[str]:
    """What came back, and what was set aside."""
    yield f"{counted(len(found.files), 'file')} read, {counted(len(found.taken), 'case')} taken."
    yield from found.unreadable
    for problem in (*found.problems, *found.flags):
        yield f"  {problem.sentence}"
    for conflict in found.conflicts:
        said = "; ".join(f"“{text}” in {place}" for place, text in conflict.said)
        yield (
            f"  Case {conflict.case}, {conflict.what}: two things were said, neither was taken: "
            f"{said}. Ask the moderator which is meant, and collect the answer with --corrected."
        )
    if found.empty:
        yield f"  {counted(found.empty, 'case')} came back without a grade."


def status_lines(desk: RoundDesk, name: str, *, today: date) -> Iterator[str]:
    """Where one round stands, or each of them."""
    from qaf_analysis.moderation.rounds.status import round_status

    names = (name,) if name else desk.rounds
    if not names:
        yield "There is no round yet; “qaf round new” begins one."
    for place, each in enumerate(names):
        if place:
            yield ""
        state = desk.state(each)
        yield f"Round {each}, due on {state.plan.due:%d %B %Y}"
        yield from _status_lines(round_status(state, today=today))


def _status_lines(found: RoundStatus) -> Iterator[str]:
    for each in found.moderators:
        line = (
            f"  {each.moderator}: {each.returned} of {each.asked} returned, "
            f"{each.committed} committed"
        )
        late = f"; {counted(each.outstanding, 'case')} overdue" if found.is_overdue else ""
        yield line + (late if each.outstanding else "")
    pairs = found.pairs
    if found.everybody.cases:
        yield (
            f"  Pairs of people who read the same case: {found.everybody.same} of "
            f"{found.everybody.cases} the same, {found.everybody.adjacent} one grade apart"
        )
    elif pairs.cases:
        yield (
            f"  Two moderators, each blind to the other: {pairs.same} of {pairs.cases} cases the "
            f"same, {pairs.adjacent} one grade apart"
        )
    else:
        yield "  Two moderators, each blind to the other: no case is committed by both yet"
    if found.against.cases:
        yield (
            f"  Moderators beside auditors: {found.against.same} of {found.against.cases} the "
            f"same, {found.against.adjacent} one grade apart (for the owner's eyes only)"
        )
    if found.precision is not None:
        yield from _precision_lines(found.precision)
    if found.disputes:
        yield f"  {counted(found.disputes, 'case')} disputed and not agreed"
    if found.closed:
        yield "  Closed"


def _precision_lines(found: Precision) -> Iterator[str]:
    """Whether enough has come; for the owner alone, as the words say."""
    gap = found.gap
    if gap.why_not:
        yield f"  The mean gap cannot be told yet: {gap.why_not}"
    else:
        enough = "as planned" if found.is_enough else f"planned: at most {found.wished:.2f}"
        yield (
            f"  Mean gap so far {gap.value:+.2f} ({gap.low:+.2f} to {gap.high:+.2f}, "
            f"{counted(gap.cases, 'case')} drawn by chance): half width {found.half_width:.2f}, "
            f"{enough}"
        )
    if found.best and not found.is_enough:
        yield (
            "  One more reading would narrow it most among audits graded "
            f"{', then '.join(found.best[:2])} (tell no moderator)"
        )

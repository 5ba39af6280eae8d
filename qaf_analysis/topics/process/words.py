"""What is said of changes to the audit process: spread of severity, agreement with moderators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from typing import TypeVar

from qaf_analysis.kit.direction import unsigned
from qaf_analysis.kit.numbers import (
    coefficient,
    counted,
    fine_gap,
    interval,
    percent,
    points,
    with_interval,
)
from qaf_analysis.kit.parts import Statement, because, listed
from qaf_analysis.terms.verdicts import (
    AgreementChangeVerdict,
    ProcessAnswer,
    RetainedSays,
    SpreadVerdict,
)
from qaf_analysis.topics.process.analysis.agreement import AgreementFinding, ProcessAgreement
from qaf_analysis.topics.process.analysis.answer import AgreementFound
from qaf_analysis.topics.process.analysis.periods import NONE_DECLARED, ProcessPeriods
from qaf_analysis.topics.process.analysis.spread import Consistency, ProcessFinding

Verdict = TypeVar("Verdict", SpreadVerdict, AgreementChangeVerdict)

LIMITS = (
    "The spread is between auditors' usual strictness, on the grade scale; 0 would mean that "
    "every auditor is equally strict. Auditors who are all equally kind would look consistent. "
    "It assumes that, within a quarter, a case type and a team, cases were not given to strict or "
    "lenient auditors on purpose. Where each team is audited by its own auditors only, a team's "
    "strictness cannot be told from its practice. What began at the same time cannot be told apart."
)


def _not_available(reason: str) -> str:
    if reason != NONE_DECLARED:
        return f"Not available because {reason}."
    return (
        f"Not available because {reason}. Declare training, co-location or a new auditor pool with "
        "its date in council.toml."
    )


def say_consistency(result: Consistency) -> Statement:
    """Words for the section on process changes."""
    if not result.changes:
        return Statement(
            claim="No change to the audit process can be judged",
            paragraphs=(_not_available(result.reason),),
            limits=LIMITS,
            source=result.scope.source_line,
        )
    return Statement(
        claim=_claim(result),
        paragraphs=tuple(_change(change) for change in result.changes),
        limits=LIMITS,
        source=result.scope.source_line,
    )


def consistency_card(result: Consistency) -> str:
    """A few sentences for the first page: the worst that was found stands first."""
    if result.headline < 0:
        return f"Not available because {result.reason}."
    spread = _card_spread(
        result.changes[told_first(result)], in_full=result.answer != ProcessAnswer.FELL
    )
    agreement = [
        said
        for verdict in (AgreementChangeVerdict.FELL, AgreementChangeVerdict.IMPROVED)
        for said in map(_agreement_found, result.agreement)
        if said and verdict == said[0]
    ]
    told = [spread, *(text for _, text in agreement)]
    if result.answer == ProcessAnswer.FELL:
        told = [*told[1:], told[0]]
    return " ".join(told) + _among(result)


def _among(result: Consistency) -> str:
    """Of how many comparisons the worst is one: the more, the likelier chance makes one."""
    spreads = [one.change.verdict for one in result.changes]
    agreements = [one.verdict for one in result.agreement]
    judged = sum(one != SpreadVerdict.TOO_LITTLE for one in spreads)
    judged += sum(one != AgreementChangeVerdict.TOO_LITTLE for one in agreements)
    worse = spreads.count(SpreadVerdict.LESS) + agreements.count(AgreementChangeVerdict.FELL)
    if not worse or judged < 2:
        return ""
    return f" Of {judged} comparisons made, {worse} {'are' if worse > 1 else 'is'} worse."


def told_first(result: Consistency) -> int:
    """Place of the change whose spread the first page tells: the latest that got worse, if any."""
    worse = [
        place
        for place, one in enumerate(result.changes)
        if one.change.verdict == SpreadVerdict.LESS
    ]
    return worse[-1] if worse else result.headline


def _agreement_found(
    found: AgreementFound,
) -> tuple[AgreementChangeVerdict, str] | None:
    """A claim on agreement with moderators, with its verdict; None where nothing is claimed."""
    way = {AgreementChangeVerdict.FELL: "fell", AgreementChangeVerdict.IMPROVED: "rose"}.get(
        found.verdict
    )
    if way is None:
        return None
    text = (
        f"Agreement with moderators {way} by {unsigned(found.difference.value, points)} points "
        f"after {listed(found.periods.labels)} ({interval(found.difference, points)}; "
        f"{counted(found.pairs_before + found.pairs_after, 'moderated audit')})."
    )
    return found.verdict, text


def _card_spread(finding: ProcessFinding, *, in_full: bool) -> str:
    if not _can_be_judged(finding):
        return _change(finding)
    if not in_full:
        return (
            f"Strictness after {listed(finding.periods.labels)}: {finding.change.verdict}"
            f"{_within_teams(finding)}."
        )
    return (
        f"The spread between strict and lenient auditors went from "
        f"{coefficient(finding.before.sd.value)} to {coefficient(finding.after.sd.value)} of a "
        f"grade (change {interval(finding.change.sd, fine_gap)}; "
        f"{counted(finding.before.audits + finding.after.audits, 'audit')})"
        f"{_within_teams(finding)}.{together(finding.periods)}"
    )


def _within_teams(finding: ProcessFinding) -> str:
    return ", within teams only" if finding.allocation.changed else ""


def _claim(result: Consistency) -> str:
    what = listed(result.changes[result.headline].periods.labels)
    claims = {
        SpreadVerdict.MORE: f"Auditors became more alike in strictness after {what}",
        SpreadVerdict.LESS: f"Auditors became less alike in strictness after {what}",
        SpreadVerdict.NO_EVIDENCE: f"There is no evidence that auditing became more consistent "
        f"after {what}",
    }
    claim = claims.get(result.verdict, f"Too little data to judge {what}")
    fell = [
        listed(one.periods.labels)
        for one in result.agreement
        if one.verdict == AgreementChangeVerdict.FELL
    ]
    if fell:
        claim = f"Agreement with moderators fell after {' and after '.join(fell)}. {claim}"
    others = [one for k, one in enumerate(result.changes) if k != result.headline]
    return claim + other_claims(
        [(one.periods, one.change.verdict) for one in others],
        {SpreadVerdict.MORE: "more alike after", SpreadVerdict.LESS: "less alike after"},
    )


def other_claims(
    others: Sequence[tuple[ProcessPeriods, Verdict]], claims: Mapping[Verdict, str]
) -> str:
    """What was found after other changes, so that the latest does not hide it; empty if nothing.

    Parameters
    ----------
    others : sequence of ProcessPeriods and verdict
    claims : mapping of verdict to str
        How each verdict that claims something is told, before the names of the change.
    """
    said = [
        f"{claims[verdict]} {listed(periods.labels)}"
        for periods, verdict in others
        if verdict in claims
    ]
    return f" ({'; '.join(said)})" if said else ""


def _change(finding: ProcessFinding) -> str:
    opening = f"{named(finding.periods)}: {finding.change.verdict}"
    if not _can_be_judged(finding):
        return (
            f"{opening}, because {finding.change.reason} "
            f"({counted(finding.before.audits, 'audit')} before, {finding.after.audits:,} after)."
            f"{together(finding.periods)}"
        )
    return (
        f"{opening}. The spread between strict and lenient auditors went from "
        f"{with_interval(finding.before.sd, coefficient)} to "
        f"{with_interval(finding.after.sd, coefficient)} of a grade. The change is "
        f"{fine_gap(finding.change.sd.value)} ({interval(finding.change.sd, fine_gap)}), on "
        f"{counted(finding.before.audits, 'audit')} by "
        f"{counted(finding.auditors_before, 'auditor')} before and "
        f"{counted(finding.after.audits, 'audit')} by "
        f"{counted(finding.auditors_after, 'auditor')} after.{_given_out(finding)}"
        f"{_retained(finding)}{together(finding.periods)}"
    )


def _given_out(finding: ProcessFinding) -> str:
    """How cases were given out, where that changed; with a space before, or empty."""
    found = finding.allocation
    if not found.changed:
        return ""
    return (
        f" Cases were given out differently: {allocation_words(found.before)} before, "
        f"{allocation_words(found.after)} after, on a scale from 0 (whatever the team) to 1 (each "
        "auditor one team). So strictness is compared within teams only."
    )


def allocation_words(strength: float) -> str:
    """How far auditors kept to certain teams, as a number from 0 to 1."""
    return "not told" if isnan(strength) else coefficient(strength)


def _can_be_judged(finding: ProcessFinding) -> bool:
    """Whether there is a verdict; figures of too few audits would be read as one."""
    return finding.change.verdict != SpreadVerdict.TOO_LITTLE


def _retained(finding: ProcessFinding) -> str:
    who = f" Among the {counted(finding.retained_auditors, 'auditor')} of both periods"
    change = finding.retained.sd
    if finding.retained.verdict == SpreadVerdict.TOO_LITTLE or not change.is_estimable:
        return f"{who} no change can be told, because {finding.retained.reason}."
    direction = ""
    if finding.retained_says == RetainedSays.DIFFERENT:
        direction = ", the other way, so the change of pool may be behind it"
    elif finding.retained_says == RetainedSays.SAME and 0 not in (
        finding.change.sd.value,
        change.value,
    ):
        direction = ", the same way"
    return f"{who} the spread changed by {with_interval(change, fine_gap)}{direction}."


def named(periods: ProcessPeriods) -> str:
    """The changes of a quarter, and the quarter."""
    return f"{listed(periods.labels)} ({periods.quarter})"


def together(periods: ProcessPeriods) -> str:
    """What else began then or lies within the quarters compared; with a space before, or empty."""
    said = ""
    if periods.inseparable:
        said += f" {listed(periods.labels)} began in the same quarter and cannot be told apart."
    if periods.also_within:
        said += f" The periods compared also hold {listed(periods.also_within)}."
    return said


AGREEMENT_LIMITS = (
    "Agreement is compared among audits to which moderators gave the same grade, so that easier "
    "cases cannot pass for better auditing. It still rises when auditors merely become less kind "
    "on balance, which is told apart by a model and not by the counts. What began in the same "
    "quarter cannot be told apart, and the moderators themselves may have changed."
)


def say_process_agreement(result: ProcessAgreement) -> Statement:
    """Words for each process change."""
    if not result.changes:
        paragraphs: tuple[str, ...] = (_not_available(result.reason),)
    else:
        paragraphs = tuple(_finding(finding) for finding in result.changes)
    return Statement(
        claim=_agreement_claim(result),
        paragraphs=paragraphs,
        limits=AGREEMENT_LIMITS,
        source=result.scope.source_line,
    )


def _agreement_claim(result: ProcessAgreement) -> str:
    if result.headline < 0:
        return "Agreement with moderators before and after cannot be compared"
    finding = result.changes[result.headline]
    what = listed(finding.periods.labels)
    claim = {
        AgreementChangeVerdict.IMPROVED: f"Auditors agree more often with moderators since {what}",
        AgreementChangeVerdict.FELL: f"Auditors agree less often with moderators since {what}",
        AgreementChangeVerdict.NO_EVIDENCE: "There is no evidence that agreement with moderators "
        f"changed after {what}",
    }.get(result.verdict, f"Too little data on agreement with moderators around {what}")
    others = [one for k, one in enumerate(result.changes) if k != result.headline]
    return claim + other_claims(
        [(one.periods, one.change.verdict) for one in others],
        {
            AgreementChangeVerdict.IMPROVED: "more often after",
            AgreementChangeVerdict.FELL: "less often after",
        },
    )


def _finding(finding: AgreementFinding) -> str:
    change = finding.change
    said = [because(f"{named(finding.periods)}: {change.verdict}", change.reason)]
    basis = (
        f"{counted(change.pairs_before, 'moderated audit')} before, {change.pairs_after:,} after"
    )
    if change.exact.difference.is_estimable and change.verdict != AgreementChangeVerdict.TOO_LITTLE:
        said += [
            f"At the same mix of moderators' grades, auditor and moderator gave the same grade in "
            f"{percent(change.exact.before)} of audits before and {percent(change.exact.after)} "
            f"after. The difference is {with_interval(change.exact.difference, points)} points "
            f"({basis}); a change of more than {unsigned(change.ruled_out, points)} points "
            "is ruled out.",
            *_bias(finding),
            _stayed(finding),
        ]
    else:
        said.append(f"({basis}.)")
    if finding.cautions:
        said.append(f"Other reasons for a difference: {listed(finding.cautions)}.")
    return " ".join(said) + together(finding.periods)


def _bias(finding: AgreementFinding) -> list[str]:
    change = finding.change
    if not change.bias.is_estimable:
        return []
    said = [
        f"Apart from that, the mean gap to moderators went from "
        f"{fine_gap(change.bias_before.value)} to {fine_gap(change.bias_after.value)} of a grade, "
        f"a change of {with_interval(change.bias, fine_gap)}."
    ]
    explained = change.parts.explained
    if explained.is_estimable:
        said.append(
            f"That change alone would move agreement by {with_interval(explained, points)} points."
        )
    return said


def _stayed(finding: AgreementFinding) -> str:
    same = finding.retained.exact.difference
    who = f"Among the {counted(finding.retained_auditors, 'auditor')} of both periods"
    if not same.is_estimable:
        return f"{who} nothing can be told, because {same.why_not}."
    if finding.retained.verdict == AgreementChangeVerdict.TOO_LITTLE:
        return f"{who} nothing can be told, because {finding.retained.reason}."
    return (
        f"{who} the difference is {with_interval(same, points)} points "
        f"({finding.retained.pairs_before:,} and {finding.retained.pairs_after:,} moderated "
        "audits)."
    )

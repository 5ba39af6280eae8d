"""What the comparison before and after each process change says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qaf_analysis.kit.numbers import coefficient, counted, fine_gap, interval, with_interval
from qaf_analysis.kit.statement import Statement, listed
from qaf_analysis.stats.process.retained_auditors import DIFFERENT, SAME
from qaf_analysis.stats.process.spread_change import SpreadVerdict
from qaf_analysis.topics.process.consistency import Consistency, ProcessFinding
from qaf_analysis.topics.process.process_periods import ProcessPeriods

LIMITS = (
    "The spread is between auditors' usual strictness, on the grade scale; 0 would mean that "
    "every auditor is equally strict. Auditors who are all equally kind would look consistent. "
    "It assumes that, within a quarter and a case type, cases were not given to strict or lenient "
    "auditors on purpose. What began at the same time cannot be told apart."
)


def say_consistency(result: Consistency) -> Statement:
    """Words for the section on process changes."""
    if not result.changes:
        return Statement(
            claim="No change to the audit process can be judged",
            paragraphs=(
                f"Not available because {result.reason}. Declare training, co-location or a new "
                "auditor pool with its date in council.toml.",
            ),
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
    """One sentence or two for the first page."""
    if result.headline < 0:
        return f"Not available because {result.reason}."
    finding = result.changes[result.headline]
    if not _can_be_judged(finding):
        return _change(finding)
    return (
        f"The spread between strict and lenient auditors went from "
        f"{coefficient(finding.before.sd.value)} to {coefficient(finding.after.sd.value)} of a "
        f"grade (change {interval(finding.change.sd, fine_gap)}; "
        f"{counted(finding.before.audits + finding.after.audits, 'audit')})."
        f"{together(finding.periods)}"
    )


def _claim(result: Consistency) -> str:
    what = listed(result.changes[result.headline].periods.labels)
    claims = {
        "more consistent": f"Auditors became more alike in strictness after {what}",
        "less consistent": f"Auditors became less alike in strictness after {what}",
        "no evidence of change": f"There is no evidence that auditing became more consistent "
        f"after {what}",
    }
    claim = claims.get(result.verdict, f"Too little data to judge {what}")
    others = [one for k, one in enumerate(result.changes) if k != result.headline]
    return claim + other_claims(
        [(one.periods, one.change.verdict) for one in others],
        {"more consistent": "more alike after", "less consistent": "less alike after"},
    )


def other_claims(others: Sequence[tuple[ProcessPeriods, str]], claims: Mapping[str, str]) -> str:
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
            f"({counted(finding.before.audits, 'audit')} before, {finding.after.audits} after)."
            f"{together(finding.periods)}"
        )
    return (
        f"{opening}. The spread between strict and lenient auditors went from "
        f"{with_interval(finding.before.sd, coefficient)} to "
        f"{with_interval(finding.after.sd, coefficient)} of a grade, a change of "
        f"{fine_gap(finding.change.sd.value)} ({interval(finding.change.sd, fine_gap)}); "
        f"{counted(finding.before.audits, 'audit')} by "
        f"{counted(finding.auditors_before, 'auditor')} before, "
        f"{counted(finding.after.audits, 'audit')} by "
        f"{counted(finding.auditors_after, 'auditor')} after.{_retained(finding)}"
        f"{together(finding.periods)}"
    )


def _can_be_judged(finding: ProcessFinding) -> bool:
    """Whether there is a verdict; figures of too few audits would be read as one."""
    return finding.change.verdict != SpreadVerdict.TOO_LITTLE


def _retained(finding: ProcessFinding) -> str:
    who = f" Among the {counted(finding.retained_auditors, 'auditor')} of both periods"
    change = finding.retained.sd
    if not change.is_estimable:
        return f"{who} no change can be told, because {finding.retained.reason}."
    direction = ""
    if finding.retained_says == DIFFERENT:
        direction = ", the other way, so the change of pool may be behind it"
    elif finding.retained_says == SAME and finding.change.sd.value != 0:
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

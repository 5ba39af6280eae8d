"""The tables of changes to the audit process."""

from __future__ import annotations

from collections.abc import Sequence

from qaf_analysis.kit.numbers import (
    TOO_FEW,
    coefficient,
    fine_gap,
    percent,
    points,
    value,
    whole,
    with_interval,
)
from qaf_analysis.kit.parts import Column, Table, in_section, listed, number_columns, word_columns
from qaf_analysis.terms.verdicts import (
    AGREEMENT_CHANGE_RULE,
    SPREAD_RULE,
    AgreementChangeVerdict,
    SpreadVerdict,
)
from qaf_analysis.topics.process.analysis.agreement import (
    AgreementFinding,
    ModeratedQuarter,
    ProcessAgreement,
)
from qaf_analysis.topics.process.analysis.periods import ProcessPeriods
from qaf_analysis.topics.process.analysis.spread import Consistency, ProcessFinding
from qaf_analysis.topics.process.words import allocation_words, named


def consistency_tables(result: Consistency) -> tuple[Table, ...]:
    """Spread of severity before and after each change."""
    if not result.changes:
        return ()
    return (
        spread_table(result),
        _retained(result),
        periods_table(
            [finding.periods for finding in result.changes], source=result.scope.source_line
        ),
    )


def spread_table(result: Consistency) -> Table:
    """Spread of auditors' severity before and after each change."""
    return Table(
        caption="Spread of auditors' severity before and after each process change",
        columns=(
            Column(heading="Change", align="left"),
            Column(heading="Verdict", align="left"),
            Column(heading="Spread before", unit="grades"),
            Column(heading="Spread after", unit="grades"),
            Column(heading="Difference", unit="grades"),
            Column(heading="Audits before, after"),
            Column(heading="Auditors before, after"),
            Column(heading="Auditors tied to teams before, after"),
        ),
        rows=tuple(_row(finding) for finding in result.changes),
        note="In brackets 95% intervals, of the difference 90%. Spread: standard deviation "
        "between auditors' usual strictness, by analysis of variance with quarter, case type "
        "and team held fixed. Tied to teams: 0 where auditors had cases whatever the team, 1 "
        "where each had one team's. Where before and after lie more than "
        f"{coefficient(SPREAD_RULE.given_out_apart)} apart, auditors are compared within teams "
        "only.",
        source=result.scope.source_line,
        place="section",
    )


def _row(finding: ProcessFinding) -> tuple[str, ...]:
    before, after, change = finding.before, finding.after, finding.change
    is_judged = change.verdict != SpreadVerdict.TOO_LITTLE
    return (
        named(finding.periods),
        finding.change.verdict,
        with_interval(before.sd, coefficient) if is_judged else TOO_FEW,
        with_interval(after.sd, coefficient) if is_judged else TOO_FEW,
        with_interval(change.sd, fine_gap) if is_judged else change.reason,
        f"{before.audits:,}, {after.audits:,}",
        f"{finding.auditors_before}, {finding.auditors_after}",
        f"{allocation_words(finding.allocation.before)}, "
        f"{allocation_words(finding.allocation.after)}",
    )


def _retained(result: Consistency) -> Table:
    return Table(
        caption="The same among auditors of both periods",
        columns=(
            Column(heading="Change", align="left"),
            Column(heading="Auditors in both"),
            Column(heading="Difference in spread", unit="grades"),
            Column(heading="Verdict on these alone", align="left"),
            Column(heading="Against all auditors", align="left"),
        ),
        rows=tuple(
            (
                named(finding.periods),
                str(finding.retained_auditors),
                with_interval(finding.retained.sd, fine_gap)
                if finding.retained.verdict != SpreadVerdict.TOO_LITTLE
                and finding.retained.sd.is_estimable
                else finding.retained.reason,
                finding.retained.verdict,
                finding.retained_says,
            )
            for finding in result.changes
        ),
        note="In brackets 90% intervals. When the pool changes, spread may change because others "
        "audit; among these auditors it cannot.",
        source=result.scope.source_line,
    )


def periods_table(changes: Sequence[ProcessPeriods], *, source: str) -> Table:
    """Quarters compared for each change, and what else lies within them."""
    return Table(
        caption="Periods compared",
        columns=(
            Column(heading="Change", align="left"),
            Column(heading="Before", align="left"),
            Column(heading="After", align="left"),
            Column(heading="Also within these periods", align="left"),
        ),
        rows=tuple(
            (
                named(periods),
                ", ".join(map(str, periods.before)) or "none",
                ", ".join(map(str, periods.after)) or "none",
                listed(periods.also_within) or "no other change",
            )
            for periods in changes
        ),
        note="Up to four quarters on each side; the quarter of the change itself is left out.",
        source=source,
    )


def process_agreement_tables(result: ProcessAgreement) -> tuple[Table, ...]:
    """The verdicts, what else moved, auditors of both periods, and the quarters."""
    if not result.changes:
        return ()
    return (
        in_section(_verdicts(result)),
        _beside(result),
        _agreement_retained(result),
        periods_table([one.periods for one in result.changes], source=result.scope.source_line),
        _timeline(result),
    )


def _verdicts(result: ProcessAgreement) -> Table:
    return Table(
        caption="Agreement with moderators before and after each process change",
        columns=(
            *word_columns("Change", "Verdict"),
            *number_columns("Same grade before", "Same grade after"),
            *number_columns("Difference", unit="points"),
            *number_columns("Moderated before, after", "Auditors before, after"),
        ),
        rows=tuple(_verdict_row(finding) for finding in result.changes),
        note="At the same mix of moderators' grades (Mantel and Haenszel's weights); 95% intervals "
        f"in brackets. Under {AGREEMENT_CHANGE_RULE.fewest_pairs} moderated audits on a side: "
        f"{AgreementChangeVerdict.TOO_LITTLE}.",
        source=result.scope.source_line,
    )


def _verdict_row(finding: AgreementFinding) -> tuple[str, ...]:
    change = finding.change
    exact = change.exact
    enough = exact.difference.is_estimable and change.verdict != AgreementChangeVerdict.TOO_LITTLE
    return (
        named(finding.periods),
        change.verdict,
        percent(exact.before) if enough else TOO_FEW,
        percent(exact.after) if enough else TOO_FEW,
        with_interval(exact.difference, points) if enough else change.reason,
        f"{change.pairs_before:,}, {change.pairs_after:,}",
        f"{change.auditors_before}, {change.auditors_after}",
    )


def _beside(result: ProcessAgreement) -> Table:
    return Table(
        caption="What else moved in agreement with moderators",
        columns=(
            Column(heading="Change", align="left"),
            Column(heading="Within one grade", unit="points"),
            Column(heading="Quadratic weighted kappa"),
            Column(heading="Mean gap before, after", unit="grades"),
            Column(heading="Its change", unit="grades"),
            Column(heading="Brought about by that change", unit="points"),
        ),
        rows=tuple(_beside_row(finding) for finding in result.changes),
        note="After less before, with 95% intervals. Kappa is not at the same mix of grades; its "
        "interval is a bootstrap. Pairs whose moderator's grade was met in one period only cannot "
        f"be matched: {_unmatched(result)}.",
        source=result.scope.source_line,
    )


def _unmatched(result: ProcessAgreement) -> str:
    return listed([whole(finding.change.exact.unmatched) for finding in result.changes])


def _beside_row(finding: AgreementFinding) -> tuple[str, ...]:
    change = finding.change
    within = change.within_one.difference
    if change.verdict == AgreementChangeVerdict.TOO_LITTLE:
        return (named(finding.periods), *5 * (TOO_FEW,))
    return (
        named(finding.periods),
        with_interval(within, points)
        if within.has_interval or not within.is_estimable
        else f"{points(within.value)} (no variation)",
        with_interval(change.kappa, coefficient),
        f"{value(change.bias_before, fine_gap)}, {value(change.bias_after, fine_gap)}",
        with_interval(change.bias, fine_gap),
        with_interval(change.parts.explained, points),
    )


def _agreement_retained(result: ProcessAgreement) -> Table:
    return Table(
        caption="Agreement with moderators among auditors of both periods",
        columns=(
            Column(heading="Change", align="left"),
            Column(heading="Auditors in both"),
            Column(heading="Moderated before, after"),
            Column(heading="Difference", unit="points"),
            Column(heading="Against all auditors", align="left"),
        ),
        rows=tuple(
            (
                named(finding.periods),
                str(finding.retained_auditors),
                f"{finding.retained.pairs_before:,}, {finding.retained.pairs_after:,}",
                with_interval(finding.retained.exact.difference, points)
                if finding.retained.verdict != AgreementChangeVerdict.TOO_LITTLE
                and finding.retained.exact.difference.is_estimable
                else finding.retained.reason,
                finding.retained_says,
            )
            for finding in result.changes
        ),
        note="95% intervals in brackets. A change of pool cannot explain what these auditors did.",
        source=result.scope.source_line,
    )


def _timeline(result: ProcessAgreement) -> Table:
    return Table(
        caption="Moderated audits by quarter, with the changes that began in it",
        columns=(
            Column(heading="Audited in", align="left"),
            Column(heading="Moderated"),
            Column(heading="Same grade"),
            Column(heading="Mean gap", unit="grades"),
            Column(heading="Began", align="left"),
        ),
        rows=tuple(_quarter(quarter) for quarter in result.timeline),
        note="95% intervals in brackets. The gap is audit minus moderation: above 0 the auditor "
        f"was kinder. Nothing is given under {AGREEMENT_CHANGE_RULE.fewest_a_quarter} moderated "
        "audits.",
        source=result.scope.source_line,
    )


def _quarter(quarter: ModeratedQuarter) -> tuple[str, ...]:
    return (
        str(quarter.quarter),
        whole(quarter.pairs),
        with_interval(quarter.identical, percent),
        with_interval(quarter.gap, fine_gap),
        listed(quarter.changes),
    )

"""Agreement with moderators before and after each process change: words, tables, picture."""

from __future__ import annotations

from qaf_analysis.kit.charts.mark import Mark
from qaf_analysis.kit.charts.time import Change
from qaf_analysis.kit.numbers import (
    coefficient,
    counted,
    fine_gap,
    percent,
    points,
    value,
    whole,
    with_interval,
)
from qaf_analysis.kit.parts import Column, Picture, Table
from qaf_analysis.kit.statement import Statement, listed
from qaf_analysis.stats.process.agreement_change import FEWEST_PAIRS
from qaf_analysis.topics.agreement.charts_agreement_time import agreement_over_time
from qaf_analysis.topics.process.consistency_tables import periods_table
from qaf_analysis.topics.process.consistency_words import named, other_claims, together
from qaf_analysis.topics.process.process_agreement import (
    AgreementFinding,
    ModeratedQuarter,
    ProcessAgreement,
)

LIMITS = (
    "Agreement is compared among audits to which moderators gave the same grade, so that easier "
    "cases cannot pass for better auditing. It still rises when auditors merely become less kind "
    "on balance, which is told apart by a model and not by the counts. What began in the same "
    "quarter cannot be told apart, and the moderators themselves may have changed."
)


def say_process_agreement(result: ProcessAgreement) -> Statement:
    """Words for each process change."""
    if not result.changes:
        paragraphs: tuple[str, ...] = (
            f"Not available because {result.reason}. Declare training, co-location or a new "
            "auditor pool with its date in council.toml.",
        )
    else:
        paragraphs = tuple(_finding(finding) for finding in result.changes)
    return Statement(
        claim=_claim(result),
        paragraphs=paragraphs,
        limits=LIMITS,
        source=result.scope.source_line,
    )


def process_agreement_pictures(result: ProcessAgreement) -> tuple[Picture, ...]:
    """Identical grades by quarter, with the changes marked."""
    if not any(quarter.identical.is_estimable for quarter in result.timeline):
        return ()
    pairs = sum(quarter.pairs for quarter in result.timeline)
    same = sum(
        quarter.identical.value * quarter.pairs for quarter in result.timeline if quarter.pairs
    )
    every = Mark(label="all quarters", value=same / pairs, note=f"n {whole(pairs)}")
    return (
        agreement_over_time(
            [Mark.of(str(q.quarter), q.identical) for q in result.timeline],
            title=f"Same grade by auditor and moderator, share by quarter: {result.verdict}",
            whole_period=every,
            changes=[
                Change(label=listed(quarter.changes), before=str(quarter.quarter))
                for quarter in result.timeline
                if quarter.changes
            ],
            about="Share of moderated audits to which auditor and moderator gave the same grade, "
            "by quarter of the audit.",
            missing="no moderated audit",
        ),
    )


def process_agreement_tables(result: ProcessAgreement) -> tuple[Table, ...]:
    """The verdicts, what else moved, auditors of both periods, and the quarters."""
    if not result.changes:
        return ()
    return (
        _verdicts(result),
        _beside(result),
        _retained(result),
        periods_table([one.periods for one in result.changes], source=result.scope.source_line),
        _timeline(result),
    )


def _claim(result: ProcessAgreement) -> str:
    if result.headline < 0:
        return "Agreement with moderators before and after cannot be compared"
    finding = result.changes[result.headline]
    what = listed(finding.periods.labels)
    claim = {
        "agreement improved": f"Auditors agree more often with moderators since {what}",
        "agreement fell": f"Auditors agree less often with moderators since {what}",
        "no evidence of change": "There is no evidence that agreement with moderators changed "
        f"after {what}",
    }.get(result.verdict, f"Too little data on agreement with moderators around {what}")
    others = [one for k, one in enumerate(result.changes) if k != result.headline]
    return claim + other_claims(
        [(one.periods, one.change.verdict) for one in others],
        {"agreement improved": "more often after", "agreement fell": "less often after"},
    )


def _finding(finding: AgreementFinding) -> str:
    change = finding.change
    said = [f"{named(finding.periods)}: {change.verdict}, because {change.reason}."]
    basis = f"{counted(change.pairs_before, 'moderated audit')} before, {change.pairs_after} after"
    if change.exact.difference.is_estimable and change.verdict != "too little data":
        said += [
            f"At the same mix of moderators' grades, auditor and moderator gave the same grade in "
            f"{percent(change.exact.before)} of audits before and {percent(change.exact.after)} "
            f"after, a difference of {with_interval(change.exact.difference, points)} points "
            f"({basis}); a change of more than {points(change.ruled_out).removeprefix('+')} points "
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
    return (
        f"{who} the difference is {with_interval(same, points)} points "
        f"({finding.retained.pairs_before} and {finding.retained.pairs_after} moderated audits)."
    )


def _verdicts(result: ProcessAgreement) -> Table:
    return Table(
        caption="Agreement with moderators before and after each process change",
        columns=(
            Column(heading="Change", align="left"),
            Column(heading="Verdict", align="left"),
            Column(heading="Same grade before"),
            Column(heading="Same grade after"),
            Column(heading="Difference", unit="points"),
            Column(heading="Moderated before, after"),
            Column(heading="Auditors before, after"),
        ),
        rows=tuple(_verdict_row(finding) for finding in result.changes),
        note="At the same mix of moderators' grades (Mantel and Haenszel's weights); 95% intervals "
        f"in brackets. Under {FEWEST_PAIRS} moderated audits on a side: too little data.",
        source=result.scope.source_line,
    )


def _verdict_row(finding: AgreementFinding) -> tuple[str, ...]:
    change = finding.change
    exact = change.exact
    enough = exact.difference.is_estimable and change.verdict != "too little data"
    return (
        named(finding.periods),
        change.verdict,
        percent(exact.before) if enough else "too few to say",
        percent(exact.after) if enough else "too few to say",
        with_interval(exact.difference, points) if enough else change.reason,
        f"{change.pairs_before}, {change.pairs_after}",
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


def _retained(result: ProcessAgreement) -> Table:
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
                f"{finding.retained.pairs_before}, {finding.retained.pairs_after}",
                with_interval(finding.retained.exact.difference, points),
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
            Column(heading="Quarter", align="left"),
            Column(heading="Moderated"),
            Column(heading="Same grade"),
            Column(heading="Mean gap", unit="grades"),
            Column(heading="Began", align="left"),
        ),
        rows=tuple(_quarter(quarter) for quarter in result.timeline),
        note="95% intervals in brackets. The gap is audit minus moderation: above 0 the auditor "
        "was kinder.",
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

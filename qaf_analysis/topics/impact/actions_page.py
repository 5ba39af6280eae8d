"""The section on improvement actions and re-audits: words and tables."""

from __future__ import annotations

from collections.abc import Callable

from qaf_analysis.kit.numbers import counted, interval, percent, points, whole, with_interval
from qaf_analysis.kit.parts import Column, Table
from qaf_analysis.kit.statement import Statement
from qaf_analysis.stats.impact.verdict import CLAIMS
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.impact.actions import ActionCounts, Actions, ThemeOrder
from qaf_analysis.topics.impact.re_audits import ReAudit

LIMITS = (
    "Which actions were closed, and when, says nothing of whether they worked: grades may move "
    "before an action is closed, after it, or without it. A day of closing is what the council "
    "entered, and only a later audit has looked at practice. The intervals take the actions as a "
    "sample of how the council follows its audits up, each apart from the others."
)
RE_AUDIT_NOTE = (
    "Two snapshots with no comparison: they differ as easily by who audited, which cases were "
    "picked and what moved every domain as by practice. Their interval allows for chance alone."
)


def say_actions(result: Actions) -> Statement:
    """Words for the section on improvement actions."""
    paragraphs = [_not_available(result.why_not)] if result.why_not else _said_of_actions(result)
    paragraphs += [_said_of_re_audit(one) for one in result.re_audits]
    return Statement(
        claim=_claim(result),
        paragraphs=tuple(paragraphs),
        limits=LIMITS,
        source=result.scope.source_line,
    )


def actions_tables(result: Actions) -> tuple[Table, ...]:
    """Actions by theme, their shares, the order of closing, and the re-audits."""
    tables = []
    if not result.why_not:
        tables += [_counts(result), _shares(result)]
        if result.order:
            tables.append(_order(result))
    if result.re_audits:
        tables.append(_re_audits(result))
    return tuple(tables)


def _claim(result: Actions) -> str:
    if result.why_not:
        return "Improvement actions are not described"
    every = result.overall
    quarter = result.scope.quarter
    if not every.due:
        return f"No improvement action is known to have been due by the end of {quarter}"
    if every.overdue:
        return f"{counted(every.overdue, 'improvement action')} overdue at the end of {quarter}"
    return f"No improvement action overdue at the end of {quarter}"


def _not_available(why_not: str) -> str:
    return (
        f"Not available because {why_not}. An export with one row for each action, and the days "
        "on which it was raised, due and closed, is declared in council.toml under [[files]]."
    )


def _said_of_actions(result: Actions) -> list[str]:
    every = result.overall
    said = [
        f"By the end of {result.scope.quarter}, {counted(every.raised, 'action')} had been raised "
        f"and {whole(every.closed)} closed{_share(every.closed_share)}. Of {whole(every.due)} "
        f"whose day had come, {whole(every.in_time)} were closed by it"
        f"{_share(every.in_time_share)}; {whole(every.late)} after it, and {whole(every.overdue)} "
        "not yet.",
        f"Of those closed, {whole(every.verified)} were verified, {whole(every.re_audited)} by a "
        f"later audit{_share(every.re_audited_share)}.",
    ]
    if every.undated:
        said.append(
            f"{counted(every.undated, 'action')} had no due day, and can be neither late nor "
            "overdue."
        )
    return said + [_said_of_order(theme) for theme in result.order]


def _said_of_order(theme: ThemeOrder) -> str:
    opening = f"{theme.theme} (audited in {theme.audited_in}): "
    if not theme.raised:
        return f"{opening}no action is recorded."
    if not theme.has_begun:
        return (
            f"{opening}{whole(theme.closed_before)} of {counted(theme.raised, 'action')} closed so "
            f"far; the first quarter after, {theme.first_after}, had not begun."
        )
    return (
        f"{opening}{whole(theme.closed_before)} of {counted(theme.raised, 'action')} had been "
        f"closed before the first quarter after, {theme.first_after}, and "
        f"{whole(theme.closed_since)} since; {whole(theme.still_open)} still open."
        f"{_preceded(theme)}"
    )


def _preceded(theme: ThemeOrder) -> str:
    """Whether closing came before a change that was found; with a space before, or empty."""
    if theme.verdict.startswith("too little data"):
        return " Whether the theme changed cannot be said."
    if not theme.verdict.startswith(CLAIMS):
        return " No change was found in the theme."
    closed = "none" if theme.closed_before == 0 else whole(theme.closed_before)
    return (
        f" A change was found over the quarters from {theme.first_after} on; when they began, "
        f"{closed} of {whole(theme.raised)} had been closed. An order of dates is no proof."
    )


def _said_of_re_audit(one: ReAudit) -> str:
    change = one.change
    opening = (
        f"{one.theme}, audit ({_span(one.audited)}) and re-audit ({_span(one.re_audited)}): "
        f"{whole(change.audit_good)} of {counted(change.audit_n, 'audit')} and "
        f"{whole(change.re_audit_good)} of {whole(change.re_audit_n)} good or better for "
        f"{one.domain}"
    )
    if not change.difference.is_estimable:
        return f"{opening}; {change.verdict}."
    written = with_interval(change.difference, points)
    return f"{opening}, a difference of {written} points. Verdict: {change.verdict}."


def _span(ends: tuple[Quarter, Quarter]) -> str:
    return str(ends[0]) if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def _written(share: Estimate) -> str:
    return with_interval(share, percent)


def _share(share: Estimate) -> str:
    return f", {_written(share)}" if share.is_estimable else " (too few for a share)"


def _counts(result: Actions) -> Table:
    headings = (
        "Raised",
        "No due day",
        "Due",
        "Closed in time",
        "Closed late",
        "Overdue",
        "Closed",
        "Verified",
        "Verified by a later audit",
    )
    return Table(
        caption=f"Improvement actions by theme at the end of {result.scope.quarter}",
        columns=(
            Column(heading="Theme", align="left"),
            *(Column(heading=heading) for heading in headings),
        ),
        rows=tuple(_count_row(one) for one in (*result.by_theme, result.overall)),
        note="Due: the day by which it was to be closed had come. Closed in time, closed late and "
        "overdue add up to due. Closed also counts actions closed that were not due yet or had no "
        "due day.",
        source=result.scope.source_line,
    )


def _count_row(one: ActionCounts) -> tuple[str, ...]:
    numbers = (
        one.raised,
        one.undated,
        one.due,
        one.in_time,
        one.late,
        one.overdue,
        one.closed,
        one.verified,
        one.re_audited,
    )
    return (one.label, *map(whole, numbers))


def _shares(result: Actions) -> Table:
    parts: tuple[tuple[str, Callable[[ActionCounts], Estimate]], ...] = (
        ("Closed, of those raised", lambda one: one.closed_share),
        ("Closed in time, of those due", lambda one: one.in_time_share),
        ("Verified by a later audit, of those closed", lambda one: one.re_audited_share),
    )
    return Table(
        caption="Shares of the actions, where there are at least five",
        columns=(
            Column(heading="Theme", align="left"),
            *(Column(heading=heading, unit="95% interval") for heading, _ in parts),
        ),
        rows=tuple(
            (one.label, *(_written(share(one)) for _, share in parts))
            for one in (*result.by_theme, result.overall)
        ),
        note="Wilson intervals.",
        source=result.scope.source_line,
    )


def _order(result: Actions) -> Table:
    return Table(
        caption="When actions were closed, beside the first quarter after each themed audit",
        columns=(
            Column(heading="Theme", align="left"),
            Column(heading="Audited in", align="left"),
            Column(heading="First quarter after", align="left"),
            Column(heading="Raised"),
            Column(heading="Closed before it"),
            Column(heading="Closed since"),
            Column(heading="Open"),
            Column(heading="Closed from", align="left"),
            Column(heading="Closed to", align="left"),
        ),
        rows=tuple(
            (
                one.theme,
                str(one.audited_in),
                str(one.first_after) if one.has_begun else f"{one.first_after}, not begun",
                whole(one.raised),
                whole(one.closed_before),
                whole(one.closed_since),
                whole(one.still_open),
                str(one.first_closed or "none"),
                str(one.last_closed or "none"),
            )
            for one in result.order
        ),
        note="An order of dates only. The first quarter after is the first one that the "
        "comparison of themes counts as after the themed audit.",
        source=result.scope.source_line,
    )


def _re_audits(result: Actions) -> Table:
    return Table(
        caption="Themes audited and audited again: good or better in each",
        columns=(
            Column(heading="Theme", align="left"),
            Column(heading="Domain", align="left"),
            Column(heading="Audit", align="left"),
            Column(heading="Good or better"),
            Column(heading="Re-audit", align="left"),
            Column(heading="Good or better again"),
            Column(heading="Cases in both"),
            Column(heading="Difference", unit="points"),
            Column(heading="95% interval"),
            Column(heading="Verdict", align="left"),
        ),
        rows=tuple(_re_audit_row(one) for one in result.re_audits),
        note=RE_AUDIT_NOTE,
        source=f"Themed audits and re-audits up to {result.scope.quarter}.",
    )


def _re_audit_row(one: ReAudit) -> tuple[str, ...]:
    change = one.change
    seen = change.difference.is_estimable
    return (
        one.theme,
        one.domain,
        _span(one.audited),
        f"{whole(change.audit_good)} of {whole(change.audit_n)}",
        _span(one.re_audited),
        f"{whole(change.re_audit_good)} of {whole(change.re_audit_n)}",
        whole(one.same_cases),
        points(change.difference.value) if seen else "too few to say",
        interval(change.difference, points),
        str(change.verdict),
    )

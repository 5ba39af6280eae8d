"""The tables of child focus."""

from __future__ import annotations

from math import isnan

from qaf_analysis.kit.numbers import (
    TOO_FEW,
    coefficient,
    counted,
    gap,
    interval,
    percent,
    points,
    value,
)
from qaf_analysis.kit.parts import Column, Figure, Table, estimates_table, in_section, listed
from qaf_analysis.stats.child.focus import ChildFocus
from qaf_analysis.topics.child.analysis import ChildFocusFinding, OwnReading


def child_focus_tables(result: ChildFocusFinding) -> tuple[Table, ...]:
    """The five measures, the rules the overall grade follows, and auditors' own by year."""
    tables = [] if result.comparison is None else [in_section(_measures(result.comparison, result))]
    return (*tables, in_section(_rules(result)), _by_year(result))


def _measures(focus: ChildFocus, result: ChildFocusFinding) -> Table:
    rates = focus.good_without_child
    good = f"{result.good_label} or better although a child's domain is not"
    figures: list[Figure] = [
        ("Optimism, child's domains less process domains, grades", focus.experience_gap, gap),
        ("Child's domains' share in the overall grade, auditors", focus.focus.audit, percent),
        ("… moderators", focus.focus.moderation, percent),
        ("… auditors minus moderators, points", focus.focus.difference, points),
        (f"{good}, auditors", rates.audit, percent),
        ("… moderators", rates.moderation, percent),
        ("… auditors minus moderators, points", rates.difference, points),
        ("… difference that is tested, points", rates.crossed, points),
        ("Spread of domain grades in an audit, auditors over moderators", focus.halo, coefficient),
        ("All domains graded alike, auditors", focus.straight_lines.audit, percent),
        ("… moderators", focus.straight_lines.moderation, percent),
        ("… auditors minus moderators, points", focus.straight_lines.difference, points),
        (
            "Overall no higher than the weakest domain, difference, points",
            focus.weakest_link,
            points,
        ),
    ]
    tests = "; ".join(
        f"{test.metric} {coefficient(test.adjusted_p)}"
        for test in focus.tests
        if not isnan(test.adjusted_p)
    )
    return estimates_table(
        "Focus on the child, auditors against moderators",
        figures,
        note=f"p-values of {len(focus.tests)} measures, adjusted for testing "
        f"{counted(sum(not isnan(t.p) for t in focus.tests), 'measure')} together: "
        f"{tests or 'none'}.",
        source=result.scope.source_line,
    )


def _rules(result: ChildFocusFinding) -> Table:
    compared = {} if result.comparison is None else {r.rule: r for r in result.comparison.rules}
    rows = []
    for each in result.own.rules:
        both = compared.get(each.rule)
        rows.append(
            (
                each.rule.capitalize(),
                value(each.share, percent),
                interval(each.share, percent) if each.share.is_estimable else "",
                f"{each.share.cases:,}",
                value(both.audit, percent) if both else "",
                value(both.moderation, percent) if both else "",
                f"{both.audit.cases:,}" if both else "",
            )
        )
    return Table(
        caption="Which rule the overall grade follows",
        columns=(
            Column(heading="Overall grade equals", align="left"),
            Column(heading="All audits"),
            Column(heading="95% interval"),
            Column(heading="n"),
            Column(heading="Moderated: auditor"),
            Column(heading="Moderated: moderator"),
            Column(heading="n moderated"),
        ),
        rows=tuple(rows),
        note="Child's domains: "
        f"{listed(result.child_domains) or 'none declared'}. Process domains: "
        f"{listed(result.process_domains) or 'none declared'}."
        + (f" Not compared with moderators, because {result.reason}." if result.reason else ""),
        source=f"Routine audits, {result.own.period}.",
    )


def _by_year(result: ChildFocusFinding) -> Table:
    return Table(
        caption=f"{result.good_label} or better overall although a child's domain is not, by "
        "auditors' own grades",
        columns=(
            Column(heading="Year", align="left"),
            Column(heading="Audits graded"),
            Column(heading="With a child's domain below"),
            Column(heading="Share"),
            Column(heading="95% interval"),
        ),
        rows=tuple(
            (
                year.period,
                f"{year.audits:,}",
                f"{year.good_without_child.cases:,}",
                value(year.good_without_child, percent),
                interval(year.good_without_child, percent)
                if year.good_without_child.is_estimable
                else TOO_FEW,
            )
            for year in (*result.years, *_not_a_whole_year(result))
        ),
        source="Routine audits, moderated or not.",
    )


def _not_a_whole_year(result: ChildFocusFinding) -> tuple[OwnReading, ...]:
    """Return the latest period, unless it is the last financial year over again."""
    if result.years and result.years[-1].good_without_child == result.own.good_without_child:
        return ()
    return (result.own,)

"""Is auditing sharply focused on the child's experience: words, tables and picture."""

from __future__ import annotations

from math import isnan

from qaf_analysis.kit.charts.mark import Mark
from qaf_analysis.kit.charts.rows import Axis, Row, interval_rows
from qaf_analysis.kit.estimates_table import Figure, estimates_table
from qaf_analysis.kit.numbers import (
    TOO_FEW,
    coefficient,
    counted,
    gap,
    interval,
    percent,
    points,
    value,
    with_interval,
)
from qaf_analysis.kit.parts import Column, Picture, Table
from qaf_analysis.kit.statement import Statement, listed
from qaf_analysis.stats.child.child_focus import ChildFocus
from qaf_analysis.topics.child.child_focus import ChildFocusFinding, OwnReading

LIMITS = (
    "These measures see grades, not files: they cannot tell whether a child was heard, only "
    "whether grades treat the child's domains as moderators do. Which domains count as the "
    "child's is declared in the settings."
)


def say_child_focus(result: ChildFocusFinding) -> Statement:
    """Words on the child's domains against moderators, and on auditors' own grades."""
    return Statement(
        claim=_claim(result),
        paragraphs=(*_against(result), _own(result), *_followed(result)),
        limits=LIMITS,
        source=result.scope.source_line,
    )


def child_focus_tables(result: ChildFocusFinding) -> tuple[Table, ...]:
    """The five measures, the rules the overall grade follows, and auditors' own by year."""
    tables = [] if result.comparison is None else [_measures(result.comparison, result)]
    return (*tables, _rules(result), _by_year(result))


def child_focus_pictures(result: ChildFocusFinding) -> tuple[Picture, ...]:
    """Which rule overall grades follow."""
    rows = [
        Row(mark=Mark.of(f"{each.rule.capitalize()}", each.share))
        for each in result.own.rules
        if each.share.is_estimable
    ]
    if not rows:
        return ()
    return (
        interval_rows(
            rows,
            title=_rule_claim(result.own),
            axis=Axis(
                middle="never",
                left="",
                right="always",
                unit="share of audits",
                number=percent,
                span=(0.0, 1.0),
            ),
            about="Share of audits whose overall grade is what each rule would give.",
        ),
    )


def _claim(result: ChildFocusFinding) -> str:
    if result.comparison is None:
        return "Whether audits look sharply at the child cannot be told against moderators"
    if not _weaker(result.comparison):
        return "Auditors' focus on the child is not clearly weaker than moderators'"
    return "Auditors' focus on the child is weaker than moderators'"


def _weaker(focus: ChildFocus) -> list[str]:
    return [test.metric for test in focus.tests if test.shows_weaker_focus()]


def _against(result: ChildFocusFinding) -> tuple[str, ...]:
    focus = result.comparison
    if focus is None:
        return (f"Not available because {result.reason}.",)
    gap_words = (
        f"Over-optimism in the child's domains ({listed(result.child_domains)}) less that in "
        f"process domains is {with_interval(focus.experience_gap, gap)} of a grade."
        if focus.experience_gap.is_estimable
        else "Whether optimism is larger in the child's domains is not available because "
        f"{focus.experience_gap.why_not}."
    )
    return (gap_words, _without_child(result, focus), _tests(focus))


def _without_child(result: ChildFocusFinding, focus: ChildFocus) -> str:
    rates = focus.good_without_child
    if not rates.audit.is_estimable:
        return (
            "How often audits are good although a child's domain is not cannot be said, because "
            f"{rates.audit.why_not}."
        )
    return (
        f"Where moderators graded a child's domain below {result.good_label.lower()} "
        f"({counted(rates.audit.cases, 'audit')}), auditors still graded "
        f"{with_interval(rates.audit, percent)} {result.good_label.lower()} or better overall; "
        f"moderators did so in {with_interval(rates.moderation, percent)}."
    )


def _tests(focus: ChildFocus) -> str:
    found = _weaker(focus)
    tested = [test for test in focus.tests if not isnan(test.p)]
    if not tested:
        return "None of the five measures could be tested."
    every = f"Of {counted(len(tested), 'measure')} tested together"
    if not found:
        return f"{every}, none shows a clearly weaker focus than moderators'."
    return f"{every}, these show a weaker focus than moderators': {listed(found)}."


def _own(result: ChildFocusFinding) -> str:
    rate = result.own.good_without_child
    if not rate.is_estimable:
        return (
            "From auditors' own grades, how often an audit is good although a child's domain is "
            f"not cannot be said, because {rate.why_not}."
        )
    return (
        f"By auditors' own grades, {with_interval(rate, percent)} of "
        f"{counted(rate.cases, 'audit')} with a child's domain below "
        f"{result.good_label.lower()} are {result.good_label.lower()} or better overall "
        f"({result.own.period})."
    )


def _followed(result: ChildFocusFinding) -> tuple[str, ...]:
    known = [each for each in result.own.rules if each.share.is_estimable]
    if not known:
        return ()
    most = max(known, key=lambda each: each.share.value)
    return (
        f"The overall grade is most often the {most.rule} of the audit's own domains "
        f"({with_interval(most.share, percent)} of {counted(most.share.cases, 'audit')}); several "
        "rules can give the same grade.",
    )


def _rule_claim(own: OwnReading) -> str:
    known = [each for each in own.rules if each.share.is_estimable]
    most = max(known, key=lambda each: each.share.value)
    return f"Overall grades most often follow the {most.rule}"


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

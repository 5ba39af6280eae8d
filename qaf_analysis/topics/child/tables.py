"""The tables of child focus."""

from __future__ import annotations

from math import isnan

from qaf_analysis.kit.numbers import (
    TOO_FEW,
    coefficient,
    coefficient_to,
    counted,
    decimals_adding_up,
    gap,
    interval,
    percent,
    points,
    value,
)
from qaf_analysis.kit.parts import (
    Column,
    Figure,
    Table,
    difference_figures,
    estimates_table,
    in_section,
    listed,
)
from qaf_analysis.stats.child.focus import ChildFocus
from qaf_analysis.stats.child.two_judgements import TwoJudgements
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.scale import beginning_sentence
from qaf_analysis.topics.child.analysis.focus import ChildFocusFinding, OwnReading
from qaf_analysis.topics.child.analysis.impact import PracticeImpact


def child_focus_tables(result: ChildFocusFinding) -> tuple[Table, ...]:
    """The five measures, the rules the overall grade follows, and auditors' own by year."""
    tables = [] if result.comparison is None else [in_section(_measures(result.comparison, result))]
    if not any(each.share.cases for each in result.own.rules):
        return tuple(tables)  # without an overall grade no rule gives it
    return (*tables, in_section(_rules(result)), _by_year(result))


def _measures(focus: ChildFocus, result: ChildFocusFinding) -> Table:
    rates, lines = focus.good_without_child, focus.straight_lines
    good = f"{result.scale.positive_heading} although a child's domain is not"
    decimals = 2
    if focus.halo.difference.is_estimable:
        decimals = decimals_adding_up(
            focus.halo.moderation.value, focus.halo.audit.value, least=decimals
        )
    likeness = coefficient_to(decimals)
    together = "How far the domains of an audit go together (0 not at all, 1 wholly)"
    figures: list[Figure] = [
        ("Optimism, child's domains less process domains, grades", focus.experience_gap, gap),
        *_against(
            "Child's domains' share in the overall grade",
            focus.focus.audit, focus.focus.moderation, focus.focus.difference,
        ),
        (f"{good}, auditors", rates.audit, percent),
        ("… moderators", rates.moderation, percent),
        (f"{together}, auditors", focus.halo.audit, likeness),
        ("… moderators", focus.halo.moderation, likeness),
        ("… auditors minus moderators", focus.halo.difference, likeness),
        *_against(
            "All domains graded alike", lines.audit, lines.moderation, lines.difference
        ),
        (
            "Overall no higher than the weakest domain, difference, points",
            focus.weakest_link,
            points,
        ),
    ]  # fmt: skip
    return estimates_table(
        "Focus on the child, auditors against moderators",
        figures,
        note=_tested(focus) + _left_out(result),
        source=result.scope.source_line,
    )


def _against(
    what: str, audit: Estimate, moderation: Estimate, difference: Estimate
) -> list[Figure]:
    return difference_figures(
        (f"{what}, auditors", audit),
        ("… moderators", moderation),
        ("… auditors minus moderators, points", difference),
    )


def _tested(focus: ChildFocus) -> str:
    tests = [test for test in focus.tests if not isnan(test.adjusted_p)]
    if not tests:
        return "Nothing could be tested."
    said = "; ".join(f"{test.measure} {coefficient(test.adjusted_p)}" for test in tests)
    return (
        f"Chance of so large a difference were there none, adjusted for "
        f"{counted(len(tests), 'measure')} tested together: {said}. The other figures are shown "
        "and not tested."
    )


def _left_out(result: ChildFocusFinding) -> str:
    if not result.unvarying_domains:
        return ""
    return (
        f" Grades of {listed(result.unvarying_domains)} hardly vary, so they count for neither "
        "the optimism nor how far domains go together."
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
        caption=f"{result.scale.positive_heading} overall although a child's domain is not, by "
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


def practice_impact_tables(result: PracticeImpact) -> tuple[Table, ...]:
    """The two judgements crossed, by auditors and, where there are enough, by moderators."""
    if result.audits is None:
        return ()
    readers = (("auditors", result.audits), ("moderators", result.moderated))
    counts = tuple(
        Table(
            caption=f"{result.practice} by {result.impact}, as {who} graded",
            columns=(
                Column(heading=result.practice, align="left"),
                Column(heading=f"{result.impact}: {result.scale.positive}"),
                Column(heading=result.scale.below_positive),
                Column(heading="Audits"),
            ),
            rows=_crossed_rows(found, result),
            source=result.scope.source_line if who == "auditors" else "",
            place="section",
        )
        for who, found in readers
        if found is not None
    )
    return (*counts, _crossed_estimates(result))


def _crossed_rows(found: TwoJudgements, result: PracticeImpact) -> tuple[tuple[str, ...], ...]:
    cells = (
        (result.scale.positive_heading, found.both, found.practice_only),
        (beginning_sentence(result.scale.below_positive), found.impact_only, found.neither),
        ("All", found.both + found.impact_only, found.practice_only + found.neither),
    )
    return tuple((label, f"{yes:,}", f"{no:,}", f"{yes + no:,}") for label, yes, no in cells)


def _crossed_estimates(result: PracticeImpact) -> Table:
    positive = f"graded {result.scale.positive}"
    figures: list[Figure] = [
        figure
        for who, found in (("auditors", result.audits), ("moderators", result.moderated))
        if found is not None
        for figure in (
            (f"Practice {positive}, no difference yet, by {who}", found.no_difference_yet, percent),
            (f"Practice less impact, by {who}", found.difference, points),
        )
    ]
    return estimates_table(
        "Practice and impact for the child", figures, source=result.scope.source_line
    )

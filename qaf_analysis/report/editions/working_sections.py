"""Sections of the working edition: each made of what topics say, or one line that it is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import nan

from qaf_analysis.kit.numbers import counted, percent, whole
from qaf_analysis.kit.parts import Picture, Statement, Table, in_section
from qaf_analysis.report.blocks import Block, Figure, Heading, Listing, Note, Paragraph, Strong
from qaf_analysis.report.editions.next_round import NextRound
from qaf_analysis.report.editions.shorten import PAGEFUL, worst_rows
from qaf_analysis.report.editions.side_by_side import (
    case_types_table,
    domains_table,
    graded_domains,
    team_lines,
    teams_below,
    teams_table,
    teams_words,
)
from qaf_analysis.report.editions.to_do import hints, mend_tables
from qaf_analysis.report.quarterly import by_headline
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.topics.agreement.analysis.detail import AgreementDetail
from qaf_analysis.topics.agreement.analysis.drivers import AgreementDrivers, GroupAgreement
from qaf_analysis.topics.agreement.pictures import agreement_drivers_pictures
from qaf_analysis.topics.agreement.tables import boundaries_table, groups_table
from qaf_analysis.topics.agreement.words import agreement_by_domain, say_agreement_drivers
from qaf_analysis.topics.cases.analysis import CasesToDiscuss
from qaf_analysis.topics.cases.tables import first_cases, where_readers_part
from qaf_analysis.topics.cases.words import say_cases_to_discuss
from qaf_analysis.topics.common.brief import short_limits
from qaf_analysis.topics.impact.analysis.actions import Actions
from qaf_analysis.topics.impact.tables import actions_table, closing_order_table, re_audits_table
from qaf_analysis.topics.impact.words import counted_actions, say_actions
from qaf_analysis.topics.moderation.tables import needs_table, sizes_table
from qaf_analysis.topics.optimism.analysis.detail import OptimismDetail
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.optimism.brief import optimism_told
from qaf_analysis.topics.optimism.pictures import gap_by_domain_pictures, gap_picture
from qaf_analysis.topics.optimism.tables import grades_grid, replies_table, sources_table
from qaf_analysis.topics.optimism.words import gaps_by_domain, replies_words, say_optimism
from qaf_analysis.topics.programme.analysis.grades import Programme
from qaf_analysis.topics.programme.analysis.intake import Intake
from qaf_analysis.topics.programme.words import say_intake, weakest_domains
from qaf_analysis.topics.registry import Results
from qaf_analysis.topics.since.analysis import SinceLast
from qaf_analysis.topics.since.tables import agreed_table

TO_DO, CASES, DOMAINS, SITTINGS, TEAMS = "to-do", "cases", "domains", "sittings", "teams"
MODERATORS, ACTIONS, NEXT_SAMPLE = "moderators", "actions", "next-sample"
_DRIVERS = ("sitting", "kind of reading", "process change")
_COMPARED = (*_DRIVERS, "case type")


@dataclass(frozen=True, kw_only=True)
class WorkingSection:
    """A section with its blocks; none, and a line in their place, where its source is missing."""

    id: str
    claim: str
    blocks: tuple[Block, ...]
    missing: str = ""

    @property
    def whole(self) -> tuple[Block, ...]:
        """Its heading and its blocks."""
        return (Heading(text=self.claim, id=self.id), *self.blocks)


def working_sections(results: Results, following: NextRound) -> tuple[WorkingSection, ...]:
    """Every section in its order, those that are empty too.

    Parameters
    ----------
    results : Results
    following : NextRound
        The next round of moderation.
    """
    return (
        _to_do(results),
        _cases(results[CasesToDiscuss]),
        _domains(results),
        _sittings(results),
        _teams(results),
        _moderators(results),
        _actions(results[Actions]),
        _next_sample(following),
    )


# ---- what sections are made of -----------------------------------------------------------


def _said(*words: str) -> Iterator[Paragraph]:
    return (Paragraph(words=each) for each in words if each)


def _limits(words: str) -> Note:
    return Note(label="What this does not show", lines=(short_limits(words),))


def _drawn(pictures: Iterable[Picture], measure: str, source: str) -> Iterator[Figure]:
    return (
        Figure(picture=picture, measure=measure, source=picture.source or source)
        for picture in pictures
    )


def _each(
    results: Results, name: str, blocks: Callable[[Results, int], Iterable[Block]]
) -> Iterator[Block]:
    """The blocks of every headline, below its name where there are several.

    Of several headlines each gets so many rows less, so that the section keeps its length.
    """
    every = by_headline(results)
    most = max(4, PAGEFUL // len(every))
    told: list[Block] = []
    for place, (headline, own) in enumerate(every, start=1):
        # What was told of an earlier headline in the same words is not told again.
        found = [block for block in blocks(own, most) if block not in told]
        told += found
        if headline and found:
            yield Heading(text=headline, id=f"{name}-{place}", level=3)
        for block in found:
            yield block.about(headline) if isinstance(block, Table) else block


# ---- 1: to do ----------------------------------------------------------------------------


def _to_do(results: Results) -> WorkingSection:
    intake = results[Intake]
    said = say_intake(intake)
    told = hints(results)
    declare: tuple[Block, ...] = (
        (
            Heading(text="Worth recording or declaring", id="declare", level=3),
            Listing(items=told),
        )
        if told
        else ()
    )
    return WorkingSection(
        id=TO_DO,
        claim=said.claim,
        blocks=(
            *_said(*said.paragraphs[:2]),
            *mend_tables(intake),
            *_agreed(results[SinceLast]),
            *declare,
        ),
    )


def _agreed(since: SinceLast) -> Iterator[Block]:
    """What was agreed or recommended last time and what became of it, overdue ones first."""
    table = agreed_table(since)
    if table.rows:
        badness = [float(one.is_overdue) for one in since.agreed] + [0.0] * len(since.steps)
        yield Heading(text="Since the last report", id="since-last", level=3)
        yield worst_rows(table, badness=badness)


# ---- 2: cases ----------------------------------------------------------------------------


def _cases(result: CasesToDiscuss) -> WorkingSection:
    said = say_cases_to_discuss(result)
    if not result.scope.used:
        return WorkingSection(
            id=CASES,
            claim=said.claim,
            blocks=(),
            missing="Audits that two people read, from which cases to discuss could be chosen.",
        )
    table = (in_section(first_cases(result)),) if result.cases else ()
    return WorkingSection(
        id=CASES,
        claim=said.claim,
        blocks=(
            *_said(*said.paragraphs),
            *table,
            in_section(where_readers_part(result)),
            _limits(said.limits),
        ),
    )


# ---- 3: domains --------------------------------------------------------------------------


def _domains(results: Results) -> WorkingSection:
    programme = results[Programme]
    told = [one for one in graded_domains(results) if one.good.is_estimable]
    if not told:
        return WorkingSection(
            id=DOMAINS,
            claim="Domains",
            blocks=(),
            missing="Grades domain by domain, of ten audits or more in one of them.",
        )
    weakest = min(told, key=lambda one: one.good.value)
    return WorkingSection(
        id=DOMAINS,
        claim=f"{weakest.label} was graded {programme.scale.positive} least often: "
        f"{percent(weakest.good.value)} of {whole(weakest.total)}",
        blocks=tuple(_domain_blocks(results)),
    )


def _domain_blocks(results: Results) -> Iterator[Block]:
    every = replace(results[Programme], by_domain=graded_domains(results))
    yield from _said(*weakest_domains(every))
    detail = results[OptimismDetail] if results.has(OptimismDetail) else None
    gaps = detail is not None and any(one.kind == "domain" for one in detail.grouped)
    if detail is not None and gaps and not detail.withheld:
        yield from _said(gaps_by_domain(detail))
    drivers = results[AgreementDrivers]
    if any(one.kind == "domain" and one.coefficient.is_estimable for one in drivers.groups):
        yield from _said(agreement_by_domain(drivers))
    yield domains_table(results)
    if detail is not None and not detail.withheld:
        yield from _drawn(
            gap_by_domain_pictures(detail),
            "Mean of audit minus moderation in grades, with 95% interval",
            detail.scope.source_line,
        )
    yield _limits(
        "Why a domain is weak, and whether it is weaker than the next one: all domains of an audit "
        "were graded by the same auditor on the same day."
    )


# ---- 4: sittings and what drives disagreement --------------------------------------------


def _sittings(results: Results) -> WorkingSection:
    every = [(headline, own[AgreementDrivers]) for headline, own in by_headline(results)]
    said = say_agreement_drivers(every[0][1])
    if not any(one.coefficient.is_estimable for _, own in every for one in own.groups):
        return WorkingSection(
            id=SITTINGS,
            claim=said.claim,
            blocks=(),
            missing="Audits graded by two auditors, ten or more of a kind, to compare where they "
            "part.",
        )
    return WorkingSection(
        id=SITTINGS,
        claim=_drivers_claim(every),
        blocks=(*_each(results, SITTINGS, _driver_blocks), _limits(said.limits)),
    )


def _drivers_claim(every: Sequence[tuple[str, AgreementDrivers]]) -> str:
    """Whether any two kinds of audits differ clearly in agreement, on any headline."""
    pairs = [
        (low, high, headline)
        for headline, drivers in every
        for low in drivers.groups
        for high in drivers.groups
        if low.kind == high.kind and low.kind in _COMPARED and _is_lower(low, high)
    ]
    if not pairs:
        return "No kind of audit is shown to part auditors more than another"
    low, high, headline = min(pairs, key=lambda pair: pair[0].coefficient.value)
    named = f"{headline}: auditors" if headline else "Auditors"
    return f"{named} agree less by {low.kind}: {low.label} than {high.label}"


def _is_lower(low: GroupAgreement, high: GroupAgreement) -> bool:
    """Whether the whole interval of one lies below that of the other."""
    if not (low.coefficient.has_interval and high.coefficient.has_interval):
        return False
    return low.coefficient.high < high.coefficient.low


def _driver_blocks(results: Results, most: int) -> Iterator[Block]:
    drivers = results[AgreementDrivers]
    yield from _said(*say_agreement_drivers(drivers).paragraphs[1:])
    groups = tuple(one for one in drivers.groups if one.kind in _DRIVERS)
    if groups:
        table = groups_table("Agreement by sitting and change", "Group", groups, drivers)
        yield in_section(
            worst_rows(table, badness=[_low(one.coefficient) for one in groups], most=most)
        )
    if len(results[Programme].by_case_type) > 1:
        yield case_types_table(results, most=most)
    detail = results[AgreementDetail]
    if detail.boundaries and any(one.pairs for one in detail.boundaries):
        table = boundaries_table(detail)
        worst = [_high(one.confused) for one in detail.boundaries]
        yield in_section(worst_rows(table, badness=worst, most=most))
    if most == PAGEFUL:
        yield from _drawn(
            agreement_drivers_pictures(drivers),
            "Gwet's AC2 with 95% interval",
            drivers.scope.source_line,
        )


def _low(figure: Estimate) -> float:
    return -figure.value if figure.is_estimable else nan


def _high(figure: Estimate) -> float:
    return figure.value if figure.is_estimable else nan


# ---- 5: teams ----------------------------------------------------------------------------


def _teams(results: Results) -> WorkingSection:
    every = [(own, team_lines(own)) for _, own in by_headline(results)]
    if all(sum(line.grades.good.is_estimable for line in lines) < 2 for _, lines in every):
        return WorkingSection(
            id=TEAMS,
            claim="Teams",
            blocks=(),
            missing="Ten graded audits or more of each of two teams.",
        )
    below = {
        line.grades.label
        for own, lines in every
        for line in teams_below(lines, own[Programme].good_now)
    }
    claim = (
        f"{counted(len(below), 'team lies', 'teams lie')} below the council's share beyond chance"
        if below
        else "No team lies below the council's share beyond chance"
    )
    return WorkingSection(
        id=TEAMS,
        claim=claim,
        blocks=(
            *_each(results, TEAMS, _team_blocks),
            _limits(
                "Whether a team works better or worse: teams differ in their cases and in who "
                "audits them. Of twenty such intervals about one misses its figure by chance."
            ),
        ),
    )


def _team_blocks(results: Results, most: int) -> Iterator[Block]:
    yield from _said(teams_words(results))
    yield teams_table(results, most=most)


# ---- 6: moderators -----------------------------------------------------------------------


def _moderators(results: Results) -> WorkingSection:
    every = by_headline(results)
    told = [one for one in every if any(any(row) for row in one[1][Optimism].table)]
    if not told:
        return WorkingSection(
            id=MODERATORS,
            claim="Moderators",
            blocks=(),
            missing="Grades of external moderators for audits of this period.",
        )
    headline, first = told[0]
    said = say_optimism(first[Optimism])
    return WorkingSection(
        id=MODERATORS,
        claim=f"{headline}: {said.claim}" if headline else said.claim,
        blocks=(*_each(results, MODERATORS, _moderator_blocks), _limits(said.limits)),
    )


def _moderator_blocks(results: Results, most: int) -> Iterator[Block]:
    optimism, detail = results[Optimism], results[OptimismDetail]
    yield from _said(*(str(told.what) for told in optimism_told(optimism)))
    if not any(any(row) for row in optimism.table):
        return
    yield in_section(grades_grid(optimism))
    if not detail.withheld:
        yield from _said(replies_words(detail))
        if detail.reasons.is_estimable:
            yield in_section(replies_table(detail))
    if len(optimism.by_source) > 1:
        badness = [_high(group.gap) for group in optimism.by_source]
        yield in_section(worst_rows(sources_table(optimism), badness=badness, most=most))
    if most == PAGEFUL and any(group.gap.is_estimable for group in optimism.rounds):
        measure = "Mean of audit minus moderation in grades, with 95% interval"
        yield from _drawn((gap_picture(optimism),), measure, optimism.scope.source_line)


# ---- 7: actions --------------------------------------------------------------------------


def _actions(result: Actions) -> WorkingSection:
    said: Statement = say_actions(result)
    if result.why_not and not result.re_audits:
        return WorkingSection(
            id=ACTIONS,
            claim=said.claim,
            blocks=(),
            missing="Improvement actions, with the days on which they were due and closed.",
        )
    tables: list[Table] = []
    told = [] if result.why_not else counted_actions(result)
    if not result.why_not:
        worst = sorted(result.by_theme, key=lambda one: -one.overdue)
        tables.append(actions_table(replace(result, by_theme=tuple(worst))))
        if result.order:
            table = closing_order_table(result)
            badness = [float(one.still_open) for one in result.order]
            tables.append(worst_rows(table, badness=badness))
    if result.re_audits:
        tables.append(re_audits_table(result))
    return WorkingSection(
        id=ACTIONS,
        claim=said.claim,
        blocks=(*_said(*told), *map(in_section, tables), _limits(said.limits)),
    )


# ---- 8: the next sample ------------------------------------------------------------------


def _next_sample(following: NextRound) -> WorkingSection:
    if not following.draw:
        why = following.why_not or "no audit is open to be drawn"
        return WorkingSection(
            id=NEXT_SAMPLE,
            claim="The next round of moderation cannot be planned",
            blocks=(),
            missing=f"What a plan of moderation needs: {why}.",
        )
    plan = following.plan
    return WorkingSection(
        id=NEXT_SAMPLE,
        claim=following.claim,
        blocks=(
            *_said(*following.paragraphs),
            Paragraph(words=("To draw them, with your own folders: ", Strong(following.command))),
            *((in_section(needs_table(plan)),) if plan.answers else ()),
            *((in_section(sizes_table(plan)),) if plan.sizes else ()),
            _limits(following.limits),
        ),
    )

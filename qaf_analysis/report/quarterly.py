"""The quarterly moderation report: first page, the four questions, the evidence, the method."""

from __future__ import annotations

from qaf_analysis import __version__
from qaf_analysis.kit.numbers import counted, interval, percent, value
from qaf_analysis.kit.parts import Column, Table
from qaf_analysis.report.blocks import Block, Figure, Heading, Link, Listing, Strong, Words
from qaf_analysis.report.document import BigNumber, Box, Card, Document, FirstPage, Lead
from qaf_analysis.report.results import Results
from qaf_analysis.report.sections import appendix, sections
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.topics.agreement.pictures import agreement_card_picture
from qaf_analysis.topics.agreement.words import agreement_card
from qaf_analysis.topics.impact.analysis.changes import DesignChanges
from qaf_analysis.topics.impact.pictures import themes_card_picture
from qaf_analysis.topics.impact.words import design_line, themes_card
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.optimism.pictures import optimism_card_picture
from qaf_analysis.topics.optimism.words import optimism_card
from qaf_analysis.topics.process.pictures import consistency_card_picture
from qaf_analysis.topics.process.words import consistency_card
from qaf_analysis.topics.programme.analysis.grades import Programme
from qaf_analysis.topics.programme.pictures import grades_picture
from qaf_analysis.topics.programme.words import (
    programme_lead,
    reach_points,
    reach_title,
    since_last_quarter,
)
from qaf_analysis.topics.recommendations import recommendations
from qaf_analysis.topics.trend.analysis import TrueTrend
from qaf_analysis.topics.trend.words import true_trend_line

SYNTHETIC = "These data are invented. No council, child or worker is described."


def quarterly_document(results: Results, *, run_id: str) -> Document:
    """Compose the report from released results.

    Parameters
    ----------
    results : Results
        What the notebooks found.
    run_id : str
        Identifier of the run, printed at the head.
    """
    quarter = results.programme.result.scope.quarter
    return Document(
        title=f"Quarterly moderation report, {quarter}",
        first_page=_first_page(results, run_id),
        body=(*sections(results), *appendix(results)),
        colophon=f"Made by qaf_analysis {__version__}, run {run_id}. The manifest beside this "
        "report lists every input, parameter and output with its hash.",
    )


def verdict_table(results: Results) -> Table:
    """Return the four questions with their verdicts, as a table."""
    return Table(
        caption="The four questions",
        columns=(
            Column(heading="Question", align="left"),
            Column(heading="Verdict", align="left"),
            Column(heading="In a sentence", align="left"),
        ),
        rows=tuple((card.question, card.verdict, str(card.words)) for card in _cards(results)),
        source=results.programme.result.scope.source_line,
    )


def _first_page(results: Results, run_id: str) -> FirstPage:
    programme, optimism = results.programme.result, results.optimism.result
    return FirstPage(
        marking=results.programme.marking,
        edition=f"{results.programme.edition} edition, not for publication",
        run_id=run_id,
        subtitle=_subtitle(programme),
        lead=_lead(programme, optimism),
        cards=_cards(results),
        highlights=_highlights(
            programme, optimism, results.true_trend.result, results.design_changes.result
        ),
        recommended=_recommended(results),
        limits=Box(
            title=reach_title(results.reach.result), items=reach_points(results.reach.result)
        ),
        invented=SYNTHETIC if programme.synthetic else "",
    )


def _subtitle(programme: Programme) -> str:
    this_quarter = programme.by_quarter[-1].total
    return (
        f"{programme.scope.council} · {programme.scope.used:,} "
        f"{'audits' if programme.has_overall else 'domain grades'} in {programme.scope.period}, "
        f"{this_quarter:,} in {programme.scope.quarter}"
    )


def _lead(programme: Programme, optimism: Optimism) -> Lead:
    good = programme.levels[programme.good_from].lower()
    own = BigNumber(
        number=value(programme.good_now, percent),
        caption=f"graded {good} or better by auditors{_detail(programme.good_now)}",
    )
    words = programme_lead(programme)
    if not optimism.adjusted_good.is_estimable:
        why = optimism.adjusted_good.why_not
        return Lead(
            numbers=(own,),
            words=f"{words} What external moderators would have found cannot be said, because "
            f"{why}.",
        )
    theirs = BigNumber(
        number=percent(optimism.adjusted_good.value),
        caption=f"had external moderators graded them all{_detail(optimism.adjusted_good)}",
    )
    return Lead(
        numbers=(own, theirs),
        words=f"{words} External moderators, had they graded every audit, would be expected to "
        f"find about {percent(optimism.adjusted_good.value)} {good} or better.",
    )


def _detail(estimate: Estimate) -> str:
    if not estimate.is_estimable:
        return ""
    return f" ({interval(estimate, percent)}, n {estimate.cases:,})"


def _cards(results: Results) -> tuple[Card, ...]:
    agreement, optimism = results.agreement.result, results.optimism.result
    themes, consistency = results.themes.result, results.consistency.result
    return (
        Card(
            question="Do auditors agree?",
            verdict=agreement.verdict.capitalize(),
            words=agreement_card(agreement),
            section="agreement",
            picture=agreement_card_picture(agreement) if agreement.ac2.is_estimable else None,
        ),
        Card(
            question="Are audits over-optimistic?",
            verdict=optimism.verdict.capitalize(),
            words=optimism_card(optimism),
            section="moderation",
            picture=optimism_card_picture(optimism),
        ),
        Card(
            question="Did themed audits change practice?",
            verdict=themes.verdict.capitalize(),
            words=themes_card(themes),
            section="themes",
            picture=themes_card_picture(themes),
        ),
        Card(
            question="Is auditing more consistent?",
            verdict=consistency.verdict.capitalize(),
            words=consistency_card(consistency),
            section="process",
            picture=consistency_card_picture(consistency),
        ),
    )


def _highlights(
    programme: Programme, optimism: Optimism, trend: TrueTrend, design: DesignChanges
) -> tuple[Block, ...]:
    picture = grades_picture(programme, optimism)
    return (
        Figure(
            picture=picture,
            measure="Share of routine audits by grade and quarter",
            source=(
                f"{sum(q.total for q in programme.by_quarter):,} grades since "
                f"{programme.quarters[0]}. ",
                Link("Table and limits", "#grades"),
            ),
        ),
        Heading(text="Since last quarter, and since the start", id="since-last-quarter"),
        Listing(
            items=(*since_last_quarter(programme), true_trend_line(trend), *design_line(design))
        ),
    )


def _recommended(results: Results) -> Box:
    steps = recommendations(
        results.agreement.result,
        results.optimism.result,
        results.themes.result,
        results.consistency.result,
        results.reach.result,
    )
    items: tuple[Words, ...] = tuple((Strong(step.action), f" {step.because}") for step in steps)
    nothing = f"No verdict of this quarter calls for a change ({counted(4, 'verdict')} reached)."
    return Box(title="Recommended", items=items or (nothing,))

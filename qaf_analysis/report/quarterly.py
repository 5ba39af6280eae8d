"""The quarterly moderation report: first page, the four questions, the evidence, the method."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from qaf_analysis import __version__
from qaf_analysis.kit.numbers import TOO_FEW, counted, interval, percent, value
from qaf_analysis.kit.parts import Card, Column, Table
from qaf_analysis.report.blocks import Block, Figure, Heading, Link, Listing, Strong, Words
from qaf_analysis.report.by_headline import card_of_headlines, headlines_table
from qaf_analysis.report.document import BigNumber, Box, Document, FirstPage, Lead
from qaf_analysis.report.look import PLAIN, Look
from qaf_analysis.report.sections import appendix, sections
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import LARGE_TYPE_RULE
from qaf_analysis.topics.agreement.analysis.detail import AgreementDetail
from qaf_analysis.topics.agreement.analysis.headline import Agreement
from qaf_analysis.topics.child.analysis.impact import PracticeImpact
from qaf_analysis.topics.child.words import impact_line
from qaf_analysis.topics.common.section import Section, Shown
from qaf_analysis.topics.impact.analysis.changes import DesignChanges
from qaf_analysis.topics.impact.analysis.themes import Themes
from qaf_analysis.topics.impact.designs import design_line
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.primary import PrimaryClaim, primary_claims, together
from qaf_analysis.topics.process.analysis.spread import Consistency
from qaf_analysis.topics.programme.analysis.grades import Programme
from qaf_analysis.topics.programme.analysis.intake import Intake
from qaf_analysis.topics.programme.analysis.reach import Reach
from qaf_analysis.topics.programme.pictures import grades_picture
from qaf_analysis.topics.programme.words import (
    data_warnings,
    programme_lead,
    reach_points,
    reach_title,
    since_last_quarter,
)
from qaf_analysis.topics.recommendations import (
    Recommendation,
    recommendations,
    steps_of_headlines,
)
from qaf_analysis.topics.registry import SECTIONS, Results
from qaf_analysis.topics.scales.analysis.scales import ScaleEras
from qaf_analysis.topics.scales.section import SCALES
from qaf_analysis.topics.scales.words import scale_change_words
from qaf_analysis.topics.trend.analysis import TrueTrend
from qaf_analysis.topics.trend.words import true_trend_line

SYNTHETIC = "These data are invented. No council, child or worker is described."


def quarterly_document(
    results: Results, *, run_id: str, look: Look = PLAIN, cards: Sequence[Card] | None = None
) -> Document:
    """Compose the report from released results.

    Parameters
    ----------
    results : Results
        What the notebooks found.
    run_id : str
        Identifier of the run, printed at the head.
    look : Look
        What it bears of the council's own.
    cards : sequence of Card, optional
        The cards of the first page, where they are made already: drawing takes time.
    """
    quarter = results[Programme].scope.quarter
    shown = _every_shown(results, SECTIONS)
    return Document(
        title=f"Quarterly moderation report, {quarter}",
        first_page=_first_page(results, tuple(cards or _cards(shown)), run_id),
        body=(*sections(shown, results), *appendix(shown, results[Programme].scale)),
        colophon=f"Made by qaf_analysis {__version__}, run {run_id}. The manifest beside this "
        "report lists every input, parameter and output with its hash.",
        look=look,
    )


def verdict_table(results: Results) -> Table:
    """Return the four questions with their verdicts, as a table."""
    cards = cards_of(results)
    return Table(
        caption="The four questions",
        columns=(
            Column(heading="Question", align="left"),
            Column(heading="Verdict", align="left"),
            Column(heading="In a sentence", align="left"),
        ),
        rows=tuple((card.question, card.verdict, card.words) for card in cards),
        source=results[Programme].scope.source_line,
    )


def cards_of(results: Results) -> tuple[Card, ...]:
    """Return the cards of the four questions."""
    return _cards(_every_shown(results, [one for one in SECTIONS if one.card is not None]))


def _every_shown(results: Results, sections: Iterable[Section[Any]]) -> list[Shown[Any]]:
    """Each section, headline by headline, in the order of the report."""
    return [
        shown
        for section in sections
        for shown in section.every_shown(results.released(section.result))
    ]


def _cards(shown: Iterable[Shown[Any]]) -> tuple[Card, ...]:
    """One card for each question; where there are several headlines, one for all of them."""
    asked: dict[str, list[tuple[str, Card]]] = {}
    for each in shown:
        card = each.card()
        if card is not None:
            asked.setdefault(each.section.id, []).append((each.headline, card))
    return tuple(card_of_headlines(cards) for cards in asked.values())


def _first_page(results: Results, cards: tuple[Card, ...], run_id: str) -> FirstPage:
    programme, reach = results[Programme], results[Reach]
    overview = results.released(Programme)
    return FirstPage(
        marking=overview.marking,
        edition=f"{overview.edition} edition, not for publication",
        run_id=run_id,
        subtitle=subtitle(programme),
        lead=lead_of(results),
        cards=cards,
        highlights=_highlights(results),
        recommended=_recommended(results),
        limits=Box(title=reach_title(reach), items=reach_points(reach)),
        warnings=data_warnings(results[Intake]),
        invented=SYNTHETIC if programme.synthetic else "",
    )


def by_headline(results: Results) -> tuple[tuple[str, Results], ...]:
    """The results for each headline that moderators' grades are compared on."""
    if not results.headlines:
        return (("", results),)
    every = [(headline, results.about(headline)) for headline in results.headlines]
    return tuple((headline, own) for headline, own in every if own.has(Optimism))


def subtitle(programme: Programme) -> str:
    """Council, and how many audits of which months."""
    unit = "audit" if programme.has_overall else "domain grade"
    used = programme.scope.used
    number = counted(used, unit) if used else f"no routine {unit}"
    return f"{programme.scope.council} · {number} in {programme.scope.period}"


def lead_of(results: Results) -> Lead:
    """The two big numbers and their sentence, with the headline they are about."""
    headline = results.released(Programme).headline
    return _about(headline, _lead(results[Programme], results[Optimism]))


def _lead(programme: Programme, optimism: Optimism) -> Lead:
    good = programme.scale.positive
    own = BigNumber(
        number=value(programme.good_now, percent)
        if _fit_for_large_type(programme.good_now)
        else TOO_FEW,
        caption=f"graded {good} by auditors{_limits(programme.good_now)}",
    )
    words = programme_lead(programme)
    if not optimism.adjusted_good.is_estimable:
        # Any other reason holds numbers, which stand in the section.
        why = optimism.refusal or "too little of their grading can be used (see the section on it)"
        return Lead(
            numbers=(own,),
            words=f"{words} What external moderators would have found cannot be said, because "
            f"{why}.",
        )
    theirs = BigNumber(
        number=percent(optimism.adjusted_good.value),
        caption=f"had external moderators graded them all{_detail(optimism.adjusted_good)}",
    )
    if not _fit_for_large_type(optimism.adjusted_good):
        return Lead(
            numbers=(own,),
            words=f"{words} Too few audits were moderated to say what share external moderators "
            f"would grade {good} ({interval(optimism.adjusted_good, percent)}).",
        )
    return Lead(
        numbers=(own, theirs),
        words=f"{words} The second figure is an estimate from the audits that moderators re-read.",
    )


def _about(headline: str, lead: Lead) -> Lead:
    """The lead with the headline it is about, where there are several."""
    if not headline:
        return lead
    own, *theirs = lead.numbers
    own = replace(own, caption=f"{headline}: {own.caption}")
    return replace(lead, numbers=(own, *theirs), words=f"{headline}: {lead.words}")


def _fit_for_large_type(share: Estimate) -> bool:
    """Whether an interval is narrow enough for a share to stand in large type."""
    return LARGE_TYPE_RULE.tells(share.low, share.high)


def _limits(estimate: Estimate) -> str:
    return f" ({interval(estimate, percent)})" if estimate.is_estimable else ""


def _detail(estimate: Estimate) -> str:
    if not estimate.is_estimable:
        return ""
    return f" ({interval(estimate, percent)}, n {estimate.cases:,})"


def _highlights(results: Results) -> tuple[Block, ...]:
    programme, optimism, trend = results[Programme], results[Optimism], results[TrueTrend]
    headline = results.released(Programme).headline
    picture = grades_picture(programme, optimism).about(headline)
    return (
        *headlines_table(results),
        Figure(
            picture=picture,
            measure="Share of routine audits by grade and quarter",
            source=(Link("Table and limits", "#grades"),),
        ),
        Heading(text="Since last quarter, and since the start", id="since-last-quarter"),
        Listing(
            items=(
                *_scale_change(results),
                *(_named(headline, words) for words in since_last_quarter(programme)),
                _named(headline, true_trend_line(trend)),
                *impact_line(results[PracticeImpact]),
                *design_line(results[DesignChanges]),
                *together(claims_of(results)),
            )
        ),
    )


def _scale_change(results: Results) -> tuple[Words, ...]:
    """Say that the scale changed, and where more is told; nothing where it did not of late."""
    told = [
        one.id
        for one in SECTIONS
        if one.level == 2 and any(map(one.has_something, _every_result(results, one)))
    ]
    if SCALES.id not in told:
        return ()
    number = f"section {told.index(SCALES.id) + 1}"
    said = scale_change_words(results[ScaleEras], section=number)
    if not said:
        return ()
    before, after = said.split(number)
    return ((before, Link(number, f"#{SCALES.id}"), after),)


def _every_result(results: Results, section: Section[Any]) -> list[Any]:
    return [one.result for one in results.released(section.result).every]


def claims_of(results: Results) -> tuple[PrimaryClaim, ...]:
    """What the first page may claim of every headline; of themes, which know none, once."""
    return tuple(
        replace(claim, words=f"{headline}: {claim.words}") if headline else claim
        for place, (headline, own) in enumerate(by_headline(results))
        for claim in primary_claims(
            own[Programme],
            own[Optimism],
            own[Themes] if place == 0 else None,
            own[Consistency],
            own[TrueTrend],
        )
    )


def _named(headline: str, words: str) -> str:
    """Words with the headline they are about, where there are several."""
    return f"{headline}: {words}" if headline else words


def steps_of(results: Results) -> tuple[Recommendation, ...]:
    """Return the steps that the verdicts call for, at most three."""
    return steps_of_headlines(
        [
            (
                headline,
                recommendations(
                    own[Agreement],
                    own[AgreementDetail],
                    own[Optimism],
                    own[Themes],
                    own[Consistency],
                    quarter=own[Programme].scope.quarter,
                ),
            )
            for headline, own in by_headline(results)
        ]
    )


def _recommended(results: Results) -> Box:
    steps = steps_of(results)
    items: tuple[Words, ...] = tuple(
        (Strong(step.action), f" {step.because} {step.reminder}") for step in steps
    )
    nothing = f"No verdict of this quarter calls for a change ({counted(4, 'verdict')} reached)."
    return Box(title="Recommended", items=items or (nothing,))

"""The first page where there are several headlines: one card a question, one table for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qaf_analysis.kit.numbers import TOO_FEW, fine_gap, interval, percent, value
from qaf_analysis.kit.parts import Card, Column, Table, listed
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.topics.agreement.analysis.headline import Agreement
from qaf_analysis.topics.optimism.analysis.derived import DerivedGap
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.programme.analysis.grades import Programme
from qaf_analysis.topics.registry import Results

DIFFERS = "Differs by headline"
NOT_ASKED = "told by its areas"


def card_of_headlines(cards: Sequence[tuple[str, Card]]) -> Card:
    """Return one card for a question that was asked of several headlines.

    Its verdict is theirs where they share one; where they do not, each is named with its own.

    Examples
    --------
    >>> one = Card(question="Do auditors agree?", verdict="Well", words="AC2 .8.", section="a")
    >>> two = Card(question="Do auditors agree?", verdict="In part", words="AC2 .6.", section="a-2")
    >>> card_of_headlines([("Help", one), ("Care", two)]).words
    'Help: well. Care: in part.'
    """
    (headline, first), *others = cards
    if not others:
        return first
    verdicts = [card.verdict for _, card in cards]
    if len(set(verdicts)) == 1:
        every = listed([name for name, _ in cards])
        return replace(first, words=f"The same for {every}. {headline}: {first.words}")
    told = " ".join(
        f"{name}: {card.verdict[:1].lower()}{card.verdict[1:]}." for name, card in cards
    )
    return replace(first, verdict=DIFFERS, words=told, picture=None)


def headlines_table(results: Results) -> tuple[Table, ...]:
    """Return the headline figures side by side; nothing where there is one headline."""
    if not results.headlines:
        return ()
    each = [(headline, results.about(headline)) for headline in results.headlines]
    positive = results[Programme].scale.positive_heading
    return (
        Table(
            caption="Each headline by itself",
            columns=(
                Column(heading="Headline", align="left"),
                Column(heading="Audits"),
                Column(heading=f"{positive}, by auditors"),
                Column(heading="Had moderators graded all"),
                Column(heading="Do auditors agree?", align="left"),
                Column(heading="Gap to moderators", unit="grades"),
                Column(heading="Over-optimistic?", align="left"),
            ),
            rows=tuple(_row(headline, own) for headline, own in each),
            note="Each row is about the same audits, so the rows may not be added up.",
            source=results[Programme].scope.source_line,
            place="section",
        ),
    )


def _row(headline: str, own: Results) -> tuple[str, ...]:
    programme, agreement = own[Programme], own[Agreement]
    graded = (headline, f"{programme.scope.used:,}", _told(programme.good_now))
    if not own.has(Optimism):
        derived = own[DerivedGap].found
        gap = _gap(derived.gap) if derived is not None else NOT_ASKED
        return (*graded, NOT_ASKED, agreement.verdict.capitalize(), gap, NOT_ASKED)
    optimism = own[Optimism]
    return (
        *graded,
        _told(optimism.adjusted_good),
        agreement.verdict.capitalize(),
        _gap(optimism.gap),
        optimism.verdict.capitalize(),
    )


def _gap(gap: Estimate) -> str:
    return f"{value(gap, fine_gap)} ({interval(gap, fine_gap)})" if gap.is_estimable else TOO_FEW


def _told(share: Estimate) -> str:
    if not share.is_estimable:
        return TOO_FEW
    return f"{value(share, percent)} ({interval(share, percent)})"


def _within_sentence(verdict: str) -> str:
    return f"{verdict[:1].lower()}{verdict[1:]}"

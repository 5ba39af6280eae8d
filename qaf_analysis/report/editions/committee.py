"""The committee edition: at most eight pages for those who have ten minutes.

One page that asks and answers; then how good practice is, whether grades can be trusted, themes,
the programme, and what the report cannot tell.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from qaf_analysis import __version__
from qaf_analysis.kit.parts import Card, Picture, Table, listed, word_columns
from qaf_analysis.report.blocks import (
    Block,
    Figure,
    Heading,
    Link,
    Listing,
    Note,
    Paragraph,
    Words,
    pieces,
)
from qaf_analysis.report.by_headline import DIFFERS, headlines_table
from qaf_analysis.report.document import Box, Document, FirstPage
from qaf_analysis.report.editions.few_numbers import has_few_numbers, with_few_numbers
from qaf_analysis.report.editions.fit import (
    Draft,
    Fitted,
    Kept,
    LayOut,
    Part,
    fitted,
    opened_anew,
)
from qaf_analysis.report.editions.limits import LIMITS, limits_part
from qaf_analysis.report.editions.supplied import not_supplied
from qaf_analysis.report.look import PLAIN, Look
from qaf_analysis.report.quarterly import (
    SYNTHETIC,
    cards_of,
    lead_of,
    steps_of,
    subtitle,
)
from qaf_analysis.report.signoff import UNSIGNED, SignOff, Standing
from qaf_analysis.terms.verdicts import AgreementVerdict, OptimismVerdict
from qaf_analysis.topics.agreement.analysis.headline import Agreement
from qaf_analysis.topics.agreement.brief import agreement_brief, agreement_claim, agreement_in_short
from qaf_analysis.topics.child.analysis.impact import PracticeImpact
from qaf_analysis.topics.child.words import impact_line
from qaf_analysis.topics.common.brief import Brief, Told, sentences
from qaf_analysis.topics.impact.analysis.actions import Actions
from qaf_analysis.topics.impact.analysis.themes import Themes
from qaf_analysis.topics.impact.brief import themes_brief, themes_in_short
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.optimism.brief import optimism_brief, optimism_claim, optimism_in_short
from qaf_analysis.topics.process.analysis.spread import Consistency
from qaf_analysis.topics.process.brief import process_brief, process_in_short
from qaf_analysis.topics.programme.analysis.grades import Programme
from qaf_analysis.topics.programme.analysis.intake import Intake
from qaf_analysis.topics.programme.analysis.reach import Reach
from qaf_analysis.topics.programme.brief import audits_below, programme_brief
from qaf_analysis.topics.programme.words import data_warnings, reach_points, reach_title
from qaf_analysis.topics.registry import Results
from qaf_analysis.topics.scales.analysis.scales import ScaleEras
from qaf_analysis.topics.scales.words import scale_change_words
from qaf_analysis.topics.since.analysis import SinceLast
from qaf_analysis.topics.since.words import since_sentence
from qaf_analysis.topics.trend.analysis import TrueTrend
from qaf_analysis.topics.trend.brief import trend_brief

MOST_PAGES = 8
EDITION = "committee edition"
MOST_NAMED = 2
"""Headlines that a sentence names."""

NO_OWNER = "to be named"
MORE_ON_FIRST_PAGE = "More of these are listed on the first page."
ALL_ON_FIRST_PAGE = "These are listed on the first page."

# Sections of this edition, and the cards' sections of the long report that each of them answers.
PRACTICE, TRUST, THEMES, PROGRAMME = "practice", "trust", "themes", "programme"
_ANSWERED_IN = {"agreement": TRUST, "moderation": TRUST, "themes": THEMES, "process": PROGRAMME}


def committee_edition(
    results: Results,
    *,
    run_id: str,
    lay_out: LayOut,
    look: Look = PLAIN,
    cards: Sequence[Card] | None = None,
    sign_off: SignOff = UNSIGNED,
) -> Fitted:
    """Compose the committee edition from released results, and fit it to its pages.

    Parameters
    ----------
    results : Results
        What the notebooks found.
    run_id : str
        Identifier of the run, printed at the head.
    lay_out : callable
        From a document to how it fills its printed pages.
    look : Look
        What it bears of the council's own.
    cards : sequence of Card, optional
        The cards of the long report, where they are made already: drawing takes time.
    sign_off : SignOff
        Its signature; the sections are those of the unsigned edition.

    Returns
    -------
    Fitted
        The edition, and the blocks that the working edition is to hold instead.
    """
    draft = committee_draft(results, run_id=run_id, look=look, cards=cards)
    fit = fitted(draft, pages=MOST_PAGES, lay_out=lay_out)
    if sign_off.standing == Standing.NOT_SIGNED:
        # One line in any case, so that no other first page is needed.
        page = replace(fit.document.first_page, sign_off=sign_off)
        fit = replace(fit, document=replace(fit.document, first_page=page))
    else:
        names = [event.label for event in results[Programme].events]
        fit = opened_anew(fit, _with_signature(draft, sign_off, names), lay_out=lay_out)
    return fit if fit.layout.pages <= MOST_PAGES else _told_too_long(fit)


def _with_signature(draft: Draft, sign_off: SignOff, names: Sequence[str]) -> Draft:
    """The edition whose first pages bear a signature, which takes room and holds numbers too."""
    *fuller, brief, bare = draft.openings
    # Cards stand in two rows: drawings of one row are given up before those of both.
    rows = ((0, 1), (2, 3))
    halves = (_without_drawings(brief, row) for row in reversed(rows))
    pages = (replace(page, sign_off=sign_off) for page in (*fuller, brief, *halves, bare))
    return replace(draft, openings=tuple(with_few_numbers(page, names) for page in pages))


def _without_drawings(page: FirstPage, places: Collection[int]) -> FirstPage:
    cards = (
        replace(card, picture=None) if place in places else card
        for place, card in enumerate(page.cards)
    )
    return replace(page, cards=tuple(cards))


def _told_too_long(fit: Fitted) -> Fitted:
    """Say in the last line that the edition has more pages than a committee's should."""
    document = fit.document
    told = (
        f" This edition has {fit.layout.pages} pages and should have at most {MOST_PAGES}: nothing "
        "more of it may be left out."
    )
    colophon = (*pieces(document.colophon), told)
    return replace(fit, document=replace(document, colophon=colophon))


def committee_draft(
    results: Results, *, run_id: str, look: Look = PLAIN, cards: Sequence[Card] | None = None
) -> Draft:
    """Compose the committee edition with everything that it could hold."""
    return Draft(
        parts=tuple(_parts(results)),
        openings=_openings(results, _first_page(results, run_id, look, cards or cards_of(results))),
        whole=lambda first_page, body: _document(results, run_id, look, first_page, body),
        elsewhere="the working edition",
    )


def _document(
    results: Results, run_id: str, look: Look, first_page: FirstPage, body: tuple[Block, ...]
) -> Document:
    return Document(
        title=f"Quarterly moderation report, {results[Programme].scope.quarter}",
        first_page=first_page,
        body=tuple(_told_once(body, first_page)),
        colophon=(
            f"Made by qaf_analysis {__version__}, run {run_id}. The same figures stand in ",
            Link("the working edition", "working.html"),
            " and in ",
            Link("the annex", "annex.html"),
            ".",
        ),
        opens_alone=True,
        look=look,
    )


def _told_once(body: Sequence[Block], first_page: FirstPage) -> Iterator[Block]:
    """The body, without lines of its lists that stand on the first page already."""
    lists = [block.items for block in first_page.highlights if isinstance(block, Listing)]
    lists += [box.items for box in first_page.boxes]
    told = [item for items in lists for item in items]
    for block in body:
        if isinstance(block, Listing) and any(item in told for item in block.items):
            left = tuple(item for item in block.items if item not in told)
            where = MORE_ON_FIRST_PAGE if left else ALL_ON_FIRST_PAGE
            yield replace(block, items=(*left, where))
        else:
            yield block


# ---- the first page ----------------------------------------------------------------------


def _first_page(results: Results, run_id: str, look: Look, cards: Sequence[Card]) -> FirstPage:
    programme = results[Programme]
    overview = results.released(Programme)
    return FirstPage(
        marking=overview.marking,
        edition=f"{EDITION}, not for publication",
        run_id=run_id,
        subtitle=subtitle(programme),
        ask=look.ask or _ask(results),
        lead=lead_of(results),
        cards=_cards(results, cards),
        highlights=_actions(results),
        closing=_since(results[SinceLast]),
        warnings=data_warnings(results[Intake], told_in="the annex"),
        invented=SYNTHETIC if programme.synthetic else "",
    )


def _since(result: SinceLast) -> tuple[Words, ...]:
    return () if result.is_first and not result.agreed else (since_sentence(result),)


def _openings(results: Results, full: FirstPage) -> tuple[FirstPage, ...]:
    """The first page, and what is left out of it where there is no room, step by step."""
    brief = replace(full, cards=tuple(map(_in_one_sentence, full.cards)))
    bare = replace(brief, cards=tuple(replace(card, picture=None) for card in brief.cards))
    reach = results[Reach]
    limited = replace(full, limits=Box(title=reach_title(reach), items=reach_points(reach)))
    missing = (
        Heading(text="Not supplied for this report", id="first-not-supplied"),
        Listing(items=not_supplied(results)),
    )
    # A report of little data has room, and what was not given is then the news.
    ample = replace(limited, highlights=(*full.highlights, *missing))
    names = [event.label for event in results[Programme].events]
    short = [page for page in (ample, limited, full, brief) if has_few_numbers(page, names)]
    # Only where words alone do not do it does a drawing go.
    return (*short, *(with_few_numbers(page, names) for page in (full, brief, bare)))


def _cards(results: Results, cards: Sequence[Card]) -> tuple[Card, ...]:
    """The cards in the words of the briefs, but where each headline has a verdict of its own."""
    said = {
        "agreement": _for_all(results, Agreement, agreement_in_short(results[Agreement])),
        "moderation": _for_all(results, Optimism, optimism_in_short(results[Optimism])),
        "themes": themes_in_short(results[Themes]),
        "process": _for_all(results, Consistency, process_in_short(results[Consistency])),
    }
    said |= {card.section: str(card.words) for card in cards if card.verdict == DIFFERS}
    given = _given(results)
    return tuple(
        replace(card, words=said[card.section], section=section if section in given else LIMITS)
        for card, section in ((card, _ANSWERED_IN[card.section]) for card in cards)
    )


def _for_all(results: Results, kind: type[object], words: str) -> str:
    """Words of the first headline, where the verdict is the same for all."""
    first, *others = (one.headline for one in results.released(kind).every)
    if not others:
        return words
    every = f"{first} and {others[0]}" if len(others) == 1 else f"all {len(others) + 1} headlines"
    return f"The same for {every}. {first}: {words}"


def _in_one_sentence(card: Card) -> Card:
    """The card in short, but not where each headline has its own sentence."""
    return card if card.verdict == DIFFERS else replace(card, words=sentences(card.words)[0])


def _ask(results: Results) -> str:
    """What the committee is asked: to note the shortfall, and to agree what is to be done."""
    return " ".join(
        (
            f"The committee is asked to note {_to_note(results)}.",
            *(["It is asked to agree the actions below."] if steps_of(results) else []),
        )
    )


def _to_note(results: Results) -> str:
    worst = _worst_headline(results)
    noted = _noted(results.about(worst) if worst else results)
    if not noted:
        return "what could not be measured"
    if not worst:
        return f"that {', and that '.join(noted)}"
    # One sentence for all would be too long to read; section 1 has the table of all headlines.
    others = [name for name in results.headlines if name != worst]
    rest = f" (section 1 has the same for {_named(others)})" if others else ""
    return f"for {worst}: {'; '.join(noted)}{rest}"


def _noted(results: Results) -> list[str]:
    programme = results[Programme]
    noted = []
    if programme.good_now.is_estimable:
        below, graded = audits_below(programme)
        unit = "audits" if programme.has_overall else "domain grades"
        were = "was" if below == 1 else "were"
        noted.append(
            f"{below:,} of {graded:,} {unit} {were} graded {programme.scale.below_positive}"
        )
    if results.has(Optimism):
        noted.append(optimism_claim(results[Optimism]))
    return noted


def _worst_headline(results: Results) -> str:
    """The headline of which most audits are below the positive share; empty where there is one.

    The first of equals. The worst is to be noted first, whatever the order of the report.
    """

    def good(headline: str) -> float:
        share = results.about(headline)[Programme].good_now
        return share.value if share.is_estimable else 1.0

    return min(results.headlines, key=good, default="")


def _actions(results: Results) -> tuple[Block, ...]:
    steps = steps_of(results)
    if not steps:
        return (Paragraph(words="No verdict of this quarter calls for a change."),)
    return (
        Table(
            caption="Actions to agree",
            columns=word_columns("What", "Why", "Owner", "By"),
            rows=tuple(
                (step.action.rstrip("."), step.because, NO_OWNER, step.due) for step in steps
            ),
            place="section",
        ),
    )


# ---- the sections ------------------------------------------------------------------------


def _parts(results: Results) -> Iterator[Part]:
    given = _given(results)
    yield _practice(results)
    if TRUST in given:
        yield _trust(results)
    if THEMES in given:
        yield _part(THEMES, (themes_brief(results[Themes], results[Actions]),))
    if PROGRAMME in given:
        yield _programme(results)
    yield limits_part(results)


def _given(results: Results) -> set[str]:
    """Sections that there is something for; of the others, one line says what was not supplied."""
    agreement = [one.result.verdict for one in results.released(Agreement).every]
    optimism = [one.result for one in results.released(Optimism).every]
    asked = {
        TRUST: any(verdict != AgreementVerdict.NOT_MEASURABLE for verdict in agreement)
        or any(one.by_selection for one in optimism)
        or any(one.verdict == OptimismVerdict.NOT_JUDGED for one in optimism),
        THEMES: bool(results[Themes].themes),
        PROGRAMME: bool(results[Consistency].changes),
    }
    return {section for section, is_given in asked.items() if is_given}


def _practice(results: Results) -> Part:
    optimism = results[Optimism] if results.has(Optimism) else None
    told = programme_brief(results[Programme], optimism).about(_headline(results, Programme))
    further = _of_others(results, Programme, "are in the table below, and in full in the annex")
    return _part(
        PRACTICE,
        (told,),
        before=headlines_table(results),
        opening=(
            further,
            scale_change_words(results[ScaleEras], section="the annex"),
            *impact_line(results[PracticeImpact]),
        ),
    )


def _trust(results: Results) -> Part:
    agreement, optimism = results[Agreement], results[Optimism]
    gap = optimism_brief(optimism).about(_headline(results, Optimism))
    named = agreement_brief(agreement, optimism.table).about(_headline(results, Agreement))
    same = _headline(results, Agreement) == _headline(results, Optimism)
    agreed = agreement_claim(agreement) if same else named.claim
    trend = trend_brief(results[TrueTrend]).about(_headline(results, TrueTrend))
    return _part(
        TRUST,
        (replace(gap, claim=f"{gap.claim}; {agreed}"), named, trend),
        opening=(_of_others(results, Agreement, "stand in the annex"),),
    )


def _programme(results: Results) -> Part:
    told = process_brief(results[Consistency]).about(_headline(results, Consistency))
    further = _of_others(results, Consistency, "stand in the annex")
    return _part(PROGRAMME, (told,), opening=(further,))


def _headline(results: Results, kind: type[object]) -> str:
    return results.released(kind).headline


def _of_others(results: Results, kind: type[object], where: str) -> str:
    """Where the figures of the other headlines are; empty where there is but one."""
    first, *others = (one.headline for one in results.released(kind).every)
    if not others:
        return ""
    return f"This section is about {first}; the same figures for {_named(others)} {where}."


def _named(others: Sequence[str]) -> str:
    """Other headlines by name where these are few; all stand in the table of the first section."""
    few = len(others) <= MOST_NAMED
    return listed(others) if few else f"the other {len(others)} headlines"


def _part(
    section: str,
    briefs: tuple[Brief, ...],
    *,
    before: tuple[Table, ...] = (),
    opening: tuple[str, ...] = (),
) -> Part:
    """One section of one or several briefs: their words, what they do not show, what is shown."""
    limits = " ".join(dict.fromkeys(brief.limits for brief in briefs if brief.limits))
    words = [_words(told) for brief in briefs for told in brief.paragraphs]
    margin = [Kept(block=Note(label="What this does not show", lines=(limits,), place="margin"))]
    return Part(
        heading=Heading(text=briefs[0].claim, id=section),
        blocks=(
            *(Kept(block=Paragraph(words=words)) for words in opening if words),
            *words,
            *(margin if limits else []),
            *(Kept(block=table) for table in before),
            *(_shown(told, brief.source) for brief in briefs for told in brief.shown),
        ),
    )


def _words(told: Told) -> Kept:
    return Kept(block=Paragraph(words=str(told.what)), keep=told.keep)


def _shown(told: Told, source: str) -> Kept:
    match told.what:
        case Picture():
            drawn = Figure(
                picture=told.what, measure=told.measure, source=told.what.source or source
            )
            return Kept(block=drawn, keep=told.keep, is_filler=told.is_filler)
        case Table():
            return Kept(block=told.what, keep=told.keep, is_filler=told.is_filler)
        case _:
            return _words(told)

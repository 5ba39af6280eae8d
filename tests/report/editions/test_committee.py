"""The committee edition: what is asked, which sections there are, and what is told of whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qaf_analysis.kit.parts import Card, Picture, Table, word_columns
from qaf_analysis.report.blocks import Figure, Heading, Listing, Note, Paragraph
from qaf_analysis.report.by_headline import DIFFERS
from qaf_analysis.report.document import BigNumber, Box, FirstPage, Lead
from qaf_analysis.report.editions import committee, limits
from qaf_analysis.report.editions.committee import committee_draft, committee_edition
from qaf_analysis.report.editions.few_numbers import numbers_on, with_few_numbers
from qaf_analysis.report.editions.fit import Draft
from qaf_analysis.report.layout import Layout
from qaf_analysis.report.look import Look
from qaf_analysis.terms.agreed import Agreed
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.verdicts import AgreementVerdict, OptimismVerdict
from qaf_analysis.topics.agreement.analysis.headline import Agreement
from qaf_analysis.topics.common.release import release_each
from qaf_analysis.topics.common.reported import EarlierReport
from qaf_analysis.topics.impact.analysis.themes import Themes
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.process.analysis.spread import Consistency
from qaf_analysis.topics.programme.analysis.grades import Programme
from qaf_analysis.topics.programme.analysis.reach import Reach
from qaf_analysis.topics.recommendations import Recommendation
from qaf_analysis.topics.registry import QUESTIONS, Results
from qaf_analysis.topics.since.analysis import SinceLast, since_last
from tests.golden.councils import results
from tests.topics.agreement.results import AGREEMENT, unmeasured
from tests.topics.by_hand import unknown
from tests.topics.impact.made import change, finding, themes_of
from tests.topics.optimism.results import OPTIMISM
from tests.topics.process.results import CONSISTENCY
from tests.topics.programme.results import PROGRAMME, REACH, counts
from tests.topics.since.facts_by_hand import compared, facts, share, verdict

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg"><text x="1">{}</text><text><tspan>2019-20 Q4</tspan>'
    "</text></svg>"
)
PLAN, VOICE = "Plan", "Child's voice and lived experience"
STEP = Recommendation(action="Read again.", because="They part.", by=Quarter(2019, 4))


def drawing(words: str = "0.5") -> Picture:
    return Picture(svg=DRAWING.format(words), alt="Seen.", title="Seen", width=9)


def card(section: str, words: str = "First. Second.", verdict: str = "Good") -> Card:
    return Card(
        question=f"Q {section}?", verdict=verdict, words=words, section=section, picture=drawing()
    )


CARDS = tuple(map(card, ("agreement", "moderation", "themes", "process")))
NO_THEME = themes_of(reason="no themed audit is declared in the settings")
NO_CHANGE = replace(
    CONSISTENCY, changes=(), agreement=(), headline=-1, reason="no process change is declared"
)
NOT_MODERATED = replace(
    OPTIMISM,
    verdict=OptimismVerdict.MORE_MODERATION,
    **dict.fromkeys(("gap", "over", "under", "good_shift", "adjusted_good"), unknown("nothing")),
    by_selection=(),
    rounds=(),
)


def given(**changed) -> Results:
    """Results by hand in the place of a council's own; the others are those of that council."""
    base = results("nothing moderated")
    hand = {
        Programme: PROGRAMME,
        Reach: REACH,
        Agreement: AGREEMENT,
        Optimism: OPTIMISM,
        Themes: themes_of(finding(change(), name="A", about="A")),
        Consistency: CONSISTENCY,
    }
    hand |= {
        kind: changed[kind.__name__] for kind in (*hand, SinceLast) if kind.__name__ in changed
    }
    released = [base.released(question.result) for question in QUESTIONS]
    return Results(replace(one, result=hand.get(type(one.result), one.result)) for one in released)


@pytest.fixture(autouse=True)
def _steps(monkeypatch):
    """One step is recommended; tests that need others set their own."""
    monkeypatch.setattr(committee, "steps_of", lambda _: (STEP,))


def draft(found: Results | None = None, *, cards=CARDS, **more) -> Draft:
    return committee_draft(found or given(), run_id="r" * 16, cards=cards, **more)


def full(found: Results | None = None, **more) -> FirstPage:
    """The first page with pictures, and without a box of limits."""
    return next(page for page in draft(found, **more).openings if page.limits is None)


def ids(made: Draft) -> list[str]:
    return [part.heading.id for part in made.parts]


# ---- the ask -------------------------------------------------------------------------------


def test_the_committee_is_asked_to_note_and_to_agree():
    # 31 of the 98 audits of the fixture are below good; the verdict is re-audit
    assert full().ask == (
        "The committee is asked to note that 31 of 98 audits were graded below good, and that "
        "grades cannot be relied on as they are. It is asked to agree the actions below."
    )


def test_without_a_step_nothing_is_to_be_agreed(monkeypatch):
    monkeypatch.setattr(committee, "steps_of", lambda _: ())
    page = full()
    assert page.ask == (
        "The committee is asked to note that 31 of 98 audits were graded below good, and that "
        "grades cannot be relied on as they are."
    )
    assert page.highlights == (Paragraph(words="No verdict of this quarter calls for a change."),)


def test_a_council_s_own_ask_stands_as_it_is():
    assert full(look=Look(ask="Please read.")).ask == "Please read."


@pytest.mark.parametrize(
    ("changed", "ask"),
    [
        ({"Optimism": NOT_MODERATED},
         "note that 31 of 98 audits were graded below good, and that it is not settled whether "
         "grades are too kind."),
        ({"Programme": replace(PROGRAMME, good_now=unknown("no audit was graded"))},
         "note that grades cannot be relied on as they are."),
        ({"Programme": replace(PROGRAMME, has_overall=False)},
         "note that 31 of 98 domain grades were graded below good, and that grades cannot be "
         "relied on as they are."),
    ],
)  # fmt: skip
def test_only_what_was_measured_is_to_be_noted(changed, ask):
    assert full(given(**changed)).ask.startswith(f"The committee is asked to {ask}")


# ---- actions -------------------------------------------------------------------------------


def test_actions_have_an_owner_and_a_day(monkeypatch):
    second = Recommendation(action="Moderate more", because="It is open.", by=Quarter(2020, 1))
    monkeypatch.setattr(committee, "steps_of", lambda _: (STEP, second))
    (table,) = full().highlights
    assert table.caption == "Actions to agree"
    assert [column.heading for column in table.columns] == ["What", "Why", "Owner", "By"]
    assert table.rows == (
        ("Read again", "They part.", "to be named", "31 March 2020"),
        ("Moderate more", "It is open.", "to be named", "30 June 2020"),
    )


# ---- sections and cards --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "sections", "cards"),
    [
        ({}, ["practice", "trust", "themes", "programme", "limits"],
         ["trust", "trust", "themes", "programme"]),
        ({"Themes": NO_THEME}, ["practice", "trust", "programme", "limits"],
         ["trust", "trust", "limits", "programme"]),
        ({"Consistency": NO_CHANGE}, ["practice", "trust", "themes", "limits"],
         ["trust", "trust", "themes", "limits"]),
        ({"Agreement": unmeasured()}, ["practice", "trust", "themes", "programme", "limits"],
         ["trust", "trust", "themes", "programme"]),
        ({"Agreement": unmeasured(), "Optimism": NOT_MODERATED},
         ["practice", "themes", "programme", "limits"],
         ["limits", "limits", "themes", "programme"]),
        ({"Agreement": unmeasured(),
          "Optimism": replace(NOT_MODERATED, verdict=OptimismVerdict.NOT_JUDGED)},
         ["practice", "trust", "themes", "programme", "limits"],
         ["trust", "trust", "themes", "programme"]),
        ({"Agreement": unmeasured(), "Optimism": NOT_MODERATED, "Themes": NO_THEME,
          "Consistency": NO_CHANGE},
         ["practice", "limits"], ["limits"] * 4),
    ],
)  # fmt: skip
def test_sections_without_data_are_left_out_and_cards_lead_to_what_is_missing(
    changed, sections, cards
):
    made = draft(given(**changed))
    assert ids(made) == sections
    assert [one.section for one in made.openings[0].cards] == cards
    made.document(frozenset())  # every link leads somewhere


def test_cards_say_it_in_the_words_of_the_briefs():
    said = [str(one.words) for one in full().cards]
    assert said[0] == (
        "Two auditors gave the same audit the same grade 60% of the time (1,030 audits)."
    )
    assert said[1].startswith("Auditors graded 0.42 of a grade above moderators ")
    assert said[2] == "A: improved."
    assert said[3].startswith("The spread between strict and lenient auditors went from 0.31")


def test_what_a_section_holds():
    made = draft()
    trust = next(part for part in made.parts if part.heading.id == "trust")
    assert trust.heading.text == (
        "Moderators lowered 45% of the grades they re-read; auditors agree in part"
    )
    (margin,) = (kept.block for kept in trust.blocks if isinstance(kept.block, Note))
    assert (margin.label, margin.place) == ("What this does not show", "margin")
    assert margin.lines[0].count("Moderators are the yardstick, not the truth") == 1
    words = [str(kept.block.words) for kept in trust.blocks if isinstance(kept.block, Paragraph)]
    assert words[0].startswith("On 60 audits drawn by chance, moderators graded lower in 45%")
    assert any(text.startswith("Of 100 pairs of auditors’ grades") for text in words)
    assert not any(text.startswith("This section is about") for text in words)


# ---- variants of the first page ------------------------------------------------------------


def test_the_first_page_gives_up_step_by_step():
    openings = draft().openings
    ample, limited, whole, brief = openings[:4]
    assert [getattr(block, "id", "") for block in ample.highlights] == [
        "",
        "first-not-supplied",
        "",
    ]
    assert isinstance(ample.highlights[-1], Listing)
    assert limited.highlights == whole.highlights
    assert limited.limits.title == "What 48 audits can and cannot tell"
    assert limited.limits.items[0] == (
        "In one such quarter a share is known to about 14 points either way."
    )
    assert whole.limits is None
    assert brief.cards[3].words == whole.cards[3].words.split(". ")[0] + "."
    bare = openings[-1]
    assert [one.picture for one in bare.cards] == [None] * 4
    assert all(one.picture is not None for one in brief.cards)
    assert {page.ask for page in openings} == {whole.ask}


def test_lines_of_the_first_page_are_not_told_again():
    made = draft()
    document = made.document(frozenset(), opening=0)
    lists = [block for block in document.body if isinstance(block, Listing)]
    assert limits.LIMITS in [block.id for block in document.body if isinstance(block, Heading)]
    on_page = set(document.first_page.highlights[-1].items) | set(document.first_page.limits.items)
    assert on_page.isdisjoint(item for block in lists for item in block.items)
    assert lists[0].items == (*limits._CANNOT, committee.MORE_ON_FIRST_PAGE)
    assert lists[-1].items == (committee.ALL_ON_FIRST_PAGE,)
    without = made.document(frozenset(), opening=2)
    lists = [block for block in without.body if isinstance(block, Listing)]
    assert on_page <= {item for block in lists for item in block.items}


def page_of(*pictures: str, words: str = "") -> FirstPage:
    cards = tuple(
        Card(question="Q?", verdict="V", words="W.", section="a", picture=drawing(text))
        for text in pictures
    )
    return FirstPage(
        marking="M", edition="e", run_id="r1234", subtitle="200 audits, 2019-20 Q4",
        lead=Lead(numbers=(BigNumber(number="62%", caption="(55 to 69%), n 1,200"),), words=words),
        cards=cards, limits=Box(title="48 audits", items=("14 points",)), closing=("30 June 2020",),
        highlights=(Table(caption="T", columns=word_columns("A"), rows=(("3 of 4",),)),),
    )  # fmt: skip


def test_numbers_of_a_page_are_counted_with_those_of_its_drawings():
    # 200; 62, 55, 69 and 1,200; 48; 14; 3 and 4 in the cell; and in drawings 1, 2 and 0.5
    page = page_of("1", "2", "0.5", "Q3, 17/18")
    assert numbers_on(page) == 12
    # in the words 45 and 29 stand in a name, and 7 by itself
    named = page_of("1", "2", "0.5", "Pool cut from 45 to 29", words="Pool cut from 45 to 29: 7")
    assert numbers_on(named, ["Pool cut from 45 to 29"]) == 13
    assert numbers_on(named) == 17


def test_the_drawing_with_most_numbers_goes_first():
    # nine numbers in words; 20, 8, 12 and 1 in drawings make 50: without the 20 it is 30
    page = page_of(*(" ".join(["5"] * number) for number in (8, 20, 12, 1)))
    found = with_few_numbers(page)
    assert [one.picture is not None for one in found.cards] == [True, False, True, True]
    few = page_of("1", "2", "3", "4")
    assert with_few_numbers(few) is few
    many = page_of("1", "2", "3", "4", words=" ".join(["5"] * 50))
    assert [one.picture for one in with_few_numbers(many).cards] == [None] * 4


def test_an_edition_that_cannot_be_made_shorter_says_how_long_it_is():
    def laid(pages: int):
        return lambda _: Layout(opening=1, blank=(0.1,) * pages)

    parts = {"run_id": "r" * 16, "cards": CARDS}
    long = committee_edition(given(), lay_out=laid(9), **parts)
    assert str(long.document.colophon[-1]) == (
        " This edition has 9 pages and should have at most 8: nothing more of it may be left out."
    )
    just = committee_edition(given(), lay_out=laid(8), **parts)
    assert "This edition has" not in str(just.document.colophon)
    assert just.moved == ()
    # everything that may be given up was, and stands in the working edition instead
    assert [kind for kind in map(type, long.moved) if kind is not Paragraph] == [
        Figure, Figure, Figure, Figure, Table,
    ]  # fmt: skip


# ---- several headlines ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def areas() -> Draft:
    return committee_draft(
        results("no overall grade"),
        run_id="r" * 16,
        cards=(card("agreement", "Plan: well. Care: in part.", DIFFERS), *CARDS[1:]),
    )


def paragraphs(made: Draft, section: str) -> list[str]:
    part = next(part for part in made.parts if part.heading.id == section)
    return [str(kept.block.words) for kept in part.blocks if isinstance(kept.block, Paragraph)]


def test_a_headline_is_named_where_it_is_told(areas):
    headings = {part.heading.id: part.heading.text for part in areas.parts}
    for section in ("practice", "trust", "programme"):
        assert headings[section].startswith(f"{PLAN}: ")
        assert paragraphs(areas, section)[0].startswith(
            f"This section is about {PLAN}; the same figures for {VOICE} "
        )
    assert not headings["themes"].startswith(f"{PLAN}: ")  # themes know no headline
    assert not any("This section is about" in text for text in paragraphs(areas, "themes"))
    for part in areas.parts:
        if part.heading.id in ("practice", "trust", "programme"):
            for kept in part.blocks:
                title = getattr(getattr(kept.block, "picture", kept.block), "title", "")
                assert not title or title.startswith(f"{PLAN}: "), title


def test_the_table_of_all_headlines_stands_in_the_first_section(areas):
    (practice,) = (part for part in areas.parts if part.heading.id == "practice")
    tables = [kept.block for kept in practice.blocks if isinstance(kept.block, Table)]
    assert tables[0].caption == "Each headline by itself"
    assert [row[0] for row in tables[0].rows] == [PLAN, VOICE]
    assert paragraphs(areas, "practice")[0].endswith(
        "are in the table below, and in full in the annex."
    )
    assert paragraphs(areas, "trust")[0].endswith("stand in the annex.")


def test_the_ask_names_the_headline_and_where_the_others_are(areas):
    # 29 of 80 for either: the first of equals is told
    ask = areas.openings[0].ask
    assert ask.startswith(f"The committee is asked to note for {PLAN}: ")
    assert f"(section 1 has the same for {VOICE})" in ask


def two_areas(first: float, second: float) -> Results:
    """Of Plan 31 of 98 are below good, of the child's voice 12 of 98."""
    voice = replace(
        PROGRAMME,
        good_now=replace(PROGRAMME.good_now, value=second),
        by_quarter=(counts("2019-20 Q3", 3, 1, 39, 7), counts("2019-20 Q4", 2, 6, 35, 5)),
    )
    plan = replace(PROGRAMME, good_now=replace(PROGRAMME.good_now, value=first))
    base = results("no overall grade")
    made = release_each([plan, voice], (PLAN, VOICE))
    return Results(
        made if question.result is Programme else base.released(question.result)
        for question in QUESTIONS
    )


@pytest.mark.parametrize(
    ("shares", "worst", "other", "below"),
    [((0.68, 0.88), PLAN, VOICE, 31), ((0.68, 0.41), VOICE, PLAN, 12)],
)
def test_the_worst_headline_is_to_be_noted(shares, worst, other, below):
    ask = full(two_areas(*shares)).ask
    assert ask.startswith(
        f"The committee is asked to note for {worst}: {below} of 98 audits were graded below good; "
    )
    assert f"(section 1 has the same for {other})" in ask


def test_a_card_names_how_many_headlines_share_its_verdict(areas):
    said = [str(one.words) for one in areas.openings[0].cards]
    assert said[1].startswith(f"The same for {PLAN} and {VOICE}. {PLAN}: Auditors graded ")
    assert not said[2].startswith("The same for")  # themes know no headline
    three = release_each([AGREEMENT] * 3, ("A", "B", "C"))
    words = committee._for_all(Results([three]), Agreement, "They do.")
    assert words == "The same for all 3 headlines. A: They do."
    assert committee._for_all(given(), Agreement, "They do.") == "They do."


@pytest.mark.parametrize(
    ("others", "named"),
    [
        (["Care"], "Care"),
        (["Care", "Leaving"], "Care and Leaving"),
        (["Care", "Leaving", "Leaders"], "the other 3 headlines"),
    ],
)
def test_many_headlines_are_not_told_by_name(others, named):
    assert committee._named(others) == named


def test_a_card_that_differs_by_headline_is_not_cut(areas):
    for page in areas.openings:
        assert page.cards[0].words == "Plan: well. Care: in part."
    assert areas.openings[-1].cards[1].words == f"The same for {PLAN} and {VOICE}."


def test_the_method_names_the_headline(areas):
    lines = limits.method_lines(results("no overall grade"))
    assert any(line.startswith(f"Agreement on {PLAN} rests on ") for line in lines)
    assert any(line.startswith(f"For {PLAN}, moderators from outside read ") for line in lines)
    assert len(lines) <= 10


def test_every_headline_s_rule_is_told():
    """Plan agrees in part, and of the child's voice too few audits were read twice."""
    found = results("no overall grade")
    verdicts = {str(one.result.verdict) for one in found.released(Agreement).every}
    assert verdicts == {AgreementVerdict.IN_PART, AgreementVerdict.TOO_FEW}
    told = {row[1] for row in limits._rules_reached(found).rows if row[0] == "Agreement"}
    assert all(any(verdict in answer for answer in told) for verdict in verdicts)


# ---- limits, method, and the last report ---------------------------------------------------


def test_the_method_in_ten_lines_with_the_report_s_own_numbers():
    lines = limits.method_lines(given())
    assert len(lines) <= 10
    assert lines[:5] == (
        "29 auditors graded 199 audits in the year to March 2020.",
        "Grades, from worst to best: Inadequate, Requires improvement, Good and Outstanding.",
        "Agreement rests on 1,030 audits that two auditors read.",
        "Moderators from outside read 60 audits again, drawn by a recorded chance.",
        "What moderators would have found in all audits is worked out from those they read, by "
        "grade and by their chance of being drawn.",
    )
    one = replace(PROGRAMME, auditors=1, audits_now=1)
    assert limits.method_lines(given(Programme=one))[0] == (
        "1 auditor graded 1 audit in the year to March 2020."
    )
    bare = given(Agreement=unmeasured(), Optimism=NOT_MODERATED, Themes=NO_THEME)
    assert not [
        line
        for line in limits.method_lines(bare)
        if line.startswith(("Agreement rests", "Moderators from", "What moderators", "Themes are"))
    ]


def _limits(found: Results) -> list[object]:
    return [kept.block for kept in draft(found).parts[-1].blocks]


def test_the_first_report_tells_nothing_of_a_last_one():
    first = since_last(EarlierReport(), facts(), printed=str)
    assert full(given(SinceLast=first)).closing == ()
    assert "since-last-report" not in [
        getattr(block, "id", "") for block in _limits(given(SinceLast=first))
    ]


def test_what_changed_since_the_last_report_stands_on_page_one_and_in_tables():
    agreed = Agreed(action="Brief auditors", by=Quarter(2019, 2).last_day, state="part done")
    since = compared(
        facts(verdicts=[verdict()], shares=[share()]),
        facts(verdicts=[verdict(said="agrees poorly")], shares=[share(n=41)]),
        agreed=(agreed,),
    )
    found = given(SinceLast=since)
    (line,) = full(found).closing
    assert str(line).startswith(
        "Since the last report (2019-20 Q2): agreement among auditors is now judged “agrees poorly”"
    )
    blocks = _limits(found)
    place = [getattr(block, "id", "") for block in blocks].index("since-last-report")
    assert blocks[place].text == "Since the last report"
    shown = [block for block in blocks[place:] if isinstance(block, Table)][:3]
    assert [table.caption for table in shown] == [
        "What was agreed or recommended, and what became of it",
        "Verdicts that changed since the last report",
        "Shares of past periods that were revised since the last report",
    ]
    assert shown[1].rows[0][1:3] == ("agrees well", "agrees poorly")
    keeps = [kept.keep for kept in draft(found).parts[-1].blocks if kept.block in shown]
    assert keeps == [8, 8, 8]

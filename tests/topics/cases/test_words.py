"""What is said of cases to discuss: words that support, numbers with their n, and no reader."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from qaf_analysis.kit.parts import Card, Table, word_columns
from qaf_analysis.report.blocks import Heading
from qaf_analysis.report.document import BigNumber, Document, FirstPage, Lead
from qaf_analysis.report.writers.chosen_tables import every_table
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import Settings
from qaf_analysis.topics.cases.analysis import CasesToDiscuss, cases_to_discuss
from qaf_analysis.topics.cases.section import CASES
from qaf_analysis.topics.cases.tables import cases_to_discuss_tables, first_cases
from qaf_analysis.topics.cases.words import MOST, say_cases_to_discuss
from qaf_analysis.topics.common.release import release
from qaf_analysis.topics.common.section import Shown
from tests.topics.by_hand import GOOD, IMPROVE, INADEQUATE, OUTSTANDING, audit, council

LAST = Quarter(2019, 4)
Q4 = "2019-20 Q4"


def pair(first: int, moderator: int, **more):
    return audit(Q4, first, moderated={"Overall": moderator}, **more)


def result_of(*rows, settings: Settings | None = None, **recorded) -> CasesToDiscuss:
    built = council(*rows, settings=settings)
    moderations = built.moderations.assign(**recorded)
    return cases_to_discuss(replace(built, moderations=moderations), quarter=LAST)


def said(result: CasesToDiscuss) -> str:
    return " ".join(say_cases_to_discuss(result).paragraphs)


@pytest.mark.parametrize(
    ("rows", "claim"),
    [
        ([audit(Q4, GOOD)], "No audit was read by two people, so there is no case to discuss"),
        ([pair(GOOD, GOOD)], "No case to discuss among 1 audit that two people read"),
        (
            [pair(GOOD, IMPROVE), pair(GOOD, GOOD)],
            "1 of 2 audits that two people read is worth talking over",
        ),
        (
            [pair(GOOD, IMPROVE), pair(IMPROVE, GOOD), pair(GOOD, GOOD)],
            "2 of 3 audits that two people read are worth talking over",
        ),
    ],
)
def test_the_claim(rows, claim):
    assert say_cases_to_discuss(result_of(*rows)).claim == claim


def test_how_many_were_alike_chosen_and_parted_where():
    rows = [pair(GOOD, GOOD)] * 2 + [pair(GOOD, IMPROVE)] * 6 + [pair(GOOD, OUTSTANDING)] * 3
    words = said(result_of(*rows, pair(OUTSTANDING, INADEQUATE)))
    assert (
        "In 2019-20 Q4, 12 audits were read by two people or more. All readers gave the same grade "
        "to 2 of them, and different grades to 10." in words
    )
    assert (
        "A case is chosen where grades lie on both sides of the line to good or better, or lie "
        "two grades or more apart. Of 7 cases, 1 lies so far apart and across the line and 6 lie "
        "only across the line." in words
    )
    assert (
        "Of 10 audits with different grades, 6 (60%) part between requires improvement and good. "
        "Of the others, 3 (30%) between good and outstanding and 1 (10%) by more than one grade."
        in words
    )
    assert "too few to say" not in words


def test_of_few_audits_no_share_is_given():
    result = result_of(*[pair(GOOD, IMPROVE)] * 5, *[pair(GOOD, OUTSTANDING)] * 4)
    assert (
        "Of 9 audits with different grades, 5 part between requires improvement and good. Of the "
        "others, 4 between good and outstanding. Which boundary is least clear: too few to say."
        in said(result)
    )
    shares = [row[2] for row in cases_to_discuss_tables(result)[1].rows]
    assert {share for share in shares if share} == {"Too few to say"}


def test_what_moderators_recorded_and_auditors_answered():
    rows = [pair(GOOD, IMPROVE), pair(IMPROVE, GOOD), pair(GOOD, INADEQUATE)]
    result = result_of(
        *rows, reason=["given", None, "given"], response=["disagreed", "agreed", None]
    )
    assert (
        "A moderator graded otherwise than the auditor in 3 of the cases. A reason is recorded in "
        "2 of these; what it says is not read. An answer of the auditor is recorded in 2, and 1 is "
        "disputed." in said(result)
    )
    cells = {row[6] for row in first_cases(result).rows}
    assert cells == {
        "reason recorded; disputed",
        "no reason recorded; not disputed",
        "reason recorded; no answer recorded",
    }


def test_second_auditors_alone_say_nothing_of_moderators():
    result = result_of(audit(Q4, GOOD, second={"Overall": IMPROVE}))
    assert "moderator" not in said(result)
    assert first_cases(result).rows[0][6] == "not moderated otherwise"


def test_a_row_tells_roles_grades_distance_and_domains():
    row = audit(
        Q4, team="East", case_type="Early help", audit_type="dip_sample",
        grades={"Overall": GOOD, "Plan": GOOD, "Risk": GOOD},
        second={"Overall": OUTSTANDING, "Plan": INADEQUATE, "Risk": GOOD},
        moderated={"Overall": IMPROVE}, moderation_source="peer_audit",
    )  # fmt: skip
    assert first_cases(result_of(row)).rows[0][1:6] == (
        "2019-20 Q4",
        "East, Early help, dip-sample",
        "Auditor: Good; second auditor: Outstanding; moderator (peer audit): Requires improvement",
        "2, across the line",
        "Plan (2)",
    )
    bare = first_cases(result_of(pair(GOOD, IMPROVE))).rows[0]
    assert (bare[2], bare[5]) == ("not recorded", "none graded twice")


def test_areas_stand_before_the_grades_where_there_are_several():
    settings = Settings(council="Small", headline_domains=("Help", "Care"))
    row = audit(
        Q4,
        grades={"Help": GOOD, "Care": GOOD},
        moderated={"Help": IMPROVE, "Care": INADEQUATE},
        moderation_source=None,
    )
    result = result_of(row, settings=settings)
    assert first_cases(result).rows[0][3] == (
        "Care. Auditor: Good; moderator: Inadequate. Also on Help."
    )
    assert "graded by them on one of 2 areas" in said(result)


def test_twenty_are_shown_and_all_stand_behind():
    few, many = (result_of(*[pair(GOOD, IMPROVE)] * n) for n in (MOST, MOST + 1))
    assert [len(one.rows) for one in cases_to_discuss_tables(few) if "Audit" in heads(one)] == [20]
    tables = [one for one in cases_to_discuss_tables(many) if "Audit" in heads(one)]
    assert [(one.place, len(one.rows)) for one in tables] == [("section", 20), ("appendix", 21)]
    assert tables[0].rows == tables[1].rows[:20]
    assert tables[0].note.startswith(
        "20 of 21; all of them stand in the table “Every case to discuss” of the annex."
    )
    assert "All 21 stand in the table “Every case to discuss” of the annex." in said(many)
    assert "of the annex" not in said(few) + tables[1].note


def heads(table) -> list[str]:
    return [column.heading for column in table.columns]


def test_multi_agency_audits_have_a_table_of_their_own():
    result = result_of(pair(GOOD, IMPROVE, audit_type="multi_agency"), pair(GOOD, GOOD))
    assert (
        "Of 1 multi-agency audit read by two people, 1 would be chosen by the same rule. They are "
        "told apart and are in no number above." in said(result)
    )
    last = cases_to_discuss_tables(result)[-1]
    assert (last.caption, len(last.rows), last.place) == (
        "Multi-agency audits that two people graded apart", 1, "appendix"
    )  # fmt: skip


def test_no_sentence_is_long_and_no_word_blames():
    rows = [pair(g, m) for g in range(4) for m in range(4)] * 3
    result = result_of(*rows, reason="given", response="disagreed")
    statement = say_cases_to_discuss(result)
    for words in (*statement.paragraphs, statement.limits):
        for sentence in re.split(r"(?<=[.!?:]) ", words):
            assert len(sentence.split()) <= 30, sentence
        assert not re.search(r"wrong|error|mistake|fail|lenient|harsh|poor", words), words


def test_the_tables_are_not_about_single_auditors():
    rows = [pair(GOOD, IMPROVE, auditor=name) for name in ("AUDITOR-ABCD", "person-EFGH")]
    shown = CASES.shown(release(result_of(*rows, pair(OUTSTANDING, INADEQUATE))))
    assert isinstance(shown, Shown)
    # The letters of the auditors' codes stand in another table, as they do in the long report.
    own = Table(caption="Auditors", columns=word_columns("Auditor"), rows=(("ABCD",), ("EFGH",)))
    card = Card(question="Q", verdict="V", words="W", section="cases")
    document = Document(
        title="Report",
        first_page=FirstPage(
            marking="OFFICIAL-SENSITIVE",
            edition="working",
            run_id="1",
            subtitle="Small",
            lead=Lead(numbers=(BigNumber(number="1", caption="one"),), words="One."),
            cards=(card, card, card, card),
        ),
        body=(Heading(text="Cases", id="cases"), *shown.tables, own),
    )
    told = {one.table.caption: one.about_auditors for one in every_table(document)}
    assert told.pop("Auditors")
    assert not any(told.values())

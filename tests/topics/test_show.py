"""What a notebook shows of a released result: its words, tables and pictures, one by one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qaf_analysis.terms.errors import DisclosureError
from qaf_analysis.topics.check.analysis.recovery import MethodCheck
from qaf_analysis.topics.common.release import release
from qaf_analysis.topics.registry import SECTIONS
from qaf_analysis.topics.show import Parts, plot, say, table
from tests.golden.councils import results as golden
from tests.topics.process.results import AGREEMENT, CONSISTENCY
from tests.topics.programme.results import INTAKE, PROGRAMME


class Shown:
    def __init__(self, words: str) -> None:
        self.words = words

    def _repr_html_(self) -> str:
        return f"<p>{self.words}</p>"


def test_parts_stand_one_under_the_other_as_they_are():
    assert Parts((Shown("one & a"), Shown("two")))._repr_html_() == "<p>one & a</p>\n<p>two</p>"
    assert Parts(())._repr_html_() == (
        '<p data-picture="none">Nothing can be drawn: the words above say why.</p>'
    )


def test_the_first_page_s_picture_comes_first_where_there_is_one():
    assert [picture.title for picture in plot(release(PROGRAMME))] == [
        "Good or better rose from 46% to 60%",
        "1,104 audits completed since 2019-20 Q3",
    ]
    assert [picture.title for picture in plot(release(CONSISTENCY))] == [
        "Pool cut: more consistent",
        "Training and Days together: no evidence of change",
    ]
    assert plot(release(INTAKE)) == Parts(())


@pytest.mark.parametrize("section", [one for one in SECTIONS if one.card is not None])
def test_a_card_is_made_without_drawing_the_whole_section(section):
    def never(result):
        raise AssertionError("drawn")

    (shown,) = replace(section, pictures=never).every_shown(
        golden("kinder").released(section.result)
    )
    assert shown.card().verdict
    with pytest.raises(AssertionError, match="drawn"):
        _ = shown.pictures


def test_words_and_tables_are_those_of_the_section():
    assert say(release(INTAKE)).claim == "13 rows of 5,700 were set aside"
    assert [each.caption for each in table(release(INTAKE))] == [
        "Files read", "What reading found", "Checks of the data",
    ]  # fmt: skip
    assert isinstance(table(release(INTAKE)), Parts)
    assert say(release(AGREEMENT)).claim.startswith("Auditors agree more often")


def test_a_page_that_is_no_section_has_no_first_page():
    nothing = MethodCheck(councils=1, audits_per_quarter=2, seed=3, recoveries=(), verdicts=())
    assert plot(release(nothing)) == Parts(())
    assert len(table(release(nothing))) == 2


@pytest.mark.parametrize("show", [say, table, plot])
def test_what_was_not_released_is_named_and_refused(show):
    with pytest.raises(DisclosureError, match="A Intake has not passed the disclosure gate"):
        show(INTAKE)


def test_sections_in_the_order_of_the_report():
    assert [(section.id, section.level) for section in SECTIONS] == [
        ("grades", 2), ("scales", 2), ("agreement", 2), ("by-grade", 3), ("drivers", 3),
        ("severity", 2), ("moderation", 2), ("true-trend", 3), ("gaps", 3), ("derived-gap", 3),
        ("moderators", 3), ("cases", 3), ("next-sample", 3), ("child-focus", 3),
        ("impact-for-the-child", 3),
        ("themes", 2), ("theme-checks", 3), ("theme-charts", 3), ("actions", 3),
        ("design-changes", 3), ("process", 2), ("process-agreement", 3), ("data", 2),
        ("since-last-report", 2),
    ]  # fmt: skip

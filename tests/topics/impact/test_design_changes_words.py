"""What readers are told of a design that was changed: exact, complete and without blame."""

from __future__ import annotations

import pytest

from qaf_analysis.terms.measured import CHOSEN_DATE
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.impact.analysis.changes import NONE_EARLIER, DesignChange, DesignChanges
from qaf_analysis.topics.impact.designs import (
    EASIER,
    REASONS,
    design_changes_tables,
    design_line,
    say_design_changes,
)

QUARTER = Quarter(2019, 2)


def change(aspect="date", before="2018-19 Q2", now="2018-19 Q3", **others):
    parts = {
        "what": "theme",
        "name": "Chronologies",
        "aspect": aspect,
        "before": before,
        "now": now,
        "run_id": "ab12cd34",
        "quarter": QUARTER,
        "covered": True,
        **others,
    }
    return DesignChange(**parts)


def changes(*found, looked_at=1, unreadable=()):
    return DesignChanges(
        council="Example",
        quarter=Quarter(2019, 3),
        settings_sha256="cd" * 32,
        looked_at=looked_at,
        first=QUARTER if looked_at else None,
        last=QUARTER if looked_at else None,
        changes=found,
        unreadable=unreadable,
        why_not="" if looked_at else NONE_EARLIER,
    )


def test_a_changed_date_is_named_with_its_report_and_what_such_a_change_does():
    said = say_design_changes(changes(change()))
    assert said.claim == "1 part of the design is declared otherwise than in earlier reports"
    assert (
        "The date of the themed audit Chronologies was 2018-19 Q2 in the report of 2019-20 Q2 "
        "(run ab12cd34) and is 2018-19 Q3 now."
    ) in said.paragraphs
    assert said.paragraphs[-1] == f"{REASONS} {CHOSEN_DATE.words}"
    assert "5 to 12 of 100 steady councils instead of at most 3" in CHOSEN_DATE.words
    assert said.source == (
        "Settings file, SHA-256 cdcdcdcdcdcdcdcd. 1 earlier report with another design, about "
        "2019-20 Q2."
    )


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (
            change("selection", "none", "2018-19 Q1"),
            "The quarters that led to the choice of the themed audit Chronologies were none in "
            "the report of 2019-20 Q2 (run ab12cd34) and are 2018-19 Q1 now.",
        ),
        (
            change("phase_in", "0", "1"),
            "The number of quarters of phasing in after the themed audit Chronologies was 0 in "
            "the report of 2019-20 Q2 (run ab12cd34) and is 1 now.",
        ),
        (
            change("controls", "Plan, Risk", "every domain no theme touches"),
            "What the themed audit Chronologies is compared with was Plan, Risk in the report of "
            "2019-20 Q2 (run ab12cd34) and is every domain no theme touches now.",
        ),
        (
            change("outcome", "good_or_better", "mean_grade"),
            "What decides on the themed audit Chronologies was the positive share in the "
            "report of 2019-20 Q2 (run ab12cd34) and is the mean grade now.",
        ),
        (
            change("kind", "pool_cut", "training", what="process change", name="Training"),
            "The kind of the process change Training was pool cut in the report of 2019-20 Q2 "
            "(run ab12cd34) and is training now.",
        ),
        (
            change("name", "Chronology", "Chronologies"),
            "The themed audit Chronologies was called Chronology in the report of 2019-20 Q2 (run "
            "ab12cd34), with the same subject and quarter.",
        ),
        (
            change("added", "", "2018-19 Q2"),
            "The themed audit Chronologies (2018-19 Q2) was not declared in the report of 2019-20 "
            "Q2 (run ab12cd34), which covered that quarter.",
        ),
        (
            change("removed", "2019-20 Q3", "", covered=False),
            "The themed audit Chronologies (2019-20 Q3) was declared in the report of 2019-20 Q2 "
            "(run ab12cd34) and no longer is. The reports that had it so did not yet reach its "
            "quarter.",
        ),
    ],
)
def test_every_kind_of_change_has_its_sentence_and_its_row(told, sentence):
    result = changes(told)
    assert sentence in say_design_changes(result).paragraphs
    (row,) = design_changes_tables(result)[0].rows
    assert row[0].startswith(f"{told.name} (")
    assert row[4] == "2019-20 Q2, run ab12cd34"
    assert row[5] == ("yes" if told.covered else "not yet")
    assert all(row)


@pytest.mark.parametrize(
    ("told", "warned"),
    [
        ((change(),), [CHOSEN_DATE.words]),
        ((change("added", "", "2018-19 Q2"),), [CHOSEN_DATE.words]),
        ((change("controls", "Plan", "Risk"),), [EASIER]),
        ((change(what="process change"),), [EASIER]),
        ((change(), change("phase_in", "0", "1")), [CHOSEN_DATE.words, EASIER]),
        ((change(covered=False),), []),
        ((change("name", "Chronology", "Chronologies"),), []),
    ],
)
def test_readers_are_warned_where_outcomes_could_be_seen_and_only_there(told, warned):
    last = say_design_changes(changes(*told)).paragraphs[-1]
    assert last == " ".join((REASONS, *warned))


def test_where_nothing_was_changed_there_is_no_table_and_no_warning():
    result = changes(looked_at=2)
    said = say_design_changes(result)
    assert design_changes_tables(result) == ()
    assert said.claim == "No design is declared otherwise than in earlier reports"
    (paragraph,) = said.paragraphs
    assert "2 earlier reports declare something else than now, but only what had not" in paragraph


def test_without_earlier_reports_the_words_say_so():
    said = say_design_changes(changes(looked_at=0))
    assert said.paragraphs[0].endswith(f"Nothing is to be named, because {NONE_EARLIER}.")
    assert said.source == "Settings file, SHA-256 cdcdcdcdcdcdcdcd."


def test_a_report_that_could_not_be_read_is_named_and_how_to_mend_it():
    said = say_design_changes(changes(looked_at=0, unreadable=("2019-20-Q1/ab12: damaged.",)))
    assert said.paragraphs[-1].startswith(
        "1 earlier report could not be compared. 2019-20-Q1/ab12: damaged. Put the folder back"
    )


def test_the_first_page_has_a_line_only_where_something_was_changed():
    assert design_line(changes()) == ()
    assert design_line(changes(change())) == (
        "1 part of the design is declared otherwise than in earlier reports.",
    )

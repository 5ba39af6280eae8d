"""Grading a pack by a form: blind, kept, read back, committed, asked, compared."""

import json
from dataclasses import replace

import pytest

from qaf_analysis.lab.grading import Grading, grading_form
from qaf_analysis.lab.place import MemoryPlace
from qaf_analysis.lab.practice import DOMAINS, LEVELS, practice_place
from qaf_analysis.moderation.packs.pack import NOT_GRADED, Part
from qaf_analysis.terms.errors import IntegrityError, UsageError


@pytest.fixture
def place():
    return practice_place()


def code(place, number):
    return place.pack.cases[number - 1].code


def grade(form, number, *words):
    for domain, word in zip(DOMAINS, words, strict=True):
        form.chose(f"{number}/{domain}", word)


def commit(form, number):
    form.pressed(f"read/{number}")
    form.pressed(f"commit/{number}")


def recognise(form, number, file="no", audit="no"):
    form.chose(f"{number}/?file", file)
    form.chose(f"{number}/?audit", audit)
    form.pressed(f"recognise/{number}")


def said(form):
    """Everything that the form shows, as one text."""
    page = form.page()
    return json.dumps(page, default=vars, ensure_ascii=False)


def value_of(form, question):
    asked = [each for one in form.page().sections for each in one.questions]
    return {each.id: each.value for each in asked}[question]


def test_every_question_names_its_case_and_has_whole_words(place):
    (section,) = Grading(place).page().sections
    labels = [each.label for each in section.questions]
    assert labels[:2] == ["Overall, case 1", "Child’s voice, case 1"]
    assert all("case 1" in label for label in labels)
    assert section.questions[0].words == (*LEVELS, NOT_GRADED)
    assert {each.value for each in section.questions} == {""}
    assert section.heading == f"Case 1 of 3: {code(place, 1)}"


def test_what_is_chosen_is_put_when_the_case_is_left_and_not_before(place):
    form = Grading(place)
    form.chose("1/Overall", "Good")
    assert place.standing(code(place, 1)).grades["Overall"] is None
    form.pressed("next")
    standing = place.standing(code(place, 1))
    assert standing.grades == {"Overall": "Good"} | dict.fromkeys(DOMAINS[1:])
    assert not standing.is_committed
    assert form.page().sections[0].heading.startswith("Case 2 of 3")


def test_reason_sureness_and_comment_are_put_with_the_grades(place):
    form = Grading(place)
    grade(form, 1, "Good", "Good", "Good", "Good")
    form.chose("1/?reason", "Timeliness")
    form.chose("1/?sure", "Not sure")
    form.chose("1/?comment", " Visits were late. ")
    form.pressed("keep/1")
    kept = place.standing(code(place, 1))
    assert (kept.reason, kept.sure, kept.comment) == ("Timeliness", "Not sure", "Visits were late.")


def test_undo_goes_back_to_nothing_chosen(place):
    form = Grading(place)
    form.chose("1/Overall", "Inadequate")
    form.chose("1/Overall", "Good")
    form.pressed("undo")
    assert value_of(form, "1/Overall") == "Inadequate"
    assert form.page().taken == "1/Overall"
    form.pressed("undo")
    assert value_of(form, "1/Overall") == ""
    assert "nothing is chosen" in form.page().status
    form.pressed("undo")
    assert form.page().status == "There is nothing to take back."


def test_words_typed_in_a_row_are_taken_back_at_once(place):
    form = Grading(place)
    for typed in ("L", "La", "Late"):
        form.chose("1/?comment", typed)
    form.pressed("undo")
    assert value_of(form, "1/?comment") == ""


def test_undo_of_one_case_leaves_the_other_cases_alone(place):
    form = Grading(place)
    form.chose("1/Overall", "Good")
    form.pressed("next")
    form.pressed("undo")
    form.pressed("previous")
    assert value_of(form, "1/Overall") == "Good"


def test_an_open_part_is_named_and_nothing_is_committed(place):
    form = Grading(place)
    form.chose("1/Overall", "Good")
    form.chose("1/Plan", "Good")
    with pytest.raises(UsageError, match="Child’s voice, case 1 and 1 other"):
        form.pressed("read/1")
    with pytest.raises(UsageError, match="Read the grades back"):
        form.pressed("commit/1")
    assert not place.standing(code(place, 1)).is_committed


def test_what_could_not_be_graded_needs_a_word_why_and_is_no_grade(place):
    form = Grading(place)
    grade(form, 1, "Good", NOT_GRADED, "Good", "Good")
    with pytest.raises(UsageError, match="why a part could not be graded"):
        form.pressed("read/1")
    form.chose("1/?comment", "No visit is recorded.")
    commit(form, 1)
    assert place.standing(code(place, 1)).grades["Child’s voice"] == NOT_GRADED
    assert place.standing(code(place, 1)).is_committed


def test_what_is_read_back_is_what_is_committed(place):
    form = Grading(place)
    grade(form, 1, "Good", "Inadequate", "Outstanding", "Requires improvement")
    form.pressed("read/1")
    (section,) = form.page().sections
    assert section.table.rows[:4] == (
        ("Overall", "Good"), ("Child’s voice", "Inadequate"), ("Assessment", "Outstanding"),
        ("Plan", "Requires improvement"),
    )  # fmt: skip
    assert section.questions == ()
    form.pressed("commit/1")
    kept = place.standing(code(place, 1))
    assert tuple(kept.grades.items()) == section.table.rows[:4]


def test_a_committed_case_can_neither_be_changed_nor_taken_back(place):
    form = Grading(place)
    grade(form, 1, *["Good"] * 4)
    commit(form, 1)
    with pytest.raises(UsageError, match="not asked any more"):
        form.chose("1/Overall", "Inadequate")
    form.pressed("undo")
    assert form.page().status == "There is nothing to take back."
    with pytest.raises(IntegrityError, match="cannot be changed"):
        place.put(
            code(place, 1), grades=dict.fromkeys(DOMAINS, "Good"), reason="", sure="", comment=""
        )
    assert set(place.standing(code(place, 1)).grades.values()) == {"Good"}


def test_an_answer_that_is_not_offered_is_refused(place):
    form = Grading(place)
    with pytest.raises(UsageError):
        form.chose("1/Overall", "Gud")
    with pytest.raises(UsageError):
        form.chose("4/Overall", "Good")
    with pytest.raises(UsageError):
        form.chose("2/Finance", "Good")


def test_nothing_of_the_audit_is_shown_or_asked_for_before_all_is_committed(place):
    asked = []

    class Watched(MemoryPlace):
        def reveal(self, case):
            asked.append(case)
            return super().reveal(case)

    place = Watched(
        place.pack,
        audit_grades={case.code: dict.fromkeys(DOMAINS, "AUDIT SAYS") for case in place.pack.cases},
    )
    form = Grading(place, show="all")
    for number in (1, 2, 3):
        assert "AUDIT SAYS" not in said(form)
        with pytest.raises(UsageError, match="when every case is committed"):
            form.pressed("reveal")
        grade(form, number, *["Good"] * 4)
        commit(form, number)
        assert "reveal" not in [button.id for button in form.page().buttons]
        recognise(form, number)
    assert asked == []
    form.pressed("reveal")
    assert asked == [case.code for case in place.pack.cases]
    assert said(form).count("AUDIT SAYS") == 12


def test_both_questions_are_asked_before_the_reveal(place):
    form = Grading(place)
    grade(form, 1, *["Good"] * 4)
    commit(form, 1)
    form.chose("1/?file", "yes")
    with pytest.raises(UsageError, match="both questions"):
        form.pressed("recognise/1")
    recognise(form, 1, file="yes", audit="not sure")
    assert place.standing(code(place, 1)).recognised == {"file": "yes", "audit_grade": "not sure"}
    assert form.page().sections[0].heading.startswith("Case 2 of 3")


def test_the_comparison_by_hand(place):
    # Audits: Good Good RI Good | RI Good RI Inadequate | Outstanding Good Outstanding Good.
    form = Grading(place)
    for number, words in enumerate(
        (
            ("Good", "Good", "Good", NOT_GRADED),
            ("Inadequate", "Good", "Requires improvement", "Good"),
            ("Good", "Good", "Good", "Outstanding"),
        ),
        start=1,
    ):
        grade(form, number, *words)
        form.chose(f"{number}/?comment", "No plan on file.")
        commit(form, number)
        recognise(form, number)
    form.pressed("reveal")
    page = form.page()
    assert page.progress == (
        "3 of 3 cases committed. Of 11 grades that both gave, the audit’s was the same in 5, "
        "kinder in 3 and stricter in 3."
    )
    assert [row[3] for row in page.sections[0].table.rows] == [
        "the same", "the same", "1 grade stricter", "",
    ]  # fmt: skip
    form.pressed("next")
    assert [row[3] for row in form.page().sections[0].table.rows] == [
        "1 grade kinder", "the same", "the same", "2 grades stricter",
    ]  # fmt: skip


def test_a_form_opened_again_goes_on_where_it_was_left(place):
    form = Grading(place)
    grade(form, 1, *["Good"] * 4)
    commit(form, 1)
    form.pressed("next")
    form.chose("2/Overall", "Outstanding")
    form.pressed("keep/2")
    again = Grading(place)
    assert again.page().progress == "1 of 3 cases committed, 1 begun."
    assert value_of(again, "2/Overall") == "Outstanding"
    again.pressed("previous")
    assert "two questions" in again.page().sections[0].heading


def test_all_cases_at_once_have_their_own_buttons(place):
    form = Grading(place, show="all")
    grade(form, 3, *["Good"] * 4)
    commit(form, 3)
    page = form.page()
    assert [section.heading[:6] for section in page.sections] == ["Case 1", "Case 2", "Case 3"]
    assert page.at == 2
    assert place.standing(code(place, 3)).is_committed
    assert not place.standing(code(place, 1)).is_committed


def test_descriptors_stand_beside_their_words(place):
    parts = (Part(domain="Overall", descriptors=("a", "b", "c", "d")), *place.pack.parts[1:])
    form = Grading(MemoryPlace(replace(place.pack, parts=parts), audit_grades={}))
    assert form.page().sections[0].questions[0].hints == ("a", "b", "c", "d")


@pytest.mark.parametrize("show", ["two", ""])
def test_an_unknown_way_to_show_cases_is_refused(place, show):
    with pytest.raises(UsageError, match="one"):
        grading_form(place, show=show)


def test_a_pack_without_cases_is_refused(place):
    empty = MemoryPlace(replace(place.pack, cases=(), rows=()), audit_grades={})
    with pytest.raises(UsageError, match="no case"):
        grading_form(empty)

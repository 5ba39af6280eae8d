"""Several files of a round: equal ones are one, halves make a whole, and two grades are none."""

import pytest

from qaf_analysis.moderation.returns.collect import BEFORE, CONFIRMED, collected
from qaf_analysis.moderation.returns.kept import MOST_BYTES, files_in, keep_returned
from qaf_analysis.moderation.returns.keyed import returned_file
from qaf_analysis.terms.errors import UsageError
from tests.moderation.returns.filled import (
    COMMENT,
    as_csv,
    as_json,
    as_xlsx,
    given,
    pack,
    read_grades,
    rows_of,
    truth,
)

SENT, OTHER = pack(), pack("M-05")
EVERY = truth(SENT)
FIRST = (SENT.pack, SENT.cases[0].code)


class Found:
    """What was taken, as a file would be."""

    def __init__(self, *files, already=None, **how):
        self.all = collected([SENT, OTHER], files, already=already or {}, **how)
        self.cases = [each.case for each in self.all.taken]


def csv_of(grades=None, *, changed=(), rows=None, sent=SENT, **texts):
    """A return as CSV: some grades changed by the number of their row, or only some rows."""
    content = rows_of(sent, grades, **texts)
    for number, grade in dict(changed).items():
        content[number][3] = grade
    return as_csv([content[0], *(content[n] for n in rows)] if rows else content)


def before(**changed):
    """What was collected before of the pack, by pack and case."""
    file = returned_file("first.csv", csv_of(**changed), [SENT])
    return {(case.pack, case.case): case for case in file.cases}


def test_halves_make_a_whole():
    found = Found(("a.csv", csv_of(rows=range(1, 6))), ("b.csv", csv_of(rows=range(5, 13))))
    assert read_grades(found, SENT) == EVERY
    assert found.all.conflicts == ()
    assert [len(each.sources) for each in found.all.taken] == [1, 2, 1, 1]


def test_one_return_in_three_formats_is_one():
    rows = rows_of(SENT)
    found = Found(("a.csv", as_csv(rows)), ("b.xlsx", as_xlsx(rows)), ("c.json", as_json(SENT)))
    assert read_grades(found, SENT) == EVERY
    assert not found.all.has_problems


def test_the_same_file_under_two_names_is_read_once():
    found = Found(("a.csv", csv_of()), ("Copy of a (1).csv", csv_of()))
    assert len(found.all.files) == 1
    assert not found.all.has_problems


def test_a_filled_file_beats_an_empty_one_whichever_comes_first():
    empty = ("empty.csv", csv_of([""] * 12, reason="", comment=""))
    half = ("half.csv", csv_of(changed={1: "", 2: ""}))
    for files in ((empty, half, ("a.csv", csv_of())), (("a.csv", csv_of()), half, empty)):
        assert read_grades(Found(*files), SENT) == EVERY
    assert Found(empty).all.empty == 4


def test_of_two_grades_neither_is_taken_and_both_are_shown():
    found = Found(("a.csv", csv_of()), ("b.csv", csv_of(changed={1: "Outstanding"})))
    assert FIRST[1] not in {case.case for case in found.cases}
    assert len(found.cases) == 3
    (conflict,) = found.all.conflicts
    assert (conflict.pack, conflict.case, conflict.what) == (*FIRST, "Overall")
    assert conflict.said == (
        ("a.csv, row 2", EVERY[SENT.rows[0].key]),
        ("b.csv, row 2", "Outstanding"),
    )


def test_two_comments_are_a_conflict_whose_words_are_not_shown():
    found = Found(("a.csv", csv_of()), ("b.csv", csv_of(comment="Kay hit")))
    assert found.cases == []
    assert {conflict.what for conflict in found.all.conflicts} == {"comment"}
    assert all(
        text == "another text" for conflict in found.all.conflicts for _, text in conflict.said
    )
    assert COMMENT not in repr(found.all.conflicts)


def test_two_moderators_never_conflict():
    theirs = given(OTHER, first=2)
    files = (("a.csv", csv_of()), ("b.csv", csv_of(theirs, sent=OTHER)))
    found = Found(*files)
    assert read_grades(found, SENT) == EVERY
    assert read_grades(found, OTHER) == truth(OTHER, theirs)
    assert not found.all.has_problems


def test_a_renamed_file_without_an_ending_is_read_by_what_it_is():
    rows = rows_of(SENT)
    names = ("return.xls", "return.csv", "return", "return.json", "RETURN.XLSX", "return.ods")
    for name in names:
        assert read_grades(Found((name, as_xlsx(rows))), SENT) == EVERY
        assert read_grades(Found((name, as_csv(rows))), SENT) == EVERY
        assert read_grades(Found((name, as_json(SENT))), SENT) == EVERY


def test_a_late_file_that_says_the_same_adds_nothing_new():
    found = Found(("late.csv", csv_of()), already=before())
    assert read_grades(found, SENT) == EVERY
    assert found.all.conflicts == ()


def test_a_late_file_fills_what_was_empty_and_changes_nothing():
    earlier = before(changed={2: ""})
    late = csv_of(rows=[2])
    assert read_grades(Found(("late.csv", late), already=earlier), SENT) == {
        row.key: EVERY[row.key] for row in SENT.rows[:3]
    }
    found = Found(("late.csv", csv_of(changed={1: "Outstanding"})), already=earlier)
    (conflict,) = found.all.conflicts
    assert conflict.said[1] == ("late.csv, row 2", "Outstanding")
    assert FIRST[1] not in {case.case for case in found.cases}


def test_what_the_ledger_holds_has_no_place_in_a_file():
    (first,) = {each.case: each for each in before().values() if each.case == FIRST[1]}.values()
    earlier = {FIRST: type(first)(**{**vars(first), "places": {}})}
    found = Found(("late.csv", csv_of(changed={1: "Outstanding"})), already=earlier)
    assert found.all.conflicts[0].said[0] == (BEFORE, EVERY[SENT.rows[0].key])


def test_a_correction_takes_the_place_of_what_was_collected():
    found = Found(
        ("c.csv", csv_of(changed={1: "Outstanding"}, comment="Second reading")),
        already=before(),
        corrected=True,
    )
    assert read_grades(found, SENT) == {**EVERY, SENT.rows[0].key: "Outstanding"}
    assert found.cases[0].comment == "Second reading"
    assert found.all.conflicts == ()


def test_a_correction_of_one_row_leaves_the_others():
    """A fresh copy of the pack in which one grade was given, and a file with that row alone."""
    blank = [""] * 12
    for grades, rows in ((["Outstanding", *blank[1:]], None), (None, [1])):
        content = csv_of(grades, changed={1: "Outstanding"}, rows=rows, reason="", comment="")
        found = Found(("c.csv", content), already=before(), corrected=True)
        case = found.cases[0]
        assert (
            read_grades(found, SENT).items() <= {**EVERY, SENT.rows[0].key: "Outstanding"}.items()
        )
        assert dict(case.grades) == {
            "Overall": "Outstanding",
            "Assessment": EVERY[SENT.rows[1].key],
            "Plan": EVERY[SENT.rows[2].key],
        }
        assert case.comment == COMMENT


def test_a_correction_that_cannot_be_read_leaves_no_grade():
    found = Found(("c.csv", csv_of(changed={1: "RI"})), already=before(), corrected=True)
    assert found.cases[0].grades["Overall"] is None
    assert found.cases[0].grades["Plan"] == EVERY[SENT.rows[2].key]
    assert [problem.code for problem in found.all.problems] == ["no grade"]


def test_two_corrections_that_differ_correct_nothing():
    found = Found(
        ("c.csv", csv_of(changed={1: "Outstanding"})),
        ("d.csv", csv_of(changed={1: "Good"})),
        already=before(),
        corrected=True,
    )
    assert FIRST[1] not in {case.case for case in found.cases}
    assert {word for _, word in found.all.conflicts[0].said} == {"Outstanding", "Good"}


@pytest.mark.parametrize("corrected", [False, True])
def test_a_confirmed_case_is_never_changed(corrected):
    earlier = before(changed={2: ""})
    how = {"already": earlier, "confirmed": frozenset(earlier), "corrected": corrected}
    assert Found(("same.csv", csv_of(changed={2: ""})), **how).all.conflicts == ()
    for changed, what in (({1: "Outstanding", 2: ""}, "Overall"), ({}, "Assessment")):
        found = Found(("late.csv", csv_of(changed=changed)), **how)
        assert FIRST[1] not in {case.case for case in found.cases}
        (conflict,) = found.all.conflicts
        assert conflict.what == what
    # Nothing had been said: what a late file adds is shown beside that, and not taken.
    assert conflict.said == ((CONFIRMED, "nothing"), ("late.csv, row 3", EVERY[SENT.rows[1].key]))


def test_a_comment_added_to_a_confirmed_case_is_told_without_its_words():
    earlier = before(comment="")
    found = Found(("late.csv", csv_of()), already=earlier, confirmed=frozenset(earlier))
    assert found.cases == []
    assert len(found.all.conflicts) == 4
    added = ("late.csv, row 2", "another text")
    assert found.all.conflicts[0].said == ((CONFIRMED, "nothing"), added)


def test_a_file_that_cannot_be_read_does_not_keep_the_others_away():
    found = Found(("broken.xlsx", b"PK\x03\x04 and no more"), ("a.csv", csv_of()))
    assert read_grades(found, SENT) == EVERY
    (sentence,) = found.all.unreadable
    assert sentence.startswith("broken.xlsx cannot be read: ")
    assert found.all.has_problems


def test_files_are_kept_byte_for_byte_under_their_sums(tmp_path):
    content = csv_of()
    first = keep_returned("Return of M-04.CSV", content, tmp_path)
    again = keep_returned("renamed.csv", content, tmp_path)
    assert first == again
    assert first.read_bytes() == content
    assert len(first.stem) == 64
    assert keep_returned("x.<weird>", b"other", tmp_path).suffix == ""


def test_what_a_folder_of_returns_holds(tmp_path):
    inner = tmp_path / "M-04"
    inner.mkdir()
    (inner / "return.csv").write_bytes(b"1")
    (inner / "~$return.xlsx").write_bytes(b"2")
    (tmp_path / ".DS_Store").write_bytes(b"3")
    assert files_in([tmp_path]) == [("return.csv", b"1")]
    with pytest.raises(UsageError, match="no file or folder"):
        files_in([tmp_path / "none"])
    with (inner / "large.csv").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(UsageError, match=r"large\.csv” has more than 20 MB"):
        files_in([tmp_path])


def test_a_comment_whose_quotes_a_program_rewrote_is_the_same_comment():
    one = rows_of(SENT, comment="The child’s plan – “late”\n and thin")
    other = rows_of(SENT, comment="The child?s plan  ? ?late? and thin")
    found = collected([SENT], [("a.csv", as_csv(one)), ("b.csv", as_csv(other))], already={})
    assert (found.conflicts, len(found.taken)) == ((), len(SENT.cases))


def test_half_a_file_that_a_crash_left_is_kept_whole_the_next_time(tmp_path):
    path = keep_returned("a.csv", b"one,two", tmp_path)
    path.write_bytes(b"one")
    assert keep_returned("a.csv", b"one,two", tmp_path) == path
    assert path.read_bytes() == b"one,two"
    assert [each.name for each in tmp_path.iterdir()] == [path.name]

"""What one returned file says: grades by their keys, and everything else set aside with a word."""

from dataclasses import replace

import pytest

from qaf_analysis.moderation.codes import RoundKey
from qaf_analysis.moderation.packs.pack import LONGEST_COMMENT, NOT_GRADED
from qaf_analysis.moderation.returns.keyed import returned_file
from tests.moderation.returns.filled import (
    AT,
    COMMENT,
    DOMAINS,
    HEADINGS,
    KEY,
    LEVELS,
    REASON,
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


def read(rows, *, packs=(SENT, OTHER), name="return.csv"):
    return returned_file(name, as_csv(rows), packs)


def codes(file):
    return [problem.code for problem in file.problems]


def without(*rows):
    """What is to be read where some rows of the file (1 is the first below the headings) fall."""
    return {row.key: EVERY[row.key] for n, row in enumerate(SENT.rows, 1) if n not in rows}


def put(rows, number, heading, text):
    rows[number][AT[heading]] = text
    return rows


def test_a_return_as_it_was_filled_in():
    file = read(rows_of(SENT))
    assert read_grades(file, SENT) == EVERY
    assert file.problems == ()
    assert file.packs == (SENT.pack,)
    case = file.cases[0]
    assert (case.reason, case.sure, case.comment) == (REASON, "Very sure", COMMENT)
    assert case.places["Overall"] == "return.csv, row 2"


def test_could_not_grade_is_no_grade_and_no_gap():
    rows = put(put(rows_of(SENT), 1, "Grade", "could not grade."), 2, "Grade", "")
    file = read(rows)
    assert dict(file.cases[0].grades) == {
        "Overall": NOT_GRADED, "Assessment": None, "Plan": EVERY[SENT.rows[2].key],
    }  # fmt: skip
    assert file.problems == ()


# Read rightly, without a word.


def sorted_whole(rows):
    return [rows[0], *sorted(rows[1:], key=lambda row: row[AT["Grade"]])]


def sorted_with_its_heading(rows):
    return sorted(rows, key=lambda row: row[AT["Grade"]])


def column_inserted(rows):
    return [[*row[:3], "my note" if n else "Note", *row[3:]] for n, row in enumerate(rows)]


def columns_swapped(rows):
    return [[row[6], row[3], *row[:3], row[5], row[4]] for row in rows]


def capitals_and_spaces(rows):
    changed = [[row[0].lower(), row[1].upper(), f" {row[2]} ", *row[3:]] for row in rows]
    for n, row in enumerate(changed):
        ways = (str.upper, lambda word: f"  {word.lower()}\xa0 ", lambda word: word + ".")
        row[AT["Grade"]] = ways[n % 3](row[AT["Grade"]]) if n else "GRADE "
        row[AT["Reason"]] = row[AT["Reason"]].lower()
    return changed


def a_row_twice(rows):
    return [*rows, list(rows[4]), list(rows[4])]


def a_row_again_unfilled(rows):
    return [*rows, [*rows[4][:3], "", "", "", ""]]


def a_title_above(rows):
    return [["Returned by M-04"], [], ["", "", "", "Thank you"], *rows]


def keys_with_another_dash(rows):
    return [[row[0].replace("-", "–"), *row[1:]] for row in rows]


def labels_gone(rows):
    return [[row[0], "", "", *row[3:]] for row in rows]


def unseen_signs(rows):
    return [[f"\u200b{cell}\ufeff" if cell else "" for cell in row] for row in rows]


def a_heading_for_each_case(rows):
    return [each for row in rows[1:] for each in (rows[0], row)]


@pytest.mark.parametrize(
    "spoilt",
    [
        sorted_whole, sorted_with_its_heading, column_inserted, columns_swapped, a_row_twice,
        capitals_and_spaces, a_row_again_unfilled, a_title_above, keys_with_another_dash,
        labels_gone, unseen_signs, a_heading_for_each_case,
    ],
)  # fmt: skip
def test_what_does_not_matter_is_read_without_a_word(spoilt):
    file = read(spoilt(rows_of(SENT)))
    assert read_grades(file, SENT) == EVERY
    assert file.problems == ()
    assert {case.reason for case in file.cases} == {REASON}
    assert {case.comment for case in file.cases} == {COMMENT}


# Set aside, each with a word.


@pytest.mark.parametrize(
    ("number", "text", "code"),
    [
        (5, "", "no key"),  # blank
        (1, "", "no key"),  # blank, above the first key that is left
        (5, "B7KD2QX", "no key"),  # cut short
        (5, SENT.rows[4].key[:-1] + "O", "no key"),  # a letter that no key has
        (5, SENT.rows[4].key[:-1] + ("B" if SENT.rows[4].key[-1] != "B" else "C"), "unknown key"),
        (5, KEY.row_key(SENT.pack, SENT.rows[4].case, "Assessment", version=2), "unknown key"),
        (5, pack(key=RoundKey(secret=bytes(32), round="x")).rows[4].key, "unknown key"),
    ],
)
def test_a_row_without_its_key_is_set_aside(number, text, code):
    file = read(put(rows_of(SENT), number, "Row key", text))
    assert read_grades(file, SENT) == without(number)
    assert codes(file) == [code, "rows missing"]
    problem = file.problems[0]
    assert (problem.file, problem.row, problem.column) == ("return.csv", number + 1, "Row key")


def test_a_version_before_is_told_from_another_round():
    earlier = pack(version=SENT.version + 1)
    elsewhere = pack(key=RoundKey(secret=bytes(32), round="2019-20-Q3-a"))
    for sent, words in ((earlier, "another version"), (elsewhere, "none of this round")):
        file = read(rows_of(sent))
        assert file.cases == ()
        assert set(codes(file)) == {"unknown key"}
        assert words in file.problems[0].found


def test_a_key_filled_down_leaves_its_own_row_alone():
    rows = rows_of(SENT)
    for number in (2, 3, 4, 5):
        put(rows, number, "Row key", SENT.rows[0].key)
    file = read(rows)
    assert read_grades(file, SENT) == without(2, 3, 4, 5)
    assert codes(file) == ["another label"] * 4 + ["rows missing"]


def test_a_key_and_labels_filled_down_are_two_grades_for_one_row():
    rows = rows_of(SENT)
    rows[2][:3] = rows[1][:3]
    file = read(rows)
    assert read_grades(file, SENT) == without(1, 2)
    assert codes(file) == ["key twice", "rows missing"]
    assert "row 2; return.csv, row 3" in file.problems[0].found


@pytest.mark.parametrize(
    ("heading", "text"), [("Grade", "Good"), ("Reason", "Timeliness"), ("Comment", "No plan")]
)
def test_a_row_twice_with_another_text_is_not_taken(heading, text):
    rows = rows_of(SENT)
    rows = put([*rows, list(rows[1])], -1, heading, text)
    file = read(rows)
    assert EVERY[SENT.rows[0].key] != "Good"
    assert read_grades(file, SENT) == without(1)
    assert codes(file) == ["key twice"]
    assert "No plan" not in file.problems[0].sentence


def test_the_filled_half_of_a_row_twice_is_kept_with_the_other_half():
    rows = rows_of(SENT)
    other = [*rows[1][:3], "", "", "", rows[1][6]]
    rows[1][6] = ""
    file = read([*rows, other])
    assert read_grades(file, SENT) == EVERY
    assert (file.cases[0].comment, file.problems) == (COMMENT, ())


@pytest.mark.parametrize(("heading", "text"), [("Case", "Case 3"), ("Part", "Overall")])
def test_labels_pasted_over_are_seen(heading, text):
    file = read(put(rows_of(SENT), 2, heading, text))
    assert read_grades(file, SENT) == without(2)
    assert codes(file) == ["another label", "rows missing"]
    assert file.problems[0].column == heading


def test_all_labels_moved_by_one_leave_nothing():
    rows = rows_of(SENT)
    parts = [row[2] for row in rows[1:]]
    for row, part in zip(rows[1:], [*parts[1:], parts[0]], strict=True):
        row[2] = part
    file = read(rows)
    assert read_grades(file, SENT) == {}
    assert codes(file)[:12] == ["another label"] * 12


def test_rows_deleted_are_told_and_the_others_taken():
    rows = rows_of(SENT)
    del rows[3:5]
    file = read(rows)
    assert read_grades(file, SENT) == without(3, 4)
    assert codes(file) == ["rows missing"]
    assert "2 of 12 rows" in file.problems[0].found


def test_two_keys_in_one_row_are_not_chosen_between():
    rows = rows_of(SENT)
    rows[1].append(SENT.rows[5].key)
    file = read(rows)
    assert read_grades(file, SENT) == without(1)
    assert codes(file) == ["two keys", "rows missing"]


def test_two_columns_of_grades_that_differ_are_not_chosen_between():
    rows = [[*row, row[3]] for row in rows_of(SENT)]
    assert read_grades(read(rows), SENT) == EVERY  # a copy
    rows[1][-1] = "Good"
    file = read(rows)
    assert read_grades(file, SENT) == without(1)
    assert codes(file) == ["two columns", "rows missing"]


# Headings.


def test_a_lost_heading_is_told_and_the_one_column_of_grades_taken():
    file = read(rows_of(SENT)[1:])
    assert read_grades(file, SENT) == EVERY
    assert codes(file) == ["no heading"]


def test_a_comment_that_is_a_grade_is_never_taken_for_one():
    for heading in ("Comment", "Reason"):
        rows = put(rows_of(SENT), 4, heading, "Good")
        assert read_grades(read(rows), SENT) == EVERY
        lost = read(put(rows, 4, "Grade", "")[1:])
        assert read_grades(lost, SENT) == without(4)
        assert codes(lost) == ["no heading"]


def test_grades_without_a_heading_that_do_not_follow_the_parts_are_not_taken():
    rows = [[*row[:3], row[6], row[4], row[3]] for row in rows_of(SENT, comment="Good")]
    file = read(rows[1:])
    assert read_grades(file, SENT) == {}
    assert codes(file) == ["no heading"]
    assert "No grade was taken" in file.problems[0].mend


def test_comments_alone_are_never_taken_for_grades_without_a_heading():
    rows = rows_of(SENT, [""] * 12, comment="Good")
    assert read_grades(read(rows[1:]), SENT) == {}


def test_without_headings_labels_still_count():
    rows = put(rows_of(SENT), 2, "Case", "Case 3")
    file = read(put(rows, 3, "Part", "Overall")[1:])
    assert read_grades(file, SENT) == without(2, 3)
    assert codes(file) == ["no heading", "another label", "another label", "rows missing"]


def test_a_heading_mistyped_leaves_reasons_and_comments_where_they_are():
    file = read(put(rows_of(SENT), 0, "Grade", "My grades"))
    assert read_grades(file, SENT) == EVERY
    assert codes(file) == ["no heading"]
    assert (file.cases[0].reason, file.cases[0].comment) == (REASON, COMMENT)


# Words.


@pytest.mark.parametrize("word", ["RI", "2", "Gud", "Good/RI", "2.5", "Good-", "Requires imp."])
def test_another_word_is_set_aside_with_the_list(word):
    file = read(put(rows_of(SENT), 2, "Grade", word))
    assert read_grades(file, SENT) == without(2)
    assert codes(file) == ["no grade"]
    assert file.cases[0].unread == {"Assessment"}
    problem = file.problems[0]
    assert problem.found == f"“{word}” is no grade"
    assert problem.expected == f"one of: {'; '.join((*LEVELS, NOT_GRADED))}"
    assert problem.sentence.startswith("return.csv, row 3, column Grade: ")


def test_a_number_of_a_workbook_is_no_grade_either():
    rows = rows_of(SENT)
    rows[2][3] = 2.0
    rows[3][3] = True
    file = returned_file("return.xlsx", as_xlsx(rows), [SENT])
    assert read_grades(file, SENT) == without(2, 3)
    assert [each.found[:4] for each in file.problems] == ["“2” ", "a te"]


@pytest.mark.parametrize("text", ["Kay hit by Stepdad", "Ann", "Tom, see plan", "No plan yet"])
def test_a_comment_in_the_column_of_grades_is_not_shown(text):
    file = read(put(rows_of(SENT), 2, "Grade", text))
    assert codes(file) == ["no grade"]
    assert text not in file.problems[0].sentence


def test_a_reason_that_is_none_of_the_list_is_left_out_and_the_grades_taken():
    rows = put(put(rows_of(SENT), 1, "Reason", "Paperwork"), 4, "Sure", "100 %")
    file = read(rows)
    assert read_grades(file, SENT) == EVERY
    assert codes(file) == ["no reason", "no sure"]
    assert (file.cases[0].reason, file.cases[0].sure) == ("", "Very sure")
    assert (file.cases[1].reason, file.cases[1].sure) == (REASON, "")
    assert not any("Paperwork" in each.sentence for each in file.problems)


def test_an_apostrophe_of_the_keyboard_is_that_of_the_list():
    file = read(put(rows_of(SENT), 1, "Reason", "child's voice and lived experience."))
    assert (file.cases[0].reason, file.problems) == ("Child’s voice and lived experience", ())


def test_two_reasons_beside_one_case_are_not_chosen_between():
    file = read(put(rows_of(SENT), 2, "Reason", "Timeliness"))
    assert (file.cases[0].reason, codes(file)) == ("", ["no reason"])
    assert "Timeliness" not in file.problems[0].found


def test_comments_of_several_parts_are_all_kept():
    file = read(put(rows_of(SENT), 3, "Comment", "None on file"))
    assert file.cases[0].comment == f"Overall: {COMMENT}\nPlan: None on file"
    assert file.problems == ()


def test_a_comment_cut_at_its_longest_is_told():
    file = read(put(rows_of(SENT), 1, "Comment", "x" * (LONGEST_COMMENT + 1)))
    assert file.cases[0].comment == "x" * LONGEST_COMMENT
    assert codes(file) == ["long comment"]
    assert "xxx" not in file.problems[0].sentence


@pytest.mark.parametrize("text", ["=1+1", "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "@x"])
def test_a_comment_that_looks_like_a_formula_stays_a_text(text):
    content = put(rows_of(SENT), 1, "Comment", text)
    file = read(content)
    assert (file.cases[0].comment, file.problems) == (text, ())
    changed = as_json(SENT).replace(f'"{COMMENT}"'.encode(), b'"' + text.encode() + b'"')
    page = returned_file("r.json", changed, [SENT])
    assert (page.cases[0].comment, page.problems) == (text, ())


# Files.


def test_rows_of_another_pack_are_never_counted_one_by_one():
    """The key of another moderator's row, of the same case number and part: labels agree."""
    file = read(put(rows_of(SENT), 5, "Row key", OTHER.rows[4].key))
    assert read_grades(file, SENT) == without(5)
    assert read_grades(file, OTHER) == {}
    assert codes(file) == ["another pack", "rows missing"]


def test_files_of_two_moderators_put_together_are_both_read():
    theirs = given(OTHER, first=1)
    rows = [*rows_of(SENT), *rows_of(OTHER, theirs)[1:]]
    file = read(rows)
    assert read_grades(file, SENT) == EVERY
    assert read_grades(file, OTHER) == truth(OTHER, theirs)
    assert (file.problems, set(file.packs)) == ((), {SENT.pack, OTHER.pack})


def test_every_sheet_is_read():
    rows = rows_of(SENT)
    content = as_xlsx(rows[:4], Second=[HEADINGS, *rows[4:]], Notes=[["Grade", "Good"], [1]])
    file = returned_file("return.xlsx", content, [SENT])
    assert (read_grades(file, SENT), file.problems) == (EVERY, ())
    assert file.cases[1].places["Plan"] == "return.xlsx, sheet Second, row 4"


def test_one_row_on_two_sheets_with_different_grades_is_not_taken():
    rows = rows_of(SENT)
    copy = put([HEADINGS, list(rows[1])], 1, "Grade", "Good")
    file = returned_file("return.xlsx", as_xlsx(rows, Copy=copy), [SENT])
    assert read_grades(file, SENT) == without(1)
    assert "sheet Grades, row 2; return.xlsx, sheet Copy, row 2" in file.problems[0].found


@pytest.mark.parametrize(
    "rows", [[["How to fill it in"], ["Choose a grade for each part."]], [["Grade"], ["Good"]]]
)
def test_a_csv_of_another_sheet_says_so(rows):
    file = read(rows)
    assert codes(file) == ["no grades"]
    assert "Perhaps another sheet was saved" in file.problems[0].mend


def test_all_keys_blank_is_told_row_by_row():
    rows = [["", *row[1:]] if n else row for n, row in enumerate(rows_of(SENT))]
    file = read(rows)
    assert (file.cases, codes(file)) == ((), ["no key"] * 12)


def test_a_page_s_answers_of_another_kind_are_set_aside():
    sent = as_json(SENT).decode()
    first = f'"grade": "{EVERY[SENT.rows[0].key]}"'
    for value, shown in (("2", "“2”"), ("true", "a text"), ('["Good"]', "a text")):
        file = returned_file("r.json", sent.replace(first, f'"grade": {value}', 1).encode(), [SENT])
        assert read_grades(file, SENT) == without(1)
        assert codes(file) == ["no grade"]
        assert file.problems[0].found.startswith(shown)


def test_the_parts_and_words_of_the_page_are_those_of_the_workbook():
    file = returned_file("return.json", as_json(SENT), [SENT])
    again = returned_file("return.xlsx", as_xlsx(rows_of(SENT)), [SENT])
    plain = [(c.case, dict(c.grades), c.reason, c.sure, c.comment) for c in file.cases]
    assert plain == [(c.case, dict(c.grades), c.reason, c.sure, c.comment) for c in again.cases]
    assert {part for c in file.cases for part in c.grades} == set(DOMAINS)
    assert file.problems == again.problems == ()


def test_a_formula_is_read_as_its_stored_value_and_never_worked_out():
    rows = put(put(rows_of(SENT), 1, "Grade", '="Good"'), 1, "Comment", "=A1")
    file = returned_file("return.xlsx", as_xlsx(rows), [SENT])  # written without stored values
    assert read_grades(file, SENT) == without(1)
    assert codes(file) == ["no stored value", "no stored value"]
    assert file.cases[0].unread == {"Overall"}
    assert file.cases[0].comment == ""


# What labels there are, and what there is without them.


def with_files(sent, *files):
    cases = zip(sent.cases, files, strict=True)
    return replace(sent, cases=tuple(replace(case, reference=name) for case, name in cases))


def filed(sent, rows):
    """The rows with the column File, as the workbook has it."""
    files = {sent.case_name(case.code): case.file for case in sent.cases}
    return [[*row[:2], files.get(row[1], "File"), *row[2:]] for row in rows]


def test_a_file_of_another_case_is_seen_and_a_rewritten_reference_is_not():
    sent = with_files(SENT, "CF-1", "CF-2", "45231", "CF-4")
    rows = filed(sent, rows_of(sent))
    assert read(rows, packs=[sent]).problems == ()
    rows[2][2] = "CF-4"
    rows[7][2] = "45,231.00 "  # what a spreadsheet makes of it
    file = read(rows, packs=[sent])
    assert read_grades(file, sent) == without(2)
    assert [(each.code, each.row, each.column) for each in file.problems[:1]] == [
        ("another label", 3, "File")
    ]


def test_two_cases_of_one_file_contradict_nothing():
    sent = with_files(SENT, "CF-1", "CF-1", "CF-1", "CF-1")
    file = read(filed(sent, rows_of(sent)), packs=[sent])
    assert (read_grades(file, sent), file.problems) == (EVERY, ())


def test_a_part_whose_apostrophe_an_old_encoding_lost_is_known():
    sent = pack(domains=("Overall", "Child’s voice", "Plan"))
    rows = [[cell.replace("’", "?") for cell in row] for row in rows_of(sent)]
    file = read(rows, packs=[sent])
    assert (read_grades(file, sent), file.problems) == (truth(sent), ())


def test_a_key_filled_down_over_a_blank_takes_no_other_rows_grade():
    rows = [[row[0], row[AT["Grade"]]] for row in rows_of(SENT)]  # no labels
    rows[1][1] = ""
    rows[2][0] = rows[1][0]
    file = read(rows)
    assert read_grades(file, SENT) == without(1, 2)
    assert codes(file) == ["key twice", "rows missing"]


def test_a_file_of_another_round_is_told_once():
    elsewhere = pack(key=RoundKey(secret=bytes(32), round="2019-20-Q3-a"))
    (problem,) = read(rows_of(elsewhere)).problems
    assert "none of its 12 keys is known: the key is none of this round" in problem.found

"""Export shapes, declared meanings and links between rows."""

import io
from datetime import datetime

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qaf_analysis.data.contract.record import ImportRejectedError
from qaf_analysis.terms.errors import InputRejectedError, SettingsError, UsageError

HEADER = "audit_id,case_ref,audit_date,quarter,team,case_type,auditor,domain,grade"
ROW = "A1,C1,2019-10-04,2019-20 Q3,North,CIN,Ann,Overall,Good"
WIDE = """[council]
name = "Example"
[spellings.team]
"Nth" = "North"
[spellings.selected_by]
"picked by chance" = "random"
[[files]]
path = "wide.xlsx"
shape = "wide"
[files.columns]
audit_id = "Ref"
audit_date = "Date"
auditor = "By"
[files.domains]
Overall = "Overall"
Plan = "The plan"
[files.constants]
moderation_source = "Partner"
[files.second_auditor]
rater = "Second"
domains = {Overall = "Second overall"}
[files.moderator]
rater = "Moderator"
domains = {Overall = "Moderated overall"}
columns = {selected_by = "Chosen", moderated_on = "On"}
"""
HEADS = ["Ref", "Date", "team", "By", "Overall", "The plan", "Second", "Second overall"]
HEADS += ["Moderator", "Moderated overall", "Chosen", "On"]
DAY, LATER = datetime(2019, 10, 4), datetime(2019, 11, 4)
GRADES = {
    "long": "",
    "sos": '[council]\nname = "E"\n[[files]]\npath = "audits.csv"\nscale = "signs_of_safety"\n'
    '[[scale_maps]]\nsource = "signs_of_safety"\ntarget = "ofsted4"\nversion = "7"\n'
    'approved_by = "Head"\n[scale_maps.levels]\n'
    + "".join(f'"{k}" = "{"Inadequate" if k < 5 else "Good"}"\n' for k in range(11)),
}


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in (HEADS, *rows):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def wide(council, *rows):
    return council({"wide.xlsx": workbook(*rows), "council.toml": WIDE})


def long(council, *rows, **more):
    return council({"audits.csv": "\n".join((HEADER, *rows)), **more})


def codes(imported):
    return imported.quarantine["code"].tolist()


def test_wide_rows_become_ratings_by_three_people(council):
    imported = wide(
        council,
        [
            "A1",
            DAY,
            "Nth",
            "Ann",
            "Good",
            "RI",
            "Bob",
            "Good",
            "Cat",
            "RI",
            "picked by chance",
            LATER,
        ],
        ["A2", DAY, "North", "Ann", "Good", None, None, None, None, None, None, None],
    )
    ratings = imported.audits.ratings
    assert sorted(zip(ratings["role"], ratings["domain"], ratings["grade"], strict=True)) == [
        ("auditor", "Overall", 2),
        ("auditor", "Overall", 2),
        ("auditor", "Plan", 1),
        ("external_moderator", "Overall", 1),
        ("second_auditor", "Overall", 2),
    ]
    moderation = imported.audits.moderations.iloc[0]
    assert moderation["selected_by"] == "random"
    assert moderation["moderation_source"] == "Partner"
    assert str(moderation["moderated_on"].date()) == "2019-11-04"
    assert set(imported.audits.audits["team"]) == {"North"}
    assert imported.audits.record.files[0].rows_in == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Overall": "Adequate"}, "unknown_grade"),
        ({"Moderated overall": "Adequate"}, "unknown_grade"),
        ({"Second": "ann "}, "second_auditor_same"),
        ({"Moderator": "ANN"}, "own_moderation"),
        ({"Moderator": None}, "grader_missing"),
        ({"On": datetime(2019, 1, 1)}, "moderated_before_audit"),
        ({"Chosen": "a hunch"}, "unknown_word"),
        ({"Ref": None}, "cell_missing"),
    ],
)
def test_one_bad_cell_sets_the_whole_wide_row_aside(council, change, code):
    row = ["A1", DAY, "North", "Ann", "Good", "RI", "Bob", "Good", "Cat", "RI", "random", LATER]
    bad = ["A2", *row[1:]]
    for heading, value in change.items():
        bad[HEADS.index(heading)] = value
    imported = wide(council, row, bad)
    assert codes(imported) == [code]
    assert imported.quarantine["source_row"].tolist() == ["3"]
    assert len(imported.audits.audits) == 1
    assert len(imported.audits.ratings) == 4


def test_several_auditors_of_one_audit_are_second_gradings(council):
    rows = [ROW, ROW.replace("Ann", "Bob").replace("Good", "Inadequate"), ROW.replace("Ann", "Cat")]
    ratings = long(council, *rows).audits.ratings
    assert ratings["role"].tolist() == ["auditor", "second_auditor", "second_auditor"]
    assert ratings.loc[0, "grade"] == 2


def test_stated_roles_stand(council):
    rows = [f"{ROW},second_auditor", f"{ROW.replace('Ann', 'Bob')},auditor"]
    text = "\n".join((f"{HEADER},role", *rows))
    ratings = council({"audits.csv": text}).audits.ratings
    assert ratings["role"].tolist() == ["auditor", "second_auditor"]


def test_grades_are_converted_by_the_approved_map_only(council):
    rows = [ROW.replace("Good", "4"), ROW.replace("A1", "A2").replace("Good", "5")]
    imported = long(council, *rows, **{"council.toml": GRADES["sos"]})
    assert sorted(imported.audits.ratings["grade"]) == [0, 2]
    assert sorted(imported.audits.ratings["grade_raw"]) == ["4", "5"]
    assert any("version 7" in f.message for f in imported.audits.record.findings)
    with pytest.raises(ImportRejectedError, match="never guessed"):
        long(council, *rows, **{"council.toml": '[council]\nname = "E"\n'})


def test_declared_numbers_are_grades(council):
    toml = '[council]\nname = "E"\n[grades]\n"1" = "Outstanding"\n'
    imported = long(council, ROW.replace("Good", "1"), **{"council.toml": toml})
    assert imported.audits.ratings["grade"].tolist() == [3]


def test_not_graded_only_where_declared(council):
    rows = [ROW, ROW.replace("Overall,Good", "Plan,N/A"), ROW.replace("Overall,Good", "Risk,")]
    assert codes(long(council, *rows)) == ["grade_missing", "grade_missing"]
    toml = '[council]\nname = "E"\nnot_graded = ["n/a", ""]\n'
    imported = long(council, *rows, **{"council.toml": toml})
    assert codes(imported) == []
    assert len(imported.audits.ratings) == 1


@pytest.mark.parametrize("has_header", [True, False])
def test_no_moderations_is_a_warning(council, has_header):
    header = "audit_id,moderator,moderation_source,moderated_on,domain,grade,reason"
    imported = long(council, ROW, **{"moderations.csv": header if has_header else ""})
    assert [f.outcome for f in imported.audits.record.findings] == ["warning"]
    states = {check.name: check.state for check in imported.audits.record.checks}
    assert states["Every moderation has its audit"] == "could not run"
    assert len(imported.audits.moderations) == 0


def test_orphan_of_a_row_set_aside_says_so(council):
    rows = [ROW, ROW.replace("A1", "A2").replace("Good", "Adequate")]
    moderations = "audit_id,moderator,moderated_on,domain,grade\nA2,Cat,2019-12-01,Overall,Good"
    imported = long(council, *rows, **{"moderations.csv": moderations})
    assert "was itself set aside" in imported.quarantine["reason"].iloc[1]
    assert "perhaps Inadequate" not in imported.quarantine["how_to_mend"].iloc[0]


@pytest.mark.parametrize("word", ["TRUE", "007", "Nil Street", "x", "0"])
def test_words_that_other_readers_lose(council, word):
    imported = long(council, ROW.replace("North", word))
    assert imported.audits.audits["team"].tolist() == [word]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("4/10/2019", "2019-10-04"),
        ("04.10.2019", "2019-10-04"),
        ("2019/10/04", "2019-10-04"),
        ("4 Oct 2019", "2019-10-04"),
        ("4th October 2019", "2019-10-04"),
        ("04/10/19", "2019-10-04"),
        ("2019-10-04 09:30", "2019-10-04"),
        ("Oct-19", None),
        ("20191004", None),
        ("29/02/2019", None),
        ("yesterday", None),
        ("60", None),
    ],
)
def test_dates_as_written(council, written, meant):
    other = ROW.replace("A1", "A2")
    imported = long(council, ROW.replace("2019-10-04", written), other)
    assert codes(imported) == ([] if meant else ["date_unreadable"])
    assert set(imported.audits.audits["audit_date"].dt.strftime("%Y-%m-%d")) == {"2019-10-04"}


def test_month_first_dates_are_refused_unless_declared(council):
    rows = [ROW.replace("2019-10-04", "11/25/2019"), ROW.replace("2019-10-04", "10/04/2019")]
    rows[1] = rows[1].replace("A1", "A2")
    with pytest.raises(InputRejectedError, match="month_first"):
        long(council, *rows)
    toml = '[council]\nname = "E"\n[[files]]\npath = "audits.csv"\ndate_order = "month_first"\n'
    days = long(council, *rows, **{"council.toml": toml}).audits.audits["audit_date"]
    assert days.dt.strftime("%Y-%m-%d").tolist() == ["2019-10-04", "2019-11-25"]


def test_one_identifier_for_two_cases_is_set_aside(council):
    rows = [ROW, ROW.replace("C1", "C2").replace("Overall", "Plan"), ROW.replace("A1", "A2")]
    assert codes(long(council, *rows)) == ["case_ref_differs"] * 2


def test_copied_moderation_grades_are_noticed(council):
    rows = [ROW.replace("A1", f"A{n}") for n in range(12)]
    header = "audit_id,moderator,moderated_on,domain,grade"
    moderations = [f"A{n},Cat,2019-12-01,Overall,Good" for n in range(12)]
    for changed, state in ((False, "failed"), (True, "passed")):
        if changed:
            moderations[0] = moderations[0].replace("Good", "Inadequate")
        text = "\n".join((header, *moderations))
        record = long(council, *rows, **{"moderations.csv": text}).audits.record
        assert {c.name: c.state for c in record.checks}[
            "Moderators' grades were not copied over the auditors'"
        ] == state


def test_file_of_which_no_row_can_be_loaded_is_refused(council):
    row = ROW.replace("2019-10-04", "soon")
    with pytest.raises(ImportRejectedError, match="not one row"):
        long(council, row, row.replace("A1", "A2"))
    moderations = "audit_id,moderator,moderated_on,domain,grade\nA1,Cat,2019-12-01,Overall,Good"
    with pytest.raises(ImportRejectedError, match="itself set aside"):
        long(council, row, **{"moderations.csv": moderations})


def test_folder_errors_are_plain(council, tmp_path):
    with pytest.raises(InputRejectedError, match="no file of audits"):
        council({"notes.txt": "x"})
    with pytest.raises(InputRejectedError, match="2 files of audits"):
        council({"audits.csv": ROW, "Audits.xlsx": b"x"})
    with pytest.raises(SettingsError, match="cannot be read"):
        council({"council.toml": "[council"})
    bad = '[council]\nname = "E"\n[[files]]\npath = "../audits.csv"\n'
    with pytest.raises(InputRejectedError, match="out of the folder"):
        council({"council.toml": bad})
    with pytest.raises(SettingsError, match="not a column known here"):
        council({"council.toml": bad.replace("../", "") + 'columns = {audti_id = "x"}\n'})
    (tmp_path / "file").write_text("x")
    from qaf_analysis.data.council.read import read_council

    with pytest.raises(UsageError, match="not a folder"):
        read_council(tmp_path / "file", as_of=DAY.date())


CELLS = st.one_of(
    st.text(max_size=6),
    st.sampled_from(["", " ", "Good", "RI", '"', '"x"y', "a,b", "=1", "31/12/2019", "\x00", "A3"]),
)


@pytest.mark.slow
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(spoilt=st.lists(st.tuples(st.integers(0, 15), st.integers(0, 8), CELLS), max_size=8))
def test_rows_in_are_loaded_or_set_aside(generator, council, spoilt):
    rows = [list(row) for row in generator.base_audits()]
    for row, column, text in spoilt:
        rows[row][column] = text
    text = "\n".join(",".join(row) for row in [generator.A_COLS, *rows])
    try:
        imported = council({"audits.csv": text.encode("utf-8", "surrogatepass")})
    except InputRejectedError:
        return
    file = imported.audits.record.files[0]
    assert file.rows_in == file.loaded + file.quarantined
    assert file.quarantined == len(imported.quarantine)
    assert imported.audits.ratings["audit_id"].isin(imported.audits.audits["audit_id"]).all()
    quoted = '"' in text
    lines = [line for line in text.splitlines() if line.replace(",", "").strip()]
    broken = any(c in text for c in "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
    if not quoted and not broken:
        assert file.rows_in == len(lines) - 1
    assert pd.api.types.is_integer_dtype(imported.audits.ratings["grade"])

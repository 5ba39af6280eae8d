"""Rereadings: cases that moderators read to show how they grade, in a council made by hand."""

from datetime import date

import pandas as pd
import pytest

from qaf_analysis.data.store.bundle import read_bundle, write_bundle
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.scope import domain_names, routine_grades
from qaf_analysis.topics.programme.analysis.intake import intake

AUDITS = "audit_id,audit_date,team,auditor,domain,grade\n" + "".join(
    f"A{n},2025-03-01,North,Ann,Overall,Good\n" for n in range(1, 6)
)
MODERATIONS = (
    "audit_id,moderator,moderation_source,round,moderated_on,blind,selected_by,domain,grade,reason\n"
    "A1,Mo,Partner,r1,2025-04-02,yes,random,Overall,Requires improvement,\n"
)
HEAD = "audit_id,moderator,reading,round,read_on,domain,grade,recognised,saw_audit_grade"
AS_OF = date(2026, 2, 7)


def read(council, *rows, head=HEAD, name="rereadings.csv", toml='[council]\nname = "Made"\n'):
    files = {
        "audits.csv": AUDITS,
        "moderations.csv": MODERATIONS,
        name: "\ufeff" + "\r\n".join([head, *rows]) + "\r\n",
        "council.toml": toml,
    }
    return council(files, as_of=AS_OF)


def reread(imported):
    table = imported.audits.ratings
    return table[table["role"].isin(["anchor", "consensus", "retest"])]


def findings(imported, code):
    return [f for f in imported.audits.record.findings if f.code == code]


GOOD = (
    "A1,Mo,anchor,r3,2025-10-02,Overall,Good,no,no",
    "A2,Mo,consensus,r3,2025-10-02,Overall,Inadequate,not sure,no",
    "a1, mo ,retest,r4,2026-01-05,overall,Good,no,yes",
    "A3,Zed,retest,r4,2026-01-05,Overall,Good,,",
)


def test_they_are_ratings_of_their_own_roles_and_rounds(council):
    imported = read(council, *GOOD)
    table = reread(imported)
    told = table.set_index(["role", "source"]).sort_index()
    assert list(told.index) == [
        ("anchor", "r3"), ("consensus", "r3"), ("retest", "r4"), ("retest", "r4"),
    ]  # fmt: skip
    assert told["grade"].tolist() == [2, 0, 2, 2]
    # Blind is a double "no"; "not sure" is none; nothing answered, nothing known.
    assert sorted(told["blind"].astype(object).map(str)) == ["<NA>", "False", "False", "True"]
    assert bool(told.loc[("anchor", "r3"), "blind"])
    moderator = imported.audits.moderations["moderator"].iloc[0]
    assert (table["rater"] == moderator).sum() == 3  # one person, one code, in every role
    [check] = [c for c in imported.audits.record.checks if "rereading" in c.name]
    assert (check.state, check.detail) == (
        "passed",
        "4 grades of 3 cases by 2 moderators, 2 of them of a case that was or may have been "
        "known; 0 rows set aside",
    )


def test_no_figure_of_audits_counts_them(council, tmp_path):
    before = read(council)
    after = read(council, *GOOD, "A4,Mo,anchor,r4,2026-01-05,Supervision,Good,no,no")
    one, other = before.audits, after.audits
    pd.testing.assert_frame_equal(routine_grades(one), routine_grades(other))
    pd.testing.assert_frame_equal(one.moderations, other.moderations)
    assert domain_names(other) == ("Overall",)
    assert intake(one, quarter=Quarter(2024, 4)).ratings == 6
    assert intake(other, quarter=Quarter(2024, 4)).ratings == 6
    same = [c for c in other.record.checks if "rereading" not in c.name]
    kept = [c for c in one.record.checks if "rereading" not in c.name]
    assert same[1:] == kept[1:]  # the first counts rows
    write_bundle(other, tmp_path / "bundle")
    assert len(reread(after)) == 5
    back = read_bundle(tmp_path / "bundle").ratings
    pd.testing.assert_frame_equal(back, other.ratings)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("A9,Mo,anchor,r3,2025-10-02,Overall,Good,no,no", "rereading_audit_unknown"),
        ("A1,Mo,anchor,r3,2025-02-01,Overall,Good,no,no", "rereading_before_audit"),
        ("A1,Mo,first,r3,2025-10-02,Overall,Good,no,no", "unknown_word"),
        ("A1,Mo,anchor,r3,2025-10-02,Overall,Good,perhaps,no", "unknown_word"),
        ("A1,Mo,anchor,r3,31/02/2025,Overall,Good,no,no", ""),
        ("A1,Mo,anchor,r3,2025-10-02,Overall,Splendid,no,no", ""),
        ("A1,Mo,anchor,,2025-10-02,Overall,Good,no,no", ""),
        (",Mo,anchor,r3,2025-10-02,Overall,Good,no,no", ""),
    ],
)
def test_a_row_that_does_not_fit_is_set_aside_and_counted(council, row, code):
    imported = read(council, GOOD[0], row)
    assert len(reread(imported)) == 1
    record = imported.audits.record
    assert record.quarantined == 1
    assert record.rows_in == record.loaded + record.quarantined
    if code:
        assert [f.row for f in findings(imported, code)] == [3]
    if code.startswith("rereading"):
        [check] = [c for c in record.checks if "rereading" in c.name]
        assert check.state == "failed"
        assert check.detail.endswith("1 row set aside")


def test_a_reading_counts_once_and_contradictions_not_at_all(council):
    imported = read(
        council,
        GOOD[0],
        GOOD[0].replace("Mo", "mo"),
        "A2,Mo,consensus,r3,2025-10-02,Overall,Good,no,no",
        "A2,Mo,consensus,r3,2025-10-02,Overall,Good,no,yes",
        "A1,Mo,anchor,r4,2026-01-02,Overall,Good,no,no",  # another round: another reading
    )
    assert sorted(reread(imported)["source"]) == ["r3", "r4"]
    assert [f.row for f in findings(imported, "duplicate")] == [3]
    assert [f.row for f in findings(imported, "conflicting_duplicate")] == [4, 5]


def test_files_of_several_rounds_are_declared(council):
    name = "rereadings 2025-26-Q3-a.csv"
    toml = (
        '[council]\nname = "Made"\n'
        '[[files]]\npath = "audits.csv"\nkind = "audits"\nshape = "long"\n'
        '[[files]]\npath = "moderations.csv"\nkind = "moderations"\nshape = "long"\n'
        f'[[files]]\npath = "{name}"\nkind = "rereadings"\nshape = "long"\n'
        '[spellings.reading]\nagain = "anchor"\n'
    )
    row = "A1,Mo,again,r3,2025-10-02,Overall,Good,no,no"
    assert len(reread(read(council, row, name=name, toml=toml))) == 1


def test_a_role_of_rereadings_cannot_be_stated_among_audits(council):
    head = "audit_id,audit_date,team,auditor,domain,grade,role\n"
    text = head + "A1,2025-03-01,North,Ann,Overall,Good,auditor\n"
    text += "A1,2025-03-01,North,Bea,Overall,Good,anchor\n"
    imported = council({"audits.csv": text, "council.toml": '[council]\nname = "M"\n'}, as_of=AS_OF)
    assert [f.row for f in findings(imported, "unknown_word")] == [3]

"""The optional export of improvement actions: one row each, nothing guessed."""

import io
from dataclasses import replace
from datetime import date

import openpyxl
import pandas as pd
import pytest

from qaf_analysis.data.contract.audits import ACTION_COLUMNS, no_actions
from qaf_analysis.data.contract.record import ImportRejectedError
from qaf_analysis.data.store.bundle import read_bundle, write_bundle
from qaf_analysis.terms.errors import SettingsError, UsageError

AUDITS = """audit_id,case_ref,audit_date,quarter,team,case_type,auditor,domain,grade,audit_type
A1,C1,2019-04-04,2019-20 Q1,North,CIN,Ann,Overall,Good,case_file
A2,C2,2019-10-04,2019-20 Q3,North,CIN,Ann,Overall,Good,re_audit
A3,C3,2019-10-05,2019-20 Q3,North,CIN,Ann,Overall,Adequate,re_audit
"""
HEADER = (
    "action_id,theme,domain,team,raised_on,due_on,closed_on,verified_on,verified_by_audit,"
    "Action owner,What is to be done"
)
GOOD = "X1,Plans,Plan,North,2019-05-01,2020-06-30,2019-07-01,2019-11-01,A2,Sam Doe,Call the family"
OPEN = "X2,,,,2019-05-01,,,,,,"
TOML = """[council]
name = "Example"
[domains]
Overall = ""
Plan = ""
[[files]]
path = "audits.csv"
[[files]]
path = "list of actions.csv"
kind = "actions"
[[themes]]
name = "Plans"
domain = "Plan"
audited_in = "2019-20 Q1"
"""


def read(council, *rows, toml=TOML, header=HEADER, as_of=date(2020, 2, 7)):
    files = {
        "audits.csv": AUDITS,
        "council.toml": toml,
        "list of actions.csv": "\n".join((header, *rows)),
    }
    return council(files, as_of=as_of)


def set_aside(imported):
    """Codes of the actions set aside, with their rows; the audits' own are left out."""
    rows = imported.quarantine
    rows = rows[rows["source_file"] == "list of actions.csv"]
    return list(zip(rows["code"], rows["source_row"].astype(int), strict=True))


def test_an_action_is_read_with_its_days_and_its_audit(council):
    imported = read(council, GOOD, OPEN)
    actions = imported.audits.actions
    assert tuple(actions.columns) == ACTION_COLUMNS
    assert set_aside(imported) == []
    done = actions[actions["theme"] == "Plans"].iloc[0]
    assert done["verified_by_audit"] in set(imported.audits.audits["audit_id"])
    assert [done[name].date().isoformat() for name in ("raised_on", "due_on", "closed_on")] == [
        "2019-05-01",
        "2020-06-30",  # a plan may lie ahead
        "2019-07-01",
    ]
    blank = actions[actions["theme"].isna()].iloc[0]
    assert blank.drop(["action_id", "raised_on"]).isna().all()
    record = imported.audits.record
    assert record.rows_in == record.loaded + record.quarantined == 5
    assert {f.kind for f in record.files} == {"audits", "actions", "settings"}


def test_no_name_and_no_free_text_is_kept(council, tmp_path):
    imported = read(council, GOOD, GOOD.replace("X1", "X3").replace("2019-07-01", "2019-04-30"))
    assert imported.audits.record.dropped_columns == (
        "list of actions.csv: Action owner",
        "list of actions.csv: What is to be done",
    )
    write_bundle(imported.audits, tmp_path / "bundle")
    kept = "".join(path.read_text() for path in (tmp_path / "bundle").iterdir())
    kept += imported.quarantine.to_csv()
    assert "Sam Doe" not in kept
    assert "Call the family" not in kept
    assert "X1" not in kept
    assert imported.audits.actions["action_id"].str.startswith("action-").all()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("2020-06-30", "2019-04-30", "due_before_raised"),
        ("2019-07-01", "2019-04-30", "closed_before_raised"),
        ("2019-11-01", "2019-06-30", "verified_before_closed"),
        ("2019-07-01", "", "verified_not_closed"),
        ("2019-11-01", "", "verified_undated"),
        ("Plans", "Planning", "unknown_theme"),
        (",Plan,", ",Plans,", "unknown_domain"),
        (",A2,", ",A9,", "verifying_audit_unknown"),
        (",A2,", ",A02,", "verifying_audit_unknown"),
        (",A2,", ",A3,", "verifying_audit_unknown"),
        (",A2,", ",A1,", "verifying_audit_untimely"),
        ("2019-11-01", "2019-10-03", "verifying_audit_untimely"),
        ("2019-05-01", "", "cell_missing"),
        ("X1", "", "cell_missing"),
        ("2019-07-01", "2020-02-08", "date_out_of_range"),
        ("2020-06-30", "2109-06-30", "date_out_of_range"),
        ("2019-07-01", "31/11/2019", "date_unreadable"),
    ],
)
def test_an_action_that_does_not_fit_is_set_aside_whole(council, old, new, code):
    sound = GOOD.replace("X1", "X0")
    assert old in GOOD
    imported = read(council, sound, GOOD.replace(old, new))
    assert set_aside(imported) == [(code, 3)]
    assert len(imported.audits.actions) == 1
    assert len(imported.audits.audits) == 2


def test_the_reason_says_how_to_mend(council):
    rows = [GOOD.replace(",A2,", ",A02,"), GOOD.replace("X1", "X3").replace(",A2,", ",A3,")]
    found = read(council, *rows).quarantine
    near, gone = found[found["code"] == "verifying_audit_unknown"].itertuples(index=False)
    assert 'perhaps "A2" is meant' in near.how_to_mend
    assert "offered, not assumed" in near.how_to_mend
    assert "was itself set aside" in gone.reason


def test_a_copy_is_set_aside_and_of_two_versions_neither_stands(council):
    imported = read(council, GOOD, GOOD.replace("X1", " x1 "), OPEN)
    assert set_aside(imported) == [("duplicate", 3)]
    assert "repeats row 2" in imported.quarantine["reason"].iloc[-1]
    other = GOOD.replace("2019-07-01", "2019-07-02")
    imported = read(council, GOOD, other, OPEN)
    assert set_aside(imported) == [("conflicting_duplicate", 2), ("conflicting_duplicate", 3)]
    assert len(imported.audits.actions) == 1


def test_themes_are_spelt_as_declared_and_free_where_none_is_declared(council):
    imported = read(council, GOOD.replace("Plans", "PLANS "))
    assert imported.audits.actions["theme"].tolist() == ["Plans"]
    undeclared = TOML.split("[[themes]]")[0]
    imported = read(council, GOOD.replace("Plans", "Another"), toml=undeclared)
    assert imported.audits.actions["theme"].tolist() == ["Another"]


def test_an_audit_that_is_no_re_audit_is_warned_of(council):
    row = GOOD.replace("2019-05-01", "2019-04-01").replace("2019-07-01", "2019-04-02")
    imported = read(council, row.replace(",A2,", ",A1,"))
    assert set_aside(imported) == []
    assert "verifying_audit_type" in [f.code for f in imported.audits.record.findings]
    imported = read(council, row)
    assert "verifying_audit_type" not in [f.code for f in imported.audits.record.findings]


def test_checks_are_named_and_could_not_run_without_the_export(council):
    names = (
        "The dates of every action are in order",
        "Every action verified by an audit has its audit",
    )

    def states(imported):
        return [c.state for n in names for c in imported.audits.record.checks if c.name == n]

    bad = GOOD.replace("2019-07-01", "2019-04-30")
    assert states(read(council, GOOD)) == ["passed", "passed"]
    assert states(read(council, bad, GOOD.replace("X1", "X2"))) == ["failed", "passed"]
    without = TOML.replace('[[files]]\npath = "list of actions.csv"\nkind = "actions"\n', "")
    imported = read(council, toml=without)
    assert states(imported) == ["could not run", "could not run"]
    assert not imported.audits.has_actions
    pd.testing.assert_frame_equal(imported.audits.actions, no_actions())


@pytest.mark.parametrize("text", ["", HEADER])
def test_an_export_without_a_row_is_declared_all_the_same(council, text):
    files = {"audits.csv": AUDITS, "council.toml": TOML, "list of actions.csv": text}
    imported = council(files)
    assert imported.audits.has_actions
    pd.testing.assert_frame_equal(imported.audits.actions, no_actions())


def test_a_file_called_actions_needs_no_settings(council):
    imported = council({"audits.csv": AUDITS, "actions.csv": f"{HEADER}\n{GOOD}\n{OPEN}"})
    assert len(imported.audits.actions) == 2
    assert not any(f.code == "file_passed_over" for f in imported.audits.record.findings)


def test_a_workbook_with_headings_of_its_own(council):
    book = openpyxl.Workbook()
    for row in (["Ref", "Raised", "Done"], ["X1", date(2019, 5, 1), None], ["Total", None, None]):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    toml = TOML.replace("list of actions.csv", "actions.xlsx").replace(
        'kind = "actions"\n',
        'kind = "actions"\n[files.columns]\naction_id = "Ref"\nraised_on = "Raised"\n'
        'closed_on = "Done"\n[files.constants]\ntheme = "plans"\n',
    )
    files = {"audits.csv": AUDITS, "council.toml": toml, "actions.xlsx": buffer.getvalue()}
    imported = council(files)
    assert imported.audits.actions["theme"].tolist() == ["Plans"]
    assert imported.quarantine["code"].tolist() == ["unknown_grade", "totals_row"]


def test_a_file_without_the_day_raised_is_refused(council):
    with pytest.raises(ImportRejectedError, match="raised_on is missing"):
        read(council, "X1", header="action_id")


@pytest.mark.parametrize(
    "wrong",
    [
        'kind = "actions"\nshape = "wide"\n[files.domains]\nPlan = "The plan"',
        'kind = "actions"\n[files.moderator]\nrater = "Moderator"\ndomains = {Plan = "P"}',
        'kind = "actions"\n[files.columns]\ngrade = "Grade"',
    ],
)
def test_settings_that_make_no_sense_for_actions_are_refused(council, wrong):
    with pytest.raises(SettingsError, match="action"):
        read(council, GOOD, toml=TOML.replace('kind = "actions"', wrong))


def test_the_bundle_keeps_actions_and_an_older_one_has_none(council, tmp_path):
    audits = read(council, GOOD, OPEN).audits
    write_bundle(audits, tmp_path / "bundle")
    pd.testing.assert_frame_equal(read_bundle(tmp_path / "bundle").actions, audits.actions)
    (tmp_path / "bundle" / "actions.csv").unlink()
    with pytest.raises(UsageError, match="no whole bundle"):
        read_bundle(tmp_path / "bundle")
    files = tuple(file for file in audits.record.files if file.kind != "actions")
    older = replace(audits, record=replace(audits.record, files=files), actions=no_actions())
    write_bundle(older, tmp_path / "older")
    (tmp_path / "older" / "actions.csv").unlink()
    pd.testing.assert_frame_equal(read_bundle(tmp_path / "older").actions, no_actions())

"""What is written can be read back by plain means, and holds what was planted."""

import csv
import io
import json
import tomllib
from dataclasses import replace
from datetime import date, datetime

import numpy as np
import openpyxl
import pandas as pd
import pytest

from qaf_analysis.simulate import (
    CouncilDesign,
    PlantedTruth,
    simulate_council,
    standard_design,
    write_clean,
    write_messy,
)
from qaf_analysis.simulate.example import example_council
from qaf_analysis.simulate.workbook_file import workbook_bytes
from qaf_analysis.terms.errors import UnknownGradeError
from qaf_analysis.terms.scale import Scale, plain
from qaf_analysis.terms.settings_file import settings_from


def settings_in(folder):
    return settings_from(tomllib.loads((folder / "council.toml").read_text("utf-8")))


def rows_of(path, sheet):
    """Every record of a file as (row number, cells by heading), all text."""
    if path.suffix == ".xlsx":
        grid = [
            list(row) for row in openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
        ]
    else:
        data = path.read_bytes()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252")
        delimiter = ";" if ";" in text.splitlines()[0] else ","
        grid = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    top = next(n for n, row in enumerate(grid) if {"Audit ID", "Action ID"} & set(row))
    for number, row in enumerate(grid[top + 1 :], start=top + 2):
        yield number, {h: "" if c is None else c for h, c in zip(grid[top], row, strict=True)}


def read_plainly(folder):
    """Grades by (audit, rater, domain) and (audit, rater, round, domain), from sound rows only."""
    settings, mess = settings_in(folder), json.loads((folder / "mess.json").read_text("utf-8"))
    ratings, moderations, counts = [], [], {}
    for file in settings.files:
        bad = {
            row
            for item in mess["items"]
            if item["file"] == file.path and item["outcome"] == "quarantined"
            for row in item["rows"]
        }
        rows = list(rows_of(folder / file.path, file.sheet))
        counts[file.path] = {
            "rows_in": len(rows),
            "loaded": len(rows) - len(bad),
            "quarantined": len(bad),
        }
        for number, cells in rows:
            if number in bad or file.kind == "actions":
                continue
            audit = cells[file.columns["audit_id"]]
            if file.shape == "long":
                into = ratings if file.kind == "audits" else moderations
                who = "auditor" if file.kind == "audits" else "moderator"
                key = [audit, cells[file.columns[who]], cells[file.columns["domain"]]]
                if file.kind == "moderations":
                    key.append(cells[file.columns["round"]])
                into.append((*key, cells[file.columns["grade"]]))
                continue
            for domain, heading in file.domains.items():
                ratings.append((audit, cells[file.columns["auditor"]], domain, cells[heading]))
            for domain, heading in file.second_auditor.domains.items():
                rater = cells[file.second_auditor.rater]
                ratings.append((audit, rater, domain, cells[heading]))
            grader = file.moderator
            for domain, heading in grader.domains.items():
                key = (audit, cells[grader.rater], domain, cells[grader.columns["round"]])
                moderations.append((*key, cells[heading]))
    return coded(ratings, settings), coded(moderations, settings), counts, mess


def coded(rows, settings):
    found = {}
    for *key, grade in rows:
        if grade and grade not in settings.not_graded:
            key[1] = " ".join(key[1].split()).capitalize()
            assert tuple(key) not in found, "a row stands twice"
            found[tuple(key)] = settings.scale.code(grade)
    return found


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("council")
    council = example_council()
    write_messy(council, folder, rng=np.random.default_rng(6))
    return council, folder, read_plainly(folder)


def test_the_mess_hides_no_planted_rating(written):
    council, _, (ratings, _, _, _) = written
    table = council.ratings
    planted = {
        (row.audit_id, row.rater, row.domain): row.grade for row in table.itertuples(index=False)
    }
    assert ratings.items() <= planted.items()
    kinds = council.audits.set_index("audit_id")["audit_type"]
    lost = planted.keys() - ratings.keys()
    assert {kinds[audit] for audit, _, _ in lost} == {"multi_agency"}
    # Seven cells not graded, four bad long rows, and two bad wide rows of eleven grades.
    assert len(lost) == 7 + 4 + 22


def test_the_mess_hides_no_planted_moderation(written):
    council, _, (_, moderations, _, _) = written
    planted = {
        (row.audit_id, row.moderator, row.domain, row.round): row.grade
        for row in council.moderations.itertuples(index=False)
    }
    assert moderations == planted


def test_the_mess_hides_no_planted_action(written):
    council, folder, (_, _, _, mess) = written
    bad = {row for item in mess["items"] if item["file"] == "actions.csv" for row in item["rows"]}
    rows = {
        cells["Action ID"]: cells
        for number, cells in rows_of(folder / "actions.csv", None)
        if number not in bad
    }
    planted = council.actions.set_index("action_id")
    assert rows.keys() == set(planted.index)
    for name, cells in rows.items():
        for heading in ("raised_on", "due_on", "closed_on", "verified_on"):
            written_day = cells[heading.capitalize().replace("_", " ")]
            day = planted.loc[name, heading]
            assert written_day == ("" if pd.isna(day) else day.strftime("%d/%m/%Y"))


def test_every_row_is_counted(written):
    _, _, (_, _, counts, mess) = written
    assert counts == mess["files"]


def test_about_one_row_in_a_hundred_stands_twice(written):
    _, _, (_, _, _, mess) = written
    twice = {
        item["file"]: item["count"] for item in mess["items"] if item["item"] == "exact duplicate"
    }
    for file in ("audits 2017-18.csv", "audits 2018-20.xlsx"):
        assert 0.005 < twice[file] / mess["files"][file]["rows_in"] < 0.015


def test_exact_duplicates_are_exact(written):
    _, folder, (_, _, _, mess) = written
    sheets = {file.path: file.sheet for file in settings_in(folder).files}
    for item in mess["items"]:
        if item["item"] == "exact duplicate":
            rows = dict(rows_of(folder / item["file"], sheets[item["file"]]))
            others = [cells for number, cells in rows.items() if number not in item["rows"]]
            assert all(rows[number] in others for number in item["rows"])


def test_every_kind_of_mess_is_there(written):
    _, folder, (_, _, _, mess) = written
    items = {item["item"] for item in mess["items"]}
    assert items >= {
        "exact duplicate",
        "not graded, declared",
        "blank grade",
        "unknown grade",
        "impossible date",
        "orphan moderation",
        "totals row",
        "grades spelt otherwise",
        "names in other case or spacing",
        "personal column, to be left out",
        "action closed before it was raised",
        "unknown theme",
    }
    with pytest.raises(UnknownGradeError):
        settings_in(folder).scale.code("Adequate")
    assert (folder / "audits 2017-18.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert b"Child\x92s voice" in (folder / "returns" / "partner council.csv").read_bytes()
    assert "Locality Team 3" in (folder / "audits 2017-18.csv").read_text("utf-8-sig")
    rows = dict(rows_of(folder / "audits 2018-20.xlsx", "Audits"))
    assert isinstance(rows[5]["Date of audit"], datetime)
    assert rows[5]["Child's name"].startswith("Invented Child")


def test_settings_declare_what_was_planned_but_not_its_effect(written):
    council, folder, _ = written
    settings = settings_in(folder)
    assert settings.synthetic
    assert [theme.name for theme in settings.themes] == [t.name for t in council.design.themes]
    assert [change.starts for change in settings.process_changes] == [
        change.starts for change in council.design.changes
    ]
    controls = settings.controls_for(settings.themes[0], council.design.columns)
    assert len(controls) == 6
    assert "effect" not in (folder / "council.toml").read_text("utf-8")


@pytest.mark.parametrize("quarters", [1, 2, 4, 7])
def test_other_councils_can_be_written_too(tmp_path, quarters):
    council = simulate_council(standard_design(quarters=quarters), rng=np.random.default_rng(4))
    write_messy(council, tmp_path, rng=np.random.default_rng(4))
    ratings, moderations, counts, mess = read_plainly(tmp_path)
    assert counts == mess["files"]
    assert len(moderations) == len(council.moderations)
    assert 0 < len(council.ratings) - len(ratings) < 60


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clean")
    council = simulate_council(standard_design(quarters=4), rng=np.random.default_rng(9))
    write_clean(council, folder)
    return council, folder


def test_clean_tables_hold_every_rating_and_moderation(clean):
    council, folder = clean
    levels = council.design.scale.levels
    audits = pd.read_csv(folder / "audits.csv", keep_default_na=False)
    assert audits["grade"].tolist() == [levels[code] for code in council.ratings["grade"]]
    assert audits["auditor"].tolist() == council.ratings["rater"].tolist()
    assert audits["domain"].tolist() == council.ratings["domain"].tolist()
    assert set(audits["blind"]) == {"Yes", "No"}
    first = date.fromisoformat(audits["audit_date"][0])
    assert first == council.audits["audit_date"][0].date()
    moderations = pd.read_csv(folder / "moderations.csv")
    assert moderations["grade"].tolist() == [levels[c] for c in council.moderations["grade"]]
    assert moderations["selection_probability"].to_numpy() == pytest.approx(
        council.moderations["selection_probability"].to_numpy(dtype=float), rel=1e-5
    )
    saved = json.loads((folder / "truth.json").read_text("utf-8"))
    assert saved == json.loads(PlantedTruth.of(council).to_json())


def test_clean_settings_are_read(clean):
    council, folder = clean
    settings = settings_in(folder)
    assert settings.council == council.design.name
    assert [file.path for file in settings.files] == [
        "audits.csv",
        "moderations.csv",
        "actions.csv",
    ]
    assert tuple(settings.domains) == council.design.columns


def test_a_council_without_moderation_writes_a_header(tmp_path):
    council = simulate_council(
        replace(standard_design(quarters=4), rounds=()), rng=np.random.default_rng(9)
    )
    write_clean(council, tmp_path)
    assert (tmp_path / "moderations.csv").read_text("utf-8").startswith("audit_id,moderator,")
    assert (tmp_path / "moderations.csv").read_text("utf-8").count("\n") == 1
    write_messy(council, tmp_path / "messy", rng=np.random.default_rng(1))
    assert not (tmp_path / "messy" / "returns").exists()


def test_a_scale_of_the_councils_own_is_declared(tmp_path):
    scale = Scale(
        name="met",
        levels=("Not met", "Partly met", "Met"),
        good_from=2,
        spellings={"no": "Not met"},
    )
    design = replace(CouncilDesign(), scale=scale, cutpoints=(-1.0, 1.0))
    write_messy(
        simulate_council(design, rng=np.random.default_rng(9)),
        tmp_path,
        rng=np.random.default_rng(1),
    )
    read = settings_in(tmp_path).scale
    assert (read.levels, read.good_from, read.code("NO")) == (scale.levels, 2, 0)
    assert plain("req imp") not in read.codes


def test_a_workbook_keeps_text_numbers_days_and_blanks():
    cells = [[" two  spaces ", 3, 0.25, date(2020, 2, 29), None, "<&>'\""]]
    data = workbook_bytes({"One & two": cells, "Empty": []})
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["One & two", "Empty"]
    row = [cell.value for cell in book["One & two"][1]]
    assert row == [" two  spaces ", 3, 0.25, datetime(2020, 2, 29), None, "<&>'\""]
    wide = workbook_bytes({"S": [[str(n) for n in range(800)]]})
    assert openpyxl.load_workbook(io.BytesIO(wide))["S"].cell(row=1, column=703).value == "702"

"""``qaf stat agreement``: one JSON document, or lines to read; bad tables end with exit code 3."""

from __future__ import annotations

import json

import pytest

from qaf_analysis.cli import app
from tests.places import REFERENCE

FOLDER = REFERENCE / "agreement"
FIELDS = ["name", "value", "se", "low", "high", "level", "p", "cases", "auditors", "method"]


def run(capsys, *arguments):
    code = app.run(["stat", "agreement", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture
def grades(tmp_path):
    path = tmp_path / "grades.csv"
    path.write_bytes("\ufeffA;B\r\nGood;good \r\nRI;Good\r\nOutstanding;\r\n".encode())
    return path


def test_it_prints_one_document_with_full_digits(capsys):
    code, out, err = run(
        capsys,
        FOLDER / "gwet_raw4raters.csv",
        *("--layout", "wide", "--levels", "1,2,3,4,5", "--weights", "identity"),
        *("--se", "gwet2014", "--level", "0.9", "--json"),
    )
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert list(document) == ["kind", "estimates", "verdict", "warnings"]
    assert document["kind"] == "agreement"
    found = {one["name"]: one for one in document["estimates"]}
    assert all(list(one) == [*FIELDS, "why_not"] for one in document["estimates"])
    # R's irrCAC 1.4, rounding switched off.
    assert found["gwet_ac"]["value"] == pytest.approx(0.775444068126995, abs=1e-12)
    assert found["gwet_ac"]["se"] == pytest.approx(0.142949950640765, abs=1e-12)
    assert found["gwet_ac"]["level"] == 0.9
    assert found["gwet_ac"]["why_not"] is None
    assert found["cohen"]["value"] is None
    assert "4" in found["cohen"]["why_not"]


def test_without_json_it_is_a_table_to_read(grades, capsys):
    code, out, err = run(capsys, grades)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "2 auditors counted, one a column: A, B."
    assert lines[1].endswith("Inadequate, Requires improvement, Good, Outstanding")
    head, first = lines[3], lines[4]
    assert head.startswith("measure")
    assert first.startswith("percent_agreement")
    assert first.index("  percent agreement") == head.index("  how")
    assert "1 of 3 audits was graded once" in out
    assert any("not estimable: " in line for line in lines)


def test_who_was_counted_is_told_in_the_document_and_of_both_tables(grades, tmp_path, capsys):
    other = tmp_path / "other.csv"
    other.write_text("A,Week,B\nGood,1,n/a\nRI,2,Good/RI\nGood,3,Good\n", encoding="utf-8")
    code, _, err = run(capsys, other)
    assert code == 3
    assert '--auditors "A,B"' in err
    more = ["--auditors", "A,B", "--half-grades", "higher"]
    _, out, _ = run(capsys, other, *more, "--json")
    document = json.loads(out)
    assert document["warnings"][0] == "2 auditors counted, one a column: A, B."
    found = {one["name"]: one for one in document["estimates"]}
    # Of three audits two have both grades, RI with Good and Good with Good; credit is linear.
    assert found["percent_agreement"]["value"] == pytest.approx((2 / 3 + 1) / 2)
    _, out, _ = run(capsys, grades, *more, "--against", other, "--se", "subjects")
    assert out.splitlines()[:2] == ["2 auditors counted, one a column: A, B."] * 2


def test_a_grade_off_the_scale_is_refused_and_named(grades, capsys):
    code, out, err = run(capsys, grades, "--levels", "RI,Good")
    assert (code, out) == (3, "")
    assert "row 4, column A" in err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--layout", "tall"], 2, "no layout"),
        (["--weights", "cubic"], 2, "cubic"),
        (["--weights", "power:x"], 2, "power:3"),
        (["--weights", "root:2"], 2, "root"),
        (["--gold", "A", "--against", "b.csv"], 2, "not for both"),
        (["--gold", "A", "--se", "subjects"], 2, "--se"),
        (["--gold", "A", "--of-audits", "9"], 2, "by itself"),
        (["--same-audits"], 2, "--against"),
        (["--se", "robust"], 2, "robust"),
        (["--level", "95"], 2, "between 0 and 1"),
        (["--levels", "Good"], 2, "at least two"),
        (["--layout", "long"], 3, "no column of the audit"),
        (["--auditors", "A"], 2, "two or more columns"),
        (["--auditors", "A,C"], 2, "heads no column"),
        (["--auditors", "A,B", "--layout", "counts"], 2, "--layout wide"),
        (["--half-grades", "mean"], 2, "lower or higher"),
        (["--half-grades", "lower", "--layout", "counts"], 2, "one by one"),
    ],
)
def test_a_wrong_use_has_its_own_exit_code(grades, capsys, arguments, code, words):
    found, out, err = run(capsys, grades, *arguments)
    assert (found, out) == (code, "")
    assert words in err


def test_a_missing_table_is_a_wrong_use(tmp_path, capsys):
    code, _, err = run(capsys, tmp_path / "none.csv")
    assert code == 2
    assert "no file" in err


def test_numbers_without_a_declared_scale_are_refused(capsys):
    code, _, err = run(capsys, FOLDER / "gwet_raw4raters.csv")
    assert code == 3
    assert "the grades 1, 2, 3, 4, 5" in err
    assert "--levels" in err


def test_weights_with_a_number(grades, capsys):
    def ac(weights):
        _, out, _ = run(capsys, grades, "--weights", weights, "--json")
        return {one["name"]: one for one in json.loads(out)["estimates"]}["gwet_ac"]["value"]

    assert ac("power:2") == pytest.approx(ac("quadratic"), abs=1e-12)
    assert ac("neighbour:1") == pytest.approx(ac("within_one"), abs=1e-12)
    assert ac("neighbour:0") == pytest.approx(ac("identity"), abs=1e-12)
    assert ac("neighbour:0.5") > ac("neighbour:0")
    assert ac("circular_neighbour:0.5") != ac("neighbour:0.5")


def test_a_table_against_another_and_against_a_gold_standard(grades, tmp_path, capsys):
    later = tmp_path / "later.csv"
    later.write_text("A,B\nGood,Good\nRI,RI\n", encoding="utf-8")
    code, out, err = run(capsys, grades, "--against", later, "--se", "subjects", "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    found = {one["name"]: one for one in document["estimates"]}
    # One of two pairs is equal before, both after; credit is linear.
    assert found["percent_agreement[difference]"]["value"] == pytest.approx(1 - (1 + 2 / 3) / 2)
    assert document["verdict"] is None
    assert "2 auditors stand in both tables, by their names." in document["warnings"]
    code, out, _ = run(capsys, grades, "--gold", "A", "--json")
    found = {one["name"]: one for one in json.loads(out)["estimates"]}
    assert code == 0
    assert found["gold_bias"]["value"] == pytest.approx(1 / 2)
    assert run(capsys, grades, "--gold", "C")[0] == 2


@pytest.mark.slow
def test_a_table_of_a_million_rows_works(tmp_path, capsys, times):
    import numpy as np

    rng, cases = np.random.default_rng(1), times(100_000, full=500_000)
    first = rng.integers(0, 29, cases)
    second = (first + rng.integers(1, 29, cases)) % 29
    practice = rng.normal(size=cases)
    lines = ["audit,auditor,grade"]
    for who in (first, second):
        grade = np.searchsorted([-1.5, 0.3, 1.5], practice + rng.normal(0, 0.6, cases))
        lines += [f"{n},{a},{g}" for n, (a, g) in enumerate(zip(who, grade, strict=True))]
    path = tmp_path / "long.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    code, out, _ = run(capsys, path, "--layout", "long", "--levels", "0,1,2,3", "--json")
    found = {one["name"]: one for one in json.loads(out)["estimates"]}
    assert code == 0
    assert found["gwet_ac"]["cases"] == cases
    assert found["gwet_ac"]["se"] < 0.01

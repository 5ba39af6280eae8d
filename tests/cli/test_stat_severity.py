"""``qaf stat severity`` against TAM, clmm and mfrmr, and what it says where nothing can be told."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

from qaf_analysis.cli import app
from tests.places import REFERENCE

FOLDER = REFERENCE / "rater_effects"
PEERS = json.loads((FOLDER / "expected_r_peers.json").read_text(encoding="utf-8"))


def run(capsys, *arguments):
    code = app.run(["stat", "severity", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


def found(out):
    return {one["name"]: one["value"] for one in json.loads(out)["estimates"]}


@pytest.fixture
def long_table(tmp_path):
    """A published table with a column per item, turned into a row per grade."""

    def write(name):
        with (FOLDER / f"{name}.csv").open(encoding="utf-8") as file:
            head, *rows = csv.reader(file)
        path = tmp_path / f"{name}.csv"
        lines = ["audit,auditor,domain,grade"]
        for row in rows:
            lines += [
                f"{row[0]},{row[1]},{item},{grade}"
                for item, grade in zip(head[2:], row[2:], strict=True)
                if grade not in ("", "NA")
            ]
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


def tam(case, facet):
    values = {}
    for row in PEERS[case]["xsi"]:
        if row["facet"] == facet:
            values[row["parameter"].removeprefix("rater")] = row["xsi"]
    return values


@pytest.mark.parametrize(
    ("name", "case", "levels"),
    [
        ("ptam4", "ptam4_tam_rsm", "0,1,2,3"),
        ("ratings1", "ratings1_tam_rsm", "0,1,2,3"),
        ("ratings2", "ratings2_tam_rsm", "0,1,2,3"),
        ("ex10", "ex10_tam", "0,1"),
    ],
)
def test_without_halo_it_is_what_tam_fits(long_table, capsys, name, case, levels):
    code, out, _ = run(capsys, long_table(name), "--levels", levels, "--no-halo", "--json")
    assert code == 0
    ours = found(out)
    assert -2 * ours["log_likelihood"] == pytest.approx(PEERS[case]["deviance"], abs=1e-3)
    assert ours["sd_audit"] ** 2 == pytest.approx(PEERS[case]["variance"], abs=5e-3)
    for rater, severity in tam(case, "rater").items():
        assert ours[f"severity[{rater}]"] == pytest.approx(severity, abs=2e-3), rater
    items = tam(case, "item")
    centre = np.mean(list(items.values()))
    for item, difficulty in items.items():
        assert ours[f"difficulty[{item}]"] == pytest.approx(difficulty - centre, abs=2e-3), item


def test_partial_credit_is_what_tam_fits(long_table, capsys):
    _, out, _ = run(
        capsys,
        long_table("ptam4"),
        *("--levels", "0,1,2,3", "--no-halo", "--partial-credit", "--json"),
    )
    ours, case = found(out), PEERS["ptam4_tam_pcm"]
    assert -2 * ours["log_likelihood"] == pytest.approx(case["deviance"], abs=1e-3)
    for rater, severity in tam("ptam4_tam_pcm", "rater").items():
        assert ours[f"severity[{rater}]"] == pytest.approx(severity, abs=2e-3), rater


@pytest.mark.parametrize("name", ["ptam4", "ratings1"])
def test_with_the_cumulative_link_it_is_near_clmm(long_table, capsys, name):
    """clmm takes audits by Laplace's approximation, we by quadrature: near, not equal."""
    _, out, _ = run(
        capsys,
        long_table(name),
        *("--levels", "0,1,2,3", "--no-halo", "--link", "cumulative", "--json"),
    )
    ours, case = found(out), PEERS[f"{name}_clmm"]
    assert ours["sd_audit"] == pytest.approx(case["re_sd"]["audit"], rel=0.02)
    assert ours["sd_auditor"] == pytest.approx(case["re_sd"]["auditor"], rel=0.05)
    assert ours["log_likelihood"] == pytest.approx(case["logLik"], abs=2.0)
    modes = {who: -value for who, value in case["ranef"]["auditor"].items()}
    centre = np.mean(list(modes.values()))
    for who, severity in modes.items():
        assert ours[f"severity[{who}]"] == pytest.approx(severity - centre, abs=0.07), who


@pytest.fixture
def guilford_table(tmp_path):
    with (FOLDER / "guilford.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    path = tmp_path / "guilford.csv"
    lines = [f"{r['examinee']},{r['judge']},{r['trait']},{r['rating']}" for r in rows]
    path.write_text("\n".join(["audit,auditor,domain,grade", *lines]), encoding="utf-8")
    return path


def test_joint_likelihood_is_what_mfrmr_prints(guilford_table, capsys):
    expected = json.loads((FOLDER / "guilford_jml.json").read_text(encoding="utf-8"))
    _, out, _ = run(capsys, guilford_table, "--levels", "1,2,3,4,5,6,7,8,9", "--jml", "--json")
    ours = found(out)
    assert ours["log_likelihood"] == pytest.approx(-165.685, abs=1e-3)
    for judge, severity in (("1", -0.023), ("2", 0.182), ("3", -0.159)):
        assert ours[f"severity[{judge}]"] == pytest.approx(severity, abs=1e-3)
    assert any("conditional" in said for said in json.loads(out)["warnings"])
    assert expected


def test_statistics_of_the_joint_likelihood_are_what_mfrmr_prints(guilford_table, capsys):
    expected = json.loads((FOLDER / "guilford_jml.json").read_text(encoding="utf-8"))
    judges = {
        r["Level"].removeprefix("J"): r for r in expected["measures"] if r["Facet"] == "judge"
    }
    [spread] = [row for row in expected["reliability"] if row["Facet"] == "judge"]
    [tests] = [row for row in expected["chisq"] if row["Facet"] == "judge"]
    _, out, _ = run(
        capsys,
        guilford_table,
        *("--levels", "1,2,3,4,5,6,7,8,9", "--jml", "--statistics", "--json"),
    )
    ours = found(out)
    p = {one["name"]: one["p"] for one in json.loads(out)["estimates"]}
    for judge, row in judges.items():
        assert ours[f"infit[{judge}]"] == pytest.approx(row["Infit"], abs=2e-6)
        assert ours[f"outfit[{judge}]"] == pytest.approx(row["Outfit"], abs=2e-6)
    assert ours["separation"] == pytest.approx(spread["TrueSD"] / spread["RMSE"], abs=1e-5)
    assert ours["fixed_chi_square"] == pytest.approx(tests["FixedChiSq"], abs=2e-5)
    assert p["fixed_chi_square"] == pytest.approx(tests["FixedProb"], rel=1e-4)
    assert ours["random_chi_square"] == pytest.approx(tests["RandomChiSq"], abs=1e-5)
    assert ours["identical"] == pytest.approx(33 / 105, abs=1e-9)
    assert ours["identical_expected"] == pytest.approx(27.01940291 / 105, abs=1e-7)


def test_statistics_of_the_model_are_complete_and_asked_for_only(tmp_path, capsys):
    rng, path = np.random.default_rng(11), tmp_path / "many.csv"
    lines = ["audit,auditor,domain,grade"]
    for audit in range(150):
        practice = rng.normal(0, 1.5)
        # Auditors a to c get the better practice.
        first = "abc"[rng.integers(3)] if practice > 0 else "def"[rng.integers(3)]
        others = [who for who in "abcdef" if who != first]
        for who in [first, *([rng.choice(others)] if rng.random() < 0.6 else [])]:
            for domain in ("x", "y", "z"):
                grade = int(np.searchsorted([-1.5, 0.2, 1.6], practice + rng.logistic(scale=0.5)))
                lines.append(f"{audit},{who},{domain},{grade}")
    path.write_text("\n".join(lines), encoding="utf-8")
    _, plain, _ = run(capsys, path, "--levels", "0,1,2,3", "--json")
    _, out, _ = run(capsys, path, "--levels", "0,1,2,3", "--statistics", "--json")
    ours, few = found(out), found(plain)
    assert {name: ours[name] for name in few} == few
    for what in (
        *("severity_in_grades", "fair_grade", "infit", "outfit", "infit_usual_low"),
        *("outfit_usual_high", "point_measure", "point_measure_expected", "inconsistency"),
        *("spread_within_file", "stretch", "identical", "identical_expected", "caseload"),
    ):
        assert {f"{what}[{who}]" for who in "abcdef"} <= set(ours), what
        assert f"{what}[a]" not in few
    for who in "abcdef":
        assert ours[f"infit_usual_low[{who}]"] < 1 < ours[f"infit_usual_high[{who}]"]
        assert (ours[f"caseload[{who}]"] > 0) == (who in "abc")
    p = {one["name"]: one["p"] for one in json.loads(out)["estimates"]}
    assert p["allocation_chi_square"] < 1e-6
    assert {"separation", "strata", "reliability", "fixed_chi_square"} <= set(ours)
    assert {"audits_at_one_end", "domain_infit[x]", "caseload_correlation"} <= set(ours)


def test_groups_without_a_common_audit_are_told_apart(tmp_path, capsys):
    path = tmp_path / "teams.csv"
    rng = np.random.default_rng(3)
    lines = ["audit,auditor,domain,grade"]
    for audit in range(40):
        team = ("a", "b") if audit < 20 else ("c", "d")
        for who in team:
            lines += [f"{audit},{who},{d},{rng.integers(0, 4)}" for d in ("x", "y")]
    path.write_text("\n".join(lines), encoding="utf-8")
    code, out, _ = run(capsys, path, "--levels", "0,1,2,3", "--json")
    document = json.loads(out)
    assert code == 0
    assert document["verdict"].startswith("disconnected")
    assert found(out)["components"] == 2
    assert found(out)["severity[a]"] == pytest.approx(-found(out)["severity[b]"], abs=1e-9)
    assert any("cannot be compared" in said for said in document["warnings"])


def test_without_an_auditor_effect_the_boundary_is_said(tmp_path, capsys):
    path = tmp_path / "alike.csv"
    rng = np.random.default_rng(7)
    lines = ["audit,auditor,domain,grade"]
    for audit in range(80):
        practice = rng.normal()
        for who in rng.choice(8, 2, replace=False):
            for domain in ("x", "y", "z"):
                grade = int(np.searchsorted([-1.5, 0.2, 1.6], practice + rng.logistic(scale=0.4)))
                lines.append(f"{audit},{who},{domain},{grade}")
    path.write_text("\n".join(lines), encoding="utf-8")
    code, out, _ = run(capsys, path, "--levels", "0,1,2,3", "--json")
    assert code == 0
    assert any("severity between auditors" in said for said in json.loads(out)["warnings"])
    assert all(np.isfinite(value) for name, value in found(out).items() if "severity[" in name)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--link", "probit"], 2, "probit"),
        (["--auditors", "random"], 2, "random"),
        (["--linked-only"], 2, "leaves none"),
        (["--level", "95"], 2, "between 0 and 1"),
    ],
)
def test_a_wrong_use_has_its_own_exit_code(tmp_path, capsys, arguments, code, words):
    path = tmp_path / "one.csv"
    path.write_text("audit,auditor,domain,grade\n1,a,x,RI\n2,b,x,Good\n", encoding="utf-8")
    exit_code, out, err = run(capsys, path, *arguments)
    assert (exit_code, out) == (code, "")
    assert words in err


def test_the_worked_example_of_the_method_page_comes_out_by_hand(capsys):
    table = FOLDER.parents[2] / "docs" / "methods" / "severity_example.csv"
    with table.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    code = {"Inadequate": 0, "Requires improvement": 1, "Good": 2, "Outstanding": 3}
    given = {(r["audit"], r["domain"], r["auditor"]): code[r["grade"]] for r in rows}
    sums = {who: sum(g for key, g in given.items() if key[2] == who) for who in "ABC"}
    assert sums == {"A": 175, "B": 171, "C": 173}
    files = {(audit, domain) for audit, domain, _ in given}
    apart, identical = {}, 0
    for pair in ("AB", "AC", "BC"):
        both = [
            [given[*file, who] for who in pair]
            for file in files
            if all((*file, who) in given for who in pair)
        ]
        assert len(both) == 36
        apart[pair] = sum(one - other for one, other in both)
        identical += sum(one == other for one, other in both)
    assert apart == {"AB": -20, "AC": -27, "BC": -26}
    _, out, _ = run(capsys, table, "--statistics", "--json")
    ours = found(out)
    by_hand = {
        "A": -(apart["AB"] + apart["AC"]) / 36 / 3,
        "B": (apart["AB"] - apart["BC"]) / 36 / 3,
        "C": (apart["AC"] + apart["BC"]) / 36 / 3,
    }
    for who, raw in by_hand.items():
        assert 0.65 < ours[f"severity_in_grades[{who}]"] / raw < 0.85
        away = ours[f"fair_grade[{who}]"] + ours[f"severity_in_grades[{who}]"]
        assert away == pytest.approx(1.506, abs=1e-3)
    assert ours["identical"] == pytest.approx(identical / 108, abs=1e-12)
    assert ours["caseload[A]"] > 0 > ours["caseload[C]"]

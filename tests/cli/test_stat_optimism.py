"""``qaf stat optimism``: published tables come out as printed, and bad use has its exit code."""

from __future__ import annotations

import json

import pytest

from qaf_analysis.cli import app
from qaf_analysis.terms.verdicts import OptimismVerdict
from tests.places import REFERENCE

FOLDER = REFERENCE / "optimism"
TABLES = json.loads((FOLDER / "tables.json").read_text(encoding="utf-8"))
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
NAMED = [
    "mean_gap",
    "over_rate",
    "under_rate",
    "net_good_shift",
    "adjusted[Good]",
    "adjusted_good",
    "adjusted_mean_gap",
    "stuart_birch",
    "stuart_maxwell",
    "bhapkar",
    "bowker",
    "mcnemar_exact",
    "cumulative_logit",
    "auditor_gap[ann]",
    "tau",
]


def run(capsys, *arguments):
    code = app.run(["stat", "optimism", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


def estimates(out):
    return {one["name"]: one for one in json.loads(out)["estimates"]}


@pytest.mark.parametrize("name", ["vision_women", "vision_men", "premarital_extramarital"])
def test_a_published_contingency_table_comes_out_as_printed(tmp_path, capsys, name):
    counts = TABLES[name]["table"]
    labels = [str(k + 1) for k in range(len(counts))]
    rows = [",".join(labels), *(",".join(map(str, row)) for row in counts)]
    path = tmp_path / "table.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    code, out, err = run(
        capsys, path, "--layout", "contingency", "--levels", ",".join(labels), "--json"
    )
    assert (code, err) == (0, "")
    found, known = estimates(out), EXPECTED[name]
    assert found["mean_gap"]["value"] == pytest.approx(known["gap_row_minus_col"]["mean"], abs=1e-9)
    assert found["over_rate"]["low"] == pytest.approx(known["row_higher_wilson"]["lo"], abs=1e-9)
    assert found["under_rate"]["high"] == pytest.approx(known["row_lower_wilson"]["hi"], abs=1e-9)
    signed = known["stuart_birch_ordinal_R_coin"]["Z"]
    assert found["stuart_birch"]["value"] == pytest.approx(signed, abs=1e-6)
    assert found["adjusted_good"]["value"] is None
    assert "how many audits" in found["adjusted_good"]["why_not"]


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "audits.csv"
    lines = ["audit_id,auditor,audit_grade,moderation_grade"]
    who = ("ann", "ben", "cat")
    grades = [("Good", "RI"), ("Good", "Good"), ("RI", "RI"), ("Outstanding", "Good")]
    for number in range(60):
        given, found = grades[number % 4]
        lines.append(f"{number},{who[number % 3]},{given},{found if number < 40 else ''}")
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_it_names_every_figure(table, capsys):
    code, out, _ = run(capsys, table, "--json")
    document = json.loads(out)
    assert code == 0
    assert document["kind"] == "optimism"
    assert document["verdict"].split(":")[0] in (
        OptimismVerdict.ACCEPT,
        OptimismVerdict.ADJUST,
        OptimismVerdict.RE_AUDIT,
    )
    found = estimates(out)
    assert not [name for name in NAMED if name not in found]
    # Of 20 audits graded good 10 were upheld, and all 10 outstanding ones became good.
    assert found["adjusted_good"]["value"] == pytest.approx((15 + 15) / 60)
    assert found["mean_gap"]["value"] == pytest.approx(0.5)
    assert any("chosen by chance" in said for said in document["warnings"])


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--layout", "wide"], 2, "no layout"),
        (["--good-from", "Splendid"], 2, "lowest positive level"),
        (["--level", "95"], 2, "between 0 and 1"),
        (["--levels", "RI,Good"], 3, "unknown"),
    ],
)
def test_a_wrong_use_has_its_own_exit_code(table, capsys, arguments, code, words):
    found, out, err = run(capsys, table, *arguments)
    assert (found, out) == (code, "")
    assert words in err or code == 3


def test_strata_give_the_probabilities(tmp_path, capsys):
    path = tmp_path / "strata.csv"
    lines = ["audit_id,auditor,audit_grade,moderation_grade,stratum"]
    # Half of the first stratum and a tenth of the second are moderated; only the second is lowered.
    for number in range(100):
        first = number < 50
        read = number % 2 == 0 if first else number % 10 == 0
        found = ("Good" if first else "RI") if read else ""
        lines.append(f"{number},a{number % 7},Good,{found},{'x' if first else 'y'}")
    path.write_text("\n".join(lines), encoding="utf-8")
    code, out, _ = run(capsys, path, "--json")
    assert code == 0
    assert estimates(out)["adjusted_good"]["value"] == pytest.approx(0.5)


def test_cases_picked_by_risk_or_hunch_never_mix_with_those_drawn(tmp_path, capsys):
    path = tmp_path / "picked.csv"
    lines = ["audit_id,auditor,audit_grade,moderation_grade,selected_by"]
    for number in range(60):
        how = "random" if number < 30 else "targeted" if number < 40 else "unknown"
        found = ("Good" if number < 30 else "RI") if number < 50 else ""
        lines.append(f"{number},a{number % 5},Good,{found},{how if found else ''}")
    path.write_text("\n".join(lines), encoding="utf-8")
    code, out, _ = run(capsys, path, "--json")
    assert code == 0
    assert estimates(out)["mean_gap"]["cases"] == 30
    assert estimates(out)["over_rate"]["value"] == 0
    assert any("20 moderated audits" in said for said in json.loads(out)["warnings"])


def test_hunch_selection_alone_gives_no_adjusted_figure(tmp_path, capsys):
    path = tmp_path / "hunch.csv"
    lines = ["audit_id,auditor,audit_grade,moderation_grade,selected_by"]
    lines += [f"{n},a{n % 5},Good,{'RI' if n < 30 else ''},unknown" for n in range(60)]
    path.write_text("\n".join(lines), encoding="utf-8")
    code, out, _ = run(capsys, path, "--json")
    found = estimates(out)
    assert code == 0
    assert found["adjusted_good"]["value"] is None
    assert found["mean_gap"]["value"] is None
    assert json.loads(out)["verdict"].startswith(OptimismVerdict.MORE_MODERATION)


def test_each_audit_weighs_as_many_as_it_stands_for(tmp_path, capsys):
    """All of the few outstanding audits were lowered, and half of the many good ones."""
    path = tmp_path / "unequal.csv"
    lines = ["audit_id,auditor,audit_grade,moderation_grade,selection_probability"]
    for number in range(440):
        top = number < 40
        read = (top and number % 2 == 0) or (not top and number % 20 == 0)
        found = ("Good" if top or number % 40 else "RI") if read else ""
        given = "Outstanding" if top else "Good"
        chance = (0.5 if top else 0.05) if read else ""
        lines.append(f"{number},a{number % 7},{given},{found},{chance}")
    path.write_text("\n".join(lines), encoding="utf-8")
    code, out, _ = run(capsys, path, "--json")
    found = estimates(out)
    assert code == 0
    # Of the 40 moderated audits 20 outstanding and 10 good ones were lowered: 30 of 40, weighed.
    assert found["mean_gap"]["value"] == pytest.approx((40 + 200) / 440)
    assert found["mean_gap"]["cases"] == 40
    assert found["over_rate"]["value"] == pytest.approx((40 + 200) / 440)
    assert "weighted by the chance of being chosen" in found["mean_gap"]["method"]
    assert found["adjusted_mean_gap"]["value"] == pytest.approx((40 + 200) / 440)

"""``qaf stat chart``: figures, points and words of each type of chart; wrong uses are named."""

from __future__ import annotations

import csv
import json

import pytest
import typer

from qaf_analysis.cli import faults
from qaf_analysis.cli.stat_chart import chart
from qaf_analysis.terms.errors import WorkbenchError
from qaf_analysis.terms.verdicts import Assurance, Variation
from tests.places import REFERENCE

FOLDER = REFERENCE / "impact"
UNROUNDED = "2.6595744680851063"
HEADINGS = {
    "cdi": ("month", "n", "days", 1e4),
    "nhs_accidents": ("i", "r", "n", 1),
    "complaints": ("month", "complaints", "sales", 1),
    "cabg_readmission_monthly": ("month", "readmission", "n", 1),
    "hospital_infections_UTI_NOH": ("month", "n", "days", 1e4),
}
CHARTS = {
    "cdi_run": ("cdi", "run", ()),
    "cdi_freeze24_run": ("cdi", "run", ("--baseline", "24")),
    "cdi_u_part24": ("cdi", "u", ("--rebase", "25")),
    "cdi_u_freeze24": ("cdi", "u", ("--baseline", "24")),
    "cdi_i_part24": ("cdi", "xmr", ("--rebase", "25", "--factor", UNROUNDED)),
    "nhs_p": ("nhs_accidents", "p", ()),
    "nhs_pp": ("nhs_accidents", "pprime", ()),
    "nhs_i": ("nhs_accidents", "xmr", ("--factor", UNROUNDED)),
    "cabg_p": ("cabg_readmission_monthly", "p", ()),
    "complaints_u": ("complaints", "u", ()),
    "complaints_up": ("complaints", "uprime", ()),
    "UTI_NOH_u": ("hospital_infections_UTI_NOH", "u", ()),
}


def run(capsys, *arguments):
    app = typer.Typer()
    app.command("chart")(chart)
    try:
        code = app([*map(str, arguments)], standalone_mode=False)
    except WorkbenchError as error:
        code = faults.explain(error)
    said = capsys.readouterr()
    return code or 0, said.out, said.err


def rows_of(name):
    with (FOLDER / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def series(tmp_path):
    """Write a table of a published series, its counts or (for a run chart) its counts alone."""

    def write(name, *, kind):
        period, above, below, per = HEADINGS[name]
        lines = ["period,value" if kind == "run" else "period,numerator,denominator"]
        for row in rows_of(name):
            counts = [row[above]] if kind == "run" else [row[above], repr(float(row[below]) / per)]
            lines.append(",".join([row[period], *counts]))
        path = tmp_path / f"{name}.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


@pytest.fixture
def eight(tmp_path):
    path = tmp_path / "eight.csv"
    quarters = [f"20{19 + n // 4}-{20 + n // 4} Q{1 + n % 4}" for n in range(8)]
    good = [20, 21, 19, 22, 30, 31, 29, 28]
    lines = [f"{quarter},{n},50" for quarter, n in zip(quarters, good, strict=True)]
    path.write_text("\n".join(["quarter,numerator,denominator", *lines]), encoding="utf-8")
    return path


def document_of(capsys, *arguments):
    code, out, err = run(capsys, *arguments, "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    document["found"] = {one["name"]: one["value"] for one in document["estimates"]}
    return document


@pytest.mark.parametrize("case", list(CHARTS))
def test_the_document_holds_the_figures_of_qicharts2(case, series, capsys):
    name, kind, options = CHARTS[case]
    found = document_of(capsys, series(name, kind=kind), "--type", kind, *options)["found"]
    expected = [row for row in rows_of("qicharts2_expected") if row["case"] == case]
    assert expected
    for row in expected:
        suffix = f"_part_{row['part']}" if len(expected) > 1 else ""
        for ours, theirs in (
            ("useful_points", "n.useful"),
            ("longest_run", "longest.run"),
            ("longest_run_limit", "longest.run.max"),
            ("crossings", "n.crossings"),
            ("crossings_limit", "n.crossings.min"),
            ("runs_signal", "runs.signal"),
        ):
            assert found[ours + suffix] == int(row[theirs]), ours
        assert found[f"center_line{suffix}"] == pytest.approx(float(row["CL"]), abs=1e-6)
        if kind != "run":
            assert found[f"lower_limit{suffix}"] == pytest.approx(float(row["aLCL"]), abs=1e-6)
            assert found[f"upper_limit{suffix}"] == pytest.approx(float(row["aUCL"]), abs=1e-6)
            assert found[f"points_outside{suffix}"] == int(row["sigma.signal"])


def test_points_of_an_xmr_chart_carry_the_nhs_rules_and_what_they_mean(series, capsys):
    table = series("cdi", kind="xmr")
    document = document_of(capsys, table, "--type", "xmr", "--improvement", "down")
    assert list(document)[:5] == ["kind", "estimates", "verdict", "warnings", "points"]
    assert document["kind"] == "chart"
    expected = rows_of("ptd_cdi_norebase_expected")
    words = {
        "common_cause": Variation.COMMON_CAUSE,
        "special_cause_improvement": Variation.IMPROVEMENT,
    }
    for point, row in zip(document["points"], expected, strict=True):
        assert set(point) == {
            *("period", "part", "value", "center", "lower", "upper", "signal", "reading")
        }
        assert point["value"] == pytest.approx(float(row["y"]), abs=1e-9)
        assert point["lower"] == pytest.approx(float(row["lpl"]), abs=1e-6)
        assert point["upper"] == pytest.approx(float(row["upl"]), abs=1e-6)
        assert point["reading"] == words.get(row["point"], Variation.CONCERN)
        assert bool(point["signal"]) == (row["point"] != "common_cause")
    signalled = sum(row["point"] != "common_cause" for row in expected)
    assert document["found"]["points_signalled"] == signalled
    assert "signals improvement" in document["verdict"]
    other = document_of(capsys, table, "--type", "xmr", "--improvement", "up")
    assert "signals concern" in other["verdict"]


def test_the_words_call_it_a_picture_and_no_verdict(series, capsys):
    for kind, name in (("run", "cdi"), ("p", "nhs_accidents"), ("xmr", "cdi")):
        said = document_of(capsys, series(name, kind=kind), "--type", kind)["verdict"]
        assert said.startswith("A picture, not a verdict (higher taken as better).")
        assert "cannot tell a change in practice from a change in who audited" in said
        assert "improved" not in said


def test_eight_quarters_are_said_to_be_too_few_for_run_rules(eight, capsys):
    document = document_of(capsys, eight, "--type", "run")
    assert document["found"]["longest_run_limit"] is None
    assert document["found"]["false_signal_rate"] is None
    assert "run-chart rules cannot signal here" in document["verdict"]
    assert Variation.COMMON_CAUSE not in document["verdict"]
    assert {point["reading"] for point in document["points"]} == {Variation.CANNOT_TELL}
    assert any("8 points off the centre line" in warning for warning in document["warnings"])
    whys = {one["name"]: one["why_not"] for one in document["estimates"]}
    assert whys["crossings_limit"] == "the rules need 10 useful points, and there are 8"


def warnings_of(capsys, *arguments):
    return " ".join(document_of(capsys, *arguments)["warnings"])


def test_cautions_say_what_the_chart_cannot_show(eight, tmp_path, capsys):
    said = warnings_of(capsys, eight, "--type", "pprime", "--baseline", "4")
    assert "rest on 4 points; under 12 they are trial limits" in said
    assert "signalled falsely in 10 to 12 %" in said
    assert "signalled falsely" not in warnings_of(capsys, eight, "--type", "p", "--baseline", "4")
    assert "dates fixed before" in warnings_of(capsys, eight, "--type", "p", "--rebase", "5")
    assert "both high and low" in warnings_of(capsys, eight, "--type", "xmr")
    high = tmp_path / "high.csv"
    rows = [f"{n},{18 + n % 2},20" for n in range(1, 13)] + ["13,,"]
    high.write_text("\n".join(["period,numerator,denominator", *rows]), encoding="utf-8")
    said = warnings_of(capsys, high, "--type", "p")
    assert "At 12 of 12 points even 100 % would lie within the limits, so a rise" in said
    assert "12 of 12 denominators are too small" in said
    assert "1 of 13 rows is a missing point" in said
    assert "trial" not in said


def test_the_count_of_trial_limits_is_the_true_one(tmp_path, capsys):
    for points, trial in ((11, True), (12, False)):
        path = tmp_path / f"{points}.csv"
        rows = [f"{n},{n % 3}" for n in range(points)]
        path.write_text("\n".join(["period,value", *rows]), encoding="utf-8")
        assert ("trial" in warnings_of(capsys, path, "--type", "xmr")) is trial


@pytest.mark.parametrize(
    ("target", "improvement", "words"),
    [
        ("0.99", "up", "consistently fail the target of 0.99"),
        ("0.99", "down", "consistently pass the target of 0.99"),
        ("0.953", "up", Assurance.HIT_AND_MISS),
    ],
)
def test_a_target_is_read_against_the_limits(series, capsys, target, improvement, words):
    table = series("nhs_accidents", kind="pprime")
    options = ("--type", "pprime", "--target", target, "--improvement", improvement)
    assert words in document_of(capsys, table, *options)["verdict"]
    lines = document_of(capsys, table, "--type", "run", "--target", target)["verdict"]
    assert "a run chart has no limits" in lines


def test_screening_can_be_switched_off(tmp_path, capsys):
    path = tmp_path / "outlier.csv"
    values = [1, 2, 1, 2, 10, *[1, 2] * 6, 1]
    rows = [f"{n},{value}" for n, value in enumerate(values)]
    path.write_text("\n".join(["period,value", *rows]), encoding="utf-8")
    uppers = [
        document_of(capsys, path, "--type", "xmr", *options)["found"]["upper_limit"]
        for options in ((), ("--unscreened",))
    ]
    assert [round(upper, 2) for upper in uppers] == [4.6, 6.95]


def test_marked_baselines_and_parts_do_as_the_options_do(tmp_path, capsys):
    values = [3, 5, 4, 6, 5, 9, 8, 7, 9, 8]
    plain, marked = tmp_path / "plain.csv", tmp_path / "marked.csv"
    rows = [f"{n},{value}" for n, value in enumerate(values)]
    plain.write_text("\n".join(["period,value", *rows]), encoding="utf-8")
    marks = [f"{'yes' if n % 5 < 3 else ''},{n // 5}" for n in range(10)]
    rows = [f"{row},{mark}" for row, mark in zip(rows, marks, strict=True)]
    marked.write_text("\n".join(["period,value,baseline,part", *rows]), encoding="utf-8")
    options = ("--type", "xmr", "--baseline", "3", "--rebase", "6")
    assert document_of(capsys, plain, *options) == document_of(capsys, marked, "--type", "xmr")
    for option in (("--baseline", "3"), ("--rebase", "6")):
        code, _, err = run(capsys, marked, "--type", "xmr", *option)
        assert code == 2
        assert "column" in err


def test_without_json_it_is_figures_points_and_words(eight, capsys):
    code, out, err = run(capsys, eight, "--type", "p", "--baseline", "4")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].split() == ["measure", "value", "how"]
    assert lines[1].startswith("center_line        0.41")
    assert any(line.startswith("2019-20 Q1  1     0.4") for line in lines)
    assert any(line.startswith("A picture, not a verdict") for line in lines)
    assert any(line.startswith("Note: ") for line in lines)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--type", "pie"], 2, "the types are run, p, pprime, u, uprime, xmr"),
        (["--type", "p", "--improvement", "left"], 2, "up or down"),
        (["--type", "p", "--rebase", "1"], 2, "from 2 to 8"),
        (["--type", "p", "--rebase", "9"], 2, "from 2 to 8"),
        (["--type", "p", "--rebase", "5,3"], 2, "rising"),
        (["--type", "p", "--rebase", "2019-20 Q3"], 2, "such as 13,25"),
        (["--type", "p", "--baseline", "9"], 2, "of 8 in all"),
        (["--type", "xmr", "--factor", "0"], 2, "above 0"),
        (["--type", "xmr", "--factor", "nan"], 2, "above 0"),
        (["--type", "p", "--target", "inf"], 2, "finite"),
    ],
)
def test_a_wrong_use_says_what_to_write(eight, capsys, arguments, code, words):
    found, out, err = run(capsys, eight, *arguments)
    assert (found, out) == (code, "")
    assert words in err


def test_a_table_that_does_not_fit_the_type_is_refused(tmp_path, capsys):
    path = tmp_path / "values.csv"
    path.write_text("period,value\n1,2\n", encoding="utf-8")
    code, _, err = run(capsys, path, "--type", "p")
    assert code == 3
    assert "numerator" in err


def test_a_series_without_any_point_is_said_to_show_nothing(tmp_path, capsys):
    path = tmp_path / "empty.csv"
    path.write_text("period,numerator,denominator\n1,,\n2,,\n", encoding="utf-8")
    for kind in ("run", "p", "pprime", "u", "uprime", "xmr"):
        document = document_of(capsys, path, "--type", kind)
        assert document["verdict"] == "Nothing can be shown: every point is missing."
        assert document["found"]["center_line"] is None

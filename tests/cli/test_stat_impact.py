"""``qaf stat impact``: every figure is named and is that of the statistic; bad use is refused."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import numpy as np
import pytest

from qaf_analysis.cli import app
from qaf_analysis.stats.impact.difference_in_differences import theme_change
from qaf_analysis.terms.scale import OFSTED4
from qaf_analysis.terms.verdicts import THEME_OPEN, Reservation, ReservedVerdict, ThemeVerdict
from qaf_analysis.topics.impact.analysis.themes import themes
from tests.stats.impact.test_difference_in_differences import themed_audits
from tests.topics.councils import LAST, simulated
from tests.topics.theme_by_hand import QUARTERS, about, wide

NAMED = [
    "did_mean_grade",
    "did_good",
    "newcombe_uncontrolled",
    "its_ols",
    "its_quasibinomial",
    "ordinal_step",
    "ordinal_step_odds_ratio",
    "cliffs_delta",
    "minimum_detectable",
    "minimum_detectable_good",
    "second_scale",
    "drift_before_by_year",
    "breakdown_drift_by_year",
    "differential_trend",
    "wild_bootstrap",
    "placebo_dates",
    "placebo_domains",
    "same_auditors",
    "leave_one_out",
]
HEAD = ["quarter", "post", "auditor", "themed_grade"]
MEANS, EACH = ["control_grade", "control_good"], [f"control: {letter}" for letter in "ABCDE"]

PROVISIONAL = ReservedVerdict(ThemeVerdict.IMPROVED, (Reservation.PROVISIONAL,))


def written(path, audits, *, labels=OFSTED4.levels, means=False):
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow([*HEAD, *(MEANS if means else EACH)])
        for row in range(len(audits["quarter"])):
            table.writerow(
                [
                    audits["quarter"][row] + 1,
                    int(audits["post"][row]),
                    f"A{audits['auditor'][row]}",
                    labels[int(audits["themed_grade"][row])],
                    *(
                        [repr(float(audits[name][row])) for name in MEANS]
                        if means
                        else [labels[int(code)] for code in audits["control_grades"][row]]
                    ),
                ]
            )
    return path


def council(effect=0.7, *, quarters=8, audits=50, seed=5, **world):
    rng = np.random.default_rng(seed)
    return themed_audits(rng, quarters=quarters, audits=audits, effect=effect, **world)


def run(capsys, *arguments):
    code = app.run(["stat", "impact", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_it_names_every_figure_and_they_are_those_of_the_headline(tmp_path, capsys):
    audits = council(1.2)
    code, out, err = run(capsys, written(tmp_path / "t.csv", audits), "--json")
    document = json.loads(out)
    assert (code, err, document["kind"]) == (0, "", "impact")
    found = {one["name"]: one for one in document["estimates"]}
    assert not [name for name in NAMED if name not in found]
    change = theme_change(**audits)
    for name, estimate in (
        ("did_mean_grade", change.grade),
        ("did_good", change.good),
        ("minimum_detectable", change.detectable_grade),
    ):
        assert found[name]["value"] == pytest.approx(estimate.value, abs=1e-12)
        assert found[name]["low"] == pytest.approx(estimate.low, abs=1e-12)
    assert document["verdict"] == f"{change.decision.full_verdict}: {change.reason}"
    assert document["verdict"].startswith(ThemeVerdict.IMPROVED)
    good, post = audits["themed_good"], audits["post"]
    difference = good[post].mean() - good[~post].mean()
    assert found["newcombe_uncontrolled"]["value"] == pytest.approx(difference)
    assert found["placebo_domains"]["value"] == pytest.approx(change.grade.value)
    for name in ("its_ols", "its_quasibinomial", "ordinal_step"):
        assert "without a comparison" in found[name]["method"]
    assert any("agree with the verdict" in said for said in document["warnings"])
    assert any("no verdict rests on them" in said for said in document["warnings"])


def test_lines_to_read_and_another_scale(tmp_path, capsys):
    path = written(tmp_path / "t.csv", council(0.0), labels="1234", means=True)
    code, out, _ = run(capsys, path, "--levels", "1,2,3,4", "--good-from", "4", "--level", "0.9")
    assert code == 0
    assert out.startswith("Levels, worst first: 1, 2, 3, 4 (positive: 4)")
    assert "0.9 interval" in out
    assert any(f"{verdict}: " in out for verdict in THEME_OPEN)


def test_one_quarter_after_is_provisional(tmp_path, capsys):
    audits = council(3.0)
    kept = audits["quarter"] >= 1
    # The first quarters after become quarters before by taking their effect-free twins.
    still = council(0.0)
    last = audits["quarter"] == 7
    audits = {
        key: np.where(last[:, np.newaxis] if values.ndim == 2 else last, values, still[key])
        for key, values in audits.items()
    }
    audits["post"] = audits["quarter"] == 7
    audits = {key: values[kept] for key, values in audits.items()}
    _, out, _ = run(capsys, written(tmp_path / "t.csv", audits), "--json")
    document = json.loads(out)
    assert document["verdict"].startswith(str(PROVISIONAL))
    found = {one["name"]: one for one in document["estimates"]}
    assert "single quarter" in found["wild_bootstrap"]["why_not"]


def test_too_little_data_is_a_verdict_and_not_a_fault(tmp_path, capsys):
    code, out, _ = run(capsys, written(tmp_path / "t.csv", council(quarters=2, audits=3)), "--json")
    document = json.loads(out)
    assert code == 0
    assert document["verdict"].startswith(f"{ThemeVerdict.TOO_LITTLE}: ")
    for one in document["estimates"]:
        assert one["value"] is not None or one["why_not"]


def test_blank_grades_are_counted(tmp_path, capsys):
    path = written(tmp_path / "t.csv", council())
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[1] = "1,0,A1,,Good,Good,Good,Good,Good"
    lines[2] = lines[3] = "1,0,A1,Good,,,,,"
    path.write_text("\n".join(lines), encoding="utf-8")
    _, out, _ = run(capsys, path, "--json")
    document = json.loads(out)
    assert any(
        said.startswith("1 audit has no grade in the themed") for said in document["warnings"]
    )
    assert any(said.startswith("2 audits have no grade in a comp") for said in document["warnings"])
    found = {one["name"]: one["cases"] for one in document["estimates"]}
    assert (found["did_mean_grade"], found["newcombe_uncontrolled"]) == (397, 399)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--good-from", "Splendid"], 2, "lowest positive level"),
        (["--level", "95"], 2, "between 0 and 1"),
        (["--levels", "RI,Good"], 3, ""),
    ],
)
def test_a_wrong_use_has_its_own_exit_code(tmp_path, capsys, arguments, code, words):
    found, out, err = run(capsys, written(tmp_path / "t.csv", council()), *arguments)
    assert (found, out) == (code, "")
    assert words in err


ABOUT = {"Chronologies": QUARTERS[4:6], "Core groups": QUARTERS[6:7], "Supervision": QUARTERS[7:8]}


@pytest.fixture(scope="module")
def example():
    return simulated()[1]


def exported(path, audits, theme, *, left_out, lost=0.0, means=False):
    """A theme's audits as a plain table: one column for each comparison domain.

    ``lost`` is the share of comparison grades left blank; ``means`` adds the mean columns.
    """
    table = wide(audits)
    controls = [c for c in table if c not in ("Overall", theme, "quarter", "auditor")]
    table = table[~table["quarter"].isin(left_out)]
    grades = table[controls].mask(
        np.random.default_rng(6).random((len(table), len(controls))) < lost
    )
    labels = dict(enumerate(OFSTED4.levels))
    made = grades.apply(lambda column: column.map(labels)).add_prefix("control: ")
    made.insert(0, "themed_grade", table[theme].map(labels))
    made.insert(0, "auditor", table["auditor"])
    made.insert(0, "post", (table["quarter"] > left_out[-1]).astype(int))
    made.insert(0, "quarter", table["quarter"])
    if means:
        made["control_grade"] = grades.mean(axis=1).round(2)
        made["control_good"] = (grades >= 2).where(grades.notna()).mean(axis=1).round(2)
    made.to_csv(path, index=False)
    return path, grades


@pytest.mark.parametrize("name", ABOUT)
def test_a_theme_of_a_council_gives_the_figures_of_its_report(tmp_path, capsys, example, name):
    (theme,) = (theme for theme in example.settings.themes if theme.name == name)
    (found,) = themes(about(example, theme), quarter=LAST).themes
    path, _ = exported(tmp_path / "t.csv", example, name, left_out=ABOUT[name])
    code, out, err = run(capsys, path, "--json")
    document = json.loads(out)
    told = {one["name"]: one for one in document["estimates"]}
    assert (code, err) == (0, "")
    for figure, estimate in (
        ("did_mean_grade", found.change.grade),
        ("did_good", found.change.good),
        ("minimum_detectable", found.change.detectable_grade),
        ("control_mean_grade_change", found.change.control_grade),
    ):
        for part in ("value", "low", "high", "cases", "auditors"):
            assert told[figure][part] == pytest.approx(getattr(estimate, part), abs=1e-12)
    for figure, estimate in (
        ("did_mean_grade", found.change.grade),
        ("drift_before_by_year", found.change.drift.before),
    ):
        assert told[figure]["p"] == pytest.approx(estimate.p, abs=1e-12)
    assert document["verdict"] == f"{found.full_verdict}: {found.reason}"
    placebo = told["placebo_domains"]
    assert placebo["value"] == pytest.approx(found.change.grade.value, abs=1e-12)
    assert placebo["why_not"] in (None, "")
    assert any("A claim must hold on both." in said for said in document["warnings"])


def test_blank_cells_and_means_beside_the_levels_change_nothing(tmp_path, capsys, example):
    name, left_out = "Chronologies", ABOUT["Chronologies"]
    bare, grades = exported(tmp_path / "a.csv", example, name, left_out=left_out, lost=0.4)
    both, _ = exported(tmp_path / "b.csv", example, name, left_out=left_out, lost=0.4, means=True)
    kept = example.ratings.set_index(["audit_id", "domain"]).index
    blank = grades.isna().stack()
    lost = kept.isin(blank[blank].index)
    thinned = replace(example, ratings=example.ratings[~lost])
    (theme,) = (theme for theme in example.settings.themes if theme.name == name)
    (found,) = themes(about(thinned, theme), quarter=LAST).themes
    for path in (bare, both):
        _, out, _ = run(capsys, path, "--json")
        told = {one["name"]: one for one in json.loads(out)["estimates"]}
        assert told["did_mean_grade"]["value"] == pytest.approx(found.change.grade.value, abs=1e-12)
        assert told["did_mean_grade"]["low"] == pytest.approx(found.change.grade.low, abs=1e-12)
        assert told["did_good"]["high"] == pytest.approx(found.change.good.high, abs=1e-12)


def test_means_alone_give_no_verdict(tmp_path, capsys):
    _, out, _ = run(capsys, written(tmp_path / "t.csv", council(2.0), means=True), "--json")
    document = json.loads(out)
    assert document["verdict"].startswith(
        f"{ThemeVerdict.TOO_LITTLE}: the comparison domains' grades are not given one by one"
    )
    found = {one["name"]: one for one in document["estimates"]}
    assert found["did_mean_grade"]["value"] is None
    assert found["newcombe_uncontrolled"]["value"] is not None


def test_it_says_what_is_not_compared_with(tmp_path, capsys, example):
    path, _ = exported(tmp_path / "u.csv", example, "Chronologies", left_out=QUARTERS[4:6])
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    place = rows[0].index("control: Risk")
    gap = [[*row[:place], "", *row[place + 1 :]] if row[0] == "2019-20 Q1" else row for row in rows]
    one = [[*row[:4], row[place]] for row in rows]
    for lines, why in (
        (gap, "Risk is not compared with: it was not graded in every quarter"),
        (one, "The error is told from the themed series alone"),
    ):
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(lines)
        _, out, _ = run(capsys, path, "--json")
        assert any(said.startswith(why) for said in json.loads(out)["warnings"])


def test_help_tells_how_comparison_domains_are_headed(capsys):
    _, out, _ = run(capsys, "--help")
    assert "control: Risk" in " ".join(out.replace("\u2502", " ").split())


def test_a_table_whose_means_do_not_fit_is_refused(tmp_path, capsys, example):
    path, _ = exported(
        tmp_path / "t.csv", example, "Chronologies", left_out=QUARTERS[4:6], means=True
    )
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[3] = lines[3].rsplit(",", 2)[0] + ",2.99,0.5"
    path.write_text("\n".join(lines), encoding="utf-8")
    code, out, err = run(capsys, path, "--json")
    assert (code, out) == (3, "")
    said = " ".join(err.split())
    assert "row 4" in said
    assert "2.99" in said
    assert "the mean code of the columns headed control:" in said

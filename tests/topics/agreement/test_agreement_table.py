"""Every measure of a plain table equals what published peers print for the same file."""

from __future__ import annotations

import json
from typing import get_args

import numpy as np
import pytest

from qaf_analysis.data.plain.grades import read_plain_grades
from qaf_analysis.data.plain.levels import declared_levels
from qaf_analysis.stats.agreement.standard_errors import Population, StandardError
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.verdicts import AgreementVerdict
from qaf_analysis.topics.agreement.analysis.measures import MEASURES
from qaf_analysis.topics.agreement.analysis.plain_table import agreement_table
from tests.places import REFERENCE
from tests.wide import wide

FOLDER = REFERENCE / "agreement"
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
EVERY_WEIGHT = json.loads((FOLDER / "every_weight.json").read_text(encoding="utf-8"))
LAYOUTS = {"raw": "wide", "distribution": "counts", "contingency": "contingency"}
NAMES = {
    "percent_agreement": "percent_agreement",
    "brennan_prediger": "brennan_prediger",
    "conger": "conger",
    "fleiss": "fleiss",
    "gwet": "gwet_ac",
    "krippendorff": "krippendorff_alpha",
}


def read(name):
    expected = EXPECTED[name]
    labels = [f"{x:g}" if isinstance(x, float | int) else x for x in expected["categories"]]
    return read_plain_grades(
        FOLDER / f"{name}.csv",
        layout=LAYOUTS[expected["layout"]],
        levels=declared_levels(",".join(labels)),
    )


def by_name(grades, **options):
    found = agreement_table(grades, **options)
    return {named.name: named.estimate for named in found.estimates}


@pytest.mark.parametrize(
    "weights",
    wide(
        ["identity", "linear", "quadratic", "ordinal", "radical", "ratio", "circular", "bipolar"],
        quick=["identity", "quadratic"],
    ),
)
def test_every_coefficient_and_its_published_error_equal_irrcac(weights):
    compared = 0
    for case, peers in EVERY_WEIGHT.items():
        layout = EXPECTED[case]["layout"]
        grades = read(case)
        if weights == "ratio" and grades.levels.scores and 0 in grades.levels.scores:
            continue  # irrCAC divides by zero there
        found = by_name(grades, weights=weights, se="gwet2014")
        for peer, (value, se, *_) in peers["irrCAC"].get(weights, {}).items():
            name = NAMES.get(peer, peer)
            ours = found[name]
            assert ours.value == pytest.approx(value, abs=1e-9), (case, name)
            compared += 1
            if layout == "distribution" and name == "krippendorff_alpha":
                continue  # irrCAC's formula for counts is another than its own for grades
            # irrCAC divides by n for contingency tables and by n - 1 everywhere else.
            n = ours.cases
            theirs = se * (np.sqrt(n / (n - 1)) if layout == "contingency" else 1)
            assert ours.se == pytest.approx(theirs, abs=1e-9), (case, name)
    assert compared >= 5 * len(EVERY_WEIGHT) - 12


@pytest.mark.parametrize("case", [c for c in EXPECTED if EXPECTED[c].get("krippendorff")])
def test_alpha_in_its_own_metrics_equals_the_package_krippendorff(case):
    found = by_name(read(case), se="subjects")
    for metric, value in EXPECTED[case]["krippendorff"].items():
        ours = found[f"krippendorff_alpha[{metric}]"]
        assert ours.value == pytest.approx(value, abs=1e-12), metric


def test_the_published_figures_of_fleiss_and_of_shrout_and_fleiss():
    found = by_name(read("fleiss1971_diagnoses_raw"), weights="identity")
    assert found["fleiss"].value == pytest.approx(0.430, abs=5e-4)
    found = by_name(read("shrout_fleiss_1979"))
    published_icc = {"1_1": 0.17, "2_1": 0.29, "3_1": 0.71, "1_k": 0.44, "2_k": 0.62, "3_k": 0.91}
    for form, value in published_icc.items():
        assert found[f"icc_{form}"].value == pytest.approx(value, abs=5e-3), form


def test_every_figure_is_there_or_says_why_not(tmp_path):
    for case in ("gwet_raw4raters", "gwet_cont4x4diagnosis", "gwet_dist4cat", "gwet_ben_gerry"):
        table = agreement_table(read(case))
        names = [named.name for named in table.estimates]
        assert len(set(names)) == len(names)
        families = {name.partition("[")[0] for name in names}
        plain = {m.name for m in MEASURES} - {"icc"}
        assert plain <= families
        assert sum(name.startswith("icc_") for name in names) == 6
        for named in table.estimates:
            assert named.estimate.is_estimable == (named.estimate.why_not == ""), named.name


def written(folder, text):
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_layout_is_no_matter(tmp_path):
    wide = "A,B\n1,1\n1,2\n2,2\n2,2\n3,1\n3,3\n"
    long = "audit,auditor,grade\n" + "".join(
        f"{place},{who},{grade}\n"
        for place, row in enumerate(wide.splitlines()[1:])
        for who, grade in zip("AB", row.split(","), strict=True)
    )
    table = "1,2,3\n1,1,0\n0,2,0\n1,0,1\n"
    counts = "1,2,3\n2,0,0\n1,1,0\n0,2,0\n0,2,0\n1,0,1\n0,0,2\n"
    levels = declared_levels("1,2,3")
    found = {}
    for layout, text in (
        ("wide", wide),
        ("long", long),
        ("contingency", table),
        ("counts", counts),
    ):
        grades = read_plain_grades(written(tmp_path, text), layout=layout, levels=levels)
        found[layout] = by_name(grades, se="subjects")
    for layout in ("long", "contingency", "counts"):
        for name, first in found["wide"].items():
            other = found[layout][name]
            if layout == "counts" and not other.is_estimable:
                continue
            assert other.value == pytest.approx(first.value, abs=1e-12, nan_ok=True), name
            assert other.se == pytest.approx(first.se, abs=1e-12, nan_ok=True), name
    for name in ("conger", "cohen", "light", "kendall_w", "lin_ccc", "icc_2_1"):
        assert not found["counts"][name].is_estimable, name
        assert found["counts"][name].why_not
    assert found["counts"]["icc_1_1"].is_estimable


def test_without_auditors_errors_are_of_audits_and_this_is_said(tmp_path):
    grades = read("gwet_dist4cat")
    both, audits = by_name(grades), by_name(grades, se="subjects")
    assert both["gwet_ac"].se == audits["gwet_ac"].se
    assert "which auditor" in " ".join(agreement_table(grades).warnings)


def test_a_scale_written_best_first_gives_the_same_figures(tmp_path):
    text = "A,B\n1,1\n1,2\n2,2\n4,2\n3,1\n3,3\n"
    rising, falling = (
        by_name(
            read_plain_grades(
                written(tmp_path, text), layout="wide", levels=declared_levels(levels)
            ),
            weights=weights,
        )
        for levels in ("1,2,3,4", "4,3,2,1")
        for weights in ["ratio"]
    )
    for name in ("gwet_ac", "fleiss", "icc_2_1", "lin_ccc", "specific[2]"):
        assert rising[name].value == pytest.approx(falling[name].value, abs=1e-12), name


def test_numbers_far_apart_count_as_far_apart(tmp_path):
    path = written(tmp_path, "A,B\n0,1\n1,1\n1,10\n10,10\n0,0\n")
    numbers = by_name(read_plain_grades(path, layout="wide", levels=declared_levels("0,1,10")))
    # Linear weights on 0, 1, 10: 0.9 for (0, 1), 0.1 for (1, 10).
    assert numbers["percent_agreement"].value == pytest.approx((0.9 + 1 + 0.1 + 1 + 1) / 5)


@pytest.mark.parametrize("se", get_args(StandardError))
@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("A,B\n1,1\n1,1\n1,1\n", {"fleiss", "krippendorff_alpha", "cohen"}),
        ("A,B\n1,\n,2\n3,\n", {"percent_agreement", "gwet_ac", "specific[1]", "icc_1_1"}),
        ("A,B\n1,2\n", {"kendall_w"}),
        ("A\n1\n2\n", {"gwet_ac", "cohen"}),
        ("A,B,C\n1,2,1\n2,2,3\n1,1,1\n", {"cohen", "scott", "bangdiwala_b", "maxwell_re"}),
    ],
)
def test_tables_that_say_little_give_reasons(tmp_path, text, absent, se):
    path = written(tmp_path, text)
    found = by_name(read_plain_grades(path, layout="wide", levels=declared_levels("1,2,3")), se=se)
    assert {name for name in absent if found[name].is_estimable} == set()
    assert all(found[name].why_not for name in absent)


def test_the_warnings_name_what_a_reader_should_know(tmp_path):
    text = "A,B\n" + "Good,Good\n" * 9 + "Good,RI\nGood,\n"
    table = agreement_table(read_plain_grades(written(tmp_path, text), layout="wide"))
    said = " ".join(table.warnings)
    assert "Never given: Inadequate, Outstanding" in said
    assert "95% of all grades are Good" in said
    assert "1 of 11 audits was graded once" in said
    assert table.verdict.startswith(tuple(AgreementVerdict)[:4])


def test_a_verdict_on_these_auditors_alone_says_so():
    read_by_four = read("gwet_raw4raters")
    these = agreement_table(read_by_four, se="subjects")
    said = "The verdict speaks of these auditors only, not of auditors like these."
    assert said in these.warnings
    assert said not in agreement_table(read_by_four).warnings


def test_everybody_in_the_table_leaves_no_error_of_auditors():
    grades = read("rand_50x3_complete")
    all_auditors = by_name(grades, population=Population(auditors=3))
    these = by_name(grades, se="subjects")
    assert all_auditors["gwet_ac"].se == pytest.approx(these["gwet_ac"].se, rel=1e-12)
    with pytest.raises(UsageError, match="more than 2 in all"):
        agreement_table(grades, population=Population(auditors=2))


@pytest.mark.parametrize(
    ("option", "asked"),
    [("N_60", {"population": Population(audits=60)}), ("conflev_90", {"level": 0.9})],
)
def test_finite_population_and_level_equal_irrcac(option, asked):
    peers = json.loads((FOLDER / "options_fpc_conflev.json").read_text(encoding="utf-8"))
    for weights, known in peers[option].items():
        found = by_name(
            read("gwet_raw5obser"), weights=weights, se="gwet2014", interval="plain", **asked
        )
        for name, peer in known.items():
            ours = found[NAMES[name]]
            assert ours.value == pytest.approx(peer["coeff"], abs=1e-9), name
            assert ours.se == pytest.approx(peer["se"], abs=1e-9), name
            if name != "percent_agreement":  # ours is a share and has Wilson's interval
                assert ours.low == pytest.approx(peer["ci_low"], abs=1e-6), name

"""The report and ``qaf stat agreement`` say the same of the same grades, in ten councils."""

from __future__ import annotations

import pytest

from qaf_analysis.data.plain.grades import read_plain_grades
from qaf_analysis.topics.agreement.analysis.detail import agreement_detail
from qaf_analysis.topics.agreement.analysis.drivers import agreement_drivers
from qaf_analysis.topics.agreement.analysis.headline import agreement
from qaf_analysis.topics.agreement.analysis.plain_table import agreement_table
from tests.topics.same import assert_given
from tests.topics.ten_councils import EACH, LAST, NAMES, YEAR, council, in_words, readings, write
from tests.wide import wide


def counted(audits):
    """Readings behind the report's figures: of the overall grade where there is one."""
    rows = readings(audits)
    overall = rows[rows["domain"] == "Overall"]
    return overall if len(overall) else rows


def stat(rows, folder, **options):
    """What ``qaf stat agreement`` makes of some readings written as a plain table."""
    table = rows.sample(frac=1, random_state=7).assign(grade=lambda r: in_words(r["grade"]))
    table = table.rename(columns={"rater": "auditor"})[["audit_id", "auditor", "domain", "grade"]]
    found = agreement_table(
        read_plain_grades(write(table, folder / "grades.csv"), layout="long"), **options
    )
    return found, {named.name: named.estimate for named in found.estimates}


@pytest.mark.parametrize("name", EACH)
def test_headline_and_detail_equal_the_plain_table(name, tmp_path):
    audits = council(name)
    report, detail = agreement(audits, quarter=LAST), agreement_detail(audits, quarter=LAST)
    rows = counted(audits)
    rows = rows[rows["quarter"].isin(YEAR)]
    found, by_name = stat(rows, tmp_path)
    assert found.verdict.startswith(f"{report.verdict}: {report.reason} (")
    for what, ours in (
        ("gwet_ac", report.ac2),
        ("within_one", report.within_one),
        ("krippendorff_alpha[nominal]", report.alpha_nominal),
        ("krippendorff_alpha[ordinal]", report.alpha_ordinal),
        ("krippendorff_alpha[interval]", report.alpha_interval),
        *((f"specific[{level.name}]", level.estimate) for level in detail.by_grade),
        *((measure.name, measure.estimate) for measure in detail.measures),
    ):
        assert_given(ours, by_name[what], what=(name, what))
    same_grade = stat(rows, tmp_path, weights="identity")[1]["percent_agreement"]
    assert_given(report.exact, same_grade, what=(name, "exact"))
    these = stat(rows, tmp_path, se="subjects")[1]["gwet_ac"]
    assert_given(report.ac2_for_these_auditors, these, what=(name, "these auditors"))
    assert report.identical == pytest.approx(same_grade.value, abs=1e-12, nan_ok=True)
    assert detail.double_graded == by_name["gwet_ac"].cases


@pytest.mark.parametrize(
    "name", wide(["kinder", "no overall grade", "missing quarter"], quick=["kinder"])
)
def test_years_and_drivers_equal_the_plain_table(name, tmp_path):
    audits = council(name)
    rows = counted(audits)
    for year in agreement(audits, quarter=LAST).by_year:
        inside = rows[rows["quarter"].str.startswith(year.label)]
        assert_given(year.coefficient, stat(inside, tmp_path)[1]["gwet_ac"], what=year.label)
        same_grade = stat(inside, tmp_path, weights="identity")[1]["percent_agreement"]
        assert_given(year.exact, same_grade, what=year.label)
    every, compared = readings(audits), 0
    for group in agreement_drivers(audits, quarter=LAST).groups:
        if group.kind == "domain" and group.coefficient.is_estimable:
            inside = every[every["domain"] == group.label]
            found = stat(inside, tmp_path)[1]["gwet_ac"]
            assert_given(group.coefficient, found, what=group.label)
            compared += 1
    assert compared >= 5


@pytest.mark.wide
def test_the_ten_councils_differ_in_verdict():
    verdicts = {name: agreement(council(name), quarter=LAST).verdict for name in NAMES}
    assert len(set(verdicts.values())) >= 3, verdicts


def test_domains_of_one_audit_are_not_taken_for_audits(tmp_path):
    audits = council("no overall grade")
    rows = counted(audits)
    rows = rows[rows["quarter"].isin(YEAR)]
    apart = rows.assign(audit_id=rows["audit_id"] + " " + rows["domain"], domain="all")
    whole, alone = (stat(each, tmp_path)[1]["gwet_ac"] for each in (rows, apart))
    assert whole.value == pytest.approx(alone.value, abs=1e-12)
    twice = rows.groupby(["audit_id", "domain"])["rater"].transform("nunique") >= 2
    assert whole.cases == rows[twice]["audit_id"].nunique()
    assert alone.cases == len(rows[twice].drop_duplicates(["audit_id", "domain"]))
    assert (whole.se, whole.df) != pytest.approx((alone.se, alone.df), rel=0.05)

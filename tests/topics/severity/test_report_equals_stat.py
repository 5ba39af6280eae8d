"""The report and ``qaf stat severity`` say the same of the same grades, in ten councils.

Both are then one computation on one set of arrays, so that even fits that end where their search
stops are equal to the last digits.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import isnan
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from qaf_analysis.data.plain.severity import read_plain_ratings
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.topics.common.auditor_codes import auditor_codes
from qaf_analysis.topics.severity.analysis.headline import severity
from qaf_analysis.topics.severity.analysis.models import severity_models
from qaf_analysis.topics.severity.analysis.plain_table import SeverityAsked, severity_table
from tests.topics.same import assert_same
from tests.topics.ten_councils import EACH, LAST, YEAR, council, in_words, keep, readings, write

DOMAINS = ("Overall", "Assessment and analysis", "Plan", "Risk", "Chronologies")
KINDS = ("collaborative", "case_file", "calibration")
LINKED = SeverityAsked(linked_only=True, statistics=True)
EVERY = SeverityAsked(statistics=True)


@cache
def small(name):
    """A year of a council in five domains: enough for every figure, and quick."""
    year = keep(council(name), council(name).audits["quarter"].isin(YEAR[1:]))
    return replace(year, ratings=year.ratings[year.ratings["domain"].isin(DOMAINS)])


@cache
def reported(name):
    audits = small(name)
    models = severity_models(audits, quarter=LAST)
    return models, severity(audits, quarter=LAST, models=models)


@cache
def stat(name, asked):
    """What ``qaf stat severity`` makes of the same grades, rows in any order."""
    rows = readings(small(name))
    rows = rows[rows["audit_type"].isin(KINDS) | rows["audit_type"].isna()]
    # The order in which domains first appear is the order in which they are printed.
    rows = rows.sample(frac=1, random_state=11)
    rows = rows.sort_values("domain", key=lambda d: d.map(DOMAINS.index), kind="stable")
    table = rows.assign(grade=in_words(rows["grade"])).rename(columns={"rater": "auditor"})
    table = table[["audit_id", "auditor", "domain", "quarter", "grade"]]
    with TemporaryDirectory() as folder:
        read = read_plain_ratings(write(table, Path(folder) / "grades.csv"))
    found = severity_table(read, asked)
    return {named.name: named.estimate for named in found.estimates}, found.verdict


SPREADS = {
    "practice of audits": "sd_audit",
    "halo: one auditor on one audit": "sd_halo",
    "auditors' severity": "sd_auditor",
    "practice between auditors' caseloads": "sd_caseload",
}


@pytest.mark.parametrize("name", EACH)
def test_the_headline_equals_the_plain_table_of_linked_audits(name):
    models, report = reported(name)
    if models.linked is None:
        assert models.why_not
        return
    found, verdict = stat(name, LINKED)
    assert verdict.startswith("connected" if len(report.groups) == 1 else "disconnected")
    assert found["components"].value == len(report.groups)
    assert {one.name for one in report.components} >= SPREADS.keys()
    assert report.difficulty
    for one in report.components:
        if one.name in SPREADS:
            assert_same(one.estimate, found[SPREADS[one.name]], what=(name, one.name))
    for one in report.difficulty:
        assert_same(one.estimate, found[f"difficulty[{one.name}]"], what=(name, one.name))
    for one in report.domain_fit:
        ours, theirs = one.estimate.value, found[f"domain_infit[{one.name}]"].value
        assert ours == pytest.approx(theirs, abs=1e-12, nan_ok=True)
    for step, value in enumerate(report.thresholds, start=1):
        assert found[f"threshold[{step}]"].value == pytest.approx(value, abs=1e-12)
    severities = sorted(
        e.value for n, e in found.items() if n.startswith("severity[") and not isnan(e.value)
    )
    assert severities == pytest.approx(list(report.severities), abs=1e-12)
    assert (report.identical, report.expected) == pytest.approx(
        (found["identical"].value, found["identical_expected"].value), abs=1e-12, nan_ok=True
    )
    assert report.pairs == found["identical"].cases
    ends = found["audits_at_one_end"].value, found["auditors_at_one_end"].value
    assert (report.extremes.audits, report.extremes.auditors) == ends
    apart = report.differences
    if apart is not None:
        for what in ("separation", "strata", "reliability"):
            assert getattr(apart, what) == pytest.approx(found[what].value, abs=1e-12)
        test = found["fixed_chi_square"]
        assert (apart.chi_square, apart.df, apart.p) == pytest.approx(
            (test.value, test.df, test.p), rel=1e-12
        )


@pytest.mark.parametrize("name", EACH)
def test_every_auditor_equals_the_plain_table_of_linked_audits(name):
    models, report = reported(name)
    if models.linked is None:
        assert report.auditors == ()
        return
    found, _ = stat(name, LINKED)
    names = {code: rater for rater, code in auditor_codes(models.raters).items()}
    assert report.auditors
    for person in report.auditors:
        who, habits = names[person.auditor], person.habits
        for what, ours in (
            ("severity_in_grades", person.severity),
            ("fair_grade", person.fair_grade),
            ("inconsistency", habits.inconsistency),
            ("spread_within_file", habits.spread_ratio),
            ("stretch", habits.stretch),
        ):
            assert_same(ours, found[f"{what}[{who}]"], what=(name, what))
        for what, ours in (
            ("infit", habits.infit),
            ("outfit", habits.outfit),
            ("infit_usual_low", habits.infit_limits[0]),
            ("infit_usual_high", habits.infit_limits[1]),
            ("outfit_usual_low", habits.outfit_limits[0]),
            ("outfit_usual_high", habits.outfit_limits[1]),
            ("point_measure", habits.correlation),
            ("point_measure_expected", habits.expected_correlation),
            ("identical", habits.identical),
            ("identical_expected", habits.expected_identical),
        ):
            theirs = found[f"{what}[{who}]"].value
            assert ours == pytest.approx(theirs, abs=1e-12, nan_ok=True), (name, what)


@pytest.mark.parametrize("name", ["kinder", "unconnected auditors"])
def test_who_gets_the_harder_cases_equals_the_plain_table_of_all_audits(name):
    models, report = reported(name)
    found, _ = stat(name, EVERY)
    test = found["allocation_chi_square"]
    assert (report.allocation.statistic, report.allocation.df, report.allocation.p) == (
        pytest.approx((test.value, test.df, test.p), rel=1e-12, nan_ok=True)
    )
    assert_same(report.allocation.correlation, found["caseload_correlation"], what=name)
    slope = models.slope_of(models.allocation.uneven)
    names = {code: rater for rater, code in auditor_codes(models.raters).items()}
    assert report.auditors
    for person in report.auditors:
        theirs = found[f"caseload[{names[person.auditor]}]"].value
        assert person.caseload.value == pytest.approx(slope * theirs, abs=1e-12)


def test_where_nothing_is_linked_both_say_so(tmp_path):
    rows = readings(small("few double gradings"))
    single = rows.drop_duplicates(["audit_id", "domain"])
    table = single.assign(grade=in_words(single["grade"])).rename(columns={"rater": "auditor"})
    path = write(table[["audit_id", "auditor", "domain", "grade"]], tmp_path / "grades.csv")
    with pytest.raises(UsageError, match="No audit was graded by two auditors"):
        severity_table(read_plain_ratings(path), LINKED)
    assert "at least 10" in reported("few double gradings")[0].why_not

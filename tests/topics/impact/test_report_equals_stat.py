"""The report and ``qaf stat impact`` say the same of the same audits, in ten councils."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qaf_analysis.data.plain.themed import read_plain_themed
from qaf_analysis.terms.settings import Theme
from qaf_analysis.topics.impact.analysis.checks import theme_checks
from qaf_analysis.topics.impact.analysis.plain_table import impact_table
from qaf_analysis.topics.impact.analysis.themes import themes
from tests.topics.same import assert_same
from tests.topics.ten_councils import EACH, LAST, NAMES, council, in_words, write
from tests.topics.theme_by_hand import about, wide


def one_theme(audits, outcome="mean_grade") -> Theme:
    """The first theme of a council by itself, judged by an outcome."""
    return replace(audits.settings.themes[0], outcome=outcome)


def plain(audits, theme, controls, folder):
    """A row per routine audit of the quarters that count, with every comparison domain."""
    table = wide(audits)
    order = sorted({str(q) for q in audits.audits["quarter"]})
    left_out = {str(q) for q in (*theme.selected_in, theme.audited_in)}
    table = table[~table["quarter"].isin(left_out)].sample(frac=1, random_state=3)
    written = table[["quarter", "auditor"]].assign(
        post=[int(order.index(q) > order.index(str(theme.audited_in))) for q in table["quarter"]],
        themed_grade=in_words(table[theme.domain]),
    )
    for name in controls:
        written[f"control: {name}"] = in_words(table[name])
    return write(written.rename_axis("audit_id").reset_index(), folder / "themed.csv")


def both(audits, folder, *, outcome="mean_grade", controls=None):
    """What the report finds of one theme by itself, and what the plain table comes to."""
    theme = one_theme(audits, outcome)
    alone = about(audits, theme)
    (report,) = themes(alone, quarter=LAST).themes
    (check,) = theme_checks(alone, quarter=LAST).themes
    named = (*report.design.controls, *report.too_alike)
    path = plain(alone, theme, controls or named, folder)
    return report, check, impact_table(read_plain_themed(path), outcome=outcome)


def assert_equal(report, check, found, *, what):
    named = {one.name: one.estimate for one in found.estimates}
    change = report.change
    for name, ours in (
        ("did_mean_grade", change.grade),
        ("did_good", change.good),
        ("minimum_detectable", change.detectable_grade),
        ("minimum_detectable_good", change.detectable_good),
        ("themed_mean_grade_change", change.themed_grade),
        ("control_mean_grade_change", change.control_grade),
        ("themed_good_change", change.themed_good),
        ("control_good_change", change.control_good),
        ("drift_before_by_year", change.drift.before),
        ("cliffs_delta", check.effect),
    ):
        assert_same(ours, named[name], what=(what, name))
    assert found.verdict == f"{report.full_verdict}: {report.reason}"
    assert found.verdict.startswith(check.verdict)
    for second in change.evidence.both(change.rule.outcome)[1:]:
        assert_same(second, named["second_scale"], what=(what, "second scale"))
    for name, ours in (
        ("breakdown_drift_by_year", change.drift.breakdown),
        ("fastest_untouched_drift", change.drift.fastest),
        ("breakdown_factor", change.factor),
    ):
        if change.deciding.is_estimable:
            assert named[name].value == pytest.approx(ours, nan_ok=True), (what, name)
    if not check.tested:
        return
    for ours, theirs in zip(check.lines, found.lines, strict=True):
        assert (ours.name, ours.says, ours.agrees) == (theirs.name, theirs.says, theirs.agrees)
        assert_same(ours.estimate, theirs.estimate, what=(what, ours.name))


@pytest.mark.parametrize("name", EACH)
def test_every_figure_and_the_verdict_equal_the_plain_table(name, tmp_path):
    assert_equal(*both(council(name), tmp_path), what=name)


@pytest.mark.parametrize("name", ["a rise", "a fall", "missing quarter"])
def test_they_are_equal_where_good_or_better_decides(name, tmp_path):
    report, check, found = both(council(name), tmp_path, outcome="good_or_better")
    assert_equal(report, check, found, what=name)
    assert check.outcome == "good_or_better"


@pytest.mark.wide
def test_rises_falls_and_nothing_are_among_the_verdicts(tmp_path):
    said = {name: both(council(name), tmp_path)[0].verdict for name in NAMES}
    assert (said["a rise"], said["a fall"]) == ("improved", "got worse")
    assert len(set(said.values())) >= 3, said


def test_a_domain_that_comes_half_way_is_left_out_of_both(tmp_path):
    audits = council("kinder")
    late = audits.audits.loc[audits.audits["quarter"] < "2019-20", "audit_id"]
    gone = (audits.ratings["domain"] == "Risk") & audits.ratings["audit_id"].isin(late)
    some = replace(audits, ratings=audits.ratings[~gone])
    whole = both(audits, tmp_path)[0].design.controls
    report, check, found = both(some, tmp_path, controls=whole)
    assert report.not_throughout == ("Risk",)
    assert_equal(report, check, found, what="a domain that comes")
    assert any(said.startswith("Risk is not compared with") for said in found.warnings)


def test_an_audit_without_any_grade_compared_counts_nowhere(tmp_path):
    audits = council("kinder")
    rng = np.random.default_rng(5)
    bare = rng.choice(audits.audits["audit_id"], size=15, replace=False)
    lost = audits.ratings["audit_id"].isin(bare) & (audits.ratings["domain"] != "Overall")
    lost |= (audits.ratings["domain"] == "Chronologies") & (rng.random(len(audits.ratings)) < 0.1)
    some = replace(audits, ratings=audits.ratings[~lost])
    report, check, found = both(some, tmp_path)
    assert_equal(report, check, found, what="bare audits")
    missing = report.change.without_theme
    assert missing > 0
    assert any(said.startswith(f"{missing:,} audits have no grade in") for said in found.warnings)

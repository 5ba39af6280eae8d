"""The report and ``qaf stat chart`` draw the same lines and signals, in ten councils."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from qaf_analysis.data.plain.series import read_plain_series
from qaf_analysis.terms.quarter import quarters_between
from qaf_analysis.topics.charts.analysis.drawn import ChartOptions, series_kind
from qaf_analysis.topics.charts.analysis.plain_table import chart_table
from qaf_analysis.topics.charts.analysis.themes import theme_charts
from tests.topics.ten_councils import EACH, LAST, NAMES, council, write
from tests.topics.theme_by_hand import compared, wide


def by_quarter(audits, charting) -> pd.DataFrame:
    """Quarters of one theme: audits graded, good ones, mean difference, and whether before."""
    graded = wide(audits)[["quarter", charting.about]].dropna()
    good = graded[charting.about] >= audits.settings.scale.good_from
    first = min(audits.audits["quarter"])
    names = [str(q) for q in quarters_between(type(LAST).parse(first), LAST)]
    table = pd.DataFrame(index=names)
    table["denominator"] = graded.groupby("quarter").size().reindex(names)
    table["numerator"] = good.groupby(graded["quarter"]).sum().reindex(names)
    apart = compared(audits, charting.about, charting.controls)
    table["value"] = apart.groupby("quarter")["difference"].mean().reindex(names)
    theme = next(t for t in audits.settings.themes if t.name == charting.name)
    left_out = {str(q) for q in theme.selected_in}
    before = [n < str(theme.audited_in) and n not in left_out for n in names]
    return table.assign(baseline=["yes" if b else "no" for b in before])


def stat(table, series, folder):
    """What ``qaf stat chart`` makes of the same quarters."""
    columns = ["numerator", "denominator"] if series.is_share else ["value"]
    plain = table[[*columns, "baseline"]].rename_axis("period").reset_index()
    path = write(plain, folder / "series.csv")
    options = ChartOptions(type=series.chart)
    return chart_table(read_plain_series(path, kind=series_kind(series.chart)), options)


def assert_equal(series, found, *, what):
    named = {one.name: one.estimate.value for one in found.estimates}
    for ours, theirs in zip(series.points, found.points, strict=True):
        assert str(ours.quarter) == theirs.period
        for line in ("value", "centre", "lower", "upper"):
            pair = getattr(ours, line), getattr(theirs, line)
            np.testing.assert_allclose(*pair, rtol=0, atol=1e-12, err_msg=str((what, line)))
        assert (ours.signals, ours.reading) == (theirs.signals, theirs.reading), what
    runs = series.runs
    assert named["useful_points"] == runs.useful
    assert (named["longest_run"], named["crossings"]) == (runs.longest_run, runs.crossings)
    if runs.limits is not None:
        limits = named["longest_run_limit"], named["crossings_limit"]
        assert limits == (runs.limits.longest_run, runs.limits.crossings)
        assert named["runs_signal"] == runs.is_signal
        assert named["false_signal_rate"] == pytest.approx(runs.false_signals, abs=1e-12)
    assert named["points_signalled"] == len(series.signalled)
    small = [said for said in found.warnings if "denominators are too small" in said]
    if series.is_share and series.chart != "run":
        counted = [said.startswith(f"{series.too_small:,} of") for said in small]
        assert counted == ([True] if series.too_small else [])


@pytest.mark.parametrize("name", EACH)
def test_lines_signals_and_readings_equal_the_plain_table(name, tmp_path):
    audits = council(name)
    drawn = 0
    for charting in theme_charts(audits, quarter=LAST).themes:
        table = by_quarter(audits, charting)
        for series in charting.series:
            found = stat(table, series, tmp_path)
            assert_equal(series, found, what=(name, charting.name, series.chart))
            drawn += 1
    assert drawn >= 4


@pytest.mark.wide
def test_shares_are_charted_both_with_and_without_wider_limits():
    kinds = {
        series.chart
        for name in NAMES
        for charting in theme_charts(council(name), quarter=LAST).themes
        for series in charting.series
    }
    assert {"p", "xmr", "run"} <= kinds

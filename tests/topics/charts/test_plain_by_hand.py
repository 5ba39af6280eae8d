"""``chart_table``: figures, verdict and cautions of short series worked out by hand."""

from __future__ import annotations

from itertools import groupby
from math import nan, sqrt

import numpy as np
import pytest

from qaf_analysis.data.plain.series import PlainSeries
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.topics.charts.analysis.drawn import ChartOptions, drawn_chart, series_kind
from qaf_analysis.topics.charts.analysis.plain_table import chart_table

CLOSING = (
    "A chart cannot tell a change in practice from a change in who audited or in which cases were "
    "picked."
)
HIGHER = "A picture, not a verdict (higher taken as better)."
LOWER = "A picture, not a verdict (lower taken as better)."
DATES = (
    "Parts are to begin at dates fixed before the values were seen. Choosing the date of a themed "
    "audit after outcomes are seen finds an improvement in 5 to 12 of 100 steady councils instead "
    "of at most 3."
)


def values(*numbers, baseline=None, part=None, warnings=()):
    return PlainSeries(
        periods=tuple(f"P{place}" for place in range(1, len(numbers) + 1)),
        values=np.array(numbers, dtype=float),
        numerator=None,
        denominator=None,
        baseline=None if baseline is None else np.array(baseline, dtype=bool),
        part=None if part is None else np.array(part),
        warnings=warnings,
    )


def counts(above, below, **more):
    """Counts; one denominator for all, or one of each."""
    numerator = np.array(above, dtype=float)
    denominator = np.where(np.isnan(numerator), nan, np.array(below, dtype=float))
    plain = values(*(numerator / denominator), **more)
    return PlainSeries(**{**vars(plain), "numerator": numerator, "denominator": denominator})


def figures(table):
    return {one.name: one.estimate.value for one in table.estimates}


# Eight points two apart about 5, then one far above: limits 5 - 5.32 and 5 + 5.32.
STEP = values(4, 6, 4, 6, 4, 6, 4, 6, 20)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {},
            f"{HIGHER} The last point signals improvement: it belongs to a point outside the "
            f"limits. Of 9 points, 1 signals. {CLOSING}",
        ),
        (
            {"improvement": "down"},
            f"{LOWER} The last point signals concern: it belongs to a point outside the limits. Of "
            f"9 points, 1 signals. {CLOSING}",
        ),
        (
            {"target": 12.5},
            f"{HIGHER} The last point signals improvement: it belongs to a point outside the "
            "limits. Of 9 points, 1 signals. Left as it is, the process would consistently fail "
            f"the target of 12.5. {CLOSING}",
        ),
        (
            {"target": -1},
            f"{HIGHER} The last point signals improvement: it belongs to a point outside the "
            "limits. Of 9 points, 1 signals. Left as it is, the process would consistently pass "
            f"the target of -1. {CLOSING}",
        ),
        (
            {"target": 12.5, "improvement": "down"},
            f"{LOWER} The last point signals concern: it belongs to a point outside the limits. Of "
            "9 points, 1 signals. Left as it is, the process would consistently pass the target of "
            f"12.5. {CLOSING}",
        ),
        (
            {"target": 5},
            f"{HIGHER} The last point signals improvement: it belongs to a point outside the "
            "limits. Of 9 points, 1 signals. The target of 5 lies within the limits: hit and miss. "
            f"{CLOSING}",
        ),
    ],
)
def test_single_values_are_read_by_the_last_point(options, said):
    table = chart_table(STEP, ChartOptions(type="xmr", baseline=8, **options))
    assert table.verdict == said
    assert table.warnings == (
        "The limits of the series rest on 8 points; under 12 they are trial limits.",
    )


def test_figures_of_single_values():
    """Sides - + - + - + - + +: nine useful points, a longest run of two, seven changes of side."""
    table = chart_table(STEP, ChartOptions(type="xmr", baseline=8))
    found = figures(table)
    assert list(found) == [
        "center_line", "lower_limit", "upper_limit", "points_outside", "useful_points",
        "longest_run", "crossings", "longest_run_limit", "crossings_limit", "runs_signal",
        "false_signal_rate", "points_signalled",
    ]  # fmt: skip
    assert [found[name] for name in list(found)[:7]] == pytest.approx(
        [5, 5 - 2.66 * 2, 5 + 2.66 * 2, 1, 9, 2, 7]
    )
    assert found["points_signalled"] == 1
    named = {one.name: one.estimate for one in table.estimates}
    for name in ("longest_run_limit", "crossings_limit", "runs_signal", "false_signal_rate"):
        assert named[name].why_not == "the rules need 10 useful points, and there are 9"
        assert named[name].cases == 9
    assert [named[name].cases for name in list(named)[:7]] == [8, 8, 8, 9, 9, 9, 9]
    assert named["points_signalled"].cases == 9
    assert [named[name].method for name in named] == [
        "mean",
        "2.66 mean moving ranges",
        "2.66 mean moving ranges",
        "points outside the limits",
        "points off the centre line",
        "points in a row on one side",
        "changes of side",
        "a longer run signals: round(log2 n) + 3",
        "fewer crossings signal: 5 % quantile of n - 1 tosses",
        "1 where either rule signals",
        "share of all orders of these points in time that would signal, exact",
        "points a rule finds",
    ]
    last = table.points[-1]
    assert (last.period, last.part, last.value, last.centre) == ("P9", 1, 20, 5)
    assert (last.lower, last.upper) == pytest.approx((-0.32, 10.32))
    assert (last.signals, last.reading) == (("outside",), "improvement")
    assert table.points[0].reading == "common cause"


def test_a_fall_is_read_as_one():
    low = values(4, 6, 4, 6, 4, 6, 4, 6, -10)
    up, down = (
        chart_table(low, ChartOptions(type="xmr", baseline=8, improvement=better)).points[-1]
        for better in ("up", "down")
    )
    assert (up.reading, down.reading) == ("concern", "improvement")


# One to twelve about a median of 6.5: six below, then six above.
RISING = values(*range(1, 13))


def test_a_run_chart_is_read_by_its_runs():
    """Up to round(log2 12) + 3 = 7 in a row; fewer than 3 crossings in under 5 % of tosses."""
    table = chart_table(RISING, ChartOptions(type="run", target=3))
    assert table.verdict == (
        f"{HIGHER} No rule finds the last point by itself. Of 12 points, 0 signal. The series "
        "varies in other ways than by chance by its runs: the longest is 6 (up to 7 is usual), "
        "with 1 crossing (at least 3 are usual). Whether the target of 3 would be met cannot be "
        f"read: a run chart has no limits. {CLOSING}"
    )
    assert table.warnings == ()
    found = figures(table)
    assert list(found) == [
        "center_line", "useful_points", "longest_run", "crossings", "longest_run_limit",
        "crossings_limit", "runs_signal", "false_signal_rate", "points_signalled",
    ]  # fmt: skip
    assert [*found.values()][:7] == [6.5, 12, 6, 1, 7, 3, 1]
    assert found["false_signal_rate"] == pytest.approx(_rate(6, 6, longest=7, crossings=3))
    assert table.estimates[0].estimate.method == "median"


def _rate(above, below, *, longest, crossings):
    """Share of all orders that would signal, by trying every one."""
    length, total, found = above + below, 0, 0
    for number in range(2**length):
        signs = [number >> place & 1 for place in range(length)]
        if sum(signs) == above:
            runs = [len(list(group)) for _, group in groupby(signs)]
            total += 1
            found += max(runs) > longest or len(runs) - 1 < crossings
    return found / total


def test_a_quiet_run_chart_shows_no_signal():
    """Six changes of side among + - - + + + - - + - - +, and no run of more than three."""
    quiet = values(9, 1, 2, 10, 11, 12, 3, 4, 8, 5, 6, 7)
    table = chart_table(quiet, ChartOptions(type="run"))
    assert table.verdict == (
        f"{HIGHER} The last point shows common cause variation. Of 12 points, 0 signal. The series "
        "shows no signal by its runs: the longest is 3 (up to 7 is usual), with 6 crossings (at "
        f"least 3 are usual). {CLOSING}"
    )
    assert figures(table)["runs_signal"] == 0


def test_a_long_run_is_named():
    """Sides - + 0 - and nine above, about the median of the first five; up to seven is usual."""
    long = values(1, 5, 3, 2, 4, 9, 9, 9, 9, 9, 9, 9, 9)
    table = chart_table(long, ChartOptions(type="run", baseline=5))
    assert table.verdict == (
        f"{HIGHER} The last point signals improvement: it belongs to too long a run on one side of "
        "the centre line. Of 13 points, 9 signal. The series varies in other ways than by chance "
        "by its runs: the longest is 9 (up to 7 is usual), with 3 crossings (at least 3 are "
        f"usual). {CLOSING}"
    )
    assert figures(table)["center_line"] == 3


def test_a_short_run_chart_says_nothing():
    table = chart_table(values(1, 2, 1, nan), ChartOptions(type="run"))
    assert table.verdict == (
        f"{HIGHER} No rule could find the last point, whatever its value. Of 3 points, 0 signal. "
        f"The series: run-chart rules cannot signal here. {CLOSING}"
    )
    assert table.warnings == (
        "1 of 4 rows is a missing point; it is passed over, and neither counts nor breaks a run.",
        "The series has 1 point off the centre line. Under 10 the run rules cannot signal, so "
        "their silence means nothing.",
    )
    assert table.points[3].reading == "missing"
    assert figures(table)["points_signalled"] == 0


# A quarter good, then three quarters: 5 of 20 against 15 of 20.
PARTS = counts([5, 5, 6, 4, 15, 15, 16, 14], 20)


def test_parts_have_lines_of_their_own():
    """0.25 and 0.75, each with three errors of sqrt(0.1875 / 20): cut off at 0, and at 1."""
    table = chart_table(PARTS, ChartOptions(type="p", rebase=(5,), target=0.8))
    assert table.verdict == (
        f"{HIGHER} The last point shows common cause variation. Of 8 points, 0 signal. Part 1: "
        "run-chart rules cannot signal here. Part 2: run-chart rules cannot signal here. The "
        f"target of 0.8 lies within the limits: hit and miss. {CLOSING}"
    )
    rest = "Under 10 the run rules cannot signal, so their silence means nothing."
    assert table.warnings == (
        f"Part 1 has 2 points off the centre line. {rest}",
        f"Part 2 has 2 points off the centre line. {rest}",
        "The limits of part 1 rest on 4 points; under 12 they are trial limits.",
        "The limits of part 2 rest on 4 points; under 12 they are trial limits.",
        "At 4 of 8 points even 100 % would lie within the limits, so a rise cannot show there as a "
        "point outside.",
        "At 4 of 8 points even 0 would lie within the limits, so a fall cannot show there as a "
        "point outside.",
        DATES,
    )
    found = figures(table)
    reach = 3 * sqrt(0.25 * 0.75 / 20)
    lines = ("center_line", "lower_limit", "upper_limit", "useful_points")
    assert [found[f"{name}_part_1"] for name in lines] == pytest.approx([0.25, 0, 0.25 + reach, 2])
    assert [found[f"{name}_part_2"] for name in lines] == pytest.approx([0.75, 0.75 - reach, 1, 2])
    assert [point.part for point in table.points] == [1, 1, 1, 1, 2, 2, 2, 2]
    named = {one.name: one.estimate for one in table.estimates}
    assert named["center_line_part_1"].method == "all numerators over all denominators"
    assert named["lower_limit_part_1"].method == (
        "three binomial errors from the centre line; mean over the points"
    )


def test_both_high_and_low_signals_are_cautioned():
    """Of 100 each: 50 in the mean, limits 0.35 and 0.65; 30 and 70 lie outside."""
    table = chart_table(
        counts([30, 48, 52, 49, 51, 48, 52, 49, 51, 50, 50, 70], 100), ChartOptions(type="p")
    )
    assert table.warnings == (
        "The series has signals both high and low: either it holds two levels, and points before "
        "and after the change stand out from the one line between them, or the counts vary by more "
        "than chance, which pprime and uprime allow for.",
    )
    assert figures(table)["points_outside"] == 2
    single = values(5, 6, 5, 6, 5, 6, 5, 6, 5, 6, 5, 30, -19)
    table = chart_table(single, ChartOptions(type="xmr", baseline=11))
    assert table.warnings[-1] == (
        "The series has signals both high and low: either it holds two levels, and points before "
        "and after the change stand out from the one line between them."
    )


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        ("p", "three binomial errors"),
        ("pprime", "three binomial errors times Laney's sigma z"),
        ("u", "three Poisson errors"),
        ("uprime", "three Poisson errors times Laney's sigma z"),
    ],
)
def test_each_chart_of_counts_names_its_errors(kind, method):
    """Of 16 each: 0.5 in the mean; an error of 0.125 for shares, 0.177 for rates."""
    table = chart_table(counts([4, 12, 4, 12, 4, 12], 16), ChartOptions(type=kind))
    named = {one.name: one.estimate for one in table.estimates}
    whole = f"{method} from the centre line; mean over the points"
    assert (named["lower_limit"].method, named["upper_limit"].method) == (whole, whole)
    error = sqrt(0.25 / 16) if kind[0] == "p" else sqrt(0.5 / 16)
    wide = (0.5 / error) / 1.128 if kind.endswith("prime") else 1
    most = 1.0 if kind[0] == "p" else 9.0
    assert named["upper_limit"].value == pytest.approx(min(0.5 + 3 * error * wide, most))
    assert named["center_line"].value == 0.5


def test_a_short_fixed_baseline_of_a_widened_chart_is_cautioned():
    """Baselines of six and of seven quarters; without a fixed one, or not widened, nothing."""
    false = (
        "With a fixed baseline of 4 to 6 points this kind of chart signalled falsely in 10 to 12 % "
        "of simulated series without any change."
    )
    series = counts([40, 60, 40, 60, 40, 60, 40, 60], 100)
    for kind, baseline, is_told in (
        ("pprime", 6, True), ("uprime", 6, True), ("pprime", 7, False), ("p", 6, False),
        ("pprime", 4, True), ("pprime", 8, False),
    ):  # fmt: skip
        told = chart_table(series, ChartOptions(type=kind, baseline=baseline)).warnings
        assert (false in told) == is_told
    six = counts([40, 60, 40, 60, 40, 60], 100)
    assert false not in chart_table(six, ChartOptions(type="pprime")).warnings


def test_without_limits_the_reason_is_given():
    table = chart_table(values(5, 5, 5), ChartOptions(type="xmr", target=4))
    assert table.warnings == (
        "The series has no limits: the 3 points they would rest on are too few or do not vary.",
    )
    assert table.verdict == (
        f"{HIGHER} No rule could find the last point, whatever its value. Of 3 points, 0 signal. "
        f"Whether the target of 4 would be met cannot be read: there are no limits. {CLOSING}"
    )
    named = {one.name: one.estimate for one in table.estimates}
    assert named["upper_limit"].why_not == (
        "the points it would rest on are too few or do not vary"
    )
    assert named["upper_limit"].cases == 3
    one = chart_table(values(5), ChartOptions(type="xmr"))
    assert one.warnings == (
        "The series has no limits: the 1 point they would rest on is too few or do not vary.",
    )


def test_a_part_without_a_point_is_named():
    table = chart_table(values(4, 6, 4, nan, nan, part=[0, 0, 0, 1, 1], warnings=("mind.",)),
                        ChartOptions(type="xmr"))  # fmt: skip
    assert table.warnings == (
        "mind.",
        "2 of 5 rows are missing points; they are passed over, and neither count nor break a run.",
        "The limits of part 1 rest on 3 points; under 12 they are trial limits.",
        "Part 2 has no point.",
        DATES,
    )
    nothing = chart_table(values(nan, nan), ChartOptions(type="run"))
    assert nothing.verdict == "Nothing can be shown: every point is missing."
    assert figures(nothing)["useful_points"] == 0


def test_small_denominators_are_cautioned():
    """At 0.25 fewer than 16 leave fewer than four expected; 16 are enough."""
    table = chart_table(counts([4, 4, 4, 3], [16, 16, 16, 12]), ChartOptions(type="p"))
    assert table.warnings[-1] == (
        "1 of 4 denominators are too small for a point outside the limits to count (fewer than 4 "
        "cases expected on the rarer side)."
    )
    rates = chart_table(counts([4, 4, 4, 3], [16, 16, 16, 12]), ChartOptions(type="u"))
    assert not any("denominators" in told for told in rates.warnings)


def test_trial_limits_end_at_twelve_points():
    for length, is_trial in ((11, True), (12, False)):
        table = chart_table(values(*[4, 6] * 5, *[5] * (length - 10)), ChartOptions(type="xmr"))
        assert any("trial limits" in told for told in table.warnings) == is_trial


def test_a_shift_and_a_trend_are_named_together():
    """Seven that rise, all above the mean of the first eight, 5, and within 5.32 of it."""
    rise = values(4, 6, 4, 6, 4, 6, 4, 6, 5.1, 5.2, 5.3, 5.4, 5.5, 5.6, 5.7)
    table = chart_table(rise, ChartOptions(type="xmr", baseline=8))
    assert (
        "The last point signals improvement: it belongs to seven or more points that all rise or "
        "all fall and seven or more points on one side of the centre line. Of 15 points, 8 signal."
    ) in table.verdict
    near = values(4, 6, 4, 6, 4, 6, 4, 6, 9, 9, 5.5)
    assert chart_table(near, ChartOptions(type="xmr", baseline=8)).points[8].signals == (
        "two_of_three",
    )


def test_xmr_points_can_signal_from_seven_on():
    for length, reading in ((6, "cannot tell"), (7, "common cause")):
        drawn = drawn_chart(values(*[5] * length), ChartOptions(type="xmr"))
        assert drawn.readings[-1] == reading
    parts = drawn_chart(values(*[5] * 9, part=[0] * 7 + [1] * 2), ChartOptions(type="xmr"))
    assert (parts.readings[0], parts.readings[-1]) == ("common cause", "cannot tell")


def test_run_charts_can_signal_from_ten_useful_points_on():
    for length, reading in ((9, "cannot tell"), (10, "common cause")):
        series = values(*([1, 3] * 5)[:length], baseline=[False] * length)
        drawn = drawn_chart(series, ChartOptions(type="run"))
        useful = drawn.runs[0].useful
        assert drawn.readings[-1] == (reading if useful == length else "cannot tell")


def test_screening_leaves_an_outlying_range_out():
    """Ranges of 1 and one of 20: mean 2.9, and 20 is more than 3.267 times that."""
    series = values(1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 22)
    screened, whole = (
        chart_table(series, ChartOptions(type="xmr", screened=screen, factor=2.0))
        for screen in (True, False)
    )
    centre = 37 / 11
    assert figures(screened)["upper_limit"] == pytest.approx(centre + 2 * 1)
    assert figures(whole)["upper_limit"] == pytest.approx(centre + 2 * 2.9)
    named = {one.name: one.estimate for one in whole.estimates}
    assert named["upper_limit"].method == "2 mean moving ranges"


def test_the_baseline_begins_each_part():
    drawn = drawn_chart(
        values(1, 3, 9, 9, 5, 7, 20, 20), ChartOptions(type="run", baseline=2, rebase=(5,))
    )
    assert drawn.chart.centre.tolist() == [2, 2, 2, 2, 6, 6, 6, 6]
    assert drawn.chart.baseline.tolist() == [True, True, False, False] * 2
    assert drawn.is_frozen
    marked = drawn_chart(values(1, 3, 9, baseline=[False, True, True]), ChartOptions(type="run"))
    assert marked.chart.centre.tolist() == [6, 6, 6]
    assert not drawn_chart(values(1, 3, 9), ChartOptions(type="run")).is_frozen


def test_values_without_counts_are_charted_one_by_one():
    assert chart_table(STEP, ChartOptions(type="p")).points[0].lower == pytest.approx(
        chart_table(STEP, ChartOptions(type="xmr")).points[0].lower
    )
    shares = counts([5, 6, 4, 5], 10)
    table = chart_table(shares, ChartOptions(type="xmr"))
    assert table.points[0].upper == pytest.approx(0.5 + 2.66 * (0.1 + 0.2 + 0.1) / 3)


@pytest.mark.parametrize(
    ("kind", "of"),
    [
        ("run", "values"), ("p", "shares"), ("pprime", "shares"), ("u", "rates"),
        ("uprime", "rates"), ("xmr", "values"),
    ],
)  # fmt: skip
def test_each_chart_is_of_one_kind(kind, of):
    assert series_kind(kind) == of


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"type": "pie"}, "There is no chart"),
        ({"type": "run", "improvement": "sideways"}, "up or down"),
        ({"type": "run", "baseline": 1}, "at least two rows"),
        ({"type": "xmr", "factor": 0.0}, "above 0"),
        ({"type": "xmr", "factor": nan}, "above 0"),
        ({"type": "run", "target": nan}, "finite"),
    ],
)
def test_a_wrong_option_is_refused(options, said):
    with pytest.raises(UsageError, match=said):
        ChartOptions(**options)
    assert ChartOptions(type="run", baseline=2).baseline == 2


@pytest.mark.parametrize(
    ("series", "options", "said"),
    [
        (values(1, 2, 3, part=[0, 0, 1]), {"rebase": (2,)}, "column of parts"),
        (values(1, 2, 3), {"rebase": (1,)}, "from 2 to 3"),
        (values(1, 2, 3), {"rebase": (4,)}, "from 2 to 3"),
        (values(1, 2, 3), {"rebase": (3, 2)}, "from 2 to 3"),
        (values(1, 2, 3), {"rebase": (2, 2)}, "from 2 to 3"),
        (values(1, 2, 3), {"baseline": 4}, "4 rows, of 3 in all"),
        (values(1, 2, 3, baseline=[True, True, False]), {"baseline": 2}, "marks the baseline"),
    ],
)
def test_options_that_do_not_fit_the_series_are_refused(series, options, said):
    with pytest.raises(UsageError, match=said):
        drawn_chart(series, ChartOptions(type="run", **options))


def test_options_at_their_ends_are_taken():
    assert drawn_chart(values(1, 2, 3), ChartOptions(type="run", baseline=3)).is_frozen is False
    drawn = drawn_chart(values(1, 2, 3), ChartOptions(type="run", rebase=(2, 3)))
    assert drawn.chart.part.tolist() == [0, 1, 2]

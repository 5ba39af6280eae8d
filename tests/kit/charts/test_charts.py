"""Every chart: what is drawn is what was given, words never collide, nothing is left unsaid."""

import itertools
import math
import re
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from qaf_analysis.kit.charts.funnel import FunnelBounds, FunnelDot, gap_funnel
from qaf_analysis.kit.charts.mark import Mark, fitted_lines, spread_apart, text_width
from qaf_analysis.kit.charts.pairs import Pairs, pair_bars
from qaf_analysis.kit.charts.rows import Axis, Row, interval_rows
from qaf_analysis.kit.charts.time import Change
from qaf_analysis.kit.numbers import of_hundred, percent
from qaf_analysis.kit.palette import grade_colours
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.terms.verdicts import ThemeVerdict
from qaf_analysis.topics.agreement.pictures import (
    agreement_over_time,
    auditor_grid,
    coefficient_scale,
    pair_squares,
)
from qaf_analysis.topics.impact.lines import Line, theme_lines
from qaf_analysis.topics.impact.pictures import theme_forest
from qaf_analysis.topics.optimism.pictures import (
    gap_over_rounds,
    moderation_grid,
)
from qaf_analysis.topics.process.pictures import spread_before_after
from qaf_analysis.topics.programme.pictures import AdjustedBar, audits_completed, grade_bars
from qaf_analysis.topics.trend.pictures import Levels, levels_by_period

LEVELS = ("Inadequate", "Requires improvement", "Good", "Outstanding")
QUARTERS = tuple(f"{y}-{y - 1999} Q{q}" for y in (2017, 2018, 2019) for q in (1, 2, 3, 4))
COUNTS = [[6 - k // 3, 20 - k // 2, 19 + k // 2, 3 + k // 4] for k in range(12)]
CHANGES = (
    Change(label="Co-location; training", before="2018-19 Q3"),
    Change(label="Auditor pool cut to 29", before="2018-19 Q4"),
    Change(label="New audit tool with a long name", before="2019-20 Q4"),
)
BANDS = ((0.2, "poor"), (0.4, "fair"), (0.6, "moderate"), (0.8, "good"), (1, "very good"))
NAN = math.nan
LONG = "Children’s experience of return home interviews and strategy meetings"


def mark(label, value, half=0.2, **more):
    return Mark(label=label, value=value, low=value - half, high=value + half, **more)


ADJUSTED = AdjustedBar(
    period="the year to March 2020",
    graded=(0.05, 0.35, 0.45, 0.15),
    audits=200,
    shares=(0.12, 0.42, 0.40, 0.06),
    good=mark("good or better", 0.46, 0.09, cases=48),
)
ROUNDS = [mark(label, 0.5 - k / 10, cases=20 + k) for k, label in enumerate(
    ("Nov 2017", "May 2018", "Nov 2018", "May 2019", "Nov 2019"))]  # fmt: skip
BY_QUARTER = [mark(q, 0.4 if k % 2 else NAN, cases=20) for k, q in enumerate(QUARTERS)]
THEMES = [
    mark("Chronologies", 0.31, note=ThemeVerdict.IMPROVED),
    mark("Core groups", -0.42, note=ThemeVerdict.NO_EVIDENCE, is_quiet=True),
    mark(LONG, 0.02, note=ThemeVerdict.NO_EVIDENCE, is_quiet=True),
    Mark(label="Private fostering", value=NAN, note="too few audits of this theme to say anything"),
]
PAIRS = ((3, 4, 0, 0), (4, 20, 18, 0), (0, 18, 30, 6), (0, 0, 6, 2))
MODERATED = ((3, 1, 0, 0), (2, 20, 2, 0), (0, 14, 13, 1), (0, 1, 4, 2))
TOGETHER = (mark("this year", 0.3, cases=48), mark("all rounds", 0.2, 0.05, cases=143))
KINDS = (
    Pairs(name="Two auditors", cases=52, shares=(0.637, 0.36, 0.003)),
    Pairs(name="Auditor and moderator", cases=1143, shares=(0.02, 0.37, 0.61)),
)
YEARS = tuple(
    Levels(name=name, marks=tuple(
        mark(f"the year to March {year}", value + 0.1 * k, 0.08)
        for k, year in enumerate((2018, 2019, 2020))
    ))
    for name, value in (("As audited", 0.5), ("By moderators", 0.4))
)  # fmt: skip
AXIS = Axis(
    middle="same as moderators", left="auditors harsher", right="auditors kinder", unit="grades"
)
DOTS = tuple(FunnelDot(cases=cases, gap=0.1 * cases - 0.4) for cases in range(1, 9))
BOUNDS = FunnelBounds(centre=0.1, spread=0.7, df=60)
MEANS = (1.2, 1.3, 1.2, 1.25, NAN, 1.4, 1.6, 1.7, 1.7, NAN, 1.8, 1.75)


def bars(**more):
    given_ = {"title": "t", "counts": COUNTS, **more}
    levels, good_from = given_.pop("levels", LEVELS), given_.pop("good_from", 2)
    scale = ScaleWords.of(tuple(levels), good_from)
    return grade_bars(given_.pop("periods", QUARTERS), scale=scale, **given_)


def lines(**more):
    given_ = {
        "themed": Line(name="Chronologies", means=MEANS),
        "controls": Line(name="Untouched domains", means=tuple(m - 0.01 for m in MEANS)),
        **more,
    }
    return theme_lines(QUARTERS, title="t", levels=LEVELS, **given_)


CHARTS = {
    "bars": lambda: bars(adjusted=ADJUSTED, changes=CHANGES),
    "bars with a gap": lambda: bars(counts=[*COUNTS[:11], [0, 0, 0, 0]], changes=CHANGES),
    "bars with a gap and adjusted": lambda: bars(
        counts=[*COUNTS[:11], [0, 0, 0, 0]], adjusted=ADJUSTED
    ),
    "bars of one period": lambda: bars(periods=["2019-20"], counts=COUNTS[:1], adjusted=ADJUSTED),
    "bars of twenty quarters": lambda: bars(
        periods=[f"{y}-{y - 1999} Q{q}" for y in range(2015, 2020) for q in (1, 2, 3, 4)],
        counts=[[150, 600, 500, 200]] * 20, adjusted=ADJUSTED,
    ),
    "bars of eleven levels": lambda: bars(
        levels=[str(k) for k in range(11)], good_from=6, counts=[[5] * 11] * 12
    ),
    "bars of two levels": lambda: bars(levels=("No", "Yes"), good_from=1, counts=[[9, 1]] * 12),
    "completed": lambda: audits_completed(
        QUARTERS, title="t", kinds=("Collaborative", LONG), counts=([1450] * 12, [0, 2] * 6)
    ),
    "squares": lambda: pair_squares(title="t", identical=51, one_apart=29, further=4),
    "squares, all far": lambda: pair_squares(title="t", identical=0, one_apart=0, further=3),
    "auditors": lambda: auditor_grid(LEVELS, title="t", pairs=PAIRS),
    "moderators": lambda: moderation_grid(LEVELS, title="t", counts=MODERATED),
    "moderators on eleven levels": lambda: moderation_grid(
        [str(k) for k in range(11)], title="t", counts=[[12] * 11] * 11
    ),
    "coefficient card": lambda: coefficient_scale(
        mark("AC2", 0.98, 0.02), title="t", bands=BANDS, size="card"
    ),
    "coefficient full": lambda: coefficient_scale(mark("alpha", -0.3), title="t", bands=BANDS),
    "gap card": lambda: gap_over_rounds(
        ROUNDS, title="t", tolerance=0.25, size="card",
        changes=(Change(label="co-location; training", before="May 2019"),),
    ),
    "gap full": lambda: gap_over_rounds(ROUNDS, title="t", tolerance=0.25),
    "gap card by quarter": lambda: gap_over_rounds(
        BY_QUARTER, title="t", tolerance=0.25, size="card", changes=CHANGES
    ),
    "gap full by quarter": lambda: gap_over_rounds(
        BY_QUARTER, title="t", tolerance=0.25, changes=CHANGES
    ),
    "gap with rounds together": lambda: gap_over_rounds(
        BY_QUARTER, title="t", tolerance=0.25, changes=CHANGES, together=TOGETHER,
        later=("after 2019-20 Q3", "2019-20 Q4"),
    ),
    "pairs": lambda: pair_bars(KINDS, title="t"),
    "levels": lambda: levels_by_period(*YEARS, title="t", measure="Share", number=percent),
    "rows": lambda: interval_rows(
        [Row(mark=each, is_bold=place == 0) for place, each in enumerate(THEMES)], title="t",
        axis=AXIS, about="Gap.",
    ),
    "funnel": lambda: gap_funnel(DOTS, title="t", bounds=BOUNDS),
    "gap of one round": lambda: gap_over_rounds(ROUNDS[:1], title="t", tolerance=0, size="card"),
    "gap unknown": lambda: gap_over_rounds([mark("Nov 2017", NAN)], title="t", tolerance=0.25),
    "forest card": lambda: theme_forest(
        THEMES, title="t", detectable=[0.18, 0.2, 0.2, NAN], size="card"
    ),
    "forest full": lambda: theme_forest(THEMES, title="t", detectable=[0.18, 0.2, 0.2, NAN]),
    "lines": lambda: lines(marked=CHANGES),
    "spread card": lambda: spread_before_after(
        mark("before", 0.42), mark("after", 0.27), title="t", size="card"
    ),
    "spread full": lambda: spread_before_after(
        mark("Before co-location and training", 0.42), mark("After", NAN), title="t"
    ),
}  # fmt: skip


ON_TELEPHONES = {
    "bars": lambda: bars(adjusted=ADJUSTED, changes=CHANGES, size="narrow"),
    "bars of one period": lambda: bars(
        periods=["2019-20"], counts=COUNTS[:1], adjusted=ADJUSTED, size="narrow"
    ),
    "bars of eleven levels": lambda: bars(
        levels=[str(k) for k in range(11)], good_from=6, counts=[[5] * 11] * 12, size="narrow"
    ),
    "completed": lambda: audits_completed(
        QUARTERS, title="t", kinds=("Collaborative", LONG), counts=([145] * 12, [0, 2] * 6),
        size="narrow",
    ),
    "squares": lambda: pair_squares(
        title="t", identical=51, one_apart=29, further=0.004, size="narrow"
    ),
    "auditors": lambda: auditor_grid(LEVELS, title="t", pairs=PAIRS, size="narrow"),
    "moderators": lambda: moderation_grid(LEVELS, title="t", counts=MODERATED, size="narrow"),
    "coefficient": lambda: coefficient_scale(
        mark("AC2", 0.98, 0.02), title="t", bands=BANDS, size="narrow"
    ),
    "gap": lambda: gap_over_rounds(
        ROUNDS, title="t", tolerance=0.25, size="narrow", together=TOGETHER,
        changes=(Change(label="co-location; training", before="May 2019"),),
        later=("after the report", "Nov 2019"),
    ),
    "gap by quarter": lambda: gap_over_rounds(
        BY_QUARTER, title="t", tolerance=0.25, size="narrow", changes=CHANGES
    ),
    "spread": lambda: spread_before_after(
        mark("Before co-location and training", 0.42), mark("After", NAN), title="t",
        size="narrow",
    ),
    "pairs": lambda: pair_bars(KINDS, title="t", size="narrow"),
    "agreement over time": lambda: agreement_over_time(
        [mark(quarter, 0.5, cases=16) for quarter in QUARTERS], title="t",
        whole_period=mark("all", 0.6, 0.1, note="(band: its interval)"), changes=CHANGES,
        size="narrow",
    ),
    "levels": lambda: levels_by_period(
        *YEARS, title="t", measure="Share", number=percent, size="narrow"
    ),
    "rows": lambda: interval_rows(
        [Row(mark=each, is_bold=place == 0) for place, each in enumerate(THEMES)], title="t",
        axis=AXIS, about="Gap.", size="narrow",
    ),
    "funnel": lambda: gap_funnel(DOTS, title="t", bounds=BOUNDS, size="narrow"),
}  # fmt: skip
ON_TELEPHONES = {f"{name} narrow": draw for name, draw in ON_TELEPHONES.items()}
CHARTS |= ON_TELEPHONES


@cache
def chart(name):
    return CHARTS[name]()


def texts(picture):
    """Words of a picture with the box each takes up: left, top, right, bottom."""
    for node in etree.fromstring(picture.svg).iter("{*}text"):
        style = dict(part.split(": ") for part in node.get("style").split("; "))
        size = float(style["font-size"].removesuffix("px"))
        width = text_width(node.text, size=size, bold=style.get("font-weight") == "700")
        share = {"middle": 0.5, "end": 1.0}.get(style.get("text-anchor"), 0.0)
        left, base = float(node.get("x")) - share * width, float(node.get("y"))
        yield node.text, (left, base - 0.76 * size, left + width, base + 0.22 * size)


def paths(picture, colour):
    """Boxes (left, top, right, bottom) of the shapes filled with a colour."""
    for node in etree.fromstring(picture.svg).iter("{*}path"):
        if f"fill: {colour}" not in node.get("style", ""):
            continue
        numbers = [float(n) for n in re.findall(r"-?[\d.]+", node.get("d"))]
        move = [float(n) for n in re.findall(r"-?[\d.]+", node.get("transform", ""))] or [0, 0]
        across = [x + move[0] for x in numbers[::2]]
        down = [y + move[1] for y in numbers[1::2]]
        yield min(across), min(down), max(across), max(down)


@pytest.mark.parametrize("name", CHARTS)
def test_words_neither_collide_nor_leave_the_picture(name):
    picture = chart(name)
    width, height = map(float, re.search(r'viewBox="0 0 (\d+) (\d+)"', picture.svg).groups())
    boxes = list(texts(picture))
    assert boxes
    for words, (left, top, right, bottom) in boxes:
        assert left >= -0.5, words
        assert right <= width + 0.5, words
        assert top >= -0.5, words
        assert bottom <= height + 0.5, words
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert apart, f"{one!r} lies on {other!r}"


@pytest.mark.parametrize("name", CHARTS)
def test_no_words_are_smaller_than_print_can_bear(name):
    """11 units on 642 are 8.25 points on the 170 mm of a page, and 11 pixels on a telephone."""
    picture = chart(name)
    sizes = {float(size) for size in re.findall(r"font-size: ([\d.]+)px", picture.svg)}
    assert min(sizes) >= 11
    assert picture.width == 342 if name.endswith("narrow") else picture.width <= 642


@pytest.mark.parametrize("name", CHARTS)
def test_alternative_text_holds_numbers_and_never_nan(name):
    picture = chart(name)
    assert "nan" not in (picture.alt + " ".join(words for words, _ in texts(picture))).lower()
    assert re.search(r"\d", picture.alt) or "cannot be estimated" in picture.alt


def test_bars_are_as_tall_as_their_shares_and_stacked_from_the_worst():
    picture = bars()
    stacks = [
        sorted(paths(picture, colour.fill)) for colour in grade_colours(4)
    ]  # by level, then by quarter from left to right
    assert [len(stack) for stack in stacks] == [12] * 4
    for quarter, row in enumerate(COUNTS):
        boxes = [stack[quarter] for stack in stacks]
        heights = [bottom - top for _, top, _, bottom in boxes]
        assert heights == pytest.approx([190 * n / sum(row) for n in row], abs=0.03)
        for lower, upper in itertools.pairwise(boxes):
            assert upper[3] == pytest.approx(lower[1], abs=0.03)


def test_a_quarter_without_audits_is_a_gap_and_named():
    picture = bars(counts=[*COUNTS[:5], [0, 0, 0, 0], *COUNTS[6:]])
    assert len(list(paths(picture, grade_colours(4)[0].fill))) == 11
    assert "n 0" in [words for words, _ in texts(picture)]
    assert "No audits in 2018-19 Q2." in picture.alt


def test_percentages_n_and_adjusted_share_are_written():
    words = [words for words, _ in texts(bars(adjusted=ADJUSTED))]
    with_moderators = 1
    assert words.count("n 48") == sum(sum(row) == 48 for row in COUNTS) + with_moderators
    assert {"46%", "graded", "n 200", "moderators", "the year to March 2020"} <= set(words)
    assert [w for w in words if w in ("Q1", "Q2", "Q3", "Q4")] == ["Q1", "Q2", "Q3", "Q4"] * 3
    assert [w for w in words if re.fullmatch(r"20\d\d-\d\d", w)] == [
        "2017-18",
        "2018-19",
        "2019-20",
    ]


def test_bars_say_shares_changes_and_adjustment_in_words():
    alt = bars(adjusted=ADJUSTED, changes=CHANGES[:1]).alt
    assert "2017-18 Q1 46% of 48" in alt
    assert "Had moderators graded the year to March 2020: 46% (37 to 55%)." in alt
    assert "Before 2018-19 Q3: Co-location; training." in alt


def test_dots_of_the_forest_lie_to_scale_and_quiet_ones_are_hollow():
    picture = theme_forest(
        [mark("a", 0.0), mark("b", 0.1), mark("c", 0.4), mark("d", -0.1, is_quiet=True)],
        title="t", detectable=[0.2] * 4,
    )  # fmt: skip
    full = [(left + right) / 2 for left, _, right, _ in paths(picture, "var(--accent")]
    (hollow,) = ((left + right) / 2 for left, _, right, _ in paths(picture, "var(--page"))
    assert full[2] - full[0] == pytest.approx(4 * (full[1] - full[0]), abs=0.05)
    assert full[0] - hollow == pytest.approx(full[1] - full[0], abs=0.05)


def test_light_bars_of_the_forest_are_as_wide_as_the_detectable_change():
    picture = theme_forest([mark("a", 0.0), mark("b", 0.1)], title="t", detectable=[0.2, 0.1])
    widths = sorted(right - left for left, _, right, _ in paths(picture, "var(--band"))
    assert widths[1] == pytest.approx(2 * widths[0], abs=0.05)


def test_missing_quarters_are_gaps_in_the_lines():
    picture = lines()
    drawn = [
        node.get("d")
        for node in etree.fromstring(picture.svg).iter("{*}path")
        if "var(--accent" in node.get("style") and "fill: none" in node.get("style")
    ]
    assert [path.count("M") for path in drawn] == [3]
    assert len(list(paths(picture, "var(--accent"))) == 10


def test_squares_are_a_hundred_and_marked_without_colour():
    picture = pair_squares(title="t", identical=51, one_apart=29, further=4)
    legend = 1
    assert len(list(paths(picture, "var(--accent"))) == 61 + legend
    assert len(list(paths(picture, "var(--pale"))) == 34 + legend
    assert len(list(paths(picture, "var(--comparison"))) == 5 + legend
    assert picture.svg.count("stroke: var(--page") == 5 + legend  # struck through
    assert "61 were identical" in picture.alt


def test_moderation_grid_counts_its_triangles():
    words = [words for words, _ in texts(moderation_grid(LEVELS, title="t", counts=MODERATED))]
    at = words.index("auditor kinder")
    assert words[at + 1] == "21 of 63 (33%)"
    assert words[words.index("auditor harsher") + 1] == "4 of 63 (6%)"
    assert words[words.index("same grade") + 1] == "38 of 63 (60%)"


def test_kinder_lies_below_the_diagonal():
    """Auditor good, moderator requires improvement: third row, second column."""
    boxes = dict(texts(moderation_grid(LEVELS, title="t", counts=MODERATED)))
    row = next(box for words, box in texts(moderation_grid(LEVELS, title="t", counts=MODERATED))
               if words == "Good" and box[2] < boxes["14"][0])  # fmt: skip
    assert boxes["14"][1] == pytest.approx(row[1], abs=2)
    assert (
        "Apart most often: Good moderated to Requires improvement 14."
        in moderation_grid(LEVELS, title="t", counts=MODERATED).alt
    )


def test_auditor_grid_shows_each_pair_once():
    picture = auditor_grid(LEVELS, title="t", pairs=PAIRS)
    words = [words for words, _ in texts(picture)]
    assert words.count("18") == 1
    assert words[words.index("same grade") + 1] == "55 of 83 (66%)"


def test_gap_chart_says_the_intervals_with_a_true_minus():
    alt = gap_over_rounds([mark("Nov 2017", -0.31, cases=20)], title="t", tolerance=0.25).alt
    assert "Nov 2017: −0.3 (−0.5 to −0.1), 20 cases." in alt


@pytest.mark.parametrize(
    "make",
    [
        lambda: bars(counts=COUNTS[:3]),
        lambda: bars(counts=[[1, 2, 3]] * 12),
        lambda: bars(counts=[[1, 2, 3, -1]] * 12),
        lambda: bars(periods=["2019-20 Q1"] * 12),
        lambda: bars(changes=(Change(label="x", before="1999-00 Q1"),)),
        lambda: bars(periods=[], counts=[]),
        lambda: pair_squares(title="t", identical=0, one_apart=0, further=0),
        lambda: auditor_grid(LEVELS, title="t", pairs=MODERATED),
        lambda: moderation_grid(LEVELS[:3], title="t", counts=MODERATED),
        lambda: coefficient_scale(mark("a", 0.5), title="t", bands=((0.5, "a"), (0.9, "b"))),
        lambda: gap_over_rounds([], title="t", tolerance=0.25),
        lambda: gap_over_rounds(ROUNDS, title="t", tolerance=-1),
        lambda: theme_forest(THEMES, title="t", detectable=[0.1]),
        lambda: lines(themed=Line(name="x", means=(1.0,))),
    ],
)
def test_numbers_that_do_not_fit_are_refused(make):
    with pytest.raises(ShapeError):
        make()


def test_a_mark_of_an_estimate_keeps_its_reason():
    made = Mark.of("a", Estimate.not_estimable("no audit was graded twice", method="AC2"))
    assert (made.has_value, made.has_interval, made.note) == (
        False, False, "no audit was graded twice",
    )  # fmt: skip


@given(st.lists(st.integers(0, 500), min_size=3, max_size=3).filter(any))
def test_a_hundred_squares_follow_the_counts(counts):
    squares = of_hundred(counts)
    assert sum(squares) == 100
    exact = [100 * count / sum(counts) for count in counts]
    assert all(abs(square - share) < 1 for square, share in zip(squares, exact, strict=True))


@given(st.lists(st.floats(0, 300), min_size=1, max_size=11), st.floats(1, 40))
def test_places_are_spread_apart_in_order(places, gap):
    spread = spread_apart(sorted(places), gap=gap)
    assert all(b - a >= gap - 1e-6 for a, b in itertools.pairwise(spread))
    assert sum(spread) == pytest.approx(sum(places), abs=1e-6 * (1 + sum(places)))


def test_long_words_are_cut_with_an_ellipsis():
    cut = fitted_lines(LONG, width=120, most=2)
    assert len(cut) == 2
    assert cut[-1].endswith("…")
    assert all(text_width(line) <= 120 for line in cut)
    assert fitted_lines("Short", width=120) == ["Short"]

"""Run and control charts: dots and lines lie where the numbers are; signals have their shape."""

import itertools
import math
import re
from functools import cache

import numpy as np
import pytest
from lxml import etree

from qaf_analysis.kit.charts.control import REBASED, control_picture, lanes, stretches
from qaf_analysis.kit.charts.control_marks import Panel, PanelPoint
from qaf_analysis.kit.charts.icons import READING_WORDS, Icon, icon_rows
from qaf_analysis.kit.charts.mark import text_width
from qaf_analysis.kit.charts.time import Change
from qaf_analysis.kit.numbers import fine_gap, percent
from qaf_analysis.stats.charts.limits import p_chart, run_chart, u_chart, xmr_chart
from qaf_analysis.stats.charts.signals import assurance
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.verdicts import Assurance, Variation

NAN = math.nan
QUARTERS = tuple(f"{y}-{y - 1999} Q{q}" for y in range(2015, 2021) for q in (1, 2, 3, 4))
LONG = "Children’s experience of return home interviews and strategy meetings in the whole county"
CHANGES = (
    Change(label="Auditor pool cut from 45 to 29", before=QUARTERS[4]),
    Change(label="Themed audit", before=QUARTERS[5]),
    Change(label="Auditor training; Co-located audit days", before=QUARTERS[6]),
)
GOOD = np.array([20, 24, 22, NAN, 26, 23, 40, 41, 39, NAN, 12, 44])
OF = np.array([50, 61, 40, NAN, 55, 48, 50, 60, 50, NAN, 30, 50])
DIFFERENCE = np.array([-0.1, 0.05, -0.2, 0.0, -0.1, NAN, 0.4, 0.5, -0.9, 0.3, 0.2, 0.35])
BASELINE = np.arange(12) < 5


def panel_of(chart, *, signals=None, direction=None, number=percent, **more):
    """A panel of a computed chart, as the page of themes makes it."""
    length = len(chart.values)
    signals = signals or {}
    direction = chart.outside if direction is None else direction
    points = tuple(
        PanelPoint(
            period=QUARTERS[row],
            value=float(chart.values[row]),
            centre=float(chart.centre[row]),
            lower=float(chart.lower[row]),
            upper=float(chart.upper[row]),
            part=int(chart.part[row]) + 1,
            bears=bool(chart.baseline[row]),
            is_left_out=row == 5,
            direction=int(direction[row]),
            signals=signals.get(row, ("outside the limits",) if chart.outside[row] else ()),
            note=f"{row} audits",
        )
        for row in range(length)
    )
    given = {
        "measure": "Share graded good or better (p chart)",
        "centre_name": "share before",
        **more,
    }
    return Panel(points=points, number=number, **given)


def shares(**more):
    return panel_of(p_chart(GOOD, OF, baseline=BASELINE), low=0.0, high=1.0, **more)


def difference(**more):
    return panel_of(
        xmr_chart(DIFFERENCE, baseline=BASELINE),
        number=fine_gap,
        reference=(0.0, "0: no difference"),
        **more,
    )


def crowded():
    """Every rule on one stretch or another, high and low, at both ends."""
    rules = ("outside the limits", "two of three near a limit", "seven or more rising or falling")
    chart = xmr_chart(DIFFERENCE, baseline=BASELINE)
    signals = {row: rules[: 1 + row % 3] for row in (0, 1, 6, 7, 8, 9, 10, 11)}
    direction = np.where(np.arange(12) % 4 < 2, 1, -1)
    return panel_of(chart, signals=signals, direction=direction, number=fine_gap)


CHARTS = {
    "p": lambda: control_picture([shares()], title="t", changes=CHANGES),
    "p of counts far apart": lambda: control_picture(
        [panel_of(p_chart([4, 30, 300, 2], [9, 70, 800, 5]), low=0.0, high=1.0)], title="t"
    ),
    "p′": lambda: control_picture(
        [panel_of(p_chart(GOOD, OF, baseline=BASELINE, prime=True), low=0.0, high=1.0)], title="t"
    ),
    "u": lambda: control_picture(
        [panel_of(u_chart([3, 9, 5, 30], [1, 2, 1.5, 2]), number=lambda rate: f"{rate:.1f}")],
        title="t",
    ),
    "XmR": lambda: control_picture([difference()], title="t", changes=CHANGES),
    "run": lambda: control_picture(
        [panel_of(run_chart(DIFFERENCE, baseline=BASELINE), number=fine_gap)], title="t"
    ),
    "rebased": lambda: control_picture(
        [panel_of(xmr_chart(DIFFERENCE, part=np.repeat([0, 1], 6)), number=fine_gap)],
        title="t", changes=CHANGES,
    ),
    "two panels": lambda: control_picture(
        [shares(notes=("Run-chart rules cannot signal here: 8 useful points, and they need 10.",)),
         crowded()],
        title="t", changes=CHANGES,
    ),
    "crowded": lambda: control_picture([crowded()], title="t", changes=CHANGES),
    "long words": lambda: control_picture(
        [difference(measure=LONG, centre_name=LONG, notes=(LONG * 3, LONG))], title="t",
        changes=[Change(label=LONG, before=QUARTERS[k]) for k in (0, 5, 11)],
    ),
    "one quarter": lambda: control_picture([panel_of(p_chart([3], [9]))], title="t"),
    "nothing": lambda: control_picture([panel_of(run_chart([NAN] * 4))], title="t"),
    "twenty-four quarters": lambda: control_picture(
        [panel_of(xmr_chart(np.sin(np.arange(24.0))), number=fine_gap)], title="t", changes=CHANGES
    ),
    "icons": lambda: icon_rows(
        [Icon(name=f"{LONG} {k}", reading=each) for k, each in enumerate(READING_WORDS)], title="t"
    ),
}  # fmt: skip


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


def shapes(picture, *, turns):
    """Middles of the filled marks drawn with so many corners: 3 triangles, curves are dots."""
    for node in etree.fromstring(picture.svg).iter("{*}path"):
        if "transform" not in node.attrib:
            continue
        d = node.get("d")
        is_dot = "C" in d
        if (turns == "dot") != is_dot:
            continue
        move = [float(n) for n in re.findall(r"-?[\d.]+", node.get("transform"))]
        yield move[0], move[1], d, node.get("style")


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
def test_alternative_text_never_says_nan(name):
    picture = chart(name)
    said = picture.alt + " ".join(words for words, _ in texts(picture))
    assert not re.search(r"\bnan\b|\binf\b", said, re.IGNORECASE)


def dots(picture):
    """Places of the dots in the panel, without the key's."""
    foot = max(box[3] for words, box in texts(picture) if re.fullmatch("Q[1-4]", words))
    return [(x, y, style) for x, y, _, style in shapes(picture, turns="dot") if y < foot]


def test_dots_lie_to_scale_at_their_quarters():
    values = [0.1, 0.2, 0.4, NAN, 0.8]
    picture = control_picture([panel_of(run_chart(values), low=0.0, high=1.0)], title="t")
    drawn = dots(picture)
    assert len(drawn) == 4
    across, down = [x for x, _, _ in drawn], [y for _, y, _ in drawn]
    slot = across[1] - across[0]
    assert across[3] - across[2] == pytest.approx(2 * slot, abs=0.05)  # the gap keeps its place
    unit = down[0] - down[1]
    assert down[1] - down[2] == pytest.approx(2 * unit, abs=0.05)
    assert down[2] - down[3] == pytest.approx(4 * unit, abs=0.05)


def test_a_missing_quarter_breaks_the_line():
    picture = chart("p")
    joined = [
        node.get("d") for node in etree.fromstring(picture.svg).iter("{*}path")
        if "stroke-width" not in node.get("style", "") and "var(--accent" in node.get("style", "")
        and "fill: none" in node.get("style", "")
    ]  # fmt: skip
    assert [path.count("L") for path in joined] == [2, 4, 1]


def steps(picture, ink, *, dashed):
    """Levels (pixels) of the stepped lines of an ink, by quarter, from left to right."""
    levels = []
    for node in etree.fromstring(picture.svg).iter("{*}path"):
        style = node.get("style", "")
        if f"stroke: var(--{ink}" not in style or "fill: none" not in style:
            continue
        if ("stroke-dasharray" in style) != dashed or "transform" in node.attrib:
            continue
        numbers = [float(n) for n in re.findall(r"-?[\d.]+", node.get("d"))]
        levels.append(list(zip(numbers[::2], numbers[1::2], strict=True)))
    return levels


def test_limits_are_steps_as_wide_as_their_quarters_and_follow_the_denominators():
    control = p_chart([4, 30, 300, 2], [9, 70, 800, 5])
    picture = chart("p of counts far apart")
    lower, upper = steps(picture, "quiet", dashed=False)[:2]
    assert len(upper) == 8
    (places,) = [[x for x, _, _ in dots(picture)]]
    assert [b[0] - a[0] for a, b in zip(upper[::2], upper[1::2], strict=True)] == pytest.approx(
        [places[1] - places[0]] * 4, abs=0.05
    )
    band = [a[1] - b[1] for a, b in zip(lower[::2], upper[::2], strict=True)]
    wanted = control.upper - control.lower
    assert np.array(band) / band[0] == pytest.approx(wanted / wanted[0], abs=0.01)


def test_limits_are_level_or_upright_and_stop_at_a_missing_quarter():
    drawn = [
        node.get("d") for node in etree.fromstring(chart("p").svg).iter("{*}path")
        if "stroke: var(--quiet" in node.get("style", "") and "L" in node.get("d")
    ]  # fmt: skip
    for path in drawn:
        for piece in path.split("M")[1:]:
            ends = [tuple(map(float, end.split())) for end in piece.split("L")]
            for (x, y), (next_x, next_y) in itertools.pairwise(ends):
                assert x == next_x or y == next_y
    # Quarters 4 and 10 are missing: one gap before the lines are carried forward, one after.
    assert sorted(path.count("M") for path in drawn if path.count("L") > 1) == [2, 2, 2, 2]


def test_the_value_of_a_line_is_never_cut_off():
    words = [words for words, _ in texts(chart("long words"))]
    assert any("…" in each and each.endswith(" −0.07") for each in words)
    assert "share before 45%" in [words for words, _ in texts(chart("two panels"))]


def test_lines_are_solid_where_they_rest_on_quarters_and_dashed_beyond():
    picture = chart("run")
    solid = [line for line in steps(picture, "accent", dashed=False) if len(line) == 10]
    dashed = [line for line in steps(picture, "accent", dashed=True) if len(line) == 14]
    assert len(solid) == len(dashed) == 1
    assert solid[0][-1] == dashed[0][0]


def test_each_part_has_its_own_lines_and_the_change_is_marked():
    picture = chart("rebased")
    assert f"Before {QUARTERS[6]}: {REBASED}." in picture.alt
    assert REBASED in " ".join(words for words, _ in texts(picture))
    centres = {line[0][1] for line in steps(picture, "accent", dashed=False) if len(line) == 12}
    assert len(centres) == 2


def test_signals_have_another_shape_that_points_their_way_and_a_name():
    picture = chart("crowded")
    heights = {"up": set(), "down": set()}
    for _, _, d, _ in shapes(picture, turns="corners"):
        corners = [float(n) for n in re.findall(r"-?[\d.]+", d)]
        ys = sorted(corners[1::2][:3])
        heights["up" if ys[1] == ys[2] else "down"].add(d)
    assert heights["up"]
    assert heights["down"]
    words = [words for words, _ in texts(picture)]
    assert {"outside the limits", "two of three near a limit"} <= set(words)
    assert "found high or rising by a rule" in words
    assert "found low or falling by a rule" in words


def test_a_picture_without_signals_has_no_triangle():
    picture = control_picture([panel_of(run_chart(DIFFERENCE), number=fine_gap)], title="t")
    assert not list(shapes(picture, turns="corners"))
    assert "by a rule" not in " ".join(words for words, _ in texts(picture))


def test_left_out_quarters_are_hollow_and_named():
    picture = chart("p")
    hollow = [style for *_, style in dots(picture) if "fill: var(--page" in style]
    assert len(hollow) == 1
    assert "left out by design" in [words for words, _ in texts(picture)]


def test_notes_are_written_on_the_chart():
    words = [words for words, _ in texts(chart("two panels"))]
    assert "Run-chart rules cannot signal here: 8 useful points, and they need 10." in words


def test_one_rule_over_quarters_in_a_row_is_named_once_and_passes_over_gaps():
    points = [
        PanelPoint(
            period=str(k), value=NAN if k == 3 else 1.0, centre=0.0, direction=0 if k == 3 else 1,
            signals=() if k in (0, 3) else ("run",),
        )
        for k in range(6)
    ]  # fmt: skip
    (found,) = stretches(points, slot=40)
    assert (found.first, found.last, found.direction, found.row) == (1, 5, 1, 0)
    assert (lanes([found], direction=1), lanes([found], direction=-1)) == (1, 0)


@pytest.mark.parametrize(
    "make",
    [
        lambda: control_picture([], title="t"),
        lambda: control_picture([shares()] * 3, title="t"),
        lambda: control_picture([shares(), panel_of(run_chart([1, 2]))], title="t"),
        lambda: control_picture([shares()], title="t", changes=[Change(label="x", before="2030")]),
        lambda: Panel(measure="m", points=(), number=str, centre_name="c"),
        lambda: shares(signals={0: ("outside",)}, direction=np.zeros(12)),
        lambda: icon_rows([], title="t"),
    ],
)
def test_what_cannot_be_drawn_is_refused(make):
    with pytest.raises(ShapeError):
        make()


@pytest.mark.parametrize("reading", READING_WORDS)
def test_an_icon_is_never_alone(reading):
    picture = icon_rows([Icon(name="Share", reading=reading)], title="t")
    assert [words for words, _ in texts(picture) if words != "?"] == [
        "Share",
        READING_WORDS[reading],
    ]
    assert f"Share: {reading}, {READING_WORDS[reading]}." in picture.alt


def test_each_reading_that_can_be_told_has_its_own_sign():
    drawings = {
        reading: re.sub(r"<text.*?</text>", "", icon_rows(
            [Icon(name="a", reading=reading)], title="t").svg)
        for reading in READING_WORDS
    }  # fmt: skip
    told = [
        drawings[r]
        for r in READING_WORDS
        if r not in (Variation.CANNOT_TELL, Variation.MISSING, Assurance.UNKNOWN)
    ]
    assert len(set(told)) == len(told)
    assert (
        drawings[Variation.CANNOT_TELL]
        == drawings[Variation.MISSING]
        == drawings[Assurance.UNKNOWN]
    )


@pytest.mark.parametrize(
    ("way", "target", "reading"),
    [
        ("up", 0.0, Assurance.PASS), ("up", 9.0, Assurance.FAIL),
        ("down", 9.0, Assurance.PASS), ("down", 0.0, Assurance.FAIL),
        ("up", 5.0, Assurance.HIT_AND_MISS),
    ],
)  # fmt: skip
def test_the_sign_of_assurance_shows_where_the_limits_lie_to_the_target(way, target, reading):
    """The band is drawn above the line of the target exactly where the limits are above it."""
    control = xmr_chart([5, 5.2, 4.8, 5.1, 4.9])
    assert assurance(control, target=target, improvement=way) == reading
    picture = icon_rows([Icon(name="a", reading=reading, improvement=way)], title="t")
    (band,) = (
        [float(n) for n in re.findall(r"-?[\d.]+", node.get("d"))][1::2]
        for node in etree.fromstring(picture.svg).iter("{*}path")
        if "fill: var(--band" in node.get("style", "")
    )
    (line,) = steps(picture, "text", dashed=False)
    drawn_above = np.sign(line[0][1] - np.mean(band)) if abs(line[0][1] - np.mean(band)) > 1 else 0
    assert drawn_above == np.sign(5 - target)

"""Values along an axis: three to five, round, evenly apart, and never written rounded."""

import itertools
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from qaf_analysis.kit.charts.mark import draw_hatch
from qaf_analysis.kit.charts.scale import round_values, words_of
from qaf_analysis.kit.numbers import coefficient, gap, percent
from qaf_analysis.kit.picture import house_style, new_figure, panel, picture_of
from qaf_analysis.terms.errors import ShapeError
from tests.drawn import drawn

ENDS = st.floats(-5, 5)


@given(ENDS, st.floats(0.01, 10))
def test_three_to_five_values_lie_evenly_within_the_axis(low, length):
    values = round_values(low, low + length)
    assert 3 <= len(values) <= 5
    assert low - 1e-6 * length <= values[0]
    assert values[-1] <= low + length * (1 + 1e-6)
    steps = [after - before for before, after in itertools.pairwise(values)]
    assert steps == pytest.approx([steps[0]] * len(steps))
    assert f"{steps[0]:.1e}"[:3] in ("1.0", "2.0", "2.5", "5.0")


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, (0, 0.25, 0.5, 0.75, 1)),
        (-0.4, 0.8, (-0.25, 0, 0.25, 0.5, 0.75)),
        (0.41, 0.86, (0.5, 0.6, 0.7, 0.8)),
        (0, 3, (0, 1, 2, 3)),
    ],
)
def test_values_of_well_known_axes(low, high, expected):
    assert round_values(low, high) == pytest.approx(expected)


@given(ENDS, st.floats(0.05, 10), st.sampled_from([percent, gap, coefficient]))
def test_what_is_written_is_the_value_itself(low, length, number):
    """A quarter must not be read as 0.3 or 0.2: the words are read back."""
    values = round_values(low, low + length)
    assume(all(abs(value) >= 1e-9 or value == 0 for value in values))
    words = words_of(values, number)
    scale = 100 if number is percent else 1
    read = [float(said.replace("−", "-").removesuffix("%")) / scale for said in words]
    assert read == pytest.approx(values, abs=1e-9)


def test_an_axis_without_length_is_refused():
    with pytest.raises(ShapeError, match="rises"):
        round_values(1, 1)


def test_a_hatch_rises_at_45_degrees_within_its_boxes():
    """Boxes of 40 by 20 and 20 by 40 pixels in a panel of 100 by 100."""
    boxes = [(0, 0, 4, 2), (6, 4, 2, 4)]
    with house_style():
        figure = new_figure(100, 100)
        axes = panel(figure, left=0, top=0, width=100, height=100)
        axes.set_xlim(0, 10)
        axes.set_ylim(0, 10)
        draw_hatch(axes, boxes, colour="#d0924a")
        picture = picture_of(figure, title="Hatched", alt="x")
    assert len(drawn(picture)) == 1  # one path
    (path,) = re.findall(r' d="([^"]*)"', picture.svg)
    numbers = [float(number) for number in re.findall(r"[\d.]+", path)]
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    strokes = list(zip(points[::2], points[1::2], strict=True))
    assert len(strokes) >= 12
    for (x1, y1), (x2, y2) in strokes:
        assert x2 - x1 == pytest.approx(y1 - y2, abs=0.05)  # down is positive in a drawing
        in_first = 0 <= x1 <= x2 <= 40 and 80 <= y2 <= y1 <= 100
        in_second = 60 <= x1 <= x2 <= 80 and 20 <= y2 <= y1 <= 60
        assert in_first or in_second

"""Which way a figure moved: every combination of signs, and figures that print alike."""

from math import nan

import pytest

from qaf_analysis.kit.direction import (
    GapMove,
    by_sign,
    change_words,
    gap_move,
    moved,
    printed_sign,
    shown,
    unsigned,
)
from qaf_analysis.kit.numbers import coefficient, fine_gap, gap, percent, points
from qaf_analysis.terms.estimate import Estimate

MINUS = "\N{MINUS SIGN}"


def between(low: float, high: float) -> Estimate:
    return Estimate(
        value=(low + high) / 2, low=low, high=high, level=0.95, cases=40, auditors=8, method="t"
    )


@pytest.mark.parametrize(
    ("low", "high", "sign"),
    [(0.1, 0.4, 1), (-0.4, -0.1, -1), (-0.1, 0.4, 0), (0.0, 0.4, 0), (-0.4, 0.0, 0), (nan, nan, 0)],
)
def test_an_interval_bears_out_a_sign_only_when_it_leaves_out_zero(low, high, sign):
    assert shown(between(low, high)) == sign
    assert by_sign(sign, above="up", below="down", neither="neither") == {
        1: "up", -1: "down", 0: "neither",
    }[sign]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "write", "sign"),
    [
        (0.31, gap, 1), (-0.31, gap, -1), (0.0, gap, 0), (-0.0, gap, 0),
        (-0.04, gap, -1), (0.0001, gap, 0), (-0.0001, gap, 0),
        (0.08, points, 1), (-0.08, points, -1), (0.001, points, 1), (-0.0001, points, 0),
        (-0.004, fine_gap, 0), (-0.004, coefficient, 0), (0.004, percent, 0),
    ],
)  # fmt: skip
def test_the_printed_sign_is_that_of_the_digits_left(number, write, sign):
    assert printed_sign(number, write) == sign


@pytest.mark.parametrize("write", [gap, fine_gap, coefficient, points, percent])
@pytest.mark.parametrize("number", [-0.0, -1e-9, -0.0001])
def test_no_number_is_printed_as_minus_zero(write, number):
    assert not write(number).startswith((MINUS, "-"))


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (0.50, 0.62, "rose from 50% to 62%"),
        (0.62, 0.50, "fell from 62% to 50%"),
        (0.598, 0.604, "stayed at 60%"),
        (0.604, 0.598, "stayed at 60%"),
        (0.594, 0.596, "rose from 59% to 60%"),
    ],
)
def test_a_share_moves_only_when_its_printed_figure_does(first, last, words):
    assert change_words(first, last, percent) == words


def test_moved_has_the_sign_of_the_change():
    assert moved(-0.1, -0.6, gap) == -1
    assert moved(-0.6, 0.1, gap) == 1
    assert moved(0.31, 0.29, gap) == 0


@pytest.mark.parametrize(
    ("first", "last", "move"),
    [
        (0.6, 0.1, "NARROWED"),
        (0.1, 0.6, "WIDENED"),
        (-0.1, -0.6, "WIDENED"),
        (-0.6, -0.1, "NARROWED"),
        (0.2, -0.3, "TURNED"),
        (-0.2, 0.3, "TURNED"),
        (0.6, -0.1, "TURNED"),
        (0.2, -0.2, "TURNED"),
        (0.3, 0.0, "NARROWED"),
        (-0.3, 0.0, "NARROWED"),
        (0.0, 0.3, "WIDENED"),
        (0.0, -0.3, "WIDENED"),
        (0.31, 0.29, "STAYED"),
        (-0.29, -0.31, "STAYED"),
        (0.0, 0.0, "STAYED"),
        (0.3, -0.04, "TURNED"),
    ],
)
def test_a_gap_moves_towards_none_or_away(first, last, move):
    assert gap_move(first, last) is GapMove[move]


def test_a_size_has_no_sign():
    assert (unsigned(-0.08, points), unsigned(0.08, points)) == ("8", "8")
    assert (unsigned(-0.31, gap), unsigned(0.0, gap)) == ("0.3", "0.0")

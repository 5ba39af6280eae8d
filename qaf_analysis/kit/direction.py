"""Which way a figure moved, or lies from another: chosen and worded here, and nowhere else.

Words must be borne out by the figures printed beside them. So a figure moved only where its two
printed values differ, and lies above or below only where what is printed is not zero.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import TypeVar

from qaf_analysis.kit.numbers import gap
from qaf_analysis.terms.estimate import Estimate

Write = Callable[[float], str]
Said = TypeVar("Said")
_MINUS = "\N{MINUS SIGN}"


def shown(estimate: Estimate) -> int:
    """Sign that an interval bears out: 1 where it lies above 0, -1 below, and 0 otherwise.

    Examples
    --------
    >>> shown(Estimate.not_estimable("too few", method="t"))
    0
    """
    return int(estimate.low > 0) - int(estimate.high < 0)


def printed_sign(number: float, write: Write) -> int:
    """Sign of a number as it is printed: 0 where only zeros are left of it.

    Examples
    --------
    >>> from qaf_analysis.kit.numbers import coefficient
    >>> printed_sign(-0.31, coefficient), printed_sign(-0.001, coefficient)
    (-1, 0)
    """
    text = write(number)
    if not any(digit in text for digit in "123456789"):
        return 0
    return -1 if text.startswith((_MINUS, "-")) else 1


def by_sign(sign: int, *, above: Said, below: Said, neither: Said) -> Said:
    """Choose what is said by a sign."""
    return above if sign > 0 else below if sign < 0 else neither


def moved(first: float, last: float, write: Write) -> int:
    """Sign of a change as printed: 0 where both values are printed alike.

    Examples
    --------
    >>> from qaf_analysis.kit.numbers import percent
    >>> moved(0.598, 0.604, percent), moved(0.6, 0.7, percent), moved(0.7, 0.6, percent)
    (0, 1, -1)
    """
    if write(first) == write(last):
        return 0
    return int(last > first) - int(last < first)


def change_words(first: float, last: float, write: Write) -> str:
    """How a figure went from one value to another, with both as printed.

    Examples
    --------
    >>> from qaf_analysis.kit.numbers import percent
    >>> change_words(0.5, 0.62, percent), change_words(0.598, 0.604, percent)
    ('rose from 50% to 62%', 'stayed at 60%')
    """
    then, now = write(first), write(last)
    verb = by_sign(moved(first, last, write), above="rose", below="fell", neither="")
    return f"{verb} from {then} to {now}" if verb else f"stayed at {now}"


def unsigned(number: float, write: Write) -> str:
    """Write the size of a number without its sign.

    Examples
    --------
    >>> unsigned(-0.31, gap)
    '0.3'
    """
    return write(abs(number)).removeprefix("+")


class GapMove(Enum):
    """Where a gap went: towards no gap, away from it, to the other side of it, or nowhere."""

    NARROWED = auto()
    WIDENED = auto()
    TURNED = auto()
    STAYED = auto()


def gap_move(first: float, last: float, *, write: Write = gap) -> GapMove:
    """Where a gap went, by its values as printed.

    Examples
    --------
    >>> gap_move(-0.1, -0.6).name, gap_move(0.2, -0.3).name, gap_move(0.31, 0.29).name
    ('WIDENED', 'TURNED', 'STAYED')
    """
    if moved(first, last, write) == 0:
        return GapMove.STAYED
    if printed_sign(first, write) * printed_sign(last, write) < 0:
        return GapMove.TURNED
    return GapMove.NARROWED if abs(last) < abs(first) else GapMove.WIDENED

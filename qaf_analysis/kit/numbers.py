"""How numbers are written: percentages whole, gaps to one decimal, coefficients to two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import floor, isnan

from qaf_analysis.terms.estimate import Estimate

TOO_FEW = "too few to say"
_MINUS = "\N{MINUS SIGN}"


def percent(share: float) -> str:
    """Write a proportion as a whole percentage.

    Examples
    --------
    >>> percent(0.605)
    '61%'
    """
    # Halves go up, as readers do it; the tiny addition undoes the error of binary fractions.
    return f"{floor(100 * share + 0.5 + 1e-9)}%"


def points(difference: float) -> str:
    """Write a difference of proportions in percentage points, with its sign.

    Examples
    --------
    >>> points(-0.124), points(0.001)
    ('\N{MINUS SIGN}12', '+0.1')
    """
    # A limit just off zero decides a verdict, so it must not be written as zero.
    small = 0 < abs(difference) < 0.005
    return _signed(f"{100 * difference:.1f}" if small else f"{100 * difference:.0f}")


def decimals_adding_up(first: float, last: float, *, least: int = 0, most: int = 3) -> int:
    """Fewest decimals with which two numbers differ by their difference, all as printed.

    Give shares times 100. Between ``least`` and ``most``; with the most a rest of one in the last
    place may stay. The least where a number is not known.

    Examples
    --------
    45.4 and 59.6 would be 45 and 60, and their difference 14.

    >>> decimals_adding_up(45.4, 59.6), decimals_adding_up(45.6, 59.6)
    (1, 0)
    """
    if isnan(first) or isnan(last):
        return least
    for decimals in range(least, most):
        ends = [_half_up(number, decimals) for number in (first, last, last - first)]
        if abs(ends[1] - ends[0] - ends[2]) < 10.0 ** -(decimals + 1):
            return decimals
    return most


def percent_to(decimals: int) -> Callable[[float], str]:
    """Writer of percentages with so many decimals.

    Examples
    --------
    >>> percent_to(1)(0.4541), percent_to(0)(0.605)
    ('45.4%', '61%')
    """
    return lambda share: f"{_half_up(100 * share, decimals):.{decimals}f}%"


def points_to(decimals: int) -> Callable[[float], str]:
    """Writer of percentage points with so many decimals, and a sign.

    Examples
    --------
    >>> points_to(1)(0.142), points_to(0)(0.001)
    ('+14.2', '+0.1')
    """

    def write(difference: float) -> str:
        if not decimals:
            return points(difference)
        return _signed(f"{_half_up(100 * difference, decimals):.{decimals}f}")

    return write


def gap(grades: float) -> str:
    """Write a difference in grades to one decimal, with its sign.

    Examples
    --------
    >>> gap(0.31), gap(-0.04), gap(0.003)
    ('+0.3', '\N{MINUS SIGN}0.04', '+0.003')
    """
    if abs(grades) >= 0.05 or grades == 0:
        return _signed(f"{grades:.1f}")
    # A limit just off zero decides a verdict, so it must not be written as zero.
    return _signed(f"{grades:.3f}" if 0.0005 <= abs(grades) < 0.005 else f"{grades:.2f}")


def fine_gap(grades: float) -> str:
    """Write a difference in grades to two decimals, with its sign."""
    return _signed(f"{grades:.2f}")


def exact_gap(grades: float, *, decimals: int = 2) -> str:
    """Write a difference in grades to so many decimals, with its sign, and no limit as zero.

    Examples
    --------
    >>> exact_gap(0.314), exact_gap(-0.0012)
    ('+0.31', '\N{MINUS SIGN}0.001')
    """
    # A limit just off zero decides a verdict, so it must not be written as zero.
    small = decimals == 2 and 0.0005 <= abs(grades) < 0.005
    return _signed(f"{grades:.{3 if small else decimals}f}")


def chance(probability: float) -> str:
    """Write a probability as a whole percentage, never as certain.

    Examples
    --------
    >>> chance(0.9999), chance(0.92)
    ('over 99%', '92%')
    """
    if isnan(probability):
        return TOO_FEW
    if probability > 0.995:
        return "over 99%"
    return "under 1%" if probability < 0.005 else percent(probability)


def coefficient(value: float) -> str:
    """Write a coefficient to two decimals with a true minus sign.

    Examples
    --------
    >>> coefficient(0.679), coefficient(-0.001)
    ('0.68', '0.00')
    """
    text = f"{value:.2f}"
    return text.removeprefix("-") if float(text) == 0 else text.replace("-", _MINUS)


def coefficient_to(decimals: int) -> Callable[[float], str]:
    """Writer of coefficients with so many decimals.

    Examples
    --------
    >>> coefficient_to(3)(-0.0571)
    '\N{MINUS SIGN}0.057'
    """
    return lambda number: _signed(f"{_half_up(number, decimals):.{decimals}f}").removeprefix("+")


def whole(value: float) -> str:
    """Write a count with thousands separated."""
    return f"{value:,.0f}"


def interval(estimate: Estimate, write: Callable[[float], str]) -> str:
    """Write the ends of an interval as ``NN to NN``, or why there is none."""
    if not estimate.has_interval:
        return TOO_FEW
    low, high = write(estimate.low), write(estimate.high)
    return f"{low.removesuffix('%')} to {high}" if low.endswith("%") else f"{low} to {high}"


def value(estimate: Estimate, write: Callable[[float], str]) -> str:
    """Write the estimate, or "too few to say"."""
    return write(estimate.value) if estimate.is_estimable else TOO_FEW


def with_interval(estimate: Estimate, write: Callable[[float], str]) -> str:
    """Write the estimate with its interval in brackets.

    Examples
    --------
    >>> e = Estimate(value=.6, low=.53, high=.67, level=.95, cases=199, auditors=29,
    ...              method="Wilson")
    >>> with_interval(e, percent)
    '60% (53 to 67%)'
    """
    if not estimate.is_estimable:
        return TOO_FEW
    return f"{write(estimate.value)} ({interval(estimate, write)})"


def of_hundred(shares: Sequence[float], *, total: int = 100) -> list[int]:
    """Share out a hundred (or another total) by largest remainder, so that the parts add up.

    Examples
    --------
    >>> of_hundred([1, 1, 1])
    [34, 33, 33]
    """
    exact = [total * share / sum(shares) for share in shares]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda k: parts[k] - exact[k])
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return parts


def in_hundred(part: int, share: float) -> str:
    """Write a part of a hundred; what is there but rounds to none is not written as none.

    Examples
    --------
    >>> in_hundred(3, 0.03), in_hundred(0, 0.004), in_hundred(0, 0.0)
    ('3', 'fewer than 1', '0')
    """
    return "fewer than 1" if part == 0 and share > 0 else f"{part:,}"


_SPELLED = [
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]


def spelled(number: int) -> str:
    """Write a small count in letters, a larger one in figures.

    Examples
    --------
    >>> spelled(10), spelled(25)
    ('ten', '25')
    """
    return _SPELLED[number] if number < len(_SPELLED) else f"{number:,}"


def counted(number: int, one: str, many: str = "") -> str:
    """Write a count with its noun.

    Examples
    --------
    >>> counted(1, "audit"), counted(3, "audit")
    ('1 audit', '3 audits')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _half_up(number: float, decimals: int) -> float:
    """Round a half away from zero, as readers do it."""
    size = floor(abs(number) * 10.0**decimals + 0.5 + 1e-9) / 10.0**decimals
    return float(size if number >= 0 else -size)


def _signed(text: str) -> str:
    if float(text) == 0:
        return text.removeprefix("-")
    return f"{_MINUS}{text[1:]}" if text.startswith("-") else f"+{text}"

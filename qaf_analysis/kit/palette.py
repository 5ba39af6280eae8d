"""Every colour of the report in its light and dark form, and which words stand on which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qaf_analysis.terms.errors import ShapeError


@dataclass(frozen=True)
class Ink:
    """One colour by its use.

    Parameters
    ----------
    name : str
        Name of the CSS variable, without its two hyphens.
    light, dark : str
        ``#rrggbb`` on the light and on the dark page.
    """

    name: str
    light: str
    dark: str


TEXT = Ink("text", "#1a1a1a", "#e8e8e8")
PAGE = Ink("page", "#ffffff", "#14171a")
ACCENT = Ink("accent", "#12436d", "#7fb2e5")
COMPARISON = Ink("comparison", "#a94d00", "#f5a15b")
QUIET = Ink("quiet", "#6b7280", "#9aa3ae")
GRID = Ink("grid", "#e5e7eb", "#2a2f36")
MUTED = Ink("muted", "#565d69", "#abb3bd")  # small text: QUIET is too faint on BAND and PANEL
BAND = Ink("band", "#e8edf3", "#262e37")
PALE = Ink("pale", "#9dbbd4", "#35597c")
PANEL = Ink("panel", "#f3f6f9", "#1c2127")
NOTICE = Ink("notice", "#fff6e8", "#33280f")
NOTICE_EDGE = Ink("notice-edge", "#c68a2e", "#a87a2c")

INKS = (
    TEXT,
    PAGE,
    ACCENT,
    COMPARISON,
    QUIET,
    GRID,
    MUTED,
    BAND,
    PALE,
    PANEL,
    NOTICE,
    NOTICE_EDGE,
)

# Words and the grounds they stand on, anywhere in the report or its pictures.
WORDS_ON_GROUND = (
    *((ink, ground) for ink in (TEXT, MUTED, ACCENT) for ground in (PAGE, PANEL, BAND)),
    (COMPARISON, PAGE),
    (TEXT, NOTICE),
    (PAGE, ACCENT),
)

# Tinted squares of a grid are this opaque at most, so that TEXT can be read on all of them.
FAINTEST_TINT, STRONGEST_TINT = 0.06, 0.42
TINTS = (ACCENT, COMPARISON, QUIET)

# Fixed in light and dark: they stand on a grade's own colour, never on the page.
WORDS_ON_PALE, WORDS_ON_DEEP = "#010101", "#fefefe"
_GRADES = ("#7f3b08", "#f1b46a", "#b7b3d8", "#3f2a72")
_HATCHES = ("#5c2a04", "#d0924a", "#8f89bd", "#2b1b52")  # a little darker than each
ALIKE = 1.35  # contrast under which two grades are one grey in print


@dataclass(frozen=True)
class GradeColour:
    """Fill of one grade, and the colour of the words that stand on it."""

    fill: str
    words: str


def hatched_grades(levels: int) -> Mapping[int, str]:
    """Grades that are hatched, so that grey print tells them from the next, and in what colour.

    Of middle grades of like lightness in a row every second one, beginning with the lowest.

    Examples
    --------
    >>> dict(hatched_grades(4)), dict(hatched_grades(3))
    ({1: '#d0924a'}, {})
    """
    fills = [colour.fill for colour in grade_colours(levels)]
    found: dict[int, str] = {}
    place = 0  # in the row of grades that are alike
    for level in range(1, levels - 1):
        is_as_before = level > 1 and contrast(fills[level - 1], fills[level]) < ALIKE
        is_as_next = level < levels - 2 and contrast(fills[level], fills[level + 1]) < ALIKE
        place = place + 1 if is_as_before else 0
        if place % 2 == 0 and (is_as_before or is_as_next):
            found[level] = _between(_HATCHES, 3 * level / (levels - 1))
    return found


def grade_colours(levels: int) -> tuple[GradeColour, ...]:
    """Colours from the worst grade to the best, purple against orange.

    Parameters
    ----------
    levels : int
        Number of grades, K. Four give the published colours; other scales are drawn evenly
        from the same run, so that both ends stay dark and the middle stays light.

    Raises
    ------
    ShapeError
        If there are fewer than two grades.

    Examples
    --------
    >>> [colour.fill for colour in grade_colours(4)]
    ['#7f3b08', '#f1b46a', '#b7b3d8', '#3f2a72']
    """
    if levels < 2:
        raise ShapeError(f"A grade scale has at least two levels, not {levels}.")
    fills = [_between(_GRADES, 3 * level / (levels - 1)) for level in range(levels)]
    return tuple(GradeColour(fill, readable_words(fill)) for fill in fills)


def readable_words(fill: str) -> str:
    """Return the colour of words, dark or light, that stands out more from a fill."""
    return max((WORDS_ON_PALE, WORDS_ON_DEEP), key=lambda words: contrast(words, fill))


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 (the same) to 21 (black on white).

    References
    ----------
    Web Content Accessibility Guidelines 2.2, definition of contrast ratio.

    Examples
    --------
    >>> contrast("#000000", "#ffffff")
    21.0
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def blend(ink: str, ground: str, *, opacity: float) -> str:
    """Colour seen when an ink of some opacity lies on a ground."""
    pairs = zip(_channels(ink), _channels(ground), strict=True)
    return _hexadecimal([opacity * top + (1 - opacity) * under for top, under in pairs])


def _between(stops: Sequence[str], place: float) -> str:
    """Colour at a place along stops 0, 1, 2, ..."""
    first = min(int(place), len(stops) - 2)
    return blend(stops[first + 1], stops[first], opacity=place - first)


def _channels(colour: str) -> list[float]:
    return [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]


def _hexadecimal(channels: Sequence[float]) -> str:
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in channels)


def _luminance(colour: str) -> float:
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

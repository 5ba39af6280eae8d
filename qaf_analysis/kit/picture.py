"""From a matplotlib figure to a picture: the same bytes each time, on every machine's backend."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.axis import XAxis, YAxis
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from qaf_analysis.kit import svg
from qaf_analysis.kit.charts.mark import Size
from qaf_analysis.kit.palette import TEXT
from qaf_analysis.kit.parts import Picture

MOST_ALT_WORDS = 60
_HEADLINE_WORDS = 5  # that ``Picture.about`` may put before them
PIXELS_PER_INCH = 72  # so that one point of matplotlib is one pixel of the page
_STYLE: Mapping[Any, Any] = {
    "figure.dpi": PIXELS_PER_INCH,
    "font.family": ["DejaVu Sans"],  # ships with matplotlib: the same widths everywhere
    "font.size": 12,
    "text.color": TEXT.light,
    "text.parse_math": False,  # a theme called "$x$" is a name, not a formula
    "lines.solid_capstyle": "butt",
    "svg.fonttype": "none",
    "svg.hashsalt": "qaf",
}


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the report's style, whatever the reader's own matplotlib settings are."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        yield


def new_figure(width: int, height: int) -> Figure:
    """Return an empty figure of a size in CSS pixels; never shown by pyplot."""
    return Figure(figsize=(width / PIXELS_PER_INCH, height / PIXELS_PER_INCH))


def panel(figure: Figure, *, left: float, top: float, width: float, height: float) -> Axes:
    """Axes without frame or ticks at a place in pixels from the figure's top left corner."""
    across, down = figure.get_size_inches() * PIXELS_PER_INCH
    box = (left / across, 1 - (top + height) / down, width / across, height / down)
    axes: Axes = figure.add_axes(_Tickless(figure, box))
    axes.set_axis_off()
    return axes


class _UnmarkedX(XAxis):
    """An axis that makes no tick: charts write their own values, and making ticks takes time."""

    def set_clip_path(self, path: Any, transform: Any = None) -> None:
        """Clip nothing: there is no tick."""

    def set_tick_params(self, *which: Any, **looks: Any) -> None:
        """Change nothing: there is no tick."""


class _UnmarkedY(YAxis):
    """As ``_UnmarkedX``."""

    def set_clip_path(self, path: Any, transform: Any = None) -> None:
        """Clip nothing: there is no tick."""

    def set_tick_params(self, *which: Any, **looks: Any) -> None:
        """Change nothing: there is no tick."""


class _Tickless(Axes):
    """Axes whose two axes make no ticks."""

    def _init_axis(self) -> None:
        self.xaxis = _UnmarkedX(self, clear=False)
        self.yaxis = _UnmarkedY(self, clear=False)
        for spine, axis in (
            ("bottom", self.xaxis), ("top", self.xaxis), ("left", self.yaxis), ("right", self.yaxis)
        ):  # fmt: skip
            self.spines[spine].register_axis(axis)


def drawn_for_both(draw: Callable[[Size], Picture]) -> Picture:
    """Picture that brings a second drawing for telephones.

    Drawing takes time: this is for pictures that a committee reads.

    Parameters
    ----------
    draw : callable
        Draws the chart at a size, "full" or "narrow".
    """
    return replace(draw("full"), narrow_svg=draw("narrow").svg)


def for_both_if_any(draw: Callable[[Size], Picture | None]) -> Picture | None:
    """Picture with a second drawing for telephones; None where there is nothing to draw."""
    full, narrow = draw("full"), draw("narrow")
    return None if full is None or narrow is None else replace(full, narrow_svg=narrow.svg)


def in_few_words(sentences: Sequence[str], *, most: int) -> str:
    """Sentences from the first on, as long as they have at most so many words.

    Examples
    --------
    >>> in_few_words(["It rose to 60%.", "Before, it was 46%.", "Before, 40%."], most=8)
    'It rose to 60%. Before, it was 46%.'
    """
    kept: list[str] = []
    for sentence in sentences:
        if kept and len(" ".join([*kept, sentence]).split()) > most:
            break
        kept.append(sentence)
    return " ".join(kept)


def words_left(title: str) -> int:
    """Words that alternative text may have beside a title, and a headline before it."""
    return MOST_ALT_WORDS - _HEADLINE_WORDS - len(title.split())


def fullest(title: str, forms: Iterable[str]) -> str:
    """Return the first of several ways to say the numbers, from full to brief, that has room.

    What is too long even in its briefest form is cut, and ends in an ellipsis.

    Examples
    --------
    >>> fullest("Found", ["word " * 70, "In all 40."])
    'In all 40.'
    """
    room, words = words_left(title), [""]
    for form in forms:
        words = form.split()
        if len(words) <= room:
            return form
    return f"{' '.join(words[:room])}…"


def picture_of(
    figure: Figure, *, title: str, alt: str | Sequence[str], source: str = ""
) -> Picture:
    """Picture of a figure drawn within ``house_style``.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The drawing.
    title : str
        The finding.
    alt : str or sequence of str
        The numbers in words; the title is put before them. Of sentences, the most important
        first, as many are kept as a listener has patience for: the others stand in a table.
    source : str
        What it rests on, where that is not what its section rests on.

    Returns
    -------
    Picture
        Identical bytes for identical drawings.
    """
    across, down = (round(side * PIXELS_PER_INCH) for side in figure.get_size_inches())
    FigureCanvasSVG(figure)
    written = io.StringIO()
    with warnings.catch_warnings():
        # Words stay words in the drawing, so a letter DejaVu lacks is set in the reader's font.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(written, format="svg", transparent=True, metadata=nothing)
    drawing = svg.tidy(written.getvalue(), width=across, height=down)
    claim = title if title.endswith((".", "?", "!")) else f"{title}."
    said = alt
    if not isinstance(alt, str):
        said = in_few_words(alt, most=words_left(claim))
    return Picture(svg=drawing, alt=f"{claim} {said}", title=title, width=across, source=source)

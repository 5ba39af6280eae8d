"""Words across each page of a PDF, as a drawing of outlines.

As letters they would get between the words of the page wherever somebody searches or copies it.
"""

from __future__ import annotations

from functools import cache

from qaf_analysis.report.writers import shipped_font

_SIZE = 100.0
_STEPS = {1: ("M", 1), 2: ("L", 1), 3: ("Q", 2), 4: ("C", 3), 79: ("Z", 1)}


@cache
def outlined(words: str, *, fill: str) -> str:
    """Return words in the shipped bold face as an SVG drawing of one path.

    Parameters
    ----------
    words : str
        A few words; without letters that the face lacks.
    fill : str
        Colour, such as ``#e5e7eb``.
    """
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    face = FontProperties(fname=shipped_font.folder() / "ReportSans-Bold.ttf")
    path = TextPath((0.0, 0.0), words, size=_SIZE, prop=face)
    vertices = path.vertices.tolist()
    codes = [] if path.codes is None else path.codes.tolist()
    parts: list[str] = []
    place = 0
    while place < len(vertices):
        letter, count = _STEPS[codes[place]]
        points = vertices[place : place + count]
        said = " ".join(f"{x:.1f} {-y:.1f}" for x, y in points)
        parts.append(letter if letter == "Z" else f"{letter}{said}")
        place += count
    box = path.get_extents()
    view = f"{box.x0:.1f} {-box.y1:.1f} {box.width:.1f} {box.height:.1f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}">'
        f'<path fill="{fill}" d="{"".join(parts)}"/></svg>'
    )

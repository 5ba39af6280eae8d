"""A picture as PNG, for programs that show no SVG; typst draws it, and the same one only once."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

import matplotlib as mpl
import typst

from qaf_analysis.kit.parts import Picture
from qaf_analysis.report.logo import Logo
from qaf_analysis.report.writers import shipped_font
from qaf_analysis.terms.errors import RunFailedError

SHARPNESS = 2  # pixels of the PNG for one of the page
_PIXELS_PER_INCH = 96  # as CSS and typst have it
_FACE = re.compile(r'font-family="[^"]*"')
# For letters that the shipped font lacks; drawings are laid out by its widths (kit.picture).
_SPARE = "DejaVu Sans"


def png_of(picture: Picture) -> bytes:
    """Draw a picture in its light colours at twice its natural size.

    Raises
    ------
    RunFailedError
        If the drawing cannot be drawn.
    """
    return png_of_svg(picture.fixed_svg, sharpness=SHARPNESS)


def png_of_logo(logo: Logo) -> bytes:
    """Draw a council's logo as sharp as print needs it, whatever its own units.

    Raises
    ------
    RunFailedError
        If it cannot be drawn.
    """
    width = f"{logo.printed[0]:.2f}mm"
    return png_of_svg(logo.drawing, sharpness=SHARPNESS, width=width)


@lru_cache(maxsize=256)
def png_of_svg(svg: str, *, sharpness: int, width: str = "auto") -> bytes:
    """Draw an SVG in the shipped font, with so many pixels for one of the page.

    Raises
    ------
    RunFailedError
        If it cannot be drawn.
    """
    faced = _FACE.sub(f"font-family=\"'{shipped_font.FAMILY}', '{_SPARE}'\"", svg, count=1)
    source = (
        "#set page(width: auto, height: auto, margin: 0pt)\n"
        f'#image(bytes({_literal(faced)}), format: "svg", width: {width})'
    )
    try:
        drawn = typst.Compiler(source.encode("utf-8"), font_paths=_fonts()).compile(
            format="png", ppi=sharpness * _PIXELS_PER_INCH
        )
    except typst.TypstError as error:
        raise RunFailedError(f"A picture cannot be drawn as PNG: {error.message}.") from None
    if not isinstance(drawn, bytes):
        raise RunFailedError("A picture cannot be drawn as PNG: it does not fit one page.")
    return drawn


def _literal(text: str) -> str:
    r"""Text as a literal of typst, in which nothing is markup.

    Examples
    --------
    >>> print(_literal('a "b" \\ #c'))
    "a \"b\" \\ #c"
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped.replace(chr(13), chr(92) + "r")}"'


@cache
def _fonts() -> typst.Fonts:
    spare = Path(mpl.get_data_path()) / "fonts" / "ttf"  # comes with matplotlib
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(shipped_font.folder()), str(spare)],
    )

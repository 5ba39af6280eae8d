"""The report as one HTML page: no script, nothing fetched, the same bytes for the same report."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from qaf_analysis.kit.palette import ACCENT
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.svg import SANS
from qaf_analysis.report.blocks import Inline, Link, Strong, Words, pieces
from qaf_analysis.report.document import Document, Placed
from qaf_analysis.report.look import PLAIN, Look

POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'"
)


def html_page(document: Document) -> str:
    """Write a report as one self-contained HTML page.

    Parameters
    ----------
    document : Document
        The report.

    Returns
    -------
    str
        A page without script or remote source, in British English, that follows the reader's
        light or dark setting, prints on A4, and can be read by a screen reader and at 400 %.
    """
    highlights, body = document.placed()
    return (
        page_templates()
        .get_template("page.html")
        .render(
            title=document.title,
            skip="the report",
            document=document,
            page=document.first_page,
            highlights=highlights,
            body=body,
            policy=POLICY,
            style=page_style(
                f"{document.first_page.marking} · {document.title}", look=document.look
            ),
        )
    )


@cache
def page_templates() -> Environment:
    """Templates of every page that is written for readers."""
    environment = Environment(
        loader=PackageLoader("qaf_analysis.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(words=_words, drawing=_drawing, kind=_kind)
    return environment


def _words(words: Words) -> Markup:
    return Markup("").join(map(_piece, pieces(words)))


def _piece(piece: Inline) -> Markup:
    match piece:
        case Strong(text):
            return Markup("<strong>{}</strong>").format(text)
        case Link(text, target):
            return Markup('<a href="{}">{}</a>').format(target, text)
        case _:
            return Markup.escape(piece)


def _drawing(picture: Picture) -> Markup:
    # Safe unescaped: a Picture refuses any drawing that is more than shapes and words.
    return Markup(picture.svg)


def _kind(placed: Placed) -> str:
    return type(placed.block).__name__.lower()


def page_style(running: str, *, look: Look = PLAIN) -> Markup:
    """Style sheet of a page; its running title is written so that it can only be text."""
    light = "".join(f"--{ink.name}: {ink.light}; " for ink in look.inks)
    dark = "".join(f"--{ink.name}: {ink.dark}; " for ink in look.inks)
    theme = (
        f":root {{ {light}--sans: {SANS}; color-scheme: light dark; }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark}}} }}\n"
        f'@page {{ @top-left {{ content: "{_as_css_text(running)}"; }} }}\n'
    )
    return Markup(theme + _sheet("page") + _own_style(look))


def _own_style(look: Look) -> str:
    """What the page of a council with a look of its own has besides; nothing for a plain one."""
    style = ""
    if look.has_own_colour:
        # Charts keep their colours: what they mean must not change from council to council.
        style += (
            f"svg {{ --accent: {ACCENT.light}; }}\n"
            "@media screen and (prefers-color-scheme: dark) "
            f"{{ svg {{ --accent: {ACCENT.dark}; }} }}\n"
        )
    if look.logo is not None:
        wide, high = look.logo.printed
        style += f".letterhead img {{ width: {wide}mm; aspect-ratio: {wide} / {high}; }}\n"
    return _sheet("look") + style if look.has_head else style


def _sheet(name: str) -> str:
    return files("qaf_analysis.report").joinpath(f"templates/{name}.css").read_text("utf-8")


def _as_css_text(text: str) -> str:
    """Write text as a CSS string: anything but letters, digits and spaces by its number."""
    plain = (letter for letter in text if letter.isprintable())
    return "".join(
        letter if letter.isascii() and (letter.isalnum() or letter == " ") else _escaped(letter)
        for letter in plain
    )


def _escaped(letter: str) -> str:
    return f"\\{ord(letter):06x}"

"""The report as one HTML page: nothing fetched, the same bytes for the same report."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from qaf_analysis.kit.palette import ACCENT
from qaf_analysis.kit.parts import Table
from qaf_analysis.kit.svg import SANS
from qaf_analysis.report.blocks import Inline, Link, Strong, Words, pieces
from qaf_analysis.report.document import Document, Placed
from qaf_analysis.report.look import PLAIN, Look
from qaf_analysis.report.page_parts import Beside, Part, has_contents, page_parts
from qaf_analysis.report.page_tables import cards_markup, is_too_wide, on_a_phone
from qaf_analysis.report.page_words import Term, WordLinks, glossary_tables, meanings, word_id
from qaf_analysis.report.signoff import footer_line
from qaf_analysis.report.signoff_words import signature_lines

POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'"
)
MOST_TAB_STOPS = 60
"""Presses of the Tab key in a report that is not folded; words are linked while they allow it."""

# What the keyboard can reach. A telephone's drawings and contents count although a wide screen
# hides them, so that the count holds on both.
_TAB_STOP = re.compile(r'<a [^>]*href=|<summary\b|<input\b|tabindex="0"')


def html_page(document: Document) -> str:
    """Write a report as one self-contained HTML page.

    Parameters
    ----------
    document : Document
        The report.

    Returns
    -------
    str
        A page without remote source, in British English, that follows the reader's light or dark
        setting, prints on A4, and can be read by a screen reader, on a phone and at 400 %. It has
        no script, but for the search of a searchable report, without which it is whole.
    """
    _, body = document.placed()
    parts = page_parts(body, folded=document.folded)
    words = tuple(meanings(document))
    if has_contents(document):
        return _written(document, WordLinks(words, anew=True).sections(parts))
    plain = _written(document, parts)
    left = max(0, MOST_TAB_STOPS - tab_stops(plain))
    return _written(document, WordLinks(words, anew=False, most=left).sections(parts))


def tab_stops(page: str) -> int:
    """Most presses of the Tab key that a page can take.

    Examples
    --------
    >>> tab_stops('<a href="#x">x</a><p id="x"><summary>y</summary><div tabindex="0">')
    3
    """
    return len(_TAB_STOP.findall(page))


def _written(document: Document, parts: tuple[Part, ...]) -> str:
    highlights, body = document.placed()
    explaining = glossary_tables(document)
    script = _script() if document.searchable else Markup("")
    return (
        page_templates()
        .get_template("page.html")
        .render(
            title=document.title,
            skip="the report",
            document=document,
            page=document.first_page,
            highlights=highlights,
            signature=signature_lines(document),
            foot=footer_line(document.first_page.run_id, document.first_page.sign_off),
            parts=parts,
            has_contents=has_contents(document),
            glossary={
                placed.number for placed in body if any(placed.block is one for one in explaining)
            },
            policy=_policy(script),
            script=script,
            style=page_style(
                f"{document.first_page.marking} · {document.title}",
                look=document.look,
                foot=footer_line(document.first_page.run_id, document.first_page.sign_off),
            )
            + _tooltips(meanings(document)),
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
    environment.filters.update(
        words=_words,
        drawing=Markup,  # safe unescaped: a Picture refuses more than shapes and words
        kind=_kind,
        table=_table,
        reading=on_a_phone,
        word_id=word_id,
    )
    environment.tests["too_wide"] = is_too_wide
    return environment


def _words(words: Words) -> Markup:
    return Markup("").join(map(_piece, pieces(words)))


def _piece(piece: Inline) -> Markup:
    match piece:
        case Strong(text):
            return Markup("<strong>{}</strong>").format(text)
        case Term(text, target):
            # Described by the meaning itself, so that a screen reader says it as others see it.
            return Markup('<a class="term" href="{}" aria-describedby="{}-meaning">{}</a>').format(
                target, target[1:], text
            )
        case Link(text, target):
            return Markup('<a href="{}">{}</a>').format(target, text)
        case _:
            return Markup.escape(piece)


def _kind(placed: Placed | Beside) -> str:
    return type(placed.block).__name__.lower() if isinstance(placed, Placed) else "beside"


def _table(table: Table, label: str) -> Markup:
    if on_a_phone(table) == "cards":
        return cards_markup(table, label=label)
    return table.markup(label=label)


def page_style(running: str, *, look: Look = PLAIN, foot: str = "") -> Markup:
    """Style sheet of a page; its running title and foot are written so that they are only text."""
    light = "".join(f"--{ink.name}: {ink.light}; " for ink in look.inks)
    dark = "".join(f"--{ink.name}: {ink.dark}; " for ink in look.inks)
    theme = (
        f":root {{ {light}--sans: {SANS}; color-scheme: light dark; }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark}}} }}\n"
        f'@page {{ @top-left {{ content: "{_as_css_text(running)}"; }} }}\n'
    )
    if foot:
        theme += f'@page {{ @bottom-left {{ content: "{_as_css_text(foot)}"; }} }}\n'
    return Markup(theme + _shipped("page.css") + _own_style(look))


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
    return _shipped("look.css") + style if look.has_head else style


def _tooltips(meanings: Mapping[str, str]) -> Markup:
    """Show a word's meaning where its link is pointed at or reached by keyboard.

    The meaning stands once in the style sheet, not at each use; a screen reader is given the
    glossary's own cell, so what is drawn here has no words for it.
    """
    rules = [
        f'.term[href="#{word_id(word)}"] {{ --meaning: "{_as_css_text(meaning)}"; }}'
        for word, meaning in meanings.items()
    ]
    return Markup("\n".join(rules))


def _script() -> Markup:
    return Markup(_shipped("search.js"))


def _policy(script: Markup) -> str:
    """What the page may do: run the one script that it was written with, or none."""
    if not script:
        return POLICY
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    return f"{POLICY}; script-src 'sha256-{digest}'"


def _shipped(name: str) -> str:
    return files("qaf_analysis.report").joinpath("templates", name).read_text("utf-8")


def _as_css_text(text: str) -> str:
    """Write text as a CSS string: anything but letters, digits and spaces by its number."""
    plain = (letter for letter in text if letter.isprintable())
    return "".join(
        letter if letter.isascii() and (letter.isalnum() or letter == " ") else _escaped(letter)
        for letter in plain
    )


def _escaped(letter: str) -> str:
    # The space ends the number and is no part of the text; without it CSS takes the text's own.
    return f"\\{ord(letter):06x} "

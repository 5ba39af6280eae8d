"""A council's own look and committee header, as the table ``[report]`` of its settings has them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from qaf_analysis.terms.settings_table import SettingsTable

LONGEST_LINE = 100
"""Letters of a name or a role; a longer one would not stand in the head of a page."""
LONGEST_LABEL = 60
LONGEST_VALUE = 500
MOST_FRONT_MATTER = 12
MOST_WORDS_ASKED = 60
LOGO_ENDINGS = (".svg", ".png")
REFERENCE_ENDING = ".docx"
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_NO_LINE = re.compile(r"[\x00-\x1f\x7f]")

Pair = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class ReportSettings:
    """What reports of a council bear of its own. Nothing here touches a figure.

    Parameters
    ----------
    is_given : bool
        Whether the settings have a table ``[report]`` at all.
    name : str
        Shown in place of the council's name; empty for that one.
    logo, reference : str
        Files in the folder of the exports: its logo, and its own Word document.
    logo_alt : str
        Words for those who cannot see the logo.
    colour : str
        ``#rrggbb``, in small letters; empty for the report's own.
    committee, sender, ask : str
        To whom it goes, from which role, and what they are asked.
    meeting : date or None
        Day on which they meet.
    front_matter : tuple of (str, str)
        Labels and texts that the committee wants to read first, in order.
    """

    is_given: bool = False
    name: str = ""
    logo: str = ""
    logo_alt: str = ""
    colour: str = ""
    committee: str = ""
    meeting: date | None = None
    sender: str = ""
    front_matter: tuple[Pair, ...] = ()
    ask: str = ""
    reference: str = ""


def report_from(reader: SettingsTable) -> ReportSettings:
    """Return what ``[report]`` declares; nothing where there is no such table.

    Raises
    ------
    SettingsError
        If a key is misspelt, or holds what cannot stand in a report.

    Examples
    --------
    >>> tables = {"report": {"committee": "Scrutiny Committee", "colour": "#12436D"}}
    >>> report_from(SettingsTable(tables, where="council.toml")).colour
    '#12436d'
    """
    table = reader.table("report")
    settings = ReportSettings(
        is_given=reader.has("report"),
        name=_line(table, "name"),
        logo=_file(table, "logo", *LOGO_ENDINGS),
        logo_alt=_line(table, "logo_alt"),
        colour=_colour(table),
        committee=_line(table, "committee"),
        meeting=table.day("meeting") if table.has("meeting") else None,
        sender=_line(table, "from"),
        front_matter=_front_matter(table),
        ask=_ask(table),
        reference=_file(table, "reference", REFERENCE_ENDING),
    )
    table.raw("meeting", date)  # known, be it there or not
    table.refuse_unknown()
    return settings


def _line(table: SettingsTable, key: str, *, longest: int = LONGEST_LINE) -> str:
    """One line of text, without spaces at its ends; empty where the key is absent."""
    said = table.maybe_text(key)
    if said is None:
        return ""
    return _filled(table, f'"{key}"', said, longest=longest)


def _filled(table: SettingsTable, what: str, said: str, *, longest: int) -> str:
    text = said.strip()
    if not text:
        raise table.fail(f"{what} is empty; fill it in, or take it out.")
    if _NO_LINE.search(text):
        raise table.fail(f"{what} should be one line, without line breaks or tabs.")
    if len(text) > longest:
        raise table.fail(
            f"{what} has {len(text)} characters; at most {longest} have room. Shorten it."
        )
    return text


def _file(table: SettingsTable, key: str, *endings: str) -> str:
    name = _line(table, key, longest=LONGEST_VALUE)
    if name and not name.lower().endswith(endings):
        raise table.fail(
            f'"{key}" is "{name}"; expected a file that ends in {" or ".join(endings)}. Save it '
            "as one, and name it here."
        )
    return name


def _colour(table: SettingsTable) -> str:
    said = table.maybe_text("colour")
    if said is None:
        return ""
    if not _COLOUR.fullmatch(said.strip()):
        raise table.fail(
            f'"colour" is "{said}"; expected # and six digits or letters a to f, such as '
            '"#12436D". Whoever keeps your brand can tell it ("hex code").'
        )
    return said.strip().lower()


def _front_matter(table: SettingsTable) -> tuple[Pair, ...]:
    """Pairs of label and text, in the order of the settings."""
    found: list[Any] = table.raw("front_matter", list, [])
    if len(found) > MOST_FRONT_MATTER:
        raise table.fail(
            f'"front_matter" has {len(found)} entries; at most {MOST_FRONT_MATTER} leave room for '
            "the report. Take some out."
        )
    pairs = []
    for number, pair in enumerate(found, start=1):
        is_pair = isinstance(pair, list) and len(pair) == 2
        if not is_pair or not all(isinstance(text, str) for text in pair):
            raise table.fail(
                f'entry {number} of "front_matter" should be a label and a text, such as '
                '["Wards affected", "All"].'
            )
        label = _filled(
            table, f'the label of entry {number} of "front_matter"', pair[0], longest=LONGEST_LABEL
        ).removesuffix(":")
        what = f'the text of entry {number} of "front_matter"'
        pairs.append((label, _filled(table, what, pair[1], longest=LONGEST_VALUE)))
    table.refuse_twice("front_matter", [label for label, _ in pairs])
    return tuple(pairs)


def _ask(table: SettingsTable) -> str:
    said = _line(table, "ask", longest=LONGEST_VALUE)
    words = len(said.split())
    if words > MOST_WORDS_ASKED:
        raise table.fail(
            f'"ask" has {words} words; at most {MOST_WORDS_ASKED} can be read at a glance. '
            "Shorten it."
        )
    return said

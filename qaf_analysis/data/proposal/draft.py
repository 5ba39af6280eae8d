"""A settings file in the making: every line with the reason why it says what it says."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from qaf_analysis.data.contract.spelling import tidy

Confidence = Literal["sure", "likely", "unsure", "asked"]
Value = str | int | bool | Sequence[str]
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_WIDTH = 100
_MARK = {"sure": "", "likely": "likely: ", "unsure": "PLEASE CHECK: ", "asked": ""}


# Offered, never guessed: a comment changes nothing until somebody takes the # away.
_OWN_LOOK = (
    "# Your own look, if you want one: take the # away from what you fill in.",
    "# [report]",
    '# logo = "logo.png"  # PNG or SVG beside the exports, at most 200 kB',
    '# logo_alt = "Logo of Example County Council"',
    '# colour = "#12436D"  # can be read on white',
    '# committee = "Children\'s Scrutiny Committee"',
    "# meeting = 2025-05-12",
    '# from = "Head of Quality Assurance"  # roles, not people: papers are public',
    '# front_matter = [["Wards affected", "All"], ["Contact", "Quality assurance team"]]',
)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One line of the settings.

    Parameters
    ----------
    table : str
        Table it stands in, such as ``files 1 columns``.
    key : str
        Its key.
    value : text, number, flag or list of texts
        Its value.
    why : str
        The reason in plain words; it names nobody.
    confidence : {"sure", "likely", "unsure", "asked"}
        How sure the recognition is; ``asked`` where a question decides.
    """

    table: str
    key: str
    value: Value
    why: str
    confidence: Confidence = "sure"


@dataclass(kw_only=True)
class DraftTable:
    """One table of the settings: its head, why it is there, and its lines."""

    head: str
    name: str
    why: str = ""
    lines: list[Choice] = field(default_factory=list)

    def add(self, key: str, value: Value, why: str, confidence: Confidence = "sure") -> None:
        """Add a line."""
        self.lines.append(
            Choice(table=self.name, key=key, value=value, why=why, confidence=confidence)
        )


@dataclass(kw_only=True)
class Draft:
    """The settings as tables in their order."""

    tables: list[DraftTable] = field(default_factory=list)

    def table(self, head: str, *, name: str = "", why: str = "") -> DraftTable:
        """Begin a table; one without lines is not written, but for ``[[files]]``."""
        table = DraftTable(head=head, name=name or head.strip("[]"), why=why)
        self.tables.append(table)
        return table

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Every line."""
        return tuple(choice for table in self.tables for choice in table.lines)

    def text(self, opening: Sequence[str]) -> str:
        """Return the settings file.

        Parameters
        ----------
        opening : sequence of str
            Lines of comment at its head.
        """
        lines = [f"# {line}".rstrip() for line in opening]
        for table in self.tables:
            if not table.lines:
                continue
            lines.append("")
            lines += [f"# {part}" for part in _wrapped(table.why)]
            lines.append(table.head)
            lines += [line for choice in table.lines for line in _written(choice)]
        return "\n".join([*lines, "", *_OWN_LOOK]) + "\n"


def toml_key(key: str) -> str:
    """Key as TOML writes it.

    Examples
    --------
    >>> toml_key("audit_id"), toml_key("Child's voice")
    ('audit_id', '"Child\\'s voice"')
    """
    return key if _BARE_KEY.fullmatch(key) else toml_text(key)


def toml_text(text: str) -> str:
    """Text as TOML writes it: JSON's form, with every control character escaped."""
    return re.sub(
        r"[\x7f-\x9f\ud800-\udfff]",
        lambda match: f"\\u{ord(match[0]):04x}",
        json.dumps(text, ensure_ascii=False),
    )


def toml_value(value: Value) -> str:
    """Value as TOML writes it.

    Examples
    --------
    >>> toml_value(True), toml_value(2), toml_value(("Day", "Month"))
    ('true', '2', '["Day", "Month"]')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return toml_text(value)
    return f"[{', '.join(toml_text(text) for text in value)}]"


def counts_in_words(counts: Mapping[str, int]) -> str:
    """Counts as a list in words.

    Examples
    --------
    >>> counts_in_words({"Good": 12, "RI": 3})
    'Good 12, RI 3'
    """
    return ", ".join(f"{tidy(word)} {number:,}" for word, number in counts.items())


def _written(choice: Choice) -> list[str]:
    line = f"{toml_key(choice.key)} = {toml_value(choice.value)}"
    why = _comment(_MARK[choice.confidence] + choice.why)
    if not why:
        return [line]
    if len(line) + len(why) + 4 <= _WIDTH:
        return [f"{line}  # {why}"]
    return [*(f"# {part}" for part in _wrapped(why)), line]


def _comment(text: str) -> str:
    return "".join(c for c in tidy(text) if c.isprintable())


def _wrapped(text: str) -> list[str]:
    lines: list[str] = []
    for word in _comment(text).split(" "):
        if lines and len(lines[-1]) + len(word) + 1 <= _WIDTH - 2:
            lines[-1] += f" {word}"
        elif word:
            lines.append(word)
    return lines

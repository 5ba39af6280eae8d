"""Tables of a ``council.toml``: what no reader of TOML should be given is refused by its key."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qaf_analysis.data.files.limits import (
    MAX_SETTINGS_BYTES,
    MAX_SETTINGS_DEPTH,
    MAX_SETTINGS_DIGITS,
    MAX_SETTINGS_TEXT,
)
from qaf_analysis.data.files.text_encoding import encoding_told
from qaf_analysis.terms.errors import SettingsError

MAX_SETTINGS_DOTS = 20
"""Dots in a key, with which it is refused before it is read."""
MAX_SETTINGS_ENTRIES = 10_000
"""Entries of a list in the settings."""
MAX_SETTINGS_TABLES = 500
"""Tables of one kind, such as ``[[files]]``."""
_DIGITS = re.compile(rb"[0-9A-Fa-f_.]{100,}")
_KEY = re.compile(rb"[\w.\"' -]{1,60}?(?=\s*=)")
_PIECE = r"""(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"?|'[^'\n]*+'?)"""
_DOT = rf"[ \t]*+\.[ \t]*+{_PIECE}"
# Every alternative takes what it has looked at, so that no text is looked at again and again.
_TOKEN = re.compile(
    r'''"""(?:[^"\\]|\\.|"(?!""))*+(?:""")?'''
    + r"""|'''(?:[^']|'(?!''))*+(?:''')?|\#[^\n]*+"""
    + rf"|(?P<deep>{_PIECE}(?:{_DOT}){{{MAX_SETTINGS_DOTS},}}+)|{_PIECE}(?:{_DOT})*+",
    re.DOTALL,
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def settings_bytes(path: Path) -> bytes:
    """Read a settings file, which is never large.

    Raises
    ------
    SettingsError
        If it may not be read, is no file, or is too large to be one of settings.
    """
    name = path.name
    try:
        _refuse_no_file(path.stat(), name=name)  # before it is opened: a pipe would wait for ever
        with path.open("rb") as file:
            _refuse_no_file(os.fstat(file.fileno()), name=name)
            data = file.read(MAX_SETTINGS_BYTES + 1)
    except (OSError, RuntimeError) as error:
        # RuntimeError: a link that leads to itself.
        reason = error.strerror if isinstance(error, OSError) else "a link that leads to itself"
        raise SettingsError(
            f"{name} cannot be read ({reason}). Close it in other programs, or ask for "
            "the right to read it."
        ) from None
    if len(data) > MAX_SETTINGS_BYTES:
        raise _too_large(name)
    return data


def _refuse_no_file(status: os.stat_result, *, name: str) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise SettingsError(
            f"{name} is a folder, a pipe or a device, not a file. Save the settings as a file."
        )
    if status.st_size > MAX_SETTINGS_BYTES:
        raise _too_large(name)


def _too_large(name: str) -> SettingsError:
    return SettingsError(
        f"{name} is larger than {MAX_SETTINGS_BYTES:,} bytes; a file of settings is not. "
        "Look whether another file was saved under that name."
    )


def tables_of(data: bytes, *, name: str) -> dict[str, Any]:
    """Tables of a settings file.

    Raises
    ------
    SettingsError
        If it is not TOML, holds a number longer than any setting needs, a text with control
        characters, or tables nested without end. The key or the line is named.
    """
    if not data.strip(b"\x00") and data:
        raise SettingsError(
            f"{name} holds NUL bytes only, as an interrupted copy leaves it; copy it again."
        )
    told = encoding_told(data)
    if told is not None and told.family != "UTF-8":
        raise SettingsError(f"{name} cannot be read: it is {told.family} text. Save it as UTF-8.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise SettingsError(
            f"{name} cannot be read: line {line} is not UTF-8. Save it as UTF-8."
        ) from None
    if any(token["deep"] for token in _TOKEN.finditer(text)):
        raise _too_deep(name)  # a reader of TOML takes the square of its length in time
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{name} cannot be read: {error}") from None
    except RecursionError:
        raise _too_deep(name) from None
    except (ValueError, OverflowError):
        # Python refuses to read a whole number of more than 4,300 digits.
        raise _long_number(data, name=name) from None
    for key, value in _values(tables, name=name):
        _refuse_value(key, value, name=name)
    return tables


def _too_deep(name: str) -> SettingsError:
    return SettingsError(
        f"{name} cannot be read: tables, brackets or dotted names stand inside one another "
        f"more than {MAX_SETTINGS_DEPTH} deep. Correct it."
    )


def _values(table: Any, key: str = "", depth: int = 0, *, name: str) -> Iterator[tuple[str, Any]]:
    """Every value with its key; keys are values too, for a key may hold what a text may not."""
    if depth > MAX_SETTINGS_DEPTH:
        raise _too_deep(name)
    if isinstance(table, dict):
        for word, inner in table.items():
            yield key, word
            yield from _values(inner, f"{key}.{word}" if key else word, depth + 1, name=name)
    elif isinstance(table, list):
        _refuse_long_list(key, table, name=name)
        for inner in table:
            yield from _values(inner, key, depth + 1, name=name)
    else:
        yield key, table


def _refuse_long_list(key: str, found: list[Any], *, name: str) -> None:
    most, what = MAX_SETTINGS_ENTRIES, "entries"
    if any(isinstance(entry, dict) for entry in found):
        most, what = MAX_SETTINGS_TABLES, "tables"
    if len(found) > most:
        raise SettingsError(
            f"{name}: {_shown(key)} has {len(found):,} {what}; at most {most:,} are possible. "
            "Take out those that are not needed."
        )


def _shown(key: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in key[:80]) or "its first table"


def _refuse_value(key: str, value: Any, *, name: str) -> None:
    shown = _shown(key)
    if isinstance(value, str) and _CONTROL.search(value):
        raise SettingsError(
            f"{name}: {shown} holds a control character, which no name and no file has. "
            "Type it again."
        )
    if isinstance(value, str) and len(value) > MAX_SETTINGS_TEXT and not key.endswith("query"):
        raise SettingsError(
            f"{name}: {shown} has a text of {len(value):,} characters; at most "
            f"{MAX_SETTINGS_TEXT:,} are possible. Look whether a quotation mark is missing."
        )
    if isinstance(value, int) and abs(value) >= 10**MAX_SETTINGS_DIGITS:
        raise SettingsError(
            f"{name}: {shown} is a number of more than {MAX_SETTINGS_DIGITS} digits. Correct it."
        )
    if isinstance(value, float) and not abs(value) < 10**MAX_SETTINGS_DIGITS:
        raise SettingsError(f"{name}: {shown} is no number to be counted with. Correct it.")


def _long_number(data: bytes, *, name: str) -> SettingsError:
    """Return the error that names the key of the longest number, or at least its line."""
    found = max(_DIGITS.finditer(data), key=lambda match: match.end() - match.start(), default=None)
    place = found.start() if found else 0
    line = data.count(b"\n", 0, place) + 1
    start = data.rfind(b"\n", 0, place) + 1
    key = _KEY.search(data, start, max(place, start))
    shown = key[0].decode("utf-8", errors="replace").strip() if key else "a key"
    return SettingsError(
        f"{name}: {shown} (line {line}) is a number of more than {MAX_SETTINGS_DIGITS} digits. "
        "Correct it."
    )

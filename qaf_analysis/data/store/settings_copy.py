"""What of a ``council.toml`` a run keeps: what its figures rest on, and nothing that names people.

Names of people stand in ``[spellings]``, in headings and constants of ``[[files]]``, in the words
of a grade, in comments. All of it serves reading only, which is over when the copy is written; so
the copy holds none of it. The first line names the file by its SHA-256, and the copy's settings
carry that sum, so that two reports can still be told to rest on one file.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from qaf_analysis.data.files.folder import settings_of
from qaf_analysis.terms.settings import Settings
from qaf_analysis.terms.settings_table import Table

_KEPT = (
    *("council", "domains", "optimism", "scales", "scale_maps", "case_type_maps", "team_maps"),
    *("themes", "process_changes", "report", "agreed"),
)
_READING_ONLY: Mapping[str, tuple[str, ...]] = {
    "council": ("not_graded", "missing_words", "not_missing_words"),
    "scales": ("spellings",),
    "report": ("logo", "reference"),  # a run keeps the files themselves
}
_HEAD = "# What figures rest on; what serves reading is left out. Of council.toml with SHA-256"
_SUM = re.compile(rf"{re.escape(_HEAD)} ([0-9a-f]{{64}}|)\n".encode())
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def settings_copy(data: bytes, *, sha256: str) -> bytes:
    """The copy of a settings file that a run keeps; of a copy, the same bytes.

    Parameters
    ----------
    data : bytes
        A ``council.toml`` that was read without fault, or a copy of one.
    sha256 : str
        Sum of the file itself; empty where the settings come from a filled template.

    Examples
    --------
    >>> toml = b'[council]\\nname = "A"  # Jane\\n[spellings.auditor]\\nJD = "Jane Doe"\\n'
    >>> print(settings_copy(toml, sha256="ab" * 32).decode().split("\\n", 2)[2], end="")
    [council]
    name = "A"
    """
    tables = tomllib.loads(data.decode("utf-8-sig"))
    tables["scale_maps"] = _between_eras(tables.get("scale_maps", []), settings_of(data))
    lines = [f"{_HEAD} {sha256}"]
    for name in _KEPT:
        found = tables.get(name, {})
        several = isinstance(found, list)
        for table in found if several else [found]:
            kept = {k: v for k, v in table.items() if k not in _READING_ONLY.get(name, ())}
            if kept:
                lines += ["", f"[[{name}]]" if several else f"[{name}]", *_pairs(kept)]
    return ("\n".join(lines) + "\n").encode()


def settings_of_copy(data: bytes) -> Settings:
    """Settings of a copy, with the sum of the file that it was made from.

    A whole ``council.toml``, as runs of earlier versions keep it, is read too. Settings that came
    with a filled template have no sum of their own: the template's is in the record.

    Raises
    ------
    SettingsError
        If it is not as it should be.
    """
    settings = settings_of(data)
    made_from = _SUM.match(data)
    return replace(settings, sha256=made_from[1].decode()) if made_from else settings


def _between_eras(maps: Sequence[Table], settings: Settings) -> list[Table]:
    """Maps from one scale in use to another; those of files serve reading only."""
    kept = {(m.source.name, m.target.name) for m in settings.scale_maps}
    return [table for table in maps if (table["source"], table["target"]) in kept]


def _pairs(table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        yield f"{key if _BARE_KEY.fullmatch(key) else _text(key)} = {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(_pairs(value))}}}"
    return repr(value)


def _text(value: str) -> str:
    # A JSON string is a TOML basic string, once nothing is escaped beyond the control characters.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")

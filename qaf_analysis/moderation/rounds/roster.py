"""Who reads in a round: a list that the quality lead writes, and its private copy.

Names stand in the list, in the private copy of the round and in the file that a closed round
writes for the council's own exports. Packs, the ledger and reports know codes.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from qaf_analysis.data.contract.spelling import spelling_key
from qaf_analysis.moderation.rounds.plan import Moderator
from qaf_analysis.terms.errors import InputRejectedError, UsageError

COLUMNS = ("code", "name", "source", "external", "teams")
TEMPLATE = (
    "code,name,source,external,teams\r\n"
    "M-01,as your exports name the person,Partner council,yes,\r\n"
    "M-02,as your exports name the person,Quality team,no,Team East; Team West\r\n"
)
"""A list to fill in."""

_CODE = re.compile(r"[A-Z][A-Z0-9-]{1,11}")
_YES_NO: Mapping[str, bool] = {"yes": True, "no": False, "": True}


def read_roster(path: Path) -> tuple[Moderator, ...]:
    """Read a list of moderators: ``code``, ``name``, ``source``, ``external``, ``teams``.

    Raises
    ------
    UsageError
        If it cannot be opened.
    InputRejectedError
        If a row is not as it should be; the message names row and column.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"The list of moderators “{path}” cannot be read ({type(error).__name__}). Give a CSV "
            f"file with the columns {', '.join(COLUMNS)}, saved as CSV UTF-8."
        ) from None
    separator = (
        ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    )
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    names = tuple(name.strip().casefold() for name in rows.fieldnames or ())
    missing = [name for name in ("code", "name") if name not in names]
    if missing:
        raise InputRejectedError(
            f"{path.name}, row 1: there is no column {' and no column '.join(missing)}. The "
            f"columns are {', '.join(COLUMNS)}; code and name are needed."
        )
    rows.fieldnames = list(names)
    found = tuple(
        _moderator(
            {name: (row.get(name) or "").strip() for name in COLUMNS}, f"{path.name}, row {n}"
        )
        for n, row in enumerate(rows, start=2)
        if any((value or "").strip() for value in row.values() if isinstance(value, str))
    )
    _refuse_alike(found, path.name)
    return found


def keep_roster(moderators: Sequence[Moderator]) -> bytes:
    """The private copy of a round's moderators."""
    told = [asdict(each) for each in moderators]
    return json.dumps(told, indent=1, ensure_ascii=False).encode("utf-8")


def kept_roster(content: bytes) -> tuple[Moderator, ...]:
    """Moderators from the private copy of a round."""
    read = json.loads(content)
    return tuple(Moderator(**{**each, "teams": tuple(each["teams"])}) for each in read)


def _moderator(row: Mapping[str, str], where: str) -> Moderator:
    if not _CODE.fullmatch(row["code"]):
        raise InputRejectedError(
            f"{where}, column code: “{row['code'][:20]}” is no code. Write capitals, digits and "
            "dashes that name nobody, such as M-04."
        )
    if not row["name"]:
        raise InputRejectedError(
            f"{where}, column name: it is blank. Write the name that your exports have, so that "
            "nobody is given a case of their own; it is kept on this computer only."
        )
    external = row["external"].casefold()
    if external not in _YES_NO:
        raise InputRejectedError(
            f"{where}, column external: “{row['external'][:20]}” is neither yes nor no."
        )
    teams = tuple(team.strip() for team in re.split(r"[;|]", row["teams"]) if team.strip())
    return Moderator(
        code=row["code"],
        name=row["name"],
        source=row["source"],
        is_external=_YES_NO[external],
        teams=teams,
    )


def _refuse_alike(found: Sequence[Moderator], name: str) -> None:
    if not found:
        raise InputRejectedError(f"{name} names no moderator. Write one a row.")
    for column, keys in (
        ("code", [each.code for each in found]),
        ("name", [spelling_key(each.name) for each in found]),
    ):
        for place, key in enumerate(keys):
            if key in keys[:place]:
                raise InputRejectedError(
                    f"{name}, row {place + 2}, column {column}: the same {column} stands in row "
                    f"{keys.index(key) + 2}. One row a person."
                )

"""The cells of one .xls or .ods workbook, read in a process that may use only so much memory.

``python opened.py FILE`` prints them as JSON. Whatever a file does to its reader, the program that
asked goes on. It imports nothing of this package, so it runs from whatever folder.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

MOST_MEMORY = 1_000_000_000
MOST_SHEETS, MOST_ROWS, MOST_COLUMNS = 50, 20_000, 200
MOST_CHARACTERS = 20_000_000
LONGEST_CELL = 32_767
NOT_READ, TOO_LARGE, LOCKED = 3, 4, 5
"""Codes that it ends with."""


class TooLargeError(Exception):
    """More cells or letters than any return has."""


def cells_of(path: Path) -> list[dict[str, Any]]:
    """Every sheet with its rows of texts; formulas as the values that were stored with them.

    Raises
    ------
    TooLargeError
        If a sheet, or all of them together, is larger than any return.
    """
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    if len(book.sheet_names) > MOST_SHEETS:
        raise TooLargeError
    found: list[dict[str, Any]] = []
    left = MOST_CHARACTERS
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
            raise TooLargeError
        rows = []
        for row in sheet.to_python(skip_empty_area=False):
            rows.append([text_of(cell) for cell in row])
            left -= sum(map(len, rows[-1]))
            if left < 0:
                raise TooLargeError
        found.append({"name": name, "rows": rows})
    return found


def text_of(cell: object) -> str:
    """A cell as text, a whole number without its point.

    Examples
    --------
    >>> text_of(2.0), text_of(2.5), text_of("Good"), text_of(True)
    ('2', '2.5', 'Good', 'TRUE')
    """
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)[:LONGEST_CELL]


def main(arguments: Sequence[str]) -> int:
    """Print the cells of a file; another code than 0 where it cannot be read."""
    _limit_memory()
    try:
        found = cells_of(Path(arguments[0]))
    except TooLargeError:
        return TOO_LARGE
    except Exception as error:  # whatever the reader raises of a broken file: its kind is told
        return LOCKED if "password" in f"{type(error).__name__} {error}".lower() else NOT_READ
    sys.stdout.buffer.write(json.dumps(found).encode("utf-8"))
    return 0


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

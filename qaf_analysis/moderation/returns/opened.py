"""The cells of one spreadsheet, read in a process of its own that may use only so much memory.

``python -m qaf_analysis.moderation.returns.opened FILE`` prints them as JSON. Whatever a file does
to its reader, the program that asked goes on.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

MOST_MEMORY = 1_000_000_000
MOST_SHEETS, MOST_ROWS, MOST_COLUMNS = 50, 20_000, 200
LONGEST_CELL = 32_767


def cells_of(path: Path) -> list[dict[str, Any]]:
    """Every sheet with its rows of texts; formulas as the values that were stored with them."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    found = []
    for name in book.sheet_names[:MOST_SHEETS]:
        sheet = book.get_sheet_by_name(name)
        if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
            found.append({"name": name, "rows": [], "too_large": True})
            continue
        rows = sheet.to_python(skip_empty_area=False)
        found.append({"name": name, "rows": [[text_of(cell) for cell in row] for row in rows]})
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
    """Print the cells of a file; 3 where it cannot be read."""
    _limit_memory()
    try:
        found = cells_of(Path(arguments[0]))
    except Exception as error:  # whatever the reader raises of a broken file is told by its kind
        sys.stderr.write(type(error).__name__)
        return 3
    sys.stdout.buffer.write(json.dumps(found).encode("utf-8"))
    return 0


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

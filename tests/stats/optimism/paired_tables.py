"""Published square tables, random ones, and the grades behind a table."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np

from tests.places import REFERENCE

FOLDER = REFERENCE / "optimism"
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
PRINTED = json.loads((FOLDER / "values.json").read_text(encoding="utf-8"))["printed"]
TABLES = {
    name: np.array(entry["table"])
    for name, entry in json.loads((FOLDER / "tables.json").read_text(encoding="utf-8")).items()
}


def grades_of(table):
    """Auditor's and moderator's grade of each audit counted in a table."""
    cells = np.repeat(np.arange(table.size), table.ravel())
    return np.divmod(cells, len(table))


def random_tables(n: int, *, seed: int) -> Iterator[np.ndarray]:
    """Tables of 2 to 11 grades and 1 to 60 audits, from nearly empty to full; odd ones first."""
    for k in range(2, 12):
        for audits in (1, 7):
            alike, one_row, one_cell = (np.zeros((k, k), dtype=int) for _ in range(3))
            alike[np.arange(audits) % k, np.arange(audits) % k] += 1
            one_row[k - 1, :] = audits
            one_cell[k - 1, 0] = audits
            yield from (alike, one_row, one_row.T, one_cell, one_cell.T)
    yield np.zeros((4, 4), dtype=int)
    rng = np.random.default_rng(seed)
    for _ in range(n):
        k = int(rng.integers(2, 12))
        chances = rng.dirichlet(np.full(k * k, rng.choice([0.02, 0.1, 1.0])))
        yield rng.multinomial(rng.integers(1, 60), chances).reshape(k, k)

"""Published ratings with the values that other programs print for them."""

from __future__ import annotations

import csv
import json
from typing import Any

import numpy as np

from qaf_analysis.stats.severity.ratings import SeverityRatings
from tests.places import REFERENCE

FOLDER = REFERENCE / "rater_effects"
LEVELS = {"ptam4": 4, "ratings1": 4, "ratings2": 4, "ex10": 2}
PEERS: dict[str, Any] = json.loads((FOLDER / "expected_r_peers.json").read_text(encoding="utf-8"))
WINE_AGQ: dict[str, Any] = json.loads((FOLDER / "wine_agq10.json").read_text(encoding="utf-8"))


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def published(name: str) -> tuple[SeverityRatings, list[str], list[str]]:
    """Ratings of a wide table: a person, a rater, then a column per criterion.

    Returns the ratings, and names of raters and criteria by number.
    """
    table = rows(name)
    person, rater, *criteria = table[0]
    raters = sorted({row[rater] for row in table})
    people = sorted({row[person] for row in table})
    audit, auditor, domain, grade = [], [], [], []
    for row in table:
        for place, criterion in enumerate(criteria):
            if row[criterion] not in ("", "NA"):
                audit.append(people.index(row[person]))
                auditor.append(raters.index(row[rater]))
                domain.append(place)
                grade.append(int(row[criterion]))
    ratings = SeverityRatings(
        audit=audit, auditor=auditor, domain=domain, grade=grade, n_levels=LEVELS[name]
    )
    return ratings, raters, criteria


def wine() -> SeverityRatings:
    """Judges as audits, contact as auditor, temperature as domain, the two bottles as quarters."""
    seen: dict[tuple[str, ...], int] = {}
    found = []
    for row in rows("wine"):
        key = (row["judge"], row["contact"], row["temp"])
        seen[key] = seen.get(key, -1) + 1
        contact, temp = row["contact"] == "yes", row["temp"] == "warm"
        found.append((int(row["judge"]), contact, temp, int(row["rating"]) - 1, seen[key]))
    audit, auditor, domain, grade, quarter = np.array(found, dtype=np.int64).T
    return SeverityRatings(
        audit=audit, auditor=auditor, domain=domain, grade=grade, n_levels=5, quarter=quarter
    )


def facet(peer: dict[str, Any], name: str) -> dict[str, float]:
    """What TAM prints for one facet, by parameter."""
    return {e["parameter"]: e["xsi"] for e in peer["xsi"] if e["facet"] == name}

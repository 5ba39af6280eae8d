"""Rates of false claims on consistency, and of intervals that miss: as measured, they are low."""

import csv
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
CHANGED = ("spread 0.8 to 0.4", "spread 0.4 to 0.8")


def read(name):
    with (DOCS / "calibration" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


ROWS, TEAMS = read("process"), read("severity_teams")
SPREAD = {(r["setting"], r["size"]): r for r in ROWS if r["part"] == "spread"}


def test_no_false_claim_comes_up_in_more_than_five_of_a_hundred():
    for (name, _), row in SPREAD.items():
        if not name.startswith(CHANGED):
            assert float(row["verdict: more"]) <= 0.05, name
            assert float(row["verdict: less"]) <= 0.05, name


def test_intervals_of_severity_hold_the_truth_in_93_of_a_hundred():
    for row in TEAMS:
        assert float(row["covers"]) >= 0.93, row["world"]

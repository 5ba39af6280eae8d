"""Rates of false claims on consistency: the method page says what was measured, and it is low."""

import csv
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "methods" / "process_change.md").read_text(encoding="utf-8")
CHANGED = ("spread 0.8 to 0.4", "spread 0.4 to 0.8")


def read(name):
    with (DOCS / "calibration" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


ROWS, TEAMS = read("process"), read("severity_teams")
SPREAD = {(r["setting"], r["size"]): r for r in ROWS if r["part"] == "spread"}


def pair(row, way):
    return f"{float(row[f'{way}: more']):.1%} / {float(row[f'{way}: less']):.1%}"


def test_the_page_has_each_world_where_nobody_changed_digit_by_digit():
    names = dict.fromkeys(name for name, _ in SPREAD if not name.startswith(CHANGED))
    assert len(names) >= 10
    for name in names:
        cells = [name]
        for size in ("200", "600"):
            cells += [pair(SPREAD[name, size], way) for way in ("as before", "verdict")]
        assert f"| {' | '.join(cells)} |" in PAGE


def test_the_page_has_the_first_page_s_rates_digit_by_digit():
    for row in ROWS:
        if row["part"] == "answer":
            said = " | ".join(f"{float(row[name]):.1%}" for name in ("worse", "more", "improved"))
            assert f"| {row['setting']} | {said} |" in PAGE


def test_no_false_claim_comes_up_in_more_than_five_of_a_hundred():
    for (name, _), row in SPREAD.items():
        if not name.startswith(CHANGED):
            assert float(row["verdict: more"]) <= 0.05, name
            assert float(row["verdict: less"]) <= 0.05, name


def test_intervals_of_severity_hold_the_truth_in_93_of_a_hundred():
    for row in TEAMS:
        assert float(row["covers"]) >= 0.93, row["world"]

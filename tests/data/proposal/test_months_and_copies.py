"""A sheet for each month without dates, sheets that repeat others, and words for missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from openpyxl import Workbook

from tests.data.proposal.exports import PLAIN, Speller, day_first, real, write_csv
from tests.data.proposal.small_council import (
    DOMAINS,
    LEVELS,
    TEAMS,
    assert_loads_truth,
    loaded,
    proposed,
    small_council,
    without_seconds,
)

TRUTH = [replace(a, moderated=None) for a in without_seconds(small_council(audits=36, seed=5))]
ON_FIRST = [replace(audit, on=audit.on.replace(day=1)) for audit in TRUTH]


def row(audit, *before):
    return [*before, *(LEVELS[audit.grades[domain]] for domain in DOMAINS)]


def write_months(path, named, *, months=None):
    book = Workbook()
    book.remove(book.active)
    for first in sorted({audit.on for audit in ON_FIRST}):
        sheet = book.create_sheet(named(first))
        sheet.append(["Audit ref", "Child ID", "Team", "Auditor", *DOMAINS])
        for a in ON_FIRST:
            if a.on == first:
                sheet.append(row(a, f"R{a.number}", a.child, a.team, a.auditor))
    book.save(path)


@pytest.mark.parametrize("form", ["%b %y", "%B %Y", "Audits %b-%Y", "%b %Y audits"])
def test_month_of_each_sheet_stands_for_its_audits(tmp_path, form):
    write_months(tmp_path / "Audits.xlsx", lambda first: first.strftime(form))
    proposal = proposed(tmp_path)
    assert not proposal.unanswered
    assert "month" in {question.key for question in proposal.questions}
    assert_loads_truth(loaded(tmp_path, proposal), ON_FIRST)


def test_month_of_each_file_stands_for_its_audits(tmp_path):
    for first in sorted({audit.on for audit in ON_FIRST}):
        rows = [["Audit ref", "Child ID", "Team", "Auditor", *DOMAINS]]
        rows += [
            row(a, f"R{a.number}", a.child, a.team, a.auditor) for a in ON_FIRST if a.on == first
        ]
        write_csv(tmp_path / f"Return {first:%B %Y}.csv", rows)
    assert_loads_truth(loaded(tmp_path, proposed(tmp_path)), ON_FIRST)


def test_month_is_not_taken_against_somebodys_word(tmp_path):
    write_months(tmp_path / "Audits.xlsx", lambda first: first.strftime("%b %y"))
    settings = proposed(tmp_path, {"month": "no"}).settings
    assert not settings.files[0].from_name


def test_names_without_a_year_say_no_month(tmp_path):
    write_months(tmp_path / "Audits.xlsx", lambda first: first.strftime("%B"))
    assert "month" not in {question.key for question in proposed(tmp_path).questions}


def test_day_in_a_column_counts_and_not_the_month_of_the_sheet(tmp_path):
    book = Workbook()
    book.remove(book.active)
    for first in sorted({audit.on for audit in ON_FIRST}):
        sheet = book.create_sheet(first.strftime("%b %y"))
        sheet.append(["Audit ref", "Child ID", "Date of audit", "Team", "Auditor", *DOMAINS])
        for a in TRUTH:
            if a.on.replace(day=1) == first:
                sheet.append(row(a, f"R{a.number}", a.child, real(a.on), a.team, a.auditor))
    book.save(tmp_path / "Audits.xlsx")
    assert_loads_truth(loaded(tmp_path, proposed(tmp_path)), TRUTH)


def write_teams_and_all(path, *, changed=False, only=()):
    """A sheet for each team, and one that repeats twenty audits of them all."""
    book = Workbook()
    book.remove(book.active)
    for team in TEAMS:
        sheet = book.create_sheet(team)
        sheet.append(["Audit ref", "Child ID", "Date of audit", "Auditor", *DOMAINS])
        for a in TRUTH:
            if a.team == team and a.number not in only:
                sheet.append(row(a, f"R{a.number}", a.child, real(a.on), a.auditor))
    copy = book.create_sheet("All data (old)")
    copy.append(["Audit ref", "Child ID", "Date of audit", "Auditor", *DOMAINS])
    for a in TRUTH[:20]:
        cells = row(a, f"R{a.number}", a.child, real(a.on), a.auditor)
        copy.append([*cells[:-1], "Good"] if changed else cells)
    book.save(path)


def test_sheet_that_repeats_all_others_is_named_and_left_out(tmp_path):
    write_teams_and_all(tmp_path / "Audits.xlsx")
    proposal = proposed(tmp_path)
    asked = next(question for question in proposal.questions if question.key == "copies")
    assert asked.asks.startswith("Audits.xlsx, sheet All data (old) repeats rows of ")
    assert all(f"sheet {team}" in asked.asks for team in TEAMS)
    assert not proposal.unanswered
    assert_loads_truth(loaded(tmp_path, proposal), TRUTH)


def test_the_copy_alone_is_read_on_somebodys_word(tmp_path):
    write_teams_and_all(tmp_path / "Audits.xlsx")
    answers = {"copies": "Audits.xlsx, sheet All data (old)", "team": "All teams"}
    truth = [replace(audit, team="All teams") for audit in TRUTH[:20]]
    assert_loads_truth(loaded(tmp_path, proposed(tmp_path, answers)), truth)


@pytest.mark.parametrize(
    ("changed", "only", "says"),
    [(True, (), "20 rows twice, with grades that differ"), (False, (3, 5), "2 rows that only")],
)
def test_copy_that_says_more_or_otherwise_must_be_decided(tmp_path, changed, only, says):
    write_teams_and_all(tmp_path / "Audits.xlsx", changed=changed, only=only)
    (asked,) = proposed(tmp_path).unanswered
    assert asked.key == "copies"
    assert says in asked.consequence


def test_words_for_missing_are_no_unknown_grades(tmp_path):
    spell = Speller(PLAIN)
    words = ["NULL", "None", "-", "TBC", "(blank)", "?", "not recorded", "N/A", "Splendid"]
    rows = [["Audit ref", "Child ID", "Audit date", "Team", "Auditor", *DOMAINS]]
    for place, a in enumerate(TRUTH):
        grades = [spell(a.grades[domain]) for domain in DOMAINS]
        if place < len(words):
            grades[1] = words[place]
        rows.append([f"R{a.number}", a.child, day_first(a.on), a.team, a.auditor, *grades])
    write_csv(tmp_path / "audits.csv", rows)
    proposal = proposed(tmp_path)
    (note,) = [note for note in proposal.notes if "no known grade" in note]
    assert note.startswith("1 cell in grade columns hold 1 word ")
    record = loaded(tmp_path, proposal).audits.record
    assert record.quarantined == 1  # the row of "Splendid"
    assert record.loaded == 35

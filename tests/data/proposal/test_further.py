"""Further layouts that councils have: each loads its truth by what is proposed alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from openpyxl import Workbook

from tests.data.proposal.exports import (
    PLAIN,
    SHORT,
    WRONG_NUMBERS,
    Speller,
    answers_rows,
    day_first,
    named_month,
    real,
    wide_row,
    write_csv,
)
from tests.data.proposal.small_council import (
    AUDITORS,
    DOMAINS,
    TEAMS,
    assert_loads_truth,
    loaded,
    proposed,
    small_council,
    without_seconds,
)

TRUTH = small_council(audits=36, seed=21)
GRADED_ONCE = without_seconds(TRUTH)
NOT_MODERATED = [replace(audit, moderated=None) for audit in TRUTH]
AUDITS_ONLY = without_seconds(NOT_MODERATED)


def grades_of(audit, spell):
    return [spell(audit.grades[domain]) for domain in DOMAINS]


def assert_proposal_loads(folder, truth):
    proposal = proposed(folder)
    assert not proposal.unanswered
    assert_loads_truth(loaded(folder, proposal), truth)
    return proposal


def test_headings_that_repeat_are_told_apart_by_number(tmp_path):
    spell = Speller(SHORT)
    heading = ["Audit No", "Child ID", "Team", "Date of Audit", "Auditor 1", *DOMAINS,
               "Auditor 2", *DOMAINS, "Moderator", "Date", "Overall"]  # fmt: skip
    rows = [
        wide_row(a, domains=DOMAINS, spell=spell, written=day_first,
                 before=(f"N{a.number}", a.child, a.team, day_first(a.on), a.auditor))
        for a in TRUTH
    ]  # fmt: skip
    write_csv(tmp_path / "audits.csv", [heading, *rows])
    (file,) = assert_proposal_loads(tmp_path, TRUTH).settings.files
    assert file.second_auditor.domains["Overall"] == "Overall (2)"
    assert file.moderator.domains == {"Overall": "Overall (3)"}


def test_three_heading_rows_with_merged_cells(tmp_path):
    spell, book, n = Speller(PLAIN), Workbook(), len(DOMAINS)
    sheet = book.active
    sheet.append(["Audit log 2024-25"])
    sheet.append([])
    gap = [None] * n
    sheet.append(["Case details", None, None, None, "First reading", *gap, "Second reading", *gap,
                  "Moderation", None, None])  # fmt: skip
    sheet.append([None] * 4 + ["Who", "Grades", *gap[1:], "Who", "Grades", *gap[1:],
                               "Who", "When", "Grade"])  # fmt: skip
    sheet.append(["Case ID", "Team", "Date of audit", "Ref no of audit", None, *DOMAINS, None,
                  *DOMAINS, None, None, "Overall"])  # fmt: skip
    for row, left, right in (
        (3, 1, 4),
        (3, 5, 5 + n),
        (3, 6 + n, 6 + 2 * n),
        (3, 7 + 2 * n, 9 + 2 * n),
        (4, 6, 5 + n),
        (4, 7 + n, 6 + 2 * n),
    ):
        sheet.merge_cells(start_row=row, end_row=row, start_column=left, end_column=right)
    for a in TRUTH:
        before = (int(a.child), a.team, real(a.on), f"R{a.number}", a.auditor)
        sheet.append(wide_row(a, domains=DOMAINS, spell=spell, written=real, before=before))
    book.save(tmp_path / "log.xlsx")
    assert assert_proposal_loads(tmp_path, TRUTH).settings.files[0].header_rows == 3


def test_a_sheet_for_each_auditor(tmp_path):
    spell, book = Speller(PLAIN), Workbook()
    book.remove(book.active)
    for who in AUDITORS:
        sheet = book.create_sheet(who)
        sheet.append(["Audit ref", "Child ID", "Team", "Date of audit", *DOMAINS])
        for a in (a for a in TRUTH if a.auditor == who):
            sheet.append([a.number, int(a.child), a.team, real(a.on), *grades_of(a, spell)])
    book.save(tmp_path / "audits.xlsx")
    (file,) = assert_proposal_loads(tmp_path, AUDITS_ONLY).settings.files
    assert file.from_name == {"sheet": "{auditor}"}


def test_a_moderation_log_that_repeats_the_auditors_grade(tmp_path):
    spell = Speller(PLAIN)
    write_csv(
        tmp_path / "audits.csv",
        [["Audit ID", "Child ID", "Team", "Auditor", "Date of audit", *DOMAINS],
         *([a.number, a.child, a.team, a.auditor, named_month(a.on), *grades_of(a, spell)]
           for a in TRUTH)],
    )  # fmt: skip
    write_csv(
        tmp_path / "moderation log.csv",
        [["Child ID", "Auditor", "Date of audit", "Auditor's overall grade", "Moderator",
          "Date moderated", "Moderated overall grade"],
         *([a.child, a.auditor, named_month(a.on), spell(a.grades["Overall"]),
            a.moderated.moderator, named_month(a.moderated.on), spell(a.moderated.grade)]
           for a in TRUTH if a.moderated)],
    )  # fmt: skip
    assert_proposal_loads(tmp_path, GRADED_ONCE)


@pytest.mark.parametrize("with_role", [True, False])
def test_a_row_for_each_grade(tmp_path, with_role):
    """Second readings by a role, or moderations in a list of their own."""
    spell, rows = Speller(SHORT), []
    for a in TRUTH:
        for domain in DOMAINS:
            start = [a.number, a.child, day_first(a.on), a.team]
            rows.append([*start, a.auditor, "First", domain, spell(a.grades[domain])])
            if a.second and with_role:
                rows.append([*start, a.second, "Second", domain, spell(a.second_grades[domain])])
    heading = ["Audit Number", "Person ID", "Audit date", "Team", "Auditor", "Reader",
               "Area of practice", "Judgement"]  # fmt: skip
    write_csv(tmp_path / "ratings.csv", [heading, *rows])
    if with_role:
        assert_proposal_loads(tmp_path, NOT_MODERATED)
        return
    write_csv(
        tmp_path / "checked.csv",
        [["Audit Number", "Moderated by", "Moderated on", "Area of practice", "Judgement"],
         *([a.number, a.moderated.moderator, day_first(a.moderated.on), "Overall",
            spell(a.moderated.grade)] for a in TRUTH if a.moderated)],
    )  # fmt: skip
    assert_proposal_loads(tmp_path, GRADED_ONCE)


def test_answers_that_give_the_date_and_every_grader(tmp_path):
    spell = Speller(PLAIN)

    def questions(a):
        found = {"Date of audit": day_first(a.on), "Team": a.team}
        found |= {f"Grade for {d}": spell(a.grades[d]) for d in DOMAINS}
        if a.moderated:
            found |= {"Moderator name": a.moderated.moderator,
                      "Date of moderation": day_first(a.moderated.on),
                      "Moderator's overall grade": spell(a.moderated.grade)}  # fmt: skip
        if a.second:
            found["Second auditor name"] = a.second
            found |= {f"Second auditor grade for {d}": spell(a.second_grades[d]) for d in DOMAINS}
        return found

    rows = answers_rows(
        TRUTH,
        heading=["Form ID", "Person ID", "Form Name", "Worker", "Section", "Question", "Answer"],
        form_number=lambda a: str(7000 + a.number),
        before=lambda a: (a.child, "Case audit", a.auditor, "1"),
        questions=questions,
    )
    write_csv(tmp_path / "answers.csv", rows)
    assert_proposal_loads(tmp_path, TRUTH)


def test_sheets_by_quarter_in_a_workbook_for_each_team(tmp_path):
    spell = Speller(WRONG_NUMBERS)
    for team in TEAMS:
        book = Workbook()
        book.remove(book.active)
        for quarter in dict.fromkeys(a.quarter for a in TRUTH):
            sheet = book.create_sheet(quarter)
            sheet.append([f"{team} audits"])
            sheet.append(["Child ID", "Date", "Auditor", *DOMAINS])
            for a in TRUTH:
                if (a.team, a.quarter) == (team, quarter):
                    sheet.append([a.child, day_first(a.on), a.auditor, *grades_of(a, spell)])
            sheet.append([])
            sheet.append(["Number of audits", 3])
        book.save(tmp_path / f"{team}.xlsx")
    (file,) = assert_proposal_loads(tmp_path, AUDITS_ONLY).settings.files
    assert (file.path, file.sheets) == ("*.xlsx", "all")
    assert file.from_name == {"sheet": "{quarter}", "file": "{team}.xlsx"}


def test_second_readings_in_a_file_of_their_own(tmp_path):
    spell = Speller(PLAIN)
    heading = ["Audit ID", "Child ID", "Team", "Auditor", "Date of audit", *DOMAINS]
    for name, person, grades in (("first", "auditor", "grades"),
                                 ("second", "second", "second_grades")):  # fmt: skip
        rows = [
            [a.number, a.child, a.team, getattr(a, person), named_month(a.on),
             *(spell(getattr(a, grades)[d]) for d in DOMAINS)]
            for a in TRUTH if getattr(a, person)
        ]  # fmt: skip
        write_csv(tmp_path / f"{name} audits.csv", [heading, *rows])
    (file,) = assert_proposal_loads(tmp_path, NOT_MODERATED).settings.files
    assert file.path == "* audits.csv"


def test_steps_of_moderators_among_the_audits_must_be_answered(tmp_path):
    spell = Speller(PLAIN)
    rows = [[a.number, a.child, "Audit", day_first(a.on), a.auditor, a.team, *grades_of(a, spell)]
            for a in TRUTH]  # fmt: skip
    rows += [
        [
            500 + a.number,
            a.child,
            "Audit moderation",
            day_first(a.moderated.on),
            a.moderated.moderator,
            a.team,
            *grades_of(a, spell),
        ]
        for a in TRUTH
        if a.moderated
    ]
    heading = ["Step ID", "Client ID", "Step type", "Date completed", "Worker", "Team", *DOMAINS]
    write_csv(tmp_path / "steps.csv", [heading, *rows])
    (question,) = proposed(tmp_path).unanswered
    assert question.key == "moderators_among_audits"
    moderated = sum(a.moderated is not None for a in TRUTH)
    assert f"{moderated} rows" in question.asks


def test_grades_between_two_levels_are_set_aside_unless_a_rule_is_given(tmp_path):
    spell = Speller(PLAIN)
    rows = [[a.number, a.child, day_first(a.on), a.team, a.auditor, *grades_of(a, spell)]
            for a in TRUTH]  # fmt: skip
    rows[3][-1], rows[9][-1] = "Good/RI", "Requires improvement / Inadequate"
    heading = ["Audit ID", "Child ID", "Audit date", "Team", "Auditor", *DOMAINS]
    write_csv(tmp_path / "audits.csv", [heading, *rows])
    proposal = proposed(tmp_path)
    question = next(q for q in proposal.questions if q.key == "half_grades")
    assert question.proposed == "aside"
    assert question.consequence.startswith("2 cells")
    assert loaded(tmp_path, proposal).audits.record.quarantined == 2
    lower = loaded(tmp_path, proposed(tmp_path, answers={"half_grades": "lower"})).audits
    assert lower.record.quarantined == 0
    overall = lower.ratings[lower.ratings["domain"] == "Overall"]
    assert sorted(overall[overall["grade_raw"].str.contains("/")]["grade"]) == [0, 1]


def test_totals_for_each_auditor_name_nobody_in_the_settings(tmp_path):
    spell, rows = Speller(PLAIN), []
    for who in AUDITORS:
        own = [a for a in TRUTH if a.auditor == who]
        rows += [[a.number, a.child, day_first(a.on), a.team, who, *grades_of(a, spell)]
                 for a in own]  # fmt: skip
        rows.append([f"Total for {who}", len(own), "", "", "", "50%"])
    heading = ["Audit ID", "Child ID", "Audit date", "Team", "Auditor", *DOMAINS]
    write_csv(tmp_path / "audits.csv", [heading, *rows])
    (file,) = assert_proposal_loads(tmp_path, AUDITS_ONLY).settings.files
    assert file.not_data == ("Total for",)


def test_a_table_of_a_database(tmp_path):
    spell = Speller(PLAIN)
    with closing(sqlite3.connect(tmp_path / "audit system.sqlite")) as database:
        columns = ["AuditNumber", "PersonID", "TeamName", "Auditor", "AuditDate", *DOMAINS]
        names = ", ".join(f'"{name}"' for name in columns)
        database.execute(f"CREATE TABLE audits ({names})")
        database.execute("CREATE TABLE teams (name, manager)")
        database.execute("INSERT INTO teams VALUES ('North', 'Ann Field')")
        marks = ", ".join("?" * len(columns))
        database.executemany(
            f"INSERT INTO audits VALUES ({marks})",
            [[a.number, a.child, a.team, a.auditor, a.on.isoformat(), *grades_of(a, spell)]
             for a in TRUTH],
        )  # fmt: skip
        database.commit()
    (file,) = assert_proposal_loads(tmp_path, AUDITS_ONLY).settings.files
    assert (file.database, file.query) == (
        "audit system.sqlite",
        'SELECT * FROM "audits" ORDER BY 1',
    )


def test_sheets_are_listed_where_another_has_some_of_the_headings(tmp_path):
    """A plan of audits to come has their headings too: "all" might take it for a table of them."""
    spell, book = Speller(PLAIN), Workbook()
    book.remove(book.active)
    heading = ["Audit ref", "Child ID", "Date of audit", "Auditor", *DOMAINS]
    for team in TEAMS:
        sheet = book.create_sheet(team)
        sheet.append(heading)
        for a in (a for a in TRUTH if a.team == team):
            sheet.append([a.number, a.child, real(a.on), a.auditor, *grades_of(a, spell)])
    plan = book.create_sheet("Planned")
    plan.append([*heading[:4], "Month"])
    plan.append([900, 123, None, "to be found", "July"])
    book.save(tmp_path / "audits.xlsx")
    (file,) = assert_proposal_loads(tmp_path, AUDITS_ONLY).settings.files
    assert file.sheets == TEAMS

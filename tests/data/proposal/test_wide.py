"""Workbooks and lists with a row for each audit load their truth by what is proposed alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from openpyxl import Workbook

from tests.data.proposal.exports import (
    NUMBERED,
    PLAIN,
    SHORT,
    WRONG_NUMBERS,
    Speller,
    add_notes,
    day_first,
    long_month,
    merged_heading,
    month_first,
    named_month,
    real,
    wide_row,
    write_csv,
)
from tests.data.proposal.small_council import (
    DOMAINS,
    TEAMS,
    Audited,
    assert_loads_truth,
    loaded,
    proposed,
    small_council,
    without_seconds,
)


@pytest.fixture(scope="module")
def truth():
    return small_council()


def by_quarter(truth: Sequence[Audited]) -> dict[str, list[Audited]]:
    found: dict[str, list[Audited]] = {}
    for audit in truth:
        found.setdefault(audit.quarter, []).append(audit)
    return found


def test_quarterly_workbooks_with_a_sheet_for_each_team(tmp_path, truth):
    """Merged headings, a title, totals, a date of birth, notes and an empty sheet beside."""
    spell = Speller(SHORT)
    for quarter, audits in by_quarter(truth).items():
        book = Workbook()
        book.remove(book.active)
        for team in TEAMS:
            sheet = book.create_sheet(team)
            sheet.append([f"Westmere Borough Council: QA audits {quarter} ({team})"])
            sheet.append([])
            sheet.merge_cells("A1:N1")
            merged_heading(
                sheet,
                3,
                ("LCS ID", "Date of birth", "Audited on", "Reviewing officer"),
                (
                    ("Judgements", [f"Q{n + 1}. {d}" for n, d in enumerate(DOMAINS)]),
                    ("2nd auditor", ["Name", *(f"Q{n + 1}. {d}" for n, d in enumerate(DOMAINS))]),
                    ("Moderated", ["By", "On", "Overall judgement"]),
                ),
            )
            own = [audit for audit in audits if audit.team == team]
            for audit in own:
                sheet.append(
                    wide_row(
                        audit,
                        domains=DOMAINS,
                        spell=spell,
                        written=real,
                        before=(
                            int(audit.child),
                            real(audit.on.replace(year=2012)),
                            real(audit.on),
                            audit.auditor,
                        ),
                    )
                )
            sheet.append(["Grand total", None, len(own), None, "75%", "50%"])
            sheet.append(["Average", None, None, None, 2.1, 1.9])
        add_notes(book)
        book.save(tmp_path / f"QA audits {quarter}.xlsx")
    proposal = proposed(tmp_path)
    (file,) = proposal.settings.files
    assert (file.path, file.sheets, file.header_rows) == ("QA audits *.xlsx", "all", 2)
    assert set(file.not_data) == {"Grand total", "Average"}
    assert file.from_name == {"sheet": "{team}", "file": "QA audits {quarter}.xlsx"}
    assert proposal.settings.council == "Westmere Borough Council"
    assert [note for note in proposal.notes if "Date of birth" in note]
    found = loaded(tmp_path, proposal)
    assert_loads_truth(found, truth)
    assert found.audits.record.not_data == 4 * len(TEAMS) * 2


def test_sheets_by_quarter_and_a_moderation_log_in_the_same_workbook(tmp_path, truth):
    """One heading row whose words say whose the grade is; moderations joined by child and date."""
    spell, book = Speller(NUMBERED), Workbook()
    book.remove(book.active)
    for quarter, audits in by_quarter(truth).items():
        sheet = book.create_sheet(quarter)
        sheet.append(
            ["Team name", "Case number", "Date audited", "Auditor"]
            + [f"Grade: {d}" for d in reversed(DOMAINS)]
            + ["Second auditor"]
            + [f"Second auditor: {d}" for d in reversed(DOMAINS)]
        )
        for audit in audits:
            row = wide_row(
                audit,
                domains=tuple(reversed(DOMAINS)),
                spell=spell,
                written=day_first,
                before=(audit.team, audit.child, day_first(audit.on), audit.auditor),
            )
            sheet.append(row[:-3])
        sheet.append(["Sub-total", len(audits)])
    log = book.create_sheet("Moderation log")
    log.append(["Case number", "Moderator", "Date moderated", "Moderated grade", "How selected"])
    for audit in truth:
        if audit.moderated:
            log.append(
                [
                    audit.child,
                    audit.moderated.moderator,
                    day_first(audit.moderated.on),
                    spell(audit.moderated.grade),
                    "Random sample",
                ]
            )
    book.save(tmp_path / "audit tool.xlsx")
    proposal = proposed(tmp_path)
    assert [f.kind for f in proposal.settings.files] == ["audits", "moderations"]
    assert proposal.settings.spellings["selected_by"] == {"Random sample": "random"}
    found = loaded(tmp_path, proposal)
    assert_loads_truth(found, truth)
    assert set(found.audits.moderations["selected_by"]) == {"random"}


def test_lists_with_two_heading_rows_and_the_team_in_the_file_name(tmp_path, truth):
    """CSV cannot say what is merged; dates are month first, which their days prove."""
    spell = Speller(WRONG_NUMBERS)
    for team in TEAMS:
        rows: list[list[object]] = [
            ["Case file audits", *[""] * 16],
            [
                "",
                "",
                "",
                "Practice grades",
                *[""] * 4,
                "Second reader",
                *[""] * 5,
                "Moderation",
                "",
                "",
            ],
            [
                "Person ID",
                "Audit date",
                "Auditor name",
                *DOMAINS,
                "Reader",
                *DOMAINS,
                "Moderator",
                "Date",
                "Overall",
            ],
        ]
        for audit in truth:
            if audit.team == team:
                rows.append(
                    wide_row(
                        audit,
                        domains=DOMAINS,
                        spell=spell,
                        written=month_first,
                        before=(audit.child, month_first(audit.on), audit.auditor),
                    )
                )
        write_csv(tmp_path / f"Audits - {team}.csv", rows)
    proposal = proposed(tmp_path)
    (file,) = proposal.settings.files
    assert (file.path, file.date_order) == ("Audits - *.csv", "month_first")
    assert file.from_name == {"file": "Audits - {team}.csv"}
    assert_loads_truth(loaded(tmp_path, proposal), truth)


def test_one_list_with_named_months_beside_a_small_table(tmp_path, truth):
    """A second table to the right is left out; a separator of semicolons is no matter."""
    spell = Speller(PLAIN)
    rows: list[list[object]] = [
        [
            "Audit ref",
            "Child's Mosaic ID",
            "Team",
            "Auditor",
            "Completed",
            *DOMAINS,
            "Moderated by",
            "Moderation date",
            "Moderated overall grade",
            "",
            "Quarter count",
            "Sum",
        ]
    ]
    counts = Counter(audit.quarter for audit in truth)
    summary = [*counts.items()]
    for place, audit in enumerate(truth):
        moderated = audit.moderated
        rows.append(
            [
                f"CFA/{audit.number:04d}",
                audit.child,
                audit.team,
                audit.auditor,
                long_month(audit.on),
                *(spell(audit.grades[d]) for d in DOMAINS),
                moderated.moderator if moderated else "",
                named_month(moderated.on) if moderated else "",
                spell(moderated.grade) if moderated else "",
                "",
                *(summary[place] if place < len(summary) else ("", "")),
            ]
        )
    write_csv(tmp_path / "export.csv", rows, separator=";", encoding="cp1252")
    proposal = proposed(tmp_path)
    assert "audit_date" in [question.key for question in proposal.questions]
    assert_loads_truth(loaded(tmp_path, proposal), without_seconds(truth))

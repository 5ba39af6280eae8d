"""The template, filled in as a council would, read back with nothing else in the folder."""

import io
import tomllib
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from qaf_analysis.cli import app
from qaf_analysis.data.contract.record import ImportRejectedError
from qaf_analysis.data.council.pseudonyms import PseudonymKey
from qaf_analysis.data.council.read import read_council
from qaf_analysis.data.files.folder import read_settings
from qaf_analysis.data.store.bundle import read_bundle, write_bundle
from qaf_analysis.data.template.fields import template_columns, template_domains
from qaf_analysis.data.template.workbook import template_workbook
from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.names import DomainTag
from qaf_analysis.terms.scale import Scale
from qaf_analysis.terms.settings import Settings
from qaf_analysis.terms.settings_file import settings_from

AS_OF = date(2025, 6, 2)
KEY = PseudonymKey(secret=bytes(32))
BEST_FIRST = ("Outstanding", "Good", "Requires improvement", "Inadequate")
OWN = Scale(name="own", levels=("Red", "Amber, mostly", "Green"), good_from=2)


def fill(book, rows, *, council="Xshire"):
    """Write rows below the example, each a mapping from heading to value."""
    sheet = book["Audits"]
    headings = [cell.value for cell in sheet[1]]
    for number, row in enumerate(rows, start=3):
        for heading, value in row.items():
            sheet.cell(row=number, column=headings.index(heading) + 1, value=value)
    book["Your council"]["A2"] = council
    return book


def template(settings=None, *, council=""):
    data = template_workbook(settings or Settings(council="x"), council=council)
    return openpyxl.load_workbook(io.BytesIO(data))


def audit(number, **more):
    return {
        "Audit number": f"A{number:04d}",
        "Number of the child's file": f"00{number:05d}",
        "Date of audit": date(2024, 4, 15) + timedelta(days=number),
        "Team": ("East", "West")[number % 2],
        "Type of case": "Child in need",
        "Type of audit": "Case file",
        "Auditor": f"Auditor {number % 7}",
        "Auditor: Overall": BEST_FIRST[number % 4],
        "Auditor: Plan": BEST_FIRST[number % 3],
    } | more


def moderated(number):
    return {
        "Moderator": "M. One",
        "Date moderated": date(2024, 4, 15) + timedelta(days=number + 7),
        "Moderated by": "Peer",
        "How it was chosen": "Random",
        "Chance of being chosen": 0.25,
        "Moderator: without sight of the grades?": "Yes",
        "Moderator: Overall": BEST_FIRST[(number + 1) % 4],
    }


def read(folder):
    return read_council(folder, as_of=AS_OF, key=KEY)


def saved(book, folder, name="any name.xlsx"):
    folder.mkdir(exist_ok=True)
    book.save(folder / name)
    return folder


def test_300_audits_with_moderations_and_second_readings(tmp_path):
    """Every count is that of what was filled in: every third moderated, every fifth read twice."""
    rows = [
        audit(
            n,
            **(moderated(n) if n % 3 == 0 else {}),
            **(
                {"Second auditor": "Auditor 9", "Second: Overall": BEST_FIRST[n % 4]}
                if n % 5 == 0
                else {}
            ),
        )
        for n in range(300)
    ]
    found = read(saved(fill(template(), rows), tmp_path / "filled"))
    record = found.audits.record
    [file] = [each for each in record.files if each.rows_in]
    assert (file.rows_in, file.loaded, file.quarantined, file.not_data) == (301, 300, 0, 1)
    assert not [f for f in record.findings if f.outcome != "note"]
    assert found.audits.settings.council == "Xshire"
    audits, ratings = found.audits.audits, found.audits.ratings
    assert len(audits) == 300
    assert Counter(audits["team"]) == {"East": 150, "West": 150}
    assert set(audits["audit_type"]) == {"case_file"}
    assert str(audits["audit_date"].min().date()) == "2024-04-15"
    # Two domains each, one more for a moderation, one for a second reading.
    assert Counter(ratings["role"]) == {
        "auditor": 600,
        "external_moderator": 100,
        "second_auditor": 60,
    }
    overall = ratings.query("role == 'auditor' and domain == 'Overall'")["grade"]
    assert Counter(overall) == {0: 75, 1: 75, 2: 75, 3: 75}
    moderations = found.audits.moderations
    assert len(moderations) == 100
    assert set(moderations["selected_by"]) == {"random"}
    assert set(moderations["selection_probability"]) == {0.25}
    assert sorted(found.references.values()) == [f"A{n:04d}" for n in range(300)]


def test_the_bundle_of_a_template_is_read_back_with_its_settings(tmp_path):
    found = read(saved(fill(template(), [audit(1, **moderated(1))]), tmp_path / "filled"))
    write_bundle(found.audits, tmp_path / "bundle")
    again, settings = read_bundle(tmp_path / "bundle").settings, found.audits.settings
    assert (again.council, again.domains, again.scale) == (
        "Xshire",
        settings.domains,
        settings.scale,
    )
    # No file of settings was read, so no sum of one is told.
    assert again.sha256 == settings.sha256 == ""
    assert {file.name for file in found.audits.record.files} == {"any name.xlsx"}


def test_an_untouched_template_says_that_there_is_nothing_in_it(tmp_path):
    with pytest.raises(ImportRejectedError) as refused:
        read(saved(fill(template(), []), tmp_path / "empty"))
    codes = {finding.code for finding in refused.value.record.findings}
    assert codes & {"nothing_left", "no_rows"}


def test_a_council_without_a_name_is_told_which_cell_to_fill(tmp_path):
    folder = saved(fill(template(), [audit(1)], council=None), tmp_path / "nameless")
    with pytest.raises(ImportRejectedError) as refused:
        read(folder)
    [finding] = refused.value.record.findings
    assert (finding.code, finding.sheet, finding.row) == ("council_not_named", "Your council", 2)
    assert "cell A2" in finding.mend


def test_faults_in_it_are_named_with_their_cell_and_the_rest_is_loaded(tmp_path):
    rows = [
        audit(1),
        audit(2, **{"Auditor: Overall": "Adequate"}),
        audit(3, **{"Date of audit": "31/11/2024"}),
        audit(4, Team=None),
        audit(1, **{"Date of audit": date(2024, 9, 9)}),
        audit(8),
    ]
    found = read(saved(fill(template(), rows), tmp_path / "faulty"))
    aside = {f.row: f.column for f in found.audits.record.findings if f.outcome == "quarantine"}
    assert aside[4] == "Auditor: Overall"
    assert aside[5] == "Date of audit"
    assert aside[6] == "Team"
    assert found.audits.record.quarantined >= 3
    record = found.audits.record
    assert record.rows_in == record.loaded + record.quarantined + record.not_data == 7
    assert list(found.references.values()) == ["A0008"]


def test_own_domains_scale_and_themes_come_with_it(tmp_path):
    """A label with a comma in it would break a drop-down that is written as a list of words."""
    settings = settings_from(
        tomllib.loads(
            '[council]\nname = "Ourshire"\nscale = "own"\nsynthetic = true\n'
            '[domains]\n"Child\'s voice" = "child"\n"Plan; \\"old\\"" = ""\n'
            '[[scales]]\nname = "own"\nlevels = ["Red", "Amber, mostly", "Green"]\n'
            'good_from = "Green"\n'
        )
    )
    assert settings.scale == OWN
    row = {
        "Audit number": "A1",
        "Date of audit": date(2024, 5, 1),
        "Team": "East",
        "Auditor": "X",
        "Auditor: Overall": "Amber, mostly",
        'Auditor: Plan; "old"': "Green",
    }
    book = template(settings, council="Ourshire")
    assert book["Your council"]["A2"].value == "Ourshire"
    found = read(saved(fill(book, [row], council="Ourshire"), tmp_path / "own"))
    ratings = found.audits.ratings.set_index("domain")["grade"].to_dict()
    assert ratings == {"Overall": 1, 'Plan; "old"': 2}
    assert found.audits.settings.domains["Child's voice"] == DomainTag.CHILD
    assert found.audits.settings.synthetic


def test_council_toml_beside_it_holds_and_moderations_beside_it_are_read(tmp_path):
    folder = saved(fill(template(), [audit(1)]), tmp_path / "both")
    (folder / "council.toml").write_text('[council]\nname = "Y"\nsmall_count = 7\n', "utf-8")
    (folder / "moderations.csv").write_text(
        "audit_id,moderator,moderated_on,domain,grade,moderation_source,reason\n"
        "A0001,M,2024-05-01,Overall,Good,peer,\n",
        encoding="utf-8",
    )
    found = read(folder)
    assert (found.audits.settings.council, found.audits.settings.small_count) == ("Y", 7)
    assert len(found.audits.moderations) == 1
    names = {file.name: file.kind for file in found.audits.record.files}
    assert names == {
        "any name.xlsx": "audits",
        "moderations.csv": "moderations",
        "council.toml": "settings",
    }


def test_several_templates_of_one_council_are_read_together(tmp_path):
    folder = saved(fill(template(), [audit(1), audit(2)]), tmp_path / "teams", "east.xlsx")
    saved(fill(template(), [audit(3)]), folder, "west.XLSX")
    assert len(read(folder).audits.audits) == 3
    saved(fill(template(), [audit(4)], council="Another"), folder, "zz.xlsx")
    with pytest.raises(ImportRejectedError, match="templates_differ"):
        read(folder)


def test_audits_in_another_file_beside_it_are_refused(tmp_path):
    folder = saved(fill(template(), [audit(1)]), tmp_path / "twice")
    (folder / "audits.csv").write_text("audit_id\nA1\n", encoding="utf-8")
    with pytest.raises(ImportRejectedError, match="beside the filled template"):
        read(folder)


@pytest.mark.parametrize("spoilt", ["qaf settings", "files", "Your council"])
def test_a_template_that_has_lost_its_settings_is_refused(tmp_path, spoilt):
    book = fill(template(), [audit(1)])
    if spoilt == "Your council":
        del book["Your council"]
    elif spoilt == "files":
        settings = book["qaf settings"]
        for row in settings.iter_rows(min_row=2, min_col=2, max_col=2):
            row[0].value = "x"
    else:
        book["qaf settings"]["A1"] = "something else"
    with pytest.raises(ImportRejectedError, match="template_damaged"):
        read(saved(book, tmp_path / "spoilt"))


def test_a_workbook_that_only_speaks_of_it_is_no_template(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"] = "qaf settings"
    saved(book, tmp_path / "other", "other.xlsx")
    (tmp_path / "other" / "not a zip.xlsx").write_bytes(b"qaf settings")
    settings, declared = read_settings(tmp_path / "other")
    assert declared == b""
    assert settings.files == ()


def test_every_column_has_its_drop_down_or_check_and_a_note():
    settings = Settings(council="x")
    book = template(settings)
    sheet = book["Audits"]
    columns = template_columns(settings)
    checks = {
        str(check.sqref).split(":")[0]: check for check in sheet.data_validations.dataValidation
    }
    for place, column in enumerate(columns, start=1):
        assert sheet.cell(row=1, column=place).value == column.heading
        assert column.note in sheet.cell(row=1, column=place).comment.text
        check = checks[f"{get_column_letter(place)}2"]
        assert check.prompt
        assert len(check.prompt) <= 255  # more makes Excel repair the file
        assert len(check.promptTitle) <= 32
        if column.entry in ("grade", "list", "yes_no"):
            assert check.type == "list"
            assert check.showErrorMessage
            name, cells = check.formula1.replace("'", "").split("!")
            words = [cell.value for (cell,) in book[name][cells.replace("$", "")]]
            expected = {"yes_no": ["Yes", "No"], "grade": list(BEST_FIRST)}
            assert words == expected.get(column.entry, list(column.choices))
        if column.entry == "date":
            assert (check.type, check.formula2) == ("date", "TODAY()")
    assert sheet.freeze_panes == "B2"
    assert book["qaf settings"].sheet_state == book["qaf lists"].sheet_state == "veryHidden"
    assert book.active.title == "Audits"


def test_no_two_headings_are_read_as_one():
    domains = {"Team": None, "Round": None, "Audit number": None}
    settings = Settings(council="x", domains=domains)
    headings = [column.heading.casefold() for column in template_columns(settings)]
    assert len(set(headings)) == len(headings)


def test_domains_that_cannot_stand_side_by_side_are_refused():
    with pytest.raises(SettingsError, match='"Plan" and "PLAN!" differ in case and signs only'):
        template_domains(Settings(council="x", domains={"Plan": None, "PLAN!": None}))
    many = {f"Domain {n}": None for n in range(41)}
    with pytest.raises(SettingsError, match="room for 40"):
        template_domains(Settings(council="x", domains=many))


def test_the_same_template_is_the_same_bytes():
    settings = Settings(council="x")
    assert template_workbook(settings, council="X") == template_workbook(settings, council="X")


def test_the_command_writes_it_once_and_never_over_a_filled_one(tmp_path, capsys):
    out = tmp_path / "new" / "fill.xlsx"
    assert app.run(["template", "--out", str(out), "--domain", "Plan", "--domain", "Risk"]) == 0
    assert "cell A2" in capsys.readouterr().out
    headings = [cell.value for cell in openpyxl.load_workbook(out)["Audits"][1]]
    graded = [text for text in headings if text.startswith("Auditor: ")]
    assert graded == ["Auditor: Overall", "Auditor: Plan", "Auditor: Risk"]
    before = out.read_bytes()
    assert app.run(["template", "--out", str(out)]) == 2
    assert "there already" in capsys.readouterr().err
    assert out.read_bytes() == before
    assert app.run(["template", "--out", str(tmp_path / "x.csv")]) == 2
    assert app.run(["template", "--data", str(tmp_path), "--out", str(tmp_path / "y.xlsx")]) == 2
    assert not (tmp_path / "y.xlsx").exists()


def test_the_command_takes_what_council_toml_declares(tmp_path):
    example = Path(__file__).parents[3] / "data" / "example"
    out = tmp_path / "ours.xlsx"
    assert app.run(["template", "--data", str(example), "--out", str(out)]) == 0
    book = openpyxl.load_workbook(out)
    headings = [cell.value for cell in book["Audits"][1]]
    assert "Moderator: Strategy meetings" in headings
    assert "Theme" in headings
    assert book["Your council"]["A2"].value == "Example County Council"
    assert book["Your council"]["B2"].value == "Families First East"

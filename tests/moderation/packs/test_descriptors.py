"""Descriptors of a council's own: read whole, or refused with the row and the column."""

import pytest

from qaf_analysis.data.files.folder import open_folder
from qaf_analysis.moderation.packs.descriptors import descriptors_sentence, read_descriptors
from qaf_analysis.terms.errors import SettingsError

LEVELS = ("Not met", "Met")
DOMAINS = ("Overall", "Plan")


def read(folder, text, *, encoding="utf-8"):
    (folder / "descriptors.csv").write_bytes(text.encode(encoding))
    return read_descriptors(folder, levels=LEVELS, domains=DOMAINS)


def test_an_empty_domain_holds_for_every_part_without_a_row_of_its_own(tmp_path):
    found = read(
        tmp_path, "Level,Domain,Text\nMet,,All well\nnot met,,Not well\nMet,plan,A plan is kept\n"
    )
    assert found == {"Overall": ("Not well", "All well"), "Plan": ("Not well", "A plan is kept")}
    assert descriptors_sentence(found, domains=DOMAINS).startswith(
        "Packs have descriptors of every"
    )


def test_a_part_of_which_nothing_is_said_has_none(tmp_path):
    found = read(tmp_path, "domain,level,text\nPlan,Met,a\nPlan,Not met,b\n")
    assert found == {"Plan": ("b", "a")}


def test_without_the_file_there_are_none_and_it_is_said(tmp_path):
    found = read_descriptors(tmp_path, levels=LEVELS, domains=DOMAINS)
    assert found == {}
    assert "no descriptors.csv" in descriptors_sentence(found, domains=DOMAINS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_and_separators_of_excel_are_read(tmp_path, encoding):
    text = "domain;level;text\r\n;Met;Child’s plan, kept\r\n;Not met;–\r\n"
    assert read(tmp_path, text, encoding=encoding)["Plan"] == ("–", "Child’s plan, kept")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("domain,grade,text\n", "text, each once; wrong: level."),
        ("", "row 1 must name the columns"),
        ("domain,level,text\n,Met,a\n\n,Good,b\n", "Row 4, column level: no grade of the scale."),
        ("domain,level,text\nPlans,Met,a\n", "Row 2, column domain: no part of the audit"),
        ("domain,level,text\n,Met,\n", "Row 2, column text: empty."),
        ("domain,level,text\n,Met,a\n,MET,b\n", "Row 3, columns domain and level: as in row 2."),
        ("domain,level,text\nPlan,Met,a\n", "Plan: no row for Not met (column level). Add it."),
        ("domain,level,text\n,Met,a, and more\n", "row 2 has more cells than row 1."),
        ("domain,level,text\n,Met," + "a" * 2_001 + "\n,Not met,b\n", "Row 2, column text: longer"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_row_and_column(tmp_path, text, told):
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, text)
    assert told in str(caught.value)


def test_a_name_in_capitals_is_the_file_too(tmp_path):
    rows = "domain,level,text\n,Met,a\n,Not met,b\n"
    (tmp_path / "Descriptors.CSV").write_text(rows, encoding="utf-8")
    assert read_descriptors(tmp_path, levels=LEVELS, domains=("Plan",)) == {"Plan": ("b", "a")}


def test_many_faults_are_counted(tmp_path):
    with pytest.raises(SettingsError, match=r"And 3 more\."):
        read(tmp_path, "domain,level,text\n" + "".join(f"p{n},Met,a\n" for n in range(8)))


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "secret.csv").write_text("domain,level,text\n", encoding="utf-8")
    (tmp_path / "own" / "descriptors.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(SettingsError, match="is a link"):
        read_descriptors(tmp_path / "own", levels=LEVELS, domains=DOMAINS)


def test_the_file_is_taken_for_no_export(tmp_path):
    from_audits = "audit_id,audit_date,domain,grade,auditor\n"
    (tmp_path / "audits.csv").write_text(from_audits, encoding="utf-8")
    (tmp_path / "Descriptors.csv").write_text("domain,level,text\n", encoding="utf-8")
    (tmp_path / "notes.csv").write_text("a,b\n", encoding="utf-8")
    found = open_folder(tmp_path)
    assert [file.path for file in found.files] == ["audits.csv"]
    assert [finding.file for finding in found.findings] == ["notes.csv"]

"""A council's own look from the folder of its exports into a run, and out of the run alone."""

from __future__ import annotations

import io
import os
import shutil
from pathlib import Path

import docx
import pytest

from qaf_analysis.report.look import PLAIN
from qaf_analysis.run.own_look import (
    LARGEST_REFERENCE,
    keep_look,
    kept_look,
    read_look,
    sum_of_look,
)
from qaf_analysis.run.session import Session
from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.report_settings import ReportSettings
from qaf_analysis.terms.settings import Settings
from tests.report.logos import FROM_A_PROGRAM, SVG, drawn, png


def settings(**declared: object) -> Settings:
    return Settings(council="Example", report=ReportSettings(is_given=True, **declared))


def word_document() -> bytes:
    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph("Something confidential of last year")
    document.core_properties.author = "A Former Officer"
    document.styles["Normal"].font.name = "Gill Sans MT"
    document.save(out)
    return out.getvalue()


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    (folder / "brand").mkdir(parents=True)
    (folder / "brand" / "logo.png").write_bytes(png())
    (folder / "logo.svg").write_bytes(FROM_A_PROGRAM)
    (folder / "ours.docx").write_bytes(word_document())
    return folder


@pytest.mark.parametrize("name", ["brand/logo.png", "brand\\logo.png", "logo.svg"])
def test_a_logo_beside_the_exports_is_read(exports, name):
    assert read_look(exports, settings(logo=name)).logo.kind == name[-3:]


def test_without_a_table_nothing_is_read(exports):
    assert read_look(exports, Settings(council="Example")) == PLAIN


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("lgo.svg", '"lgo.svg" is not in the folder. Put it beside the exports'),
        ("../secret.svg", "lies outside the folder of the exports"),
        ("..\\secret.svg", "lies outside the folder of the exports"),
        ("brand/../../secret.svg", "lies outside the folder of the exports"),
        ("/etc/secret.svg", "lies outside the folder of the exports"),
        ("C:\\brand\\secret.svg", "lies outside the folder of the exports"),
        ("\\\\server\\brand\\secret.svg", "lies outside the folder of the exports"),
        ("folder.svg", "is a folder, a pipe or a device, not a file"),
        ("large.png", "has 200,001 bytes; at most 200,000 are possible"),
        ("acts.svg", 'may not hold the SVG element "script"'),
        ("fetches.svg", 'may not hold the SVG element "image"'),
        ("a drawing.png", "is no PNG picture, or a damaged one"),
    ],
)
def test_a_logo_that_may_not_be_used_is_refused_with_what_to_do(exports, name, said):
    (exports.parent / "secret.svg").write_bytes(SVG)
    (exports / "folder.svg").mkdir()
    (exports / "large.png").write_bytes(png() + b"\0" * (200_001 - len(png())))
    (exports / "acts.svg").write_bytes(drawn("<script>alert(1)</script>"))
    (exports / "fetches.svg").write_bytes(drawn('<image href="https://example.org/a.png"/>'))
    (exports / "a drawing.png").write_bytes(SVG)
    with pytest.raises(SettingsError) as error:
        read_look(exports, settings(logo=name))
    assert said in str(error.value)
    assert str(exports) not in str(error.value)


@pytest.mark.skipif(os.name == "nt", reason="needs a right to make links")
@pytest.mark.parametrize("target", ["inside", "outside", "folder", "itself"])
def test_a_link_is_refused_wherever_it_leads(exports, target):
    outside = exports.parent / "elsewhere"
    outside.mkdir()
    (outside / "logo.svg").write_bytes(SVG)
    name = "linked/logo.svg" if target == "folder" else "linked.svg"
    link = exports / name.split("/")[0]
    leads = {"inside": exports / "logo.svg", "outside": outside / "logo.svg", "folder": outside,
             "itself": link}  # fmt: skip
    link.symlink_to(leads[target])
    with pytest.raises(SettingsError, match=r"is a link\. Copy the file itself"):
        read_look(exports, settings(logo=name))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such pipes")
def test_a_pipe_does_not_keep_the_reader_waiting(exports):
    os.mkfifo(exports / "pipe.png")
    with pytest.raises(SettingsError, match="a pipe or a device"):
        read_look(exports, settings(logo="pipe.png"))


def test_a_word_document_is_kept_without_its_text_and_the_same_bytes_twice(exports):
    look = read_look(exports, settings(reference="ours.docx"))
    assert look == read_look(exports, settings(reference="ours.docx"))
    kept = docx.Document(io.BytesIO(look.reference))
    assert kept.styles["Normal"].font.name == "Gill Sans MT"
    assert [paragraph.text for paragraph in kept.paragraphs] == []
    assert b"Former Officer" not in b"".join(
        part.blob for part in kept.part.package.iter_parts() if "core" in str(part.partname)
    )


def test_a_word_document_that_may_not_be_used_is_refused(exports):
    (exports / "none.docx").write_bytes(b"text")
    with pytest.raises(SettingsError, match=r'"none.docx" of \[report\]: The reference document'):
        read_look(exports, settings(reference="none.docx"))
    (exports / "large.docx").write_bytes(b"\0" * (LARGEST_REFERENCE + 1))
    with pytest.raises(SettingsError, match="at most 5,000,000"):
        read_look(exports, settings(reference="large.docx"))


@pytest.mark.parametrize("logo", ["brand/logo.png", "logo.svg"])
def test_what_a_run_keeps_gives_the_same_look_without_the_exports(exports, tmp_path, logo):
    declared = {"logo_alt": "An oak", "colour": "#005a3c", "committee": "Scrutiny"}
    look = read_look(exports, settings(logo=logo, reference="ours.docx", **declared))
    keep_look(look, tmp_path / "bundle")
    shutil.rmtree(exports)
    assert kept_look(tmp_path / "bundle", settings(**declared)) == look
    names = sorted(path.name for path in (tmp_path / "bundle" / "look").iterdir())
    assert names == [f"logo.{logo[-3:]}", "reference.docx"]


def test_a_logo_alone_is_kept_though_the_table_kept_is_empty(exports, tmp_path):
    look = read_look(exports, settings(logo="logo.svg"))
    keep_look(look, tmp_path)
    assert kept_look(tmp_path, Settings(council="Example")) == look


def test_nothing_is_kept_of_the_plain_look_nor_of_an_earlier_one(exports, tmp_path):
    keep_look(PLAIN, tmp_path)
    assert list(tmp_path.glob("look")) == []
    keep_look(read_look(exports, settings(logo="brand/logo.png")), tmp_path)
    keep_look(read_look(exports, settings(logo="logo.svg")), tmp_path)
    assert [path.name for path in (tmp_path / "look").iterdir()] == ["logo.svg"]
    keep_look(PLAIN, tmp_path)
    assert kept_look(tmp_path, Settings(council="Example")) == PLAIN


def test_another_logo_is_another_sum(exports, tmp_path):
    assert sum_of_look(tmp_path) == ""
    sums = set()
    for data in (SVG, SVG.replace(b"#005a3c", b"#005a3d"), SVG):
        (exports / "logo.svg").write_bytes(data)
        keep_look(read_look(exports, settings(logo="logo.svg")), tmp_path)
        sums.add(sum_of_look(tmp_path))
    assert len(sums) == 2
    assert all(len(total) == 64 for total in sums)


AUDITS = (
    "audit_id,case_ref,audit_date,quarter,team,case_type,auditor,domain,grade\n"
    "A1,C1,2019-10-04,2019-20 Q3,East,Child in need,Auditor 01,Overall,Good\n"
)


def test_a_session_reads_the_look_once_and_then_from_its_run(exports, tmp_path, monkeypatch):
    monkeypatch.setenv("QAF_SET_ASIDE", str(tmp_path / "aside"))
    (exports / "audits.csv").write_text(AUDITS, encoding="utf-8")
    (exports / "council.toml").write_text(
        '[council]\nname = "Example"\nsynthetic = true\n'
        '[report]\nlogo = "brand/logo.png"\ncommittee = "Scrutiny"\n',
        encoding="utf-8",
    )
    first = Session(data=exports, work=tmp_path / "run", asked="", by_hand=False)
    first.read()
    (exports / "brand" / "logo.png").write_bytes(png(30, 30))
    later = Session(data=exports, work=tmp_path / "run", asked="", by_hand=False)
    assert later.look == first.look
    assert (later.look.logo.width, later.look.logo.height) == (60, 20)
    assert later.look.line == "Example · Scrutiny"
    assert b"brand" not in (tmp_path / "run" / "bundle" / "council.toml").read_bytes()


def test_a_session_refuses_a_look_before_anything_is_written(exports, tmp_path):
    (exports / "audits.csv").write_text(AUDITS, encoding="utf-8")
    (exports / "council.toml").write_text(
        '[council]\nname = "Example"\nsynthetic = true\n[report]\ncolour = "#FFFF00"\n',
        encoding="utf-8",
    )
    session = Session(data=exports, work=tmp_path / "run", asked="", by_hand=False)
    with pytest.raises(SettingsError, match=r"whose contrast with white is 1\.07:1"):
        session.read()
    assert not (tmp_path / "run").exists()

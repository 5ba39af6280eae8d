"""A round from the draw to a signed report, by the commands and with the files that people have."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from qaf_analysis.cli import app
from qaf_analysis.run import pipeline
from tests.end_to_end.filling import (
    BROWSER,
    SOFFICE,
    in_a_workbook,
    in_the_page,
    saved_by_libreoffice,
)
from tests.moderation.rounds.council import LEVELS, SETTINGS, write_council
from tests.run.in_one_process import run_cells

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (SOFFICE and BROWSER), reason="needs LibreOffice and Chromium"),
]
NAME = "2019-20-Q4-a"
ROSTER = (
    "code,name,source,external,teams\r\n"
    "M-01,Moderator A,Partner council,yes,\r\n"
    "M-02,Moderator B,Consultancy,yes,\r\n"
    "M-03,Moderator C,Peer,yes,West\r\n"
)


class Commands:
    """``qaf`` as somebody types it; what it said is kept."""

    def __init__(self, capsys):
        self._capsys = capsys

    def __call__(self, *words, code=0):
        told = app.run([str(word) for word in words])
        said = self._capsys.readouterr()
        assert told == code, (words, said.out, said.err)
        return said.out + said.err


@pytest.fixture
def qaf(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("QAF_MODERATION", str(tmp_path / "moderation"))
    monkeypatch.setenv("QAF_LEDGER_KEY", str(tmp_path / "owner" / "ledger.key"))
    # Kernels are tested elsewhere; here only what the cells make is wanted.
    monkeypatch.setattr(pipeline, "run_notebook", run_cells)
    monkeypatch.setattr(pipeline, "AT_ONCE", 1)
    return Commands(capsys)


def graded(place, part):
    return LEVELS[(place + len(part)) % 3]


def exports_of(folder):
    write_council(folder)
    settings = SETTINGS.replace("[domains]", "synthetic = true\n\n[domains]", 1)
    for kind in ("audits", "moderations"):
        settings += f'\n[[files]]\npath = "{kind}.csv"\nkind = "{kind}"\nshape = "long"\n'
    (folder / "council.toml").write_text(settings, encoding="utf-8")
    return folder


def returns_of(packs, folder):
    """One by LibreOffice, one by the page, one by Excel, and that one sorted and cut by hand."""
    folder.mkdir()
    sent = {path.name: path for path in packs.iterdir() if path.is_dir()}

    def pack(code, ending):
        return next(sent[code].glob(f"*{ending}"))

    filled = in_a_workbook(pack("M-01", ".xlsx"), folder / "M one.xlsx", graded)
    saved_by_libreoffice(filled, folder, as_="ods")
    filled.unlink()
    in_the_page(pack("M-02", ".html"), folder, graded)
    in_a_workbook(pack("M-03", ".xlsx"), folder / "third.xlsx", graded)
    text = saved_by_libreoffice(folder / "third.xlsx", folder, as_="csv")
    (folder / "third.xlsx").unlink()
    rows = list(csv.reader(io.StringIO(text.read_text(encoding="utf-8"))))
    column = rows[0].index("Grade")
    # Whole rows in another order are read rightly; a word that is no grade is set aside.
    spoilt = [rows[0], *reversed(rows[1:])]
    spoilt[1][column] = "Gud"
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows(spoilt)
    text.write_bytes(out.getvalue().encode("cp1252"))
    return spoilt[1][0]


def codes_in(folder):
    texts = [path.read_text(encoding="utf-8-sig") for path in sorted(folder.glob("*.txt"))]
    return [re.search(r"this code: ([A-Z0-9]{8})", text)[1] for text in texts]


def test_from_the_draw_to_a_signed_report(qaf, tmp_path):
    data = exports_of(tmp_path / "exports")
    roster = tmp_path / "moderators.csv"
    roster.write_text(ROSTER, encoding="utf-8")

    said = qaf(
        "round", "new", NAME, "--data", data, "--moderators", roster, "--due", "2020-05-31",
        "--audits", "12", "--targeted-share", "0.25", "--anchors", "2", "--retests", "1",
        "--consensus", "1", "--double-share", "0.5",
    )  # fmt: skip
    assert "By chance: 9 audits" in said
    qaf("round", "pack", NAME, "--data", data, "--out", tmp_path / "packs")

    # Returns: three programs, one word that is no grade.
    back = tmp_path / "returns"
    spoilt = returns_of(tmp_path / "packs", back)
    said = qaf("round", "collect", NAME, back, "--data", data, "--out", tmp_path / "one", code=4)
    assert "“Gud” is no grade" in said
    mended = in_a_workbook(
        next((tmp_path / "packs" / "M-03").glob("*.xlsx")), tmp_path / "mended.xlsx", graded
    )
    qaf("round", "collect", NAME, mended, "--data", data, "--out", tmp_path / "two")
    receipts = "".join(path.read_text() for path in (tmp_path / "two").glob("*.html"))
    assert spoilt.split("-")[0] in receipts

    # Nothing is revealed before it is confirmed.
    said = qaf("round", "reveal", NAME, "--data", data, "--out", tmp_path / "no", code=2)
    assert "Nothing is committed yet" in said
    said = qaf("round", "confirm", NAME, *codes_in(tmp_path / "two"), "--data", data)
    assert re.search(r"\d+ readings committed now", said)
    said = qaf("round", "status", NAME, "--data", data)
    assert "tell no moderator" in said or "as planned" in said

    # Reveal, answer, dispute, agreement.
    qaf("round", "reveal", NAME, "--data", data, "--out", tmp_path / "revealed")
    page = (tmp_path / "revealed" / "revealed M-01.html").read_text(encoding="utf-8")
    case = re.search(r"Case ([B-Z0-9]{8}),", page)[1]
    qaf(
        "round",
        "talk",
        NAME,
        case,
        "dispute",
        "--who",
        "A-07",
        "--words",
        "See plan",
        "--data",
        data,
    )
    assert "1 case disputed" in qaf("round", "status", NAME, "--data", data)
    qaf("round", "talk", NAME, case, "outcome", "--grade", "Overall=Good", "--data", data)
    qaf("round", "rule", NAME, "blind", "--data", data)
    qaf("round", "learn", NAME, "--data", data, "--out", tmp_path / "session")
    said = qaf("round", "close", NAME, "--data", data, "--out", tmp_path / "closed")

    # The closed round among the exports, as the command says.
    settings = said.split("council.toml:\n")[1].split("\nLedger head:")[0]
    for path in (tmp_path / "closed").iterdir():
        (data / path.name).write_bytes(path.read_bytes())
    with (data / "council.toml").open("a", encoding="utf-8") as file:
        file.write("\n" + settings)
    outputs = tmp_path / "outputs"
    qaf("report", "--data", data, "--outputs", outputs, "--no-open")
    (run,) = (path.parent for path in outputs.glob("*/*/report.html"))
    assert "Not signed" in (run / "report.html").read_text(encoding="utf-8")

    # Repeated, reviewed, signed.
    assert "identical" in qaf("verify", run, "--data", data, "--record", "--as", "M-09").lower()
    shown = qaf("review", "show", run, "--as", "M-09")
    for finding in re.findall(r"\b(check-[a-z0-9-]+)", shown):
        qaf("review", "note", run, finding, "accept", "--as", "M-09", "--words", "Known.")
    said = qaf(
        "review", "sign", run, "--as", "M-09", "--role", "external moderator", "--decision",
        "sign", "--conflicts", "none", "--external", "--made-by", "A-01",
    )  # fmt: skip
    assert "signed by the external moderator (M-09)" in said
    qaf("export", run, "--out", tmp_path / "signed", "--signed", "--formats", "html,pdf")
    text = (tmp_path / "signed" / "report.html").read_text(encoding="utf-8")
    assert "Checked and signed by the external moderator (M-09)" in text
    assert "Not signed" not in text
    assert "identical" in qaf("verify", run, "--data", data).lower()

    # One grade changed: another run, and the signature stays with the old bytes.
    _change_one_grade(data / f"moderations {NAME}.csv")
    qaf("report", "--data", data, "--outputs", outputs, "--no-open")
    qaf("export", run, "--out", tmp_path / "old", "--signed", "--formats", "html")
    assert "Superseded" in (tmp_path / "old" / "report.html").read_text(encoding="utf-8")
    qaf("verify", run, "--data", data, code=8)


def _change_one_grade(path: Path):
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    column = rows[0].index("grade")
    rows[1][column] = "Good" if rows[1][column] != "Good" else "Inadequate"
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    path.chmod(0o600)
    path.write_bytes(out.getvalue().encode("utf-8-sig"))

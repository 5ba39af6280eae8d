"""The last five lines of ``qaf report``, and when the report is opened in a browser."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from types import SimpleNamespace as Some

import pytest
import typer
from typer.testing import CliRunner

from qaf_analysis.cli import closing
from qaf_analysis.cli.app import app
from qaf_analysis.cli.closing import closing_lines, open_in_browser
from qaf_analysis.data.contract.record import Finding, ImportRecord
from qaf_analysis.run import pipeline
from qaf_analysis.run.summary import read_summary, summary_of, write_summary
from qaf_analysis.terms.errors import RunFailedError
from qaf_analysis.terms.quarter import Quarter
from tests.report.specimen import specimen


def record(*findings: Finding) -> ImportRecord:
    return ImportRecord(files=(), findings=findings, checks=(), key_id="")


def finding(code: str, *, outcome: str = "quarantine", rows: int = 1, mend: str = "") -> Finding:
    return Finding(
        code=code, outcome=outcome, file="audits.csv", found="x", expected="y", rows=rows,
        mend=mend or f"mend the {code}",
    )  # fmt: skip


def built(folder: Path, *, aside: int = 0, not_data: int = 0) -> Some:
    page = specimen()
    return Some(
        summary=summary_of(page, council="Example Council"), run_id="ab12",
        quarter=Quarter(2019, 3), folder=folder, report=folder / "report.html",
        rows_in=1200, loaded=1200 - aside - not_data, quarantined=aside, not_data=not_data,
        set_aside=Path("/aside/set_aside.csv") if aside else None,
    )  # fmt: skip


def test_five_lines_say_what_was_made_its_verdicts_rows_place_and_what_next(tmp_path):
    folder = tmp_path / "2019-20 Q3"
    lines = closing_lines(built(folder), record=record())
    assert lines == (
        "Made: board edition, of Example Council for 2019-20 Q3, run ab12",
        "agreement: agrees in part · optimism: adjust · themes: improved in two of four · "
        "consistency: no evidence of change",
        "Rows: 1,200 in = 1,200 loaded + 0 set aside",
        f"Open: {(folder / 'report.html').as_uri()}",
        f'Next: for PDF, Word and Excel: qaf export "{folder}" --out "exported-2019-20-Q3"',
    )
    assert "2019-20%20Q3/report.html" in lines[3]  # a link that a console does not cut at a space


def test_rows_say_where_those_set_aside_lie(tmp_path):
    rows = closing_lines(built(tmp_path, aside=12, not_data=3), record=record())[2]
    assert rows == (
        f"Rows: 1,200 in = 1,185 loaded + 12 set aside + 3 not data; those set aside: "
        f"{Path('/aside/set_aside.csv')}"
    )


def test_the_first_thing_to_mend_goes_before_an_export(tmp_path):
    found = record(
        finding("a_note", outcome="note", rows=90),
        finding("duplicate", rows=50),
        finding(
            "unknown_grade", rows=2, mend='add "Adequate" to the grade map.\n[grades]\n"A" = 1'
        ),
        finding("bad_date", rows=7, mend="write the days as 2019-10-04"),
    )
    assert closing_lines(built(tmp_path, aside=59), record=found)[4] == (
        "Next: mend first: Bad date (7 rows): write the days as 2019-10-04. "
        "qaf check tells the rest."
    )
    only = record(found.findings[2])
    assert closing_lines(built(tmp_path, aside=2), record=only)[4] == (
        'Next: mend first: Unknown grade (2 rows): add "Adequate" to the grade map. '
        "qaf check tells the rest."
    )


def test_rows_that_take_nothing_away_leave_nothing_to_mend(tmp_path):
    twice = record(finding("duplicate", rows=50))
    assert "qaf export" in closing_lines(built(tmp_path, aside=50), record=twice)[4]


def test_a_long_way_to_mend_is_one_line(tmp_path):
    long = record(finding("bad_date", mend="write each of them anew, " * 40))
    lines = closing_lines(built(tmp_path, aside=1), record=long)
    assert all("\n" not in line for line in lines)
    assert len(lines[4]) < 250
    assert " …" in lines[4]


def test_a_folder_below_this_one_is_written_as_somebody_here_would(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    last = closing_lines(built(tmp_path / "outputs" / "ab12"), record=record())[4]
    assert f'qaf export "{Path("outputs") / "ab12"}"' in last


# ---- the summary of a run ----------------------------------------------------------------


def test_a_summary_is_read_back_as_it_was_written(tmp_path):
    summary = summary_of(specimen(), council="Example “A” Council")
    write_summary(summary, tmp_path)
    first = (tmp_path / "summary.json").read_bytes()
    assert read_summary(tmp_path) == summary
    write_summary(summary, tmp_path)
    assert (tmp_path / "summary.json").read_bytes() == first


@pytest.mark.parametrize("text", [None, "", "[]", "{}", '{"edition": "a", "verdicts": 3}'])
def test_a_damaged_summary_is_a_named_error(tmp_path, text):
    if text is not None:
        (tmp_path / "summary.json").write_text(text, encoding="utf-8")
    with pytest.raises(RunFailedError, match=r"has no summary\.json that can be read"):
        read_summary(tmp_path)


# ---- the browser -------------------------------------------------------------------------


@pytest.fixture
def opened(monkeypatch):
    """Addresses a browser was asked for, on a terminal of a Windows computer."""
    asked: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda address: asked.append(address) or True)
    monkeypatch.setattr(closing.sys, "platform", "win32")
    monkeypatch.setattr(closing, "_is_watched", lambda: True)
    monkeypatch.delenv("CI", raising=False)
    return asked


def test_the_report_is_opened_where_somebody_watches(opened, tmp_path):
    assert open_in_browser(tmp_path / "a report.html", wanted=True)
    assert opened == [(tmp_path / "a report.html").as_uri()]


def test_it_is_not_opened_where_nobody_does_or_nobody_wants_it(opened, tmp_path, monkeypatch):
    report = tmp_path / "report.html"
    assert not open_in_browser(report, wanted=False)
    monkeypatch.setenv("CI", "true")
    assert not open_in_browser(report, wanted=True)
    monkeypatch.delenv("CI")
    monkeypatch.setattr(closing, "_is_watched", lambda: False)
    assert not open_in_browser(report, wanted=True)
    assert opened == []


def test_a_text_console_of_linux_gets_no_browser_in_it(opened, tmp_path, monkeypatch):
    monkeypatch.setattr(closing.sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert not open_in_browser(tmp_path / "report.html", wanted=True)
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert open_in_browser(tmp_path / "report.html", wanted=True)


@pytest.mark.parametrize("error", [webbrowser.Error("none"), OSError(2, "none")])
def test_a_browser_that_does_not_open_is_no_failure(opened, tmp_path, monkeypatch, error):
    def refuse(address: str) -> bool:
        raise error

    monkeypatch.setattr(webbrowser, "open", refuse)
    assert not open_in_browser(tmp_path / "report.html", wanted=True)


# ---- the command -------------------------------------------------------------------------

AUDITS = (
    "audit_id,case_ref,audit_date,quarter,team,case_type,auditor,domain,grade\n"
    "A1,C1,2019-10-04,2019-20 Q3,East,Child in need,Auditor 01,Overall,Good\n"
)


@pytest.mark.parametrize(("options", "wanted"), [([], True), (["--no-open"], False)])
def test_the_command_ends_with_five_whole_lines_in_a_narrow_console(
    tmp_path, monkeypatch, options, wanted
):
    folder = tmp_path / ("a long name of a folder " * 4).strip() / "2019-20-Q3" / "ab12"
    asked: list[bool] = []
    monkeypatch.setattr(pipeline, "build_report", lambda *args, **more: built(folder))
    monkeypatch.setattr(
        "qaf_analysis.cli.app.open_in_browser", lambda path, *, wanted: asked.append(wanted)
    )
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "audits.csv").write_text(AUDITS, encoding="utf-8")
    (exports / "council.toml").write_text(
        '[council]\nname = "Example"\nsynthetic = true\n', encoding="utf-8"
    )
    command = ["report", "--data", str(exports), "--outputs", str(tmp_path / "out"), *options]
    ended = CliRunner().invoke(app, command, env={"COLUMNS": "80"}, terminal_width=80)
    assert ended.exit_code == 0, ended.output
    assert ended.stdout.splitlines()[-5:] == [*closing_lines(built(folder), record=record())]
    assert asked == [wanted]


def test_the_option_stands_in_the_help():
    command = typer.main.get_command(app)
    (option,) = [p for p in command.commands["report"].params if p.name == "no_open"]
    assert option.opts == ["--no-open"]

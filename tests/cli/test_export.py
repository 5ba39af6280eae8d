"""``qaf export``: what it refuses before anything is written."""

import pytest

from qaf_analysis.cli import app


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            ["--formats", "pdf,odt"],
            '"odt" is no format; expected some of pdf, word, excel, csv, ',
        ),
        (["--reference", "nowhere.docx"], "There is no file “nowhere.docx”"),
        ([], "has no manifest that can be read"),
    ],
)
def test_what_cannot_be_exported_is_refused_in_words(more, said, tmp_path, capsys):
    run = tmp_path / "run"
    run.mkdir()
    code = app.run(["export", str(run), "--out", str(tmp_path / "out"), *more])
    assert code in (2, 5)
    assert said in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "out").exists()


def test_nothing_is_overwritten(tmp_path, capsys):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "kept.txt").write_text("kept", encoding="utf-8")
    assert app.run(["export", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "is not an empty folder" in " ".join(capsys.readouterr().err.split())

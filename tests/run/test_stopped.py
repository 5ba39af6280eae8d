"""The stop key during a run: heard at once, kernels ended, earlier reports as they were."""

from __future__ import annotations

import _thread
import signal
import threading
import time
from pathlib import Path

import psutil
import pytest

from qaf_analysis.cli import faults
from qaf_analysis.run import pipeline
from qaf_analysis.run.notebooks import run_notebook
from qaf_analysis.terms.errors import RunFailedError


@pytest.fixture
def stopped_run(monkeypatch, tmp_path):
    """Run the pipeline with a notebook that waits for the stop, which comes from another thread."""
    # Tests that a shell runs in the background would ignore the stop key, and none would be heard.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def run(notebook):
        monkeypatch.setattr(pipeline, "run_notebook", notebook)
        data, outputs = tmp_path / "data", tmp_path / "outputs"
        data.mkdir()
        (data / "council.toml").write_text('[council]\nname = "X"\n', encoding="utf-8")
        (outputs / "2019-20-Q3" / "ab12").mkdir(parents=True)
        (outputs / "2019-20-Q3" / "ab12" / "report.html").write_text("earlier", encoding="utf-8")
        with faults.telling_of_a_stop("No report was made."):
            pipeline.build_report(data, outputs=outputs, notebooks=notebooks(tmp_path))
        return outputs

    yield run
    signal.signal(signal.SIGINT, before)


def notebooks(folder: Path) -> Path:
    made = folder / "notebooks"
    made.mkdir()
    (made / f"{pipeline.INTAKE_NOTEBOOK}.ipynb").touch()
    return made


def test_a_stop_is_heard_while_a_notebook_runs_and_says_what_is_left(stopped_run, tmp_path):
    heard = []

    def waits(_source, target, _parameters, *, cwd, stop):
        (cwd / "half.txt").write_text("half", encoding="utf-8")
        _thread.interrupt_main()
        heard.append(stop.wait(timeout=20))

    with pytest.raises(faults.StoppedError) as stopped:
        stopped_run(waits)
    assert heard == [True]
    said = str(stopped.value)
    assert said.startswith("Stopped. Your files and earlier reports are as they were.")
    assert "No report was made." in said
    assert str((tmp_path / "outputs" / ".failed").resolve()) in said
    outputs = tmp_path / "outputs"
    report = outputs / "2019-20-Q3" / "ab12" / "report.html"
    assert report.read_text(encoding="utf-8") == "earlier"
    assert not (outputs / "latest.txt").exists()


@pytest.mark.slow
def test_kernels_are_ended_and_no_further_cell_is_begun(write_notebook, tmp_path):
    source = write_notebook(
        ("seconds = 60", "parameters"),
        "import time; time.sleep(seconds)",
        "open('after.txt', 'w').close()",
    )
    stop, ended = threading.Event(), []

    def run():
        try:
            run_notebook(source, tmp_path / "done.ipynb", {}, cwd=tmp_path, stop=stop)
        except RunFailedError as error:
            ended.append(str(error))

    thread = threading.Thread(target=run)
    thread.start()
    while not kernels():
        time.sleep(0.1)
    time.sleep(2)
    from qaf_analysis.run.engine import end_kernels

    stop.set()
    end_kernels()
    thread.join(timeout=20)
    assert not thread.is_alive()
    assert not kernels()
    assert len(ended) == 1
    assert not (tmp_path / "after.txt").exists()


def kernels() -> list[int]:
    return [
        child.pid
        for child in psutil.Process().children()
        if any("ipykernel" in word for word in child.cmdline())
    ]

"""Every way in which papermill calls a failure a success is a failure here."""

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest

from qaf_analysis.run.notebooks import run_notebook
from qaf_analysis.terms.errors import InputRejectedError, RunFailedError, UsageError

PARAMETERS = ('quarter = ""\nseed = 1', "parameters")
SVG = '<svg xmlns="http://www.w3.org/2000/svg"></svg>'


def run(source: Path, /, *, cell_seconds: float = 60, total_seconds: float = 120, **parameters):
    return run_notebook(
        source,
        source.with_name("out.ipynb"),
        parameters,
        cwd=source.parent,
        cell_seconds=cell_seconds,
        total_seconds=total_seconds,
    )


def text_of(path: Path) -> str:
    cells = nbformat.read(path, as_version=4).cells
    return "".join(o.get("text", "") for c in cells for o in c.get("outputs", []))


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"


def test_parameters_reach_the_kernel_and_progress_is_told(write_notebook):
    source = write_notebook(PARAMETERS, "print(quarter, seed)", "")
    seen = []
    odd = '2019-20 Q3 "quoted" \'\\ \u2028 £'
    result = run_notebook(
        source,
        source.with_name("out.ipynb"),
        {"quarter": odd, "seed": 7},
        cwd=source.parent,
        on_cell=lambda *step: seen.append(step),
    )
    assert text_of(result.path) == f"{odd} 7\n"
    assert result.cells == 2
    assert seen[0] == ("tiny.ipynb", 1, 2)
    assert seen[-1] == ("tiny.ipynb", 2, 2)


def test_two_runs_at_once_and_again_give_the_same_bytes(write_notebook, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    source = write_notebook(
        PARAMETERS,
        "import os, sys, warnings\nprint(os.environ.get('MPLBACKEND', 'inline')[-6:])\n"
        "print({'b', 'a', 'c'})\nwarnings.warn('late')",
        "for i in range(300):\n    print(i, flush=True)",
        (f"from IPython.display import SVG, display\ndisplay(SVG('{SVG}'))", "figure"),
    )
    targets = [source.with_name(f"out{i}.ipynb") for i in range(2)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda t: run_notebook(source, t, {"seed": 3}, cwd=t.parent), targets))
    first, second = (target.read_bytes() for target in targets)
    assert first == second
    assert b"papermill" not in first
    assert str(source.parent).encode() not in first
    assert "inline" in text_of(targets[0])


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"quater": "x"}, "quater"),
        ({"seed": "1"}, "seed"),
        ({"seed": True}, "seed"),
        ({"seed": None}, "seed"),
        ({"x=1;import os;y": "1"}, "x=1"),
        ({"quarter": Path("x")}, "quarter"),
    ],
)
def test_a_parameter_the_notebook_does_not_declare_is_refused(write_notebook, parameters, words):
    source = write_notebook(PARAMETERS, "1")
    with pytest.raises(UsageError, match=words):
        run(source, **parameters)
    assert not source.with_name("out.ipynb").exists()


@pytest.mark.parametrize(
    "cells",
    [
        ('quarter = "A"',),
        (PARAMETERS, PARAMETERS),
        (("quarter = str(1)", "parameters"),),
        (("import os", "parameters"),),
        (PARAMETERS, "quarter = 'A'"),
        (PARAMETERS, "for seed in range(3):\n    pass"),
    ],
)
def test_a_notebook_that_could_ignore_its_parameters_is_refused(write_notebook, cells):
    with pytest.raises(UsageError, match=r"tiny\.ipynb"):
        run(write_notebook(*cells), quarter="B")


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("import os\nos._exit(0)", "cell 2 of 3.*kernel died"),
        ("import sys\nsys.exit(0)", "cell 2 of 3.*SystemExit"),
        ("raise SystemExit", "cell 2 of 3.*SystemExit"),
        ("{}['child name']", "cell 2 of 3.*KeyError"),
        ("globals().__setitem__('seed', 9)", "parameter seed is not what was asked"),
        ("globals().pop('seed')", "after the last cell.*NameError"),
        (("1 + 1", "figure"), "cell 2 of 3.*no picture"),
    ],
)
def test_a_fault_in_a_cell_fails_the_run_and_names_the_cell(write_notebook, cell, words):
    source = write_notebook(PARAMETERS, cell, "print('end')")
    with pytest.raises(RunFailedError, match=words) as caught:
        run(source, seed=2)
    assert "child name" not in str(caught.value).split("): ")[-1]
    assert not source.with_name("out.ipynb").exists()
    assert source.with_name("out.failed.ipynb").exists()


@pytest.mark.slow
@pytest.mark.parametrize("limit", ["cell_seconds", "total_seconds"])
def test_a_cell_that_sleeps_is_ended_and_its_kernel_is_gone(write_notebook, limit):
    source = write_notebook(
        PARAMETERS,
        "import os, pathlib\n_ = pathlib.Path('pid').write_text(str(os.getpid()))",
        "import time\ntime.sleep(300)",
    )
    started = time.monotonic()
    with pytest.raises(RunFailedError, match=r"cell 3 of 3.*longer than 6 seconds"):
        run(source, **{limit: 6})
    assert time.monotonic() - started < 60
    assert not is_alive(int(source.with_name("pid").read_text()))


def test_a_named_error_keeps_its_name_and_message(write_notebook):
    source = write_notebook(
        PARAMETERS,
        "from qaf_analysis.terms.errors import InputRejectedError\n"
        "raise InputRejectedError('audits.csv › row 2')",
    )
    with pytest.raises(InputRejectedError, match=r"^audits\.csv › row 2$"):
        run(source)


def test_a_callback_can_stop_the_run(write_notebook):
    source = write_notebook(PARAMETERS, "1", "print('never')")

    def stop(name: str, done: int, total: int) -> None:
        raise RunFailedError("stopped")

    with pytest.raises(RunFailedError, match="stopped"):
        run_notebook(source, source.with_name("out.ipynb"), {}, cwd=source.parent, on_cell=stop)
    assert not source.with_name("out.ipynb").exists()


def test_an_earlier_executed_notebook_survives_a_failure(write_notebook):
    good = write_notebook(PARAMETERS, "print(1)")
    earlier = run(good).path.read_bytes()
    bad = write_notebook(PARAMETERS, "1/0")
    with pytest.raises(RunFailedError):
        run(bad)
    assert good.with_name("out.ipynb").read_bytes() == earlier
    assert json.loads(earlier)["nbformat"] == 4

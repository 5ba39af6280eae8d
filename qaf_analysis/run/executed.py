"""What must hold of a notebook after it was run, and how it is kept: the same bytes every time."""

from __future__ import annotations

import re
from typing import Any

import nbformat

FIGURE_TAG = "figure"
INJECTED_TAG = "injected-parameters"
INJECTED_ID = "injected-parameters"

# Where the exports lie tells folders' names, which may be people's.
_DATA_FOLDER = re.compile(r"^data = .*$", re.MULTILINE)
# ipykernel names a cell's code after the process that ran it.
_KERNEL_FILE = re.compile(r"\S*ipykernel_\d+\S*?\.py")
# The last marks a cell that says, on purpose, that there is nothing to draw.
_PICTURE = re.compile(r"<svg|<img|data-picture=\"none\"", re.IGNORECASE)


def error_in(cell: Any) -> tuple[str, str] | None:
    """Name and text of the exception that a cell raised, or None."""
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            return str(output.ename), str(output.evalue)
    return None


def is_to_run(cell: Any) -> bool:
    """Whether a cell holds code (an empty code cell is skipped by every kernel)."""
    return cell.cell_type == "code" and bool(cell.source.strip())


def first_not_run(notebook: Any) -> int | None:
    """Position of the first code cell that was not run to its end, or None.

    A cell that leaves the kernel by ``sys.exit(0)`` counts as run; those after it do not.
    """
    expected = 0
    for index, cell in enumerate(notebook.cells):
        if not is_to_run(cell):
            continue
        expected += 1
        status = cell.metadata.get("papermill", {}).get("status", "completed")
        if cell.execution_count != expected or status != "completed":
            return index
    return None


def first_without_figure(notebook: Any) -> int | None:
    """Position of the first cell tagged ``figure`` that shows no picture, or None."""
    for index, cell in enumerate(notebook.cells):
        tagged = FIGURE_TAG in cell.metadata.get("tags", [])
        if tagged and not any(_is_picture(output) for output in cell.get("outputs", [])):
            return index
    return None


def scrub(notebook: Any) -> None:
    """Take out what differs between two runs of the same notebook: times, paths, process ids.

    The folder of the exports is taken out of the parameters too. The notebook is changed in place.
    """
    for key in ("papermill", "widgets"):
        notebook.metadata.pop(key, None)
    for cell in notebook.cells:
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if INJECTED_TAG in cell.metadata.get("tags", []):
            cell["id"] = INJECTED_ID
            cell["source"] = _DATA_FOLDER.sub('data = "…"  # the folder is not kept', cell.source)
        if cell.cell_type == "code":
            cell["outputs"] = _merged([_plain(output) for output in cell.outputs])


def as_bytes(notebook: Any) -> bytes:
    """Return the notebook as it is kept on disk: sorted keys, UTF-8, one newline at the end."""
    text: str = nbformat.writes(notebook, version=4)
    return (text.rstrip("\n") + "\n").encode("utf-8")


def _is_picture(output: Any) -> bool:
    data = output.get("data", {})
    markup = data.get("text/html", "")
    return any(kind.startswith("image/") for kind in data) or bool(_PICTURE.search(markup))


def _plain(output: Any) -> Any:
    if output.output_type == "stream":
        output["text"] = _KERNEL_FILE.sub("cell", output.text)
    if output.output_type == "error":
        output["traceback"] = [_KERNEL_FILE.sub("cell", line) for line in output.traceback]
    return output


def _merged(outputs: list[Any]) -> list[Any]:
    # The kernel cuts printed text into pieces by time, so the cuts differ from run to run.
    kept: list[Any] = []
    for output in outputs:
        is_stream = output.output_type == "stream"
        if is_stream and kept and kept[-1].output_type == "stream" and kept[-1].name == output.name:
            kept[-1]["text"] += output.text
        else:
            kept.append(output)
    return kept

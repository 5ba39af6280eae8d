"""A self-check of the installation: does what is installed here do what was tested?"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from importlib.metadata import distributions
from pathlib import Path

from qaf_analysis.data.contract.record import Check
from qaf_analysis.data.files.private_file import private_folder
from qaf_analysis.terms.errors import WorkbenchError

FONT = "DejaVu Sans"
SPACE_MB = 500
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
_LOOPBACK = ("127.0.0.1", "::1", "localhost")

_Outcome = tuple[bool, str]


def examine(*, home: Path, outputs: Path) -> tuple[Check, ...]:
    """Run every check.

    Parameters
    ----------
    home : Path
        The project's folder, with the list of dependencies and JupyterLab's settings.
    outputs : Path
        Folder of reports.

    Returns
    -------
    tuple of Check
        Each passed, failed, or could not run, with what was seen.
    """
    lock, lab = home / "requirements.lock", home / ".jupyter" / "jupyter_server_config.json"
    return (
        _check("Python is new enough", _python),
        _check("Installed versions are those that were tested", lambda: _versions(lock)),
        _check("A notebook runs, and its parameter and figure arrive", _notebook),
        _check("The font of the charts is there", _font),
        _check("Reports can be written", lambda: _writable(outputs)),
        _check("JupyterLab listens to this computer only", lambda: _loopback(lab)),
    )


def locked_versions(lock: str) -> dict[str, frozenset[str]]:
    """Versions that a requirements file pins, by the package's normalised name.

    Examples
    --------
    >>> locked = locked_versions("Some_Pkg==1.0 ; python_version < '3.12'\\nsome-pkg==2.0")
    >>> sorted(locked["some-pkg"])
    ['1.0', '2.0']
    """
    found: dict[str, frozenset[str]] = {}
    for name, pinned in _PINNED.findall(lock):
        key = _normalised(name)
        found[key] = found.get(key, frozenset()) | {pinned}
    return found


def differing_versions(
    installed: Mapping[str, str], *, locked: Mapping[str, frozenset[str]]
) -> list[str]:
    """Name each installed package whose version is not among those locked."""
    return [
        f"{name} {version} (tested: {' or '.join(sorted(locked[name]))})"
        for name, version in sorted(installed.items())
        if name in locked and version not in locked[name]
    ]


def loopback_problems(settings: Mapping[str, Mapping[str, object]]) -> list[str]:
    """Say what in JupyterLab's settings would let another computer in."""
    server, identity = settings.get("ServerApp", {}), settings.get("IdentityProvider", {})
    problems = []
    if server.get("ip") not in _LOOPBACK:
        problems.append("ServerApp.ip is not 127.0.0.1")
    if server.get("token") == "" or identity.get("token") == "":
        problems.append("the token is switched off")
    if server.get("allow_remote_access"):
        problems.append("remote access is switched on")
    if server.get("terminals_enabled") is not False:
        problems.append("terminals are not switched off")
    return problems


def _check(name: str, look: Callable[[], _Outcome]) -> Check:
    try:
        passed, detail = look()
    except (OSError, ValueError, ImportError, WorkbenchError) as error:
        return Check(name=name, state="could not run", detail=f"{type(error).__name__}: {error}")
    return Check(name=name, state="passed" if passed else "failed", detail=detail)


def _python() -> _Outcome:
    found = ".".join(str(part) for part in sys.version_info[:3])
    return sys.version_info >= (3, 11), f"Python {found}; 3.11 or later is needed"


def _versions(lock: Path) -> _Outcome:
    installed = {
        _normalised(distribution.metadata["Name"]): distribution.version
        for distribution in distributions()
    }
    locked = locked_versions(lock.read_text(encoding="utf-8"))
    differing = differing_versions(installed, locked=locked)
    if differing:
        return False, f"not as tested: {', '.join(differing)}"
    return True, f"{len(set(installed) & set(locked))} packages as in {lock.name}"


def _notebook() -> _Outcome:
    import nbformat

    from qaf_analysis.run.notebooks import run_notebook

    cells = [
        nbformat.v4.new_code_cell("number = 1", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("print(number * 2)"),
        nbformat.v4.new_code_cell(
            "import matplotlib.pyplot as plt\n_ = plt.plot([number])", metadata={"tags": ["figure"]}
        ),
    ]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "self-check.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), source)
        executed = run_notebook(source, folder / "out.ipynb", {"number": 21}, cwd=folder)
        printed = nbformat.read(executed.path, as_version=4).cells[2].outputs[0].text
    return printed == "42\n", f"asked for 42, was given {printed.strip()}"


def _font() -> _Outcome:
    from matplotlib.font_manager import findfont

    found = Path(findfont(FONT, fallback_to_default=False)).name
    return True, f"{FONT} ({found})"


def _writable(outputs: Path) -> _Outcome:
    private_folder(outputs)
    handle, name = tempfile.mkstemp(dir=outputs, prefix=".self-check-")
    os.close(handle)
    Path(name).unlink()
    free = shutil.disk_usage(outputs).free // 1_000_000
    return free >= SPACE_MB, f"{outputs.name}: {free:,} MB free, {SPACE_MB} MB wanted"


def _loopback(settings: Path) -> _Outcome:
    problems = loopback_problems(json.loads(settings.read_text(encoding="utf-8")))
    return not problems, "; ".join(problems) or "loopback, with a token, without terminals"


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()

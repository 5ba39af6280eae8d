"""What a run was made from and what it made, so that anybody can check both later, offline."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import qaf_analysis
from qaf_analysis.data.contract.record import FileRecord
from qaf_analysis.data.files.private_file import write_privately
from qaf_analysis.run.parameters import ParameterValue
from qaf_analysis.terms.errors import RunFailedError

MANIFEST = "manifest.json"
SCHEMA = "qaf-run-manifest/1"
RUN_ID_LENGTH = 16
_VERSIONS = ("numpy", "pandas", "scipy", "matplotlib", "papermill", "nbclient", "ipykernel")


@dataclass(frozen=True, kw_only=True)
class RunIdentity:
    """Everything that decides what a run gives; the same identity means the same results.

    Parameters
    ----------
    inputs : sequence of FileRecord
        Files read, with their SHA-256 and row counts; names are relative to the data folder.
    code, lock : str
        SHA-256 of the package's files and of the list of dependencies ("absent" without one).
    package_version : str
        Version of the package.
    parameters : mapping
        What the run was asked for, and the sum of what earlier reports declared otherwise.
    seed : int
        Seed of every random draw.
    notebooks : mapping of str to str
        SHA-256 of each notebook by its name.
    """

    inputs: Sequence[FileRecord]
    code: str
    lock: str
    package_version: str
    parameters: Mapping[str, ParameterValue]
    seed: int
    notebooks: Mapping[str, str]

    @cached_property
    def run_id(self) -> str:
        """First 16 hexadecimal digits of the SHA-256 of the identity as canonical JSON."""
        return _run_id(self.as_json())

    def as_json(self) -> dict[str, Any]:
        """Return the identity as plain values, inputs ordered by name."""
        return {
            "inputs": sorted((asdict(file) for file in self.inputs), key=lambda file: file["name"]),
            "code": self.code,
            "lock": self.lock,
            "package_version": self.package_version,
            "parameters": dict(self.parameters),
            "seed": self.seed,
            "notebooks": dict(self.notebooks),
        }


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What checking a published run found.

    ``problems`` names what is missing, changed or does not fit; ``extra`` names files that were
    not part of the run, such as the conflicted copies of a synchronised drive.
    """

    problems: tuple[str, ...]
    extra: tuple[str, ...]


def identify(
    *,
    inputs: Sequence[FileRecord],
    parameters: Mapping[str, ParameterValue],
    seed: int,
    notebooks: Sequence[Path],
) -> RunIdentity:
    """Identity of a run of the code that is installed.

    Parameters
    ----------
    inputs : sequence of FileRecord
        As the import record has them.
    parameters : mapping
        What the run was asked for; no path and no person's name.
    seed : int
        Seed of every random draw.
    notebooks : sequence of Path
        Notebooks that the run executes.
    """
    package = Path(qaf_analysis.__file__).parent
    lock = package.parent / "requirements.lock"
    return RunIdentity(
        inputs=inputs,
        code=tree_sha256(package),
        lock=file_sha256(lock) if lock.exists() else "absent",
        package_version=qaf_analysis.__version__,
        parameters=parameters,
        seed=seed,
        notebooks={path.name: file_sha256(path) for path in notebooks},
    )


def write_manifest(
    folder: Path,
    *,
    identity: RunIdentity,
    started: datetime,
    ended: datetime,
    set_aside: Mapping[str, str | int] | None = None,
    made_by: str = "",
) -> Path:
    """Write the manifest of a finished run; the last file to be written.

    Parameters
    ----------
    folder : Path
        The run's folder with everything in it.
    identity : RunIdentity
        What the run was made from.
    started, ended : datetime
        When, with a time zone; not part of the run id.
    set_aside : mapping, optional
        Number and SHA-256 of the rows set aside; their file lies outside the run.
    made_by : str
        Code of who made the run, who may not sign it; not part of the run id.
    """
    body = {
        "schema": SCHEMA,
        "run_id": identity.run_id,
        "identity": identity.as_json(),
        "set_aside": dict(set_aside or {"rows": 0, "keyed_sum": ""}),
        "outputs": [_output(folder, path) for path in _files(folder)],
        "environment": _environment(),
        "made_by": made_by,
        "started": started.isoformat(timespec="seconds"),
        "ended": ended.isoformat(timespec="seconds"),
    }
    body["manifest_sha256"] = _sha256(_canonical(body))
    path = folder / MANIFEST
    write_privately(path, _canonical(body) + b"\n")
    return path


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a run.

    Raises
    ------
    RunFailedError
        If there is none, or it cannot be read.
    """
    try:
        read = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError) as error:
        raise RunFailedError(f"{folder.name} has no manifest that can be read.") from error
    if not isinstance(read, dict) or read.get("schema") != SCHEMA:
        raise RunFailedError(f"The manifest of {folder.name} is not of the kind {SCHEMA}.")
    return read


def verify_manifest(folder: Path) -> Verification:
    """Compute every sum of a run again and compare with its manifest."""
    try:
        manifest = read_manifest(folder)
        problems = list(_manifest_problems(folder, manifest))
        listed = {output["path"]: output for output in manifest["outputs"]}
    except RunFailedError as error:
        return Verification(problems=(str(error),), extra=())
    except (KeyError, TypeError):
        return Verification(problems=(f"{MANIFEST} was changed",), extra=())
    for name, output in listed.items():
        path = folder / name
        if not path.is_file():
            problems.append(f"{name} is missing")
        elif _output(folder, path) != output:
            problems.append(f"{name} was changed")
    present = {path.relative_to(folder).as_posix() for path in _files(folder)}
    return Verification(problems=tuple(problems), extra=tuple(sorted(present - set(listed))))


def same_outputs(one: Path, other: Path) -> bool:
    """Whether the manifests of two runs list the same outputs with the same bytes."""
    return bool(read_manifest(one)["outputs"] == read_manifest(other)["outputs"])


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def tree_sha256(folder: Path) -> str:
    """SHA-256 over the names and bytes of a folder, without compiled and hidden files."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
        inside = path.relative_to(folder).parts
        is_hidden = any(part.startswith(".") or part == "__pycache__" for part in inside)
        if path.is_file() and not is_hidden:
            total.update(f"{path.relative_to(folder).as_posix()}\0".encode())
            total.update(file_sha256(path).encode())
    return total.hexdigest()


def _manifest_problems(folder: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    body = {key: value for key, value in manifest.items() if key != "manifest_sha256"}
    written = _canonical(dict(manifest)) + b"\n"
    if manifest["manifest_sha256"] != _sha256(_canonical(body)):
        yield f"{MANIFEST} was changed"
    elif (folder / MANIFEST).read_bytes() != written:
        yield f"{MANIFEST} was rewritten in another form"
    if manifest["run_id"] != _run_id(manifest["identity"]):
        yield "the run id does not fit what the run was made from"


def _files(folder: Path) -> list[Path]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(
        (path for path in found if path != folder / MANIFEST),
        key=lambda path: path.relative_to(folder).as_posix(),
    )


def _output(folder: Path, path: Path) -> dict[str, str | int]:
    return {
        "path": path.relative_to(folder).as_posix(),
        "size": path.stat().st_size,
        "sha256": file_sha256(path),
    }


def _environment() -> dict[str, str]:
    found = {"python": platform.python_version(), "system": platform.system()}
    for name in _VERSIONS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found


def _run_id(identity: Mapping[str, Any]) -> str:
    return _sha256(_canonical(dict(identity)))[:RUN_ID_LENGTH]


def _canonical(value: dict[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, indent=1).encode(
        "utf-8"
    )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

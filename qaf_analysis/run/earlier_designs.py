"""The designs that earlier reports of a council rested on, read from the outputs folder.

Every finished run in the outputs folder counts as a report that somebody may have read. What its
settings declared is taken from the settings file in its bundle, whose sum must be the one in its
manifest; so reports made by earlier versions count as well.

A run takes in only those designs that declare something else than its own, up to the quarter that
it reports on, and their sum is part of what the run id is made from. So the same run made again in
the same folder is still the same run: by then its own report lies there, but it declares the same
and is passed over, as are reports of later quarters that only declare more for those quarters. A
report with another design does make another run, because this one has to name what was changed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from qaf_analysis.data.files.settings_names import SETTINGS_FILE
from qaf_analysis.data.store.bundle import COUNCIL_FILE, read_bundle_settings
from qaf_analysis.run.manifest import file_sha256, read_manifest
from qaf_analysis.terms.errors import RunFailedError, SettingsError, UsageError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.declared import (
    DeclaredDesign,
    EarlierDesigns,
    declared_design,
)
from qaf_analysis.topics.common.results_json import result_from_json, result_to_json

EARLIER_FILE = "earlier_designs.json"
NONE_UNLIKE = "none"
_QUARTER_FOLDER = re.compile(r"\d{4}-\d{2}-Q[1-4]")
_RUN_FOLDER = re.compile(r"[0-9a-f]{8,64}(-\d+)?")


def earlier_designs(outputs: Path, *, council: str) -> EarlierDesigns:
    """Designs of every finished run of a council, in the order in which the runs ended.

    Runs under way, failed ones, notebooks run by hand and other councils' runs are passed over.
    A run whose manifest or settings cannot be read is named with the reason, and not compared.

    Parameters
    ----------
    outputs : Path
        Folder of reports; it need not exist.
    council : str
        The council's name, as its settings have it.
    """
    found: list[tuple[datetime, str, DeclaredDesign]] = []
    unreadable = []
    for folder in finished_runs(outputs):
        place = f"{folder.parent.name}/{folder.name}"
        try:
            ended, design = read_run(folder)
        except (RunFailedError, UsageError, SettingsError) as error:
            unreadable.append(f"{place}: {error}")
        else:
            if design.council == council:
                found.append((ended, place, design))
    ordered = sorted(found, key=lambda entry: entry[:2])
    return EarlierDesigns(
        designs=tuple(design for _, _, design in ordered), unreadable=tuple(unreadable)
    )


def write_earlier_designs(earlier: EarlierDesigns, work: Path) -> str:
    """Keep earlier designs in the run folder, for its notebooks.

    Returns
    -------
    str
        SHA-256 of the file, which is part of the run's identity; ``none`` where no earlier report
        differs and none is unreadable.
    """
    content = result_to_json(earlier).encode("utf-8")
    (work / EARLIER_FILE).write_bytes(content)
    return hashlib.sha256(content).hexdigest() if earlier != EarlierDesigns() else NONE_UNLIKE


def read_earlier_designs(work: Path) -> EarlierDesigns:
    """Return the earlier designs kept in a run folder.

    Raises
    ------
    UsageError
        If there are none: the folder was not made by a run.
    """
    path = work / EARLIER_FILE
    if not path.is_file():
        raise UsageError(
            f"There is no {EARLIER_FILE} in the run folder. The report command writes it before "
            "the analyses: make the report with it, or open the notebook by hand (work empty)."
        )
    found: EarlierDesigns = result_from_json(path.read_text(encoding="utf-8"), EarlierDesigns)
    return found


def finished_runs(outputs: Path) -> Iterator[Path]:
    """Folders of the runs in a folder of reports that have the name of a finished run."""
    for quarter in sorted(outputs.glob("*-Q[1-4]")):
        if quarter.is_dir() and _QUARTER_FOLDER.fullmatch(quarter.name):
            for folder in sorted(quarter.iterdir()):
                if folder.is_dir() and _RUN_FOLDER.fullmatch(folder.name):
                    yield folder


def read_run(folder: Path) -> tuple[datetime, DeclaredDesign]:
    """Return when a finished run ended and what its settings declared.

    Raises
    ------
    RunFailedError, UsageError, SettingsError
        If its manifest is damaged or its settings are, or are not those of the manifest.
    """
    manifest = read_manifest(folder)
    try:
        # A time without its zone, as no run writes it, fails here and not when times are compared.
        ended = datetime.strptime(manifest["ended"], "%Y-%m-%dT%H:%M:%S%z")
        quarter = Quarter.parse(manifest["identity"]["parameters"]["quarter"])
        run_id = str(manifest["run_id"])
        listed = {output["path"]: output["sha256"] for output in manifest["outputs"]}
    except (KeyError, TypeError, ValueError) as error:
        raise RunFailedError(
            f"its manifest was changed or is damaged ({type(error).__name__})."
        ) from None
    bundle = folder / "bundle"
    name = SETTINGS_FILE if (bundle / SETTINGS_FILE).is_file() else COUNCIL_FILE
    path = bundle / name
    if not path.is_file() or file_sha256(path) != listed.get(f"bundle/{name}"):
        raise RunFailedError("its settings in the bundle are missing or were changed.")
    settings = read_bundle_settings(bundle)
    return ended, declared_design(settings, quarter=quarter, run_id=run_id)

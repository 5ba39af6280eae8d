"""Whether earlier reports of a council have other codes: another key, or another name.

A person has the same code in two reports only if both were made under one key, and which key is
taken follows the council's name. A new key or a changed name breaks that without any error, so it
is said on the first page. Reports of invented data have codes of their own and are passed over.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.contract.record import CODES_DIFFER, Finding
from qaf_analysis.data.contract.spelling import spelling_key
from qaf_analysis.data.store.bundle import RECORD_FILE, read_bundle_settings
from qaf_analysis.run.earlier_designs import finished_runs
from qaf_analysis.run.manifest import read_manifest
from qaf_analysis.terms.errors import WorkbenchError
from qaf_analysis.terms.settings import Settings


@dataclass(frozen=True, kw_only=True)
class EarlierKey:
    """Whose codes a finished run holds, by the spelling key of the name, and when it ended."""

    council: str
    key_id: str
    ended: datetime


def earlier_keys(outputs: Path) -> tuple[EarlierKey, ...]:
    """Keys of the finished runs of real councils, in the order in which they ended.

    Runs that cannot be read are passed over here: they are named among the earlier designs.
    """
    found = []
    for folder in finished_runs(outputs):
        try:
            ended = datetime.strptime(read_manifest(folder)["ended"], "%Y-%m-%dT%H:%M:%S%z")
            settings = read_bundle_settings(folder / "bundle")
            key_id = json.loads((folder / "bundle" / RECORD_FILE).read_bytes())["key_id"]
        except (WorkbenchError, OSError, ValueError, KeyError, TypeError):
            continue
        if not settings.synthetic:
            council = spelling_key(settings.council)
            found.append(EarlierKey(council=council, key_id=str(key_id), ended=ended))
    return tuple(sorted(found, key=lambda run: run.ended))


def other_codes(outputs: Path, *, settings: Settings, key_id: str) -> Finding | None:
    """Warn that codes will not match earlier reports; None where they will.

    The same run made again finds the same: reports under the name and key of now count only
    where they are older than those of another.

    Parameters
    ----------
    outputs : Path
        Folder of reports; it need not exist.
    settings : Settings
        Of the council now.
    key_id : str
        Public name of the key now.
    """
    if settings.synthetic:
        return None
    runs, council = earlier_keys(outputs), spelling_key(settings.council)
    own = [run for run in runs if run.council == council]
    under_other_key = [run for run in own if run.key_id != key_id]
    if under_other_key:
        return _finding(
            f"{counted(len(under_other_key), 'earlier report')} of this council made under another "
            "key: codes will not match earlier reports",
            mend="restore the earlier key from its backup (qaf key show says where it belongs); if "
            "it was changed on purpose, compare no code across the change",
        )
    begun = own[0].ended if own else None
    renamed = [r for r in runs if r.council != council and (begun is None or r.ended < begun)]
    if renamed and any(run.key_id != key_id for run in renamed):
        return _finding(
            f"{counted(len(renamed), 'earlier report')} in the outputs folder under another name "
            "of the council: codes will not match earlier reports",
            mend="write the council’s name in council.toml as it was; if those reports are of "
            "another council, name an outputs folder of its own with --outputs",
        )
    return None


def _finding(found: str, *, mend: str) -> Finding:
    return Finding(
        code=CODES_DIFFER,
        outcome="warning",
        file="pseudonym key",
        found=found,
        expected="one name and one key for all reports of a council",
        mend=mend,
        rows=0,
    )

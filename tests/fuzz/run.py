"""Read many spoilt councils and tell every way in which reading failed without a message.

``python -m tests.fuzz.run --seed 1 --count 20000`` from the root of the repository.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from qaf_analysis.data.contract.record import ImportRecord, ImportRejectedError
from qaf_analysis.data.council.pseudonyms import PseudonymKey
from qaf_analysis.data.council.quarantine import write_quarantine
from qaf_analysis.data.council.read import read_council
from qaf_analysis.data.store.bundle import read_bundle, write_bundle
from qaf_analysis.terms.errors import WorkbenchError
from tests.fuzz.mutations import case

AS_OF = date(2020, 2, 7)
KEY = PseudonymKey(secret=bytes(range(32)))
SECONDS = 10
GIGABYTES = 2
LONGEST_MESSAGE = 2_000


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one spoilt council."""

    number: int
    kind: str  # "loaded", "refused", or the failure with its place
    seconds: float
    detail: str = ""

    @property
    def is_failure(self) -> bool:
        """Whether reading ended otherwise than by loading or by a message."""
        return self.kind not in ("loaded", "refused")


def outcome(seed: int, number: int) -> Outcome:
    """Read one spoilt council as a run does, and write what was set aside.

    Of every fifth the bundle is written and read again too, which takes longer than the rest.
    """
    started = time.process_time()
    kind, detail = "loaded", ""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "council"
        folder.mkdir()
        for name, data in case(seed, number).items():
            (folder / name).write_bytes(data)
        try:
            check_reading(folder, Path(place), whole=number % 5 == 0)
        except WorkbenchError as error:
            kind = "refused"
            if len(str(error)) > LONGEST_MESSAGE and not isinstance(error, ImportRejectedError):
                kind, detail = "a message without end", str(error)[:300]
            if isinstance(error, ImportRejectedError) and not error.record.findings:
                kind = "refused without a finding"
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            kind, detail = _named(error), traceback.format_exc()
    seconds = time.process_time() - started
    if seconds > SECONDS:
        kind = f"more than {SECONDS} seconds ({kind})"
    return Outcome(number=number, kind=kind, seconds=seconds, detail=detail)


def check_reading(folder: Path, place: Path, *, whole: bool) -> None:
    """Read a folder, and see that rows are accounted for and that what was read can be written."""
    imported = read_council(folder, as_of=AS_OF, key=KEY)
    record = imported.audits.record
    _check_counts(record)
    assert len(imported.quarantine) <= record.quarantined
    write_quarantine(imported.quarantine, place / "aside.csv")
    if whole:
        write_bundle(imported.audits, place / "bundle")
        again = read_bundle(place / "bundle")
        assert len(again.audits) == len(imported.audits.audits)
    for finding in record.findings:
        assert len(finding.message) < LONGEST_MESSAGE, finding.code
        finding.message.encode()


def _check_counts(record: ImportRecord) -> None:
    for file in record.files:
        assert file.rows_in == file.loaded + file.quarantined + file.not_data, file
        assert min(file.loaded, file.quarantined, file.not_data) >= 0, file


def _named(error: BaseException) -> str:
    """Name of a failure: its type and the last place of ours that it went through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "qaf_analysis" in frame.filename] or frames
    return f"{type(error).__name__} in {Path(ours[-1].filename).name}:{ours[-1].name}"


def _guarded() -> None:
    """Bound the memory of a worker, so that a leak is a failure and not a frozen machine."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (GIGABYTES << 30, GIGABYTES << 30))


def _one(numbered: tuple[int, int]) -> Outcome:
    return outcome(*numbered)


def main(arguments: list[str] | None = None) -> int:
    """Read ``--count`` councils from ``--first`` on; 1 if any failed without a message."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=0, help="stop after so long")
    chosen = parser.parse_args(arguments)
    kinds: Counter[str] = Counter()
    first: dict[str, Outcome] = {}
    slowest = 0.0
    started = time.monotonic()
    numbers = ((chosen.seed, n) for n in range(chosen.first, chosen.first + chosen.count))
    with multiprocessing.Pool(1, _guarded, maxtasksperchild=1_000) as pool:
        for found in pool.imap(_one, numbers):
            kinds[found.kind] += 1
            slowest = max(slowest, found.seconds)
            if found.is_failure:
                first.setdefault(found.kind, found)
            if chosen.minutes and time.monotonic() - started > chosen.minutes * 60:
                pool.terminate()
                break
    print(f"seed {chosen.seed}, from {chosen.first}: {sum(kinds.values())} councils, {dict(kinds)}")
    print(f"slowest {slowest:.1f} s, {time.monotonic() - started:.0f} s in all")
    for kind, found in first.items():
        print(f"\n--- {kind} ({kinds[kind]} times; number {found.number})\n{found.detail[-1500:]}")
    return int(bool(first))


if __name__ == "__main__":
    sys.exit(main())

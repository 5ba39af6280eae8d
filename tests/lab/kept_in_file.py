"""A grading place that writes every act to a file, to be read by a test and not from the screen."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from qaf_analysis.lab.place import MemoryPlace
from qaf_analysis.lab.practice import practice_place

FILE = "QAF_TEST_KEPT"


class FilePlace:
    """Passes everything to a place in memory, and writes down what it took."""

    def __init__(self, place: MemoryPlace, path: Path) -> None:
        self._place, self._path = place, path

    @property
    def pack(self) -> Any:
        return self._place.pack

    def standing(self, case: str) -> Any:
        return self._place.standing(case)

    def put(self, case: str, **kept: Any) -> None:
        self._place.put(case, **kept)
        self._write("grade", case, kept)

    def commit(self, case: str) -> None:
        self._place.commit(case)
        self._write("commit", case, {})

    def recognise(self, case: str, **told: str) -> None:
        self._place.recognise(case, **told)
        self._write("recognised", case, told)

    def reveal(self, case: str) -> Any:
        shown = self._place.reveal(case)
        self._write("reveal", case, {"audit_grades": dict(shown)})
        return shown

    def _write(self, kind: str, case: str, body: dict[str, Any]) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"kind": kind, "case": case, **body}) + "\n")


def file_place() -> FilePlace:
    """Three made-up cases, kept in the file that the environment names."""
    return FilePlace(practice_place(), Path(os.environ[FILE]))

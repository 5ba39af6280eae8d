"""Two runs beside each other: the same bytes, the same numbers in other bytes, or what differs.

Another computer may write the last digit of a number otherwise, and then draws and prints it
otherwise. So where bytes differ, numbers are compared as numbers, and what is around them as text.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import inf, isfinite, isnan
from pathlib import Path, PurePosixPath
from typing import Any

from qaf_analysis.run.manifest import read_manifest

TOLERANCE = 1e-9
"""Share by which the same number may differ on another computer."""

FIGURES = "figures.csv"
_NAMED_BY = ("question", "measure", "population", "group", "period", "weighting")
_VALUES = ("value", "low", "high")
_NUMBERS = (".json", ".csv", ".ipynb")
_WORDS = (".html", ".svg")
_TAG = re.compile(r"<style.*?</style>|<script.*?</script>|<[^>]*>", re.DOTALL)
_NUMBER = re.compile(r"[-+−]?\d+(?:\.\d+)?(?:e[-+]?\d+)?", re.IGNORECASE)
_DRAWN = ("image/png", "image/svg+xml")
_MOST_TOLD = 20


class Outcome(StrEnum):
    """What repeating a run came to."""

    IDENTICAL = "identical"
    SAME_NUMBERS = "same numbers, other bytes"
    DIFFERS = "differs"
    CANNOT_RUN = "cannot run"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What two runs have in common.

    Parameters
    ----------
    outcome : Outcome
    differences : tuple of str
        What they were made from otherwise, and which files differ, in plain words.
    first_figure : str
        First figure with another value, by its name; empty where none has.
    figures : int
        Figures that were compared.
    largest : float
        Largest share by which a number differs; infinite where one has no counterpart.
    """

    outcome: Outcome
    differences: tuple[str, ...] = ()
    first_figure: str = ""
    figures: int = 0
    largest: float = 0.0


def compare_runs(run: Path, again: Path) -> Comparison:
    """Compare a run with its repetition.

    Parameters
    ----------
    run, again : Path
        Folders of two finished runs.
    """
    first, second = read_manifest(run), read_manifest(again)
    made_from = tuple(identity_differences(first["identity"], second["identity"]))
    figures, largest, named = _figures(run / FIGURES, again / FIGURES)
    sums = [{one["path"]: one["sha256"] for one in each["outputs"]} for each in (first, second)]
    other = sorted(
        path for path in sums[0].keys() | sums[1].keys() if sums[0].get(path) != sums[1].get(path)
    )
    if not made_from and not other:
        return Comparison(outcome=Outcome.IDENTICAL, figures=figures)
    told, worst = _files(run, again, other, sums)
    largest = max(largest, worst)
    # Pictures and print follow the numbers: they may differ only where a number does, by its
    # last digits, or where the computer is another.
    is_elsewhere = first["environment"] != second["environment"]
    if not told and not is_elsewhere and largest == 0.0:
        told = tuple(f"output: {path} was not made by this run" for path in other)
    differences = (*made_from, *_shortened(told))
    return Comparison(
        outcome=Outcome.DIFFERS if differences or named else Outcome.SAME_NUMBERS,
        differences=differences,
        first_figure=named,
        figures=figures,
        largest=largest,
    )


def identity_differences(run: Mapping[str, Any], again: Mapping[str, Any]) -> Iterator[str]:
    """What two runs were made from otherwise, in plain words, inputs file by file."""
    yield from _inputs(run["inputs"], again["inputs"])
    for key, name in (
        ("code", "the package's code"),
        ("package_version", "the package's version"),
        ("lock", "lock: the list of dependencies"),
        ("seed", "parameter: the seed"),
    ):
        if run.get(key) != again.get(key):
            yield f"{name} is another" if ":" in name else f"code: {name} is another"
    for name in sorted(run["notebooks"].keys() | again["notebooks"].keys()):
        if run["notebooks"].get(name) != again["notebooks"].get(name):
            yield f"code: the notebook {name} is another"
    asked, found = run["parameters"], again["parameters"]
    for name in sorted(asked.keys() | found.keys()):
        if asked.get(name) != found.get(name):
            kind = "ledger" if name == "ledger" else "parameter"
            yield f"{kind}: {name} was {_said(asked.get(name))}, and is {_said(found.get(name))}"


def _inputs(run: Iterable[Mapping[str, Any]], again: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    before = {str(one["name"]): one for one in run}
    now = {str(one["name"]): one for one in again}
    for name in sorted(before.keys() | now.keys()):
        if name not in now:
            yield f"input: {name} is gone"
        elif name not in before:
            yield f"input: {name} is new"
        elif before[name]["sha256"] != now[name]["sha256"]:
            yield f"input: {name} was changed"
        elif before[name] != now[name]:
            yield f"input: {name} was read otherwise"


def _said(value: Any) -> str:
    return "not there" if value is None else f"“{value}”"


def _figures(run: Path, again: Path) -> tuple[int, float, str]:
    """How many figures there are, by how much they differ, and the first with another value."""
    before, now = _named_figures(run), _named_figures(again)
    largest, first = 0.0, ""
    for name, values in before.items():
        others = now.get(name)
        apart = inf if others is None else max(map(_apart, values, others), default=0.0)
        if apart > TOLERANCE and not first:
            first = name
        largest = max(largest, apart if apart <= TOLERANCE else 0.0)
    if not first:
        first = next((name for name in now if name not in before), "")
    return len(before), largest, first


def _named_figures(path: Path) -> dict[str, tuple[str, ...]]:
    if not path.is_file():
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))):
        name = ", ".join(filter(None, (row[key] for key in _NAMED_BY)))
        number = 2
        whole = name
        while whole in found:
            whole, number = f"{name} ({number})", number + 1
        found[whole] = tuple(row[key] for key in _VALUES)
    return found


def _apart(one: str, other: str) -> float:
    if one == other:
        return 0.0
    try:
        return _share(float(one), float(other))
    except ValueError:
        return inf


def _share(one: float, other: float) -> float:
    """By which share two numbers differ; those near zero are compared as they are."""
    if one == other or (isnan(one) and isnan(other)):
        return 0.0
    if not (isfinite(one) and isfinite(other)):
        return inf
    return abs(one - other) / max(abs(one), abs(other), 1.0)


def _files(
    run: Path, again: Path, paths: Iterable[str], sums: list[dict[str, str]]
) -> tuple[tuple[str, ...], float]:
    """Which of the files that differ hold something else, and by how much their numbers differ."""
    told, worst = [], 0.0
    for path in paths:
        if path not in sums[1]:
            told.append(f"output: {path} was not made again")
        elif path not in sums[0]:
            told.append(f"output: {path} is new")
        else:
            apart = _contents_apart(run / path, again / path)
            if apart > TOLERANCE:
                told.append(f"output: {path} differs")
            else:
                worst = max(worst, apart)
    return tuple(told), worst


def _contents_apart(one: Path, other: Path) -> float:
    """By how much the numbers in two files differ; infinite where the words do."""
    ending = PurePosixPath(one.name).suffix.lower()
    if ending == ".pdf":
        from qaf_analysis.run.pdf_words import pdf_words

        return _texts_apart(pdf_words(one.read_bytes()), pdf_words(other.read_bytes()))
    if ending not in (*_NUMBERS, *_WORDS):
        return 0.0  # a picture: it follows the numbers
    texts = [path.read_text(encoding="utf-8") for path in (one, other)]
    if ending in (".json", ".ipynb"):
        return _values_apart(*map(json.loads, texts))
    if ending in _WORDS:
        texts = [_TAG.sub(" ", text) for text in texts]
    return _texts_apart(*texts)


def _values_apart(one: Any, other: Any) -> float:
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        kept = (key for key in one if key not in _DRAWN)
        return max((_values_apart(one[key], other[key]) for key in kept), default=0.0)
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return max(map(_values_apart, one, other), default=0.0)
    if isinstance(one, str) and isinstance(other, str):
        return _texts_apart(_TAG.sub(" ", one), _TAG.sub(" ", other))
    both = (one, other)
    if all(isinstance(each, int | float) and not isinstance(each, bool) for each in both):
        return _share(one, other)
    return 0.0 if one == other else inf


def _texts_apart(one: str, other: str) -> float:
    """By how much the numbers of two texts differ; infinite where anything else does."""
    if one == other:
        return 0.0
    if _NUMBER.sub("#", one).split() != _NUMBER.sub("#", other).split():
        return inf
    pairs = zip(_NUMBER.findall(one), _NUMBER.findall(other), strict=True)
    return max((_apart(*(each.replace("−", "-") for each in pair)) for pair in pairs), default=0.0)


def _shortened(told: tuple[str, ...]) -> tuple[str, ...]:
    if len(told) <= _MOST_TOLD:
        return told
    return (*told[:_MOST_TOLD], f"output: {len(told) - _MOST_TOLD} further files differ")

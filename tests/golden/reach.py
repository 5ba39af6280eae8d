"""Which verdicts results hold: every member of the vocabulary that stands anywhere in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any

from qaf_analysis.terms import verdicts
from qaf_analysis.topics.registry import QUESTIONS, Results

KINDS = tuple(
    kind
    for kind in vars(verdicts).values()
    if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum
)


def reached(results: Results) -> set[str]:
    """Names of the verdicts in results, such as ``OptimismVerdict.ACCEPT``."""
    return {
        f"{type(part).__name__}.{part.name}"
        for question in QUESTIONS
        for part in _parts(results[question.result])
        if isinstance(part, KINDS)
    }


def every_verdict() -> set[str]:
    """Names of all verdicts there are."""
    return {f"{kind.__name__}.{member.name}" for kind in KINDS for member in kind}


def _parts(whole: Any) -> Iterator[Any]:
    yield whole
    if is_dataclass(whole):
        worked_out = [
            name
            for name in dir(type(whole))
            if name.endswith(("verdict", "standing"))
            and isinstance(getattr(type(whole), name), property)
        ]
        inside = [getattr(whole, name) for name in (*(f.name for f in fields(whole)), *worked_out)]
    elif isinstance(whole, Mapping):
        inside = list(whole.values())
    else:
        inside = list(whole) if isinstance(whole, list | tuple) else []
    for part in inside:
        yield from _parts(part)

"""Results as typed JSON, so that one notebook can hand them to another."""

from __future__ import annotations

import json
import math
import types
import typing
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np

from qaf_analysis.terms.errors import InputRejectedError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.verdicts import ReservedVerdict

AS_TEXT = (Quarter, ReservedVerdict)
"""Types that are written as text by ``str`` and read by their ``parse``."""


def result_to_json(result: Any) -> str:
    """Canonical JSON of a result: keys in field order, full digits, NaN as null.

    Examples
    --------
    >>> from qaf_analysis.terms.estimate import Estimate
    >>> e = Estimate.not_estimable("no audit was graded twice", method="AC2")
    >>> result_from_json(result_to_json(e), Estimate).why_not
    'no audit was graded twice'
    """
    document = {"kind": type(result).__name__, "result": _plain(result)}
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def result_from_json(text: str, kind: type) -> Any:
    """Rebuild a result of the kind named.

    Raises
    ------
    InputRejectedError
        If the text holds another kind of result, or does not fit the kind.
    """
    document = json.loads(text)
    if document.get("kind") != kind.__name__:
        raise InputRejectedError(
            f"Expected a {kind.__name__} result, found {document.get('kind')}; run the notebooks "
            "again from 00_intake."
        )
    return _typed(document["result"], kind)


def _plain(value: Any) -> Any:
    if isinstance(value, AS_TEXT):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    return value


def _typed(value: Any, hint: Any) -> Any:
    origin = get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        options = [option for option in get_args(hint) if option is not type(None)]
        return None if value is None else _typed(value, _option_for(value, options))
    if origin is tuple:
        inner = get_args(hint)
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(_typed(part, inner[0]) for part in value)
        return tuple(_typed(part, each) for part, each in zip(value, inner, strict=True))
    if origin is np.ndarray or hint is np.ndarray:
        array = np.array(value, dtype=float if _holds_float(value) else None)
        array.setflags(write=False)
        return array
    if hint in AS_TEXT:
        return hint.parse(value)
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint)
        return hint(**{name: _typed(part, hints[name]) for name, part in value.items()})
    if hint is float:
        return math.nan if value is None else float(value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return value


def _option_for(value: Any, options: list[Any]) -> Any:
    """Return the type that a value of a union has: of several enums, the first that holds it."""
    for option in options:
        if isinstance(option, type) and issubclass(option, Enum) and value in list(option):
            return option
    return options[0]


def _holds_float(value: Any) -> bool:
    if isinstance(value, list):
        return any(_holds_float(inner) for inner in value)
    return value is None or isinstance(value, float)

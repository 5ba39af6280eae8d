"""What a room of statistics takes where nothing is said, read from its signatures."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from math import isfinite
from types import ModuleType
from typing import Any


def numbers_by_default(room: ModuleType) -> dict[str, set[Any]]:
    """Numbers, flags and names taken by default, by parameter, over all functions of a room."""
    found: dict[str, set[Any]] = {}
    for function in _functions(room):
        for name, parameter in inspect.signature(function).parameters.items():
            given = parameter.default
            is_number = isinstance(given, bool | int | float) and isfinite(given)
            if is_number or (isinstance(given, str) and given):
                found.setdefault(name, set()).add(given)
    return found


def _functions(room: ModuleType) -> Iterator[Callable[..., Any]]:
    for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
        named = importlib.import_module(module.name)
        for one in vars(named).values():
            if getattr(one, "__module__", "") != module.name:
                continue
            if inspect.isclass(one):
                yield from (own for own in vars(one).values() if inspect.isfunction(own))
            elif callable(one):
                yield inspect.unwrap(one)

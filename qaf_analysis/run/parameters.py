"""A notebook's parameters: what its tagged cell declares, and whether a run may set them so."""

from __future__ import annotations

import ast
import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from qaf_analysis.terms.errors import UsageError

ParameterValue = str | int | float | bool | None
PARAMETERS_TAG = "parameters"

_NAME = re.compile(r"[a-z_]+")
_KINDS: dict[str, type] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "None": type(None),
}


def parameters_cell(notebook: Any, *, name: str) -> int:
    """Return the position of the one code cell tagged ``parameters``.

    Raises
    ------
    UsageError
        If there is none, or more than one: papermill would keep the notebook's own values
        without a word.
    """
    tagged = [
        index
        for index, cell in enumerate(notebook.cells)
        if PARAMETERS_TAG in cell.metadata.get("tags", [])
    ]
    if len(tagged) != 1 or notebook.cells[tagged[0]].cell_type != "code":
        raise UsageError(
            f"{name} has {len(tagged)} cells tagged “{PARAMETERS_TAG}”; tag exactly one code cell."
        )
    return tagged[0]


def declared_parameters(source: str, *, name: str) -> dict[str, frozenset[type]]:
    """Read the parameters that a cell declares, without running it.

    Parameters
    ----------
    source : str
        Text of the tagged cell: assignments of plain values, with or without an annotation.
    name : str
        The notebook's name, for messages.

    Returns
    -------
    dict of str to frozenset of type
        The types that each parameter may have.

    Raises
    ------
    UsageError
        If the cell holds anything else.

    Examples
    --------
    >>> declared = declared_parameters('quarter = ""\\nseed: int | None = 1', name="a.ipynb")
    >>> sorted(kind.__name__ for kind in declared["seed"])
    ['NoneType', 'int']
    """
    declared = {}
    try:
        for statement in ast.parse(source).body:
            target, kinds = _declaration(statement)
            declared[target] = kinds
    except (SyntaxError, ValueError) as error:
        raise UsageError(
            f"The parameters cell of {name} must hold only lines such as seed = 1, with a name of "
            "small letters and a plain value (text, number, True, False or None)."
        ) from error
    return declared


def check_parameters(
    asked: Mapping[str, ParameterValue],
    *,
    declared: Mapping[str, frozenset[type]],
    name: str,
) -> None:
    """Refuse a parameter that the notebook does not declare, or of another type.

    Raises
    ------
    UsageError
        Naming the parameter and what was expected.
    """
    for key, value in asked.items():
        # papermill pastes names into the notebook as code.
        if not _NAME.fullmatch(key) or key not in declared:
            raise UsageError(
                f"{name} has no parameter “{key[:40]}”; it has {', '.join(sorted(declared))}."
            )
        if not _fits(value, declared[key]):
            expected = " or ".join(sorted(kind.__name__ for kind in declared[key]))
            raise UsageError(
                f"Parameter {key} of {name} is {type(value).__name__}; it must be {expected}"
                " (and a finite number where it is a number)."
            )


def first_reassignment(
    notebook: Any, *, after: int, declared: Mapping[str, frozenset[type]]
) -> tuple[int, str] | None:
    """Find a later cell that gives a parameter another value: position and name, or None."""
    for index, cell in enumerate(notebook.cells):
        if index <= after or cell.cell_type != "code":
            continue
        for target in _assigned_names(cell.source):
            if target in declared:
                return index, target
    return None


def echo_source(declared: Mapping[str, frozenset[type]]) -> str:
    """Code of a last cell that prints every parameter as the kernel holds it at the end."""
    pairs = ", ".join(f'"{name}": {name}' for name in sorted(declared))
    return f'print(__import__("json").dumps({{{pairs}}}))'


def echo_differs(printed: str, asked: Mapping[str, ParameterValue]) -> str | None:
    """Name of the first asked parameter that the kernel did not hold at the end, or None."""
    held = json.loads(printed)
    for name, value in asked.items():
        if name not in held or type(held[name]) is not type(value) or held[name] != value:
            return name
    return None


def _declaration(statement: ast.stmt) -> tuple[str, frozenset[type]]:
    match statement:
        case ast.Assign(targets=[ast.Name(id=target)], value=value):
            kind = type(ast.literal_eval(value))
            kinds = frozenset(_KINDS.values() if kind is type(None) else [kind])
        case ast.AnnAssign(target=ast.Name(id=target), annotation=annotation, value=ast.expr()):
            kinds = frozenset(_annotated(annotation))
        case _:
            raise ValueError("not a simple assignment")
    if not _NAME.fullmatch(target) or not kinds <= set(_KINDS.values()):
        raise ValueError("not a plain parameter")
    return target, kinds


def _annotated(annotation: ast.expr) -> Iterator[type]:
    for name in ast.unparse(annotation).split("|"):
        if name.strip() not in _KINDS:
            raise ValueError("not a plain type")
        yield _KINDS[name.strip()]


def _fits(value: ParameterValue, kinds: frozenset[type]) -> bool:
    if isinstance(value, float) and not math.isfinite(value):
        return False
    return type(value) in kinds or (type(value) is int and float in kinds)


def _assigned_names(source: str) -> set[str]:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        # A cell with IPython's own syntax; the echo after the run still sees its effect.
        return set()
    return {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del)
    }

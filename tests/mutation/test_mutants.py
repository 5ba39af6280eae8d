"""Which faults are planted in a text, and which are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutation import page as module
from tests.mutation.mutants import mutants

PATH = "qaf_analysis/stats/room/module.py"


def changed(text: str) -> set[tuple[str, str]]:
    """Kind of each fault, and the changed line after it."""
    return {(one.kind, one.after) for one in mutants(PATH, text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("d = audit - grade", {("sign", "d = audit + grade")}),
        ("d = -gap", {("sign", "d = (gap)")}),
        ("p = 1 - power", {("sign", "p = 1 + power"), ("complement", "p = (power)"),
                           ("number", "p = 2 - power")}),
        ("n += count", {("sign", "n -= count")}),
        ("c = a < b", {("turned", "c = a > b"), ("boundary", "c = a <= b")}),
        ("c = (a) >= (b)", {("turned", "c = (a) <= (b)"), ("boundary", "c = (a) > (b)")}),
        ("c = a is not b", {("turned", "c = a is b")}),
        ("row = f(low_cell, high_cell)", {("swap", "row = f(high_cell, low_cell)")}),
        ("row = f(lower=x, upper=y)", {("swap", "row = f(lower=y, upper=x)")}),
        ("a, b = f()", {("swap", "b, a = f()")}),
        ("x = not y", {("negation", "x = (y)")}),
        (
            "x = y and z",
            {
                ("operand", "x = True and z"),
                ("operand", "x = y and True"),
                ("and-or", "x = y or z"),
            },
        ),
        ("x = 0.6", {("number", "x = 0.4")}),
        ("x = 3", {("number", "x = 4")}),
        ("x = min(y)", {("extreme", "x = max(y)")}),
        ("x = each.low", {("name", "x = each.high")}),
        ("x = each.first + each.last",
         {("name", "x = each.last + each.last"), ("name", "x = each.first + each.first"),
          ("sign", "x = each.first - each.last")}),
        ("x = y in (a, b)", {("turned", "x = y not in (a, b)")}),
        ("x = sorted(y)", {("order", "x = sorted(y, reverse=True)")}),
        ("x = sorted(y, reverse=True)", {("flag", "x = sorted(y, reverse=False)")}),
        ("x = 'Grading was kinder'",
         {("word", "x = 'Grading was stricter'"), ("word", "x = 'Grading was harsher'")}),
        ("x = f'After {after} é before'",
         {("word", "x = f'Before {after} é before'"), ("word", "x = f'After {after} é after'")}),
        ("x = 'a < b, not -1'", set()),
    ],
)  # fmt: skip
def test_each_kind_of_fault(text, expected):
    assert changed(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        '"""Kinder before 3 and after."""',
        "import numpy as before",
        "def f(x: Literal['before', 3]) -> tuple[A, B]: ...",
        "def f(x):\n    raise Wrong(f'{3} before', -x)",
        "def f(x):\n    told = -3\n    raise Wrong(f'{told} before')",
        "__all__ = ['before', 'after']",
        "Kind = Literal['before', 'after']",
        "if TYPE_CHECKING:\n    x = 3",
        "@dataclass(frozen=True, kw_only=True)\nclass A(Base, Other):\n    x: int",
        "x = isinstance(y, A)",
        "plot(linewidth=3, fontsize=4)",
        "near = 1e-9",
    ],
)
def test_what_no_reader_sees_is_left_alone(text):
    assert changed(text) == set()


def test_a_condition_is_dropped_both_ways_but_never_into_an_error():
    text = "def f(x):\n    if x:\n        y()\n    if z:\n        raise Wrong\n"
    assert changed(text) == {
        ("condition", "if True:"),
        ("condition", "if False:"),
    }
    assert [one.line for one in mutants(PATH, text)] == [2, 2, 4]


def test_a_branch_returns_nothing_of_its_kind():
    text = "def f(x) -> tuple[str, ...]:\n    if x:\n        return ()\n    return g(x)\n"
    assert ("return", "return ()") in changed(text)
    assert "return" not in {kind for kind, _ in changed("def f(x):\n    return g(x)\n")}


def test_rows_of_a_table_are_exchanged_whole_over_several_lines():
    text = 'rows = [\n    ("a", g(1)),  # one\n    ("b", 2 * h),\n]\n'
    swap = next(one for one in mutants(PATH, text) if one.kind == "swap")
    assert swap.before == '("a", g(1)), # one ("b", 2 * h),'
    assert swap.applied(text) == 'rows = [\n    ("b", 2 * h),  # one\n    ("a", g(1)),\n]\n'
    assert swap.felt == range(1, 5)


def test_one_cell_is_exchanged_between_two_rows():
    text = 'rows = (row("Kinder", a.low, fmt), row("Same", a.high, fmt))\n'
    cells = {one.after for one in mutants(PATH, text) if one.kind == "cell"}
    assert cells == {
        'rows = (row("Same", a.low, fmt), row("Kinder", a.high, fmt))',
        'rows = (row("Kinder", a.high, fmt), row("Same", a.low, fmt))',
    }


def test_nearly_every_fault_of_a_real_module_is_python_and_says_something_else():
    text = Path(module.__file__).read_text(encoding="utf-8")
    found = mutants(PATH, text)
    tried = found[::4]
    assert len(tried) > 20
    assert sum(one.is_real(text) for one in tried) > 0.95 * len(tried)


def test_a_line_above_a_block_is_felt_without_the_block():
    text = "def f(x):\n    if (\n        x > y\n    ):\n        return g(x)\n    return h(x)\n"
    turned = next(one for one in mutants(PATH, text) if one.kind == "turned")
    assert turned.felt == range(2, 5)

"""No word of a scale is typed outside ``terms``: package, templates and notebooks are searched."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from qaf_analysis.terms.example_scales import REPORT_CARD
from qaf_analysis.terms.scale import SCALES
from tests.places import ROOT

PACKAGE = ROOT / "qaf_analysis"
HOME = PACKAGE / "terms"
NAMED = (*SCALES.values(), REPORT_CARD)
WORDS = sorted(
    {"Good", "RI", "Requires improvement", "or better"}
    | {word for scale in NAMED for word in (*scale.levels, *scale.spellings)}
    | {scale.positive for scale in NAMED},
    key=len,
    reverse=True,
)
TYPED = re.compile(
    r"(?<![\w.])(?:"
    + "|".join(re.escape(word) for word in WORDS if not word.isdecimal())
    + r")(?!\w)",
    re.IGNORECASE,
)
NAMED_OTHERWISE = ('"expected standard or better"', "--good-from")
"""The name of an option, and an example of what another takes."""


RECOGNISED = PACKAGE / "data" / "files" / "heading_words.py"
"""What a form may ask ("how good is ...") is recognised there; nothing of it is ever said."""


def typed(text: str) -> list[str]:
    """Words of a scale in a text, examples of options apart."""
    for example in NAMED_OTHERWISE:
        text = text.replace(example, "")
    return TYPED.findall(text)


def strings(source: str) -> Iterator[tuple[int, str]]:
    """Every string constant of a module that is no docstring, with its line."""
    tree = ast.parse(source)
    alone = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.lineno, node.value


def in_modules() -> Iterator[tuple[Path, int, str]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if not path.is_relative_to(HOME) and path != RECOGNISED:
            for line, text in strings(path.read_text(encoding="utf-8")):
                yield path, line, text


def in_other_files() -> Iterator[tuple[Path, int, str]]:
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in {".css", ".html", ".j2", ".js", ".svg", ".txt", ".toml", ".md", ".json"}:
            for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                yield path, line, text


def in_notebooks() -> Iterator[tuple[Path, int, str]]:
    for path in sorted((ROOT / "notebooks").rglob("*.ipynb")):
        for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"], 1):
            yield path, number, "".join(cell["source"])


@pytest.mark.parametrize("everything", [in_modules, in_other_files, in_notebooks])
def test_no_word_of_a_scale_is_typed(everything):
    searched = list(everything())
    assert searched
    found = [
        f"{path.relative_to(ROOT)}:{place}: {word}"
        for path, place, text in searched
        for word in typed(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('say = f"graded {n} good or better"', ["good or better"]),
        ('caption = "Share GOOD"', ["GOOD"]),
        ('row = ("Audits graded inadequate", 1)', ["inadequate"]),
        ('help = "6 or more"', ["6 or more"]),
        ('x = "RI"; y = "criteria"; z = "GradeCounts.good"; k = "good_or_better"', ["RI"]),
        ('def f():\n    """Good practice."""\n    return "goods"', []),
    ],
)
def test_a_planted_word_is_found(source, found):
    assert [word for _, text in strings(source) for word in typed(text)] == found

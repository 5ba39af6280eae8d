"""The recipe for adding a coefficient holds for every coefficient there is."""

from __future__ import annotations

import re
from inspect import getdoc
from pathlib import Path
from typing import get_args

import pytest

from qaf_analysis.data.plain.grades import TableLayout
from qaf_analysis.stats.agreement.coefficient import Interval
from qaf_analysis.stats.agreement.standard_errors import StandardError
from qaf_analysis.stats.agreement.weights import WeightName
from qaf_analysis.topics.agreement.analysis.measures import MEASURES, Measure

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "methods" / "agreement.md").read_text(encoding="utf-8")
RECIPE = (ROOT / "docs" / "how_to_add_a_coefficient.md").read_text(encoding="utf-8")
TABLE = PAGE.partition("## Every measure")[2].partition("\n## ")[0]
ROWS = dict(re.findall(r"^\| `(\w+)` \|(.*)\|$", TABLE, re.M))
TESTS = {path: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")}
every_measure = pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
# How tests name where their values come from: print, or a program that is an authority.
PUBLISHED = re.compile(r"published|irrCAC|psych|epiR|\birr\b|\b(19|20)\d\d\b", re.I)


def documentation(measure: Measure) -> str:
    return getdoc(measure.function) or ""


@every_measure
def test_its_function_lies_in_stats_and_names_a_source(measure):
    assert measure.function.__module__.startswith("qaf_analysis.stats.")
    words = documentation(measure)
    assert "References" in words or re.search(r"See\s+``\w+", words) or "equals" in words, words[
        :80
    ]


@every_measure
def test_a_test_compares_it_with_a_published_value(measure):
    name = measure.function.__name__
    of_stats = [text for path, text in TESTS.items() if "stats" in path.parts]
    assert any(re.search(rf"\b{name}\b", text) and PUBLISHED.search(text) for text in of_stats)


@every_measure
def test_the_method_page_explains_it(measure):
    what, source, meaning = (cell.strip() for cell in re.split(r"(?<!\\)\|", ROWS[measure.name]))
    assert what
    assert re.search(r"\(\d{4}\)|^–$", source)
    assert meaning


def test_the_method_page_explains_nothing_that_is_not_there():
    assert set(ROWS) == {measure.name for measure in MEASURES}


def section(title: str) -> set[str]:
    text = PAGE.partition(f"## {title}")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `(\w+)`", text, re.M))


def test_the_method_page_has_every_weight_and_every_kind_of_error():
    assert section("Weights") == set(get_args(WeightName))
    assert section("Errors and intervals") == set(get_args(StandardError))


def test_the_help_has_every_weight_and_layout():
    text = (ROOT / "qaf_analysis" / "cli" / "stat_agreement.py").read_text(encoding="utf-8")
    for name in (*get_args(WeightName), *get_args(TableLayout), *get_args(Interval)):
        assert re.search(rf"\b{name}\b", text), name


def test_names_are_lower_case_and_stand_once():
    names = [measure.name for measure in MEASURES]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)


def test_what_the_recipe_names_is_there():
    for path in re.findall(r"`((?:qaf_analysis|tests|stats)/[\w./]*)`", RECIPE):
        place = ROOT / path if not path.startswith("stats/") else ROOT / "qaf_analysis" / path
        assert place.exists(), path
    for page in re.findall(r"\]\(([\w./]+)\)", RECIPE):
        assert (ROOT / "docs" / page).exists(), page
    example = re.search(r"weighted\(\"(\w+)\", (\w+)\)", RECIPE)
    assert example is not None
    assert example[0] in Path(
        ROOT / "qaf_analysis/topics/agreement/analysis/measures.py"
    ).read_text(encoding="utf-8")


def test_every_link_of_the_method_pages_leads_somewhere():
    for page in (ROOT / "docs" / "methods").glob("*.md"):
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
        for named in re.findall(r"`((?:tests|benchmarks)/[\w/]+\.py)`", text):
            assert (ROOT / named).exists(), named

"""The published inspection outcomes are laid out as their settings and README say."""

import csv
import tomllib
from collections import Counter

import pytest

from qaf_analysis.terms.settings_file import settings_from
from tests.places import PUBLISHED_OUTCOMES

FOLDER = PUBLISHED_OUTCOMES


@pytest.fixture(scope="module")
def settings():
    return settings_from(tomllib.loads((FOLDER / "council.toml").read_text("utf-8")))


@pytest.fixture(scope="module")
def rows(settings):
    text = (FOLDER / settings.files[0].path).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_every_heading_is_in_the_file(settings, rows):
    (file,) = settings.files
    assert {*file.columns.values(), *file.domains.values()} <= rows[0].keys()
    assert settings.window == "all"
    assert not settings.synthetic


def test_grades_are_on_the_scale_or_declared_not_graded(settings, rows):
    (file,) = settings.files
    profile = Counter()
    for row in rows:
        for domain, heading in file.domains.items():
            if row[heading] and row[heading] not in settings.not_graded:
                profile[domain, settings.scale.code(row[heading])] += 1
    assert [profile["Overall", code] for code in range(4)] == [13, 29, 63, 46]
    assert sum(profile["Care leavers", code] for code in range(4)) == 153 - 7


def test_what_the_readme_says_is_untidy(rows):
    assert len(rows) == len({row["la_code"] for row in rows}) == 153
    undated = [row["la_code"] for row in rows if not row["inspection_end_date"]]
    assert sorted(undated) == ["846", "892"]
    assert [row["la_code"] for row in rows if not row["region_code"]] == ["887"]
    ungraded = [row["la_code"] for row in rows if not row["overall_effectiveness_grade"]]
    assert sorted(ungraded) == ["304", "933"]
    shared = Counter(row["ltla23cd"] for row in rows).most_common(1)
    assert shared == [("E10000006", 2)]

"""What headline figures are about: which settings hold together, and what they are called."""

import tomllib

import pytest

from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.headlines import DerivedRule, derived_from
from qaf_analysis.terms.names import DomainTag
from qaf_analysis.terms.settings_file import settings_from

AREAS = """
[council]
name = "Made"
headline_domains = ["Help", "Care", "Leaving care"]
impact_domain = "Impact"
derived_overall = "weakest_child"
[domains]
Help = "child"
Care = "child"
"Leaving care" = ""
Impact = "child"
Recording = "process"
"""


def settings(text):
    return settings_from(tomllib.loads(text))


def test_areas_the_derived_grade_and_impact_are_headlines_in_this_order():
    found = settings(AREAS)
    derived = "Overall, derived as the weakest of 2 areas of the child's experience"
    assert found.derived_from == ("Help", "Care")
    assert found.headlines == ("Help", "Care", "Leaving care", derived, "Impact")
    assert found.judged_domains == ("Help", "Care", "Leaving care", "Impact")
    assert found.headline_domain == "Help"
    assert found.overall_domains == ("Impact",)


def test_without_areas_the_overall_grade_is_the_headline():
    found = settings('[council]\nname = "Made"\nimpact_domain = "Impact"')
    assert found.headlines == ("Overall", "Impact")
    assert found.overall_domains == ("Overall", "Impact")
    assert found.derived_domain is None


def test_a_theme_is_not_compared_with_judgements_of_the_whole():
    theme = '[[themes]]\nname = "T"\ndomain = "Recording"\naudited_in = "2024-25 Q1"\n'
    found = settings(AREAS + theme)
    graded = ("Help", "Care", "Impact", "Recording")
    assert found.controls_for(found.themes[0], graded) == ("Help", "Care")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("headline_domains", 'headline_domain = "Help"\nheadline_domains'), "keep one"),
        (('"Care", "Leaving care"]', '"Care", "Caring"]'), '"Caring" is a headline but no domain'),
        (('impact_domain = "Impact"', 'impact_domain = "Care"'), '"Care" more than once'),
        (('"Care", "Leaving care"]', '"Care", "Care"]'), '"Care" more than once'),
        (('weakest_child"', 'best"'), "expected one of lower_median, weakest, weakest_child"),
        (('"Help", "Care", "Leaving care"]', '"Help", "Leaving care"]'), "at least two areas"),
        (('headline_domains = ["Help", "Care", "Leaving care"]', ""), 'needs "headline_domains"'),
        (("]\nimpact", ', "A", "B", "C", "D"]\nimpact'), "at most 6"),
    ],
)
def test_headlines_that_cannot_be_are_refused(change, said):
    assert change[0] in AREAS
    with pytest.raises(SettingsError, match=said):
        settings(AREAS.replace(*change, 1))


def test_a_rule_over_childrens_areas_looks_at_those_alone():
    tags = {"Help": DomainTag.CHILD, "Plan": DomainTag.PROCESS, "Care": DomainTag.CHILD}
    areas = ("Help", "Plan", "Care")
    assert derived_from(DerivedRule.WEAKEST_CHILD, areas, tags) == ("Help", "Care")
    assert derived_from(DerivedRule.WEAKEST, areas, tags) == areas

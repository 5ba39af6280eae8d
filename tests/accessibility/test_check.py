"""What fails a bar of the measured page, from measurements made by hand."""

import copy

import pytest

from tests.accessibility.check import faults_of, summary

GOOD = {
    "page": "report.html",
    "axe": {"light": [], "dark": []},
    "refused": [],
    "tabs": 20,
    "phone": {"height": 9000, "sideways": 0, "tabs": 24, "unfolded": 12000, "letter": 11.0},
    "narrow": {"height": 9000, "sideways": 0},
}


def with_(**changes):
    told = copy.deepcopy(GOOD)
    for name, value in changes.items():
        if isinstance(value, dict):
            told[name].update(value)
        else:
            told[name] = value
    return told


def test_a_good_page_has_no_fault_and_says_what_was_measured():
    assert faults_of(GOOD, most_tabs=60) == []
    assert "  smallest letter in a chart on a phone: 11.0 px" in summary(GOOD)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"axe": {"dark": [{"rule": "color-contrast", "places": 2, "first": "<p>"}]}},
         "axe, dark: color-contrast at 2 places, first <p>"),
        ({"refused": ["Refused to run a script"]},
         "refused by the page's own policy: Refused to run a script"),
        ({"phone": {"letter": 10.99}}, "letters of 10.99 px in a chart on a phone"),
        ({"phone": {"sideways": 2}}, "the page is 2 px wider than 390 px"),
        ({"narrow": {"sideways": 1}}, "the page is 1 px wider than 320 px"),
        ({"tabs": 61}, "more than 60 tab stops"),
        ({"phone": {"tabs": 61}}, "more than 60 tab stops"),
    ],
)  # fmt: skip
def test_each_bar_is_told_where_it_is_missed(changes, fault):
    assert faults_of(with_(**changes), most_tabs=60) == [fault]


def test_a_page_without_charts_has_no_letters_and_stops_count_only_where_asked():
    assert faults_of(with_(phone={"letter": None}, tabs=500), most_tabs=None) == []

"""What a council may declare of its themes, and what each contradiction is told."""

from __future__ import annotations

import tomllib

import pytest

from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import Settings
from qaf_analysis.terms.settings_file import settings_from

DOMAINS = '[domains]\nOverall = ""\nPlan = ""\nRisk = ""\nVoice = "child"\nRecording = ""\n'
PLANS = {"name": "Plans", "domain": "Plan", "audited_in": "2018-19 Q2"}
FOSTERING = {"name": "Fostering", "case_type": "Private fostering", "audited_in": "2018-19 Q2"}


def toml(value: object) -> str:
    return str(value) if isinstance(value, int) else repr(value)


def declared(*themes: dict[str, object], domains: str = DOMAINS) -> Settings:
    lines = ["[council]", 'name = "Example"', domains]
    for theme in themes:
        lines += ["[[themes]]", *(f"{key} = {toml(value)}" for key, value in theme.items())]
    return settings_from(tomllib.loads("\n".join(lines)))


def test_a_theme_alone_is_compared_with_every_domain_no_theme_touches():
    settings = declared(
        PLANS, {"name": "Records", "domain": "Recording", "audited_in": "2019-20 Q2"}
    )
    plans = settings.themes[0]
    assert plans.controls == ()
    assert plans.outcome == "mean_grade"
    assert settings.controls_for(plans, tuple(settings.domains)) == ("Risk", "Voice")


def test_declared_controls_and_outcome_are_taken():
    plans = {**PLANS, "controls": ["Voice", "Risk"], "outcome": "good_or_better"}
    settings = declared(plans)
    assert settings.themes[0].controls == ("Voice", "Risk")
    assert settings.themes[0].outcome == "good_or_better"
    assert settings.controls_for(settings.themes[0], ("Plan", "Risk", "Overall")) == ("Risk",)


def test_a_theme_about_a_type_of_case_takes_the_share_good_or_better():
    assert declared({**FOSTERING, "outcome": "good_or_better"}).themes[0].domain is None


def test_controls_are_not_looked_up_where_no_domains_are_declared():
    assert declared({**PLANS, "controls": ["Anything"]}, domains="").themes[0].controls


@pytest.mark.parametrize(
    ("theme", "words"),
    [
        ({**PLANS, "controls": ["Rsik"]}, 'theme "Plans": "controls" names "Rsik".* not in'),
        ({**PLANS, "controls": ["Rsik"]}, "expected domains among Overall, Plan, Risk"),
        (
            {**PLANS, "controls": ["Plan", "Risk"]},
            r'number 1: "controls" names "Plan", the theme\'s',
        ),
        ({**PLANS, "controls": ["Overall"]}, '"Overall", the headline domain.*take it out'),
        ({**PLANS, "controls": ["Risk", "Risk"]}, '"controls" names "Risk" more than once'),
        ({**PLANS, "controls": []}, '"controls" is an empty list; name at least one'),
        ({**PLANS, "controls": "Risk"}, '"controls" should be a list'),
        ({**PLANS, "control": ["Risk"]}, '"control" is not a setting known here'),
        (
            {**PLANS, "outcome": "median"},
            '"outcome" is "median"; expected one of mean_grade, good_or_better',
        ),
        ({**PLANS, "phase_in_quarters": 5}, '"phase_in_quarters" is 5; expected 0 to 4'),
        (
            {**PLANS, "phase_in_quarters": -1},
            '"phase_in_quarters" is -1; it should not be negative',
        ),
        (
            {**PLANS, "selected_in": ["2018-19 Q1", "2018/19 Q1"]},
            '"selected_in" names "2018-19 Q1" more than once',
        ),
        ({**PLANS, "selected_in": ["2018-19 Q2"]}, '"selected_in" should lie before "audited_in"'),
        (
            {**FOSTERING, "controls": ["Risk"]},
            'both "case_type" and "controls".*take "controls" out',
        ),
        ({**FOSTERING, "outcome": "mean_grade"}, 'both "case_type" and outcome = "mean_grade"'),
        ({**FOSTERING, "domain": "Plan"}, 'either "domain" or "case_type"'),
        ({**PLANS, "domain": ""}, 'either "domain" or "case_type"'),
        ({**PLANS, "domain": "Plam"}, 'names the domain "Plam", which is not in'),
    ],
)
def test_a_contradiction_within_a_theme_is_refused(theme, words):
    with pytest.raises(SettingsError, match=rf"council\.toml.*{words}"):
        declared(theme)


def test_four_quarters_of_phasing_in_are_still_taken():
    plans = declared({**PLANS, "phase_in_quarters": 4}).themes[0]
    assert plans.settled_from == Quarter(2019, 3)


@pytest.mark.parametrize("selected", [[], ["2018-19 Q4"]])
def test_a_domain_themed_later_may_be_a_control(selected):
    later = {"name": "Risks", "domain": "Risk", "audited_in": "2019-20 Q1", "selected_in": selected}
    assert declared({**PLANS, "controls": ["Risk"]}, later).themes[0].controls == ("Risk",)


@pytest.mark.parametrize(
    ("other", "phase_in", "begins", "settled"),
    [
        ({"audited_in": "2018-19 Q1"}, 0, "2018-19 Q1", "2018-19 Q2"),
        ({"audited_in": "2018-19 Q2"}, 0, "2018-19 Q2", "2018-19 Q2"),
        ({"audited_in": "2018-19 Q3"}, 1, "2018-19 Q3", "2018-19 Q3"),
        (
            {"audited_in": "2019-20 Q1", "selected_in": ["2018-19 Q4", "2018-19 Q2"]},
            0,
            "2018-19 Q2",
            "2018-19 Q2",
        ),
    ],
)
def test_a_domain_themed_before_or_meanwhile_may_not(other, phase_in, begins, settled):
    plans = {**PLANS, "controls": ["Voice", "Risk"], "phase_in_quarters": phase_in}
    risks = {"name": "Risks", "domain": "Risk", **other}
    words = (
        f'theme "Plans": "controls" names "Risk", which the theme "Risks" is about and touches '
        f'from {begins} on.*until after {settled} .*Take "Risk" out'
    )
    with pytest.raises(SettingsError, match=words):
        declared(plans, risks)
    with pytest.raises(SettingsError, match=words):
        declared(risks, plans)


@pytest.mark.parametrize("about", [PLANS, FOSTERING])
def test_two_themes_about_the_same_in_one_quarter_cannot_be_told_apart(about):
    with pytest.raises(SettingsError, match=r'"Again" are both about .* and both audited in 2018'):
        declared(about, {**about, "name": "Again"})


def test_the_same_domain_may_be_themed_again_and_others_in_the_same_quarter():
    again = {**PLANS, "name": "Plans again", "audited_in": "2019-20 Q2"}
    assert len(declared(PLANS, again, FOSTERING).themes) == 3


def test_two_themes_of_one_name_are_refused():
    with pytest.raises(SettingsError, match='two themes are called "Plans"'):
        declared(PLANS, {**PLANS, "domain": "Risk"})

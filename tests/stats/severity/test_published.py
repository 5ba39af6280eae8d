"""The severity model beside what TAM and clmm print for published ratings."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from qaf_analysis.stats.severity.fit import SeverityFit
from qaf_analysis.stats.severity.model import severity_model
from qaf_analysis.stats.severity.options import SeverityOptions
from tests.stats.severity.rater_effects_data import LEVELS, PEERS, WINE_AGQ, facet, published, wine

# TAM's grid and model: severities each for themselves, no halo.
TAM = {"auditor_effects": "free", "halo": False, "nodes": 81, "reach": 8.0}
CASES = [
    ("ptam4", "rating_scale", "ptam4_tam_rsm"),
    ("ptam4", "partial_credit", "ptam4_tam_pcm"),
    ("ratings1", "rating_scale", "ratings1_tam_rsm"),
    ("ratings2", "rating_scale", "ratings2_tam_rsm"),
    ("ex10", "rating_scale", "ex10_tam"),
]


@cache
def fitted(name: str, thresholds: str) -> SeverityFit:
    ratings, _, _ = published(name)
    return severity_model(ratings, options=SeverityOptions(thresholds=thresholds, **TAM))


@pytest.mark.parametrize(("name", "thresholds", "key"), CASES)
def test_deviance_and_variance_are_tams(name, thresholds, key):
    fit, peer = fitted(name, thresholds), PEERS[key]
    assert fit.converged
    assert fit.deviance == pytest.approx(peer["deviance"], abs=1e-4)
    assert fit.sd_audit.value**2 == pytest.approx(peer["variance"], abs=1e-3)


@pytest.mark.parametrize(("name", "thresholds", "key"), CASES)
def test_severities_are_tams(name, thresholds, key):
    _, raters, _ = published(name)
    expected = facet(PEERS[key], "rater")
    peer = [expected[f"rater{rater}"] for rater in raters]
    found = fitted(name, thresholds).severity
    assert found[:-1] == pytest.approx(peer[:-1], abs=2e-4)
    # TAM's last rater is minus the sum of the others and holds what is left of their errors.
    assert found[-1] == pytest.approx(peer[-1], abs=2e-3)


@pytest.mark.parametrize(("name", "thresholds", "key"), CASES)
def test_difficulties_and_location_are_tams(name, thresholds, key):
    """TAM's items carry the location; ours are centred, with the location beside them."""
    _, _, criteria = published(name)
    expected = facet(PEERS[key], "item")
    fit = fitted(name, thresholds)
    found = fit.difficulty + fit.location
    assert found == pytest.approx([expected[criterion] for criterion in criteria], abs=3e-4)


@pytest.mark.parametrize(("name", "thresholds", "key"), CASES[:4])
def test_steps_are_tams(name, thresholds, key):
    _, _, criteria = published(name)
    peer, fit = PEERS[key], fitted(name, thresholds)
    levels = range(1, LEVELS[name])
    steps = [facet(peer, "step")[f"step{level}"] for level in levels]
    if thresholds == "partial_credit":
        own = facet(peer, "item:step")
        steps = [
            [step + own[f"{c}:step{level}"] for level, step in zip(levels, steps, strict=True)]
            for c in criteria
        ]
    assert fit.thresholds - fit.location == pytest.approx(np.array(steps), abs=3e-4)


def test_the_default_grid_gives_the_same_severities():
    ratings, _, _ = published("ptam4")
    fit = severity_model(ratings, options=SeverityOptions(auditor_effects="free", halo=False))
    expected = fitted("ptam4", "rating_scale")
    assert fit.severity == pytest.approx(expected.severity, abs=1e-3)
    assert fit.deviance == pytest.approx(expected.deviance, abs=1e-2)


def test_wine_is_that_of_adaptive_quadrature():
    """Judges are integrated out exactly; temperature and contact are fixed effects."""
    options = SeverityOptions(
        link="cumulative", auditor_effects="free", halo=False, practice_by_quarter=False
    )
    fit = severity_model(wine(), options=options)
    coef = WINE_AGQ["coef"]
    assert fit.log_likelihood == pytest.approx(WINE_AGQ["logLik"], abs=1e-3)
    assert fit.difficulty[0] - fit.difficulty[1] == pytest.approx(coef["tempwarm"], abs=1e-3)
    assert fit.severity[0] - fit.severity[1] == pytest.approx(coef["contactyes"], abs=1e-3)
    base = fit.thresholds + fit.difficulty[0] + fit.severity[0]
    assert base == pytest.approx([coef[f"{k}|{k + 1}"] for k in range(1, 5)], abs=2e-3)
    assert fit.sd_audit.value == pytest.approx(WINE_AGQ["judge_sd"], abs=1e-3)


def test_wine_standard_errors_are_clmms():
    options = SeverityOptions(
        link="cumulative", auditor_effects="free", halo=False, practice_by_quarter=False
    )
    fit = severity_model(wine(), options=options)
    contrast = np.array([1.0, -1.0])
    temperature = np.sqrt(contrast @ fit.difficulty_covariance @ contrast)
    contact = np.sqrt(contrast @ fit.severity_covariance @ contrast)
    assert temperature == pytest.approx(WINE_AGQ["se"]["tempwarm"], abs=2e-3)
    assert contact == pytest.approx(WINE_AGQ["se"]["contactyes"], abs=2e-3)


@pytest.mark.parametrize("name", ["ptam4", "ratings1"])
def test_shrunken_severities_are_near_clmms_modes(name):
    """clmm has Laplace for everything and maximum likelihood for SDs; ours are restricted."""
    ratings, raters, criteria = published(name)
    options = SeverityOptions(link="cumulative", halo=False, caseload=False)
    fit, peer = severity_model(ratings, options=options), PEERS[f"{name}_clmm"]
    modes = [-peer["ranef"]["auditor"][rater] for rater in raters]
    assert fit.severity == pytest.approx(np.array(modes) - np.mean(modes), abs=0.07)
    assert fit.sd_audit.value == pytest.approx(peer["re_sd"]["audit"], rel=0.03)
    assert fit.sd_auditor.value == pytest.approx(peer["re_sd"]["auditor"], rel=0.10)
    effects = [-peer["coef"][f"domain{criterion}"] for criterion in criteria[1:]]
    assert fit.difficulty[1:] - fit.difficulty[0] == pytest.approx(effects, abs=0.02)

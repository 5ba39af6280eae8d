"""A search that begins near a relative's fit ends where one from scratch does."""

from __future__ import annotations

import numpy as np
import pytest

from qaf_analysis.stats.severity import information as grid_information
from qaf_analysis.stats.severity.model import severity_model
from qaf_analysis.stats.severity.options import SeverityOptions
from qaf_analysis.stats.severity.ratings import SeverityRatings
from tests.stats.severity.simulated_grades import simulated


@pytest.fixture(scope="module")
def ratings():
    made = simulated(
        np.random.default_rng(12), audits=260, auditors=9, halo=0.7, double=0.5
    ).ratings
    quarter = (made.audit_number * 3) // made.n_audits
    return SeverityRatings(
        audit=made.audit,
        auditor=made.auditor,
        domain=made.domain,
        grade=made.grade,
        n_levels=4,
        quarter=quarter,
    )


@pytest.fixture(scope="module")
def linked(ratings):
    return severity_model(ratings.linked)


def later(ratings):
    """The last two of three quarters, without one auditor."""
    kept = (ratings.quarter_number > 0) & (ratings.auditor_number != 4)
    columns = {name: getattr(ratings, name)[kept] for name in ("audit", "auditor", "domain")}
    return SeverityRatings(
        **columns, grade=ratings.grade[kept], n_levels=4, quarter=ratings.quarter[kept]
    )


@pytest.mark.parametrize(
    ("part", "options"),
    [
        ("all", SeverityOptions(caseload=False)),
        ("all", SeverityOptions()),
        ("linked", SeverityOptions(auditor_by_domain=True, drift=True)),
        ("linked", SeverityOptions(auditor_effects="free")),
        ("linked", SeverityOptions(halo=False)),
        ("later", SeverityOptions()),
    ],
    ids=["at random", "caseloads", "by domain and drift", "free", "no halo", "later"],
)
def test_it_ends_where_a_search_from_scratch_does(ratings, linked, part, options):
    used = {"all": ratings, "linked": ratings.linked, "later": later(ratings)}[part]
    scratch = severity_model(used, options=options)
    near = severity_model(used, options=options, near=linked)
    assert near.converged
    assert near.severity == pytest.approx(scratch.severity, abs=1e-3)
    errors = np.sqrt(np.diag(near.severity_covariance))
    assert errors == pytest.approx(np.sqrt(np.diag(scratch.severity_covariance)), rel=5e-3)
    assert near.log_marginal == pytest.approx(scratch.log_marginal, abs=0.02)
    for name, spread in near.spreads.items():
        assert spread.value == pytest.approx(scratch.spreads[name].value, rel=0.01), name


def test_it_takes_fewer_steps_and_begins_at_the_relative_s_grid(ratings, linked):
    options = SeverityOptions(caseload=False)
    near = severity_model(ratings, options=options, near=linked)
    assert len(near.posterior.grid.nodes) >= len(linked.posterior.grid.nodes)
    again = severity_model(ratings.linked, near=linked)
    assert again.iterations <= 2
    assert again.severity == pytest.approx(linked.severity, abs=1e-4)


@pytest.mark.parametrize(
    "options",
    [
        SeverityOptions(link="cumulative"),
        SeverityOptions(thresholds="partial_credit"),
        SeverityOptions(anchored={0: 0.0}),
    ],
    ids=["another link", "other thresholds", "anchored"],
)
def test_a_relative_on_another_scale_is_left_aside(ratings, linked, options):
    scratch = severity_model(ratings.linked, options=options)
    near = severity_model(ratings.linked, options=options, near=linked)
    assert np.array_equal(near.parameters, scratch.parameters)


def test_audits_with_many_bundles_give_the_information_of_their_pairs(monkeypatch):
    """Taken whole or pair by pair, the information is the same."""
    made = simulated(np.random.default_rng(2), audits=30, auditors=12, raters=11, halo=0.7)
    fit = severity_model(made.ratings, options=SeverityOptions(nodes=61, reach=8.0))
    found = []
    for most in (8, 100):
        monkeypatch.setattr(grid_information, "MANY", most)
        monkeypatch.setattr(
            grid_information,
            "bundle_pairs",
            lambda kinds, *, most=most, real=grid_information.bundle_pairs: real(kinds, most=most),
        )
        found.append(
            grid_information.information(
                fit.posterior,
                design=fit.terms.design,
                audit_design=fit.terms.audit_design,
                partial_credit=False,
            )
        )
        monkeypatch.undo()
    assert found[0] == pytest.approx(found[1], abs=1e-9 * np.abs(found[1]).max())

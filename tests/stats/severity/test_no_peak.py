"""Grades to which no best fit exists: said so, with errors that claim nothing, never a crash."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import linalg

from qaf_analysis.stats.severity.model import severity_model
from qaf_analysis.stats.severity.options import SeverityOptions
from qaf_analysis.stats.severity.ratings import SeverityRatings
from qaf_analysis.stats.severity.variances import (
    LEAST_INFORMATION,
    QuadraticLikelihood,
    SpreadStep,
    with_peak,
)


def cyclic(audits: int, auditors: int, domains: int) -> SeverityRatings:
    """Every audit graded by two neighbours, with grades that go round and round."""
    rows = [
        (audit, (audit + k) % auditors, domain, (audit + k + domain) % 4)
        for audit in range(audits)
        for k in (0, 1)
        for domain in range(domains)
    ]
    audit, auditor, domain, grade = (np.array(column) for column in zip(*rows, strict=True))
    return SeverityRatings(audit=audit, auditor=auditor, domain=domain, grade=grade, n_levels=4)


@pytest.mark.parametrize("auditors", [4, 7, 8])
@pytest.mark.parametrize("caseload", [False, True])
def test_grades_that_go_round_are_fitted_or_said_not_to_be(auditors, caseload):
    fit = severity_model(cyclic(64, auditors, 2), options=SeverityOptions(caseload=caseload))
    assert (np.linalg.eigvalsh(fit.covariance) > -1e-6 * fit.covariance.max()).all()
    assert np.isfinite(fit.severity_error).all()
    if not fit.converged:
        assert any("did not settle" in warning for warning in fit.warnings)


def test_a_quadratic_without_a_peak_gets_next_to_no_information_there():
    # Along (1, -1) it is bent upwards by 1; along (1, 1) down by 3: worked out by hand.
    bent = QuadraticLikelihood(
        information=np.array([[1.0, 2.0], [2.0, 1.0]]), slope=np.zeros(2), random=()
    )
    found = with_peak(bent, sd=np.zeros(0))
    values = linalg.eigvalsh(found.information)
    np.testing.assert_allclose(values, [LEAST_INFORMATION, 3.0], rtol=1e-6)
    covariance = SpreadStep(likelihood=found, sd=np.zeros(0)).covariance
    apart = np.array([1.0, -1.0]) / np.sqrt(2)
    assert apart @ covariance @ apart == pytest.approx(1 / LEAST_INFORMATION, rel=1e-6)


def test_a_quadratic_with_a_peak_stays_itself():
    good = QuadraticLikelihood(information=np.eye(2), slope=np.zeros(2), random=())
    assert with_peak(good, sd=np.zeros(0)) is good

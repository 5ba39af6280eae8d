"""The verdict on agreement where nothing varies, and so no probability can be given."""

from dataclasses import replace
from math import nan

import pytest

from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import AgreementVerdict
from qaf_analysis.topics.agreement.analysis.headline import agreement_verdict

NO_ALPHA = Estimate.not_estimable("all grades are the same", method="alpha")


def sure(low: float, *, level: float = 0.95) -> Estimate:
    """A coefficient of 1 without a standard error, whose interval begins at ``low``."""
    return Estimate(
        value=1.0, low=low, high=1.0, level=level, cases=36, auditors=8, method="AC2", se=nan
    )


@pytest.mark.parametrize(
    ("ac2", "alpha", "verdict", "reason"),
    [
        # 0.92 is above 0.60, but agreeing well needs alpha, which one grade for all cannot give.
        (
            sure(0.92),
            NO_ALPHA,
            AgreementVerdict.IN_PART,
            "AC2 is at least 0.60 with 95% probability, but alpha is unknown: all grades are the "
            "same",
        ),
        (
            sure(0.92),
            sure(0.41),
            AgreementVerdict.WELL,
            "AC2 is at least 0.60, and alpha at least 0.40, with 95% probability",
        ),
        (
            sure(0.92),
            sure(0.39),
            AgreementVerdict.IN_PART,
            "AC2 is at least 0.60 with 95% probability, but alpha is not surely 0.40",
        ),
        (
            sure(0.59),
            NO_ALPHA,
            AgreementVerdict.IN_PART,
            "AC2 is at least 0.40, but not surely 0.60",
        ),
        (
            sure(0.39),
            NO_ALPHA,
            AgreementVerdict.POORLY,
            "AC2 cannot be claimed to be even 0.40",
        ),
        # An 80 % interval leaves 10 % below it: too much to be sure.
        (
            sure(0.92, level=0.80),
            NO_ALPHA,
            AgreementVerdict.POORLY,
            "AC2 cannot be claimed to be even 0.40",
        ),
    ],
)
def test_interval_decides_where_there_is_no_probability(ac2, alpha, verdict, reason):
    assert agreement_verdict(ac2, alpha, good=nan, fair=nan, strict=nan) == (verdict, reason)


def test_a_probability_goes_before_the_interval():
    known = replace(sure(0.92), se=0.1)
    found, _ = agreement_verdict(known, known, good=0.94, fair=0.96, strict=0.99)
    assert found == AgreementVerdict.IN_PART

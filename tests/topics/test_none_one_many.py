"""Nobody, one and several: the verb and the count go together, and a limit is one rule."""

from types import SimpleNamespace as Made

import pytest

from qaf_analysis.stats.optimism.auditor_gaps import INNER, OUTER
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import SeverityFinding
from qaf_analysis.topics.optimism.pictures import FunnelBounds
from qaf_analysis.topics.optimism.words import _auditors as auditors_beyond
from qaf_analysis.topics.optimism.words import gaps_by_domain as where
from qaf_analysis.topics.severity.words import _people as people
from qaf_analysis.topics.severity.words import _precision as precision


def gap_of(low: float) -> Estimate:
    return Estimate(
        value=low + 0.2, low=low, high=low + 0.4, level=0.95, cases=40, auditors=8, method="hand"
    )


@pytest.mark.parametrize(
    ("clear", "said"),
    [
        (0, "No auditor differs clearly by more than 0.25 of a grade."),
        (1, "1 auditor differs clearly by more than 0.25 of a grade."),
        (2, "2 auditors differ clearly by more than 0.25 of a grade."),
    ],
)
def test_auditors_who_differ_clearly(clear, said):
    findings = [SeverityFinding.CLEARLY_KINDER] * clear + [SeverityFinding.POSSIBLY_KINDER]
    result = Made(auditors=[Made(finding=one) for one in findings], talks=())
    assert people(result).startswith(said)


@pytest.mark.parametrize(
    ("enough", "said"),
    [
        (1, "Of 3 auditors, 1 shares 10 or more audits with colleagues and is known closely"),
        (2, "Of 3 auditors, 2 share 10 or more audits with colleagues and are known closely"),
    ],
)
def test_auditors_who_are_known_closely_enough(enough, said):
    findings = [SeverityFinding.NO_CLEAR_DIFFERENCE] * enough
    findings += [SeverityFinding.NOT_ENOUGH] * (3 - enough)
    result = Made(precision=gap_of(0.0), auditors=[Made(finding=one) for one in findings])
    assert said in precision(result)


@pytest.mark.parametrize(
    ("beyond", "said"),
    [
        (0, "No auditor of 3 shown stands outside the limits of chance (99.8%)."),
        (1, "1 auditor of 3 shown stands outside the limits of chance (99.8%)."),
        (2, "2 auditors of 3 shown stand outside the limits of chance (99.8%)."),
    ],
)
def test_auditors_beyond_the_limits(beyond, said):
    shown = [Made(is_beyond=place < beyond) for place in range(3)]
    own = Made(between=gap_of(0.0), why_not="", auditors=shown)
    assert said in auditors_beyond(Made(own=own))


@pytest.mark.parametrize(
    ("lows", "said"),
    [
        ((-0.1, -0.2), "Of 2 domains with a gap, the interval lies above none in no domain."),
        ((0.1, -0.2), "Of 2 domains with a gap, the interval lies above none in 1 domain."),
    ],
)
def test_domains_whose_gap_lies_above_zero(lows, said):
    groups = [Made(label=f"Domain {place}", gap=gap_of(low)) for place, low in enumerate(lows)]
    assert where(Made(grouped=[Made(kind="domain", groups=groups)])).startswith(said)


def test_limits_of_the_funnel_are_those_of_the_words():
    # Student's t with 10 df: 2.228 leaves 5 % and 4.144 leaves 0.2 % outside (printed tables).
    bounds = FunnelBounds(centre=0.0, spread=1.0, df=10)
    assert bounds.reach(4, INNER) == pytest.approx(2.228 / 2, abs=5e-4)
    assert bounds.reach(4, OUTER) == pytest.approx(4.144 / 2, abs=5e-4)


def test_widest_gap_may_be_that_of_harsher_auditors():
    # Gaps of -0.4 and +0.1: the first is further from none.
    groups = [Made(label=name, gap=gap_of(low)) for name, low in (("Plan", -0.6), ("Risk", -0.1))]
    said = where(Made(grouped=[Made(kind="domain", groups=groups)]))
    assert "The widest is in Plan: −0.40 (−0.60 to −0.20) of a grade." in said

"""Two judgements crossed: figures worked out by hand."""

from math import sqrt

import numpy as np
import pytest

from qaf_analysis.stats.child.two_judgements import two_judgements
from qaf_analysis.terms.errors import ShapeError


def crossed(both, practice_only, impact_only, neither):
    sizes = [both, practice_only, impact_only, neither]
    return two_judgements(
        np.repeat([True, True, False, False], sizes), np.repeat([True, False, True, False], sizes)
    )


def test_cells_and_figures_by_hand():
    found = crossed(90, 20, 5, 35)
    assert (found.both, found.practice_only, found.impact_only, found.neither) == (90, 20, 5, 35)
    assert (found.audits, found.good_practice) == (150, 110)
    share = found.no_difference_yet
    # Wilson: (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n), p = 20/110, z = 1.959964
    assert share.value == pytest.approx(20 / 110)
    assert (share.low, share.high) == (
        pytest.approx(0.120896, abs=1e-6),
        pytest.approx(0.264214, abs=1e-6),
    )
    assert share.cases == 110
    difference = found.difference
    centre, se = 15 / 152, sqrt(25 + 1 - 15**2 / 152) / 152
    assert difference.value == pytest.approx(15 / 150)
    assert difference.low == pytest.approx(centre - 1.959964 * se, abs=1e-6)
    assert difference.high == pytest.approx(centre + 1.959964 * se, abs=1e-6)
    assert difference.se == pytest.approx(se)


def test_the_sign_is_practice_less_impact():
    assert crossed(50, 3, 20, 27).difference.value == pytest.approx(-17 / 100)


@pytest.mark.parametrize(("good", "told"), [(9, False), (10, True)])
def test_no_share_on_fewer_than_ten(good, told):
    found = crossed(good, 0, 0, 40)
    assert found.no_difference_yet.is_estimable is told
    if not told:
        assert found.no_difference_yet.why_not == (
            "only 9 audits had practice graded positive; at least 10 are needed"
        )


def test_no_difference_on_fewer_than_ten():
    assert crossed(5, 1, 1, 2).difference.why_not == (
        "only 9 audits had both judgements; at least 10 are needed"
    )


def test_judgements_of_different_audits_are_refused():
    with pytest.raises(ShapeError, match="do not pair"):
        two_judgements(np.zeros(3, dtype=bool), np.zeros(4, dtype=bool))


def test_intervals_cover_the_truth():
    rng = np.random.default_rng(3)
    chances = np.array([0.5, 0.15, 0.08, 0.27])
    share, difference = 0.15 / 0.65, 0.15 - 0.08
    hits = np.zeros(2)
    for counts in rng.multinomial(200, chances, size=2000):
        found = crossed(*counts)
        hits += [
            found.no_difference_yet.low <= share <= found.no_difference_yet.high,
            found.difference.low <= difference <= found.difference.high,
        ]
    assert (np.abs(hits / 2000 - 0.952) < 0.016).all()

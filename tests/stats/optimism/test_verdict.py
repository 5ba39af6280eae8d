"""The verdict follows from four figures, in the order stated, whatever is known of each."""

from __future__ import annotations

from itertools import product
from math import nan

import pytest

from qaf_analysis.stats.optimism.verdict import no_verdict, optimism_verdict
from qaf_analysis.stats.optimism.verdict_figures import RuledFigure
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import OPTIMISM_RULE, OptimismVerdict, Standing, VerdictFigure

GAP, SHIFT, SEVERE, SPREAD = VerdictFigure
LIMITS = OPTIMISM_RULE.limits(4)
SMALL_LIMIT = {GAP: 0.25, SHIFT: 0.125, SEVERE: 0.10, SPREAD: 0.5}
SHOWN_LIMIT = {GAP: 0.0, SHIFT: 0.0, SEVERE: 0.10, SPREAD: 0.25}
TINY = 1e-9


def between(low, high, *, value=None):
    middle = (low + high) / 2 if value is None else value
    return Estimate(value=middle, low=low, high=high, level=0.9, cases=60, auditors=9, method="t")


NOT_KNOWN = Estimate.not_estimable("nobody audited twice", method="t")


def figure(which, small, shown, settled_at=nan):
    return RuledFigure(
        figure=which, small=small, shown=shown, small_limit=SMALL_LIMIT[which],
        shown_limit=SHOWN_LIMIT[which], settled_at=settled_at,
    )  # fmt: skip


def standing(which, how):
    """A figure of each standing: its two intervals lie inside, across, or beyond the limits."""
    small, shown = SMALL_LIMIT[which], SHOWN_LIMIT[which]
    one_sided = which in (SEVERE, SPREAD)
    lowest = 0.0 if one_sided else -0.1 * small
    return {
        "small": figure(which, between(lowest, 0.9 * small), between(lowest, 1.1 * small)),
        "open": figure(which, between(lowest, 1.2 * small), between(lowest, 1.4 * small), 150.0),
        "beyond": figure(
            which, between(1.2 * small, 3 * small), between(max(shown, 0.1) + 0.01, 4 * small)
        ),
        "both": figure(
            which, between(shown + 0.01, 0.99 * small), between(shown + 0.005, 1.1 * small)
        ),
        "not known": figure(which, NOT_KNOWN, NOT_KNOWN),
    }[how]


HOW = ("small", "open", "beyond", "both", "not known")


def expected(gap, shift, severe, spread):
    """The rule once more, in the words of the method page."""
    if gap == "not known":
        return OptimismVerdict.MORE_MODERATION
    if severe == "beyond" or spread in ("beyond", "both"):
        return OptimismVerdict.RE_AUDIT
    if all(how in ("small", "both") for how in (gap, shift, severe, spread)):
        return OptimismVerdict.ACCEPT
    if {gap, shift} & {"beyond", "both"}:
        return OptimismVerdict.ADJUST
    return OptimismVerdict.MORE_MODERATION


# The severe share has one limit, so it cannot be small and too large at once.
@pytest.mark.parametrize("hows", [h for h in product(HOW, repeat=4) if h[2] != "both"])
def test_every_combination_has_its_verdict_and_a_reason(hows):
    figures = tuple(standing(w, how) for w, how in zip(VerdictFigure, hows, strict=True))
    found = optimism_verdict(figures, limits=LIMITS)
    assert found.verdict is expected(*hows)
    assert found.reason
    assert "nan" not in found.reason
    assert found.figures == figures


@pytest.mark.parametrize("hows", [*product(HOW, repeat=3)])
def test_two_levels_have_no_severe_share_and_still_every_verdict(hows):
    gap, shift, spread = hows
    figures = tuple(standing(w, how) for w, how in zip((GAP, SHIFT, SPREAD), hows, strict=True))
    found = optimism_verdict(figures, limits=OPTIMISM_RULE.limits(2))
    assert found.verdict is expected(gap, shift, "small", spread)
    assert "severe" not in found.reason


FIRM = {which: standing(which, "small") for which in VerdictFigure}


def verdict(**changed):
    figures = {**FIRM, **{VerdictFigure[name]: one for name, one in changed.items()}}
    return optimism_verdict(tuple(figures.values()), limits=LIMITS).verdict


def test_the_limit_itself_is_still_small_and_not_yet_beyond():
    accept, more = OptimismVerdict.ACCEPT, OptimismVerdict.MORE_MODERATION
    for which, limit in SMALL_LIMIT.items():
        wide = between(0.0, 3.0)
        low = -limit if which in (GAP, SHIFT) else 0.0
        assert verdict(**{which.name: figure(which, between(low, limit), wide)}) == accept
        over = figure(which, between(low, limit + TINY), wide)
        assert verdict(**{which.name: over}) == more
        if low:
            under = figure(which, between(low - TINY, limit), between(-3.0, 3.0))
            assert verdict(**{which.name: under}) == more


@pytest.mark.parametrize(
    ("which", "claim"),
    [
        (GAP, OptimismVerdict.ADJUST),
        (SHIFT, OptimismVerdict.ADJUST),
        (SEVERE, OptimismVerdict.RE_AUDIT),
        (SPREAD, OptimismVerdict.RE_AUDIT),
    ],
)
def test_a_fault_begins_beyond_its_limit(which, claim):
    at, wide = SHOWN_LIMIT[which], between(0.0, 1.0)
    assert verdict(**{which.name: figure(which, wide, between(at, 1.0))}) == (
        OptimismVerdict.MORE_MODERATION
    )
    assert verdict(**{which.name: figure(which, wide, between(at + TINY, 1.0))}) == claim
    if which in (GAP, SHIFT):
        below = figure(which, between(-1.0, 0.0), between(-1.0, -TINY))
        assert verdict(**{which.name: below}) == claim


def test_the_worse_is_said_of_a_spread_between_its_limits():
    assert verdict(SPREAD=standing(SPREAD, "both")) == OptimismVerdict.RE_AUDIT


def test_a_gap_that_is_not_none_but_small_is_accepted_and_the_reason_says_so():
    figures = tuple({**FIRM, GAP: standing(GAP, "both")}.values())
    found = optimism_verdict(figures, limits=LIMITS)
    assert figures[0].standing is Standing.SMALL_NOT_NONE
    assert found.verdict is OptimismVerdict.ACCEPT
    assert found.reason.endswith("the gap is not none, but not worth adjusting for")


def test_re_audit_stands_before_adjust():
    figures = {**FIRM, GAP: standing(GAP, "beyond"), SEVERE: standing(SEVERE, "beyond")}
    found = optimism_verdict(tuple(figures.values()), limits=LIMITS)
    assert found.verdict is OptimismVerdict.RE_AUDIT
    assert found.reason == "more than 10% of audits are two grades or more apart"


def reason(limits=LIMITS, **changed):
    figures = {**FIRM, **{VerdictFigure[name]: one for name, one in changed.items()}}
    return optimism_verdict(tuple(figures.values()), limits=limits).reason


KINDER, HARSHER = between(0.3, 0.6), between(-0.6, -0.3)
OFTENER, SELDOMER = between(0.2, 0.4), between(-0.4, -0.2)


@pytest.mark.parametrize(
    ("gap", "shift", "said"),
    [
        (KINDER, None, "auditors are kinder than moderators"),
        (HARSHER, None, "auditors are harsher than moderators"),
        (None, OFTENER, "auditors have a larger share graded positive than moderators"),
        (None, SELDOMER, "auditors have a smaller share graded positive than moderators"),
        (KINDER, OFTENER,
         "auditors are kinder than moderators and have a larger share graded positive than "
         "moderators"),
        (HARSHER, OFTENER,
         "auditors are harsher than moderators but have a larger share graded positive than "
         "moderators"),
    ],
)  # fmt: skip
def test_the_reason_names_what_decided_and_which_way(gap, shift, said):
    changed = {"GAP": gap, "SHIFT": shift}
    assert reason(
        **{n: figure(VerdictFigure[n], one, one) for n, one in changed.items() if one}
    ) == said  # fmt: skip


def test_the_number_of_grades_is_that_of_the_scale():
    far = standing(SEVERE, "beyond")
    assert "five grades or more" in reason(limits=OPTIMISM_RULE.limits(11), SEVERE=far)
    own = OPTIMISM_RULE.limits(4, severe_from=1, severe_share=0.3)
    assert reason(limits=own, SEVERE=far) == "more than 30% of audits are one grade or more apart"
    spread = standing(SPREAD, "beyond")
    assert "by more than 0.833 of a grade" in reason(limits=OPTIMISM_RULE.limits(11), SPREAD=spread)


def test_more_moderation_names_the_figure_that_takes_most_and_how_much():
    def still(which, at):
        limit = SMALL_LIMIT[which]
        return figure(which, between(0.0, 2 * limit), between(0.0, 3 * limit), at)

    assert reason(GAP=still(GAP, 120.0), SHIFT=still(SHIFT, 160.0)) == (
        "whether the share graded positive shifts little (within 12.5 points) is still "
        "open; about 160 moderated audits in all would settle it"
    )
    assert reason(GAP=still(GAP, 1240.0), SHIFT=still(SHIFT, 160.0)) == (
        "whether the mean gap is small (within 0.25 of a grade) is still open; about 1,240 "
        "moderated audits in all would settle it"
    )
    assert reason(SEVERE=still(SEVERE, nan), GAP=still(GAP, 120.0)) == (
        "whether more than 10% of audits are two grades or more apart is still open; more than "
        "2,000 moderated audits would be needed to settle it"
    )
    assert reason(SPREAD=still(SPREAD, nan), GAP=still(GAP, 120.0)) == (
        "whether auditors differ too much among themselves is still open, and with these 9 "
        "auditors no usual number of audits would settle it"
    )
    assert reason(SPREAD=standing(SPREAD, "not known"), GAP=still(GAP, 120.0)) == (
        "how far auditors differ among themselves cannot be told: nobody audited twice"
    )


@pytest.mark.parametrize(
    ("audits", "said"),
    [
        (None, "would settle it"),
        (150, "would settle it"),
        (149, "would settle it, more than this period's 149"),
    ],
)
def test_more_audits_than_there_are_is_said_to_be_more(audits, said):
    figures = tuple({**FIRM, GAP: standing(GAP, "open")}.values())
    found = optimism_verdict(figures, limits=LIMITS, audits=audits)
    assert found.reason.endswith(f"about 150 moderated audits in all {said}")


def test_without_a_gap_its_own_reason_stands():
    found = optimism_verdict((), limits=LIMITS, why_no_gap="no audit was moderated")
    assert (found.verdict, found.reason) == (
        OptimismVerdict.MORE_MODERATION, "no audit was moderated",
    )  # fmt: skip
    bare = figure(GAP, between(nan, nan, value=0.1), between(nan, nan, value=0.1))
    found = optimism_verdict((bare,), limits=LIMITS)
    assert (found.verdict, found.reason) == (
        OptimismVerdict.MORE_MODERATION, "the gap has no interval",
    )  # fmt: skip


def test_a_withheld_verdict_is_none_of_the_four():
    found = no_verdict("a check failed")
    assert (found.verdict, found.reason) == (OptimismVerdict.NOT_JUDGED, "a check failed")

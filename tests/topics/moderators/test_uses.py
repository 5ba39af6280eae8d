"""What other sections say of moderators: the ceiling, and drift taken out of a trend."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from qaf_analysis.data.contract.audits import RATING_COLUMNS
from qaf_analysis.data.council.assembly import typed
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.verdicts import ANCHOR_CLAIMS, AnchorVerdict
from qaf_analysis.topics.moderators.analysis.headline import moderators_measured
from qaf_analysis.topics.optimism.analysis.headline import optimism
from qaf_analysis.topics.optimism.words import say_optimism
from qaf_analysis.topics.trend.analysis import true_trend
from qaf_analysis.topics.trend.brief import trend_brief
from qaf_analysis.topics.trend.tables import true_trend_tables
from qaf_analysis.topics.trend.words import say_true_trend
from tests.topics.by_hand import GOOD, IMPROVE, audit
from tests.topics.by_hand import council as rows_of
from tests.topics.moderators.small import LAST, Read, again, council
from tests.topics.moderators.test_by_hand import doubles

THEN, NOW = "2017-18 Q1", "2019-20 Q1"
END = Quarter(2019, 4)


def with_rereadings(bundle, *rows):
    """The same council with rows: audit, moderator, role, round, day, grade."""
    scale = bundle.settings.scale
    more = [
        {"audit_id": a, "domain": "Overall", "rater": who, "role": role, "source": name,
         "grade": grade, "scale": scale.name, "grade_raw": "x", "rated_on": pd.Timestamp(day),
         "blind": True}
        for a, who, role, name, day, grade in rows
    ]  # fmt: skip
    table = pd.concat(
        [bundle.ratings, typed(pd.DataFrame(more, columns=list(RATING_COLUMNS)), RATING_COLUMNS)],
        ignore_index=True,
    )
    return replace(bundle, ratings=table)


# ---- the ceiling beside optimism ---------------------------------------------------------


@pytest.mark.parametrize(("same", "apart", "told"), [(12, 4, True), (11, 4, False)])
def test_optimism_has_the_ceiling_beside_where_there_is_one(same, apart, told):
    bundle = council(*doubles(same, apart))
    early = replace(
        bundle,
        audits=bundle.audits.assign(quarter="2019-20 Q4"),
    )
    found = optimism(early, quarter=LAST)
    said = [p for p in say_optimism(found).paragraphs if "Two moderators" in p]
    assert bool(said) is told
    assert (found.ceiling is not None) is told
    if told:
        assert said[0].startswith("Two moderators of one round agree in 75% (")
        assert "of 16 audits; an auditor and a moderator in 88% (" in said[0]
        assert len(said[0].split()) <= 30


# ---- drift taken out of the true trend ---------------------------------------------------


def two_years():
    """Auditors give Good throughout; moderators half a grade below them, then a fifth."""
    was, now = (
        [audit(quarter, GOOD, moderated={"Overall": GOOD if n % every else IMPROVE},
               auditor="ABCDEF"[n % 6], selected_by="all", chance=1.0) for n in range(30)]
        for quarter, every in ((THEN, 2), (NOW, 5))
    )  # fmt: skip
    return rows_of(*was, *now)


def reread(move):
    """Retests a round after the first one, and 20 anchors in the last, moved so much."""
    first = [GOOD if n % 2 else IMPROVE for n in range(30)]
    retests = [(f"A{n + 1:03}", "M", "retest", "mid", "2018-05-01", first[n] + (-1, 1, 0)[n % 3])
               for n in range(30)]  # fmt: skip
    anchors = [(f"A{n + 1:03}", "M", "anchor", "2019-20 Q1", "2019-06-30", first[n] + move(n))
               for n in range(20)]  # fmt: skip
    return (*retests, *anchors)


def trend_of(bundle):
    return true_trend(bundle, quarter=END)


def about_readers(result):
    return [p for p in say_true_trend(result).paragraphs if "themselves" in p or "own drift" in p]


def test_without_anchors_one_sentence_says_what_is_missing_and_the_brief_is_as_it_was():
    plain = trend_of(two_years())
    assert about_readers(plain)[-1] == (
        "Nothing is taken out for moderators' own drift, because no moderator read a case of an "
        "earlier round again."
    )
    anchored = trend_of(with_rereadings(two_years(), *reread(lambda n: n % 2)))
    assert trend_brief(anchored) == trend_brief(plain)
    assert anchored.grade == plain.grade
    labels = [row[0] for row in true_trend_tables(plain)[0].rows]
    assert not any("drift by cases" in label for label in labels)


def test_the_panels_drift_is_taken_out_with_its_variance():
    result = trend_of(with_rereadings(two_years(), *reread(lambda n: (n // 2) % 2)))
    practice = result.grade.practice
    assert practice.value == pytest.approx(0.3)  # half below, then a fifth
    found = result.anchored
    # Ten of twenty cases a grade up, over the two rounds from the first to the last.
    assert (found.readers.rounds, found.readers.change.value) == (2, pytest.approx(0.5))
    sigma = np.std([-1, 1, 0] * 10, ddof=1)
    assert found.readers.change.se == pytest.approx(sigma / np.sqrt(20))
    assert found.practice.value == pytest.approx(0.3 - 0.5)
    assert found.practice.se**2 == pytest.approx(practice.se**2 + sigma**2 / 20)
    said = about_readers(result)[-1]
    assert said.startswith("20 cases that moderators read again put +0.5 (")
    assert "of a grade of this change down to moderators themselves." in said
    assert "With that taken out, practice changed by \N{MINUS SIGN}0.2 (" in said
    assert said.endswith("of a grade: no clear change.")
    rows = {row[0]: row[1] for row in true_trend_tables(result)[0].rows}
    assert rows["Moderators' own drift by cases read again, grades"] == "+0.5"
    assert rows["Practice with that drift taken out, grades"] == "\N{MINUS SIGN}0.2"


# ---- against a known truth ---------------------------------------------------------------

CUTS = np.array([-1.6, -0.05, 1.7])


def simulated(rng, *, drift):
    """Two moderators, eight rounds: 12 anchors each in the last four, 60 retests, noise 0.5."""
    reads = []
    for by in "MN":
        truth = rng.normal(size=60)

        def grade(case, round, truth=truth):
            seen = truth[case] + drift * round + 0.5 * rng.normal()
            return int(np.searchsorted(CUTS, seen))

        base = [Read(audit=f"{by}{n}", by=by, round=0, grade=grade(n, 0)) for n in range(60)]
        reads += base
        reads += [
            again(one, 1, role="retest", grade=grade(n, 1)) for n, one in enumerate(base[:30])
        ]
        for look in range(4):
            cases = range(12 * look, 12 * look + 12)
            reads += [again(base[n], 4 + look, grade=grade(n, 4 + look)) for n in cases]
    return moderators_measured(council(*reads), quarter=LAST)


def test_steady_moderators_are_seldom_said_to_drift_and_drifting_ones_often():
    rng = np.random.default_rng(16)
    steady = [simulated(rng, drift=0.0) for _ in range(20)]
    claims = sum(
        verdict in ANCHOR_CLAIMS
        for one in steady
        for verdict in [max((one.panel.verdict, *(m.found.verdict for m in one.moderators)),
                            key=ANCHOR_CLAIMS.__contains__)]
    )  # fmt: skip
    assert claims <= 4  # 5% of 20 is 1
    drifted = [simulated(rng, drift=0.1) for _ in range(10)]
    assert sum(one.panel.verdict is AnchorVerdict.KINDER for one in drifted) >= 9
    assert all(one.panel.in_all.value > 0 for one in drifted)

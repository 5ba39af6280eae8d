"""Several draws of moderation in a council's report: what counts, by which chance, and what not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from qaf_analysis.data.council.read import read_council
from qaf_analysis.data.plain.moderated import read_moderated_table
from qaf_analysis.stats.optimism.adjusted import adjusted_profile
from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import OFSTED4
from qaf_analysis.terms.settings import Settings
from qaf_analysis.terms.settings_file import settings_from
from qaf_analysis.topics.optimism.analysis.gaps import moderation_of
from qaf_analysis.topics.optimism.analysis.headline import optimism
from qaf_analysis.topics.optimism.analysis.plain_table import optimism_table
from qaf_analysis.topics.optimism.draw_tables import draw_tables
from qaf_analysis.topics.optimism.words import say_optimism
from qaf_analysis.topics.trend.analysis import true_trend
from tests.places import EXAMPLE
from tests.topics.by_hand import audit, council
from tests.topics.councils import AS_OF, LAST

# The example council's last year: chances by auditors' grade in each half of the year, from the
# numbers drawn and held: 2 of 2, 6 of 43, 6 of 42, 6 of 13; 20 of 100; 10 of 200; 12 of 83 and of
# 93 1/3 by risk 1 : 1 : 3 : 6.
HALVES = (("2019-20 Q1", "2019-20 Q2"), ("2019-20 Q3", "2019-20 Q4"))
RISK = np.array([1, 1, 3, 6])
DRAWS = {
    "partner_council 2019-20-Q2": (HALVES[0], np.array([1, 6 / 43, 6 / 42, 6 / 13])),
    "partner_council 2019-20-Q4": (HALVES[1], np.full(4, 20 / 100)),
    "peer_audit 2019-20-Q4": (sum(HALVES, ()), np.full(4, 10 / 200)),
    "consultancy 2019-20-Q2": (HALVES[0], RISK * 12 / (2 + 43 + 3 * 42 + 6 * 13)),
    "consultancy 2019-20-Q4": (HALVES[1], RISK * 12 / (2 + 29 + 3 * 55 + 6 * 14)),
}
BY_CHANCE = tuple(DRAWS)[:3]


@pytest.fixture(scope="module")
def example():
    return read_council(EXAMPLE, as_of=AS_OF).audits


def apart(council):
    return replace(council, settings=replace(council.settings, risk_picked="apart"))


@pytest.fixture(scope="module")
def weighed(example):
    return optimism(example, quarter=LAST)


@pytest.fixture(scope="module")
def told_apart(example):
    return optimism(apart(example), quarter=LAST)


def by_hand(example, names):
    """Each file once, with 1 - prod(1 - p): files by grade, weights, and what moderators found."""
    recent = moderation_of(example, quarter=LAST).recent
    files = recent[recent["round"].isin(names)].drop_duplicates("audit_id")
    passed = np.ones(len(files))
    for name in names:
        quarters, chance = DRAWS[name]
        passed *= 1 - np.where(files["quarter"].isin(quarters), chance[files["audit_grade"]], 0)
    return files.assign(weight=1 / (1 - passed), good=files["moderation_grade"] >= 2)


@pytest.mark.parametrize(
    ("names", "printed"),
    [(BY_CHANCE, (48, 45.3, 0.543, 0.14)), (tuple(DRAWS), (64, 62.4, 0.494, 0.19))],
)
def test_the_example_s_files_weigh_by_the_chance_of_any_draw(
    example, weighed, told_apart, names, printed
):
    """2 + 11.9 + 21.6 + 9.8 files of equal weight by chance alone; with risk's 2.1/15.9/30.9/13.5.

    The audits are 4, 72, 97 and 27.
    """
    found = weighed if len(names) == 5 else told_apart
    files = by_hand(example, names)
    by_grade = files.groupby("audit_grade")
    effective = by_grade["weight"].sum() ** 2 / by_grade["weight"].agg(lambda w: (w**2).sum())
    good = by_grade.apply(lambda g: np.average(g["good"], weights=g["weight"]))
    gap = by_grade.apply(lambda g: np.average(g.name - g["moderation_grade"], weights=g["weight"]))
    held = np.array([4, 72, 97, 27])
    assert found.draws.files == len(files) == printed[0]
    assert found.draws.effective == pytest.approx(effective.sum())
    assert found.draws.effective == pytest.approx(printed[1], abs=0.05)
    assert found.adjusted_good.value == pytest.approx((good * held).sum() / 200, abs=1e-6)
    assert found.adjusted_good.value == pytest.approx(printed[2], abs=5e-4)
    assert found.adjusted_gap.value == pytest.approx((gap * held).sum() / 200, abs=1e-6)
    assert found.adjusted_gap.value == pytest.approx(printed[3], abs=5e-3)
    assert found.gap.value == pytest.approx(found.adjusted_gap.value, abs=1e-12)
    assert found.draws.chances_known
    plain = adjusted_profile(
        held, audit_grade=files["audit_grade"], moderation_grade=files["moderation_grade"],
        good_from=2, selection_probability=1 / files["weight"],
    )  # fmt: skip
    low, high = {48: (0.440, 0.655), 64: (0.415, 0.589)}[printed[0]]
    assert (plain.good.low, plain.good.high) == pytest.approx((low, high), abs=5e-4)


def test_each_panel_of_the_example_is_told_with_its_weight_and_own_figure(weighed):
    lines = {line.name: line for line in weighed.draws.panels}
    assert {name: line.files for name, line in lines.items()} == {
        "consultancy": 24, "partner_council": 40, "peer_audit": 10,
    }  # fmt: skip
    assert lines["partner_council"].good.value == pytest.approx(0.560, abs=5e-4)
    assert lines["consultancy"].good.value == pytest.approx(0.397, abs=5e-4)
    assert lines["consultancy"].gap.value == pytest.approx(0.29, abs=5e-3)
    assert lines["peer_audit"].good.why_not.startswith("an auditors' grade (level 4) with 27")
    assert sum(line.weight_share for line in lines.values()) == pytest.approx(1.0)
    between = {(d.first, d.second): d.difference for d in weighed.draws.differences}
    peers = between["partner_council", "peer_audit"]
    assert (peers.low < 0 < peers.high, weighed.draws.apart) == (True, None)


def test_a_reader_makes_the_example_s_share_again_from_the_printed_table(weighed):
    remade = draw_tables(weighed)[1]
    share = [float(row[-2].removesuffix("%")) / 100 for row in remade.rows[:-1]]
    held = [int(row[1]) for row in remade.rows[:-1]]
    made = sum(n * p for n, p in zip(held, share, strict=True)) / 200
    assert made == pytest.approx(weighed.adjusted_good.value, abs=5e-4)
    assert remade.rows[-1][:2] == ("Together", "200")
    assert remade.note.startswith("98.76 ÷ 200 = 49.4%: the adjusted share.")
    every = draw_tables(weighed)[2]
    good = [sum(float(r[2]) * int(r[4]) for r in every.rows if r[0] == g) for g in OFSTED4.levels]
    assert sum(good) / 200 == pytest.approx(weighed.adjusted_good.value, abs=1e-4)


def test_what_was_picked_by_risk_is_counted_as_it_was_read(weighed, told_apart):
    """24 were read by the consultancy, 8 of them by a draw by chance as well."""
    assert say_optimism(told_apart).paragraphs[2] == (
        "Reported apart, and in no figure above: 24 audits picked by risk (8 of them drawn by "
        "chance too, and counted for that)."
    )
    assert "16 left out (picked by risk only)" in told_apart.scope.source_line
    assert say_optimism(weighed).paragraphs[2] == (
        "Their chance was recorded, so they count in every figure above: 24 audits picked by risk."
    )
    assert weighed.scope.used == sum(map(sum, weighed.table)) == 64
    for found in (weighed, told_apart):
        assert [(g.label, g.cases) for g in found.by_selection] == [
            ("chosen by chance", 48), ("picked by risk", 24),
        ]  # fmt: skip


def test_the_trend_rests_on_the_same_audits(example, weighed, told_apart):
    for found, audits in ((weighed, example), (told_apart, apart(example))):
        trend = true_trend(audits, quarter=LAST)
        assert trend.moderated_last == found.adjusted_good.cases
        assert trend.years[-1].good.adjusted == found.adjusted_good


def test_the_command_finds_the_report_s_figures_from_the_chance_of_any_draw(
    example, weighed, tmp_path
):
    had = moderation_of(example, quarter=LAST)
    files = by_hand(example, tuple(DRAWS)).set_index("audit_id")
    label = dict(enumerate(OFSTED4.levels))
    rows = had.audits.set_index("audit_id")
    table = pd.DataFrame({"auditor": rows["rater"], "audit_grade": rows["grade"].map(label)})
    table = table.assign(
        moderation_grade=files["moderation_grade"].map(label),
        selected_by=files["selected_by"],
        selection_probability=1 / files["weight"],
    )
    table.to_csv(tmp_path / "audits.csv")
    found = optimism_table(read_moderated_table(tmp_path / "audits.csv", layout="long"))
    figures = {one.name: one.estimate for one in found.estimates}
    for ours, name in (
        (weighed.adjusted_good, "adjusted_good"),
        (weighed.adjusted_gap, "adjusted_mean_gap"),
        (weighed.gap, "mean_gap"),
        (weighed.over, "over_rate"),
        (weighed.good_shift, "net_good_shift"),
    ):
        theirs = figures[name]
        assert (ours.value, ours.low, ours.high, ours.cases) == pytest.approx(
            (theirs.value, theirs.low, theirs.high, theirs.cases), abs=1e-5
        )


# Panels that differ

NOW = "2019-20 Q3"


def panels(shift, *, small=12):
    """48 audits read by one panel and some by another that grades so much lower; 60 unread."""
    rows = []
    for number in range(48 + small + 60):
        given = 1 + number % 3
        who = "one" if number < 48 else "two"
        found = max(0, given - (number // 3) % 2 - (shift if who == "two" else 0))
        more = {"moderated": {"Overall": found}, "moderation_source": who, "chance": 0.4}
        if number >= 48 + small:
            more = {}
        rows.append(audit(NOW, given, auditor="ABCDEF"[number % 6], **more))
    return optimism(council(*rows, settings=Settings(council="Small")), quarter=Quarter(2019, 4))


def test_panels_that_grade_alike_are_pooled():
    found = panels(0)
    assert found.draws.apart is None
    assert found.adjusted_good.cases == found.scope.used == 60
    assert [line.name for line in found.draws.panels] == ["one", "two"]


def test_panels_that_are_shown_to_differ_are_not_pooled():
    found = panels(1)
    assert found.draws.apart is not None
    assert [line.name for line in found.draws.panels] == ["one"]
    assert [(line.name, line.files) for line in found.draws.others] == [("two", 12)]
    assert found.adjusted_good.cases == found.scope.used == 48
    # grades 1, 2 and 3 are as frequent: good are none, half and all
    assert found.adjusted_good.value == pytest.approx(0.5)
    assert "one and two grade alike files" in say_optimism(found).paragraphs[-1]
    assert "Figures are those of one; two stands beside them." in say_optimism(found).paragraphs[-1]


# The setting


def test_risk_picks_count_unless_the_council_says_otherwise():
    assert settings_from({"council": {"name": "Small"}}).risk_picked == "weighed"
    given = {"council": {"name": "Small", "risk_picked": "apart"}}
    assert settings_from(given).risk_picked == "apart"
    with pytest.raises(SettingsError, match="risk_picked"):
        settings_from({"council": {"name": "Small", "risk_picked": "sometimes"}})


def test_picks_beside_draws_without_a_recorded_chance_stay_apart():
    """Nobody knows what those drawn stand for, so the picks cannot be weighed beside them."""
    rows = [
        audit(NOW, 1 + n % 3, auditor="ABCDEF"[n % 6], moderated={"Overall": 1},
              selected_by="stratified" if n < 30 else "targeted",
              chance=None if n < 30 else 0.5)
        for n in range(40)
    ]  # fmt: skip
    found = optimism(council(*rows), quarter=Quarter(2019, 4))
    assert found.scope.used == 30
    assert [(each.label, each.in_no_figure) for each in found.apart] == [("picked by risk", 10)]

"""Words, tables and the picture on agreement with moderators around process changes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from qaf_analysis.simulate import simulate_council
from qaf_analysis.simulate.bundle import simulated_audits
from qaf_analysis.simulate.design import CouncilDesign
from qaf_analysis.simulate.design_parts import PlantedChange, RoundDesign
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import ProcessChange
from qaf_analysis.terms.verdicts import AgreementChangeVerdict
from qaf_analysis.topics.process.analysis.agreement import process_agreement
from qaf_analysis.topics.process.pictures import process_agreement_pictures
from qaf_analysis.topics.process.tables import process_agreement_tables
from qaf_analysis.topics.process.words import say_process_agreement
from tests.drawn import drawn, words_drawn
from tests.report.test_quarterly import numbers, table_text
from tests.topics.councils import LAST, STRIPPED, keep, simulated

MINUS = "\N{MINUS SIGN}"
CAUSAL = re.compile(r"\b(led to|caused?|as a result|thanks to|due to|because of|effect of)\b")


@pytest.fixture(scope="module")
def council():
    return simulated()[1]


@pytest.fixture(scope="module")
def found(council):
    return process_agreement(council, quarter=LAST)


@pytest.fixture(scope="module")
def less_kind():
    """Training takes away the auditors' kindness, so that agreement rises by that alone."""
    design = CouncilDesign(
        first=Quarter(2017, 1),
        last=Quarter(2019, 1),
        audits_per_quarter=80,
        optimism=1.6,
        drift_sd=0.0,
        double_share=0.0,
        calibration_files=0,
        multi_agency=(0, 0),
        changes=(
            PlantedChange(kind="training", label="Training", starts=date(2018, 4, 2), optimism=0.0),
        ),
        rounds=tuple(
            RoundDesign(source="partner_council", last=end, quarters=4, audits=200)
            for end in (Quarter(2017, 4), Quarter(2019, 1))
        ),
    )
    audits = simulated_audits(simulate_council(design, rng=np.random.default_rng(1)))
    return process_agreement(audits, quarter=Quarter(2019, 1))


def pairs(audits):
    """Overall grades of auditor and first chance moderator, by plain pandas."""
    kinds = audits.audits.set_index("audit_id")
    drawn = audits.moderations[
        audits.moderations["selected_by"].isin(["random", "stratified", "all"])
    ].sort_values(["moderated_on", "audit_id", "moderator"])
    drawn = drawn[drawn["audit_id"].map(kinds["audit_type"]).eq("collaborative")]
    overall = audits.ratings[audits.ratings["domain"] == "Overall"]
    ours = overall[overall["role"] == "auditor"].set_index("audit_id")
    theirs = overall[overall["role"] == "external_moderator"]
    theirs = theirs.set_index(["audit_id", "rater"])["grade"]
    key = list(zip(drawn["audit_id"], drawn["moderator"], strict=True))
    drawn = drawn.assign(
        theirs=theirs.reindex(key).to_numpy(float),
        ours=drawn["audit_id"].map(ours["grade"]).to_numpy(float),
        quarter=drawn["audit_id"].map(kinds["quarter"]).to_numpy(),
        auditor=drawn["audit_id"].map(ours["rater"]).to_numpy(),
    )
    return drawn.dropna(subset=["ours", "theirs"]).drop_duplicates("audit_id")


def points(share):
    """Percentage points with a sign, one decimal where they are few."""
    digits = 1 if 0 < abs(share) < 0.005 else 0
    text = f"{100 * share:+.{digits}f}".replace("-", MINUS)
    return text if float(text.replace(MINUS, "-")) else f"{0:.{digits}f}"


def grades(value):
    text = f"{value:+.2f}".replace("-", MINUS)
    return text if float(text.replace(MINUS, "-")) else "0.00"


def test_words_carry_pairs_difference_and_what_is_ruled_out(council, found):
    drawn = pairs(council)
    for text, one in zip(say_process_agreement(found).paragraphs, found.changes, strict=True):
        before, after = (
            drawn["quarter"].isin([str(quarter) for quarter in quarters]).sum()
            for quarters in (one.periods.before, one.periods.after)
        )
        exact = one.change.exact.difference
        edge = max(abs(exact.low), abs(exact.high))
        interval = f"{points(exact.low)} to {points(exact.high)}"
        for part in (
            f"{one.periods.labels[0]}",
            f"({one.periods.quarter}): {one.change.verdict}, because",
            f"({before} moderated audits before, {after} after)",
            f"The difference is {points(exact.value)} ({interval}) points",
            f"a change of more than {100 * edge:.0f} points is ruled out",
            f"Among the {one.retained_auditors} auditors of both periods",
        ):
            assert part in text


def test_the_difference_is_mantel_and_haenszel_s(council, found):
    """Weights n1 n2 / (n1 + n2) of the moderators' grades, written out."""
    drawn = pairs(council)
    (one, _) = found.changes
    sides = [
        drawn[drawn["quarter"].isin([str(quarter) for quarter in quarters])]
        for quarters in (one.periods.before, one.periods.after)
    ]
    total = weights = 0.0
    for grade in range(4):
        early, late = (side[side["theirs"] == grade] for side in sides)
        if len(early) and len(late):
            weight = len(early) * len(late) / (len(early) + len(late))
            gap = (late["ours"] == grade).mean() - (early["ours"] == grade).mean()
            total, weights = total + weight * gap, weights + weight
    assert one.change.exact.difference.value == pytest.approx(total / weights, abs=1e-12)
    assert (
        f"The difference is {points(total / weights)} ("
        in (say_process_agreement(found).paragraphs[0])
    )


def test_bias_is_told_apart(less_kind):
    said = say_process_agreement(less_kind)
    (one,) = less_kind.changes
    before, after = one.change.bias_before.value, one.change.bias_after.value
    assert said.claim == "Auditors agree more often with moderators since Training"
    assert (
        f"Apart from that, the mean gap to moderators went from {grades(before)} to "
        f"{grades(after)} of a grade, a change of {grades(after - before)} (" in said.paragraphs[0]
    )
    explained = points(one.change.parts.explained.value)
    assert f"That change alone would move agreement by {explained} (" in said.paragraphs[0]
    beside = process_agreement_tables(less_kind)[1].rows[0]
    assert beside[3] == f"{grades(before)}, {grades(after)}"
    assert beside[5].startswith(f"{explained} (")
    assert not CAUSAL.search(" ".join((said.claim, *said.paragraphs)))


def fewer(council, quarters, most):
    """The council with so many moderated audits in some quarters, however they were drawn."""
    drawn = pairs(council)
    inside = drawn[drawn["quarter"].isin(quarters)].sample(frac=1, random_state=1)
    gone = inside["audit_id"].iloc[most:]
    return keep(council, ~council.audits["audit_id"].isin(gone))


@pytest.mark.parametrize("side", ["before", "after"])
def test_under_25_pairs_on_a_side_is_too_little_data(council, found, side):
    quarters = [str(quarter) for quarter in getattr(found.changes[0].periods, side)]
    for most, is_enough in ((24, False), (25, True)):
        result = process_agreement(fewer(council, quarters, most), quarter=LAST)
        text = say_process_agreement(result).paragraphs[0]
        row = process_agreement_tables(result)[0].rows[0]
        assert f"{most}" in row[5].split(", ")
        assert (AgreementChangeVerdict.TOO_LITTLE in text) != is_enough
        if not is_enough:
            assert f"{most} moderated audits {side} the change; at least 25 needed" in text
            assert "went from" not in text
            assert "of audits before" not in text
            assert row[1:4] == (
                AgreementChangeVerdict.TOO_LITTLE,
                "too few to say",
                "too few to say",
            )


def height_of(picture, words: str) -> float:
    """Pixels down to the line of a value: the words stand 4 pixels under it."""
    (said,) = [said for said in drawn(picture) if said.startswith(f'"{words}" ')]
    return float(said.split()[1].split(",")[1]) - 4


def test_the_picture_shows_what_the_table_holds(council, found):
    """Each quarter's dot lies at its share between 0 and 1, which are the ends of the axis."""
    (picture,) = process_agreement_pictures(found)
    timeline = process_agreement_tables(found)[-1]
    given = pairs(council)
    dots = [said for said in drawn(picture) if said.startswith("dot")]
    heights = [float(dot.split()[1].split(",")[1]) for dot in dots]
    foot, top = height_of(picture, "0.00"), height_of(picture, "1.00")
    words = words_drawn(picture)
    for quarter, moderated, same, _, began in timeline.rows:
        ours = given[given["quarter"] == quarter]
        share = (ours["ours"] == ours["theirs"]).mean()
        assert moderated == str(len(ours))
        assert f"n {moderated}" in words
        assert not began or began in words
        if len(ours) < 10:
            assert same == "too few to say"
            continue
        assert heights.pop(0) == pytest.approx(foot - share * (foot - top), abs=1)
        assert same.startswith(f"{100 * share:.0f}%")
        low, high = re.search(r"\((\d+) to (\d+)%\)", same).groups()
        pattern = rf"{quarter}: (\d\.\d\d) \((\d\.\d\d) to (\d\.\d\d)\), (\d+) audits"
        for told in re.finditer(pattern, picture.alt):  # the last quarter, the lowest, the highest
            assert told[1] == f"{share:.2f}"
            ends = [round(100 * float(told[end])) for end in (2, 3)]
            assert ends == [int(low), int(high)]
            assert told[4] == moderated
    assert not heights
    every = (given["ours"] == given["theirs"]).mean()
    assert f"All quarters together: {every:.2f}." in picture.alt


def test_changes_of_one_quarter_are_said_to_be_inseparable(found):
    first, second = say_process_agreement(found).paragraphs
    both = "Auditor training and Co-located audit days"
    assert f"{both} began in the same quarter and cannot be told apart." in second
    assert "cannot be told apart" not in first
    assert f"The periods compared also hold {both}." in first


def test_those_of_both_periods_are_counted_by_hand(council, found):
    drawn = pairs(council)
    table = process_agreement_tables(found)[2]
    for one, row in zip(found.changes, table.rows, strict=True):
        sides = [
            drawn[drawn["quarter"].isin([str(quarter) for quarter in quarters])]
            for quarters in (one.periods.before, one.periods.after)
        ]
        stayed = set(sides[0]["auditor"]) & set(sides[1]["auditor"])
        counts = [side["auditor"].isin(stayed).sum() for side in sides]
        assert row[1:3] == (str(len(stayed)), f"{counts[0]}, {counts[1]}")


def test_no_declared_change_says_what_to_declare(council):
    none = replace(council, settings=replace(council.settings, process_changes=()))
    result = process_agreement(none, quarter=LAST)
    said = say_process_agreement(result)
    assert said.claim == "Agreement with moderators before and after cannot be compared"
    assert "council.toml" in said.paragraphs[0]
    assert process_agreement_tables(result) == ()
    assert len(process_agreement_pictures(result)) == 1


def test_a_change_without_moderation_is_named_and_not_drawn(council):
    bare = STRIPPED["no moderation"](council)
    result = process_agreement(bare, quarter=LAST)
    said = say_process_agreement(result)
    assert said.claim.startswith("Too little data on agreement with moderators around")
    assert "(0 moderated audits before, 0 after.)" in said.paragraphs[0]
    assert process_agreement_pictures(result) == ()


def test_every_number_said_stands_in_a_table(council, found, less_kind):
    late = ProcessChange(kind="training", label="Late training", starts=LAST.first_day)
    changes = (*council.settings.process_changes, late)
    more = replace(council, settings=replace(council.settings, process_changes=changes))
    results = [found, less_kind, process_agreement(more, quarter=LAST)]
    results += [process_agreement(strip(council), quarter=LAST) for strip in STRIPPED.values()]
    for result in results:
        said, tables = say_process_agreement(result), process_agreement_tables(result)
        known = numbers(table_text(tables))
        words = " ".join((said.claim, *said.paragraphs))
        assert not numbers(words) - known, words
        everything = words + table_text(tables)
        assert not re.search(r"\bnan\b|because [.,]|\bNone\b(?! left out)", everything)


def test_the_latest_change_does_not_hide_what_an_earlier_one_showed(found):
    first, last = found.changes
    fell = replace(first, change=replace(first.change, verdict=AgreementChangeVerdict.FELL))
    told = say_process_agreement(replace(found, changes=(fell, last), headline=1))
    assert told.claim.endswith(f"(less often after {first.periods.labels[0]})")
    still = replace(first, change=replace(first.change, verdict=AgreementChangeVerdict.NO_EVIDENCE))
    assert "(" not in say_process_agreement(replace(found, changes=(still, last), headline=1)).claim

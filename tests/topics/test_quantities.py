"""One report, one value: every estimate says what it measures, and no measure has two values."""

from __future__ import annotations

import csv
import io
import typing
from collections import defaultdict
from dataclasses import fields, is_dataclass, replace
from functools import cache
from math import isnan

import pytest

from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.estimate import Estimate, NamedEstimate
from qaf_analysis.topics import quantities
from qaf_analysis.topics.common.release import release
from qaf_analysis.topics.figures import COLUMNS, figures, figures_csv
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.process.analysis.spread import Consistency
from qaf_analysis.topics.process.tables import consistency_tables
from qaf_analysis.topics.programme.analysis.grades import Programme
from qaf_analysis.topics.quantities import PLACES, QUANTITIES, SAME_AS
from qaf_analysis.topics.registry import QUESTIONS, Results
from tests.topics.ten_councils import EACH, EXAMPLE, answered

ESTIMATES = (Estimate, NamedEstimate)

SAME_VALUE_OTHER_ERROR = (
    # The gap allows for auditors like these; that of the period's own audits does not.
    {"Optimism.gap", "GapGroup.gap", "PanelLine.gap", "OptimismDetail.measures",
     "Optimism.adjusted_gap", "SensitivityLine.gap"},
    # A coincidence of one small council: a mean gap of .168 and a share of 16.8%, of 13 audits.
    {"Optimism.adjusted_profile", "Optimism.adjusted_gap", "SensitivityLine.gap"},
    # The error is the point of asking otherwise.
    {"ThemeEvidence.grade", "ThemeEvidence.good", "ThemeCheck.deciding",
     "SensitivityLine.estimate"},
    {"GapTrend.slope", "GapTrend.by_auditor", "GapTrend.by_round"},
    # These auditors alone, beside auditors like these.
    {"Agreement.ac2", "Agreement.ac2_for_these_auditors", "YearAgreement.coefficient",
     "GroupAgreement.coefficient", "AgreementDetail.measures"},
    # Where no audit is graded higher, good is good or better; each makes its own interval.
    {"Optimism.adjusted_profile", "Optimism.adjusted_good", "SensitivityLine.good",
     "PanelLine.good", "PeriodLevel.adjusted"},
    # A year and the time before a change hold different audits, whose shares may be one.
    {"YearAgreement.exact", "GroupAgreement.exact"},
    # Two auditors may share a mean and a number of audits; each has an interval of their own.
    {"OwnGap.shrunken"},
)  # fmt: skip
"""Fields that may hold one value with different intervals, each named for its own error."""


def parts_of(hint):
    inner = typing.get_args(hint)
    if not inner:
        return [hint]
    return [part for each in inner if each is not Ellipsis for part in parts_of(each)]


def estimates_below(kind, seen=frozenset()):
    """Names of the fields that hold estimates, and of those that lead there."""
    held, places = set(), set()
    if kind in seen or not is_dataclass(kind):
        return held, places
    hints = typing.get_type_hints(kind)
    for field in fields(kind):
        place = f"{kind.__name__}.{field.name}"
        for part in parts_of(hints[field.name]):
            if part in ESTIMATES:
                held.add(place)
                places.add(place)
            else:
                more, inner = estimates_below(part, seen | {kind})
                held |= more
                places |= inner | ({place} if more else set())
    return held, places


ALL = [estimates_below(question.result) for question in QUESTIONS]
HELD = set().union(*(held for held, _ in ALL))


@cache
def figures_of(name):
    return figures(answered(name))


def interval_of(estimate):
    three = (estimate.value, estimate.low, estimate.high)
    return tuple(None if isnan(one) else round(one, 9) for one in three)


def test_every_field_with_an_estimate_says_what_it_measures():
    assert set(QUANTITIES) == HELD
    assert len(HELD) > 120


def test_places_and_members_are_fields_that_there_are():
    assert set(PLACES) <= set().union(*(places for _, places in ALL))
    assert {field for field, _ in SAME_AS} | set(SAME_AS.values()) <= HELD


def test_no_measure_speaks_of_two_populations():
    spoken = defaultdict(set)
    for quantity in QUANTITIES.values():
        spoken[quantity.measure].add((quantity.population, quantity.weighting))
    assert {measure: of for measure, of in spoken.items() if len(of) > 1} == {}


@pytest.mark.parametrize("name", [EXAMPLE, *EACH])
def test_no_figure_of_a_council_stands_with_two_values(name):
    found = defaultdict(set)
    for figure in figures_of(name):
        found[figure.key].add(interval_of(figure.estimate))
    assert {key: values for key, values in found.items() if len(values) > 1} == {}


@pytest.mark.parametrize("name", [EXAMPLE, *EACH])
def test_an_interval_has_the_level_that_it_is_said_to_have(name):
    for figure in figures_of(name):
        if figure.estimate.has_interval:
            assert figure.estimate.level in figure.quantity.levels, figure.field


@pytest.mark.parametrize("name", [EXAMPLE, *EACH])
def test_one_value_has_one_interval_unless_the_error_is_named(name):
    """A figure that hides under a name of its own is found by its digits."""
    found = defaultdict(list)
    for figure in figures_of(name):
        one = figure.estimate
        digits = abs(one.value * max(one.cases, 1)) % 1
        if one.has_interval and 1e-6 < digits < 1 - 1e-6 and one.level == 0.95:
            found[figure.headline, round(one.value, 11), one.cases].append(figure)
    for alike in found.values():
        if len({interval_of(figure.estimate)[1:] for figure in alike}) > 1:
            where = {figure.field for figure in alike}
            assert any(where <= known for known in SAME_VALUE_OTHER_ERROR), where


def test_another_level_is_printed_where_its_figure_stands():
    other = {place for place, of in QUANTITIES.items() if of.levels != (0.95,)}
    assert {place.split(".")[0] for place in other} == {"RuledFigure", "Spread", "SpreadChange"}
    results = answered(EXAMPLE)
    spread = consistency_tables(results.released(Consistency).result)
    assert any("90%" in table.note for table in spread)


def test_a_planted_second_value_is_found():
    results = answered("kinder")
    changed = replace(
        results[Optimism], audit_good=replace(results[Optimism].audit_good, low=0.123)
    )
    others = [release(results[q.result]) for q in QUESTIONS if q.result is not Optimism]
    found = defaultdict(set)
    for figure in figures(Results([*others, release(changed)])):
        found[figure.key].add(interval_of(figure.estimate))
    (twice,) = [key for key, values in found.items() if len(values) > 1]
    assert twice == (
        "share graded good or better, by auditors", "routine audits", "", "the year to March 2020",
        "each audit alike",
    )  # fmt: skip


def test_an_estimate_without_an_entry_is_refused(monkeypatch):
    results = answered("kinder")
    less = {place: of for place, of in QUANTITIES.items() if place != "Programme.good_now"}
    monkeypatch.setattr("qaf_analysis.topics.figures.QUANTITIES", less)
    with pytest.raises(UsageError, match=r"what Programme\.good_now measures"):
        figures(results)


def test_figures_are_written_with_what_they_measure():
    results = answered("kinder")
    lines = list(csv.reader(io.StringIO(figures_csv(results))))
    assert tuple(lines[0]) == COLUMNS
    assert len(lines) == 1 + len(figures(results))
    rows = [dict(zip(COLUMNS, line, strict=True)) for line in lines[1:]]
    now = results[Programme].good_now
    of_year = [
        row
        for row in rows
        if row["measure"] == quantities.GOOD.measure.format(positive="good or better")
        and row["period"] == "the year to March 2020"
        and not row["group"]
    ]
    assert len(of_year) == 4  # headline, its year, beside moderators, and in the trend
    for row in of_year:
        assert float(row["value"]) == now.value
        assert (float(row["low"]), float(row["high"])) == (now.low, now.high)
        assert (row["level"], row["n"], row["auditors"]) == ("0.95", "96", "8")
    unknown = [row for row in rows if not row["value"]]
    assert all(row["why_not"] for row in unknown)

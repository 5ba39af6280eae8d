"""Severity of whole councils: who gets the harder cases, moderators, and what is kept back."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass

import numpy as np
import pytest

from qaf_analysis.simulate.truth import PlantedTruth
from qaf_analysis.stats.severity import allocation, moderator_facet
from qaf_analysis.stats.severity.model import severity_model
from qaf_analysis.topics.common.release import release
from qaf_analysis.topics.optimism.analysis.headline import optimism
from qaf_analysis.topics.severity.analysis import auditors as auditor_severity
from qaf_analysis.topics.severity.analysis import headline as severity
from qaf_analysis.topics.severity.analysis.headline import severity as severity_of
from qaf_analysis.topics.severity.analysis.models import severity_models
from qaf_analysis.topics.severity.analysis.moderators import moderator_severity
from qaf_analysis.topics.show import say, table
from tests.monte_carlo import lowest
from tests.topics.councils import (
    LAST,
    hunch_moderation,
    keep,
    simulated,
    without_moderation,
)


@pytest.fixture(scope="module")
def council():
    return simulated()


def recent(audits, *, since="2018-19 Q3"):
    """Some of the twelve quarters: two windows, and what was planted shows, for half the time."""
    return keep(audits, audits.audits["quarter"] >= since)


@pytest.fixture(scope="module")
def last_year(council):
    """The last year's audits: enough for the models, and quick."""
    return keep(council[1], council[1].audits["quarter"] >= "2019-20 Q1")


@pytest.fixture(scope="module")
def models(last_year):
    """Of auditors alone, so they are the same whatever moderators did."""
    return severity_models(last_year, quarter=LAST)


@pytest.fixture(scope="module")
def fits():
    return []


@pytest.fixture(scope="module")
def found(council, fits):
    """The result, with every fit of a model written down."""

    def counted(ratings, **more):
        fits.append(len(ratings.grade))
        return severity_model(ratings, **more)

    with pytest.MonkeyPatch.context() as patch:
        for module in (allocation, auditor_severity, moderator_facet, severity):
            patch.setattr(module, "severity_model", counted)
        return severity_of(recent(council[1]), quarter=LAST)


@pytest.fixture(scope="module")
def uneven(council):
    """The same council, in which stricter auditors kept the weaker practice."""
    made, audits = council
    strict = -made.raters.leniency[0, :, 0]
    is_strict = (strict > np.median(strict))[made.audits["auditor"].to_numpy()]
    practice = made.practice[:, 0]
    is_weak = practice < np.median(practice)
    routine = (made.audits["audit_type"] == "collaborative").to_numpy()
    fits = (is_strict == is_weak) | (np.random.default_rng(1).random(len(practice)) < 0.1)
    stays = set(made.audits.loc[fits | ~routine, "audit_id"])
    kept = keep(audits, audits.audits["audit_id"].isin(stays))
    return severity_of(recent(kept, since="2017-18 Q4"), quarter=LAST)


def words(result):
    return " ".join(say(release(result)).paragraphs)


def rows(result, caption):
    [one] = [each for each in table(release(result)) if each.caption.startswith(caption)]
    return one.rows


@pytest.mark.slow
def test_no_model_is_fitted_twice(fits, found):
    """Linked, pooled and with caseloads; group findings, free, moderators; at most two windows."""
    assert found.auditors
    assert len(fits) <= 8


@pytest.mark.slow
def test_where_audits_are_dealt_at_random_nobody_gets_harder_cases(found):
    assert found.allocation.p > 0.05
    assert "Who gets the harder cases: nobody" in words(found)
    assert not found.allocation.correlation.is_estimable


@pytest.mark.slow
def test_who_gets_the_harder_cases_is_said(uneven):
    assert uneven.allocation.p < 0.001
    assert uneven.allocation.correlation.high < 0
    assert uneven.allocation.spread.low > 0
    said = words(uneven)
    assert "Who gets the harder cases: some auditors do" in said
    assert "It is the stricter auditors who get the harder cases" in said


@pytest.mark.slow
def test_linked_audits_shield_strict_auditors_from_their_cases(uneven, found):
    """All audits, taken as dealt at random, make those with weak practice look stricter still."""
    assert uneven.allocation.change > 1.3 * found.allocation.change
    harder = [one for one in uneven.auditors if one.caseload.high < 0]
    easier = [one for one in uneven.auditors if one.caseload.low > 0]
    assert harder
    assert easier
    for people, sign in ((harder, 1), (easier, -1)):
        away = [one.pooled.value - one.severity.value for one in people]
        assert sign * np.mean(away) > 0.05


@pytest.mark.slow
def test_every_auditor_s_two_severities_stand_side_by_side(found):
    listed = rows(found, "Auditors' severity on the same files")
    assert len(listed) == len(found.auditors)
    for row, person in zip(listed, found.auditors, strict=True):
        assert row[0] == person.auditor.removeprefix("AUDITOR-")
        assert " to " in row[4]
        assert " to " in row[7]
        assert person.pooled.cases == person.severity.cases == person.linked


@pytest.mark.slow
def test_the_test_of_allocation_stands_in_the_appendix(found, uneven):
    for result in (found, uneven):
        labels = [row[0] for row in rows(result, "Tests behind auditors' severity as a group")]
        [tested] = [label for label in labels if label.startswith("Chance of such caseloads")]
        assert f"chi-square {result.allocation.statistic:.2f}" in tested
        assert f"{result.allocation.df:.2f} df" in tested


@pytest.mark.slow
def test_moderators_severity_holds_the_planted_gap_and_agrees_with_the_headline(council, found):
    gap = found.moderators.facet.gap
    truth = PlantedTruth.of(council[0]).window("all").mean_gap
    assert gap.low <= truth <= gap.high
    assert gap.low > 0
    assert optimism(council[1], quarter=LAST).gap.value > 0
    assert "so auditors are kinder" in words(found)
    chosen = council[1].moderations["selected_by"].isin(["random", "stratified", "all"])
    assert found.moderators.not_by_chance <= (~chosen).sum()
    assert gap.cases <= council[1].moderations.loc[chosen, "audit_id"].nunique()
    assert found.moderators.facet.moderators == 8


@pytest.mark.slow
def test_moderators_severity_of_councils_with_and_without_a_gap(times):
    """With a gap there is one above already, so by default one without it is enough here."""
    held, called = [], {True: [], False: []}
    for planted, councils in ((True, times(0, full=3)), (False, times(1, full=3))):
        for seed in range(2, 2 + councils):
            made, audits = simulated(planted=planted, seed=seed)
            models = severity_models(audits, quarter=LAST)
            gap = moderator_severity(audits, models).facet.gap
            truth = PlantedTruth.of(made).window("all").mean_gap
            held.append(gap.low <= truth <= gap.high)
            called[planted].append(gap.low > 0)
    assert np.mean(held) >= lowest(0.95, len(held), errors=1.5)
    assert all(called[True])
    assert np.mean(called[False]) <= 1 / 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("strip", "reason"),
    [
        (without_moderation, "no audit chosen by a recorded chance was moderated"),
        (hunch_moderation, "no audit chosen by a recorded chance was moderated"),
        (lambda audits: seen(audits), "no audit chosen by a recorded chance was moderated"),
        (
            lambda audits: few(audits, 20),
            "graded by both an auditor and a moderator (20; at least 30",
        ),
    ],
    ids=["none", "by a hunch", "not blind", "twenty"],
)
def test_moderators_severity_is_refused_with_the_reason(last_year, models, strip, reason):
    refused = moderator_severity(strip(last_year), models)
    assert reason in refused.facet.gap.why_not
    assert not refused.facet.spread.is_estimable


@pytest.mark.slow
def test_moderators_leave_the_models_of_auditors_as_they_are(last_year, models):
    alone = severity_models(without_moderation(last_year), quarter=LAST)
    assert alone.ratings.equals(models.ratings)
    assert alone.linked.severity == pytest.approx(models.linked.severity, rel=1e-12)


@pytest.mark.slow
def test_moderators_who_knew_the_grade_or_came_by_risk_are_counted_apart(last_year, models):
    audits = seen(last_year)
    refused = moderator_severity(audits, models)
    by_chance = audits.moderations["selected_by"].isin(["random", "stratified", "all"])
    assert refused.not_blind == by_chance.sum()
    assert refused.not_by_chance == (~by_chance).sum()


@pytest.mark.slow
def test_no_auditor_s_own_domain_or_change_is_shown(found):
    """Group findings carry no codes, and nothing in the result has a place for a person's cell."""
    said = words(found)
    assert "No auditor's own domain or change is shown" in said
    codes = {person.auditor.removeprefix("AUDITOR-") for person in found.auditors}
    domains = {named.name for named in found.difficulty} - {found.domain}
    for each in table(release(found)):
        for row in each.rows:
            assert not (codes & set(row) and domains & set(row)), each.caption
    assert not domains & set(strings(found.auditors))
    assert not re.search(r"20\d\d-\d\d", " ".join(strings(found.auditors)))


@pytest.mark.slow
def test_every_statistic_of_an_auditor_is_within_reach_in_the_tables(found):
    fit = rows(found, "How far auditors' grades are as the model expects")
    habits = rows(found, "How auditors use the scale")
    fair = rows(found, "The same files, and each auditor's own files")
    assert len(fit) == len(habits) == len(fair) == len(found.auditors)
    inside = [
        person.habits.infit_limits[0] <= person.habits.infit <= person.habits.infit_limits[1]
        for person in found.auditors
    ]
    assert np.mean(inside) > 0.8
    for person in found.auditors:
        # The fair grade and severity in grades are one thing seen from two ends.
        away = person.fair_grade.value + person.severity.value
        assert away == pytest.approx(
            np.mean([p.fair_grade.value for p in found.auditors]), abs=0.05
        )


def seen(audits):
    """The same moderations by moderators who knew the auditor's grade."""
    ratings = audits.ratings
    theirs = ratings["role"] == "external_moderator"
    return type(audits)(
        audits=audits.audits,
        ratings=ratings.assign(blind=ratings["blind"].where(~theirs, other=False)),
        moderations=audits.moderations,
        settings=audits.settings,
        record=audits.record,
    )


def few(audits, number):
    """Only so many moderated audits, all chosen by chance."""
    chance = audits.moderations["selected_by"].isin(["random", "stratified", "all"])
    routine = audits.audits.loc[audits.audits["audit_type"] == "collaborative", "audit_id"]
    ids = audits.moderations.loc[chance, "audit_id"].drop_duplicates()
    ids = ids[ids.isin(routine)].head(number)
    ours = audits.ratings["role"].isin(["auditor", "second_auditor"])
    kept = audits.moderations["audit_id"].isin(ids) & chance
    pairs = set(
        zip(*(audits.moderations.loc[kept, c] for c in ("audit_id", "moderator")), strict=True)
    )
    theirs = [
        pair in pairs
        for pair in zip(audits.ratings["audit_id"], audits.ratings["rater"], strict=True)
    ]
    return type(audits)(
        audits=audits.audits,
        ratings=audits.ratings[ours | np.array(theirs)],
        moderations=audits.moderations[kept],
        settings=audits.settings,
        record=audits.record,
    )


def strings(value):
    if isinstance(value, str):
        return [value]
    if is_dataclass(value):
        return [text for field in fields(value) for text in strings(getattr(value, field.name))]
    if isinstance(value, tuple | list):
        return [text for inner in value for text in strings(inner)]
    return []

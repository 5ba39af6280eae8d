"""What must not change an analysis, and what must be refused."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from qaf_analysis.terms.errors import DisclosureError, InputRejectedError, UsageError
from qaf_analysis.terms.verdicts import OptimismVerdict, SelectionRefusal
from qaf_analysis.topics.agreement.analysis.detail import AgreementDetail, agreement_detail
from qaf_analysis.topics.agreement.analysis.drivers import AgreementDrivers, agreement_drivers
from qaf_analysis.topics.agreement.analysis.headline import Agreement, agreement
from qaf_analysis.topics.charts.analysis.themes import ThemeCharts, theme_charts
from qaf_analysis.topics.child.analysis.focus import ChildFocusFinding, child_focus
from qaf_analysis.topics.common.release import release
from qaf_analysis.topics.common.results_json import result_from_json, result_to_json
from qaf_analysis.topics.common.scope import reported_quarter
from qaf_analysis.topics.impact.analysis.actions import Actions, actions
from qaf_analysis.topics.impact.analysis.checks import ThemeChecks, theme_checks
from qaf_analysis.topics.impact.analysis.themes import Themes, themes
from qaf_analysis.topics.optimism.analysis.detail import OptimismDetail, optimism_detail
from qaf_analysis.topics.optimism.analysis.headline import Optimism, optimism
from qaf_analysis.topics.process.analysis.agreement import ProcessAgreement, process_agreement
from qaf_analysis.topics.process.analysis.spread import Consistency, consistency
from qaf_analysis.topics.programme.analysis.grades import Programme, programme
from qaf_analysis.topics.programme.analysis.intake import intake
from qaf_analysis.topics.severity.analysis.headline import Severity, severity
from qaf_analysis.topics.trend.analysis import TrueTrend, true_trend
from tests.topics.councils import LAST, hunch_moderation, keep, simulated
from tests.topics.ten_councils import council
from tests.wide import wide


def recent_severity(audits, *, quarter):
    """Severity of the latest two quarters: what must hold for few audits must hold for many."""
    recent = audits.audits["quarter"].isin([str(quarter), str(quarter.next(-1))])
    return severity(keep(audits, recent), quarter=quarter)


ANALYSES = {
    Programme: programme,
    Agreement: agreement,
    AgreementDetail: agreement_detail,
    AgreementDrivers: agreement_drivers,
    Optimism: optimism,
    OptimismDetail: optimism_detail,
    ChildFocusFinding: child_focus,
    Severity: recent_severity,
    TrueTrend: true_trend,
    Themes: themes,
    ThemeChecks: theme_checks,
    ThemeCharts: theme_charts,
    Actions: actions,
    Consistency: consistency,
    ProcessAgreement: process_agreement,
}


LONG = {AgreementDetail, AgreementDrivers, OptimismDetail, ThemeCharts, ThemeChecks}
KINDS = [
    pytest.param(Severity, marks=pytest.mark.slow),
    *wide([kind for kind in ANALYSES if kind is not Severity], quick=ANALYSES.keys() - LONG),
]


@pytest.fixture(scope="module")
def audits():
    return simulated()[1]


@pytest.fixture(scope="module")
def small():
    """A council a third as large: what must not change anything changes few audits as little."""
    return council("kinder")


@pytest.fixture(scope="module")
def straight(small):
    """The result of each kind, made once."""
    return cache(lambda kind: ANALYSES[kind](small, quarter=LAST))


@pytest.mark.parametrize("kind", KINDS)
def test_order_of_rows_changes_nothing(small, straight, kind):
    rng = np.random.default_rng(5)
    shuffled = replace(
        small,
        audits=small.audits.sample(frac=1, random_state=rng),
        ratings=small.ratings.sample(frac=1, random_state=rng),
        moderations=small.moderations.sample(frac=1, random_state=rng),
        actions=small.actions.sample(frac=1, random_state=rng),
    )
    mixed = ANALYSES[kind](shuffled, quarter=LAST)
    assert _numbers(mixed) == pytest.approx(_numbers(straight(kind)), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_names_of_auditors_change_nothing(small, straight, kind):
    renamed = replace(
        small,
        ratings=small.ratings.assign(rater="Z" + small.ratings["rater"].str[::-1]),
        moderations=small.moderations.assign(
            moderator="Z" + small.moderations["moderator"].str[::-1]
        ),
    )
    # Auditors stand in the order of their codes, so only the order may differ.
    first = sorted(_numbers(straight(kind)))
    again = sorted(_numbers(ANALYSES[kind](renamed, quarter=LAST)))
    assert again == pytest.approx(first, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_later_than_the_quarter_is_used(small, kind):
    earlier = LAST.next(-2)
    cut = keep(small, small.audits["quarter"] <= str(earlier))
    whole = ANALYSES[kind](small, quarter=earlier)
    assert result_to_json(ANALYSES[kind](cut, quarter=earlier)) == result_to_json(whole)


@pytest.mark.parametrize("kind", KINDS)
def test_results_survive_json(straight, kind):
    text = result_to_json(straight(kind))
    assert result_to_json(result_from_json(text, kind)) == text


def test_another_kind_of_result_is_refused(audits):
    text = result_to_json(programme(audits, quarter=LAST))
    with pytest.raises(InputRejectedError, match="Expected a Themes"):
        result_from_json(text, Themes)


def test_a_quarter_without_audits_is_refused_with_the_known_ones(audits):
    with pytest.raises(UsageError, match="2017-18 Q1 to 2019-20 Q4"):
        reported_quarter(audits, "2024-25 Q1")


def test_hunch_selection_gives_no_adjusted_figure_and_no_gap(audits):
    found = optimism(hunch_moderation(audits), quarter=LAST)
    assert not found.adjusted_good.is_estimable
    assert found.refusal is SelectionRefusal.NOT_RECORDED
    assert not found.gap.is_estimable
    assert found.verdict == OptimismVerdict.MORE_MODERATION
    assert any(group.cases for group in found.by_selection)


def test_only_the_board_edition_is_offered(audits):
    with pytest.raises(DisclosureError, match="Do not publish"):
        release(intake(audits, quarter=LAST), edition="public")


def test_a_person_s_name_does_not_pass_the_gate():
    with pytest.raises(DisclosureError, match="by name"):
        release({"auditor": "Auditor 01"})


def _numbers(result):
    import json

    found = []

    def walk(value):
        if isinstance(value, dict):
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found.append(float(value))

    walk(json.loads(result_to_json(result)))
    return found

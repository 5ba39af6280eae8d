"""Words, pictures and tables of a released result, chosen by what kind of result it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from qaf_analysis.kit.parts import Picture, Statement, Table
from qaf_analysis.terms.errors import DisclosureError
from qaf_analysis.topics.agreement.analysis.detail import AgreementDetail
from qaf_analysis.topics.agreement.analysis.drivers import AgreementDrivers
from qaf_analysis.topics.agreement.analysis.headline import Agreement
from qaf_analysis.topics.agreement.pictures import (
    agreement_detail_pictures,
    agreement_drivers_pictures,
    agreement_pictures,
)
from qaf_analysis.topics.agreement.tables import (
    agreement_detail_tables,
    agreement_drivers_tables,
    agreement_tables,
)
from qaf_analysis.topics.agreement.words import (
    say_agreement,
    say_agreement_detail,
    say_agreement_drivers,
)
from qaf_analysis.topics.charts.analysis.themes import ThemeCharts
from qaf_analysis.topics.charts.pictures import theme_charts_pictures
from qaf_analysis.topics.charts.tables import theme_charts_tables
from qaf_analysis.topics.charts.words import say_theme_charts
from qaf_analysis.topics.check.analysis.recovery import MethodCheck
from qaf_analysis.topics.check.pictures import method_check_pictures
from qaf_analysis.topics.check.tables import method_check_tables
from qaf_analysis.topics.check.words import say_method_check
from qaf_analysis.topics.child.analysis import ChildFocusFinding
from qaf_analysis.topics.child.pictures import child_focus_pictures
from qaf_analysis.topics.child.tables import child_focus_tables
from qaf_analysis.topics.child.words import say_child_focus
from qaf_analysis.topics.common.release import Released
from qaf_analysis.topics.impact.analysis.actions import Actions
from qaf_analysis.topics.impact.analysis.changes import DesignChanges
from qaf_analysis.topics.impact.analysis.checks import ThemeChecks
from qaf_analysis.topics.impact.analysis.themes import Themes
from qaf_analysis.topics.impact.pictures import themes_pictures
from qaf_analysis.topics.impact.tables import (
    actions_tables,
    design_changes_tables,
    theme_checks_tables,
    themes_tables,
)
from qaf_analysis.topics.impact.words import (
    say_actions,
    say_design_changes,
    say_theme_checks,
    say_themes,
)
from qaf_analysis.topics.optimism.analysis.detail import OptimismDetail
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.optimism.pictures import optimism_detail_pictures, optimism_pictures
from qaf_analysis.topics.optimism.tables import optimism_detail_tables, optimism_tables
from qaf_analysis.topics.optimism.words import say_optimism, say_optimism_detail
from qaf_analysis.topics.process.analysis.agreement import ProcessAgreement
from qaf_analysis.topics.process.analysis.spread import Consistency
from qaf_analysis.topics.process.pictures import consistency_pictures, process_agreement_pictures
from qaf_analysis.topics.process.tables import consistency_tables, process_agreement_tables
from qaf_analysis.topics.process.words import say_consistency, say_process_agreement
from qaf_analysis.topics.programme.analysis.grades import Programme
from qaf_analysis.topics.programme.analysis.intake import Intake
from qaf_analysis.topics.programme.pictures import programme_pictures
from qaf_analysis.topics.programme.tables import intake_tables, programme_tables
from qaf_analysis.topics.programme.words import say_intake, say_programme
from qaf_analysis.topics.severity.analysis.headline import Severity
from qaf_analysis.topics.severity.pictures import severity_pictures
from qaf_analysis.topics.severity.tables import severity_tables
from qaf_analysis.topics.severity.words import say_severity
from qaf_analysis.topics.trend.analysis import TrueTrend
from qaf_analysis.topics.trend.pictures import true_trend_pictures
from qaf_analysis.topics.trend.tables import true_trend_tables
from qaf_analysis.topics.trend.words import say_true_trend

NO_PICTURE = 'data-picture="none"'
"""Marks a cell that says there is nothing to draw: no lost picture is mistaken for it."""


@dataclass(frozen=True, kw_only=True)
class _Showing:
    say: Callable[[Any], Statement]
    table: Callable[[Any], tuple[Table, ...]]
    plot: Callable[[Any], tuple[Picture, ...]]


def _nothing(result: object) -> tuple[Picture, ...]:
    return ()


_SHOWINGS: dict[type, _Showing] = {
    Intake: _Showing(say=say_intake, table=intake_tables, plot=_nothing),
    Programme: _Showing(say=say_programme, table=programme_tables, plot=programme_pictures),
    Agreement: _Showing(say=say_agreement, table=agreement_tables, plot=agreement_pictures),
    AgreementDetail: _Showing(
        say=say_agreement_detail,
        table=agreement_detail_tables,
        plot=agreement_detail_pictures,
    ),
    AgreementDrivers: _Showing(
        say=say_agreement_drivers,
        table=agreement_drivers_tables,
        plot=agreement_drivers_pictures,
    ),
    Optimism: _Showing(say=say_optimism, table=optimism_tables, plot=optimism_pictures),
    Severity: _Showing(say=say_severity, table=severity_tables, plot=severity_pictures),
    TrueTrend: _Showing(say=say_true_trend, table=true_trend_tables, plot=true_trend_pictures),
    OptimismDetail: _Showing(
        say=say_optimism_detail,
        table=optimism_detail_tables,
        plot=optimism_detail_pictures,
    ),
    ChildFocusFinding: _Showing(
        say=say_child_focus, table=child_focus_tables, plot=child_focus_pictures
    ),
    Themes: _Showing(say=say_themes, table=themes_tables, plot=themes_pictures),
    ThemeChecks: _Showing(say=say_theme_checks, table=theme_checks_tables, plot=_nothing),
    ThemeCharts: _Showing(
        say=say_theme_charts, table=theme_charts_tables, plot=theme_charts_pictures
    ),
    DesignChanges: _Showing(say=say_design_changes, table=design_changes_tables, plot=_nothing),
    Actions: _Showing(say=say_actions, table=actions_tables, plot=_nothing),
    MethodCheck: _Showing(
        say=say_method_check, table=method_check_tables, plot=method_check_pictures
    ),
    Consistency: _Showing(say=say_consistency, table=consistency_tables, plot=consistency_pictures),
    ProcessAgreement: _Showing(
        say=say_process_agreement,
        table=process_agreement_tables,
        plot=process_agreement_pictures,
    ),
}


class Shown(tuple[Any, ...]):
    """Pictures or tables, shown one under the other in a notebook."""

    def _repr_html_(self) -> str:
        if not self:
            return f"<p {NO_PICTURE}>Nothing can be drawn: the words above say why.</p>"
        return str(Markup("\n").join(Markup(part._repr_html_()) for part in self))


def say(released: Released[Any]) -> Statement:
    """Words of a released result."""
    return _showing(released).say(released.result)


def table(released: Released[Any]) -> Shown:
    """Tables of a released result."""
    return Shown(_showing(released).table(released.result))


def plot(released: Released[Any]) -> Shown:
    """Pictures of a released result; none where there is nothing to draw."""
    return Shown(_showing(released).plot(released.result))


def _showing(released: Released[Any]) -> _Showing:
    if not isinstance(released, Released):
        raise DisclosureError(
            f"A {type(released).__name__} has not passed the disclosure gate: call release first."
        )
    return _SHOWINGS[type(released.result)]

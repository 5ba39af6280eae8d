"""Words, pictures and tables of a released result, chosen by what kind of result it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from qaf_analysis.kit.parts import Picture, Table
from qaf_analysis.kit.statement import Statement
from qaf_analysis.terms.errors import DisclosureError
from qaf_analysis.topics import pictures
from qaf_analysis.topics.agreement.agreement import Agreement
from qaf_analysis.topics.agreement.agreement_detail import AgreementDetail
from qaf_analysis.topics.agreement.agreement_detail_page import (
    agreement_detail_pictures,
    agreement_detail_tables,
    say_agreement_detail,
)
from qaf_analysis.topics.agreement.agreement_drivers import AgreementDrivers
from qaf_analysis.topics.agreement.agreement_drivers_page import (
    agreement_drivers_pictures,
    agreement_drivers_tables,
    say_agreement_drivers,
)
from qaf_analysis.topics.agreement.agreement_tables import agreement_tables
from qaf_analysis.topics.agreement.agreement_words import say_agreement
from qaf_analysis.topics.charts.theme_charts import ThemeCharts
from qaf_analysis.topics.charts.theme_charts_page import say_theme_charts, theme_charts_pictures
from qaf_analysis.topics.charts.theme_charts_tables import theme_charts_tables
from qaf_analysis.topics.check.method_check_page import (
    method_check_pictures,
    method_check_tables,
    say_method_check,
)
from qaf_analysis.topics.check.recovery import MethodCheck
from qaf_analysis.topics.child.child_focus import ChildFocusFinding
from qaf_analysis.topics.child.child_focus_page import (
    child_focus_pictures,
    child_focus_tables,
    say_child_focus,
)
from qaf_analysis.topics.common.release import Released
from qaf_analysis.topics.impact.actions import Actions
from qaf_analysis.topics.impact.actions_page import actions_tables, say_actions
from qaf_analysis.topics.impact.design_changes import DesignChanges
from qaf_analysis.topics.impact.design_changes_words import (
    design_changes_tables,
    say_design_changes,
)
from qaf_analysis.topics.impact.theme_checks import ThemeChecks
from qaf_analysis.topics.impact.theme_checks_page import say_theme_checks, theme_checks_tables
from qaf_analysis.topics.impact.themes import Themes
from qaf_analysis.topics.impact.themes_tables import themes_tables
from qaf_analysis.topics.impact.themes_words import say_themes
from qaf_analysis.topics.optimism.optimism import Optimism
from qaf_analysis.topics.optimism.optimism_detail import OptimismDetail
from qaf_analysis.topics.optimism.optimism_detail_page import (
    optimism_detail_pictures,
    say_optimism_detail,
)
from qaf_analysis.topics.optimism.optimism_detail_tables import optimism_detail_tables
from qaf_analysis.topics.optimism.optimism_tables import optimism_tables
from qaf_analysis.topics.optimism.optimism_words import say_optimism
from qaf_analysis.topics.process.consistency import Consistency
from qaf_analysis.topics.process.consistency_tables import consistency_tables
from qaf_analysis.topics.process.consistency_words import say_consistency
from qaf_analysis.topics.process.process_agreement import ProcessAgreement
from qaf_analysis.topics.process.process_agreement_page import (
    process_agreement_pictures,
    process_agreement_tables,
    say_process_agreement,
)
from qaf_analysis.topics.programme.intake import Intake
from qaf_analysis.topics.programme.intake_page import intake_tables, say_intake
from qaf_analysis.topics.programme.programme import Programme
from qaf_analysis.topics.programme.programme_tables import programme_tables
from qaf_analysis.topics.programme.programme_words import say_programme
from qaf_analysis.topics.severity.severity import Severity
from qaf_analysis.topics.severity.severity_page import say_severity, severity_pictures
from qaf_analysis.topics.severity.severity_tables import severity_tables
from qaf_analysis.topics.trend.true_trend import TrueTrend
from qaf_analysis.topics.trend.true_trend_page import (
    say_true_trend,
    true_trend_pictures,
    true_trend_tables,
)

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
    Programme: _Showing(
        say=say_programme, table=programme_tables, plot=pictures.programme_pictures
    ),
    Agreement: _Showing(
        say=say_agreement, table=agreement_tables, plot=pictures.agreement_pictures
    ),
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
    Optimism: _Showing(say=say_optimism, table=optimism_tables, plot=pictures.optimism_pictures),
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
    Themes: _Showing(say=say_themes, table=themes_tables, plot=pictures.themes_pictures),
    ThemeChecks: _Showing(say=say_theme_checks, table=theme_checks_tables, plot=_nothing),
    ThemeCharts: _Showing(
        say=say_theme_charts, table=theme_charts_tables, plot=theme_charts_pictures
    ),
    DesignChanges: _Showing(say=say_design_changes, table=design_changes_tables, plot=_nothing),
    Actions: _Showing(say=say_actions, table=actions_tables, plot=_nothing),
    MethodCheck: _Showing(
        say=say_method_check, table=method_check_tables, plot=method_check_pictures
    ),
    Consistency: _Showing(
        say=say_consistency, table=consistency_tables, plot=pictures.consistency_pictures
    ),
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

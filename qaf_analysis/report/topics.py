"""Which result each section of the report shows, and what of it stands in the appendix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qaf_analysis.kit.parts import Picture
from qaf_analysis.report.results import Results
from qaf_analysis.topics.common.release import Released
from qaf_analysis.topics.show import plot


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A section: its id, its result, and what of it stands there and not in the appendix.

    ``main_tables`` are the tables there, by the start of their caption; ``pictures`` how many
    pictures, all of them where it is None.
    """

    id: str
    short: str
    released: Released[Any]
    main_tables: tuple[str, ...]
    in_first_page: int = 0
    pictures: int | None = None
    level: int = 2

    def pictures_here(self) -> tuple[Picture, ...]:
        """Pictures of the section."""
        return plot(self.released)[self.in_first_page :][: self.pictures]

    def pictures_behind(self) -> tuple[Picture, ...]:
        """Pictures for the appendix."""
        return plot(self.released)[self.in_first_page :][len(self.pictures_here()) :]


def _topic(
    id: str,
    short: str,
    released: Released[Any],
    *main_tables: str,
    pictures: int | None = None,
    level: int = 2,
) -> Topic:
    return Topic(
        id=id,
        short=short,
        released=released,
        main_tables=main_tables,
        # The grades by quarter stand on the first page.
        in_first_page=1 if id == "grades" else 0,
        pictures=pictures,
        level=level,
    )


def topics(results: Results) -> tuple[Topic, ...]:
    """Every section in the order of the report."""
    return (
        _topic(
            "grades",
            "Activity and grades",
            results.programme,
            "Routine audits by quarter and grade",
            "Grades by domain",
        ),
        *_agreement_topics(results),
        *_moderation_topics(results),
        *_theme_topics(results),
        _topic("process", "Process changes", results.consistency, "Spread of auditors' severity"),
        _topic(
            "process-agreement",
            "Agreement with moderators before and after",
            results.process_agreement,
            "Agreement with moderators before",
            level=3,
        ),
        _topic("data", "Data quality", results.intake, "Files read", "Checks of the data"),
    )


def _agreement_topics(results: Results) -> tuple[Topic, ...]:
    return (
        _topic("agreement", "Agreement among auditors", results.agreement, "Pairs of grades"),
        _topic(
            "by-grade",
            "Agreement grade by grade",
            results.agreement_detail,
            "When one auditor gives a grade",
            "Confusion between",
            level=3,
        ),
        _topic(
            "drivers",
            "What drives disagreement",
            results.agreement_drivers,
            "Agreement by domain",
            level=3,
        ),
    )


def _moderation_topics(results: Results) -> tuple[Topic, ...]:
    return (
        _topic(
            "severity",
            "Auditors' severity",
            results.severity,
            "Auditors' severity as a group",
        ),
        _topic(
            "moderation",
            "External moderation",
            results.optimism,
            "Auditors against moderators",
            "Grades as audited",
        ),
        _topic(
            "true-trend",
            "Is the trend real",
            results.true_trend,
            "The change in grades",
            level=3,
        ),
        _topic(
            "gaps",
            "Over-optimism in detail",
            results.optimism_detail,
            "Gap by domain",
            "Published figures",
            level=3,
        ),
        _topic(
            "child-focus",
            "Focus on the child",
            results.child_focus,
            "Focus on the child",
            "Which rule",
            level=3,
        ),
    )


def _theme_topics(results: Results) -> tuple[Topic, ...]:
    return (
        _topic(
            "themes",
            "Themed audits",
            results.themes,
            "Change after each themed audit",
            "How often",
        ),
        _topic(
            "theme-checks",
            "Other ways of asking about themes",
            results.theme_checks,
            "Other ways of asking",
            level=3,
        ),
        _topic(
            "theme-charts",
            "Charts of themes",
            results.theme_charts,
            "Charts of each theme",
            pictures=1,
            level=3,
        ),
        _topic(
            "actions",
            "Improvement actions and re-audits",
            results.actions,
            "Improvement actions by theme",
            "When actions were closed",
            "Themes audited and audited again",
            level=3,
        ),
        _topic(
            "design-changes",
            "Changes of the design",
            results.design_changes,
            "What is declared otherwise",
            level=3,
        ),
    )

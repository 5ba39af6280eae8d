"""The sections on themed audits: verdicts, other ways of asking, actions, changed designs."""

from __future__ import annotations

from qaf_analysis.kit.parts import Card
from qaf_analysis.topics.common.declared import declared_design
from qaf_analysis.topics.common.evidence import Evidence
from qaf_analysis.topics.common.section import Section, Shown
from qaf_analysis.topics.impact.analysis.actions import Actions, actions
from qaf_analysis.topics.impact.analysis.changes import DesignChanges, design_changes
from qaf_analysis.topics.impact.analysis.checks import ThemeChecks, theme_checks
from qaf_analysis.topics.impact.analysis.themes import Themes, themes
from qaf_analysis.topics.impact.designs import design_changes_tables, say_design_changes
from qaf_analysis.topics.impact.pictures import themes_card_picture, themes_pictures
from qaf_analysis.topics.impact.tables import (
    actions_tables,
    theme_checks_tables,
    themes_tables,
)
from qaf_analysis.topics.impact.words import (
    say_actions,
    say_theme_checks,
    say_themes,
    themes_card,
)

NOTEBOOK = "04_themed_impact"


def _card(result: Themes, shown: Shown[Themes]) -> Card:
    return Card(
        question="Did themed audits change practice?",
        verdict=result.verdict.capitalize(),
        words=themes_card(result),
        section=THEMES.id,
        picture=themes_card_picture(result),
    )


def _design_changes(evidence: Evidence) -> DesignChanges:
    declared = declared_design(evidence.audits.settings, quarter=evidence.quarter)
    return design_changes(declared, evidence.earlier_designs())


THEMES = Section(
    id="themes",
    short="Themed audits",
    notebook=NOTEBOOK,
    result=Themes,
    asks=themes,
    say=say_themes,
    tables=themes_tables,
    pictures=themes_pictures,
    card=_card,
)
THEME_CHECKS = Section(
    id="theme-checks",
    short="Other ways of asking about themes",
    level=3,
    notebook=NOTEBOOK,
    result=ThemeChecks,
    asks=theme_checks,
    say=say_theme_checks,
    tables=theme_checks_tables,
)
ACTIONS = Section(
    id="actions",
    short="Improvement actions and re-audits",
    level=3,
    notebook=NOTEBOOK,
    result=Actions,
    asks=actions,
    say=say_actions,
    tables=actions_tables,
)
DESIGN_CHANGES = Section(
    id="design-changes",
    short="Changes of the design",
    level=3,
    notebook=NOTEBOOK,
    result=DesignChanges,
    asks=design_changes,
    answer=_design_changes,
    say=say_design_changes,
    tables=design_changes_tables,
)

"""Themes as a settings file declares them, and which declarations contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.names import Outcome
from qaf_analysis.terms.settings import Settings, Theme
from qaf_analysis.terms.settings_table import SettingsTable

MOST_PHASE_IN = 4
_NO_CONTROLS = (
    'gives both "case_type" and "controls". A type of case is compared with itself before and '
    'after, and not with domains; take "controls" out.'
)
_COHORT_OUTCOME = (
    'gives both "case_type" and outcome = "mean_grade". A type of case is compared on the '
    'positive share; take "outcome" out.'
)


def theme_from(table: SettingsTable) -> Theme:
    """Return the theme that one ``[[themes]]`` table declares.

    Raises
    ------
    SettingsError
        If a key is missing, misspelt or contradicts another key of the same table.

    Examples
    --------
    >>> table = {"name": "Plans", "domain": "Plan", "audited_in": "2018-19 Q2"}
    >>> theme_from(SettingsTable(table, where="council.toml")).outcome
    'mean_grade'
    """
    declared = table.choice("outcome", get_args(Outcome), None)
    theme = Theme(
        name=table.text("name"),
        audited_in=table.quarter("audited_in"),
        domain=table.maybe_text("domain"),
        case_type=table.maybe_text("case_type"),
        selected_in=table.quarters("selected_in"),
        phase_in_quarters=table.whole("phase_in_quarters", 0) or 0,
        activity=table.maybe_text("activity") or "",
        controls=table.maybe_texts("controls") or (),
        outcome=declared or "mean_grade",
    )
    if bool(theme.domain) == bool(theme.case_type):
        raise table.fail('give either "domain" or "case_type", not both and not neither.')
    if any(quarter >= theme.audited_in for quarter in theme.selected_in):
        raise table.fail('"selected_in" should lie before "audited_in".')
    if theme.phase_in_quarters > MOST_PHASE_IN:
        raise table.fail(
            f'"phase_in_quarters" is {theme.phase_in_quarters}; expected 0 to {MOST_PHASE_IN}. '
            "Quarters of phasing in count neither as before nor as after the themed audit."
        )
    if theme.domain in theme.controls:
        raise table.fail(
            f'"controls" names "{theme.domain}", the theme\'s own domain; take it out.'
        )
    if theme.case_type is not None and theme.controls:
        raise table.fail(_NO_CONTROLS)
    if theme.case_type is not None and declared == "mean_grade":
        raise table.fail(_COHORT_OUTCOME)
    table.refuse_unknown()
    return theme


def check_themes(settings: Settings, source: str) -> None:
    """Refuse themes that contradict each other or the domains declared.

    Raises
    ------
    SettingsError
        Naming the theme, what was found and how to mend it.
    """
    for problem in _problems(settings):
        raise SettingsError(f"{source}: {problem}")


def _problems(settings: Settings) -> Iterator[str]:
    names = [theme.name for theme in settings.themes]
    for place, theme in enumerate(settings.themes):
        if names.count(theme.name) > 1:
            yield f'two themes are called "{theme.name}".'
        yield from _unknown_domains(settings, theme)
        for other in settings.themes[place + 1 :]:
            yield from _inseparable(theme, other)
        for other in settings.themes:
            yield from _touched_controls(theme, other)


def _unknown_domains(settings: Settings, theme: Theme) -> Iterator[str]:
    known = settings.domains
    if theme.domain and known and theme.domain not in known:
        yield (
            f'theme "{theme.name}" names the domain "{theme.domain}", which is not in [domains].'
        )
    for control in theme.controls:
        if known and control not in known:
            yield (
                f'theme "{theme.name}": "controls" names "{control}", which is not in [domains]; '
                f"expected domains among {', '.join(known)}."
            )
        if control in settings.overall_domains:
            yield (
                f'theme "{theme.name}": "controls" names "{control}", the headline domain. It sums '
                "up the others, the themed one among them, so it cannot stand beside it as a "
                "comparison; take it out."
            )


def _inseparable(theme: Theme, other: Theme) -> Iterator[str]:
    if theme.shares_subject(other) and theme.audited_in == other.audited_in:
        yield (
            f'themes "{theme.name}" and "{other.name}" are both about {theme.about} and both '
            f"audited in {theme.audited_in}, so what followed the one cannot be told from what "
            "followed the other. Declare them as one theme, or correct one of the quarters."
        )


def _touched_controls(theme: Theme, other: Theme) -> Iterator[str]:
    """A themed domain may control only before its own date."""
    if other.domain not in theme.controls or other.first_touched >= theme.settled_from:
        return
    settled = theme.settled_from.next(-1)
    yield (
        f'theme "{theme.name}": "controls" names "{other.domain}", which the theme "{other.name}" '
        f"is about and touches from {other.first_touched} on (the earliest quarter of its "
        '"selected_in" and "audited_in"). A themed domain can be a comparison only before that, '
        f'and "{theme.name}" needs its comparisons until after {settled} (its audit and phasing '
        f'in). Take "{other.domain}" out of "controls".'
    )

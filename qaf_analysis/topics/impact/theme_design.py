"""The design of one theme as the settings fixed it: which quarters count, and against what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qaf_analysis.terms.names import Outcome
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import Settings, Theme


@dataclass(frozen=True, kw_only=True)
class ThemeDesign:
    """What was fixed about a theme before outcomes were read.

    Parameters
    ----------
    name, about, activity : str
        The theme, its domain or type of case, and the improvement activity that followed.
    audited_in : Quarter
    selected_in : tuple of Quarter
        Quarters whose findings led to its being chosen.
    phase_in_quarters : int
    outcome : {"mean_grade", "good_or_better"}
        Which one decides the verdict; always the latter for a theme about a type of case.
    controls : tuple of str
        Domains compared with, as far as they are graded; none for a type of case.
    controls_declared : bool
        Whether the settings name them; otherwise they are all that no theme touches.
    not_graded : tuple of str
        Domains that the settings name but no audit grades.
    excluded : tuple of Quarter
        Quarters that count on neither side, in order: selection (of every theme about the same
        subject), audit and phasing in.
    since : Quarter or None
        First quarter used, where an earlier theme about the same subject fills those before.
    until : Quarter or None
        First quarter no longer used, because a theme touches a comparison domain in it, or the
        same subject again.
    cut_because : str
        Why ``since`` or ``until`` is set; empty where neither is.
    simultaneous : tuple of str
        Other themes audited in the same quarter.
    """

    name: str
    about: str
    audited_in: Quarter
    selected_in: tuple[Quarter, ...]
    phase_in_quarters: int
    activity: str
    outcome: Outcome
    controls: tuple[str, ...]
    controls_declared: bool
    not_graded: tuple[str, ...]
    excluded: tuple[Quarter, ...]
    since: Quarter | None
    until: Quarter | None
    cut_because: str
    simultaneous: tuple[str, ...]

    def is_compared(self, quarter: Quarter) -> bool:
        """Whether a quarter lies in the stretch compared, left out within it or not."""
        begun = self.since is None or quarter >= self.since
        return begun and (self.until is None or quarter < self.until)

    def counts(self, quarter: Quarter) -> bool:
        """Whether a quarter counts, as before or as after."""
        return self.is_compared(quarter) and quarter not in self.excluded

    def before(self, quarter: Quarter) -> bool:
        """Whether a quarter counts as before the themed audit."""
        return self.counts(quarter) and quarter < self.audited_in

    def after(self, quarter: Quarter) -> bool:
        """Whether a quarter counts as after it."""
        return self.counts(quarter) and quarter > self.audited_in


def theme_design(
    settings: Settings, theme: Theme, *, graded: tuple[str, ...], quarters: list[Quarter]
) -> ThemeDesign:
    """Design of a theme, as far as the quarters of the data reach.

    Parameters
    ----------
    settings : Settings
        Which declare the theme, and all others.
    theme : Theme
    graded : tuple of str
        Domains that audits grade, in the order of the settings.
    quarters : list of Quarter
        Every quarter of the data, in order; at least one.

    Examples
    --------
    >>> plans = Theme(name="Plans", domain="Plan", audited_in=Quarter(2018, 2))
    >>> found = theme_design(Settings(council="Example", themes=(plans,)), plans,
    ...                      graded=("Overall", "Plan", "Risk"),
    ...                      quarters=[Quarter(2018, 1), Quarter(2018, 2), Quarter(2018, 3)])
    >>> found.controls, found.before(Quarter(2018, 1)), found.after(Quarter(2018, 2))
    (('Risk',), True, False)
    """
    controls = () if theme.domain is None else settings.controls_for(theme, graded)
    excluded = {
        *excluded_quarters(theme),
        *(q for other in _about_the_same(settings, theme) for q in other.selected_in),
    }
    since, since_because = _since(settings, theme, quarters)
    until, until_because = _until(settings, theme, controls, quarters)
    return ThemeDesign(
        name=theme.name,
        about=theme.about,
        audited_in=theme.audited_in,
        selected_in=theme.selected_in,
        phase_in_quarters=theme.phase_in_quarters,
        activity=theme.activity,
        outcome=theme.outcome if theme.domain is not None else "good_or_better",
        controls=controls,
        controls_declared=bool(theme.controls),
        not_graded=tuple(domain for domain in theme.controls if domain not in graded),
        excluded=tuple(quarter for quarter in quarters if quarter in excluded),
        since=since,
        until=until,
        cut_because="; ".join((*since_because, *until_because)),
        simultaneous=tuple(
            other.name
            for other in settings.themes
            if other.audited_in == theme.audited_in and other.name != theme.name
        ),
    )


def excluded_quarters(theme: Theme) -> tuple[Quarter, ...]:
    """Quarters that count neither as before nor as after: selection, audit, phase-in.

    Examples
    --------
    >>> plans = Theme(name="Plans", domain="Plan", audited_in=Quarter(2018, 2),
    ...               phase_in_quarters=1)
    >>> [str(quarter) for quarter in excluded_quarters(plans)]
    ['2018-19 Q2', '2018-19 Q3']
    """
    phase_in = tuple(theme.audited_in.next(k + 1) for k in range(theme.phase_in_quarters))
    return (*theme.selected_in, theme.audited_in, *phase_in)


def rivals(settings: Settings, design: ThemeDesign, quarters: list[Quarter]) -> tuple[str, ...]:
    """Everything else on record that happened within the quarters compared, in order of time.

    Each may explain a difference as well as the theme does. A process change on the first day
    compared, or before, is not among them: nothing is compared with the time before it.

    Parameters
    ----------
    settings : Settings
        With the process changes and themes on record.
    design : ThemeDesign
        Of the theme in question.
    quarters : list of Quarter
        Every quarter of the data, in order.

    Returns
    -------
    tuple of str
        Such as ``Auditor training (2018-19 Q3)`` or ``themed audit Plans (2018-19 Q2)``.
    """
    compared = [quarter for quarter in quarters if design.is_compared(quarter)]
    found: list[tuple[date, str]] = [
        (change.starts, f"{change.label} ({change.quarter})")
        for change in settings.process_changes
        if change.quarter in compared and change.starts > compared[0].first_day
    ]
    found += [
        (other.audited_in.first_day, f"themed audit {other.name} ({other.audited_in})")
        for other in settings.themes
        if other.audited_in in compared and other.name != design.name
    ]
    return tuple(label for _, label in sorted(found))


def _about_the_same(settings: Settings, theme: Theme) -> tuple[Theme, ...]:
    return tuple(other for other in settings.themes if other.shares_subject(theme))


def _since(
    settings: Settings, theme: Theme, quarters: list[Quarter]
) -> tuple[Quarter | None, tuple[str, ...]]:
    earlier = [
        other
        for other in _about_the_same(settings, theme)
        if other.audited_in < theme.audited_in and other.settled_from > quarters[0]
    ]
    if not earlier:
        return None, ()
    last = max(earlier, key=lambda other: other.settled_from)
    because = f"{theme.about} was themed before ({last.name}), up to {last.settled_from.next(-1)}"
    return last.settled_from, (because,)


def _until(
    settings: Settings, theme: Theme, controls: tuple[str, ...], quarters: list[Quarter]
) -> tuple[Quarter | None, tuple[str, ...]]:
    cuts: list[tuple[Quarter, str]] = []
    for other in settings.themes:
        if other.domain in controls:
            start = other.first_touched
            cuts.append((start, f"{other.about} is itself themed ({other.name}) from {start} on"))
        elif other.shares_subject(theme) and other.audited_in > theme.audited_in:
            touched = (*other.selected_in, other.audited_in)
            start = min(quarter for quarter in touched if quarter > theme.audited_in)
            cuts.append((start, f"{theme.about} is themed again ({other.name}) from {start} on"))
    until = min((start for start, _ in cuts), default=None)
    if until is None or until > quarters[-1]:
        return None, ()
    return until, tuple(because for start, because in cuts if start == until)

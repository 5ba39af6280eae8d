"""The design of one theme as the settings fixed it: which quarters count, and against what.

Routine audits as a table of grades: a row for each audit, a column for each domain.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.core.arrays import Bools, Floats, Ints
from qaf_analysis.stats.impact.themed_series import ThemedAudits, graded_throughout
from qaf_analysis.terms.names import Outcome
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import Settings, Theme
from qaf_analysis.topics.common.scope import LeftOut, domain_names, graded, routine


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
    same = tuple(other for other in settings.themes if other.shares_subject(theme))
    chosen = (quarter for other in same for quarter in other.selected_in)
    excluded = {*excluded_quarters(theme), *chosen}
    since, since_because = _since(theme, same, quarters)
    until, until_because = _until(settings.themes, theme, controls, same, quarters)
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


def _since(
    theme: Theme, same: tuple[Theme, ...], quarters: list[Quarter]
) -> tuple[Quarter | None, tuple[str, ...]]:
    earlier = [
        other
        for other in same
        if other.audited_in < theme.audited_in and other.settled_from > quarters[0]
    ]
    if not earlier:
        return None, ()
    last = max(earlier, key=lambda other: other.settled_from)
    because = f"{theme.about} was themed before ({last.name}), up to {last.settled_from.next(-1)}"
    return last.settled_from, (because,)


def _until(
    themes: tuple[Theme, ...],
    theme: Theme,
    controls: tuple[str, ...],
    same: tuple[Theme, ...],
    quarters: list[Quarter],
) -> tuple[Quarter | None, tuple[str, ...]]:
    cuts: list[tuple[Quarter, str]] = []
    for other in themes:
        if other.domain in controls:
            start = other.first_touched
            cuts.append((start, f"{other.about} is itself themed ({other.name}) from {start} on"))
        elif other in same and other.audited_in > theme.audited_in:
            touched = (*other.selected_in, other.audited_in)
            start = min(quarter for quarter in touched if quarter > theme.audited_in)
            cuts.append((start, f"{theme.about} is themed again ({other.name}) from {start} on"))
    until = min((start for start, _ in cuts), default=None)
    if until is None or until > quarters[-1]:
        return None, ()
    return until, tuple(because for start, because in cuts if start == until)


NOT_ROUTINE = "themed, multi-agency or calibration audits"


@dataclass(frozen=True, kw_only=True, eq=False)
class GradedDomains:
    """Grades of routine audits by their auditors: a row for each auditor of each audit.

    Parameters
    ----------
    grades : array, shape (rows, domains)
        Grade codes; NaN where the audit has no grade in the domain.
    domains : tuple of str
    quarter : array of int, shape (rows,)
        ``Quarter.index`` of each audit.
    auditor : array of int, shape (rows,)
    case_type : array of str, shape (rows,)
    good_from : int
        Lowest code that counts as good.
    used : int
        Audits in the table.
    not_routine : int
        Audits left out, because they are not routine or carry no grade.
    """

    grades: Floats
    domains: tuple[str, ...]
    quarter: Ints
    auditor: Ints
    case_type: NDArray[np.object_]
    good_from: int
    used: int
    not_routine: int

    @classmethod
    def of(cls, audits: Audits) -> GradedDomains:
        """Tabulate the grades of a council."""
        grades = graded(audits, domain=None)
        grades = grades[grades["audit_id"].isin(routine(audits.audits)["audit_id"])]
        domains = tuple(domain_names(audits))
        # Sorted, so that the order of the rows read cannot move a sum by rounding.
        row = grades.groupby(["audit_id", "rater"], sort=True).ngroup().to_numpy(np.int64)
        first = grades.iloc[np.unique(row, return_index=True)[1]]
        index = {text: Quarter.parse(text).index for text in first["quarter"].unique()}
        table = np.full((len(first), len(domains)), np.nan)
        column = pd.Categorical(grades["domain"], categories=domains).codes
        table[row, column] = grades["grade"].to_numpy(np.float64)
        used = int(first["audit_id"].nunique())
        return cls(
            grades=table,
            domains=domains,
            quarter=first["quarter"].map(index).to_numpy(np.int64),
            auditor=pd.factorize(first["rater"], sort=True)[0].astype(np.int64),
            case_type=first["case_type"].to_numpy(object),
            good_from=audits.settings.scale.good_from,
            used=used,
            not_routine=len(audits.audits) - used,
        )

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """Audits that no figure of these grades counts."""
        gone = self.not_routine
        return (LeftOut(reason=NOT_ROUTINE, records=gone),) if gone else ()

    def of_domain(self, domain: str) -> Floats:
        """Grades in one domain; NaN throughout where no audit is graded in it."""
        if domain not in self.domains:
            return np.full(len(self.quarter), np.nan)
        return self.grades[:, self.domains.index(domain)]

    def of_domains(self, domains: tuple[str, ...]) -> Floats:
        """Grades in some domains, side by side."""
        columns = [self.of_domain(domain) for domain in domains]
        return np.column_stack(columns) if columns else np.zeros((len(self.quarter), 0))

    def graded_throughout(self, themed: str, domains: tuple[str, ...]) -> tuple[str, ...]:
        """Domains graded in every quarter in which the themed domain was."""
        throughout = graded_throughout(
            self.quarter, themed=self.of_domain(themed), controls=self.of_domains(domains)
        )
        return tuple(domain for domain, is_so in zip(domains, throughout, strict=True) if is_so)

    def themed_audits(
        self, themed: str, controls: tuple[str, ...], *, kept: Bools, post: Bools
    ) -> ThemedAudits:
        """One domain beside its comparison domains, over the audits kept.

        Parameters
        ----------
        themed : str
        controls : tuple of str
        kept, post : array of bool, shape (rows,)
            Whether the quarter counts at all, and whether as after the themed audit.
        """
        return ThemedAudits.of_grades(
            quarter=self.quarter[kept],
            post=post[kept],
            auditor=self.auditor[kept],
            themed=self.of_domain(themed)[kept],
            controls=self.of_domains(controls)[kept],
            good_from=self.good_from,
        )

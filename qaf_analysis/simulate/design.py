"""What a simulated council is like: every parameter of the model, in one place.

All latent quantities are in *points* of one logit-like scale on which the cases of a council have
a standard deviation of ``case_sd`` (1.0). A grade is the number of cutpoints that the practice, as
the rater sees it, lies above.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from qaf_analysis.simulate.design_parts import (
    CASE_TYPES,
    DOMAINS,
    TEAMS,
    BridgeDesign,
    CaseGroup,
    DomainDesign,
    EraDesign,
    MergeDesign,
    PlantedChange,
    PlantedTheme,
    RoundDesign,
)
from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.names import OVERALL
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.scale import OFSTED4, Scale

FIRST_QUARTER, LAST_QUARTER = Quarter(2017, 1), Quarter(2019, 4)


@dataclass(frozen=True, kw_only=True)
class CouncilDesign:
    """Everything that defines a simulated council; the defaults are of Durham's size.

    Parameters
    ----------
    first, last : Quarter
        Quarters covered, both included.
    audits_per_quarter, auditors, open_cases : int
        Routine collaborative audits a quarter, auditors at the start, files open at one time.
    scale, cutpoints
        Grade scale, and the points above which the next grade is given; the first of them, where
        others follow in ``eras``.
    domains, teams, case_types
        The audit tool and the case mix.
    optimism, severity_sd : float
        How much kinder than moderators the auditors are on average (positive = kinder), and how
        much they differ from each other, until a process change alters it.
    drift_sd, auditor_domain_sd, halo_sd, reading_sd : float
        Auditors' own trends per quarter; their kindness to single domains; what one auditor
        feels about one audit as a whole; and pure chance in each single grade (logistic).
    case_sd, domain_sd, overall_sd : float
        True spread between cases, between the domains of a case, and of the overall grade about
        the mean of its domains.
    trend, quarter_sd, quarter_domain_sd : float
        True improvement per quarter, and shocks per quarter: common, and per domain.
    moderator_noise : float
        Moderators' severity, halo and chance as a share of the auditors'. On average moderators
        are neither kind nor harsh: they are the yardstick.
    unblinded_pull : float
        How far a moderator who sees the auditor's grade goes towards it (0 to 1).
    double_share : float
        Share of routine audits that a second auditor grades without seeing the first grade.
    calibration_files : int
        Files that all active auditors grade in the first and third quarter of each year.
    multi_agency : tuple of int
        Fewest and most multi-agency audits a quarter.
    family_feedback : tuple of float
        Share of audits with family feedback in the first and in the last quarter.
    themes, changes, rounds
        What is planted, and who moderates what.
    eras, bridges
        Scales that follow the first one, and audits graded on both sides of a change.
    headline_domains : tuple of str
        Areas that are graded in place of an overall grade; empty where there is one.
    impact_domain : str or None
        The domain that is a second headline judgement, on the impact for the child.
    dated_by : {"day", "month"}
        What the audit form says of when an audit was done.
    merges
        Types of case that change their words.
    actions_per_theme : int
        Improvement actions raised after each themed audit; they have no effect of their own.

    Raises
    ------
    SettingsError
        If the parts do not fit each other.
    """

    name: str = "Simulated Council"
    first: Quarter = FIRST_QUARTER
    last: Quarter = LAST_QUARTER
    audits_per_quarter: int = 50
    auditors: int = 29
    open_cases: int = 3500
    scale: Scale = OFSTED4
    cutpoints: tuple[float, ...] = (-2.0, 0.15, 2.1)
    domains: tuple[DomainDesign, ...] = DOMAINS
    teams: tuple[CaseGroup, ...] = TEAMS
    case_types: tuple[CaseGroup, ...] = CASE_TYPES
    optimism: float = 0.5
    severity_sd: float = 0.4
    drift_sd: float = 0.02
    auditor_domain_sd: float = 0.2
    halo_sd: float = 0.35
    reading_sd: float = 0.5
    case_sd: float = 1.0
    domain_sd: float = 0.7
    overall_sd: float = 0.4
    trend: float = 0.03
    quarter_sd: float = 0.1
    quarter_domain_sd: float = 0.1
    moderator_noise: float = 0.6
    unblinded_pull: float = 0.4
    double_share: float = 0.2
    calibration_files: int = 6
    multi_agency: tuple[int, int] = (4, 8)
    family_feedback: tuple[float, float] = (0.40, 0.65)
    themes: tuple[PlantedTheme, ...] = ()
    changes: tuple[PlantedChange, ...] = ()
    rounds: tuple[RoundDesign, ...] = ()
    actions_per_theme: int = 6
    eras: tuple[EraDesign, ...] = ()
    bridges: tuple[BridgeDesign, ...] = ()
    headline_domains: tuple[str, ...] = ()
    impact_domain: str | None = None
    dated_by: Literal["day", "month"] = "day"
    merges: tuple[MergeDesign, ...] = ()

    def __post_init__(self) -> None:
        for wrong, why in (*self._faults(), *self._faults_of_eras(), *self._faults_of_headlines()):
            if wrong:
                raise SettingsError(f'Design of "{self.name}": {why}')

    def _faults(self) -> tuple[tuple[bool, str], ...]:
        names = [domain.name for domain in self.domains]
        covered = set(self.quarters)
        cuts = list(self.cutpoints)
        return (
            (not covered, "the last quarter lies before the first."),
            (self.audits_per_quarter < 1, "at least one audit a quarter is needed."),
            (min(self.pool_sizes, default=2) < 2, "at least two auditors are needed."),
            (not names or OVERALL in names, f'name the domains, without "{OVERALL}".'),
            (len(set(names)) < len(names), "two domains have one name."),
            (
                len(cuts) != self.scale.n_levels - 1 or cuts != sorted(set(cuts)),
                f"{self.scale.n_levels - 1} rising cutpoints are needed.",
            ),
            (
                not _shares_fit(self.teams) or not _shares_fit(self.case_types),
                "shares of teams and case types are not negative, and not all 0.",
            ),
            (self.actions_per_theme < 0, "the number of actions is not negative."),
            (self.reading_sd <= 0, "reading_sd must be above 0."),
            (not 0 <= self.double_share <= 1, "double_share lies between 0 and 1."),
            (
                any(theme.audited_in not in covered for theme in self.themes),
                "a theme is audited outside the quarters covered.",
            ),
            (
                any((t.domain is None) == (t.case_type is None) for t in self.themes),
                "a theme has either a domain or a case type.",
            ),
            (
                any(t.domain not in (None, *names) for t in self.themes),
                "a theme names a domain that is not in the audit tool.",
            ),
            (
                any(t.case_type not in (None, *_names(self.case_types)) for t in self.themes),
                "a theme names a case type that the council does not have.",
            ),
            (
                any(round_.last not in covered for round_ in self.rounds),
                "a moderation round lies outside the quarters covered.",
            ),
        )

    def _faults_of_eras(self) -> Iterator[tuple[bool, str]]:
        starts = [era.starts for era in self.eras]
        yield starts != sorted(set(starts)), "scales follow each other, each from its own quarter."
        yield any(not self.first < q <= self.last for q in starts), "a scale begins outside it."
        for era in self.eras:
            yield (
                len(era.cutpoints) != era.scale.n_levels - 1
                or list(era.cutpoints) != sorted(set(era.cutpoints)),
                f'the scale "{era.scale.name}" needs {era.scale.n_levels - 1} rising cutpoints.',
            )
        names = [era.scale.name for era in self.all_eras]
        yield len(set(names)) < len(names), "two scales have one name."
        yield (
            any(bridge.starts not in starts for bridge in self.bridges),
            "a bridge is for the first quarter of a new scale.",
        )
        yield (
            any(round_.scale not in (None, *names) for round_ in self.rounds),
            "a moderation round names a scale that is not in use.",
        )

    def _faults_of_headlines(self) -> Iterator[tuple[bool, str]]:
        names = [domain.name for domain in self.domains]
        judged = [*self.headline_domains, self.impact_domain]
        yield any(n not in (None, *names) for n in judged), "a headline is no domain of the tool."
        old = {word for merge in self.merges for word in merge.words}
        yield (
            not old <= set(_names(self.case_types)),
            "a merge names a case type that the council does not have.",
        )

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """Every quarter covered, in order."""
        return tuple(quarters_between(self.first, self.last))

    @property
    def columns(self) -> tuple[str, ...]:
        """Everything that is graded: the overall grade, then the domains."""
        return (OVERALL, *(domain.name for domain in self.domains))

    @property
    def graded_columns(self) -> tuple[int, ...]:
        """Places in ``columns`` of what auditors grade: without the overall grade if areas are."""
        return tuple(range(1 if self.headline_domains else 0, len(self.columns)))

    @property
    def headline_columns(self) -> tuple[int, ...]:
        """Places in ``columns`` of the overall grade or the areas, then of the impact grade."""
        names = [*(self.headline_domains or (OVERALL,)), self.impact_domain]
        return tuple(self.columns.index(name) for name in names if name is not None)

    @property
    def practice_columns(self) -> tuple[int, ...]:
        """Places in ``columns`` of the headlines about practice: all but the impact grade."""
        impact = self.impact_domain
        return tuple(c for c in self.headline_columns if self.columns[c] != impact)

    @property
    def all_eras(self) -> tuple[EraDesign, ...]:
        """Every scale in order, the first one included."""
        own = EraDesign(scale=self.scale, cutpoints=self.cutpoints, starts=self.first)
        return (own, *self.eras)

    @property
    def era_by_quarter(self) -> tuple[int, ...]:
        """Place in ``all_eras`` of each quarter's scale."""
        return tuple(sum(era.starts <= q for era in self.eras) for q in self.quarters)

    def era_at(self, t: int) -> EraDesign:
        """Return the scale of a quarter, by the quarter's place."""
        return self.all_eras[self.era_by_quarter[t]]

    @property
    def sources(self) -> tuple[str, ...]:
        """Moderation sources in the order of their first round."""
        return tuple(dict.fromkeys(round_.source for round_ in self.rounds))

    @property
    def optimism_by_quarter(self) -> tuple[float, ...]:
        """Mean leniency of the auditors in each quarter (points)."""
        harsher = [
            sum(era.harsher for era in self.eras if era.starts <= quarter)
            for quarter in self.quarters
        ]
        in_force = self._in_force("optimism", self.optimism)
        return tuple(kind - less for kind, less in zip(in_force, harsher, strict=True))

    @property
    def severity_sd_by_quarter(self) -> tuple[float, ...]:
        """Spread of the auditors' severities in each quarter (points)."""
        return self._in_force("severity_sd", self.severity_sd)

    @property
    def pool_sizes(self) -> tuple[int, ...]:
        """Active auditors in each quarter."""
        return tuple(int(size) for size in self._in_force("auditors", self.auditors))

    def _in_force(self, what: str, at_first: float) -> tuple[float, ...]:
        changes = sorted(self.changes, key=lambda change: change.starts)
        values = []
        for quarter in self.quarters:
            value = at_first
            for change in changes:
                new = getattr(change, what)
                if change.quarter <= quarter and new is not None:
                    value = new
            values.append(value)
        return tuple(values)


def _names(groups: tuple[CaseGroup, ...]) -> list[str]:
    return [group.name for group in groups]


def _shares_fit(groups: tuple[CaseGroup, ...]) -> bool:
    shares = [group.share for group in groups]
    return sum(shares) > 0 and min(shares) >= 0

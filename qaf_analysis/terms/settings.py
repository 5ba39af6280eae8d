"""A council's settings: what its columns and words mean, and what was planned beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from qaf_analysis.terms.agreed import Agreed
from qaf_analysis.terms.eras import Era, era_on
from qaf_analysis.terms.headlines import DerivedRule, derived_from, derived_name
from qaf_analysis.terms.missing_words import MissingWords
from qaf_analysis.terms.names import OVERALL, DomainTag, Outcome
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.report_settings import ReportSettings
from qaf_analysis.terms.scale import OFSTED4, Scale, ScaleMap
from qaf_analysis.terms.verdicts import OPTIMISM_RULE, OptimismLimits
from qaf_analysis.terms.word_maps import WordMap

FileKind = Literal["audits", "moderations", "actions", "bridge", "rereadings"]
Shape = Literal["long", "wide", "answers"]
DateOrder = Literal["day_first", "month_first", "year_first", "excel_serial", "months"]
Window = Literal["rolling_year", "all"]
RiskPicked = Literal["weighed", "apart"]
Siblings = Literal["one_audit", "audit_each"]
HalfGrades = Literal["lower", "higher"]
NamePlace = Literal["sheet", "file", "title"]
KEEP_DAYS = 30
LONGEST_KEPT_DAYS = 366


@dataclass(frozen=True, kw_only=True)
class Grader:
    """Where a wide spreadsheet keeps one more grader's columns.

    Parameters
    ----------
    rater : str
        Heading of the column that names the grader.
    domains : mapping of str to str
        Heading of each domain's grade column, by domain.
    columns : mapping of str to str
        Headings of further columns (such as ``moderated_on``), by our name.
    """

    rater: str
    domains: Mapping[str, str]
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Match:
    """How rows that do not carry the audit's own identifier find their audit.

    Parameters
    ----------
    by : str
        Our name of the column that both hold; always ``case_ref``.
    days : int
        Most days from the audit to its moderation; between two readings of one audit, most days
        apart.
    """

    by: Literal["case_ref"] = "case_ref"
    days: int = 0


@dataclass(frozen=True, kw_only=True)
class FileSettings:
    """How one export, or several laid out alike, are to be read.

    ``columns``, ``domains`` and ``questions`` give the export's own heading (or question) for each
    of our names; ``constants`` gives the value of a column that the export does not have.

    Parameters
    ----------
    path : str
        File in the council's folder; ``*`` and ``?`` stand for any letters. For a query, the name
        by which messages call it.
    sheets : "all" or tuple of str or None
        Sheets that hold like tables; None for the one sheet that fits, or ``sheet``.
    header_rows : int
        Rows that make up the heading.
    not_data : tuple of str
        Labels of rows that hold no record, such as totals.
    siblings : {"one_audit", "audit_each"} or None
        What one form about several children is; None where no form is.
    half_grades : {"lower", "higher"} or None
        Which neighbour a grade between two levels counts as; None to set it aside.
    database, query : str or None
        Where an SQL query is asked, in place of a file.
    built : mapping of str to tuple of str
        Headings that are put together from several columns, by the name they get.
    either : mapping of str to tuple of str
        Other headings or questions under which a column may stand, by its first one.
    questions : mapping of str to str
        For the shape ``answers``: the question that asks for each of our columns.
    from_name : mapping of str to str
        Patterns such as ``"{team}"`` for values in the name of a sheet or file, or in a title.
    match : Match or None
        How rows without the audit's own identifier find their audit.
    """

    path: str
    kind: FileKind
    shape: Shape = "long"
    sheet: str | None = None
    sheets: Literal["all"] | tuple[str, ...] | None = None
    header_rows: int = 1
    not_data: tuple[str, ...] = ()
    siblings: Siblings | None = None
    half_grades: HalfGrades | None = None
    database: str | None = None
    query: str | None = None
    built: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    either: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)
    from_name: Mapping[NamePlace, str] = field(default_factory=dict)
    match: Match | None = None
    date_order: DateOrder | None = None
    scale: Scale | None = None
    scale_map: ScaleMap | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    domains: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    second_auditor: Grader | None = None
    moderator: Grader | None = None


@dataclass(frozen=True, kw_only=True)
class Theme:
    """The subject of a themed audit, with the design fixed before outcomes are read.

    Exactly one of ``domain`` (graded in every audit) and ``case_type`` (a cohort) is given.

    Parameters
    ----------
    name : str
        What the theme is called in reports.
    audited_in : Quarter
        Quarter of the themed audit.
    domain, case_type : str or None
        What it is about.
    selected_in : tuple of Quarter
        Quarters whose findings led to its being chosen.
    phase_in_quarters : int
        Quarters after the audit in which what was decided took hold.
    activity : str
        Improvement activity that followed.
    controls : tuple of str
        Domains to compare with; empty for every domain that no theme touches.
    outcome : {"mean_grade", "good_or_better"}
        Which one decides the verdict; the other is shown beside it. A theme about a type of case
        is compared on the share good or better, whatever stands here.
    """

    name: str
    audited_in: Quarter
    domain: str | None = None
    case_type: str | None = None
    selected_in: tuple[Quarter, ...] = ()
    phase_in_quarters: int = 0
    activity: str = ""
    controls: tuple[str, ...] = ()
    outcome: Outcome = "mean_grade"

    @property
    def about(self) -> str:
        """What the theme is about, in words."""
        return self.domain or f"cases of type {self.case_type}"

    @property
    def first_touched(self) -> Quarter:
        """First quarter that its choice or its audit touched."""
        return min((*self.selected_in, self.audited_in))

    @property
    def settled_from(self) -> Quarter:
        """First quarter after the audit and the phasing in."""
        return self.audited_in.next(self.phase_in_quarters + 1)

    def shares_subject(self, other: Theme) -> bool:
        """Whether another theme, not this one itself, is about the same domain or type of case."""
        same = (self.domain, self.case_type) == (other.domain, other.case_type)
        return same and other.name != self.name


@dataclass(frozen=True, kw_only=True)
class ProcessChange:
    """A change to how audits are done, such as training or co-location."""

    kind: str
    label: str
    starts: date

    @property
    def quarter(self) -> Quarter:
        """Quarter in which the change starts."""
        return Quarter.of(self.starts)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything a council declares beforehand.

    Parameters
    ----------
    council : str
        Name printed on the report.
    synthetic : bool
        Whether the data are invented; if so every report says so at its head.
    as_of : date or None
        For invented data only: the day on which they are read, where they lie ahead.
    open_cases : int or None
        Files open at one time, from which audits are drawn.
    scale : Scale
        The declared grade scale; where there are eras, that of the latest.
    eras : tuple of Era
        Scales that followed one another, in order; empty where there was only one.
    not_graded : tuple of str
        Words that mean that a domain was meant to stay ungraded.
    missing_words, not_missing_words : tuple of str
        Words added to, and taken from, those read as an empty cell.
    headline_domain : str
        The domain that headline figures are about; the first, where there are several.
    headline_domains : tuple of str
        Areas that take the place of an overall grade; empty where there is one.
    derived_overall : DerivedRule or None
        How an overall grade is derived from the areas; None where it is not.
    impact_domain : str or None
        The domain of the second headline judgement, the impact for the child.
    domains : mapping of str to DomainTag or None
        The audit tool's domains in order, each tagged ``child`` or ``process`` where known.
    themes, process_changes : tuple
        Fixed before outcomes are read.
    spellings : mapping of str to mapping
        For a column such as ``team``: further spellings, each to the agreed one.
    optimism : OptimismLimits or None
        Limits of the verdict on optimism; None for those of the scale.
    small_count : int
        Counts from 1 to this number are small under the council's disclosure rule.
    window : {"rolling_year", "all"}
        Period that headline figures cover, up to the reported quarter.
    risk_picked : {"weighed", "apart"}
        Whether audits picked for moderation by risk, with a recorded chance, count in figures
        about all audits by one over that chance, or are told apart. Fixed before grades are read.
    scale_maps : tuple of ScaleMap
        Approved maps from one scale in use to another; they carry words and no verdict.
    case_type_maps, team_maps : tuple of WordMap
        Approved words for types of case and teams that changed, in the order of their days.
    agreed : tuple of Agreed
        What was agreed after earlier reports, and how far it is; no figure rests on it.
    months : bool
        Whether charts have twelve points a year.
    keep_failed_days, keep_set_aside_days : int
        Days that what is left of failed runs, and rows set aside, are kept before they are swept.
    report : ReportSettings
        The council's own look and its committee header.
    sha256 : str
        Hash of the settings file; empty where there is none.
    """

    council: str
    synthetic: bool = False
    as_of: date | None = None
    open_cases: int | None = None
    scale: Scale = OFSTED4
    eras: tuple[Era, ...] = ()
    not_graded: tuple[str, ...] = ()
    missing_words: tuple[str, ...] = ()
    not_missing_words: tuple[str, ...] = ()
    headline_domain: str = OVERALL
    headline_domains: tuple[str, ...] = ()
    derived_overall: DerivedRule | None = None
    impact_domain: str | None = None
    domains: Mapping[str, DomainTag | None] = field(default_factory=dict)
    files: tuple[FileSettings, ...] = ()
    themes: tuple[Theme, ...] = ()
    process_changes: tuple[ProcessChange, ...] = ()
    spellings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    optimism: OptimismLimits | None = None
    small_count: int = 5
    window: Window = "rolling_year"
    risk_picked: RiskPicked = "weighed"
    scale_maps: tuple[ScaleMap, ...] = ()
    case_type_maps: tuple[WordMap, ...] = ()
    team_maps: tuple[WordMap, ...] = ()
    agreed: tuple[Agreed, ...] = ()
    months: bool = False
    keep_failed_days: int = KEEP_DAYS
    keep_set_aside_days: int = KEEP_DAYS
    report: ReportSettings = field(default_factory=ReportSettings)
    source: str = ""
    sha256: str = ""

    @property
    def missing(self) -> MissingWords:
        """Words for a missing value: the fixed list, with those that the council adds or allows."""
        return MissingWords(added=self.missing_words, allowed=self.not_missing_words)

    @property
    def derived_from(self) -> tuple[str, ...]:
        """Areas from which the overall grade is derived; none where it is not."""
        if self.derived_overall is None:
            return ()
        return derived_from(self.derived_overall, self.headline_domains, self.domains)

    @property
    def derived_domain(self) -> str | None:
        """Name of the derived overall grade, or None where there is none."""
        if self.derived_overall is None:
            return None
        return derived_name(self.derived_overall, self.derived_from)

    @property
    def judged_domains(self) -> tuple[str, ...]:
        """Headlines that readers grade themselves: all but a derived one."""
        return tuple(name for name in self.headlines if name != self.derived_domain)

    @property
    def overall_domains(self) -> tuple[str, ...]:
        """Domains that judge an audit as a whole; areas do not."""
        own = () if self.headline_domains else (self.headline_domain,)
        return own if self.impact_domain is None else (*own, self.impact_domain)

    @property
    def headlines(self) -> tuple[str, ...]:
        """Everything that has headline figures of its own, in the order of the report."""
        own = self.headline_domains or (self.headline_domain,)
        further = (self.derived_domain, self.impact_domain)
        return (*own, *(name for name in further if name is not None))

    def about(self, headline: str) -> Settings:
        """Return the same settings with one domain as the headline."""
        return replace(self, headline_domain=headline)

    @property
    def all_eras(self) -> tuple[Era, ...]:
        """The eras of the scale; one without end where it never changed."""
        return self.eras or (Era(scale=self.scale),)

    def era_on(self, day: date) -> Era:
        """Return the era that a day lies in."""
        return era_on(self.all_eras, day)

    def on(self, era: Era) -> Settings:
        """Return the same settings as they hold within one era."""
        own = self.optimism if era.scale == self.scale else None
        return replace(self, scale=era.scale, optimism=own)

    @property
    def optimism_limits(self) -> OptimismLimits:
        """Limits of the verdict on optimism: the council's own, or those of its scale."""
        return self.optimism or OPTIMISM_RULE.limits(self.scale.n_levels)

    @property
    def is_named(self) -> bool:
        """Whether a settings file names the council; a folder's name is no council's."""
        return bool(self.source)

    def controls_for(self, theme: Theme, graded: tuple[str, ...]) -> tuple[str, ...]:
        """Domains to compare a theme with, among those graded; never the overall grade.

        Those it declares, or else those that no theme ever touched.
        """
        if theme.controls:
            return tuple(domain for domain in graded if domain in theme.controls)
        themed = {other.domain for other in self.themes} | {theme.domain}
        return tuple(d for d in graded if d not in themed and d not in self.overall_domains)

"""Moderated audits side by side: the rows a question rests on, picked once, and their arrays.

The headline gap speaks for all audits, though grades may have been drawn with unequal chances.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.optimism.headline import gap_of_all
from qaf_analysis.stats.optimism.moderated_counts import ModeratedAudits
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.names import MODERATING_ROLES, PROBABILITY_SELECTIONS, Selection
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import Scale
from qaf_analysis.terms.verdicts import OPTIMISM_RULE, OptimismLimits, SelectionRefusal
from qaf_analysis.topics.common.moderation_record import (
    ModerationRows,
    copied_grades,
    moderation_rows,
)
from qaf_analysis.topics.common.scope import (
    PROCESS,
    Event,
    Known,
    LeftOut,
    Scope,
    audit_clusters,
    events,
    headline_domain,
    in_quarters,
    known_at,
    period_words,
    routine_grades,
)

FEWEST_PAIRS = OPTIMISM_RULE.fewest_pairs
NOT_RECORDED = "not recorded"
NOT_MODERATED = "not moderated"
OF_THE_AUDIT = ("case_type", "team")
Codes = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True, kw_only=True)
class GapGroup:
    """Auditor against moderator in one group of moderated audits."""

    label: str
    cases: int
    gap: Estimate
    over: Estimate
    under: Estimate


@dataclass(frozen=True, kw_only=True, eq=False)
class Group:
    """Moderated audits that are told together, and what they are called."""

    label: str
    cases: ModeratedAudits


@dataclass(frozen=True, kw_only=True, eq=False)
class Moderation:
    """The rows that questions about moderation rest on, picked once from a council.

    Parameters
    ----------
    scope : Scope
        The headline period, what was used of it and what was left out.
    scale : Scale
    first, last : Quarter
        First quarter of audits, and the quarter reported.
    changes : tuple of Event
        Process changes from the first quarter to the last.
    domains : tuple of str
        Domains in the settings' order; empty where no audit carries an overall grade.
    every : DataFrame
        All moderated pairs of the headline domain up to the quarter, in order of time; columns as
        in ``beside_moderators``.
    recent, chosen : DataFrame
        Those of the headline period, and of these the first moderation by a recorded chance.
    audits : DataFrame
        All audits of the headline period with the auditor's grade, moderated or not.
    clusters : int array, or None
        Audit of each of these grades, where an audit gives several.
    no_profile : str
        Reason why these audits carry no adjusted profile; empty if they may.
    limits : OptimismLimits
        Limits of the verdict.
    copied : str
        Reason why moderators' grades show nothing at all; empty if they do.
    rows : ModerationRows
        Rows of moderations that were set aside when the files were read.
    all_domains, audits_by_domain : DataFrame
        The same as ``chosen`` and ``audits``, for every domain.
    earlier, earlier_audits : DataFrame
        The same for the first year of audits before the headline period.
    earlier_period : str
        That year in words; empty where there is none.
    """

    scope: Scope
    scale: Scale
    first: Quarter
    last: Quarter
    changes: tuple[Event, ...]
    domains: tuple[str, ...]
    every: pd.DataFrame
    recent: pd.DataFrame
    chosen: pd.DataFrame
    audits: pd.DataFrame
    clusters: NDArray[np.int64] | None
    no_profile: str
    limits: OptimismLimits
    copied: str
    rows: ModerationRows
    all_domains: pd.DataFrame
    audits_by_domain: pd.DataFrame
    earlier: pd.DataFrame
    earlier_audits: pd.DataFrame
    earlier_period: str

    def moderated(self, pairs: pd.DataFrame, audits: pd.DataFrame | None = None) -> ModeratedAudits:
        """Some pairs as arrays; with ``audits`` they are to speak for these."""
        return replace(
            moderated_audits(pairs, audits, scale=self.scale, no_profile=self.no_profile),
            limits=self.limits,
            withheld=self.copied,
        )


def moderation_of(audits: Audits, *, quarter: Quarter) -> Moderation:
    """Pick from a council what is known of moderation at the end of a quarter."""
    known = known_at(audits, quarter)
    changes = events(known.audits, known.periods.every)
    paired = beside_moderators(known.grades, known.audits)
    window = known.periods.headline
    year_one = known.periods.first_year(before=window[0])
    every, grades = known.of_headline(paired), known.of_headline(known.grades)
    recent, all_recent, earlier = (
        in_quarters(*rows) for rows in ((every, window), (paired, window), (every, year_one))
    )
    population, all_grades, earlier_audits = (
        in_quarters(*rows)
        for rows in ((grades, window), (known.grades, window), (grades, year_one))
    )
    clusters, earlier_period = audit_clusters(population), period_words(year_one)
    chosen = chosen_by_chance(recent)
    return Moderation(
        scope=_scope(known, population, recent, chosen),
        scale=known.audits.settings.scale,
        first=known.periods.every[0],
        last=quarter,
        changes=tuple(event for event in changes if event.kind == PROCESS),
        domains=known.domains if known.domain is not None else (),
        every=every,
        recent=recent,
        chosen=chosen,
        audits=population,
        clusters=clusters,
        no_profile=_no_profile(recent, chosen, population, known.domain),
        limits=known.audits.settings.optimism_limits,
        copied=copied_grades(known.audits),
        rows=moderation_rows(known.audits),
        all_domains=chosen_by_chance(all_recent),
        audits_by_domain=all_grades,
        earlier=chosen_by_chance(earlier),
        earlier_audits=earlier_audits,
        earlier_period=earlier_period,
    )


def chosen_by_chance(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the first moderation by a recorded chance of each audit and domain."""
    return first_moderation(by_chance(pairs))


def _no_profile(
    recent: pd.DataFrame, chosen: pd.DataFrame, population: pd.DataFrame, domain: str | None
) -> str:
    if recent.empty:
        return SelectionRefusal.NOTHING_MODERATED
    if chosen.empty:
        if (recent["selected_by"] == Selection.UNKNOWN).all():
            return SelectionRefusal.NOT_RECORDED
        return SelectionRefusal.NONE_BY_CHANCE
    if domain is None or population["audit_id"].duplicated().any():
        return SelectionRefusal.NO_SINGLE_GRADE
    return ""


def _scope(
    known: Known, population: pd.DataFrame, recent: pd.DataFrame, chosen: pd.DataFrame
) -> Scope:
    window = known.periods.headline
    once = recent.drop_duplicates(["audit_id", "domain"])
    picked = once[~once["audit_id"].isin(chosen["audit_id"])]["group"].value_counts(sort=False)
    out = [
        LeftOut(reason=NOT_MODERATED, records=len(population) - len(once)),
        *(LeftOut(reason=str(why), records=int(n)) for why, n in sorted(picked.items())),
    ]
    return Scope(
        council=known.audits.settings.council,
        quarter=known.periods.every[-1],
        first=window[0],
        last=window[-1],
        period=known.periods.words,
        unit="moderated audits chosen by a recorded chance",
        used=len(chosen),
        left_out=tuple(gone for gone in out if gone.records),
    )


def moderated_audits(
    pairs: pd.DataFrame, audits: pd.DataFrame | None, *, scale: Scale, no_profile: str = ""
) -> ModeratedAudits:
    """Moderated pairs as arrays, to speak for ``audits`` or, without these, for themselves only."""
    audit_grade, moderation_grade, auditor = grade_codes(pairs)
    return ModeratedAudits(
        audit_grade=audit_grade,
        moderation_grade=moderation_grade,
        auditor=auditor,
        n_levels=scale.n_levels,
        good_from=scale.good_from,
        selected_by=tuple(pairs["selected_by"]),
        selection_probability=pairs["selection_probability"].to_numpy(np.float64),
        blind=pairs["blind"].fillna(False).astype(bool).to_numpy(),
        population=counted_grades(audits, scale) if audits is not None else None,
        population_auditors=audits["rater"].nunique() if audits is not None else None,
        audits=pairs["audit_id"].nunique(),
        no_profile=no_profile,
    )


def counted_grades(audits: pd.DataFrame, scale: Scale) -> NDArray[np.int64]:
    """Number of audits by auditor's grade."""
    return np.bincount(audits["grade"].to_numpy(np.int64), minlength=scale.n_levels)


def grade_codes(pairs: pd.DataFrame) -> Codes:
    """Audit grades, moderation grades and auditors, as whole numbers."""
    return (
        pairs["audit_grade"].to_numpy(np.int64),
        pairs["moderation_grade"].to_numpy(np.int64),
        pd.factorize(pairs["auditor"], sort=True)[0].astype(np.int64),
    )


def gap_groups(groups: Iterable[Group]) -> tuple[GapGroup, ...]:
    """Gap and rates of each group."""
    return tuple(
        GapGroup(
            label=group.label,
            cases=len(group.cases.audit_grade),
            gap=found.gap,
            over=found.over,
            under=found.under,
        )
        for group in groups
        for found in [gap_of_all(group.cases)]
    )


def groups_by(had: Moderation, pairs: pd.DataFrame, column: str) -> tuple[Group, ...]:
    """One group for each word in a column, in alphabetical order.

    Cases chosen by chance speak for all audits of the headline period, or, where the word is the
    audit's own, for those with the same word; others speak for themselves only.
    """
    words = had.audits[column].fillna(NOT_RECORDED) if column in OF_THE_AUDIT else None
    return tuple(
        Group(
            label=str(label),
            cases=had.moderated(
                first_moderation(rows),
                (had.audits if words is None else had.audits[words == label])
                if len(by_chance(rows)) == len(rows)
                else None,
            ),
        )
        for label, rows in pairs.groupby(pairs[column].fillna(NOT_RECORDED), sort=True)
    )


def groups_by_source(had: Moderation) -> tuple[Group, ...]:
    """One group for each source of moderation, with the first chance moderation by each."""
    return groups_by(had, by_chance(had.recent), "moderation_source")


def groups_by_domain(had: Moderation) -> tuple[Group, ...]:
    """One group for each domain, in the settings' order; each speaks for that domain's grades."""
    groups = dict(iter(had.all_domains.groupby("domain", sort=False)))
    grades = had.audits_by_domain
    return tuple(
        Group(label=name, cases=had.moderated(groups[name], grades[grades["domain"] == name]))
        for name in had.domains
        if name in groups
    )


def groups_by_quarter(had: Moderation) -> tuple[Group, ...]:
    """Moderation exercises in order of time, each labelled by the quarter it was done in.

    Plain means of the audits moderated in the quarter: which audits they were drawn from differs
    from exercise to exercise.
    """
    pairs = by_chance(had.every)
    done = quarters_done(pairs)
    return tuple(
        Group(label=str(quarter), cases=had.moderated(first_moderation(pairs.loc[rows.index])))
        for quarter, rows in done.groupby(done, sort=True)
    )


def quarters_done(pairs: pd.DataFrame) -> pd.Series:
    """Quarter in which each pair was moderated, where the day is recorded."""
    return pairs["moderated_on"].dropna().map(lambda day: Quarter.of(day.date()))


def each_once(had: Moderation) -> pd.DataFrame:
    """Moderations without second ones of audits that were chosen by chance already."""
    by_other_means = had.recent[~had.recent["audit_id"].isin(had.chosen["audit_id"])]
    return pd.concat([had.chosen, by_other_means])


AS_GROUPS = {
    Selection.RANDOM.value: "chosen by chance",
    Selection.STRATIFIED.value: "chosen by chance",
    Selection.ALL.value: "chosen by chance",
    Selection.TARGETED.value: "picked by risk",
    Selection.UNKNOWN.value: "chosen in a way not recorded",
}


def moderated_pairs(audits: Audits) -> pd.DataFrame:
    """Routine audits with an auditor's and a moderator's grade of the headline domain.

    All domains count where no audit carries the headline one. The columns are those of
    ``beside_moderators``.
    """
    return beside_moderators(routine_grades(audits, domain=headline_domain(audits)), audits)


def beside_moderators(grades: pd.DataFrame, audits: Audits) -> pd.DataFrame:
    """Auditors' grades beside a moderator's grade of the same audit and domain.

    Parameters
    ----------
    grades : DataFrame
        Auditors' grades, as from ``routine_grades``.
    audits : Audits

    Returns
    -------
    DataFrame
        One row per audit, domain and moderator, in order of time: audit_id, domain, quarter,
        case_type, team, auditor, audit_grade, moderator, moderation_grade, blind,
        moderation_source, round, moderated_on, selected_by, selection_probability, reason,
        response, group.
    """
    ours = grades.rename(columns={"rater": "auditor", "grade": "audit_grade"})
    theirs = audits.ratings[audits.ratings["role"].isin(MODERATING_ROLES)]
    theirs = theirs.rename(columns={"rater": "moderator", "grade": "moderation_grade"})
    about = ["audit_id", "domain", "quarter", "case_type", "team", "auditor", "audit_grade"]
    pairs = ours[about].merge(
        theirs[["audit_id", "domain", "moderator", "moderation_grade", "blind"]],
        on=["audit_id", "domain"],
    )
    pairs = pairs.merge(audits.moderations, on=["audit_id", "moderator"], validate="many_to_one")
    pairs = pairs.sort_values(["moderated_on", "audit_id", "domain", "moderator"], kind="stable")
    return pairs.assign(group=pairs["selected_by"].map(AS_GROUPS)).reset_index(drop=True)


def by_chance(pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs whose case was chosen by a recorded chance."""
    return pairs[pairs["selected_by"].isin(PROBABILITY_SELECTIONS)]


def first_moderation(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the earliest moderation of each audit and domain."""
    return pairs.drop_duplicates(["audit_id", "domain"], keep="first")


def read_twice(pairs: pd.DataFrame) -> pd.DataFrame:
    """First and last moderation of each audit and domain that different moderators read."""
    unit = ["audit_id", "domain"]
    columns = [*unit, "moderator", "moderated_on", "moderation_grade"]
    ends = [pairs.drop_duplicates(unit, keep=keep)[columns] for keep in ("first", "last")]
    both = ends[0].merge(ends[1], on=unit, suffixes=("_first", "_second"))
    return both[both["moderator_first"] != both["moderator_second"]]

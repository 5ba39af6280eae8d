"""Moderated audits side by side: the rows a question rests on, picked once, and their arrays.

The headline gap speaks for all audits, though grades may have been drawn with unequal chances, and
by several draws: ``Readings`` holds the chance of every audit in every draw.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.optimism.moderated_counts import ModeratedAudits
from qaf_analysis.stats.optimism.several_draws import (
    DrawBasis,
    Draws,
    Panel,
    chance_of_any,
    draw_basis,
    frame_chance,
    leading_panel,
    panel_differences,
    shown_apart,
)
from qaf_analysis.terms.names import MODERATING_ROLES, PROBABILITY_SELECTIONS, Selection
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import Scale
from qaf_analysis.terms.settings import RiskPicked
from qaf_analysis.terms.verdicts import OptimismLimits, SelectionRefusal
from qaf_analysis.topics.common.moderation_record import (
    ModerationRows,
    copied_grades,
    moderation_rows,
)
from qaf_analysis.topics.common.scope import (
    Event,
    Known,
    LeftOut,
    Scope,
    events,
    for_every_chart,
    headline_domain,
    in_quarters,
    known_at,
    routine_grades,
)

PICKED_WITHOUT_CHANCE = "picked without a recorded chance"
PANEL = "panel"
PANELS_APART = (
    "panels of moderators grade differently, and none alone read enough audits of each grade"
)
NOT_RECORDED = "not recorded"
NOT_MODERATED = "not moderated"
Codes = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True, kw_only=True)
class ToldApart:
    """Audits whose choice for moderation lets them speak for no others.

    ``in_no_figure`` of them were not chosen by a recorded chance besides.
    """

    label: str
    audits: int
    in_no_figure: int


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
        Those of the headline period, and of these the first moderation of each audit by a
        recorded chance, with the chance that any draw took it.
    audits : DataFrame
        All audits of the headline period with the auditor's grade, moderated or not.
    auditors : int array
        Who gave each of these grades.
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
    ever, ever_audits : DataFrame
        The same from the first quarter of audits on.
    readings : Readings
        All moderations, and the chance of every audit in every draw.
    apart : tuple of ToldApart
        Audits of the headline period that were chosen so that they do not count.
    basis : DrawBasis
        Draws and panels that ``chosen`` comes from, and what each weighs.
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
    auditors: NDArray[np.int64]
    no_profile: str
    limits: OptimismLimits
    copied: str
    rows: ModerationRows
    all_domains: pd.DataFrame
    audits_by_domain: pd.DataFrame
    ever: pd.DataFrame
    ever_audits: pd.DataFrame
    readings: Readings
    apart: tuple[ToldApart, ...]
    basis: DrawBasis

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
    every, grades = known.of_headline(paired), known.of_headline(known.grades)
    readings = readings_of(known, every)
    recent = in_quarters(every, window)
    population, all_grades = (in_quarters(rows, window) for rows in (grades, known.grades))
    now = readings.settled(window)
    chosen = now.rows
    return Moderation(
        scope=_scope(known, population, recent, chosen),
        scale=known.audits.settings.scale,
        first=known.periods.every[0],
        last=quarter,
        changes=for_every_chart(changes),
        domains=known.domains if known.domain is not None else (),
        every=every,
        recent=recent,
        chosen=chosen,
        audits=population,
        auditors=pd.factorize(population["rater"], sort=True)[0].astype(np.int64),
        no_profile=_no_profile(recent, chosen, population, known.domain) or now.no_profile,
        all_domains=_in_all_domains(in_quarters(paired, window), chosen),
        limits=known.audits.settings.optimism_limits,
        copied=copied_grades(known.audits),
        rows=moderation_rows(known.audits),
        audits_by_domain=all_grades,
        ever=readings.settled(known.periods.every).rows,
        ever_audits=grades,
        readings=readings,
        apart=_apart(recent, set(readings.with_chance(recent)["group"]), chosen),
        basis=now.basis,
    )


def _apart(
    recent: pd.DataFrame, counting: set[object], chosen: pd.DataFrame
) -> tuple[ToldApart, ...]:
    return tuple(
        ToldApart(
            label=str(label),
            audits=rows["audit_id"].nunique(),
            in_no_figure=rows.loc[~rows["audit_id"].isin(chosen["audit_id"]), "audit_id"].nunique(),
        )
        for label, rows in recent.groupby("group", sort=True)
        if label not in counting
    )


def _in_all_domains(paired: pd.DataFrame, chosen: pd.DataFrame) -> pd.DataFrame:
    """The chosen moderations in every domain, each with the chance of its audit."""
    if chosen["audit_id"].duplicated().any():
        return first_moderation(paired[paired["draw"].isin(chosen["draw"])])
    mine = chosen[["audit_id", "moderator", "selection_probability"]]
    return first_moderation(
        paired.drop(columns="selection_probability").merge(mine, on=["audit_id", "moderator"])
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Settled:
    """Moderations that figures of a period rest on, and what they weigh.

    ``rows`` hold the first moderation of each audit; ``selection_probability`` is the chance that
    any draw took it, or in proportion to it within auditors' grades (see ``chance_of_any``).
    ``no_profile`` says why they must not speak for all audits; empty if they may.
    """

    rows: pd.DataFrame
    basis: DrawBasis
    no_profile: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Readings:
    """All moderations of a council, and the chance of every audit in every draw.

    Parameters
    ----------
    pairs : DataFrame
        Moderated pairs of the headline domain, as from ``beside_moderators``.
    grades : DataFrame
        All audits with the auditor's grade.
    scale : Scale
    picked : {"weighed", "apart"}
        Whether audits picked by risk with a recorded chance count.
    chances : DataFrame
        Chance by audit (rows) and draw (columns); NaN where not known. Empty where an audit has
        several grades, or none of the chances is recorded.
    """

    pairs: pd.DataFrame
    grades: pd.DataFrame
    scale: Scale
    picked: RiskPicked
    chances: pd.DataFrame

    def with_chance(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Those that may speak for all audits: drawn by chance, or picked with a known one."""
        drawn = by_chance(rows)
        if self.picked == "apart" or drawn["selection_probability"].isna().any():
            return drawn
        picked = rows["selected_by"].eq(Selection.TARGETED) & rows["selection_probability"].notna()
        return rows[rows["selected_by"].isin(PROBABILITY_SELECTIONS) | picked]

    def settled(self, quarters: list[Quarter]) -> Settled:
        """Moderations of these quarters that figures about all audits rest on."""
        rows = self.with_chance(in_quarters(self.pairs, quarters))
        audits = in_quarters(self.grades, quarters)
        if rows.empty or not self._told(rows) or audits["audit_id"].duplicated().any():
            return Settled(rows=first_moderation(rows), basis=DrawBasis())
        panels = [self._panel(*named, audits) for named in rows.groupby(PANEL, sort=True)]
        differences = panel_differences(panels)
        apart, no_profile, kept = shown_apart(differences), "", ""
        if apart is not None:
            leading = leading_panel(panels)
            kept = leading.name if leading else ""
            no_profile = "" if leading else PANELS_APART
            rows = rows[rows[PANEL] == kept] if leading else rows
        chosen, is_known = self.by_any_draw(rows, every=not kept)
        took = np.array(
            [chosen["audit_id"].isin(theirs["audit_id"]) for _, theirs in rows.groupby(PANEL)]
        )
        basis = draw_basis(
            moderated_audits(chosen, audits, scale=self.scale),
            [panel for panel in panels if not kept or panel.name == kept],
            took,
            others=[panel for panel in panels if kept and panel.name != kept],
            differences=differences,
            chances_known=is_known,
            apart=apart,
        )
        return Settled(rows=chosen, basis=basis, no_profile=no_profile)

    def by_any_draw(self, rows: pd.DataFrame, *, every: bool = False) -> tuple[pd.DataFrame, bool]:
        """First moderation of each audit with its chance in any of these rows' draws.

        With ``every`` draws count too that might have taken these audits and took none of them.
        """
        first = first_moderation(rows)
        if rows.empty or not self._told(rows) or first["audit_id"].duplicated().any():
            return first, True
        own = rows.pivot_table(index="draw", columns="audit_id", values="selection_probability")
        more = set(self.with_chance(self.pairs)["draw"]) - set(own.index) if every else set()
        told = self.chances.loc[first["audit_id"], sorted(more & set(self.chances))]
        draws_ = [*own.index, *told.columns[told.notna().all()]]
        own = own.reindex(index=draws_, columns=first["audit_id"])
        took = own.notna().to_numpy()
        chance = self.chances.loc[own.columns, own.index].T.to_numpy()
        of_draw = self.pairs.drop_duplicates("draw").set_index("draw")["exercise"]
        draws = Draws(
            took=took,
            chance=np.where(took, own.to_numpy(), chance),
            exercise=pd.factorize(of_draw.loc[own.index])[0],
        )
        any_, is_known = chance_of_any(draws, first["audit_grade"].to_numpy(np.int64))
        return first.assign(selection_probability=any_), is_known

    def _told(self, rows: pd.DataFrame) -> bool:
        return bool(len(self.chances)) and bool(rows["selection_probability"].notna().all())

    def _panel(self, name: object, rows: pd.DataFrame, audits: pd.DataFrame) -> Panel:
        own, _ = self.by_any_draw(rows)
        return Panel(
            name=str(name),
            readings=moderated_audits(own, audits, scale=self.scale),
            file=self.chances.index.get_indexer(pd.Index(own["audit_id"])),
        )


def readings_of(known: Known, pairs: pd.DataFrame) -> Readings:
    """Find the chance of every audit in every draw from what was recorded of those taken."""
    grades = known.of_headline(known.grades)
    settings = known.audits.settings
    single = known.domain is not None and grades["audit_id"].is_unique
    return Readings(
        pairs=pairs,
        grades=grades,
        scale=settings.scale,
        picked=settings.risk_picked,
        chances=_chances(pairs, grades, known.periods.every)
        if single and len(pairs)
        else pd.DataFrame(),
    )


def _chances(pairs: pd.DataFrame, grades: pd.DataFrame, quarters: list[Quarter]) -> pd.DataFrame:
    """Chance by audit and draw; see ``several_draws.frame_chance``."""
    place = {str(quarter): number for number, quarter in enumerate(quarters)}
    quarter = np.array([place[name] for name in grades["quarter"]], dtype=np.int64)
    grade = grades["grade"].to_numpy(np.int64)
    first_read = grades["audit_id"].map(pairs.groupby("audit_id")["moderated_on"].min())
    recorded = pairs[pairs["selection_probability"].notna()]
    found = {}
    for draw, rows in recorded.groupby("draw"):
        chance = grades["audit_id"].map(
            rows.drop_duplicates("audit_id").set_index("audit_id")["selection_probability"]
        )
        day = rows["moderated_on"].min()
        done = place.get(str(Quarter.of(day.date()))) if pd.notna(day) else None
        found[draw] = frame_chance(
            chance.notna().to_numpy(),
            chance.to_numpy(np.float64),
            Selection(rows["selected_by"].iloc[0]),
            quarter=quarter,
            grade=grade,
            read_before=(first_read < day).to_numpy(),
            last=len(quarters) - 1 if done is None else done,
        )
    return pd.DataFrame(found, index=grades["audit_id"])


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
    rest = once[~once["audit_id"].isin(chosen["audit_id"])]
    picked = rest["group"].value_counts(sort=False)
    out = [
        LeftOut(reason=NOT_MODERATED, records=len(population) - len(once)),
        *(LeftOut(reason=f"{why} only", records=int(n)) for why, n in sorted(picked.items())),
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
        positive=scale.positive,
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


def quarters_done(pairs: pd.DataFrame) -> pd.Series:
    """Quarter in which each pair was moderated, where the day is recorded."""
    return pairs["moderated_on"].dropna().map(lambda day: Quarter.of(day.date()))


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
        response, group, panel (the source), exercise (source and round), draw (its part that was
        selected so).
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
    day = pairs["moderated_on"].dt.to_period("Q").astype(str)
    panel = pairs["moderation_source"].fillna(NOT_RECORDED)
    exercise = panel + ", " + pairs["round"].fillna(day)
    unknown = pairs["selected_by"].eq(Selection.TARGETED) & pairs["selection_probability"].isna()
    return pairs.assign(
        group=pairs["selected_by"].map(AS_GROUPS).mask(unknown, PICKED_WITHOUT_CHANCE),
        panel=panel,
        exercise=exercise,
        draw=exercise + ", " + pairs["selected_by"],
    ).reset_index(drop=True)


def by_chance(pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs whose case was chosen by a recorded chance."""
    return pairs[pairs["selected_by"].isin(PROBABILITY_SELECTIONS)]


def first_moderation(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the earliest moderation of each audit and domain."""
    return pairs.drop_duplicates(["audit_id", "domain"], keep="first")

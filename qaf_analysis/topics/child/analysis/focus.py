"""Do audits look sharply enough at the child's experience? Domain grades beside moderators'."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.child.domain_grades import DomainGrades
from qaf_analysis.stats.child.experience import good_without_child_rate
from qaf_analysis.stats.child.focus import ChildFocus, GoodWithoutChild, child_focus_metrics
from qaf_analysis.stats.child.level_free import grade_slopes
from qaf_analysis.stats.child.rule_fit import RULES, Rule, rule_share
from qaf_analysis.stats.core.small_base import on_enough
from qaf_analysis.stats.optimism.adjusted import FEWEST_PAIRS
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.names import MODERATING_ROLES, DomainTag
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.terms.verdicts import SelectionRefusal
from qaf_analysis.topics.common.moderation_record import copied_grades, moderation_rows
from qaf_analysis.topics.common.scope import (
    LeftOut,
    Scope,
    domain_names,
    in_quarters,
    known_at,
    period_words,
)
from qaf_analysis.topics.optimism.analysis.gaps import (
    beside_moderators,
    chosen_by_chance,
)

SEED = 20200207
"""The focus shares' intervals come from draws; the same seed gives the same report."""


DRAWS = 10_000
"""So many that a focus share's p can pass Holm's adjustment even with eight auditors."""


@dataclass(frozen=True, kw_only=True)
class RuleShare:
    """How often overall grades are what one rule would give."""

    rule: Rule
    share: Estimate


@dataclass(frozen=True, kw_only=True)
class OwnReading:
    """What auditors' own grades say without a moderator, over one period.

    ``good_without_child`` is the share graded positive overall among audits in which the
    auditor graded a child domain below that.
    """

    period: str
    audits: int
    good_without_child: Estimate
    rules: tuple[RuleShare, ...]


@dataclass(frozen=True, kw_only=True)
class ChildFocusFinding:
    """Child focus of audits against moderators, and from auditors' own grades.

    ``comparison`` is None where moderation does not allow one; ``reason`` then says why. It rests
    on cases chosen by a recorded chance only. ``own`` and ``years`` rest on all routine audits,
    moderated or not. Domains that are tagged neither way count for halo and rules only;
    ``unvarying_domains``, whose moderated audits hardly differ in grade, for rules only.
    """

    scope: Scope
    child_domains: tuple[str, ...]
    process_domains: tuple[str, ...]
    untagged_domains: tuple[str, ...]
    unvarying_domains: tuple[str, ...]
    scale: ScaleWords
    reason: str
    comparison: ChildFocus | None
    own: OwnReading
    years: tuple[OwnReading, ...]


def child_focus(audits: Audits, *, quarter: Quarter) -> ChildFocusFinding:
    """Compare child focus with moderators' over the headline period, and follow it by year."""
    picked = known_at(audits, quarter)
    known, grades, window = picked.audits, picked.grades, picked.periods.headline
    pairs = picked.of_headline(beside_moderators(grades, known))
    population, recent = in_quarters(grades, window), in_quarters(pairs, window)
    chosen = chosen_by_chance(recent).drop_duplicates("audit_id")
    # Draws go through audits and auditors in order, which no code of an auditor may change.
    chosen = chosen.sort_values("audit_id", kind="stable")
    reason = copied_grades(known) or _refusal(recent, chosen, lost=moderation_rows(known).lost())
    readings = None if reason else _readings(known, grades, chosen)
    tagged = {tag: _tagged(known, tag) for tag in (DomainTag.CHILD, DomainTag.PROCESS, None)}
    return ChildFocusFinding(
        scope=_scope(known, quarter, window, population, recent, chosen),
        child_domains=tagged[DomainTag.CHILD],
        process_domains=tagged[DomainTag.PROCESS],
        untagged_domains=tagged[None],
        unvarying_domains=_unvarying(known, readings) if readings else (),
        scale=known.settings.scale.words,
        reason=reason,
        comparison=_comparison(known, readings, chosen) if readings else None,
        own=_own_reading(known, population, period=period_words(window)),
        years=_by_year(known, grades),
    )


def _domains(audits: Audits) -> tuple[str, ...]:
    headline = audits.settings.headline_domain
    return tuple(name for name in domain_names(audits) if name != headline)


def _tagged(audits: Audits, tag: DomainTag | None) -> tuple[str, ...]:
    tags = audits.settings.domains
    return tuple(name for name in _domains(audits) if tags.get(name) == tag)


def _refusal(recent: pd.DataFrame, chosen: pd.DataFrame, *, lost: str) -> str:
    if recent.empty:
        return lost or SelectionRefusal.NOTHING_MODERATED
    if chosen.empty:
        return "no audit was chosen for moderation by a recorded chance"
    if len(chosen) < FEWEST_PAIRS:
        return (
            f"only {len(chosen)} moderated audit{'' if len(chosen) == 1 else 's'} can be used; "
            f"at least {FEWEST_PAIRS} are needed"
        )
    return ""


def _readings(
    audits: Audits, grades: pd.DataFrame, chosen: pd.DataFrame
) -> tuple[DomainGrades, DomainGrades]:
    """Auditors' and moderators' grades of the same audits."""
    theirs = audits.ratings[audits.ratings["role"].isin(MODERATING_ROLES)]
    theirs = theirs.merge(
        chosen[["audit_id", "moderator"]],
        left_on=["audit_id", "rater"],
        right_on=["audit_id", "moderator"],
    )
    ids = pd.Index(chosen["audit_id"])
    return _reading(audits, grades, ids), _reading(audits, theirs, ids)


def _unvarying(audits: Audits, readings: tuple[DomainGrades, DomainGrades]) -> tuple[str, ...]:
    """Domains that both readers graded and in which grades hardly vary."""
    graded = (~np.isnan(readings[0].domains + readings[1].domains)).any(axis=0)
    hardly = graded & np.isnan(grade_slopes(*readings))
    return tuple(name for name, is_so in zip(_domains(audits), hardly, strict=True) if is_so)


def _comparison(
    audits: Audits, readings: tuple[DomainGrades, DomainGrades], chosen: pd.DataFrame
) -> ChildFocus:
    found = child_focus_metrics(
        *readings,
        good_from=audits.settings.scale.good_from,
        auditor=pd.factorize(chosen["auditor"])[0].astype(np.int64),
        rng=np.random.default_rng(SEED),
        draws=DRAWS,
    )
    rates = found.good_without_child
    return replace(
        found,
        good_without_child=GoodWithoutChild(
            audit=_on_enough(rates.audit), moderation=_on_enough(rates.moderation)
        ),
    )


def _on_enough(rate: Estimate) -> Estimate:
    return on_enough(rate, audits=rate.cases)


def _reading(audits: Audits, grades: pd.DataFrame, ids: pd.Index) -> DomainGrades:
    """One reader's grades of these audits, a row for each."""
    domains, headline = list(_domains(audits)), audits.settings.headline_domain
    once = grades.drop_duplicates(["audit_id", "domain"])
    wide = once.pivot(index="audit_id", columns="domain", values="grade")
    wide = wide.reindex(index=ids, columns=[*domains, headline])
    tags = audits.settings.domains
    codes: NDArray[np.float64] = wide.to_numpy(np.float64)
    return DomainGrades(
        domains=codes[:, :-1],
        overall=codes[:, -1],
        is_child=np.array([tags.get(d) == DomainTag.CHILD for d in domains], dtype=np.bool_),
        is_process=np.array([tags.get(d) == DomainTag.PROCESS for d in domains], dtype=np.bool_),
    )


def _own_reading(audits: Audits, grades: pd.DataFrame, *, period: str) -> OwnReading:
    first = grades.drop_duplicates("audit_id")
    reading = _reading(audits, grades, pd.Index(first["audit_id"]))
    auditor = pd.factorize(first["rater"], sort=True)[0].astype(np.int64)
    return OwnReading(
        period=period,
        audits=len(first),
        good_without_child=_on_enough(
            good_without_child_rate(
                reading,
                child_by=reading,
                good_from=audits.settings.scale.good_from,
                auditor=auditor,
            )
        ),
        rules=tuple(
            RuleShare(rule=rule, share=_on_enough(rule_share(reading, rule=rule, auditor=auditor)))
            for rule in RULES
        ),
    )


def _by_year(audits: Audits, grades: pd.DataFrame) -> tuple[OwnReading, ...]:
    years = grades["quarter"].map(lambda text: Quarter.parse(text).financial_year)
    return tuple(
        _own_reading(audits, rows, period=str(year))
        for year, rows in grades.groupby(years, sort=True)
    )


def _scope(
    audits: Audits,
    quarter: Quarter,
    window: list[Quarter],
    population: pd.DataFrame,
    recent: pd.DataFrame,
    chosen: pd.DataFrame,
) -> Scope:
    others = recent[~recent["audit_id"].isin(chosen["audit_id"])].drop_duplicates("audit_id")
    unmoderated = population["audit_id"].nunique() - recent["audit_id"].nunique()
    picked = others["group"].value_counts(sort=False)
    out = [
        LeftOut(reason="not moderated", records=unmoderated),
        *(LeftOut(reason=str(why), records=int(n)) for why, n in sorted(picked.items())),
    ]
    return Scope(
        council=audits.settings.council,
        quarter=quarter,
        first=window[0],
        last=window[-1],
        period=period_words(window),
        unit="moderated audits chosen by a recorded chance",
        used=len(chosen),
        left_out=tuple(gone for gone in out if gone.records),
    )

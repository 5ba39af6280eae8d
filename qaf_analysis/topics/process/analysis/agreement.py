"""Did auditors agree more with moderators after each change to the audit process?"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.core.means import clustered_share
from qaf_analysis.stats.optimism.gap import mean_gap
from qaf_analysis.stats.process.agreement_change import (
    AgreementChange,
    agreement_change,
)
from qaf_analysis.stats.process.period_differences import ModeratedPairs
from qaf_analysis.stats.process.spread_change import retained_auditors, retained_says
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.names import Selection
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.settings import Settings
from qaf_analysis.terms.verdicts import AGREEMENT_CHANGE_RULE, AgreementChangeVerdict, RetainedSays
from qaf_analysis.topics.common.eras import why_no_before
from qaf_analysis.topics.common.scope import (
    NEW_MIX,
    NEW_SCALE,
    Event,
    LeftOut,
    Scope,
    events,
    first_quarter,
    headline_domain,
    up_to,
)
from qaf_analysis.topics.optimism.analysis.gaps import by_chance, first_moderation, moderated_pairs
from qaf_analysis.topics.process.analysis.periods import (
    NONE_DECLARED,
    ProcessPeriods,
    none_on_this_scale,
    process_periods,
)

TOO_LITTLE = AgreementChangeVerdict.TOO_LITTLE
DRAWN_APART = (
    "cases were drawn for moderation by the auditor's grade in one period and not in the other, "
    "which alone moves agreement"
)


@dataclass(frozen=True, kw_only=True)
class AgreementFinding:
    """Agreement with moderators before and after the changes of one quarter.

    ``retained`` is the same comparison among auditors moderated in both periods, and
    ``retained_says`` whether it points the same way. ``cautions`` are other reasons for which
    agreement may have moved.
    """

    periods: ProcessPeriods
    change: AgreementChange
    retained: AgreementChange
    retained_auditors: int
    retained_says: RetainedSays
    cautions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ModeratedQuarter:
    """One quarter's moderated audits, and the process changes that began in it.

    ``same`` counts the pairs of identical grades; share and gap are given from ten pairs up.
    """

    quarter: Quarter
    pairs: int
    same: int
    identical: Estimate
    gap: Estimate
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ProcessAgreement:
    """Each process change, the verdict on the latest that can be judged, and the quarters."""

    scope: Scope
    verdict: AgreementChangeVerdict
    reason: str
    headline: int
    changes: tuple[AgreementFinding, ...]
    timeline: tuple[ModeratedQuarter, ...]


def process_agreement(audits: Audits, *, quarter: Quarter, seed: int = 1) -> ProcessAgreement:
    """Compare agreement with moderators before and after each process change, up to a quarter.

    Parameters
    ----------
    audits : Audits
    quarter : Quarter
        The last quarter that counts.
    seed : int
        Of the bootstrap of kappa.

    Returns
    -------
    ProcessAgreement
        From audits moderated by a recorded chance, each at the first such moderation, in the
        quarter of the audit. Up to four quarters on each side of a change. Nothing is claimed
        where cases were drawn by the auditor's grade on one side and not on the other.
    """
    known = up_to(audits, quarter)
    first, domain = first_quarter(known), headline_domain(known)
    quarters = quarters_between(first, quarter)
    moderated = moderated_pairs(known)
    drawn = by_chance(moderated) if domain is not None else moderated.iloc[:0]
    pairs = _numbered(first_moderation(drawn))
    found = tuple(
        _over_new_scale(
            _finding(periods, pairs, n_levels=known.settings.scale.n_levels, seed=seed),
            known.settings,
        )
        for periods in process_periods(known.settings.process_changes, quarters=quarters)
    )
    verdict, reason, headline = _latest(found)
    reason = reason if found else none_on_this_scale(known.settings) or reason
    return ProcessAgreement(
        scope=Scope(
            council=known.settings.council,
            quarter=quarter,
            first=first,
            last=quarter,
            period=f"{first} to {quarter}",
            unit="routine audits moderated by chance",
            used=len(pairs),
            left_out=_left_out(first_moderation(moderated), pairs, domain),
        ),
        verdict=verdict,
        reason=reason,
        headline=headline,
        changes=found,
        timeline=_timeline(pairs, quarters, found, marks=events(known, quarters)),
    )


def _left_out(
    everything: pd.DataFrame, pairs: pd.DataFrame, domain: str | None
) -> tuple[LeftOut, ...]:
    gone = len(everything) - len(pairs)
    if gone == 0:
        return ()
    reason = "moderation not drawn by a recorded chance" if domain else "no single overall grade"
    return (LeftOut(reason=reason, records=gone),)


def _numbered(pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs with their quarter, and with auditors as whole numbers in the order they come.

    By name they would be drawn in another order for every key of the pseudonyms.
    """
    return pairs.assign(
        when=pairs["quarter"].map(Quarter.parse),
        auditor_code=pd.factorize(pairs["auditor"])[0],
    )


def _over_new_scale(found: AgreementFinding, settings: Settings) -> AgreementFinding:
    """Give the change of scale as the reason, where it leaves too little of before."""
    why = why_no_before(settings, found.periods.quarter)
    if not why or found.change.verdict != TOO_LITTLE:
        return found
    return replace(found, change=replace(found.change, reason=why))


def _finding(
    periods: ProcessPeriods, pairs: pd.DataFrame, *, n_levels: int, seed: int
) -> AgreementFinding:
    sides = [pairs[pairs["when"].isin(side)] for side in (periods.before, periods.after)]
    before, after = (_period(rows, n_levels=n_levels) for rows in sides)
    stayed = retained_auditors(before.auditor, after.auditor).retained
    rng = np.random.default_rng([seed, periods.quarter.index])
    change = found = agreement_change(before, after, rng=rng)
    if not _drawn_alike(*sides):
        change = replace(change, verdict=AgreementChangeVerdict.TOO_LITTLE, reason=DRAWN_APART)
    everyone = len(stayed) == len({*before.auditor, *after.auditor})
    # Where all stayed it is one figure; drawn once more its interval would be another.
    same = found if everyone else agreement_change(before.by(stayed), after.by(stayed), rng=rng)
    return AgreementFinding(
        periods=periods,
        change=change,
        retained=same,
        retained_auditors=len(stayed),
        retained_says=retained_says(change.exact.difference, same.exact.difference),
        cautions=_cautions(*sides),
    )


def _drawn_alike(before: pd.DataFrame, after: pd.DataFrame) -> bool:
    """Whether about as many cases of both periods were drawn by the auditor's grade."""
    shares = [
        float((rows["selected_by"] == Selection.STRATIFIED).mean()) for rows in (before, after)
    ]
    return not abs(shares[1] - shares[0]) > AGREEMENT_CHANGE_RULE.most_drawn_apart


def _cautions(before: pd.DataFrame, after: pd.DataFrame) -> tuple[str, ...]:
    """Why agreement may differ although auditors grade as before."""
    if before.empty or after.empty:
        return ()
    both = pd.concat([before, after])
    reasons = {
        "some cases were drawn by the auditor's grade, which alters how often both agree": bool(
            (both["selected_by"] == Selection.STRATIFIED).any()
        ),
        "no moderator worked in both periods, so moderators may differ instead": not (
            set(before["moderator"]) & set(after["moderator"])
        ),
        "cases came to moderation from other sources": set(before["moderation_source"].dropna())
        != set(after["moderation_source"].dropna()),
        "not every moderator graded without sight of the auditor's grade": not bool(
            both["blind"].eq(True).all()
        ),
    }
    return tuple(text for text, holds in reasons.items() if holds)


def _period(rows: pd.DataFrame, *, n_levels: int) -> ModeratedPairs:
    return ModeratedPairs(
        audited=_codes(rows, "audit_grade"),
        moderated=_codes(rows, "moderation_grade"),
        auditor=_codes(rows, "auditor_code"),
        n_levels=n_levels,
    )


def _codes(rows: pd.DataFrame, column: str) -> NDArray[np.int64]:
    return rows[column].to_numpy(np.int64)


def _latest(found: tuple[AgreementFinding, ...]) -> tuple[AgreementChangeVerdict, str, int]:
    """Verdict, reason and place of the latest change that can be judged."""
    if not found:
        return TOO_LITTLE, NONE_DECLARED, -1
    places = [k for k, one in enumerate(found) if one.change.verdict != TOO_LITTLE]
    place = places[-1] if places else len(found) - 1
    change = found[place].change
    return change.verdict, change.reason, place


def _timeline(
    pairs: pd.DataFrame,
    quarters: list[Quarter],
    found: tuple[AgreementFinding, ...],
    *,
    marks: tuple[Event, ...],
) -> tuple[ModeratedQuarter, ...]:
    """Every quarter, with what changed in it: the process, the scale, or types of case or teams."""
    began = {one.periods.quarter: list(one.periods.labels) for one in found}
    for mark in marks:
        if mark.kind in (NEW_SCALE, NEW_MIX):
            began.setdefault(mark.quarter, []).append(mark.label)
    return tuple(
        _quarter(pairs[pairs["when"] == when], when, tuple(began.get(when, ())))
        for when in quarters
    )


def _quarter(rows: pd.DataFrame, when: Quarter, changes: tuple[str, ...]) -> ModeratedQuarter:
    audited, moderated = _codes(rows, "audit_grade"), _codes(rows, "moderation_grade")
    auditor, fewest = _codes(rows, "auditor_code"), AGREEMENT_CHANGE_RULE.fewest_a_quarter
    few = Estimate.not_estimable(
        f"fewer than {fewest} moderated audits", method="pairs of grades", cases=len(rows)
    )
    enough = len(rows) >= fewest
    return ModeratedQuarter(
        quarter=when,
        pairs=len(rows),
        same=int((audited == moderated).sum()),
        identical=clustered_share(audited == moderated, cluster=auditor) if enough else few,
        gap=mean_gap(audited, moderated, auditor=auditor) if enough else few,
        changes=changes,
    )

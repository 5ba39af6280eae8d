"""Types of case or teams that changed within a trend, and the change with the mix held."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.trend.standard_mix import METHOD, mix_of, standardised_change
from qaf_analysis.terms.eras import in_words
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.word_maps import MappedColumn, WordMap
from qaf_analysis.topics.common.mix import maps_of, merged
from qaf_analysis.topics.common.scope import in_quarters

NO_EARLIER = "there are not two whole years on one scale to compare"


@dataclass(frozen=True, kw_only=True)
class MixBreak:
    """A change of the words for types of case or teams, within the quarters of a trend.

    Parameters
    ----------
    column : {"case_type", "team"}
    on : str
        Day on which the new words began.
    quarter : Quarter
    words : tuple of str
        Each new word with those that it took in, such as "Family Help (Early help, Child in
        need)".
    approved_by, version : str
        Of the map.
    old_mix, new_mix : Estimate
        Change of the positive share from the year before to this one, had both years audited the
        mix of the year before, and that of this year.
    """

    column: MappedColumn
    on: str
    quarter: Quarter
    words: tuple[str, ...]
    approved_by: str
    version: str
    old_mix: Estimate
    new_mix: Estimate


def mix_breaks(
    known: Audits, grades: pd.DataFrame, *, quarters: list[Quarter]
) -> tuple[MixBreak, ...]:
    """Every map that begins within the quarters of the trend, in order of time.

    Parameters
    ----------
    known : Audits
        The council on one scale, without later quarters.
    grades : DataFrame
        Auditors' headline grades of routine audits.
    quarters : list of Quarter
        Of the trend.
    """
    columns: tuple[MappedColumn, ...] = ("case_type", "team")
    found = [
        (one.starts, column, one)
        for column in columns
        for one in maps_of(known.settings, column)
        if quarters[0] <= Quarter.of(one.starts) <= quarters[-1]
        and one.starts > quarters[0].first_day
    ]
    return tuple(
        _break(known, grades, column, one, quarters=quarters)
        for _, column, one in sorted(found, key=lambda each: (each[0], each[1]))
    )


def _break(
    known: Audits,
    grades: pd.DataFrame,
    column: MappedColumn,
    one: WordMap,
    *,
    quarters: list[Quarter],
) -> MixBreak:
    old_mix, new_mix = _held(known, grades, column, quarters=quarters)
    return MixBreak(
        column=column,
        on=in_words(one.starts),
        quarter=Quarter.of(one.starts),
        words=_words(one),
        approved_by=one.approved_by,
        version=one.version,
        old_mix=old_mix,
        new_mix=new_mix,
    )


def _words(one: WordMap) -> tuple[str, ...]:
    taken: dict[str, list[str]] = {}
    for old, new in one.words.items():
        taken.setdefault(new, []).append(old)
    return tuple(f"{new} ({', '.join(old)})" for new, old in taken.items())


def _held(
    known: Audits, grades: pd.DataFrame, column: MappedColumn, *, quarters: list[Quarter]
) -> tuple[Estimate, Estimate]:
    """The year's change with the mix of the year before held, and with that of this year."""
    before, now = (in_quarters(grades, part) for part in (quarters[-8:-4], quarters[-4:]))
    if len(quarters) < 8 or min(len(before), len(now)) == 0:
        none = Estimate.not_estimable(NO_EARLIER, method=METHOD)
        return none, none
    if pd.concat([before, now])["audit_id"].duplicated().any():
        none = Estimate.not_estimable("the audits carry no overall grade", method=METHOD)
        return none, none
    today = merged(known, by=column).fillna("not recorded")
    group = pd.Series(today.to_numpy(), index=known.audits["audit_id"])
    codes, names = pd.factorize(pd.concat([before, now])["audit_id"].map(group), sort=True)
    first, last = codes[: len(before)], codes[len(before) :]
    good_from = known.settings.scale.good_from
    was, is_now = ((rows["grade"] >= good_from).to_numpy(np.float64) for rows in (before, now))
    mixes = (mix_of(first, n_strata=len(names)), mix_of(last, n_strata=len(names)))
    old, new = (
        standardised_change(was, is_now, first_stratum=first, last_stratum=last, weights=mix)
        for mix in mixes
    )
    return old, new

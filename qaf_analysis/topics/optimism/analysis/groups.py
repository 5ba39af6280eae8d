"""Moderated audits told in groups: by what they are of, by source, and by round of moderation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from qaf_analysis.stats.optimism.headline import gap_of_all
from qaf_analysis.stats.optimism.moderated_counts import ModeratedAudits
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.topics.optimism.analysis.gaps import (
    NOT_RECORDED,
    PANEL,
    Moderation,
    by_chance,
    first_moderation,
    quarters_done,
)

OF_THE_AUDIT = ("case_type", "team")


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

    Cases chosen by a recorded chance speak for all audits of the headline period, or, where the
    word is the audit's own, for those with the same word; others speak for themselves only.
    """
    words = had.audits[column].fillna(NOT_RECORDED) if column in OF_THE_AUDIT else None
    return tuple(
        Group(
            label=str(label),
            cases=had.moderated(
                first_moderation(rows),
                (had.audits if words is None else had.audits[words == label])
                if len(had.readings.with_chance(rows)) == len(rows)
                else None,
            ),
        )
        for label, rows in pairs.groupby(pairs[column].fillna(NOT_RECORDED), sort=True)
    )


def groups_of_draws(had: Moderation, pairs: pd.DataFrame, column: str) -> tuple[Group, ...]:
    """One group for each word in a column that tells draws apart, weighed by its own draws.

    An audit that two of them took counts in both.
    """
    own = [
        had.readings.by_any_draw(rows)[0]
        for _, rows in pairs.groupby(pairs[column].fillna(NOT_RECORDED), sort=True)
    ]
    return groups_by(had, pd.concat(own) if own else pairs, column)


def groups_by_source(had: Moderation) -> tuple[Group, ...]:
    """One group for each source of moderation, with its first moderation by a recorded chance."""
    return groups_of_draws(had, had.readings.with_chance(had.recent), PANEL)


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

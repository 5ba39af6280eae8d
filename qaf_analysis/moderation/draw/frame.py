"""The audits that a round of moderation may draw from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.data.council.read import Import
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.names import Role
from qaf_analysis.terms.quarter import Quarter, quarters_between, rolling_year
from qaf_analysis.topics.common.eras import in_era
from qaf_analysis.topics.common.scope import (
    LeftOut,
    graded,
    headline_domain,
    reported_quarter,
    routine,
)
from qaf_analysis.topics.optimism.analysis.gaps import AS_GROUPS, moderated_pairs


@dataclass(frozen=True, kw_only=True, eq=False)
class ModerationFrame:
    """Audits that can be drawn, and those that cannot with the reason.

    Parameters
    ----------
    council : str
    quarters : tuple of str
        Quarters that the audits are of.
    levels : tuple of str
        The scale, worst first.
    table : DataFrame
        One row per audit in the order of the council's own identifier: ``audit_id`` (that
        identifier), ``audit_code``, ``quarter``, ``grade`` (the auditor's, as a code) and
        ``auditor`` (auditors numbered as they first come).
    left_out : tuple of LeftOut
    seen : frozenset of int
        Auditors (numbers of ``table``) with an audit of the year up to the last quarter that was
        moderated already.
    others_unseen : int
        Auditors of that year who have no audit in the frame and none moderated.
    """

    council: str
    quarters: tuple[str, ...]
    levels: tuple[str, ...]
    table: pd.DataFrame
    left_out: tuple[LeftOut, ...]
    seen: frozenset[int]
    others_unseen: int

    @property
    def sha256(self) -> str:
        """Sum of all that the draw depends on: identifiers, grades and who shares an auditor."""
        rows = self.table[["audit_id", "grade", "auditor"]].itertuples(index=False)
        text = "".join(f"{name}\t{grade}\t{auditor}\n" for name, grade, auditor in rows)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()


def moderation_frame(found: Import, *, quarter: str, quarters: int = 1) -> ModerationFrame:
    """Routine audits of the quarters that carry the headline grade and were not moderated yet.

    Parameters
    ----------
    found : Import
        What reading the council's folder gave.
    quarter : str
        Last quarter, such as ``2019-20 Q4``; the latest with audits where empty.
    quarters : int
        How many quarters up to it.

    Raises
    ------
    UsageError
        If there is no such quarter, or nothing to draw from.
    """
    last = reported_quarter(found.audits, quarter)
    audits = in_era(found.audits, last)
    window = [str(q) for q in quarters_between(last.next(1 - quarters), last)]
    domain = headline_domain(audits)
    if domain is None:
        raise UsageError(
            "The audits carry no overall grade to draw by. Name the domain that headlines are "
            "about in council.toml."
        )
    known = audits.audits[audits.audits["quarter"].isin(window)]
    usual = routine(known)
    first = _audited(audits, domain)
    rated = first[first["audit_id"].isin(usual["audit_id"])]
    moderated = moderated_pairs(audits).drop_duplicates("audit_id")
    done = moderated[moderated["audit_id"].isin(rated["audit_id"])]
    open_ = rated[~rated["audit_id"].isin(done["audit_id"])]
    if open_.empty:
        raise UsageError(
            f"There is no audit to draw in {_span(window)}: of {len(known)} audits "
            f"{len(usual)} are routine ones, {len(rated)} of these have an overall grade, and "
            f"{len(done)} were moderated already."
        )
    table = _table(open_, references=found.references)
    seen, others = _seen(audits, first, table, last=last)
    return ModerationFrame(
        council=audits.settings.council,
        quarters=tuple(window),
        levels=audits.settings.scale.levels,
        table=table.drop(columns="rater"),
        left_out=(
            *_on_another_scale(found.audits, audits, window),
            *_left_out(len(known), len(usual), len(rated), done),
        ),
        seen=seen,
        others_unseen=others,
    )


def _audited(audits: Audits, domain: str) -> pd.DataFrame:
    """One auditor's grade of each audit; of several the first by code, so that it is always one."""
    grades = graded(audits, domain=domain, roles=(Role.AUDITOR,))
    return grades.sort_values(["audit_id", "rater"], kind="stable").drop_duplicates("audit_id")


def _table(rows: pd.DataFrame, *, references: Mapping[str, str]) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "audit_id": rows["audit_id"].map(references).astype("str"),
            "audit_code": rows["audit_id"],
            "quarter": rows["quarter"],
            "grade": rows["grade"],
            "rater": rows["rater"],
        }
    ).sort_values(["audit_id", "audit_code"], kind="stable", ignore_index=True)
    # Numbered as they come, so that neither the order of the export nor the key that made the
    # codes changes a draw.
    return table.assign(auditor=pd.factorize(table["rater"])[0])


def _seen(
    audits: Audits, grades: pd.DataFrame, table: pd.DataFrame, *, last: Quarter
) -> tuple[frozenset[int], int]:
    """Auditors of the frame whom this year's moderation met, and how many others it did not."""
    year = [str(q) for q in rolling_year(last)]
    of_year = grades[
        grades["quarter"].isin(year) & grades["audit_id"].isin(routine(audits.audits)["audit_id"])
    ]
    pairs = moderated_pairs(audits)
    met = set(pairs.loc[pairs["quarter"].isin(year), "auditor"])
    numbers = dict(zip(table["rater"], table["auditor"], strict=True))
    others = set(of_year["rater"]) - set(numbers) - met
    return frozenset(int(n) for rater, n in numbers.items() if rater in met), len(others)


def _on_another_scale(every: Audits, audits: Audits, window: list[str]) -> tuple[LeftOut, ...]:
    """Audits of the quarters that were graded on another scale than that of the last quarter."""
    inside, kept = (each.audits["quarter"].isin(window).sum() for each in (every, audits))
    gone = LeftOut(reason="graded on another scale", records=int(inside - kept))
    return (gone,) if gone.records else ()


def _left_out(known: int, usual: int, rated: int, done: pd.DataFrame) -> tuple[LeftOut, ...]:
    ways = done["selected_by"].map(AS_GROUPS).value_counts(sort=False)
    out = [
        LeftOut(reason="not routine audits", records=known - usual),
        LeftOut(reason="without an auditor's overall grade", records=usual - rated),
        *(
            LeftOut(reason=f"moderated already, {way}", records=int(number))
            for way, number in sorted(ways.items())
        ),
    ]
    return tuple(gone for gone in out if gone.records)


def _span(window: list[str]) -> str:
    return window[0] if len(window) == 1 else f"{window[0]} to {window[-1]}"

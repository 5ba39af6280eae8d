"""Which audits of quarters that were reported count otherwise now, told one by one.

A count that grew says nothing of the reason: an audit may have come late, or have been given
another date or a grade since. Where both reports have the codes of one key, each audit is looked up
in both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.eras import in_era
from qaf_analysis.topics.common.headlines import about, headlines, with_derived
from qaf_analysis.topics.common.reported import PastMoves
from qaf_analysis.topics.common.scope import headline_domain, routine_grades, up_to

Graded: TypeAlias = dict[tuple[str, str], tuple[str, int]]
"""Quarter and grade of each grade that counts, by audit and domain."""


@dataclass(frozen=True, kw_only=True, eq=False)
class _Side:
    """The audits behind one report, as its figures counted them."""

    loaded: frozenset[str]
    graded: Graded


def past_moves(
    then: Audits, now: Audits, *, reported: Quarter, quarter: Quarter
) -> tuple[PastMoves, ...]:
    """Tell how the audits of quarters up to the last report differ; those that do not are left out.

    Parameters
    ----------
    then, now : Audits
        Bundles behind the last report and this one, with the codes of one key.
    reported, quarter : Quarter
        Quarters of the last report and of this one.
    """
    before = with_derived(in_era(then, reported))
    after = with_derived(in_era(now, quarter))
    both = [name for name in headlines(before) if name in headlines(after)]
    several = len(headlines(after)) > 1
    found = []
    for name in both:
        one, other = _side(before, name, reported), _side(after, name, quarter)
        label = name if several else ""
        quarters = {q for side in (one, other) for q, _ in side.graded.values()}
        for each in sorted(map(Quarter.parse, quarters)):
            if each <= reported:
                found.append(_moves(one, other, headline=label, quarter=each))
    return tuple(m for m in found if m != PastMoves(headline=m.headline, quarter=m.quarter))


def _side(audits: Audits, headline: str, quarter: Quarter) -> _Side:
    known = up_to(about(audits, headline), quarter)
    grades = routine_grades(known, domain=headline_domain(known))
    columns = (grades[name] for name in ("audit_id", "domain", "quarter", "grade"))
    return _Side(
        loaded=frozenset(map(str, audits.audits["audit_id"])),
        graded={
            (str(audit), str(domain)): (str(when), int(grade))
            for audit, domain, when, grade in zip(*columns, strict=True)
        },
    )


def _moves(then: _Side, now: _Side, *, headline: str, quarter: Quarter) -> PastMoves:
    """Count what differs in one quarter, each grade once."""
    here = str(quarter)
    before = dict(_in_quarter(then, here))
    after = dict(_in_quarter(now, here))
    came, gone = [*(after.keys() - before.keys())], [*(before.keys() - after.keys())]
    return PastMoves(
        headline=headline,
        quarter=quarter,
        late=sum(key[0] not in then.loaded for key in came),
        counted_since=sum(key[0] in then.loaded and key not in then.graded for key in came),
        moved_in=sum(key in then.graded for key in came),
        moved_out=sum(key in now.graded for key in gone),
        withdrawn=sum(key[0] not in now.loaded for key in gone),
        uncounted=sum(key[0] in now.loaded and key not in now.graded for key in gone),
        regraded=sum(before[key] != after[key] for key in before.keys() & after.keys()),
    )


def _in_quarter(side: _Side, quarter: str) -> Iterator[tuple[tuple[str, str], int]]:
    return ((key, grade) for key, (when, grade) in side.graded.items() if when == quarter)

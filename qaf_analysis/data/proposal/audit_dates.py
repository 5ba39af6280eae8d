"""Which of several columns of dates is the day of the audit: ranked by heading, and asked."""

from __future__ import annotations

import re
from dataclasses import replace

from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.files.heading_words import plain_heading
from qaf_analysis.data.proposal.asking import Asking
from qaf_analysis.data.proposal.fields import Field
from qaf_analysis.data.proposal.meaning import Meaning

_DONE = re.compile(
    r"\b(?:complet\w*|audited|carried out|undertaken|done|held|conducted|finish\w*|read on)\b|"
    r"\bwhen\b.*\b(?:audit\w*|review\w*|read)\b"
)
_ANOTHER_DAY = re.compile(
    r"\b(?:allocat\w*|assigned|due|booked|planned|scheduled|feedback|fed back|start\w*|opened|"
    r"created|sent|issued|requested|target|deadline|next|modified|uploaded|returned|moderat\w*|"
    r"validat\w*|sign(?:ed)? off|signoff|referral|referred|plan|supervision|visit)\b"
)
_SURE = 3


def with_audit_date(meaning: Meaning, asking: Asking) -> Meaning:
    """The same meaning with the date of the audit that ranks first, or that somebody chose.

    Where two columns may be it alike, none is proposed: somebody must say which.
    """
    dated = meaning.column("audit_date")
    if meaning.kind != "audits" or dated is None:
        return meaning
    others = [f for f in _free(meaning, dated) if _rank(f) > 0 or f.weight(_NAME)]
    if meaning.weights[_NAME] >= _SURE and not others:
        return meaning
    best = max([dated, *others], key=lambda f: (_rank(f), f is dated))
    if _rank(best) <= _rank(dated):
        best = dated
    doubtful = [f for f in others if f is not best and _rank(f) >= max(_rank(best), 1)]
    if best is not dated and dated.source == "column" and _rank(dated) >= _rank(best):
        doubtful.append(dated)
    rest = [dated, *_free(meaning, dated)]
    headings = {f.heading: f for f in rest}
    answer = asking.choose(
        _NAME,
        asks=_asked(best, doubtful),
        options=list(headings),
        proposed="" if doubtful else best.heading,
        consequence=f"{counted(best.profile.filled, 'date')}; quarters are told by this day",
    )
    chosen = headings.get(answer, best)
    weights = {**meaning.weights, _NAME: min(meaning.weights[_NAME], 1 if others else _SURE)}
    return replace(meaning, columns={**meaning.columns, _NAME: (chosen,)}, weights=weights)


_NAME = "audit_date"


def _asked(best: Field, doubtful: list[Field]) -> str:
    if not doubtful:
        return f'Is "{best.heading}" the day of the audit?'
    listed = ", ".join(f'"{f.heading}"' for f in dict.fromkeys([best, *doubtful]))
    return f"Several columns may be the day of the audit: {listed}. Which is it?"


def _free(meaning: Meaning, dated: Field) -> list[Field]:
    """Columns of dates that stand for nothing else."""
    taken = {f.key for n, fs in meaning.columns.items() if n != _NAME for f in fs}
    blocks = [b for b in (meaning.second_auditor, meaning.moderator) if b is not None]
    taken |= {f.key for b in blocks for f in b.columns.values()}
    taken |= {f.key for f in meaning.private}
    return [
        f
        for f in meaning.source.columns
        if f.profile.are_dates and f.key not in taken and f is not dated
        if f.key != dated.key or f.source != dated.source
    ]


def _rank(f: Field) -> int:
    """How well a heading says that it is the day of the audit: 0 where it is another day.

    An audit that was completed ranks first, then a date of the audit, then any completion.
    """
    plain = plain_heading(f.lower)
    if _ANOTHER_DAY.search(plain):
        return 0
    weight = f.weight(_NAME)
    done = _DONE.search(plain) is not None
    if done and (weight >= _SURE or re.search(r"\b(?:audit|review|read)", plain)):
        return 4
    return min(max(weight, int(done)), 3)

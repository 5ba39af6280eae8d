"""Facts of two reports written by hand: the last one on 2019-20 Q2, this one on 2019-20 Q3."""

from __future__ import annotations

from dataclasses import replace
from math import nan

from qaf_analysis.kit.numbers import percent
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.reported import (
    DeclaredPart,
    EarlierReport,
    LastReport,
    ReportFacts,
    ShareFact,
    StepFact,
    VerdictFact,
)
from qaf_analysis.topics.since.analysis import (
    LIMITS,
    PROCESS_CHANGES,
    SCALE,
    SinceLast,
    since_last,
)

Q1, Q2, Q3 = Quarter(2019, 1), Quarter(2019, 2), Quarter(2019, 3)
RUN = "0123456789abcdef"
SETTINGS = {SCALE: "four levels", LIMITS: "0.25", PROCESS_CHANGES: ""}


def verdict(asked="agreement", said="agrees well", basis="40 audits graded twice", **more):
    return VerdictFact(asked=asked, verdict=said, basis=basis, **more)


def share(quarter=Q1, n=40, value=0.625, **more) -> ShareFact:
    """Of one quarter; 0.625 of 40 are 25 audits."""
    own = {"period": str(quarter), "first": quarter, "last": quarter, "is_year": False}
    return ShareFact(**{**own, "n": n, "value": value, **more})


def no_share(quarter=Q1, n=7) -> ShareFact:
    return share(quarter, n=n, value=nan)


def step(kind="calibration session", action="Hold a calibration session.", by=Q3) -> StepFact:
    return StepFact(kind=kind, action=action, because="Auditors part.", by=by)


def facts(quarter=Q3, *, verdicts=(), shares=(), steps=(), called_for=None, settings=(), **more):
    declared = {**SETTINGS, **dict(settings)}
    own = {
        "council": "Example",
        "quarter": quarter,
        "version": "0.14.0",
        "key_id": "k",
        "positive": "good or better",
        "unit": "audit",
        "declared": tuple(DeclaredPart(name=n, content=c) for n, c in declared.items()),
        "rows_in": 300,
        "set_aside": 9,
        "verdicts": tuple(verdicts),
        "shares": tuple(shares),
        "steps": tuple(steps),
        "called_for": tuple(steps if called_for is None else called_for),
    }
    return ReportFacts(**{**own, **more})


def last(then: ReportFacts, *, same_code=True, moves=(), why="") -> LastReport:
    return LastReport(run_id=RUN, facts=then, same_code=same_code, moves=moves, why_no_moves=why)


def compared(then: ReportFacts, now: ReportFacts, *, agreed=(), **more) -> SinceLast:
    """The facts of now beside those of a report on the quarter before."""
    then = replace(then, quarter=Q2)
    earlier = EarlierReport(last=last(then, **more))
    return since_last(earlier, now, agreed=agreed, printed=percent)

"""Released results of a made-up council, written by hand, as a run would keep them."""

from __future__ import annotations

from math import nan
from types import SimpleNamespace

from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.topics.figures import Figure
from qaf_analysis.topics.optimism.analysis.detail import OptimismDetail
from qaf_analysis.topics.programme.analysis.grades import GradeCounts, Programme
from qaf_analysis.topics.quantities import QUANTITIES

WORDS = ScaleWords(
    levels=("Inadequate", "Requires improvement", "Good", "Outstanding"),
    good_from=2,
    positive="good or better",
)
TOO_FEW = "it would rest on 4 audits; at least 10 are needed"
CODE = "AUDITOR-Q7XA"


def estimate(value, se, cases):
    if value is None:
        return Estimate.not_estimable(TOO_FEW, method="Wilson", cases=cases)
    return Estimate(
        value=value, low=value - 2 * se, high=value + 2 * se, level=0.95, cases=cases,
        auditors=9, method="Wilson", se=se,
    )  # fmt: skip


def figure(field, group, period, found):
    return Figure(
        field=field, question="x", measure="x", group=group, period=period,
        quantity=QUANTITIES[field], estimate=found,
    )  # fmt: skip


# Label, share, its error, audits, grades from worst to best.
QUARTERS = [
    ("2019-20 Q1", 0.5, 0.05, 100, (10, 40, 40, 10)),
    ("2019-20 Q2", 0.5, 0.05, 100, (10, 40, 40, 10)),
    ("2019-20 Q3", 0.5, 0.05, 100, (10, 40, 40, 10)),
]
TEAMS = [
    ("East", 0.9, 0.03, 100, (0, 10, 60, 30)),
    ("North", 0.5, 0.05, 100, (10, 40, 40, 10)),
    ("Edge of Care", None, nan, 4, (0, 4, 0, 0)),
    ("West", 0.5, 0.05, 100, (10, 40, 40, 10)),
]
DOMAINS = [
    ("Plan", 0.5, 0.05, 100, (10, 40, 40, 10)),
    ("Risk", 0.55, 0.05, 100, (10, 35, 45, 10)),
]
# Moderated audits and raw gap of every auditor; the first by code too.
DOTS = ((40, 0.3), (10, 0.2), (10, -0.2), (6, 0.0), (2, 2.0))


def _counts(rows):
    return tuple(
        GradeCounts(label=label, counts=counts, good=estimate(share, se, cases))
        for label, share, se, cases, counts in rows
    )


PROGRAMME = SimpleNamespace(
    scale=WORDS,
    by_quarter=_counts(QUARTERS),
    by_team=_counts(TEAMS),
    by_domain=_counts(DOMAINS),
    by_case_type=(),
)
OWN = SimpleNamespace(
    spread=0.6,
    dots=DOTS,
    auditors=tuple(
        SimpleNamespace(auditor=code, cases=cases, raw=raw)
        for code, (cases, raw) in zip((CODE, "AUDITOR-B2CD"), DOTS, strict=False)
    ),
)


def released_figures(results):
    """What ``topics.figures.figures`` would say of them."""
    share = "GradeCounts.good"
    found = [
        figure(share, "", label, estimate(value, se, n)) for label, value, se, n, _ in QUARTERS
    ]
    for kind, rows in (("team", TEAMS), ("domain", DOMAINS)):
        found += [
            figure(share, f"{kind} {label}", "the year to March 2020", estimate(value, se, n))
            for label, value, se, n, _ in rows
        ]
    found += [
        figure("GapGroup.gap", "", "2019-20 Q2", estimate(0.2, 0.1, 20)),
        figure("GapGroup.gap", "source Partner", "2019-20 Q2", estimate(0.9, 0.1, 20)),
        figure("GapGroup.gap", "team East", "the year to March 2020", estimate(0.4, 0.1, 20)),
        figure("GapGroup.gap", "team West", "the year to March 2020", estimate(0.1, 0.1, 20)),
        figure("OwnGap.shrunken", f"auditor {CODE}", "", estimate(0.3, 0.1, 40)),
    ]
    return tuple(found)


class Results:
    """Results that answer what an exploration asks."""

    headlines = ()

    def __getitem__(self, kind):
        return {Programme: PROGRAMME, OptimismDetail: SimpleNamespace(own=OWN)}[kind]

    def has(self, kind):
        return True

"""Published figures on how often others disagreed with a council's own audit grades."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class PublishedDisagreement:
    """One published figure.

    Parameters
    ----------
    council, report : str
        Whose audits, and where it was published.
    share : float
        Share of re-read audits that were graded differently.
    cases : int
        Audits re-read; 0 where the report does not say.
    too_kind : bool
        Whether the report says that the council's grades were the kinder ones.
    """

    council: str
    report: str
    share: float
    cases: int = 0
    too_kind: bool = False


INSPECTION = "Ofsted single inspection"

DISAGREEMENTS = (
    PublishedDisagreement(council="West Berkshire", report=f"{INSPECTION}, May 2015", share=0.20),
    PublishedDisagreement(council="Croydon", report=f"{INSPECTION}, 2017", share=0.25),
    PublishedDisagreement(
        council="Plymouth", report=f"{INSPECTION}, January 2015", share=0.35, too_kind=True
    ),
    PublishedDisagreement(
        council="Barnet", report=f"{INSPECTION}, July 2017", share=0.40, too_kind=True
    ),
    PublishedDisagreement(
        council="Sandwell", report=f"{INSPECTION}, June 2015", share=9 / 20, cases=20
    ),
    PublishedDisagreement(
        council="Lincolnshire",
        report=f"{INSPECTION}, January 2015",
        share=17 / 30,
        cases=30,
        too_kind=True,
    ),
    PublishedDisagreement(
        council="Sandwell",
        report="Local government peer review, 2015",
        share=10 / 21,
        cases=21,
        too_kind=True,
    ),
)
"""Every figure with a share found in 435 inspection reports of 2012 to 2025."""

WHY_NO_BENCHMARK = (
    "Inspectors gave numbers mainly where disagreement was notable, and chose the cases "
    "themselves, so these shares are higher than usual. They are context, not a benchmark."
)

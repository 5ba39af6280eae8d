"""No figure of a group on a small base: one number, and one reason, wherever a share is given."""

from __future__ import annotations

from dataclasses import replace
from math import nan

from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import FEWEST_AUDITS


def on_enough(figure: Estimate, *, audits: int) -> Estimate:
    """Give a figure, unless it rests on too few audits.

    Parameters
    ----------
    figure : Estimate
        Share or mean of a group.
    audits : int
        Audits of the group; several grades of one audit are one.

    Returns
    -------
    Estimate
        The figure, or with fewer than ``FEWEST_AUDITS`` no value and the reason.

    Examples
    --------
    >>> from qaf_analysis.stats.core.means import clustered_share
    >>> on_enough(clustered_share([1, 1, 0, 1]), audits=4).why_not
    'it would rest on 4 audits; at least 10 are needed'
    """
    if audits >= FEWEST_AUDITS or not figure.is_estimable:
        return figure
    return replace(
        figure,
        value=nan,
        low=nan,
        high=nan,
        se=nan,
        p=nan,
        df=nan,
        why_not=f"it would rest on {audits} audit{'' if audits == 1 else 's'}; at least "
        f"{FEWEST_AUDITS} are needed",
    )

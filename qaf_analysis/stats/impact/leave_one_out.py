"""Does the finding hang on one quarter, or on one auditor?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qaf_analysis.stats.impact.difference_in_differences import change_of
from qaf_analysis.stats.impact.themed_series import ThemedAudits
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import ThemeRule, ThemeVerdict


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """What is found without one quarter or one auditor.

    Parameters
    ----------
    number : int
        The quarter's or the auditor's number.
    change : Estimate
        The change that decides, without it.
    verdict : ThemeVerdict
        Verdict without it, as the only theme tested.
    """

    number: int
    change: Estimate
    verdict: ThemeVerdict


@dataclass(frozen=True, kw_only=True)
class LeaveOneOut:
    """The finding without each quarter, or without each auditor, in turn.

    Parameters
    ----------
    whole : ThemeVerdict
        Verdict with all of them, as the only theme tested.
    without : tuple of LeftOut
        In the order of their numbers.
    why_not : str
        Plain reason when nothing could be left out.
    """

    whole: ThemeVerdict
    without: tuple[LeftOut, ...]
    why_not: str = ""

    @property
    def estimable(self) -> tuple[LeftOut, ...]:
        """Those without which there still is a change to speak of."""
        return tuple(one for one in self.without if one.change.is_estimable)

    @property
    def range(self) -> tuple[float, float]:
        """Smallest and largest change; NaN where there is none."""
        values = [one.change.value for one in self.estimable]
        return (min(values), max(values)) if values else (float("nan"), float("nan"))

    @property
    def other_verdicts(self) -> tuple[LeftOut, ...]:
        """Those without which the verdict would be another."""
        return tuple(one for one in self.without if one.verdict != self.whole)


def leave_one_quarter_out(audits: ThemedAudits, *, rule: ThemeRule) -> LeaveOneOut:
    """Verdict without each quarter in turn.

    Parameters
    ----------
    audits : ThemedAudits
    rule : ThemeRule
        Limits of the verdict. With one quarter fewer a theme may have too few for any claim:
        that counts as another verdict.
    """
    return _without_each(audits, audits.quarter, rule=rule)


def leave_one_auditor_out(audits: ThemedAudits, *, rule: ThemeRule) -> LeaveOneOut:
    """Verdict without each auditor's audits in turn."""
    if audits.auditors < 2:
        return LeaveOneOut(
            whole=change_of(audits, rule=rule).verdict,
            without=(),
            why_not="there are not two auditors to tell apart",
        )
    return _without_each(audits, audits.auditor, rule=rule)


def same_auditors(audits: ThemedAudits) -> ThemedAudits:
    """Keep the audits of auditors who audited both before and after the themed audit."""
    used = audits.is_usable
    both = np.intersect1d(audits.auditor[used & audits.post], audits.auditor[used & ~audits.post])
    return audits.part(np.isin(audits.auditor, both[both >= 0]))


def _without_each(
    audits: ThemedAudits, number: NDArray[np.int64], *, rule: ThemeRule
) -> LeaveOneOut:
    present = np.unique(number[audits.is_usable])
    found = []
    for one in present[present >= 0].tolist():
        change = change_of(audits.part(number != one), rule=rule)
        found.append(LeftOut(number=one, change=change.deciding, verdict=change.verdict))
    return LeaveOneOut(whole=change_of(audits, rule=rule).verdict, without=tuple(found))

"""The same question asked nine other ways: does the verdict on a theme stand up to them?

Each way is one function from what is asked (``Asked``) to an answer and its words;
``theme_sensitivity`` asks all of them and says which agree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

from qaf_analysis.stats.impact.compared import Compared
from qaf_analysis.stats.impact.difference_in_differences import ThemeChange, change_of
from qaf_analysis.stats.impact.errors import ComparedAudits
from qaf_analysis.stats.impact.interrupted_series import differential_trend, its_quasi_binomial
from qaf_analysis.stats.impact.leave_one_out import (
    LeaveOneOut,
    leave_one_auditor_out,
    leave_one_quarter_out,
    same_auditors,
)
from qaf_analysis.stats.impact.ordinal_step import ordinal_step
from qaf_analysis.stats.impact.placebo import placebo_dates, placebo_domains
from qaf_analysis.stats.impact.themed_series import ThemedAlone, ThemedAudits
from qaf_analysis.stats.impact.wild_bootstrap import wild_bootstrap
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import Saying, ThemeVerdict

DESCRIBES = "a description, not a test"
CLAIMED: dict[ThemeVerdict, Saying] = {
    ThemeVerdict.IMPROVED: Saying.IMPROVED,
    ThemeVerdict.GOT_WORSE: Saying.GOT_WORSE,
}

Answer: TypeAlias = tuple[Estimate, Saying, str]
"""What was found, what it says, and what a reader should know besides."""

QUESTIONS = {
    "other_outcome": "Is it the same for the positive share as for the mean grade?",
    "wild_bootstrap": "Is it the same if quarters are not taken to vary like a bell curve?",
    "differential_trend": "Is it the same if the difference is allowed a trend of its own?",
    "placebo_dates": "Was the difference moving before the themed audit?",
    "placebo_domains": "Did any comparison domain move as far by itself?",
    "same_auditors": "Is it the same for auditors who audited before and after?",
    "ordinal_step": "What would the grades alone say, on the scale of odds, auditors differing?",
    "its_quasibinomial": "What would have been concluded without a comparison?",
    "leave_one_out": "Does it hang on one quarter, or on one auditor?",
}
"""Name of each line, in the order they are printed, and what it asks."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Asked:
    """What is asked about.

    Parameters
    ----------
    change : ThemeChange
        The headline, with the verdict the theme has on its own.
    compared : Compared
        The audits, quarters and domains that it was told from.
    """

    change: ThemeChange
    compared: Compared

    @property
    def audits(self) -> ThemedAudits:
        """The audits that count."""
        return self.compared.audits

    @cached_property
    def at_one_level(self) -> ComparedAudits:
        """The same with every domain at the themed domain's level, in grades."""
        return self.compared.on("latent", good=False)

    @property
    def level(self) -> float:
        """Confidence level of the headline."""
        return self.change.rule.level


def saying(estimate: Estimate, *, no_change: float = 0.0) -> Saying:
    """What an estimate says by its p-value; ``no_change`` is its value where nothing changed."""
    if not estimate.is_estimable or not 0 <= estimate.p <= 1:
        return Saying.NOT_AVAILABLE
    if not estimate.p < 1 - estimate.level:
        return Saying.NO_CLEAR_CHANGE
    return Saying.IMPROVED if estimate.value > no_change else Saying.GOT_WORSE


def _said(estimate: Estimate, note: str = "") -> Answer:
    return estimate, saying(estimate), note if estimate.is_estimable else ""


def _other_outcome(asked: Asked) -> Answer:
    by_grade = asked.change.rule.outcome == "mean_grade"
    return _said(asked.change.good if by_grade else asked.change.grade)


def _wild_bootstrap(asked: Asked) -> Answer:
    audits = asked.at_one_level
    return _said(
        wild_bootstrap(
            audits.gaps[:, 0],
            quarter=audits.quarter,
            post=audits.post,
            auditors=asked.audits.auditors,
            level=asked.level,
        )
    )


def _differential_trend(asked: Asked) -> Answer:
    series = asked.audits.series(gap=asked.at_one_level.gaps[:, 0])
    found = differential_trend(series, level=asked.level, auditors=asked.audits.auditors)
    return _said(found.step)


def _placebo_dates(asked: Asked) -> Answer:
    audits = asked.at_one_level
    means, before = audits.gap_means, ~audits.late
    found = placebo_dates(
        means.mean[before, 0],
        quarter=audits.times[before],
        level=asked.level,
        cases=int(means.audits[before, 0].sum()),
    )
    return _said(found.most)


def _placebo_domains(asked: Asked) -> Answer:
    theme = replace(asked.change.grade, method="place of the theme among placebo domains, by size")
    audits = asked.at_one_level
    found = placebo_domains(
        audits.values[:, 1:],
        quarter=audits.quarter,
        post=audits.post,
        true_change=asked.change.grade,
    )
    if found.why_not:
        return _unavailable(theme, found.why_not)
    domains = 1 + sum(change.is_estimable for change in found.changes)
    says = Saying.NO_CLEAR_CHANGE
    if found.rank == 1:
        says = Saying.IMPROVED if theme.value > 0 else Saying.GOT_WORSE
    return (
        replace(theme, p=found.share),
        says,
        f"number {found.rank} of {domains} by size; {DESCRIBES}",
    )


def _same_auditors(asked: Asked) -> Answer:
    if asked.audits.auditors == 0:
        return _unavailable(asked.change.deciding, "it is not known who audited")
    stayed = same_auditors(asked.audits)
    found = change_of(stayed, rule=asked.change.rule).deciding
    found = replace(found, method=f"auditors of both sides only; {found.method}")
    return _said(found, f"{stayed.auditors} of {asked.audits.auditors} auditors")


def _ordinal_step(asked: Asked) -> Answer:
    alone = ThemedAlone.of(asked.audits)
    found = ordinal_step(
        alone.grade,
        quarter=alone.quarter,
        post=alone.post,
        auditor=alone.auditor,
        level=asked.level,
    ).odds_ratio
    return found, saying(found, no_change=1.0), ""


def _its_quasi_binomial(asked: Asked) -> Answer:
    alone = ThemedAlone.of(asked.audits)
    series = alone.series()
    return _said(
        its_quasi_binomial(
            series.good,
            audits=series.audits,
            quarter=series.quarter,
            post=series.post,
            auditors=alone.auditors,
            level=asked.level,
        )
    )


def _leave_one_out(asked: Asked) -> Answer:
    rule = asked.change.rule
    if asked.change.verdict == ThemeVerdict.TOO_LITTLE:
        return _unavailable(asked.change.deciding, asked.change.reason)
    kinds = {
        "quarter": leave_one_quarter_out(asked.audits, rule=rule),
        "auditor": leave_one_auditor_out(asked.audits, rule=rule),
    }
    changes = [one.change for found in kinds.values() for one in found.estimable]
    if not changes:
        return _unavailable(asked.change.deciding, asked.change.reason)
    unit = "grades" if rule.outcome == "mean_grade" else "as a proportion"
    note = "; ".join(_range_note(kind, found, unit=unit) for kind, found in kinds.items())
    # What speaks least for a claim, or, where none is made, most against making none.
    is_claim = asked.change.verdict in CLAIMED
    worst = sorted(changes, key=lambda change: change.p)[-1 if is_claim else 0]
    others = {one.verdict for found in kinds.values() for one in found.other_verdicts}
    which = "largest" if is_claim else "smallest"
    estimate = replace(worst, method=f"{which} p-value without one; {worst.method}")
    return estimate, _verdict_said(asked.change.verdict, others), note


def _verdict_said(verdict: ThemeVerdict, others: set[ThemeVerdict]) -> Saying:
    """What holds whichever one is left out; a verdict that does not hold is no clear change."""
    if not others:
        return CLAIMED.get(verdict, Saying.NO_CLEAR_CHANGE)
    claims = [CLAIMED[other] for other in sorted(others) if other in CLAIMED]
    return claims[0] if claims and verdict not in CLAIMED else Saying.NO_CLEAR_CHANGE


def _range_note(kind: str, found: LeaveOneOut, *, unit: str) -> str:
    if found.why_not:
        return f"without one {kind}: {found.why_not}"
    low, high = found.range
    changed = len(found.other_verdicts)
    return (
        f"without one {kind} the change lies from {low:+.2f} to {high:+.2f} {unit} and the "
        f"verdict changes in {changed} of {len(found.without)} cases"
    )


def _unavailable(estimate: Estimate, why_not: str) -> Answer:
    refused = Estimate.not_estimable(
        why_not,
        method=estimate.method,
        level=estimate.level,
        cases=estimate.cases,
        auditors=estimate.auditors,
    )
    return refused, Saying.NOT_AVAILABLE, ""


NO_MARK = ("ordinal_step", "its_quasibinomial")
"""Lines without a comparison, which neither agree nor disagree with a verdict."""

ANSWERS: Mapping[str, Callable[[Asked], Answer]] = {
    "other_outcome": _other_outcome,
    "wild_bootstrap": _wild_bootstrap,
    "differential_trend": _differential_trend,
    "placebo_dates": _placebo_dates,
    "placebo_domains": _placebo_domains,
    "same_auditors": _same_auditors,
    "ordinal_step": _ordinal_step,
    "its_quasibinomial": _its_quasi_binomial,
    "leave_one_out": _leave_one_out,
}
"""How each is worked out, by name, in the order they are printed."""


@dataclass(frozen=True, kw_only=True)
class SensitivityLine:
    """One other way of asking, and whether it agrees.

    Parameters
    ----------
    name, question : str
        From ``QUESTIONS``.
    estimate : Estimate
        What it found, in its own unit (see its method).
    says : str
        "improved", "got worse" or "no clear change" where its p-value is not below 1 - level;
        "not available" where it has no estimate. The line of placebo dates speaks of the
        quarters before, and that of placebo domains repeats the theme's own change.
    agrees : bool or None
        Whether it says what the verdict does; None where either cannot be said. Placebo dates
        can disagree with a claim and never agree: that nothing was seen proves nothing. Placebo
        domains speak of claims only: some domain always moves farthest. Lines without a
        comparison move with whatever moves every domain, and neither agree nor disagree. A trend
        of its own that finds no clear change is no mark against a claim: its interval is wide.
    note : str
        What a reader should know besides.
    """

    name: str
    question: str
    estimate: Estimate
    says: Saying
    agrees: bool | None
    note: str


def theme_sensitivity(change: ThemeChange, audits: ThemedAudits) -> tuple[SensitivityLine, ...]:
    """Ask nine other ways whether practice changed after a themed audit.

    Nothing here changes a verdict. Each line is compared with the verdict that the theme has on
    its own, because no line is adjusted for the number of themes.

    Parameters
    ----------
    change : ThemeChange
        The headline.
    audits : ThemedAudits
        What it was computed from.

    Returns
    -------
    tuple of SensitivityLine
        In the order of ``QUESTIONS``; none where there was too little data to test.
    """
    if not change.decision.tested:
        return ()
    alone = change.among(1, holm_p=change.evidence.p(change.rule.outcome))
    asked = Asked(change=alone, compared=Compared.of(audits, change.rule))
    return tuple(_line(name, *ANSWERS[name](asked), verdict=alone.verdict) for name in QUESTIONS)


def _line(
    name: str, estimate: Estimate, says: Saying, note: str, *, verdict: ThemeVerdict
) -> SensitivityLine:
    agrees = _agrees(name, says, verdict=verdict)
    return SensitivityLine(
        name=name,
        question=QUESTIONS[name],
        estimate=estimate,
        says=says,
        agrees=agrees,
        note=note or estimate.why_not,
    )


def _agrees(name: str, says: Saying, *, verdict: ThemeVerdict) -> bool | None:
    if says == Saying.NOT_AVAILABLE or verdict == ThemeVerdict.TOO_LITTLE or name in NO_MARK:
        return None
    is_claim, is_silent = verdict in CLAIMED, says == Saying.NO_CLEAR_CHANGE
    if name == "placebo_dates" and not (is_claim and not is_silent):
        return None
    if name == "placebo_dates":
        return False
    if name == "placebo_domains" and not is_claim:
        return None
    if name == "differential_trend" and is_claim and is_silent:
        return None
    return says == CLAIMED.get(verdict, Saying.NO_CLEAR_CHANGE)


def is_contested(lines: Sequence[SensitivityLine]) -> bool:
    """Whether more of the lines that can judge a verdict disagree with it than agree."""
    said = [line.agrees for line in lines if line.agrees is not None]
    return said.count(False) > said.count(True)

"""What is otherwise than in the last report: verdicts, figures of past periods, and steps.

A cause is named only where it was looked at. Of a verdict these are the settings that it rests on,
the scale, the code, and the data; of a past figure, its audits one by one. Where several differ,
all are named and none is called the cause; where none was found, that is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import isnan
from typing import Literal, TypeAlias

from qaf_analysis.terms.agreed import Agreed, AgreedState
from qaf_analysis.terms.missing_words import plain_spelling
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.reported import (
    Asked,
    EarlierReport,
    LastReport,
    PastMoves,
    ReportFacts,
    ShareFact,
    StepFact,
    StepKind,
    VerdictFact,
)

SCALE = "scale"
HEADLINES = "headline domains"
PERIOD = "headline period"
LIMITS = "limits of the verdict on over-optimism"
RISK = "weight of audits picked by risk"
THEMES = "themes"
PROCESS_CHANGES = "process changes"
_FOR_ALL = (SCALE, HEADLINES, PERIOD)
RESTS_ON: Mapping[Asked, tuple[str, ...]] = {
    "year": _FOR_ALL,
    "agreement": _FOR_ALL,
    "optimism": (*_FOR_ALL, LIMITS, RISK),
    "themes": (*_FOR_ALL, THEMES),
    "theme": (*_FOR_ALL, THEMES),
    "process": (*_FOR_ALL, PROCESS_CHANGES),
}
"""What each verdict rests on of the settings."""

_CALLED_BY: Mapping[StepKind, Asked] = {
    StepKind.READ_AGAIN: "process",
    StepKind.SAME_AUDITS: "process",
    StepKind.ONE_AT_A_TIME: "process",
    StepKind.RECORD_CHOICE: "optimism",
    StepKind.MEND_EXPORT: "optimism",
    StepKind.HAVE_MODERATION: "optimism",
    StepKind.RE_AUDIT: "optimism",
    StepKind.ADJUST: "optimism",
    StepKind.MODERATE_MORE: "optimism",
    StepKind.SECOND_READINGS: "agreement",
    StepKind.CALIBRATE: "agreement",
    StepKind.KEEP_GRADING: "themes",
    StepKind.GRADE_MORE: "themes",
}
"""The verdict that calls for each kind of step."""
Became: TypeAlias = Literal["again", "still", "no longer", "not comparable"]
Printed: TypeAlias = Callable[[float], str]


@dataclass(frozen=True, kw_only=True)
class Differing:
    """What differs behind a verdict: settings by name, code, and the data as they were told.

    Parameters
    ----------
    settings : tuple of str
    versions : tuple of str
        Version then and now, where the code is another; empty where the same code made both.
    data : tuple of str
        What the verdict rests on then and now, where that differs; else empty.
    """

    settings: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    data: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ChangedVerdict:
    """A verdict that is another now; ``then`` or ``now`` is empty where it was not reached."""

    asked: Asked
    headline: str
    theme: str
    then: str
    now: str
    differing: Differing


@dataclass(frozen=True, kw_only=True)
class RevisedFigure:
    """A positive share of a past period that is printed otherwise now.

    ``moves`` is None where its audits cannot be compared one by one. ``other_scale`` says that the
    grades are on another scale, or counted as positive from another level.
    """

    headline: str
    period: str
    n_then: int
    n_now: int
    then: float
    now: float
    moves: PastMoves | None
    other_scale: bool


@dataclass(frozen=True, kw_only=True)
class StepOutcome:
    """What became of a step of the last report.

    Parameters
    ----------
    action : str
    by : Quarter
    became : {"again", "still", "no longer", "not comparable"}
        Recommended again; still called for by a verdict, but not among the first steps; called
        for by none; of a kind that this version does not know.
    asked : str
        Question whose verdict called for it; empty where not known.
    action_now : str
        As it is recommended now, where the words are others.
    verdicts : tuple of str
        What is found on that question now, headline by headline.
    is_changed : bool
        Whether any of these verdicts is another than then.
    """

    action: str
    by: Quarter
    became: Became
    asked: Asked | Literal[""] = ""
    action_now: str = ""
    verdicts: tuple[str, ...] = ()
    is_changed: bool = False


@dataclass(frozen=True, kw_only=True)
class AgreedOutcome:
    """What the council declares of something agreed; ``by`` is a day as ISO 8601 writes it.

    ``step`` is the step of the last report in the very same words, if there is one.
    """

    action: str
    owner: str
    by: str
    state: AgreedState
    outcome: str
    meeting: str
    is_overdue: bool
    step: StepOutcome | None = None


@dataclass(frozen=True, kw_only=True)
class SinceLast:
    """What is otherwise than in the last report of the same council.

    Parameters
    ----------
    council : str
    quarter : Quarter
    positive : str
        What the scale calls its positive grades.
    unit : str
        What figures count, one of them.
    last : Quarter or None
        Quarter of the last report; None where nothing was compared.
    run_id : str
        Of the last report.
    unreadable : tuple of str
        Reports after that one that could not be read, each with the reason.
    verdicts : tuple of ChangedVerdict
    figures : tuple of RevisedFigure
    steps : tuple of StepOutcome
        Of the last report; those that stand in ``agreed`` are not told again.
    agreed : tuple of AgreedOutcome
        As declared, in that order.
    set_aside : tuple of int
        Rows set aside then and now; empty where nothing was compared.
    why_no_moves : str
        Why audits could not be compared one by one.
    """

    council: str
    quarter: Quarter
    positive: str
    unit: str
    last: Quarter | None
    run_id: str
    unreadable: tuple[str, ...]
    verdicts: tuple[ChangedVerdict, ...]
    figures: tuple[RevisedFigure, ...]
    steps: tuple[StepOutcome, ...]
    agreed: tuple[AgreedOutcome, ...]
    set_aside: tuple[int, ...]
    why_no_moves: str

    @property
    def is_first(self) -> bool:
        """Whether no earlier report was found, readable or not."""
        return self.last is None and not self.unreadable

    @property
    def overdue(self) -> int:
        """How many of the agreed actions are overdue."""
        return sum(one.is_overdue for one in self.agreed)

    @property
    def has_something(self) -> bool:
        """Whether there is an earlier report to speak of, or something that was agreed."""
        return not self.is_first or bool(self.agreed)


def since_last(
    earlier: EarlierReport,
    now: ReportFacts,
    *,
    agreed: tuple[Agreed, ...] = (),
    printed: Printed,
) -> SinceLast:
    """Compare what this report says with what the last one said.

    Parameters
    ----------
    earlier : EarlierReport
    now : ReportFacts
        Of the report being made.
    agreed : tuple of Agreed
        As the settings declare.
    printed : callable
        How a share is printed: what prints alike counts as unchanged.

    Examples
    --------
    >>> facts = ReportFacts(council="Example", quarter=Quarter(2019, 3), version="1", key_id="k",
    ...     positive="good or better", unit="audit", declared=(), rows_in=9, set_aside=0,
    ...     verdicts=(), shares=(), steps=(), called_for=())
    >>> since_last(EarlierReport(), facts, printed="{:.0%}".format).is_first
    True
    """
    last = earlier.last
    steps = () if last is None else tuple(_step_outcomes(last.facts, now))
    every = [_agreed_outcome(one, steps, now.quarter) for one in agreed]
    # What is overdue first; else in the order of the settings.
    told = tuple(sorted(every, key=lambda one: not one.is_overdue))
    beside = [one.step for one in told if one.step is not None]
    return SinceLast(
        council=now.council,
        quarter=now.quarter,
        positive=now.positive,
        unit=now.unit,
        last=None if last is None else last.facts.quarter,
        run_id="" if last is None else last.run_id,
        unreadable=earlier.unreadable,
        verdicts=() if last is None else tuple(_changed_verdicts(last, now)),
        figures=() if last is None else tuple(_revised_figures(last, now, printed)),
        steps=tuple(step for step in steps if step not in beside),
        agreed=told,
        set_aside=() if last is None else (last.facts.set_aside, now.set_aside),
        why_no_moves="" if last is None else last.why_no_moves,
    )


def _changed_verdicts(last: LastReport, now: ReportFacts) -> Iterator[ChangedVerdict]:
    """Verdicts that are others now, in the order of this report, then those no longer reached."""
    before = {fact.key: fact for fact in last.facts.verdicts}
    after = {fact.key: fact for fact in now.verdicts}
    for key, fact in {**after, **{k: v for k, v in before.items() if k not in after}}.items():
        then, found = before.get(key), after.get(key)
        if then is None or found is None or then.verdict != found.verdict:
            yield ChangedVerdict(
                asked=fact.asked,
                headline=fact.headline,
                theme=fact.theme,
                then="" if then is None else then.verdict,
                now="" if found is None else found.verdict,
                differing=_differing(last, now, fact.asked, then, found),
            )


def _differing(
    last: LastReport,
    now: ReportFacts,
    asked: Asked,
    then: VerdictFact | None,
    found: VerdictFact | None,
) -> Differing:
    """What was looked at behind a verdict, and is not the same."""
    before, after = last.facts.parts, now.parts
    data: tuple[str, ...] = ()
    if then is not None and found is not None and then.basis != found.basis:
        data = (then.basis, found.basis)
    return Differing(
        settings=tuple(
            name
            for name in RESTS_ON[asked]
            if name in before and name in after and before[name] != after[name]
        ),
        versions=() if last.same_code else (last.facts.version, now.version),
        data=data,
    )


def _revised_figures(
    last: LastReport, now: ReportFacts, printed: Printed
) -> Iterator[RevisedFigure]:
    """Shares of periods that both reports cover and print otherwise, in order of time."""
    before = {share.key: share for share in last.facts.shares}
    other_scale = last.facts.parts.get(SCALE) != now.parts.get(SCALE)
    for share in now.shares:
        then = before.get(share.key)
        if then is None or _as_printed(then, printed) == _as_printed(share, printed):
            continue
        yield RevisedFigure(
            headline=share.headline,
            period=share.period,
            n_then=then.n,
            n_now=share.n,
            then=then.value,
            now=share.value,
            moves=None if last.moves is None else _within(last.moves, share),
            other_scale=other_scale,
        )


def _as_printed(share: ShareFact, printed: Printed) -> tuple[int, str]:
    return share.n, "" if isnan(share.value) else printed(share.value)


def _within(moves: tuple[PastMoves, ...], share: ShareFact) -> PastMoves:
    """Moves of all quarters of a period together."""
    total = PastMoves(headline=share.headline, quarter=share.last)
    for one in moves:
        if one.headline == share.headline and share.first <= one.quarter <= share.last:
            total = replace(
                total,
                late=total.late + one.late,
                counted_since=total.counted_since + one.counted_since,
                moved_in=total.moved_in + one.moved_in,
                moved_out=total.moved_out + one.moved_out,
                withdrawn=total.withdrawn + one.withdrawn,
                uncounted=total.uncounted + one.uncounted,
                regraded=total.regraded + one.regraded,
            )
    return total


def _step_outcomes(last: ReportFacts, now: ReportFacts) -> Iterator[StepOutcome]:
    """What became of each step, told by its kind; words may hold other numbers."""
    for step in last.steps:
        asked = _asked(step.kind)
        if asked is None:
            yield StepOutcome(action=step.action, by=step.by, became="not comparable")
            continue
        same = _of_kind(now.steps, step)
        became: Became = "no longer"
        if same or _of_kind(now.called_for, step):
            became = "again" if same else "still"
        yield StepOutcome(
            action=step.action,
            by=step.by,
            became=became,
            asked=asked,
            action_now=same[0].action if same and same[0].action != step.action else "",
            verdicts=tuple(_words(fact) for fact in now.verdicts if fact.asked == asked),
            is_changed=_verdicts_on(last, asked) != _verdicts_on(now, asked),
        )


def _asked(kind: str) -> Asked | None:
    """The question whose verdict calls for a kind of step; None for one not known here."""
    known = [each for each in StepKind if each.value == kind]
    return _CALLED_BY[known[0]] if known else None


def _of_kind(steps: tuple[StepFact, ...], step: StepFact) -> list[StepFact]:
    """Steps of the same kind; the one in the very same words first."""
    found = [one for one in steps if one.kind == step.kind]
    return sorted(found, key=lambda one: one.action != step.action)


def _words(fact: VerdictFact) -> str:
    return f"{fact.headline}: {fact.verdict}" if fact.headline else fact.verdict


def _verdicts_on(facts: ReportFacts, asked: Asked) -> set[tuple[str, str]]:
    return {(fact.headline, fact.verdict) for fact in facts.verdicts if fact.asked == asked}


def _agreed_outcome(one: Agreed, steps: tuple[StepOutcome, ...], quarter: Quarter) -> AgreedOutcome:
    same = _plain(one.action)
    return AgreedOutcome(
        action=one.action,
        owner=one.owner,
        by=one.by.isoformat(),
        state=one.state,
        outcome=one.outcome,
        meeting=one.meeting,
        is_overdue=one.is_overdue(quarter),
        step=next((step for step in steps if _plain(step.action) == same), None),
    )


def _plain(action: str) -> str:
    """An action without what a hand may leave out: case, spaces, the full stop."""
    return plain_spelling(action).rstrip(". ")

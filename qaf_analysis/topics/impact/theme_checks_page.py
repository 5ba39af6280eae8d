"""Whether verdicts on themes stand when the same question is asked in other ways."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, isnan
from typing import TypeAlias

from qaf_analysis.kit.numbers import (
    chance,
    coefficient,
    counted,
    fine_gap,
    interval,
    points,
    whole,
    with_interval,
)
from qaf_analysis.kit.parts import Column, Table
from qaf_analysis.kit.statement import Statement, listed
from qaf_analysis.stats.impact.theme_sensitivity import SensitivityLine
from qaf_analysis.terms.names import Outcome
from qaf_analysis.topics.impact.theme_checks import ThemeCheck, ThemeChecks

LIMITS = (
    "Nothing here changes a verdict: the rule was fixed before outcomes were read, and whoever "
    "chooses among ten answers afterwards finds changes that are not there far more often than "
    "the rule does. The lines without a comparison move with whatever moves every domain. That no "
    "movement was seen before the themed audit proves nothing, because this check finds few real "
    "trends. Verdicts here are those of each theme on its own, not corrected for the number of "
    "themes."
)
LABELS = {
    "other_outcome": "the other outcome",
    "wild_bootstrap": "bootstrap by quarter",
    "differential_trend": "with a trend of its own",
    "placebo_dates": "dates before the themed audit",
    "placebo_domains": "comparison domains as if themed",
    "same_auditors": "the same auditors only",
    "ordinal_step": "ordinal model without comparison",
    "its_quasibinomial": "share over time without comparison",
    "leave_one_out": "without one quarter or auditor",
}


def say_theme_checks(result: ThemeChecks) -> Statement:
    """Words on how many other ways of asking agree."""
    return Statement(
        claim=_claim(result),
        paragraphs=tuple(_theme(theme) for theme in result.themes)
        or (f"Not available because {result.why_not}.",),
        limits=LIMITS,
        source=result.scope.source_line,
    )


def theme_checks_tables(result: ThemeChecks) -> tuple[Table, ...]:
    """How many agree, and every line of each theme."""
    if not result.themes:
        return ()
    tested = [theme for theme in result.themes if theme.tested]
    return (_overview(result), *(_lines(result, theme) for theme in tested))


def _claim(result: ThemeChecks) -> str:
    tested = [theme for theme in result.themes if theme.tested]
    if not tested:
        return "No verdict on a theme can be asked about in other ways"
    agree = sum(len(theme.agreeing) for theme in tested)
    differ = sum(len(theme.differing) for theme in tested)
    return (
        f"Asked in other ways, {whole(agree)} of the answers about themes agree with the verdict "
        f"and {whole(differ)} do not"
    )


def _theme(theme: ThemeCheck) -> str:
    if not theme.tested:
        return f"{theme.name}: not asked, because {theme.reason}."
    opening = f"{theme.name} ({theme.verdict} on its own): "
    if not theme.agreeing and not theme.differing:
        return f"{opening}nothing can agree or disagree, because {theme.reason}."
    said = f"{opening}{counted(len(theme.agreeing), 'answer agrees', 'answers agree')}"
    if theme.differing:
        names = listed([f"{LABELS[line.name]} ({line.says})" for line in theme.differing])
        said += (
            f"; {counted(len(theme.differing), 'answer says', 'answers say')} otherwise: {names}"
        )
    return f"{said}."


def _overview(result: ThemeChecks) -> Table:
    return Table(
        caption="Other ways of asking about each theme",
        columns=(
            Column(heading="Theme", align="left"),
            Column(heading="Verdict on its own", align="left"),
            Column(heading="Agree"),
            Column(heading="Do not"),
            Column(heading="Cannot say"),
            Column(heading="Which do not", align="left"),
            Column(heading="Cliff's delta"),
        ),
        rows=(*map(_overview_row, result.themes), _total(result.themes)),
        note="The verdict on its own is not corrected for the number of themes, since no line is. "
        "Cliff's delta sets each audit after against each one before, by how far its themed grade "
        "stands from its other grades: 1 if the later always stands higher, 0 if neither does "
        "oftener.",
        source=result.scope.source_line,
    )


def _overview_row(theme: ThemeCheck) -> tuple[str, ...]:
    if not theme.tested:
        return (theme.name, theme.verdict, "", "", "", f"not asked: {theme.reason}", "")
    agree, differ = len(theme.agreeing), len(theme.differing)
    return (
        theme.name,
        theme.verdict,
        whole(agree),
        whole(differ),
        whole(len(theme.lines) - agree - differ),
        listed([LABELS[line.name] for line in theme.differing]) or "none",
        with_interval(theme.effect, coefficient),
    )


def _total(themes: Sequence[ThemeCheck]) -> tuple[str, ...]:
    agree, differ = (
        sum(len(lines) for lines in each)
        for each in ([t.agreeing for t in themes], [t.differing for t in themes])
    )
    other = sum(len(theme.lines) for theme in themes) - agree - differ
    return ("All themes", "", whole(agree), whole(differ), whole(other), "", "")


def _lines(result: ThemeChecks, theme: ThemeCheck) -> Table:
    return Table(
        caption=f"{theme.name}: the same question asked in nine other ways",
        columns=(
            Column(heading="Question", align="left"),
            Column(heading="Found"),
            Column(heading="95% interval"),
            Column(heading="p"),
            Column(heading="Says", align="left"),
            Column(heading="Agrees", align="left"),
            Column(heading="To know", align="left"),
        ),
        rows=tuple(_line(line, outcome=theme.outcome) for line in theme.lines),
        note="Found in grades, unless it says otherwise. Verdict on its own: "
        f"{theme.verdict}, {_decided_by(theme)}.",
        source=result.scope.source_line,
    )


def _decided_by(theme: ThemeCheck) -> str:
    if theme.outcome == "mean_grade":
        return with_interval(theme.deciding, fine_gap)
    return f"{with_interval(theme.deciding, points)} points good or better"


def _line(line: SensitivityLine, *, outcome: Outcome) -> tuple[str, ...]:
    estimate, (write, unit) = line.estimate, _writer(line.name, outcome)
    return (
        line.question,
        f"{unit}{write(estimate.value)}" if estimate.is_estimable else "not available",
        interval(estimate, write),
        "" if isnan(estimate.p) else chance(estimate.p),
        line.says,
        {True: "yes", False: "no", None: "cannot say"}[line.agrees],
        line.note,
    )


def _odds(log_odds: float) -> str:
    return coefficient(exp(log_odds))


def _writer(name: str, outcome: Outcome) -> Writer:
    if name in _BY_OUTCOME:
        return _BY_OUTCOME[name][outcome]
    return _WRITERS.get(name, _GRADES)


Writer: TypeAlias = tuple[Callable[[float], str], str]
"""How a number is written, and the unit before it."""
_GRADES: Writer = (fine_gap, "")
_POINTS: Writer = (points, "points: ")
_DECIDES: dict[Outcome, Writer] = {"mean_grade": _GRADES, "good_or_better": _POINTS}
# Lines that follow the outcome that decides, or are about the other one; the rest have one unit.
_BY_OUTCOME: dict[str, dict[Outcome, Writer]] = {
    "other_outcome": {"mean_grade": _POINTS, "good_or_better": _GRADES},
    "same_auditors": _DECIDES,
    "leave_one_out": _DECIDES,
}
_WRITERS: dict[str, Writer] = {
    "ordinal_step": (coefficient, "odds × "),
    "its_quasibinomial": (_odds, "odds × "),
}

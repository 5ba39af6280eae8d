"""The tables of themed audits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, isfinite, isnan, nan
from typing import TypeAlias

from qaf_analysis.kit.direction import unsigned
from qaf_analysis.kit.numbers import (
    TOO_FEW,
    chance,
    coefficient,
    counted,
    fine_gap,
    interval,
    points,
    whole,
    with_interval,
)
from qaf_analysis.kit.parts import Column, Table, in_section, listed, number_columns, word_columns
from qaf_analysis.stats.impact.difference_in_differences import ThemeChange
from qaf_analysis.stats.impact.sensitivity import SensitivityLine
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.measured import THEME_ERRORS
from qaf_analysis.terms.names import Outcome
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.terms.verdicts import ThemeVerdict
from qaf_analysis.topics.impact.analysis.actions import ActionCounts, Actions, ReAudit
from qaf_analysis.topics.impact.analysis.checks import ThemeCheck, ThemeChecks
from qaf_analysis.topics.impact.analysis.design import ThemeDesign
from qaf_analysis.topics.impact.analysis.themes import ThemeFinding, Themes
from qaf_analysis.topics.impact.lines import ALIKE, as_controls_line
from qaf_analysis.topics.impact.words import (
    LABELS,
    _span,
    _written,
    ruled_out_of,
    smallest_seen,
)


def themes_tables(result: Themes) -> tuple[Table, ...]:
    """Verdicts, the design fixed beforehand, and each theme's quarters."""
    if not result.themes:
        return ()
    return (
        in_section(_verdicts(result)),
        in_section(_errors()),
        _reasons(result),
        *_level_and_drift(result),
        _design(result),
        *(_quarters(t) for t in result.themes if t.change),
    )


def _verdicts(result: Themes) -> Table:
    return Table(
        caption="Change after each themed audit, against domains no theme touched",
        columns=(
            Column(heading="Theme", align="left"),
            Column(heading="Verdict", align="left"),
            Column(heading="Audits"),
            Column(heading="Quarters before, after"),
            Column(heading="Smallest change found 4 times in 5", unit="grades"),
            Column(heading="Change", unit="grades"),
            Column(heading=result.scale.positive_heading, unit="points"),
            Column(heading="Drift that would explain it", unit="a year"),
        ),
        rows=tuple(_verdict_row(theme) for theme in result.themes),
        note="95% intervals in brackets. Untouched domains' movements count as much as they are "
        "worth at the themed domain's level. Decided on the mean grade, unless the design says "
        "otherwise; the smallest change and the drift are then in points. For a theme about a type "
        "of case, the change is a plain before and after.",
        source=result.scope.source_line,
    )


def _errors() -> Table:
    errors = THEME_ERRORS
    return Table(
        caption=f'How often "{ThemeVerdict.IMPROVED}" comes up although no theme had any effect',
        columns=(
            Column(heading="What else is going on", align="left"),
            Column(heading=f'"{ThemeVerdict.IMPROVED.capitalize()}"', unit="of 100 councils"),
        ),
        rows=(
            (
                "Whatever moves all domains alike, other auditors, stricter ones",
                _most(errors.usual),
            ),
            ("The same, with a single comparison domain", _most(errors.one_domain)),
            ("A domain's luck lasts from quarter to quarter", _most(errors.lasting)),
            (
                "The theme was picked as the worst domain of a quarter that is not left out",
                _most(errors.worst),
            ),
            (
                "The themed domain was rising by itself all along",
                f"{errors.rising_few:.0f} to {errors.rising_many:.0f}",
            ),
        ),
        note="Measured on simulated councils with 8 quarters of 50 audits or 12 of 150; the "
        "largest rate of each kind.",
        source="Table of measured error rates of this version (docs/calibration/impact.md).",
    )


def _most(rate: float) -> str:
    return f"up to {rate:.0f}"


def _reasons(result: Themes) -> Table:
    return Table(
        caption="Why each theme got its verdict, and what else it may be",
        columns=(
            Column(heading="Theme", align="left"),
            Column(heading="Why", align="left"),
            Column(heading="p for all themes"),
            Column(heading="Ruled out: a change of more than", align="left"),
            Column(heading="Untouched domains' own change"),
            Column(heading="Also in these quarters", align="left"),
        ),
        rows=tuple(_reason_row(theme) for theme in result.themes),
        note="Own change in grades, in points where the share graded "
        f"{result.scale.positive} decides. The p for all themes is the larger p of the two scales "
        "on which a claim must hold, corrected for the number of "
        "themes compared (Holm).",
        source="The rule stands in the section on method.",
    )


def _reason_row(theme: ThemeFinding) -> tuple[str, ...]:
    change = theme.change
    return (
        theme.name,
        theme.reason,
        _holm(theme),
        ruled_out_of(theme),
        _own_change(change),
        listed(theme.rivals) or "nothing on record",
    )


def _own_change(change: ThemeChange | None) -> str:
    """The comparison domains' own change, in the unit that decides."""
    if change is None:
        return "not known"
    by_good = change.rule.outcome == "good_or_better"
    moved, write = (change.control_good, points) if by_good else (change.control_grade, fine_gap)
    return with_interval(moved, write) if moved.is_estimable else "not known"


def _holm(theme: ThemeFinding) -> str:
    if theme.change is None or not theme.change.decision.tested:
        return "not tested"
    return "under 0.001" if theme.change.holm_p < 0.001 else f"{theme.change.holm_p:.3f}"


def _verdict_row(theme: ThemeFinding) -> tuple[str, ...]:
    change, cohort = theme.change, theme.cohort
    sides = "{}, {}".format(*theme.sides)
    if cohort is not None:
        sizes = f"{cohort.before_n:,}, {cohort.after_n:,}"
        good = with_interval(cohort.difference, points)
        return (theme.name, str(theme.full_verdict), sizes, sides, "", "no comparison", good, "")
    if change is None:
        return (theme.name, str(theme.full_verdict), "0", sides, "", TOO_FEW, TOO_FEW, "")
    start = (theme.name, str(theme.full_verdict), f"{change.evidence.audits:,}", sides)
    if not change.decision.tested:
        return (*start, "", TOO_FEW, TOO_FEW, "")
    return (
        *start,
        smallest_seen(change).removesuffix(" of a grade"),
        with_interval(change.grade, fine_gap),
        with_interval(change.good, points),
        _drift_cell(change),
    )


def _level_and_drift(result: Themes) -> tuple[Table, ...]:
    """What the comparison is worth at each theme's level, and drifts beside each change."""
    tested = [
        (theme, theme.change)
        for theme in result.themes
        if theme.change is not None and theme.change.decision.tested
    ]
    if not tested:
        return ()
    return (
        Table(
            caption="Level and drift: what the change of each theme rests on",
            columns=(
                Column(heading="Theme", align="left"),
                Column(heading="Untouched domains' change, at the theme's level"),
                Column(heading="Change on the second scale"),
                Column(heading="Holds up to, times the common movement"),
                Column(heading="Drift that would explain it", unit="a year"),
                Column(heading="Moved before", unit="a year"),
                Column(heading="Fastest untouched domain", unit="a year"),
                Column(heading="Other ways of asking: agree, do not"),
                Column(heading="Against drift", align="left"),
            ),
            rows=tuple(_level_row(theme, change) for theme, change in tested),
            note=f"In grades; in points where the share graded {result.scale.positive} decides. "
            "A common movement is worth the first figure if it is equally many standard "
            "deviations in every domain. It is worth the second if the domains have their "
            "thresholds between grades in common.",
            source=result.scope.source_line,
        ),
    )


def _level_row(theme: ThemeFinding, change: ThemeChange) -> tuple[str, ...]:
    write = points if change.rule.outcome == "good_or_better" else fine_gap
    drift, (_, *second) = change.drift, change.evidence.both(change.rule.outcome)

    def size(number: float) -> str:
        return unsigned(number, write) if isfinite(number) else ""

    return (
        theme.name,
        ", ".join(map(write, filter(isfinite, (change.shift, change.shift_threshold)))),
        with_interval(second[0], write) if second else "one scale only",
        f"{change.factor:.1f}" if isfinite(change.factor) else "",
        size(drift.breakdown),
        with_interval(drift.before, write),
        size(drift.fastest),
        f"{theme.agreeing}, {len(theme.differing)}",
        change.decision.standing or "",
    )


def _drift_cell(change: ThemeChange) -> str:
    """The breakdown drift by year of a claim; nothing where nothing is claimed."""
    if change.decision.standing is None:
        return ""
    write = points if change.rule.outcome == "good_or_better" else fine_gap
    return unsigned(change.drift.breakdown, write)


def _design(result: Themes) -> Table:
    return Table(
        caption="Design of each theme, fixed in the settings before outcomes were read",
        columns=(
            Column(heading="Theme", align="left"),
            Column(heading="About", align="left"),
            Column(heading="Audited in", align="left"),
            Column(heading="Decided on", align="left"),
            Column(heading="Quarters left out", align="left"),
            Column(heading="Compared with", align="left"),
            Column(heading="Improvement activity", align="left"),
        ),
        rows=tuple(_design_row(theme.design, result.scale) for theme in result.themes),
        note="Compared with: the domains that no theme touched and that were graded in every "
        "quarter in which the themed domain was, or those that the settings name.",
        source=f"Settings file, SHA-256 {result.settings_sha256[:16] or 'none'}.",
    )


def _design_row(design: ThemeDesign, scale: ScaleWords) -> tuple[str, ...]:
    left_out = ", ".join(map(str, design.excluded)) or "none"
    return (
        design.name,
        design.about,
        str(design.audited_in),
        "mean grade" if design.outcome == "mean_grade" else f"share graded {scale.positive}",
        f"{left_out}; {design.cut_because}" if design.cut_because else left_out,
        f"{counted(len(design.controls), 'domain')}: {', '.join(design.controls)}"
        if design.controls
        else "nothing comparable",
        design.activity or "not stated",
    )


def _quarters(theme: ThemeFinding) -> Table:
    change = theme.change
    alike = dict(zip(theme.quarters, as_controls_line(theme).means, strict=True))
    return Table(
        caption=f"{theme.name}: mean grade by quarter, themed domain and untouched domains",
        columns=(
            Column(heading="Quarter", align="left"),
            Column(heading="Audits"),
            Column(heading=theme.design.about),
            Column(heading="Untouched domains"),
            Column(heading="Difference at one level"),
            Column(heading=ALIKE),
        ),
        rows=tuple(
            (
                str(Quarter.from_index(point.quarter)),
                f"{point.audits:,}",
                f"{point.themed:.2f}",
                f"{point.control:.2f}",
                fine_gap(point.difference) if isfinite(point.difference) else "",
                _mean(alike.get(Quarter.from_index(point.quarter), nan)),
            )
            for point in (change.series if change else ())
        ),
        note="Mean of grade codes, 0 for the worst level; quarters left out by design, or for too "
        "few audits, are absent. Difference at one level: above 0 the themed domain stands higher "
        "than the untouched domains' movements lead one to expect. Had it moved alike: where it "
        "would stand after the themed audit had it moved as they did.",
        source="Routine audits graded in the themed domain and in at least one untouched domain.",
    )


def _mean(grade: float) -> str:
    return f"{grade:.2f}" if isfinite(grade) else ""


def theme_checks_tables(result: ThemeChecks) -> tuple[Table, ...]:
    """How many agree, and every line of each theme."""
    if not result.themes:
        return ()
    tested = [theme for theme in result.themes if theme.tested]
    return (in_section(_overview(result)), *(_lines(result, theme) for theme in tested))


def _overview(result: ThemeChecks) -> Table:
    return Table(
        caption="Other ways of asking about each theme",
        columns=(
            *word_columns("Theme", "Verdict on its own"),
            *number_columns("Agree", "Do not", "Cannot say"),
            *word_columns("Which do not"),
        ),
        rows=(*map(_overview_row, result.themes), _total(result.themes)),
        note="The verdict on its own is not corrected for the number of themes, since no line is.",
        source=result.scope.source_line,
    )


def _overview_row(theme: ThemeCheck) -> tuple[str, ...]:
    if not theme.tested:
        return (theme.name, theme.verdict, "", "", "", f"not asked: {theme.reason}")
    agree, differ = len(theme.agreeing), len(theme.differing)
    return (
        theme.name,
        theme.verdict,
        whole(agree),
        whole(differ),
        whole(len(theme.lines) - agree - differ),
        listed([LABELS[line.name] for line in theme.differing]) or "none",
    )


def _total(themes: Sequence[ThemeCheck]) -> tuple[str, ...]:
    agree, differ = (
        sum(len(lines) for lines in each)
        for each in ([t.agreeing for t in themes], [t.differing for t in themes])
    )
    other = sum(len(theme.lines) for theme in themes) - agree - differ
    return ("All themes", "", whole(agree), whole(differ), whole(other), "")


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
        f"{theme.verdict}, {_decided_by(theme, result.scale)}. "
        "Cliff's delta, from -1 to 1: how much oftener an audit after stands above one before "
        "than below, by its themed grade beside its other grades, "
        f"{with_interval(theme.effect, coefficient)}.",
        source=result.scope.source_line,
    )


def _decided_by(theme: ThemeCheck, scale: ScaleWords) -> str:
    if theme.outcome == "mean_grade":
        return with_interval(theme.deciding, fine_gap)
    return f"{with_interval(theme.deciding, points)} points in the share graded {scale.positive}"


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
RE_AUDIT_NOTE = (
    "Two snapshots with no comparison: they differ as easily by who audited, which cases were "
    "picked and what moved every domain as by practice. Their interval allows for chance alone."
)


def actions_tables(result: Actions) -> tuple[Table, ...]:
    """Actions by theme, their shares, the order of closing, and the re-audits."""
    tables = []
    if not result.why_not:
        tables += [in_section(actions_table(result)), _shares(result)]
        if result.order:
            tables.append(in_section(closing_order_table(result)))
    if result.re_audits:
        tables.append(in_section(re_audits_table(result)))
    return tuple(tables)


def actions_table(result: Actions) -> Table:
    """Actions by theme: raised, due, closed, overdue and verified."""
    headings = (
        "Raised",
        "No due day",
        "Due",
        "Closed in time",
        "Closed late",
        "Overdue",
        "Closed",
        "Verified",
        "Verified by a later audit",
    )
    return Table(
        caption=f"Improvement actions by theme at the end of {result.scope.quarter}",
        columns=(
            Column(heading="Theme", align="left"),
            *(Column(heading=heading) for heading in headings),
        ),
        rows=tuple(_count_row(one) for one in (*result.by_theme, result.overall)),
        note="Due: the day by which it was to be closed had come. Closed in time, closed late and "
        "overdue add up to due. Closed also counts actions closed that were not due yet or had no "
        "due day.",
        source=result.scope.source_line,
    )


def _count_row(one: ActionCounts) -> tuple[str, ...]:
    numbers = (
        one.raised,
        one.undated,
        one.due,
        one.in_time,
        one.late,
        one.overdue,
        one.closed,
        one.verified,
        one.re_audited,
    )
    return (one.label, *map(whole, numbers))


def _shares(result: Actions) -> Table:
    parts: tuple[tuple[str, Callable[[ActionCounts], Estimate]], ...] = (
        ("Closed, of those raised", lambda one: one.closed_share),
        ("Closed in time, of those due", lambda one: one.in_time_share),
        ("Verified by a later audit, of those closed", lambda one: one.re_audited_share),
    )
    return Table(
        caption="Shares of the actions, where there are at least five",
        columns=(
            Column(heading="Theme", align="left"),
            *(Column(heading=heading, unit="95% interval") for heading, _ in parts),
        ),
        rows=tuple(
            (one.label, *(_written(share(one)) for _, share in parts))
            for one in (*result.by_theme, result.overall)
        ),
        note="Wilson intervals.",
        source=result.scope.source_line,
    )


def closing_order_table(result: Actions) -> Table:
    """When actions were closed, beside the first quarter after each themed audit."""
    return Table(
        caption="When actions were closed, beside the first quarter after each themed audit",
        columns=(
            Column(heading="Theme", align="left"),
            Column(heading="Audited in", align="left"),
            Column(heading="First quarter after", align="left"),
            Column(heading="Raised"),
            Column(heading="Closed before it"),
            Column(heading="Closed since"),
            Column(heading="Open"),
            Column(heading="Closed from", align="left"),
            Column(heading="Closed to", align="left"),
        ),
        rows=tuple(
            (
                one.theme,
                str(one.audited_in),
                str(one.first_after) if one.has_begun else f"{one.first_after}, not begun",
                whole(one.raised),
                whole(one.closed_before),
                whole(one.closed_since),
                whole(one.still_open),
                str(one.first_closed or "none"),
                str(one.last_closed or "none"),
            )
            for one in result.order
        ),
        note="An order of dates only. The first quarter after is the first one that the "
        "comparison of themes counts as after the themed audit.",
        source=result.scope.source_line,
    )


def re_audits_table(result: Actions) -> Table:
    """Themes audited and audited again."""
    return Table(
        caption=f"Themes audited and audited again: graded {result.scale.positive} in each",
        columns=(
            Column(heading="Theme", align="left"),
            Column(heading="Domain", align="left"),
            Column(heading="Audit", align="left"),
            Column(heading=result.scale.positive_heading),
            Column(heading="Re-audit", align="left"),
            Column(heading=f"{result.scale.positive_heading} again"),
            Column(heading="Cases in both"),
            Column(heading="Difference", unit="points"),
            Column(heading="95% interval"),
            Column(heading="Verdict", align="left"),
        ),
        rows=tuple(_re_audit_row(one) for one in result.re_audits),
        note=RE_AUDIT_NOTE,
        source=f"Themed audits and re-audits up to {result.scope.quarter}.",
    )


def _re_audit_row(one: ReAudit) -> tuple[str, ...]:
    change = one.change
    seen = change.difference.is_estimable
    return (
        one.theme,
        one.domain,
        _span(one.audited),
        f"{whole(change.audit_good)} of {whole(change.audit_n)}",
        _span(one.re_audited),
        f"{whole(change.re_audit_good)} of {whole(change.re_audit_n)}",
        whole(one.same_cases),
        points(change.difference.value) if seen else TOO_FEW,
        interval(change.difference, points),
        str(change.verdict),
    )

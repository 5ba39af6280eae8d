"""Tables of the section on themed audits."""

from __future__ import annotations

from qaf_analysis.analyses.themes import ThemeFinding, Themes
from qaf_analysis.present.numbers import TOO_FEW, fine_gap, points, value, with_interval
from qaf_analysis.present.parts import Column, Table


def themes_tables(result: Themes) -> tuple[Table, ...]:
    """Verdicts, the design fixed beforehand, and each theme's quarters."""
    if not result.themes:
        return ()
    return (
        _verdicts(result),
        _reasons(result),
        _design(result),
        *(_quarters(t) for t in result.themes if t.change),
    )


def _verdicts(result: Themes) -> Table:
    return Table(
        caption="Change after each themed audit, against domains no theme touched",
        columns=(
            Column(heading="Theme", align="left"),
            Column(heading="Verdict", align="left"),
            Column(heading="Change", unit="grades"),
            Column(heading="Good or better", unit="points"),
            Column(heading="Smallest change found 80% of the time", unit="grades"),
            Column(heading="Quarters before and after"),
        ),
        rows=tuple(_verdict_row(theme) for theme in result.themes),
        note="95% intervals in brackets. Decided on the mean grade. For a theme about a type of "
        "case, the change is a plain before and after.",
        source=result.scope.source_line,
    )


def _reasons(result: Themes) -> Table:
    return Table(
        caption="Why each theme got its verdict",
        columns=(
            Column(heading="Theme", align="left"),
            Column(heading="Verdict", align="left"),
            Column(heading="Why", align="left"),
            Column(heading="Holm p"),
        ),
        rows=tuple(
            (theme.name, theme.full_verdict, theme.reason, _holm(theme)) for theme in result.themes
        ),
        note="Holm p is corrected for the number of themes compared.",
        source="The rule stands in the section on method.",
    )


def _holm(theme: ThemeFinding) -> str:
    if theme.change is None or not theme.change.decision.tested:
        return "not tested"
    return "under 0.001" if theme.change.holm_p < 0.001 else f"{theme.change.holm_p:.3f}"


def _verdict_row(theme: ThemeFinding) -> tuple[str, ...]:
    change, cohort = theme.change, theme.cohort
    if cohort is not None:
        sizes = f"{cohort.before_n} and {cohort.after_n} audits"
        good = with_interval(cohort.difference, points)
        return (theme.name, theme.full_verdict, "no comparison", good, "", sizes)
    if change is None or not change.decision.tested:
        return (theme.name, theme.full_verdict, TOO_FEW, TOO_FEW, "", _sides(theme))
    return (
        theme.name,
        theme.full_verdict,
        with_interval(change.grade, fine_gap),
        with_interval(change.good, points),
        value(change.detectable_grade, fine_gap).removeprefix("+"),
        _sides(theme),
    )


def _sides(theme: ThemeFinding) -> str:
    change = theme.change
    return f"{change.evidence.pre_quarters} and {change.evidence.post_quarters}" if change else ""


def _design(result: Themes) -> Table:
    return Table(
        caption="Design of each theme, fixed in the settings before outcomes were read",
        columns=(
            Column(heading="Theme", align="left"),
            Column(heading="About", align="left"),
            Column(heading="Audited in", align="left"),
            Column(heading="Quarters left out", align="left"),
            Column(heading="Compared with", align="left"),
            Column(heading="Improvement activity", align="left"),
        ),
        rows=tuple(
            (
                theme.name,
                theme.about,
                str(theme.audited_in),
                ", ".join(str(quarter) for quarter in theme.excluded) or "none",
                ", ".join(theme.controls) or "nothing comparable",
                theme.activity or "not stated",
            )
            for theme in result.themes
        ),
        source=f"Settings file, SHA-256 {result.settings_sha256[:16] or 'none'}.",
    )


def _quarters(theme: ThemeFinding) -> Table:
    change = theme.change
    return Table(
        caption=f"{theme.name}: mean grade by quarter, themed domain and untouched domains",
        columns=(
            Column(heading="Quarter", align="left"),
            Column(heading="Audits"),
            Column(heading=theme.about),
            Column(heading="Untouched domains"),
            Column(heading="Difference"),
        ),
        rows=tuple(
            (
                str(theme.quarters[point.quarter]),
                f"{point.audits:,}",
                f"{point.themed:.2f}",
                f"{point.control:.2f}",
                fine_gap(point.difference),
            )
            for point in (change.series if change else ())
        ),
        note="Mean of grade codes, 0 for the worst level; quarters left out by design are absent.",
        source="Routine audits graded in the themed domain and in at least one untouched domain.",
    )

"""Tables of the section on themed audits."""

from __future__ import annotations

from qaf_analysis.kit.numbers import TOO_FEW, counted, fine_gap, points, with_interval
from qaf_analysis.kit.parts import Column, Table
from qaf_analysis.kit.statement import listed
from qaf_analysis.terms.measured import THEME_ERRORS
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.impact.theme_design import ThemeDesign
from qaf_analysis.topics.impact.themes import ThemeFinding, Themes
from qaf_analysis.topics.impact.themes_words import ruled_out_of, smallest_seen


def themes_tables(result: Themes) -> tuple[Table, ...]:
    """Verdicts, the design fixed beforehand, and each theme's quarters."""
    if not result.themes:
        return ()
    return (
        _verdicts(result),
        _errors(),
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
            Column(heading="Audits"),
            Column(heading="Quarters before, after"),
            Column(heading="Smallest change found 4 times in 5", unit="grades"),
            Column(heading="Change", unit="grades"),
            Column(heading="Good or better", unit="points"),
        ),
        rows=tuple(_verdict_row(theme) for theme in result.themes),
        note="95% intervals in brackets. Decided on the mean grade, unless the design says "
        "otherwise; the smallest change is then in points. For a theme about a type of case, the "
        "change is a plain before and after.",
        source=result.scope.source_line,
    )


def _errors() -> Table:
    errors = THEME_ERRORS
    return Table(
        caption='How often "improved" comes up although no theme had any effect',
        columns=(
            Column(heading="What else is going on", align="left"),
            Column(heading='"Improved"', unit="of 100 councils"),
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
        note="Measured on simulated councils with 8 or 12 quarters of 50 to 350 audits; the "
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
            Column(heading="Holm p"),
            Column(heading="Ruled out: a change of more than", align="left"),
            Column(heading="Untouched domains' own change", unit="grades"),
            Column(heading="Also in these quarters", align="left"),
        ),
        rows=tuple(_reason_row(theme) for theme in result.themes),
        note="Holm p is corrected for the number of themes compared.",
        source="The rule stands in the section on method.",
    )


def _reason_row(theme: ThemeFinding) -> tuple[str, ...]:
    change = theme.change
    return (
        theme.name,
        theme.reason,
        _holm(theme),
        ruled_out_of(theme),
        with_interval(change.control_grade, fine_gap)
        if change is not None and change.control_grade.is_estimable
        else "not known",
        listed(theme.rivals) or "nothing on record",
    )


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
        return (theme.name, theme.full_verdict, sizes, sides, "", "no comparison", good)
    if change is None:
        return (theme.name, theme.full_verdict, "0", sides, "", TOO_FEW, TOO_FEW)
    start = (theme.name, theme.full_verdict, f"{change.evidence.audits:,}", sides)
    if not change.decision.tested:
        return (*start, "", TOO_FEW, TOO_FEW)
    return (
        *start,
        smallest_seen(change).removesuffix(" of a grade"),
        with_interval(change.grade, fine_gap),
        with_interval(change.good, points),
    )


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
        rows=tuple(_design_row(theme.design) for theme in result.themes),
        note="Compared with: the domains that no theme touched and that were graded in every "
        "quarter in which the themed domain was, or those that the settings name.",
        source=f"Settings file, SHA-256 {result.settings_sha256[:16] or 'none'}.",
    )


def _design_row(design: ThemeDesign) -> tuple[str, ...]:
    left_out = ", ".join(map(str, design.excluded)) or "none"
    return (
        design.name,
        design.about,
        str(design.audited_in),
        "mean grade" if design.outcome == "mean_grade" else "good or better",
        f"{left_out}; {design.cut_because}" if design.cut_because else left_out,
        f"{counted(len(design.controls), 'domain')}: {', '.join(design.controls)}"
        if design.controls
        else "nothing comparable",
        design.activity or "not stated",
    )


def _quarters(theme: ThemeFinding) -> Table:
    change = theme.change
    return Table(
        caption=f"{theme.name}: mean grade by quarter, themed domain and untouched domains",
        columns=(
            Column(heading="Quarter", align="left"),
            Column(heading="Audits"),
            Column(heading=theme.design.about),
            Column(heading="Untouched domains"),
            Column(heading="Difference"),
        ),
        rows=tuple(
            (
                str(Quarter.from_index(point.quarter)),
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

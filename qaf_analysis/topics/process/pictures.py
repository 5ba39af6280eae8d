"""The pictures of changes to the audit process: before and after."""

from __future__ import annotations

from matplotlib.axes import Axes

from qaf_analysis.kit.charts.mark import (
    SMALL,
    WIDTH_OF,
    WORDS,
    Mark,
    Size,
    draw_mark,
    fitted_lines,
    middle,
    text_width,
    write,
)
from qaf_analysis.kit.charts.rows import Axis, Row, interval_rows
from qaf_analysis.kit.charts.scale import draw_values, round_values, words_of
from qaf_analysis.kit.charts.time import Change
from qaf_analysis.kit.numbers import coefficient, points, whole
from qaf_analysis.kit.palette import GRID, MUTED, TEXT
from qaf_analysis.kit.parts import Picture, listed
from qaf_analysis.kit.picture import house_style, new_figure, panel, picture_of
from qaf_analysis.terms.verdicts import (
    AGREEMENT_CHANGE_RULE,
    AgreementChangeVerdict,
    ProcessAnswer,
    SpreadVerdict,
)
from qaf_analysis.topics.agreement.pictures import agreement_over_time
from qaf_analysis.topics.process.analysis.agreement import ProcessAgreement
from qaf_analysis.topics.process.analysis.spread import Consistency, ProcessFinding
from qaf_analysis.topics.process.words import told_first


def consistency_pictures(result: Consistency, *, size: Size = "full") -> tuple[Picture, ...]:
    """Spread before and after each change that can be measured."""
    return tuple(_spread(finding, size=size) for finding in result.changes if _has_spread(finding))


def consistency_card_picture(result: Consistency) -> Picture | None:
    """Spread before and after the change; agreement with moderators, where the answer is on it."""
    if result.headline < 0:
        return None
    if result.answer == ProcessAnswer.FELL:
        return _agreement_changes(result)
    finding = result.changes[told_first(result)]
    return _spread(finding, size="card") if _has_spread(finding) else None


def _agreement_changes(result: Consistency) -> Picture:
    """Change of agreement with moderators after each change of the process."""
    told = [one for one in result.agreement if one.verdict != AgreementChangeVerdict.TOO_LITTLE]
    claims = (AgreementChangeVerdict.FELL, AgreementChangeVerdict.IMPROVED)
    return interval_rows(
        [
            Row(
                mark=Mark.of(
                    listed(one.periods.labels), one.difference, is_quiet=one.verdict not in claims
                )
            )
            for one in told
        ],
        title=f"Agreement with moderators after each change: {result.answer}",
        axis=Axis(
            middle="no change",
            left="agree less",
            right="agree more",
            unit="points",
            number=points,
        ),
        about="Share of the same grade by auditor and moderator, after less before, in points.",
        size="card",
    )


def _has_spread(finding: ProcessFinding) -> bool:
    measured = finding.before.sd.is_estimable and finding.after.sd.is_estimable
    return measured and finding.change.verdict != SpreadVerdict.TOO_LITTLE


def _spread(finding: ProcessFinding, *, size: Size) -> Picture:
    return spread_before_after(
        Mark.of("before", finding.before.sd),
        Mark.of("after", finding.after.sd),
        title=f"{listed(finding.periods.labels)}: {finding.change.verdict}",
        size=size,
    )


def process_agreement_pictures(
    result: ProcessAgreement, *, size: Size = "full"
) -> tuple[Picture, ...]:
    """Identical grades by quarter, with the changes marked."""
    if not any(quarter.identical.is_estimable for quarter in result.timeline):
        return ()
    pairs = sum(quarter.pairs for quarter in result.timeline)
    same = sum(quarter.same for quarter in result.timeline)
    every = Mark(label="all quarters", value=same / pairs, note=f"n {whole(pairs)}")
    return (
        agreement_over_time(
            [Mark.of(str(q.quarter), q.identical) for q in result.timeline],
            title=f"Same grade by auditor and moderator, share by quarter: {result.verdict}",
            whole_period=every,
            changes=[
                Change(label=listed(quarter.changes), before=str(quarter.quarter))
                for quarter in result.timeline
                if quarter.changes
            ],
            about="By quarter of the audit.",
            missing=f"fewer than {AGREEMENT_CHANGE_RULE.fewest_a_quarter} moderated audits",
            size=size,
        ),
    )


def spread_before_after(before: Mark, after: Mark, *, title: str, size: Size = "full") -> Picture:
    """Spread between strict and lenient auditors before and after a change, in grades.

    Parameters
    ----------
    before, after : Mark
        Standard deviation among auditors; 0 means that all are alike.
    title : str
        The finding.
    size : {"card", "full", "narrow"}
        How wide; a card has no values along its axis.
    """
    width = WIDTH_OF[size]
    left = 16 + max(text_width(mark.label) for mark in (before, after))
    left = min(left, 0.4 * width)
    with house_style():
        figure = new_figure(width, 128 if size == "card" else 142)
        axes = panel(figure, left=left, top=10, width=width - left - 20, height=84)
        axes.set_xlim(0, 1.05 * max([0.1, *before.reach, *after.reach]))
        axes.set_ylim(2, 0)
        axes.plot((0, 0), (0, 2), color=TEXT.light, linewidth=1.2, clip_on=False)
        axes.plot(axes.get_xlim(), (2, 2), color=GRID.light, linewidth=1.5, clip_on=False)
        drop = 17
        alike = "0 = all auditors alike" if size != "narrow" else "0 = all alike"
        if size != "card":
            drop = 31
            values = round_values(*axes.get_xlim())
            draw_values(axes, values, words_of(values, coefficient), upright=False)
        for place, mark in ((0.65, before), (1.55, after)):
            _draw_spread(axes, mark, place=place, left=left)
        write(
            axes, alike, (0, 2), shift=(0, -drop), size=SMALL,
            colour=MUTED.light,
        )  # fmt: skip
        write(
            axes, "spread, in grades", (axes.get_xlim()[1], 2), shift=(0, -drop), anchor="right",
            size=SMALL, colour=MUTED.light,
        )  # fmt: skip
        alt = " ".join(f"{mark.label}: {_spread_in_words(mark)}." for mark in (before, after))
        return picture_of(
            figure, title=title, alt=f"Spread among auditors in grades, 0 if all are alike. {alt}"
        )


def _draw_spread(axes: Axes, mark: Mark, *, place: float, left: float) -> None:
    lines = fitted_lines(mark.label, width=left - 14)
    for row, words in enumerate(lines):
        rise = 7 * (len(lines) - 1) - 14 * row + middle(WORDS)
        write(axes, words, (0, place), shift=(-left + 2, rise))
    draw_mark(axes, mark, place=place, upright=False)
    if mark.has_value:
        write(
            axes, coefficient(mark.value), (mark.value, place), shift=(0, 9), anchor="center",
            bold=True,
        )  # fmt: skip
    else:
        write(axes, "not measurable", (0, place), shift=(8, middle(WORDS)), colour=MUTED.light)


def _spread_in_words(mark: Mark) -> str:
    if not mark.has_value:
        return f"not measurable{f' because {mark.note}' if mark.note else ''}"
    span = f" ({coefficient(mark.low)} to {coefficient(mark.high)})" if mark.has_interval else ""
    return f"{coefficient(mark.value)}{span}"

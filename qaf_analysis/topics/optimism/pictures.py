"""The pictures of over-optimism: the grid, the gap round by round, and the funnel of auditors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from math import isnan

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from qaf_analysis.kit.charts.funnel import FunnelBounds, FunnelDot, gap_funnel
from qaf_analysis.kit.charts.grid import (
    cells_in_words,
    draw_cell,
    explain,
    grid_frame,
    require_square,
    split_in_words,
)
from qaf_analysis.kit.charts.mark import (
    SMALL,
    WIDTH_OF,
    Mark,
    Size,
    draw_mark,
    middle,
    spread_apart,
    text_width,
    write,
)
from qaf_analysis.kit.charts.rows import Axis, Row, interval_rows
from qaf_analysis.kit.charts.scale import UNIT_OF_GAPS, draw_values, round_values, words_of
from qaf_analysis.kit.charts.time import LINE, PERIOD_WORDS, Change, TimeFrame
from qaf_analysis.kit.numbers import TOO_FEW, counted, gap, percent, whole
from qaf_analysis.kit.palette import ACCENT, BAND, COMPARISON, MUTED, PAGE, QUIET, TEXT
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.picture import house_style, new_figure, panel, picture_of
from qaf_analysis.stats.optimism.auditor_gaps import LEAST_CASES, OUTER
from qaf_analysis.stats.optimism.verdict import size_in_grades
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.verdicts import LARGE_TYPE_RULE
from qaf_analysis.topics.optimism.analysis.detail import OptimismDetail
from qaf_analysis.topics.optimism.analysis.groups import GapGroup
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.optimism.words import say_optimism

MOST_ROUNDS_ON_A_CARD = 6


def optimism_pictures(result: Optimism, *, size: Size = "full") -> tuple[Picture, ...]:
    """The grid of auditor and moderator, and the gap over time."""
    pictures = []
    if any(any(row) for row in result.table):
        pictures.append(
            moderation_grid(
                result.scale.levels,
                title=say_optimism(result).claim,
                counts=result.table,
                size=size,
            )
        )
    if any(group.gap.is_estimable for group in result.rounds):
        pictures.append(gap_picture(result, size=size))
    return tuple(pictures)


def optimism_card_picture(result: Optimism) -> Picture | None:
    """The gap over the latest rounds."""
    if not any(group.gap.is_estimable for group in result.rounds):
        return None
    return gap_picture(result, size="card")


def gap_picture(result: Optimism, *, size: Size = "full") -> Picture:
    """The gap by quarter of moderation, with the last year and all rounds beside it.

    A quarter after the reported one is drawn where audits of the reported ones were moderated in
    it, and is named as later. Needs at least one round; see ``optimism_pictures``.
    """
    rounds = result.rounds if size == "full" else result.rounds[-MOST_ROUNDS_ON_A_CARD:]
    known = {group.label: group for group in rounds}
    span = quarters_between(Quarter.parse(rounds[0].label), Quarter.parse(rounds[-1].label))
    labels = [str(quarter) for quarter in span] if size == "full" else list(known)
    later = [label for label in labels if Quarter.parse(label) > result.scope.quarter]
    together = (
        Mark.of("this year", result.gap),
        Mark.of("all rounds", result.ever.gap),
    )
    said_later = (
        f" What was moderated after {result.scope.quarter} is of audits up to then."
        if later
        else ""
    )
    return gap_over_rounds(
        [_round(label, known.get(label)) for label in labels],
        title="Auditor minus moderator, by quarter of moderation",
        tolerance=result.tolerance,
        changes=[
            Change(label=event.label, before=str(event.quarter))
            for event in result.events
            if str(event.quarter) in labels and size != "card"
        ],
        later=(f"after {result.scope.quarter}", later[0]) if later else None,
        together=[mark for mark in together if mark.has_value] if size != "card" else (),
        size=size,
        source=f"{counted(sum(group.cases for group in rounds), 'moderated audit')} drawn by "
        f"chance, moderated {rounds[0].label} to {rounds[-1].label}; plain means of each quarter."
        f"{said_later}",
    )


def however_picture(
    result: Optimism, *, pooled: Estimate | None = None, size: Size = "full"
) -> Picture | None:
    """Share graded positive as auditors, as moderators, and as other assumptions have it.

    Parameters
    ----------
    result : Optimism
    pooled : Estimate, optional
        Share had moderators graded all, from all rounds; the result holds only the last year's.
    size : {"full", "narrow"}

    Returns
    -------
    Picture or None
        None where moderators' view cannot be estimated: there is then no second figure.
    """
    if not (result.audit_good.is_estimable and result.adjusted_good.is_estimable):
        return None
    rows = [
        Row(mark=Mark.of("As auditors graded", result.audit_good)),
        Row(
            mark=Mark.of("Had moderators graded all", result.adjusted_good),
            ink=COMPARISON,
            is_bold=True,
        ),
    ]
    if pooled is not None and pooled.is_estimable:
        mark = Mark.of("The same, all rounds pooled", pooled)
        rows.append(Row(mark=mark, ink=COMPARISON))
    headline = result.adjusted_good
    rows += [
        Row(mark=Mark.of(_beginning(line.label), line.good, is_quiet=True))
        for line in result.sensitivity
        if line.good.is_estimable and _ends(line.good) != _ends(headline)  # it is one of the lines
    ]
    rows = [replace(row, mark=replace(row.mark, note=_counted_n(row.mark))) for row in rows]
    values = sorted(row.mark.value for row in rows)
    period = f", {result.scope.period}" if size == "full" else ""
    return interval_rows(
        rows,
        title=_however_title(result, values),
        axis=Axis(
            middle="",
            left="",
            right="",
            unit=f"share {result.scale.positive_alone}{period}; hollow: what if",
            number=percent,
        ),
        about=f"Share {result.scale.positive_alone}, {result.scope.period}.",
        size=size,
    )


def _however_title(result: Optimism, values: Sequence[float]) -> str:
    """How far the ways of working it out lie apart, unless the first page calls it too unsure."""
    good = result.scale.positive_alone
    if not LARGE_TYPE_RULE.tells(result.adjusted_good.low, result.adjusted_good.high):
        return f"Share {good}, had moderators graded all: {TOO_FEW}"
    ends = f"{percent(values[0]).removesuffix('%')} to {percent(values[-1])}"
    return f"Worked out in {len(values)} ways, {ends} were {good}"


def _ends(share: Estimate) -> tuple[float, float, float]:
    return share.low, share.value, share.high


def _beginning(label: str) -> str:
    return label[:1].upper() + label[1:]


def _counted_n(mark: Mark) -> str:
    return f"n {mark.cases:,}" if mark.cases else ""


def _round(label: str, group: GapGroup | None) -> Mark:
    if group is None:
        return Mark(label=label, value=math.nan, note="no moderation")
    return Mark.of(label, group.gap)


def optimism_detail_pictures(result: OptimismDetail, *, size: Size = "full") -> tuple[Picture, ...]:
    """Gap by domain, and the funnel of auditors."""
    pictures = list(gap_by_domain_pictures(result, size=size))
    if not isnan(result.own.spread) and not isnan(result.own.centre) and result.own.dots:
        pictures.append(_funnel_picture(result, size=size))
    return tuple(pictures)


def gap_by_domain_pictures(result: OptimismDetail, *, size: Size = "full") -> tuple[Picture, ...]:
    """Gap by domain, where any domain has one."""
    pictures = []
    for grouped in result.grouped:
        known = [group for group in grouped.groups if group.gap.is_estimable]
        if grouped.kind == "domain" and known:
            pictures.append(_domains_picture(known, size=size))
    return tuple(pictures)


def _domains_picture(groups: list[GapGroup], *, size: Size) -> Picture:
    return interval_rows(
        [
            Row(mark=Mark.of(group.label, group.gap, note=counted(group.cases, "audit")))
            for group in groups
        ],
        title="Auditors against moderators, domain by domain",
        axis=Axis(
            middle="same as moderators",
            left="auditors harsher",
            right="auditors kinder",
            unit="grades",
        ),
        about="Mean gap, audit minus moderation, by domain.",
        size=size,
    )


def _funnel_picture(result: OptimismDetail, *, size: Size) -> Picture:
    own = result.own
    df = sum(cases for cases, _ in own.dots) - len(own.dots)
    bounds = FunnelBounds(centre=own.centre, spread=own.spread, df=df)
    dots = []
    for cases, raw in own.dots:
        # Whom the words leave out for want of cases counts here as little.
        is_judged = cases >= LEAST_CASES
        limit = bounds.reach(cases, OUTER)
        is_beyond = is_judged and abs(raw - own.centre) > limit
        dots.append(FunnelDot(cases=cases, gap=raw, is_beyond=is_beyond))
    beyond = sum(dot.is_beyond for dot in dots)
    few = sum(dot.cases < LEAST_CASES for dot in dots)
    told = f" Those with fewer than {LEAST_CASES} audits ({few:,}) are not judged."
    return gap_funnel(
        dots,
        title="Every auditor lies within the limits of chance"
        if not beyond
        else f"{counted(beyond, 'auditor')} beyond the limits of chance",
        bounds=bounds,
        source=f"{counted(sum(dot.cases for dot in dots), 'moderated audit')} drawn by chance "
        f"since {result.scope.first}, of {counted(len(dots), 'auditor')}.{told if few else ''}",
        size=size,
    )


def moderation_grid(
    levels: Sequence[str],
    *,
    title: str,
    counts: Sequence[Sequence[int]],
    size: Size = "full",
) -> Picture:
    """Auditor's grade against moderator's grade, with the two triangles named.

    Parameters
    ----------
    levels : sequence of str
        Grades from worst to best, K of them.
    title : str
        The finding.
    counts : sequence of sequence of int, shape (K, K)
        Row: auditor's grade; column: moderator's grade. Below the diagonal the auditor was
        kinder.
    size : {"full", "narrow"}
        A narrow grid is explained under it.

    Raises
    ------
    ShapeError
        If the table is not K by K.
    """
    require_square(levels, counts)
    places = range(len(levels))
    total = sum(map(sum, counts))
    kinder = sum(counts[i][j] for i in places for j in range(i))
    same = sum(counts[i][i] for i in places)
    split = [("auditor harsher", total - kinder - same, QUIET), ("same grade", same, ACCENT)]
    split.append(("auditor kinder", kinder, COMPARISON))
    with house_style():
        figure, axes = grid_frame(
            levels, across="moderator’s grade", down="auditor’s grade", size=size
        )
        for i, j in product(places, places):
            ink = ACCENT if i == j else COMPARISON if i > j else QUIET
            draw_cell(axes, counts[i][j], total, row=i, column=j, ink=ink)
        upper, lower = ((0, 1), (1, 1), (1, 0)), ((0, 1), (0, 0), (1, 0))
        rows = [(*line, shape) for line, shape in zip(split, (upper, None, lower), strict=True)]
        explain(axes, rows, total, size=size)
        alt = [
            f"{counted(total, 'moderated audit')}: {split_in_words(split, total)}.",
            f"{cells_in_words(levels, counts, 'moderated to')}.",
        ]
        return picture_of(figure, title=title, alt=alt)


@dataclass(frozen=True, kw_only=True)
class _GapPlan:
    """Where the parts of the gap chart lie, in pixels; ``together`` is room for pooled rounds."""

    width: int
    height: int
    left: float
    right: float
    together: float

    @classmethod
    def of(cls, size: Size, together: Sequence[Mark]) -> _GapPlan:
        width = WIDTH_OF[size]
        if size == "card":
            return cls(width=width, height=112, left=4, right=112, together=0)
        if size == "narrow":
            return cls(width=width, height=150, left=40, right=112, together=0)
        room = _APART + _TOGETHER * len(together) if together else 0
        return cls(width=width, height=190, left=44, right=80 if together else 112, together=room)

    def slot(self, rounds: int) -> float:
        """Width of one round."""
        return (self.width - self.left - self.right - self.together) / rounds


_TOGETHER = 76  # width of one mark of pooled rounds
_APART = 34  # from the rounds to those taken together: the last number stands between
_UNIT_ROW = 18
_BEYOND = 40  # pixels that a number at the last round may reach over the end


def gap_over_rounds(
    rounds: Sequence[Mark],
    *,
    title: str,
    tolerance: float,
    changes: Sequence[Change] = (),
    later: tuple[str, str] | None = None,
    together: Sequence[Mark] = (),
    size: Size = "full",
    source: str = "",
) -> Picture:
    """Auditor minus moderator in grades, round by round; above zero the auditors were kinder.

    Parameters
    ----------
    rounds : sequence of Mark
        In order of time; a period without moderation has no value and stays a gap.
    title : str
        The finding.
    tolerance : float
        Gap, in grades, that is accepted on either side of zero.
    changes : sequence of Change
        Process changes, drawn as rules before the round they precede.
    later : (str, str) or None
        Words for what is later than the report, and the first round that is.
    together : sequence of Mark
        Rounds taken together; drawn beside them, or said under a narrow chart.
    size : {"card", "full", "narrow"}
        A card has no axis but the named lines.
    source : str
        Which moderations are counted.

    Raises
    ------
    ShapeError
        If there is no round, or the tolerance is negative.
    """
    if not rounds or tolerance < 0:
        raise ShapeError("The gap chart needs a round and a tolerance that is not negative.")
    plan = _GapPlan.of(size, together)
    slot = plan.slot(len(rounds))
    ruled = [*changes, *([Change(label=later[0], before=later[1])] if later else ())]
    time = TimeFrame(
        periods=tuple(mark.label for mark in rounds), left=plan.left, slot=slot,
        right=plan.width, changes=tuple(ruled), above=0 if size == "card" else _UNIT_ROW,
    )  # fmt: skip
    top = time.headroom + (6 if size == "card" else _UNIT_ROW)
    foot = PERIOD_WORDS + (0 if size == "card" else 16)
    under = LINE * len(together) + 6 if size == "narrow" and together else 0
    with house_style():
        figure = new_figure(plan.width, top + plan.height + foot + under)
        axes = panel(figure, left=plan.left, top=top, width=slot * len(rounds), height=plan.height)
        axes.set_ylim(*_reach([*rounds, *together], tolerance))
        axes.set_xlim(-0.5, len(rounds) - 0.5)
        axes.axhspan(-tolerance, tolerance, color=BAND.light, linewidth=0)
        if size != "card":
            _name_values(axes, [mark.cases for mark in rounds], slot=slot)
        axes.axhline(0, color=TEXT.light, linewidth=1.2)
        time.frame(axes)
        if size != "card":  # after the rules of changes, so that its rim keeps them off it
            _name_unit(axes)
        last = axes
        if size == "full" and together:
            last = _draw_together(figure, axes, together, tolerance, plan, top=top)
        _name_lines(last, tolerance, height=plan.height, shift=_BEYOND if last is axes else 6)
        _draw_rounds(axes, rounds, slot=slot, beyond=_BEYOND, with_numbers=size != "card")
        if under:
            _say_together(axes, together, left=plan.left, drop=foot)
        alt = _rounds_in_words(rounds, tolerance, together, ruled)
        return picture_of(figure, title=title, alt=alt, source=source)


def _reach(marks: Sequence[Mark], tolerance: float) -> tuple[float, float]:
    ends = [0.0, -tolerance, tolerance, *(end for mark in marks for end in mark.reach)]
    room = 0.06 * (max(ends) - min(ends) or 1.0)
    return min(ends) - room, max(ends) + room


def _draw_rounds(
    axes: Axes, rounds: Sequence[Mark], *, slot: float, beyond: int, with_numbers: bool
) -> None:
    """Draw the rounds; each number stands beside its dot as far as the next one leaves room.

    ``beyond`` are pixels that the last number may reach over the end.
    """
    known = [place for place, mark in enumerate(rounds) if mark.has_value]
    end = len(rounds) - 0.5 + beyond / slot
    for place, after in zip(known, [*known[1:], end], strict=False):
        mark = rounds[place]
        draw_mark(axes, mark, place=place, upright=True)
        words = gap(mark.value)
        fits = text_width(words, size=SMALL, bold=True) + 10 <= slot * (after - place)
        if fits and with_numbers:
            write(
                axes, words, (place, mark.value), shift=(8, middle(SMALL)), size=SMALL,
                bold=not mark.is_quiet, halo=PAGE.light,
            )  # fmt: skip


def _draw_together(
    figure: Figure,
    beside: Axes,
    together: Sequence[Mark],
    tolerance: float,
    plan: _GapPlan,
    *,
    top: float,
) -> Axes:
    """Draw the rounds taken together at the right, on the scale of the rounds."""
    width = _TOGETHER * len(together)
    left = plan.width - plan.right - width
    axes = panel(figure, left=left, top=top, width=width, height=plan.height)
    axes.set_ylim(beside.get_ylim())
    axes.set_xlim(-0.5, len(together) - 0.5)
    axes.axhspan(-tolerance, tolerance, color=BAND.light, linewidth=0)
    values = round_values(*axes.get_ylim())
    draw_values(axes, values, [""] * len(values), upright=True)
    axes.axhline(0, color=TEXT.light, linewidth=1.2)
    low = axes.get_ylim()[0]
    for place, mark in enumerate(together):
        draw_mark(axes, mark, place=place - 0.15, upright=True, ink=COMPARISON)
        write(
            axes, gap(mark.value), (place - 0.15, mark.value), shift=(8, middle(SMALL)),
            size=SMALL, bold=True, colour=COMPARISON.light, halo=PAGE.light,
        )  # fmt: skip
        for words, drop in ((mark.label, -15), (f"n {whole(mark.cases or 0)}", -48)):
            write(
                axes, words, (place - 0.15, low), shift=(0, drop), anchor="center", size=SMALL,
                colour=MUTED.light,
            )  # fmt: skip
    return axes


def _say_together(axes: Axes, together: Sequence[Mark], *, left: float, drop: float) -> None:
    low = axes.get_ylim()[0]
    for row, mark in enumerate(together):
        words = f"{mark.label}: {gap(mark.value)}"
        if mark.has_interval:
            words += f" ({gap(mark.low)} to {gap(mark.high)})"
        words += f", n {whole(mark.cases)}" if mark.cases else ""
        write(
            axes, _beginning(words), (-0.5, low),
            shift=(2 - left, -drop - 8 - LINE * row), size=SMALL, bold=row == 0,
            colour=COMPARISON.light,
        )  # fmt: skip


def _name_lines(axes: Axes, tolerance: float, *, height: int, shift: int) -> None:
    """Name zero and the accepted gap at the right end."""
    low, high = axes.get_ylim()
    end = axes.get_xlim()[1]
    zero = ["same as", "moderators"]
    band = [f"within {size_in_grades(tolerance)}"]
    names = [(band, tolerance / 2), (zero, 0.0)]
    if tolerance == 0:
        names = names[1:]
    wished = [height * (at - low) / (high - low) for _, at in names][::-1]
    spread = spread_apart(wished, gap=21)[::-1]
    for (lines, _), height_of in zip(names, spread, strict=True):
        for row, words in enumerate(lines):
            offset = height_of + 7 * (len(lines) - 1) - 14 * row
            write(
                axes, words, (end, low), shift=(shift, offset + middle(SMALL)), size=SMALL,
                colour=TEXT.light if lines is zero else MUTED.light,
            )  # fmt: skip


def _name_unit(axes: Axes) -> None:
    at = (-0.5, axes.get_ylim()[1])
    write(
        axes, UNIT_OF_GAPS, at, shift=(-34, 6), size=SMALL, colour=MUTED.light, halo=PAGE.light
    )  # fmt: skip


def _name_values(axes: Axes, cases: Sequence[int | None], *, slot: float) -> None:
    """Write the values of the axis, and the cases of each round."""
    low, high = axes.get_ylim()
    values = round_values(low, high)
    draw_values(axes, values, words_of(values, gap), upright=True)
    known = [place for place, number in enumerate(cases) if number]
    names = [f"n {whole(cases[place] or 0)}" for place in known]
    steps = [slot * (after - place) for place, after in pairwise(known)]
    if max((text_width(name, size=SMALL) for name in names), default=0) + 3 <= min(
        steps, default=math.inf
    ):
        for place, name in zip(known, names, strict=True):
            write(
                axes, name, (place, low), shift=(0, -48), anchor="center", size=SMALL,
                colour=MUTED.light,
            )  # fmt: skip
    else:
        few, many = (end(number for number in cases if number) for end in (min, max))
        words = f"n {whole(few)} each" if few == many else f"n {whole(few)} to {whole(many)} each"
        write(axes, words, (-0.5, low), shift=(5, -48), size=SMALL, colour=MUTED.light)


def _rounds_in_words(
    rounds: Sequence[Mark], tolerance: float, together: Sequence[Mark], changes: Sequence[Change]
) -> list[str]:
    """Which side is which, rounds taken together, the last round and the others."""
    known = [mark for mark in rounds if mark.has_value]
    parts = ["In grades; above zero auditors were kinder."]
    parts += [_round_in_words(mark) for mark in (*together, *known[:-3:-1])]
    if not known:
        parts.append("No round can be estimated.")
    elif len(known) > 2:
        parts.append(f"Earlier: {', '.join(gap(mark.value) for mark in known[:-2])}.")
    parts += [f"Before {change.before}: {change.label}." for change in changes]
    return [*parts, f"A gap within {size_in_grades(tolerance)} counts as small."]


def _round_in_words(mark: Mark) -> str:
    span = f" ({gap(mark.low)} to {gap(mark.high)})" if mark.has_interval else ""
    cases = f", {counted(mark.cases, 'case')}" if mark.cases else ""
    return f"{_beginning(mark.label)}: {gap(mark.value)}{span}{cases}."

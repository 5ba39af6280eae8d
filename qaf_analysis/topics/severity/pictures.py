"""The pictures of severity: auditors with their intervals, and everything on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from qaf_analysis.kit.charts.mark import (
    FULL_WIDTH,
    SMALL,
    WORDS,
    Mark,
    fitted_lines,
    middle,
    spread_apart,
    write,
)
from qaf_analysis.kit.charts.rows import Axis, Row, interval_rows
from qaf_analysis.kit.numbers import coefficient, counted
from qaf_analysis.kit.palette import ACCENT, BAND, COMPARISON, GRID, MUTED, PALE, TEXT
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.picture import house_style, new_figure, panel, picture_of
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.verdicts import SEVERITY_RULE, SeverityFinding
from qaf_analysis.topics.severity.analysis.headline import Severity
from qaf_analysis.topics.severity.words import _claim


def severity_pictures(result: Severity) -> tuple[Picture, ...]:
    """Every auditor with interval, and everything on one scale."""
    if result.why_not:
        return ()
    pictures = []
    if any(person.severity.is_estimable for person in result.auditors):
        pictures.append(_caterpillar(result))
    if len(result.practice) == 5 and result.thresholds:
        pictures.append(_map(result))
    return tuple(pictures)


def _caterpillar(result: Severity) -> Picture:
    rows = []
    for person in result.auditors:
        few = person.finding == SeverityFinding.NOT_ENOUGH
        note = f"{counted(person.audits, 'audit')}, {person.linked:,} shared"
        mark = Mark.of(
            person.auditor.removeprefix("AUDITOR-"),
            person.severity,
            note=f"{person.finding} ({person.linked:,} shared)" if few else note,
            is_quiet=few,
        )
        inner = person.inner if person.severity.has_interval else None
        rows.append(Row(mark=mark, inner=inner))
    return interval_rows(
        rows,
        title=_claim(result),
        axis=Axis(
            middle="as colleagues",
            left="grades higher (kinder)",
            right="grades lower (stricter)",
            unit="grades",
            band=SEVERITY_RULE.no_difference,
            band_words="shaded: no practical difference",
        ),
        about="Severity of each auditor in grades on the same files, in the order of their codes; "
        "above zero stricter.",
    )


def _map(result: Severity) -> Picture:
    return scale_map(
        ScaleMap(
            practice=result.practice,
            levels=result.levels,
            thresholds=result.thresholds,
            domains=tuple((named.name, named.estimate.value) for named in result.difficulty),
            auditors=result.severities,
        ),
        title="Practice, grades, domains and auditors on one scale",
    )


_HEIGHT = 330
_COLUMNS = (0.0, 1.0, 2.0, 3.0)  # practice, grades, domains, auditors


@dataclass(frozen=True, kw_only=True)
class ScaleMap:
    """What lies where on the common scale, in logits.

    Parameters
    ----------
    practice : tuple of float
        10 %, 25 %, 50 %, 75 % and 90 % of audits lie below these.
    levels : tuple of str
        Grades, worst first.
    thresholds : tuple of float
        Where each grade but the lowest begins; NaN where nobody used it.
    domains : tuple of (str, float)
        Name and how much lower than the average domain it is graded.
    auditors : tuple of float
        Severities, without names.
    """

    practice: tuple[float, ...]
    levels: tuple[str, ...]
    thresholds: tuple[float, ...]
    domains: tuple[tuple[str, float], ...]
    auditors: tuple[float, ...]


def scale_map(found: ScaleMap, *, title: str) -> Picture:
    """Draw practice, grades, domains and auditors beside each other on one scale.

    Raises
    ------
    ShapeError
        If practice has not five points.
    """
    if len(found.practice) != 5:
        raise ShapeError("Practice is drawn from five points of its distribution.")
    domains = [at for _, at in found.domains]
    ends = [*found.practice, *_known(found.thresholds), *domains, *found.auditors]
    low, high = min(ends) - 0.4, max(ends) + 0.4
    with house_style():
        figure = new_figure(FULL_WIDTH, _HEIGHT + 64)
        axes = panel(figure, left=70, top=44, width=FULL_WIDTH - 250, height=_HEIGHT)
        axes.set_xlim(-0.35, 3.2)
        axes.set_ylim(low, high)
        for column, words in zip(
            _COLUMNS, ("audits", "grades begin", "domains", "auditors"), strict=True
        ):
            axes.plot((column, column), (low, high), color=GRID.light, linewidth=1.5)
            write(axes, words, (column, high), shift=(-4, 22), bold=True)
        _draw_practice(axes, found.practice)
        _draw_names(axes, list(_grades(found)), column=1.0, ink=TEXT.light)
        _draw_names(axes, list(found.domains), column=2.0, ink=COMPARISON.light)
        for severity in found.auditors:
            axes.plot([3.0], [severity], marker="o", markersize=6, color=ACCENT.light, alpha=0.6)
        _name_ends(axes)
        return picture_of(figure, title=title, alt=_in_words(found))


def _known(numbers: Sequence[float]) -> list[float]:
    return [number for number in numbers if number == number]


def _grades(found: ScaleMap) -> list[tuple[str, float]]:
    above = zip(found.levels[1:], found.thresholds, strict=True)
    return [(level, at) for level, at in above if at == at]


def _draw_practice(axes: Axes, practice: tuple[float, ...]) -> None:
    tenth, quarter, half, three_quarters, nine_tenths = practice
    axes.plot((0, 0), (tenth, nine_tenths), color=PALE.light, linewidth=4)
    axes.plot((0, 0), (quarter, three_quarters), color=ACCENT.light, linewidth=10)
    axes.plot([0], [half], marker="o", markersize=6, color=BAND.light)
    for at, words in ((quarter, "a quarter below"), (half, "half"), (three_quarters, "")):
        write(axes, words, (0, at), shift=(12, middle(SMALL)), size=SMALL, colour=MUTED.light)


def _draw_names(axes: Axes, places: list[tuple[str, float]], *, column: float, ink: str) -> None:
    low, high = axes.get_ylim()
    ordered = sorted(places, key=lambda place: place[1])
    scale = _HEIGHT / (high - low)
    wished = [(at - low) * scale for _, at in ordered]
    for rise, (name, at) in zip(spread_apart(wished, gap=15), ordered, strict=True):
        axes.plot([column], [at], marker="_", markersize=12, markeredgewidth=2, color=ink)
        (words,) = fitted_lines(name, width=112, size=SMALL, most=1)
        write(axes, words, (column, low), shift=(12, rise + middle(SMALL)), size=SMALL)


def _name_ends(axes: Axes) -> None:
    low, high = axes.get_ylim()
    for at, words, shift in (
        (high, ("better practice;", "graded lower;", "stricter"), -14.0),
        (low, ("weaker practice;", "graded higher;", "kinder"), 38.0),
    ):
        for line, part in enumerate(words):
            write(
                axes, part, (3.2, at), shift=(10, shift - 16 * line), size=WORDS - 1,
                colour=MUTED.light,
            )  # fmt: skip


def _in_words(found: ScaleMap) -> str:
    grades = "; ".join(f"{level} {coefficient(at)}" for level, at in _grades(found))
    domains = "; ".join(f"{name} {coefficient(at)}" for name, at in found.domains)
    span = (
        f"{counted(len(found.auditors), 'auditor')} from {coefficient(min(found.auditors))} to "
        f"{coefficient(max(found.auditors))}"
        if found.auditors
        else "no auditor"
    )
    practice = ", ".join(coefficient(at) for at in found.practice)
    return (
        f"One scale in logits. Audits: a tenth, a quarter, half, three quarters and nine tenths "
        f"lie below {practice}. Grades begin at: {grades}. Domains, graded lower the higher: "
        f"{domains}. Severities of {span}."
    )

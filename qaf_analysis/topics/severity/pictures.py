"""The pictures of severity: auditors with their intervals, and everything on one scale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, floor

from matplotlib.axes import Axes

from qaf_analysis.kit.charts.mark import (
    FULL_WIDTH,
    SMALL,
    Mark,
    fitted_lines,
    middle,
    spread_apart,
    write,
)
from qaf_analysis.kit.charts.rows import Axis, Row, interval_rows
from qaf_analysis.kit.numbers import coefficient, counted, gap, percent
from qaf_analysis.kit.palette import ACCENT, BAND, COMPARISON, GRID, MUTED, PALE, QUIET, TEXT
from qaf_analysis.kit.parts import Picture, listed
from qaf_analysis.kit.picture import (
    house_style,
    in_few_words,
    new_figure,
    panel,
    picture_of,
    words_left,
)
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.verdicts import SEVERITY_RULE, SeverityFinding
from qaf_analysis.topics.severity.analysis.auditors import AuditorSeverity
from qaf_analysis.topics.severity.analysis.headline import Severity
from qaf_analysis.topics.severity.tables import BELOW
from qaf_analysis.topics.severity.words import _claim


def severity_pictures(result: Severity) -> tuple[Picture, ...]:
    """Every auditor with interval, and everything on one scale."""
    if result.why_not:
        return ()
    pictures: list[Picture] = []
    if any(person.severity.is_estimable for person in result.auditors):
        pictures += _caterpillars(result)
    if len(result.practice) == 5 and result.thresholds:
        pictures.append(_map(result))
    return tuple(pictures)


_MOST_ROWS = 36  # auditors in one picture; more would not stand on a page


def _caterpillars(result: Severity) -> list[Picture]:
    """Every auditor in the order of the codes, in as many pictures as pages need."""
    rows = list(map(_row, result.auditors))
    pictures = -(-len(rows) // _MOST_ROWS)
    each = -(-len(rows) // pictures)
    ends = [0.0, *(end for row in rows for end in row.mark.reach)]
    ends += [side * SEVERITY_RULE.no_difference for side in (-1, 1)]
    room = 0.05 * (max(ends) - min(ends))
    axis = Axis(
        middle="as colleagues",
        left="grades higher (kinder)",
        right="grades lower (stricter)",
        unit="grades",
        band=SEVERITY_RULE.no_difference,
        band_words="shaded: no practical difference",
        span=(min(ends) - room, max(ends) + room),
    )
    drawn = []
    for number in range(pictures):
        part = f" ({number + 1} of {pictures})" if pictures > 1 else ""
        shown = slice(number * each, (number + 1) * each)
        title = f"{_claim(result)}{part}"
        picture = interval_rows(rows[shown], title=title, axis=axis, about="")
        said = in_few_words(_auditors_in_words(result.auditors[shown]), most=words_left(title))
        drawn.append(replace(picture, alt=f"{title}. {said}"))
    return drawn


def _row(person: AuditorSeverity) -> Row:
    few = person.finding == SeverityFinding.NOT_ENOUGH
    note = f"{counted(person.audits, 'audit')}, {person.linked:,} shared"
    mark = Mark.of(
        person.auditor.removeprefix("AUDITOR-"),
        person.severity,
        note=f"{person.finding} ({person.linked:,} shared)" if few else note,
        is_quiet=few,
    )
    return Row(mark=mark, inner=person.inner if person.severity.has_interval else None)


def _auditors_in_words(people: Sequence[AuditorSeverity]) -> list[str]:
    """How far auditors lie apart, and how many clearly do; each stands in the table."""
    known = [one.severity.value for one in people if one.severity.is_estimable]
    count = Counter(one.finding for one in people)
    found = listed([f"{count[finding]} {finding}" for finding in SeverityFinding if count[finding]])
    ends = " to ".join(dict.fromkeys((gap(min(known)), gap(max(known))))) if known else ""
    span = f" from {ends} of a grade" if ends else ""
    return [
        f"{counted(len(people), 'auditor')} in the order of their codes{span}, above zero "
        f"stricter: {found}.",
        f"Up to {coefficient(SEVERITY_RULE.no_difference)} is no practical difference.",
        "Each auditor stands in the table.",
    ]


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


_HEIGHT = 340
_HEAD, _FOOT = 46, 14
_SCALE = 30.0  # right end of the numbers at the left
_AUDITS, _GRADES, _DOMAINS, _PEOPLE = 58.0, 176.0, 344.0, 560.0  # where each column stands
_LEADER = 24  # room for the line from a mark to its name
_NAME = 15  # height of a name
_DOT = 7.5  # fewest pixels between two dots
# Room for names, by where they begin.
_WIDEST = {
    _AUDITS + 7: _GRADES - _AUDITS - _LEADER - 18,
    _GRADES + 8: _DOMAINS - _GRADES - _LEADER - 20,
    _DOMAINS + 8: _PEOPLE - _DOMAINS - _LEADER - 24,
}


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

    Every name stands beside its mark, or is joined to it by a line where names need more room
    than marks.

    Raises
    ------
    ShapeError
        If practice has not five points.
    """
    if len(found.practice) != 5:
        raise ShapeError("Practice is drawn from five points of its distribution.")
    domains = [at for _, at in found.domains]
    ends = [*found.practice, *_known(found.thresholds), *domains, *found.auditors]
    room = 0.04 * (max(ends) - min(ends))
    with house_style():
        figure = new_figure(FULL_WIDTH, _HEAD + _HEIGHT + _FOOT)
        axes = panel(figure, left=0, top=_HEAD, width=FULL_WIDTH, height=_HEIGHT)
        axes.set_xlim(0, FULL_WIDTH)
        axes.set_ylim(min(ends) - room, max(ends) + room)
        _name_columns(axes)
        _draw_scale(axes)
        _draw_practice(axes, found.practice)
        _draw_grades(axes, list(_grades(found)))
        _draw_domains(axes, list(found.domains))
        _draw_auditors(axes, found.auditors)
        return picture_of(figure, title=title, alt=_in_words(found))


def _name_columns(axes: Axes) -> None:
    """What each column holds, and what it means to stand high in it."""
    low, high = axes.get_ylim()
    for at, words, upwards in (
        (_AUDITS, "audits", "up: better practice"),
        (_GRADES, "grades begin", "up: better grades"),
        (_DOMAINS, "domains", "up: graded lower"),
        (_PEOPLE, "auditors", "up: stricter"),
    ):
        axes.plot((at, at), (low, high), color=GRID.light, linewidth=1.5, zorder=0)
        write(axes, words, (at, high), shift=(-6, 30), bold=True)
        write(axes, upwards, (at, high), shift=(-6, 15), size=SMALL, colour=MUTED.light)


def _draw_scale(axes: Axes) -> None:
    """Numbers of the scale at the left, and the average domain and auditor at nought."""
    low, high = axes.get_ylim()
    step = next((size for size in (1, 2, 5, 10) if (high - low) / size <= 6), 20)
    write(axes, "logits", (0, high), shift=(0, 15), size=SMALL, colour=MUTED.light)
    for count in range(ceil(low / step), floor(high / step) + 1):
        at = count * step
        words = coefficient(at).removesuffix(".00")
        write(
            axes, words, (_SCALE, at), shift=(0, middle(SMALL)), anchor="right", size=SMALL,
            colour=MUTED.light,
        )  # fmt: skip
        axes.plot((_SCALE + 4, _SCALE + 10), (at, at), color=QUIET.light, linewidth=1)
    if low < 0 < high:
        ends = (_DOMAINS - 10, FULL_WIDTH - 2)
        axes.plot(ends, (0, 0), color=GRID.light, linewidth=1, zorder=0)


def _known(numbers: Sequence[float]) -> list[float]:
    return [number for number in numbers if number == number]


def _grades(found: ScaleMap) -> list[tuple[str, float]]:
    above = zip(found.levels[1:], found.thresholds, strict=True)
    return [(level, at) for level, at in above if at == at]


def _draw_practice(axes: Axes, practice: tuple[float, ...]) -> None:
    tenth, quarter, half, three_quarters, nine_tenths = practice
    across = (_AUDITS, _AUDITS)
    axes.plot(across, (tenth, nine_tenths), color=PALE.light, linewidth=4)
    axes.plot(across, (quarter, three_quarters), color=ACCENT.light, linewidth=10)
    axes.plot([_AUDITS], [half], marker="o", markersize=6, color=BAND.light)
    said = [(f"{percent(share)} below", at) for share, at in zip(BELOW, practice, strict=True)]
    _name_marks(axes, said, at=_AUDITS + 7, colour=MUTED.light)


def _draw_grades(axes: Axes, grades: list[tuple[str, float]]) -> None:
    """Where each grade begins, carried over to the audits that it parts."""
    for _, at in grades:
        axes.plot((_AUDITS - 10, _GRADES), (at, at), color=QUIET.light, linewidth=0.8,
                  dashes=(2, 2), zorder=0.5)  # fmt: skip
        axes.plot((_GRADES - 8, _GRADES + 8), (at, at), color=TEXT.light, linewidth=2)
    _name_marks(axes, grades, at=_GRADES + 8, colour=TEXT.light)


def _draw_domains(axes: Axes, domains: list[tuple[str, float]]) -> None:
    for _, at in domains:
        ends = (_DOMAINS - 8, _DOMAINS + 8)
        axes.plot(ends, (at, at), color=COMPARISON.light, linewidth=2)
    _name_marks(axes, domains, at=_DOMAINS + 8, colour=TEXT.light)


def _draw_auditors(axes: Axes, severities: Sequence[float]) -> None:
    """One dot each, beside each other where they would lie on one another."""
    low, high = axes.get_ylim()
    lanes: list[float] = []  # height, in pixels, of the highest dot of each
    dots: list[tuple[float, float]] = []
    for severity in sorted(severities):
        height = _HEIGHT * (severity - low) / (high - low)
        lane = next((n for n, top in enumerate(lanes) if height - top >= _DOT), len(lanes))
        lanes[lane : lane + 1] = [height]
        dots.append((lane, severity))
    if dots:
        apart = min(_DOT, (FULL_WIDTH - _PEOPLE - 6) / len(lanes))
        dots = [(_PEOPLE + apart * lane, severity) for lane, severity in dots]
        axes.plot(*zip(*dots, strict=True), marker="o", markersize=6, markeredgewidth=0,
                  linestyle="", color=ACCENT.light)  # fmt: skip


def _name_marks(axes: Axes, places: list[tuple[str, float]], *, at: float, colour: str) -> None:
    """Name marks at the right, moved apart where needed and joined to their marks."""
    low, high = axes.get_ylim()
    scale = _HEIGHT / (high - low)
    named = [
        (height, fitted_lines(name, width=_WIDEST[at], size=SMALL, most=2))
        for name, height in sorted(places, key=lambda place: place[1])
    ]
    # From below, so that of a name of two lines the second comes first.
    rows = [(height, words) for height, lines in named for words in reversed(lines)]
    apart = min(_NAME, _HEIGHT / max(1, len(rows)))
    rises = _within(spread_apart([(height - low) * scale for height, _ in rows], gap=apart))
    across = at + _LEADER
    for rise, (_, words) in zip(rises, rows, strict=True):
        write(
            axes, words, (across, low + rise / scale), shift=(0, middle(SMALL)), size=SMALL,
            colour=colour,
        )  # fmt: skip
    first = 0
    for height, lines in named:
        own = rises[first : first + len(lines)]
        first += len(lines)
        end = low + sum(own) / len(own) / scale
        axes.plot((at + 1, across - 4), (height, end), color=QUIET.light, linewidth=0.8)


def _within(rises: Sequence[float]) -> list[float]:
    """Moved together, so that none lies beyond the ends of the columns."""
    if not rises:
        return []
    over = max(0.0, rises[-1] - _HEIGHT) or min(0.0, rises[0])
    return [rise - over for rise in rises]


def _in_words(found: ScaleMap) -> list[str]:
    span = (
        f"{counted(len(found.auditors), 'auditor')} from {coefficient(min(found.auditors))} to "
        f"{coefficient(max(found.auditors))}"
        if found.auditors
        else "no auditor"
    )
    tenth, *_, nine_tenths = found.practice
    grades = ", ".join(f"{level} {coefficient(at)}" for level, at in _grades(found))
    domains = sorted(found.domains, key=lambda one: one[1])
    ends = (
        " to ".join(f"{name} {coefficient(at)}" for name, at in (domains[0], domains[-1]))
        if domains
        else ""
    )
    return [
        f"In logits: eight in ten audits from {coefficient(tenth)} to {coefficient(nine_tenths)}; "
        f"{span}.",
        f"Grades begin at {grades}.",
        *([f"Domains from {ends}."] if ends else []),
    ]

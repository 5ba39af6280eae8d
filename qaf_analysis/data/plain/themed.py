"""Audits before and after a themed audit, from a plain table: a row per audit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qaf_analysis.data.files.raw_table import RawTable
from qaf_analysis.data.plain.columns import (
    Floats,
    Ints,
    coded_grades,
    needed_place,
    numbered_names,
    numbers_between,
    quarter_numbers,
    refuse_blank,
)
from qaf_analysis.data.plain.levels import PlainLevels, good_level
from qaf_analysis.data.plain.table import (
    HEADINGS,
    MOST_NAMED,
    Part,
    cells_refused,
    column_name,
    place_of,
    read_plain_table,
    warnings_of,
)

Bools = NDArray[np.bool_]
PARTS: tuple[Part, ...] = (
    "audit",
    "auditor",
    "quarter",
    "post",
    "themed grade",
    "control grade",
    "control positive",
)
AFTER = "1 where the quarter lies after the themed audit, 0 where before"
ONE_BY_ONE = "one column for each comparison domain, headed control: and the domain's name"

# A mean given to two decimals is as far as this from the mean of the levels.
ROUNDED = 0.005 + 1e-9
_DOMAIN = re.compile(r"\s*control\s*:(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, kw_only=True, eq=False)
class PlainThemed:
    """Audits of one theme, each array of shape (audits,) unless it says otherwise.

    Parameters
    ----------
    levels : PlainLevels
    quarter : array of int
        Numbers one apart for quarters that follow each other.
    post : array of bool
        Whether the quarter lies after the themed audit.
    auditor : array of int
        Number of the auditor from 0.
    themed_grade : array of int
        Code of the themed domain's grade; -1 where not graded.
    control_grade, control_good : array
        Mean grade code over the comparison domains, and their positive share; NaN in both
        where none was graded.
    controls : tuple of str
        Comparison domains given one by one; none where the table gives means only.
    control_codes : array of int, shape (audits, domains)
        Code of the grade in each of these; -1 where not graded.
    warnings : tuple of str
    """

    levels: PlainLevels
    quarter: Ints
    post: Bools
    auditor: Ints
    themed_grade: Ints
    control_grade: Floats
    control_good: Floats
    controls: tuple[str, ...]
    control_codes: Ints
    warnings: tuple[str, ...]


def read_plain_themed(
    path: Path, *, levels: PlainLevels | None = None, good_from: str | None = None
) -> PlainThemed:
    """Read a table with a row per audit.

    Columns: quarter (1, 2, … or 2019-20 Q3), post (0 or 1), auditor, themed_grade (a level),
    control_grade (mean code over the comparison domains, 0 for the worst level), control_good
    (their positive share, 0 to 1); perhaps audit_id. Quarters left out by plan, such as
    that of the themed audit itself, are not to stand in the table.

    A heading that begins with ``control:`` is that of one comparison domain, named by what
    follows (``control: Risk``); its cells are levels, or blank where not graded. With such
    columns control_grade and control_good may be absent. Where they are given they must be the
    mean of the levels and their positive share, to within two decimals, and those reckoned
    from the levels are used.

    Parameters
    ----------
    path : Path
    levels : PlainLevels, optional
        The scale; by default Ofsted's four levels, if they fit.
    good_from : str, optional
        Lowest level that counts as positive; needed only where comparison domains are given one by
        one. By default ``Good`` on Ofsted's scale, else the middle.

    Raises
    ------
    UsageError
        If there is no such file, or ``good_from`` is no level of the scale.
    FileRefusedError
        If a column, a quarter, a side or an auditor is missing, a grade is not on the scale, a
        number is out of range or not that of the comparison domains, a quarter lies on both
        sides, an audit stands twice, or a comparison domain has no name or two columns.
    """
    table = read_plain_table(path, parts=PARTS)
    audit = place_of(table, "audit")
    # In the order of the audits' names, so that no order of rows moves a sum by rounding.
    order = np.arange(len(table.cells))
    if audit is not None:
        order = np.argsort(numbered_names(table, audit, once=True).by_label.number)
    domains = _comparison_domains(table)
    graded = [needed_place(table, "themed grade"), *domains.values()]
    scale, codes = coded_grades(table, graded, levels)
    quarter = quarter_numbers(table, needed_place(table, "quarter"))
    if domains:
        good, _ = good_level(scale, good_from)
        control_grade, control_good = _reckoned(table, codes[:, 1:], good_from=good)
    else:
        control_grade, control_good = _given(table, highest=len(scale.labels) - 1)
    return PlainThemed(
        levels=scale,
        quarter=quarter[order],
        post=_sides(table, quarter)[order],
        auditor=numbered_names(table, needed_place(table, "auditor")).by_label.number[order],
        themed_grade=codes[order, 0],
        control_grade=control_grade[order],
        control_good=control_good[order],
        controls=tuple(domains),
        control_codes=codes[order, 1:],
        warnings=warnings_of(table),
    )


def grades_and_goods(codes: Ints, *, good_from: int) -> tuple[Floats, Floats]:
    """Grades as numbers, and 1 or 0 for a positive grade; NaN in both where not graded (-1)."""
    graded = codes >= 0
    grades: Floats = np.where(graded, codes, np.nan)
    goods: Floats = np.where(graded, codes >= good_from, np.nan)
    return grades, goods


def mean_over_domains(values: Floats) -> Floats:
    """Mean of each row over the values present; NaN where there is none."""
    counts = (~np.isnan(values)).sum(axis=1)
    means: Floats = np.where(counts > 0, np.nansum(values, axis=1) / np.maximum(counts, 1), np.nan)
    return means


def _comparison_domains(table: RawTable) -> dict[str, int]:
    """Place of the column of each comparison domain, by its name."""
    found: dict[str, int] = {}
    for place, heading in enumerate(table.headings):
        match = _DOMAIN.fullmatch(heading)
        if match is None:
            continue
        name = " ".join(match[1].split())
        if not name or name.casefold() in {known.casefold() for known in found}:
            raise table.problems.refusal(
                code="column_twice" if name else "column_without_name",
                row=table.header_row,
                column=column_name(table, place),
                found=f"a second column for {name}" if name else "no name after control:",
                expected=ONE_BY_ONE,
                mend="correct the heading, or delete the column",
            )
        found[name] = place
    return found


def _reckoned(table: RawTable, codes: Ints, *, good_from: int) -> tuple[Floats, Floats]:
    """Mean grade and positive share of the comparison domains' levels, as given if given."""
    grade, good = map(mean_over_domains, grades_and_goods(codes, good_from=good_from))
    parts: tuple[tuple[Part, Floats, str], ...] = (
        ("control grade", grade, "the mean code of the columns headed control:"),
        ("control positive", good, "the positive share of the columns headed control:"),
    )
    for part, reckoned, what in parts:
        place = place_of(table, part)
        if place is not None:
            _refuse_unlike(table, place, reckoned, what=what)
    return grade, good


def _refuse_unlike(table: RawTable, place: int, reckoned: Floats, *, what: str) -> None:
    """Refuse cells that are not what the levels of the comparison domains come to."""
    given = numbers_between(table, place, expected=f"a number: {what}")
    unlike = (np.isnan(given) != np.isnan(reckoned)) | (np.abs(given - reckoned) > ROUNDED)
    rows = np.flatnonzero(unlike)
    for row in rows[:MOST_NAMED]:
        is_blank = np.isnan(reckoned[row])
        refusal = cells_refused(
            table,
            [(int(row), place)],
            code="not_the_mean",
            expected=f"nothing, as no such column has a level ({what})"
            if is_blank
            else f"{reckoned[row]:.4g}, {what}",
            mend="correct the cell or the levels, or leave out the column: it is reckoned from "
            "the levels",
        )
    if len(rows):
        raise refusal


def _sides(table: RawTable, quarter: Ints) -> Bools:
    place = needed_place(table, "post")
    given = numbers_between(table, place, low=0, high=1, expected=AFTER)
    refuse_blank(table, place, np.isnan(given), expected=AFTER, mend="fill it in")
    wrong = (given != 0) & (given != 1)
    if wrong.any():
        raise _refused(table, place, wrong, expected=AFTER, mend="correct the cell")
    post: Bools = given == 1
    both = np.isin(quarter, np.intersect1d(quarter[post], quarter[~post]))
    if both.any():
        raise _refused(
            table,
            place,
            both,
            expected="the same in all rows of a quarter",
            mend="correct the cell, or leave out the quarter of the themed audit",
        )
    return post


def _given(table: RawTable, *, highest: int) -> tuple[Floats, Floats]:
    """Mean grade and positive share as they stand in the table."""
    places = [_needed_mean(table, "control grade"), _needed_mean(table, "control positive")]
    ranges = (
        (highest, f"a mean grade code from 0 (the worst level) to {highest} (the best)"),
        (1, "a share from 0 to 1"),
    )
    grade, good = (
        numbers_between(table, place, low=0, high=high, expected=expected)
        for place, (high, expected) in zip(places, ranges, strict=True)
    )
    for place, present, missing in ((places[0], good, grade), (places[1], grade, good)):
        refuse_blank(
            table,
            place,
            np.isnan(missing) & ~np.isnan(present),
            expected="control_grade and control_good both given, or both blank",
            mend="fill it in, or blank the other",
        )
    return grade, good


def _needed_mean(table: RawTable, part: Part) -> int:
    place = place_of(table, part)
    if place is None:
        headings = ", ".join(column_name(table, p) for p in range(len(table.headings)))
        raise table.problems.refusal(
            code="column_missing",
            row=table.header_row,
            found=f"no column of the {part}; the headings are {headings}",
            expected=f"a column headed {' or '.join(HEADINGS[part])}, or {ONE_BY_ONE}",
            mend="add the column, or those of the comparison domains",
        )
    return place


def _refused(table: RawTable, place: int, wrong: Bools, *, expected: str, mend: str) -> Exception:
    cells = [(int(row), place) for row in np.flatnonzero(wrong)]
    return cells_refused(table, cells, code="not_a_side", expected=expected, mend=mend)

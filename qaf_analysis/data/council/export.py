"""One export with its cells read: each column's values, and the rows set aside so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from qaf_analysis.data.cells.dates import read_dates
from qaf_analysis.data.cells.exchanged_dates import (
    refuse_dates_against_quarters,
    refuse_exchanged_dates,
)
from qaf_analysis.data.cells.identifiers import is_total, set_spoilt_aside
from qaf_analysis.data.cells.missing import (
    without_missing_words,
    without_zero_dates,
    words_known_to,
)
from qaf_analysis.data.cells.only_months import MAY_BE_MONTHS, only_months
from qaf_analysis.data.cells.personal import warn_of_dates, warn_of_personal_details
from qaf_analysis.data.cells.scale_names import read_scale_names
from qaf_analysis.data.cells.texts import tidy_cells
from qaf_analysis.data.cells.words import (
    check_quarters,
    only_given,
    read_choice,
    read_flag,
    read_share,
)
from qaf_analysis.data.contract.columns import OWN_COLUMNS, PLANNED, Column, Graded, required_names
from qaf_analysis.data.contract.distinct import Texts, blank, constant, in_rows, where
from qaf_analysis.data.contract.problems import Problems, extract
from qaf_analysis.data.council.new_scale import FEWEST_CELLS, NewScale, new_scale, unknown_texts
from qaf_analysis.data.council.row_scales import ScaledGrades, Values
from qaf_analysis.data.council.second_header import repeated_headers
from qaf_analysis.data.files.declared import declaring_path
from qaf_analysis.data.files.headings import Layout
from qaf_analysis.data.files.labels import first_filled, may_be_date
from qaf_analysis.data.files.raw_table import RawTable
from qaf_analysis.terms.settings import FileSettings, Settings

_OWN_DATES = ("audit_date", "moderated_on", "raised_on")
_WIDE_ENOUGH = 4
_LABEL = 40


@dataclass(frozen=True, kw_only=True, eq=False)
class Export:
    """One export with its cells read.

    Parameters
    ----------
    file : FileSettings
        How it is laid out.
    table : RawTable
        As it stood.
    layout : Layout
        Where its columns are.
    values : mapping of Column to Series
        What each column's cells mean, by row number; declared constants are columns too.
    raw : mapping of Column to Series
        Cells as they stood, for the grade columns.
    scales : mapping of Column to Series
        Name of the scale that each grade is on, for the grade columns.
    by_month : mapping of Column to Series
        Whether only the month of each day is known, for columns of days in which any is so.
    new_scale : NewScale or None
        What rows are held back for, until all exports are read.
    report_grades, read_held : callable
        Report what was found about grades, once it is known what these rows are. The second sets
        them aside one by one before, as if nothing were known of another scale.
    declared_as : str
        Path of its table in the settings, perhaps a pattern; the file's own where there is none.
    """

    file: FileSettings
    table: RawTable
    layout: Layout
    values: Mapping[Column, Texts]
    raw: Mapping[Column, Texts]
    scales: Mapping[Column, Texts]
    by_month: Mapping[Column, Texts]
    declared_as: str
    new_scale: NewScale | None = None
    report_grades: Callable[[], None] = field(default=lambda: None, repr=False)
    read_held: Callable[[], None] = field(default=lambda: None, repr=False)

    @property
    def problems(self) -> Problems:
        """What was found wrong with it."""
        return self.table.problems

    def value(self, name: str, grader: Graded) -> Texts | None:
        """Values of a column by our name, or None where the export has none."""
        return next(
            (v for c, v in self.values.items() if c.name == name and c.grader == grader), None
        )


def read_export(
    table: RawTable, *, layout: Layout, file: FileSettings, settings: Settings, as_of: date
) -> Export:
    """Read every cell of a table that a wanted column holds.

    Raises
    ------
    FileRefusedError
        If grades are bare numbers or the order of day and month cannot be told.
    """
    live = _without_totals(table, layout=layout)
    texts = _tidy_columns(table, live=live, layout=layout)
    texts = _without_missing(texts, table=table, layout=layout, file=file, settings=settings)
    texts.update(_constants(file, index=live.index))
    reader = _Reader(table, file=file, settings=settings, as_of=as_of)
    raw = {c: live[p] for c, p in layout.places.items() if c.kind == "grade"}
    values = reader.read_all(texts, raw=raw, layout=layout)
    if reader.new_scale is None:
        reader.grades.report()
    _set_missing_aside(texts, file=file, problems=table.problems)
    _check_quarter(values, texts=texts, file=file, table=table)
    return Export(
        file=file,
        table=table,
        layout=layout,
        values=values,
        raw=raw,
        scales=reader.grades.scales,
        by_month=reader.grades.by_month,
        new_scale=reader.new_scale,
        report_grades=reader.grades.report,
        read_held=lambda: reader.read_held(texts, raw=raw, values=values),
        declared_as=declaring_path(file.path, settings.files),
    )


def has_grades_before(export: Export, day: date) -> bool:
    """Whether an export holds several grades of a scale in use before a day."""
    own = OWN_COLUMNS[export.file.kind]
    name = {"auditor": "audit_date", "moderator": "moderated_on"}.get(own, "")
    days = export.value(name, own)
    if days is None:
        return False
    early = days[(days < pd.Timestamp(day)).to_numpy(dtype=bool)].index
    number = sum(
        int((in_rows(grades, early) >= 0).sum())
        for column, grades in export.values.items()
        if column.kind == "grade" and column.grader == own
    )
    return number >= FEWEST_CELLS


def _without_totals(table: RawTable, *, layout: Layout) -> pd.DataFrame:
    """Rows of the table but for repeated headers and totals, which are set aside."""
    cells, problems = table.cells, table.problems
    if cells.empty:
        return cells
    names = ("audit_id", "action_id")
    identifier = next((p for c, p in layout.places.items() if c.name in names), 0)
    repeated = repeated_headers(table, layout=layout)
    problems.set_aside(
        repeated,
        code="repeated_header",
        found="the header again (two exports pasted together?)",
        expected="one header",
        mend=[f"delete row {row}" for row in repeated],
    )
    _set_totals_aside(table, identifier=identifier, layout=layout)
    _set_lone_cells_aside(table, layout=layout)
    kept = problems.kept(cells.index)
    return cells if kept.all() else cells[kept]


def _set_totals_aside(table: RawTable, *, identifier: int, layout: Layout) -> None:
    """Set rows of totals aside: their identifier is such a label, and no date stands there."""
    labels = table.cells[identifier]
    totals = np.ones(len(labels), dtype=bool)
    for column, place in layout.places.items():
        if column.name in _OWN_DATES:
            totals &= ~where(table.cells[place], may_be_date)
            if table.kinds is not None:
                totals &= (table.kinds[place] != "d").to_numpy(dtype=bool)
    totals[totals] = where(labels[totals], is_total)
    table.problems.set_aside(
        table.cells.index[totals].tolist(),
        code="totals_row",
        found="a totals row: no identifier and no date",
        expected="one record in each row",
        mend=lambda row: f"delete the total row, or {_declaring(labels[row])}",
    )


def _set_lone_cells_aside(table: RawTable, *, layout: Layout) -> None:
    """Set rows with nothing but one text aside: labels of totals, notes, names of groups."""
    dated = [place for column, place in layout.places.items() if column.name in _OWN_DATES]
    if len(table.headings) < _WIDE_ENOUGH or not dated:
        return
    undated = table.cells[where(table.cells[dated[0]], lambda text: not text.strip())]
    filled = np.zeros(len(undated), dtype=np.int64)
    for place in undated.columns:
        filled += where(undated[place], lambda text: bool(text.strip()))
    lone = undated[(filled == 1) & table.problems.kept(undated.index)].astype(object)
    alone = [int(row) for row in lone.index]
    texts = [first_filled([*map(str, cells)]) for cells in lone.to_numpy(dtype=object)]
    table.problems.set_aside(
        alone,
        code="lone_cell",
        found=[f"a row with one filled cell only, {_shown(text)}" for text in texts],
        expected="one record in each row",
        mend=[f"fill in the row, delete it, or {_declaring(text)}" for text in texts],
    )


def _shown(text: str) -> str:
    return extract(text) if len(text) <= _LABEL else f"a text of {len(text):,} characters"


def _declaring(text: str) -> str:
    """How to declare that a row holds no record; a long text is not repeated."""
    label = extract(text) if len(text) <= _LABEL else "its first words in quotation marks"
    return f"declare in council.toml that it holds no record: not_data = [{label}]"


def _tidy_columns(table: RawTable, *, live: pd.DataFrame, layout: Layout) -> dict[Column, Texts]:
    kinds = None if table.kinds is None else table.kinds.loc[live.index]
    return {
        column: tidy_cells(
            live[place],
            None if kinds is None else kinds[place],
            column=column,
            problems=table.problems,
        )
        for column, place in layout.places.items()
    }


def _without_missing(
    texts: Mapping[Column, Texts],
    *,
    table: RawTable,
    layout: Layout,
    file: FileSettings,
    settings: Settings,
) -> dict[Column, Texts]:
    """Cells with a word for missing, or a date of nought, as blank cells."""
    scales = [file.scale] if file.scale else [era.scale for era in settings.all_eras]
    problems = table.problems
    blanked = {
        column: without_missing_words(
            cells,
            column=column,
            words=settings.missing,
            known=words_known_to(column, scales=scales, settings=settings),
            problems=problems,
        )
        for column, cells in texts.items()
    }
    for column in (column for column in texts if column.kind == "date"):
        kinds = None if table.kinds is None else table.kinds[layout.places[column]]
        blanked[column] = without_zero_dates(
            blanked[column], kinds, heading=column.heading, problems=problems
        )
    return blanked


def _constants(file: FileSettings, *, index: pd.Index) -> dict[Column, Texts]:
    own = OWN_COLUMNS[file.kind]
    texts = {}
    for name, value in file.constants.items():
        moderators = name in ("moderation_source", "round", "selected_by", "moderated_on")
        grader: Graded = "moderator" if moderators and own == "auditor" else own
        column = Column(name=name, heading=f"{name} (declared for the file)", grader=grader)
        texts[column] = constant(value, index=index)
    return texts


class _Reader:
    def __init__(
        self, table: RawTable, *, file: FileSettings, settings: Settings, as_of: date
    ) -> None:
        self.grades = ScaledGrades(file=file, settings=settings, problems=table.problems)
        self.new_scale: NewScale | None = None
        self._table = table
        self._file = file
        self._settings = settings
        self._as_of = as_of

    def read_all(
        self, texts: Mapping[Column, Texts], *, raw: Mapping[Column, Texts], layout: Layout
    ) -> dict[Column, Texts]:
        """Values of every column; grades last where a row's day or scale tells their scale."""
        graded = [column for column in texts if column.kind == "grade"]
        has_unknown = self._file.scale_map is None and any(
            unknown_texts(texts[column], self.grades).any() for column in graded
        )
        is_last = self.grades.are_several or has_unknown
        values: dict[Column, Texts] = {}
        for column in sorted(texts, key=lambda c: is_last and c.kind == "grade"):
            cells = texts[column]
            if column.kind == "grade":
                if has_unknown and column == graded[0]:
                    self._hold_new_scale({c: texts[c] for c in graded}, values=values)
                good = self._table.problems.kept(cells.index)
                values[column] = self.grades.read(
                    column,
                    cells[good],
                    raw=raw.get(column, cells)[good],
                    rows_in=self._table.rows_in,
                    values=values,
                )
            else:
                values[column] = self._read(column, cells, layout=layout)
        return {column: values[column] for column in texts}

    def _hold_new_scale(self, texts: Mapping[Column, Texts], *, values: Values) -> None:
        problems = self._table.problems
        kept = {column: cells[problems.kept(cells.index)] for column, cells in texts.items()}
        self.new_scale = new_scale(kept, grades=self.grades, values=values)
        if self.new_scale is not None:
            problems.hold(self.new_scale.rows)

    def read_held(
        self, texts: Mapping[Column, Texts], *, raw: Mapping[Column, Texts], values: Values
    ) -> None:
        """Set the rows held back aside for each unknown word, and report what was found."""
        waiting = set(self.new_scale.rows if self.new_scale else ())
        for column, cells in texts.items():
            if column.kind == "grade" and waiting:
                rows = cells.index[cells.index.isin(waiting)]
                cells_raw = raw.get(column, cells)
                scales = dict(self.grades.scales)
                self.grades.read(
                    column,
                    cells[rows],
                    raw=cells_raw[rows],
                    rows_in=self._table.rows_in,
                    values=values,
                )
                self.grades.scales.update(scales)
                waiting -= self._table.problems.bad_rows
        self.grades.report()

    def _read(self, column: Column, texts: Texts, *, layout: Layout) -> Texts:
        problems, heading = self._table.problems, column.heading
        if column.kind == "date":
            good = problems.kept(texts.index)
            return self._days(column, texts[good], layout=layout)
        if column.kind == "identifier":
            set_spoilt_aside(texts, heading=heading, problems=problems)
            warn_of_dates(texts, heading=heading, problems=problems)
        elif column.kind == "word":
            warn_of_personal_details(texts, heading=heading, problems=problems, is_label=True)
        elif column.kind == "choice":
            spellings = self._settings.spellings.get(column.name, {})
            return read_choice(texts, column=column, spellings=spellings, problems=problems)
        elif column.kind == "scale":
            known = self.grades.known
            return read_scale_names(texts, known=known, heading=heading, problems=problems)
        elif column.kind == "flag":
            return read_flag(texts, column=column, problems=problems)
        elif column.kind == "share":
            return read_share(texts, column=column, problems=problems)
        elif column.kind == "free":
            warn_of_personal_details(texts, heading=heading, problems=problems)
            return only_given(texts)
        return texts

    def _days(self, column: Column, texts: Texts, *, layout: Layout) -> Texts:
        kinds, order = self._kinds(column, layout=layout), self._file.date_order
        problems, heading = self._table.problems, column.heading
        days = read_dates(
            texts,
            kinds,
            order=order,
            as_of=self._as_of,
            planned=column.name in PLANNED,
            may_be_months=column.name in MAY_BE_MONTHS,
            months_declared=self._settings.months,
            heading=heading,
            problems=problems,
        )
        if column.name in MAY_BE_MONTHS:
            declared = self._settings.months
            flags = only_months(texts, days, order=order, declared=declared)
            if flags.any():
                self.grades.by_month[column] = pd.Series(flags, index=texts.index)
        if column in layout.places:
            refuse_exchanged_dates(
                texts,
                kinds,
                order=order,
                heading=heading,
                problems=problems,
                rows_in=self._table.rows_in,
            )
        return days

    def _kinds(self, column: Column, *, layout: Layout) -> Texts | None:
        if self._table.kinds is None or column not in layout.places:
            return None
        return self._table.kinds[layout.places[column]]


def _set_missing_aside(
    texts: Mapping[Column, Texts], *, file: FileSettings, problems: Problems
) -> None:
    own = OWN_COLUMNS[file.kind]
    for column, cells in texts.items():
        needed = column.name in required_names(file) and column.grader == own
        if not needed or column.kind == "grade":
            continue
        problems.set_aside(
            cells.index[blank(cells)].tolist(),
            code="cell_missing",
            column=column.heading,
            found=f"no {column.name} (a blank cell, or a word for a missing value)",
            expected=f"the {column.name} in every row",
            mend="fill in the cell, or leave the row out",
        )


def _check_quarter(
    values: Mapping[Column, Texts],
    *,
    texts: Mapping[Column, Texts],
    file: FileSettings,
    table: RawTable,
) -> None:
    by_name = {column.name: column for column in values}
    if "quarter" in by_name and "audit_date" in by_name:
        stated, dated = by_name["quarter"], by_name["audit_date"]
        refuse_dates_against_quarters(
            values[dated],
            texts[dated],
            quarters=values[stated],
            order=file.date_order,
            headings=(dated.heading, stated.heading),
            problems=table.problems,
            rows_in=table.rows_in,
        )
        check_quarters(
            values[stated], values[dated], heading=stated.heading, problems=table.problems
        )

"""Grades of one export on the scale of their own day, or on the one that their row names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from qaf_analysis.data.cells.grades import NOT_GRADED, GradeReader
from qaf_analysis.data.cells.scale_names import (
    named_places,
    names_of,
    warn_of_other_scales,
    words_elsewhere,
)
from qaf_analysis.data.contract.columns import Column, Graded
from qaf_analysis.data.contract.distinct import Texts, constant, distinct, first_of_each, in_rows
from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.terms.eras import in_words
from qaf_analysis.terms.names import Role
from qaf_analysis.terms.settings import FileSettings, Settings

Values = Mapping[Column, Texts]
# The day of a grade by whose it is: the first of these columns that is filled.
_DAYS: Mapping[Graded, tuple[tuple[str, Graded], ...]] = {
    "auditor": (("audit_date", "auditor"),),
    "second_auditor": (("rated_on", "second_auditor"), ("audit_date", "auditor")),
    "moderator": (
        ("moderated_on", "moderator"),
        ("read_on", "moderator"),
        ("audit_date", "auditor"),
    ),
    "reader": (("read_on", "reader"),),
}
_NOUNS: Mapping[Graded, str] = {
    "moderator": "moderation",
    "second_auditor": "second reading",
    "reader": "reading",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class _Rows:
    """Of the rows of a column of grades: their days, and the place of each row's scale."""

    days: Texts
    places: Texts
    stated: Texts
    noun: str
    by_month: pd.Series

    def dated(self, row: int) -> str:
        """What to say of the time of a row."""
        if self.stated[row] >= 0:
            return "this row names its scale"
        day = self.days[row].date()
        told = f"{day:%B %Y}" if self.by_month[row] else in_words(day)
        return f"this {self.noun} is of {told}"


class ScaledGrades:
    """Reads the columns of grades of one export, each row on its own scale.

    Parameters
    ----------
    file : FileSettings
        How the export is laid out.
    settings : Settings
        Scales in use, and words for what was not graded.
    problems : Problems
        Takes what is found.
    """

    def __init__(self, *, file: FileSettings, settings: Settings, problems: Problems) -> None:
        self._problems = problems
        self._eras = settings.all_eras
        converted = file.scale_map is not None
        own = {era.scale.name: era.scale for era in self._eras}
        if converted and file.scale is not None:
            own = {file.scale.name: file.scale}
        self._own = file.scale.name if file.scale is not None and not converted else ""
        self.readers = tuple(
            GradeReader(
                scale=scale,
                scale_map=file.scale_map,
                not_graded=settings.not_graded,
                blank_is_not_graded=file.shape != "long",
                problems=problems,
                half_grades=file.half_grades,
                elsewhere=words_elsewhere(self._eras, scale.name) if len(own) > 1 else None,
            )
            for scale in own.values()
        )
        self.known = tuple(own)
        self.scales: dict[Column, Texts] = {}
        self.by_month: dict[Column, Texts] = {}
        self._warned: set[Graded] = set()

    @property
    def are_several(self) -> bool:
        """Whether grades may be on one of several scales."""
        return len(self.readers) > 1

    def read(
        self, column: Column, texts: Texts, *, raw: Texts, rows_in: int, values: Values
    ) -> Texts:
        """Codes of a column of grades; see ``GradeReader.read``.

        Parameters
        ----------
        values : mapping of Column to Series
            Columns that were read before: dates, roles, and the names of scales.
        """
        heading = column.heading
        if not self.are_several:
            [reader] = self.readers
            self.scales[column] = constant(reader.scale.name, index=texts.index)
            return reader.read(texts, raw=raw, heading=heading, rows_in=rows_in)
        rows = self._rows(column, texts.index, values=values)
        rows = self._without_months_of_change(rows, heading=heading, texts=texts)
        self.scales[column] = names_of(rows.places, self.known)
        codes = np.full(len(texts), NOT_GRADED, dtype="int64")
        filled = int((texts.to_numpy(dtype=object) != "").sum())
        for place, reader in enumerate(self.readers):
            here = (rows.places == place).to_numpy(dtype=bool)
            if here.any():
                codes[here] = reader.read(
                    texts[here],
                    raw=raw[here],
                    heading=heading,
                    rows_in=rows_in,
                    filled=filled,
                    dated=rows.dated,
                )
        return pd.Series(codes, index=texts.index)

    def report(self) -> None:
        """Report what was found about the words of every scale."""
        for reader in self.readers:
            reader.report()

    def places(self, column: Column, index: pd.Index, *, values: Values) -> tuple[Texts, Texts]:
        """Day and place of the scale of each row of a column of grades."""
        rows = self._rows(column, index, values=values)
        return rows.days, rows.places

    def _rows(self, column: Column, index: pd.Index, *, values: Values) -> _Rows:
        days, by_month = self._days(column.grader, index, values=values)
        by_day = self._by_day(days)
        named, heading = self._named(column.grader, index, values=values)
        if column.grader not in self._warned:
            self._warned.add(column.grader)
            warn_of_other_scales(named, by_day, heading=heading, problems=self._problems)
        if self._own in self.known:
            by_day = by_day.where(by_day < 0, self.known.index(self._own))
            stated = named.where(named >= 0, self.known.index(self._own))
        else:
            stated = named
        noun = _NOUNS.get(column.grader, "audit")
        places = by_day.where(named < 0, named)
        return _Rows(days=days, places=places, stated=stated, noun=noun, by_month=by_month)

    def _without_months_of_change(self, rows: _Rows, *, heading: str, texts: Texts) -> _Rows:
        """Rows of which it is not known on which side of a new scale they lie, set aside."""
        within = [era.first for era in self._eras if era.first and era.first.day > 1]
        if not within or not rows.by_month.any():
            return rows
        months = np.array(within, dtype="datetime64[M]")
        of_change = np.isin(rows.days.to_numpy(dtype="datetime64[M]"), months)
        filled = (texts.to_numpy(dtype=object) != "").astype(bool)
        open_rows = of_change & rows.by_month.to_numpy(dtype=bool) & filled
        open_rows &= (rows.stated < 0).to_numpy(dtype=bool)
        self._problems.set_aside(
            [int(row) for row in texts.index[open_rows]],
            code="month_of_new_scale",
            column=heading,
            found=lambda row: f"a grade of {rows.days[row]:%B %Y}, within which the scale changed",
            expected="the day, or the name of the scale in a column called scale",
            mend="fill in the day, or name the scale of such rows in a column called scale",
        )
        return replace(rows, places=rows.places.where(~open_rows, -1))

    def _by_day(self, days: Texts) -> Texts:
        """Place of the scale in use on each day; -1 where there is no day."""
        firsts = [era.first or date.min for era in self._eras]
        starts = np.array(firsts[1:], dtype="datetime64[D]").astype("datetime64[us]")
        found = np.searchsorted(starts, days.to_numpy(dtype="datetime64[us]"), side="right")
        by_era = np.array([self.known.index(era.scale.name) for era in self._eras])
        places = np.where(days.isna(), -1, by_era[found])
        return pd.Series(places, index=days.index, dtype="int64")

    def _named(self, grader: Graded, index: pd.Index, *, values: Values) -> tuple[Texts, str]:
        """Place of the scale that each row names, -1 for none, and the heading."""
        graders: tuple[Graded, ...] = (grader,)
        if grader == "second_auditor":
            graders = (grader, "auditor")
        for whose in graders:
            found = _column("scale", whose, values)
            if found is not None:
                place_of = {name: place for place, name in enumerate(self.known)}
                names = in_rows(values[found], index)
                return named_places(names, place_of), found.heading
        return pd.Series(-1, index=index, dtype="int64"), "scale"

    def _days(self, grader: Graded, index: pd.Index, *, values: Values) -> tuple[Texts, pd.Series]:
        """Day of each row, and whether only its month is known."""
        days = pd.Series(pd.NaT, index=index, dtype="datetime64[us]")
        months = pd.Series(False, index=index)
        for name, whose in _DAYS.get(grader, ()):
            found = _column(name, whose, values)
            if found is not None:
                new = days.isna()
                days = days.fillna(in_rows(values[found], index))
                months |= new & self._flags(found, index)
        if grader == "auditor" and (rated := _column("rated_on", "auditor", values)) is not None:
            second = _are_second(index, values=values)
            read = in_rows(values[rated], index)
            own = ~second | read.isna().to_numpy(dtype=bool)
            days, months = days.where(own, read), months.where(own, self._flags(rated, index))
        return days, months

    def _flags(self, column: Column, index: pd.Index) -> pd.Series:
        """Whether only the month is known in each row of a column of days."""
        flags = self.by_month.get(column)
        if flags is None:
            return pd.Series(False, index=index)
        return flags.reindex(index, fill_value=False)


def _are_second(index: pd.Index, *, values: Values) -> pd.Series:
    """Whether each row of a long export is a second auditor's: as stated, or not the first."""
    role, audit, rater = (
        _column(name, "auditor", values) for name in ("role", "audit_id", "auditor")
    )
    stated = pd.Series("", index=index, dtype=object)
    if role is not None:
        stated = in_rows(values[role], index).astype(object).fillna("")
    second = stated == str(Role.SECOND_AUDITOR)
    if audit is not None and rater is not None:
        ids, people = (distinct(in_rows(values[c], index)).places for c in (audit, rater))
        second |= (stated == "") & (people != first_of_each(ids, people))
    return second


def _column(name: str, grader: Graded, values: Values) -> Column | None:
    return next((c for c in values if c.name == name and c.grader == grader), None)

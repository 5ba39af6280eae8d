"""One form about several children: one audit of the family, or one for each child, as declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.contract.distinct import Texts, as_plain, by_text, distinct, first_of_each
from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.files.headings import places_of
from qaf_analysis.data.files.raw_table import RawTable
from qaf_analysis.data.shapes.versions import listed
from qaf_analysis.terms.file_settings import JOINED
from qaf_analysis.terms.missing_words import MissingWords
from qaf_analysis.terms.settings import FileSettings

# What may differ from child to child within one form; everything else is the form's.
_OF_CHILD = ("word", "flag", "free", "quarter", "share")


def with_siblings(
    table: RawTable, *, file: FileSettings, wanted: Sequence[Column], missing: MissingWords
) -> RawTable:
    """Table in which rows about siblings are one record, or have identifiers of their own.

    Siblings are rows with the same ``audit_id`` and another ``case_ref``.

    ``one_audit`` joins them to one record under the first child's case, and keeps the cases of
    the others. Forms whose rows differ in a grade, a date or a person are set aside whole.
    ``audit_each`` gives each child's rows an identifier of form and child.

    Raises
    ------
    FileRefusedError
        If rows alike but for the child show that forms are about siblings, and no rule is
        declared.
    """
    if file.kind != "audits" or table.cells.empty:
        return table
    rows = _FormRows.of(table, wanted, missing=missing)
    if rows is None or not rows.several.any():
        return table
    if file.siblings is None:
        rows.refuse_undeclared(table)
        return table
    table = replace(table, cells=as_plain(table.cells))
    if file.siblings == "audit_each":
        return rows.with_own_identifiers(table)
    return rows.joined(table)


@dataclass(frozen=True, kw_only=True, eq=False)
class _FormRows:
    """Rows of a table, numbered by form, child and reading.

    Parameters
    ----------
    places : mapping of Column to int
        Where the wanted columns stand.
    identifier, case : int
        Where those two stand.
    form, child : array of int
        Codes of identifier and case in each row; -1 where blank.
    reading : array of int
        Code of form and auditor (and domain, in long exports).
    several : array of bool
        Whether the row's form is about several children.
    missing : MissingWords
        Words for a missing value.
    """

    places: Mapping[Column, int]
    identifier: int
    case: int
    form: np.ndarray
    child: np.ndarray
    reading: np.ndarray
    several: np.ndarray
    missing: MissingWords

    @classmethod
    def of(
        cls, table: RawTable, wanted: Sequence[Column], *, missing: MissingWords
    ) -> _FormRows | None:
        """Number the rows; None where the table has no identifier or no case."""
        places = places_of(table.headings, wanted)
        named = {column.name: p for column, p in places.items() if column.grader == "auditor"}
        if "audit_id" not in named or "case_ref" not in named:
            return None
        form = _codes(table.cells[named["audit_id"]], missing)
        child = _codes(table.cells[named["case_ref"]], missing)
        who = [named[name] for name in ("auditor", "domain") if name in named]
        parts = [form, *(_codes(table.cells[place], missing) for place in who)]
        stated = (form >= 0) & (child >= 0)
        other = np.zeros(len(form), dtype=bool)
        other[stated] = child[stated] != first_of_each(form[stated], child[stated])
        return cls(
            places=places,
            identifier=named["audit_id"],
            case=named["case_ref"],
            form=form,
            child=child,
            reading=_joint(parts),
            several=np.isin(form, form[other]),
            missing=missing,
        )

    def of_form(self) -> list[Column]:
        """Columns that must be alike in all rows of one form."""
        names = ("audit_id", "case_ref", "domain")
        return [
            column
            for column in self.places
            if column.name not in names and (column.kind not in _OF_CHILD or column.name == "role")
        ]

    def alike(self, table: RawTable, column: Column) -> np.ndarray:
        """Whether each row has what the first row of its reading has."""
        codes = _codes(table.cells[self.places[column]], self.missing)
        same: np.ndarray = codes == codes[_first(self.reading)][self.reading]
        return same

    def refuse_undeclared(self, table: RawTable) -> None:
        """Refuse the file where rows alike but for the child show that forms have siblings."""
        unlike = np.zeros(len(self.form), dtype=bool)
        for column in self.of_form():
            unlike |= ~self.alike(table, column)
        differing = np.isin(self.reading, self.reading[unlike])
        first = self.child[_first(self.reading)][self.reading]
        siblings = self.several & ~differing & (self.child >= 0) & (self.child != first)
        if not siblings.any():
            return
        forms = len(np.unique(self.form[self.form >= 0]))
        about = len(np.unique(self.form[siblings]))
        pairs = np.unique(np.column_stack([self.form, self.child])[self.form >= 0], axis=0)
        row = table.cells.index[int(np.flatnonzero(siblings)[0])]
        raise table.problems.refusal(
            code="siblings_undeclared",
            row=int(row),
            column=table.headings[self.case],
            found=f"{counted(about, 'form')} of {forms:,} with rows about several children that "
            "are otherwise alike (siblings)",
            expected="a rule for such forms in council.toml, in the [[files]] block of this file",
            mend='write one of two lines into that block: siblings = "one_audit" makes '
            f"{counted(forms, 'audit')} or readings, one for each form; "
            f'siblings = "audit_each" makes {len(pairs):,}, one for each child, so that the '
            f"grades of {counted(about, 'form')} count several times",
            rows_in=table.rows_in,
        )

    def with_own_identifiers(self, table: RawTable) -> RawTable:
        """Give each child's rows an identifier of form and child."""
        cells = table.cells.copy(deep=False)
        stated = (self.form >= 0) & (self.child >= 0)
        built = cells[self.identifier].str.strip() + JOINED + cells[self.case].str.strip()
        cells[self.identifier] = cells[self.identifier].where(~stated, built)
        kinds = _as_text(table, self.identifier)
        number = len(np.unique(self.form[self.several]))
        _note_forms(
            table,
            self.identifier,
            number,
            code="siblings_each",
            read="each child an audit of its own",
            rows=int(self.several.sum()),
        )
        return replace(table, cells=cells, kinds=kinds)

    def joined(self, table: RawTable) -> RawTable:
        """Join the rows of each form that differ in the child only."""
        bad = self._unlike_set_aside(table)
        self._note_told_twice(table, bad)
        live = self.several & ~bad
        first = _first(self.form)[self.form]
        # The same child twice within one reading is no sibling: it stays, and is told as such.
        again = pd.DataFrame({"r": self.reading, "c": self.child}).duplicated().to_numpy()
        opens = np.arange(len(self.form)) == _first(self.reading)[self.reading]
        gone = live & ~opens & ~again & (self.child >= 0)
        cells = table.cells.copy(deep=False)
        case = cells[self.case].to_numpy(dtype=object)
        cells[self.case] = np.where(live, case[first], case)
        kept = table.cells.index[~gone]
        families = len(np.unique(self.form[live]))
        if families:
            _note_forms(
                table,
                self.case,
                families,
                code="siblings_joined",
                read="each read as one audit of the family",
                rows=int(live.sum()),
            )
        return replace(
            table,
            cells=cells.loc[kept],
            kinds=None if table.kinds is None else table.kinds.loc[kept],
            rows_of=self._rows_of(table, live=live, gone=gone),
            further_cases=self._further(table, live=live & ~gone),
        )

    def _rows_of(
        self, table: RawTable, *, live: np.ndarray, gone: np.ndarray
    ) -> dict[int, tuple[int, ...]]:
        rows_of = dict(table.rows_of)
        numbers = table.cells.index.to_numpy()
        opening = numbers[_first(self.reading)]
        parts: dict[int, list[int]] = {}
        for row, reading in zip(numbers[gone], self.reading[gone], strict=True):
            further = rows_of.pop(int(row), (int(row),))
            parts.setdefault(int(opening[reading]), []).extend(further)
        for row, further_rows in parts.items():
            rows_of[row] = tuple(sorted((*rows_of.get(row, (row,)), *further_rows)))
        return rows_of

    def _further(self, table: RawTable, *, live: np.ndarray) -> dict[int, tuple[str, ...]]:
        cases = table.cells[self.case].to_numpy(dtype=object)
        named: dict[int, dict[int, str]] = {}
        for form, child, text in zip(
            self.form[self.several], self.child[self.several], cases[self.several], strict=True
        ):
            if child >= 0:
                named.setdefault(int(form), {}).setdefault(int(child), str(text))
        rows = table.cells.index.to_numpy()[live]
        return {
            int(row): tuple(named[int(form)].values())[1:]
            for row, form in zip(rows, self.form[live], strict=True)
        }

    def _unlike_set_aside(self, table: RawTable) -> np.ndarray:
        """Rows of forms whose rows differ in what is the form's; they are set aside."""
        bad = np.zeros(len(self.form), dtype=bool)
        opening = _first(self.reading)[self.reading]
        for column in self.of_form():
            unlike = self.several & ~self.alike(table, column) & (self.child != self.child[opening])
            self._set_aside(table, unlike, column.heading, against=opening)
            bad |= np.isin(self.form, self.form[unlike])
        apart = self.several & self._other_children() & ~bad
        auditor = next((c.heading for c in self.places if c.name == "auditor"), "auditor")
        self._set_aside(table, apart, auditor, against=_first(self.form)[self.form])
        return bad | np.isin(self.form, self.form[apart])

    def _other_children(self) -> np.ndarray:
        """Whether a row's auditor shares no child with the form's first auditor."""
        opening = self.reading == self.reading[_first(self.form)][self.form]
        shared = pd.MultiIndex.from_arrays([self.form, self.child])
        mine = shared.isin(shared[opening])
        return ~pd.Series(mine).groupby(self.reading).transform("any").to_numpy(dtype=bool)

    def _set_aside(
        self, table: RawTable, unlike: np.ndarray, heading: str, *, against: np.ndarray
    ) -> None:
        if not unlike.any():
            return
        numbers = table.cells.index.to_numpy()
        told = {}
        for place in np.flatnonzero(unlike)[::-1]:
            pair = sorted([int(numbers[against[place]]), int(numbers[place])])
            told[int(self.form[place])] = listed(pair)
        whole = np.isin(self.form, list(told))
        table.problems.set_aside(
            [int(row) for row in numbers[whole]],
            code="siblings_differ",
            column=heading,
            found=[
                f"a form about several children whose rows differ in {heading} ({told[int(form)]})"
                for form in self.form[whole]
            ],
            expected="one form, with the same grades, date and people for every child",
            mend="correct the rows, or give each child a form of its own",
        )

    def _note_told_twice(self, table: RawTable, bad: np.ndarray) -> None:
        for column in self.places:
            if column.kind not in _OF_CHILD or column.name == "domain":
                continue
            unlike = self.several & ~bad & ~self.alike(table, column)
            if unlike.any():
                number = len(np.unique(self.form[unlike]))
                table.problems.note(
                    code="siblings_told_apart",
                    row=int(table.cells.index[int(np.flatnonzero(unlike)[0])]),
                    column=column.heading,
                    found=f"{counted(number, 'form')} whose children differ in {column.heading}; "
                    "the first child's stands",
                    expected="one audit of the family",
                    rows=int(unlike.sum()),
                )


def _codes(texts: Texts, missing: MissingWords) -> np.ndarray:
    """Codes of texts that are the same but for case and spaces; -1 where one is missing."""
    keys = distinct(by_text(texts, missing.key))
    return np.where(keys.chosen(keys.texts == ""), -1, keys.places).astype("int64")


def _joint(parts: Sequence[np.ndarray]) -> np.ndarray:
    joint = parts[0]
    for part in parts[1:]:
        joint = joint * (int(part.max(initial=0)) + 2) + part + 1
    return pd.factorize(joint)[0].astype("int64")


def _first(codes: np.ndarray) -> np.ndarray:
    """Place of the first row of each code; codes are numbered from 0 (-1 takes the last)."""
    number = int(codes.max(initial=-1)) + 1
    first = np.zeros(number + 1, dtype="int64")
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    return first


def _note_forms(
    table: RawTable, place: int, number: int, *, code: str, read: str, rows: int
) -> None:
    """Note how forms about several children were read."""
    table.problems.note(
        code=code,
        column=table.headings[place],
        found=f"{counted(number, 'form')} about several children, {read} as declared",
        expected="siblings as council.toml declares them",
        rows=rows,
    )


def _as_text(table: RawTable, place: int) -> pd.DataFrame | None:
    if table.kinds is None:
        return None
    kinds = table.kinds.copy(deep=False)
    kinds[place] = ""
    return kinds

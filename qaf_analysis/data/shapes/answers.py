"""Question-and-answer rows: the rows of a form become one record, its questions columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.columns import ASKED, Column, question_texts, source_columns
from qaf_analysis.data.contract.problems import counted, extract
from qaf_analysis.data.contract.spelling import Texts, by_value, spelling_key, tidy
from qaf_analysis.data.files.headings import folded, places_of, refuse_missing
from qaf_analysis.data.files.raw_table import RawTable
from qaf_analysis.data.shapes.questions import (
    Question,
    places_by_key,
    refuse_unasked,
    wanted_questions,
)
from qaf_analysis.data.shapes.versions import listed
from qaf_analysis.terms.missing_words import MissingWords
from qaf_analysis.terms.settings import FileSettings

# How these systems export the key of nothing: no question, no form, nothing chosen.
_NOTHING = "-1"
_TIME = re.compile(r"(?<=\d)[ t]\d{1,2}:\d{2}.*$")
_STATUS = re.compile(r"\b(status|state)\b", re.IGNORECASE)
_MOST_WORDS = 8
_LONGEST_WORD = 40
_OTHER = "an answer to a question that is not asked for"
_UNASKED = "an answer without a question"
_LEFT_OUT = "a form that council.toml counts as no data"


def answers_as_columns(
    table: RawTable, *, file: FileSettings, wanted: Sequence[Column], missing: MissingWords
) -> RawTable:
    """One record for each form, with a column for each question that is wanted.

    Columns of the form, such as its date, are taken from the rows of its own questions. Rows that
    ask anything else are recognised as no data; their answers are neither read nor quoted.

    Parameters
    ----------
    table : RawTable
        One row for each answer.
    wanted : sequence of Column
        Columns to look for afterwards.
    missing : MissingWords
        Words for a missing value; an answer with one of them gives way to another.

    Raises
    ------
    FileRefusedError
        If a column or a question is not there, or one question is asked twice in most forms.
    """
    key = _key_without(missing)
    places = _places(table, file=file, wanted=wanted)
    questions = wanted_questions(file, wanted)
    rows = _left_out(table, file=file, places=places)
    cells = table.cells.loc[rows]
    keys = by_value(cells[places["question"]], key)
    codes, distinct = pd.factorize(keys.to_numpy(dtype=object))
    refuse_unasked(
        questions,
        asked=map(tidy, cells[places["question"]].unique()),
        heading=table.headings[places["question"]],
        rows_in=table.rows_in,
        problems=table.problems,
    )
    asked = places_by_key(questions, distinct)[codes]
    answers = _Answers.of(table, cells, asked=asked, places=places, questions=questions, key=key)
    _report_others(table, distinct=distinct, codes=codes, asked=asked)
    return answers.table(rows=rows, keys=keys, wanted=wanted, file=file)


def _key_without(missing: MissingWords) -> Callable[[str], str]:
    """Key of a text under which spellings are the same; empty where it stands for nothing."""

    @cache  # a form's identifier, date and names are asked for again and again
    def key(text: str) -> str:
        found = spelling_key(text)
        return "" if found == _NOTHING or missing.means_missing(text) else found

    return key


def _places(table: RawTable, *, file: FileSettings, wanted: Sequence[Column]) -> dict[str, int]:
    """Places of the identifier, the case, the question and the answer."""
    asked = question_texts(file)
    columns = [c for c in wanted if c.heading not in asked and c.kind != "grade"]
    columns += [c for c in source_columns(file) if c.name in ASKED]
    found = places_of(table.headings, columns)
    needed = [c for c in columns if c.name in ASKED or c.name in ("audit_id", "action_id")]
    refuse_missing(
        [c for c in needed if c not in found],
        keys=[folded(heading) for heading in table.headings],
        unknown=[h for p, h in enumerate(table.headings) if p not in found.values()],
        header_row=table.header_row,
        rows_in=table.rows_in,
        problems=table.problems,
    )
    return {column.name: place for column, place in found.items()}


def _left_out(table: RawTable, *, file: FileSettings, places: Mapping[str, int]) -> pd.Index:
    """Rows that stay: those without a form's word, such as Draft, that is no data."""
    words = {spelling_key(word) for word in file.not_data}
    if not words:
        return table.cells.index
    gone = np.zeros(len(table.cells), dtype=bool)
    for place in range(len(table.headings)):
        if place not in (places["question"], places["answer"]):
            keys = by_value(table.cells[place], lambda text: spelling_key(text) in words)
            gone |= keys.to_numpy(dtype=bool)
    return table.cells.index[~gone]


def _report_others(
    table: RawTable, *, distinct: np.ndarray, codes: np.ndarray, asked: np.ndarray
) -> None:
    others = asked < 0
    unasked = others & (distinct[codes] == "") if len(codes) else others
    number = len(np.unique(codes[others & ~unasked]))
    if others.any():
        more = f", and {counted(int(unasked.sum()), 'row')} without a question"
        table.problems.note(
            code="answers_not_asked",
            found=f"{counted(int((others & ~unasked).sum()), 'answer')} to "
            f"{counted(number, 'other question')}{more if unasked.any() else ''}; they were not "
            "read",
            expected="answers to the questions that council.toml names, and others",
            rows=int(others.sum()),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Answers:
    """Rows of the wanted questions, numbered by their form.

    Parameters
    ----------
    source : RawTable
        One row for each answer.
    cells, kinds : DataFrame
        Its rows of wanted questions.
    places : mapping of str to int
        Where the identifier, case, question and answer stand.
    asked : array of int
        Which question each row asks.
    form : array of int
        Which form each row belongs to; forms are numbered in the order of their first rows.
    key : callable
        Key of a text, empty where it stands for nothing.
    """

    source: RawTable
    cells: pd.DataFrame
    kinds: pd.DataFrame | None
    places: Mapping[str, int]
    questions: Sequence[Question]
    asked: np.ndarray
    form: np.ndarray
    key: Callable[[str], str]

    @classmethod
    def of(
        cls,
        table: RawTable,
        cells: pd.DataFrame,
        *,
        asked: np.ndarray,
        places: Mapping[str, int],
        questions: Sequence[Question],
        key: Callable[[str], str],
    ) -> _Answers:
        chosen = cells[asked >= 0]
        return cls(
            source=table,
            cells=chosen,
            kinds=None if table.kinds is None else table.kinds.loc[chosen.index],
            places=places,
            questions=questions,
            asked=asked[asked >= 0],
            form=_forms(chosen, asked[asked >= 0], places, key=key),
            key=key,
        )

    @property
    def number(self) -> int:
        """How many forms there are."""
        return int(self.form.max()) + 1 if len(self.form) else 0

    @property
    def rows(self) -> np.ndarray:
        """Row number of each answer."""
        return self.cells.index.to_numpy()

    @property
    def own(self) -> np.ndarray:
        """Whether the person who filled in the form gave the answer."""
        own = np.array([question.own for question in self.questions], dtype=bool)
        return own.take(self.asked)

    def table(
        self, *, rows: pd.Index, keys: Texts, wanted: Sequence[Column], file: FileSettings
    ) -> RawTable:
        """One record for each form."""
        source = self.source
        order = np.argsort(self.form, kind="stable")
        starts = np.flatnonzero(np.diff(self.form[order], prepend=-1))
        first = self.rows[order][starts]
        parts = np.split(self.rows[order], starts[1:]) if len(starts) else []
        of_form = {int(part[0]): tuple(part.tolist()) for part in parts}
        texts, kinds, standing, answered = self._pivoted(first)
        heads, form_texts, form_kinds = self._of_form(wanted, file=file, first=first)
        cells = pd.DataFrame({**form_texts, **texts}, index=pd.Index(first, dtype="int64"))
        result = replace(
            source,
            headings=(*heads, *(question.text for question in self.questions)),
            cells=_numbered(cells),
            kinds=None
            if self.kinds is None
            else _numbered(pd.DataFrame({**form_kinds, **kinds}, index=cells.index)),
            rows_of={row: rows for row, rows in of_form.items() if len(rows) > 1},
            not_data=self._not_data(rows, keys),
        )
        source.problems.place_of = _Standing(first, standing, self.questions)
        self._set_ungraded_aside(answered, first=first)
        return self._with_unasked_aside(result, rows=rows, keys=keys)

    def _pivoted(
        self, first: np.ndarray
    ) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], np.ndarray, np.ndarray]:
        """Answer, its kind, its row and whether it says anything, for each form and question.

        Forms with two answers to one question that differ are set aside.
        """
        width = len(self.questions)
        answer = self.places["answer"]
        texts = self.cells[answer].to_numpy(dtype=object)
        keys = by_value(self.cells[answer], self.key).to_numpy(dtype=object)
        nothing = self._nothing(self.cells[answer])
        pair = self.form * width + self.asked
        filled = np.flatnonzero(keys != "")
        found, where = np.unique(pair[filled], return_index=True)
        chosen = filled[where]
        self._set_twice_aside(keys, pair, filled, found=found, chosen=chosen, first=first)
        grid = np.full(self.number * width, "", dtype=object)
        # From the last row to the first, so that of words for a missing value the first stands.
        grid[pair[::-1]] = np.where(nothing, "", texts)[::-1]
        grid[found] = texts[chosen]
        standing = np.repeat(first, width)
        standing[pair[::-1]] = self.rows[::-1]
        standing[found] = self.rows[chosen]
        answered = np.zeros(self.number * width, dtype=bool)
        answered[found] = True
        kinds = np.full(self.number * width, "", dtype=object)
        if self.kinds is not None:
            kinds[found] = self.kinds[answer].to_numpy(dtype=object)[chosen]
        shape = (self.number, width)
        return (
            _columns(grid.reshape(shape)),
            _columns(kinds.reshape(shape)),
            standing.reshape(shape),
            answered.reshape(shape),
        )

    def _nothing(self, answers: Texts) -> np.ndarray:
        """Which answers are the key of nothing; they are read as blank, and counted."""
        nothing = by_value(answers, lambda text: spelling_key(text) == _NOTHING)
        rows = answers.index[nothing.to_numpy(dtype=bool)]
        if len(rows):
            self.source.problems.warn(
                code="answer_of_nothing",
                row=int(rows[0]),
                column=self.source.headings[self.places["answer"]],
                found=f"{counted(len(rows), 'answer')} of {_NOTHING}, read as blank: nothing was "
                "chosen",
                expected="an answer, or a blank cell",
                mend="none needed",
                rows=len(rows),
            )
        return nothing.to_numpy(dtype=bool)

    def _set_twice_aside(
        self,
        keys: np.ndarray,
        pair: np.ndarray,
        filled: np.ndarray,
        *,
        found: np.ndarray,
        chosen: np.ndarray,
        first: np.ndarray,
    ) -> None:
        width = len(self.questions)
        stands = chosen[np.searchsorted(found, pair[filled])]
        unlike = filled[keys[filled] != keys[stands]]
        against = stands[keys[filled] != keys[stands]]
        forms = self.form[unlike]
        for place, question in enumerate(self.questions):
            here = np.unique(forms[self.asked[unlike] == place])
            if len(here) > 1 and 2 * len(here) > self.number:
                raise self.source.problems.refusal(
                    code="question_twice",
                    column=self.source.headings[self.places["question"]],
                    found=f"the question {extract(question.text)} asked several times in "
                    f"{counted(len(here), 'form')} of {self.number:,}",
                    expected="each question once in a form",
                    mend="name the questions by a column that tells them apart, such as their "
                    "number: [files.columns] question",
                    rows_in=self.source.rows_in,
                )
        _, once = np.unique(forms, return_index=True)
        told = [
            f"the question {extract(self.questions[pair[unlike[n]] % width].text)} answered "
            f"twice in one form and not alike "
            f"({listed([int(self.rows[against[n]]), int(self.rows[unlike[n]])])})"
            for n in once
        ]
        self.source.problems.set_aside(
            [int(row) for row in first[forms[once]]],
            code="answered_twice",
            column=self.source.headings[self.places["answer"]],
            found=told,
            expected="one answer to each question of a form",
            mend="find out which answer stands and delete the other row; neither is preferred",
        )

    def _of_form(
        self, wanted: Sequence[Column], *, file: FileSettings, first: np.ndarray
    ) -> tuple[list[str], dict[str, Any], dict[str, Any]]:
        """Columns of the form: the first cell filled, of the rows of its own questions."""
        heads: list[str] = []
        texts: dict[str, Any] = {}
        kinds: dict[str, Any] = {}
        asked = question_texts(file)
        columns = [*source_columns(file), *wanted]
        by_place = {p: c for c, p in places_of(self.source.headings, columns).items()}
        for place, heading in enumerate(self.source.headings):
            if place in (self.places["question"], self.places["answer"]) or heading in asked:
                continue
            cells = self.cells[place].to_numpy(dtype=object)
            stands = self._standing(cells)
            if place in by_place:
                self._check_alike(cells, stands, column=by_place[place], first=first)
            elif _STATUS.search(heading):
                self._report_status(cells[stands], heading=heading)
            # An identifier such as -1 or NULL is none.
            is_key = place == _identifier(self.places)
            told = self._only_keys(cells[stands]) if is_key else cells[stands]
            texts[f"form {len(heads)}"] = told
            if self.kinds is not None:
                kinds[f"form {len(heads)}"] = self.kinds[place].to_numpy(dtype=object)[stands]
            heads.append(heading)
        return heads, texts, kinds

    def _report_status(self, cells: np.ndarray, *, heading: str) -> None:
        """Warn of a column that may tell drafts from finished forms, and how to leave some out."""
        counts = pd.Series([tidy(text) for text in cells], dtype=object).value_counts()
        words = [(str(word), int(number)) for word, number in counts.items() if word]
        if not 1 < len(words) <= _MOST_WORDS or any(len(w) > _LONGEST_WORD for w, _ in words):
            return
        listed = ", ".join(f"{extract(word)} ({number:,})" for word, number in words)
        rarest = extract(words[-1][0])
        self.source.problems.warn(
            code="form_status",
            column=heading,
            found=f"forms that {heading} tells apart: {listed}; all of them were read",
            expected="finished forms only",
            mend="if forms of one of these words are not finished, declare it for this file in "
            f"council.toml, such as not_data = [{rarest}]",
            rows=0,
        )

    def _only_keys(self, cells: np.ndarray) -> np.ndarray:
        texts = pd.Series(cells, dtype=object)
        return by_value(texts, lambda t: t if self.key(t) else "").to_numpy(dtype=object)

    def _standing(self, cells: np.ndarray) -> np.ndarray:
        """Which row gives each form's cell: filled before blank, own questions before others."""
        blank = (by_value(pd.Series(cells, dtype=object), self.key) == "").to_numpy(dtype=bool)
        rank = 2 * blank + ~self.own
        order = np.lexsort((np.arange(len(cells)), rank, self.form))
        return order[np.flatnonzero(np.diff(self.form[order], prepend=-1))]

    def _check_alike(
        self, cells: np.ndarray, stands: np.ndarray, *, column: Column, first: np.ndarray
    ) -> None:
        def reading(text: str) -> str:
            key = self.key(text)
            return _TIME.sub("", key) if column.kind == "date" else key

        keys = by_value(pd.Series(cells, dtype=object), reading).to_numpy(dtype=object)
        unlike = (keys != "") & (keys != keys[stands][self.form]) & self.own
        forms, once = np.unique(self.form[unlike], return_index=True)
        if not len(forms):
            return
        heading = column.heading
        other = self.rows[unlike][once]
        if column.kind in ("word", "flag", "free", "quarter"):
            self.source.problems.note(
                code="form_differs",
                row=int(other[0]),
                column=heading,
                found=f"{counted(len(forms), 'form')} whose rows differ in {heading}; the first "
                "row stands",
                expected=f"one {heading} in all rows of a form",
                mend="correct the rows if another should stand",
                rows=len(forms),
            )
            return
        self.source.problems.set_aside(
            [int(row) for row in first[forms]],
            code="form_differs",
            column=heading,
            found=[
                f"a form whose rows differ in {heading} ({listed([int(a), int(b)])})"
                for a, b in zip(self.rows[stands][forms], other, strict=True)
            ],
            expected=f"one {heading} in all rows of a form",
            mend="correct the rows, or give the second form an identifier of its own",
        )

    def _set_ungraded_aside(self, answered: np.ndarray, *, first: np.ndarray) -> None:
        grades = np.array([question.is_grade for question in self.questions], dtype=bool)
        graded = answered[:, grades].any(axis=1)
        self.source.problems.set_aside(
            [int(row) for row in first[~graded]],
            code="form_ungraded",
            found="a form that gives no grade to any of the domains",
            expected="a grade for at least one domain",
            mend="complete the form; or, if a word such as Draft marks such forms, declare "
            'not_data = ["Draft"] for this file in council.toml',
        )

    def _with_unasked_aside(self, table: RawTable, *, rows: pd.Index, keys: Texts) -> RawTable:
        """The records, with those forms set aside of which no wanted question was asked.

        They may be another version of the form, so that their grades would vanish unseen.
        """
        if not any(question.is_grade for question in self.questions):
            return table
        others = rows.difference(self.cells.index, sort=False)
        place = _identifier(self.places)
        ids = by_value(self.source.cells.loc[others, place], self.key).to_numpy(dtype=object)
        known = by_value(self.cells[place], self.key).unique()
        asked = (keys.loc[others] != "").to_numpy(dtype=bool)
        strange = (ids != "") & asked & ~pd.Index(ids).isin(known)
        if not strange.any():
            return table
        parts = others[strange].to_series().groupby(ids[strange], sort=False)
        forms = {int(part.iloc[0]): tuple(map(int, part)) for _, part in parts}
        self.source.problems.set_aside(
            [*forms],
            code="form_ungraded",
            column=self.source.headings[self.places["question"]],
            found="a form that gives no grade: none of the questions named in council.toml was "
            "asked",
            expected="a grade for at least one domain",
            mend="if it is another version of the form, name its questions beside the first, such "
            'as Overall = ["Overall grade", "Overall judgement"] under [files.domains]; if it is '
            "another kind of form, declare a word of its rows, such as its name, as not_data = "
            '["Visit record"] for this file',
        )
        aside = {row for form in forms.values() for row in form}
        return replace(
            table,
            cells=_with_forms(table, self.source, places=self.places, rows=[*forms]),
            kinds=None if table.kinds is None else _blank_rows(table.kinds, [*forms]),
            rows_of={**table.rows_of, **{r: f for r, f in forms.items() if len(f) > 1}},
            not_data={row: why for row, why in table.not_data.items() if row not in aside},
        )

    def _not_data(self, rows: pd.Index, keys: Texts) -> dict[int, str]:
        blank = keys.index[(keys == "").to_numpy(dtype=bool)]
        others = rows.difference(self.cells.index, sort=False)
        reasons = dict.fromkeys(others.tolist(), _OTHER)
        reasons |= dict.fromkeys(blank.tolist(), _UNASKED)
        reasons |= dict.fromkeys(self.source.cells.index.difference(rows).tolist(), _LEFT_OUT)
        return {**self.source.not_data, **reasons}


def _blank_rows(frame: pd.DataFrame, rows: Sequence[int]) -> pd.DataFrame:
    """The frame with further rows, all of them blank."""
    index = pd.Index(np.array(rows, dtype=np.int64))
    blank = pd.DataFrame("", index=index, columns=frame.columns)
    return pd.concat([frame, blank.astype(object)]).sort_index()


def _with_forms(
    table: RawTable, source: RawTable, *, places: Mapping[str, int], rows: Sequence[int]
) -> pd.DataFrame:
    """The records with those of further forms, whose columns of the form alone are filled."""
    cells = _blank_rows(table.cells, rows)
    for place, heading in enumerate(source.headings):
        if place not in (places["question"], places["answer"]) and heading in table.headings:
            own = source.cells[place].loc[[*rows]]
            cells.loc[own.index, table.headings.index(heading)] = own
    return cells


class _Standing:
    """Row of the file in which the answer to a form's question stands."""

    def __init__(self, first: np.ndarray, rows: np.ndarray, questions: Sequence[Question]) -> None:
        self._first = first
        self._rows = rows
        self._columns = {question.text: place for place, question in enumerate(questions)}

    def __call__(self, row: int, column: str | None) -> int:
        if column not in self._columns or not len(self._first):
            return row
        place = int(np.searchsorted(self._first, row))
        if place == len(self._first) or self._first[place] != row:
            return row
        return int(self._rows[place, self._columns[column]])


def _identifier(places: Mapping[str, int]) -> int:
    return places.get("audit_id", places.get("action_id", 0))


def _forms(
    cells: pd.DataFrame,
    asked: np.ndarray,
    places: Mapping[str, int],
    *,
    key: Callable[[str], str],
) -> np.ndarray:
    """Number of each row's form; a row without an identifier is a form of its own.

    Where a form answers a question for several children, each child's rows are a form.
    """
    ids = by_value(cells[_identifier(places)], key)
    codes = pd.factorize(ids.to_numpy(dtype=object))[0].astype("int64")
    blank = (ids == "").to_numpy(dtype=bool)
    codes[blank] = len(cells) + np.arange(int(blank.sum()))
    if "case_ref" in places:
        codes = _by_child(codes, by_value(cells[places["case_ref"]], key), asked=asked)
    return pd.factorize(codes)[0].astype("int64")


def _by_child(form: np.ndarray, cases: Texts, *, asked: np.ndarray) -> np.ndarray:
    named = cases.where(cases != "", None).to_numpy(dtype=object)
    frame = pd.DataFrame({"form": form, "asked": asked, "case": pd.factorize(named)[0]})
    frame["case"] = frame["case"].where(frame["case"] >= 0)
    first = frame.groupby("form")["case"].transform("first")
    if not (frame["case"].notna() & (frame["case"] != first)).any():
        return form
    children = frame.groupby(["form", "asked"])["case"].transform("nunique")
    split = np.isin(form, form[(children > 1).to_numpy(dtype=bool)])
    # A row that names no case belongs to the first child that the form names.
    child = frame["case"].fillna(first).where(split).fillna(-1)
    return frame.assign(case=child).groupby(["form", "case"], sort=False).ngroup().to_numpy()


def _columns(grid: np.ndarray) -> dict[str, np.ndarray]:
    return {f"question {place}": grid[:, place] for place in range(grid.shape[1])}


def _numbered(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype(object).set_axis(range(frame.shape[1]), axis=1)

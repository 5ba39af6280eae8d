"""Headings of the table at hand: which row is the header, and where the wanted columns stand."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from qaf_analysis.data.contract.columns import Column, Graded
from qaf_analysis.data.contract.problems import Problems, extract

_NEAR = 0.8


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where each column stands (places counted from 0), and the headings left out."""

    places: Mapping[Column, int]
    dropped: tuple[str, ...]

    def heading(self, name: str, grader: Graded | None = None) -> str:
        """Heading of a column by our name; our name where the export has no such column."""
        for column in self.places:
            if column.name == name and grader in (None, column.grader):
                return column.heading
        return name


def folded(heading: str) -> str:
    """Letters and digits of a heading, in lower case.

    Examples
    --------
    >>> folded(" Audit ID ") == folded("audit_id")
    True
    """
    return "".join(c for c in unicodedata.normalize("NFKC", heading).casefold() if c.isalnum())


def heading_score(cells: Sequence[str], wanted: Sequence[Column]) -> int:
    """How many wanted headings a row holds."""
    return _score(cells, {folded(c.heading) for c in wanted})


def _score(cells: Sequence[str], keys: set[str]) -> int:
    return len({folded(cell) for cell in cells} & keys)


def header_place(rows: Sequence[Sequence[str]], wanted: Sequence[Column]) -> int:
    """Place of the header among the first rows: the first row with most wanted headings.

    Where no row holds two of them it is the first row that is not blank.
    """
    keys = {folded(column.heading) for column in wanted}
    scores = [_score(cells, keys) for cells in rows]
    if scores and max(scores) >= 2:
        return scores.index(max(scores))
    return next((place for place, cells in enumerate(rows) if any(c.strip() for c in cells)), 0)


def layout_of(
    headings: Sequence[str],
    *,
    wanted: Sequence[Column],
    filled: Sequence[bool],
    header_row: int,
    rows_in: int,
    problems: Problems,
) -> Layout:
    """Find the wanted columns; report those read otherwise, missing or left out.

    Parameters
    ----------
    headings : sequence of str
        The header's cells.
    filled : sequence of bool
        Whether a column holds anything below its heading.

    Raises
    ------
    FileRefusedError
        If a required column is missing or one stands twice.
    """
    keys = [folded(heading) for heading in headings]
    needed = {folded(column.heading) for column in wanted}
    unknown = [p for p, key in enumerate(keys) if key not in needed and (key or filled[p])]
    for key, times in Counter(key for key in keys if key in needed).items():
        if times > 1:
            shown = next(c.heading for c in wanted if folded(c.heading) == key)
            raise problems.refusal(
                code="column_twice",
                row=header_row,
                column=shown,
                found=f"two columns called {shown} (duplicate heading, {times} times)",
                expected="each column once",
                mend="delete or rename one of them",
                rows_in=rows_in,
            )
    _refuse_missing(
        wanted,
        keys=keys,
        unknown=[headings[p] for p in unknown],
        header_row=header_row,
        rows_in=rows_in,
        problems=problems,
    )
    places = {c: keys.index(folded(c.heading)) for c in wanted if folded(c.heading) in keys}
    _report_variants(headings, places=places, header_row=header_row, problems=problems)
    dropped = tuple(
        " ".join(headings[p].split())[:60] or f"column {p + 1} without a heading" for p in unknown
    )
    for name in dropped:
        problems.warn(
            code="column_left_out",
            row=header_row,
            column=name,
            found="a column that is not known here",
            expected="only columns that the analysis needs",
            mend="leave the column out of the export; its cells were not read or copied anywhere",
        )
    return Layout(places=places, dropped=dropped)


def _refuse_missing(
    wanted: Sequence[Column],
    *,
    keys: Sequence[str],
    unknown: Sequence[str],
    header_row: int,
    rows_in: int,
    problems: Problems,
) -> None:
    refusals = []
    by_key = {folded(heading): heading for heading in unknown if heading.strip()}
    for column in wanted:
        if folded(column.heading) in keys or column.need == "optional":
            continue
        near = get_close_matches(folded(column.heading), list(by_key), n=1, cutoff=_NEAR)
        if column.need == "expected" and not near:
            problems.warn(
                code="column_absent",
                row=header_row,
                column=column.heading,
                found=f"no column {column.heading}",
                expected=f"a column {column.heading}, or one named for it in council.toml",
                mend="add it to the export if the council records it; what rests on it is left out",
            )
            continue
        mend = "add the column to the export, or name its heading in council.toml"
        if near:
            mend = f"rename the column {extract(by_key[near[0]])} if it is meant"
        refusals.append(
            problems.refusal(
                code="column_missing",
                row=header_row,
                column=column.heading,
                found=f"the column {column.heading} is missing (not found in the header)",
                expected=f"a column {column.heading}",
                mend=mend,
                rows_in=rows_in,
            )
        )
    if refusals:
        raise refusals[-1]


def _report_variants(
    headings: Sequence[str],
    *,
    places: Mapping[Column, int],
    header_row: int,
    problems: Problems,
) -> None:
    variants = {
        f"{extract(headings[place])} as {column.heading}"
        for column, place in places.items()
        if headings[place] != column.heading
    }
    if variants:
        problems.warn(
            code="heading_spelling",
            row=header_row,
            found="headings written otherwise, read as: " + "; ".join(sorted(variants)),
            expected="the headings exactly, though case and spaces are no matter",
            mend="none needed",
        )

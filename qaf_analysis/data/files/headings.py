"""Headings of the table at hand: which row is the header, and where the wanted columns stand."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from qaf_analysis.data.contract.columns import Column, Graded
from qaf_analysis.data.contract.problems import Problems, extract

_NEAR = 0.8
_NUMBERED = re.compile(r"(.*\S)\s*\(\d{1,2}\)")
_LAST_PART = " / "


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


def places_of(headings: Sequence[str], wanted: Sequence[Column]) -> dict[Column, int]:
    """Place of each wanted column that the header holds; the first, where it stands twice."""
    keys = [folded(heading) for heading in headings]
    return {c: keys.index(folded(c.heading)) for c in wanted if folded(c.heading) in keys}


def is_near(key: str, keys: Sequence[str]) -> bool:
    """Whether a folded heading is among others, or nearly so."""
    return bool(get_close_matches(key, keys, n=1, cutoff=_NEAR))


def base_heading(heading: str) -> str | None:
    """Heading without the number that tells it from others called alike; None without one.

    Examples
    --------
    >>> base_heading("Overall (2)"), base_heading("Overall")
    ('Overall', None)
    """
    match = _NUMBERED.fullmatch(heading.strip())
    return match[1] if match else None


def heading_score(cells: Sequence[str], wanted: Sequence[Column]) -> int:
    """How many wanted headings a row holds; those told apart by a number count once."""
    return _score(cells, _sought(wanted))


def _sought(wanted: Sequence[Column]) -> set[str]:
    sought = {folded(c.heading) for c in wanted}
    return sought | {folded(base_heading(c.heading) or c.heading) for c in wanted}


def _score(cells: Sequence[str], sought: set[str]) -> int:
    return len({folded(cell) for cell in cells} & sought)


def header_place(rows: Sequence[Sequence[str]], wanted: Sequence[Column]) -> int:
    """Place of the header among the first rows: the first row with most wanted headings.

    Where no row holds two of them it is the first row that is not blank.
    """
    sought = _sought(wanted)
    scores = [_score(cells, sought) for cells in rows]
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
    hint: str = "",
) -> Layout:
    """Find the wanted columns; report those read otherwise, missing or left out.

    Parameters
    ----------
    headings : sequence of str
        The header's cells.
    filled : sequence of bool
        Whether a column holds anything below its heading.
    hint : str
        What else may mend a heading that stands twice.

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
                mend="delete or rename one of them, or say in council.toml which is meant: "
                f'"{shown} (1)" for the first, "{shown} (2)" for the second{hint}',
                rows_in=rows_in,
            )
    refuse_missing(
        wanted,
        keys=keys,
        unknown=[headings[p] for p in unknown],
        header_row=header_row,
        rows_in=rows_in,
        problems=problems,
    )
    places = places_of(headings, wanted)
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


def refuse_missing(
    wanted: Sequence[Column],
    *,
    keys: Sequence[str],
    unknown: Sequence[str],
    header_row: int,
    rows_in: int,
    problems: Problems,
) -> None:
    """Refuse a table without its required columns; warn of those expected.

    Parameters
    ----------
    keys : sequence of str
        The header's cells, folded.
    unknown : sequence of str
        Headings that are not wanted, among which near ones are sought.

    Raises
    ------
    FileRefusedError
        If a required column is missing.
    """
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
        lower = [text for key, text in by_key.items() if _ends_with(text, column.heading)]
        if near:
            mend = f"rename the column {extract(by_key[near[0]])} if it is meant"
        elif lower:
            meant = " or ".join(extract(text) for text in lower)
            mend = f"name it in full in council.toml, if it is meant: {meant}"
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


def _ends_with(joined: str, heading: str) -> bool:
    """Whether a heading of several rows has the one given for its lowest part."""
    _, joint, lowest = joined.rpartition(_LAST_PART)
    return bool(joint) and folded(lowest) == folded(heading)


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

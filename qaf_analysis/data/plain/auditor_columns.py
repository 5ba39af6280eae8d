"""Which columns of a wide table are auditors': those named, or those that nothing speaks against.

A week, a client's number or a total read as one more auditor moves every figure and looks sound,
so a column that may be no auditor's is refused until somebody names the auditors.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.contract.record import FileRefusedError
from qaf_analysis.data.contract.spelling import spelling_key, tidy
from qaf_analysis.data.files.raw_table import RawTable
from qaf_analysis.data.plain.columns import is_missing
from qaf_analysis.data.plain.levels import PlainLevels, ofsted_levels
from qaf_analysis.data.plain.table import MOST_NAMED, column_name, place_of
from qaf_analysis.terms.errors import UsageError

# Words that head a column beside the grades, alone or with one another.
_OTHER_WORDS = """
week weeks wk month mth quarter qtr period date day year yr time wave round session batch
total totals sum subtotal mean average avg median mode minimum maximum range stdev variance spread
agreed agree agreement agrees consensus final same match matches equal different difference diff
gap change kappa count counts index row line serial child case file team service domain theme type
comment comments note notes remark remarks reason status overall client clients person people pupil
family worker name names surname forename birth born dob age gender sex ethnicity priority urgency
risk rank order position group category band tier level need needs ward area region locality
postcode source sample stratum selected selection version clientid childid caseid personid auditid
rowid recordid fileid % percent percentage share weight weights check checked
"""
_NO_AUDITOR = frozenset(_OTHER_WORDS.split())
_NEUTRAL_WORDS = "grade grades rating ratings score scores value of the"
_BESIDE = frozenset(_NEUTRAL_WORDS.split())
# A heading that ends in one of these is that of a number or reference: Client ID, Case ref no.
_OF_IDENTIFIERS = """
id ids ref refs reference identifier uid guid nhs upn urn key code number no num
"""
_IDENTIFIERS = frozenset(_OF_IDENTIFIERS.split())
_MONTHS = "january february march april may june july august september october november december"
_SHORT_MONTHS = [month[:3] for month in _MONTHS.split()]
_OF_DATES = frozenset([*_MONTHS.split(), *_SHORT_MONTHS, "sept", "q", "fy", "st", "nd", "rd", "th"])
# A column of which less is on the scale holds something else than grades.
_MOSTLY_GRADES = 0.5


@dataclass(frozen=True, kw_only=True)
class AuditorColumns:
    """The columns whose cells count as grades.

    Parameters
    ----------
    places : tuple of int
        Place of each auditor's column.
    audit : int or None
        Place of the column that names the audits.
    left_out : tuple of str
        What was left out, as sentences.
    """

    places: tuple[int, ...]
    audit: int | None
    left_out: tuple[str, ...]


def named_auditors(text: str) -> tuple[str, ...]:
    """Auditors as typed on the command line, separated by commas; a name with one in quotes.

    Raises
    ------
    UsageError
        If there are fewer than two, or one stands twice.

    Examples
    --------
    >>> named_auditors('Ann, "Brown, Bob"')
    ('Ann', 'Brown, Bob')
    """
    names = tuple(tidy(name) for name in next(csv.reader([text], skipinitialspace=True), []))
    keys = {spelling_key(name) for name in names}
    if len(names) < 2 or len(keys) < len(names) or "" in keys:
        raise UsageError(
            "--auditors takes the headings of two or more columns, each once, separated by "
            'commas: --auditors "Ann,Bob".'
        )
    return names


def auditor_columns(
    table: RawTable, *, named: Sequence[str] = (), levels: PlainLevels | None = None
) -> AuditorColumns:
    """Return the columns of the auditors.

    Parameters
    ----------
    named : sequence of str
        Their headings, where somebody named them: the other columns are then left out. Without
        them every column is an auditor's but that of the audits and those without any grade.
    levels : PlainLevels, optional
        The declared scale.

    Raises
    ------
    UsageError
        If a column that was named is not there.
    FileRefusedError
        If two columns have one heading, or one has none; or, where nobody named them, if a
        column is headed as no auditor's is, or most of its cells are on no level of the scale.
    """
    audit = place_of(table, "audit")
    chosen = _named_places(table, named)
    if audit in chosen:
        audit = None
    others = [place for place in range(len(table.headings)) if place != audit]
    looked_at = chosen or others
    places = [place for place in looked_at if _holds_grades(table, place, levels)]
    _refuse_twice(table, places)
    if not chosen:
        _refuse_other_headings(table, places)
        _refuse_other_values(table, places, levels)
    said = []
    if chosen and len(chosen) < len(others):
        out = [column_name(table, place) for place in others if place not in chosen]
        said.append(f"{counted(len(out), 'column')} not named as an auditor's: {_listed(out)}.")
    if idle := len(looked_at) - len(places):
        said.append(f"{counted(idle, 'column')} without any grade left out.")
    return AuditorColumns(places=tuple(places), audit=audit, left_out=tuple(said))


def auditors_counted(table: RawTable, places: Sequence[int]) -> str:
    """Who was counted as an auditor, as a sentence."""
    names = [column_name(table, place) for place in places]
    return f"{counted(len(places), 'auditor')} counted, one a column: {_listed(names)}."


def is_no_auditor(heading: str) -> bool:
    """Whether a heading is that of a period, a date, a number, an identifier, a total or a remark.

    Examples
    --------
    >>> [is_no_auditor(h) for h in ("Client ID", "Week 2", "Total", "03/2024", "Jan 2024", "7")]
    [True, True, True, True, True, True]
    >>> [is_no_auditor(h) for h in ("Ann Week", "Auditor 1 grade", "R7", "May", "David", "A")]
    [False, False, False, False, False, False]
    """
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", tidy(heading))
    words = re.findall(r"[^\W\d_]+|%", spelling_key(apart))
    if not words:
        return bool(re.search(r"\d", heading))
    known = set(words)
    if known & _NO_AUDITOR and known <= _NO_AUDITOR | _BESIDE | _IDENTIFIERS:
        return True
    ends_in_word = not re.search(r"\d\W*$", heading)
    if words[-1] in _IDENTIFIERS and ends_in_word:
        return True
    return known <= _OF_DATES | _NO_AUDITOR and bool(re.search(r"\d", heading))


def _named_places(table: RawTable, named: Sequence[str]) -> list[int]:
    keys = [spelling_key(heading) for heading in table.headings]
    absent = [name for name in named if spelling_key(name) not in keys]
    if absent:
        there = _listed([column_name(table, place) for place in range(len(keys))])
        raise UsageError(
            f'--auditors names "{absent[0]}", which heads no column; the headings are {there}.'
        )
    wanted = {spelling_key(name) for name in named}
    return [place for place, key in enumerate(keys) if key in wanted]


def _holds_grades(table: RawTable, place: int, levels: PlainLevels | None) -> bool:
    """Whether a column holds anything but blanks and words for missing."""
    return not all(is_missing(text, levels) for text in table.cells[place].unique())


def _refuse_twice(table: RawTable, places: Sequence[int]) -> None:
    names = [spelling_key(table.headings[place]) for place in places]
    for name, place in zip(names, places, strict=True):
        if not name or names.count(name) > 1:
            raise table.problems.refusal(
                code="column_twice" if name else "no_heading",
                row=table.header_row,
                column=column_name(table, place),
                found="two columns with this heading" if name else "grades without a heading",
                expected="one column for each auditor",
                mend="give each auditor's column a heading of its own",
            )


def _refuse_other_headings(table: RawTable, places: Sequence[int]) -> None:
    other = [place for place in places if is_no_auditor(table.headings[place])]
    if other:
        raise _refused(
            table,
            places,
            other,
            code="column_of_no_auditor",
            row=table.header_row,
            found=f"{counted(len(other), 'column')} called as no auditor is",
        )


def _refuse_other_values(
    table: RawTable, places: Sequence[int], levels: PlainLevels | None
) -> None:
    """Refuse columns most of whose cells are on no level that the others are on."""
    scale = levels or _scale_of_some(table, places)
    if scale is None:
        return
    other = [place for place in places if not _mostly_on(table, place, scale)]
    if not other or len(other) == len(places):
        return  # a scale that fits no column at all is refused cell by cell
    wrong = [not _is_on(text, scale) for text in table.cells[other[0]]].index(True)
    raise _refused(
        table,
        places,
        other,
        code="column_off_scale",
        row=int(table.cells.index[wrong]),
        found=f"{counted(len(other), 'column')} of which most cells are on no level of the scale "
        f"{', '.join(scale.labels)}",
    )


def _scale_of_some(table: RawTable, places: Sequence[int]) -> PlainLevels | None:
    """Ofsted's levels where a column holds nothing else, so that the others can be held to them."""
    each = (ofsted_levels(table.cells[place].unique()) for place in places)
    return next((scale for scale in each if scale is not None), None)


def _mostly_on(table: RawTable, place: int, scale: PlainLevels) -> bool:
    counts = table.cells[place].value_counts()
    graded = {str(text): int(n) for text, n in counts.items() if not is_missing(str(text), scale)}
    on = sum(n for text, n in graded.items() if _is_on(text, scale))
    return on >= _MOSTLY_GRADES * sum(graded.values())


def _is_on(text: str, scale: PlainLevels) -> bool:
    return is_missing(text, scale) or scale.code(text) is not None or scale.half(text) is not None


def _refused(
    table: RawTable, places: Sequence[int], other: Sequence[int], *, code: str, row: int, found: str
) -> FileRefusedError:
    rest = [tidy(table.headings[place]) for place in places if place not in other]
    can_be_typed = 2 <= len(rest) <= MOST_NAMED and not re.search('[,"]', "".join(rest))
    offer = ",".join(rest) if can_be_typed else "…,…"
    return table.problems.refusal(
        code=code,
        row=row,
        column=column_name(table, other[0]),
        found=f"{found} ({_listed([column_name(table, place) for place in other])}), whose cells "
        "would count as grades of one more auditor",
        expected="a column for each auditor, and perhaps one headed audit",
        mend=f'name the auditors, and the other columns are left out: --auditors "{offer}"; or '
        "delete the column; if it names the audits, it is to be headed audit",
    )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more

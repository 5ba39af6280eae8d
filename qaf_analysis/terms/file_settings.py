"""Turn a ``[[files]]`` table of ``council.toml`` into the settings of one export."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal, get_args

from qaf_analysis.terms.scale import Scale, ScaleMap
from qaf_analysis.terms.settings import (
    DateOrder,
    FileKind,
    FileSettings,
    Grader,
    HalfGrades,
    Match,
    NamePlace,
    Shape,
    Siblings,
)
from qaf_analysis.terms.settings_table import SettingsTable

MOST_HEADER_ROWS = 3
JOINED = " · "
"""Stands between the parts of a value that is built from several columns."""
_FIELD = re.compile(r"\{(\w*)\}")


def file_from(
    table: SettingsTable,
    in_use: Sequence[Scale],
    scales: Mapping[str, Scale],
    maps: Sequence[ScaleMap],
) -> FileSettings:
    """Build the settings of one export.

    Parameters
    ----------
    table : SettingsTable
        The ``[[files]]`` table.
    in_use : sequence of Scale
        The council's own scales, one for each era, the latest last.
    scales : mapping of str to Scale
        Every scale by its name.
    maps : sequence of ScaleMap
        Which lead from one scale to another.

    Raises
    ------
    SettingsError
        Naming the key that is missing, misspelt or contradictory.
    """
    own, scale_map = _scale_of(table, in_use, scales, maps)
    named = _Headings()
    database, query = table.maybe_text("database"), table.maybe_text("query")
    if (database is None) != (query is None):
        raise table.fail('"database" and "query" belong together; give both, or neither.')
    settings = FileSettings(
        path=table.text("path") if database is None else table.text("path", "query"),
        kind=table.choice("kind", get_args(FileKind), "audits"),
        shape=table.choice("shape", get_args(Shape), "long"),
        sheet=table.maybe_text("sheet"),
        sheets=_sheets(table),
        header_rows=_header_rows(table),
        not_data=_not_data(table),
        siblings=table.choice("siblings", get_args(Siblings), None),
        half_grades=table.choice("half_grades", get_args(HalfGrades), None),
        database=database,
        query=query,
        date_order=table.choice("date_order", get_args(DateOrder), None),
        scale=own,
        scale_map=scale_map,
        columns=named.columns(table, "columns"),
        domains=named.domains(table),
        constants=table.words("constants"),
        questions=named.columns(table, "questions"),
        from_name=_from_name(table),
        match=_match(table),
        second_auditor=_grader(table, "second_auditor", named),
        moderator=_grader(table, "moderator", named),
        built=named.built,
        either=named.either,
    )
    table.refuse_unknown()
    _refuse_contradictions(table, settings)
    return settings


def _refuse_contradictions(table: SettingsTable, settings: FileSettings) -> None:
    wide = settings.shape != "long"
    if settings.kind == "actions" and (wide or settings.moderator):
        raise table.fail("a file of actions has one row for each action, and no graders.")
    graders = settings.second_auditor or settings.moderator
    again = {"bridge": "bridge readings", "rereadings": "rereadings"}.get(settings.kind)
    if again and (wide or graders or settings.match):
        raise table.fail(
            f"a file of {again} has one row for each grade; it takes no shape, no further "
            "graders and no match."
        )
    if wide and not settings.domains:
        raise table.fail(
            f'the shape "{settings.shape}" needs [files.domains]: domain = "column heading".'
        )
    asked = settings.shape == "answers"
    lacking = [name for name in ("question", "answer") if name not in settings.columns]
    if asked and lacking:
        raise table.fail(
            f'the shape "answers" needs [files.columns] {lacking[0]} = "column heading".'
        )
    if settings.questions and not asked:
        raise table.fail('[files.questions] is for the shape "answers" only.')
    given = (*settings.columns, *settings.questions)
    twice = [name for name in settings.constants if name in given]
    if twice:
        raise table.fail(
            f'"{twice[0]}" stands in [files.constants] and as a column or question; keep one.'
        )
    if settings.match is not None and settings.kind == "actions":
        raise table.fail("actions are matched to nothing; take [files.match] out.")
    if settings.sheet is not None and settings.sheets is not None:
        raise table.fail('"sheet" and "sheets" contradict each other; give one of them.')
    if settings.database is not None and (settings.sheet or settings.sheets):
        raise table.fail("a database has no sheets; take them out.")


class _Headings:
    """Headings of one export, with those that several columns make up or may stand for."""

    def __init__(self) -> None:
        self.built: dict[str, tuple[str, ...]] = {}
        self.either: dict[str, tuple[str, ...]] = {}

    def columns(self, table: SettingsTable, key: str) -> dict[str, str]:
        """Heading of each column; several headings make up one under a name of their own."""
        found = {}
        for name, headings in table.headings(key).items():
            found[name] = JOINED.join(headings)
            if len(headings) > 1:
                self.built[found[name]] = headings
        return found

    def domains(self, table: SettingsTable) -> dict[str, str]:
        """Heading of each domain; further headings are other names of the same column."""
        found = {}
        for name, headings in table.headings("domains").items():
            found[name] = headings[0]
            if len(headings) > 1:
                self.either[headings[0]] = headings
        return found


def _scale_of(
    table: SettingsTable,
    in_use: Sequence[Scale],
    scales: Mapping[str, Scale],
    maps: Sequence[ScaleMap],
) -> tuple[Scale | None, ScaleMap | None]:
    own_name = table.maybe_text("scale")
    own = table.one_of("scale", own_name, scales) if own_name else None
    scale = in_use[-1]
    council_own = {one.name: one for one in in_use}
    if own is None or own.name in council_own:
        return own and council_own[own.name], None
    fitting = [m for m in maps if m.source.name == own.name and m.target.name == scale.name]
    if len(fitting) != 1:
        raise table.fail(
            f'grades are on "{own.name}" but the council\'s scale is "{scale.name}", and '
            f"{len(fitting)} [[scale_maps]] lead from one to the other; exactly one is needed."
        )
    return own, fitting[0]


def _sheets(table: SettingsTable) -> Literal["all"] | tuple[str, ...] | None:
    if table.holds_text("sheets"):
        table.choice("sheets", ("all",), None)
        return "all"
    return table.maybe_texts("sheets")


def _not_data(table: SettingsTable) -> tuple[str, ...]:
    labels = table.maybe_texts("not_data") or ()
    if not all(label.strip() for label in labels):
        raise table.fail(
            '"not_data" holds an empty text, which would label no row; blank rows hold no record '
            "anyhow. Take it out."
        )
    return labels


def _header_rows(table: SettingsTable) -> int:
    rows = table.whole("header_rows", 1)
    if rows is None or not 1 <= rows <= MOST_HEADER_ROWS:
        raise table.fail(f'"header_rows" is {rows}; it should be 1 to {MOST_HEADER_ROWS}.')
    return rows


def _from_name(table: SettingsTable) -> dict[NamePlace, str]:
    inner = table.table("from_name")
    found: dict[NamePlace, str] = {}
    for place in get_args(NamePlace):
        pattern = inner.maybe_text(place)
        if pattern is None:
            continue
        if not all(_FIELD.findall(pattern)) or not _FIELD.search(pattern):
            raise inner.fail(
                f'"{place}" should name a column in braces, such as "{{team}}" or '
                '"Audits {quarter}".'
            )
        found[place] = pattern
    inner.refuse_unknown()
    return found


def _match(table: SettingsTable) -> Match | None:
    if table.raw("match", dict) is None:
        return None
    inner = table.table("match")
    inner.choice("by", ("case_ref",), "case_ref")
    match = Match(days=inner.whole("days", 0) or 0)
    inner.refuse_unknown()
    return match


def _grader(table: SettingsTable, key: str, named: _Headings) -> Grader | None:
    if table.raw(key, dict) is None:
        return None
    inner = table.table(key)
    grader = Grader(
        rater=inner.text("rater"),
        domains=named.domains(inner),
        columns=named.columns(inner, "columns"),
    )
    inner.refuse_unknown()
    return grader

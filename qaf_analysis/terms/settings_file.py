"""Turn the tables of a ``council.toml`` into settings; refuse the unknown and contradictory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, get_args

from qaf_analysis.terms.errors import SettingsError, UnknownQuarterError
from qaf_analysis.terms.names import OVERALL, DomainTag
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import OFSTED4, SCALES, Scale, ScaleMap
from qaf_analysis.terms.settings import (
    DateOrder,
    FileKind,
    FileSettings,
    Grader,
    ProcessChange,
    Settings,
    Shape,
    Theme,
    Window,
)

Table = Mapping[str, Any]


def settings_from(tables: Table, *, source: str = "council.toml", sha256: str = "") -> Settings:
    """Build settings from parsed TOML.

    Parameters
    ----------
    tables : mapping
        What ``tomllib`` read.
    source : str
        File name, quoted in messages.
    sha256 : str
        Hash of the file's bytes.

    Raises
    ------
    SettingsError
        Naming the table and key that is missing, misspelt or contradictory.

    Examples
    --------
    >>> settings_from({"council": {"name": "Example"}}).scale.name
    'ofsted4'
    """
    reader = _Reader(tables, where=source)
    council = reader.table("council")
    scales = dict(SCALES)
    for table in reader.tables("scales"):
        scale = _scale(table)
        scales[scale.name] = scale
    scale_name = council.text("scale", OFSTED4.name)
    scale = council.one_of("scale", scale_name, scales).with_spellings(reader.words("grades"))
    maps = [_scale_map(table, scales) for table in reader.tables("scale_maps")]
    settings = Settings(
        council=council.text("name"),
        synthetic=council.flag("synthetic"),
        open_cases=council.whole("open_cases"),
        scale=scale,
        not_graded=council.texts("not_graded"),
        headline_domain=council.text("headline_domain", OVERALL),
        window=council.choice("window", get_args(Window), "rolling_year"),
        small_count=council.whole("small_count", 5) or 5,
        domains={
            name: reader.tag(name, tag) if tag else None
            for name, tag in reader.words("domains").items()
        },
        files=tuple(_file(table, scale, scales, maps) for table in reader.tables("files")),
        themes=tuple(_theme(table) for table in reader.tables("themes")),
        process_changes=tuple(_process_change(t) for t in reader.tables("process_changes")),
        spellings={
            column: {str(k): str(v) for k, v in words.items()}
            for column, words in reader.raw("spellings", dict, {}).items()
        },
        source=source,
        sha256=sha256,
    )
    council.refuse_unknown()
    reader.refuse_unknown()
    _check_themes(settings, source)
    return settings


class _Reader:
    """One TOML table, remembering which keys were asked for."""

    def __init__(self, table: Table, *, where: str) -> None:
        self._table = table
        self._where = where
        self._asked: set[str] = set()

    def fail(self, what: str) -> SettingsError:
        return SettingsError(f"{self._where}: {what}")

    def raw(self, key: str, kind: type, default: Any = None) -> Any:
        self._asked.add(key)
        if key not in self._table:
            return default
        value = self._table[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.fail(f'"{key}" should be {_KINDS.get(kind, kind.__name__)}.')
        return value

    def text(self, key: str, default: str | None = None) -> str:
        value: str | None = self.raw(key, str, default)
        if value is None or not value.strip():
            raise self.fail(f'"{key}" is missing or empty; write {key} = "…".')
        return value

    def maybe_text(self, key: str) -> str | None:
        value: str | None = self.raw(key, str)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(str(value) for value in self.raw(key, list, []))

    def flag(self, key: str) -> bool:
        return bool(self.raw(key, bool, False))

    def whole(self, key: str, default: int | None = None) -> int | None:
        value: int | None = self.raw(key, int, default)
        if value is not None and value < 0:
            raise self.fail(f'"{key}" should not be negative.')
        return value

    def day(self, key: str) -> date:
        value = self.raw(key, date)
        if value is None:
            raise self.fail(f'"{key}" is missing; write {key} = 2018-10-01.')
        return date(value.year, value.month, value.day)

    def quarter(self, key: str) -> Quarter:
        try:
            return Quarter.parse(self.text(key))
        except UnknownQuarterError as error:
            raise self.fail(f'"{key}": {error}') from None

    def quarters(self, key: str) -> tuple[Quarter, ...]:
        try:
            return tuple(Quarter.parse(text) for text in self.texts(key))
        except UnknownQuarterError as error:
            raise self.fail(f'"{key}": {error}') from None

    def choice(self, key: str, allowed: Sequence[str], default: Any) -> Any:
        value = self.raw(key, str, default)
        if value is not None and value not in allowed:
            raise self.fail(f'"{key}" is "{value}"; expected one of {", ".join(allowed)}.')
        return value

    def one_of(self, key: str, name: str, known: Mapping[str, Scale]) -> Scale:
        if name not in known:
            raise self.fail(f'"{key}" is "{name}"; expected one of {", ".join(known)}.')
        return known[name]

    def words(self, key: str) -> dict[str, str]:
        found = self.raw(key, dict, {})
        for name, value in found.items():
            if not isinstance(value, str):
                raise self.fail(f'[{key}] "{name}" should be text.')
        return dict(found)

    def table(self, key: str) -> _Reader:
        return _Reader(self.raw(key, dict, {}), where=f"{self._where}, [{key}]")

    def tables(self, key: str) -> list[_Reader]:
        found = self.raw(key, list, [])
        return [
            _Reader(table, where=f"{self._where}, [[{key}]] number {number}")
            for number, table in enumerate(found, start=1)
        ]

    def tag(self, domain: str, tag: str) -> DomainTag:
        try:
            return DomainTag(tag)
        except ValueError:
            raise self.fail(
                f'[domains] "{domain}" is tagged "{tag}"; expected child, process or "".'
            ) from None

    def refuse_unknown(self) -> None:
        unknown = sorted(set(self._table) - self._asked)
        if unknown:
            raise self.fail(
                f'"{unknown[0]}" is not a setting known here; '
                f"known: {', '.join(sorted(self._asked))}."
            )


_KINDS: Mapping[type, str] = {
    str: "text in quotation marks",
    int: "a whole number",
    bool: "true or false",
    list: "a list",
    dict: "a table",
    date: "a date such as 2018-10-01",
}


def _scale(table: _Reader) -> Scale:
    levels = table.texts("levels")
    name, good_from = table.text("name"), table.text("good_from")
    if good_from not in levels:
        raise table.fail(f'"good_from" is "{good_from}", which is not among "levels".')
    scale = Scale(
        name=name,
        levels=levels,
        good_from=levels.index(good_from),
        spellings=table.words("spellings"),
    )
    table.refuse_unknown()
    return scale


def _scale_map(table: _Reader, scales: Mapping[str, Scale]) -> ScaleMap:
    scale_map = ScaleMap(
        source=table.one_of("source", table.text("source"), scales),
        target=table.one_of("target", table.text("target"), scales),
        version=table.text("version"),
        approved_by=table.text("approved_by"),
        levels=table.words("levels"),
    )
    table.refuse_unknown()
    return scale_map


def _file(
    table: _Reader, scale: Scale, scales: Mapping[str, Scale], maps: Sequence[ScaleMap]
) -> FileSettings:
    own_name = table.maybe_text("scale")
    own = table.one_of("scale", own_name, scales) if own_name else None
    scale_map = None
    if own is not None and own.name != scale.name:
        fitting = [m for m in maps if m.source.name == own.name and m.target.name == scale.name]
        if len(fitting) != 1:
            raise table.fail(
                f'grades are on "{own.name}" but the council\'s scale is "{scale.name}", and '
                f"{len(fitting)} [[scale_maps]] lead from one to the other; exactly one is needed."
            )
        scale_map = fitting[0]
    settings = FileSettings(
        path=table.text("path"),
        kind=table.choice("kind", get_args(FileKind), "audits"),
        shape=table.choice("shape", get_args(Shape), "long"),
        sheet=table.maybe_text("sheet"),
        date_order=table.choice("date_order", get_args(DateOrder), None),
        scale=own,
        scale_map=scale_map,
        columns=table.words("columns"),
        domains=table.words("domains"),
        constants=table.words("constants"),
        second_auditor=_grader(table, "second_auditor"),
        moderator=_grader(table, "moderator"),
    )
    table.refuse_unknown()
    if settings.kind == "actions" and (settings.shape == "wide" or settings.moderator):
        raise table.fail("a file of actions has one row for each action, and no graders.")
    if settings.shape == "wide" and not settings.domains:
        raise table.fail('a wide file needs [files.domains]: domain = "column heading".')
    return settings


def _grader(table: _Reader, key: str) -> Grader | None:
    if table.raw(key, dict) is None:
        return None
    inner = table.table(key)
    grader = Grader(
        rater=inner.text("rater"), domains=inner.words("domains"), columns=inner.words("columns")
    )
    inner.refuse_unknown()
    return grader


def _theme(table: _Reader) -> Theme:
    theme = Theme(
        name=table.text("name"),
        audited_in=table.quarter("audited_in"),
        domain=table.maybe_text("domain"),
        case_type=table.maybe_text("case_type"),
        selected_in=table.quarters("selected_in"),
        phase_in_quarters=table.whole("phase_in_quarters", 0) or 0,
        activity=table.maybe_text("activity") or "",
    )
    if (theme.domain is None) == (theme.case_type is None):
        raise table.fail('give either "domain" or "case_type", not both and not neither.')
    if any(quarter >= theme.audited_in for quarter in theme.selected_in):
        raise table.fail('"selected_in" should lie before "audited_in".')
    table.refuse_unknown()
    return theme


def _process_change(table: _Reader) -> ProcessChange:
    change = ProcessChange(
        kind=table.text("kind"), label=table.text("label"), starts=table.day("starts")
    )
    table.refuse_unknown()
    return change


def _check_themes(settings: Settings, source: str) -> None:
    names = [theme.name for theme in settings.themes]
    for name in names:
        if names.count(name) > 1:
            raise SettingsError(f'{source}: two themes are called "{name}".')
    for theme in settings.themes:
        if theme.domain and settings.domains and theme.domain not in settings.domains:
            raise SettingsError(
                f'{source}: theme "{theme.name}" names the domain "{theme.domain}", '
                f"which is not in [domains]."
            )

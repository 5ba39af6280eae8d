"""Turn the tables of a ``council.toml`` into settings; refuse the unknown and contradictory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from qaf_analysis.terms.file_settings import file_from
from qaf_analysis.terms.names import OVERALL
from qaf_analysis.terms.scale import OFSTED4, SCALES, Scale, ScaleMap
from qaf_analysis.terms.settings import (
    ProcessChange,
    RiskPicked,
    Settings,
    Window,
)
from qaf_analysis.terms.settings_table import SettingsTable, Table
from qaf_analysis.terms.theme_settings import check_themes, theme_from
from qaf_analysis.terms.verdicts import OPTIMISM_RULE, OptimismLimits


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
    reader = SettingsTable(tables, where=source)
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
        missing_words=council.texts("missing_words"),
        not_missing_words=council.texts("not_missing_words"),
        headline_domain=council.text("headline_domain", OVERALL),
        optimism=_optimism(reader.table("optimism"), scale),
        window=council.choice("window", get_args(Window), "rolling_year"),
        risk_picked=council.choice("risk_picked", get_args(RiskPicked), "weighed"),
        small_count=council.whole("small_count", 5) or 5,
        domains={
            name: reader.tag(name, tag) if tag else None
            for name, tag in reader.words("domains").items()
        },
        files=tuple(file_from(table, scale, scales, maps) for table in reader.tables("files")),
        themes=tuple(theme_from(table) for table in reader.tables("themes")),
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
    check_themes(settings, source)
    return settings


def _optimism(table: SettingsTable, scale: Scale) -> OptimismLimits | None:
    """Limits that a council sets for itself, where it sets any; the others follow its scale."""
    steps = scale.n_levels - 1
    most = {"tolerance": float(steps), "good_shift": 1.0, "severe_share": 1.0}
    own = {key: table.number(key) for key in most}
    for key, number in own.items():
        if number is not None and number >= most[key]:
            raise table.fail(f'"{key}" is {number:g}; it should be below {most[key]:g}.')
    apart = table.whole("severe_from")
    if apart is not None and not 1 <= apart <= steps:
        raise table.fail(
            f'"severe_from" is {apart}; on a scale of {scale.n_levels} levels grades lie '
            f"1 to {steps} apart."
        )
    table.refuse_unknown()
    if apart is None and all(number is None for number in own.values()):
        return None
    return OPTIMISM_RULE.limits(scale.n_levels, severe_from=apart, **own)


def _scale(table: SettingsTable) -> Scale:
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


def _scale_map(table: SettingsTable, scales: Mapping[str, Scale]) -> ScaleMap:
    scale_map = ScaleMap(
        source=table.one_of("source", table.text("source"), scales),
        target=table.one_of("target", table.text("target"), scales),
        version=table.text("version"),
        approved_by=table.text("approved_by"),
        levels=table.words("levels"),
    )
    table.refuse_unknown()
    return scale_map


def _process_change(table: SettingsTable) -> ProcessChange:
    change = ProcessChange(
        kind=table.text("kind"), label=table.text("label"), starts=table.day("starts")
    )
    table.refuse_unknown()
    return change

"""Turn the tables of a ``council.toml`` into settings; refuse the unknown and contradictory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from typing import Any, get_args

from qaf_analysis.terms.agreed import agreed_from
from qaf_analysis.terms.eras import DeclaredEra, Era, eras_from
from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.file_settings import file_from
from qaf_analysis.terms.headlines import MOST_AREAS, DerivedRule
from qaf_analysis.terms.missing_words import plain_spelling
from qaf_analysis.terms.names import OVERALL
from qaf_analysis.terms.report_settings import report_from
from qaf_analysis.terms.scale import OFSTED4, SCALES, Scale, ScaleMap, plain
from qaf_analysis.terms.settings import (
    KEEP_DAYS,
    LONGEST_KEPT_DAYS,
    ProcessChange,
    RiskPicked,
    Settings,
    Window,
)
from qaf_analysis.terms.settings_table import SettingsTable, Table
from qaf_analysis.terms.spelling_settings import (
    missing_words_from,
    refuse_contradictory_words,
    refuse_reversed_scale,
    spellings_from,
)
from qaf_analysis.terms.theme_settings import check_themes, theme_from
from qaf_analysis.terms.verdicts import OPTIMISM_RULE, OptimismLimits
from qaf_analysis.terms.word_maps import word_maps_from

MOST_OPEN_CASES = 100_000
LARGEST_SMALL_COUNT = 100


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
    scales, declared = _scales(reader)
    scale_name = council.text("scale", OFSTED4.name)
    eras = _eras(council.one_of("scale", scale_name, scales), declared, reader)
    scale, in_use = eras[-1].scale, [era.scale for era in eras]
    maps = [_scale_map(table, scales) for table in reader.tables("scale_maps")]
    missing = missing_words_from(council)
    settings = Settings(
        council=council.text("name"),
        synthetic=council.flag("synthetic"),
        as_of=_as_of(council),
        open_cases=council.whole("open_cases", low=1, high=MOST_OPEN_CASES),
        scale=scale,
        eras=eras if len(eras) > 1 else (),
        not_graded=council.texts("not_graded"),
        missing_words=missing.added,
        not_missing_words=missing.allowed,
        **_headlines(council),
        optimism=_optimism(reader.table("optimism"), scale),
        window=council.choice("window", get_args(Window), "rolling_year"),
        risk_picked=council.choice("risk_picked", get_args(RiskPicked), "weighed"),
        scale_maps=_between_eras(maps, eras),
        case_type_maps=word_maps_from(reader, "case_type"),
        team_maps=word_maps_from(reader, "team"),
        agreed=agreed_from(reader),
        months=council.flag("months"),
        keep_failed_days=_days(council, "keep_failed_days"),
        keep_set_aside_days=_days(council, "keep_set_aside_days"),
        small_count=council.whole("small_count", 5, low=1, high=LARGEST_SMALL_COUNT) or 5,
        domains={
            name: reader.tag(name, tag) if tag else None
            for name, tag in reader.words("domains").items()
        },
        files=tuple(file_from(table, in_use, scales, maps) for table in reader.tables("files")),
        themes=tuple(theme_from(table) for table in reader.tables("themes")),
        process_changes=tuple(_process_change(t) for t in reader.tables("process_changes")),
        spellings=spellings_from(reader),
        report=report_from(reader),
        source=source,
        sha256=sha256,
    )
    council.refuse_unknown()
    reader.refuse_unknown()
    _refuse_contradictions(council, settings)
    _refuse_headlines(council, settings)
    check_themes(settings, source)
    return settings


def _as_of(council: SettingsTable) -> date | None:
    """The day on which invented data are read; real data are read on the day that it is."""
    if not council.has("as_of"):
        return None
    if not council.flag("synthetic"):
        raise council.fail(
            '"as_of" is for invented data only (synthetic = true): dates after today are set '
            "aside. Take it out."
        )
    return council.day("as_of")


def _refuse_unknown_headline(council: SettingsTable, settings: Settings) -> None:
    """Refuse a headline domain that the settings themselves show to be none of the domains.

    Without [domains] the domains of exports with a column for each are known, of others not.
    """
    known = [*settings.domains]
    if not known and settings.files and all(file.shape != "long" for file in settings.files):
        known = [domain for file in settings.files for domain in file.domains]
        known += settings.spellings.get("domain", {}).values()
    headline = settings.headline_domain
    if not known or headline in known or headline == OVERALL:
        return
    near = get_close_matches(headline, known, n=1)
    meant = f'perhaps "{near[0]}" is meant; ' if near else ""
    raise council.fail(
        f'"headline_domain" is "{headline}", which is none of the domains declared; {meant}'
        f"expected one of {', '.join(dict.fromkeys(known))}."
    )


def _refuse_contradictions(council: SettingsTable, settings: Settings) -> None:
    _refuse_unknown_headline(council, settings)
    declared = (*settings.domains, settings.headline_domain) if settings.domains else ()
    refuse_contradictory_words(
        council,
        scales=tuple(era.scale for era in settings.all_eras),
        not_graded=settings.not_graded,
        missing=settings.missing,
        spellings=settings.spellings,
        domains=tuple(dict.fromkeys(declared)),
        files=settings.files,
    )
    keys: dict[str, str] = {}
    for domain in settings.domains:
        if not domain.strip():
            raise council.fail("[domains] has a domain without a name. Take it out.")
        if keys.setdefault(plain_spelling(domain), domain) != domain:
            other = keys[plain_spelling(domain)]
            raise council.fail(
                f'[domains] names both "{other}" and "{domain}", which differ in case or spaces '
                "only; keep one."
            )
    for place, file in enumerate(settings.files):
        if file in settings.files[:place]:
            raise council.fail(f'two [[files]] tables for "{file.path}" are alike; keep one.')


def _headlines(council: SettingsTable) -> dict[str, Any]:
    """What headline figures are about, as far as the council says so."""
    areas = council.maybe_texts("headline_domains") or ()
    if areas and council.has("headline_domain"):
        raise council.fail('both "headline_domain" and "headline_domains" are given; keep one.')
    if len(areas) > MOST_AREAS:
        raise council.fail(
            f'"headline_domains" names {len(areas)} domains; name at most {MOST_AREAS}, so that '
            "the first page can be read."
        )
    rule = council.choice("derived_overall", [each.value for each in DerivedRule], None)
    return {
        "headline_domain": council.text("headline_domain", areas[0] if areas else OVERALL),
        "headline_domains": areas,
        "derived_overall": None if rule is None else DerivedRule(rule),
        "impact_domain": council.maybe_text("impact_domain"),
    }


def _refuse_headlines(council: SettingsTable, settings: Settings) -> None:
    """Refuse headlines that are no declared domain, stand twice, or cannot be derived."""
    if settings.derived_overall is not None and not settings.headline_domains:
        raise council.fail('"derived_overall" needs "headline_domains", the areas it looks at.')
    try:
        names = settings.headlines
    except SettingsError as error:
        raise council.fail(str(error)) from None
    council.refuse_twice("headline_domains", names)
    judged = [*settings.headline_domains, settings.impact_domain]
    unknown = [name for name in judged if name is not None and name not in settings.domains]
    if settings.domains and unknown:
        raise council.fail(
            f'"{unknown[0]}" is a headline but no domain of [domains]; add it there, or name one '
            f"of: {', '.join(settings.domains)}."
        )


def _days(council: SettingsTable, key: str) -> int:
    days = council.whole(key, KEEP_DAYS)
    if days is None or not 1 <= days <= LONGEST_KEPT_DAYS:
        raise council.fail(f'"{key}" is {days}; it should be from 1 to {LONGEST_KEPT_DAYS} days.')
    return days


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


def _scales(reader: SettingsTable) -> tuple[dict[str, Scale], list[DeclaredEra]]:
    """Every scale by its name, and those of them that were in use for a time only."""
    scales, declared = dict(SCALES), []
    for table in reader.tables("scales"):
        first, last = table.bound("from"), table.bound("to", last=True)
        scale = _scale(table, scales)
        if scale.name in scales and scales[scale.name] != scale:
            raise table.fail(
                f'"name" is "{scale.name}", the name of another scale; choose another.'
            )
        scales[scale.name] = scale
        if first or last:
            declared.append(DeclaredEra(scale=scale, first=first, last=last))
    return scales, declared


def _eras(scale: Scale, declared: Sequence[DeclaredEra], reader: SettingsTable) -> tuple[Era, ...]:
    """Scales that followed one another: those with "from" or "to", after the council's own."""
    if not declared or all(era.first for era in declared):
        own = DeclaredEra(scale=scale, first=None, last=None)
        if any(era.scale.name == scale.name for era in declared):
            raise reader.fail(
                f'the scale "{scale.name}" of [council] has "from" under [[scales]], so no scale '
                "is declared before it; name under [council] the scale that came first."
            )
        declared = [own, *declared]
    eras = eras_from(declared)
    words = reader.words("grades")
    known = {plain(label) for era in eras for label in era.scale.levels}
    lost = [label for label in words.values() if plain(label) not in known]
    if lost and len(eras) > 1:
        raise reader.fail(f'[grades] says "{lost[0]}", which is a level of no scale in use.')
    return tuple(replace(era, scale=_spelt(era.scale, words, len(eras) > 1)) for era in eras)


def _spelt(scale: Scale, words: Mapping[str, str], one_of_several: bool) -> Scale:
    """The scale with those spellings that point to its own levels."""
    own = {plain(label) for label in scale.levels}
    kept = {
        word: label for word, label in words.items() if not one_of_several or plain(label) in own
    }
    return scale.with_spellings(kept)


def _scale(table: SettingsTable, known: Mapping[str, Scale]) -> Scale:
    name = table.text("name")
    if name in known and not table.has("levels"):
        table.refuse_unknown()
        return known[name]
    levels, good_from = table.texts("levels"), table.text("good_from")
    if good_from not in levels:
        raise table.fail(f'"good_from" is "{good_from}", which is not among "levels".')
    scale = Scale(
        name=name,
        levels=levels,
        good_from=levels.index(good_from),
        positive=table.maybe_text("positive") or "",
        spellings=table.words("spellings"),
    )
    table.refuse_unknown()
    try:
        refuse_reversed_scale(scale)
    except ValueError as error:
        raise table.fail(str(error)) from None
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


def _between_eras(maps: Sequence[ScaleMap], eras: Sequence[Era]) -> tuple[ScaleMap, ...]:
    """Maps from one scale in use to another; others serve the reading of files only."""
    names = [era.scale.name for era in eras]
    return tuple(m for m in maps if m.source.name in names and m.target.name in names)


def _process_change(table: SettingsTable) -> ProcessChange:
    change = ProcessChange(
        kind=table.text("kind"), label=table.text("label"), starts=table.day("starts")
    )
    table.refuse_unknown()
    return change

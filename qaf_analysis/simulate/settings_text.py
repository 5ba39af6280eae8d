"""The text of a simulated council's ``council.toml``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from qaf_analysis.simulate.design import CouncilDesign
from qaf_analysis.simulate.design_parts import EraDesign, MergeDesign, PlantedTheme
from qaf_analysis.terms.names import OVERALL
from qaf_analysis.terms.scale import SCALES, Scale
from qaf_analysis.terms.settings import FileSettings, Grader

Words = Mapping[str, str]
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, kw_only=True)
class Declarations:
    """What a council says of its exports: their layout and their spellings."""

    files: tuple[FileSettings, ...]
    grades: Words = field(default_factory=dict)
    spellings: Mapping[str, Words] = field(default_factory=dict)
    not_graded: tuple[str, ...] = ()
    as_of: date | None = None


def council_toml(design: CouncilDesign, declared: Declarations) -> str:
    """Return the settings file of a council: what the design plans and its exports look like.

    What is planted stays out of it: a council knows its themes and changes, not their effect.
    """
    lines = [
        "# Invented data, made by qaf_analysis.simulate. Themes, dates and changes are declared",
        "# here before any outcome is read.",
        "[council]",
        _pair("name", design.name),
        "synthetic = true",
        f"open_cases = {design.open_cases}",
        _pair("scale", design.scale.name),
    ]
    if declared.not_graded:
        lines.append(f"not_graded = {_list(declared.not_graded)}")
    lines += _headlines(design, declared)
    lines += _scale(design.scale)
    for era in design.eras:
        lines += _scale(era.scale, era=era)
    overall = {} if design.headline_domains else {OVERALL: ""}
    tags = {domain.name: domain.tag or "" for domain in design.domains}
    lines += _table("domains", {**overall, **tags})
    lines += _table("grades", declared.grades)
    for column, words in declared.spellings.items():
        lines += _table(f"spellings.{column}", words)
    for merge in design.merges:
        lines += _merge(merge)
    for file in declared.files:
        lines += _file(file)
    for theme in design.themes:
        lines += _theme(theme)
    for change in design.changes:
        lines += [
            "",
            "[[process_changes]]",
            _pair("kind", change.kind),
            _pair("label", change.label),
            f"starts = {change.starts.isoformat()}",
        ]
    return "\n".join(lines) + "\n"


def _headlines(design: CouncilDesign, declared: Declarations) -> list[str]:
    """What a council without an overall grade, with months or with days ahead says besides."""
    lines = []
    if declared.as_of is not None:
        lines += [
            "# Invented data may lie ahead: they are read as if on this day.",
            f"as_of = {declared.as_of.isoformat()}",
        ]
    if design.headline_domains:
        lines += [
            "# No overall grade is given: each of these areas has headline figures of its own.",
            f"headline_domains = {_list(design.headline_domains)}",
        ]
    if design.impact_domain is not None:
        lines += [
            "# A second judgement of each audit, set beside the grades of practice.",
            _pair("impact_domain", design.impact_domain),
        ]
    if design.dated_by == "month":
        lines += ["# The audit form asks for the month only; charts have twelve points a year."]
        lines += ["months = true"]
    return lines


def _scale(scale: Scale, *, era: EraDesign | None = None) -> list[str]:
    if scale.name in SCALES and era is None:
        return []
    head = ["", "[[scales]]", _pair("name", scale.name)]
    if era is not None:
        head.insert(1, "# In use from this day on; grades given before it are on the scale before.")
    if scale.name not in SCALES:
        head += [f"levels = {_list(scale.levels)}", _pair("good_from", scale.good_label)]
        if era is not None or scale.named_positive:
            head.append(_pair("positive", scale.positive))
    if era is not None:
        head.append(f"from = {era.starts.first_day.isoformat()}")
    return head + _table("scales.spellings", {} if scale.name in SCALES else scale.spellings)


def _merge(merge: MergeDesign) -> list[str]:
    head = [
        "",
        "# Types of case that were merged: what each was called before, and is called since.",
        "[[case_type_maps]]",
        f"from = {merge.starts.first_day.isoformat()}",
        _pair("version", "1"),
        _pair("approved_by", "Head of service"),
    ]
    return head + _table("case_type_maps.words", merge.words)


def _file(file: FileSettings) -> list[str]:
    lines = ["", "[[files]]", _pair("path", file.path), _pair("kind", file.kind)]
    if file.kind == "bridge":
        lines.insert(
            1, "# Audits of the scale before, read again on the new one; first grade hidden."
        )
    if file.kind == "moderations" and "scale" in file.columns:
        lines.insert(1, "# The column scale says which scale these moderators graded on.")
    lines.append(_pair("shape", file.shape))
    if file.sheet is not None:
        lines.append(_pair("sheet", file.sheet))
    if file.date_order is not None:
        lines.append(_pair("date_order", file.date_order))
    lines += _table("files.columns", file.columns)
    lines += _table("files.domains", file.domains)
    lines += _table("files.constants", file.constants)
    lines += _grader("files.second_auditor", file.second_auditor)
    lines += _grader("files.moderator", file.moderator)
    return lines


def _grader(name: str, grader: Grader | None) -> list[str]:
    if grader is None:
        return []
    head = ["", f"[{name}]", _pair("rater", grader.rater)]
    return (
        head + _table(f"{name}.domains", grader.domains) + _table(f"{name}.columns", grader.columns)
    )


def _theme(theme: PlantedTheme) -> list[str]:
    lines = [
        "",
        "[[themes]]",
        _pair("name", theme.name),
        _pair("audited_in", str(theme.audited_in)),
    ]
    if theme.domain is not None:
        lines.append(_pair("domain", theme.domain))
    if theme.case_type is not None:
        lines.append(_pair("case_type", theme.case_type))
    if theme.selected_in:
        lines.append(f"selected_in = {_list(str(quarter) for quarter in theme.selected_in)}")
    if theme.activity:
        lines.append(_pair("activity", theme.activity))
    return lines


def _table(name: str, words: Words) -> list[str]:
    if not words:
        return []
    return ["", f"[{name}]", *(_pair(key, value) for key, value in words.items())]


def _pair(key: str, value: str) -> str:
    return f"{key if _BARE_KEY.fullmatch(key) else _text(key)} = {_text(value)}"


def _list(values: Iterable[str]) -> str:
    return "[" + ", ".join(_text(value) for value in values) + "]"


def _text(value: str) -> str:
    # A JSON string is a TOML basic string, once nothing is escaped beyond the control characters.
    return json.dumps(str(value), ensure_ascii=False)

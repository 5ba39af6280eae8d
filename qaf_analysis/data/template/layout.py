"""How the template is laid out, in the very settings with which it is read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from qaf_analysis.data.files.filled_template import (
    AUDITS_SHEET,
    FILES_LINE,
    NAME_HERE,
    PATH_HERE,
    toml_text,
)
from qaf_analysis.data.template.fields import (
    USUAL_DOMAINS,
    Block,
    TemplateColumn,
    template_domains,
)
from qaf_analysis.terms.scale import SCALES, Scale
from qaf_analysis.terms.settings import Settings

EXAMPLE = "EXAMPLE (not read)"
"""First cell of the row that shows how to fill one in. It bears no date: a row with one is read."""


def layout_lines(
    settings: Settings, columns: Sequence[TemplateColumn], *, council: str
) -> list[str]:
    """Lines of TOML: what is declared of the council, then how the sheet is laid out.

    Parameters
    ----------
    settings : Settings
        What the council has declared, or only its name.
    columns : sequence of TemplateColumn
        Columns of the sheet.
    council : str
        The council's name; empty where it is to be filled in.
    """
    return [*_council(settings, council), *_files(columns)]


def _council(settings: Settings, council: str) -> Iterator[str]:
    yield "[council]"
    yield f"name = {toml_text(council)}" if council else NAME_HERE
    if settings.synthetic:
        yield "synthetic = true"
    yield f"scale = {toml_text(settings.scale.name)}"
    yield f"headline_domain = {toml_text(settings.headline_domain)}"
    if settings.not_graded:
        yield f"not_graded = {_list(settings.not_graded)}"
    tags = settings.domains or USUAL_DOMAINS
    yield from _table("domains", {d: str(tags.get(d) or "") for d in template_domains(settings)})
    if settings.scale.name not in SCALES:
        yield from _scale(settings.scale)


def _scale(scale: Scale) -> Iterator[str]:
    yield "[[scales]]"
    yield f"name = {toml_text(scale.name)}"
    yield f"levels = {_list(scale.levels)}"
    yield f"good_from = {toml_text(scale.good_label)}"
    if scale.named_positive:
        yield f"positive = {toml_text(scale.named_positive)}"


def _files(columns: Sequence[TemplateColumn]) -> Iterator[str]:
    yield FILES_LINE
    yield PATH_HERE
    yield 'kind = "audits"'
    yield 'shape = "wide"'
    yield f"sheet = {toml_text(AUDITS_SHEET)}"
    yield 'date_order = "day_first"'
    yield f"not_data = {_list([EXAMPLE])}"
    # No column for it is wanted: the date gives the quarter.
    yield from _table("files.constants", {"quarter": ""})
    own = [column for column in columns if column.block == "auditor"]
    yield from _table("files.columns", _headings(own))
    yield from _table("files.domains", _domains(own))
    graders: tuple[Block, ...] = ("second_auditor", "moderator")
    for block in graders:
        theirs = [column for column in columns if column.block == block]
        [rater] = [column for column in theirs if column.name == block]
        yield f"[files.{block}]"
        yield f"rater = {toml_text(rater.heading)}"
        yield from _table(f"files.{block}.domains", _domains(theirs))
        more = {name: text for name, text in _headings(theirs).items() if name != block}
        yield from _table(f"files.{block}.columns", more)


def _headings(columns: Iterable[TemplateColumn]) -> dict[str, str]:
    return {column.name: column.heading for column in columns if column.domain is None}


def _domains(columns: Iterable[TemplateColumn]) -> dict[str, str]:
    return {column.domain: column.heading for column in columns if column.domain is not None}


def _table(name: str, words: Mapping[str, str]) -> Iterator[str]:
    yield f"[{name}]"
    for key, text in words.items():
        yield f"{toml_text(key)} = {toml_text(text)}"


def _list(words: Iterable[str]) -> str:
    return f"[{', '.join(map(toml_text, words))}]"

"""The columns of the template: what is asked of each audit, in words a quality lead would use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from qaf_analysis.data.files.headings import folded
from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.names import AuditType, DomainTag, Selection
from qaf_analysis.terms.settings import Settings

Block = Literal["auditor", "second_auditor", "moderator"]
Entry = Literal["identifier", "date", "list", "aid", "grade", "yes_no", "share", "text"]
MAX_DOMAINS = 40
USUAL_DOMAINS: dict[str, DomainTag | None] = {
    "Assessment": None,
    "Plan": None,
    "Child's voice": DomainTag.CHILD,
    "Impact on the child": DomainTag.CHILD,
    "Management oversight": DomainTag.PROCESS,
    "Recording": DomainTag.PROCESS,
}
"""Domains of a template for a council that has declared none."""
_GRADED_BY = {"auditor": "Auditor", "second_auditor": "Second", "moderator": "Moderator"}


@dataclass(frozen=True, kw_only=True)
class TemplateColumn:
    """One column to fill in.

    Parameters
    ----------
    name : str
        Our name of it; ``grade`` for a domain's grade.
    heading : str
        What stands at its head.
    block : {"auditor", "second_auditor", "moderator"}
        Whose part of the row it is.
    entry : str
        What is entered: ``list`` one of ``choices`` only, ``aid`` one of them or another.
    note : str
        What the person who fills it in should know.
    is_needed : bool
        Whether an audit cannot be read without it.
    domain : str or None
        The domain graded.
    choices : tuple of str
        What its drop-down offers.
    """

    name: str
    heading: str
    block: Block
    entry: Entry
    note: str
    is_needed: bool = False
    domain: str | None = None
    choices: tuple[str, ...] = ()


def _words(kinds: type[AuditType] | type[Selection]) -> Iterator[str]:
    return (kind.value.replace("_", " ").capitalize() for kind in kinds)


_AUDIT = (
    TemplateColumn(
        name="audit_id",
        heading="Audit number",
        block="auditor",
        entry="identifier",
        note="Your own number of this audit: one row and one number for each audit. Never the "
        "number or the name of the child. A code takes its place when the file is read.",
        is_needed=True,
    ),
    TemplateColumn(
        name="case_ref",
        heading="Number of the child's file",
        block="auditor",
        entry="identifier",
        note="The number under which your system keeps the file, never a name or a date of "
        "birth. A code takes its place when the file is read.",
    ),
    TemplateColumn(
        name="audit_date",
        heading="Date of audit",
        block="auditor",
        entry="date",
        note="Day of the audit, as 25/11/2024. The quarter follows from it.",
        is_needed=True,
    ),
    TemplateColumn(
        name="team",
        heading="Team",
        block="auditor",
        entry="aid",
        note="Team that holds the case. The list comes from the sheet Your council.",
        is_needed=True,
    ),
    TemplateColumn(
        name="case_type",
        heading="Type of case",
        block="auditor",
        entry="aid",
        note="Such as Child in need. The list comes from the sheet Your council.",
    ),
    TemplateColumn(
        name="audit_type",
        heading="Type of audit",
        block="auditor",
        entry="list",
        note="What kind of audit it was. Blank counts as a routine audit.",
        choices=tuple(_words(AuditType)),
    ),
)
_AFTER_THEME = (
    TemplateColumn(
        name="collaborative",
        heading="Worker took part?",
        block="auditor",
        entry="yes_no",
        note="Yes if the worker took part in the audit; blank if that is not known.",
    ),
    TemplateColumn(
        name="family_feedback",
        heading="Family was heard?",
        block="auditor",
        entry="yes_no",
        note="Yes if the family gave feedback; blank if that is not known.",
    ),
    TemplateColumn(
        name="auditor",
        heading="Auditor",
        block="auditor",
        entry="aid",
        note="Who graded first, always spelt alike. A code takes its place when the file is "
        "read. The list comes from the sheet Your council.",
        is_needed=True,
    ),
)
_SECOND = (
    TemplateColumn(
        name="second_auditor",
        heading="Second auditor",
        block="second_auditor",
        entry="aid",
        note="Only if a second person graded the same audit: who. Leave the whole block blank "
        "otherwise.",
    ),
    TemplateColumn(
        name="blind",
        heading="Second: without sight of the first grades?",
        block="second_auditor",
        entry="yes_no",
        note="Yes if the second auditor graded before seeing the first grades.",
    ),
)
_MODERATION = (
    TemplateColumn(
        name="moderator",
        heading="Moderator",
        block="moderator",
        entry="aid",
        note="Only if the audit was moderated: who moderated it. Leave the whole block blank "
        "otherwise.",
    ),
    TemplateColumn(
        name="moderated_on",
        heading="Date moderated",
        block="moderator",
        entry="date",
        note="Day of the moderation, on or after the day of the audit.",
    ),
    TemplateColumn(
        name="moderation_source",
        heading="Moderated by",
        block="moderator",
        entry="text",
        note="Internal if the moderator is of your own council; otherwise where they come "
        "from, such as Partner council or Consultancy.",
    ),
    TemplateColumn(
        name="round",
        heading="Round of moderation",
        block="moderator",
        entry="text",
        note="Name of the exercise, such as Spring 2025; the same for all its audits.",
    ),
    TemplateColumn(
        name="selected_by",
        heading="How it was chosen",
        block="moderator",
        entry="list",
        note="How this audit came to be moderated. Random, stratified and all let figures be "
        "adjusted for moderation; targeted and unknown do not.",
        choices=tuple(_words(Selection)),
    ),
    TemplateColumn(
        name="selection_probability",
        heading="Chance of being chosen",
        block="moderator",
        entry="share",
        note="Where some audits were likelier to be chosen than others: this audit's chance, "
        "above 0 and up to 1, such as 0.25. Blank where it was not recorded.",
    ),
    TemplateColumn(
        name="blind",
        heading="Moderator: without sight of the grades?",
        block="moderator",
        entry="yes_no",
        note="Yes if the moderator graded before seeing the auditor's grades.",
    ),
)


def template_columns(settings: Settings) -> tuple[TemplateColumn, ...]:
    """Columns of the sheet to fill in, from left to right.

    Raises
    ------
    SettingsError
        If there are more than ``MAX_DOMAINS`` domains, or two differ in case and signs only.
    """
    domains = template_domains(settings)
    return (
        *_AUDIT,
        *_theme(settings),
        *_AFTER_THEME,
        *_grades(settings, "auditor", domains),
        *_SECOND,
        *_grades(settings, "second_auditor", domains),
        *_MODERATION,
        *_grades(settings, "moderator", domains),
    )


def template_domains(settings: Settings) -> tuple[str, ...]:
    """Domains to grade, the one for headlines first."""
    declared = settings.domains or {d: None for file in settings.files for d in file.domains}
    named = tuple(declared or USUAL_DOMAINS)
    domains = tuple(dict.fromkeys((*settings.judged_domains, *named)))
    if len(domains) > MAX_DOMAINS:
        raise SettingsError(
            f"There are {len(domains)} domains; a row of the template has room for {MAX_DOMAINS}."
        )
    keys = [folded(domain) for domain in domains]
    twice = [domain for domain, key in zip(domains, keys, strict=True) if keys.count(key) > 1]
    if twice:
        raise SettingsError(
            f'The domains "{twice[0]}" and "{twice[1]}" differ in case and signs only; name one.'
        )
    return domains


def _theme(settings: Settings) -> tuple[TemplateColumn, ...]:
    """A column for the theme where the council has declared themes."""
    if not settings.themes:
        return ()
    return (
        TemplateColumn(
            name="theme",
            heading="Theme",
            block="auditor",
            entry="list",
            note="Theme of a themed audit, as declared in council.toml; blank for other audits.",
            choices=tuple(theme.name for theme in settings.themes),
        ),
    )


def _grades(settings: Settings, block: Block, domains: Sequence[str]) -> Iterator[TemplateColumn]:
    for domain in domains:
        needed = block == "auditor" and domain in settings.judged_domains
        yield TemplateColumn(
            name="grade",
            heading=f"{_GRADED_BY[block]}: {domain}",
            block=block,
            entry="grade",
            note=f"Grade for {domain}. Leave it blank if this domain was not graded.",
            is_needed=needed,
            domain=domain,
            choices=tuple(reversed(settings.scale.levels)),
        )

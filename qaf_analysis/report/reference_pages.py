"""Pages of ``docs/`` that are made from the code, so that they cannot drift from it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from qaf_analysis.report.method import verdict_rules
from qaf_analysis.terms.contract import (
    ACTION_FIELDS,
    AGREED_KEYS,
    AUDIT_FIELDS,
    BRIDGE_FIELDS,
    MODERATION_FIELDS,
    OPTIMISM_KEYS,
    PROCESS_CHANGE_KEYS,
    REPORT_KEYS,
    REREADING_FIELDS,
    SCALE_KEYS,
    THEME_KEYS,
    WORD_MAP_KEYS,
    Field,
    SettingsKey,
)
from qaf_analysis.terms.glossary import GLOSSARY
from qaf_analysis.terms.names import AuditType, Role, Selection
from qaf_analysis.terms.scale import SCALES


def reference_pages() -> Mapping[str, str]:
    """Text of each page by file name.

    Examples
    --------
    >>> sorted(reference_pages())
    ['data_contract.md', 'glossary.md', 'verdicts.md']
    """
    return {
        "glossary.md": _glossary(),
        "data_contract.md": _data_contract(),
        "verdicts.md": _verdicts(),
    }


def _verdicts() -> str:
    lines = [
        "# Verdicts",
        "",
        "Every verdict of the report and of `qaf stat`, and the rule behind it. Rules were fixed "
        "before outcomes were read. How each figure is found stands under "
        "[methods](methods/README.md); how often each verdict is wrong, under "
        "[calibration](calibration).",
        "",
        "| question | verdict | rule |",
        "|---|---|---|",
        *(
            f"| {question} | **{verdict}** | {rule} |"
            for question, verdict, rule in verdict_rules()
        ),
    ]
    return "\n".join(lines) + "\n"


def _glossary() -> str:
    lines = ["# Glossary", "", "The words of every report, each with one meaning.", ""]
    lines += [f"**{word}**: {meaning}\n" for word, meaning in GLOSSARY.items()]
    return "\n".join(lines).rstrip() + "\n"


def _data_contract() -> str:
    lines = [
        "# Data contract",
        "",
        "A folder with `audits.csv` (or `.xlsx`) whose columns have the names below needs no "
        "settings. `moderations.csv`, `actions.csv`, `bridge.csv` and `rereadings.csv` are "
        "optional. Any other headings, words or layouts are mapped in `council.toml`. One row of "
        "`audits` is one grade: one audit, one domain, one auditor. Two auditors on the same audit "
        "and domain are a double rating.",
        "",
        *_tables(),
        *_declared(),
        "",
        *_moderation_settings(),
        "",
        *_own_look(),
        "",
        "## Words",
        "",
        f"- `audit_type`: {_words(AuditType)}",
        f"- `role`: {_words(Role)}",
        f"- `selected_by`: {_words(Selection)}",
        "",
        "## Scales",
        "",
        *(
            f"- `{scale.name}`: {', '.join(scale.levels)} (worst first; positive: {scale.positive})"
            for scale in SCALES.values()
        ),
        "",
        *_scales(),
        "",
        "Identifiers of audits, cases and people are replaced by codes when the files are read. "
        "Free text and columns not listed here are left out.",
    ]
    return "\n".join(lines) + "\n"


def _tables() -> list[str]:
    """The columns of each table that a council may bring."""
    return [
        "## audits",
        "",
        *_fields(AUDIT_FIELDS),
        "",
        "## moderations",
        "",
        *_fields(MODERATION_FIELDS),
        "",
        "## bridge",
        "",
        "One row of `bridge` is one grade of an audit that was graded again over a change of "
        "scale: an earlier audit on the new scale, or a new audit on the earlier one. A grade on "
        "the audit's own scale is set aside, for it links no two scales.",
        "",
        *_fields(BRIDGE_FIELDS),
        "",
        "## rereadings",
        "",
        "One row of `rereadings` is one grade of a case that a moderator read again, or that "
        "others read before, without being told. It tells about the moderator, and no figure of "
        "audits counts it. `qaf round close` writes such a file.",
        "",
        *_fields(REREADING_FIELDS),
        "",
        "## actions",
        "",
        "One row of `actions` is one improvement action. Its days are in order: due and closed on "
        "or after it was raised, verified on or after it was closed, and the audit that verified "
        "it between closing and verifying.",
        "",
        *_fields(ACTION_FIELDS),
        "",
    ]


def _scales() -> list[str]:
    """What is declared of scales, months, and words that change."""
    return [
        "Any other scale is declared in `council.toml` under `[[scales]]`. Grades on one scale "
        "are turned into another only by an approved map under `[[scale_maps]]`.",
        "",
        "### `[[scales]]`",
        "",
        "Where the scale changed, each is declared with its first day. A grade is on the scale of "
        "its own day: that of the audit, of the moderation, of the second reading. A column "
        "`scale` goes before the day, and a file may name one `scale` for all its rows. A word of "
        "another scale than the row's is set aside, and both times are named.",
        "",
        *_keys(SCALE_KEYS),
        "",
        "## Months",
        "",
        "A column of `April 2024`, `2024-04` or `04/2024` is read as months. "
        '`date_order = "months"` in a `[[files]]` table, or `months = true` under `[council]`, '
        "reads `Apr-24` as April 2024 too, lets months stand among days, and takes a column of "
        "nothing but first days, as Excel makes of months, for months. Quarters follow from the "
        "month; days are compared by their months where either is unknown; no day is written. "
        "`months = true` also says that charts have twelve points a year.",
        "",
        "## Types of case and teams that change",
        "",
        "`[[case_type_maps]]` and `[[team_maps]]` say what became what, on which day, and who "
        "approved it.",
        "",
        *_keys(WORD_MAP_KEYS),
    ]


def _declared() -> list[str]:
    """What is declared beforehand about themes and process changes."""
    return [
        "## Themes and process changes",
        "",
        "`council.toml` declares each themed audit in a table `[[themes]]` and each change to how "
        "audits are done in a table `[[process_changes]]`, before outcomes are read. A key that is "
        "not listed here, or that contradicts another, is refused and named. What is declared "
        "otherwise than in an earlier report is named in later ones. Which quarters count is told "
        "under [themed audits](methods/themed_impact.md#the-design) and "
        "[process changes](methods/process_change.md#the-periods-compared).",
        "",
        "### `[[themes]]`",
        "",
        *_keys(THEME_KEYS),
        "",
        "### `[[process_changes]]`",
        "",
        *_keys(PROCESS_CHANGE_KEYS),
        "",
        "### `[optimism]`",
        "",
        "Limits of the verdict on [over-optimism](methods/optimism.md#the-verdict). Without this "
        "table they follow from the scale.",
        "",
        *_keys(OPTIMISM_KEYS),
        "",
        "### `[[agreed]]`",
        "",
        "What was agreed after earlier reports, each in a table of its own. The report prints it "
        "under “Since the last report”, beside what was recommended then; an action with "
        "the very words of a recommendation stands in its row.",
        "",
        *_keys(AGREED_KEYS),
    ]


def _own_look() -> list[str]:
    """What reports bear of a council's own."""
    return [
        "## Your own look",
        "",
        "### `[report]`",
        "",
        "Name, logo, colour and committee header of the report; none is needed, and no figure "
        "rests on any. [Your own look](own_look.md) has an example and says what is checked. What "
        "stands here stands in a public paper: name roles, not people.",
        "",
        *_keys(REPORT_KEYS),
    ]


def _moderation_settings() -> list[str]:
    """What is declared beforehand about draws for moderation."""
    return [
        "## Draws for moderation",
        "",
        "One draw is what has the same `moderation_source`, `round` and `selected_by`. Give every "
        "audit of a draw its `selection_probability`: the chance it had before anything of that "
        "round was drawn. In `council.toml`, under `[council]`:",
        "",
        "| key | holds | meaning | needed |",
        "|---|---|---|---|",
        "| `risk_picked` | `weighed` or `apart` | Whether audits picked by risk with a recorded "
        "chance count in figures about all audits, or are told apart; declare it before grades "
        "are read | no; `weighed` |",
        "",
        "How several draws become one figure is told under [over-optimism]"
        "(methods/optimism.md#several-draws).",
    ]


def _fields(fields: tuple[Field, ...]) -> list[str]:
    rows = ["| column | meaning | needed | makes possible |", "|---|---|---|---|"]
    for field in fields:
        needed = "yes" if field.required else "no"
        rows.append(f"| `{field.name}` | {field.meaning} | {needed} | {field.unlocks} |")
    return rows


def _keys(keys: tuple[SettingsKey, ...]) -> list[str]:
    rows = ["| key | holds | meaning | needed |", "|---|---|---|---|"]
    return rows + [f"| `{key.name}` | {key.holds} | {key.meaning} | {key.needed} |" for key in keys]


def _words(kinds: type[AuditType] | type[Role] | type[Selection]) -> str:
    return ", ".join(f"`{kind.value}`" for kind in kinds)


def main(folder: str) -> None:
    """Write the pages into a folder."""
    for name, text in reference_pages().items():
        (Path(folder) / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1])

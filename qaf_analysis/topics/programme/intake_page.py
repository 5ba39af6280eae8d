"""The data-quality section: words and tables."""

from __future__ import annotations

from qaf_analysis.kit.numbers import counted, whole
from qaf_analysis.kit.parts import Column, Table
from qaf_analysis.kit.statement import Statement, listed
from qaf_analysis.topics.programme.intake import Intake

LIMITS = (
    "The checks see what the exports hold. They cannot see an audit that was never entered, or a "
    "grade that was changed before it was exported."
)
OUTCOMES = {
    "quarantine": "set aside",
    "warning": "loaded, with a warning",
    "note": "loaded",
    "reject": "rejected",
}


def say_intake(result: Intake) -> Statement:
    """Words for the data-quality section."""
    failed = [check for check in result.checks if check.state == "failed"]
    not_run = [check for check in result.checks if check.state == "could not run"]
    passed = len(result.checks) - len(failed) - len(not_run)
    paragraphs = [
        f"{counted(len(result.files), 'file')} held {counted(result.rows_in, 'row')}: "
        f"{whole(result.loaded)} were loaded and {whole(result.quarantined)} were set aside, each "
        f"with its place and how to mend it. They hold {counted(result.audits, 'audit')}, "
        f"{counted(result.ratings, 'grade')} and {counted(result.moderations, 'moderation')}.",
        f"Of {counted(len(result.checks), 'check')}, {passed} passed, {len(failed)} failed and "
        f"{len(not_run)} could not run.",
    ]
    paragraphs += [f"Failed: {check.name}. {check.detail.rstrip('.')}." for check in failed]
    if result.dropped_columns:
        paragraphs.append(
            f"Left out because they may name people: {listed(sorted(result.dropped_columns))}."
        )
    return Statement(
        claim=_claim(result),
        paragraphs=tuple(paragraphs),
        limits=LIMITS,
        source=f"Pseudonyms made with key {result.key_id}.",
    )


def intake_tables(result: Intake) -> tuple[Table, ...]:
    """Files, findings and checks."""
    source = f"Settings file SHA-256: {result.settings_sha256[:16] or 'no settings file'}."
    tables = [
        Table(
            caption="Files read",
            columns=(
                Column(heading="File", align="left"),
                Column(heading="Holds", align="left"),
                Column(heading="Rows in"),
                Column(heading="Loaded"),
                Column(heading="Set aside"),
                Column(heading="SHA-256", align="left"),
            ),
            rows=(
                *(
                    (
                        file.name,
                        file.kind,
                        whole(file.rows_in),
                        whole(file.loaded),
                        whole(file.quarantined),
                        file.sha256[:16],
                    )
                    for file in result.files
                ),
                (
                    "All files",
                    f"{whole(result.audits)} audits, {whole(result.ratings)} grades, "
                    f"{whole(result.moderations)} moderations",
                    whole(result.rows_in),
                    whole(result.loaded),
                    whole(result.quarantined),
                    "",
                ),
            ),
            source=source,
        )
    ]
    if result.findings:
        tables.append(_findings(result))
    if result.checks:
        tables.append(_checks(result))
    return tuple(tables)


def _claim(result: Intake) -> str:
    if result.quarantined:
        return f"{counted(result.quarantined, 'row')} of {whole(result.rows_in)} were set aside"
    return "Every row was loaded"


def _findings(result: Intake) -> Table:
    return Table(
        caption="What reading found",
        columns=(
            Column(heading="Finding", align="left"),
            Column(heading="Rows"),
            Column(heading="Outcome", align="left"),
            Column(heading="First place", align="left"),
            Column(heading="To mend", align="left"),
        ),
        rows=tuple(
            (
                found.code.replace("_", " "),
                whole(found.rows),
                OUTCOMES[found.outcome],
                found.first_place,
                found.mend,
            )
            for found in result.findings
        ),
        note="The rows set aside are kept whole in the quarantine file beside this report.",
    )


def _checks(result: Intake) -> Table:
    return Table(
        caption="Checks of the data",
        columns=(
            Column(heading="Check", align="left"),
            Column(heading="Result", align="left"),
            Column(heading="Detail", align="left"),
        ),
        rows=tuple((check.name, check.state, check.detail) for check in result.checks),
    )

"""``qaf review``: go through a report's findings, note what you say of each, and sign it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qaf_analysis.cli.console import tell
from qaf_analysis.terms.errors import UsageError

if TYPE_CHECKING:
    from qaf_analysis.run.review_session import Review

review = typer.Typer(
    name="review",
    help="Go through a report's findings, note what you say of each, and sign it.",
    no_args_is_help=True,
)

Run = Annotated[Path, typer.Argument(help="Folder of the report, which holds report.html.")]
As = Annotated[
    str, typer.Option("--as", help="Your code, such as M-04; never a name.", show_default=False)
]
Place = Annotated[
    Path | None,
    typer.Option("--ledger", help="Folder of the ledger.", show_default="the council's own"),
]
Words = Annotated[str, typer.Option("--words", help="What you have to say; no names.")]


@review.command()
def show(run: Run, reviewer: As = "", place: Place = None) -> None:
    """Show what the report found, what was said of it, and whether it is signed."""
    found = _opened(run, reviewer, place, for_reading=_has_ledger(run, place))
    for row in found.findings_table.rows:
        name, kind, words, said = row
        tell(f"{name} ({kind})")
        tell(f"  {words}")
        tell(f"  said: {said or 'nothing yet'}")
    amiss = [row for row in found.data_checks.rows if row[1] != "passed"]
    passed = len(found.data_checks.rows) - len(amiss)
    tell(f"Data checks: {passed} passed, {len(amiss)} failed or could not run.")
    for sentence in (*found.reproduce(agreed=False).sentences, *found.state.sentences):
        tell(sentence)


@review.command()
def note(
    run: Run,
    finding: Annotated[str, typer.Argument(help="As qaf review show names it.")],
    state: Annotated[str, typer.Argument(help="accept, query or disagree.")],
    reviewer: As,
    words: Words = "",
    place: Place = None,
) -> None:
    """Say of a finding that you accept it, have a query, or disagree."""
    found = _opened(run, reviewer, place)
    found.note(finding, state=state, words=words)
    open_now = len(found.state_of.queries)
    tell(f"Noted: {state} {finding}, by {reviewer}. {open_now} queries are open now.")


@review.command()
def sign(
    run: Run,
    reviewer: As,
    decision: Annotated[str, typer.Option("--decision", help="sign, sign_with_queries or refuse.")],
    conflicts: Annotated[
        str,
        typer.Option("--conflicts", help='Conflicts of interest; "none" where there are none.'),
    ],
    comments: Annotated[str, typer.Option("--comments", help="For the first page.")] = "",
    role: Annotated[
        str, typer.Option("--role", help="Your role.", show_default="as in the round")
    ] = "",
    organisation: Annotated[
        str, typer.Option("--organisation", help="What kind of organisation you work for.")
    ] = "",
    external: Annotated[
        bool | None,
        typer.Option("--external/--internal", help="Whether you work for another organisation."),
    ] = None,
    made_by: Annotated[
        str, typer.Option("--made-by", help="Code of who made the report, if it does not say.")
    ] = "",
    key: Annotated[
        Path | None,
        typer.Option("--key", help="Your own secret key (ssh-keygen), so that all can check."),
    ] = None,
    place: Place = None,
) -> None:
    """Sign a report that was repeated, or refuse to; any change of it is another report."""
    found = _opened(run, reviewer, place, made_by=made_by)
    if not conflicts.strip():
        raise UsageError('Declare your conflicts of interest: --conflicts "none", or which.')
    none = conflicts.strip().casefold() in ("none", "no", "none declared")
    told = found.sign(
        decision=decision,
        conflicts="" if none else conflicts,
        comments=comments,
        role=role,
        organisation=organisation,
        is_external=external,
        key_file=key,
    )
    for sentence in told.sentences:
        tell(sentence)
    tell(f'For copies that say so: qaf export "{run}" --signed --out NEW FOLDER')


@review.command()
def withdraw(run: Run, reviewer: As, words: Words = "", place: Place = None) -> None:
    """Withdraw your own signature, and say why."""
    for sentence in _opened(run, reviewer, place).withdraw(words=words).sentences:
        tell(sentence)


def _opened(
    run: Path,
    reviewer: str,
    place: Path | None,
    *,
    made_by: str = "",
    for_reading: bool = False,
) -> Review:
    from qaf_analysis.run.review_session import open_review

    found = open_review(
        run=run, reviewer=reviewer, made_by=made_by, ledger=place, for_reading=for_reading
    )
    for notice in found.notices:
        tell(notice)
    return found


def _has_ledger(run: Path, place: Path | None) -> bool:
    """Whether there is a ledger to read; else one is begun, for nothing can be said without."""
    from qaf_analysis.data.store.bundle import read_bundle_settings
    from qaf_analysis.moderation.ledger.key import default_ledger_place
    from qaf_analysis.moderation.ledger.schema import LEDGER_FILE

    where = place or default_ledger_place(read_bundle_settings(run / "bundle").council)
    return where.suffix == ".sqlite" or (where / LEDGER_FILE).is_file()

"""``qaf round``: a round of moderation from its plan to the files for the next report."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qaf_analysis.cli import faults
from qaf_analysis.cli.console import tell
from qaf_analysis.cli.folders import data_folder, new_folder
from qaf_analysis.cli.options import DataFolder, Seed
from qaf_analysis.cli.round_lines import (
    collected_lines,
    opened_lines,
    packed_lines,
    status_lines,
)
from qaf_analysis.data.contract.problems import counted
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.quarter import Quarter

if TYPE_CHECKING:
    from qaf_analysis.moderation.rounds.desk import RoundDesk

round_ = typer.Typer(
    name="round",
    help="A round of moderation: plan and draw, packs, returns, reveal, what is agreed, its files.",
    no_args_is_help=True,
)

Name = Annotated[str, typer.Argument(help="Name of the round, such as 2019-20-Q4-a.")]
Out = Annotated[Path, typer.Option("--out", help="New folder to write to.", show_default=False)]
Case = Annotated[str, typer.Argument(help="Code of the case as the pack shows it.")]
Who = Annotated[str, typer.Option(help="Code of the person whose act it is, such as M-04.")]
Words = Annotated[str, typer.Option(help="What was said; it stays in the ledger.")]
Grades = Annotated[
    list[str], typer.Option("--grade", help='A grade, as "DOMAIN=GRADE"; may stand often.')
]
Day = Annotated[
    datetime, typer.Option(formats=["%Y-%m-%d", "%d/%m/%Y"], help="Day, such as 2020-01-31.")
]


@round_.command()
def new(
    data: DataFolder,
    name: Name,
    moderators: Annotated[
        Path,
        typer.Option(help="CSV list of who reads: code, name, source, external, teams."),
    ],
    due: Day,
    audits: Annotated[
        int, typer.Option(help="Audits to draw; “qaf plan moderation” says how many.", min=0)
    ] = 0,
    cases: Annotated[
        Path | None,
        typer.Option(help="List of a session's cases, which everybody reads, in place of a draw."),
    ] = None,
    purpose: Annotated[str, typer.Option(help="What the round is for.")] = "",
    quarter: Annotated[
        str, typer.Option(help='Such as "2019-20 Q3".', show_default="the latest in the data")
    ] = "",
    quarters: Annotated[int, typer.Option(help="Draw from so many quarters.", min=1, max=8)] = 1,
    targeted_share: Annotated[float, typer.Option(help="Share to pick by risk, 0 to 0.5.")] = 0.0,
    min_per_grade: Annotated[int, typer.Option(help="Fewest of each auditor's grade.", min=0)] = 2,
    half_width: Annotated[
        float, typer.Option(help="Half width wished for of the mean gap, in grades.", min=0.01)
    ] = 0.15,
    double_share: Annotated[
        float, typer.Option(help="Share that a second moderator reads too.", min=0, max=1)
    ] = 0.2,
    anchors: Annotated[
        int, typer.Option(help="Own earlier readings that each reads again: drift.", min=0)
    ] = 8,
    consensus: Annotated[
        int, typer.Option(help="Earlier cases of others for each: severity.", min=0)
    ] = 0,
    retests: Annotated[
        int, typer.Option(help="Own readings of the last round for each: noise.", min=0)
    ] = 2,
    silence_days: Annotated[
        int, typer.Option(help="Days of silence that confirm a receipt; 0: never.", min=0)
    ] = 0,
    reference: Annotated[
        bool,
        typer.Option(
            "--reference/--code", help="Packs show your own reference, or a code and a key sheet."
        ),
    ] = True,
    seed: Seed = 1,
) -> None:
    """Plan a round, draw its audits and share them out."""
    data_folder(data)
    asked = str(Quarter.parse(quarter)) if quarter else ""
    from qaf_analysis.moderation.rounds.plan import RoundPlan
    from qaf_analysis.moderation.rounds.roster import read_roster

    if (audits == 0) == (cases is None):
        raise UsageError("Give either --audits, how many to draw, or --cases, a session's list.")
    listed = read_roster(moderators)
    plan = RoundPlan(
        round=name,
        purpose=purpose,
        quarter=asked,
        quarters=quarters,
        audits=audits,
        targeted_share=targeted_share,
        min_per_grade=min_per_grade,
        half_width=half_width,
        double_share=double_share,
        anchors=anchors,
        consensus=consensus,
        retests=retests,
        due=due.date(),
        silence_days=silence_days,
        shows_reference=reference,
        seed=seed,
    )
    desk = _desk(data, begin=True)
    for line in opened_lines(desk.new(plan, listed, references=_references(cases))):
        tell(line)
    _tell_head(desk)


@round_.command()
def pack(
    data: DataFolder,
    name: Name,
    out: Out,
) -> None:
    """Write the packs: a workbook and a page for each moderator."""
    new_folder(out)
    desk = _desk(data)
    for line in packed_lines(desk.pack(name, out), out):
        tell(line)
    _tell_head(desk)


@round_.command()
def collect(
    data: DataFolder,
    name: Name,
    files: Annotated[list[Path], typer.Argument(help="Files that came back, or folders of them.")],
    out: Out,
    corrected: Annotated[
        bool,
        typer.Option(
            "--corrected", help="The files correct what was collected and is not confirmed."
        ),
    ] = False,
) -> None:
    """Read what came back, and write a receipt for each moderator to confirm."""
    new_folder(out)
    desk = _desk(data)
    found = desk.collect(name, files, out, corrected=corrected)
    for line in collected_lines(found):
        tell(line)
    tell(f"Receipts: {out.resolve()}")
    _tell_head(desk)
    if found.has_problems:
        raise typer.Exit(faults.QUARANTINED)


@round_.command()
def confirm(
    data: DataFolder,
    name: Name,
    codes: Annotated[
        list[str] | None, typer.Argument(help="Codes of receipts, as moderators sent them.")
    ] = None,
    silence: Annotated[
        bool,
        typer.Option("--silence", help="Commit receipts older than the round's days of silence."),
    ] = False,
) -> None:
    """Commit what moderators confirmed; their grades can then be used, and no more be changed."""
    if not codes and not silence:
        raise UsageError("Give the code of a receipt, or --silence.")
    desk = _desk(data)
    done = desk.confirm(name, codes or [])
    done += desk.confirm_by_silence(name) if silence else 0
    tell(f"{counted(done, 'reading')} committed now.")
    _tell_head(desk)


@round_.command()
def seen(
    data: DataFolder,
    name: Name,
    case: Case,
    file: Annotated[str, typer.Option(help="Was the file known? yes, no or not sure.")] = "no",
    audit_grade: Annotated[
        str, typer.Option(help="Was the audit's grade seen? yes, no or not sure.")
    ] = "no",
) -> None:
    """Record what a moderator answered, after commitment, about having known a case."""
    desk = _desk(data)
    desk.recognised(name, case, file=file, audit_grade=audit_grade)
    tell(f"Recorded of case {case.upper()}.")
    _tell_head(desk)


@round_.command()
def reveal(
    data: DataFolder,
    name: Name,
    out: Out,
    moderator: Annotated[
        str, typer.Option(help="Whose cases.", show_default="every moderator's")
    ] = "",
) -> None:
    """Show moderators the auditors' grades beside theirs, of what is committed."""
    new_folder(out)
    desk = _desk(data)
    shown = desk.reveal(name, out, moderator=moderator)
    tell(f"{counted(shown, 'case')} revealed. Grades side by side: {out.resolve()}")
    _tell_head(desk)


@round_.command()
def talk(
    data: DataFolder,
    name: Name,
    case: Case,
    what: Annotated[
        str,
        typer.Argument(
            help="accept, disagree, dispute, second-thought, third-view, panel or outcome."
        ),
    ],
    who: Who = "owner",
    words: Words = "",
    grades: Grades = [],  # noqa: B006  the parser copies it
) -> None:
    """Record what was said of a case after its grades were revealed."""
    desk = _desk(data)
    desk.talk(name, case, what, who=who, words=words, grades=_pairs(grades))
    tell(f"Recorded of case {case.upper()}: {what}.")
    _tell_head(desk)


@round_.command()
def rule(
    data: DataFolder,
    name: Name,
    uses: Annotated[str, typer.Argument(help="blind or agreed.")],
) -> None:
    """Record which grade analyses use: the moderator's blind one, or the one agreed."""
    desk = _desk(data)
    desk.rule(name, uses)
    tell(f"Analyses of round {name} use the {uses} grade.")
    _tell_head(desk)


@round_.command()
def status(
    data: DataFolder,
    name: Annotated[str, typer.Argument(help="Name of the round; every round without.")] = "",
) -> None:
    """Say who returned what, what is overdue, and whether enough has come."""
    desk = _desk(data)
    for line in status_lines(desk, name, today=date.today()):
        tell(line)


@round_.command()
def learn(data: DataFolder, name: Name, out: Out) -> None:
    """Write a session on the twelve most instructive cases of a round."""
    new_folder(out)
    desk = _desk(data)
    chosen = desk.learn(name, out)
    tell(f"{counted(chosen, 'case')} to discuss. Session: {out.resolve()}")


@round_.command()
def close(data: DataFolder, name: Name, out: Out) -> None:
    """Close a round and write its grades as files for your exports."""
    new_folder(out)
    desk = _desk(data)
    from qaf_analysis.moderation.rounds.closing import settings_to_add

    closed = desk.close(name, out)
    tell(
        f"{counted(closed.moderated, 'reading')} of audits and "
        f"{counted(closed.reread, 'reading')} of moderators written; "
        f"{counted(closed.not_returned, 'reading')} never came or were not confirmed, "
        f"{counted(closed.not_graded, 'part')} could not be graded."
    )
    tell(f"Files: {out.resolve()}. Put them among your exports, and add to council.toml:")
    tell("")
    tell(settings_to_add(closed))
    tell("")
    _tell_head(desk)


def _desk(data: Path, *, begin: bool = False) -> RoundDesk:
    data_folder(data)
    from qaf_analysis.moderation.rounds.desk import open_desk

    desk = open_desk(data, clock=lambda: datetime.now(UTC), begin=begin)
    for notice in desk.ledger.notices:
        tell(notice)
    return desk


def _references(cases: Path | None) -> tuple[str, ...]:
    from qaf_analysis.moderation.rounds.learning import read_cases

    if cases is None:
        return ()
    try:
        return read_cases(cases.read_bytes())
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"The list of cases “{cases}” cannot be read ({type(error).__name__}). Give the file "
            "that “qaf round learn” wrote."
        ) from None


def _pairs(grades: list[str]) -> dict[str, str]:
    found = {}
    for text in grades:
        domain, sign, word = text.partition("=")
        if not sign:
            raise UsageError(f"“{text}” is no grade of a domain. Write it as “DOMAIN=GRADE”.")
        found[domain.strip()] = word.strip()
    return found


def _tell_head(desk: RoundDesk) -> None:
    tell(
        f"Ledger head: {desk.head}. Note it outside this computer: it shows if entries go missing."
    )

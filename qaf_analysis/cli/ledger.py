"""``qaf ledger``: whether a council's ledger is as it was written, its copies, heads and key."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qaf_analysis.cli.console import tell, warn
from qaf_analysis.cli.folders import data_folder, new_folder, refuse_mistyped
from qaf_analysis.data.contract.problems import counted
from qaf_analysis.terms.errors import IntegrityError, UsageError

if TYPE_CHECKING:
    from qaf_analysis.moderation.ledger.entries import Head
    from qaf_analysis.moderation.ledger.key import LedgerKey
    from qaf_analysis.moderation.ledger.store import Ledger

ledger = typer.Typer(
    name="ledger",
    help="Verify, export or compare the ledger of moderation; its heads and its key.",
    no_args_is_help=True,
)
Data = Annotated[
    Path | None,
    typer.Option("--data", help="Folder of exports, whose council's ledger is meant."),
]
Place = Annotated[
    Path | None,
    typer.Option("--ledger", help="Folder of the ledger, or a copy of its file."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do it; without this it is only said.")]
KeyFile = Annotated[
    Path | None,
    typer.Option("--key", help="File of the ledger's key.", show_default="where it is kept"),
]


@ledger.command()
def verify(
    data: Data = None,
    place: Place = None,
    key: KeyFile = None,
    head: Annotated[
        list[str] | None,
        typer.Option("--head", help='A head from a report\'s footer: "41 9f3c1ab277e05d16".'),
    ] = None,
    heads: Annotated[
        list[Path] | None, typer.Option("--heads", help="A file of heads kept elsewhere.")
    ] = None,
) -> None:
    """Say whether any entry was changed, taken away, or written by another."""
    from qaf_analysis.moderation.ledger.heads import read_heads
    from qaf_analysis.moderation.ledger.place import place_notices
    from qaf_analysis.moderation.ledger.verify import verify_ledger

    where = _place(data, place)
    kept = [*map(_head, head or ()), *(one for path in heads or () for one in read_heads(path))]
    held = _key_if_here(where, data, key)
    check = verify_ledger(where, key=held, heads=kept)
    for sentence in check.sentences:
        tell(sentence)
    if kept and not check.problems:
        tell(f"It agrees with {counted(len(kept), 'head')} kept elsewhere.")
    if check.problems:
        found = counted(len(check.problems), "thing is", "things are")
        raise IntegrityError(f"The ledger is not as it was written: {found} wrong.")
    for notice in place_notices(where.resolve()):
        warn(notice)


@ledger.command()
def export(
    out: Annotated[Path, typer.Option("--out", help="New folder for it.", show_default=False)],
    data: Data = None,
    place: Place = None,
) -> None:
    """Write the ledger as a table for spreadsheets, as lines of JSON, and its head."""
    from qaf_analysis.moderation.ledger.export import export_ledger

    found = _ledger(data, place)
    for path in export_ledger(found, new_folder(out)):
        tell(f"Written: {path.resolve()}")
    tell(f"Head: {found.head}")
    tell("Grades of all moderators stand in it: keep it as you keep the ledger.")


@ledger.command()
def join(
    ours: Annotated[Path, typer.Argument(help="Folder or file of the copy to keep.")],
    theirs: Annotated[Path, typer.Argument(help="Folder or file of the other copy.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="New CSV file for what to collect again.")
    ] = None,
) -> None:
    """Compare two copies of a ledger that went different ways; nothing is merged."""
    from qaf_analysis.data.files.private_file import write_new
    from qaf_analysis.moderation.ledger.export import entries_table, fork_of
    from qaf_analysis.moderation.ledger.store import read_ledger
    from qaf_analysis.moderation.ledger.verify import verify_ledger

    for which, path in (("first", ours), ("second", theirs)):
        if problems := verify_ledger(path, key=None).problems:
            raise IntegrityError(f"The {which} copy is not as it was written: {problems[0]}")
    fork = fork_of(read_ledger(ours), read_ledger(theirs))
    for sentence in fork.sentences:
        tell(sentence)
    if not fork.ours:
        return
    for entry in fork.again:
        tell(f"  entry {entry.seq} of the second, {entry.at}: {entry.kind} by {entry.who}, "
             f"about {entry.about}")  # fmt: skip
    if out is not None:
        refuse_mistyped(out)
        try:
            write_new(out, entries_table(fork.again))
        except FileExistsError:
            raise UsageError(f"There is a file {out} already; name a new one.") from None
        tell(f"Written: {out.resolve()}")


@ledger.command()
def heads(
    data: Data = None,
    place: Place = None,
    to: Annotated[
        Path | None,
        typer.Option("--to", help="File elsewhere, such as a colleague's, to add the head to."),
    ] = None,
) -> None:
    """Say how far the ledger goes, and keep it elsewhere."""
    from qaf_analysis.moderation.ledger.verify import keep_head

    found = _ledger(data, place)
    tell(f"Head of the ledger of {found.council}: {found.head}")
    if to is None:
        tell("Keep it where whoever can change the ledger cannot change it: --to FILE, an e-mail.")
        return
    refuse_mistyped(to)
    keep_head(found, to, at=_now().isoformat(timespec="seconds"))
    tell(f"Added to: {to.resolve()}")


@ledger.command()
def key(
    data: Data = None,
    place: Place = None,
    file: KeyFile = None,
    backup: Annotated[
        Path | None, typer.Option("--backup", help="New file to copy the key to.")
    ] = None,
    lost: Annotated[
        bool, typer.Option("--lost", help="Begin a new ledger, because the key is gone.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do it; without this it is only said.")
    ] = False,
) -> None:
    """Say where the ledger's key is, copy it, or begin anew where it was lost."""
    from qaf_analysis.moderation.ledger.key import LedgerKey, default_ledger_key

    found = _ledger(data, place)
    path = file or default_ledger_key(found.council)
    if lost:
        _begin_anew(found, path, yes=yes)
        return
    held = LedgerKey.load(path, council=found.council)
    began = str(found.entries()[0].body["key"])
    tell(f"Key file: {path.resolve()}")
    tell(f"Name of the key: {held.key_id}; the ledger was begun with {began}.")
    if held.key_id != began:
        raise IntegrityError("The key is another's: put back the ledger's own from your backup.")
    if backup is not None:
        _back_up(held, backup, found)


@ledger.command()
def vouch(
    of: Annotated[str, typer.Option("--of", help="Code of the person who will sign: M-04.")],
    by: Annotated[str, typer.Option("--by", help="Code of who compared the key with its owner.")],
    public: Annotated[
        Path, typer.Option("--public", help="File of the public key, which ends in .pub.")
    ],
    data: Data = None,
    place: Place = None,
    file: KeyFile = None,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="The key is to count no longer.")
    ] = False,
) -> None:
    """Say that a public key is a person's own; it counts once two others have said so."""
    from qaf_analysis.moderation.ledger.key import LedgerKey, default_ledger_key
    from qaf_analysis.moderation.ledger.signature import enrolled_keys, public_key, voucher
    from qaf_analysis.moderation.ledger.store import open_ledger

    found = _ledger(data, place)
    try:
        text = public.read_text(encoding="utf-8-sig")
    except (OSError, ValueError):
        raise UsageError(f"{public.name} cannot be read as a public key.") from None
    draft = voucher(of=of, key=text, by=by, withdrawn=withdraw)
    path = file or default_ledger_key(found.council)
    held = LedgerKey.load(path, council=found.council)
    written = open_ledger(found.folder, key=held, tell=warn)
    written.append([draft], now=_now())
    counts = public_key(text) in enrolled_keys(written.entries()).get(of, ())
    if withdraw:
        tell(f"The key of {of} counts no longer. What it signed before is left as it was.")
    elif counts:
        tell(f"The key of {of} counts from now on: two people vouched for it.")
    else:
        tell(f"Noted. The key of {of} counts once one more person has vouched for it.")
    tell(f"Head: {written.head}")


def _begin_anew(found: Ledger, path: Path, *, yes: bool) -> None:
    from qaf_analysis.moderation.ledger.key import LedgerKey
    from qaf_analysis.moderation.ledger.store import go_on_with_new_key

    head = found.head
    if path.exists():
        raise UsageError(
            f"There is a key: {path.name}. If others saw it, or it is another's, give the file "
            "another name first; if it is the ledger's own, nothing is lost."
        )
    if not yes:
        raise UsageError(
            f"A new ledger and a new key would be made; the old ledger stays, with its head {head} "
            "in the new one. Packs of rounds that are open must be made again. Give --yes to do it."
        )
    new = LedgerKey.load_or_create(path, council=found.council, away_from=(found.folder,))
    begun = go_on_with_new_key(found.folder, key=new, now=_now())
    tell(f"A new ledger goes on from {head}. Its head: {begun.head}")
    tell(f"New key {new.key_id}: {path.resolve()}. Back it up now (qaf ledger key --backup FILE).")


def _back_up(held: LedgerKey, to: Path, found: Ledger) -> None:
    from qaf_analysis.moderation.ledger.key import LedgerKey

    refuse_mistyped(to)
    if to.resolve().is_relative_to(found.folder.resolve()):
        raise UsageError("The copy would lie with the ledger. Name a file elsewhere.")
    try:
        held.write(to, council=found.council)
    except FileExistsError:
        raise UsageError(f"There is a file {to} already; name a new one.") from None
    if LedgerKey.load(to).secret != held.secret:
        raise UsageError(f"The copy {to} does not hold the key; try another place.")
    tell(f"Copy: {to.resolve()}")
    tell("Whoever has this file can write entries that pass for true: keep it in a safe.")


def _place(data: Path | None, place: Path | None) -> Path:
    """Where the ledger is: the place given, or that of the council of the exports."""
    from qaf_analysis.moderation.ledger.key import default_ledger_place

    if place is not None and data is None:
        return place
    if data is not None and place is None:
        return default_ledger_place(_council(data))
    raise UsageError("Name the ledger: --data FOLDER of your exports, or --ledger FOLDER.")


def _council(data: Path) -> str:
    from qaf_analysis.data.council.naming import refuse_unnamed
    from qaf_analysis.data.files.folder import read_settings

    folder = data_folder(data)
    settings = read_settings(folder)[0]
    refuse_unnamed(settings, folder=folder)
    return settings.council


def _ledger(data: Path | None, place: Path | None) -> Ledger:
    from qaf_analysis.moderation.ledger.store import read_ledger

    found = read_ledger(_place(data, place))
    for notice in found.notices:
        warn(notice)
    return found


def _key_if_here(where: Path, data: Path | None, named: Path | None) -> LedgerKey | None:
    """The ledger's key where this computer has it; without it less can be told."""
    from qaf_analysis.moderation.ledger.key import LedgerKey, default_ledger_key
    from qaf_analysis.moderation.ledger.store import read_ledger

    if named is not None:
        return LedgerKey.load(named)
    try:
        council = _council(data) if data is not None else read_ledger(where).council
    except IntegrityError:
        return None  # what is wrong is told by the verification itself
    path = default_ledger_key(council)
    return LedgerKey.load(path, council=council) if path.exists() else None


def _head(text: str) -> Head:
    from qaf_analysis.moderation.ledger.entries import Head

    try:
        return Head.parse(text)
    except ValueError:
        raise UsageError(
            f"“{text}” is no head: it is a number and 16 digits, such as “41 9f3c1ab277e05d16”."
        ) from None


def _now() -> datetime:
    return datetime.now().astimezone()

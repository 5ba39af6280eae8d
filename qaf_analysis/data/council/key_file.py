"""Files that hold a secret key: how they are written, and what is refused of them.

There are two kinds. One turns identities into codes, the other shows that entries of a ledger are
true; each is 32 random bytes that stay outside the project, readable by their owner alone.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qaf_analysis.data.contract.spelling import spelling_key
from qaf_analysis.data.council.key_strength import weakness
from qaf_analysis.data.files.private_file import write_new
from qaf_analysis.terms.errors import UsageError

KEY_BYTES = 32
_OWNER = "council "
_LONGEST_FILE = 2_000  # bytes; a key file has about 150


@dataclass(frozen=True, kw_only=True)
class KeyKind:
    """What a key is for, and what is said of it where something is wrong.

    Parameters
    ----------
    noun : str
        "pseudonym key"; the file begins with it.
    variable : str
        Environment variable that may name a file.
    if_weak, if_other : str
        What could happen with a key that can be guessed, and with another one; a sentence, and
        the end of one.
    apart : str
        Why it may not lie with exports or reports; the end of a sentence.
    if_seen : str
        What to do where others could have read it; the end of a sentence.
    """

    noun: str
    variable: str
    if_weak: str
    if_other: str
    apart: str
    if_seen: str

    @property
    def head(self) -> str:
        """First line of a key file."""
        return f"qaf {self.noun}, version 1"

    def named_file(self) -> Path | None:
        """The key file that the environment names."""
        named = os.environ.get(self.variable)
        return Path(named) if named else None


PSEUDONYM_KEY = KeyKind(
    noun="pseudonym key",
    variable="QAF_KEY_FILE",
    if_weak="Codes made with it could be turned back into names.",
    if_other="with another key nobody would keep their code",
    apart="whoever has it with exports or reports can tell whose code is whose",
    if_seen="replace the key (qaf key rotate)",
)
LEDGER_KEY = KeyKind(
    noun="ledger key",
    variable="QAF_LEDGER_KEY",
    if_weak="Whoever guesses it could write entries that pass for true.",
    if_other="with another key no entry of the ledger would pass for true",
    apart="whoever has it can write entries that pass for true",
    if_seen="begin a new ledger with a new key (qaf ledger key --lost)",
)
_KINDS = (PSEUDONYM_KEY, LEDGER_KEY)


def random_secret() -> bytes:
    """Make a new secret, which is nowhere but in memory."""
    secret = secrets.token_bytes(KEY_BYTES)
    # Three in a hundred million look as if somebody had made them, and would be refused later.
    return random_secret() if weakness(secret) else secret


def key_id(secret: bytes) -> str:
    """Short public name of a key, which tells nothing about it."""
    return hmac.new(secret, b"key id", hashlib.sha256).hexdigest()[:12]


def read_secret(path: Path, kind: KeyKind, *, council: str = "") -> bytes:
    """Read a key file.

    Parameters
    ----------
    path : Path
        Where it is.
    kind : KeyKind
        What the key is for.
    council : str
        Whose it should be.

    Raises
    ------
    UsageError
        If it is missing, damaged, weak, another council's, of another kind, or may be read by
        others. Nothing goes on without a key, so that reading stops here.
    """
    try:
        lines = path.read_text(encoding="ascii").split("\n")
        status = path.stat()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"The {kind.noun} {path.name} cannot be read ({type(error).__name__}). Restore "
            f"it from your backup, or name its place in {kind.variable}."
        ) from None
    _refuse_shared(path, status, kind)
    if len(lines) > 1 and re.fullmatch(r"[0-9a-f]{1,63}", lines[1]):
        raise UsageError(
            f"The {kind.noun} {path.name} is too short: {len(lines[1])} of the "
            f"{2 * KEY_BYTES} digits are there. It is damaged; restore it from your backup."
        )
    for other in _KINDS:
        if lines[0] == other.head != kind.head:
            raise UsageError(f"The file {path.name} holds a {other.noun}, not a {kind.noun}.")
    if len(lines) < 3 or lines[0] != kind.head or not re.fullmatch(r"[0-9a-f]{64}", lines[1]):
        raise _damaged(path, kind)
    secret = bytes.fromhex(lines[1])
    # Before the sum: whoever typed a key by hand should learn why it will not do.
    if why := weakness(secret, council=council):
        raise UsageError(
            f"The {kind.noun} {path.name} is weak: {why}. {kind.if_weak} Restore the key from your "
            "backup, or take it away and let a new one be made."
        )
    if lines[2] != key_id(secret):
        raise _damaged(path, kind)
    _refuse_anothers(lines[3:], path=path, kind=kind, council=council)
    return secret


def write_secret(path: Path, kind: KeyKind, secret: bytes, *, council: str = "") -> None:
    """Write a new key file that only its owner may read; never over another.

    Parameters
    ----------
    path : Path
        Where to.
    kind : KeyKind
        What the key is for.
    secret : bytes
        The key.
    council : str
        Whose it is; the file says so, for two names of councils may lead to one file.

    Raises
    ------
    FileExistsError
        If there is a file of that name.
    UsageError
        If it cannot be written.
    """
    lines = [kind.head, secret.hex(), key_id(secret)]
    if council:
        lines.append(f"{_OWNER}{json.dumps(council)}")
    try:
        write_new(path, "".join(f"{line}\n" for line in lines).encode("ascii"))
    except FileExistsError:
        raise
    except OSError as error:
        raise UsageError(
            f"The {kind.noun} {path.name} cannot be written ({error.strerror}). Name a "
            f"place that can be written in {kind.variable}."
        ) from None


def key_files(folder: Path) -> Iterator[tuple[Path, KeyKind]]:
    """Every file in a folder, and below it, that holds a key, whatever it is called."""
    heads = {kind.head.encode("ascii"): kind for kind in _KINDS}
    for path in sorted(folder.rglob("*")):
        try:
            if path.is_file() and path.stat().st_size <= _LONGEST_FILE:
                with path.open("rb") as file:
                    start = file.read(max(map(len, heads)))
                for head, kind in heads.items():
                    if start.startswith(head):
                        yield path, kind
        except OSError:
            continue  # whoever may not open a file finds no key in it


def refuse_key_beside(path: Path, away_from: Sequence[Path], *, kind: KeyKind) -> None:
    """Refuse a key that lies with exports or reports, and any other that lies there.

    Raises
    ------
    UsageError
        Naming the folder, and the file where it is another.
    """
    for folder in away_from:
        if path.resolve().is_relative_to(folder.resolve()):
            raise UsageError(
                f"The {kind.noun} {path.name} lies in the folder {folder}. Keep it elsewhere: "
                f"{kind.apart}."
            )
        for found, of in key_files(folder):
            raise UsageError(
                f"The file {found.name} in the folder {found.parent} holds a {of.noun}. Keep "
                f"it elsewhere: {of.apart}. If others could open that folder, {of.if_seen}."
            )


def council_slug(council: str) -> str:
    """A council's name as part of a file name.

    Examples
    --------
    >>> council_slug("A & B Council")
    'a-b-council'
    """
    return re.sub(r"[^a-z0-9]+", "-", council.casefold()).strip("-") or "council"


def _refuse_shared(path: Path, status: os.stat_result, kind: KeyKind) -> None:
    if os.name == "posix" and status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UsageError(f"The {kind.noun} {path.name} may be read by others. Give it mode 600.")
    if status.st_nlink > 1:
        raise UsageError(
            f"The {kind.noun} {path.name} has a second name elsewhere (a hard link), by which it "
            "can be read in another folder. Delete that name. If you do not know it, copy the key "
            "to a new file, delete this name, and give the copy its name."
        )


def _refuse_anothers(rest: Sequence[str], *, path: Path, kind: KeyKind, council: str) -> None:
    """Refuse the key of a council whose name leads to the same file."""
    if not council or not rest or not rest[0].startswith(_OWNER) or kind.named_file():
        return  # a file that was named for it may serve whom it will
    try:
        owner = str(json.loads(rest[0].removeprefix(_OWNER)))
    except ValueError:
        raise _damaged(path, kind) from None
    if spelling_key(owner) != spelling_key(council):
        raise UsageError(
            f"The {kind.noun} {path.name} belongs to “{owner}”; the council is now “{council}”. "
            "If it is the same council, write its name in council.toml as it was. If it is "
            f"another, name a file for its own key in {kind.variable}."
        )


def _damaged(path: Path, kind: KeyKind) -> UsageError:
    return UsageError(
        f"The {kind.noun} {path.name} is damaged. Restore it from your backup: {kind.if_other}."
    )

"""The life of a key: where it is, a copy for safe keeping, a new one for an old one, its end."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from qaf_analysis.data.contract.distinct import ManyTexts
from qaf_analysis.data.contract.formula_text import guarded
from qaf_analysis.data.council.key_file import PSEUDONYM_KEY, refuse_key_beside
from qaf_analysis.data.council.naming import refuse_unnamed
from qaf_analysis.data.council.pseudonyms import (
    PseudonymKey,
    PseudonymKind,
    default_key_path,
)
from qaf_analysis.data.council.read import read_council
from qaf_analysis.data.council.set_aside import codes_path
from qaf_analysis.data.files.folder import read_settings
from qaf_analysis.data.files.private_file import write_new
from qaf_analysis.terms.errors import UsageError


@dataclass(frozen=True, kw_only=True)
class KeyPlace:
    """A council's key file.

    Parameters
    ----------
    council : str
        Whose.
    path : Path
        Where it is, or will be made.
    retired : tuple of Path
        Keys that it took the place of.
    """

    council: str
    path: Path
    retired: tuple[Path, ...]

    def key(self) -> PseudonymKey:
        """Read the key.

        Raises
        ------
        UsageError
            If there is none, or it cannot be used.
        """
        return PseudonymKey.load(self.path, council=self.council)


@dataclass(frozen=True, kw_only=True)
class Rotation:
    """A new key in place of an old one; ``table`` leads from each old code to the new one."""

    old_id: str
    new_id: str
    retired: Path
    table: Path
    codes: int


@dataclass(frozen=True, kw_only=True)
class _Both(PseudonymKey):
    """The new key, noting what the old one makes of the same identifier."""

    old: PseudonymKey
    made: dict[str, str] = field(default_factory=dict, repr=False)

    def codes_of(self, kind: PseudonymKind, texts: ManyTexts) -> list[str]:
        new = super().codes_of(kind, texts)
        self.made.update(zip(self.old.codes_of(kind, texts), new, strict=True))
        return new


def key_place(folder: Path) -> KeyPlace:
    """Where the key of a council's exports is.

    Raises
    ------
    SettingsError
        If the council has no name.
    UsageError
        If its data are declared as invented: then there is no key file.
    """
    settings = read_settings(folder)[0]
    refuse_unnamed(settings, folder=folder)
    if settings.synthetic:
        raise UsageError(
            f"{settings.council} is declared as invented (synthetic = true): its codes are made "
            "with a published key, and there is no key file."
        )
    path = default_key_path(settings.council)
    retired = sorted(path.parent.glob(f"{path.name}.until-*"))
    return KeyPlace(council=settings.council, path=path, retired=tuple(retired))


def back_up(place: KeyPlace, to: Path, *, away_from: Sequence[Path]) -> Path:
    """Copy a key to a new file, and read the copy back.

    Raises
    ------
    UsageError
        If the key cannot be read, the copy would lie with exports or reports, or there is a file.
    """
    key = place.key()
    target = to / place.path.name if to.is_dir() else to
    for folder in away_from:
        if target.resolve().is_relative_to(folder.resolve()):
            raise UsageError(
                f"The copy would lie in {folder}. Keep it elsewhere: whoever has codes and key can "
                "tell whose code is whose."
            )
    try:
        key.write(target, council=place.council)
    except FileExistsError:
        raise UsageError(f"There is a file {target} already; name a new one.") from None
    if PseudonymKey.load(target).secret != key.secret:
        raise UsageError(f"The copy {target} does not hold the key; try another place.")
    return target


def rotate(folder: Path, *, today: date, away_from: Sequence[Path] = ()) -> Rotation:
    """Make a new key, keep the old one beside it, and write which old code is which new one.

    The table goes to the protected place, before the key is changed: with it, lists kept under
    old codes can be carried on. Reports need none of it, because each codes all its exports anew.

    Raises
    ------
    InputRejectedError
        If the exports cannot be read: without them no table could be made.
    UsageError
        If there is no key to replace, a file cannot be written, or key or table would lie with
        the exports or in one of the folders ``away_from``.
    """
    place = key_place(folder)
    old = place.key()
    apart = (folder, *away_from)
    refuse_key_beside(place.path, apart, kind=PSEUDONYM_KEY)
    both = _Both(secret=secrets.token_bytes(32), old=old)
    read_council(folder, as_of=today, key=both)
    if not both.made:
        raise UsageError("The key was not changed: the exports give no code that it could replace.")
    retired = place.path.with_name(f"{place.path.name}.until-{today.isoformat()}-{old.key_id}")
    table = codes_path(place.council, old.key_id, both.key_id, away_from=apart)
    new = PseudonymKey(secret=both.secret)
    made = place.path.with_name(f".{place.path.name}.{os.getpid()}.part")
    try:
        write_new(table, _table(both.made))
        old.write(retired, council=place.council)
        new.write(made, council=place.council)
        made.replace(place.path)
    except OSError as error:
        raise UsageError(
            f"The key was not changed ({error.strerror}): {retired.name} or {table.name} cannot "
            "be written."
        ) from None
    finally:
        made.unlink(missing_ok=True)
    return Rotation(
        old_id=old.key_id, new_id=new.key_id, retired=retired, table=table, codes=len(both.made)
    )


def destroy(place: KeyPlace, *, only_retired: bool = False) -> tuple[Path, ...]:
    """Overwrite and delete keys; return what is gone.

    With ``only_retired`` those that the key took the place of, else the key too. Then nobody can
    tell whose code is whose in any report, nor give anybody the same code again. Copies kept
    elsewhere are not reached, and a solid-state disk may keep overwritten bytes.
    """
    keys = place.retired if only_retired else (place.path, *place.retired)
    gone = [path for path in keys if path.is_file()]
    for path in gone:
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    return tuple(gone)


def fingerprint(key: PseudonymKey) -> str:
    """A sum to compare a copy by, read out over the telephone; it tells nothing of the key."""
    digest = hashlib.sha256(b"qaf key copy" + key.secret).hexdigest()
    return " ".join(_groups(digest[:24]))


def _groups(text: str) -> Iterator[str]:
    return (text[start : start + 4] for start in range(0, len(text), 4))


def _table(made: dict[str, str]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(["old_code", "new_code"])
    writer.writerows([guarded(old), guarded(new)] for old, new in sorted(made.items()))
    return buffer.getvalue().encode("utf-8-sig")

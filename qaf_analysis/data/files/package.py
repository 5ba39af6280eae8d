"""The zip file of a workbook: its list of parts before anything is unpacked, and where parts are.

Two readers of one ambiguous zip file may see two different tables. Whatever leaves a choice (a
part twice, names that differ in letters' case only, two zip files behind one another) is refused.
"""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from posixpath import join, normpath, split
from typing import IO
from urllib.parse import unquote

from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.files.faults import WorkbookFaultError, ambiguous, damaged, too_large
from qaf_analysis.data.files.limits import (
    MAX_ATTRIBUTES,
    MAX_DIRECTORY_BYTES,
    MAX_PARTS,
    MAX_RATIO,
    MAX_TAGS,
    MAX_UNPACKED,
    SMALL_PART,
)
from qaf_analysis.data.files.xml_stream import parse_xml

DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    IndexError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)
"""What Python's reader of zip files raises over damaged ones."""
_CHUNK = 1 << 18
_END, _END_SIZE = b"PK\x05\x06", 22
_END64, _LOCATOR64, _LOCATOR_SIZE = b"PK\x06\x06", b"PK\x06\x07", 20
_METHODS = {
    1: "Shrink",
    6: "Implode",
    9: "Deflate64",
    12: "bzip2",
    14: "LZMA",
    93: "Zstandard",
    95: "xz",
    98: "PPMd",
    99: "AES encryption",
}
_STORED_OR_DEFLATED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1


@dataclass(frozen=True, kw_only=True)
class Directory:
    """What the end of a zip file says of its list of parts; zeros where it says nothing."""

    parts: int = 0
    size: int = 0

    @property
    def is_too_large(self) -> bool:
        """Whether even the list would cost too much to read."""
        return self.parts > MAX_PARTS or self.size > MAX_DIRECTORY_BYTES

    @classmethod
    def of(cls, data: bytes) -> Directory:
        """Read the last bytes of a zip file, and nothing else."""
        place = data.rfind(_END, max(0, len(data) - _END_SIZE - 0xFFFF))
        if place < 0 or place + _END_SIZE > len(data):
            return cls()
        parts, size = struct.unpack_from("<HL", data, place + 10)
        before = place - _LOCATOR_SIZE
        if before >= 0 and data[before : before + 4] == _LOCATOR64:
            (large,) = struct.unpack_from("<Q", data, before + 8)
            if data[large : large + 4] == _END64 and large + 56 <= len(data):
                parts, size = struct.unpack_from("<QQ", data, large + 32)
        return cls(parts=parts, size=size)


def directory_at_end(path: Path) -> Directory:
    """What a file says of its list of parts; of a large file only the last bytes are read."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _END_SIZE - 0xFFFF - _LOCATOR_SIZE))
        return Directory.of(file.read())


class Package:
    """Parts of a workbook by name; letters' case is no matter, as the format has it.

    Parameters
    ----------
    data : bytes
        The whole file.

    Raises
    ------
    WorkbookFaultError
        If the zip file is damaged, ambiguous, locked, too large, or packed in an unusual way.
    """

    def __init__(self, data: bytes) -> None:
        directory = Directory.of(data)
        if directory.is_too_large:
            raise too_large(f"a list of {counted(directory.parts, 'part')}")
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except DAMAGED:
            raise damaged() from None
        members = [member for member in self._archive.infolist() if member.filename[-1:] != "/"]
        self._members = {part_name(member.filename).lower(): member for member in members}
        _refuse_twins(members)
        _refuse_second_zip(data, self._archive)
        _refuse_bomb(members)
        for member in members:
            _refuse_method(member)
        self._unpacked = self._tags = self._attributes = 0

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._members

    @property
    def has_macro(self) -> bool:
        """Whether a macro lies in the workbook."""
        return any(name.endswith("vbaproject.bin") for name in self._members)

    def part(self, name: str) -> IO[bytes]:
        """Open a part that was counted through first: its true size, its tags, its checksum.

        Raises
        ------
        WorkbookFaultError
            If it is missing, damaged, or goes beyond a limit together with those opened before.
        """
        member = self._members.get(name.lower())
        if member is None:
            raise damaged(f"which has no part {shown_part(name)}")
        try:
            with self._archive.open(member) as stream:
                self._count(stream)
            return self._archive.open(member)
        except DAMAGED:
            raise damaged(f"whose part {shown_part(name)} does not unpack") from None

    def _count(self, stream: IO[bytes]) -> None:
        while chunk := stream.read(_CHUNK):
            self._unpacked += len(chunk)
            # A tag that closes itself costs as much as two.
            self._tags += chunk.count(b"<") + chunk.count(b"/>")
            self._attributes += chunk.count(b"=")
            if self._unpacked > MAX_UNPACKED:
                raise too_large("parts that unpack to more than they say")
            if self._tags > MAX_TAGS:
                raise too_large(f"more than {MAX_TAGS:,} tags, of which a cell needs four to six")
            if self._attributes > MAX_ATTRIBUTES:
                raise too_large(f"more than {MAX_ATTRIBUTES:,} attributes of tags")

    def relations(self, name: str) -> tuple[Relation, ...]:
        """Relations of a part to others (``""`` for the whole file); none where it has none.

        Raises
        ------
        WorkbookFaultError
            If two of them have one identifier.
        """
        folder, base = split(name)
        listed = join(folder, "_rels", base + ".rels")
        if listed not in self:
            return ()
        found: list[Relation] = []

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            if len(found) > MAX_PARTS:
                raise too_large(f"more than {MAX_PARTS:,} relations")
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                found.append(
                    Relation(
                        identifier=attributes.get("Id", ""),
                        kind=attributes.get("Type", "").rpartition("/")[2],
                        target=_target(folder, attributes.get("Target", "")),
                    )
                )

        with self.part(listed) as stream:
            parse_xml(stream, start=start)
        twice = [n for n, count in Counter(r.identifier for r in found).items() if count > 1]
        if twice:
            raise ambiguous(f"two relations of one identifier in {shown_part(listed)}")
        return tuple(found)


@dataclass(frozen=True, kw_only=True)
class Relation:
    """One part's relation to another: identifier, last word of its type, name of the other."""

    identifier: str
    kind: str
    target: str


def part_name(name: str) -> str:
    """Name of a part as all writers mean it: slashes forward, none at the start, no detours.

    Examples
    --------
    >>> part_name("xl\\\\worksheets\\\\sheet1.xml"), part_name("/xl/../xl/sheet%201.xml")
    ('xl/worksheets/sheet1.xml', 'xl/sheet 1.xml')
    """
    return normpath("/" + unquote(name).replace("\\", "/").lstrip("/")).lstrip("/")


def shown_part(name: str) -> str:
    """Name of a part for a message: short and printable."""
    short = name if len(name) <= 60 else "…" + name[-59:]
    return "".join(c if c.isprintable() and c != '"' else "?" for c in short)


def _target(folder: str, target: str) -> str:
    return part_name(target if target.startswith(("/", "\\")) else join(folder, target))


def _refuse_twins(members: list[zipfile.ZipInfo]) -> None:
    names = Counter(part_name(member.filename).lower() for member in members)
    for name, count in names.items():
        if count > 1:
            raise ambiguous(
                f"{counted(count, 'part')} named {shown_part(name)} (capital letters apart), "
                "of which programs read one or another"
            )


def _refuse_second_zip(data: bytes, archive: zipfile.ZipFile) -> None:
    """Refuse a zip file with something before its first part that is not a part of it."""
    starts = [member.header_offset for member in archive.infolist()]
    if len(set(starts)) < len(starts):
        raise ambiguous("two names for one and the same part")
    if starts and min(starts) > 0 and data.startswith(b"PK\x03\x04"):
        raise ambiguous("two zip files behind one another, or a part that its list leaves out")


def _refuse_bomb(members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    tight = any(
        member.file_size > SMALL_PART
        and member.file_size > MAX_RATIO * max(member.compress_size, 1)
        for member in members
    )
    if len(members) > MAX_PARTS or unpacked > MAX_UNPACKED or tight:
        raise too_large(f"{counted(len(members), 'part')} that unpack to {unpacked:,} bytes")


def _refuse_method(member: zipfile.ZipInfo) -> None:
    name = shown_part(part_name(member.filename))
    if member.flag_bits & _ENCRYPTED:
        raise WorkbookFaultError(
            code="password",
            found=f"a workbook whose part {name} is locked with a password of the zip file",
            expected="a workbook as Excel saves it",
            mend="unpack it with the password, or open it in Excel and save it again",
        )
    if member.compress_type not in _STORED_OR_DEFLATED:
        method = _METHODS.get(member.compress_type, f"number {member.compress_type}")
        raise WorkbookFaultError(
            code="compression",
            found=f"a workbook whose part {name} is packed by another method than Excel's "
            f"({method})",
            expected="parts packed by Deflate, or not packed",
            mend="open it in Excel and save it again as .xlsx",
        )

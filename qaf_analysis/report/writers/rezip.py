"""Zip files that depend on nothing but what is in them: no clock, no machine, one order."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_FIRST = "[Content_Types].xml"  # where readers of Office files look for it
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first day that a zip file can name


def unzipped(data: bytes) -> dict[str, bytes]:
    """Files of a zip file by name; folders are left out."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name[-1:] != "/"}


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """Zip file of parts by name: the same bytes for the same parts, in whatever order given.

    Examples
    --------
    >>> zipped({"b": b"1", "a": b"2"}) == zipped({"a": b"2", "b": b"1"})
    True
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts, key=lambda name: (name != _FIRST, name)):
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0  # else Windows and Linux differ
            archive.writestr(entry, parts[name])
    return out.getvalue()


def rezipped(data: bytes) -> bytes:
    """Return a zip file without the moment and the machine at which it was made."""
    return zipped(unzipped(data))

"""Which encoding the bytes of a text file are in, told from the bytes themselves.

A byte-order mark tells it. Without one, UTF-16 and UTF-32 show by their zero bytes, UTF-8 by its
rules, and what remains is Windows-1252, in which Excel saves a plain CSV, or damaged UTF-8.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from qaf_analysis.data.contract.problems import Problems

_PIECE = 1 << 20
_SEEN = 4_096  # bytes at the start by which an encoding without a mark is told
_NOT_IN_1252 = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f\ufffd]")
# UTF-32 first: the mark of UTF-16 begins that of UTF-32.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Which of every four bytes are zero in text of mostly Latin letters.
_ZEROS: dict[tuple[bool, ...], str] = {
    (False, True, True, True): "utf-32-le",
    (True, True, True, False): "utf-32-be",
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
}


@dataclass(frozen=True, kw_only=True)
class Encoding:
    """An encoding.

    Parameters
    ----------
    name, errors : str
        As Python names it, and what to do with bytes that do not fit it.
    is_marked : bool
        Whether a byte-order mark tells it.
    """

    name: str
    errors: str
    is_marked: bool = False

    @property
    def family(self) -> str:
        """Its name without the order of bytes, such as UTF-16."""
        return self.name.upper()[:6]


_UTF8 = Encoding(name="utf-8", errors="strict")


def encoding_of(data: bytes, *, problems: Problems) -> Encoding:
    """Encoding of a text file; whatever is not UTF-8, or marked, is reported.

    Parameters
    ----------
    data : bytes
        The whole file.
    """
    told = encoding_told(data)
    if told is not None and not told.is_marked:
        problems.warn(
            code="encoding",
            found=f"{told.family} text without a byte-order mark, read as such",
            expected="UTF-8",
            mend="save as CSV UTF-8",
        )
    if told is not None:
        return told
    if _is_utf8(data):
        return _UTF8
    return _encoding_of_damaged(data, problems=problems)


def as_utf8(data: bytes, encoding: Encoding) -> bytes:
    """The same text in UTF-8 without a mark; made piece by piece, which spares memory."""
    if encoding == _UTF8:
        return data
    decoder = codecs.getincrementaldecoder(encoding.name)(errors=encoding.errors)
    text = bytearray()
    for start in range(0, len(data), _PIECE):
        text += decoder.decode(data[start : start + _PIECE]).encode()
    text += decoder.decode(b"", final=True).encode()
    return bytes(text)


def encoding_told(data: bytes) -> Encoding | None:
    """Encoding that a mark tells, or zero bytes as UTF-16 and UTF-32 have them; else None.

    Examples
    --------
    >>> encoding_told("grade".encode("utf-16-be")).family, encoding_told(b"grade")
    ('UTF-16', None)
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return Encoding(name=name, errors="replace", is_marked=True)
    start = data[:_SEEN]
    every = (start[place::4] for place in range(4))
    name = _ZEROS.get(tuple(2 * some.count(0) > len(some) for some in every), "")
    return Encoding(name=name, errors="replace") if name else None


def _is_utf8(data: bytes) -> bool:
    # Piece by piece: the text of the whole file beside its bytes would double the memory.
    if data.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _PIECE):
            decoder.decode(data[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _encoding_of_damaged(data: bytes, *, problems: Problems) -> Encoding:
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    right = wrong = 0
    for start in range(0, len(data), _PIECE):
        text = decoder.decode(data[start : start + _PIECE], final=start + _PIECE >= len(data))
        right, wrong = right + len(_BEYOND_ASCII.findall(text)), wrong + text.count("\ufffd")
    # Accented letters that decode well as UTF-8 would hardly do so by chance.
    if right < wrong and not any(byte in data for byte in _NOT_IN_1252):
        problems.warn(
            code="encoding",
            found="text in the Windows-1252 encoding, read as such",
            expected="UTF-8",
            mend="save as CSV UTF-8",
        )
        return Encoding(name="cp1252", errors="strict")
    problems.warn(
        code="encoding",
        found=f"UTF-8 text with {wrong} damaged characters, shown as \ufffd",
        expected="UTF-8 throughout",
        mend="retype the cells named below, and save as CSV UTF-8",
    )
    return Encoding(name="utf-8", errors="replace")

r"""Paths as people type them: what a Windows path became on its way, and what to write instead.

In Python text ``"C:\audits\2024-25"`` is no path: ``\a`` is a bell and ``\202`` one character. A
shell of another system takes backslashes away, and cmd takes a last backslash for part of a
quotation mark. None of these is put right in silence; the message says what to write.
"""

from __future__ import annotations

import os
import re

_ESCAPES = {"\a": "a", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t", "\v": "v"}
_DRIVE = re.compile(r"[A-Za-z]:")
_SHOWN = 200


def path_advice(text: str, *, windows: bool = os.name == "nt") -> str:
    r"""What to write instead of a path that cannot be what was meant; empty where it may be.

    Parameters
    ----------
    text : str
        As it arrived, from a notebook or from the command line.
    windows : bool
        Whether this computer runs Windows.

    Returns
    -------
    str
        Sentences for the user, or an empty text.

    Examples
    --------
    >>> print(path_advice("C:\audits\2024-25").split(". ")[1])
    Write r"C:\audits\2024-25" or "C:/audits/2024-25".
    >>> path_advice("data/example")
    ''
    """
    typed = as_typed(text)
    if typed != text:
        return (
            f"In “{_cut(typed)}” Python has read backslashes as signs of its own. Write "
            f'r"{_cut(typed)}" or "{_cut(typed.replace(_BACK, "/"))}".'
        )
    if '"' in text:
        first = text.split('"')[0].rstrip("\\ ")
        return (
            "A backslash before the closing quotation mark has joined the path to what follows "
            f'it. Leave that backslash out: "{_cut(first)}".'
        )
    if re.match(r"\\[^\\]", text):
        return (
            f"“{_cut(text)}” begins with one backslash. A folder of a server begins with two; "
            f'in a notebook write r"{_BACK}{_cut(text)}".'
        )
    if not _DRIVE.match(text):
        return ""
    if _BACK not in text and "/" not in text:
        return (
            f"“{_cut(text)}” looks like a Windows path whose backslashes were taken away on "
            "its way. Write it with / between the folders, such as C:/audits/2024-25."
        )
    if windows:
        return ""
    drive, rest = text[0].lower(), text[2:].replace(_BACK, "/").strip("/")
    return (
        f"“{_cut(text)}” is a Windows path, and this computer does not run Windows. Write where "
        f"the folder lies here; under the Windows Subsystem for Linux that is /mnt/{drive}/"
        f"{_cut(rest)}."
    )


def as_typed(text: str) -> str:
    r"""Return the path as it was typed, where Python has turned backslashes into other signs.

    A sign that no path holds stands for the backslash and what followed it: a letter such as the
    ``a`` of ``\a``, or up to three octal digits such as the ``202`` of ``\202`` (of two ways to
    write one sign the likelier is taken: this serves a message only).

    Examples
    --------
    >>> print(as_typed("C:\new\2024-25\tables"))
    C:\new\2024-25\tables
    """
    if not any(_is_no_sign_of_a_path(sign) for sign in text):
        return text
    # Of two backslashes at the beginning, those of a server, Python has made one.
    server = _BACK if re.match(r"\\[^\\]", text) else ""
    return server + "".join(
        f"{_BACK}{_ESCAPES.get(sign, format(ord(sign), 'o'))}"
        if _is_no_sign_of_a_path(sign)
        else sign
        for sign in text
    )


_BACK = "\\"


def _is_no_sign_of_a_path(sign: str) -> bool:
    return ord(sign) < 0x20 or 0x7F <= ord(sign) < 0xA0


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"

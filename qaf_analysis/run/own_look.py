"""A council's own look in a run: read beside the exports once, then kept with what was read."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from qaf_analysis.data.files.own_file import own_file
from qaf_analysis.data.files.private_file import private_folder, write_privately
from qaf_analysis.report.logo import LARGEST_LOGO
from qaf_analysis.report.look import Look, look_from
from qaf_analysis.terms.errors import DocumentError, SettingsError
from qaf_analysis.terms.settings import Settings

LARGEST_REFERENCE = 5_000_000
"""Bytes of a council's own Word document, pictures in its head and foot included."""

_KEPT = "look"  # folder within the bundle
_LOGOS = ("logo.svg", "logo.png")
_REFERENCE = "reference.docx"


def read_look(folder: Path, settings: Settings) -> Look:
    """Read a council's look from its settings and the folder of its exports.

    Raises
    ------
    SettingsError
        If a file of it is missing, lies elsewhere, or may not be used, or the colour cannot be
        read; the message says what to do.
    """
    report = settings.report
    logo = reference = None
    if report.logo:
        logo = own_file(folder, report.logo, called="The logo", most=LARGEST_LOGO)
    if report.reference:
        called = "The Word document"
        reference = own_file(folder, report.reference, called=called, most=LARGEST_REFERENCE)
        reference = _emptied(reference, name=report.reference)
    return look_from(report, council=settings.council, logo=logo, reference=reference)


def keep_look(look: Look, bundle: Path) -> None:
    """Keep the files of a look beside the bundle that a report is made from."""
    files = {}
    if look.logo is not None:
        files[f"logo.{look.logo.kind}"] = look.logo.data
    if look.reference is not None:
        files[_REFERENCE] = look.reference
    place = bundle / _KEPT
    for name in (*_LOGOS, _REFERENCE):
        (place / name).unlink(missing_ok=True)  # by hand, a bundle is written over an earlier one
    if files:
        private_folder(place)
    for name, data in files.items():
        write_privately(place / name, data)


def kept_look(bundle: Path, settings: Settings) -> Look:
    """Return the look that a run keeps.

    Raises
    ------
    SettingsError
        If what it keeps was damaged.
    """
    place, report = bundle / _KEPT, settings.report
    name = next((name for name in _LOGOS if (place / name).is_file()), "")
    reference = place / _REFERENCE
    return look_from(
        replace(report, logo=name),
        council=settings.council,
        logo=(place / name).read_bytes() if name else None,
        reference=reference.read_bytes() if reference.is_file() else None,
    )


def sum_of_look(bundle: Path) -> str:
    """SHA-256 over the files of the look that a run keeps; empty where there are none."""
    place = bundle / _KEPT
    files = [path for name in (*_LOGOS, _REFERENCE) if (path := place / name).is_file()]
    if not files:
        return ""
    total = hashlib.sha256()
    for path in files:
        total.update(f"{path.name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _emptied(reference: bytes, *, name: str) -> bytes:
    """The styles, page, head and foot of a council's Word document, without its text."""
    from qaf_analysis.report.writers.word_template import emptied

    try:
        return emptied(reference)
    except DocumentError as error:
        raise SettingsError(f'The Word document "{name}" of [report]: {error}') from None

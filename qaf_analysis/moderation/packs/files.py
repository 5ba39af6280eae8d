"""The files of a pack by name: what is sent to a moderator, and what is scanned before."""

from __future__ import annotations

from collections.abc import Mapping

from qaf_analysis.moderation.packs.pack import Pack
from qaf_analysis.moderation.packs.page import pack_page
from qaf_analysis.moderation.packs.workbook import pack_workbook


def pack_files(pack: Pack) -> Mapping[str, bytes]:
    """Write the workbook and the page of a pack.

    Returns
    -------
    mapping of str to bytes
        By file name, which has the code of the pack alone.
    """
    workbook, page = file_names(pack)
    return {workbook: pack_workbook(pack), page: pack_page(pack)}


def file_names(pack: Pack) -> tuple[str, str]:
    """Names of the workbook and of the page."""
    return f"pack_{pack.pack}.xlsx", f"pack_{pack.pack}.html"

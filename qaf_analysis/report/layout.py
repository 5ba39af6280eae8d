"""Where a printed report stands on its pages; writers measure it, editions are fitted by it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How a document fills its pages.

    Parameters
    ----------
    opening : int
        Pages that the first page takes: one, unless it is too long.
    blank : tuple of float
        For each page, the share of its height between the margins left blank at the foot.
    """

    opening: int
    blank: tuple[float, ...]

    @property
    def pages(self) -> int:
        """Pages of the document."""
        return len(self.blank)

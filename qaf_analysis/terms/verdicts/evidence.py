"""What any figure needs, whatever the question: audits enough, and rows that could be read."""

from __future__ import annotations

from dataclasses import dataclass

FEWEST_AUDITS = 10
"""Audits that a figure of a group needs: on fewer no share, mean or rate is given anywhere."""


@dataclass(frozen=True, kw_only=True)
class DataRule:
    """Share of a file's rows that may be set aside without a warning on the first page."""

    most_set_aside: float = 0.02


DATA_RULE = DataRule()

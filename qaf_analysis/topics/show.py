"""Words, pictures and tables of a released result, as notebooks show them."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from qaf_analysis.kit.parts import Picture, Statement
from qaf_analysis.terms.errors import DisclosureError
from qaf_analysis.topics.common.release import Released
from qaf_analysis.topics.common.section import Page, Section
from qaf_analysis.topics.registry import page_of

NO_PICTURE = 'data-picture="none"'
"""Marks a cell that says there is nothing to draw: no lost picture is mistaken for it."""


class Parts(tuple[Any, ...]):
    """Pictures or tables, shown one under the other in a notebook."""

    def _repr_html_(self) -> str:
        if not self:
            return f"<p {NO_PICTURE}>Nothing can be drawn: the words above say why.</p>"
        return str(Markup("\n").join(Markup(part._repr_html_()) for part in self))


def say(released: Released[Any]) -> Statement | Parts:
    """Words of a released result; of each headline where there are several."""
    page = _page(released)
    said = [page.say(one.result).about(one.headline) for one in released.every]
    return said[0] if len(said) == 1 else Parts(said)


def table(released: Released[Any]) -> Parts:
    """Tables of a released result."""
    page = _page(released)
    return Parts(
        each.about(one.headline) for one in released.every for each in page.tables(one.result)
    )


def plot(released: Released[Any]) -> Parts:
    """Pictures of a released result; none where there is nothing to draw."""
    page = _page(released)
    front = page.front if isinstance(page, Section) else None
    drawn: list[Picture] = []
    for one in released.every:
        first = () if front is None else (front(one.result),)
        drawn += [each.about(one.headline) for each in (*first, *page.pictures(one.result))]
    return Parts(drawn)


def _page(released: Released[Any]) -> Page[Any]:
    if not isinstance(released, Released):
        raise DisclosureError(
            f"A {type(released).__name__} has not passed the disclosure gate: call release first."
        )
    return page_of(type(released.result))

"""Words, pictures and tables of a released result, as notebooks show them."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from qaf_analysis.kit.parts import Statement
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


def say(released: Released[Any]) -> Statement:
    """Words of a released result."""
    return _page(released).say(released.result)


def table(released: Released[Any]) -> Parts:
    """Tables of a released result."""
    return Parts(_page(released).tables(released.result))


def plot(released: Released[Any]) -> Parts:
    """Pictures of a released result; none where there is nothing to draw."""
    page = _page(released)
    front = page.front if isinstance(page, Section) else None
    first = () if front is None else (front(released.result),)
    return Parts((*first, *page.pictures(released.result)))


def _page(released: Released[Any]) -> Page[Any]:
    if not isinstance(released, Released):
        raise DisclosureError(
            f"A {type(released).__name__} has not passed the disclosure gate: call release first."
        )
    return page_of(type(released.result))

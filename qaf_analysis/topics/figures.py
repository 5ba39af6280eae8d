"""Every figure of a report with what it measures, as a list that a moderator can check."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from math import isfinite
from typing import Any

from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.estimate import Estimate, NamedEstimate
from qaf_analysis.topics.programme.analysis.grades import Programme
from qaf_analysis.topics.quantities import PLACES, QUANTITIES, SAME_AS, UNNAMED, Quantity
from qaf_analysis.topics.registry import QUESTIONS, Results

COLUMNS = (
    "question",
    "measure",
    "population",
    "group",
    "period",
    "weighting",
    "value",
    "low",
    "high",
    "level",
    "n",
    "auditors",
    "method",
    "why_not",
)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One estimate, and what it measures.

    Parameters
    ----------
    field : str
        Where it stands: the kind of result and the name of the field.
    question : str
        Kind of result that answers the question it belongs to.
    measure : str
        As ``Quantity`` has it, with what the place adds and what the scale calls its positive
        grades.
    group : str
        Part of the population that it speaks of; empty for all of it.
    period : str
    quantity : Quantity
    estimate : Estimate
    headline : str
        Headline that it is about, where there are several; the group begins with it.
    """

    field: str
    question: str
    measure: str
    group: str
    period: str
    quantity: Quantity
    estimate: Estimate
    headline: str = ""

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """What must not stand with two values: measure, population, group, period, weighting."""
        about = self.quantity
        return (self.measure, about.population, self.group, self.period, about.weighting)


@dataclass(frozen=True, kw_only=True)
class _Where:
    question: str
    positive: str
    group: str
    period: str
    of: str = ""

    def below(self, place: str, holder: Any, value: Any) -> _Where:
        """What holds of a value in a field."""
        told = PLACES.get(place)
        if told is None:
            return self
        group = told.group(holder, value) if told.group else ""
        return replace(
            self,
            group="; ".join(words for words in (self.group, group) if words),
            period=told.period(holder, value) if told.period else self.period,
            of=told.of(holder, value) if told.of else self.of,
        )


def figures(results: Results) -> tuple[Figure, ...]:
    """Every estimate of a report's released results, in the order of the questions.

    Raises
    ------
    UsageError
        If an estimate has no entry in ``QUANTITIES``.
    """
    programme = results[Programme]
    quarter, positive = programme.scope.quarter, programme.scale.positive
    found: list[Figure] = []
    for question in QUESTIONS:
        for released in results.released(question.result).every:
            scope = getattr(released.result, "scope", None)
            where = _Where(
                question=question.result.__name__,
                positive=positive,
                group=released.headline,
                period=scope.period if scope is not None else str(quarter),
            )
            found += [
                replace(figure, headline=released.headline)
                for figure in _inside(released.result, where)
            ]
    return tuple(found)


def figures_csv(results: Results) -> str:
    """The same as a table, a line each, with full digits; nothing stands for what is not known."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for figure in figures(results):
        about, found = figure.quantity, figure.estimate
        table.writerow(
            (
                figure.question,
                *map(_as_text, (figure.measure, about.population, figure.group, figure.period)),
                about.weighting,
                *(repr(n) if isfinite(n) else "" for n in (found.value, found.low, found.high)),
                found.level,
                found.cases,
                found.auditors,
                *map(_as_text, (found.method, found.why_not)),
            )
        )
    return text.getvalue()


def _as_text(words: str) -> str:
    """Keep a spreadsheet from taking words for a formula."""
    return f"'{words}" if words[:1] in ("=", "+", "-", "@") else words


def _inside(result: Any, where: _Where) -> Iterator[Figure]:
    for field in fields(result):
        place = f"{type(result).__name__}.{field.name}"
        value = getattr(result, field.name)
        names = UNNAMED[place](result) if place in UNNAMED else ()
        several = value if isinstance(value, tuple) else (value,)
        for number, one in enumerate(several):
            if isinstance(one, Estimate):
                name = names[number] if names else ""
                yield _figure(place, one, where.below(place, result, one), name=name)
            elif isinstance(one, NamedEstimate):
                inner = where.below(place, result, one)
                yield _figure(place, one.estimate, inner, name=one.name)
            elif is_dataclass(one) and not isinstance(one, type):
                yield from _inside(one, where.below(place, result, one))


def _figure(place: str, estimate: Estimate, where: _Where, *, name: str) -> Figure:
    same = SAME_AS.get((place, name))
    if (same or place) not in QUANTITIES:
        raise UsageError(f"topics.quantities does not say what {same or place} measures.")
    quantity = QUANTITIES[same or place]
    group = "; ".join(words for words in (where.group, "" if same else name) if words)
    return Figure(
        field=place,
        question=where.question,
        measure=quantity.measure.format(
            of=where.of.replace("{positive}", where.positive), positive=where.positive
        ),
        group=group,
        period=where.period,
        quantity=quantity,
        estimate=estimate,
    )

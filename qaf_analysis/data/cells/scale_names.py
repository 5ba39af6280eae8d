"""Columns that name the scale of each row's grades, and what is said of words of other scales."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.distinct import Distinct, Texts, by_text, distinct, held
from qaf_analysis.data.contract.problems import Problems, counted, extract
from qaf_analysis.data.contract.spelling import spelling_key
from qaf_analysis.terms.eras import Era, time_in_use


def read_scale_names(
    texts: Texts, *, known: Sequence[str], heading: str, problems: Problems
) -> Texts:
    """Read names of scales; blank stays blank.

    Rows that name none of those known are set aside: on which scale their grades are is not known.

    Parameters
    ----------
    known : sequence of str
        Names of the scales in use.
    """
    names = {spelling_key(name): name for name in known}
    found = distinct(texts)
    unknown = found.chosen([bool(t) and spelling_key(t) not in names for t in found.texts])
    problems.set_aside(
        [int(row) for row in texts.index[unknown]],
        code="unknown_scale",
        column=heading,
        found=lambda row: f"{extract(texts[row])}, which names no scale in use",
        expected=f"one of {', '.join(known)}, or a blank cell",
        mend="correct the name, or declare the scale in council.toml under [[scales]]; if the "
        "column is about something else, write under [files.constants] of this file "
        f'scale = "{known[-1]}"',
    )
    return by_text(texts, lambda text: names.get(spelling_key(text), ""))


def words_elsewhere(eras: Sequence[Era], scale_name: str) -> dict[str, str]:
    """What to say of each word of the other scales in use, by its spelling key.

    Examples
    --------
    >>> from datetime import date
    >>> from qaf_analysis.terms.scale import OFSTED4, SIGNS_OF_SAFETY
    >>> both = (Era(scale=OFSTED4), Era(scale=SIGNS_OF_SAFETY, first=date(2027, 4, 1)))
    >>> words_elsewhere(both, "ofsted4")["7"]
    'a grade of the scale signs_of_safety, in use from 1 April 2027'
    """
    return {
        spelling_key(word): f"a grade of the scale {era.scale.name}, {time_in_use(eras, era)}"
        for era in eras
        if era.scale.name != scale_name
        for word in era.scale.codes
    }


def named_places(names: Texts, place_of: Mapping[str, int]) -> Texts:
    """Place of each named scale; -1 where a cell names none."""
    found = distinct(names)
    places = [place_of.get(str(name), -1) for name in found.texts]
    return pd.Series(found.spread(places, missing=-1), index=names.index).astype("int64")


def names_of(places: Texts, names: Sequence[str]) -> Texts:
    """Categorical column of names by their places; rows of no scale get the last one."""
    at = np.asarray(places, dtype=np.intp)
    at = np.where(at < 0, len(names) - 1, at)
    return held(Distinct(places=at, texts=np.array(names, dtype=object)), index=places.index)


def warn_of_other_scales(stated: Texts, by_day: Texts, *, heading: str, problems: Problems) -> None:
    """Warn of rows that name another scale than the one in use on their day: they are followed."""
    rows = stated.index[((stated >= 0) & (by_day >= 0) & (stated != by_day)).to_numpy(dtype=bool)]
    if not len(rows):
        return
    problems.warn(
        code="scale_against_date",
        row=int(rows[0]),
        column=heading,
        found=f"{counted(len(rows), 'row')} that name another scale than the one in use on their "
        "day; what they name is followed",
        expected="the scale in use on the day, or the one that the grade is really on",
        mend="none needed if these grades are on the scale named; else correct the name or the day",
        rows=len(rows),
    )

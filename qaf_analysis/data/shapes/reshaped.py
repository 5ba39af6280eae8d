"""From the rows of a file to one row for each record, in the long or wide form that is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qaf_analysis.data.contract.columns import Column, source_columns
from qaf_analysis.data.files.headings import places_of
from qaf_analysis.data.files.raw_table import Origin, RawTable
from qaf_analysis.data.shapes.answers import answers_as_columns
from qaf_analysis.data.shapes.built import with_built_values
from qaf_analysis.data.shapes.part_dates import with_part_dates
from qaf_analysis.data.shapes.siblings import with_siblings
from qaf_analysis.data.shapes.versions import with_versions
from qaf_analysis.terms.settings import FileSettings


def reshaped(table: RawTable, *, file: FileSettings, wanted: Sequence[Column]) -> RawTable:
    """Table with a row for each record and a column for each heading that is wanted.

    Answers become columns, columns under several names become one, dates in parts and values
    built from several columns are put together, and rows about siblings are joined, in this
    order and each only where the settings or the rows ask for it.

    Parameters
    ----------
    table : RawTable
        As it stood in the file.
    wanted : sequence of Column
        Columns to look for afterwards (see ``wanted_columns``).

    Raises
    ------
    FileRefusedError
        If a column or question is not there, or a rule is needed that is not declared.
    """
    result = table
    if file.shape == "answers":
        result = answers_as_columns(result, file=file, wanted=wanted)
    result = with_versions(result, file=file, wanted=wanted)
    result = with_part_dates(result, file=file, wanted=wanted)
    result = with_built_values(result, file=file, wanted=wanted)
    result = with_siblings(result, file=file, wanted=wanted)
    return result if result is table else replace(result, origin=_origin(table, file=file))


def _origin(table: RawTable, *, file: FileSettings) -> Origin:
    if table.origin is not None:
        return table.origin
    known = places_of(table.headings, source_columns(file))
    return Origin(headings=table.headings, cells=table.cells, known=frozenset(known.values()))

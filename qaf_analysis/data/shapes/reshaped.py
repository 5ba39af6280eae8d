"""From the rows of a file to one row for each record, in the long or wide form that is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qaf_analysis.data.contract.columns import Column, question_texts, source_columns
from qaf_analysis.data.contract.distinct import as_plain
from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.files.headings import folded, places_of
from qaf_analysis.data.files.raw_table import Origin, RawTable
from qaf_analysis.data.shapes.answers import answers_as_columns
from qaf_analysis.data.shapes.built import with_built_values
from qaf_analysis.data.shapes.part_dates import with_part_dates
from qaf_analysis.data.shapes.siblings import with_siblings
from qaf_analysis.data.shapes.versions import with_versions
from qaf_analysis.terms.missing_words import MissingWords
from qaf_analysis.terms.settings import FileSettings


def reshaped(
    table: RawTable,
    *,
    file: FileSettings,
    wanted: Sequence[Column],
    missing: MissingWords,
    not_graded: Sequence[str] = (),
) -> RawTable:
    """Table with a row for each record and a column for each heading that is wanted.

    Answers become columns, columns under several names become one, dates in parts and other
    values of several columns are put together, and rows about siblings are joined, in this order
    and each only where the settings or the rows ask for it.

    Parameters
    ----------
    table : RawTable
        As it stood in the file.
    wanted : sequence of Column
        Columns to look for afterwards (see ``wanted_columns``).
    missing : MissingWords
        Words for a missing value.
    not_graded : sequence of str
        Words for a domain left ungraded on purpose, which say more than that a value is missing.

    Raises
    ------
    FileRefusedError
        If a column or question is not there, or a rule is needed that is not declared.
    """
    result = table
    if file.shape == "answers" or file.either or file.built:
        plain = as_plain(table.cells)
        table = result = replace(table, cells=plain)
    if file.shape == "answers":
        result = _built_of_form(result, file=file, wanted=wanted, missing=missing)
        words = replace(missing, allowed=(*missing.allowed, *not_graded))
        result = answers_as_columns(result, file=file, wanted=wanted, missing=words)
    result = with_versions(result, file=file, wanted=wanted, missing=missing)
    result = with_part_dates(result, file=file, wanted=wanted, missing=missing)
    there = {folded(heading) for heading in result.headings}
    unbuilt = [c for c in wanted if c.heading not in file.built or folded(c.heading) not in there]
    result = with_built_values(result, file=file, wanted=unbuilt, missing=missing)
    result = with_siblings(result, file=file, wanted=wanted, missing=missing)
    return result if result is table else replace(result, origin=_origin(table, file=file))


def _built_of_form(
    table: RawTable, *, file: FileSettings, wanted: Sequence[Column], missing: MissingWords
) -> RawTable:
    """Table with the values that columns of the form make up, such as its identifier.

    What a row lacks for it is no fault yet: most rows are answers that nobody asked for.
    """
    of_form = [column for column in wanted if column.heading not in question_texts(file)]
    quiet = replace(table, problems=Problems(file=table.file, sheet=table.sheet))
    built = with_built_values(quiet, file=file, wanted=of_form, missing=missing)
    return table if built is quiet else replace(built, problems=table.problems)


def _origin(table: RawTable, *, file: FileSettings) -> Origin:
    if table.origin is not None:
        return table.origin
    known = places_of(table.headings, source_columns(file))
    return Origin(headings=table.headings, cells=table.cells, known=frozenset(known.values()))

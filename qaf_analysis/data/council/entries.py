"""One entry for each grade: long exports have one in a row, wide ones several."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from qaf_analysis.data.cells.grades import NOT_GRADED
from qaf_analysis.data.contract.audits import ACTION_COLUMNS, ACTION_DAYS
from qaf_analysis.data.contract.columns import Graded
from qaf_analysis.data.contract.distinct import (
    Texts,
    constant,
    distinct,
    held,
    in_rows,
    together,
)
from qaf_analysis.data.contract.spelling import by_spelling
from qaf_analysis.data.council.export import Export
from qaf_analysis.terms.names import Role

AUDIT_FIELDS = (
    "audit_id",
    "case_ref",
    "audit_date",
    "team",
    "case_type",
    "audit_type",
    "theme",
    "session_id",
    "co_located",
    "collaborative",
    "family_feedback",
    "sample_method",
)
RATING_FIELDS = ("rater", "role", "domain", "grade", "scale", "grade_raw", "rated_on", "blind")
MODERATION_FIELDS = (
    "moderation_source",
    "round",
    "moderated_on",
    "selected_by",
    "selection_probability",
    "reason",
    "response",
)
BRIDGE_FIELDS = ("audit_id", "read_on", "selected_by")
REREADING_FIELDS = ("audit_id", "read_on", "reading", "round", "recognised", "saw_audit_grade")
PLACE = ["source", "row"]
_DATES = ("audit_date", "rated_on", "moderated_on", "read_on", *ACTION_DAYS)
_OWN_DAYS = ("audit_date", "moderated_on", "read_on")
_FLAGS = ("co_located", "collaborative", "family_feedback", "blind")


def audit_entries(exports: Sequence[Export]) -> pd.DataFrame:
    """Entries by auditors.

    Returns
    -------
    DataFrame
        ``source`` (place of the export), ``row``, the ``AUDIT_FIELDS`` and ``RATING_FIELDS``, and
        ``audit``, ``case`` (keys under which spellings are the same). ``grade`` is
        ``NOT_GRADED`` where a domain was left ungraded, so that the audit itself is not lost.
    """
    parts = [
        part
        for source, export in enumerate(exports)
        if export.file.kind == "audits"
        for part in _audit_parts(export, source)
    ]
    entries = below(parts)
    entries["audit"] = by_spelling(entries["audit_id"])
    entries["case"] = by_spelling(entries["case_ref"])
    return entries


def moderation_entries(exports: Sequence[Export]) -> pd.DataFrame:
    """Entries by moderators, like ``audit_entries`` with the ``MODERATION_FIELDS``."""
    parts = [
        part
        for source, export in enumerate(exports)
        if export.file.kind == "moderations" or export.file.moderator is not None
        for part in _moderation_parts(export, source)
    ]
    columns = [
        *(*PLACE, "month_only", "audit_id", "case_ref"),
        *(*RATING_FIELDS, *MODERATION_FIELDS),
    ]
    entries = below(parts) if parts else pd.DataFrame(columns=columns)
    entries["audit"] = by_spelling(entries["audit_id"])
    entries["case"] = by_spelling(entries["case_ref"])
    return entries


def bridge_entries(exports: Sequence[Export]) -> pd.DataFrame:
    """Grades of audits read again on another scale, one entry for each row.

    Returns
    -------
    DataFrame
        ``source``, ``row``, the ``BRIDGE_FIELDS`` and ``RATING_FIELDS``, and ``audit``.
    """
    parts = [
        part
        for source, export in enumerate(exports)
        if export.file.kind == "bridge"
        for part in _graded(
            export, _base(export, source, BRIDGE_FIELDS, "reader"), "reader", role=Role.BRIDGE
        )
    ]
    columns = [*PLACE, "month_only", *BRIDGE_FIELDS, *RATING_FIELDS]
    entries = below(parts) if parts else pd.DataFrame(columns=columns)
    entries["audit"] = by_spelling(entries["audit_id"])
    return entries[(entries["grade"] != NOT_GRADED).to_numpy(dtype=bool)]


def rereading_entries(exports: Sequence[Export]) -> pd.DataFrame:
    """Grades of cases that tell about the moderator, one entry for each row.

    Returns
    -------
    DataFrame
        ``source``, ``row``, the ``REREADING_FIELDS`` and ``RATING_FIELDS``, and ``audit``. The role
        is that of the reading; ``blind`` says whether the moderator knew neither the file nor the
        audit's grade, and is missing where nothing of it was answered.
    """
    parts = [
        part
        for source, export in enumerate(exports)
        if export.file.kind == "rereadings"
        for part in _graded(
            export, _base(export, source, REREADING_FIELDS, "moderator"), "moderator", role=""
        )
    ]
    columns = [*PLACE, "month_only", *REREADING_FIELDS, *RATING_FIELDS]
    entries = below(parts) if parts else pd.DataFrame(columns=columns)
    entries["audit"] = by_spelling(entries["audit_id"])
    told = entries[["recognised", "saw_audit_grade"]].astype(object)
    unseen = told.isin(["no"]).all(axis=1).astype("boolean")
    entries["blind"] = unseen.mask(told.isin(["no", ""]).all(axis=1) & ~unseen)
    entries["role"] = entries["reading"]
    return entries[(entries["grade"] != NOT_GRADED).to_numpy(dtype=bool)]


def action_entries(exports: Sequence[Export]) -> pd.DataFrame:
    """Improvement actions, one entry for each row.

    Returns
    -------
    DataFrame
        ``source``, ``row``, the ``ACTION_COLUMNS``, and ``action``, ``audit`` (keys under which
        spellings of the action and of the verifying audit are the same; blank for no audit).
    """
    parts = [
        _base(export, source, ACTION_COLUMNS, "action")
        for source, export in enumerate(exports)
        if export.file.kind == "actions"
    ]
    columns = [*PLACE, *ACTION_COLUMNS]
    entries = below(parts) if parts else pd.DataFrame(columns=columns)
    entries["action"] = by_spelling(entries["action_id"])
    entries["audit"] = by_spelling(entries["verified_by_audit"])
    # There are few of them, so that they are held as plain texts.
    texts = [n for n in entries.columns if isinstance(entries[n].dtype, pd.CategoricalDtype)]
    return entries.astype(dict.fromkeys(texts, object))


def below(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Parts one below the other, columns of text by their distinct texts."""
    if len(parts) == 1:
        return parts[0].reset_index(drop=True)
    texts = [n for n in parts[0].columns if isinstance(parts[0][n].dtype, pd.CategoricalDtype)]
    others = [part.drop(columns=texts) for part in parts]
    entries = pd.concat(others, ignore_index=True)
    for name in texts:
        entries[name] = together([part[name] for part in parts])
    return entries[[*parts[0].columns]]


def without_bad_rows(entries: pd.DataFrame, exports: Sequence[Export]) -> pd.DataFrame:
    """Entries whose row was not set aside."""
    if entries.empty:
        return entries
    source, row = (entries[name].to_numpy(dtype=np.int64) for name in PLACE)
    kept = np.ones(len(entries), dtype=bool)
    for place, export in enumerate(exports):
        here = source == place
        kept[here] = export.problems.kept(row[here])
    return entries if kept.all() else entries[kept]


def _audit_parts(export: Export, source: int) -> list[pd.DataFrame]:
    base = _base(export, source, AUDIT_FIELDS, "auditor")
    parts = _graded(export, base, "auditor", role="")
    if export.file.second_auditor is not None:
        second = _graded(export, base, "second_auditor", role=Role.SECOND_AUDITOR)
        parts += [part[(part["rater"] != "") & (part["grade"] != NOT_GRADED)] for part in second]
    return parts


def _moderation_parts(export: Export, source: int) -> list[pd.DataFrame]:
    wide = export.file.kind == "audits"
    base = _base(export, source, (*MODERATION_FIELDS, "case_ref"), "moderator")
    base["audit_id"] = _column(export, "audit_id", "auditor" if wide else "moderator", base.index)
    parts = _graded(export, base, "moderator", role="")
    return [part[part["grade"] != NOT_GRADED] for part in parts]


def set_unnamed_graders_aside(export: Export) -> None:
    """Set aside rows of a wide export that hold a grade by a grader without a name."""
    graders: tuple[Graded, ...] = ("second_auditor", "moderator")
    for grader in graders:
        names = export.value(grader, grader)
        if names is None or export.file.shape == "long":
            continue
        grades = [v for c, v in export.values.items() if c.grader == grader and c.kind == "grade"]
        if not grades:
            _warn_of_no_grades(export, grader)
            continue
        graded = pd.concat(grades, axis=1).max(axis=1) != NOT_GRADED
        both = graded.index.intersection(names.index)
        rows = both[(graded[both] & (names[both] == "")).to_numpy(dtype=bool)]
        export.problems.set_aside(
            [int(row) for row in rows],
            code="grader_missing",
            column=export.layout.heading(grader, grader),
            found=f"grades of a {grader.replace('_', ' ')} without a name",
            expected="the name beside the grades",
            mend="fill in the name, or leave the grades out",
        )


def _warn_of_no_grades(export: Export, grader: Graded) -> None:
    words = grader.replace("_", " ")
    export.problems.warn(
        code="grader_without_grades",
        column=export.layout.heading(grader, grader),
        found=f"a column of {words}s and no column of their grades; none of theirs is loaded",
        expected="a column of grades beside the names",
        mend=f"name the columns of grades under domains of [files.{grader}] in council.toml",
    )


def _base(export: Export, source: int, fields: Sequence[str], grader: Graded) -> pd.DataFrame:
    index = export.table.cells.index
    good = index[export.problems.kept(index)]
    columns: dict[str, Texts] = {
        "source": pd.Series(source, index=good),
        "row": pd.Series(good.to_numpy(), index=good),
    }
    for name in fields:
        columns[name] = _column(export, name, grader, good)
    own = next((name for name in _OWN_DAYS if name in fields), "")
    columns["month_only"] = month_flags(export, own, good)
    return pd.DataFrame(columns, index=good, copy=False)


def _graded(export: Export, base: pd.DataFrame, grader: Graded, *, role: str) -> list[pd.DataFrame]:
    """One frame for each grade column of a grader."""
    base = base.copy()
    base["rater"] = _column(export, grader, grader, base.index)
    stated = export.value("role", grader)
    index = base.index
    base["role"] = constant(role, index=index) if stated is None else in_rows(stated, index)
    base["blind"] = _column(export, "blind", grader, base.index)
    dated = export.value("rated_on", grader)
    days = {"auditor": "audit_date", "moderator": "moderated_on", "reader": "read_on"}
    fallback = days.get(grader)
    if "read_on" in base.columns:
        fallback = "read_on"
    if dated is None and fallback is not None:
        base["rated_on"] = base[fallback]
    else:
        base["rated_on"] = _column(export, "rated_on", grader, base.index)
    if export.by_month:
        name = "rated_on" if dated is not None else fallback or ""
        unknown = month_flags(export, name, index, grader=grader if dated is not None else None)
        base["rated_on"] = base["rated_on"].where(~unknown)
    parts = []
    for column, grades in export.values.items():
        if column.kind != "grade" or column.grader != grader:
            continue
        part = base.copy()
        part["domain"] = (
            _column(export, "domain", grader, index)
            if column.domain is None
            else constant(column.domain, index=index)
        )
        part["grade"] = in_rows(grades, index)
        part["scale"] = in_rows(export.scales[column], index)
        part["grade_raw"] = _by_texts(in_rows(export.raw[column], index))
        parts.append(part)
    return parts


def _column(export: Export, name: str, grader: Graded, index: pd.Index) -> Texts:
    """Values of a column in the rows named, or blanks where the export has no such column.

    The rows are always given: a frame without rows would take over those of its first column.
    """
    found = export.value(name, grader)
    if found is not None:
        return _by_texts(in_rows(found, index))
    if name in _DATES:
        return pd.Series(pd.NaT, index=index, dtype="datetime64[us]")
    if name in _FLAGS:
        return pd.Series(pd.NA, index=index, dtype="boolean")
    if name == "selection_probability":
        return pd.Series(float("nan"), index=index, dtype="float64")
    return constant("", index=index)


def month_flags(
    export: Export, name: str, index: pd.Index, *, grader: Graded | None = None
) -> pd.Series:
    """Whether only the month is known in each row of a column of days."""
    for column, flags in export.by_month.items():
        if column.name == name and grader in (None, column.grader):
            return flags.reindex(index, fill_value=False)
    return pd.Series(False, index=index)


def _by_texts(values: Texts) -> Texts:
    """The same values; texts by their distinct ones."""
    if values.dtype != object:
        return values
    return held(distinct(values), index=values.index)

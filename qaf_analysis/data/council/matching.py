"""Moderations and second readings that do not carry the audit's own identifier find their audit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from qaf_analysis.data.cells.only_months import shown_day, spare_days
from qaf_analysis.data.contract.distinct import as_distinct, as_plain
from qaf_analysis.data.contract.problems import counted, extract
from qaf_analysis.data.contract.spelling import spelling_key
from qaf_analysis.data.council.entries import PLACE, without_bad_rows
from qaf_analysis.data.council.export import Export
from qaf_analysis.terms.file_settings import JOINED
from qaf_analysis.terms.names import Role

_SHOWN = 3


def matched(
    audits: pd.DataFrame, moderations: pd.DataFrame, *, exports: Sequence[Export]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Entries in which each reading that is matched by its case names the audit it belongs to.

    A moderation is matched when just one audit of its case lies at most the declared number of
    days before it, a second reading when just one lies so many days from it. Readings that fit no
    audit, or several, are set aside. A moderation that names a form about siblings, each an audit
    of its own, is set aside unless the form has one child only.

    Parameters
    ----------
    audits, moderations : DataFrame
        Entries (see ``entries``), with agreed spellings.
    exports : sequence of Export
        The exports that they come from.
    """
    if all(e.file.match is None and e.file.siblings != "audit_each" for e in exports):
        return audits, moderations
    audits = as_plain(without_bad_rows(audits, exports))
    moderations = as_plain(without_bad_rows(moderations, exports))
    seconds = pd.Series(False, index=audits.index)
    for source, export in enumerate(exports):
        if export.file.kind == "audits" and export.file.match is not None:
            seconds |= (audits["source"] == source) & (audits["role"] == str(Role.SECOND_AUDITOR))
    first = audits[~seconds]
    targets = _Targets.of(first, exports)
    readings = audits[seconds]
    for source, export in enumerate(exports):
        if export.file.match is None:
            continue
        if export.file.kind == "audits":
            part = readings[readings["source"] == source]
            readings = _with_audit(readings, targets.found(part, export, is_moderation=False))
        elif export.file.kind == "moderations":
            part = moderations[moderations["source"] == source]
            moderations = _with_audit(moderations, targets.found(part, export, is_moderation=True))
    moderations = _with_child(moderations, first, exports=exports)
    if len(readings):
        # What is said of an audit stands in its first entry: that of the audit, not of a reading.
        audits = pd.concat([first, readings], ignore_index=True)
    audits = as_distinct(without_bad_rows(audits, exports))
    return audits, as_distinct(without_bad_rows(moderations, exports))


def refuse_match_without_role(export: Export) -> None:
    """Refuse [files.match] for audits of which nothing says which are second readings.

    Raises
    ------
    FileRefusedError
        Where no column and no constant gives a role; where none of them is a second reading it is
        warned of.
    """
    if export.file.kind != "audits" or export.file.match is None:
        return
    roles = export.value("role", "auditor")
    expected = f"rows with the role {Role.SECOND_AUDITOR}, which are matched to the audit they read"
    if roles is None:
        raise export.problems.refusal(
            code="match_without_role",
            found="[files.match] for a file of audits without a column role: nothing says which "
            "rows are second readings, so nothing would be matched",
            expected=expected,
            mend="name the column of the role under [files.columns], as role, or take "
            "[files.match] out",
            rows_in=export.table.rows_in,
        )
    if not (roles == str(Role.SECOND_AUDITOR)).any():
        export.problems.warn(
            code="match_of_none",
            column=export.layout.heading("role"),
            found="[files.match], and no row that is a second reading: nothing was matched",
            expected=expected,
            mend="declare the words for the role under [spellings.role], or take [files.match] out",
            rows=0,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Targets:
    """Audits that readings may belong to.

    Parameters
    ----------
    audits : DataFrame
        One row for each audit, indexed by its key: ``audit_id``, ``case_ref``, ``case``,
        ``audit_date`` and ``raters``.
    cases : DataFrame
        ``case`` and ``audit``: every child of every audit.
    further : mapping
        Cases of further children by place (export and row).
    """

    audits: pd.DataFrame
    cases: pd.DataFrame
    further: dict[tuple[int, int], tuple[str, ...]]

    @classmethod
    def of(cls, entries: pd.DataFrame, exports: Sequence[Export]) -> _Targets:
        """One row for each audit of the entries."""
        further = {
            (source, row): tuple(map(spelling_key, cases))
            for source, export in enumerate(exports)
            for row, cases in export.table.further_cases.items()
        }
        once = entries[entries["case"] != ""].drop_duplicates("audit")
        raters = entries.groupby("audit", sort=False)["rater"].agg(frozenset)
        names = ["audit_id", "case_ref", "case", "audit_date", "month_only"]
        audits = once.set_index("audit")[names]
        return cls(
            audits=audits.assign(raters=raters.reindex(audits.index)),
            cases=_exploded(once, further)[["case", "audit"]].drop_duplicates(),
            further=further,
        )

    def found(self, entries: pd.DataFrame, export: Export, *, is_moderation: bool) -> pd.DataFrame:
        """Audit of each reading, by place; readings without just one are set aside.

        Returns
        -------
        DataFrame
            ``source``, ``row`` and ``target``, the key of the audit.
        """
        day = "moderated_on" if is_moderation else "audit_date"
        readings = entries.drop_duplicates(PLACE)[[*PLACE, "case", "rater", day, "month_only"]]
        readings = readings.rename(columns={day: "on"})
        pairs = _exploded(readings, self.further).merge(self.cases, on="case", how="left")
        pairs = pairs.drop_duplicates([*PLACE, "audit"])
        # Not by map, which cannot look up anything where no audit at all was loaded.
        pairs["date"] = self.audits["audit_date"].reindex(pairs["audit"]).to_numpy()
        of_month = self.audits["month_only"].reindex(pairs["audit"]).fillna(False).to_numpy()
        pairs["of_month"] = of_month.astype(bool)
        pairs["days"] = (pairs["on"] - pairs["date"]).dt.days
        # Fewest and most days that there may be between, where only a month is known of either.
        fewest = pairs["days"] - spare_days(pairs["date"], pairs["of_month"])
        most = pairs["days"] + spare_days(pairs["on"], pairs["month_only"])
        match = export.file.match
        limit = 0 if match is None else match.days
        fits = pairs[(most >= (0 if is_moderation else -limit)) & (fewest <= limit)]
        times = fits.groupby("row").size().reindex(readings["row"], fill_value=0)
        found = fits[fits["row"].map(times) == 1]
        self._set_twice_aside(fits[fits["row"].map(times) > 1], export, day=day)
        lost = pairs[pairs["row"].map(times) == 0]
        _set_lost_aside(lost, export, day=day, limit=limit, is_moderation=is_moderation)
        _report(times, found, export, is_moderation=is_moderation)
        if not is_moderation:
            found = self._without_own(found, export)
        target = self.audits.loc[found["audit"], ["audit_id", "case_ref", "case"]]
        target = target.reset_index().set_index(found.index)
        return pd.concat([found[PLACE], target], axis=1)

    def _set_twice_aside(self, fits: pd.DataFrame, export: Export, *, day: str) -> None:
        rows, founds = [], []
        for row, part in fits.groupby("row"):
            rows.append(int(str(row)))
            named = part.sort_values("date").head(_SHOWN)
            listed = " and ".join(
                f"{extract(str(self.audits.at[audit, 'audit_id']))} of "
                f"{shown_day(when, by_month=of_month)}"
                for audit, when, of_month in zip(
                    named["audit"], named["date"], named["of_month"], strict=True
                )
            )
            founds.append(f"{counted(len(part), 'audit')} of this case that fit: {listed}")
        export.problems.set_aside(
            rows,
            code="match_ambiguous",
            column=export.layout.heading(day),
            found=founds,
            expected="one audit of the case within the days declared",
            mend="name the audit's own identifier, or declare fewer days under [files.match]",
        )

    def _without_own(self, found: pd.DataFrame, export: Export) -> pd.DataFrame:
        raters = found["audit"].map(self.audits["raters"])
        own = [name in names for name, names in zip(found["rater"], raters, strict=True)]
        export.problems.set_aside(
            [int(row) for row in found["row"][own]],
            code="second_auditor_same",
            column=export.layout.heading("auditor"),
            found="a second reading by the auditor of the first",
            expected="two people",
            mend="correct one of the names, or leave the second reading out",
        )
        return found[~np.array(own, dtype=bool)]


def _exploded(
    entries: pd.DataFrame, further: dict[tuple[int, int], tuple[str, ...]]
) -> pd.DataFrame:
    """Entries with a row for each child that they are about."""
    if not further:
        return entries
    cases = [
        (case, *further.get((int(source), int(row)), ()))
        for source, row, case in zip(
            entries["source"], entries["row"], entries["case"], strict=True
        )
    ]
    told = pd.Series(cases, index=entries.index, dtype=object)
    return entries.assign(case=told).explode("case", ignore_index=True)


def _with_audit(entries: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Entries that name the audit found for them."""
    if found.empty:
        return entries
    by_place = found.set_index(PLACE)
    places = pd.MultiIndex.from_frame(entries[PLACE])
    here = places.isin(by_place.index)
    told = by_place.reindex(places[here])
    entries = entries.copy()
    for name in ("audit", "audit_id", "case_ref", "case"):
        entries.loc[here, name] = told[name].to_numpy()
    return entries


def _set_lost_aside(
    pairs: pd.DataFrame, export: Export, *, day: str, limit: int, is_moderation: bool
) -> None:
    rows, founds = [], []
    for row, part in pairs.groupby("row"):
        rows.append(int(str(row)))
        known = part[part["days"].notna()]
        if known.empty:
            founds.append("a case of which no audit was loaded")
            continue
        nearest = known.iloc[int(known["days"].abs().argmin())]
        days = int(nearest["days"])
        side = "before it" if days > 0 else "after it" if days < 0 else "on that day"
        by_month = bool(nearest["of_month"] or nearest["month_only"])
        shown = shown_day(nearest["date"], by_month=bool(nearest["of_month"]))
        apart = f"{counted(abs(days), 'day')} {side}" if days else side
        founds.append(
            f"no audit of this case near enough: the nearest is of {shown}"
            + ("" if by_month else f", {apart}")
        )
    span = f"at most {counted(limit, 'day')} " + ("before" if is_moderation else "apart")
    export.problems.set_aside(
        rows,
        code="match_missing",
        column=export.layout.heading(day),
        found=founds,
        expected=f"one audit of the case, {span}",
        mend="correct the date or the case, add the audit, or declare more days under "
        "[files.match]",
    )


def _report(times: pd.Series, found: pd.DataFrame, export: Export, *, is_moderation: bool) -> None:
    if times.empty:
        return
    noun = "moderation" if is_moderation else "second reading"
    days = found.loc[~(found["of_month"] | found["month_only"]), "days"].abs()
    between = f"; days between: median {days.median():g}, longest {days.max():g}"
    export.problems.note(
        code="matched",
        found=f"{counted(len(times), noun)} matched by case and date: {len(found):,} to one "
        f"audit, {int((times == 0).sum()):,} to none, {int((times > 1).sum()):,} to several"
        + (between if len(days) else ""),
        expected=f"every {noun} matched to one audit",
        rows=len(times),
    )


def _with_child(
    moderations: pd.DataFrame, audits: pd.DataFrame, *, exports: Sequence[Export]
) -> pd.DataFrame:
    """Moderations of forms whose children are audits of their own."""
    apart = [s for s, e in enumerate(exports) if e.file.siblings == "audit_each"]
    each = audits[audits["source"].isin(apart) & (audits["case"] != "")].drop_duplicates("audit")
    if each.empty or moderations.empty:
        return moderations
    ends = [JOINED + case for case in each["case_ref"]]
    forms = [
        spelling_key(text.removesuffix(end))
        for text, end in zip(each["audit_id"], ends, strict=True)
    ]
    of_form = each.assign(form=forms).groupby("form", sort=False)["audit"].agg(list)
    children = moderations["audit"].map(of_form)
    unknown = children.notna() & ~moderations["audit"].isin(audits["audit"])
    several = unknown & (children.str.len() > 1)
    for source, part in moderations[several].groupby("source"):
        export, part = exports[int(str(source))], part.drop_duplicates("row")
        heading = export.layout.heading("audit_id")
        export.problems.set_aside(
            part["row"].tolist(),
            code="child_not_named",
            column=heading,
            found=[
                f"{extract(text)}, a form about {counted(len(of_form[key]), 'child', 'children')}, "
                "each an audit of its own"
                for text, key in zip(part["audit_id"], part["audit"], strict=True)
            ],
            expected="which child's audit was moderated",
            mend=f'name the child too, by [files.columns] audit_id = ["{heading}", "heading of '
            'the child"], or declare siblings = "one_audit" for the file of audits',
        )
    single = unknown & ~several
    if not single.any():
        return moderations
    moderations = moderations.copy()
    keys = children[single].str[0]
    moderations.loc[single, "audit"] = keys
    names = each.set_index("audit")["audit_id"]
    moderations.loc[single, "audit_id"] = keys.map(names)
    return moderations

"""What must fit between rows: duplicates, audits told in two ways, moderations and their audits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.data.cells.only_months import is_before
from qaf_analysis.data.contract.distinct import (
    Texts,
    distinct,
    first_of_each,
    places_among,
    together,
)
from qaf_analysis.data.contract.problems import MAX_NAMED, counted, extract
from qaf_analysis.data.council.child_identifiers import refuse_ids_of_children
from qaf_analysis.data.council.entries import PLACE, without_bad_rows
from qaf_analysis.data.council.export import Export
from qaf_analysis.data.council.likely_people import likely_people, same_person
from qaf_analysis.data.council.unknown_audits import set_unknown_audits_aside

_NOT_CONTENT = (*PLACE, "grade_raw", "audit_id", "case_ref")


def _numbers(values: pd.Series) -> NDArray[np.intp]:
    """Number of each distinct value; -1 where it is blank or missing."""
    if values.dtype.kind == "M":
        return pd.factorize(values.to_numpy())[0]
    found = distinct(values)
    return np.where(found.chosen(found.texts == ""), -1, found.places)


def _groups(entries: pd.DataFrame, by: Sequence[str]) -> NDArray[np.intp]:
    """Number of the group of each row, by the texts of some columns."""
    first, *further = (distinct(entries[name]) for name in by)
    groups = first.places
    for found in further:
        groups = pd.factorize(groups * len(found.texts) + found.places)[0]
    return groups


class Links:
    """Checks between the rows of all exports; rows that do not fit are set aside.

    Parameters
    ----------
    audits, moderations : DataFrame
        Entries (see ``entries``), with agreed spellings.
    exports : sequence of Export
        The exports that they come from.
    """

    def __init__(
        self, audits: pd.DataFrame, moderations: pd.DataFrame, *, exports: Sequence[Export]
    ) -> None:
        self.audits = audits
        self.moderations = moderations
        self._exports = exports

    def check(self) -> None:
        """Set aside every row that does not fit; afterwards the entries are those that stay."""
        refuse_ids_of_children(self.audits, exports=self._exports)
        self._set_people_twice_aside()
        self._set_duplicates_aside("audits")
        self._set_duplicates_aside("moderations")
        self._drop()
        self._set_unlike_aside("case", "case_ref", by=["audit"])
        self._set_unlike_aside("audit_date", "audit_date", by=["audit", "rater"])
        self._drop()
        self._set_own_moderations_aside()
        self._set_early_moderations_aside()
        self._drop()
        self._set_orphans_aside()
        self._drop()

    def note_told_twice(self) -> int:
        """Note audits whose rows differ in team or type of case, and return how many."""
        entries = self.audits
        audit = distinct(entries["audit"]).places
        unlike = np.zeros(len(entries), dtype=bool)
        for name in ("team", "case_type"):
            told = distinct(entries[name]).places
            unlike |= told != first_of_each(audit, told)
        otherwise = entries[unlike]
        for export, part in self._by_source(otherwise):
            export.problems.note(
                code="team_differs",
                row=int(part["row"].iloc[0]),
                found=f"{counted(part['audit'].nunique(), 'audit')} whose rows differ in team or "
                "case type; the first row stands",
                expected="the same team and case type in every row of one audit",
                mend="correct the rows if one team should stand",
                rows=len(part),
            )
        return int(otherwise["audit"].nunique())

    def warn_of_likely_twice(self) -> int:
        """Warn of audits whose two graders are likely one person, and return how many."""
        frames = [frame for frame in (self.audits, self.moderations) if len(frame)]
        if not frames:
            return 0
        same = same_person(likely_people(together([frame["rater"] for frame in frames])))
        if not same:
            return 0
        graded = pd.concat([f[[*PLACE, "audit", "rater"]] for f in frames], ignore_index=True)
        pairs = graded.drop_duplicates(["audit", "rater"])
        pairs = pairs.assign(person=pairs["rater"].map(lambda name: same.get(name, name)))
        twice = pairs[pairs.duplicated(["audit", "person"])]
        if twice.empty:
            return 0
        number = int(twice["audit"].nunique())
        export = self._exports[int(twice["source"].iloc[0])]
        export.problems.warn(
            code="likely_graded_twice",
            row=int(twice["row"].iloc[0]),
            column=export.layout.heading("auditor"),
            found=f"{counted(number, 'audit')} of which two graders are likely one person under "
            "two spellings; as it stands they count as graded twice",
            expected="two people where two grades are compared",
            mend="declare the spellings of each person first (see similar_names), then check again",
            rows=len(twice),
        )
        return number

    def _drop(self) -> None:
        self.audits = without_bad_rows(self.audits, self._exports)
        self.moderations = without_bad_rows(self.moderations, self._exports)

    def _by_source(self, entries: pd.DataFrame) -> list[tuple[Export, pd.DataFrame]]:
        return [
            (self._exports[int(str(source))], part.drop_duplicates("row"))
            for source, part in entries.groupby("source")
        ]

    def _set_people_twice_aside(self) -> None:
        """One row, one domain, one person twice: the second auditor is the auditor."""
        keys = [*PLACE, "domain", "rater"]
        source, row = (self.audits[name].to_numpy(dtype=np.int64) for name in PLACE)
        if ((np.diff(source) > 0) | ((np.diff(source) == 0) & (np.diff(row) > 0))).all():
            return  # long exports alone: a row is one entry
        for export, part in self._by_source(self.audits[self.audits.duplicated(keys)]):
            export.problems.set_aside(
                part["row"].tolist(),
                code="second_auditor_same",
                column=export.layout.heading("second_auditor"),
                found="the auditor's own name as second auditor",
                expected="two people",
                mend="correct one of the names, or leave the second grades out",
            )

    def _set_duplicates_aside(self, kind: str) -> None:
        entries = without_bad_rows(getattr(self, kind), self._exports)
        keys = ["audit", "domain", "rater"]
        double = entries[entries[keys].duplicated(keep=False)]
        if double.empty:
            return
        # A row's own number for its duplicates: told apart by content alone.
        content = [name for name in entries.columns if name not in _NOT_CONTENT]
        variants = double.groupby(content, dropna=False, sort=False).ngroup()
        grouped = double.assign(variant=variants).groupby(keys, sort=False)
        alike = grouped["variant"].transform("nunique") == 1
        first = grouped["row"].transform("first")
        first_source = grouped["source"].transform("first")
        later = alike & double.duplicated(keys)
        self._set_copies_aside(double[later], first[later], first_source[later], kind=kind)
        self._set_conflicts_aside(double[~alike], kind=kind)

    def _set_copies_aside(
        self, copies: pd.DataFrame, first: Texts, first_source: Texts, *, kind: str
    ) -> None:
        told = copies.assign(first=first, first_source=first_source)
        for export, part in self._by_source(told):
            where = [
                f"row {row}" + (f" of {file}" if file != export.table.file else "")
                for row, file in zip(part["first"], self._files(part["first_source"]), strict=True)
            ]
            export.problems.set_aside(
                part["row"].tolist(),
                code="duplicate",
                found=[f"a duplicate that repeats {place} in every cell" for place in where],
                expected=f"each of the {kind} once",
                mend=[f"delete row {row}" for row in part["row"]],
            )

    def _files(self, sources: Texts) -> list[str]:
        return [self._exports[int(source)].table.file for source in sources]

    def _set_conflicts_aside(self, conflicts: pd.DataFrame, *, kind: str) -> None:
        grouped = conflicts.groupby(["audit", "domain", "rater"], sort=False)
        grades, group = grouped["grade"].transform("nunique"), grouped.ngroup()
        for export, part in self._by_source(conflicts.assign(grades=grades, group=group)):
            named = part.head(MAX_NAMED)
            same = conflicts["row"][group.isin(named["group"])].groupby(group)
            rows = {
                number: " and ".join(str(row) for row in sorted(set(numbers))[:4])
                for number, numbers in same
            }
            export.problems.set_aside(
                part["row"].tolist(),
                code="conflicting_duplicate",
                column=export.layout.heading("grade"),
                found=[
                    f"{extract(i)} twice for the domain {d} (rows {r}), with "
                    + (
                        "two grades that differ"
                        if g > 1
                        else "the same grade and other cells that differ"
                    )
                    for i, d, r, g in zip(
                        named["audit_id"],
                        named["domain"],
                        named["group"].map(rows),
                        named["grades"],
                        strict=True,
                    )
                ],
                expected="one grade by one person for each domain of an audit",
                mend="find out which row stands and delete the other; neither is preferred",
            )

    def _set_unlike_aside(self, key: str, name: str, *, by: list[str]) -> None:
        """Set aside audits of which two rows tell a different case or date."""
        codes = _numbers(self.audits[key])
        groups = _groups(self.audits, by)[codes >= 0]
        codes = codes[codes >= 0]
        other = codes != first_of_each(groups, codes)
        if not other.any():
            return
        stated = self.audits[_numbers(self.audits[key]) >= 0]
        unlike = stated[np.isin(groups, groups[other])]
        for export, part in self._by_source(unlike):
            export.problems.set_aside(
                part["row"].tolist(),
                code=f"{name}_differs",
                column=export.layout.heading(name),
                found=[
                    f"an audit ({extract(i)}) whose rows do not have one {name}"
                    for i in part["audit_id"]
                ],
                expected=f"the same {name} in every row of one audit",
                mend=f"correct the {name}, or give the second audit an audit_id of its own",
            )

    def _set_own_moderations_aside(self) -> None:
        if self.moderations.empty:
            return
        audited = self._audits_moderated()
        audit, rater = (distinct(audited[name]) for name in ("audit", "rater"))
        audits = places_among(self.moderations["audit"], audit)
        people = places_among(self.moderations["rater"], rater)
        pairs = audit.places * len(rater.texts) + rater.places
        own = np.isin(audits * len(rater.texts) + people, pairs) & (audits >= 0) & (people >= 0)
        for export, part in self._by_source(self.moderations[own]):
            export.problems.set_aside(
                part["row"].tolist(),
                code="own_moderation",
                column=export.layout.heading("moderator"),
                found=[
                    f"{extract(name)}, the same person as the auditor: an own audit moderated"
                    for name in part["rater"]
                ],
                expected="a moderator who did not audit the case",
                mend="have someone else moderate, or correct the name",
            )

    def _audits_moderated(self) -> pd.DataFrame:
        """Entries of the audits that a moderation names."""
        audit = distinct(self.audits["audit"])
        named = np.zeros(len(audit.texts) + 1, dtype=bool)
        named[places_among(self.moderations["audit"], audit)] = True
        named[-1] = False
        return self.audits.loc[named[audit.places], ["audit", "rater", "audit_date", "month_only"]]

    def _set_early_moderations_aside(self) -> None:
        if self.moderations.empty or self.audits.empty:
            return
        of_moderated = self._audits_moderated()
        audit = distinct(of_moderated["audit"])
        first = np.full(len(audit.texts) + 1, np.datetime64("NaT"), dtype="datetime64[us]")
        days = of_moderated["audit_date"].to_numpy(dtype="datetime64[us]")
        np.fmin.at(first, audit.places, days)
        audited = first[places_among(self.moderations["audit"], audit)]
        by_month = np.zeros(len(audit.texts) + 1, dtype=bool)
        np.logical_or.at(by_month, audit.places, of_moderated["month_only"].to_numpy(dtype=bool))
        either = by_month[places_among(self.moderations["audit"], audit)]
        either |= self.moderations["month_only"].to_numpy(dtype=bool)
        moderated = self.moderations["moderated_on"].to_numpy(dtype="datetime64[us]")
        early = is_before(moderated, audited, by_month=either)
        for export, part in self._by_source(self.moderations[early]):
            export.problems.set_aside(
                part["row"].tolist(),
                code="moderated_before_audit",
                column=export.layout.heading("moderated_on"),
                found="a moderation dated before its audit",
                expected="a moderation on or after the day of the audit",
                mend="correct one of the dates",
            )

    def _set_orphans_aside(self) -> None:
        set_unknown_audits_aside(
            self.moderations,
            audits=self.audits,
            exports=self._exports,
            code="audit_unknown",
            column="audit_id",
        )

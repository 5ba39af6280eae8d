"""Improvement actions: what must fit within a row, between rows, and with the audits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.data.cells.only_months import spare_days
from qaf_analysis.data.contract.problems import extract
from qaf_analysis.data.council.copies import set_copies_aside
from qaf_analysis.data.council.entries import PLACE, without_bad_rows
from qaf_analysis.data.council.export import Export
from qaf_analysis.data.council.unknown_audits import set_unknown_audits_aside
from qaf_analysis.terms.names import AuditType
from qaf_analysis.terms.settings import Settings

# The finding, the day that should come first, the one that should not come before it.
_ORDER = (
    ("due_before_raised", "raised_on", "due_on"),
    ("closed_before_raised", "raised_on", "closed_on"),
    ("verified_before_closed", "closed_on", "verified_on"),
)
_NOT_CONTENT = (*PLACE, "action_id", "verified_by_audit")
DATE_CODES = (*(code for code, _, _ in _ORDER), "verified_not_closed", "verified_undated")
AUDIT_CODES = ("verifying_audit_unknown", "verifying_audit_untimely")


class ActionChecks:
    """Checks of improvement actions; rows that do not fit are set aside.

    Parameters
    ----------
    actions, audits : DataFrame
        Entries (see ``entries``), with agreed spellings; of audits those that stay.
    exports : sequence of Export
        The exports that they come from.
    settings : Settings
        Holds the themes declared.
    """

    def __init__(
        self,
        actions: pd.DataFrame,
        *,
        audits: pd.DataFrame,
        exports: Sequence[Export],
        settings: Settings,
    ) -> None:
        self._actions = actions
        self._audits = audits
        self._exports = exports
        self._themes = [theme.name for theme in settings.themes]

    def kept(self) -> pd.DataFrame:
        """Set aside every action that does not fit, and return the others."""
        self._set_unknown_themes_aside()
        self._set_disorder_aside()
        self._set_incomplete_aside()
        self._drop()
        self._set_duplicates_aside()
        self._drop()
        set_unknown_audits_aside(
            self._verified_by_audit(),
            audits=self._audits,
            exports=self._exports,
            code="verifying_audit_unknown",
            column="verified_by_audit",
        )
        self._drop()
        if len(self._verified_by_audit()):
            self._set_untimely_aside()
            self._drop()
            self._note_other_types()
        return self._actions

    def _drop(self) -> None:
        self._actions = without_bad_rows(self._actions, self._exports)

    def _verified_by_audit(self) -> pd.DataFrame:
        return self._actions[(self._actions["audit"] != "").to_numpy(dtype=bool)]

    def _by_source(self, wrong: NDArray[np.bool_]) -> list[tuple[Export, pd.DataFrame]]:
        chosen = self._actions[wrong]
        return [(self._exports[int(str(s))], part) for s, part in chosen.groupby("source")]

    def _set_unknown_themes_aside(self) -> None:
        if not self._themes:
            return
        theme = self._actions["theme"]
        wrong = (theme != "") & ~theme.isin(self._themes)
        for export, part in self._by_source(wrong.to_numpy(dtype=bool)):
            export.problems.set_aside(
                part["row"].tolist(),
                code="unknown_theme",
                column=export.layout.heading("theme"),
                found=[extract(str(text)) for text in part["theme"]],
                expected=f"one of {', '.join(sorted(self._themes))}, or a blank cell",
                mend="correct the theme, or declare it in council.toml under [[themes]] or "
                "[spellings.theme]",
            )

    def _set_disorder_aside(self) -> None:
        for code, first, second in _ORDER:
            wrong = self._actions[second] < self._actions[first]
            for export, part in self._by_source(wrong.to_numpy(dtype=bool)):
                export.problems.set_aside(
                    part["row"].tolist(),
                    code=code,
                    column=export.layout.heading(second),
                    found=f"a {second} before the {first}",
                    expected=f"a {second} on or after the {first}",
                    mend="correct one of the dates",
                )

    def _set_incomplete_aside(self) -> None:
        """Set aside what is verified without a day of closing or of verifying."""
        verified, closed = self._actions["verified_on"].notna(), self._actions["closed_on"].notna()
        cases = (
            (verified & ~closed, "verified_not_closed", "closed_on", "verified but not closed"),
            (
                (self._actions["audit"] != "") & ~verified,
                "verified_undated",
                "verified_on",
                "verified by an audit, without the day",
            ),
        )
        for wrong, code, column, what in cases:
            for export, part in self._by_source(wrong.to_numpy(dtype=bool)):
                export.problems.set_aside(
                    part["row"].tolist(),
                    code=code,
                    column=export.layout.heading(column),
                    found=f"an action {what}",
                    expected=f"the {column} of every action verified",
                    mend=f"fill in the {column}, or take the verification out",
                )

    def _set_duplicates_aside(self) -> None:
        double = self._actions[self._actions.duplicated("action", keep=False)]
        content = [name for name in double.columns if name not in _NOT_CONTENT]
        contradicting = set_copies_aside(
            double,
            keys=["action"],
            content=content,
            exports=self._exports,
            expected="each of the actions once",
        )
        for source, part in contradicting.groupby("source"):
            export = self._exports[int(str(source))]
            export.problems.set_aside(
                part["row"].tolist(),
                code="conflicting_duplicate",
                column=export.layout.heading("action_id"),
                found=[
                    f"{extract(text)} twice, with cells that differ" for text in part["action_id"]
                ],
                expected="each of the actions once",
                mend="find out which row stands and delete the other; neither is preferred",
            )

    def _set_untimely_aside(self) -> None:
        """Set aside actions whose verifying audit is dated before closing or after verifying."""
        of_audit = self._audits.groupby("audit", sort=False)
        days, by_month = of_audit["audit_date"].min(), of_audit["month_only"].any()
        last = days + pd.to_timedelta(spare_days(days, by_month), unit="D")
        audited, latest = (
            self._actions["audit"].map(each.set_axis(each.index.astype(object)))
            for each in (days, last)
        )
        early = latest < self._actions["closed_on"]
        late = audited > self._actions["verified_on"]
        for wrong, what in ((early, "before the action was closed"), (late, "after verified_on")):
            for export, part in self._by_source(wrong.to_numpy(dtype=bool)):
                export.problems.set_aside(
                    part["row"].tolist(),
                    code="verifying_audit_untimely",
                    column=export.layout.heading("verified_by_audit"),
                    found=f"an action verified by an audit dated {what}",
                    expected="an audit between closed_on and verified_on",
                    mend="correct the audit_id or one of the dates",
                )

    def _note_other_types(self) -> None:
        types = self._audits.drop_duplicates("audit").set_index("audit")["audit_type"]
        types = types.astype(object).set_axis(types.index.astype(object))
        stated = self._actions["audit"].map(types).fillna("")
        other = (stated != "") & (stated != AuditType.RE_AUDIT)
        for export, part in self._by_source(other.to_numpy(dtype=bool)):
            export.problems.note(
                code="verifying_audit_type",
                row=int(part["row"].iloc[0]),
                column=export.layout.heading("verified_by_audit"),
                found="actions verified by an audit whose audit_type is not re_audit",
                expected="a re-audit",
                mend="none needed if the audit did look at the action",
                rows=len(part),
            )

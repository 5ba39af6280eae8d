"""Bridge readings: audits graded again on another scale. What does not fit is set aside."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.data.cells.grades import NOT_GRADED
from qaf_analysis.data.cells.only_months import is_before
from qaf_analysis.data.contract.problems import extract
from qaf_analysis.data.council.copies import set_copies_aside
from qaf_analysis.data.council.entries import without_bad_rows
from qaf_analysis.data.council.export import Export
from qaf_analysis.data.council.unknown_audits import set_unknown_audits_aside
from qaf_analysis.terms.names import Role
from qaf_analysis.terms.settings import Settings

BRIDGE_CODES = ("bridge_audit_unknown", "bridge_before_audit", "bridge_own_scale")
_KEYS = ["audit", "domain", "rater", "scale"]
_CONTENT = ["grade", "read_on", "blind", "selected_by"]


class BridgeChecks:
    """Checks of bridge readings against their audits; rows that do not fit are set aside.

    Parameters
    ----------
    readings, audits : DataFrame
        Entries (see ``entries``), with agreed spellings; of audits those that stay.
    exports : sequence of Export
        The exports that they come from.
    settings : Settings
        Holds the scales in use.
    """

    def __init__(
        self,
        readings: pd.DataFrame,
        *,
        audits: pd.DataFrame,
        exports: Sequence[Export],
        settings: Settings,
    ) -> None:
        self._readings = readings
        self._audits = audits
        self._exports = exports
        self._settings = settings

    def kept(self) -> pd.DataFrame:
        """Set aside every reading that does not fit, and return the others."""
        self._drop()
        if self._readings.empty:
            return self._readings
        set_unknown_audits_aside(
            self._readings,
            audits=self._audits,
            exports=self._exports,
            code="bridge_audit_unknown",
            column="audit_id",
        )
        self._drop()
        self._set_early_aside()
        self._set_own_scale_aside()
        self._drop()
        self._set_repeated_aside()
        self._drop()
        return self._readings

    def _drop(self) -> None:
        self._readings = without_bad_rows(self._readings, self._exports)

    def _by_source(self, wrong: NDArray[np.bool_]) -> list[tuple[Export, pd.DataFrame]]:
        chosen = self._readings[wrong]
        return [(self._exports[int(str(s))], part) for s, part in chosen.groupby("source")]

    def _told(self, of_audits: pd.Series) -> pd.Series:
        """What is known of each reading's audit, by the audit's key."""
        keys = self._readings["audit"].astype(object)
        return keys.map(of_audits.set_axis(of_audits.index.astype(object)))

    def _set_early_aside(self) -> None:
        of_audit = self._audits.groupby("audit", sort=False, observed=True)
        by_month = self._told(of_audit["month_only"].any()).to_numpy(dtype=bool)
        by_month = by_month | self._readings["month_only"].to_numpy(dtype=bool)
        early = is_before(
            self._readings["read_on"].to_numpy(dtype="datetime64[us]"),
            self._told(of_audit["audit_date"].min()).to_numpy(dtype="datetime64[us]"),
            by_month=by_month,
        )
        for export, part in self._by_source(early):
            export.problems.set_aside(
                part["row"].tolist(),
                code="bridge_before_audit",
                column=export.layout.heading("read_on"),
                found="an audit read again before the day on which it was made",
                expected="a read_on on or after the day of the audit",
                mend="correct one of the dates",
            )

    def _set_own_scale_aside(self) -> None:
        own = self._told(self._own_scales())
        same = (self._readings["scale"].astype(object) == own).to_numpy(dtype=bool)
        if self._settings.eras:
            mend = (
                "read the audit on the other scale, or name the scale that was used in the column "
                "scale; a second reading on the audit's own scale belongs into the file of audits"
            )
        else:
            mend = "declare each scale in council.toml under [[scales]] with its first day (from)"
        for export, part in self._by_source(same):
            export.problems.set_aside(
                part["row"].tolist(),
                code="bridge_own_scale",
                column=export.layout.heading("grade"),
                found=[
                    f"a grade on the scale {scale}, on which the audit itself was graded: it "
                    "links no two scales"
                    for scale in part["scale"]
                ],
                expected="a grade on a scale other than the audit's own",
                mend=mend,
            )

    def _own_scales(self) -> pd.Series:
        """Scale on which each audit was graded by its auditor, else by anybody, else by its day."""
        entries = self._audits
        graded = entries[(entries["grade"] != NOT_GRADED).to_numpy(dtype=bool)]
        second = (graded["role"] == str(Role.SECOND_AUDITOR)).to_numpy(dtype=bool)
        first = pd.concat([graded[~second], graded[second]]).drop_duplicates("audit")
        known = pd.Series(first["scale"].astype(object).to_numpy(), index=first["audit"])
        every = entries.drop_duplicates("audit")
        by_day = pd.Series(
            [self._settings.era_on(day.date()).scale.name for day in every["audit_date"]],
            index=every["audit"].astype(object),
            dtype=object,
        )
        return known.set_axis(known.index.astype(object)).reindex(by_day.index).fillna(by_day)

    def _set_repeated_aside(self) -> None:
        """Of readings alike keep the first; of those that contradict one another keep none."""
        table = self._readings.astype(dict.fromkeys([*_KEYS, "selected_by"], object))
        double = table[table.duplicated(_KEYS, keep=False)]
        if double.empty:
            return
        contradicting = set_copies_aside(
            double,
            keys=[*_KEYS],
            content=[*_CONTENT],
            exports=self._exports,
            expected="each bridge reading once",
        )
        for source, part in contradicting.groupby("source"):
            export = self._exports[int(str(source))]
            export.problems.set_aside(
                part["row"].tolist(),
                code="conflicting_duplicate",
                column=export.layout.heading("grade"),
                found=[
                    f"{extract(str(text))} read twice by one person for one domain, with cells "
                    "that differ"
                    for text in part["audit_id"]
                ],
                expected="one reading by one person for each domain of an audit",
                mend="find out which row stands and delete the other; neither is preferred",
            )

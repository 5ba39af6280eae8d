"""Bridge readings: audits graded again on another scale. What does not fit is set aside."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.data.cells.grades import NOT_GRADED
from qaf_analysis.data.council.entries import without_bad_rows
from qaf_analysis.data.council.export import Export
from qaf_analysis.data.council.read_again import (
    set_early_readings_aside,
    set_repeated_readings_aside,
    told_of_audit,
)
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
        set_early_readings_aside(
            self._readings, audits=self._audits, exports=self._exports, code="bridge_before_audit"
        )
        self._set_own_scale_aside()
        self._drop()
        set_repeated_readings_aside(
            self._readings,
            keys=_KEYS,
            content=_CONTENT,
            exports=self._exports,
            expected="each bridge reading once",
            once="one reading by one person for each domain of an audit",
        )
        self._drop()
        return self._readings

    def _drop(self) -> None:
        self._readings = without_bad_rows(self._readings, self._exports)

    def _by_source(self, wrong: NDArray[np.bool_]) -> list[tuple[Export, pd.DataFrame]]:
        chosen = self._readings[wrong]
        return [(self._exports[int(str(s))], part) for s, part in chosen.groupby("source")]

    def _set_own_scale_aside(self) -> None:
        own = told_of_audit(self._readings, self._own_scales())
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

"""A reproducible draw of audits for moderators: who chose what, by which chance, from where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import floor

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.data.contract.spelling import spelling_key
from qaf_analysis.moderation.draw.frame import ModerationFrame
from qaf_analysis.stats.moderation.draw import ModerationDraw, moderation_draw
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.names import Selection

MOST_TARGETED = 0.5
COLUMNS = (
    "audit_id",
    "audit_code",
    "quarter",
    "stratum",
    "selected_by",
    "selection_probability",
    "anchor",
)


@dataclass(frozen=True, kw_only=True)
class DrawRules:
    """What is to be drawn.

    Parameters
    ----------
    audits : int
        Audits to draw in all, those picked by risk among them.
    min_per_grade : int
        Fewest audits of each auditor's grade in the part drawn by chance.
    targeted_share : float
        Share of the audits to be picked by risk, 0 to 0.5.
    anchors : int
        Audits, of those drawn by chance, that a second moderator reads too.
    named : tuple of str
        Identifiers of audits to add besides, whatever chance gives.
    every_auditor : bool
        Whether to add an audit of each auditor whom neither chance nor this year's moderation met.
    seed : int
        Seed of the draw.
    """

    audits: int
    min_per_grade: int = 2
    targeted_share: float = 0.0
    anchors: int = 0
    named: tuple[str, ...] = ()
    every_auditor: bool = False
    seed: int = 1

    @property
    def by_risk(self) -> int:
        """Audits to be picked by risk."""
        return floor(self.audits * self.targeted_share + 0.5)

    @property
    def command(self) -> str:
        """The options that give this draw, without any folder."""
        named = " --named FILE" if self.named else ""
        everyone = " --every-auditor" if self.every_auditor else ""
        return (
            f"--audits {self.audits} --min-per-grade {self.min_per_grade} "
            f"--targeted-share {self.targeted_share:g} --anchors {self.anchors} "
            f"--seed {self.seed}{named}{everyone}"
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class DrawnAudits:
    """Audits drawn, with the frame and the rules that they were drawn from and by.

    ``table`` has ``COLUMNS``, one row per audit in the order of the frame.
    """

    frame: ModerationFrame
    rules: DrawRules
    drawn: ModerationDraw
    table: pd.DataFrame

    @property
    def auditors_drawn(self) -> int:
        """Auditors with at least one audit in the draw."""
        return int(self.frame.table.loc[self._in_draw, "auditor"].nunique())

    @property
    def auditors_unseen(self) -> int:
        """Auditors of the year with no audit moderated or in this draw."""
        everyone = set(self.frame.table["auditor"])
        met = set(self.frame.table.loc[self._in_draw, "auditor"]) | self.frame.seen
        return len(everyone - met) + self.frame.others_unseen

    @property
    def _in_draw(self) -> NDArray[np.bool_]:
        return self.drawn.by_chance | self.drawn.targeted


def draw_audits(frame: ModerationFrame, rules: DrawRules) -> DrawnAudits:
    """Draw audits from a frame; the same frame, rules and seed give the same draw.

    Raises
    ------
    UsageError
        If the frame does not hold what the rules ask for.
    """
    size = len(frame.table)
    if rules.audits < 1:
        raise UsageError("At least one audit is to be drawn.")
    if rules.audits > size:
        raise UsageError(
            f"{rules.audits} audits were asked for, and {size} can be drawn in "
            f"{', '.join(frame.quarters)}. Ask for fewer, or draw from more --quarters."
        )
    if not 0 <= rules.targeted_share <= MOST_TARGETED:
        raise UsageError(
            f"The targeted share lies between 0 and {MOST_TARGETED:g}, not "
            f"{rules.targeted_share:g}: figures rest on the part that is drawn by chance."
        )
    if rules.anchors > rules.audits - rules.by_risk:
        raise UsageError(
            f"{rules.anchors} anchors were asked for, of {rules.audits - rules.by_risk} audits "
            "drawn by chance; ask for fewer --anchors."
        )
    drawn = moderation_draw(
        frame.table["grade"].to_numpy(np.int64),
        frame.table["auditor"].to_numpy(np.int64),
        n_levels=len(frame.levels),
        audits=rules.audits - rules.by_risk,
        by_risk=rules.by_risk,
        named=_places(frame, rules.named),
        to_meet=sorted(set(frame.table["auditor"]) - frame.seen) if rules.every_auditor else [],
        fewest=rules.min_per_grade,
        anchors=rules.anchors,
        rng=np.random.default_rng(rules.seed),
    )
    return DrawnAudits(frame=frame, rules=rules, drawn=drawn, table=_table(frame, drawn))


def _places(frame: ModerationFrame, named: Iterable[str]) -> list[int]:
    place = {spelling_key(name): n for n, name in enumerate(frame.table["audit_id"])}
    wanted = [spelling_key(name) for name in named]
    missing = [number for number, name in enumerate(wanted, start=1) if name not in place]
    if missing:
        raise UsageError(
            f"{len(missing)} of {len(wanted)} named audits cannot be drawn in "
            f"{', '.join(frame.quarters)} (first: number {missing[0]} of the list). Name routine "
            "audits of these quarters that have an overall grade and were not moderated yet."
        )
    return sorted({place[name] for name in wanted})


def _table(frame: ModerationFrame, drawn: ModerationDraw) -> pd.DataFrame:
    chance = np.where(drawn.by_chance, drawn.chance, drawn.targeted_chance)
    table = pd.DataFrame(
        {
            "audit_id": frame.table["audit_id"],
            "audit_code": frame.table["audit_code"],
            "quarter": frame.table["quarter"],
            "stratum": [frame.levels[grade] for grade in frame.table["grade"]],
            "selected_by": np.where(
                drawn.by_chance, str(Selection.STRATIFIED), str(Selection.TARGETED)
            ),
            "selection_probability": chance,
            "anchor": np.where(drawn.anchor, "yes", "no"),
        },
        columns=list(COLUMNS),
    )
    return table[drawn.by_chance | drawn.targeted].reset_index(drop=True)

"""Ten small councils that differ in what a rule may trip over, and plain tables written from them.

The tables are written with plain pandas from the bundle, as an analyst would who never saw the
package: they are the other way round to every figure that report and ``qaf stat`` both print.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.simulate import simulate_council, standard_design
from qaf_analysis.simulate.bundle import simulated_audits
from qaf_analysis.simulate.design import CouncilDesign
from qaf_analysis.topics.common.evidence import Evidence
from qaf_analysis.topics.registry import Results, answers
from tests.topics.councils import LAST, keep, one_grade, simulated, without_overall
from tests.wide import wide

LEVELS = ("Inadequate", "Requires improvement", "Good", "Outstanding")
YEAR = ("2019-20 Q1", "2019-20 Q2", "2019-20 Q3", "2019-20 Q4")
NAMES = (
    "kinder",
    "harsher",
    "one grade",
    "no overall grade",
    "few double gradings",
    "unconnected auditors",
    "a rise",
    "a fall",
    "missing quarter",
    "one control domain",
)
QUICK = ("kinder", "one grade")
EACH = wide(NAMES, quick=QUICK)
"""The ten as a test's parameters: with ``--quick`` two of them, which differ most."""
EXAMPLE = "example"
"""Name of the council of the example's design, which is none of the ten and larger."""


def _base(**parts) -> CouncilDesign:
    design = standard_design(audits_per_quarter=24, quarters=9)
    return replace(design, auditors=8, double_share=0.3, calibration_files=2, **parts)


def _with_effect(effect: float) -> CouncilDesign:
    design = _base(quarter_sd=0.0, quarter_domain_sd=0.0)
    first, *others = design.themes
    return replace(design, themes=(replace(first, effect=effect), *others))


def _one_control() -> CouncilDesign:
    design = _base()
    few = tuple(d for d in design.domains if d.name in ("Chronologies", "Plan"))
    return replace(design, domains=few, themes=design.themes[:1])


DESIGNS = {
    "kinder": _base(optimism=1.2),
    "harsher": _base(optimism=-0.8),
    "few double gradings": replace(_base(), double_share=0.03, calibration_files=0),
    "a rise": _with_effect(3.0),
    "a fall": _with_effect(-3.0),
    "one control domain": _one_control(),
}


@cache
def council(name: str) -> Audits:
    """One of the ten, by its name."""
    seed = 100 + NAMES.index(name)
    built = simulate_council(DESIGNS.get(name, _base()), rng=np.random.default_rng(seed))
    return CHANGED.get(name, lambda audits: audits)(simulated_audits(built))


@cache
def answered(name: str) -> Results:
    """Every answer about one of the ten or about ``EXAMPLE``, made once for all tests."""
    audits = simulated()[1] if name == EXAMPLE else council(name)
    return answers(Evidence(audits=audits, quarter=LAST))


def _unconnected(audits: Audits) -> Audits:
    """Without the grades by which two halves of the auditors could be compared."""
    ours = audits.ratings["role"].isin(["auditor", "second_auditor"])
    half = {name: place % 2 for place, name in enumerate(sorted(audits.ratings["rater"].unique()))}
    first = audits.ratings[audits.ratings["role"] == "auditor"].drop_duplicates("audit_id")
    of_audit = first.set_index("audit_id")["rater"].map(half)
    same = audits.ratings["rater"].map(half) == audits.ratings["audit_id"].map(of_audit)
    return replace(audits, ratings=audits.ratings[same | ~ours])


def _without_a_quarter(audits: Audits) -> Audits:
    return keep(audits, ~audits.audits["quarter"].isin(["2018-19 Q2", "2019-20 Q2"]))


CHANGED = {
    "one grade": one_grade,
    "no overall grade": without_overall,
    "unconnected auditors": _unconnected,
    "missing quarter": _without_a_quarter,
}


def readings(audits: Audits) -> pd.DataFrame:
    """Grades that auditors gave without sight of another's, beside the audit's own columns."""
    ratings = audits.ratings
    ours = ratings[ratings["role"].isin(["auditor", "second_auditor"])]
    seen = (ours["role"] == "second_auditor") & ours["blind"].eq(False).fillna(False).astype(bool)
    return ours[~seen].merge(
        audits.audits[["audit_id", "quarter", "audit_type", "case_type"]], on="audit_id"
    )


def write(table: pd.DataFrame, path: Path) -> Path:
    """Write a plain table, with grades in words."""
    table.to_csv(path, index=False)
    return path


def in_words(codes: pd.Series) -> list[str]:
    """Levels of grade codes; nothing where there is no grade."""
    return ["" if pd.isna(code) else LEVELS[int(code)] for code in codes]


__all__ = ["EACH", "LAST", "LEVELS", "NAMES", "YEAR", "council", "in_words", "readings", "write"]

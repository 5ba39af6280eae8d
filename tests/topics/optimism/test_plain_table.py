"""A plain table of 36 audits, twelve of them moderated, with its figures worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qaf_analysis.data.plain.levels import PlainLevels
from qaf_analysis.data.plain.moderated import PlainModerated
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.topics.optimism.analysis.plain_table import optimism_table

LABELS = ("Inadequate", "Requires improvement", "Good", "Outstanding")
CHANCE_ASSUMED = (
    "The table does not say with which probability audits were chosen for moderation. Adjusted "
    "figures hold only if, within each auditor's grade, they were chosen by chance."
)
UNTOLD = (
    "The table says neither who audited nor how audits were chosen: errors count every audit as "
    "independent, and the verdict holds only for audits chosen by chance."
)
# All graded 2. Of 24 in the first stratum six were read, with a gap of 1; of 12 in the second six,
# with none. Each of six auditors has one of both.
READ = np.array([1] * 6 + [-1] * 18 + [2] * 6 + [-1] * 6)
STRATUM = np.array([0] * 24 + [1] * 12)
TABLE = PlainModerated(
    levels=PlainLevels(
        labels=LABELS, codes={label.casefold(): code for code, label in enumerate(LABELS)}
    ),
    audit_grade=np.full(36, 2),
    moderation_grade=READ,
    auditor=np.array([0, 1, 2, 3, 4, 5] * 6),
    auditors=tuple("ABCDEF"),
    selection_probability=None,
    stratum=STRATUM,
    draw=None,
    selected_by=None,
    warnings=("read as it stands",),
)


def of(**parts):
    found = optimism_table(replace(TABLE, **parts), good_from="Good")
    return {one.name: one.estimate.value for one in found.estimates}, found


def test_strata_say_by_which_chance_audits_were_read():
    """1/4 and 1/2: each of the first six stands for 4 audits, each of the others for 2."""
    figures, found = of()
    assert figures["mean_gap"] == pytest.approx(24 / 36)
    assert figures["adjusted_mean_gap"] == pytest.approx(24 / 36)
    assert figures["adjusted_good"] == pytest.approx(12 / 36)
    assert figures["adjusted[Good]"] == pytest.approx(12 / 36)
    assert figures["adjusted[Requires improvement]"] == pytest.approx(24 / 36)
    assert figures["adjusted_over_rate"] == pytest.approx(24 / 36)
    assert figures["adjusted_under_rate"] == pytest.approx(0)
    assert figures["adjusted_severe_rate"] == pytest.approx(0)
    assert figures["auditor_gap[A]"] == pytest.approx(0.5)
    assert found.warnings == ("read as it stands",)
    assert found.scale == ScaleWords.of(LABELS, 2)


def test_recorded_chances_go_before_strata():
    chance = np.where(STRATUM == 0, 0.5, 0.25)
    figures, found = of(selection_probability=chance)
    assert figures["mean_gap"] == pytest.approx(12 / 36)
    assert found.warnings == ("read as it stands",)


@pytest.mark.parametrize("chance", [None, np.full(36, np.nan)])
def test_without_a_chance_every_audit_weighs_alike_and_it_is_said(chance):
    figures, found = of(stratum=None, selection_probability=chance)
    assert figures["mean_gap"] == pytest.approx(0.5)
    assert found.warnings == ("read as it stands", CHANCE_ASSUMED)


def test_where_all_were_read_nothing_is_assumed():
    _, found = of(stratum=None, moderation_grade=np.array([1, 2] * 18))
    assert found.warnings == ("read as it stands",)


def test_without_auditors_nothing_is_adjusted():
    figures, found = of(stratum=None, auditor=None, auditors=())
    assert figures["mean_gap"] == pytest.approx(0.5)
    assert np.isnan(figures["adjusted_good"])
    assert not [name for name in figures if name.startswith("auditor_gap")]
    assert found.warnings == ("read as it stands", UNTOLD)


def test_the_verdict_stands_before_its_reason():
    _, found = of(moderation_grade=np.where(READ < 0, READ, 2))
    assert found.verdict == (
        "more moderation needed: how far auditors differ among themselves cannot be told: gaps of "
        "the same auditor do not vary at all, so chance cannot be measured"
    )
    assert found.warnings[-1].startswith("All 12 moderators' grades equal the auditors'")

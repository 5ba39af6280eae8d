"""The report and ``qaf stat optimism`` say the same of the same audits, and what they should.

Each council is made once as plain columns and written twice: as the bundle that the report reads,
and as a table for the command.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from qaf_analysis.data.contract.audits import (
    AUDIT_COLUMNS,
    MODERATION_COLUMNS,
    RATING_COLUMNS,
    Audits,
)
from qaf_analysis.data.contract.record import ImportRecord
from qaf_analysis.data.council.assembly import typed
from qaf_analysis.data.plain.moderated import read_moderated_table
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import OFSTED4
from qaf_analysis.terms.settings import Settings
from qaf_analysis.topics.common.auditor_codes import auditor_codes
from qaf_analysis.topics.optimism.analysis.detail import optimism_detail
from qaf_analysis.topics.optimism.analysis.headline import optimism
from qaf_analysis.topics.optimism.analysis.plain_table import optimism_table

LAST = Quarter(2019, 4)
AUDITS, AUDITORS = 160, 8
PROFILE = [0.06, 0.34, 0.45, 0.15]
NUMBERS = ("value", "low", "high", "level", "cases", "auditors", "se", "p", "df")
BY_RISK = np.array([0.1, 0.1, 0.3, 0.6])


@dataclass(frozen=True, kw_only=True)
class Made:
    """One council: a row for each audit and domain, blank where not moderated."""

    rows: pd.DataFrame
    seed: int
    has_overall: bool = True


def made(
    seed,
    *,
    kinder=0.4,
    chance=0.3,
    picked="random",
    risk=0,
    domains=("Overall",),
    moderators=4,
    recorded=True,
    grade=None,
    only_of=None,
):
    """Audits, a draw with these chances (a number, one a grade, or one a half-year), and picks."""
    rng = np.random.default_rng(seed)
    given = np.full(AUDITS, grade) if grade is not None else rng.choice(4, AUDITS, p=PROFILE)
    auditor = rng.integers(0, AUDITORS, AUDITS)
    chances = np.asarray(chance)
    each = chances[given] if chances.size == 4 else np.resize(chances, AUDITS)
    drawn = rng.random(AUDITS) < each
    if only_of is not None:
        drawn &= auditor == only_of
    by_risk = np.zeros(AUDITS, dtype=bool)
    by_risk[rng.choice(np.flatnonzero(~drawn), risk, replace=False)] = True
    rows = []
    for audit in range(AUDITS):
        for domain in domains:
            shift = rng.integers(-1, 2) if len(domains) > 1 else 0
            shown = int(np.clip(given[audit] + shift, 0, 3))
            step = int(rng.random() < abs(kinder)) * int(np.sign(kinder))
            how = picked if drawn[audit] else "targeted" if by_risk[audit] else ""
            known = each[audit] if drawn[audit] and recorded else 0.2 if by_risk[audit] else np.nan
            rows.append(
                {
                    "audit": f"case-{audit:03d}",
                    "number": audit,
                    "domain": domain,
                    "auditor": f"auditor {auditor[audit]}",
                    "audit_grade": shown,
                    "moderator": f"moderator {audit % moderators}" if how else "",
                    "moderation_grade": int(np.clip(shown - step, 0, 3)) if how else -1,
                    "selected_by": how,
                    "selection_probability": known,
                }
            )
    return Made(rows=pd.DataFrame(rows), seed=seed, has_overall="Overall" in domains)


COUNCILS = {
    "kinder auditors": made(1, kinder=0.7),
    "harsher auditors": made(2, kinder=-0.5),
    "drawn by risk, recorded": made(3, chance=BY_RISK, picked="stratified"),
    "drawn by grade, chances not recorded": made(
        4, chance=BY_RISK, picked="stratified", recorded=False
    ),
    "two draws with unequal chances": made(5, chance=[0.15, 0.5]),
    "targeted picks beside random ones": made(6, risk=30, kinder=0.5),
    "several domains": made(7, domains=("Overall", "Plan", "Voice"), chance=[0.2, 0.6]),
    "no overall grade": made(8, domains=("Plan", "Voice")),
    "one moderator": made(9, moderators=1, kinder=0.02, chance=0.5),
    "few moderations": made(10, chance=0.04),
    "all moderated": made(11, chance=1.0, picked="all"),
    "one grade only": made(12, grade=2, kinder=0.0),
    "nothing moderated": made(13, chance=0.0),
    "only targeted picks": made(14, chance=0.0, risk=40),
    "one auditor moderated": made(15, chance=0.9, only_of=3),
}


def bundle(council):
    rows = council.rows
    quarter = rows["number"] % 4 + 1
    rows = rows.assign(
        audit_id=rows["audit"],
        day=[date(2020, 1, 10) if q == 4 else date(2019, 1 + 3 * q, 10) for q in quarter],
        quarter=[str(Quarter(2019, int(q))) for q in quarter],
    )
    audits = rows.drop_duplicates("audit_id").assign(
        audit_date=lambda each: each["day"], audit_type="case_file", case_type="A", team="T"
    )
    moderated = rows[rows["moderation_grade"] >= 0]
    theirs = moderated.assign(
        rater=moderated["moderator"], grade=moderated["moderation_grade"],
        role="external_moderator", blind=True,
    )  # fmt: skip
    ours = rows.assign(rater=rows["auditor"], grade=rows["audit_grade"], role="auditor")
    ratings = pd.concat([ours, theirs], ignore_index=True)
    moderations = moderated.drop_duplicates("audit_id").assign(
        moderation_source="partner", round="one",
        moderated_on=lambda each: [day + timedelta(20) for day in each["day"]],
    )  # fmt: skip

    def whole(table, columns):
        return typed(table.assign(**{c: None for c in columns if c not in table}), columns)

    return Audits(
        audits=whole(audits, AUDIT_COLUMNS),
        ratings=whole(ratings, RATING_COLUMNS),
        moderations=whole(moderations, MODERATION_COLUMNS),
        settings=Settings(council="Made", domains={"Plan": None, "Voice": None}),
        record=ImportRecord(files=(), findings=(), checks=(), key_id="none"),
    )


def by_command(rows, path):
    """What ``qaf stat optimism`` computes from these rows, by name, and its verdict."""
    label = dict(enumerate(OFSTED4.levels))
    table = pd.DataFrame(
        {
            "audit_id": rows["audit"] + " " + rows["domain"],
            "auditor": rows["auditor"],
            "audit_grade": rows["audit_grade"].map(label),
            "moderation_grade": rows["moderation_grade"].map(label).fillna(""),
            "selected_by": rows["selected_by"],
            "selection_probability": rows["selection_probability"],
            # what was picked by risk is another draw than what was drawn by chance
            "draw": rows["selected_by"],
        }
    )
    table.to_csv(path, index=False)
    found = optimism_table(read_moderated_table(path, layout="long"))
    return {one.name: one.estimate for one in found.estimates}, found.verdict


@pytest.fixture(scope="module", params=COUNCILS)
def both(request, tmp_path_factory):
    council = COUNCILS[request.param]
    audits, path = bundle(council), tmp_path_factory.mktemp("plain") / "audits.csv"
    found, detail = optimism(audits, quarter=LAST), optimism_detail(audits, quarter=LAST)
    rows = council.rows
    told = rows[rows["domain"] == "Overall"] if council.has_overall else rows
    return council, found, detail, by_command(told, path), path


def same(one, other):
    ours, theirs = ([getattr(each, name) for name in NUMBERS] for each in (one, other))
    assert ours == pytest.approx(theirs, abs=1e-12, rel=0, nan_ok=True)
    assert one.method == other.method


def test_the_section_s_figures_are_the_command_s(both):
    council, found, _, (table, verdict), _ = both
    same(found.gap, table["mean_gap"])
    same(found.over, table["over_rate"])
    same(found.under, table["under_rate"])
    same(found.severe, table["severe_rate"])
    same(found.good_shift, table["net_good_shift"])
    same(found.heterogeneity, table["tau"])
    assert verdict == f"{found.verdict}: {found.reason}"
    if council.has_overall:
        same(found.adjusted_good, table["adjusted_good"])
        same(found.adjusted_gap, table["adjusted_mean_gap"])
        for label, share in zip(found.scale.levels, found.adjusted_profile, strict=True):
            same(share, table[f"adjusted[{label}]"])


def test_the_annex_s_figures_are_the_command_s(both):
    council, found, detail, (table, _), _ = both
    assert bool(detail.measures) == (found.scope.used > 0)
    for named in detail.measures:
        same(named.estimate, table[named.name])
    if council.rows["selected_by"].eq("targeted").any():
        return  # auditors' own gaps rest on what was drawn by chance alone
    same(detail.own.between, table["tau_unweighted"])
    codes = auditor_codes(f"auditor {number}" for number in range(AUDITORS))
    named = {code: table.get(f"auditor_gap[{rater}]") for rater, code in codes.items()}
    for own in detail.own.auditors:
        same(own.shrunken, named[own.auditor])


def test_a_group_that_holds_all_cases_has_the_headline_s_figures(both):
    council, found, detail, _, _ = both
    groups = [group for group in found.by_selection if group.label == "chosen by chance"]
    groups += [group for kind in detail.grouped for group in kind.groups if group.label == "blind"]
    groups += [
        group
        for kind in detail.grouped
        for group in kind.groups
        if (kind.kind, group.label) == ("domain", "Overall")
    ]
    if council.rows["selected_by"].eq("targeted").any():
        # by risk and by chance are two groups of one figure
        groups = [group for group in groups if group.label != "chosen by chance"]
        assert len(groups) == 2
    else:
        assert len(groups) == (found.scope.used > 0) * (2 + council.has_overall)
    for group in groups:
        assert group.cases == found.scope.used
        same(group.gap, found.gap)
        same(group.over, found.over)
        same(group.under, found.under)


def test_page_and_annex_tell_the_same_of_each_source():
    """A source is told by its own readings, also of audits that another source read first."""
    council = bundle(COUNCILS["kinder auditors"])
    again, theirs = council.moderations.copy(), council.ratings["role"] == "external_moderator"
    again = again.assign(
        moderator="moderator 9",
        moderation_source="peers",
        moderated_on=again["moderated_on"] + timedelta(5),
    )
    graded_again = council.ratings[theirs].assign(rater="moderator 9", grade=1)
    twice = replace(
        council,
        moderations=pd.concat([council.moderations, again], ignore_index=True),
        ratings=pd.concat([council.ratings, graded_again], ignore_index=True),
    )
    found, detail = optimism(twice, quarter=LAST), optimism_detail(twice, quarter=LAST)
    assert [group.label for group in found.by_source] == ["partner", "peers"]
    assert found.by_source[0].cases == found.by_source[1].cases == len(again)
    assert [kind.groups for kind in detail.grouped if kind.kind == "source"] == [found.by_source]
    same(found.by_source[0].gap, found.gap)


def test_a_domain_s_gap_is_the_command_s_of_that_domain(both):
    council, _, detail, _, path = both
    groups = [each for kind in detail.grouped if kind.kind == "domain" for each in kind.groups]
    moderated = council.rows[council.rows["moderation_grade"] >= 0]
    # Without an overall grade the headline itself is of all domains together.
    told = sorted(moderated["domain"].unique()) if council.has_overall else []
    assert sorted(group.label for group in groups) == told
    for group in groups:
        rows = council.rows[council.rows["domain"] == group.label]
        table, _ = by_command(rows, path)
        same(group.gap, table["mean_gap"])
        same(group.over, table["over_rate"])
        same(group.under, table["under_rate"])


def test_the_gap_speaks_for_all_audits(both):
    """Each audit drawn by chance stands for 1/chance of its grade, or for its grade's share."""
    council, found, _, _, _ = both
    if not found.gap.is_estimable or not council.has_overall:
        assert found.verdict == "more moderation needed" or not council.has_overall
        return
    rows = council.rows[council.rows["domain"] == "Overall"]
    drawn = rows[rows["selected_by"].isin(["random", "stratified", "all", "targeted"])]
    gaps = drawn["audit_grade"] - drawn["moderation_grade"]
    ways = set(drawn["selected_by"])
    unequal = drawn["selection_probability"].nunique() > 1 or ways & {"stratified", "targeted"}
    if not unequal:
        assert found.gap.value == pytest.approx(gaps.mean(), abs=1e-12)
        return
    weight = 1 / drawn["selection_probability"].fillna(1.0)
    if drawn["selected_by"].nunique() > 1:
        # Two draws, each with one chance for all: audits of one grade weigh alike.
        weight[:] = 1.0
    by_grade = (gaps * weight).groupby(drawn["audit_grade"]).sum() / weight.groupby(
        drawn["audit_grade"]
    ).sum()
    held = rows["audit_grade"].value_counts().reindex(by_grade.index)
    assert found.gap.value == pytest.approx((by_grade * held).sum() / held.sum(), abs=1e-12)
    assert found.gap.value != pytest.approx(gaps.mean(), abs=1e-3)


def test_the_councils_are_as_unlike_as_they_say():
    def verdict(name):
        return optimism(bundle(COUNCILS[name]), quarter=LAST)

    kinder, harsher = verdict("kinder auditors"), verdict("harsher auditors")
    assert kinder.gap.low > 0
    assert optimism_detail(bundle(COUNCILS["kinder auditors"]), quarter=LAST).own.auditors
    assert harsher.gap.high < 0
    assert verdict("one moderator").verdict == "accept"
    assert 0 < verdict("few moderations").scope.used < 10
    assert verdict("all moderated").scope.used == AUDITS
    assert verdict("one grade only").gap.value == 0
    assert verdict("one auditor moderated").adjusted_good.why_not.startswith("all moderated audits")
    assert {g.label for g in verdict("targeted picks beside random ones").by_selection} == {
        "chosen by chance",
        "picked by risk",
    }

"""The vocabulary of verdicts: its words, the rules beside them, and that nobody reads them as text.

The words are listed once more here, so that a changed wording is a decision and not an accident:
it touches ``terms/verdicts`` and this list.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path

import pytest

from qaf_analysis.report import method
from qaf_analysis.terms import verdicts
from qaf_analysis.terms.scale import OFSTED4
from qaf_analysis.terms.verdicts import (
    AGREEMENT_CHANGE_RULE,
    ANCHOR_CLAIMS,
    BRIDGE_CLAIMS,
    BRIDGE_RULE,
    GRADE_CLAIMS,
    IS_A_CLAIM,
    OPTIMISM_RULE,
    RE_AUDIT_RULE,
    SEVERITY_RULE,
    THEME_CLAIMS,
    THEME_OPEN,
    TREND_RULE,
    YEAR_CLAIMS,
    AnchorVerdict,
    BridgeVerdict,
    FocusVerdict,
    OptimismVerdict,
    Reservation,
    ReservedVerdict,
    SelectionRefusal,
    SpreadRule,
    SpreadVerdict,
    ThemeRule,
    ThemeVerdict,
    YearVerdict,
)
from qaf_analysis.topics.common.results_json import result_from_json, result_to_json

PACKAGE = Path(__file__).parents[2] / "qaf_analysis"
VOCABULARY = {
    kind
    for kind in vars(verdicts).values()
    if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum
}
SNAPSHOTS = "difference seen; cannot tell practice from who audited or how the sample was picked"
WORDS = {
    "AgreementVerdict": (
        "agrees well|agrees in part|agrees poorly|too few to say|not measurable this period"
    ),
    "AgreementClaim": "auditors like these|these auditors only|one auditor with the others",
    "OptimismVerdict": "accept|adjust|re-audit|more moderation needed|not judged",
    "VerdictFigure": (
        "mean gap|shift in the positive share|severe differences|spread between auditors"
    ),
    "Standing": (
        "shown to be small|shown to be small, and not none|shown to be too large|not settled"
    ),
    "GapDirection": "narrowing|widening|no clear change|not known",
    "FunnelPlace": "within|above_95|above_998|below_95|below_998|not known",
    "ThemeVerdict": "improved|got worse|no evidence of change|too little data",
    "Reservation": "provisional|depends on the scale|a drift of its own could explain it|most "
    "other ways of asking differ",
    "DriftStanding": "firm against drift|stands if it drifted no faster than was seen|a drift of "
    "its own could explain it",
    "Saying": "improved|got worse|no clear change|not available",
    "ReAuditVerdict": f"{SNAPSHOTS}|no {SNAPSHOTS}|too few to say",
    "ProcessAnswer": (
        "less consistent, and agreement fell|less consistent|agreement with moderators fell|"
        "too little data|no evidence of change|more consistent|agreement improved, strictness no "
        "clearer"
    ),
    "SpreadVerdict": "more consistent|no evidence of change|less consistent|too little data",
    "AgreementChangeVerdict": (
        "agreement improved|no evidence of change|agreement fell|too little data"
    ),
    "RetainedSays": "agrees|differs|cannot be told",
    "TrendClaim": (
        "practice improved|practice got worse|grading became kinder|grading became harsher|"
        "kinder auditors did more of the audits|harsher auditors did more of the audits|"
        "auditors became kinder|auditors became harsher|no clear change|cannot be told"
    ),
    "YearVerdict": "has risen|has fallen|no change can be told|cannot be told",
    "BridgeVerdict": (
        "improved|worsened|grades rose|grades fell|no evidence of change|cannot be compared"
    ),
    "BridgeRefusal": (
        "no audit was graded on both scales|too few audits were graded on both scales|"
        "audits for the bridge were not picked by chance|"
        "readers saw the first grade, or it is not recorded that they did not|"
        "too few readers graded for the bridge|"
        "a grade that many audits have is hardly in the bridge"
    ),
    "FocusVerdict": "weaker|not shown to be weaker|cannot be told",
    "FocusMeasure": (
        "kinder to the child's domains than to process|"
        "the child's domains count for less in the overall grade|"
        "the domains of an audit are graded more alike"
    ),
    "SteadinessVerdict": "held steady|moved|not shown|not tested",
    "SeverityFinding": (
        "clearly stricter|clearly kinder|possibly stricter|possibly kinder|no clear difference|"
        "not enough yet"
    ),
    "SelectionRefusal": (
        "no audit of this period was moderated|"
        "how cases were chosen for moderation is not recorded|"
        "cases were picked for moderation by risk, none by chance|"
        "the audits carry no single overall grade"
    ),
    "AnchorVerdict": "drifted kinder|drifted harsher|no drift seen|too few to say",
    "Variation": "improvement|concern|common cause|cannot tell|missing",
    "Assurance": "consistently pass|consistently fail|hit and miss|unknown",
}


def test_every_verdict_has_its_published_words():
    assert {kind.__name__: "|".join(kind) for kind in VOCABULARY} == WORDS


def test_groups_hold_what_they_say():
    assert set(THEME_CLAIMS) | set(THEME_OPEN) == set(ThemeVerdict)
    assert not set(THEME_CLAIMS) & set(THEME_OPEN)
    assert OptimismVerdict.ADJUST in IS_A_CLAIM
    assert SpreadVerdict.LESS in IS_A_CLAIM
    assert ThemeVerdict.GOT_WORSE in IS_A_CLAIM
    assert {YearVerdict.RISEN, YearVerdict.FALLEN, FocusVerdict.WEAKER} <= IS_A_CLAIM
    assert set(BRIDGE_CLAIMS) == {BridgeVerdict.IMPROVED, BridgeVerdict.WORSENED}
    assert set(GRADE_CLAIMS) == {BridgeVerdict.GRADES_ROSE, BridgeVerdict.GRADES_FELL}
    assert {*BRIDGE_CLAIMS, *GRADE_CLAIMS} <= IS_A_CLAIM
    assert set(ANCHOR_CLAIMS) == {AnchorVerdict.KINDER, AnchorVerdict.HARSHER} <= IS_A_CLAIM
    assert not IS_A_CLAIM & {AnchorVerdict.NO_DRIFT, AnchorVerdict.TOO_FEW}
    assert set(YEAR_CLAIMS) == {YearVerdict.RISEN, YearVerdict.FALLEN}
    quiet = {
        OptimismVerdict.ACCEPT, OptimismVerdict.MORE_MODERATION, *THEME_OPEN, YearVerdict.NO_CHANGE,
        FocusVerdict.NOT_SHOWN,
    }  # fmt: skip
    assert not IS_A_CLAIM & {BridgeVerdict.NO_EVIDENCE, BridgeVerdict.CANNOT_BE_COMPARED}
    assert not IS_A_CLAIM & {*quiet, SpreadVerdict.NO_EVIDENCE, SpreadVerdict.TOO_LITTLE}


@pytest.mark.parametrize("verdict", ThemeVerdict)
@pytest.mark.parametrize("reservations", [(), (Reservation.PROVISIONAL,), tuple(Reservation)])
def test_a_verdict_with_reservations_is_read_as_it_was_written(verdict, reservations):
    found = ReservedVerdict(verdict, reservations)
    again = ReservedVerdict.parse(str(found))
    assert again == found
    assert again.verdict is verdict


def test_a_refusal_is_told_from_any_other_reason():
    assert SelectionRefusal.of(str(SelectionRefusal.NOT_RECORDED)) is SelectionRefusal.NOT_RECORDED
    assert SelectionRefusal.of("only 3 moderated audits; at least 10 are needed") is None
    assert SelectionRefusal.of("") is None


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Every way in which a result holds a verdict."""

    one: ThemeVerdict
    with_reservations: ReservedVerdict
    of_several: OptimismVerdict | ThemeVerdict | SpreadVerdict
    perhaps: SpreadVerdict | None
    many: tuple[ThemeVerdict, ...]


@pytest.mark.parametrize("several", [OptimismVerdict.RE_AUDIT, ThemeVerdict.IMPROVED,
                                     SpreadVerdict.MORE])  # fmt: skip
def test_results_keep_verdicts_as_text_and_give_them_back_as_members(several):
    kept = Kept(
        one=ThemeVerdict.GOT_WORSE,
        with_reservations=ReservedVerdict(ThemeVerdict.IMPROVED, (Reservation.PROVISIONAL,)),
        of_several=several,
        perhaps=None,
        many=(ThemeVerdict.TOO_LITTLE,),
    )
    text = result_to_json(kept)
    assert f'"one": "{ThemeVerdict.GOT_WORSE.value}"' in text
    assert f'"with_reservations": "{kept.with_reservations}"' in text
    again = result_from_json(text, Kept)
    assert again == kept
    assert again.one is ThemeVerdict.GOT_WORSE
    assert again.of_several is several
    assert again.many[0] is ThemeVerdict.TOO_LITTLE


@pytest.mark.parametrize(
    ("levels", "own", "tolerance", "severe"),
    [
        (4, {}, 0.25, "two grades or more"),
        (11, {}, 10 / 12, "five grades or more"),
        (2, {}, 0.125, ""),
        (4, {"tolerance": 0.4, "severe_from": 3}, 0.4, "three grades or more"),
        (3, {"severe_from": 1}, 1 / 6, "one grade or more"),
        (25, {}, 2.0, "12 grades or more"),
    ],
)
def test_the_limits_of_optimism_are_of_the_scale(levels, own, tolerance, severe):
    limits = OPTIMISM_RULE.limits(levels, **own)
    assert limits.tolerance == pytest.approx(tolerance)
    assert limits.small_spread == pytest.approx(2 * tolerance)
    assert limits.severe_words == severe


RULE_CHANGES = [
    ("_AGREEMENT", "well_from", 0.71, "0.71"),
    ("_AGREEMENT", "in_part_from", 0.37, "0.37"),
    ("_AGREEMENT", "alpha_from", 0.33, "0.33"),
    ("_AGREEMENT", "level", 0.88, "88% interval"),
    ("_AGREEMENT", "poorly_below", 0.47, "below 0.47"),
    ("_AGREEMENT", "between", (0.27, 0.74), "between 0.27 and 0.74"),
    ("_AGREEMENT", "fewest_audits", 17, "17 audits graded twice"),
    ("_OPTIMISM", "tolerance_of_scale", 0.11, "gap within 0.33 of a grade"),
    ("_OPTIMISM", "least_tolerance", 0.31, "above 0.31 of a grade"),
    ("_OPTIMISM", "good_shift", 0.11, "at most 11 points"),
    ("_OPTIMISM", "severe_share", 0.09, "at most 9%"),
    ("_OPTIMISM", "least_severe", 3, "three grades or more"),
    ("_OPTIMISM", "spread_of_tolerance", 3.0, "at most 0.75"),
    ("_OPTIMISM", "small_level", 0.8, "80% intervals all small"),
    ("_OPTIMISM", "differs_level", 0.96, "96% interval of gap"),
    ("_OPTIMISM", "beyond_level", 0.94, "94% interval of the share"),
    ("_OPTIMISM", "fewest_pairs", 13, "13 moderated"),
    ("_THEME", "smallest_grade", 0.08, "0.08"),
    ("_THEME", "fewest_pre", 4, "4 quarters before"),
    ("_THEME", "fewest_post", 2, "2 after"),
    ("_THEME", "fewest_quarters", 7, "7 in all"),
    ("_THEME", "fewest_audits", 11, "each with 11 audits"),
    ("_THEME", "fewest_off_mode", 21, "21 grades off the commonest"),
    ("_THEME", "widest_good", 0.21, "21 points"),
    ("_THEME", "level", 0.99, "99% interval"),
    ("_SPREAD", "fewest_audits", 26, "26 audits"),
    ("_SPREAD", "fewest_auditors", 6, "6 auditors"),
    ("_SPREAD", "level", 0.8, "80% intervals"),
    ("_CHANGE", "fewest_pairs", 24, "under 24"),
    ("_CHANGE", "level", 0.91, "91% interval"),
    ("_BRIDGE", "level", 0.92, "92% interval of the change"),
    ("_BRIDGE", "fewest_audits", 37, "37 audits graded on both scales"),
    ("_BRIDGE", "fewest_readers", 12, "12 readers"),
    ("_BRIDGE", "common_level", 0.14, "14% of audits or more"),
    ("_BRIDGE", "fewest_of_level", 4, "fewer than 4 of them"),
    ("_ANCHOR", "error", 0.03, "3% of series of 4 rounds"),
    ("_ANCHOR", "looks", 6, "series of 6 rounds"),
    ("_ANCHOR", "fewest_anchors", 11, "fewer than 11 such cases"),
    ("_ANCHOR", "fewest_retests", 27, "27 to know the noise"),
    ("_ANCHOR", "drift", 0.26, "0.26 of a grade either way"),
]


@pytest.mark.parametrize(("rule", "number", "other", "printed"), RULE_CHANGES)
def test_the_printed_rules_are_made_from_the_numbers(monkeypatch, rule, number, other, printed):
    before = "\n".join(map(" ".join, method.rules_table(OFSTED4.words).rows))
    monkeypatch.setattr(method, rule, replace(getattr(method, rule), **{number: other}))
    after = "\n".join(map(" ".join, method.rules_table(OFSTED4.words).rows))
    assert printed in after
    assert printed not in before


# From here on: nobody outside the vocabulary reads a verdict as text.

NOT_A_VERDICT = {
    ("data/cells/words.py", "unknown"): "how an export says that it does not know",
    ("data/cells/words.py", "not known"): "the same",
    ("data/proposal/compose.py", "unknown"): "the same",
    ("data/proposal/words.py", "unknown"): "the same",
    ("data/proposal/write.py", "accept"): "an answer to a question",
    ("terms/names.py", "unknown"): "how a case was chosen for moderation",
    ("data/files/file_lock.py", "unknown"): "who holds a lock",
    ("lab/reviewing.py", "accept"): "what a reviewer says of a finding",
    ("moderation/signoff/review.py", "accept"): "the same",
    ("moderation/packs/scan_page.py", "accept"): "an attribute of a page",
    ("moderation/rounds/closing.py", "accept"): "what an auditor answers to a moderator",
    ("moderation/rounds/decisions.py", "accept"): "the same",
    ("moderation/rounds/desk.py", "accept"): "the same",
    ("moderation/rounds/collecting.py", "missing"): "cases that have not come back",
    ("moderation/rounds/revealing.py", "cannot be compared"): "a grade that was not given",
    ("run/compare.py", "differs"): "two runs beside one another",
    ("kit/numbers.py", "too few to say"): "a figure that is not given",
    ("topics/impact/analysis/plain_table.py", "agrees"): "a verb",
    ("topics/impact/words.py", "agrees"): "a verb",
    ("topics/impact/tables.py", "not tested"): "a p-value that is not given",
    ("topics/impact/tables.py", "not known"): "a change that is not given",
    ("topics/impact/tables.py", "not available"): "an estimate that is not given",
    ("topics/impact/words.py", "not known"): "a size that is not given",
    ("stats/optimism/verdict.py", "cannot be told"): "part of a sentence",
    ("topics/optimism/pictures.py", "within"): "part of a sentence",
    ("topics/severity/words.py", "differs"): "a verb",
    ("topics/severity/words.py", "cannot be told"): "part of a sentence",
    ("topics/trend/pictures.py", "not known"): "a level that is not given",
}
READ_AS_TEXT = {"startswith", "endswith", "find", "index", "count", "split", "partition", "replace",
                "removeprefix", "removesuffix"}  # fmt: skip
ALSO_PROSE = {"why_not", "reason", "reasons", "full_verdict"}


@cache
def modules() -> dict[str, ast.Module]:
    found = {
        path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
    }
    return {name: tree for name, tree in found.items() if not name.startswith("terms/verdicts/")}


@cache
def verdict_fields() -> set[str]:
    """Names under which results hold a member of the vocabulary, and prose that explains one."""
    kinds = {kind.__name__ for kind in VOCABULARY} | {"ReservedVerdict"}
    found = set(ALSO_PROSE)
    for tree in modules().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                named = {
                    part.id for part in ast.walk(node.annotation) if isinstance(part, ast.Name)
                }
                if named & kinds:
                    found.add(node.target.id)
    return found


def offences(name: str, tree: ast.Module, fields: set[str]) -> Iterator[str]:
    texts = {member.value for kind in VOCABULARY for member in kind}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            bare = node.value.strip(" .,:;")
            if bare in texts and (name, bare) not in NOT_A_VERDICT:
                yield f"{name}:{node.lineno} writes {bare!r}: name its member"
        # Reading data comes before any verdict; there an answer is that of a form or a person.
        if isinstance(node, ast.Compare) and not name.startswith("data/"):
            sides = (node.left, *node.comparators)
            if any(_holds(side, fields) for side in sides) and any(map(_has_text, sides)):
                yield f"{name}:{node.lineno} compares a verdict or its reason with text"
        if _reads_as_text(node, fields):
            yield f"{name}:{node.lineno} reads a verdict or its reason as text"


def _holds(node: ast.expr, fields: set[str]) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name in fields


def _reads_as_text(node: ast.AST, fields: set[str]) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    return node.func.attr in READ_AS_TEXT and _holds(node.func.value, fields)


def _has_text(node: ast.expr) -> bool:
    parts = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    return any(isinstance(p, ast.Constant) and isinstance(p.value, str) and p.value for p in parts)


def test_no_verdict_is_written_or_read_as_text_outside_the_vocabulary():
    fields = verdict_fields()
    assert {"verdict", "finding", "says", "direction", "reading", "last", "funnel"} <= fields
    assert not [said for name, tree in modules().items() for said in offences(name, tree, fields)]


def test_every_exception_is_still_needed():
    written = {
        (name, node.value.strip(" .,:;"))
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(NOT_A_VERDICT) <= written


@pytest.mark.parametrize(
    "line",
    [
        'agreement.verdict == "agrees well"',
        'agreement.verdict.startswith("not")',
        'theme.verdict in ("improved", "got worse")',
        '"not recorded" in optimism.adjusted_good.why_not',
        'person.finding.startswith("clearly")',
        f'claims = {{"{SpreadVerdict.MORE}": 1}}',
        'line.says != "no clear change"',
        'trend.direction in ("narrow", "wide")',
    ],
)
def test_the_rule_sees_what_it_forbids(line):
    assert list(offences("topics/new.py", ast.parse(line), verdict_fields()))


METHODS = PACKAGE.parent / "docs" / "methods"
THEME, SPREAD = ThemeRule(), SpreadRule()
QUOTED = [
    ("optimism", f"within ±{OPTIMISM_RULE.limits(4).tolerance:g}"),
    ("optimism", f"within ±{100 * OPTIMISM_RULE.good_shift:g} points"),
    ("optimism", f"more than {100 * OPTIMISM_RULE.severe_share:.0f} in 100 audits"),
    ("optimism", f"spread of at most {OPTIMISM_RULE.limits(4).small_spread:g}"),
    ("optimism", f"{OPTIMISM_RULE.fewest_df_within} degrees of freedom within auditors"),
    ("severity", f"±{SEVERITY_RULE.no_difference:g} of a grade"),
    ("true_trend", f"fewer than {TREND_RULE.fewest_by_chance} moderated audits chosen by chance"),
    (
        "process_change",
        f"fewer than {SPREAD.fewest_audits} audits, {SPREAD.fewest_auditors} auditors, or "
        f"{SPREAD.fewest_df_within} degrees of freedom",
    ),
    ("process_change", f"both {SPREAD.level:.0%} intervals lie below zero"),
    ("process_change", f"fewer than {AGREEMENT_CHANGE_RULE.fewest_pairs} pairs before or after"),
    ("process_change", f"the {AGREEMENT_CHANGE_RULE.level:.0%} interval of the difference"),
    (
        "themed_impact",
        f"fewer than {THEME.fewest_pre} quarters before, {THEME.fewest_post} after or "
        f"{THEME.fewest_quarters} in all with {THEME.fewest_audits} audits each",
    ),
    ("themed_impact", f"fewer than {THEME.fewest_off_mode} grades other than its commonest"),
    (
        "themed_impact",
        f"p below {1 - THEME.level:.2f} and a change of at least {THEME.smallest_grade:.2f} of a "
        f"grade ({100 * THEME.smallest_good:.0f} points",
    ),
    ("themed_impact", f"no further than {100 * THEME.widest_good:.0f} points either way"),
    ("themed_impact", f"fewer than {RE_AUDIT_RULE.fewest_audits} audits in one are counted only"),
    (
        "scale_bridge",
        f"at least {BRIDGE_RULE.fewest_audits} audits ({BRIDGE_RULE.planned_audits} for changes of "
        f"{100 * BRIDGE_RULE.planned_change:g} points), by {BRIDGE_RULE.fewest_readers} readers",
    ),
    (
        "scale_bridge",
        f"a grade that {BRIDGE_RULE.common_level:.0%} of the audits or more have needs "
        f"{BRIDGE_RULE.fewest_of_level} audits",
    ),
]


@pytest.mark.parametrize(("page", "quoted"), QUOTED)
def test_the_pages_on_methods_quote_the_numbers_of_the_rules(page, quoted):
    text = (METHODS / f"{page}.md").read_text(encoding="utf-8")
    assert quoted in " ".join(text.split())

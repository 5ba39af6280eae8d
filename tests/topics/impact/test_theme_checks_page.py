"""Words and tables on other ways of asking: counts, units, and reasons where none was asked."""

from __future__ import annotations

import re
from dataclasses import replace
from math import exp

import pytest

from qaf_analysis.stats.impact.sensitivity import QUESTIONS
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import Theme
from qaf_analysis.terms.verdicts import ThemeVerdict
from qaf_analysis.topics.impact.analysis.checks import theme_checks
from qaf_analysis.topics.impact.tables import theme_checks_tables
from qaf_analysis.topics.impact.words import CHECKS_LIMITS as LIMITS
from qaf_analysis.topics.impact.words import LABELS, say_theme_checks
from tests.report.test_quarterly import numbers, table_text
from tests.topics.councils import LAST, simulated
from tests.topics.theme_by_hand import about

LATE = Theme(name="Late", domain="Risk", audited_in=LAST)


@pytest.fixture(scope="module")
def council():
    return simulated()[1]


@pytest.fixture(scope="module")
def found(council):
    return theme_checks(council, quarter=LAST)


def signed(value, decimals=2):
    text = f"{value:+.{decimals}f}".replace("-", "\N{MINUS SIGN}")
    return text if float(text.replace("\N{MINUS SIGN}", "-")) else f"{0:.{decimals}f}"


def test_every_line_has_a_label():
    assert list(LABELS) == list(QUESTIONS)


def test_counts_in_words_are_those_of_the_table(found):
    said, overview = say_theme_checks(found), theme_checks_tables(found)[0]
    *rows, total = overview.rows
    for text, row, check in zip(said.paragraphs, rows, found.themes, strict=True):
        agree = sum(line.agrees is True for line in check.lines)
        differ = sum(line.agrees is False for line in check.lines)
        assert row[:5] == (
            check.name, check.verdict, str(agree), str(differ), str(9 - agree - differ),
        )  # fmt: skip
        assert f"{check.name} ({check.verdict} on its own): {agree} answer" in text
        assert (f"{differ} answer" in text) == (differ > 0)
        for line in check.lines:
            named = f"{LABELS[line.name]} ({line.says})"
            assert (named in text) == (line.agrees is False)
            assert (LABELS[line.name] in row[5]) == (line.agrees is False)
    sums = [sum(int(row[place]) for row in rows) for place in (2, 3, 4)]
    assert total == ("All themes", "", *map(str, sums), "")
    assert f"{sums[0]} of the answers about themes agree" in said.claim
    assert f"{sums[1]} do not" in said.claim


def test_every_number_said_stands_in_a_table(council, found):
    for result in (found, theme_checks(about(council, LATE), quarter=LAST)):
        said = say_theme_checks(result)
        known = numbers(table_text(theme_checks_tables(result)))
        assert not numbers(" ".join((said.claim, *said.paragraphs))) - known


def by_line(result):
    """Cells of each line of the first theme."""
    table = theme_checks_tables(result)[1]
    return dict(zip(QUESTIONS, table.rows, strict=True)), table


def test_a_line_is_written_in_its_own_unit(found):
    rows, table = by_line(found)
    lines = {line.name: line.estimate for line in found.themes[0].lines}
    for name in ("wild_bootstrap", "differential_trend", "same_auditors", "leave_one_out"):
        assert rows[name][1] == signed(lines[name].value)
        assert rows[name][2] == f"{signed(lines[name].low)} to {signed(lines[name].high)}"
    assert rows["other_outcome"][1] == f"points: {signed(100 * lines['other_outcome'].value, 0)}"
    assert rows["ordinal_step"][1] == f"odds × {lines['ordinal_step'].value:.2f}"
    odds = exp(lines["its_quasibinomial"].value)
    assert rows["its_quasibinomial"][1] == f"odds × {odds:.2f}"
    deciding = found.themes[0].deciding
    assert f"{ThemeVerdict.IMPROVED}, {signed(deciding.value)} (" in table.note


def test_units_follow_the_outcome_that_decides(council):
    """Decided on Good or better, that outcome is in points and the other one in grades."""
    theme = replace(council.settings.themes[0], outcome="good_or_better")
    result = theme_checks(about(council, theme), quarter=LAST)
    rows, table = by_line(result)
    lines = {line.name: line.estimate for line in result.themes[0].lines}
    assert rows["other_outcome"][1] == signed(lines["other_outcome"].value)
    for name in ("same_auditors", "leave_one_out"):
        assert rows[name][1] == f"points: {signed(100 * lines[name].value, 0)}"
    assert rows["wild_bootstrap"][1] == signed(lines["wild_bootstrap"].value)
    share = result.themes[0].deciding.value
    assert f"{ThemeVerdict.IMPROVED}, {signed(100 * share, 0)} (" in table.note
    assert "points in the share graded good or better. Cliff's delta" in table.note


def test_a_theme_not_tested_says_why_and_has_no_table(council):
    ungraded = Theme(name="Nobody's", domain="Nobody's", audited_in=Quarter(2018, 2))
    result = theme_checks(about(council, LATE, ungraded), quarter=LAST)
    said = say_theme_checks(result)
    assert said.claim == "No verdict on a theme can be asked about in other ways"
    for check, text in zip(result.themes, said.paragraphs, strict=True):
        assert text == f"{check.name}: not asked, because {check.reason}."
    (overview,) = theme_checks_tables(result)
    late, _, total = overview.rows
    assert late[5] == "not asked: no quarter after the themed audit; at least 1 needed"
    assert total[2:5] == ("0", "0", "0")
    assert "nan" not in table_text((overview,)).lower().split()


def test_without_a_theme_about_a_domain_it_says_so(council):
    none = theme_checks(about(council, council.settings.themes[2]), quarter=LAST)
    assert say_theme_checks(none).paragraphs == (
        "Not available because no theme about a domain is declared in the settings.",
    )
    assert theme_checks_tables(none) == ()


def test_a_verdict_of_too_little_data_cannot_be_agreed_with(council, found):
    check = replace(
        found.themes[0],
        verdict=ThemeVerdict.TOO_LITTLE,
        reason="the interval is wide",
        lines=tuple(replace(line, agrees=None) for line in found.themes[0].lines),
    )
    (text,) = say_theme_checks(replace(found, themes=(check,))).paragraphs
    assert text.endswith("nothing can agree or disagree, because the interval is wide.")


def test_no_line_is_said_to_be_a_cause_and_the_limits_are_told(found):
    said = " ".join((say_theme_checks(found).claim, *say_theme_checks(found).paragraphs))
    assert not re.search(r"\b(led to|caused?|because of|as a result|due to)\b", said)
    for part in ("fixed before outcomes were read", "proves nothing", "not corrected"):
        assert part in LIMITS

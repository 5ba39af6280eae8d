"""Words, tables and pictures on themes: what every verdict must carry, and what none may say."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import Theme
from qaf_analysis.terms.verdicts import THEME_CLAIMS, DriftStanding, Reservation, ThemeVerdict
from qaf_analysis.topics.impact.analysis.actions import actions
from qaf_analysis.topics.impact.analysis.themes import TOO_LITTLE, themes
from qaf_analysis.topics.impact.pictures import themes_pictures
from qaf_analysis.topics.impact.tables import themes_tables
from qaf_analysis.topics.impact.words import say_actions, say_themes, themes_card
from tests.report.test_quarterly import numbers, table_text
from tests.topics.councils import LAST, simulated
from tests.topics.theme_by_hand import QUARTERS, about, in_quarter, quarter_means

CHRONOLOGIES = Theme(
    name="Chronologies",
    domain="Chronologies",
    audited_in=Quarter(2018, 2),
    selected_in=(Quarter(2018, 1),),
)
UNTOUCHED = (
    "Assessment and analysis",
    "Plan",
    "Child's voice and lived experience",
    "Impact on the child",
    "Risk",
    "Recording",
)
CAUSAL = re.compile(
    r"\b(led to|caused?|causes|because of|as a result|thanks to|worked|effective|impact of|"
    r"due to|owing to|made a difference|brought about|helped)\b"
)


@pytest.fixture(scope="module")
def council():
    return simulated()[1]


@pytest.fixture(scope="module")
def found(council):
    return themes(council, quarter=LAST)


def paragraph(result, name):
    """The block of sentences about one theme."""
    place = [theme.name for theme in result.themes].index(name)
    return say_themes(result).paragraphs[place]


def missing_numbers(result):
    """Numbers said that stand in no table."""
    said, tables = say_themes(result), numbers(table_text(themes_tables(result)))
    return numbers(" ".join((said.claim, *said.paragraphs, themes_card(result)))) - tables


def signed(value):
    """Two decimals with a true minus sign, and a plus where positive."""
    text = f"{value:+.2f}".replace("-", "\N{MINUS SIGN}")
    return text if float(f"{value:.2f}") else "0.00"


@pytest.mark.parametrize("name", ["Chronologies", "Core groups", "Supervision"])
def test_a_verdict_carries_its_numbers(found, name):
    (theme,) = (theme for theme in found.themes if theme.name == name)
    text, change = paragraph(found, name), theme.change
    audits = sum(point.audits for point in change.series)
    before = sum(not point.post for point in change.series)
    after = len(change.series) - before
    grade = change.grade
    edge = max(abs(grade.low), abs(grade.high))
    assert text.startswith(f"{name} (audited in {theme.design.audited_in}): {theme.verdict}")
    for part in (
        f"With {audits} audits, {before} quarters before the themed audit and {after} after, ",
        f"a true change of {change.detectable_grade.value:.2f} of a grade would be found four ",
        f"it changed by {signed(grade.value)} ({signed(grade.low)} to {signed(grade.high)}) of a ",
        f"A change of more than {edge:.2f} of a grade is ruled out.",
        f"Those domains themselves moved by {signed(change.control_grade.value)} ",
    ):
        assert part in text


def test_a_verdict_names_everything_else_on_record(council, found):
    """Process changes and other themes whose quarter lies within those compared."""
    changes = [(c.starts, f"{c.label} ({c.quarter})") for c in council.settings.process_changes]
    audited = [
        (theme.audited_in.first_day, f"themed audit {theme.name} ({theme.audited_in})")
        for theme in council.settings.themes
    ]
    assert len(changes) == 3
    (told,) = (text for text in say_themes(found).paragraphs if text.startswith("Also on record"))
    for _, label in [*changes, *audited]:
        assert told.count(label) == 1
    assert "not ruled out as an explanation" in told
    reasons = next(t for t in themes_tables(found) if t.caption.startswith("Why each"))
    for theme, row in zip(found.themes, reasons.rows, strict=True):
        for _, label in [*changes, *audited]:
            assert (label in row[-1]) != label.startswith(f"themed audit {theme.name} (")


def test_where_nothing_else_is_on_record_it_is_said(council):
    alone = about(council, CHRONOLOGIES)
    quiet = replace(alone, settings=replace(alone.settings, process_changes=()))
    said = say_themes(themes(quiet, quarter=LAST)).paragraphs
    assert said[-1] == "Nothing else is on record for the quarters compared."


def test_a_type_of_case_is_told_with_its_counts_and_without_a_causal_word(council, found):
    (theme,) = (theme for theme in found.themes if theme.name == "Private fostering")
    text, cohort = paragraph(found, "Private fostering"), theme.cohort
    edge = 100 * max(abs(cohort.difference.low), abs(cohort.difference.high))
    assert (
        f"{cohort.before_n} audits before and {cohort.after_n} after, in 6 quarters before the "
        "themed audit and 5 after" in text
    )
    assert f"A difference of more than {edge:.0f} points is ruled out" in text
    told = text.split("Also on record")[0]
    assert not CAUSAL.search(told)
    assert not re.search("|".join(THEME_CLAIMS), told)
    ruled_out = next(t for t in themes_tables(found) if t.caption.startswith("Why each"))
    row = next(row for row in ruled_out.rows if row[0] == "Private fostering")
    assert row[3] == f"{edge:.0f} points"


def test_a_re_audit_is_told_without_a_causal_word(council):
    audits = council.audits.copy()
    again = audits["quarter"].eq("2019-20 Q4") & audits["audit_type"].eq("collaborative")
    audits.loc[again, "audit_type"] = "re_audit"
    audits.loc[again, "theme"] = "Chronologies"
    said = say_actions(actions(replace(council, audits=audits), quarter=LAST))
    told = said.paragraphs[-1]
    assert "cannot tell practice from who audited" in told
    assert not CAUSAL.search(told)
    assert not re.search("|".join(THEME_CLAIMS), told)


def test_a_theme_without_enough_quarters_says_so_with_its_counts(council):
    late = Theme(name="Late", domain="Risk", audited_in=LAST)
    text = paragraph(themes(about(council, late), quarter=LAST), "Late")
    assert ThemeVerdict.TOO_LITTLE in text
    assert "no quarter after the themed audit; at least 1 needed" in text
    assert "(550 audits, 11 quarters before the themed audit and 0 after.)" in text


@pytest.mark.parametrize(
    ("verdicts", "claim"),
    [
        ((TOO_LITTLE,) * 5, "There is too little data to judge any theme"),
        (
            (TOO_LITTLE, ThemeVerdict.NO_EVIDENCE, *[TOO_LITTLE] * 3),
            "No theme moved apart from the untouched domains",
        ),
        (
            (
                ThemeVerdict.IMPROVED,
                ThemeVerdict.GOT_WORSE,
                TOO_LITTLE,
                ThemeVerdict.IMPROVED,
                TOO_LITTLE,
            ),
            f"Chronologies and Supervision {ThemeVerdict.IMPROVED} and Core groups "
            f"{ThemeVerdict.GOT_WORSE} against untouched domains",
        ),
        (
            (ThemeVerdict.GOT_WORSE, *[TOO_LITTLE] * 4),
            f"Chronologies {ThemeVerdict.GOT_WORSE} against untouched domains",
        ),
        (
            (*[TOO_LITTLE] * 4, ThemeVerdict.IMPROVED),
            f"Strategy meetings {ThemeVerdict.IMPROVED} against untouched domains (Strategy "
            f"meetings: {Reservation.PROVISIONAL})",
        ),
    ],
)
def test_the_claim_says_every_verdict_and_its_reservations(found, verdicts, claim):
    changed = tuple(
        replace(theme, verdict=verdict)
        for theme, verdict in zip(found.themes, verdicts, strict=True)
    )
    assert say_themes(replace(found, themes=changed)).claim == claim


def test_a_change_that_began_before_is_said_to_have(found):
    theme = found.themes[0]
    moving = replace(theme.change.decision, standing=DriftStanding.EXPLAINED)
    early = replace(theme, change=replace(theme.change, decision=moving))
    said = say_themes(replace(found, themes=(early,)))
    assert said.claim.endswith(f"(Chronologies: {Reservation.DRIFT})")
    assert "A drift as fast as one that was seen would explain it." in said.paragraphs[0]
    assert f"Chronologies: {ThemeVerdict.IMPROVED}, {Reservation.DRIFT}." in themes_card(
        replace(found, themes=(early,))
    )


def test_undeclared_selection_is_said_of_tested_themes_only(council, found):
    last = say_themes(found).paragraphs[-1]
    assert last.startswith(
        "No quarter of selection is declared for Core groups, Supervision and Strategy meetings."
    )
    assert "Private fostering" not in last
    declared = themes(about(council, CHRONOLOGIES), quarter=LAST)
    assert not any("No quarter of selection" in text for text in say_themes(declared).paragraphs)
    untested = Theme(name="Late", domain="Risk", audited_in=LAST)
    late = themes(about(council, CHRONOLOGIES, untested), quarter=LAST)
    assert not any("No quarter of selection" in text for text in say_themes(late).paragraphs)


def test_no_theme_declared_is_no_verdict(council):
    none = themes(about(council), quarter=LAST)
    said = say_themes(none)
    assert said.claim == "No themed audit is declared"
    assert "council.toml" in said.paragraphs[0]
    assert themes_tables(none) == themes_pictures(none) == ()
    assert themes_card(none).startswith("Not available because no themed audit is declared")


def thinned(council):
    """Chronologies with a comparison domain graded in some quarters only."""
    gone = (council.ratings["domain"] == "Plan") & in_quarter(council, "2019-20 Q3")
    return replace(council, ratings=council.ratings[~gone])


def flat(council):
    """Every comparison grade the same, so that their own movement has no error."""
    ours = council.ratings["domain"] == "Chronologies"
    return replace(
        council, ratings=council.ratings.assign(grade=council.ratings["grade"].where(ours, 2))
    )


@pytest.mark.parametrize(
    "variant",
    [
        lambda c: c,
        lambda c: about(c, replace(CHRONOLOGIES, outcome="good_or_better")),
        lambda c: about(c, replace(CHRONOLOGIES, controls=("Risk", "Nothing graded"))),
        lambda c: about(thinned(c), CHRONOLOGIES),
        lambda c: about(flat(c), CHRONOLOGIES),
        lambda c: about(c, Theme(name="Late", domain="Risk", audited_in=LAST)),
        lambda c: about(c, Theme(name="Nobody's", domain="None", audited_in=Quarter(2018, 2))),
        lambda c: about(c, c.settings.themes[2]),
        lambda c: about(c, Theme(name="Rare", case_type="Nobody's", audited_in=LAST.next(-4))),
    ],
    ids=["all", "good", "declared", "thinned", "flat", "late", "ungraded", "cohort", "rare"],
)
def test_every_number_said_stands_in_a_table_and_none_is_broken(council, variant):
    result = themes(variant(council), quarter=LAST)
    assert not missing_numbers(result)
    said = say_themes(result)
    everything = " ".join([*said.paragraphs, table_text(themes_tables(result))])
    assert not re.search(r"\bnan\b|because [.,]|too few to say (?:of|points)", everything.lower())


def test_words_of_a_theme_decided_on_good_or_better_are_in_points(council):
    result = themes(about(council, replace(CHRONOLOGIES, outcome="good_or_better")), quarter=LAST)
    change, text = result.themes[0].change, paragraph(result, "Chronologies")
    assert f"it changed by +{100 * change.good.value:.0f} (" in text
    assert f"a true change of {100 * change.detectable_good.value:.0f} points would be" in text
    assert f"and its mean grade by {signed(change.grade.value)} (" in text
    (row,) = themes_tables(result)[0].rows
    assert row[4] == f"{100 * change.detectable_good.value:.0f} points"


def test_what_cannot_be_told_of_the_controls_is_said_in_words(council):
    text = paragraph(themes(about(flat(council), CHRONOLOGIES), quarter=LAST), "Chronologies")
    assert "because no comparison domain is left (0 grades differ from its commonest one" in text
    ungraded = about(council, replace(CHRONOLOGIES, controls=("Risk", "Nothing graded")))
    text = paragraph(themes(ungraded, quarter=LAST), "Chronologies")
    assert "Named for comparison but graded in no audit: Nothing graded." in text


def test_the_picture_shows_where_the_domain_would_stand(council, found):
    """Comparison of each quarter after, at the theme's level, plus the usual difference before."""
    sides = (QUARTERS[:4], QUARTERS[6:])
    means = quarter_means(council, "Chronologies", UNTOUCHED, sides=sides)
    usual = means.loc[QUARTERS[:4], "difference"].mean()
    there = means["themed"] - means["difference"] + usual
    picture = next(p for p in themes_pictures(found) if p.title.startswith("Chronologies"))
    first, last = QUARTERS[6], QUARTERS[11]
    assert (
        f"Had it moved alike {there[first]:.1f} in {first} to {there[last]:.1f} in {last}."
        in picture.alt
    )
    for name, column in (("Chronologies", "themed"), ("Untouched domains", "control")):
        ends = [f"{means.loc[each, column]:.1f} in {each}" for each in (QUARTERS[0], last)]
        assert f"{name} {' to '.join(ends)}." in picture.alt
    # Every quarter between stands in the table.
    table = next(t for t in themes_tables(found) if t.caption.startswith("Chronologies: mean"))
    assert [row[5] for row in table.rows] == [
        *[""] * 4, *(f"{there[quarter]:.2f}" for quarter in QUARTERS[6:]),
    ]  # fmt: skip
    assert abs(usual) > 0.1


def test_the_forest_has_every_tested_theme_and_no_other(council, found):
    forest, *each = themes_pictures(found)
    tested = ["Chronologies", "Core groups", "Supervision", "Strategy meetings"]
    assert [picture.title.split(":")[0] for picture in each] == tested
    assert "Private fostering" not in forest.alt
    for theme in found.themes:
        if theme.change is not None:
            value = abs(theme.change.grade.value)
            said = rf"{theme.name} .{value:.{1 if value >= 0.05 else 2}f} \([^)]+\)"
            assert re.search(rf"{said}, {theme.verdict}\.", forest.alt)
    only_cohort = themes(about(council, council.settings.themes[2]), quarter=LAST)
    assert themes_pictures(only_cohort) == ()


def test_the_table_of_quarters_is_that_of_the_audits(council, found):
    sides = (QUARTERS[:4], QUARTERS[6:])
    means = quarter_means(council, "Chronologies", UNTOUCHED, sides=sides)
    routine = council.audits["audit_type"].eq("collaborative")
    audits = council.audits[routine]["quarter"].value_counts()
    table = next(t for t in themes_tables(found) if t.caption.startswith("Chronologies: mean"))
    assert [row[0] for row in table.rows] == [*QUARTERS[:4], *QUARTERS[6:]]
    for quarter, *cells in table.rows:
        themed, control, difference = means.loc[quarter]
        expected = [f"{themed:.2f}", f"{control:.2f}", signed(difference)]
        assert cells[:-1] == [str(audits[quarter]), *expected]

"""Error rates quoted in the method pages are those of the calibration files, digit by digit."""

import csv
import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from qaf_analysis.terms.measured import (
    CHOSEN_DATE,
    LOWER_MEDIAN_TRAPS,
    THEME_ERRORS,
    WEAKEST_TRAPS,
    ChosenDate,
    DerivedTraps,
    ThemeErrors,
)

DOCS = Path(__file__).parents[1] / "docs"
SIZES, AUDITS = ("20", "40", "80"), ("40", "80", "200")
RATES = ("false_risen", "false_fallen", "found")
VERDICTS = ("accept", "adjust", "re_audit", "more")
RULED_SIZES = ("20", "40", "80", "160")


def read(name):
    with (DOCS / "calibration" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


FOCUS, TREND = read("child_focus"), read("true_trend")
IMPACT, CHARTS = read("impact"), read("theme_charts")
PROCESS, DRAWS = read("process"), read("optimism_draws")
BRIDGE, TWO_BREAKS = read("bridge"), read("two_breaks")
DERIVED = read("derived")
ADDED, DIRECT = "the two changes added up", "oldest audits read on the newest scale"
THEMES = {(r["setting"], r["quarters"], r["size"]): r for r in IMPACT if r["part"] == "theme"}
DESIGNS = (("8", "50"), ("12", "150"))
GIVEN_OUT_AND_ALIKE = "spread 0.8 to 0.4, 90 % own team, then mixed"
SAID = ("good covers what it says", "gap covers what it says")
WEAK, REAL = ("P:", "Q:", "Y:", "Z:"), ("rise", "fall", "large")
RULED = read("optimism_verdict")
OPTIMISM = {
    (r["section"], r["world"], r["auditors"], r["n"], r["selection"], r["figure"]): float(
        r["value"]
    )
    for r in read("optimism")
}


def row(*cells):
    return f"| {' | '.join(cells)} |"


def percent(value):
    return f"{float(value):.1%}"


def names(rows, column):
    return list(dict.fromkeys(r[column] for r in rows))


def profile(section, world, auditors, *chosen):
    rows = []
    for how in chosen:
        for n in SIZES:
            line = (section, world, auditors, n, how)
            if (*line, "printed") in OPTIMISM:
                shares = ("printed", "good coverage", "gap coverage")
                printed, good, gap = (percent(OPTIMISM[*line, figure]) for figure in shares)
                widths = (f"{OPTIMISM[*line, f'{figure} width']:.2f}" for figure in ("good", "gap"))
                rows.append(row(how, n, printed, good, next(widths), gap, next(widths)))
    return rows


def worst_profile():
    def lowest(*figures):
        return percent(min(v for k, v in OPTIMISM.items() if k[0] == "main" and k[-1] in figures))

    return [
        row("share graded good or better", lowest("good coverage")),
        row("mean gap", lowest("gap coverage")),
        row("share of one grade", lowest(*(f"grade {number} coverage" for number in range(1, 5)))),
        row("share graded good or better, by ppi-python 0.2.3", lowest("ppi-python coverage")),
    ]


def plain_gap():
    figures = ("coverage", "coverage of these audits", "coverage, auditors ignored")
    return [
        row(auditors, n, *(percent(OPTIMISM[*line, figure]) for figure in figures))
        for auditors in ("8", "29")
        for n in SIZES
        for line in [("mean gap", "true gap 0.31", auditors, n, "random")]
    ]


def on(rows, **which):
    return [r for r in rows if all(r[name] == value for name, value in which.items())]


def verdicts():
    rows = on(RULED, levels="4", auditors="29", chosen="random")
    return [
        row(world, *(" / ".join(percent(r[verdict]) for verdict in VERDICTS)
                     for r in on(rows, world=world)))
        for world in names(rows, "world")
    ]  # fmt: skip


def ruled_councils():
    return list(dict.fromkeys((r["levels"], r["auditors"], r["chosen"]) for r in RULED))


def wrong_verdicts():
    def worst(rows, verdict):
        return percent(max(float(r[verdict]) for r in on(rows, **{f"{verdict}_wrong": "True"})))

    return [
        row(*kind, *(worst(rows, verdict) for verdict in ("accept", "adjust", "re_audit")))
        for kind in ruled_councils()
        for rows in [on(RULED, levels=kind[0], auditors=kind[1], chosen=kind[2])]
    ]


def ordinary_accepted():
    return [
        row(*kind, *(percent(r["accept"]) for r in rows))
        for kind in ruled_councils()
        for rows in [on(RULED, levels=kind[0], auditors=kind[1], chosen=kind[2], world="ordinary")]
    ]


def test_no_verdict_on_optimism_is_wrong_more_often_than_is_told():
    """5 in 100, and two Monte Carlo standard errors above for the highest of so many lines."""
    for verdict in ("accept", "adjust", "re_audit"):
        for r in on(RULED, **{f"{verdict}_wrong": "True"}):
            assert float(r[verdict]) <= 0.05 + 2 * float(r["mc"]), r


def test_an_ordinary_council_with_160_moderated_audits_is_accepted():
    (found,) = on(RULED, levels="4", auditors="29", chosen="random", world="ordinary", n="160")
    assert float(found["accept"]) >= 0.8


def hunch():
    return [
        row(
            world,
            n,
            f"{OPTIMISM[*line, 'good bias']:+.2f}",
            percent(OPTIMISM[*line, "good coverage"]),
            percent(OPTIMISM[*line, "gap coverage"]),
        )
        for world in ("optimistic, 200 audits", "optimistic, 1,450 audits")
        for n in SIZES
        for line in [("hunch", world, "29", n, "hunch, recorded as random")]
    ]


def focus_claims(weaker):
    claimed = {(r["world"], r["audits"]): percent(r["any_claim"]) for r in FOCUS}
    worlds = names([r for r in FOCUS if r["weaker"] == str(weaker)], "world")
    return [row(world, *(claimed[world, n] for n in AUDITS)) for world in worlds]


def focus_alone():
    found = {
        (r["world"], r["measure"]): [percent(r[f]) for f in ("plain", "alone") if r[f] != "nan"]
        for r in FOCUS
        if r["audits"] == "80"
    }
    return [
        row(world, *found[world, "gap"], *found[world, "share"], *found[world, "halo"])
        for world in names(FOCUS, "world")
    ]


def focus_coverage():
    return [
        row(measure, percent(min(float(r["coverage"]) for r in FOCUS if r["measure"] == measure)))
        for measure in names(FOCUS, "measure")
    ]


def year_rates():
    return [
        row(r["world"], *(percent(r[f]) if r[f] != "nan" else "" for f in RATES))
        for r in read("year_change")
        if r["rule"] == "in use"
    ]


def bridge_sizes():
    """A row for each size of bridge, with steady auditors: no change, then rises of 9 and 15."""
    found = {(r["readers"], r["audits"], r["rise"]): r for r in BRIDGE if r["part"] == "readers"}
    return [
        row(
            *size,
            *(percent(found[*size, "0"][figure]) for figure in ("coverage", "above")),
            f"±{100 * float(found[*size, '0']['half_width']):.0f}",
            *(percent(found[*size, rise]["above"]) for rise in ("0.09", "0.15")),
        )
        for size in dict.fromkeys((readers, audits) for readers, audits, _ in found)
    ]


def bridge_enough():
    """Lines with steady auditors that a report would not refuse."""
    return [r for r in BRIDGE if r["part"] == "readers" and int(r["readers"]) >= 10]


def bridge_coverage():
    covered = [float(r["coverage"]) for r in bridge_enough()]
    return (f"they cover {percent(min(covered))} to {percent(max(covered))},",)


def test_a_change_of_scale_alone_is_seldom_called_an_improvement():
    for r in BRIDGE:
        if r["kind"] == "A" and r["rise"] == "0" and r["part"] in ("readers", "severity", "other"):
            assert float(r["above"]) <= 0.03, r
            assert float(r["coverage"]) >= 0.95, r


def derived_traps(rule):
    rows = {
        (r["auditors"], int(r["areas"])): r
        for r in DERIVED
        if (r["part"], r["rule"]) == ("level", rule)
    }
    moved = [
        abs(float(rows[who, n]["good"]) - float(rows[who, n - 1]["good"])) * 100
        for who, n in rows
        if (who, n - 1) in rows
    ]
    noisy = {n: rows["noisier", n] for n in (3, 6)}
    harsh = {n: round(float(r["area_gap"]) - float(r["gap"]), 2) for n, r in noisy.items()}
    return round(min(moved)), round(max(moved)), harsh


def test_what_a_rule_does_to_level_and_noise_is_as_measured():
    fewest, most, harsh = derived_traps("weakest")
    assert (
        DerivedTraps(fewest=fewest, most=most, harsh_three=harsh[3], harsh_six=harsh[6])
        == WEAKEST_TRAPS
    )
    fewest, most, harsh = derived_traps("lower_median")
    assert DerivedTraps(fewest=fewest, most=most) == LOWER_MEDIAN_TRAPS
    assert max(map(abs, harsh.values())) <= 0.02  # nothing worth telling


def test_intervals_of_the_derived_gap_cover_what_they_say():
    told = [r for r in DERIVED if r["part"] == "interval"]
    assert {(r["rule"], r["moderated"]) for r in told} == {
        (rule, size)
        for rule in ("lower_median", "weakest", "weakest_child")
        for size in ("20", "40", "80")
    }
    for r in told:
        assert float(r["coverage"]) >= 0.95, r
        assert abs(float(r["mean"]) - float(r["truth"])) <= 0.02, r


def derived_coverage():
    covered = [float(r["coverage"]) for r in DERIVED if r["part"] == "interval"]
    return (f"covers the true gap in {percent(min(covered))} to {percent(max(covered))} of",)


def two_breaks():
    rows = {(r["setting"], r["way"]): r for r in TWO_BREAKS}
    back = "practice rises and falls back, third scale easier"
    still, added, direct = (
        rows["no change of practice", ADDED],
        rows[back, ADDED],
        rows[back, DIRECT],
    )
    return (
        f"the sum covers {percent(still['coverage'])} where practice stood still and its interval "
        f"is ±{100 * float(still['half']):.0f} points.",
        f"the sum covers {percent(added['coverage'])} and says *improved* in "
        f"{percent(added['improved'])} of councils.",
        f"cover {percent(direct['coverage'])} and say it in {percent(direct['improved'])}:",
    )


def test_two_changes_of_scale_added_up_find_changes_and_one_bridge_over_both_does_not():
    unchanged = [r for r in TWO_BREAKS if abs(float(r["truth"])) < 1e-9]
    assert {r["way"] for r in unchanged} == {ADDED, DIRECT}
    for r in TWO_BREAKS:
        if r["way"] == DIRECT:
            assert float(r["coverage"]) >= 0.94, r
    for r in unchanged:
        if r["way"] == DIRECT:
            assert float(r["improved"]) <= 0.03, r
    assert max(float(r["improved"]) for r in unchanged if r["way"] == ADDED) > 0.1


def trend(measure):
    return [
        row(
            r["world"],
            r["part"],
            f"{round(float(r['truth']), 2) + 0:.2f}",
            f"±{float(r['half_width']):.2f}",
            *(percent(r[figure]) for figure in ("coverage", "called_up", "called_down")),
        )
        for r in TREND
        if r["design"] == "200 audits a year, 80 moderated at random"
        and r["measure"] == measure
        and r["part"] in ("practice", "leniency", "mix", "drift")
    ]


def trend_designs():
    called = {
        (r["design"], r["part"]): percent(r["called_up"])
        for r in TREND
        if (r["world"], r["measure"]) == ("leniency +0.3 grade", "mean grade")
    }
    return [
        row(design, called[design, "practice"], called[design, "leniency"])
        for design in names(TREND, "design")
        if (design, "practice") in called
    ]


def theme_worlds(*starts):
    return list(dict.fromkeys(world for world, _, _ in THEMES if world.startswith(starts)))


def claims(world, *, right=True):
    """Column of the claim that is right for a real change; of "improved" where there is none."""
    return "down" if world.startswith("fall") is right else "up"


def steady_worlds():
    return [world for world in theme_worlds("") if not world.startswith((*WEAK, *REAL))]


def theme_rows(worlds, *columns):
    """A row for each world, both designs side by side for each column."""
    return [
        row(
            world,
            *(percent(THEMES[world, *design][column]) for column in columns for design in DESIGNS),
        )
        for world in worlds
    ]


def found():
    return [
        row(
            world,
            f"{float(THEMES[world, '8', '50']['mean_change']):+.2f}",
            *(percent(THEMES[world, *design][claims(world)]) for design in DESIGNS),
            *(percent(THEMES[world, *design]["stands"]) for design in DESIGNS),
        )
        for world in theme_worlds(*REAL)
    ]


def unequal():
    return [
        row(r["setting"], r["size"], *(percent(r[c]) for c in ("up", "down", "up_raw")))
        for r in IMPACT
        if r["part"] == "unequal"
    ]


def found_wrongly():
    """How many councils had a real change, and of how many it was claimed the wrong way round."""
    real = [r for (world, _, _), r in THEMES.items() if world.startswith(REAL)]
    councils = [int(r["replicates"]) for r in real]
    wrong = [
        float(r[claims(r["setting"], right=False)]) * n for r, n in zip(real, councils, strict=True)
    ]
    return [row(f"{sum(councils):,}", f"{round(sum(wrong))}")]


def several_themes():
    return [
        row(
            r["setting"].split()[0],
            r["quarters"],
            r["size"],
            percent(r["up_alone"]),
            percent(r["up"]),
        )
        for r in IMPACT
        if r["part"] == "several themes"
    ]


def process_rows(part, *columns):
    return [
        row(
            r["setting"],
            *((r["size"],) if part == "spread" else ()),
            *(percent(r[c]) for c in columns),
        )
        for r in IMPACT
        if r["part"] == part
    ]


def given_out_anew():
    """Claims where auditors stayed as they were: as told before and now, 200 and 600 audits."""
    same = [r for r in on(PROCESS, part="spread") if not r["setting"].startswith("spread ")]
    return [
        row(
            name,
            *(
                f"{percent(r[f'{way}: more'])} / {percent(r[f'{way}: less'])}"
                for size in ("200", "600")
                for r in on(same, setting=name, size=size)
                for way in ("as before", "verdict")
            ),
        )
        for name in names(same, "setting")
    ]


def first_page():
    return [
        row(r["setting"], *(percent(r[said]) for said in ("worse", "more", "improved")))
        for r in on(PROCESS, part="answer")
    ]


def cost_of_comparing_within_teams():
    few, many = (
        percent(r["verdict: more"])
        for size in ("200", "600")
        for r in on(PROCESS, part="spread", setting=GIVEN_OUT_AND_ALIKE, size=size)
    )
    return (f"is found in {few} of councils with 200 audits a side and {many} with 600.",)


def lowest_and_highest(part, *figures, **which):
    """Smallest and largest of these figures, in hundredths, but for the rule of before."""
    found = [
        float(r["value"])
        for r in on(DRAWS, part=part, **which)
        if r["figure"] in figures and r["setting"] != "one over own chance"
    ]
    return f"{100 * min(found):.1f}", percent(max(found))


def several_draws():
    share, gap = (
        " to ".join(lowest_and_highest("weights", f"{figure} coverage"))
        for figure in ("good", "mean gap")
    )
    refused = " to ".join(lowest_and_highest("panels", "shown apart", setting="0"))
    covers, _ = lowest_and_highest("panels", *SAID)
    return (
        f"Intervals of the positive share cover {share}.",
        f"Those of the mean gap cover {gap}:",
        f"alike are refused in {refused} of councils.",
        f"What is then said covers the truth it names in {covers}% or more.",
    )


def chart_rows(*kinds):
    """A row for each length: how often each chart signals anywhere, and for the better after."""
    signals = {(r["chart"], r["series"], r["quarters"], r["before"]): r for r in CHARTS}
    lengths = dict.fromkeys((r["quarters"], r["before"]) for r in CHARTS)
    return [
        row(
            *length,
            *(
                percent(signals[*kind, *length][f])
                for kind in kinds
                for f in ("any", "better_after")
            ),
        )
        for length in lengths
    ]


TABLES = {
    ("optimism.md", "How sure the adjusted figures are"): profile(
        "main", "optimistic, 200 audits", "29", "random", "by grade", "by risk"
    ),
    ("optimism.md", "The lowest of all 27 lines"): worst_profile(),
    ("optimism.md", "Eight auditors who differ"): profile(
        "auditors", "8 auditors, 200 audits", "8", "random", "3 auditors only", "4 auditors only"
    ),
    ("optimism.md", "The plain mean gap"): plain_gap(),
    ("optimism.md", "Wrong verdicts"): wrong_verdicts(),
    ("optimism.md", "An ordinary council accepted"): ordinary_accepted(),
    ("optimism.md", "How often each verdict is given"): verdicts(),
    ("optimism.md", "A hunch that nobody recorded"): hunch(),
    ("child_focus.md", "### Focus is not weaker"): focus_claims(weaker=False),
    ("child_focus.md", "### Focus is weaker"): focus_claims(weaker=True),
    ("child_focus.md", "### Each measure alone"): focus_alone(),
    ("child_focus.md", "### How often intervals hold the truth"): focus_coverage(),
    ("year_change.md", "## Measured error rates"): year_rates(),
    ("scale_bridge.md", "## Measured error rates"): bridge_sizes(),
    ("true_trend.md", "When grades rise by leniency alone"): trend_designs(),
    ("true_trend.md", "Mean grade, 80 of 200 moderated"): trend("mean grade"),
    ("true_trend.md", "Positive share, 80 of 200 moderated"): trend("Good or better"),
    ("themed_impact.md", "### Nothing happened to the themed domain"): theme_rows(
        steady_worlds(), "up", "down", "up_raw"
    ),
    ("themed_impact.md", "### Quarters of unequal size"): unequal(),
    ("themed_impact.md", "### Known weak spots"): theme_rows(
        theme_worlds(*WEAK), "up", "down", "stands"
    ),
    ("themed_impact.md", "### What is found"): found(),
    ("themed_impact.md", "Claims the wrong way round"): found_wrongly(),
    ("themed_impact.md", "### Several themes at once"): several_themes(),
    ("process_change.md", "### How often auditors are called more alike"): process_rows(
        "spread", "up", "down"
    ),
    ("process_change.md", "### How often agreement is called changed"): process_rows(
        "agreement", "up", "down", "kappa_up", "bias_moved", "explained_up", "stayed_covered"
    ),
    ("process_change.md", "### Where only the cases were given out anew"): given_out_anew(),
    ("process_change.md", "### How often the first page says that something"): first_page(),
    ("charts.md", "## How often a chart signals"): chart_rows(
        ("XmR", "difference"), ("p or p'", "share, beyond chance"), ("run", "difference")
    ),
    ("charts.md", "Shares that vary by chance alone"): chart_rows(
        ("p or p'", "share, chance alone"), ("run", "share, chance alone")
    ),
}

SENTENCES = {
    "optimism.md": (*several_draws(), *derived_coverage()),
    "scale_bridge.md": (*bridge_coverage(), *two_breaks()),
    "process_change.md": cost_of_comparing_within_teams(),
}


def rows_after(page, words):
    """Rows, without the head, of the first table after these words."""
    _, text = (DOCS / "methods" / page).read_text(encoding="utf-8").split(words, 1)
    table = re.search(r"(?:^\|.*\n)+", text, re.MULTILINE)
    return table.group().splitlines()[2:]


@pytest.mark.parametrize(("page", "words"), TABLES)
def test_error_rates_are_those_of_the_calibration_files(page, words):
    assert rows_after(page, words) == TABLES[page, words]


@pytest.mark.parametrize("page", SENTENCES)
def test_rates_in_sentences_are_those_of_the_calibration_files(page):
    text = " ".join((DOCS / "methods" / page).read_text(encoding="utf-8").split())
    assert [said for said in SENTENCES[page] if said not in text] == []


@pytest.mark.parametrize("page", sorted({page for page, _ in TABLES}))
def test_every_measured_percentage_stands_in_a_table_that_is_checked(page):
    text = (DOCS / "methods" / page).read_text(encoding="utf-8")
    for (of_page, _), rows in TABLES.items():
        for checked in rows if of_page == page else ():
            text = text.replace(checked, "", 1)
    text = " ".join(text.split())
    for said in SENTENCES.get(page, ()):
        text = text.replace(said, "", 1)
    assert re.findall(r"\d\.\d%", text) == []


def in_100(*shares):
    """The largest of these shares, as whole councils of 100."""
    largest = max(map(Decimal, shares)) * 100
    return int(largest.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def improved(*worlds):
    return [r["up"] for (world, _, _), r in THEMES.items() if world in worlds]


def test_rates_told_beside_each_verdict_are_those_measured():
    one = [world for world in steady_worlds() if "one comparison" in world]
    slow, fast = theme_worlds("Z:")
    measured = ThemeErrors(
        usual=in_100(*improved(*(w for w in steady_worlds() if w not in one))),
        one_domain=in_100(*improved(*one)),
        lasting=in_100(*improved(*theme_worlds("Q:"))),
        worst=in_100(*improved(*theme_worlds("P: the worst"))),
        rising_few=in_100(THEMES[slow, "8", "50"]["up"]),
        rising_many=in_100(*improved(slow, fast)),
    )
    assert measured == THEME_ERRORS


def test_what_a_date_chosen_after_looking_does_is_as_measured():
    rows = [r for r in IMPACT if r["part"] == "date chosen"]
    chosen = [in_100(r["up"]) for r in rows]
    fixed = in_100(*(r["up_fixed"] for r in rows))
    assert ChosenDate(fewest=min(chosen), most=max(chosen), fixed=fixed) == CHOSEN_DATE

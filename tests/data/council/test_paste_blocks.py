"""Every block of lines that a message offers: pasted, it is accepted and does what it promises."""

import re
from collections import Counter
from pathlib import Path

import pytest

import qaf_analysis.data
from qaf_analysis.data.contract.record import ImportRejectedError
from qaf_analysis.data.council.read import read_council
from qaf_analysis.topics.common.headlines import headlines, headlines_to_declare
from tests.data.conftest import AS_OF, KEY

NAME = '[council]\nname = "Pasteshire"\n'
LONG = "audit_id,case_ref,audit_date,team,auditor,domain,grade"
WIDE = "Audit ref,LCS ID,Date of audit,Team,Auditor,Overall,Plan,Review"


def sections(text):
    """Tables of a settings file, [files.x] inside its [[files]]: [[head, [[inner, lines]]]]."""
    found = []
    for line in filter(str.strip, text.splitlines()):
        array = re.match(r"\[\[(\w+)\]\]", line)
        table = re.match(r"\[(\w+)(?:\.\w+)?\]", line)
        if table and found and found[-1][0] == f"[[{table[1]}]]":
            found[-1][1].append([line, []])
        elif array or table:
            found.append([line, [["", []]]])
        else:
            found[-1][1][-1][1].append(line)
    return found


def pasted(settings, block):
    """Settings with the lines put where they belong: into the table, if it is there already."""
    whole = sections(settings)
    for head, inner in sections(block):
        name = re.match(r"\[(\w+)\.", head)
        array = f"[[{name[1]}]]" if name else ""
        if any(h == array for h, _ in whole):
            head, inner = array, [[head, inner[0][1]]]
        path = [line for line in inner[0][1] if line.startswith("path = ")]
        same = [g for g in whole if g[0] == head and (not path or path[0] in g[1][0][1])]
        if not same:
            whole.append([head, inner])
            continue
        for table, lines in inner:
            there = [part for part in same[0][1] if part[0] == table]
            if not there:
                same[0][1].append([table, lines])
                continue
            keys = {line.partition(" = ")[0] for line in lines}
            kept = [line for line in there[0][1] if line.partition(" = ")[0] not in keys]
            there[0][1][:] = kept + lines
    return "".join(
        f"{line}\n"
        for head, inner in whole
        for table, lines in inner
        for line in (table or head, *lines)
    )


def findings_of(folder):
    """What is found, whether or not it is refused, and the import, if there is one."""
    try:
        imported = read_council(folder, as_of=AS_OF, key=KEY)
    except ImportRejectedError as error:
        return error.record.findings, None
    return imported.audits.record.findings, imported


def offered(findings):
    """Every block printed, by the code of its finding; several may share a code."""
    return [(f.code, f.mend[f.mend.index("\n") :]) for f in findings if "\n" in f.mend]


def write(folder, files):
    for name, text in files.items():
        (folder / name).write_text(text)


def after_pasting(folder, files):
    """Paste every block of the first reading, and read again."""
    write(folder, files)
    first, _ = findings_of(folder)
    blocks = offered(first)
    settings = files.get("council.toml", "")
    for _, block in blocks:
        settings = pasted(settings, block)
    write(folder, {"council.toml": settings})
    second, imported = findings_of(folder)
    assert imported is not None, [f.message for f in second if f.outcome == "reject"]
    assert not [f for f in second if f.code == "settings_problem"]
    return [code for code, _ in blocks], {f.code for f in second}, imported


def rows(*lines, head=LONG):
    return "\n".join((head, *lines)) + "\n"


def audit(n, *, who="Ann Lee", domain="Overall", grade="Good", day="2019-10-04", more=""):
    return f"A{n},C{n},{day},North,{who},{domain},{grade}{more}"


def wide(n, *, case="", day="2019-10-04"):
    return f"A{n},{case or n},{day},North,Ann,Good,RI,Good"


def grades(imported):
    return Counter(imported.audits.ratings["grade"].tolist())


def test_words_for_grades(tmp_path):
    words = ["RI+", "RI+", "Goood", "NYA"]
    files = {"audits.csv": rows(*(audit(n, grade=word) for n, word in enumerate(words)))}
    codes, _, imported = after_pasting(tmp_path, files | {"council.toml": NAME})
    assert codes == ["grades_to_declare"]
    # NYA is near to no grade: its line waits, as a comment, for somebody who knows.
    assert grades(imported) == {1: 2, 2: 1}
    assert len(imported.quarantine) == 1


@pytest.mark.parametrize("table", ["", '[scales.spellings]\nF = "Fair"\n'])
def test_words_for_grades_of_a_scale_of_the_file(tmp_path, table):
    scale = f'[[scales]]\nname = "three"\nlevels = ["Poor", "Fair", "Great"]\n{table}'
    scale = scale.replace("levels", 'good_from = "Great"\nlevels')
    convert = (
        '[[scale_maps]]\nsource = "three"\ntarget = "ofsted4"\nversion = "1"\n'
        'approved_by = "Head"\n[scale_maps.levels]\nPoor = "Inadequate"\n'
        'Fair = "Requires improvement"\nGreat = "Good"\n'
    )
    file = '[[files]]\npath = "audits.csv"\nkind = "audits"\nscale = "three"\n'
    written = [audit(1, grade="Great"), audit(2, grade="Great (just)"), audit(3, grade="Poor")]
    files = {"audits.csv": rows(*written), "council.toml": NAME + scale + convert + file}
    codes, _, imported = after_pasting(tmp_path, files)
    assert codes == ["grades_to_declare"]
    assert grades(imported) == {2: 2, 0: 1}


def test_no_lines_are_offered_for_a_scale_that_no_table_declares(tmp_path):
    levels = "".join(f'"{n}" = "{"Good" if n > 5 else "Inadequate"}"\n' for n in range(11))
    convert = (
        '[[scale_maps]]\nsource = "signs_of_safety"\ntarget = "ofsted4"\nversion = "1"\n'
        f'approved_by = "Head"\n[scale_maps.levels]\n{levels}'
    )
    file = '[[files]]\npath = "audits.csv"\nkind = "audits"\nscale = "signs_of_safety"\n'
    written = [audit(1, grade="7"), audit(2, grade="7"), audit(3, grade="many")]
    write(tmp_path, {"audits.csv": rows(*written), "council.toml": NAME + convert + file})
    found, imported = findings_of(tmp_path)
    (advice,) = [f for f in found if f.code == "grades_to_declare"]
    assert "[[scales]]" in advice.mend
    assert not offered(found)
    assert grades(imported) == {2: 2}


@pytest.mark.parametrize(
    ("column", "word"), [("audit_type", "Case file audit"), ("role", "2nd auditor")]
)
def test_words_of_a_list(tmp_path, column, word):
    written = [audit(1, more=","), audit(1, who="Bob Day", more=f",{word}")]
    written.append(audit(2, more=",Visit"))
    files = {"audits.csv": rows(*written, head=f"{LONG},{column}"), "council.toml": NAME}
    codes, _, imported = after_pasting(tmp_path, files)
    assert codes == ["words_to_declare"]
    assert len(imported.quarantine) == 1  # to "Visit" there is no near word
    assert len(imported.audits.ratings) == 2


def test_words_for_how_an_audit_was_chosen(tmp_path):
    moderations = rows(
        "A1,Mo Day,2019-11-04,Overall,Good,Random sample",
        head="audit_id,moderator,moderated_on,domain,grade,selected_by",
    )
    files = {"audits.csv": rows(audit(1)), "moderations.csv": moderations, "council.toml": NAME}
    codes, _, imported = after_pasting(tmp_path, files)
    assert codes == ["words_to_declare"]
    assert imported.audits.moderations["selected_by"].tolist() == ["random"]


DOMAINS = '[domains]\nOverall = ""\nPlan = ""\n'


@pytest.mark.parametrize(
    "further", ["", '[spellings.domain]\n"Plans" = "Plan"\n'], ids=["no table", "a table"]
)
def test_domains_not_declared(tmp_path, further):
    written = [audit(n, domain=d) for n, d in enumerate(("Overall", "Plann", "Overall grade", "X"))]
    files = {"audits.csv": rows(*written), "council.toml": NAME + DOMAINS + further}
    codes, _, imported = after_pasting(tmp_path, files)
    assert codes == ["domains_to_declare"]
    assert Counter(imported.audits.ratings["domain"]) == {"Overall": 2, "Plan": 1}


def by_domain(*domains, audits=3):
    return rows(*(audit(n, domain=domain) for n in range(audits) for domain in domains))


@pytest.mark.parametrize(
    ("domains", "settings", "headline"),
    [
        (("Overall grade", "Plan"), "", "Overall"),
        # Two names in one audit are two domains.
        (("Overall grade (1)", "Overall grade (2)", "Plan"), "", "Overall grade (1)"),
        # One that the settings call a domain of its own is no spelling of another.
        (
            ("Overall grade", "Plan"),
            '[domains]\n"Overall grade" = ""\nPlan = ""\n',
            "Overall grade",
        ),
        (
            ("Summary grade", "Plan"),
            '[spellings.domain]\n"Final" = "Summary grade"\n',
            "Summary grade",
        ),
        # Declared beside the headline domain, and yet not graded under its name.
        (
            ("Overall grade", "Plan"),
            '[domains]\nOverall = ""\n"Overall grade" = ""\nPlan = ""\n',
            "Overall grade",
        ),
        # Not declared at all: both messages lead to the one set of lines.
        (("Overall grade", "Plan"), '[domains]\nPlan = ""\n', "Overall"),
    ],
)
def test_another_name_of_the_headline_domain(tmp_path, domains, settings, headline):
    files = {"audits.csv": by_domain(*domains), "council.toml": NAME + settings}
    _, codes, imported = after_pasting(tmp_path, files)
    assert "headline_absent" not in codes
    assert imported.audits.settings.headline_domain == headline
    assert (imported.audits.ratings["domain"] == headline).sum() == 3
    assert imported.quarantine.empty


def test_a_headline_domain_of_a_name_that_no_audit_has(tmp_path):
    settings = '[council]\nname = "P"\nheadline_domain = "Nope"\n'
    files = {"audits.csv": by_domain("Overall", "Plan"), "council.toml": settings}
    codes, after, imported = after_pasting(tmp_path, files)
    assert codes == ["headline_absent"]
    assert "headline_absent" not in after
    assert imported.audits.settings.headline_domain == "Overall"


@pytest.mark.parametrize("settings", ["", '[domains]\nVoice = "child"\nRisk = ""\nPlan = ""\n'])
def test_domains_that_stand_for_an_overall_grade_that_nobody_gave(tmp_path, settings):
    """Of domains graded as a matter of course the first two; Care is graded in one of three."""
    domains = ("Plan", "Risk", "Voice") if settings else ("Plan", "Risk", "Voice", "Care")
    lines = [audit(n, domain=d) for n in range(3) for d in domains if d != "Care" or n == 1]
    files = {"audits.csv": rows(*lines), "council.toml": NAME + settings}
    codes, after, imported = after_pasting(tmp_path, files)
    assert codes == ["headline_absent"]
    assert "headline_absent" not in after
    expected = ("Voice", "Risk") if settings else ("Plan", "Risk")
    assert imported.audits.settings.headline_domains == expected
    assert headlines(imported.audits) == expected
    assert headlines_to_declare(imported.audits) == ()


def test_the_message_names_the_domains_that_the_report_is_about(tmp_path):
    lines = [audit(n, domain=d) for n in range(4) for d in "ABCDEFGH" if d != "A" or n == 1]
    write(tmp_path, {"audits.csv": rows(*lines), "council.toml": NAME})
    found, imported = findings_of(tmp_path)
    [(_, block)] = offered(found)
    assert block.splitlines()[-2:] == [
        'headline_domains = ["B", "C"]',
        '# or others, 6 at most: "A", "D", "E", "F", "G", "H"',
    ]
    assert headlines(imported.audits) == ("B", "C") == headlines_to_declare(imported.audits)


def test_moderated_and_audited_names_of_the_headline_agree(tmp_path):
    """The lines for one message must not contradict those for the other."""
    table = rows(
        *(f"A{n},C{n},2019-10-04,North,Ann,Good,RI,Mo,2019-11-01,Good" for n in range(4)),
        head="audit_id,case_ref,audit_date,team,auditor,O1,Plan,Moderator,Mod date,MO",
    )
    settings = (
        f'{NAME}[domains]\n"Overall (1)" = ""\nPlan = ""\n'
        '[[files]]\npath = "audits.csv"\nkind = "audits"\nshape = "wide"\n'
        '[files.domains]\n"Overall (1)" = "O1"\nPlan = "Plan"\n'
        '[files.moderator]\nrater = "Moderator"\ncolumns = { moderated_on = "Mod date" }\n'
        'domains = { "Mod Overall" = "MO" }\n'
    )
    codes, after, imported = after_pasting(
        tmp_path, {"audits.csv": table, "council.toml": settings}
    )
    assert codes == ["domains_to_declare", "headline_absent"]
    assert not {*codes, "unknown_domain"} & after
    assert imported.quarantine.empty
    headline = imported.audits.ratings[imported.audits.ratings["domain"] == "Overall (1)"]
    assert Counter(headline["role"]) == {"auditor": 4, "external_moderator": 4}


@pytest.mark.parametrize("further", ["", '[spellings.moderator]\nJS = "J Smith"\n'])
def test_people_who_are_likely_one(tmp_path, further):
    names = ["Jane Smith", "Jane Smith", "J Smith", "JS" if further else "J Smith"]
    files = {"audits.csv": rows(*(audit(n, who=who) for n, who in enumerate(names)))}
    codes, after, imported = after_pasting(tmp_path, files | {"council.toml": NAME + further})
    assert codes == ["similar_names"]
    # A name that other lines agree on cannot be read as another: that line is a comment.
    assert imported.audits.ratings["rater"].nunique() == (2 if further else 1)
    assert ("similar_names" in after) == bool(further)


@pytest.mark.parametrize(
    "settings",
    [
        "",
        NAME,
        f'{NAME}[[files]]\npath = "audits.csv"\nkind = "audits"\n',
        f'{NAME}[[files]]\npath = "aud*.csv"\nkind = "audits"\n[files.columns]\nteam = "Team"\n',
    ],
    ids=["no settings", "a name", "the file", "a pattern and a column"],
)
def test_a_wide_table(tmp_path, settings):
    files = {"audits.csv": rows(*map(wide, range(4)), head=WIDE)}
    files |= {"council.toml": settings} if settings else {}
    codes, _, imported = after_pasting(tmp_path, files)
    assert codes == ["wide_table"]
    assert imported.quarantine.empty
    assert grades(imported) == {2: 8, 1: 4}
    assert imported.audits.audits["team"].tolist() == ["North"] * 4
    assert imported.audits.audits["case_ref"].nunique() == 4


def test_a_wide_table_without_a_number_of_the_audit_is_given_one(tmp_path):
    head = WIDE.removeprefix("Audit ref,")
    written = [
        wide(n, case=f"C{n % 2}", day=f"2019-10-0{n + 1}").split(",", 1)[1] for n in range(4)
    ]
    codes, _, imported = after_pasting(tmp_path, {"audits.csv": rows(*written, head=head)})
    assert codes == ["wide_table"]
    assert len(imported.audits.audits) == 4
    assert imported.audits.audits["case_ref"].nunique() == 2


def test_a_wide_table_whose_columns_cannot_be_told_gets_no_lines(tmp_path):
    head = WIDE.replace("Date of audit", "Thing")
    write(tmp_path, {"audits.csv": rows(*map(wide, range(4)), head=head)})
    found, _ = findings_of(tmp_path)
    (refusal,) = [f for f in found if f.code == "wide_table"]
    assert not offered(found)
    assert "qaf init" in refusal.mend


@pytest.mark.parametrize(
    "settings",
    [
        NAME,
        f'{NAME}[[files]]\npath = "audits.csv"\nkind = "audits"\n',
        f'{NAME}[[files]]\npath = "a*.csv"\nkind = "audits"\n[files.columns]\n'
        'audit_id = "audit_id"\nteam = "team"\n',
    ],
    ids=["no file", "the file", "a pattern and columns"],
)
def test_numbers_of_children_in_place_of_audits(tmp_path, settings):
    written = [audit(n) for n in range(8)]
    written += [audit(n, who="Bob Day", day="2019-03-04") for n in range(8)]
    codes, _, imported = after_pasting(
        tmp_path, {"audits.csv": rows(*written), "council.toml": settings}
    )
    assert codes == ["audit_id_of_a_child"]
    assert len(imported.audits.audits) == 16


@pytest.mark.parametrize("settings", [NAME, f'{NAME}[[files]]\npath = "a*.csv"\nkind = "audits"\n'])
def test_second_readings_with_numbers_of_their_own(tmp_path, settings):
    written = [audit(n, more=",auditor") for n in range(4)]
    written += [
        audit(n, who="Bob Day", more=",second_auditor").replace("A", "S", 1) for n in range(4)
    ]
    files = {"audits.csv": rows(*written, head=f"{LONG},role"), "council.toml": settings}
    codes, after, imported = after_pasting(tmp_path, files)
    assert codes == ["second_reading_alone"]
    assert "second_reading_alone" not in after
    assert len(imported.audits.audits) == 4
    assert len(imported.audits.ratings) == 8


def test_second_readings_without_a_case_are_offered_no_lines(tmp_path):
    head = LONG.replace("case_ref,", "") + ",role"
    written = [f"A{n},2019-10-04,North,Ann,Overall,Good,auditor" for n in range(4)]
    written += [f"S{n},2019-10-04,North,Bob,Overall,Good,second_auditor" for n in range(4)]
    write(tmp_path, {"audits.csv": rows(*written, head=head), "council.toml": NAME})
    found, _ = findings_of(tmp_path)
    (refusal,) = [f for f in found if f.code == "second_reading_alone"]
    assert "case_ref" in refusal.mend
    assert not offered(found)


def test_a_council_without_a_name(tmp_path):
    write(tmp_path, {"audits.csv": rows(audit(1))})
    unnamed = read_council(tmp_path, as_of=AS_OF, keep_key=False)
    ((code, block),) = offered(unnamed.audits.record.findings)
    assert code == "council_unnamed"
    write(tmp_path, {"council.toml": block})
    _, imported = findings_of(tmp_path)
    assert imported.audits.settings.council == "Name of your council"


def test_all_blocks_of_one_reading_go_together(tmp_path):
    written = [audit(n, domain=d, more=",Case file audit") for n in (1, 2) for d in ("Plan", "Pln")]
    written += [audit(3, who="Ann  LeE", domain="Overall grade", grade="Goood", more=",")]
    written += [audit(4, who="A Lee", domain="Plan", more=","), audit(5, domain="Plan", more=",")]
    settings = f'{NAME}[domains]\nPlan = ""\n'
    files = {"audits.csv": rows(*written, head=f"{LONG},audit_type"), "council.toml": settings}
    codes, after, imported = after_pasting(tmp_path, files)
    assert {*codes} >= {"grades_to_declare", "words_to_declare", "similar_names"}
    assert not {*codes} & after
    assert imported.audits.ratings["rater"].nunique() == 1


PLACES = {
    "cells/grades.py",
    "cells/words.py",
    "council/agreed_spelling.py",
    "council/child_identifiers.py",
    "council/lone_readings.py",
    "council/naming.py",
    "council/undeclared_wide.py",
}
"""Modules whose blocks are pasted above; a further one has to be pasted here too."""


def test_no_other_place_prints_a_block():
    room = Path(qaf_analysis.data.__file__).parent
    prints = re.compile(r"\bblock\(|\bfile_block\(|\\n\[[a-z\[]|\]\\n[a-z]+ = ")
    found = {
        path.relative_to(room).as_posix()
        for path in room.rglob("*.py")
        if prints.search(path.read_text())
        # What writes whole settings files, and reads them, is not a message.
        and path.parent.name not in ("proposal", "store", "template")
        and path.name not in ("paste.py", "filled_template.py")
    }
    assert found == PLACES

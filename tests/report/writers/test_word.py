import dataclasses
import io
import os
import re
import subprocess
import sys
import time
from collections import Counter
from hashlib import sha256
from zipfile import ZipFile

import pytest
from PIL import Image

from qaf_analysis.kit.parts import Table, number_columns, word_columns
from qaf_analysis.report.blocks import (
    Figure,
    Heading,
    Link,
    Listing,
    Note,
    Paragraph,
    Strong,
    pieces,
)
from qaf_analysis.report.writers.word import write_word
from qaf_analysis.report.writers.word_styles import STYLES
from tests.places import ROOT
from tests.report.specimen import specimen
from tests.report.test_html import HOSTILE
from tests.report.writers import read_word as read
from tests.report.writers.read_word import R, W

OWN_LOOK = ("rFonts", "sz", "szCs", "color", "b", "i", "u", "highlight", "shd")
DESCRIBED = (
    "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr",
    "{http://schemas.openxmlformats.org/drawingml/2006/picture}cNvPr",
)


def with_body(*blocks):
    return dataclasses.replace(specimen(), body=(*specimen().body, *blocks))


@pytest.fixture(scope="module")
def written():
    return write_word(specimen())


@pytest.fixture(scope="module")
def every(written):
    """All the XML of the file."""
    return {name: read.part(written, name) for name in read.parts(written) if "xml" in name}


def placed(kind):
    highlights, body = specimen().placed()
    return [item for item in (*highlights, *body) if isinstance(item.block, kind)]


def plain(words):
    return "".join(piece if isinstance(piece, str) else piece.text for piece in pieces(words))


def test_the_file_opens_and_every_part_stands_in_the_order_of_the_schema(written, every):
    assert len(read.word(written).tables) == len(placed(Table))
    for name, root in every.items():
        assert read.out_of_order(root) == [], name


def test_the_order_of_the_schema_is_truly_looked_at(written):
    root = read.body(written)
    look = next(root.iter(f"{W}tblLook"))
    look.getparent().append(look)  # behind tblDescription: Word calls the file broken
    assert read.out_of_order(root)


def test_only_styles_of_the_report_are_used_and_no_run_has_a_look_of_its_own(every):
    allowed = {style.name for style in STYLES} | {"Report Table"}
    known = {
        style.get(f"{W}styleId"): style.find(f"{W}name").get(f"{W}val")
        for style in every["word/styles.xml"].iter(f"{W}style")
    }
    for name, root in every.items():
        if not re.fullmatch(r"word/(document|header\d+|footer\d+)\.xml", name):
            continue
        for node in root.iter(f"{W}pStyle", f"{W}rStyle", f"{W}tblStyle"):
            assert known[node.get(f"{W}val")] in allowed
        for node in root.iter(f"{W}r", f"{W}p"):
            for look in OWN_LOOK:
                assert node.find(f"{W}rPr/{W}{look}") is None
                assert node.find(f"{W}pPr/{W}{look}") is None


def test_every_word_of_the_report_is_there_in_reading_order(written):
    page = specimen().first_page
    lines = [line for _, line in read.paragraphs(written)]
    wanted = [
        page.invented, specimen().title, page.subtitle,
        *(f"{big.number}{big.caption}" for big in page.lead.numbers), plain(page.lead.words),
    ]  # fmt: skip
    for card in page.cards:
        number = specimen().section_number(card.section)
        wanted += [card.question, card.verdict, f"{plain(card.words)} Section {number}"]
    wanted += [page.recommended.title, *map(plain, page.recommended.items)]
    wanted += [page.limits.title, *map(plain, page.limits.items)]
    for block in specimen().body:
        match block:
            case Heading():
                wanted.append(block.text)
            case Paragraph():
                wanted.append(plain(block.words))
            case Listing():
                wanted += map(plain, block.items)
            case Note():
                wanted += [block.label, *map(plain, block.lines)]
            case Figure() if block.measure:
                wanted.append(block.measure)
            case Table():
                wanted += [block.note, block.source]
    wanted.append(plain(specimen().colophon))
    place = -1
    for line in wanted:
        assert line in lines[place + 1 :], line
        place = lines.index(line, place + 1)


def test_numbers_count_by_themselves_as_the_report_counts(written):
    """Word counts headings and paragraphs; counting as it does gives the report's own numbers."""
    lines = [line for line in read.paragraphs(written) if line[0] != "toc 1"]
    section = paragraph = 0
    counted = []
    for style, _ in lines:
        if style == "heading 1":
            section, paragraph = section + 1, 0
            counted.append(str(section))
        elif style == "Numbered Paragraph":
            paragraph += 1
            counted.append(f"{section}.{paragraph}")
    body = specimen().placed()[1]
    expected = [i.number for i in body if i.number and isinstance(i.block, Heading | Paragraph)]
    assert counted == expected


def test_the_list_behind_the_numbers_is_bound_to_the_styles_and_stands_before_its_count(every):
    lists = every["word/numbering.xml"]
    styles = {s.get(f"{W}styleId"): s for s in every["word/styles.xml"].iter(f"{W}style")}
    levels = {
        level.find(f"{W}pStyle").get(f"{W}val"): (
            level.getparent().get(f"{W}abstractNumId"),
            level.get(f"{W}ilvl"),
            level.find(f"{W}lvlText").get(f"{W}val"),
        )
        for level in lists.iter(f"{W}lvl")
        if level.find(f"{W}pStyle") is not None
    }
    of_count = {
        one.get(f"{W}numId"): one.find(f"{W}abstractNumId").get(f"{W}val")
        for one in lists.iter(f"{W}num")
    }
    texts = {}
    for identifier, (of_list, level, shown) in levels.items():
        bound = styles[identifier].find(f"{W}pPr/{W}numPr")
        assert of_count[bound.find(f"{W}numId").get(f"{W}val")] == of_list
        assert bound.find(f"{W}ilvl").get(f"{W}val") == level
        texts[styles[identifier].find(f"{W}name").get(f"{W}val")] = shown
    assert texts == {"heading 1": "%1", "Numbered Paragraph": "%1.%2"}


@pytest.mark.parametrize(("label", "kind"), [("Table", Table), ("Figure", Figure)])
def test_captions_are_fields_that_count_from_one(written, label, kind):
    fields = [
        node for node in read.body(written).iter(f"{W}fldSimple")
        if node.get(f"{W}instr").split()[:2] == ["SEQ", label]
    ]  # fmt: skip
    assert [read.text(node) for node in fields] == [str(n + 1) for n in range(len(fields))]
    titles = [
        item.block.caption if kind is Table else item.block.picture.title for item in placed(kind)
    ]
    names = read.style_names(written)
    for item, title, node in zip(placed(kind), titles, fields, strict=True):
        caption = node.getparent()
        assert read.text(caption) == f"{item.number}. {title}"
        assert names[caption.find(f"{W}pPr/{W}pStyle").get(f"{W}val")] == "caption"


def test_tables_hold_the_cells_of_the_report(written):
    for table, item in zip(read.word(written).tables, placed(Table), strict=True):
        cells = [[cell.text for cell in row.cells] for row in table.rows]
        assert cells[1:] == [list(row) for row in item.block.rows]
        for heading, column in zip(cells[0], item.block.columns, strict=True):
            assert heading.startswith(column.heading)
            assert column.unit in heading
        theirs, ours = (
            re.findall(r"[−\d][\d.,%]*", " ".join(cell for row in rows for cell in row))
            for rows in (cells[1:], item.block.rows)
        )
        assert Counter(theirs) == Counter(ours)


def test_tables_tell_their_headings_and_what_they_are(written):
    for table, item in zip(read.body(written).iter(f"{W}tbl"), placed(Table), strict=True):
        rows = table.findall(f"{W}tr")
        assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [
            True, *([False] * (len(rows) - 1))
        ]  # fmt: skip
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        about = table.find(f"{W}tblPr")
        assert about.find(f"{W}tblCaption").get(f"{W}val") == item.block.caption
        assert about.find(f"{W}tblDescription").get(f"{W}val").startswith("12 rows under one row")
        look = about.find(f"{W}tblLook")
        assert (look.get(f"{W}firstRow"), look.get(f"{W}firstColumn")) == ("1", "1")
        grid = [int(column.get(f"{W}w")) for column in table.iter(f"{W}gridCol")]
        for row in rows:
            assert [int(cell.get(f"{W}w")) for cell in row.iter(f"{W}tcW")] == grid
        assert sum(grid) == int(about.find(f"{W}tblW").get(f"{W}w"))


def test_there_is_no_layout_table_and_no_text_box(written):
    root = read.body(written)
    assert len(list(root.iter(f"{W}tbl"))) == len(placed(Table))
    assert not list(root.iter(f"{W}txbxContent", f"{W}framePr"))


def test_every_picture_says_twice_what_it_shows(written):
    page = specimen().first_page
    alts = [card.picture.alt for card in page.cards]
    alts += [item.block.picture.alt for item in placed(Figure)]
    root = read.body(written)
    for tag in DESCRIBED:
        nodes = list(root.iter(tag))
        assert [node.get("descr") for node in nodes] == alts
        assert len({node.get("id") for node in nodes}) == len(alts)
    assert not any("title" in node.attrib for tag in DESCRIBED for node in root.iter(tag))


def test_each_drawing_is_kept_once_sharp_and_with_the_drawing_itself():
    figure = placed(Figure)[0].block
    data = write_word(with_body(figure, dataclasses.replace(figure, measure="again")))
    media = {n: d for n, d in read.parts(data).items() if n.startswith("word/media/")}
    page = specimen().first_page
    drawings = {card.picture.svg for card in page.cards}
    drawings |= {item.block.picture.svg for item in placed(Figure)}
    assert len(media) == 2 * len(drawings)
    targets = {
        rel.get("Id"): f"word/{rel.get('Target')}"
        for rel in read.part(data, "word/_rels/document.xml.rels")
    }
    for blip in read.body(data).iter("{http://schemas.openxmlformats.org/drawingml/2006/main}blip"):
        (svg,) = [node for node in blip.iter() if read.plain(node.tag) == "svgBlip"]
        drawn = media[targets[svg.get(f"{R}embed")]].decode()
        assert "var(--" not in drawn
        across, down = map(int, re.search(r'viewBox="0 0 (\d+) (\d+)"', drawn).groups())
        with Image.open(io.BytesIO(media[targets[blip.get(f"{R}embed")]])) as png:
            assert png.size == (2 * across, 2 * down)
            assert len(png.convert("RGB").getcolors(1 << 24)) > 5  # it is not blank
        name = targets[svg.get(f"{R}embed")].rsplit("/", 1)[1]
        assert name == f"{sha256(drawn.encode()).hexdigest()[:16]}.svg"


def test_pictures_keep_their_shape_and_stay_within_the_margins(written):
    sections = list(read.body(written).iter(f"{W}sectPr"))
    size, margins = sections[-1].find(f"{W}pgSz"), sections[-1].find(f"{W}pgMar")
    room = int(size.get(f"{W}w")) - sum(int(margins.get(f"{W}{s}")) for s in ("left", "right"))
    shown = [
        (int(node.get("cx")), int(node.get("cy")))
        for node in read.body(written).iter()
        if read.plain(node.tag) == "extent"
    ]
    pictures = [card.picture for card in specimen().first_page.cards]
    pictures += [item.block.picture for item in placed(Figure)]
    for (across, down), picture in zip(shown, pictures, strict=True):
        wide, high = map(int, re.search(r'viewBox="0 0 (\d+) (\d+)"', picture.svg).groups())
        assert across <= room * 635
        assert down / across == pytest.approx(high / wide, rel=1e-4)


def test_links_lead_to_bookmarks_and_to_files_beside_the_report(written):
    root = read.body(written)
    marks = {mark.get(f"{W}name") for mark in root.iter(f"{W}bookmarkStart")}
    numbers = [mark.get(f"{W}id") for mark in root.iter(f"{W}bookmarkStart")]
    assert len(set(numbers)) == len(numbers)
    assert numbers == [mark.get(f"{W}id") for mark in root.iter(f"{W}bookmarkEnd")]
    inside = [link.get(f"{W}anchor") for link in root.iter(f"{W}hyperlink")]
    assert {name for name in inside if name} <= marks
    assert Counter(inside)["agreement"] == 2  # card, source of the first figure
    outside = {
        rel.get("Target")
        for rel in read.part(written, "word/_rels/document.xml.rels")
        if rel.get("TargetMode") == "External"
    }
    assert outside == {"tables.xlsx", "notebooks/01.html"}


def test_a_link_beside_the_report_may_hold_a_space_and_a_place():
    data = write_word(with_body(Paragraph(words=(Link("Data", "data tables/a b.html#top"),))))
    (link,) = [node for node in read.body(data).iter(f"{W}hyperlink") if read.text(node) == "Data"]
    (rel,) = [
        rel for rel in read.part(data, "word/_rels/document.xml.rels")
        if rel.get("Id") == link.get(f"{R}id")
    ]  # fmt: skip
    assert (rel.get("Target"), link.get(f"{W}anchor")) == ("data%20tables/a%20b.html", "top")


def test_long_ids_lead_where_they_should():
    first, second = "a" + "-b" * 30, "a" + "-b" * 30 + "-c"
    data = write_word(with_body(
        Heading(text="One", id=first), Heading(text="Two", id=second),
        Paragraph(words=(Link("to two", f"#{second}"),)),
    ))  # fmt: skip
    root = read.body(data)
    (link,) = [node for node in root.iter(f"{W}hyperlink") if read.text(node) == "to two"]
    (mark,) = [
        node for node in root.iter(f"{W}bookmarkStart")
        if node.get(f"{W}name") == link.get(f"{W}anchor")
    ]  # fmt: skip
    assert read.text(mark.getparent()) == "Two"
    assert len(mark.get(f"{W}name")) <= 40


def test_contents_of_many_sections_are_a_field_with_the_sections_in_it(written):
    more = [Heading(text=f"Claim {place}", id=f"claim-{place}") for place in range(5)]
    data = write_word(with_body(*more))
    lines = [line for style, line in read.paragraphs(data) if style == "toc 1"]
    sections = with_body(*more).sections
    assert lines == [f"{n}{heading.text}" for n, heading in enumerate(sections, start=1)]
    assert not {"toc 1", "TOC Heading"} & {style for style, _ in read.paragraphs(written)}
    root = read.body(data)
    marks = [node.get(f"{W}fldCharType") for node in root.iter(f"{W}fldChar")]
    assert marks == ["begin", "separate", "end"]
    assert [node.text.split()[0] for node in root.iter(f"{W}instrText")] == ["TOC"]


def properties(data, tag):
    """Words of the paragraphs that have a property."""
    return [
        read.text(p)
        for p in read.body(data).iter(f"{W}p")
        if p.find(f"{W}pPr/{W}{tag}") is not None
    ]


def test_sections_go_on_below_a_first_page_with_long_front_matter():
    alone = dataclasses.replace(specimen(), opens_alone=True)
    for lines, begins in ((6, 1), (7, 0)):
        pairs = [(f"Label {place}", "Words") for place in range(lines)]
        data = write_word(alone, front_matter=pairs)
        assert len(properties(data, "pageBreakBefore")) == begins


def test_a_table_without_a_note_ends_at_the_heading_behind_it(written):
    table = Table(caption="Short", columns=word_columns("A", "B"), rows=(("a", "b"), ("c", "d")))
    root = read.body(write_word(with_body(table, table, Heading(text="Next", id="next"))))
    first, last = list(root.iter(f"{W}tbl"))[-2:]
    assert read.text(first.getnext()) == ""  # or the two would be one
    assert read.text(last.getnext()) == "Next"
    kept = [len(one.findall(f".//{W}keepNext")) for one in (first, last)]
    assert kept == [6, 4]


def test_an_edition_that_opens_alone_begins_its_body_on_a_new_page(written):
    assert properties(written, "pageBreakBefore") == []
    alone = write_word(dataclasses.replace(specimen(), opens_alone=True))
    assert properties(alone, "pageBreakBefore") == [specimen().sections[0].text]
    # Its first page has room for what is to be agreed; the drawings stand in the sections.
    own = sum(card.picture is not None for card in specimen().first_page.cards)
    drawn = [sum(1 for _ in read.body(data).iter(f"{W}drawing")) for data in (written, alone)]
    assert drawn[0] - drawn[1] == own > 0


def test_the_last_line_is_not_alone_on_a_page():
    data = write_word(with_body(Paragraph(words="The end.")))
    assert read.paragraphs(data)[-1][0] == "Colophon"
    assert "The end." in properties(data, "keepNext")


def test_an_interval_is_not_broken_at_a_line_end():
    table = Table(
        caption="Gaps",
        columns=(*word_columns("Team"), *number_columns("Gap")),
        rows=(("East (see to it)", "+0.18 (−0.02 to +0.37)"),),
    )
    cells = [cell.text for cell in read.word(write_word(with_body(table))).tables[-1].rows[1].cells]
    assert cells == ["East (see to it)", "+0.18 (−0.02\xa0to\xa0+0.37)"]


def test_ordered_lists_begin_anew():
    data = write_word(with_body(
        Listing(items=("a", "b"), is_ordered=True), Paragraph(words="between"),
        Listing(items=("c",), is_ordered=True),
    ))  # fmt: skip
    used = {}
    for node in read.body(data).iter(f"{W}p"):
        number = node.find(f"{W}pPr/{W}numPr/{W}numId")
        if number is not None and read.text(node) in "abc":
            used[read.text(node)] = number.get(f"{W}val")
    assert used["a"] == used["b"] != used["c"]
    lists = read.part(data, "word/numbering.xml")
    starts = {
        one.get(f"{W}numId"): one.find(f"{W}lvlOverride/{W}startOverride")
        for one in lists.iter(f"{W}num")
    }
    assert all(starts[used[item]].get(f"{W}val") == "1" for item in "ac")


def test_every_page_bears_its_marking_and_its_number(written):
    section = read.word(written).sections[0]
    assert section.header.paragraphs[0].text.startswith("OFFICIAL-SENSITIVE")
    foot = section.footer._element
    assert [f.get(f"{W}instr").split()[0] for f in foot.iter(f"{W}fldSimple")] == [
        "PAGE", "NUMPAGES",
    ]  # fmt: skip
    sections = list(read.body(written).iter(f"{W}sectPr"))
    heads = [s.find(f"{W}headerReference").get(f"{R}id") for s in sections]
    assert len(sections) == 3
    assert len(set(heads)) == 1


def test_the_file_speaks_british_english_and_says_what_it_is(written, every):
    for name, root in every.items():
        for lang in root.iter(f"{W}lang"):
            assert lang.get(f"{W}val") == "en-GB", name
    assert every["word/styles.xml"].find(f"{W}docDefaults//{W}lang") is not None
    about = read.word(written).core_properties
    assert (about.language, about.title) == ("en-GB", specimen().title)
    assert about.keywords == "OFFICIAL-SENSITIVE"
    assert b"created" not in read.parts(written)["docProps/core.xml"]


def test_nothing_of_a_template_comes_along(written):
    names = set(read.parts(written))
    assert not [n for n in names if re.search("customXml|thumbnail|theme|WithEffects|app.xml", n)]
    assert b"Theme=" not in read.parts(written)["word/styles.xml"]
    assert b"updateFields" not in read.parts(written)["word/settings.xml"]


def test_front_matter_stands_below_the_title_in_pairs():
    pairs = (("Report to", "Scrutiny Committee"), ("Date", "18 June 2020"))
    data = write_word(specimen(), front_matter=pairs)
    lines = read.paragraphs(data)
    place = [line for _, line in lines].index(specimen().first_page.subtitle)
    assert lines[place + 1 : place + 3] == [
        ("Front Matter", "Report toScrutiny Committee"), ("Front Matter", "Date18 June 2020"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE[::3])
def test_words_are_never_markup_nor_fields(text, written):
    data = write_word(specimen(text), front_matter=((text, text),))
    unharmed = write_word(specimen(), front_matter=(("a", "b"),))
    tags, expected = (
        Counter(node.tag for node in read.body(one).iter() if node.tag != f"{W}keepNext")
        for one in (data, unharmed)
    )
    assert tags == expected
    lines = [line for _, line in read.paragraphs(data)]
    assert f"60%of audits graded good or better, year to date (53 to 67%, n 199) {text}" in lines


def test_a_letter_that_no_file_may_hold_is_shown_as_unreadable():
    row = (("A\x0bB", "1\ufffe"),)
    table = Table(
        caption="x\x00y", columns=(*word_columns("a\x1b"), *number_columns("b")), rows=row
    )
    data = write_word(with_body(table, Paragraph(words=(Strong("c\x07"),))))
    last = read.word(data).tables[-1]
    assert [cell.text for cell in last.rows[1].cells] == ["A\ufffdB", "1\ufffd"]
    assert ("Numbered Paragraph", "c\ufffd") in read.paragraphs(data)


def test_two_tables_with_nothing_between_stay_two():
    table = Table(caption="x", columns=number_columns("a"), rows=())
    root = read.body(write_word(with_body(table, table)))
    for node in root.iter(f"{W}tbl"):
        assert node.getnext().tag == f"{W}p"


def test_bytes_are_the_same_twice_and_in_another_process(written):
    time.sleep(2.1)
    assert write_word(specimen()) == written
    code = (
        "import hashlib; from tests.report.specimen import specimen; "
        "from qaf_analysis.report.writers.word import write_word; "
        "print(hashlib.sha256(write_word(specimen())).hexdigest())"
    )
    again = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )  # fmt: skip
    assert again.stdout.strip() == sha256(written).hexdigest()


def test_the_zip_names_no_moment(written):
    with ZipFile(io.BytesIO(written)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}


def kept_with_next(data, *, rows, cell):
    table = Table(caption="x", columns=word_columns("a", "b"), rows=((cell, "y"),) * rows,
                  note="note", source="source")  # fmt: skip
    node = list(read.body(write_word(with_body(table))).iter(f"{W}tbl"))[-1]
    return [
        all(p.find(f"{W}pPr/{W}keepNext") is not None for p in row.iter(f"{W}p"))
        for row in node.iter(f"{W}tr")
    ]


def test_short_tables_stay_on_one_page_and_long_ones_break_between_rows(written):
    assert all(kept_with_next(written, rows=12, cell="x"))
    long = kept_with_next(written, rows=40, cell="x")
    assert (long[:2], long[-2:]) == ([True, True], [True, True])
    assert not any(long[2:-2])
    tall = kept_with_next(written, rows=12, cell="some words " * 60)
    assert not all(tall)

"""A council's own document as the ground of the report: what is kept, left out and refused."""

import io
import random
import zipfile

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Mm, Pt, RGBColor
from PIL import Image

from qaf_analysis.report.writers.rezip import unzipped, zipped
from qaf_analysis.report.writers.word import write_word
from qaf_analysis.report.writers.word_styles import STYLES
from qaf_analysis.terms.errors import DocumentError
from tests.report.specimen import specimen
from tests.report.writers import read_word as read
from tests.report.writers.read_word import R, W
from tests.wide import wide

MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def saved(document):
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def picture(colour):
    out = io.BytesIO()
    Image.new("RGB", (30, 10), colour).save(out, "PNG")
    out.seek(0)
    return out


def council_document():
    """As a council's template may be: own fonts, own page, logo, old text with a picture in it."""
    document = docx.Document()
    document.styles["Normal"].font.name = "Gill Sans MT"
    document.styles["Heading 1"].font.size = Pt(31)
    document.styles["Heading 1"].font.color.rgb = RGBColor(1, 2, 3)
    section = document.sections[0]
    section.page_width, section.left_margin, section.right_margin = Mm(210), Mm(40), Mm(30)
    section.header.paragraphs[0].add_run("Northshire County Council ").add_picture(picture("red"))
    section.footer.paragraphs[0].text = "www.northshire.example"
    document.add_heading("Old minutes", 1)
    document.add_paragraph("Something confidential of last year").add_run().add_picture(
        picture("blue")
    )
    document.add_table(rows=2, cols=2)
    document.core_properties.author = "A Former Officer"
    return document


@pytest.fixture(scope="module")
def written():
    return write_word(specimen(), reference=saved(council_document()))


def changed(data, **parts):
    """The file with parts replaced; a name ends in two underscores before its suffix."""
    return zipped({**unzipped(data), **parts})


def with_kind(data, *, old, new):
    kinds = unzipped(data)["[Content_Types].xml"].decode()
    assert old in kinds
    return changed(data, **{"[Content_Types].xml": kinds.replace(old, new).encode()})


def style(data, name):
    for node in read.part(data, "word/styles.xml").iter(f"{W}style"):
        if node.find(f"{W}name").get(f"{W}val") == name:
            return node
    raise AssertionError(name)


def test_the_styles_of_the_council_win(written):
    heading = style(written, "heading 1").find(f"{W}rPr")
    assert heading.find(f"{W}sz").get(f"{W}val") == "62"
    assert heading.find(f"{W}color").get(f"{W}val") == "010203"
    normal = style(written, "Normal").find(f"{W}rPr/{W}rFonts")
    assert normal.get(f"{W}ascii") == "Gill Sans MT"
    names = list(read.style_names(written).values())
    assert len(names) == len({name.lower() for name in names})


def test_styles_it_lacks_are_made_and_all_stands_in_order(written):
    names = {name.lower() for name in read.style_names(written).values()}
    assert {style.name.lower() for style in STYLES} <= names
    for name in read.parts(written):
        if name.endswith(".xml"):
            assert read.out_of_order(read.part(written, name)) == [], name


def test_nothing_of_its_text_and_of_who_wrote_it_is_left(written):
    for name, data in read.parts(written).items():
        assert b"confidential" not in data, name
        assert b"Old minutes" not in data, name
        assert b"Former" not in data, name
        assert "customXml" not in name
        assert "thumbnail" not in name
    media = [data for name, data in read.parts(written).items() if "/media/" in name]
    assert picture("red").getvalue() in media
    assert picture("blue").getvalue() not in media


def test_page_head_and_foot_are_the_councils_with_marking_and_number_added(written):
    section = read.word(written).sections[-1]
    assert (round(section.left_margin.mm), round(section.right_margin.mm)) == (40, 30)
    heads = [p.text for p in section.header.paragraphs]
    assert heads[0] == "Northshire County Council "
    assert heads[-1].startswith("OFFICIAL-SENSITIVE")
    feet = [p.text for p in section.footer.paragraphs]
    assert feet[0] == "www.northshire.example"
    fields = [f.get(f"{W}instr").split()[0] for f in section.footer._element.iter(f"{W}fldSimple")]
    assert fields == ["PAGE", "NUMPAGES"]
    (table,) = read.body(written).iter(f"{W}tbl")
    assert table.find(f"{W}tblPr/{W}tblW").get(f"{W}w") == str(round(140 * 1440 / 25.4))


def test_a_page_number_of_its_own_is_not_doubled():
    document = council_document()
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), " PAGE \\* MERGEFORMAT ")
    document.sections[0].footer.paragraphs[0]._p.append(field)
    foot = read.word(write_word(specimen(), reference=saved(document))).sections[-1].footer
    assert [f.get(f"{W}instr") for f in foot._element.iter(f"{W}fldSimple")] == [
        " PAGE \\* MERGEFORMAT "
    ]


def test_first_and_even_pages_are_marked_too():
    document = council_document()
    document.sections[0].different_first_page_header_footer = True
    document.settings.odd_and_even_pages_header_footer = True
    document.sections[0].first_page_header.paragraphs[0].text = "Front"
    data = write_word(specimen(), reference=saved(document))
    heads = [d.decode() for n, d in read.parts(data).items() if n.startswith("word/header")]
    assert len(heads) == 3
    assert all("OFFICIAL-SENSITIVE" in head for head in heads)
    sections = list(read.body(data).iter(f"{W}sectPr"))
    assert [s.find(f"{W}titlePg") is not None for s in sections] == [True, False, False]


def test_heads_of_an_earlier_section_are_taken_over():
    document = council_document()
    document.add_section()
    assert document.sections[-1].header.is_linked_to_previous
    section = read.word(write_word(specimen(), reference=saved(document))).sections[0]
    assert section.header.paragraphs[0].text == "Northshire County Council "


def test_numbers_are_the_reports_own_even_where_the_council_counts_otherwise():
    document = council_document()
    for name in ("Heading 2", "Caption", "Heading 1"):
        properties = document.styles[name].element.get_or_add_pPr()
        number = properties.get_or_add_numPr()
        number.get_or_add_ilvl().val = 0
        number.get_or_add_numId().val = 1
    data = write_word(specimen(), reference=saved(document))
    for name in ("heading 2", "caption", "Unnumbered Heading"):
        number = style(data, name).find(f"{W}pPr/{W}numPr/{W}numId")
        assert number.get(f"{W}val") == "0", name
    ours = style(data, "heading 1").find(f"{W}pPr/{W}numPr/{W}numId").get(f"{W}val")
    lists = read.part(data, "word/numbering.xml")
    (count,) = [n for n in lists.iter(f"{W}num") if n.get(f"{W}numId") == ours]
    of_list = count.find(f"{W}abstractNumId").get(f"{W}val")
    (one,) = [a for a in lists.iter(f"{W}abstractNum") if a.get(f"{W}abstractNumId") == of_list]
    assert [t.get(f"{W}val") for t in one.iter(f"{W}lvlText")] == ["%1", "%1.%2"]


def test_a_style_is_found_by_its_name_whatever_its_identifier():
    """A German Word calls the style "heading 1" by the identifier "berschrift1"."""
    document = council_document()
    document.styles["Heading 1"].element.set(qn("w:styleId"), "berschrift1")
    taken = document.styles.add_style("Something", WD_STYLE_TYPE.PARAGRAPH)
    taken.element.set(qn("w:styleId"), "NumberedParagraph")
    character = document.styles.add_style("Box", WD_STYLE_TYPE.CHARACTER)
    assert character.name == "Box"
    data = write_word(specimen(), reference=saved(document))
    used = {node.get(f"{W}val") for node in read.body(data).iter(f"{W}pStyle")}
    assert "berschrift1" in used
    assert "NumberedParagraph" not in used
    identifiers = [
        s.get(f"{W}styleId") for s in read.part(data, "word/styles.xml").iter(f"{W}style")
    ]
    assert len(identifiers) == len(set(identifiers))
    assert used <= set(identifiers)
    assert "Numbered Paragraph" in {style for style, _ in read.paragraphs(data)}


def test_the_language_is_ours_whatever_the_document_says():
    document = council_document()
    document.styles["Normal"].element.get_or_add_rPr().append(OxmlElement("w:lang"))
    document.styles["Normal"].element.rPr.find(qn("w:lang")).set(qn("w:val"), "de-DE")
    defaults = document.styles.element.find(qn("w:docDefaults"))
    document.styles.element.remove(defaults)
    styles = read.part(write_word(specimen(), reference=saved(document)), "word/styles.xml")
    assert {lang.get(f"{W}val") for lang in styles.iter(f"{W}lang")} == {"en-GB"}
    assert styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang") is not None


def test_a_document_without_lists_settings_page_or_styles_gets_them():
    parts = unzipped(saved(council_document()))
    relations = "word/_rels/document.xml.rels"
    for part in ("numbering", "settings", "styles", "stylesWithEffects"):
        del parts[f"word/{part}.xml"]
    bare = read.etree.fromstring(parts[relations])
    for rel in list(bare):
        if f"word/{rel.get('Target')}" not in parts:
            bare.remove(rel)
    parts[relations] = read.etree.tostring(bare)
    document = read.etree.fromstring(parts["word/document.xml"])
    for page in list(document.iter(f"{W}sectPr")):
        page.getparent().remove(page)
    parts["word/document.xml"] = read.etree.tostring(document)
    data = write_word(specimen(), reference=zipped(parts))
    names = {name.lower() for name in read.style_names(data).values()}
    assert {style.name.lower() for style in STYLES} <= names
    assert len(read.word(data).sections) == 3


def test_a_template_is_as_good_as_a_document():
    template = with_kind(
        saved(council_document()), old=MAIN, new=MAIN.replace("document.main", "template.main")
    )
    data = write_word(specimen(), reference=template)
    assert data == write_word(specimen(), reference=saved(council_document()))
    assert MAIN in unzipped(data)["[Content_Types].xml"].decode()


def test_what_would_make_word_fetch_ask_or_lock_is_left_out():
    document = council_document()
    settings = document.settings.element
    for tag in ("w:attachedTemplate", "w:documentProtection", "w:updateFields", "w:mailMerge"):
        settings.insert(0, OxmlElement(tag))
    part = document.part._settings_part
    rel = part.relate_to("file:///S:/Templates/Old.dotm", "http://example.org/t", is_external=True)
    settings.find(qn("w:attachedTemplate")).set(qn("r:id"), rel)
    data = write_word(specimen(), reference=saved(document))
    said = unzipped(data)["word/settings.xml"]
    for word in (b"attachedTemplate", b"Protection", b"updateFields", b"mailMerge"):
        assert word not in said
    assert "word/_rels/settings.xml.rels" not in unzipped(data)
    assert not any(b"Old.dotm" in content for content in unzipped(data).values())


def macro_file():
    data = with_kind(
        saved(council_document()), old=MAIN,
        new="application/vnd.ms-word.document.macroEnabled.main+xml",
    )  # fmt: skip
    return changed(data, **{"word/vbaProject.bin": b"x"})


def header_that_fetches():
    document = council_document()
    document.sections[0].header.part.relate_to(
        "https://example.org/logo.png",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image",
        is_external=True,
    )
    return saved(document)


def twins():
    data = saved(council_document())
    out = io.BytesIO(data)
    with (
        pytest.warns(UserWarning, match="Duplicate name"),
        zipfile.ZipFile(out, "a") as archive,
    ):
        archive.writestr("word/styles.xml", b"<x/>")
    return out.getvalue()


def bomb():
    return changed(saved(council_document()), **{"word/big.xml": b"0" * 300_000_000})


def entities():
    data = saved(council_document())
    styles = unzipped(data)["word/styles.xml"].decode()
    declared = '<!DOCTYPE x [<!ENTITY a "aaaa">]><w:styles'
    return changed(data, **{"word/styles.xml": styles.replace("<w:styles", declared, 1).encode()})


def strict():
    data = saved(council_document())
    rels = unzipped(data)["_rels/.rels"].decode()
    return changed(data, **{"_rels/.rels": rels.replace(
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships").encode()})  # fmt: skip


def without(name):
    parts = unzipped(saved(council_document()))
    del parts[name]
    return zipped(parts)


def workbook():
    import openpyxl

    return saved(openpyxl.Workbook())


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (macro_file, "holds a macro"),
        (lambda: changed(saved(council_document()), **{"word/vbaProject.bin": b"x"}), "a macro"),
        (lambda: changed(saved(council_document()), **{"word/activeX/a.xml": b"<x/>"}), "control"),
        (header_that_fetches, "lies elsewhere"),
        (lambda: b"", "damaged"),
        (lambda: b"not a zip file", "damaged"),
        (lambda: saved(council_document())[:-200], "damaged"),
        (lambda: saved(council_document())[:3000], "damaged"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"),
        (twins, "damaged"),
        (bomb, "too large"),
        (entities, "no Word file holds"),
        (strict, "Strict Open XML"),
        (workbook, "not a Word document"),
        (lambda: without("word/document.xml"), "not built as Word"),
        (lambda: without("[Content_Types].xml"), "not a Word document"),
        (lambda: without("_rels/.rels"), "not built as Word"),
        (lambda: changed(saved(council_document()), **{"word/styles.xml": b"<w:styles"}), "built"),
        (lambda: changed(saved(council_document()), **{"word/styles.xml": b"<a/>"}), "built"),
        (lambda: changed(saved(council_document()), **{"word/document.xml": b"<a/>"}), "built"),
        (lambda: changed(saved(council_document()), **{"word/numbering.xml": b"<a/>"}), "built"),
        (lambda: changed(saved(council_document()), **{"word/header1.xml": b"<a"}), "built"),
    ],
)  # fmt: skip
def test_a_document_that_cannot_be_used_is_refused_with_what_to_do(make, said):
    with pytest.raises(DocumentError, match=said) as refused:
        write_word(specimen(), reference=make())
    assert "reference document" in str(refused.value)
    assert len(str(refused.value)) < 250


def test_every_cut_of_a_document_is_refused_or_used_but_never_a_fault():
    data = saved(council_document())
    for place in range(0, len(data), len(data) // 12):
        with pytest.raises(DocumentError):
            write_word(specimen(), reference=data[:place])


def mutated(seed):
    """A document with a few elements and attributes lost or filled with what does not belong."""
    parts = unzipped(saved(council_document()))
    chance = random.Random(seed)
    names = sorted(n for n in parts if n.endswith((".xml", ".rels")) and "theme" not in n)
    for name in chance.choices(names, k=chance.choice((1, 2, 4))):
        root = read.etree.fromstring(parts[name])
        node = chance.choice(list(root.iter(read.etree.Element)))
        change = chance.choice(("remove", "lose", "fill", "rename"))
        if change == "remove" and node.getparent() is not None:
            node.getparent().remove(node)
        elif change == "lose" and node.attrib:
            node.attrib.pop(chance.choice(sorted(node.attrib)))
        elif change == "fill" and node.attrib:
            node.set(chance.choice(sorted(node.attrib)), chance.choice(("", "x", "-1", "٣")))
        elif change == "rename":
            node.tag = "{x}y"
        parts[name] = read.etree.tostring(root)
    return zipped(parts)


@pytest.mark.parametrize("seed", wide(range(120), quick=range(0, 120, 12)))
def test_a_document_with_faults_is_refused_or_used_but_never_a_fault(seed):
    try:
        data = write_word(specimen(), reference=mutated(seed))
    except DocumentError:
        return
    assert ("Title", specimen().title) in read.paragraphs(data)


def test_the_head_of_a_council_keeps_its_relations(written):
    section = list(read.body(written).iter(f"{W}sectPr"))[-1]
    head = section.find(f"{W}headerReference").get(f"{R}id")
    targets = {
        rel.get("Id"): rel.get("Target")
        for rel in read.part(written, "word/_rels/document.xml.rels")
    }
    relations = read.part(written, f"word/_rels/{targets[head]}.rels")
    assert [rel.get("Target").startswith("media/") for rel in relations] == [True]

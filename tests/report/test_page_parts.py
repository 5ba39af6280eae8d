"""How a body is cut into sections and parts, what folds, and which notes stand beside what."""

import pytest

from qaf_analysis.kit.parts import Column, Table, number_columns, word_columns
from qaf_analysis.report.blocks import Heading, Listing, Note, Paragraph
from qaf_analysis.report.document import Placed
from qaf_analysis.report.page_parts import Beside, page_parts
from qaf_analysis.report.page_tables import is_too_wide, on_a_phone
from qaf_analysis.report.page_words import Term, WordLinks
from qaf_analysis.terms.errors import DocumentError


def placed(*blocks):
    return tuple(Placed(block=block, number="") for block in blocks)


def heading(name, level=2):
    return Heading(text=name, id=name, level=level)


def words(text):
    return Paragraph(words=text)


def margin(text):
    return Note(label=text, lines=("x",), place="margin")


def outline(parts):
    return [(p.heading.block.id, p.is_folded, p.is_open, outline(p.parts)) for p in parts]


def told(blocks):
    """Blocks by their words; those beside a note in brackets, the notes after a stroke."""
    out = []
    for each in blocks:
        if isinstance(each, Beside):
            out.append(f"[{' '.join(told(each.text))} | {' '.join(told(each.notes))}]")
        elif isinstance(each.block, Paragraph):
            out.append(each.block.words)
        elif isinstance(each.block, Listing):
            out.append("-".join(each.block.items))
        else:
            out.append(getattr(each.block, "label", "") or each.block.text)
    return out


BODY = placed(
    heading("a"), words("1"), heading("a-one", 3), words("2"), heading("a-one-x", 4), words("3"),
    heading("b"), words("4"),
    heading("c"), heading("c-one", 3), words("5"), heading("c-two", 3), words("6"),
)  # fmt: skip


def test_sections_fold_and_a_section_of_parts_alone_leaves_that_to_its_parts():
    assert outline(page_parts(BODY, folded=True)) == [
        ("a", True, True, [("a-one", False, True, [])]),
        ("b", True, False, []),
        ("c", False, False, [("c-one", True, False, []), ("c-two", True, False, [])]),
    ]


def test_where_the_first_section_is_parts_alone_its_first_part_is_open():
    body = placed(heading("c"), heading("c-one", 3), heading("c-two", 3))
    assert outline(page_parts(body, folded=True)) == [
        ("c", False, True, [("c-one", True, True, []), ("c-two", True, False, [])])
    ]


def test_nothing_folds_in_a_short_edition_and_no_block_is_lost():
    parts = page_parts(BODY, folded=False)
    assert not any(p.is_folded or any(q.is_folded for q in p.parts) for p in parts)
    seen = []
    for part in parts:
        seen += [part.heading, *part.blocks]
        for inner in part.parts:
            seen += [inner.heading, *inner.blocks]
    assert tuple(seen) == BODY


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ((words("1"), words("2"), margin("m")), ["[1 2 | m]"]),
        ((words("1"), Listing(items=("x", "y")), margin("m"), words("2")), ["[1 x-y | m]", "2"]),
        ((margin("m"), words("1")), ["m", "1"]),
        ((words("1"), margin("m"), margin("n")), ["[1 | m n]"]),
        ((words("1"), Note(label="box", lines=("x",)), margin("m")), ["1", "box", "m"]),
        ((words("1"), margin("m"), words("2"), margin("n")), ["[1 | m]", "[2 | n]"]),
        ((words("1"), heading("d", 4), words("2"), margin("m")), ["1", "d", "[2 | m]"]),
    ],
)
def test_a_note_stands_beside_the_run_of_words_before_it(blocks, expected):
    (part,) = page_parts(placed(heading("a"), *blocks), folded=False)
    assert told(part.blocks) == expected


def table(columns, *rows):
    return Table(caption="x", columns=columns, rows=rows)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (table(word_columns("Team"), ("East",)), "as it is"),
        (table((*word_columns("Team"), *number_columns("n")), ("East", "1")), "as it is"),
        # Twelve numbers of two digits are wider than a phone.
        (table((*word_columns("Team"), *number_columns(*"abcdefghijkl")), ("E", *["12"] * 12)),
         "scrolls"),
        # A long row heading wraps; it makes no cards.
        (table((*word_columns("Team"), *number_columns(*"abcdefgh")),
               ("A long name of a team, " * 4, *["1"] * 8)), "scrolls"),
        (table((*word_columns("Measure"), *number_columns("Estimate", "95% interval", "n"),
                *word_columns("Method")), ("Share", "12%", "10 to 14%", "12", "word " * 9)),
         "cards"),
        (table(word_columns("What", "Why", "Owner", "By"), ("a", "b", "Administrator", "c")),
         "cards"),
    ],
)  # fmt: skip
def test_words_become_cards_and_numbers_scroll(given, expected):
    assert on_a_phone(given) == expected


def test_a_table_too_wide_for_a_small_screen_is_known():
    columns = (Column(heading="Row", align="left"), *number_columns(*"abcdefgh"))
    assert is_too_wide(table(columns, ("x", *["−0.25 to +0.35"] * 8)))
    assert not is_too_wide(table(columns, ("x", *["1"] * 8)))


def linked(text, *, most=None, anew=True, known=("Moderation", "Moderation-adjusted", "Gap")):
    parts = page_parts(placed(heading("a"), words(text)), folded=False)
    links = WordLinks(known, anew=anew, most=most)
    (part,) = links.sections(parts)
    pieces = part.blocks[0].block.words
    assert "".join(getattr(piece, "text", piece) for piece in pieces) == text
    return [(piece.text, piece.target) for piece in pieces if isinstance(piece, Term)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A gap, a gap.", ["gap"]),
        ("Gaps and GAP", ["Gaps"]),
        ("moderation-adjusted and moderation", ["moderation-adjusted", "moderation"]),
        ("The gape is no gap-filler; re-gap.", []),
        ("The moderation’s gap", ["moderation", "gap"]),
        ("", []),
    ],
)
def test_the_first_whole_word_is_linked(text, expected):
    assert [said for said, _ in linked(text)] == expected


def test_of_two_words_that_begin_alike_the_longer_is_meant():
    told = linked("The process change came.", known=("Process", "Process change"))
    assert told == [("process change", "#page-word-process-change")]


def test_a_link_leads_to_its_own_word():
    assert linked("moderation-adjusted")[0][1] == "#page-word-moderation-adjusted"


def test_links_end_where_no_more_are_allowed():
    assert len(linked("gap and moderation", most=1)) == 1
    assert linked("gap", most=0) == []


@pytest.mark.parametrize(("anew", "expected"), [(True, [1, 1]), (False, [1, 0])])
def test_a_word_is_linked_once_in_a_section_or_once_in_all(anew, expected):
    body = placed(heading("a"), words("gap gap"), heading("b"), words("gap"))
    parts = WordLinks(["Gap"], anew=anew).sections(page_parts(body, folded=False))
    found = [sum(isinstance(piece, Term) for piece in part.blocks[0].block.words) for part in parts]
    assert found == expected


def test_without_a_glossary_nothing_is_touched():
    parts = page_parts(BODY, folded=False)
    assert WordLinks([], anew=True).sections(parts) == parts


@pytest.mark.parametrize("target", ["#gap", "#page-main", "https://example.org", "#page-word-"])
def test_a_word_leads_nowhere_but_to_the_glossary(target):
    with pytest.raises(DocumentError, match="leads to no row"):
        Term("gap", target)

"""What is given up where pages are full, and let in where they are empty, for given heights."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest

from qaf_analysis.kit.parts import Card, Picture, Table, word_columns
from qaf_analysis.report.blocks import Figure, Heading, Note, Paragraph
from qaf_analysis.report.document import BigNumber, Document, FirstPage, Lead
from qaf_analysis.report.editions.fit import MOST_TRIES, Draft, Fitted, Kept, Part, fitted
from qaf_analysis.report.editions.working import working_document
from qaf_analysis.report.layout import Layout
from qaf_analysis.report.writers.pdf import layout
from qaf_analysis.topics.common.brief import ALWAYS
from tests.golden.councils import results

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M 0 0"/></svg>'
PAGE = 100


def words(text: str, keep: int = ALWAYS, *, filler: bool = False) -> Kept:
    """A paragraph that stands so high: "30 of something"."""
    return Kept(block=Paragraph(words=text), keep=keep, is_filler=filler)


def table(caption: str, keep: int = ALWAYS, *, filler: bool = False) -> Kept:
    shown = Table(caption=caption, columns=word_columns("A"), rows=(("a",),))
    return Kept(block=shown, keep=keep, is_filler=filler)


def figure(title: str, keep: int = ALWAYS) -> Kept:
    picture = Picture(svg=DRAWING, alt="Seen.", title=title, width=9)
    return Kept(block=Figure(picture=picture), keep=keep)


def part(name: str, *blocks: Kept) -> Part:
    return Part(heading=Heading(text=name, id=name), blocks=blocks)


def first_page(height: int) -> FirstPage:
    card = Card(question="Q?", verdict="V", words="W.", section="a")
    return FirstPage(
        marking="M", edition="e", run_id="r", subtitle=f"{height}", cards=(card,) * 4,
        lead=Lead(numbers=(BigNumber(number="1", caption="c"),), words="w"),
    )  # fmt: skip


def whole(page: FirstPage, body: tuple) -> Document:
    return Document(title="T", first_page=page, body=body)


def draft(*parts: Part, openings: tuple[int, ...] = (90,)) -> Draft:
    return Draft(
        parts=parts, openings=tuple(map(first_page, openings)), whole=whole,
        elsewhere="the working edition",
    )  # fmt: skip


def height(block: object) -> int:
    """Height of a block: the number at the head of its name; of a line on what moved, none."""
    match block:
        case Heading() | Paragraph(is_numbered=False):
            return 0
        case Paragraph(words=text) | Table(caption=text):
            return int(str(text).split()[0])
        case Figure(picture=picture):
            return int(picture.title.split()[0])
        case Note():
            return 0
    raise AssertionError(block)


class Laid:
    """Blocks set one below another; what does not fit goes to the next page."""

    def __init__(self) -> None:
        self.asked: list[Document] = []

    def __call__(self, document: Document) -> Layout:
        self.asked.append(document)
        opening = -(-int(document.first_page.subtitle) // PAGE)
        pages = [0]
        for block in document.body:
            if pages[-1] + height(block) > PAGE:
                pages.append(0)
            pages[-1] += height(block)
        blank = (*(0.1,) * opening, *(1 - page / PAGE for page in pages))
        return Layout(opening=opening, blank=blank)


def names(blocks: Iterable[object]) -> list[str]:
    """What stands there, headings and notes apart."""

    def each() -> Iterator[str]:
        for block in blocks:
            match block:
                case Paragraph(words=text) | Table(caption=text):
                    yield str(text)
                case Figure(picture=picture):
                    yield picture.title

    return list(each())


def fit(*parts: Part, pages: int, lay_out: Callable | None = None, **more) -> Fitted:
    return fitted(draft(*parts, **more), pages=pages, lay_out=lay_out or Laid())


def moved(found: Fitted) -> list[str]:
    return names(found.moved)


def test_what_fits_is_left_as_it_is():
    found = fit(part("a", words("40 one", 1), table("45 two", 2)), pages=2)
    assert names(found.document.body) == ["40 one", "45 two"]
    assert found.moved == ()
    assert found.layout.pages == 2


def test_the_lowest_goes_first_and_of_equals_the_last():
    parts = (
        part("a", words("60 never"), table("30 two", 2), table("20 five", 5)),
        part("b", words("50 never"), table("40 also two", 2), table("30 three", 3)),
    )
    # 60 + 30, 20 + 50, 40 + 30 are three pages behind the first; without the 40, which is the last
    # of the two lowest, 60 + 30 and 20 + 50 + 30 are two
    found = fit(*parts, pages=3)
    assert names(found.document.body) == [
        "60 never", "30 two", "20 five", "50 never", "30 three",
        "In the working edition: the table “40 also two”.",
    ]  # fmt: skip
    assert moved(found) == ["40 also two"]
    # for one page both twos, then the three, and the five at last
    found = fit(
        part("a", words("60 never"), table("30 two", 2), table("30 five", 5)),
        part("b", words("40 never"), table("40 also two", 2), table("30 three", 3)),
        pages=2,
    )
    assert moved(found) == ["30 two", "30 five", "40 also two", "30 three"]


def test_what_is_always_kept_stays():
    parts = (part("a", words("60 never"), words("50 nor this"), words("10 eight", 8)),)
    found = fit(*parts, pages=2)  # too long, but told rather than withheld
    assert names(found.document.body) == ["60 never", "50 nor this"]
    assert found.layout.pages == 3


def test_names_of_what_was_moved_stand_where_it_stood():
    limits = Kept(block=Note(label="What this does not show", lines=("x",)), keep=1)
    parts = (
        part("a", words("50 never"), table("30 A", 2), figure("40 B", 3), limits),
        part("b", words("40 never"), words("30 told", 1), table("20 never")),
    )
    found = fit(*parts, pages=2, lay_out=_one_page_of(110))
    assert names(found.document.body) == [
        "50 never",
        "In the working edition: the table “30 A”, the figure “40 B” and the note “What this does "
        "not show”.",
        "40 never",
        "20 never",
    ]
    assert moved(found) == ["30 A", "40 B", "30 told"]
    assert [type(block) for block in found.moved] == [Table, Figure, Note, Paragraph]


def _one_page_of(most: int) -> Callable[[Document], Layout]:
    """A layout whose body has one page as long as it is no higher than this."""

    def lay_out(document: Document) -> Layout:
        total = sum(map(height, document.body))
        return Layout(opening=1, blank=(0.1, 0.1) if total <= most else (0.1, 0.1, 0.1))

    return lay_out


def test_fillers_stay_out_where_no_page_would_be_blank():
    found = fit(part("a", words("70 never"), table("20 filler", 3, filler=True)), pages=8)
    assert names(found.document.body) == ["70 never"]
    assert found.moved == ()  # what a filler says stands elsewhere anyway


def test_fillers_are_let_in_where_a_page_would_be_blank_the_most_kept_first():
    fillers = (table("30 low", 1, filler=True), table("30 high", 4, filler=True))
    found = fit(part("a", words("40 never"), *fillers), pages=2)
    assert names(found.document.body) == ["40 never", "30 high"]
    assert max(found.layout.blank) == pytest.approx(0.3)


def test_as_many_fillers_as_it_takes():
    fillers = (table("20 low", 1, filler=True), table("20 high", 4, filler=True))
    found = fit(part("a", words("30 never"), *fillers), pages=2)
    assert names(found.document.body) == ["30 never", "20 low", "20 high"]


def test_no_filler_makes_a_page_too_many():
    filler = table("90 filler", 4, filler=True)
    found = fit(part("a", words("40 never"), filler), pages=2)
    assert names(found.document.body) == ["40 never"]
    assert found.layout.pages == 2


def test_a_block_is_given_up_where_that_leaves_less_of_a_page_blank():
    # 60 and 50 make two pages, blank for 40 and 50 in the hundred; without the 50 one page of 60
    # is blank for 40; without the low 20 nothing is better
    parts = (part("a", words("60 never"), table("50 three", 3)),)
    found = fit(*parts, pages=8)
    assert names(found.document.body) == [
        "60 never",
        "In the working edition: the table “50 three”.",
    ]
    assert moved(found) == ["50 three"]


def test_the_fullest_first_page_that_fits_is_taken():
    asked = Laid()
    found = fit(part("a", words("90 x")), pages=8, lay_out=asked, openings=(300, 101, 100, 50))
    assert found.document.first_page.subtitle == "100"
    # Pages too long are seen without their sections, which take the time.
    assert [len(document.body) for document in asked.asked] == [1, 1, 1, 2]


def test_a_first_page_that_is_too_long_only_with_its_sections_is_not_taken():
    def lay_out(document: Document) -> Layout:
        full = len(document.body) > 1 and document.first_page.subtitle == "90"
        return Layout(opening=2 if full else 1, blank=(0.1,) * (3 if full else 2))

    found = fit(part("a", words("90 x")), pages=8, lay_out=lay_out, openings=(90, 80, 70))
    assert found.document.first_page.subtitle == "80"


def test_a_first_page_that_never_fits_is_the_shortest_and_the_layout_tells():
    found = fit(part("a", words("90 x")), pages=8, openings=(300, 101))
    assert found.document.first_page.subtitle == "101"
    assert found.layout.opening == 2


def test_the_same_draft_is_fitted_alike_and_the_search_ends():
    blocks = [table(f"{7 + place % 9} t{place}", 1 + place % 8) for place in range(40)]
    asked = Laid()
    parts = (part("a", words("50 never"), *blocks[:20]), part("b", *blocks[20:]))
    once = fit(*parts, pages=3, lay_out=asked)
    again = fit(*parts, pages=3)
    assert once == again
    assert once.layout.pages <= 3
    assert len(asked.asked) <= 1 + len(blocks) + MOST_TRIES
    gone, stayed = set(moved(once)), [one for one in blocks if one.block in once.document.body]
    assert gone
    assert gone.isdisjoint(one.block.caption for one in stayed)


def test_sections_are_measured_with_the_page_that_was_chosen():
    """What is laid out last is what is returned."""
    asked = Laid()
    found = fit(part("a", words("70 never"), table("50 t", 2)), pages=2, lay_out=asked)
    assert asked(found.document) == found.layout


def test_what_was_moved_stands_in_the_working_edition():
    gone = Table(caption="A table given up", columns=word_columns("A"), rows=(("a",),))
    whole = working_document(results("nothing moderated"), run_id="r" * 16, moved=(gone,))
    assert gone in whole.body
    without = working_document(results("nothing moderated"), run_id="r" * 16)
    assert gone not in without.body


def test_a_real_page_knows_its_opening_and_how_much_is_blank():
    """The measure of the writer and the fake one mean the same."""
    full = whole(first_page(1), (Heading(text="A", id="a"), Paragraph(words="One line.")))
    found = layout(full)
    assert found.opening == 1
    assert found.pages == 1
    assert 0 < found.blank[0] < 1

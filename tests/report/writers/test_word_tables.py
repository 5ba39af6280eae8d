import pytest

from qaf_analysis.kit.parts import Table, number_columns, word_columns
from qaf_analysis.report.writers.word_tables import column_widths

PAGE = 9638  # twips between the margins
ARIAL = {"0": 0.556, "M": 0.833, "m": 0.833, "i": 0.222, "a": 0.556, "−": 0.584, " ": 0.278}
POINTS, MARGINS = 9.5, 180  # type of tables; twips of the two margins of a cell


def table(*rows, words=1):
    columns = (
        *word_columns(*(f"W{n}" for n in range(words))),
        *number_columns(*(f"N{n}" for n in range(len(rows[0]) - words))),
    )
    return Table(caption="x", columns=columns, rows=rows)


@pytest.mark.parametrize(
    "made",
    [
        table(("East", "12")), table(("a" * 400, "1", "2")), table(("a",) * 30),
        table(("word " * 80, "word " * 8, "3"), words=2), table(("", "")),
        Table(caption="x", columns=number_columns("only"), rows=()),
    ],
)  # fmt: skip
def test_columns_fill_the_page_exactly_and_none_is_lost(made):
    widths = column_widths(made, PAGE)
    assert sum(widths) == PAGE
    assert all(width > 0 for width in widths)


@pytest.mark.parametrize(
    "word", ["0" * 12, "M" * 6, "m" * 6, "i" * 20, "−000 a −000", "0000-00 Q0"]
)
def test_a_number_and_its_interval_stand_in_one_line_beside_long_words(word):
    made = table(("some words that are long " * 20, word, word))
    for width in column_widths(made, PAGE)[1:]:
        arial = sum(ARIAL.get(letter, 0.6) for letter in word) * POINTS * 20
        assert width - MARGINS >= arial


@pytest.mark.parametrize("text", ["−0.2 (−0.17 to +0.13)", "12 November 2020", "2019-20 Q4"])
def test_what_is_read_as_one_word_is_as_wide(text):
    many = table(("some words that are long " * 20, *([text] * 7)), words=2)
    one = table(("some words that are long " * 20, *([text.replace(" ", "_")] * 7)), words=2)
    narrow = table(("some words that are long " * 20, *([text[:4]] * 7)), words=2)
    assert column_widths(many, PAGE)[1] > column_widths(narrow, PAGE)[1]
    assert column_widths(many, PAGE)[1] > 0.7 * column_widths(one, PAGE)[1]


def test_a_heading_has_room_on_two_lines():
    made = Table(
        caption="x",
        columns=(
            *word_columns("Year"),
            *number_columns("Good or better", "Change on the year before"),
        ),
        rows=(("the year to March 2018", "52.0%", "+10.5"),),
    )
    good = sum({"G": 0.778, "r": 0.389, " ": 0.278}.get(letter, 0.611) for letter in "Good or")
    assert column_widths(made, PAGE)[1] - MARGINS >= good * POINTS * 20


def test_of_two_columns_of_words_the_longer_is_wider():
    first, second = column_widths(table(("w " * 200, "w " * 50), words=2), PAGE)
    assert first > second > 1500


def test_a_table_that_is_too_wide_is_shared_out_by_its_longest_words():
    wide, narrow = "0" * 18, "0" * 9
    widths = column_widths(table((wide, *([narrow] * 9))), PAGE)
    assert widths[0] == max(widths)
    assert max(widths[1:-1]) - min(widths[1:-1]) <= 1


def test_one_long_text_among_empty_cells_does_not_take_the_room_of_the_others():
    rows = [("some short words of a question", "")] * 9 + [("some short words", "long " * 60)]
    first, second = column_widths(table(*rows, words=2), PAGE)
    alone = column_widths(table(("some short words", "long " * 60), words=2), PAGE)[0]
    assert first > alone
    assert second > 0.6 * PAGE


def test_a_long_text_beside_many_short_cells_keeps_a_readable_width():
    made = table(("Team", "word " * 80, *(["−0.02 (−0.17 to +0.13)"] * 3)), words=2)
    assert column_widths(made, PAGE)[1] > PAGE / 4

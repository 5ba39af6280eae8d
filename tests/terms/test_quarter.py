"""A quarter that is none is refused with what to write instead."""

import pytest

from qaf_analysis.terms.errors import UnknownQuarterError
from qaf_analysis.terms.quarter import Quarter, quarters_between, spans


@pytest.mark.parametrize("text", ["2019-20 Q3", "2019-20-Q3", "2019/20 Q3", " 2019-2020  q3 "])
def test_the_ways_a_quarter_may_be_written(text):
    assert Quarter.parse(text) == Quarter(2019, 3)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("2019-20 Q5", "Q1 (April to June) to Q4 (January to March)"),
        ("2019-20 Q0", "Q1 (April to June) to Q4 (January to March)"),
        ("2019-20 Q33", "Q1 (April to June) to Q4 (January to March)"),
        ("Q3 2019-20", 'write "2019-20 Q3"'),
        ("Q3 2019/2020", 'write "2019-20 Q3"'),
        ("2019-21 Q3", 'years that do not follow each other; write it like "2019-20 Q3"'),
        ("2019-20", 'write it like "2019-20 Q3"'),
        ("banana", 'write it like "2019-20 Q3"'),
        ("0000Q1", 'write it like "2019-20 Q3"'),
    ],
)
def test_a_quarter_that_is_none_says_what_to_write(text, advice):
    with pytest.raises(UnknownQuarterError) as refused:
        Quarter.parse(text)
    assert advice in str(refused.value)


@pytest.mark.parametrize("text", ["2019Q1", "2019-Q1", "2019 Q1", "Q1 2019", "q1-2019"])
def test_a_year_alone_is_never_guessed_and_both_meanings_are_offered(text):
    """January to March 2019 ends the financial year 2018-19; April to June begins 2019-20."""
    with pytest.raises(UnknownQuarterError) as refused:
        Quarter.parse(text)
    assert '"2018-19 Q4" for the calendar quarter (January to March 2019)' in str(refused.value)
    assert '"2019-20 Q1" for the financial one (April to June 2019)' in str(refused.value)


def test_the_last_financial_quarter_lies_in_the_next_year():
    with pytest.raises(UnknownQuarterError, match=r"\(January to March 2020\)"):
        Quarter.parse("2019Q4")


def test_quarters_in_words_name_every_gap():
    known = [*quarters_between(Quarter(2018, 1), Quarter(2018, 4)), Quarter(2019, 2)]
    assert spans(reversed(known)) == "2018-19 Q1 to 2018-19 Q4, 2019-20 Q2"
    assert spans([]) == ""


def test_a_long_text_is_not_repeated_in_full():
    with pytest.raises(UnknownQuarterError) as refused:
        Quarter.parse("x" * 500)
    assert len(str(refused.value)) < 120

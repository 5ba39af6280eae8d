"""Widths of words are measured in silence, whatever letters a council uses."""

import warnings

from qaf_analysis.kit.charts.mark import text_width


def test_a_letter_that_the_measuring_font_lacks_is_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert text_width("儿童", size=11) > 0
